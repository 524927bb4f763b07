"""The networks that lesson 07 and its further notebooks train, and what they are trained on."""

import json

import numpy as np

from course_lib.convolution import Conv2D
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets import load_digits
from course_lib.datasets.files import data_file
from course_lib.layers import Activation, Dense, Dropout, Flatten, Layer
from course_lib.network import Network, Residual
from course_lib.normalization import BatchNorm
from course_lib.optimizers import Adam
from course_lib.pooling import MaxPool2D
from course_lib.training import run_epoch

F32 = np.float32  # half the memory of float64, and twice the speed


def accuracy(network, X, y):
    """The share of right answers."""
    return float(np.mean(network.predict(X).argmax(axis=1) == y))


def train(network, X, y, *, epochs, rate, rng, batch_size=50, change=None):
    """Adam with a learning rate that falls to 0; yields the number of each epoch when it is over.

    ``y`` are classes, or one-hot rows. ``change(X, rng)`` alters the images of each epoch.
    """
    Y = np.eye(10, dtype=F32)[y] if y.ndim == 1 else y
    optimizer = Adam(rate)
    for epoch in range(epochs):
        optimizer.learning_rate = rate * (1 - epoch / epochs)
        order = rng.permutation(len(X))
        images = X[order] if change is None else change(X[order], rng)
        run_epoch(network, images, Y[order], cost=SoftmaxCrossEntropy(), optimizer=optimizer,
                  batch_size=batch_size)
        yield epoch + 1


def trained(network, X, y, **settings):
    """The network, when `train` is through with it."""
    for _ in train(network, X, y, **settings):
        pass
    return network


def dense_network(n_hidden, rng, n_in=28 * 28):
    """Flatten, one hidden layer of rectifiers, ten answers."""
    return Network([Flatten(), Dense(n_in, n_hidden, rng=rng, initializer="he", dtype=F32),
                    Activation("relu"), Dense(n_hidden, 10, rng=rng, dtype=F32)])


def cnn(rng, dtype=F32):
    """Two convolutions with pooling, and a dense layer: 14,698 parameters."""
    given = {"rng": rng, "dtype": dtype}
    return Network([
        Conv2D(1, 12, 5, padding=2, **given), MaxPool2D(2), Activation("relu"),   # 12 × 14 × 14
        Conv2D(12, 24, 3, padding=1, **given), MaxPool2D(2), Activation("relu"),  # 24 × 7 × 7
        Flatten(), Dropout(0.3, rng=rng), Dense(24 * 7 * 7, 10, **given)])        # 10 classes


def shifted(X, pixels):
    """The images moved to the right; what comes in from the left is empty."""
    moved = np.zeros_like(X)
    moved[..., pixels:] = X[..., :X.shape[-1] - pixels]
    return moved


def mirrored(X, rng):
    """Half of the images, left and right exchanged: a boot that points the other way is a boot."""
    X, half = X.copy(), rng.random(len(X)) < 0.5
    X[half] = X[half, ..., ::-1]
    return X


# Digits of 8 × 8 ----------------------------------------------------------------------------------
def digits():
    """Digits as images (n, 1, 8, 8), their labels; then those of the test."""
    D, digit, D_test, digit_test = load_digits()
    return D[:, None], digit, D_test[:, None], digit_test


def wobble(X, rng):
    """Each image moved by up to one pixel each way."""
    padded = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)))
    down, right = rng.integers(0, 3, (2, len(X)))
    return np.stack([x[:, i:i + 8, j:j + 8] for x, i, j in zip(padded, down, right, strict=True)])


def digit_reader(seed=0):
    """A network that reads digits of 8 × 8, and ends in two dense layers; trained."""
    rng = np.random.default_rng(seed)
    given = {"rng": rng, "dtype": F32}
    reader = Network([
        Conv2D(1, 16, 3, **given), Activation("relu"), Conv2D(16, 32, 3, **given),
        Activation("relu"), MaxPool2D(2), Flatten(), Dense(2 * 2 * 32, 48, **given),
        Activation("relu"), Dense(48, 10, **given)])
    D, digit, _, _ = digits()
    return trained(reader, D, digit, epochs=20, rate=0.005, rng=rng, change=wobble)


def field(X, down=0, right=0):
    """Digits in the middle of an empty 12 × 12 field, or moved: all alike, or each its way."""
    placed = np.zeros((len(X), 1, 12, 12), F32)
    down, right = (np.broadcast_to(2 + np.asarray(d), len(X)) for d in (down, right))
    for n, (i, j) in enumerate(zip(down, right, strict=True)):
        placed[n, :, i:i + 8, j:j + 8] = X[n]
    return placed


def scattered(X, rng):
    """Each digit of a field moved by up to two pixels each way."""
    return field(X[:, :, 2:10, 2:10], *rng.integers(-2, 3, (2, len(X))))


