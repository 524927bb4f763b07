"""A house price from four numbers: weights by hand, which inputs, and what hidden neurons see."""

from itertools import combinations

import numpy as np
from ipywidgets import Button, Checkbox, Dropdown, FloatSlider, IntSlider
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from course_lib.activations import relu
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.pixels import Surface, shaded, shades
from course_lib.layers import Dense
from course_lib.lessons.lesson_01 import property_neuron_figure as plots
from course_lib.lessons.lesson_01.neuron_figure import line_ends, moving_title

NAMES = ["area", "bedrooms", "distance", "age"]
UNITS = ["sq ft", "bedrooms", "miles", "years"]
TICKS = [[500, 1500, 2500], [1, 2, 3, 4], [2, 6, 10], [0, 40, 80, 120]]
TRAIN = 20_000  # sales in the training set, the first rows; the others are the test set


def r_squared(y_hat, y):
    """R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 0 is no better than the mean, 1 is perfect."""
    return float(1 - np.sum((y - y_hat) ** 2) / np.sum((y - y.mean()) ** 2))


def least_squares(A, y, ridge=0.0):
    """Weights and, last, the bias that minimise Σ(A w + b − y)² (+ ridge · Σ w²)."""
    A = np.column_stack([A, np.ones(len(A))])
    return np.linalg.solve(A.T @ A + ridge * np.eye(A.shape[1]), A.T @ y)


def subsets(n):
    """All 2ⁿ − 1 ways to use at least one of n inputs, fewest first."""
    return [s for size in range(1, n + 1) for s in combinations(range(n), size)]


def typical_error(predicted, paid):
    """The median of |predicted − paid|: half of the prices are closer than this."""
    return float(np.median(np.abs(predicted - paid)))


class PropertyData:
    """The sales, standardised with the means and standard deviations of the training set.

    Parameters
    ----------
    table : the DataFrame of `load_property_prices`

    Attributes
    ----------
    table : the DataFrame itself; raw, price : its inputs, its prices in thousand dollars
    X, y : (n, 4) and (n,) standardised inputs and prices
    train, test : slices; data.X[data.train] has the rows to learn from
    mean, sd : (4,) of the inputs; price_mean, price_sd : of the price, in thousand dollars
    """

    def __init__(self, table, n_train=TRAIN):
        raw, price = table.iloc[:, :4].to_numpy(float), table.iloc[:, 4].to_numpy(float) / 1000
        self.table, self.n_train = table, n_train
        self.train, self.test = slice(n_train), slice(n_train, None)
        self.mean, self.sd = raw[:n_train].mean(0), raw[:n_train].std(0)
        self.price_mean, self.price_sd = price[:n_train].mean(), price[:n_train].std()
        self.raw, self.price = raw, price
        self.X = (raw - self.mean) / self.sd
        self.y = (price - self.price_mean) / self.price_sd

    def dollars(self, y_hat):
        """Standardised predictions as prices in thousand dollars, (n,)."""
        return self.price_mean + self.price_sd * np.ravel(y_hat)


class PropertyNeuron(Explorer):
    """Four weights by hand, in thousand dollars; the bias is the average price."""

    strip = "area"
    size = (8, 3.5)
    limit = 60.0

    def __init__(self, data):
        self.data, n = data, data.n_train
        self.neuron = Dense(4, 1, rng=np.random.default_rng(0), initializer="zeros")
        self.neuron.b = [data.price_mean]
        self.best = least_squares(data.X[:n], data.price[:n])[:4]
        self.best_score = self.score(self.best)

        def slider(name):
            return FloatSlider(0, min=-40, max=60, step=1, description=name)

        super().__init__(**{name: slider(name) for name in NAMES},
                         least_squares=Button(description="Least squares"))

    def predict(self, weights):
        """Prices of the houses of the training set, in thousand dollars."""
        self.neuron.W = np.asarray(weights, float)[:, None]
        return self.neuron.forward(self.data.X[self.data.train])[:, 0]

    def score(self, weights):
        """R² on the training set: weights are not chosen by looking at the test set."""
        return r_squared(self.predict(weights), self.data.price[self.data.train])

    def build(self, fig):
        left, right = fig.subplots(1, 2, width_ratios=[1, 1.15])
        self.points = plots.draw_predictions(left, self.data.price[:600])
        self.title = moving_title(left)
        self.bars, self.texts = plots.draw_weights(right, NAMES, np.zeros(4), self.limit)
        right.tick_params(axis="x", labelrotation=20)
        right.set(ylim=(-52, 68), ylabel="thousand dollars for\none standard deviation more")
        return [self.points, self.title, *self.bars, *self.texts]

    def move(self, **weights):
        w = np.array([weights[name] for name in NAMES])
        score = self.score(w)
        self.points.set_ydata(self.predict(w)[:600])
        self.title.set_text(f"R² = {written(score, '.3f')}")
        plots.set_weights(self.bars, self.texts, w, self.limit, digits=0)
        words = ", ".join(f"{name} {written(v, '.0f')}" for name, v in zip(NAMES, w, strict=True))
        error = typical_error(self.predict(w), self.data.price[self.data.train])
        return (f"Thousand dollars for one standard deviation more: {words}. On the training set "
                f"R² = {written(score, '.3f')} (no weights do better than {self.best_score:.3f}), "
                f"and the typical error is {1000 * error:,.0f} dollars.")

    def least_squares(self):
        """Set the weights to the least-squares solution, rounded to the sliders' steps."""
        self.set(**dict(zip(NAMES, np.round(self.best).tolist(), strict=True)))


