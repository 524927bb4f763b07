"""Stragglers: a step that all take together lasts as long as its slowest worker."""

import numpy as np
from ipywidgets import FloatSlider, SelectionSlider

from course_lib.explorer.base import Explorer
from course_lib.figure.style import BLUE, COLOURS
from course_lib.figure.wipe import wipe


class Waiting(Explorer):
    """Workers that are slow now and then, and what everybody waits for them."""

    size, strip = (9, 4.4), "workers"
    steps, shown = 12, 10

    def __init__(self):
        rng = np.random.default_rng(6)
        self.luck = rng.uniform(size=(self.steps, 1000))
        super().__init__(
            workers=SelectionSlider(options=[1, 2, 4, 10, 20, 50, 100, 300, 1000], value=4,
                                    description="workers"),
            chance=FloatSlider(0.02, min=0, max=0.2, step=0.01,
                               description="chance to be slow in a step", readout_format=".0%"),
            slower=FloatSlider(5, min=1, max=10, step=0.5, description="times slower"))

    def build(self, fig):
        self.axes = fig.subplots(1, 2, width_ratios=[1.5, 1])
        return []

    def expected(self, workers, chance, slower):
        """Mean time of a step: 1, or `slower` when at least one of the workers is slow."""
        return 1 + (slower - 1) * (1 - (1 - chance)**workers)

    def move(self, workers, chance, slower):
        for ax in self.axes:
            wipe(ax)
        self.redraw_scene()
        left, right = self.axes
        times = np.where(self.luck[:, :workers] < chance, slower, 1.0)
        ends = np.cumsum(times.max(axis=1))
        starts = ends - times.max(axis=1)
        for k in range(min(workers, self.shown)):
            bars = list(zip(starts, times[:, k], strict=True))
            left.broken_barh(bars, (k + 0.6, 0.8), color=BLUE, edgecolor="white")
        left.vlines(ends, 0.4, min(workers, self.shown) + 0.6, color=COLOURS["reference"], lw=1)
        left.set(xlabel=f"time, for {self.steps} steps", xlim=(0, max(24, ends[-1])),
                 ylim=(self.shown + 0.7, 0.3),
                 ylabel="worker")
        left.set_yticks(range(1, min(workers, self.shown) + 1))
        n = np.logspace(0, 3, 60)
        right.plot(n, self.expected(n, chance, slower), color=COLOURS["model"])
        now = self.expected(workers, chance, slower)
        right.plot([workers], [now], "o", color=COLOURS["highlight"], ms=12, mec="white")
        right.set(xscale="log", xlabel="workers", ylabel="mean time of a step", ylim=(0, 10.5))
        busy = times.mean() / times.max(axis=1).mean()
        return (f"With {workers:,} worker{'s' * (workers > 1)} a step takes {now:.2f} on average, "
                f"where a step without anybody slow takes 1. In these {self.steps} steps the "
                f"workers are busy for {busy:.0%} of the time, and wait for the rest.")
