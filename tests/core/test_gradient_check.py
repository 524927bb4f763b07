"""The gradient check itself: what it returns, and that it catches a wrong cost."""

import numpy as np
import pytest

from course_lib.costs import Quadratic, SoftmaxCrossEntropy
from course_lib.gradient_check import (
    GradientMismatch,
    central_difference,
    check_gradients,
    relative_error,
)
from course_lib.layers import Activation

RNG = np.random.default_rng


def test_central_difference_of_a_cube():
    slope = central_difference(lambda w: np.sum(w**3), np.array([2.0]), np.array([1.0]))
    assert abs(slope - 12) < 1e-8


def test_relative_error():
    assert relative_error(2, 1) == 0.5 and relative_error(0, 0) == 0


@pytest.mark.parametrize("cost, y", [(Quadratic(), RNG(1).random((4, 3))),
                                     (SoftmaxCrossEntropy(), np.array([0, 2, 1, 1]))])
def test_costs_pass(cost, y):
    errors = check_gradients(cost, RNG(0).standard_normal((4, 3)), y, rng=RNG(2))
    assert set(errors) == {"gradient"} and errors["gradient"] < 1e-6


@pytest.mark.parametrize("wrong", [lambda y_hat, y: y - y_hat,
                                   lambda y_hat, y: y_hat - y,
                                   lambda y_hat, y: np.full_like(y_hat, np.nan)])
def test_wrong_costs_are_caught(wrong):
    class Wrong(Quadratic):
        gradient = staticmethod(wrong)

    with pytest.raises(GradientMismatch, match="along a random direction gradient gives"):
        check_gradients(Wrong(), RNG(0).standard_normal((4, 3)), RNG(1).random((4, 3)), rng=RNG(2))


def test_a_gradient_of_another_shape_is_caught():
    class Summed(Activation):
        def backward(self, dA):
            return super().backward(dA).sum(axis=0)

    with pytest.raises(GradientMismatch, match=r"dX has shape \(3,\)"):
        check_gradients(Summed("tanh"), RNG(0).standard_normal((4, 3)), rng=RNG(2))


def test_the_layer_is_left_as_it_was():
    layer = Activation("tanh")
    check_gradients(layer, RNG(0).standard_normal((4, 3)), rng=RNG(2))
    assert not hasattr(layer, "Z")
