"""Positions and Transformer blocks: gradients, PyTorch's numbers, step by step, training."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import DenseEachStep, Embedding, LastStep
from course_lib.training import fit
from course_lib.transformer import Positions, TransformerBlock, sinusoids

RNG = np.random.default_rng


def normal(*shape, seed=1):
    return RNG(seed).standard_normal(shape)


def with_gaps(X):
    X = X.copy()
    X[0, 3:], X[1, 0] = np.nan, np.nan
    return X


def test_sinusoids_by_the_formula():
    P = sinusoids(7, 6)
    for t in range(7):
        for i in range(3):
            angle = t / 10000 ** (2 * i / 6)
            assert np.isclose(P[t, 2 * i], np.sin(angle), rtol=0, atol=1e-15)
            assert np.isclose(P[t, 2 * i + 1], np.cos(angle), rtol=0, atol=1e-15)


def test_a_shift_is_the_same_rotation_everywhere():
    P = sinusoids(50, 8)
    products = P @ P.T
    for k in (1, 5, 20):
        assert np.allclose(np.diag(products, k), np.diag(products, k)[0])
    assert len(np.unique(P.round(9), axis=0)) == 50


@given(batch=st.integers(1, 3), time=st.integers(1, 5), start=st.integers(0, 3),
       dim=st.sampled_from([2, 4]), learnt=st.booleans())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_positions_are_added(batch, time, start, dim, learnt):
    layer, X = Positions(8, dim, learnt=learnt, rng=RNG(0)), normal(batch, time, dim)
    Y = layer.forward(X, start)
    for t in range(time):
        assert np.array_equal(Y[:, t], X[:, t] + layer.P[start + t])
    dY = normal(batch, time, dim, seed=2)
    assert np.array_equal(layer.backward(dY), dY)
    if learnt:
        expected = np.zeros((8, dim))
        expected[start:start + time] = dY.sum(axis=0)
        assert np.allclose(layer.dP, expected, rtol=0, atol=1e-14)
    else:
        assert np.array_equal(layer.P, sinusoids(8, dim)) and layer.n_parameters == 0
    check_gradients(layer, X, rng=RNG(3))


def test_missing_steps_stay_missing_and_teach_no_position():
    layer, X = Positions(6, 4, rng=RNG(0)), with_gaps(normal(2, 5, 4))
    missing = np.isnan(X[..., 0])
    assert np.array_equal(np.isnan(layer.forward(X)[..., 0]), missing)
    assert not layer.backward(np.ones(X.shape))[missing].any()
    assert np.array_equal(layer.dP[:, 0], [1, 2, 2, 1, 1, 0])


def block(kind=TransformerBlock, dim=6, heads=2, **settings):
    """A block whose parameters are all different from what they are at first."""
    layer = kind(dim, heads, rng=RNG(0), **settings)
    layer.parameters += 0.1 * RNG(1).standard_normal(layer.n_parameters)
    return layer


@given(batch=st.integers(1, 3), time=st.integers(1, 5), heads=st.integers(1, 3),
       causal=st.booleans(), hidden=st.sampled_from([None, 3]))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_a_block_is_its_formula(batch, time, heads, causal, hidden):
    layer = block(heads=heads, causal=causal, hidden=hidden)
    X = normal(batch, time, 6)
    parts = copy.deepcopy(layer)
    H = X + parts.attention.forward(parts.norm1.forward(X))
    first, phi, second = parts.mlp.layers
    Y = H + second.forward(phi.forward(first.forward(parts.norm2.forward(H))))
    assert np.array_equal(layer.forward(X), Y) and first.n_out == (hidden or 24)
    assert set(check_gradients(layer, X, rng=RNG(3))) == {"dX", "gradients"}


def torch_block(layer, torch):
    """PyTorch's block with our weights; its attention has biases, which stay 0."""
    gelu = torch.nn.GELU(approximate="tanh")
    phi = {"relu": torch.relu, "gelu": gelu}[layer.mlp.layers[1].name]
    first, _, second = layer.mlp.layers
    twin = torch.nn.TransformerEncoderLayer(
        layer.n_in, layer.attention.heads, first.n_out, dropout=0, activation=phi,
        batch_first=True, norm_first=True, dtype=torch.float64)
    attention = layer.attention
    pairs = [(twin.self_attn.in_proj_weight,
              np.hstack([attention.W_q, attention.W_k, attention.W_v]).T),
             (twin.self_attn.in_proj_bias, np.zeros(3 * layer.n_in)),
             (twin.self_attn.out_proj.weight, attention.W_o.T),
             (twin.self_attn.out_proj.bias, np.zeros(layer.n_in)),
             (twin.linear1.weight, first.W.T), (twin.linear1.bias, first.b),
             (twin.linear2.weight, second.W.T), (twin.linear2.bias, second.b),
             (twin.norm1.weight, layer.norm1.gamma), (twin.norm1.bias, layer.norm1.beta),
             (twin.norm2.weight, layer.norm2.gamma), (twin.norm2.bias, layer.norm2.beta)]
    with torch.no_grad():
        for theirs, ours in pairs:
            theirs.copy_(torch.tensor(np.ascontiguousarray(ours)))
    return twin


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("phi", ["gelu", "relu"])
def test_a_block_equals_pytorchs(phi, causal, gaps):
    torch = pytest.importorskip("torch")
    layer, X, dY = block(phi=phi, causal=causal), normal(2, 5, 6), normal(2, 5, 6, seed=2)
    given = X.copy()
    if gaps:
        given[0, 3:] = np.nan
    missing = np.isnan(given[..., 0])
    dY[missing] = 0
    twin, t = torch_block(layer, torch), torch.tensor(X, requires_grad=True)
    mask = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1) if causal else None
    Y_twin = twin(t, src_mask=mask, src_key_padding_mask=torch.tensor(missing))
    Y_twin.backward(torch.tensor(dY))
    Y, dX = layer.forward(given), layer.backward(dY)
    first, _, second = layer.mlp.layers
    a = layer.attention
    for ours, theirs in (
            (Y[~missing], Y_twin[torch.tensor(~missing)]), (dX, t.grad),
            (np.hstack([a.dW_q, a.dW_k, a.dW_v]).T, twin.self_attn.in_proj_weight.grad),
            (a.dW_o.T, twin.self_attn.out_proj.weight.grad),
            (first.dW.T, twin.linear1.weight.grad), (first.db, twin.linear1.bias.grad),
            (second.dW.T, twin.linear2.weight.grad), (second.db, twin.linear2.bias.grad),
            (layer.norm1.dgamma, twin.norm1.weight.grad), (layer.norm1.dbeta, twin.norm1.bias.grad),
            (layer.norm2.dgamma, twin.norm2.weight.grad),
            (layer.norm2.dbeta, twin.norm2.bias.grad)):
        assert ours.shape == tuple(theirs.shape)
        assert np.abs(ours - theirs.detach().numpy()).max() < 1e-10
    assert np.isnan(Y[missing]).all() and not dX[missing].any()


