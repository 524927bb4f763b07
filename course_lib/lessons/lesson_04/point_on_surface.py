"""A point on the cost surface is a model: drag the point, and the neuron's line follows."""

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke

from course_lib.costs import Quadratic
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.style import COLOURS
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.lessons.lesson_04.descent import neuron, surface


class PointOnSurface(Explorer):
    """The cost of the property neuron over its two weights, and the line of the point on it."""

    size = (8, 4)
    W, B = (-5.0, 13.0), (-6.5, 14.0)  # the ends of the sliders and of the surface
    RATE, STEPS, SHOWN = 0.3, 60, 9
    PACE = 0.1  # seconds for one step

    def __init__(self, inputs, area, price):
        """inputs: dict of name -> (n,) input made of area; area, price: (n,), as they are drawn."""
        self.X = {name: x[:, None] for name, x in inputs.items()}
        self.Y, self.area, self.network, self.path = price[:, None], area, neuron(), []
        sizes = np.linspace(area.min(), 0.7 * area.max(), self.SHOWN)
        self.rows = abs(area - sizes[:, None]).argmin(axis=1)  # a few, for their errors
        h, v = np.linspace(*self.W, 41), np.linspace(*self.B, 41)
        self.surfaces, self.lowest = {}, {}
        for name, X in self.X.items():
            self.surfaces[name] = h, v, surface(self.network, h, v, X, self.Y, Quadratic())
            with_ones = np.column_stack([X, np.ones(len(X))])
            self.lowest[name] = np.linalg.lstsq(with_ones, price, rcond=None)[0]
        super().__init__(
            w=FloatSlider(-2, min=self.W[0], max=self.W[1], step=0.1, description="w"),
            b=FloatSlider(0, min=self.B[0], max=self.B[1], step=0.1, description="b"),
            input=Dropdown(options=list(inputs), description="input"),
            descend=Button(description="Descend"))

    def slopes(self, w, b, input):
        """What the neuron says for all rows, its cost and the gradient, by forward and backward."""
        self.network.parameters[:] = w, b
        y_hat = self.network.forward(self.X[input])
        self.network.backward(Quadratic().gradient(y_hat, self.Y))
        return y_hat[:, 0], Quadratic().value(y_hat, self.Y), self.network.gradients

    def descend(self):
        """Walk down from the point; who drags it meanwhile makes it go on from there."""
        for _ in range(self.STEPS):
            values = self.values
            here, step = np.array([values["w"], values["b"]]), self.slopes(**values)[2] * self.RATE
            if np.linalg.norm(step) < 0.01:
                return
            for name, value in zip("wb", here - step, strict=True):
                self.controls[name].value = value
            arrived = np.array([self.controls[name].value for name in "wb"])
            goes_on = len(self.path) and np.array_equal(self.path[-1], here)
            self.path = [*(self.path if goes_on else [here]), arrived]
            yield self.PACE

    def pointed(self, x, y):
        ax = self.axes[0]
        if not ax.contains_point((x, y)):
            return None
        w, b = ax.transData.inverted().transform((x, y))
        return {"w": nearest(self.controls["w"], w), "b": nearest(self.controls["b"], b)}

    def build(self, fig):
        self.axes = draw.two_panels(fig)
        self.input = None
        ax = self.axes[1]
        ax.plot(self.area, self.Y[:, 0], "o", color=COLOURS["data"], ms=3, alpha=0.35)
        ax.plot(self.area[self.rows], self.Y[self.rows, 0], "o", color=COLOURS["data"], ms=6)
        ax.set(xlabel="area (ft²)", ylabel="price (10,000 $)", ylim=(-15, 62),
               xlim=(0, 1.03 * self.area.max()))
        (line,) = ax.plot([], [], color=COLOURS["model"], lw=3)
        errors = ax.add_collection(LineCollection([], colors=COLOURS["cost"], linewidths=2))
        cost = ax.text(0.03, 0.97, "", transform=ax.transAxes, va="top", fontsize=17,
                       bbox=draw.HALO)
        self.beside = [errors, line, cost]
        return []

    def scene(self, input):
        ax = self.axes[0]
        wipe(ax)
        draw.draw_surface(ax, *self.surfaces[input])
        star = draw.draw_minimum(ax, self.lowest[input])
        path = draw.draw_path(ax, ms=5, lw=1.4)
        arrow = ax.annotate("", (0, 0), (0, 0), zorder=8, annotation_clip=False, arrowprops={
            "arrowstyle": "-|>,head_width=0.35,head_length=0.7", "lw": 3, "shrinkA": 0,
            "shrinkB": 0, "color": COLOURS["gradient"],
            "path_effects": [withStroke(linewidth=5, foreground="white")]})
        (dot,) = ax.plot([], [], "o", color=COLOURS["highlight"], ms=13, mec="white", mew=2,
                         zorder=7, clip_on=False)
        self.input, self.path = input, []
        self.moving = [*path, star, dot, arrow, *self.beside]
        self.redraw_scene()

    def move(self, w, b, input):
        if input != self.input:
            self.scene(input)
        under, path, _, dot, arrow, errors, line, cost = self.moving
        y_hat, C, gradient = self.slopes(w, b, input)
        here = np.array([w, b])
        if len(self.path) and not np.array_equal(self.path[-1], here):
            self.path = []
        walked = np.array(self.path).reshape(-1, 2).T
        under.set_data(walked)
        path.set_data(walked)
        dot.set_data([w], [b])
        arrow.xy, after = here - self.RATE * gradient, here - self.RATE * gradient
        arrow.set_position(here)
        arrow.set_visible(np.linalg.norm(self.RATE * gradient) > 0.05)
        ends = [np.argmin(self.area), np.argmax(self.area)]
        line.set_data(self.area[ends], y_hat[ends])
        errors.set_segments([[(self.area[i], self.Y[i, 0]), (self.area[i], y_hat[i])]
                             for i in self.rows])
        cost.set_text(f"cost {C:.1f}")
        said = [f"({p:.2f}, {q:.2f})" for p, q in (here, gradient, after)]
        steps = f" Walked {len(self.path) - 1} steps." if len(self.path) else ""
        return (f"At (w, b) = {said[0]} the cost is {C:.2f} and the gradient {said[1]}; a step "
                f"against it with γ = {self.RATE} leads to {said[2]}.{steps}")
