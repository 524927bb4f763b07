"""Two numbers go through a circuit of threshold neurons, whose weights were set by hand."""

import numpy as np
from ipywidgets import Dropdown, IntSlider

from course_lib.activations import threshold
from course_lib.explorer.base import Explorer
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_01 import adder_figure as plots
from course_lib.lessons.lesson_01.neuron import NEURONS

BITS = 4
PAIRS = np.arange(2 ** (2 * BITS))  # a = pair // 16, b = pair % 16
TOP, BOTTOM = 7.3, 0.9  # the rows of bits in the picture


class Circuit:
    """Threshold neurons, each fed by bits and neurons made before it.

    Attributes
    ----------
    kinds, places, inputs, weights, biases : lists with an entry for each bit and neuron
    carries : numbers of the neurons whose output goes to the next place
    outputs : numbers of the bits of the sum, ones first
    boxes : (corner, width, height) of each half adder in the picture
    """

    def __init__(self):
        self.kinds, self.places, self.inputs, self.weights, self.biases = [], [], [], [], []
        self.carries, self.outputs, self.boxes = [], [], []
        for x in (1.5, 2.7):  # the bits of a, then those of b, ones first
            for place in range(BITS):
                self.add("bit", [], [], 0, (column(place) + x, TOP))

    def add(self, kind, inputs, weights, bias, place):
        """Put in one more neuron; return its number."""
        for values, value in ((self.kinds, kind), (self.inputs, inputs), (self.weights, weights),
                              (self.biases, bias), (self.places, place)):
            values.append(value)
        return len(self.kinds) - 1

    def gate(self, name, x, y, place):
        *weights, bias = NEURONS[name]
        return self.add(name, [x, y], weights, bias, place)

    def half_adder(self, x, y, left, top):
        """Sum and carry of two bits: XOR (three neurons) and AND."""
        self.boxes.append(((left + 0.45, top - 1.6), 3.1, 2.1))
        carry = self.gate("AND", x, y, (left + 0.9, top))
        not_both = self.gate("NAND", x, y, (left + 2.0, top))
        either = self.gate("OR", x, y, (left + 3.1, top))
        return self.gate("AND", either, not_both, (left + 2.55, top - 1.1)), carry

    def finish(self, sums, carry):
        """Copy the sums and the last carry to the row of bits at the bottom."""
        x = [self.places[n][0] for n in sums] + [-1.2]
        self.outputs = [self.add("bit", [n], [1], -0.5, (x, BOTTOM))
                        for n, x in zip([*sums, carry], x, strict=True)]
        return self

    def wires(self):
        """(m, 2): from which neuron or bit to which."""
        return np.array([(i, j) for j, inputs in enumerate(self.inputs) for i in inputs])

    def run(self):
        """Values of all bits and neurons for all pairs of numbers, (n, 256)."""
        values = np.zeros((len(self.kinds), len(PAIRS)))
        values[:2 * BITS] = [number >> place & 1 for number in (PAIRS // 16, PAIRS % 16)
                             for place in range(BITS)]
        for n in range(2 * BITS, len(values)):
            values[n] = threshold(self.weights[n] @ values[self.inputs[n]] + self.biases[n])
        return values.astype(int)


def column(place):
    """Where the column of the ones, twos, fours or eights begins: ones at the right."""
    return 4.0 * (BITS - 1 - place)


def of_gates():
    """A half adder for the ones, a full adder for each other place: 4 + 3 · 9 neurons."""
    net, carry, sums = Circuit(), None, []
    for place in range(BITS):
        x, y, left = place, BITS + place, column(place)
        total, first = net.half_adder(x, y, left, 5.9)
        if carry is None:
            carry = first
        else:
            total, second = net.half_adder(total, carry, left, 3.5)
            carry = net.gate("OR", first, second, (left + 0.05, 4.7))
        net.carries.append(carry)
        sums.append(total)
    return net.finish(sums, carry)


def of_counting():
    """Two neurons a place: one says "two or more", one takes twice that from the count."""
    net, carry, sums = Circuit(), [], []
    for place in range(BITS):
        bits, left = [place, BITS + place, *carry], column(place)
        new = net.add("CARRY", bits, [1] * len(bits), -1.5, (left + 1.0, 4.9))
        total = net.add("SUM", [*bits, new], [1] * len(bits) + [-2], -0.5, (left + 2.4, 3.0))
        carry = [new]
        net.carries.append(new)
        sums.append(total)
    return net.finish(sums, *carry)


class Adder(Explorer):
    """Two numbers from 0 to 15, added by threshold neurons; what fires is lit."""

    strip = "a"
    size = (8, 4.2)

    def __init__(self, a=5, b=7, made="gates"):
        self.circuits, self.values_of = {"gates": of_gates(), "counting": of_counting()}, {}
        self.neurons, self.right, self.shown = {}, {}, None
        for name, circuit in self.circuits.items():
            values = self.values_of[name] = circuit.run()
            sums = 2 ** np.arange(BITS + 1) @ values[circuit.outputs]
            self.neurons[name] = sum(kind != "bit" for kind in circuit.kinds)
            self.right[name] = int((sums == PAIRS // 16 + PAIRS % 16).sum())
        super().__init__(
            a=IntSlider(a, 0, 15, description="a"),
            b=IntSlider(b, 0, 15, description="b"),
            made=Dropdown(options=[("gates", "gates"), ("neurons that count", "counting")],
                          value=made, description="made of"),
        )

    def build(self, fig):
        self.ax = fig.subplots()
        return []

    def scene(self, made):
        """Draw the neurons and wires of the other circuit."""
        wipe(self.ax)
        self.drawing = plots.Circuit(self.ax, self.circuits[made])
        self.ax.set(xlim=(-2, 16.4), ylim=(-0.9, TOP + 1))
        self.ax.axis("off")
        self.moving, self.shown = self.drawing.moving, made
        self.redraw_scene()

    def move(self, a, b, made):
        if made != self.shown:
            self.scene(made)
        values = self.values_of[made][:, 16 * a + b]
        circuit = self.circuits[made]
        self.drawing.light(values)
        total = int(2 ** np.arange(BITS + 1) @ values[circuit.outputs])
        self.drawing.title.set_text(f"{a} + {b} = {total}")
        fire = sum(v for v, kind in zip(values, circuit.kinds, strict=True) if kind != "bit")
        carried = values[circuit.carries].sum()
        return (f"{a} + {b} = {total}, in bits {a:04b} + {b:04b} = {total:05b}: {fire} of "
                f"{self.neurons[made]} neurons fire, {carried} of {BITS} places carry. Right for "
                f"{self.right[made]} of {len(PAIRS)} pairs of numbers.")
