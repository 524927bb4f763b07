"""Lesson 03 to play with: every cost, a race of two costs, and outliers among houses."""

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play

from course_lib.activations import sigmoid, sigmoid_prime
from course_lib.costs import (
    Absolute,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Exponential,
    GeneralizedKullbackLeibler,
    Hellinger,
    Huber,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.numbers import written
from course_lib.lessons.lesson_03 import figures as draw

# name → the cost, what the one number ŷ on the axis stands for, and where the cost fails
CASES = {
    "Quadratic": (Quadratic(), "one", "one far outlier outvotes many"),
    "Absolute": (Absolute(), "one", "same pull near and far, a kink at the target"),
    "Huber, δ = 0.5": (Huber(0.5), "one", "δ has a unit and must be chosen"),
    "Exponential, τ = 1": (Exponential(1.0), "one", "explodes far off, inf beyond a gap of 26.6"),
    "Binary cross-entropy": (BinaryCrossEntropy(), "one", "endless cost at 0 and 1"),
    "Sigmoid cross-entropy": (SigmoidCrossEntropy(), "one",
                              "no lowest point for targets 0 and 1: z runs away"),
    "Categorical cross-entropy": (CategoricalCrossEntropy(), "two", "endless cost at ŷ = 0"),
    "Softmax cross-entropy": (SoftmaxCrossEntropy(), "logits",
                              "no lowest point for targets 0 and 1: z runs away"),
    "Hellinger": (Hellinger(), "one", "slope without limit towards ŷ = 0"),
    "Kullback–Leibler": (KullbackLeibler(), "two", "endless cost at ŷ = 0"),
    "Kullback–Leibler, misused": (KullbackLeibler(), "one",
                                  "with one output the largest ŷ always wins"),
    "Generalised Kullback–Leibler": (GeneralizedKullbackLeibler(), "one",
                                     "nothing at or below 0 can be predicted"),
    "Itakura–Saito": (ItakuraSaito(), "one", "y = 0 is refused; almost flat far above y"),
}


def rows(kind, value):
    """What the cost is given for the number(s) on the axis: (ŷ), (p, 1 − p) or logits (z, 0)."""
    value = np.asarray(value, dtype=float)
    if kind == "one":
        return value[..., None] if value.ndim else value
    return np.stack([value, 1 - value if kind == "two" else 0 * value], axis=-1).reshape(-1, 2)


def at(cost, kind, prediction, target):
    """Cost and slope along the axis, for an array of predictions and one target."""
    y_hat = rows(kind, prediction)
    y = rows("one" if kind == "one" else "two", np.full(np.shape(prediction), target))
    slope = cost.slope(y_hat, y)
    return cost.loss(y_hat, y), slope[:, 0] - (slope[:, 1] if kind == "two" else 0)


def refusal(cost, kind, prediction, target):
    """The library's reason for refusing this pair, or ''."""
    try:
        cost.check(rows(kind, prediction), rows("one" if kind == "one" else "two", target))
    except ValueError as error:
        return str(error)
    return ""


def curves(cost, kind, x, target):
    """Cost and slope over the grid x, nan where the library refuses."""
    loss, slope = np.full((2, len(x)), np.nan)
    inside = np.array([not refusal(cost, kind, v, target) for v in x])
    if inside.any():
        loss[inside], slope[inside] = at(cost, kind, x[inside], target)
    return loss, slope


def place_on(slider, ax, x, y):
    """The slider's value that is nearest to the place (x, y) along the axis; x, y in pixels."""
    return nearest(slider, ax.transData.inverted().transform((x, y))[0])


class CostCurves(Explorer):
    """All twelve costs: choose one and a target, move the prediction."""

    strip = "prediction"

    def __init__(self, cost="Quadratic", target=1.0, prediction=0.4):
        self.x = np.round(np.linspace(-2, 3, 501), 2)
        self.shown = None
        super().__init__(
            prediction=FloatSlider(prediction, min=-2, max=3, step=0.05,
                                   description="prediction ŷ (or logit z)"),
            cost=Dropdown(options=list(CASES), value=cost, description="cost"),
            target=FloatSlider(target, min=-1, max=2, step=0.1, description="target y"),
        )

    def build(self, fig):
        self.scene = draw.CostScene(fig, self.x)
        return self.scene.moving

    def choose(self, name, target):
        """Curves and lowest point of another cost or target."""
        cost, kind, _ = CASES[name]
        loss, slope = curves(cost, kind, self.x, target)
        self.best, self.inside = None, self.x[~np.isnan(loss)]
        if self.inside.size:
            k = np.nanargmin(loss)
            if self.inside[0] < self.x[k] < self.inside[-1]:
                self.best = self.x[k], loss[k]
        self.scene.set_curves(loss, slope, target, self.best)
        self.shown = name, target

    def pointed(self, x, y):
        """The prediction under the place, in either panel."""
        for ax in self.scene.axes:
            if ax.contains_point((x, y)):
                return {"prediction": place_on(self.controls["prediction"], ax, x, y)}

    def move(self, prediction, cost, target):
        prediction, target = round(prediction, 2), round(target, 1)
        if self.shown != (cost, target):
            self.choose(cost, target)
        rule, kind, fails = CASES[cost]
        if reason := refusal(rule, kind, prediction, target):
            self.scene.set_point(prediction, None, None)
            return f"ValueError: {reason}"
        (loss,), (slope,) = (v.tolist() for v in at(rule, kind, np.array([prediction]), target))
        self.scene.set_point(prediction, loss, slope)
        way = "stay" if abs(slope) < 5e-4 else "fall" if slope > 0 else "rise"
        lowest = (f"Lowest: {self.best[1]:.3f} at {self.best[0]:.2f}" if self.best else
                  "No lowest point between the ends")
        name = cost + {"one": " of the logit z" if cost.startswith("Sigmoid") else "",
                       "two": " of (ŷ, 1 − ŷ)", "logits": " of the logits (z, 0)"}[kind]
        return (f"{name}, target {target:.1f}, prediction {prediction:.2f}: "
                f"cost {written(loss, '.3f')}, slope {written(slope, '.3f')}, "
                f"so it should {way}. {lowest}. Weak point: {fails}.")


class Race(Explorer):
    """One neuron, input 1, target 0, a badly wrong start: quadratic cost against cross-entropy."""

    strip = "epoch"
    epochs = 300
    names = ["quadratic", "cross-entropy"]
    rates = {"0.15 for both": (0.15, 0.15), "0.15 and 0.005, as in the book": (0.15, 0.005)}

    def __init__(self, start=2.0, rates="0.15 for both"):
        self.computed = None
        super().__init__(
            epoch=IntSlider(30, 0, self.epochs, step=3, description="epoch"),
            play=Play(min=0, max=self.epochs, step=3, interval=60),
            start=FloatSlider(start, min=0, max=4, step=0.25, description="start w = b"),
            rates=Dropdown(options=list(self.rates), value=rates, description="learning rates"),
        )

    @staticmethod
    def pull(name, z):
        """∂C/∂z of a sigmoid neuron with target 0."""
        z = np.reshape(z, (-1, 1))
        if name == "cross-entropy":
            return SigmoidCrossEntropy().slope(z, np.zeros_like(z))[:, 0]
        a = sigmoid(z)
        return (Quadratic().slope(a, np.zeros_like(a)) * sigmoid_prime(z, a))[:, 0]

    def build(self, fig):
        z = np.linspace(-12, 12, 400)
        self.axes = fig.subplots(1, 2)
        self.lines, self.dots = draw.draw_race(self.axes, self.names, self.epochs, sigmoid(z),
                                               [self.pull(n, z) for n in self.names])
        return self.lines + self.dots

    def learn(self, start, rates):
        """The sum z = w + b at each epoch; input 1, so w and b get the same gradient."""
        self.z = np.full((2, self.epochs + 1), 2.0 * start)
        for z, name, rate in zip(self.z, self.names, self.rates[rates], strict=True):
            for n in range(self.epochs):
                z[n + 1] = z[n] - 2 * rate * self.pull(name, z[n])[0]
        self.outputs = sigmoid(self.z)
        self.computed = start, rates

    def pointed(self, x, y):
        """The epoch under the place, in the left panel."""
        if self.axes[0].contains_point((x, y)):
            return {"epoch": place_on(self.controls["epoch"], self.axes[0], x, y)}

    def move(self, epoch, start, rates):
        if self.computed != (start, rates):
            self.learn(start, rates)
        parts = []
        for k, name in enumerate(self.names):
            a, pull = self.outputs[k, epoch], self.pull(name, self.z[k, epoch])[0]
            self.lines[k].set_data(np.arange(epoch + 1), self.outputs[k, :epoch + 1])
            self.dots[2 * k].set_data([epoch], [a])
            self.dots[2 * k + 1].set_data([a], [pull])
            parts.append(f"{name}: output {a:.3f}, slope {pull:.3f}, "
                         f"learning rate {self.rates[rates][k]:g}")
        return (f"Epoch {epoch}, start w = b = {start:g} (output {self.outputs[0, 0]:.3f}), "
                f"target 0. " + "; ".join(parts) + ".")


def fit_line(cost, x, y, rounds=50):
    """Intercept and slope with the lowest cost, by rounds of weighted least squares.

    At the lowest point Σ slope(r) X = 0. With the weights k = slope(r) / r, taken from the round
    before, that is Xᵀ K (Xw − y) = 0: a least-squares fit in which row i weighs kᵢ. Holland and
    Welsch (1977), "Robust regression using iteratively reweighted least-squares".
    """
    X, k = np.stack([np.ones_like(x), x], axis=1), np.ones_like(x)
    for _ in range(rounds):
        w = np.linalg.solve(X.T * k @ X, X.T * k @ y)
        r = X @ w - y
        r = np.where(np.abs(r) < 1e-6, 1e-6, r)
        k = cost.slope(r[:, None], np.zeros((len(r), 1)))[:, 0] / r
    return w


class Outliers(Explorer):
    """Three costs fit a line to houses; drag some of the prices up and see which line follows."""

    strip = "lift"
    names = ["quadratic", "absolute", "Huber"]

    def __init__(self, area, price):
        self.area, self.price = np.asarray(area, float), np.asarray(price, float)
        self.order = np.argsort(-self.area)[2::3]     # every third house, from the large ones
        super().__init__(
            lift=IntSlider(300, 0, 400, step=10, description="dragged up by (1000 $)"),
            outliers=IntSlider(4, 1, 10, description="outliers"),
            delta=FloatLogSlider(20, min=0, max=3, step=0.1, description="Huber's δ (1000 $)"),
        )

    def build(self, fig):
        self.ax = ax = fig.subplots()
        self.points, self.dragged = draw.draw_houses(ax, self.area, (0, 650))
        self.lines = draw.draw_lines(ax, self.names)
        ax.set_title("Which line follows the outliers?")
        fig.legend(loc="outside lower center", ncols=5, frameon=False)
        self.ends = np.array([0.5, self.area.max() + 0.1])
        self.clean = fit_line(Quadratic(), self.area, self.price)[1]
        return [self.points, *self.lines, self.dragged]

    def pointed(self, x, y):
        """The nearest of the dragged houses is drawn up to the place, and the others with it."""
        if not self.ax.contains_point((x, y)):
            return None
        area, price = self.ax.transData.inverted().transform((x, y))
        which = self.order[:self.values["outliers"]]
        house = which[np.argmin(np.abs(self.area[which] - area))]
        return {"lift": nearest(self.controls["lift"], price - self.price[house])}

    def move(self, lift, outliers, delta):
        which = self.order[:outliers]
        price = self.price.copy()
        price[which] += lift
        rest = np.delete(np.arange(len(price)), which)
        self.points.set_data(self.area[rest], price[rest])
        self.dragged.set_data(self.area[which], price[which])
        said = []
        for line, name, cost in zip(self.lines, self.names,
                                    (Quadratic(), Absolute(), Huber(delta)), strict=True):
            intercept, slope = fit_line(cost, self.area, price)
            line.set_data(self.ends, intercept + slope * self.ends)
            said.append(f"{name} ${slope:.0f}")
        return (
            f"{outliers} of {len(price)} houses dragged up by ${1000 * lift:,}. A square foot "
            f"more is worth: {', '.join(said)} (δ = ${1000 * delta:,.0f}); without outliers, "
            f"quadratic ${self.clean:.0f}.").replace("$-", "-$")
