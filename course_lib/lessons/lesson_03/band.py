"""Lesson 03 to play with: a prediction that also says how sure it is, and whether that is true."""

import math

import numpy as np
from ipywidgets import Button, FloatSlider, IntSlider

from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.lessons.lesson_03.band_figure import draw_band, set_band

MIDDLE = 1.5  # 1000 sq ft: the size of house that σ is given for
GROUPS = 5


def gaussian_nll(y, y_hat, sigma):
    """−log p of each y: (y − ŷ)² / 2σ² + log σ + ½ log 2π. Built in lesson 03."""
    return ((y - y_hat) / sigma)**2 / 2 + np.log(sigma) + math.log(2 * math.pi) / 2


def spread(x, sigma, growth):
    """σ at x, when it is `sigma` in the middle and `growth` times as large one unit further."""
    return sigma * growth**(x - MIDDLE)


def fit_band(x, y, growth):
    """Intercept, slope and middle σ that make the data likeliest, for one growth of σ.

    ŷ is the least-squares line in which each row weighs 1/growth²⁽ˣ⁻ᴹ⁾; the likeliest σ² is
    the mean of the squares of the errors, each divided by its part of σ.
    """
    X, scale = np.stack([np.ones_like(x), x], axis=1), spread(x, 1, growth)
    weighted = X.T / scale**2
    w = np.linalg.solve(weighted @ X, weighted @ y)
    return w, float(np.sqrt(np.mean(((y - X @ w) / scale)**2)))


class Band(Explorer):
    """Choose σ, and how it grows with the house; see how many new houses are within ±2σ.

    Parameters
    ----------
    area, price : the houses that the line is fitted to, in 1000 sq ft and 1000 $
    new_area, new_price : the houses that are counted
    """

    size = (8, 4.2)
    shown = 400  # of the new houses are drawn; all are counted

    def __init__(self, area, price, new_area, new_price):
        area, price, self.x, self.y = (
            np.asarray(values, float) for values in (area, price, new_area, new_price))
        self.growths = np.round(np.arange(1, 2.51, 0.05), 2)
        self.fits = {float(g): fit_band(area, price, g) for g in self.growths}
        self.costs = {g: gaussian_nll(price, w[0] + w[1] * area, spread(area, s, g)).mean()
                      for g, (w, s) in self.fits.items()}
        self.edges = np.quantile(area, np.arange(1, GROUPS) / GROUPS)
        self.group = np.searchsorted(self.edges, self.x)
        self.grid = np.linspace(0, 4, 81)
        super().__init__(
            sigma=IntSlider(round(self.fits[1.0][1]), 5, 80, description="σ (1000 $)"),
            growth=FloatSlider(1, min=1, max=2.5, step=0.05, description="σ grows ×"),
            fit_sigma=Button(description="Fit σ"),
            fit_both=Button(description="Fit both"),
        )

    def build(self, fig):
        self.ax, self.artists = draw_band(fig, self.edges)
        artists = dict(self.artists)
        return [*artists.pop("bars"), *artists.values()]

    def fit_sigma(self):
        """The likeliest σ for the growth that is set."""
        self.controls["sigma"].value = round(self.fits[round(self.values["growth"], 2)][1])

    def fit_both(self):
        """The likeliest growth, and its σ."""
        best = min(self.costs, key=self.costs.get)
        self.controls["growth"].value = best
        self.controls["sigma"].value = round(self.fits[best][1])

    def pointed(self, x, y):
        """The edge of the band is drawn to the place."""
        if not self.ax.contains_point((x, y)):
            return None
        area, price = self.ax.transData.inverted().transform((x, y))
        growth = round(self.values["growth"], 2)
        (intercept, slope), _ = self.fits[growth]
        sigma = abs(price - intercept - slope * area) / 2 / spread(area, 1, growth)
        return {"sigma": nearest(self.controls["sigma"], sigma)}

    def move(self, sigma, growth):
        growth = round(growth, 2)
        (intercept, slope), _ = self.fits[growth]
        error = self.y - intercept - slope * self.x
        s = spread(self.x, sigma, growth)
        inside = np.abs(error) <= 2 * s
        counts = np.bincount(self.group, minlength=GROUPS)
        shares = np.bincount(self.group, inside, minlength=GROUPS) / counts
        drawn = slice(self.shown)
        set_band(self.artists, self.grid, intercept + slope * self.grid,
                 spread(self.grid, sigma, growth), self.x[drawn], self.y[drawn], inside[drawn],
                 shares)
        width = (f"σ = ${sigma},000 for all houses" if growth == 1 else
                 f"σ = ${sigma},000 at 1,500 sq ft, times {growth:.2f} for 1,000 more")
        by_size = ", ".join(f"{100 * share:.0f}" for share in shares)
        return (f"{width}: {inside.mean():.1%} of {len(self.x):,} new houses are within ±2σ; "
                f"from the smallest fifth to the largest {by_size}%. "
                f"Mean −log likelihood {gaussian_nll(error, 0, s).mean():.2f}.")
