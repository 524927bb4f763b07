"""Lesson 03 to play with: two neurons unlearn a wrong answer, each with a cost of its own."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider, IntSlider, Play

from course_lib.activations import sigmoid, sigmoid_prime
from course_lib.costs import Quadratic, SigmoidCrossEntropy
from course_lib.explorer.base import Explorer
from course_lib.lessons.lesson_03 import figures as draw
from course_lib.lessons.lesson_03.cost_curves import place_on


class Race(Explorer):
    """One neuron, input 1, target 0, a badly wrong start: quadratic cost against cross-entropy."""

    strip = "epoch"
    epochs = 300
    names = ["quadratic", "cross-entropy"]
    rates = {"0.15 for both": (0.15, 0.15), "0.15 and 0.005, as in the book": (0.15, 0.005)}

    def __init__(self, start=2.0, rates="0.15 for both"):
        self.computed = None
        super().__init__(
            epoch=IntSlider(30, 0, self.epochs, step=3, description="epoch"),
            play=Play(min=0, max=self.epochs, step=3, interval=60),
            start=FloatSlider(start, min=0, max=4, step=0.25, description="start w = b"),
            rates=Dropdown(options=list(self.rates), value=rates, description="learning rates"),
        )

    @staticmethod
    def pull(name, z):
        """∂C/∂z of a sigmoid neuron with target 0."""
        z = np.reshape(z, (-1, 1))
        if name == "cross-entropy":
            return SigmoidCrossEntropy().slope(z, np.zeros_like(z))[:, 0]
        a = sigmoid(z)
        return (Quadratic().slope(a, np.zeros_like(a)) * sigmoid_prime(z, a))[:, 0]

    def build(self, fig):
        z = np.linspace(-12, 12, 400)
        self.axes = fig.subplots(1, 2)
        self.lines, self.dots = draw.draw_race(self.axes, self.names, self.epochs, sigmoid(z),
                                               [self.pull(n, z) for n in self.names])
        return self.lines + self.dots

    def learn(self, start, rates):
        """The sum z = w + b at each epoch; input 1, so w and b get the same gradient."""
        self.z = np.full((2, self.epochs + 1), 2.0 * start)
        for z, name, rate in zip(self.z, self.names, self.rates[rates], strict=True):
            for n in range(self.epochs):
                z[n + 1] = z[n] - 2 * rate * self.pull(name, z[n])[0]
        self.outputs = sigmoid(self.z)
        self.computed = start, rates

    def pointed(self, x, y):
        """The epoch under the place, in the left panel."""
        if self.axes[0].contains_point((x, y)):
            return {"epoch": place_on(self.controls["epoch"], self.axes[0], x, y)}

    def move(self, epoch, start, rates):
        if self.computed != (start, rates):
            self.learn(start, rates)
        parts = []
        for k, name in enumerate(self.names):
            a, pull = self.outputs[k, epoch], self.pull(name, self.z[k, epoch])[0]
            self.lines[k].set_data(np.arange(epoch + 1), self.outputs[k, :epoch + 1])
            self.dots[2 * k].set_data([epoch], [a])
            self.dots[2 * k + 1].set_data([a], [pull])
            parts.append(f"{name}: output {a:.3f}, slope {pull:.3f}, "
                         f"learning rate {self.rates[rates][k]:g}")
        return (f"Epoch {epoch}, start w = b = {start:g} (output {self.outputs[0, 0]:.3f}), "
                f"target 0. " + "; ".join(parts) + ".")
