"""Layers: shapes, gradients, what they remember, and what they say to a wrong input."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.activations import ACTIVATIONS, relu
from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Activation, Dense, Dropout, Flatten, Layer
from course_lib.network import Network

RNG = np.random.default_rng


@given(batch=st.integers(1, 7), n_in=st.integers(1, 9), n_out=st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_dense_shapes_and_gradients(batch, n_in, n_out):
    rng = RNG(0)
    layer = Dense(n_in, n_out, rng=rng)
    layer.b = rng.standard_normal(n_out)
    X = rng.standard_normal((batch, n_in))
    assert np.allclose(layer.forward(X), X @ layer.W + layer.b)
    assert layer.backward(np.ones((batch, n_out))).shape == X.shape
    assert set(check_gradients(layer, X, rng=rng)) == {"dX", "dW", "db"}


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"threshold"}))
def test_activation_gradients(name):
    check_gradients(Activation(name), RNG(1).standard_normal((5, 4)), rng=RNG(2))


def test_activation_of_your_own():
    cube = Activation(lambda z: z**3, lambda z, a: 3 * z**2)
    check_gradients(cube, RNG(0).standard_normal((3, 2)), rng=RNG(1))
    assert Activation(relu).name == "relu"


@pytest.mark.parametrize("layer, shape", [
    (Flatten(), (2, 3, 4, 5)),
    (Dropout(0.5, rng=RNG(0)), (6, 5)),
    (Dense(3, 2, rng=RNG(0)), (4, 3)),
])
def test_arguments_are_left_alone_and_gradients_are_right(layer, shape):
    check_gradients(layer, RNG(1).standard_normal(shape), rng=RNG(2))


def test_backward_sets_gradients_and_never_adds():
    layer = Dense(3, 2, rng=RNG(0))
    X, dZ = RNG(1).standard_normal((4, 3)), RNG(2).standard_normal((4, 2))
    layer.forward(X)
    layer.backward(dZ)
    first = layer.dW.copy()
    layer.backward(dZ)
    assert np.array_equal(layer.dW, first)


def test_dense_agrees_with_pytorch():
    torch = pytest.importorskip("torch")
    layer = Dense(5, 3, rng=RNG(0))
    X, dZ = RNG(1).standard_normal((4, 5)), RNG(2).standard_normal((4, 3))
    twin = torch.nn.Linear(5, 3, dtype=torch.float64)
    with torch.no_grad():
        twin.weight.copy_(torch.tensor(layer.W.T.copy()))
        twin.bias.copy_(torch.tensor(layer.b))
    X_twin = torch.tensor(X, requires_grad=True)
    Z_twin = twin(X_twin)
    Z_twin.backward(torch.tensor(dZ))
    assert np.allclose(layer.forward(X), Z_twin.detach().numpy(), atol=1e-12)
    assert np.allclose(layer.backward(dZ), X_twin.grad.numpy(), atol=1e-12)
    assert np.allclose(layer.dW, twin.weight.grad.numpy().T, atol=1e-12)
    assert np.allclose(layer.db, twin.bias.grad.numpy(), atol=1e-12)


def test_float32_stays_float32():
    network = Network([Dense(3, 2, rng=RNG(0), dtype=np.float32), Activation("tanh"),
                       Dropout(0.5, rng=RNG(0)), Dense(2, 1, rng=RNG(0), dtype=np.float32)])
    network.training = True
    Y = network.forward(np.ones((4, 3), np.float32))
    assert Y.dtype == network.backward(Y).dtype == np.float32


def test_dropout_keeps_the_mean_and_drops_only_in_training():
    layer = Dropout(0.3, rng=RNG(0))
    X = np.ones((200, 500))
    Y = layer.forward(X)
    assert np.array_equal(Y, X) and Y is not X
    layer.training = True
    Y = layer.forward(X)
    assert set(np.unique(Y)) == {0.0, 1 / 0.7}
    assert abs((Y == 0).mean() - 0.3) < 0.01 and abs(Y.mean() - 1) < 0.01
    assert np.array_equal(layer.backward(X), Y)
    check_gradients(layer, RNG(1).standard_normal((4, 3)), rng=RNG(2))


class ForgottenDerivative(Activation):
    def backward(self, dA):
        return dA


class Transposed(Dense):
    def backward(self, dZ):
        super().backward(dZ)
        return dZ @ self.W


class MeanForSum(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db = dZ.mean(axis=0)
        return dX


class DroppedMinus(Dense):
    def backward(self, dZ):
        return -super().backward(dZ)


class AddsGradients(Dense):
    def backward(self, dZ):
        before = self.dW.copy()
        dX = super().backward(dZ)
        self.dW = self.dW + before
        return dX


class ChangesItsArgument(Activation):
    def forward(self, Z):
        Z *= 2
        return super().forward(Z)


@pytest.mark.parametrize("wrong", [
    ForgottenDerivative("sigmoid"), Transposed(3, 3, rng=RNG(0)), MeanForSum(3, 3, rng=RNG(0)),
    DroppedMinus(3, 3, rng=RNG(0)), AddsGradients(3, 3, rng=RNG(0)), ChangesItsArgument("tanh"),
])
def test_the_gradient_check_rejects_wrong_code(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(wrong, RNG(1).standard_normal((4, 3)), rng=RNG(2))


def test_a_wrong_shape_is_told_with_what_to_do():
    layer = Dense(784, 30, rng=RNG(0))
    with pytest.raises(ValueError, match=r"Dense\(784, 30\) got X of shape \(10, 28, 28\); "
                                         r"expected \(batch, 784\). Put Flatten\(\) before it."):
        layer.forward(np.zeros((10, 28, 28)))
    with pytest.raises(ValueError, match=r"X\[None, :\]"):
        layer.forward(np.zeros(784))
    with pytest.raises(ValueError, match=r"X\.T"):
        layer.forward(np.zeros((784, 5)))
    layer.forward(np.zeros((5, 784)))
    with pytest.raises(ValueError, match="backward got dZ"):
        layer.backward(np.zeros((4, 30)))
    activation = Activation("relu")
    activation.forward(np.zeros((5, 1)))
    with pytest.raises(ValueError, match=r"dA of shape \(5,\)"):
        activation.backward(np.zeros(5))
    with pytest.raises(ValueError, match=r"W has shape \(784, 30\); got \(30, 784\)"):
        layer.W = np.zeros((30, 784))


@pytest.mark.parametrize("layer", [Dense(2, 2, rng=RNG(0)), Activation("relu"), Flatten()])
def test_backward_before_forward(layer):
    with pytest.raises(RuntimeError, match=r"call forward\(X\) first"):
        copy.deepcopy(layer).backward(np.zeros((1, 2)))


@pytest.mark.parametrize("make, error, message", [
    (lambda: Activation("reul"), ValueError, "does not know 'reul'; choose one of"),
    (lambda: Activation(lambda z: z), ValueError, "give phi and phi_prime"),
    (lambda: Dense(2, 2, rng=RNG(0), initializer="xavier"), ValueError, "choose one of glorot"),
    (lambda: Dense(0, 2, rng=RNG(0)), ValueError, "n_in"),
    (lambda: Dense(2, 2, rng=7), TypeError, "default_rng"),
    (lambda: Dropout(1, rng=RNG(0)), ValueError, "0 ≤ p < 1"),
    (lambda: Layer().forward(np.zeros((1, 1))), NotImplementedError, "Layer has no forward"),
])
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_float32_layer_takes_a_gradient_of_float64():
    rng = np.random.default_rng(0)
    layer = Dense(3, 2, rng=rng, dtype=np.float32)
    X, dZ = rng.random((5, 3)).astype(np.float32), rng.random((5, 2))
    layer.forward(X)
    dX = layer.backward(dZ)
    assert dX.dtype == layer.dW.dtype == np.float32
    assert np.allclose(layer.dW, X.T @ dZ, rtol=1e-5) and np.allclose(dX, dZ @ layer.W.T, rtol=1e-5)


def test_what_came_out_is_never_overwritten_and_what_went_in_never_changed():
    layers = [Dense(3, 3, rng=RNG(0)), Flatten(), Dropout(0.5, rng=RNG(0)),
              *(Activation(name) for name in ACTIVATIONS)]
    for layer in layers:
        for layer.training in (False, True):
            X, dY = RNG(1).standard_normal((4, 3)), RNG(2).standard_normal((4, 3))
            X_before, dY_before = X.copy(), dY.copy()
            Y = layer.forward(X)
            Y_before = Y.copy()
            dX = layer.backward(dY)
            dX_before = dX.copy()
            layer.forward(X + 1)
            layer.backward(dY + 1)
            for array, before in ((X, X_before), (dY, dY_before), (Y, Y_before), (dX, dX_before)):
                assert np.array_equal(array, before)
            assert not np.shares_memory(Y, X) and not np.shares_memory(dX, dY)


@pytest.mark.parametrize("layer", [Dense(2, 2, rng=RNG(0)), Activation("tanh"), Flatten(),
                                   Dropout(0.1, rng=RNG(0)),
                                   Network([Dense(2, 2, rng=RNG(0)), Activation("relu")])])
def test_lists_and_tables_are_arrays(layer):
    import pandas as pd
    X = np.array([[1.0, 2.0], [3.0, -4.0]])
    expected, dX = layer.forward(X), layer.backward(X)
    for other in (X.tolist(), pd.DataFrame(X), np.asfortranarray(X), X.astype(np.float32),
                  X.astype(int), X.astype(object)):
        assert np.allclose(layer.forward(other), expected, rtol=1e-6)
        assert np.allclose(layer.backward(other), dX, rtol=1e-6, atol=1e-6)
    for bad, error in (("abc", TypeError), (None, TypeError), ([[1, 2], [3]], ValueError),
                       (X + 0j, TypeError), (X.astype("M8[s]"), TypeError), ({}, TypeError),
                       (np.ma.masked_array(X, X > 2), TypeError), ([["1", "2"]], TypeError),
                       (3.0, ValueError), ([[None, 1.0]], TypeError),
                       (np.zeros(2, [("a", float)]), TypeError)):
        with pytest.raises(error, match="got"):
            layer.forward(bad)
        layer.forward(X)
        with pytest.raises(error, match="got"):
            layer.backward(bad)


def test_a_layer_that_returns_nothing_is_named():
    class Forgets(Activation):
        def backward(self, dA):
            dA * 2

    class ForgetsForward(Activation):
        def forward(self, Z):
            self.A = Z

    with pytest.raises(TypeError, match=r"forward returned None; .*a return"):
        ForgetsForward("tanh").forward(np.ones((2, 2)))
    network = Network([Dense(2, 2, rng=RNG(0)), Forgets("tanh")])
    network.forward(np.ones((2, 2)))
    with pytest.raises(TypeError, match=r"Activation\('tanh'\).backward returned None"):
        network.backward(np.ones((2, 2)))


def test_a_subclass_may_change_the_shape():
    class First(Dense):
        def forward(self, X):
            return super().forward(X)[:, :1]

        def backward(self, dY):
            return super().backward(np.hstack([dY, np.zeros_like(dY)]))

    check_gradients(First(3, 2, rng=RNG(0)), RNG(1).standard_normal((4, 3)), rng=RNG(2))


def test_a_layer_of_your_own_needs_its_formulas_and_nothing_else():
    class Scale(Layer):
        parameter_names = ("s",)

        def __init__(self, n):
            self.s = np.ones(n)

        def forward(self, X):
            self.X = X
            return X * self.s

        def backward(self, dY):
            self.ds = (dY * self.X).sum(axis=0)
            return dY * self.s

    network = Network([Scale(3), Dense(3, 2, rng=RNG(0))])
    check_gradients(network, RNG(1).standard_normal((4, 3)), rng=RNG(2))
    check_gradients(Scale(3), RNG(1).standard_normal((4, 3)), rng=RNG(2))
    assert np.shares_memory(network.layers[0].s, network.parameters)


@pytest.mark.parametrize("dtype", [int, bool, complex, object, str, "O", "M8[s]", "nonsense",
                                   np.float16])
def test_weights_are_floats(dtype):
    with pytest.raises(ValueError, match="dtype=.*expected np.float64 or np.float32"):
        Dense(2, 3, rng=RNG(0), dtype=dtype)


@pytest.mark.parametrize("p", [None, "0.1", 1j, [0.1], True, -0.1, np.nan])
def test_dropouts_p(p):
    with pytest.raises(ValueError, match="0 ≤ p < 1"):
        Dropout(p, rng=RNG(0))


@pytest.mark.parametrize("rng", [None, 0, "rng", np.random])
def test_dropouts_rng(rng):
    with pytest.raises(TypeError, match="default_rng"):
        Dropout(0.5, rng=rng)


@pytest.mark.parametrize("n", [10**10, 2**63, 10**30, 2.5, "3", None, True, [2]])
def test_sizes_that_are_none(n):
    with pytest.raises((ValueError, TypeError), match="got n_in"):
        Dense(n, 2, rng=RNG(0))
    with pytest.raises((ValueError, TypeError), match="got n_"):
        Dense(2, n, rng=RNG(0))
    with pytest.raises(ValueError, match="too large"):
        Dense(10**6, 10**6, rng=RNG(0))


def test_a_reader_who_wants_all_errors_raised_gets_none():
    layer, X = Dense(2, 2, rng=RNG(0)), np.full((3, 2), 1e-300)
    layer.W = np.full((2, 2), 1e-300)
    with np.errstate(all="raise"):
        assert not layer.forward(X).any() and not layer.backward(X).any()


@pytest.mark.parametrize("shape, advice", [
    ((5, 2, 3), r"Put Flatten\(\)"), ((6,), r"X\[None, :\]"), ((6, 5), "did you mean X.T"),
    ((5, 7), "Change the layer's n_in, or the data"), ((5, 2, 4), "Change the layer's n_in"),
    ((7,), "Change the layer's n_in"), ((7, 5), "Change the layer's n_in"),
])
def test_a_shape_that_does_not_fit_is_told_what_to_do(shape, advice):
    with pytest.raises(ValueError, match=advice):
        Dense(6, 2, rng=np.random.default_rng(0)).forward(np.zeros(shape))
