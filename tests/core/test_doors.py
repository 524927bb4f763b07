"""Whatever comes from outside, to any public function: a right result, or an error that names it.

Only ValueError and TypeError are let through, with a sentence of the library's own; what is not
made of real numbers is never accepted.
"""

import copy
import warnings

import numpy as np
import pytest

from course_lib import activations, costs, gradient_check, initializers, metrics, optimizers
from course_lib.attention import SelfAttention
from course_lib.convolution import (
    AveragePool2D,
    Conv2D,
    ConvTranspose2D,
    DepthwiseConv2D,
    MaxPool2D,
    Upsample2D,
)
from course_lib.gated import GRU, LSTM
from course_lib.gradient_check import GradientMismatch
from course_lib.layers import Activation, Dense, Dropout, Flatten
from course_lib.network import Network, Residual
from course_lib.normalization import BatchNorm, LayerNorm
from course_lib.recurrent import RNN, DenseEachStep, Embedding, LastStep
from course_lib.training import Diverged, fit, predict
from course_lib.transformer import Positions, TransformerBlock

RNG = np.random.default_rng
GRID = np.array([[0.2, 0.7], [0.4, 0.1], [0.9, 0.5]])

#: what is not made of real numbers
NONSENSE = {
    "None": None, "a string": "abc", "a dict": {"a": 1}, "ragged": [[1.0], [1.0, 2.0]],
    "complex": GRID + 1j, "dates": GRID.astype("M8[s]"), "durations": GRID.astype("m8[s]"),
    "masked": np.ma.masked_array(GRID, GRID > 0.8), "strings": GRID.astype(str),
    "None inside": np.array([[0.2, None], [0.1, 0.4], [0.1, 0.3]], object),
    "structured": np.zeros((3, 2), [("a", float)]), "a function": np.tanh, "a set": {1, 2},
    "a class": Dense, "bytes": b"abc", "a module": np,
}
#: numbers, of shapes and sizes that may or may not fit
NUMBERS = {
    "a number": 0.5, "no dimension": np.array(0.5), "a vector": GRID[:, 0], "a list": GRID.tolist(),
    "one more dimension": GRID[None], "no rows": GRID[:0], "no columns": GRID[:, :0],
    "integers": np.array([[0, 1], [1, 0], [0, 1]]), "bools": GRID > 0.5, "huge": GRID * 1e300,
    "nan": np.full((3, 2), np.nan), "inf": np.full((3, 2), np.inf), "negative": -GRID,
    "float16": GRID.astype(np.float16), "longdouble": GRID.astype(np.longdouble),
    "transposed": GRID.T, "read-only": np.broadcast_to(0.5, (3, 2)), "objects": GRID.astype(object),
}
LAYERS = [
    (Dense(2, 3, rng=RNG(0)), GRID), (Activation("tanh"), GRID), (Activation("softmax"), GRID),
    (Flatten(), GRID), (Dropout(0.5, rng=RNG(0)), GRID), (BatchNorm(2), GRID),
    (Network([Dense(2, 2, rng=RNG(0)), Activation("relu")]), GRID),
    (Residual([Dense(2, 2, rng=RNG(0))]), GRID),
    (Conv2D(1, 2, 2, rng=RNG(0)), np.ones((2, 1, 4, 4))),
    (ConvTranspose2D(1, 2, 2, rng=RNG(0)), np.ones((2, 1, 4, 4))),
    (MaxPool2D(2), np.ones((2, 1, 4, 4))), (AveragePool2D(2), np.ones((2, 1, 4, 4))),
    (Upsample2D(2), np.ones((2, 1, 4, 4))), (RNN(2, 3, rng=RNG(0)), GRID[None]),
    (LSTM(2, 3, rng=RNG(0)), GRID[None]), (GRU(2, 3, rng=RNG(0)), GRID[None]),
    (DenseEachStep(2, 3, rng=RNG(0)), GRID[None]), (LastStep(), GRID[None]),
    (SelfAttention(2, 3, 4, rng=RNG(0)), GRID[None]),
    (SelfAttention(2, 4, 4, heads=2, causal=True, rng=RNG(0)), GRID[None]),
    (DepthwiseConv2D(1, 2, rng=RNG(0)), np.ones((2, 1, 4, 4))), (LayerNorm(2), GRID),
    (Positions(5, 2, rng=RNG(0)), GRID[None]), (Positions(5, 2, learnt=False), GRID[None]),
    (TransformerBlock(2, 2, rng=RNG(0)), GRID[None]),
    (Embedding(5, 2, rng=RNG(0)), np.array([[0, 1, 4]])),
]
COSTS = [getattr(costs, name)() for name in dir(costs)
         if isinstance(getattr(costs, name), type) and issubclass(getattr(costs, name), costs.Cost)
         and getattr(costs, name) is not costs.Cost]
