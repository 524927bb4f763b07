"""Batch normalization: in training and out of it, its running averages, and wrong versions."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Dense
from course_lib.network import Network
from course_lib.normalization import EPSILON, BatchNorm

RNG = np.random.default_rng
SHAPES = [(7, 3), (4, 3, 5, 2)]


def batch_norm(kind=BatchNorm, **kwargs):
    layer = kind(3, **kwargs)
    layer.gamma, layer.beta = RNG(1).standard_normal(3), RNG(2).standard_normal(3)
    layer.running_mean[:], layer.running_variance[:] = RNG(3).standard_normal(3), (0.5, 1, 2)
    return layer


def by_channel(X, gamma, beta, mean=None, variance=None):
    """The formula, one channel after the other."""
    Y = np.empty(X.shape)
    for c in range(X.shape[1]):
        mu = X[:, c].mean() if mean is None else mean[c]
        sigma2 = ((X[:, c] - mu)**2).mean() if variance is None else variance[c]
        Y[:, c] = gamma[c] * (X[:, c] - mu) / np.sqrt(sigma2 + EPSILON) + beta[c]
    return Y


@given(batch=st.integers(2, 6), image=st.sampled_from([(), (1, 1), (2, 3), (5, 1)]))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_the_formula_and_its_gradients(batch, image):
    X = 3 * RNG(0).standard_normal((batch, 3, *image)) + 1
    layer = batch_norm()
    mean, variance = layer.running_mean.copy(), layer.running_variance.copy()
    assert np.allclose(layer.forward(X), by_channel(X, layer.gamma, layer.beta, mean, variance))
    assert set(check_gradients(layer, X, rng=RNG(1))) == {"dX", "dgamma", "dbeta"}
    layer.training = True
    assert np.allclose(layer.forward(X), by_channel(X, layer.gamma, layer.beta))
    # with two examples X̂ is ±1 whatever they are, so dX is about ε: nothing to compare
    check_gradients(layer, X, rng=RNG(1), tolerance=1e-5) if batch > 2 else None


@pytest.mark.parametrize("shape", SHAPES)
def test_equal_to_pytorch(shape):
    torch = pytest.importorskip("torch")
    twin = (torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d)(3).double()
    layer = batch_norm()
    with torch.no_grad():
        twin.weight.copy_(torch.tensor(layer.gamma))
        twin.bias.copy_(torch.tensor(layer.beta))
        twin.running_mean.copy_(torch.tensor(layer.running_mean))
        twin.running_var.copy_(torch.tensor(layer.running_variance))
    for step, training in enumerate((True, True, False, True)):
        layer.training = training
        twin.train(training)
        twin.zero_grad()
        X, dY = 3 * RNG(step).standard_normal(shape) + 1, RNG(9 + step).standard_normal(shape)
        t = torch.tensor(X, requires_grad=True)
        Y = twin(t)
        Y.backward(torch.tensor(dY))
        pairs = [(layer.forward(X), Y), (layer.backward(dY), t.grad),
                 (layer.dgamma, twin.weight.grad), (layer.dbeta, twin.bias.grad),
                 (layer.running_mean, twin.running_mean),
                 (layer.running_variance, twin.running_var)]
        for ours, theirs in pairs:
            assert np.allclose(ours, theirs.detach().numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_in_training_each_channel_has_mean_0_and_variance_1(shape):
    layer = BatchNorm(3)
    layer.training = True
    Y = layer.forward(50 * RNG(0).standard_normal(shape) - 20)
    axes = tuple(i for i in range(Y.ndim) if i != 1)
    assert np.allclose(Y.mean(axis=axes), 0) and np.allclose(Y.var(axis=axes), 1, atol=1e-4)


def test_running_averages_reach_the_data_and_stand_still_out_of_training():
    layer, X = BatchNorm(2), RNG(0).standard_normal((400, 2)) * (1, 3) + (5, -2)
    layer.training = True
    for _ in range(200):
        layer.forward(X)
    assert np.allclose(layer.running_mean, X.mean(axis=0))
    assert np.allclose(layer.running_variance, X.var(axis=0, ddof=1))
    layer.training = False
    before = layer.running_mean.copy(), layer.running_variance.copy()
    alone, together = layer.forward(X[:1]), layer.forward(X)
    assert np.allclose(alone, together[:1])      # an example no longer depends on its batch
    assert np.array_equal(layer.running_mean, before[0])
    assert np.array_equal(layer.running_variance, before[1])


def test_running_averages_are_saved_loaded_and_copied(tmp_path):
    network = Network([Dense(4, 3, rng=RNG(0)), batch_norm(momentum=0.3)])
    network.training = True
    X = RNG(1).standard_normal((5, 4))
    network.forward(X)
    network.training = False
    network.save(tmp_path / "network.npz")
    twin, copied = Network.load(tmp_path / "network.npz"), copy.deepcopy(network)
    layer = network.layers[1]
    for other in (twin.layers[1], copied.layers[1]):
        assert np.array_equal(other.running_mean, layer.running_mean)
        assert np.array_equal(other.running_variance, layer.running_variance)
        assert other.momentum == 0.3 and other.running_mean is not layer.running_mean
    assert np.array_equal(twin.predict(X), network.predict(X))
    fresh = BatchNorm(3)
    assert not fresh.running_mean.any() and (fresh.running_variance == 1).all()


def test_float32_stays_float32():
    layer = BatchNorm(3, dtype=np.float32)
    for training in (False, True):
        layer.training = training
        X = RNG(0).standard_normal((4, 3, 2, 2)).astype(np.float32)
        assert layer.forward(X).dtype == layer.backward(X).dtype == np.float32
        layer.forward(X.astype(np.float64))
        assert layer.backward(np.ones(X.shape, int)).dtype == np.float32
    assert layer.running_mean.dtype == layer.dgamma.dtype == np.float32
    assert np.array_equal(BatchNorm(**layer.config()).running_mean, layer.running_mean)


def test_what_it_returned_out_of_training_is_never_overwritten():
    layer, X = batch_norm(), RNG(0).standard_normal((4, 3))
    Y = layer.forward(X)
    dX, kept = layer.backward(X), Y.copy()
    kept_dX = dX.copy()
    layer.training = True
    for _ in range(2):
        layer.backward(layer.forward(X + 1))
    assert np.array_equal(Y, kept) and np.array_equal(dX, kept_dX)


class MeanIsConstant(BatchNorm):
    """Backward as if μ and σ did not depend on X."""

    def backward(self, dY):
        super().backward(dY)
        return dY * (self.gamma * self.scale)


class ForgottenGamma(BatchNorm):
    def backward(self, dY):
        return super().backward(dY) / self.gamma


class MeanForSum(BatchNorm):
    def backward(self, dY):
        dX = super().backward(dY)
        self.dbeta = self.dbeta / len(dY)
        return dX


@pytest.mark.parametrize("wrong", [MeanIsConstant, ForgottenGamma, MeanForSum])
def test_the_gradient_check_rejects_wrong_code(wrong):
    layer = batch_norm(wrong)
    layer.training = True
    with pytest.raises(GradientMismatch):
        check_gradients(layer, RNG(4).standard_normal((6, 3)), rng=RNG(5))


@pytest.mark.parametrize("shape, training, message", [
    ((4, 5), False, r"BatchNorm\(3\) got X of shape \(4, 5\); expected \(batch, 3\) or "
                    r"\(batch, 3, height, width\)"),
    ((4, 2, 3), False, "Change the number of channels"),
    ((3,), False, r"expected \(batch, 3\)"),
    ((1, 3), True, "1 numbers a channel; expected two or more while training"),
    ((0, 3), False, "0 numbers a channel; expected at least one example"),
    ((0, 3, 4, 4), True, "expected two or more"),
])
def test_bad_input(shape, training, message):
    layer = BatchNorm(3)
    layer.training = training
    with pytest.raises(ValueError, match=message):
        layer.forward(np.zeros(shape))


@pytest.mark.parametrize("kwargs, message", [
    ({"channels": 0}, "channels=0; expected a whole number"),
    ({"channels": 2.5}, "channels=2.5"),
    ({"channels": 3, "momentum": 0}, r"BatchNorm\(3\) got a momentum of 0; expected 0 < momentum"),
    ({"channels": 3, "momentum": 1.5}, "momentum of 1.5"),
    ({"channels": 3, "momentum": True}, "momentum of True"),
    ({"channels": 3, "dtype": int}, "dtype=<class 'int'>; expected np.float64 or np.float32"),
    ({"channels": 3, "running_mean": [1, 2]}, "running_mean = .*expected 3 finite numbers"),
    ({"channels": 3, "running_mean": 5}, "running_mean = "),
    ({"channels": 3, "running_variance": [1, np.nan, 1]}, "expected 3 finite numbers from 0"),
    ({"channels": 3, "running_variance": [-1, 1, 1]}, "expected 3 finite numbers from 0"),
])
def test_bad_settings(kwargs, message):
    with pytest.raises(ValueError, match=message):
        BatchNorm(**kwargs)


def test_backward_needs_forward_and_its_shape():
    layer = BatchNorm(3)
    with pytest.raises(RuntimeError, match=r"call forward\(X\) first"):
        layer.backward(np.zeros((4, 3)))
    layer.forward(np.zeros((4, 3)))
    for shape in ((5, 3), (3, 4), (4, 3, 1, 1), (12,)):
        with pytest.raises(ValueError, match="backward got dY of shape"):
            layer.backward(np.zeros(shape))