def test_learnt_positions_equal_pytorchs():
    torch = pytest.importorskip("torch")
    layer, X, dY = Positions(7, 4, rng=RNG(0)), normal(3, 5, 4), normal(3, 5, 4, seed=2)
    twin = torch.nn.Embedding(7, 4, _weight=torch.tensor(layer.P.copy()))
    Y_twin = torch.tensor(X) + twin(torch.arange(5))
    Y_twin.backward(torch.tensor(dY))
    assert np.abs(layer.forward(X) - Y_twin.detach().numpy()).max() < 1e-10
    layer.backward(dY)
    assert np.abs(layer.dP - twin.weight.grad.numpy()).max() < 1e-10


class NormBehind(TransformerBlock):
    """Backward as if the norm came after the way around."""

    def backward(self, dY):
        dX = self.norm2.backward(dY + self.mlp.backward(dY))
        return self.norm1.backward(dX + self.attention.backward(dX))


class WayForgotten(TransformerBlock):
    def backward(self, dY):
        dX = self.norm2.backward(self.mlp.backward(dY))
        return dX + self.norm1.backward(self.attention.backward(dX))


class AddedTwice(Positions):
    def backward(self, dY):
        return 2 * super().backward(dY)


@pytest.mark.parametrize("wrong", [block(NormBehind), block(WayForgotten),
                                   AddedTwice(5, 6, rng=RNG(0))])
