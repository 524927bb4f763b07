"""Lesson 03 to play with: some prices are wrong; which line still follows the other houses?"""

import numpy as np
from ipywidgets import FloatLogSlider, IntSlider

from course_lib.costs import Absolute, Huber, Quadratic
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.lessons.lesson_03 import figures as draw


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
