"""A network that is trained while you watch: too small, right, too large, too fast."""

import numpy as np
from ipywidgets import Button, FloatLogSlider, FloatSlider, IntSlider
from ipywidgets import SelectionSlider as Selection

from course_lib.costs import SigmoidCrossEntropy
from course_lib.explorer.base import Explorer
from course_lib.figure.style import COLOURS
from course_lib.layers import Activation, Dense, Dropout
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import Diverged, predict, run_epoch


class Overfitting(Explorer):
    """Train a network live: too small, right, too large, too fast.

    Parameters
    ----------
    X, y : standardised training rows
    validation : (X, y) of rows that are only watched
    """

    epochs = 60
    size = (8, 4.2)

    def __init__(self, X, y, validation):
        self.X, self.y = X, y.reshape(-1, 1)
        self.validation = validation[0], validation[1].reshape(-1, 1)
        self.cost = SigmoidCrossEntropy()
        self.curves, self.before, self.note = ([], []), ([], []), ""
        super().__init__(
            width=Selection(options=[1, 2, 4, 8, 16, 32, 64], value=32, description="width"),
            depth=IntSlider(2, 1, 3, description="hidden layers"),
            dropout=FloatSlider(0, min=0, max=0.7, step=0.1, description="dropout p"),
            learning_rate=FloatLogSlider(0.01, min=-4, max=0, step=0.25, readout_format=".4f",
                                         description="learning rate γ"),
            rows=Selection(options=[200, 800, 3200, len(X)], value=800, description="rows"),
            train=Button(description="Train"),
        )
        for _ in self.train():
            pass
        self.before = ([], [])

    def train(self):
        """Train a new network, an epoch a frame; rate and dropout may be moved meanwhile."""
        v, rng = self.values, np.random.default_rng(6)
        self.before, self.curves, self.note = self.curves, ([], []), ""
        network = self.network(v["width"], v["depth"], v["dropout"], rng=rng)
        optimizer, X, y = Adam(v["learning_rate"]), self.X[:v["rows"]], self.y[:v["rows"]]
        self.trained = self.describe(**v)
        for _ in range(self.epochs):
            self.record(network, X, y)
            yield
            now = self.values
            optimizer.learning_rate = now["learning_rate"]
            for layer in network.layers:
                if isinstance(layer, Dropout):
                    layer.p = now["dropout"]
            order, network.training = rng.permutation(len(X)), True
            try:
                run_epoch(network, X[order], y[order], cost=self.cost, optimizer=optimizer,
                          batch_size=64)
            except Diverged as error:
                self.note = f" Diverged: {error}."
                return
            finally:
                network.training = False
        self.record(network, X, y)

    @staticmethod
    def network(width, depth, dropout, *, rng):
        """Dense, relu and dropout, depth times, then one output."""
        layers, n_in = [], 11
        for _ in range(depth):
            layers += [Dense(n_in, width, rng=rng, initializer="he"), Activation("relu"),
                       Dropout(dropout, rng=rng)]
            n_in = width
        return Network([*layers, Dense(n_in, 1, rng=rng)])

    def record(self, network, X, y):
        for curve, rows in zip(self.curves, ((X, y), self.validation), strict=True):
            curve.append(self.cost.loss(predict(network, rows[0]), rows[1]).mean())

    @staticmethod
    def describe(width, depth, dropout, learning_rate, rows):
        sizes = [11, *[width] * depth, 1]
        n = sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))
        return (f"{'-'.join(map(str, sizes))} ({n:,} parameters), dropout {dropout:.1f}, "
                f"γ {learning_rate:.4f}, {rows:,} rows")

    def build(self, fig):
        ax = fig.subplots()
        self.lines = [
            ax.plot([], [], color=colour, linestyle=line, linewidth=width, label=label)[0]
            for colour, line, width, label in (
                ("0.6", "-", 1.5, "run before: training"),
                ("0.6", "--", 1.5, "run before: validation"),
                (COLOURS["train"], "-", 2.8, "training"),
                (COLOURS["validation"], "--", 2.8, "validation"))
        ]
        (self.star,) = ax.plot([], [], "*", color=COLOURS["data"], markersize=17,
                               label="lowest validation cost", linestyle="none")
        self.title = ax.text(0, 1.03, "", transform=ax.transAxes, fontsize=14)
        self.advice = ax.text(0.98, 0.93, "", transform=ax.transAxes, ha="right",
                              fontweight="bold")
        ax.set(xlim=(0, self.epochs), ylim=(0, 0.8), xlabel="epoch", ylabel="cross-entropy")
        fig.legend(loc="outside lower center", ncols=3)
        return [*self.lines, self.star, self.title, self.advice]

    def move(self, **values):
        for line, curve in zip(self.lines, (*self.before, *self.curves), strict=True):
            line.set_data(range(len(curve)), curve)
        chosen = self.describe(**values)
        if not self.curves[0]:
            self.title.set_text(chosen)
            return f"Not trained yet: {chosen}."
        training, validation = self.curves
        best = int(np.argmin(validation))
        self.star.set_data([best], [validation[best]])
        self.title.set_text(chosen)
        self.advice.set_text("" if chosen == self.trained else "press Train")
        changed = "" if chosen == self.trained else f" Press Train for {chosen}."
        return (f"{self.trained}: after {len(training) - 1} epochs the training cost is "
                f"{training[-1]:.2f} and the validation cost {validation[-1]:.2f}; its lowest was "
                f"{validation[best]:.2f}.{self.note}{changed}")
