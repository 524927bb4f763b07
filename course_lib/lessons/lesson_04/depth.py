"""Depth against learning rate: which of them goes with which, for a chain of linear neurons."""

import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider, IntSlider

from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.style import COLOURS
from course_lib.lessons.lesson_04 import figures as draw

STEPS = 100


def train_chains(depths, rates, start, slope):
    """Gradient descent on ŷ = w_L … w_1 x, all weights the same at the start.

    With a standardised x the cost above the minimum is ½ (w^L − slope)², and every weight has the
    gradient (w^L − slope) w^(L−1), so they stay the same: one number stands for all.

    Parameters
    ----------
    depths, rates : arrays that broadcast against each other
    start : float, every weight at the start
    slope : float, the slope that the chain should learn

    Returns
    -------
    (STEPS + 1, *shape) array : the cost above the minimum before each step; inf where it diverged
    """
    depths, rates = np.broadcast_arrays(depths, rates)
    w, costs = np.full(depths.shape, float(start)), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(STEPS + 1):
            before = w ** (depths - 1)
            error = before * w - slope
            costs.append(0.5 * error**2)
            w = w - rates * error * before
    return np.nan_to_num(np.array(costs), nan=np.inf)


class DepthAgainstRate(Explorer):
    """A chain of 1 to 60 linear neurons: which learning rates train it, and when none does."""

    size = (8, 4)
    DEPTHS, DONE = np.arange(1, 61), 1e-2

    def __init__(self, slope):
        """slope: what the product of the weights should become."""
        self.slope, self.start = slope, None
        self.rates = 10 ** np.linspace(-4, 0.5, 46)
        super().__init__(
            depth=IntSlider(20, 1, 60, description="depth"),
            learning_rate=FloatLogSlider(value=0.1, min=-4, max=0.5, step=0.1,
                                         description="learning rate γ"),
            start=FloatSlider(1.0, min=0.8, max=1.1, step=0.02, description="start"))

    def pointed(self, x, y):
        ax = self.axes[0]
        if not ax.contains_point((x, y)):
            return None
        rate, depth = ax.transData.inverted().transform((x, y))
        return {"depth": nearest(self.controls["depth"], depth),
                "learning_rate": nearest(self.controls["learning_rate"], rate)}

    def build(self, fig):
        self.axes = draw.two_panels(fig)
        ax, ax_cost = self.axes
        self.map = draw.draw_depths(ax, self.rates, self.DEPTHS)
        # at the solution the curvature is L (slope / w)² = L slope^(2 − 2/L), along all weights
        limit = 2 / (self.DEPTHS * self.slope ** (2 - 2 / self.DEPTHS))
        (dashes,) = ax.plot(limit, self.DEPTHS, "--", color="white", lw=3)
        name = ax.text(1.35 * limit[44], 45, "2/λmax", bbox=draw.HALO)
        (self.dot,) = ax.plot([], [], "o", color=COLOURS["highlight"], ms=13, mec="white", mew=2,
                              clip_on=False)
        (self.curve,) = draw.draw_costs(ax_cost, xlabel="steps", xlim=(0, STEPS), ylim=(1e-6, 1e4),
                                        labels=[None], marker="")
        ax_cost.set_yticks([1e-6, 1e-4, 1e-2, 1, 1e2, 1e4])
        ax_cost.minorticks_off()
        ax_cost.axhline(self.DONE, color=COLOURS["reference"], ls=":")
        self.label = ax_cost.text(0.97, 0.97, "", transform=ax_cost.transAxes, ha="right", va="top",
                                  fontsize=17)
        return [self.map, dashes, name, self.dot, self.curve, self.label]

    def move(self, depth, learning_rate, start):
        if start != self.start:
            left = train_chains(self.DEPTHS[:, None], self.rates, start, self.slope)
            worst = left[-10:].max(axis=0)  # a low cost for one step is no success
            self.map.set_array(np.log10(np.clip(worst, 1e-6, 1e3)))
            self.worked, self.start = (worst < self.DONE).any(axis=1), start
        costs = train_chains(depth, learning_rate, start, self.slope)
        self.dot.set_data([learning_rate], [depth])
        self.curve.set_data(np.arange(STEPS + 1), np.clip(costs, 1e-6, 1e5))
        what = ("diverges" if costs[-1] > 100 * costs[0] else
                "trained" if max(costs[-10:]) < self.DONE else
                "too slow" if (np.diff(costs) <= 0).all() else "jumps about")
        self.label.set_text(what)
        deepest = self.DEPTHS[self.worked].max(initial=0)
        end = f"{costs[-1]:.2g}" if costs[-1] < 1e5 else "more than 100,000"
        return (f"{depth} weight{'s' * (depth > 1)} in a chain, all {start:.2f} at the start, "
                f"learning rate {learning_rate:.2g}: {what}; the cost above the minimum went from "
                f"{costs[0]:.3g} to {end} in {STEPS} steps. From this start some rate trains the "
                f"chain up to depth {deepest}.")
