"""Activations side by side: the curve of each, its slope, and one input that moves along both."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider

from course_lib.activations import ACTIVATIONS
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_02 import figures as draw

NAMES = list(ACTIVATIONS)
# That do not depend on the tick labels, which change with the function.
MARGINS = {"left": 0.1, "right": 0.97, "bottom": 0.14, "top": 0.92, "wspace": 0.3}


def curve(name, z):
    """φ(z) and φ′(z); softmax: the first of three outputs, for the inputs (z, 0, 0)."""
    phi, phi_prime = ACTIVATIONS[name]
    if name == "softmax":
        three = np.stack([z, np.zeros_like(z), np.zeros_like(z)], axis=-1)
        a = phi(three)
        return a[..., 0], phi_prime(three, a)[..., 0, 0]
    a = phi(z)
    return a, phi_prime(z, a)


def output_range(name):
    """The range of φ in words, from its values at very large and at ordinary inputs."""
    a, _ = curve(name, np.concatenate([[-1e6], np.linspace(-9, 9, 1801), [1e6]]))
    low, high = a.min(), a.max()
    return (f"{'−∞' if low < -100 else written(low, '.2g')} to "
            f"{'∞' if high > 100 else written(high, '.2g')}")


class SideBySide(Explorer):
    """Two activations, their slopes, and one input that moves along both."""

    strip = "z"

    def __init__(self, first="sigmoid", second="relu"):
        self.grid = np.linspace(-5, 5, 501)
        self.shown = None
        super().__init__(
            z=FloatSlider(1.0, min=-5, max=5, step=0.2, description="input z"),
            first=Dropdown(options=NAMES, value=first, description="activation"),
            second=Dropdown(options=["none", *NAMES], value=second, description="compare with"),
        )

    def build(self, fig):
        fig.set_layout_engine("none")
        self.axes = fig.subplots(1, 2, gridspec_kw=MARGINS)
        return []

    def scene(self, names):
        """Draw the curves of another choice of functions."""
        curves = {name: curve(name, self.grid) for name in names}
        left, right = self.axes
        for ax in self.axes:
            wipe(ax)
        self.moving = draw.draw_curves(left, self.grid, {n: c[0] for n, c in curves.items()},
                                       "output a = φ(z)")
        self.moving += draw.draw_curves(right, self.grid, {n: c[1] for n, c in curves.items()},
                                        "slope φ′(z)")
        top = max(a.max() for a, _ in curves.values())
        low = min(a.min() for a, _ in curves.values())
        left.set(ylim=(min(-1.2, -0.35 * top, low), max(1.3, top)),
                 title="What the input becomes")
        right.set(ylim=(-0.2, 1.3), title="Its slope")
        left.legend(loc="lower right", frameon=False)
        self.steepest = {name: slope.max() for name, (_, slope) in curves.items()}
        self.moving += [left.axvline(0, color="black", lw=1, ls=":"),
                        right.axvline(0, color="black", lw=1, ls=":")]
        self.shown = names
        self.redraw_scene()

    def move(self, z, first, second):
        names = tuple(dict.fromkeys(name for name in (first, second) if name != "none"))
        if names != self.shown:
            self.scene(names)
        n, parts = len(names), []
        for k, name in enumerate(names):
            a, slope = (float(v) for v in curve(name, np.array(round(z, 6))))
            self.moving[k].set_data([z], [a])
            self.moving[n + k].set_data([z], [slope])
            passes = slope / self.steepest[name] if self.steepest[name] else 0.0
            state = "saturated" if passes < 0.05 else "open"
            parts.append(f"{name}: output {a:.3f}, slope {slope:.3f}, {state} ({passes:.0%} of its "
                         f"steepest slope), range {output_range(name)}")
        for line in self.moving[-2:]:
            line.set_xdata([z, z])
        return f"z = {z:.1f}. " + "; ".join(parts) + "."