RULES = [optimizers.GradientDescent, optimizers.Momentum, optimizers.Nesterov, optimizers.AdaGrad,
         optimizers.RMSprop, optimizers.Adam]
MEASURES = [metrics.accuracy, metrics.confusion_matrix, metrics.auc, metrics.roc_curve,
            metrics.precision_recall_curve, metrics.calibration]


def ready(layer, X):
    layer = copy.deepcopy(layer)
    layer.forward(X)
    return layer


def trained(**change):
    network = Network([Dense(2, 1, rng=RNG(0))])
    return fit(network, **dict(X=GRID, y=[0, 1, 0], cost=costs.SigmoidCrossEntropy(), epochs=1,
                               optimizer=optimizers.Adam(), rng=RNG(0), progress=False) | change)


def targets():
    """(name, function of one argument) of all public functions that take arrays."""
    for name, (phi, phi_prime) in activations.ACTIVATIONS.items():
        yield name, phi
        yield name + "_prime(z)", lambda z, f=phi_prime: f(z, GRID)
        yield name + "_prime(a)", lambda a, f=phi_prime: f(GRID, a)
    for layer, X in LAYERS:
        yield f"{layer}.forward", lambda x, c=layer: copy.deepcopy(c).forward(x)
        yield f"{layer}.backward", lambda d, c=layer, X=X: ready(c, X).backward(d)
        for name in (*layer.parameter_names, *["parameters"] * hasattr(layer, "parameters")):
            yield f"{layer}.{name} =", lambda v, c=layer, n=name: setattr(copy.deepcopy(c), n, v)
    for cost in COSTS:
        for method in ("value", "gradient", "loss", "slope"):
            yield f"{cost}.{method}(y_hat)", lambda x, c=cost, m=method: getattr(c, m)(x, GRID)
            yield f"{cost}.{method}(y)", lambda x, c=cost, m=method: getattr(c, m)(GRID, x)
        yield f"{cost}.predictions", cost.predictions
    for rule in RULES:
        yield f"{rule.__name__}.step(w)", lambda w, r=rule: r(0.1).step(w, GRID)
        yield f"{rule.__name__}.step(dw)", lambda g, r=rule: r(0.1).step(GRID.copy(), g)
    yield "clip_gradients", lambda g: optimizers.clip_gradients(g, 1.0)
    for measure in MEASURES:
        yield f"{measure.__name__}(y_hat)", lambda x, f=measure: f(x, [0, 1, 0])
        yield f"{measure.__name__}(y)", lambda x, f=measure: f(GRID[:, 0], x)
    yield "predict", lambda X: predict(Network([Dense(2, 1, rng=RNG(0))]), X)
    yield "Network.predict", lambda X: Network([Dense(2, 1, rng=RNG(0))]).predict(X)
    yield "fit(X)", lambda X: trained(X=X)
    yield "fit(y)", lambda y: trained(y=y)
    yield "fit(validation)", lambda X: trained(validation=(X, [0, 1, 0]))
    yield "check_gradients", lambda X: gradient_check.check_gradients(
        Activation("tanh"), X, rng=RNG(0), tolerance=np.inf)


TARGETS = list(targets())


def outcome(function, value):
    """None for a result; the error for one that is allowed; another error goes through."""
    if isinstance(value, np.ndarray):
        value = value.copy() if type(value) is np.ndarray else value
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            function(value)
        except (ValueError, TypeError) as error:
            return error
        except (Diverged, GradientMismatch):    # nan and inf, named by those who found them
            return None
    return None


@pytest.mark.parametrize("name, function", TARGETS, ids=[name for name, _ in TARGETS])
def test_nonsense_is_refused_with_a_sentence_of_our_own(name, function):
    for what, value in NONSENSE.items():
        error = outcome(function, value)
        assert error is not None, f"{name} took {what}"
        frame = error.__traceback__
        while frame.tb_next:
            frame = frame.tb_next
        assert "course_lib" in frame.tb_frame.f_code.co_filename, f"{name}, {what}: {error}"
        assert type(error) in (ValueError, TypeError), f"{name}, {what}: {error!r}"
        assert len(str(error)) > 20, f"{name}, {what}: {error}"


