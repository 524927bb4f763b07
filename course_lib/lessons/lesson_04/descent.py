"""Going down a cost: how long trying everything takes, where a slope points, how far to step."""

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, SelectionSlider

from course_lib.costs import Quadratic
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS
from course_lib.figure.wipe import wipe
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import Diverged, run_epoch


def neuron(phi="identity", phi_prime=None):
    """One input, a weight, a bias, an activation; both weights are 0."""
    return Network([Dense(1, 1, rng=np.random.default_rng(0), initializer="zeros"),
                    Activation(phi, phi_prime)])


def walk(network, start, X, y, *, cost, optimizer, epochs, batch_size, rng=None):
    """Train from `start`; return the parameters before and after each step, one a row.

    A walk that diverges ends early.
    """
    network.parameters = start
    path = [network.parameters.copy()]
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(epochs):
                order = rng.permutation(len(X)) if batch_size < len(X) else slice(None)
                run_epoch(network, X[order], y[order], cost=cost, optimizer=optimizer,
                          batch_size=batch_size,
                          after_step=lambda network: path.append(network.parameters.copy()))
    except Diverged:
        pass
    return np.array(path)


def costs_at(network, settings, X, y, cost):
    """The cost for each row of parameters in `settings`; the network's own are put back."""
    own, values = network.parameters.copy(), np.empty(len(settings))
    for i, setting in enumerate(settings):
        network.parameters[:] = setting
        values[i] = np.mean(cost.loss(network.predict(X), y))
    network.parameters[:] = own
    return values


def surface(network, horizontal, vertical, X, y, cost, origin=0.0, directions=None):
    """The cost on a grid: at origin + h · directions[0] + v · directions[1]."""
    first, second = np.eye(2) if directions is None else directions
    grid = [origin + h * first + v * second for v in vertical for h in horizontal]
    return costs_at(network, grid, X, y, cost).reshape(len(vertical), len(horizontal))


class GridSearchTime(Explorer):
    """How long it takes to try every setting of the weights on a grid."""

    size, strip = (8, 4), "weights"
    RATES = [("10 thousand (this lesson)", 1e4), ("1 million", 1e6), ("1 billion", 1e9),
             ("10^18 (largest computers)", 1e18)]

    def __init__(self):
        self.choices = [*range(1, 31), *range(35, 120, 5), 121]
        super().__init__(
            weights=SelectionSlider(options=self.choices, value=5, description="weights"),
            points=SelectionSlider(options=[2, 3, 5, 10, 20, 50, 100], value=10,
                                   description="values tried for each"),
            rate=Dropdown(options=self.RATES, description="settings a second"))

    def build(self, fig):
        ax = fig.subplots()
        self.line = draw.draw_search_time(ax, self.choices, np.ones(len(self.choices)))
        (self.dot,) = ax.plot([], [], "o", color=COLOURS["highlight"], ms=14, mec="black",
                              clip_on=False)
        self.label = ax.text(1.05, 1e28, "", va="top", fontsize=17)
        return [self.line, self.dot, self.label]

    def move(self, weights, points, rate):
        times = float(points) ** np.array(self.choices) / rate
        self.line.set_ydata(times)
        t = float(points) ** weights / rate
        self.dot.set_data([weights], [np.clip(t, 1e-5, 1e30)])
        self.dot.set_marker("v" if t < 1e-5 else "o" if t < 1e30 else "^")
        settings = f"{points**weights:,}" if weights * np.log10(points) < 7 else (
            f"{draw.power_of_ten(points**weights)}")
        self.label.set_text(f"{settings} settings\n{draw.duration(t)}")
        return (f"{weights} weight{'s' * (weights > 1)} with {points} values each: {settings} "
                f"settings. At "
                f"{draw.power_of_ten(rate)} settings a second, trying all takes "
                f"{draw.duration(t)}.")


