"""Softmax of four sums: what dividing them does, and what adding to all of them does not do."""

import numpy as np
from ipywidgets import FloatLogSlider, IntSlider

from course_lib.activations import softmax
from course_lib.explorer.base import Explorer
from course_lib.figure.style import COLOURS
from course_lib.lessons.lesson_02 import figures as draw


class Temperature(Explorer):
    """Softmax of four sums: what dividing them does, and what adding to all of them does not do."""

    strip = "temperature"

    def __init__(self, z=(3.0, 2.0, 1.0, -1.0)):
        self.z = np.array(z)
        super().__init__(
            temperature=FloatLogSlider(1.0, min=-1, max=1.5, step=0.05,
                                       description="temperature T"),
            shift=IntSlider(0, -800, 800, step=100, description="added to all four"),
        )

    def build(self, fig):
        left, right = fig.subplots(1, 2)
        n = len(self.z)
        self.typed, _ = draw.draw_bars(left, n, "exp(z/T) / Σ exp(z/T), typed in")
        self.safe, self.labels = draw.draw_bars(right, n, "course_lib: largest z taken off")
        for bar in self.typed:
            bar.set(color="white", edgecolor=COLOURS["highlight"], lw=2)
        self.nan = left.text(1.5, 0.5, "", ha="center", fontsize=40, color=COLOURS["highlight"])
        return [*self.typed, self.nan, *self.safe, *self.labels]

    def move(self, temperature, shift):
        z = (self.z + shift) / temperature
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            e = np.exp(z)
            typed = e / e.sum()
        shares = softmax(z)
        self.nan.set_text("nan" if np.isnan(typed).any() else "")
        for k, share in enumerate(shares):
            self.typed[k].set_height(np.nan_to_num(typed[k]))
            self.safe[k].set_height(share)
            self.labels[k].set(text=f"{share:.2f}", y=share + 0.01)
        sums = ", ".join(f"{v:g}" for v in self.z + shift)
        return (f"Softmax of ({sums}) at temperature {temperature:.2f}: "
                f"{', '.join(f'{s:.3f}' for s in shares)}. The formula typed in gives "
                f"{', '.join(f'{s:.3f}' for s in typed)}.")