def small_network(kind, rng):
    """For fields of 12 × 12: 2,645 parameters (dense), 2,698 or 3,738 (pooling over all)."""
    given = {"rng": rng, "dtype": F32}
    stride, c = (2 if kind == "strides" else 1), {"padding": 1, **given}
    layers = [Conv2D(1, 8, 3, stride=stride, **c), Activation("relu"), MaxPool2D(2),
              Conv2D(8, 16, 3, stride=stride, **c), Activation("relu"), MaxPool2D(2)]
    if kind == "dense":
        return dense_network(17, rng, 144)
    if kind == "strides":
        layers = [layer for layer in layers if not isinstance(layer, MaxPool2D)]
    if kind == "pooling over all":
        layers[5:] = [Conv2D(16, 16, 3, **c), Activation("relu"), MaxPool2D(6)]
        return Network([*layers, Flatten(), Dense(16, 10, **given)])
    return Network([*layers, Flatten(), Dense(144, 10, **given)])


def moved_digits(seeds=range(5)):
    """Right answers for digits moved by 0, 1 and 2 pixels: {network: (seeds, 3)}."""
    D, digit, D_test, digit_test = digits()
    centred, tests = field(D), [field(D_test, right=d) for d in range(3)]
    found = {}
    for label, kind, change in (
            ("dense", "dense", None), ("strides, no pooling", "strides", None),
            ("2 × 2 pooling, twice", "pooling", None),
            ("pooling over all places", "pooling over all", None),
            ("dense, scattered", "dense", scattered), ("pooling, scattered", "pooling", scattered)):
        runs = []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            network = trained(small_network(kind, rng), centred, digit, epochs=8, rate=0.007,
                              rng=rng, change=change)
            runs.append([accuracy(network, test, digit_test) for test in tests])
        found[label] = np.array(runs)
    return found


def deep(depth, path, normalised, rng):
    """So many 3 × 3 convolutions; with a path around each and BatchNorm, if asked for."""
    given = {"rng": rng, "dtype": F32, "padding": 1}
    layers = [Conv2D(1, 8, 3, **given), MaxPool2D(2), Activation("relu")]
    for _ in range(depth - 1):
        norm = [BatchNorm(8, dtype=F32)] if normalised else []
        block = [Conv2D(8, 8, 3, **given), *norm, Activation("relu")]
        layers += [Residual(block)] if path else block
    return Network([*layers, Flatten(), Dense(128, 10, rng=rng, dtype=F32)])


FOUR = {"plain": (False, False), "path": (True, False), "normalised": (False, True),
        "path and normalised": (True, True)}


BUDGETS = {"4 epochs, rate 0.005": {"epochs": 4, "rate": 0.005},
           "12 epochs, rate 0.002": {"epochs": 12, "rate": 0.002}}


def four_deep_networks(seeds=range(3), *, depth=24, epochs=4, rate=0.005):
    """Right answers on held-out digits, with and without a path and normalisation: {name: (seeds,)}
    """
    D, digit, _, _ = digits()
    fit, held_out = slice(300, None), slice(0, 300)     # validation rows; the test stays shut
    found = {}
    for name, (path, normalised) in FOUR.items():
        found[name] = np.array([
            accuracy(trained(deep(depth, path, normalised, rng), D[fit], digit[fit],
                             epochs=epochs, rate=rate, rng=rng), D[held_out], digit[held_out])
            for rng in map(np.random.default_rng, seeds)])
    return found


def deep_networks():
    """The four deep networks, ten seeds and two budgets: {budget: {name: (seeds,)}}.

    Measured beforehand with `four_deep_networks`, by data/sources/measure_deep_networks.py.
    """
    stored = json.loads(data_file("deep_networks.json").read_text(encoding="utf-8"))
    return {budget: {name: np.array(values) for name, values in four.items()}
            for budget, four in stored.items()}


# A label for every pixel --------------------------------------------------------------------------
class PixelsLast(Layer):
    """(batch, classes, height, width) → (batch, height, width, classes), as the cost wants it."""

    def forward(self, X):
        return X.transpose(0, 2, 3, 1)

    def backward(self, dY):
        return dY.transpose(0, 3, 1, 2)


def mean_iou(guess, truth):
    """Mean over the 11 labels of: pixels in both ÷ pixels in either (intersection over union)."""
    return np.mean([np.sum((guess == k) & (truth == k)) / np.sum((guess == k) | (truth == k))
                    for k in range(11)])


def saliency(network, x, label, rng, n=30):
    """|∂z/∂x|: how much the answer for the label moves with each pixel.

    The mean over n noisy copies: the gradient at a single point is mostly noise.
    """
    noisy = x[None] + 0.1 * rng.standard_normal((n, *x.shape), dtype=F32)
    dZ = np.zeros_like(network.predict(noisy))
    dZ[:, label] = 1
    return np.abs(network.backward(dZ)).mean(axis=0)[0]