class SlopeDirection(Explorer):
    """The slope of a cost of one weight, and the step that it asks for."""

    strip = "w"

    def __init__(self, x, y):
        """x: standardised input, y: target, both (n,). The second curve has data of its own."""
        rng = np.random.default_rng(0)
        x_wave = rng.uniform(0, 5, 64)
        line, wave = neuron(), neuron(np.sin, lambda z, a: np.cos(z))
        line.layers[0].b = [np.mean(y)]
        data = {"line: ŷ = w x + b": (line, x, y),
                "wave: ŷ = sin(w x)": (wave, x_wave, np.sin(2 * x_wave) + rng.normal(0, 0.2, 64))}
        self.w = np.linspace(0, 9, 451)  # finer than the slider, so that the curve is smooth
        self.curves = {name: self.curve(*arrays) for name, arrays in data.items()}
        super().__init__(
            w=FloatSlider(1.5, min=0, max=9, step=0.1, description="w"),
            model=Dropdown(options=list(data), description="model"),
            learning_rate=FloatSlider(0.3, min=0.1, max=2, step=0.1,
                                      description="learning rate γ"))

    def curve(self, network, x, y):
        """F(w) and F′(w) at all positions of the slider, by forward and backward."""
        X, Y, cost, F, slope = x[:, None], y[:, None], Quadratic(), [], []
        for w in self.w:
            network.layers[0].W = [[w]]
            y_hat = network.forward(X)
            network.backward(cost.gradient(y_hat, Y))
            F.append(cost.value(y_hat, Y))
            slope.append(network.layers[0].dW[0, 0])
        return np.array(F), np.array(slope)

    def build(self, fig):
        fig.set_layout_engine("none")
        place = {"left": 0.1, "right": 0.98, "bottom": 0.13, "top": 0.97, "hspace": 0.07}
        self.axes = fig.subplots(2, 1, height_ratios=[3, 2], gridspec_kw=place)
        self.model = None
        return []

    def scene(self, model):
        """Draw the other curve."""
        for ax in self.axes:
            wipe(ax)
        F, slope = self.curves[model]
        draw.draw_slope(*self.axes, self.w, F, slope)
        ax, ax_slope = self.axes
        (tangent,) = ax.plot([], [], "-", color=COLOURS["gradient"], lw=4)
        (dot,) = ax.plot([], [], "o", color=COLOURS["model"], ms=12, mec="black")
        (below,) = ax_slope.plot([], [], "o", color=COLOURS["model"], ms=10, mec="black")
        (shaft,) = ax.plot([], [], "-", color="black", lw=3)
        (head,) = ax.plot([], [], ">", color="black", ms=11)
        label = ax.text(0.99, 0.97, "", transform=ax.transAxes, ha="right", va="top",
                        fontsize=16)
        self.model, self.moving = model, [tangent, dot, below, shaft, head, label]
        self.redraw_scene()

    def move(self, w, model, learning_rate):
        if model != self.model:
            self.scene(model)
        tangent, dot, below, shaft, head, label = self.moving
        i = round(50 * w)
        F, slope = (values[i] for values in self.curves[model])
        near = np.array([w - 0.8, w + 0.8])
        tangent.set_data(near, F + slope * (near - w))
        dot.set_data([w], [F])
        below.set_data([w], [slope])
        after = w - learning_rate * slope
        low = self.axes[0].get_ylim()[0]
        height = low + 0.09 * (self.axes[0].get_ylim()[1] - low)
        end = np.clip(after, 0, 9)
        shaft.set_data([w, end], [height, height])
        head.set_data([end], [height])
        head.set_marker("<" if slope > 0 else ">")
        way = "stay" if abs(slope) < 0.005 else "go left" if slope > 0 else "go right"
        steep = f"slope {written(slope, '+.2f')}"
        label.set_text(f"{steep}: {way}")
        return (f"At w = {w:.1f} the cost is {F:.2f} and its {steep}: {way}. With "
                f"learning rate {learning_rate:.1f} the next w is {after:.2f}.")


class OneCurve(Explorer):
    """Gradient descent on a parabola: what the curvature makes of a learning rate."""

    strip = "learning_rate"
    STEPS, START = 12, -4.0

    def __init__(self):
        super().__init__(
            learning_rate=FloatSlider(0.3, min=0.05, max=2.5, step=0.05,
                                      description="learning rate γ"),
            curvature=SelectionSlider(options=[0.5, 1.0, 2.0, 4.0], value=1.0,
                                      description="curvature F″"))

    def build(self, fig):
        self.axes = draw.two_panels(fig)
        self.curvature = None
        return []

    def scene(self, curvature):
        for ax in self.axes:
            wipe(ax)
        ax, ax_left = self.axes
        w = np.linspace(-6, 6, 121)
        ax.plot(w, curvature * w**2 / 2, color=COLOURS["cost"])
        top = 0.62 * curvature * 36
        ax.set(xlim=(-6, 6), ylim=(-0.06 * top, top), xlabel="distance from the minimum, w − w*",
               ylabel="cost above the minimum")
        (steps,) = ax.plot([], [], "o-", color=COLOURS["model"], mec="white", lw=1.5, ms=8)
        (left,) = ax_left.plot([], [], "o-", color=COLOURS["model"], ms=6)
        ax_left.axhline(1, color=COLOURS["reference"], ls=":")
        ax_left.set(yscale="log", xlim=(-0.3, self.STEPS + 0.3), ylim=(1e-4, 1e3), xlabel="step",
                    ylabel="distance left, as a share of the first")
        label = ax.text(0.5, 0.96, "", transform=ax.transAxes, ha="center", va="top", fontsize=16)
        self.curvature, self.moving = curvature, [steps, left, label]
        self.redraw_scene()

    def move(self, learning_rate, curvature):
        if curvature != self.curvature:
            self.scene(curvature)
        steps, left, label = self.moving
        factor = 1 - learning_rate * curvature
        e = self.START * factor ** np.arange(self.STEPS + 1)
        steps.set_data(e, curvature * e**2 / 2)
        left.set_data(np.arange(self.STEPS + 1), np.clip(abs(e / e[0]), 1e-9, 1e9))
        what = ("lands in one step" if abs(factor) < 1e-9 else
                "diverges" if abs(factor) > 1 + 1e-9 else
                "swings for ever" if abs(factor) > 1 - 1e-9 else
                "swings in" if factor < 0 else "walks in")
        label.set_text(what)
        return (f"With learning rate {learning_rate:.2f} and curvature {curvature:g}, each step "
                f"multiplies the distance by 1 − γF″ = {factor:.2f}: it {what}. The limit is "
                f"2/F″ = {2 / curvature:g}.")