@pytest.mark.parametrize("name, function", TARGETS, ids=[name for name, _ in TARGETS])
def test_numbers_are_taken_or_refused(name, function):
    for what, value in NUMBERS.items():
        error = outcome(function, value)
        if error is not None:
            frame = error.__traceback__
            while frame.tb_next:
                frame = frame.tb_next
            assert "course_lib" in frame.tb_frame.f_code.co_filename, f"{name}, {what}: {error}"


MAKERS = {
    "Dense": lambda **k: Dense(**dict(n_in=2, n_out=3, rng=RNG(0)) | k),
    "Dropout": lambda **k: Dropout(**dict(p=0.5, rng=RNG(0)) | k),
    "BatchNorm": lambda **k: BatchNorm(**dict(channels=2) | k),
    "Activation": lambda **k: Activation(**dict(phi="relu") | k),
    "Conv2D": lambda **k: Conv2D(**dict(channels_in=1, channels_out=2, kernel=2, rng=RNG(0)) | k),
    "MaxPool2D": lambda **k: MaxPool2D(**dict(size=2) | k),
    "Upsample2D": lambda **k: Upsample2D(**dict(factor=2) | k),
    "RNN": lambda **k: RNN(**dict(n_in=2, n_hidden=3, rng=RNG(0)) | k),
    "LSTM": lambda **k: LSTM(**dict(n_in=2, n_hidden=3, rng=RNG(0)) | k),
    "Embedding": lambda **k: Embedding(**dict(n_tokens=5, dim=2, rng=RNG(0)) | k),
    "SelfAttention": lambda **k: SelfAttention(**dict(n_in=2, n_key=2, n_out=2, rng=RNG(0)) | k),
    "glorot": lambda **k: initializers.glorot(**dict(n_in=2, n_out=3, rng=RNG(0)) | k),
    "Adam": lambda **k: optimizers.Adam(**dict(learning_rate=0.1) | k),
    "Huber": lambda **k: costs.Huber(**k), "fit": trained,
}
SETTINGS = {
    "Dense": ["n_in", "n_out", "rng", "dtype", "initializer"], "Dropout": ["p", "rng"],
    "BatchNorm": ["channels", "momentum", "dtype"], "Activation": ["phi"],
    "Conv2D": ["channels_in", "channels_out", "kernel", "stride", "rng", "dtype", "initializer"],
    "MaxPool2D": ["size"], "Upsample2D": ["factor"],
    "RNN": ["n_in", "n_hidden", "rng", "dtype"], "LSTM": ["n_in", "n_hidden", "rng", "dtype"],
    "Embedding": ["n_tokens", "dim", "rng", "dtype"],
    "SelfAttention": ["n_in", "n_key", "n_out", "rng", "dtype"], "glorot": ["n_in", "n_out", "rng"],
    "Adam": ["learning_rate", "beta1", "beta2", "epsilon"], "Huber": ["delta"],
    "fit": ["epochs", "rng", "cost", "optimizer", "network", "X", "y"],
}
BAD_SETTINGS = ["nonsense", -1, 1j, {}, [], np.nan, np.array([1, 2, 3]), object(), 2**70, int, True]


@pytest.mark.parametrize("kind, name", [(k, name) for k, names in SETTINGS.items()
                                        for name in names])
def test_settings_that_are_none(kind, name):
    for value in BAD_SETTINGS:
        if type(value) is int and kind in ("Adam", "Huber") and value > 0 and "beta" not in name:
            continue                            # large, but a positive number
        try:
            if kind == "fit" and name == "network":
                fit(value, GRID, [0, 1, 0], cost=costs.Quadratic(), optimizer=optimizers.Adam(),
                    epochs=1, rng=RNG(0))
            else:
                MAKERS[kind](**{name: value})
        except (ValueError, TypeError) as error:
            assert len(str(error)) > 20, f"{kind}({name}={value!r}): {error}"
            frame = error.__traceback__
            while frame.tb_next:
                frame = frame.tb_next
            assert "course_lib" in frame.tb_frame.f_code.co_filename, \
                f"{kind}({name}={value!r}): {error}"
        else:
            raise AssertionError(f"{kind} took {name}={value!r}")
