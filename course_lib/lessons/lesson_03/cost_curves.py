"""Lesson 03 to play with: any cost of the list, its slope, and where it refuses a prediction."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider

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
