"""One neuron tried by hand on logic gates, and the two layers that do what one cannot."""

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider, SelectionSlider

from course_lib.activations import sigmoid, threshold
from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.figure.numbers import written
from course_lib.figure.pixels import Surface
from course_lib.layers import Dense
from course_lib.lessons.lesson_01 import neuron_figure as plots
from course_lib.lessons.lesson_01.neuron_figure import CORNERS, short, signed

GATES = {  # answers at (0, 0), (0, 1), (1, 0), (1, 1)
    "AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "NOT x₁": [1, 1, 0, 0],
    "XOR": [0, 1, 1, 0], "XNOR": [1, 0, 0, 1],
}
NEURONS = {  # w₁, w₂, b
    "OR": (1, 1, -0.5), "AND": (1, 1, -1.5), "NAND": (-1, -1, 1.5), "NOR": (-1, -1, 0.5),
    "x₁ but not x₂": (1, -1, -0.5), "x₂ but not x₁": (-1, 1, -0.5), "x₁": (1, 0, -0.5),
    "x₂": (0, 1, -0.5),
}
ROW = "{:2} {:2} {:>7} {:>6}  {}"  # of LogicNeuron's table


def right_corners(z, targets):
    """Which corners are answered right: yes is z ≥ 0. Rounded, as 0.1 + 0.2 − 0.3 must be 0."""
    return threshold(np.round(z, 9)) == np.asarray(targets)


def most_corners(targets, step=0.25, limit=2.0):
    """The most corners that one neuron gets right, over a grid of w₁, w₂ and b."""
    side = np.arange(-limit, limit + step / 2, step)
    w1, w2, b = np.meshgrid(side, side, side)
    z = np.multiply.outer(w1, CORNERS[:, 0]) + np.multiply.outer(w2, CORNERS[:, 1]) + b[..., None]
    return int(right_corners(z, targets).sum(-1).max())