class InputSubsets(Explorer):
    """Which inputs? All 15 combinations, each with the best a neuron or hidden layer can do."""

    size = (8, 4.6)
    n_hidden = 40

    def __init__(self, data):
        self.subsets = subsets(4)
        self.scores = {"none": [], "random": []}
        for subset in self.subsets:
            for kind, scores in self.scores.items():
                scores.append(self.fit(data, subset, kind))
        order = sorted(range(15), key=lambda n: (len(self.subsets[n]), -self.scores["none"][n]))
        self.subsets = [self.subsets[n] for n in order]
        self.scores = {kind: [s[n] for n in order] for kind, s in self.scores.items()}
        super().__init__(
            **{name: Checkbox(name in ("area", "age"), description=name) for name in NAMES},
            hidden=Dropdown(options=[("none: one neuron", "none"),
                                     (f"{self.n_hidden} random rectifiers", "random")],
                            description="hidden layer"),
        )

    def fit(self, data, subset, kind):
        """R² on the test set: least squares on these inputs, or on a hidden layer of them."""
        n, A = data.n_train, data.X[:, subset]
        if kind == "random":
            rng = np.random.default_rng(0)
            hidden = Dense(len(subset), self.n_hidden, rng=rng)
            W = rng.normal(size=hidden.W.shape)
            hidden.W, hidden.b = W / np.linalg.norm(W, axis=0), rng.uniform(-2, 2, self.n_hidden)
            A = relu(hidden.forward(A))
        w = least_squares(A[:n], data.y[:n], ridge=1.0 if kind == "random" else 0.0)
        return r_squared(A[n:] @ w[:-1] + w[-1], data.y[n:])

    def build(self, fig):
        self.places = left, right = fig.subplots(1, 2, width_ratios=[0.42, 1])
        right.set_title("4 + 6 + 4 + 1 = 15 combinations")
        self.bars, self.band, self.text = plots.draw_subsets(
            left, right, NAMES, self.subsets, self.scores["none"])
        return [*self.bars, self.band, self.text]

    def pointed(self, x, y):
        """The inputs of the row that the reader points at."""
        for ax in self.places:
            if ax.contains_point((x, y)):
                row = round(ax.transData.inverted().transform((x, y))[1])
                chosen = self.subsets[min(max(row, 0), len(self.subsets) - 1)]
                return {name: n in chosen for n, name in enumerate(NAMES)}
        return None

    def move(self, hidden, **ticked):
        chosen = tuple(n for n, name in enumerate(NAMES) if ticked[name])
        for bar, score in zip(self.bars, self.scores[hidden], strict=True):
            bar.set_width(score)
        self.band.set_visible(bool(chosen))
        self.text.set_text("")
        if not chosen:
            return ("No input: the best guess is the average price for every house, and R² is "
                    "about 0. Tick an input.")
        row = self.subsets.index(chosen)
        score = self.scores[hidden][row]
        self.band.set_y(row - 0.5)
        self.text.set(text=f"{score:.3f}", position=(score + 0.02, row))
        place = 1 + sorted(self.scores[hidden], reverse=True).index(score)
        names = " + ".join(NAMES[n] for n in chosen)
        layer = "one neuron" if hidden == "none" else f"{self.n_hidden} random rectifiers"
        return (f"{names}, {layer}: R² = {score:.3f} on the test set, number {place} of "
                f"{len(self.subsets)} combinations.")


