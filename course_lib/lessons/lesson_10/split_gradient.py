"""Two parts of a table, their gradients, and the one gradient that they make together."""

import numpy as np
from ipywidgets import Checkbox, IntSlider

from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.style import BLUE, COLOURS, ORANGE


class SplitGradient(Explorer):
    """Where the table is cut changes the parts' gradients, and not their weighted mean."""

    size, strip = (9, 4.2), "cut"
    n, start = 40, np.array([0.9, 1.5])  # rows, and where in weight space we stand: slope, bias

    def __init__(self):
        rng = np.random.default_rng(4)
        self.x = np.sort(rng.uniform(-2, 2, self.n))
        self.y = 0.7 * self.x + 0.4 * self.x**2 + 0.25 * rng.normal(size=self.n)
        super().__init__(cut=IntSlider(6, 1, self.n - 1, description="rows in part A"),
                         plain=Checkbox(False, description="plain mean", indent=False))

    def gradient(self, rows):
        """Of ½ (a x + b − y)², averaged over some rows; downhill, so that it is the step."""
        error = self.start[0] * self.x[rows] + self.start[1] - self.y[rows]
        return np.array([np.mean(error * self.x[rows]), np.mean(error)])

    def build(self, fig):
        left, right = fig.subplots(1, 2)
        self.dots = [left.plot([], [], marker, color=colour, ls="none", label=label)[0]
                     for marker, colour, label in (("o", BLUE, "part A"), ("s", ORANGE, "part B"))]
        line = np.array([-2.1, 2.1])
        left.plot(line, self.start[0] * line + self.start[1], color=COLOURS["reference"],
                  ls="--", label="the line now")
        left.set(xlabel="x", ylabel="y", xlim=(-2.1, 2.1), ylim=(-1.8, 4.6))
        left.legend(loc="upper left", fontsize=11)
        a, b = np.linspace(-0.2, 2.3, 60), np.linspace(-0.3, 1.9, 60)
        error = a[None, :, None] * self.x + b[:, None, None] - self.y
        right.contourf(a, b, np.mean(error**2 / 2, axis=2), levels=14, cmap="Greys", alpha=0.55)
        right.set(xlabel="weight", ylabel="bias", xlim=(-0.2, 2.3), ylim=(-0.3, 1.9))
        self.ends = {}
        for name, colour, width, label in (("A", BLUE, 3, "A's step"), ("B", ORANGE, 3, "B's step"),
                                           ("plain", COLOURS["highlight"], 3, "plain mean"),
                                           ("whole", "black", 5, "weighted mean")):
            self.ends[name] = right.plot([], [], color=colour, lw=width, marker="o", ms=width + 4,
                                         markevery=[1], label=label,
                                         ls=":" if name == "plain" else "-")[0]
        right.plot(*self.start, "*", color="black", ms=16)
        right.legend(loc="lower left", fontsize=11)
        return [*self.dots, *self.ends.values()]

    def move(self, cut, plain):
        parts = [slice(0, cut), slice(cut, self.n)]
        A, B = (self.gradient(rows) for rows in parts)
        steps = {"A": A, "B": B, "plain": (A + B) / 2,
                 "whole": (cut * A + (self.n - cut) * B) / self.n}
        for dots, rows in zip(self.dots, parts, strict=True):
            dots.set_data(self.x[rows], self.y[rows])
        for name, line in self.ends.items():
            end = self.start - steps[name]
            shown = plain or name != "plain"
            line.set_data(*(np.array([self.start, end]).T if shown else ([], [])))
        whole = self.gradient(slice(None))
        off = np.linalg.norm(steps["plain"] - whole) / np.linalg.norm(whole)
        near = np.allclose(steps["whole"], whole, rtol=1e-12, atol=1e-15)
        return (f"Part A has {cut} rows, part B has {self.n - cut}. The mean weighted by rows is "
                f"({written(steps['whole'][0])}, {written(steps['whole'][1])}), which is "
                f"{'the gradient of all rows' if near else 'not the gradient of all rows'}; "
                f"the plain mean misses it by {off:.0%} of its length.")
