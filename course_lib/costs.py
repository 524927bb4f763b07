"""A cost says in one number how wrong predictions ŷ are for targets y, and how to move them.

Each class is two formulas: `loss(y_hat, y)`, the cost of each example, summed over its outputs
(the last axis), and `slope(y_hat, y)` = ∂loss/∂ŷ, a new array shaped like y_hat. The rest is the
same for all: `value` is the mean of loss over the examples, `gradient` the slope of that mean,
and both first `check` that y_hat and y are where the formulas hold. Most are on "A list of cost
functions used in neural networks" (Cross Validated, 2015). Built in lesson 03.
"""

import functools
import math
import numbers

import numpy as np

from course_lib.activations import quiet, sigmoid, softmax
from course_lib.checks import is_number, real_array, short

_CONTAINS = {  # an interval → which values lie in it
    "(−∞, ∞)": np.isfinite,
    "[0, ∞)": lambda v: v >= 0,
    "(0, ∞)": lambda v: v > 0,
    "[0, 1]": lambda v: (v >= 0) & (v <= 1),
    "(0, 1]": lambda v: (v > 0) & (v <= 1),
    "(0, 1)": lambda v: (v > 0) & (v < 1),
}


def door(formula):
    """Stand before loss and slope, so that they are only formulas: lists become arrays, and targets
    (n,) do not meet predictions (n, 1), of which NumPy would make all n × n pairs."""

    @functools.wraps(formula)
    @quiet
    def checked(self, y_hat, y):
        y_hat, y = real_array(y_hat, self, "y_hat"), real_array(y, self, "y")
        if y_hat.ndim == y.ndim + 1 > 1 and y_hat.shape[-1] == 1 < y.shape[-1]:
            raise ValueError(f"{self}.{formula.__name__} got y_hat of shape {y_hat.shape} and y of "
                             f"shape {y.shape}; expected equal shapes: give y[:, None]")
        if y_hat.ndim and y_hat.shape[-1] == 0:
            raise ValueError(f"{self}.{formula.__name__} got y_hat of shape {y_hat.shape}; "
                             "expected at least one output")
        return formula(self, y_hat, y)

    return checked