class LogicNeuron(Explorer):
    """Two weights and a bias by hand: AND, OR, NAND and NOT can be found, XOR cannot."""

    strip = "b"
    size = (8, 3.7)
    passes = 60  # of the perceptron rule over the four corners, at most
    news = ({}, "")  # what the rule ended with, and the values at which that is true

    def __init__(self, gate="AND"):
        self.best = {name: most_corners(targets) for name, targets in GATES.items()}
        self.points = plots.plane()
        self.neuron = Dense(2, 1, rng=np.random.default_rng(0), initializer="zeros")

        def slider(value, name):
            return FloatSlider(value, min=-3, max=3, step=0.25, description=name)

        super().__init__(
            gate=Dropdown(options=list(GATES), value=gate, description="gate"),
            w1=slider(0.5, "w₁"), w2=slider(-0.5, "w₂"), b=slider(0.25, "bias b"),
            phi=Dropdown(options=[("threshold", "threshold"), ("sigmoid", "sigmoid")],
                         description="activation"),
            learn=Button(description="Perceptron rule"),
        )

    def build(self, fig):
        fig.get_layout_engine().set(rect=(0, 0.03, 1, 0.94))
        left, right = fig.subplots(1, 2, width_ratios=[1, 1.05])
        self.square = left
        self.surface = Surface(left)
        self.corners = plots.draw_corners(left, GATES["AND"])
        (self.line,) = left.plot([], [], color="black", lw=2.5, zorder=3)
        (self.arrow,) = left.plot([], [], "-", color="black", lw=2.5, zorder=3)
        self.title = plots.moving_title(left)
        right.axis("off")
        upper = right.inset_axes([0, 0.42, 1, 0.58])
        self.wires, self.labels = plots.draw_neuron(upper, ["x₁", "x₂"], gap=0.14,
                                                    ends=(0.1, 0.87))
        row = {"transform": right.transAxes, "family": "monospace", "fontsize": 12.5}
        right.text(0.05, 0.35, ROW.format("x₁", "x₂", "z", "a", ""), **row)
        self.table = [right.text(0.05, 0.35 - 0.08 * n, "", **row) for n in range(1, 5)]
        return [self.surface, self.line, self.arrow, *self.corners, self.title, *self.wires,
                *self.labels, *self.table]

    def move(self, gate, w1, w2, b, phi):
        self.neuron.W, self.neuron.b = [[w1], [w2]], [b]
        phi, digits = {"threshold": (threshold, 0), "sigmoid": (sigmoid, 2)}[phi]
        z = np.round(self.neuron.forward(CORNERS)[:, 0], 9)
        right = right_corners(z, GATES[gate])
        self.surface.paint(plots.colours(phi(self.neuron.forward(self.points))))
        ends = plots.line_ends(w1, w2, b)
        self.line.set_data(*ends.T)
        middle = ends.mean(axis=0)
        length = np.hypot(w1, w2) or 1.0
        self.arrow.set_data(*np.array([middle, middle + 0.3 * np.array([w1, w2]) / length]).T)
        plots.mark(self.corners, GATES[gate], right)
        self.title.set_text(f"{gate}: {right.sum()} of 4 right")
        for wire, label, weight in zip(self.wires, self.labels, (w1, w2), strict=False):
            wire.set(**plots.stroke(weight))
            label.set_text(short(weight))
        self.labels[2].set_text(f"b = {short(b)}")
        for label, (x1, x2), sum_, a, ok in zip(self.table, CORNERS, z, phi(z), right, strict=True):
            label.set_text(ROW.format(x1, x2, short(sum_), written(a, f".{digits}f"),
                                      "" if ok else "wrong"))
        sentence = (f"{gate}: z = {short(w1)} x₁ {signed(w2)} x₂ {signed(b)}; this neuron gets "
                    f"{right.sum()} of 4 corners right.")
        if self.best[gate] < 4:
            sentence += f" No single neuron gets more than {self.best[gate]}."
        where, news = self.news
        return sentence + news if where == {"gate": gate, "w1": w1, "w2": w2, "b": b} else sentence

    def pointed(self, x, y):
        """The bias that brings the line to the place that the reader points at."""
        if not self.square.contains_point((x, y)):
            return None
        v, (x1, x2) = self.values, self.square.transData.inverted().transform((x, y))
        return {"b": nearest(self.controls["b"], -(v["w1"] * x1 + v["w2"] * x2))}

    def learn(self):
        """The perceptron rule: w := w + ½ (y − a) x and b := b + ½ (y − a), corner by corner.

        It ends after a pass without a mistake, or when it is back at weights that it had before.
        """
        known = []
        for n in range(self.passes):
            place, wrong = {k: v for k, v in self.values.items() if k != "phi"}, 0
            if place in known:
                self.news = place, (f" The perceptron rule has stopped: after {n} passes it is "
                                    "back at weights that it had before, and would go round in "
                                    "this circle for ever.")
                return
            known.append(place)
            for x, y in zip(CORNERS, GATES[self.values["gate"]], strict=True):
                v = self.values
                error = y - float(threshold(round(v["w1"] * x[0] + v["w2"] * x[1] + v["b"], 9)))
                if error:
                    wrong += 1
                    self.set(**{name: round(v[name] + 0.5 * error * step, 6) for name, step in
                                zip(("w1", "w2", "b"), (*x, 1), strict=True)})
                yield
            if not wrong:
                self.news = place, (" The perceptron rule has stopped: it went through all four "
                                    "corners without a mistake.")
                return


