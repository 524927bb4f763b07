"""Networks trained to settle claims about activations: the same rows and budget, many seeds."""

from functools import partial

import numpy as np

from course_lib.costs import Quadratic, SigmoidCrossEntropy, SoftmaxCrossEntropy
from course_lib.datasets import load_fashion, load_spoken_digits, two_moons
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import Diverged, fit

STARTS = {"relu": "he", "leaky_relu": "he"}  # the first weights made for each; others: glorot


def threshold_runs(names=("threshold", "sigmoid", "tanh", "relu"), seeds=range(10), units=4,
                   steps=300):
    """Train a 2-4-1 network on two moons, once for each activation and seed.

    Returns
    -------
    dict of name -> dict of the largest move of a weight in the "first layer" and in the "last
    layer", and the share of rows that are "right", each an array (seeds,)
    """
    found = {}
    for name in names:
        runs = []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            X, y = two_moons(200, rng=rng, noise=0.1)
            first, last = Dense(2, units, rng=rng), Dense(units, 1, rng=rng)
            network, start = Network([first, Activation(name), last]), (first.W + 0, last.W + 0)
            fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=GradientDescent(1.0),
                epochs=steps, rng=rng, progress=False)
            runs.append([np.abs(first.W - start[0]).max(), np.abs(last.W - start[1]).max(),
                         np.mean((network.predict(X) > 0) == y)])
        found[name] = dict(zip(("first layer", "last layer", "right"), np.transpose(runs),
                               strict=True))
    return found


def dead_share(name, *, rate=1.0, bias=0.0, seeds=range(10), units=24, steps=100):
    """Share of 24 hidden units that are off for every row of the two moons, after 100 steps."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X, y = two_moons(200, rng=rng, noise=0.1)
        hidden = Dense(2, units, rng=rng, initializer="he")
        hidden.b = np.full(units, float(bias))
        network = Network([hidden, Activation(name), Dense(units, 1, rng=rng)])
        fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=GradientDescent(rate),
            epochs=steps, rng=rng, progress=False)
        found.append(np.mean((hidden.forward(X) <= 0).all(axis=0)))
    return np.array(found)


class Rows:
    """A data set in three parts, with standardised inputs.

    Attributes
    ----------
    train, valid, test : pairs (X, y); y is the number of the class
    """

    def __init__(self, X, y, X_test, y_test, n_valid):
        mean, spread = X.mean(axis=0), X.std(axis=0)
        X, X_test = (X - mean) / spread, (X_test - mean) / spread
        self.train, self.valid = (X[n_valid:], y[n_valid:]), (X[:n_valid], y[:n_valid])
        self.test = X_test, y_test

    def four(self):
        """X, y of the training rows, then of the test rows."""
        return *self.train, *self.test


def spoken_digits():
    """Recordings of digits as 16 × 8 means of loudness by time and pitch, 128 inputs."""
    def coarse(X):
        return X.reshape(-1, 16, 2, 8, 4).mean(axis=(2, 4)).reshape(-1, 128).astype(float)
    X, y, X_test, y_test = load_spoken_digits()
    return Rows(coarse(X), y, coarse(X_test), y_test, n_valid=200)


def clothes():
    """Photographs of clothes as 14 × 14 means of brightness, 196 inputs."""
    def coarse(X):
        return X.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196).astype(float)
    X, y, X_test, y_test, _ = load_fashion()
    return Rows(coarse(X), y, coarse(X_test), y_test, n_valid=500)


def deep(name, depth, seed, *, factor=1.0, width=32, n=128):
    """`depth` hidden layers of 32 units and 10 outputs, the first weights `factor` times as large.
    """
    rng, layers = np.random.default_rng(seed), []
    for _ in range(depth):
        dense = Dense(n, width, rng=rng, initializer=STARTS.get(name, "glorot"))
        dense.W = factor * dense.W
        layers += [dense, Activation(name)]
        n = width
    return Network([*layers, Dense(n, 10, rng=rng)])


def learn(network, rows, rate, seed, passes=10, batch_size=20):
    """Train on the training rows with gradient descent, and return the network.

    One that diverges keeps what it had before: it is measured like any other.
    """
    X, y = rows
    try:
        fit(network, X, y, cost=SoftmaxCrossEntropy(), epochs=passes, batch_size=batch_size,
            optimizer=GradientDescent(rate), rng=np.random.default_rng(seed), progress=False)
    except Diverged:
        pass
    return network


def right(network, rows):
    """The share of rows whose class is right."""
    X, y = rows
    return np.mean(network.predict(X).argmax(axis=1) == y)


def tune(make, rows, rates, *, passes=10, seeds=(100, 101)):
    """Validation rows right for each rate, the mean of seeds that are not used again.

    Parameters
    ----------
    make : make(seed) gives a network
    rows : Rows

    Returns
    -------
    best : the best of the rates
    scores : dict of rate -> share right
    """
    scores = {rate: np.mean([right(learn(make(seed), rows.train, rate, seed, passes), rows.valid)
                             for seed in seeds]) for rate in rates}
    return max(scores, key=scores.get), scores


def choose(name, depth, rows, factors, rates, *, passes=10):
    """The factor of the first weights and the rate that are best on the validation rows."""
    scores = {}
    for factor in factors:
        _, by_rate = tune(partial(deep, name, depth, factor=factor), rows, rates, passes=passes)
        scores |= {(factor, rate): score for rate, score in by_rate.items()}
    return max(scores, key=scores.get)


def measure(make, rows, rate, *, passes=10, seeds=range(10)):
    """Test rows right with each seed; networks of their own, the rate already chosen."""
    return np.array([right(learn(make(seed), rows.train, rate, seed, passes), rows.test)
                     for seed in seeds])


def zeros(network, X):
    """Share of hidden activations that are exactly 0, and of units that are 0 in all rows."""
    network.predict(X)
    hidden = [layer.A for layer in network.layers if isinstance(layer, Activation)]
    return (np.mean([np.mean(A == 0) for A in hidden]),
            np.mean([np.mean((A == 0).all(axis=0)) for A in hidden]))


def pretrain(network, name, X, seed, rate, passes=5):
    """Each layer in turn learns to encode its input so that it can be decoded again.

    A layer whose training diverges keeps what it had before.
    """
    rng = np.random.default_rng(seed)
    for layer, phi in zip(network.layers[:-1:2], network.layers[1:-1:2], strict=True):
        code, decode = (Dense(n_in, n_out, rng=rng) for n_in, n_out in
                        ((layer.n_in, layer.n_out), (layer.n_out, layer.n_in)))
        code.W = layer.W
        try:
            fit(Network([code, Activation(name), decode]), X, X, cost=Quadratic(), rng=rng,
                epochs=passes, optimizer=GradientDescent(rate), batch_size=20, progress=False)
        except Diverged:
            pass
        layer.W, layer.b = code.W, code.b
        X = phi.forward(layer.forward(X))
    return network
