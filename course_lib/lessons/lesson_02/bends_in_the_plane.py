"""Bends that add up to a boundary: each unit bends the plane along a line, and two moons part."""

import numpy as np
from ipywidgets import FloatSlider, IntSlider
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from course_lib.activations import ACTIVATIONS, sigmoid
from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.points import two_moons
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.numbers import written
from course_lib.figure.pixels import Surface, shaded, shades
from course_lib.figure.style import COLOURS
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_02.figures import draw_moons, kink_lines, level_lines
from course_lib.lessons.lesson_02.units import Units, panels
from course_lib.network import Network

EXTENT = (-2.1, 2.1, -1.6, 1.6)
# From the colour of class 0 over white to that of class 1, pale enough for points on top.
PALE = shades(LinearSegmentedColormap.from_list("classes", ["#79b7e0", "white", "#f5c36b"]))

WHITE = shaded(np.array([[0.5]]), PALE)


def places(columns, rows):
    """A grid over the plane: x₁ by column, x₂ by row, and its points as rows of X."""
    x1, x2 = np.linspace(*EXTENT[:2], columns), np.linspace(*EXTENT[2:], rows)
    return x1, x2, np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)


def columns_of(units):
    """The weights (2, n) and biases (n,) of a layer with these units."""
    angle = np.radians([unit["direction"] for unit in units])
    steep = np.array([unit["steepness"] for unit in units])
    return (steep * np.stack([np.cos(angle), np.sin(angle)]),
            -steep * [unit["place"] for unit in units])


class BendsInThePlane(Units, Explorer):
    """b + Σ weight · φ(steepness · (x₁ cos θ + x₂ sin θ − place)): above 0 is class 1."""

    size, strip = (8, 4.6), "direction"
    start = [{"direction": direction, "place": place, "steepness": 2.0, "weight": weight}
             for direction, place, weight in
             [(90, 0.0, 1.0), (-90, -0.5, -1.0), (0, 1.0, 1.0), (180, 1.0, -1.0),
              (45, -0.5, 1.0), (-135, -0.5, -1.0), (135, 0.5, 1.0), (-45, 0.5, -1.0)]]

    def __init__(self, activation="relu", units=4):
        self.points, self.y = two_moons(200, rng=np.random.default_rng(0), noise=0.1)
        self.grid, self.coarse = places(106, 81), places(36, 27)
        sliders = {
            "direction": IntSlider(0, min=-180, max=180, step=5, description="direction, degrees"),
            "place": FloatSlider(0, min=-2, max=2, step=0.1, description="place of its line"),
            "steepness": FloatSlider(1, min=0, max=8, step=0.25, description="steepness"),
            "weight": FloatSlider(0, min=-8, max=8, step=0.25, description="weight"),
            "bias": FloatSlider(0, min=-4, max=4, step=0.1, description="bias of the sum"),
        }
        super().__init__(**self.controls_of(activation, units, sliders), **self.buttons())

    def build(self, fig):
        self.large, self.small, self.frames = panels(fig)
        self.map = Surface(self.large)
        self.boundary = self.large.add_collection(LineCollection([], colors="black", lw=2.5,
                                                                 zorder=3))
        self.lines = self.large.add_collection(LineCollection(
            [], colors=COLOURS["reference"], lw=1.2, ls=":", zorder=2))
        self.here = self.large.add_collection(LineCollection(
            [], colors=COLOURS["highlight"], lw=2.5, ls="--", zorder=4))
        before = len(self.large.lines)
        draw_moons(self.large, self.points, self.y[:, 0], EXTENT)
        moons = self.large.lines[before:]
        self.right = self.large.text(0.98, 0.03, "", transform=self.large.transAxes, ha="right",
                                     fontsize=15, zorder=5)
        self.pieces = []
        for n, small in enumerate(self.small, start=1):
            small.set(xlim=EXTENT[:2], ylim=EXTENT[2:])
            self.pieces.append(Surface(small))
            small.text(0.05, 0.94, str(n), transform=small.transAxes, va="top", fontsize=12,
                       color=COLOURS["reference"])
        numbers = [small.texts[0] for small in self.small]
        return [self.map, self.boundary, self.lines, self.here, *moons, self.right, *self.pieces,
                *numbers, *self.frames]

    # The sum as a network -------------------------------------------------------------------------
    def network(self, values):
        """The units as a network 2-n-1, its rows and its cost."""
        units, bias = self.in_use(values["units"], values["unit"], values)
        rng = np.random.default_rng(0)
        hidden, last = Dense(2, len(units), rng=rng), Dense(len(units), 1, rng=rng)
        hidden.W, hidden.b = columns_of(units)
        last.W, last.b = np.array([[unit["weight"]] for unit in units]), np.array([bias])
        network = Network([hidden, Activation(values["activation"]), last])
        return network, self.points, self.y, SigmoidCrossEntropy()

    def take_back(self, network):
        """Keep what training has made of the units."""
        hidden, _, last = network.layers
        for unit, w, b, weight in zip(self.store, hidden.W.T, hidden.b, last.W[:, 0],
                                      strict=False):
            steep = max(float(np.hypot(*w)), 1e-6)
            unit.update(direction=float(np.degrees(np.arctan2(w[1], w[0]))), steepness=steep,
                        place=float(-b / steep), weight=float(weight))
        self.common["bias"] = float(last.b[0])

    # The picture ----------------------------------------------------------------------------------
    def pointed(self, x, y):
        """In the large panel: the line of the unit in your hand goes through the place."""
        if self.large.contains_point((x, y)):
            x1, x2 = self.large.transData.inverted().transform((x, y))
            angle = np.radians(self.true("direction", self.controls["direction"].value))
            return {"place": nearest(self.controls["place"],
                                     x1 * np.cos(angle) + x2 * np.sin(angle))}
        for n, ax in enumerate(self.small[:self.count.value], start=1):
            if ax.contains_point((x, y)):
                return {"unit": n}

    def move(self, units, unit, activation, **values):
        found, bias = self.in_use(units, unit, values)
        phi, _ = ACTIVATIONS[activation]
        W, b = columns_of(found)
        weights = np.array([u["weight"] for u in found])
        x1, x2, everywhere = self.grid
        total = (bias + phi(everywhere @ W + b) @ weights).reshape(len(x2), len(x1))
        self.map.paint(shaded(sigmoid(total), PALE))
        self.boundary.set_segments(level_lines(x1, x2, total))
        ends = kink_lines(W, b)
        self.lines.set_segments(np.delete(ends, unit - 1, axis=0))
        self.here.set_segments(ends[unit - 1:unit])
        maps = phi(self.coarse[2] @ W + b) * weights
        for n, (piece, frame) in enumerate(zip(self.pieces, self.frames, strict=True)):
            frame.set_visible(n == unit - 1)
            piece.paint(shaded(0.5 + maps[:, n].reshape(27, 36) / 8, PALE) if n < units else WHITE)
        scores = bias + phi(self.points @ W + b) @ weights
        right = int(np.sum((scores > 0) == (self.y[:, 0] == 1)))
        self.right.set_text(f"{right} of 200 right")
        here, plural = found[unit - 1], "s" * (units > 1)
        return (f"{units} {activation} unit{plural}: {right} of {len(self.y)} points on the right "
                f"side of the boundary. Unit {unit}: direction {written(here['direction'], '.0f')}"
                f"°, place {written(here['place'], '.1f')}, steepness "
                f"{written(here['steepness'], '.2f')}, weight {written(here['weight'], '.2f')}; "
                f"bias of the sum {written(bias, '.1f')}.")