class LearningRate(Explorer):
    """Gradient descent on the cost of the property neuron: creeping, swinging, diverging."""

    strip = "learning_rate"
    STEPS = 60

    def __init__(self, inputs, y):
        """inputs: dict of name -> (n,) input; y: (n,) target."""
        Y, self.rates, self.problems = y[:, None], 10 ** np.linspace(-2, 0.5, 51), {}
        for name, x in inputs.items():
            X, network = x[:, None], neuron()
            with_ones = np.column_stack([x, np.ones(len(x))])
            H = with_ones.T @ with_ones / len(x)
            best = np.linalg.solve(H, with_ones.T @ y / len(x))
            start = best + [-4, 5] if x.min() < 0 else best + [-5, 4]
            h, v = best[0] + np.linspace(-6.4, 6.4, 41), best[1] + np.linspace(-8, 8, 41)
            paths = np.array([walk(network, start, X, Y, cost=Quadratic(), batch_size=len(X),
                                   optimizer=GradientDescent(rate), epochs=self.STEPS)
                              for rate in self.rates])
            lowest = costs_at(network, [best], X, Y, Quadratic())[0]
            d = paths - best
            self.problems[name] = {
                "surface": (h, v, surface(network, h, v, X, Y, Quadratic())), "best": best,
                "eigenvalues": np.linalg.eigvalsh(H), "paths": paths, "lowest": lowest,
                "left": 0.5 * np.einsum("rsi,ij,rsj->rs", d, H, d) + 1e-12}
        super().__init__(
            learning_rate=FloatLogSlider(value=0.1, min=-2, max=0.5, step=0.05,
                                         description="learning rate γ"),
            steps=IntSlider(20, 1, self.STEPS, description="steps"),
            input=Dropdown(options=list(inputs), description="input"))

    def build(self, fig):
        self.axes = draw.two_panels(fig)
        self.input = None
        return []

    def scene(self, name):
        for ax in self.axes:
            wipe(ax)
        problem = self.problems[name]
        draw.draw_surface(self.axes[0], *problem["surface"])
        star = draw.draw_minimum(self.axes[0], problem["best"])
        limit = 2 / problem["eigenvalues"][-1]
        curve = draw.draw_limit(self.axes[1], self.rates, self.rates, limit, 0)
        (dot,) = self.axes[1].plot([], [], "o", color=COLOURS["model"], ms=13, mec="black")
        verdict = self.axes[1].text(0.04, 0.05, "", transform=self.axes[1].transAxes, fontsize=17)
        self.input = name
        self.moving = [*draw.draw_path(self.axes[0]), curve, dot, verdict, star]
        self.redraw_scene()

    def move(self, learning_rate, steps, input):
        if input != self.input:
            self.scene(input)
        under, path, curve, dot, verdict, _ = self.moving
        problem, i = self.problems[input], np.argmin(abs(self.rates - learning_rate))
        walked, left = problem["paths"][i, :steps + 1].T, problem["left"]
        under.set_data(walked)
        path.set_data(walked)
        curve.set_ydata(left[:, steps])
        dot.set_data([self.rates[i]], [np.clip(left[i, steps], 2e-9, 5e8)])
        largest = problem["eigenvalues"][-1]
        limit = 2 / largest
        what = ("diverges" if learning_rate > limit * 1.0001 else
                "never settles" if learning_rate > limit * 0.9999 else
                "swings across" if learning_rate * largest > 1.0001 else "walks down")
        verdict.set_text(what)
        return (f"Learning rate {learning_rate:.3g}, 2 / the largest curvature = {limit:.2f}: "
                f"{what}. The cost above the minimum {problem['lowest']:.2f} went from "
                f"{left[i, 0]:.1f} to {left[i, steps]:.2g} in {steps} steps.")
