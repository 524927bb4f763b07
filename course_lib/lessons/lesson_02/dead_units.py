"""Too large a step, or too low a bias, and rectifiers fall silent for every row."""

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play

from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.points import two_moons
from course_lib.explorer.base import Explorer
from course_lib.figure.style import COLOURS
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_02 import figures as draw
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import run_epoch


class DeadUnits(Explorer):
    """Too large a step, or too low a bias, and rectifiers fall silent for every row."""

    strip = "step"
    units, steps, computed = 24, 100, None

    def __init__(self, learning_rate=10.0, bias=0.0):
        self.X, self.y = two_moons(200, rng=np.random.default_rng(0), noise=0.1)
        super().__init__(
            step=IntSlider(self.steps, 0, self.steps, description="step"),
            play=Play(min=0, max=self.steps, interval=80),
            learning_rate=FloatLogSlider(learning_rate, min=-1, max=1.5, step=0.1,
                                         description="learning rate"),
            bias=FloatSlider(bias, min=-2, max=1, step=0.25, description="bias at the start"),
            activation=Dropdown(options=["relu", "leaky_relu", "elu"], description="activation"),
        )

    def build(self, fig):
        left, right = fig.subplots(1, 2)
        draw.draw_moons(left, self.X, self.y[:, 0], (-2, 2, -1.4, 1.4))
        left.set_title("Each unit bends along a line")
        self.alive, self.dead = draw.draw_kinks(left)
        (self.silent,) = right.plot([], [], "--", color=COLOURS["highlight"],
                                    label="silent for every row")
        (self.right,) = right.plot([], [], "-", color=COLOURS["model"], label="rows classed right")
        (self.now,) = right.plot([], [], "s", color=COLOURS["highlight"], ms=11, mec="white",
                                clip_on=False)
        right.set(xlim=(0, self.steps), ylim=(-3, 135), xlabel="training step", ylabel="%",
                  title="What training does", yticks=range(0, 101, 20))
        right.legend(loc="upper center", frameon=False)
        return [self.alive, self.dead, left.get_legend(), self.silent, self.right, self.now]

    def train(self, learning_rate, bias, activation):
        """Gradient descent from the same start; keep the hidden layer's W, b of every step."""
        rng = np.random.default_rng(1)
        hidden = Dense(2, self.units, rng=rng, initializer="he")
        hidden.b = np.full(self.units, bias)
        network = Network([hidden, Activation(activation), Dense(self.units, 1, rng=rng)])
        cost, optimizer = SigmoidCrossEntropy(), GradientDescent(learning_rate)
        self.history, silent, right = [], [], []
        for _ in range(self.steps + 1):
            correct = (network.forward(self.X) > 0) == self.y
            off = ~(hidden.forward(self.X) > 0).any(axis=0)
            self.history.append((hidden.W.copy(), hidden.b.copy(), off))
            silent.append(100 * off.mean())
            right.append(100 * correct.mean())
            run_epoch(network, self.X, self.y, cost=cost, optimizer=optimizer,
                      batch_size=len(self.X))
        self.silents, self.rights = np.array(silent), np.array(right)

    def move(self, step, learning_rate, bias, activation):
        if self.computed != (learning_rate, bias, activation):
            self.train(learning_rate, bias, activation)
            self.computed = learning_rate, bias, activation
        W, b, off = self.history[step]
        lines = draw.kink_lines(W, b)
        self.alive.set_segments(lines[~off])
        self.dead.set_segments(lines[off])
        times = np.arange(step + 1)
        self.silent.set_data(times, self.silents[:step + 1])
        self.right.set_data(times, self.rights[:step + 1])
        self.now.set_data([step], [self.silents[step]])
        fate = ", and no gradient reaches them" if activation == "relu" else ", for now"
        fate = fate if off.any() else ""
        return (f"Step {step}, {activation}, learning rate {learning_rate:.2g}, bias {bias:g} at "
                f"the start: {off.sum()} of {self.units} units are silent for all {len(self.X)} "
                f"rows{fate}; {self.rights[step]:.0f}% of the rows are classed right.")