class HiddenNeurons(Explorer):
    """What each hidden neuron of a trained network looks at: its weights and its answers.

    Parameters
    ----------
    network : Network of Dense(4, n), Activation, Dense(n, 1), trained on standardised inputs
    data : PropertyData
    """

    strip = "neuron"
    size = (8, 3.7)
    span = 2.5  # standard deviations drawn to either side of the average house
    side = 121  # points of the picture, across and up
    cmap = "RdBu"  # blue raises the price, like the bars
    shades = shades(cmap)

    def __init__(self, network, data):
        self.hidden, self.activation, last = network.layers
        self.data, self.v = data, last.W[:, 0]
        A = self.activation.forward(self.hidden.forward(data.X))
        self.effects = self.v * A * data.price_sd
        self.order = np.argsort(-self.effects.std(axis=0))
        self.mean = self.effects.mean(axis=0)
        self.largest = np.quantile(np.abs(self.effects - self.mean), 0.99)
        self.low, most, self.high = np.quantile(self.effects, [0.05, 0.9, 0.95], axis=0)
        self.raised = [data.raw[effect >= least].mean(axis=0)
                       for effect, least in zip(self.effects.T, most, strict=True)]
        super().__init__(
            neuron=IntSlider(1, 1, len(self.v), description="hidden neuron"),
            plane=Dropdown(options=[(f"{NAMES[i]} and {NAMES[j]}", (i, j)) for i, j in
                                    combinations(range(4), 2)], value=(2, 3),
                           description="picture over"),
        )

    def shares(self, j):
        """Each input's part of the sum of |w| of neuron j."""
        w = np.abs(self.hidden.W[:, j])
        return w / w.sum()

    def build(self, fig):
        left, self.ax = fig.subplots(1, 2, width_ratios=[1, 1.4])
        self.limit = 1.25 * np.abs(self.hidden.W).max()
        self.bars, self.texts = plots.draw_weights(left, NAMES, np.zeros(4), self.limit)
        left.set_ylabel("weight of the standardised input")
        left.tick_params(axis="x", labelrotation=20)
        self.title = moving_title(left)
        self.surface = Surface(self.ax)
        low = (self.data.raw.min(axis=0) - self.data.mean) / self.data.sd
        self.ranges = [(max(lowest, -self.span), self.span) for lowest in low]
        scale = ScalarMappable(Normalize(-self.largest, self.largest), self.cmap)
        fig.colorbar(scale, ax=self.ax, label="price effect, thousand dollars", shrink=0.9,
                     extend="both")
        n = self.data.n_train
        self.houses = self.data.X[n:n + 250]
        (self.dots,) = self.ax.plot([], [], "o", color="black", ms=2.5, alpha=0.5, mew=0)
        (self.line,) = self.ax.plot([], [], "--", color="black", lw=2)
        self.drawn = None
        return [self.surface, self.dots, self.line, *self.bars, *self.texts, self.title]

    def move(self, neuron, plane):
        j = self.order[neuron - 1]
        sign, (across, up) = np.sign(self.v[j]), plane
        w = sign * self.hidden.W[:, j]
        plots.set_weights(self.bars, self.texts, w, self.limit)
        share = self.shares(j)
        first, second = np.argsort(-share)[:2]
        self.title.set_text(f"neuron {neuron}: {NAMES[first]} {share[first]:.0%}")
        self.paint(j, across, up)
        self.line.set_data(*line_ends(*w[[across, up]], sign * self.hidden.b[j],
                                      -self.span, self.span).T)
        self.dots.set_data(*self.houses[:, [across, up]].T)
        if self.drawn != plane:
            self.drawn = plane
            self.label_axes(across, up)
        low, high = self.low[j] - self.mean[j], self.high[j] - self.mean[j]
        house = self.raised[j]
        return (f"Hidden neuron {neuron} looks {share[first]:.0%} at {NAMES[first]} and "
                f"{share[second]:.0%} at {NAMES[second]}. For nine houses in ten it moves the "
                f"price by {written(low, '.0f')} to {written(high, '.0f')} thousand dollars. The "
                f"tenth that it raises most have {house[0]:,.0f} sq ft and are {house[3]:.0f} "
                "years old on average.")

    def paint(self, j, across, up):
        """The effect of neuron j over the plane; the two other inputs are those of an average."""
        houses = np.zeros((self.side, self.side, 4))
        houses[..., across] = np.linspace(*self.ranges[across], self.side)
        houses[..., up] = np.linspace(*self.ranges[up], self.side)[:, None]
        share = 0.5 + self.effect(j, houses) / (2 * self.largest)
        self.surface.paint(shaded(share, self.shades))

    def effect(self, j, houses):
        """What neuron j adds to the price of standardised houses, against its average."""
        a = self.activation.phi(houses @ self.hidden.W[:, j] + self.hidden.b[j])
        return self.v[j] * a * self.data.price_sd - self.mean[j]

    def label_axes(self, across, up):
        """Limits of the picture, and ticks in the inputs' own units."""
        for axis, n in ((self.ax.xaxis, across), (self.ax.yaxis, up)):
            ticks = np.array(TICKS[n])
            axis.set_ticks((ticks - self.data.mean[n]) / self.data.sd[n],
                           [f"{tick:,}" for tick in ticks])
            axis.set_label_text(f"{NAMES[n]}, {UNITS[n]}" if n != 1 else "bedrooms")
        self.ax.set(xlim=self.ranges[across], ylim=self.ranges[up])
        self.redraw_scene()
