"""What training makes of the activations: a histogram of every hidden layer, pass by pass."""

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play

from course_lib.activations import ACTIVATIONS
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.explorer.base import Explorer
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_02.layer_histograms_figure import Panels
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import run_epoch

CHOICES = {  # activation, first weights and how many times as large, learning rate
    "sigmoid": ("sigmoid", "glorot", 1, 0.3),
    "sigmoid, rate 1": ("sigmoid", "glorot", 1, 1.0),
    "sigmoid, weights × 4": ("sigmoid", "glorot", 4, 0.3),
    "sigmoid, weights × 4, rate 1": ("sigmoid", "glorot", 4, 1.0),
    "tanh": ("tanh", "glorot", 1, 0.1),
    "relu": ("relu", "he", 1, 0.1),
    "leaky_relu": ("leaky_relu", "he", 1, 0.1),
    "gelu": ("gelu", "he", 1, 0.1),
}
LIMITS = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 8), "leaky_relu": (-1, 8),
          "gelu": (-1, 8)}
BINS = 27


def flat(name, z):
    """Where less than 5% of the steepest slope is left: what the lesson calls saturated."""
    phi, phi_prime = ACTIVATIONS[name]
    steepest = phi_prime(np.zeros(1), phi(np.zeros(1)))[0] if name in ("sigmoid", "tanh") else 1
    return phi_prime(z, phi(z)) < 0.05 * steepest


class LayerHistograms(Explorer):
    """Every hidden layer's activations on the test rows, before, during and after training.

    Parameters
    ----------
    data : dict of name -> (X_train, y_train, X_test, y_test), inputs standardised
    """

    strip = "passes"
    size = (8, 4.2)
    depth, width, last = 4, 32, 10  # layers, units, passes
    pauses, steps = 5, 10  # in a pass; steps before each pause

    def __init__(self, data, activation="sigmoid"):
        self.data, self.records, self.training, self.shown = data, {}, {}, None
        super().__init__(
            passes=IntSlider(self.last, 0, self.last, description="passes over the data"),
            play=Play(min=0, max=self.last, interval=500),
            activation=Dropdown(options=list(CHOICES), value=activation, description="activation"),
            data=Dropdown(options=list(data), description="data"),
        )

    def network(self, n_in, activation):
        """The network before training, from seed 0."""
        name, initializer, factor, _ = CHOICES[activation]
        rng, layers = np.random.default_rng(0), []
        for _ in range(self.depth):
            layers += [Dense(n_in, self.width, rng=rng, initializer=initializer), Activation(name)]
            layers[-2].W = factor * layers[-2].W
            n_in = self.width
        return Network([*layers, Dense(n_in, 10, rng=rng)])

    def train(self, data, activation):
        """Record what `look` sees before training and after each pass; yield at the pauses."""
        X, y, X_test, y_test = self.data[data]
        network, rng = self.network(X.shape[1], activation), np.random.default_rng(0)
        optimizer, Y = GradientDescent(CHOICES[activation][-1]), np.eye(10)[y]
        records = self.records[data, activation] = [self.look(network, X_test, y_test)]
        for _ in range(self.last):
            for rows in np.array_split(rng.permutation(len(X)), self.pauses):
                yield
                run_epoch(network, X[rows], Y[rows], cost=SoftmaxCrossEntropy(),
                          optimizer=optimizer, batch_size=len(rows) // self.steps)
            records.append(self.look(network, X_test, y_test))

    def catch_up(self, data, activation, **_):
        """Go on with the training of this choice, from where it was left."""
        choice = data, activation
        try:
            for _ in self.training.setdefault(choice, self.train(*choice)):
                yield
        except (Exception, KeyboardInterrupt):
            del self.training[choice]  # it begins anew when it is asked for again
            raise

    def look(self, network, X, y):
        """Histograms, shares of zeros and of saturated ones, spread by layer; rows right."""
        right = np.mean(network.predict(X).argmax(axis=1) == y)
        phis = network.layers[1:-1:2]
        edges = np.linspace(*LIMITS[phis[0].name], BINS + 1)
        shares = [np.histogram(np.clip(phi.A, edges[0], edges[-1])[phi.A != 0], edges)[0]
                  / phi.A.size for phi in phis]
        return (edges, np.array(shares), np.array([np.mean(phi.A == 0) for phi in phis]),
                np.array([flat(phi.name, phi.Z).mean() for phi in phis]),
                np.array([phi.A.std(axis=0).mean() for phi in phis]), right)

    def build(self, fig):
        self.panels = Panels(fig.subplots(1, self.depth, sharey=True))
        return self.panels.moving

    def move(self, passes, activation, data):
        if (data, activation) not in self.records:
            next(self.catch_up(data, activation))
        records = self.records[data, activation]
        done = min(passes, len(records) - 1)
        edges, shares, zeros, saturated, spread, right = records[done]
        name = CHOICES[activation][0]
        if name != self.shown:
            self.panels.scene(LIMITS[name])
            self.shown = name
            self.redraw_scene()
        self.panels.set(edges, shares, zeros, saturated, spread)

        def percent(values):
            return ", ".join(f"{100 * v:.0f}" for v in values)

        learning = "" if done == passes else f" of {passes}, still learning"
        what, shares = ("exactly 0:", zeros) if zeros.any() else ("saturated", saturated)
        return (f"{data}, {activation}, after {done} passes{learning}, layers 1 to {self.depth}: "
                f"{what} {percent(shares)}%; signal (how much an activation differs from row to "
                f"row) {', '.join(f'{v:.2g}' for v in spread)}. Test rows right: {right:.0%}.")
