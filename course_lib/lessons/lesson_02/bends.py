"""Bends that add up to a curve: one to eight units, moved by hand or by gradient descent."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider

from course_lib.activations import ACTIVATIONS
from course_lib.costs import Quadratic
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_02.units import Units, panels
from course_lib.network import Network

X = np.round(np.linspace(-3, 3, 121), 2)
TARGETS = {
    "roof": np.maximum(0, 1.5 - np.abs(X)),
    "box": ((X >= -1) & (X < 1)) * 1.5,
    "bell": 1.5 * np.exp(-X * X),
    "wave": 1.5 * np.sin(2 * X),
}
LIMITS = -2.4, 2.4


class Bends(Units, Explorer):
    """b + Σ weight · φ(slope · (x − place)): each unit bends the line once; the sum fits a curve.

    Parameters
    ----------
    target : name of a curve in TARGETS
    """

    size, strip = (8, 4.6), "place"
    start = [{"place": place, "slope": 1.0, "weight": weight} for place, weight in
             [(-2.5, 0.5), (0.5, -0.5), (2.0, 0.5), (-1.0, -0.5), (1.5, 0.5), (-2.0, -0.5),
              (2.5, -0.5), (-0.5, 0.5)]]

    def __init__(self, target="roof", activation="relu", units=3):
        sliders = {
            "place": FloatSlider(0, min=-3, max=3, step=0.1, description="place of its bend"),
            "slope": FloatSlider(1, min=-4, max=4, step=0.25, description="slope"),
            "weight": FloatSlider(0, min=-4, max=4, step=0.1, description="weight"),
            "bias": FloatSlider(0, min=-2, max=2, step=0.1, description="bias of the sum"),
        }
        super().__init__(**self.controls_of(activation, units, sliders),
                         target=Dropdown(options=list(TARGETS), value=target,
                                         description="target"),
                         **self.buttons())

    def build(self, fig):
        self.large, self.small, self.frames = panels(fig)
        ax = self.large
        ax.set(xlim=(-3, 3), ylim=LIMITS, xlabel="input x", ylabel="output")
        ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
        (self.aim,) = ax.plot(X, 0 * X, "--", color=COLOURS["target"], label="target")
        (self.sum,) = ax.plot(X, 0 * X, "-", color=COLOURS["model"], label="sum of the units")
        (self.places,) = ax.plot([], [], "o", color=COLOURS["model"], mfc="white", ms=8, zorder=4)
        (self.here,) = ax.plot([], [], "D", color=COLOURS["highlight"], mec="white", ms=12,
                               zorder=5)
        (self.line,) = ax.plot([], [], ":", color=COLOURS["highlight"], lw=1.5)
        self.off = ax.text(0.98, 0.03, "", transform=ax.transAxes, ha="right", fontsize=15)
        ax.legend(loc="upper left", frameon=False, ncols=2, borderpad=0, borderaxespad=0.1)
        self.pieces = []
        for n, small in enumerate(self.small, start=1):
            small.set(xlim=(-3, 3), ylim=LIMITS)
            small.axhline(0, color="0.8", lw=0.8, ls="-")
            small.text(0.05, 0.94, str(n), transform=small.transAxes, va="top", fontsize=12,
                       color=COLOURS["reference"])
            self.pieces += small.plot(X, 0 * X, "-", color=COLOURS["model"])
        return [self.aim, self.sum, self.line, self.places, self.here, self.off, *self.pieces,
                *self.frames]

    # The sum as a network -------------------------------------------------------------------------
    def network(self, values):
        """The units as a network 1-n-1, its rows and its cost."""
        units, bias = self.in_use(values["units"], values["unit"], values)
        rng = np.random.default_rng(0)
        hidden, last = Dense(1, len(units), rng=rng), Dense(len(units), 1, rng=rng)
        slopes = np.array([unit["slope"] for unit in units])
        hidden.W, hidden.b = slopes[None], -slopes * [unit["place"] for unit in units]
        last.W, last.b = np.array([[unit["weight"]] for unit in units]), np.array([bias])
        network = Network([hidden, Activation(values["activation"]), last])
        return network, X[:, None], TARGETS[values["target"]][:, None], Quadratic()

    def take_back(self, network):
        """Keep what training has made of the units."""
        hidden, _, last = network.layers
        for unit, slope, b, weight in zip(self.store, hidden.W[0], hidden.b, last.W[:, 0],
                                          strict=False):
            slope = slope if abs(slope) > 1e-6 else 1e-6
            unit.update(slope=float(slope), place=float(-b / slope), weight=float(weight))
        self.common["bias"] = float(last.b[0])

    # The picture ----------------------------------------------------------------------------------
    def pointed(self, x, y):
        """In the large panel: the place of the unit in your hand; a small one: take that unit."""
        if self.large.contains_point((x, y)):
            place = self.large.transData.inverted().transform((x, y))[0]
            return {"place": nearest(self.controls["place"], place)}
        for n, ax in enumerate(self.small[:self.count.value], start=1):
            if ax.contains_point((x, y)):
                return {"unit": n}

    def move(self, units, unit, activation, target, **values):
        found, bias = self.in_use(units, unit, values)
        phi, _ = ACTIVATIONS[activation]
        pieces = [u["weight"] * phi(u["slope"] * (X - u["place"])) for u in found]
        total, aim = bias + np.sum(pieces, axis=0), TARGETS[target]
        away = np.sqrt(np.mean((total - aim) ** 2))
        self.aim.set_ydata(aim)
        self.sum.set_ydata(total)
        places = np.array([u["place"] for u in found])
        self.places.set_data(places, np.interp(places, X, total))
        here = found[unit - 1]
        self.here.set_data([here["place"]], [np.interp(here["place"], X, total)])
        self.line.set_data([here["place"]] * 2, LIMITS)
        for n, (line, frame) in enumerate(zip(self.pieces, self.frames, strict=True)):
            line.set_visible(n < units)
            frame.set_visible(n == unit - 1)
            if n < units:
                line.set_ydata(pieces[n])
        self.off.set_text(f"error {away:.2f}")
        plural = "s" * (units > 1)
        return (f"{units} {activation} unit{plural}, target {target}: error {away:.2f}, the root "
                f"of the mean squared distance between sum and target. Unit {unit} bends at "
                f"{written(here['place'], '.1f')}, slope {written(here['slope'], '.2f')}, "
                f"weight {written(here['weight'], '.1f')}; bias of the sum {written(bias, '.1f')}.")
