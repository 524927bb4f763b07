"""Lesson 03 to play with: how the data scatter decides which cost is the right one."""

import math

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider, IntSlider

from course_lib.costs import (
    Absolute,
    BinaryCrossEntropy,
    GeneralizedKullbackLeibler,
    ItakuraSaito,
    Quadratic,
)
from course_lib.explorer.base import Explorer
from course_lib.lessons.lesson_03.cost_curves import place_on, refusal
from course_lib.lessons.lesson_03.figures import draw_likelihood


def log_factorial(y):
    """log y! of each whole number in y."""
    return np.array([math.lgamma(v + 1) for v in np.ravel(y)]).reshape(np.shape(y))


# noise → how to draw it, −log of its density at y when the prediction is m, the cost, its y
NOISES = {
    "Gaussian": (lambda rng, n: rng.normal(2, 1, n),
                 lambda y, m: (y - m)**2 / 2 + math.log(2 * math.pi) / 2, Quadratic()),
    "Laplace": (lambda rng, n: rng.laplace(2, 1, n),
                lambda y, m: np.abs(y - m) + math.log(2), Absolute()),
    "Bernoulli": (lambda rng, n: (rng.random(n) < 0.6) * 1.0,
                  lambda y, m: -np.log(np.where(y == 1, m, 1 - m)), BinaryCrossEntropy()),
    "Poisson": (lambda rng, n: rng.poisson(2, n) * 1.0,
                lambda y, m: m - y * np.log(m) + log_factorial(y), GeneralizedKullbackLeibler()),
    "exponential": (lambda rng, n: rng.exponential(2, n),
                    lambda y, m: np.log(m) + y / m, ItakuraSaito()),
}


class Likelihood(Explorer):
    """Choose how the data scatter; −log likelihood and one of the costs turn out the same curve."""

    strip = "prediction"
    computed = None

    def __init__(self, noise="Gaussian", prediction=1.0):
        self.x = np.round(np.linspace(0.01, 4.5, 450), 2)
        self.sample = 0
        super().__init__(
            prediction=FloatSlider(prediction, min=0.05, max=4.45, step=0.05,
                                   description="prediction ŷ"),
            noise=Dropdown(options=list(NOISES), value=noise, description="noise"),
            n=IntSlider(41, 5, 201, step=4, description="examples"),
            new_sample=Button(description="New sample"),
        )

    def build(self, fig):
        (self.right, self.bars, self.model, *self.lines, self.best, self.dots,
         self.word) = draw_likelihood(fig, (0, 4.5))
        return [self.bars, self.model, *self.lines, self.best, *self.dots, self.word]

    def pointed(self, x, y):
        """The prediction under the place, in the right panel."""
        if self.right.contains_point((x, y)):
            return {"prediction": place_on(self.controls["prediction"], self.right, x, y)}

    def new_sample(self):
        self.sample += 1
        self.computed = None

    def curve(self, noise, x):
        """Mean −log likelihood and mean cost of the data for each prediction in x."""
        _, nll, cost = NOISES[noise]
        y = np.tile(self.y, (len(x), 1))
        y_hat = np.broadcast_to(x[:, None], y.shape)
        return (nll(y, y_hat).mean(axis=1),
                cost.loss(y_hat[..., None], y[..., None]).mean(axis=1))

    def choose(self, noise, n):
        draw_sample, _, cost = NOISES[noise]
        self.y = draw_sample(np.random.default_rng(self.sample), n)
        whole = noise in ("Bernoulli", "Poisson")
        edges = np.arange(-0.5, 9.6) if whole else np.arange(-3, 9.1, 0.5)
        shares = np.histogram(self.y, edges)[0] / n / np.diff(edges)
        self.bars.set_data(shares, edges)
        self.y_axis = np.arange(2.0 if noise == "Bernoulli" else 10.0) if whole else np.linspace(
            0.001 if noise == "exponential" else -3, 9, 241)
        self.model.set(marker="o" if whole else "", linestyle="" if whole else "-", markersize=10)
        x = np.array([v for v in self.x if not refusal(cost, "one", v, self.y[0])])
        both = self.curve(noise, x)
        for line, values in zip(self.lines, both, strict=True):
            line.set_data(x, values)
        self.lowest = [x[np.argmin(values)] for values in both]
        self.best.set_xdata([self.lowest[1]] * 2)
        self.computed = noise, n

    def move(self, prediction, noise, n):
        prediction = round(prediction, 2)
        if self.computed != (noise, n):
            self.choose(noise, n)
        _, nll, cost = NOISES[noise]
        if reason := refusal(cost, "one", prediction, self.y[0]):
            for artist in (self.model, *self.dots):
                artist.set_data([], [])
            self.word.set_text("refused")
            return f"ValueError: {reason}"
        self.word.set_text("")
        self.model.set_data(self.y_axis, np.exp(-nll(self.y_axis, prediction)))
        values = [float(v[0]) for v in self.curve(noise, np.array([prediction]))]
        for dot, value in zip(self.dots, values, strict=True):
            dot.set_data([prediction], [np.clip(value, -0.2, 4.2)])
        middle = (f"the median of the data, {np.median(self.y):.3f}" if noise == "Laplace" else
                  f"the mean of the data, {self.y.mean():.3f}")
        return (
            f"{n} examples with {noise} noise. At ŷ = {prediction:.2f} the mean −log likelihood is "
            f"{values[0]:.3f} and {type(cost).__name__} {values[1]:.3f}: they are "
            f"{abs(values[0] - values[1]):.3f} apart, as everywhere. They are lowest at "
            f"{self.lowest[0]:.2f} and {self.lowest[1]:.2f}. That is {middle}.")
