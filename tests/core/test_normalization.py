"""Batch normalization: in training and out of it, its running averages, and wrong versions."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Dense
from course_lib.network import Network
from course_lib.normalization import EPSILON, BatchNorm, LayerNorm

RNG = np.random.default_rng
SHAPES = [(7, 3), (4, 3, 5, 2)]
assert EPSILON == 1e-5      # as in PyTorch


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


def test_one_batch_pulls_the_averages_by_a_tenth():
    layer, X = BatchNorm(3), RNG(0).standard_normal((5, 3))
    layer.training = True
    layer.forward(X)
    assert np.allclose(layer.running_mean, 0.1 * X.mean(axis=0))
    assert np.allclose(layer.running_variance, 0.9 + 0.1 * X.var(axis=0, ddof=1))


def test_a_batch_with_one_row_in_training_is_told_what_to_do():
    layer = BatchNorm(3)
    layer.training = True
    with pytest.raises(ValueError, match="Choose a batch_size that leaves no single row"):
        layer.forward(np.zeros((1, 3)))
    assert not layer.running_mean.any() and (layer.running_variance == 1).all()


def layer_norm(kind=LayerNorm):
    layer = kind(4)
    layer.gamma, layer.beta = RNG(1).standard_normal(4), RNG(2).standard_normal(4)
    return layer


ROWS = [(5, 4), (3, 6, 4), (2, 3, 2, 4)]


@pytest.mark.parametrize("shape", ROWS)
def test_layer_norm_row_by_row(shape):
    layer, X = layer_norm(), 3 * RNG(0).standard_normal(shape) + 1
    Y = layer.forward(X)
    for row, y in zip(X.reshape(-1, 4), Y.reshape(-1, 4), strict=True):
        expected = (row - row.mean()) / np.sqrt(row.var() + EPSILON) * layer.gamma + layer.beta
        assert np.allclose(y, expected, rtol=0, atol=1e-12)
    assert set(check_gradients(layer, X, rng=RNG(3))) == {"dX", "dgamma", "dbeta"}


@pytest.mark.parametrize("shape", ROWS)
def test_layer_norm_equals_pytorch(shape):
    torch = pytest.importorskip("torch")
    layer, X, dY = layer_norm(), RNG(0).standard_normal(shape), RNG(9).standard_normal(shape)
    twin = torch.nn.LayerNorm(4, dtype=torch.float64)
    with torch.no_grad():
        twin.weight.copy_(torch.tensor(layer.gamma))
        twin.bias.copy_(torch.tensor(layer.beta))
    t = torch.tensor(X, requires_grad=True)
    Y = twin(t)
    Y.backward(torch.tensor(dY))
    for ours, theirs in ((layer.forward(X), Y), (layer.backward(dY), t.grad),
                         (layer.dgamma, twin.weight.grad), (layer.dbeta, twin.bias.grad)):
        assert np.abs(ours - theirs.detach().numpy()).max() < 1e-10


def test_layer_norm_does_not_look_at_the_batch_nor_at_missing_steps():
    layer = layer_norm()
    X, dY = RNG(0).standard_normal((2, 5, 4)), RNG(1).standard_normal((2, 5, 4))
    Y = layer.forward(X)
    assert np.array_equal(layer.forward(X[:1]), Y[:1])
    gaps = X.copy()
    gaps[0, 3:] = np.nan
    missing = np.isnan(gaps[..., 0])
    with_gaps = layer.forward(gaps)
    assert np.array_equal(with_gaps[~missing], Y[~missing]) and np.isnan(with_gaps[missing]).all()
    dX = layer.backward(dY)
    assert not dX[missing].any()
    dgamma, dbeta = layer.dgamma.copy(), layer.dbeta.copy()
    layer.forward(X[~missing])
    assert np.allclose(layer.backward(dY[~missing]), dX[~missing])
    assert np.allclose(layer.dgamma, dgamma) and np.allclose(layer.dbeta, dbeta)


class MeanOfLayerIsConstant(LayerNorm):
    def backward(self, dY):
        super().backward(dY)
        return dY * self.gamma * self.scale


class OverTheBatch(LayerNorm):
    def backward(self, dY):
        super().backward(dY)
        dX = dY * self.gamma
        return self.scale * (dX - dX.mean(axis=0) - self.X_hat * (dX * self.X_hat).mean(axis=0))


@pytest.mark.parametrize("wrong", [MeanOfLayerIsConstant, OverTheBatch])
def test_the_gradient_check_rejects_a_wrong_layer_norm(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(layer_norm(wrong), RNG(4).standard_normal((6, 4)), rng=RNG(5))


def test_layer_norm_is_saved_and_keeps_float32(tmp_path):
    network = Network([Dense(3, 4, rng=RNG(0)), layer_norm()])
    network.save(tmp_path / "network.npz")
    X = RNG(1).standard_normal((5, 3))
    assert np.array_equal(Network.load(tmp_path / "network.npz").predict(X), network.predict(X))
    layer = LayerNorm(4, dtype=np.float32)
    Y = layer.forward(np.ones((2, 4), np.float32))
    assert Y.dtype == layer.backward(Y).dtype == layer.dgamma.dtype == np.float32


@pytest.mark.parametrize("shape, message", [
    ((5, 3), r"LayerNorm\(4\) got X of shape \(5, 3\); expected \(batch, 4\) or"),
    ((4,), r"expected \(batch, 4\)"), ((0, 4), "at least one row"),
])
def test_layer_norm_refuses_other_shapes(shape, message):
    with pytest.raises(ValueError, match=message):
        layer_norm().forward(np.zeros(shape))


@pytest.mark.parametrize("dim", [0, 2.5, "3", True])
def test_layer_norm_refuses_what_is_no_size(dim):
    with pytest.raises((ValueError, TypeError), match="LayerNorm got dim="):
        LayerNorm(dim)


@pytest.mark.parametrize("layer, shape", [(BatchNorm(4), (6, 4)), (BatchNorm(4), (2, 4, 3, 3)),
                                          (LayerNorm(4), (6, 4))])
@pytest.mark.parametrize("training", [False, True])
def test_arrays_that_are_returned_are_the_callers(layer, shape, training):
    layer.training = training
    X, dY = RNG(0).standard_normal(shape), RNG(1).standard_normal(shape)
    given = X.copy(), dY.copy()
    Y, dX = layer.forward(X), layer.backward(dY)
    dgamma, kept = layer.dgamma.copy(), (Y.copy(), dX.copy())
    assert np.array_equal(layer.backward(dY), dX) and np.array_equal(layer.dgamma, dgamma)
    assert not np.shares_memory(layer.forward(X + 1), Y)
    layer.backward(2 * dY)
    assert np.array_equal(Y, kept[0]) and np.array_equal(dX, kept[1])
    assert np.array_equal(X, given[0]) and np.array_equal(dY, given[1])


def test_the_edges_of_what_a_batchnorm_takes():
    assert BatchNorm(2, momentum=1.0).momentum == 1.0
    norm = BatchNorm(2, running_mean=[0.0, 1.0], running_variance=[0.0, 2.0], dtype=np.float32)
    assert norm.running_variance.tolist() == [0.0, 2.0]
    assert norm.running_mean.dtype == norm.running_variance.dtype == np.float32
    with pytest.raises(ValueError, match="BatchNorm.*running_variance.*numbers from 0"):
        BatchNorm(2, running_mean=[0.0, 1.0], running_variance=[-1.0, 2.0])
    with pytest.raises(ValueError, match="BatchNorm got channels=0"):
        BatchNorm(0)
    with pytest.raises(ValueError, match="BatchNorm got dtype="):
        BatchNorm(2, dtype=int)