class TwoLayers(Explorer):
    """Two hidden neurons draw two lines; a third combines what they say."""

    strip = "sharpness"
    size = (8, 3.9)
    SHARPNESS = [(str(k), float(k)) for k in (1, 2, 3, 5, 8, 12, 20, 40)] + [("step", np.inf)]

    def __init__(self, A="x₁", B="x₂", output="OR"):
        self.points = plots.plane()
        rng = np.random.default_rng(0)
        self.hidden, self.last = Dense(2, 2, rng=rng), Dense(2, 1, rng=rng)

        def gate(value, name):
            return Dropdown(options=list(NEURONS), value=value, description=name)

        super().__init__(
            target=Dropdown(options=["XOR", "XNOR"], description="target"),
            A=gate(A, "hidden neuron A"), B=gate(B, "hidden neuron B"),
            output=gate(output, "output neuron (x₁ = A, x₂ = B)"),
            sharpness=SelectionSlider(options=self.SHARPNESS, value=np.inf,
                                      description="sharpness of the step"),
        )

    def build(self, fig):
        fig.get_layout_engine().set(rect=(0, 0.01, 1, 0.97))
        self.axes = fig.subplots(1, 2)
        self.surfaces = [Surface(ax) for ax in self.axes]
        self.corners = [plots.draw_corners(ax, GATES["XOR"], names) for ax, names in
                        zip(self.axes, (("x₁", "x₂"), ("A says", "B says")), strict=True)]
        first, second = self.axes
        self.lines = [ax.plot([], [], color="black", lw=2.5, ls=style, zorder=3)[0]
                      for ax, style in ((first, "-"), (first, "--"), (second, ":"))]
        first.set_xlabel("x₁\nsolid: line of A, dashed: line of B", linespacing=1.5)
        second.set_xlabel("A says\ndotted: line of the output", linespacing=1.5)
        second.set_title("what the output neuron sees")
        self.title = plots.moving_title(first)
        self.notes = [second.text(0, 0, "", fontsize=12, va="center", zorder=8) for _ in CORNERS]
        return [*self.surfaces, *self.lines, *self.corners[0], *self.corners[1], self.title,
                *self.notes]

    @staticmethod
    def phi(Z, sharpness):
        """σ(sharpness · z), which is the threshold in the limit."""
        return threshold(np.round(Z, 9)) if np.isinf(sharpness) else sigmoid(sharpness * Z)

    def run(self, X, sharpness):
        """Outputs of the hidden layer and of the network, each (n, n_units)."""
        A = self.phi(self.hidden.forward(np.asarray(X, float)), sharpness)
        return A, self.phi(self.last.forward(A), sharpness)

    def move(self, target, A, B, output, sharpness):
        hidden, last = self.hidden, self.last
        hidden.W = np.array([NEURONS[A][:2], NEURONS[B][:2]]).T
        hidden.b = np.array([NEURONS[A][2], NEURONS[B][2]])
        last.W, last.b = np.array(NEURONS[output][:2])[:, None], [NEURONS[output][2]]
        said, answers = self.run(CORNERS, sharpness)
        right = (answers[:, 0] >= 0.5) == np.array(GATES[target])
        self.surfaces[0].paint(plots.colours(self.run(self.points, sharpness)[1]))
        z = last.forward(self.points)
        self.surfaces[1].paint(plots.colours(self.phi(z, sharpness)))
        for line, W, b in zip(self.lines, (*hidden.W.T, last.W[:, 0]), (*hidden.b, last.b[0]),
                              strict=True):
            line.set_data(*plots.line_ends(*W, b).T)
        plots.mark(self.corners[0], GATES[target], right)
        plots.mark(self.corners[1], GATES[target], right, at=said)
        self.note(said)
        self.title.set_text(f"{target}: {right.sum()} of 4 right")
        how = "threshold" if np.isinf(sharpness) else f"a step of sharpness {sharpness:g}"
        return (f"{target} with A = {A}, B = {B} and the output {output} of what they say "
                f"({how}): {right.sum()} of 4 corners right; the answers are "
                f"{', '.join(f'{a:.2f}' for a in answers[:, 0])}.")

    def note(self, said):
        """Beside each point of the second picture, the corners that were moved there."""
        seen = {}
        for (x1, x2), point, label in zip(CORNERS, said, self.notes, strict=True):
            x, y = np.round(point, 1)
            seen[x, y] = line = seen.get((x, y), -1) + 1  # above those that are there already
            label.set_text(f"{x1},{x2}")
            label.set_position((x + 0.17 if x < 0.75 else x - 0.36, y + 0.17 * line))
