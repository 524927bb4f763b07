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
from course_lib.layers import Activation, Dense
from course_lib.network import Network

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


def test_a_float32_network_is_checked_in_float64_and_left_as_it_was():
    network = Network([Dense(3, 4, rng=RNG(0), dtype=np.float32), Activation("tanh"),
                       Dense(4, 2, rng=RNG(1), dtype=np.float32)])
    before = network.parameters.copy()
    for layer in (network, network.layers[0]):
        errors = check_gradients(layer, RNG(0).standard_normal((5, 3)).astype(np.float32),
                                 rng=RNG(2))
        assert max(errors.values()) < 1e-7
    assert network.parameters.dtype == np.float32 and np.array_equal(network.parameters, before)
    assert not network.gradients.any()


def test_a_kink_is_named_and_a_wrong_gradient_is_not_excused():
    with pytest.raises(GradientMismatch, match="here is a kink.*Check at another X"):
        check_gradients(Activation("relu"), np.zeros((3, 2)), rng=RNG(0))
    wrong = Activation(np.tanh, lambda z, a: a)
    with pytest.raises(GradientMismatch, match=r"relative error \d\.\de[+-]\d\d\)$"):
        check_gradients(wrong, RNG(0).standard_normal((3, 2)), rng=RNG(0))


def test_a_direction_at_right_angles_to_the_gradient_passes():
    """Then both numbers are rounding, and only the floor says that they are about zero."""
    class Fixed:
        def standard_normal(self, shape):
            return np.array([[1.0, -1.0 + 1e-13]])

    class Sum(Quadratic):
        def loss(self, y_hat, y):
            return np.sum(1e3 * y_hat, axis=-1)

        def slope(self, y_hat, y):
            return np.full_like(y_hat, 1e3)

    fixed = type("Fixed", (np.random.Generator,), vars(Fixed).copy() | {"__slots__": ()})
    rng = fixed(np.random.PCG64(0))
    assert check_gradients(Sum(), np.array([[0.3, 0.7]]), np.zeros((1, 2)), rng=rng)


@pytest.mark.parametrize("change, error, message", [
    (dict(rng=0), TypeError, "default_rng"), (dict(rng=None), TypeError, "default_rng"),
    (dict(tolerance=np.nan), ValueError, "tolerance=nan"),
    (dict(tolerance=[0.1]), ValueError, "tolerance="),
    (dict(epsilon=-1), ValueError, "epsilon=-1"),
    (dict(X=np.ones((2, 2), complex)), TypeError, "real numbers"),
    (dict(X=[["a", "b"]]), TypeError, "real numbers"),
    (dict(checked="Dense"), TypeError, "expected a layer"),
    (dict(checked=np.tanh), TypeError, "expected a layer"),
    (dict(checked=Quadratic), TypeError, "expected a layer"),
])
def test_bad_arguments(change, error, message):
    arguments = dict(checked=Activation("tanh"), X=np.ones((2, 2)), rng=RNG(0)) | change
    with pytest.raises(error, match=message):
        check_gradients(**arguments)
