"""Backward passes that are wrong: what a gradient check says about each, and what it cannot see."""

import numpy as np

from course_lib.costs import Quadratic
from course_lib.gradient_check import check_gradients
from course_lib.layers import Activation, Dense

TOLERANCE = 1e-6


# The classic mistakes -----------------------------------------------------------------------------
class MinusDropped(Quadratic):
    def gradient(self, y_hat, y):
        return -super().gradient(y_hat, y)


class SumNotMean(Quadratic):
    def gradient(self, y_hat, y):
        return self.slope(y_hat, y)


class Transposed(Dense):
    def backward(self, dZ):
        super().backward(dZ)
        return dZ @ self.W


class SlopeForgotten(Activation):
    def backward(self, dA):
        return dA.copy()


class MeanBias(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db = dZ.mean(axis=0)
        return dX


class Adds(Dense):
    def backward(self, dZ):
        self.dW = self.dW + self.X.T @ dZ
        self.db = dZ.sum(axis=0)
        return dZ @ self.W.T


# What slips through -------------------------------------------------------------------------------
class NearlyRight(Dense):
    """A wrong factor, smaller than the check's tolerance."""

    def backward(self, dZ):
        return super().backward(dZ) * (1 + 1e-7)


class NothingBack(Activation):
    """Wrong everywhere: hands back 0."""

    def backward(self, dA):
        return np.zeros_like(dA)


class WrongFarOut(Activation):
    """A slope of 0.5 below −5, where there were no data."""

    def backward(self, dA):
        return np.where(self.Z < -5, 0.5 * dA, super().backward(dA))


def errors_of(checked, X, y=None):
    """The relative errors that the check finds, passed or not."""
    try:
        return check_gradients(checked, X, y, rng=np.random.default_rng(9), tolerance=np.inf)
    except AssertionError as error:  # nan: no tolerance lets it pass
        if "dW gives nan" not in str(error):
            raise
        return {"dW": np.nan}


def classic_mistakes(seed=10):
    """Mistake → what the check finds, by the name of the gradient."""
    rng, X = np.random.default_rng(seed), np.random.default_rng(8).standard_normal((10, 3))
    y = np.random.default_rng(11).random((10, 3))
    return {"nothing wrong": errors_of(Dense(3, 3, rng=rng), X),
            "a minus dropped": errors_of(MinusDropped(), X, y),
            "a sum for a mean": errors_of(SumNotMean(), X, y),
            "a mean for a sum, in db": errors_of(MeanBias(3, 3, rng=rng), X),
            "a matrix not transposed": errors_of(Transposed(3, 3, rng=rng), X),
            "the slope of σ forgotten": errors_of(SlopeForgotten("sigmoid"), X),
            "added to dW, not set": errors_of(Adds(3, 3, rng=rng), X)}


def print_mistakes():
    """The table of the classic mistakes."""
    for mistake, errors in classic_mistakes().items():
        cells = [f"{k} {'ok' if v < TOLERANCE else f'{v:.2f}'}" for k, v in errors.items()]
        print(f"{mistake:26}", "   ".join(cells))


def blind_spots(seed=0):
    """Case → (is the layer right?, does it pass the check?)."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((5, 3))
    cases = {
        "relu that hands back nothing, no neuron on": (False, NothingBack("relu"), -2 - X**2),
        "relu that is wrong below −5, no data there": (False, WrongFarOut("relu"), X),
        "dX wrong by a factor of 1.0000001": (False, NearlyRight(3, 3, rng=rng), X),
        "relu that is right, checked at its kink": (True, Activation("relu"), np.zeros((5, 3)))}
    return {case: (right, max(errors_of(layer, given).values()) < TOLERANCE)
            for case, (right, layer, given) in cases.items()}


def print_blind_spots():
    """The cases in which the check and the truth differ."""
    print(f"{'':45}the truth   the check")
    for case, (right, passes) in blind_spots().items():
        print(f"{case:45}{'right' if right else 'wrong':12}{'passes' if passes else 'rejects'}")