class Cost:
    """What all costs share; y_hat is (batch, n_out), y likewise.

    A number is one example with one output; in (batch, time, n_out) each time is an example. y may
    be (batch,) when n_out is 1, or when the cost is between classes: labels 0 … n_out − 1.
    loss and slope trust that y_hat and y are where the formulas hold; value and gradient check.
    """

    y_hat_in = y_in = "(−∞, ∞)"
    classes = False  # is y one of n_out classes? Then each row of y sums to 1, or is a label
    on_logits = False  # is y_hat the number before a sigmoid or softmax, which is in the formula?
    advice = ""  # what to do about predictions outside y_hat_in

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in ("loss", "slope"):
            if name in vars(cls):
                setattr(cls, name, door(vars(cls)[name]))

    def value(self, y_hat, y):
        """C = 1/N Σ loss over the N examples, as a float; checked."""
        return float(np.mean(self.loss(*self.check(y_hat, y)), dtype=np.float64))

    def gradient(self, y_hat, y):
        """∂C/∂ŷ = slope / N, shape like y_hat; checked."""
        y_hat, y = self.check(y_hat, y)
        return self.slope(y_hat, y) / math.prod(y_hat.shape[:-1])

    def predictions(self, y_hat):
        """What the network's output means: y_hat; σ or softmax of it for costs on logits."""
        return real_array(y_hat, self, "y_hat")

    def check(self, y_hat, y):
        """(y_hat, y) as float arrays of one shape, labels made one-hot.

        Raises ValueError for shapes that do not fit, an empty batch, nan, inf, a value outside the
        domain, a label without an output; TypeError for what is not made of real numbers.
        """
        y_hat, y = real_array(y_hat, self, "y_hat"), real_array(y, self, "y")
        y_hat = y_hat if y_hat.dtype.kind == "f" else y_hat.astype(np.float64)
        if y_hat.ndim == 1:
            n = len(y_hat)
            raise ValueError(f"{self} got y_hat of shape ({n},), which is ambiguous: ({n}, 1) is "
                             f"{n} examples, y_hat[:, None]; (1, {n}) is one, y_hat[None, :].")
        if y_hat.size == 0:
            raise ValueError(f"{self} got an empty batch, y_hat of shape {y_hat.shape}; "
                             "expected at least one example with one output.")
        if y_hat.ndim and y.shape == y_hat.shape[:-1]:
            if self.classes:
                y = self._one_hot(y, y_hat.shape[-1])
            elif y_hat.shape[-1] == 1:
                y = y[..., None]
        if y.shape != y_hat.shape:
            to_do = ("y needs one row for each row of X." if y.shape[:1] != y_hat.shape[:1] else
                     "Labels are one number an example: y.ravel()."
                     if self.classes and y.shape == (*y_hat.shape[:-1], 1) else
                     "Give the network one output for each column of y; labels need one-hot rows.")
            raise ValueError(f"{self} got y_hat of shape {y_hat.shape} and y of shape {y.shape}; "
                             f"expected equal shapes. {to_do}")
        self._inside("predictions", "y_hat", y_hat, self.y_hat_in, self.advice)
        self._inside("targets", "y", y, self.y_in, "Encode or scale y first.")
        sums = np.sum(y, axis=-1).ravel()
        if self.classes and (wrong := np.abs(sums - 1) > 1e-5).any():
            row = np.argmax(wrong)
            raise ValueError(f"{self} needs rows of y that sum to 1; row {row} sums to "
                             f"{sums[row]}. Give labels of shape (batch,), or one-hot rows; for "
                             "several yes-or-no answers a row, use SigmoidCrossEntropy.")
        return y_hat, y.astype(y_hat.dtype, copy=False)

    def _one_hot(self, labels, n_out):
        wrong = labels[~np.isin(labels, np.arange(n_out))]
        if wrong.size:
            rule = (f"{n_out} outputs: labels go from 0 to {n_out - 1}." if n_out > 1 else
                    "1 output. For yes or no with one output use SigmoidCrossEntropy.")
            raise ValueError(f"{self} got label {wrong[0]} in y, but the network has {rule}")
        return np.eye(n_out)[labels.astype(int)]

    def _inside(self, what, name, values, interval, advice):
        inside = np.isfinite(values) & _CONTAINS[interval](values)
        if inside.all():
            return
        where = np.unravel_index(np.argmin(inside), np.shape(inside))
        place = f" at index {tuple(map(int, where))}" if values.ndim else ""
        if values.ndim == 2:
            place = f" at row {where[0]}, column {where[1]}"
        if not np.isfinite(values[where]):
            advice = ("Leave out or fill such rows." if name == "y" else
                      "Either X holds such values too, or training has diverged.")
        raise ValueError(f"{self} needs {what} in {interval}; got {values[where]} in {name}{place}."
                         f" {advice}".rstrip())

    def __repr__(self):
        settings = ", ".join(f"{name}={value}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})" if settings else type(self).__name__


class Quadratic(Cost):
    """½ Σ (ŷ − y)²: far off costs much more. Rumelhart, Hinton & Williams (1986), eq. 3."""

    def loss(self, y_hat, y):
        return 0.5 * np.sum((y_hat - y) ** 2, axis=-1)

    def slope(self, y_hat, y):
        return y_hat - y


class Absolute(Cost):
    """Σ |ŷ − y|: an outlier pulls no harder than any other; slope 0 at ŷ = y. Laplace (1774)."""

    def loss(self, y_hat, y):
        return np.sum(np.abs(y_hat - y), axis=-1)

    def slope(self, y_hat, y):
        return np.sign(y_hat - y)


class Huber(Cost):
    """Σ ½ r² where |r| ≤ δ, else δ (|r| − ½ δ), with r = ŷ − y. Huber (1964)."""

    def __init__(self, delta=1.0):
        self.delta = _positive("Huber", "delta", delta)

    def loss(self, y_hat, y):
        r = np.abs(y_hat - y)
        small = np.minimum(r, self.delta)
        return np.sum(small * (r - 0.5 * small), axis=-1)

    def slope(self, y_hat, y):
        return np.clip(y_hat - y, -self.delta, self.delta)


class Exponential(Cost):
    """τ exp(Σ (ŷ − y)² / τ); inf from Σ ≈ 709 τ on. Silva, Marques de Sá & Alexandre (2008)."""

    def __init__(self, tau=1.0):
        self.tau = _positive("Exponential", "tau", tau)

    def loss(self, y_hat, y):
        return self.tau * np.exp(np.sum((y_hat - y) ** 2, axis=-1) / self.tau)

    @np.errstate(invalid="ignore")
    def slope(self, y_hat, y):
        r = y_hat - y
        return 2 * r * np.exp(np.sum(r**2, axis=-1, keepdims=True) / self.tau)


class BinaryCrossEntropy(Cost):
    """−Σ [y log ŷ + (1 − y) log(1 − ŷ)], 0 < ŷ < 1, 0 ≤ y ≤ 1. Solla, Levin & Fleisher (1988)."""

    y_hat_in, y_in = "(0, 1)", "[0, 1]"
    advice = "End the network with sigmoid; if that rounds to 0 or 1, use SigmoidCrossEntropy."

    def loss(self, y_hat, y):
        return -np.sum(y * np.log(y_hat) + (1 - y) * np.log1p(-y_hat), axis=-1)

    def slope(self, y_hat, y):
        return (y_hat - y) / (y_hat * (1 - y_hat))


class SigmoidCrossEntropy(Cost):
    """BinaryCrossEntropy of ŷ = σ(z), on the logits z: log(1 + eᶻ) − y z.

    As max(z, 0) + log(1 + e^−|z|) − y z it neither overflows nor loses digits. σ′ cancels: the
    slope is σ(z) − y, large as long as the answer is wrong. Bishop (1995), §6.7.
    """

    y_in, on_logits = "[0, 1]", True

    def loss(self, z, y):
        return np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))), axis=-1)

    def slope(self, z, y):
        return sigmoid(z) - y

    def predictions(self, z):
        return sigmoid(z)