def test_the_gradient_check_rejects_wrong_code(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(wrong, normal(2, 4, 6), rng=RNG(2))


def writer(n_tokens=5, dim=8, n_steps=12, seed=0, learnt=True, dtype=np.float64):
    rng = RNG(seed)
    given = {"rng": rng, "dtype": dtype}
    return Network([Embedding(n_tokens, dim, **given),
                    Positions(n_steps, dim, learnt=learnt, **given),
                    TransformerBlock(dim, 2, **given), TransformerBlock(dim, 2, **given),
                    DenseEachStep(dim, n_tokens, **given)])


def test_written_step_by_step_with_states_is_the_same():
    network, tokens = writer(), RNG(1).integers(0, 5, (3, 7))
    whole = network.predict(tokens)
    embedding, positions, *blocks, dense = network.layers
    states = [None] * len(blocks)
    for t in range(7):
        X = positions.forward(embedding.forward(tokens[:, t:t + 1]), start=t)
        for i, one in enumerate(blocks):
            X = one.forward(X, states[i])
            states[i] = one.state
        assert np.allclose(dense.forward(X)[:, 0], whole[:, t], rtol=0, atol=1e-12)


def test_no_step_sees_a_later_one():
    network, tokens = writer(), RNG(1).integers(0, 5, (3, 7))
    before = network.predict(tokens)
    changed = tokens.copy()
    changed[:, 4:] = (tokens[:, 4:] + 1) % 5
    after = network.predict(changed)
    assert np.array_equal(after[:, :4], before[:, :4])
    assert not np.allclose(after[:, 4:], before[:, 4:])


@pytest.mark.parametrize("learnt", [True, False])
def test_fit_trains_a_transformer_to_copy(learnt):
    """a b c d | a b c d: after the bar it can say what comes next, by looking back five steps."""
    rng = RNG(0)
    text = rng.integers(0, 4, (400, 4))
    tokens = np.hstack([text, np.full((400, 1), 4), text])
    X, y = tokens[:, :-1], tokens[:, 1:]
    network = writer(dim=16, n_steps=8, learnt=learnt)
    history = fit(network, X[:300], y[:300], cost=SoftmaxCrossEntropy(), optimizer=Adam(0.01),
                  epochs=18, batch_size=25, rng=RNG(1), progress=False)
    assert history.cost[-1] < history.cost[0] / 2
    right = network.predict(X[300:]).argmax(axis=2) == y[300:]
    assert right[:, 4:].mean() > 0.9 and right[:, :3].mean() < 0.5, "the first four are dice"


def test_gradients_of_a_transformer_with_missing_steps():
    network = Network([Embedding(6, 4, rng=RNG(0), padding=5), Positions(5, 4, rng=RNG(1)),
                       block(dim=4, causal=False), LastStep()])
    tokens = np.array([[5, 1, 2, 3, 3], [5, 5, 5, 0, 1], [2, 2, 0, 1, 4]])
    check_gradients(network, tokens, rng=RNG(2))
    assert np.isfinite(network.forward(tokens)).all()


def test_copied_saved_and_loaded(tmp_path):
    for learnt in (True, False):
        network, tokens = writer(learnt=learnt), RNG(1).integers(0, 5, (2, 6))
        Y = network.predict(tokens)
        network.save(tmp_path / "network.npz")
        for other in (copy.deepcopy(network), Network.load(tmp_path / "network.npz")):
            assert np.array_equal(other.predict(tokens), Y) and repr(other) == repr(network)
            other.parameters += 1
            assert np.array_equal(network.predict(tokens), Y)
            assert other.layers[2].attention.W_q[0, 0] == network.layers[2].attention.W_q[0, 0] + 1
    assert "TransformerBlock(8, heads=2)" in repr(network)
    relu = block(phi="relu", hidden=5, causal=False)
    assert TransformerBlock(**relu.config(), rng=RNG(0)).config() == relu.config()


def test_float32_stays_float32():
    for learnt in (True, False):
        network = writer(learnt=learnt, dtype=np.float32)
        Y = network.forward(RNG(1).integers(0, 5, (2, 6)))
        network.backward(Y)
        assert Y.dtype == network.gradients.dtype == np.float32


@pytest.mark.parametrize("training", [False, True])
def test_what_a_block_returns_is_the_callers(training):
    layer, X, dY = block(), with_gaps(normal(2, 5, 6)), normal(2, 5, 6, seed=2)
    layer.training = training
    given = X.copy(), dY.copy()
    Y, dX = layer.forward(X), layer.backward(dY)
    gradients, kept = layer.gradients.copy(), (Y.copy(), dX.copy())
    Y[...] = dX[...] = 7
    assert np.array_equal(layer.backward(dY), kept[1])
    assert np.array_equal(layer.gradients, gradients)
    other = layer.forward(X)
    layer.backward(layer.forward(normal(2, 5, 6)))
    assert np.array_equal(other, kept[0], equal_nan=True)
    assert np.array_equal(X, given[0], equal_nan=True) and np.array_equal(dY, given[1])


@pytest.mark.parametrize("make, error, message", [
    (lambda: sinusoids(0, 4), ValueError, "sinusoids got n=0"),
    (lambda: sinusoids(4, 3), ValueError, "dim=3; expected an even number"),
    (lambda: Positions(4, 3, learnt=False), ValueError, "expected an even number"),
    (lambda: Positions(4, 3), TypeError, "Positions got rng=None; expected a generator"),
    (lambda: Positions(0, 3, rng=RNG(0)), ValueError, "Positions got n_steps=0"),
    (lambda: Positions(4, 3, learnt="no", rng=RNG(0)), TypeError, "learnt='no'; expected True or"),
    (lambda: TransformerBlock(6, 4, rng=RNG(0)), ValueError, "dim=6 and heads=4"),
    (lambda: TransformerBlock(6, 2, rng=0), TypeError, "default_rng"),
    (lambda: TransformerBlock(6, 2, hidden=0, rng=RNG(0)), ValueError, "hidden=0"),
    (lambda: TransformerBlock(6, 2, phi="swish", rng=RNG(0)), ValueError, "swish"),
    (lambda: TransformerBlock(6, 2, dtype=int, rng=RNG(0)), ValueError, "dtype"),
    (lambda: Network([Embedding(5, 3, rng=RNG(0)), Positions(4, 4, rng=RNG(0))]), ValueError,
     "puts out 3 numbers"),
])
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("layer, shape, message", [
    (Positions(4, 6, rng=RNG(0)), (2, 5, 6), r"up to position 4; there are 4\..*X\[:, -4:\]"),
    (Positions(4, 6, rng=RNG(0)), (2, 3, 5), r"expected \(batch, time, 6\)"),
    (block(), (2, 6), r"TransformerBlock\(6, heads=2\) got X of shape .* batch of one: X\[None\]"),
    (block(), (2, 0, 6), "There is no time step"),
    (block(), (2, 3, 5), r"expected \(batch, time, 6\)"),
])
def test_a_wrong_shape_of_X(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.forward(np.zeros(shape))


def test_a_wrong_start():
    layer = Positions(4, 6, rng=RNG(0))
    for start in (-1, 1.5, "1", None):
        with pytest.raises((ValueError, TypeError), match="got start="):
            layer.forward(np.zeros((2, 1, 6)), start)
