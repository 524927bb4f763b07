"""The cost of a network of many weights, seen on planes through the space of its weights."""

import copy

import numpy as np
from ipywidgets import Dropdown, Play, SelectionSlider

from course_lib.costs import SigmoidCrossEntropy
from course_lib.explorer.base import Explorer
from course_lib.figure.style import COLOURS
from course_lib.figure.wipe import wipe
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.lessons.lesson_04.descent import costs_at, surface, walk
from course_lib.network import Network
from course_lib.optimizers import Adam


class WeightSpace(Explorer):
    """The cost of a trained network on planes through the space of its weights."""

    size, strip = (8, 4), "position"
    t = [i / 20 for i in range(-10, 31)]  # where on the line

    def __init__(self, X, y, hidden=6):
        """X: (n, n_in) inputs, y: (n, 1) of 0 and 1."""
        self.cost, self.X, self.y = SigmoidCrossEntropy(), X, y
        rng = np.random.default_rng(0)
        layers = [Dense(X.shape[1], hidden, rng=rng, initializer="he"), Activation("relu"),
                  Dense(hidden, hidden, rng=rng, initializer="he"), Activation("relu"),
                  Dense(hidden, 1, rng=rng)]
        self.network = network = Network(layers)
        start = network.parameters.copy()
        runs = [walk(network, first, X, y, cost=self.cost, optimizer=Adam(0.01), epochs=30,
                     batch_size=32, rng=np.random.default_rng(1)) for first in (start, start[::-1])]
        a, b = runs[0][-1], runs[1][-1]
        network.parameters[:] = a
        twin = copy.deepcopy(network)
        first, second = twin.layers[0], twin.layers[2]
        order = np.roll(np.arange(hidden), 1)
        first.W, first.b, second.W = first.W[:, order], first.b[order], second.W[order]
        noise = np.random.default_rng(3).normal(size=(2, len(a)))
        noise *= np.linalg.norm(a - start) / np.linalg.norm(noise, axis=1, keepdims=True)
        self.planes = {}
        for name, left, right, third in (("two trained networks", a, b, start),
                                         ("a solution and its twin", a, twin.parameters, start),
                                         ("random directions", a - noise[0], a + noise[0],
                                          a + noise[1])):
            self.planes[name] = self.plane(left, right, third, runs)
        super().__init__(
            position=SelectionSlider(options=[(f"{t:.2f}", t) for t in self.t], value=self.t[10],
                                     description="position"),
            plane=Dropdown(options=list(self.planes), description="plane"),
            play=Play(min=0, max=40, interval=100))

    def plane(self, left, right, third, runs):
        """The cost on the plane through three points; left is (0, 0) and right is (1, 0)."""
        first, second = right - left, third - left
        second = second - first * (second @ first) / (first @ first)
        second *= np.linalg.norm(first) / np.linalg.norm(second)
        h, v = np.linspace(-0.5, 1.5, 25), np.linspace(-0.8, 1.2, 23)
        flat = (np.array(runs) - left) @ np.array([first, second]).T / (first @ first)
        network = self.network
        along = costs_at(network, left + np.outer(self.t, first), self.X, self.y, self.cost)
        C = surface(network, h, v, self.X, self.y, self.cost, left, (first, second))
        return {"surface": (h, v, C), "along": along, "walks": flat}

    def build(self, fig):
        self.axes = draw.two_panels(fig)
        self.shown = None
        return []

    def scene(self, name):
        for ax in self.axes:
            wipe(ax)
        ax, ax_line = self.axes
        plane = self.planes[name]
        draw.draw_surface(ax, *plane["surface"], labels=("position", "second direction"))
        ax.axhline(0, color="white", ls=":")
        ax.set_yticks([-0.5, 0, 0.5, 1])
        n = {"two trained networks": 2, "a solution and its twin": 1}.get(name, 0)
        for run, flat in enumerate(plane["walks"][:n]):
            draw.draw_path(ax, flat[::16].T, n=run + 1, marker="")
        ends = [(0, 0), (1, 0)] if n else [(0.5, 0)]
        for point in ends:
            draw.draw_minimum(ax, point)
        ax_line.plot(self.t, plane["along"], color=COLOURS["cost"])
        ax_line.set(xlabel="position along the dotted line", ylabel="cost", xlim=(-0.5, 1.5),
                    ylim=(0, 1.15 * plane["along"].max()))
        look = {"color": COLOURS["highlight"], "ms": 13, "mec": "white", "clip_on": False}
        (here,), (there,) = ax.plot([], [], "o", **look), ax_line.plot([], [], "o", **look)
        label = ax_line.text(0.5, 0.97, "", transform=ax_line.transAxes, ha="center", va="top",
                             fontsize=17)
        self.shown, self.moving = name, [here, there, label]
        self.redraw_scene()

    def move(self, position, plane):
        if plane != self.shown:
            self.scene(plane)
        here, there, label = self.moving
        i, C = round((position + 0.5) / 0.05), self.planes[plane]["along"]
        here.set_data([position], [0])
        there.set_data([position], [C[i]])
        label.set_text(f"cost {C[i]:.2f}")
        return (f"On the line through weight space the cost is {C[10]:.2f} at 0, "
                f"{C[20]:.2f} half-way and {C[30]:.2f} at 1; here, at {position:.2f}, it is "
                f"{C[i]:.2f}. The network has {self.network.n_parameters} weights.")