class CategoricalCrossEntropy(Cost):
    """−Σ y log ŷ, ŷ in (0, 1], y one-hot, probabilities or labels. Bishop (1995), §6.9."""

    y_hat_in, y_in, classes = "(0, 1]", "[0, 1]", True
    advice = "End the network with softmax; if that rounds to 0, use SoftmaxCrossEntropy."

    def loss(self, y_hat, y):
        return -np.sum(y * np.log(y_hat), axis=-1)

    def slope(self, y_hat, y):
        return -y / y_hat


class SoftmaxCrossEntropy(Cost):
    """CategoricalCrossEntropy of ŷ = softmax(z), on the logits z: log Σ eᶻ − Σ y z. Bridle (1990).

    The Jacobian of softmax cancels, as Σ y = 1: the slope is softmax(z) − y.
    """

    y_in, classes, on_logits = "[0, 1]", True, True

    def loss(self, z, y):
        z = z - np.max(z, axis=-1, keepdims=True)
        return np.log(np.sum(np.exp(z), axis=-1)) - np.sum(y * z, axis=-1)

    def slope(self, z, y):
        return softmax(z) - y

    def predictions(self, z):
        return softmax(z)


class Hellinger(Cost):
    """1/√2 Σ (√ŷ − √y)², ŷ > 0, y ≥ 0; without the root that makes a distance. Hellinger (1909)."""

    y_hat_in, y_in = "(0, ∞)", "[0, ∞)"
    advice = "End the network with softplus, sigmoid or softmax."

    def loss(self, y_hat, y):
        return np.sum((np.sqrt(y_hat) - np.sqrt(y)) ** 2, axis=-1) / math.sqrt(2)

    def slope(self, y_hat, y):
        return (np.sqrt(y_hat) - np.sqrt(y)) / (math.sqrt(2) * np.sqrt(y_hat))


class KullbackLeibler(Cost):
    """Σ y log(y/ŷ), 0 log 0 = 0; ŷ in (0, 1], y in [0, 1]. Kullback & Leibler (1951).

    For rows that sum to 1, where it is ≥ 0; otherwise it may be negative, and larger ŷ always wins.
    """

    y_hat_in, y_in, advice = "(0, 1]", "[0, 1]", "End the network with softmax."

    def loss(self, y_hat, y):
        return np.sum(y * np.log(np.where(y > 0, y, y_hat) / y_hat), axis=-1)

    def slope(self, y_hat, y):
        return -y / y_hat


class GeneralizedKullbackLeibler(Cost):
    """Σ [y log(y/ŷ) − y + ŷ], for any ŷ > 0, y ≥ 0: rows need not sum to 1. Csiszár (1991)."""

    y_hat_in, y_in = "(0, ∞)", "[0, ∞)"
    advice = "End the network with softplus."

    def loss(self, y_hat, y):
        return np.sum(y * np.log(np.where(y > 0, y, y_hat) / y_hat) - y + y_hat, axis=-1)

    def slope(self, y_hat, y):
        return (y_hat - y) / y_hat


class ItakuraSaito(Cost):
    """Σ [y/ŷ − log(y/ŷ) − 1], ŷ > 0, y > 0: only the ratio counts. Itakura & Saito (1968)."""

    y_hat_in, y_in = "(0, ∞)", "(0, ∞)"
    advice = "End the network with softplus."

    def loss(self, y_hat, y):
        return np.sum(y / y_hat - np.log(y / y_hat) - 1, axis=-1)

    def slope(self, y_hat, y):
        return (y_hat - y) / y_hat**2


def _positive(cost, name, value):
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{cost} got {name} = {short(value)}; expected a positive number.")
    if not (is_number(value) and 0 < float(value) < 1e300):
        raise ValueError(f"{cost} got {name} = {short(value)}; expected a positive number.")
    return float(value)
