"""Self-attention: gradients, PyTorch's numbers, what causal and missing steps hide, and errors."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.attention import SelfAttention
from course_lib.costs import SigmoidCrossEntropy
from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import Embedding, LastStep
from course_lib.training import fit

RNG = np.random.default_rng


def layer_of(kind=SelfAttention, causal=False, **settings):
    return kind(3, 4, 5, causal=causal, rng=RNG(0), **settings)


def normal(*shape, seed=1):
    return RNG(seed).standard_normal(shape)


def with_gaps(X):
    X = X.copy()
    X[0, 3:], X[1, 0], X[2] = np.nan, np.nan, np.nan
    return X


@given(batch=st.integers(1, 3), time=st.integers(1, 5), n_in=st.integers(1, 4),
       n_key=st.integers(1, 4), n_out=st.integers(1, 4), causal=st.booleans())
@settings(max_examples=40, deadline=None)
def test_shapes_and_gradients(batch, time, n_in, n_key, n_out, causal):
    layer = SelfAttention(n_in, n_key, n_out, causal=causal, rng=RNG(0))
    X = normal(batch, time, n_in)
    assert layer.forward(X).shape == (batch, time, n_out)
    assert layer.weights.shape == (batch, time, time)
    assert np.allclose(layer.weights.sum(axis=2), 1) and (layer.weights >= 0).all()
    assert set(check_gradients(layer, X, rng=RNG(2))) == {"dX", "dW_q", "dW_k", "dW_v"}


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("causal", [False, True])
def test_equal_to_pytorch(causal, gaps):
    torch = pytest.importorskip("torch")
    layer, X, dY = layer_of(causal=causal), normal(3, 6, 3), normal(3, 6, 5, seed=2)
    given = with_gaps(X) if gaps else X
    steps = ~np.isnan(given[:, :, 0])
    X_twin = torch.tensor(X, requires_grad=True)
    W = [torch.tensor(w, requires_grad=True) for w in (layer.W_q, layer.W_k, layer.W_v)]
    seen = torch.tensor(steps[:, None, :] | ~steps[:, :, None])
    if causal:
        seen = seen & torch.tril(torch.ones(6, 6, dtype=torch.bool))
    Y_twin = torch.nn.functional.scaled_dot_product_attention(*(X_twin @ w for w in W),
                                                              attn_mask=seen)
    Y_twin.backward(torch.tensor(dY * steps[..., None]))
    assert np.abs(layer.forward(given) - Y_twin.detach().numpy())[steps].max() < 1e-10
    assert np.abs(layer.backward(dY) - X_twin.grad.numpy()).max() < 1e-10
    for ours, w in zip((layer.dW_q, layer.dW_k, layer.dW_v), W, strict=True):
        assert np.abs(ours - w.grad.numpy()).max() < 1e-10


def test_causal_sees_nothing_that_comes_later():
    layer, X = layer_of(causal=True), normal(2, 6, 3)
    Y = layer.forward(X)
    assert not np.triu(layer.weights, k=1).any()
    assert np.allclose(layer.forward(X[:, :3]), Y[:, :3], rtol=0, atol=1e-14)
    dY = np.zeros((2, 6, 5))
    dY[:, 2] = 1
    layer.forward(X)
    assert not layer.backward(dY)[:, 3:].any()
    assert np.triu(layer_of().forward(X)[0], k=1).any()


def test_a_step_of_nan_is_no_step():
    layer, X = layer_of(), normal(3, 6, 3)
    Y = layer.forward(with_gaps(X))
    assert np.allclose(Y[0, :3], layer.forward(X[:1, :3])[0], rtol=0, atol=1e-14)
    assert np.allclose(Y[1, 1:], layer.forward(X[1:2, 1:])[0], rtol=0, atol=1e-14)
    layer.forward(with_gaps(X))
    assert np.array_equal(np.isnan(Y[..., 0]), np.isnan(with_gaps(X)[..., 0]))
    dX = layer.backward(np.ones_like(Y))
    assert not dX[np.isnan(with_gaps(X))].any() and np.isfinite(dX).all()


def test_the_order_of_the_steps_is_not_seen():
    layer, X = layer_of(), normal(2, 6, 3)
    assert np.allclose(layer.forward(X[:, ::-1]), layer.forward(X)[:, ::-1], rtol=0, atol=1e-14)


def torch_heads(layer, torch):
    """PyTorch's layer of several heads, with our weights."""
    twin = torch.nn.MultiheadAttention(layer.n_in, layer.heads, bias=False, batch_first=True,
                                       dtype=torch.float64)
    with torch.no_grad():
        twin.in_proj_weight.copy_(torch.tensor(np.hstack([layer.W_q, layer.W_k, layer.W_v]).T))
        twin.out_proj.weight.copy_(torch.tensor(layer.W_o.T.copy()))
    return twin


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_heads_equal_pytorchs(heads, causal, gaps):
    torch = pytest.importorskip("torch")
    layer = SelfAttention(6, 6, 6, heads=heads, causal=causal, rng=RNG(0))
    X, dY, twin = normal(3, 5, 6), normal(3, 5, 6, seed=2), torch_heads(layer, torch)
    given = X.copy()
    if gaps:                            # at the end: PyTorch gives nan where nothing can be seen
        given[0, 3:], given[1, 4:] = np.nan, np.nan
    missing = np.isnan(given[..., 0])
    dY[missing] = 0
    X_twin = torch.tensor(X, requires_grad=True)
    Y_twin, A_twin = twin(
        X_twin, X_twin, X_twin, key_padding_mask=torch.tensor(missing), average_attn_weights=False,
        attn_mask=torch.triu(torch.ones(5, 5, dtype=torch.bool), 1) if causal else None)
    Y_twin.backward(torch.tensor(dY))
    Y, dX = layer.forward(given), layer.backward(dY)
    in_proj = np.hstack([layer.dW_q, layer.dW_k, layer.dW_v]).T
    for ours, theirs in ((Y[~missing], Y_twin[torch.tensor(~missing)]), (dX, X_twin.grad),
                         (in_proj, twin.in_proj_weight.grad),
                         (layer.dW_o.T, twin.out_proj.weight.grad),
                         (layer.weights.swapaxes(1, 2)[~missing],
                          A_twin.swapaxes(1, 2)[torch.tensor(~missing)])):
        assert ours.shape == tuple(theirs.shape)
        assert np.abs(ours - theirs.detach().numpy()).max() < 1e-10


@given(batch=st.integers(1, 3), time=st.integers(1, 5), n_in=st.integers(1, 4),
       heads=st.integers(1, 3), d=st.integers(1, 2), causal=st.booleans())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_heads_are_single_heads_side_by_side(batch, time, n_in, heads, d, causal):
    layer = SelfAttention(n_in, heads * d, 2 * heads, heads=heads, causal=causal, rng=RNG(0))
    X, found = normal(batch, time, n_in), []
    for h in range(heads):
        one = SelfAttention(n_in, d, 2, causal=causal, rng=RNG(0))
        keys, values = slice(h * d, (h + 1) * d), slice(2 * h, 2 * h + 2)
        one.W_q, one.W_k, one.W_v = layer.W_q[:, keys], layer.W_k[:, keys], layer.W_v[:, values]
        found.append(one.forward(X))
    Y = layer.forward(X)
    assert np.allclose(Y, np.concatenate(found, axis=2) @ layer.W_o, rtol=0, atol=1e-12)
    assert layer.weights.shape == (batch, heads, time, time)
    names = {"dX", "dW_q", "dW_k", "dW_v", "dW_o"}
    assert set(check_gradients(layer, X, rng=RNG(2))) == names


@pytest.mark.parametrize("heads", [None, 2])
@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("cuts", [[2], [1, 2, 3, 4, 5]])
def test_with_the_state_a_sequence_in_parts_is_the_sequence(heads, gaps, cuts):
    layer, X = SelfAttention(3, 4, 4, heads=heads, causal=True, rng=RNG(0)), normal(3, 6, 3)
    X = with_gaps(X) if gaps else X
    whole, state, parts = layer.forward(X), None, []
    for part in np.split(X, cuts, axis=1):
        parts.append(layer.forward(part, state))
        state = layer.state
    assert np.allclose(np.concatenate(parts, axis=1), whole, rtol=0, atol=1e-13, equal_nan=True)
    assert state[0].shape[2] == 6


def test_backward_after_a_state_takes_the_earlier_steps_as_given():
    layer, X = SelfAttention(3, 4, 4, heads=2, causal=True, rng=RNG(0)), normal(2, 5, 3)
    layer.forward(X[:, :3])
    state, R = layer.state, normal(2, 2, 4, seed=3)
    layer.forward(X[:, 3:], state)
    dX = layer.backward(R)
    D = 1e-6 * normal(2, 2, 3, seed=4)
    up, down = layer.forward(X[:, 3:] + D, state), layer.forward(X[:, 3:] - D, state)
    slope = np.sum(R * (up - down)) / 2
    assert np.isclose(np.sum(dX * D), slope, rtol=1e-6)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("heads", [None, 2])
def test_what_it_returns_is_the_callers(heads, training):
    layer = SelfAttention(3, 4, 4, heads=heads, rng=RNG(0))
    layer.training = training
    X, dY = with_gaps(normal(3, 6, 3)), normal(3, 6, 4, seed=2)
    given = X.copy(), dY.copy()
    Y, dX = layer.forward(X), layer.backward(dY)
    gradients = [getattr(layer, "d" + name).copy() for name in layer.parameter_names]
    kept = Y.copy(), dX.copy()
    Y[...] = dX[...] = 7                        # whatever the caller does with them
    again = layer.backward(dY)
    assert np.array_equal(again, kept[1])
    for name, gradient in zip(layer.parameter_names, gradients, strict=True):
        assert np.array_equal(getattr(layer, "d" + name), gradient), "backward sets, and never adds"
    other = layer.forward(X)
    layer.backward(layer.forward(normal(3, 6, 3)))
    assert np.array_equal(other, kept[0], equal_nan=True)
    assert np.array_equal(X, given[0], equal_nan=True) and np.array_equal(dY, given[1])


def test_without_heads_nothing_has_changed():
    layer = SelfAttention(3, 4, 5, rng=RNG(0))
    assert layer.parameter_names == ("W_q", "W_k", "W_v") and not layer.causal
    assert repr(layer) == "SelfAttention(3, 4, 5)" and layer.config()["heads"] is None
    assert repr(SelfAttention(4, 4, 4, heads=2, rng=RNG(0))) == "SelfAttention(4, 4, 4, heads=2)"


class NoScale(SelfAttention):
    def backward(self, dY):
        self.scale, scale = 1, self.scale
        dX = super().backward(dY)
        self.scale = scale
        return dX


class ForgetsTheKeys(SelfAttention):
    def backward(self, dY):
        dX = super().backward(dY)
        self.dW_k = np.zeros_like(self.W_k)
        return dX


class ValuesOnly(SelfAttention):
    def backward(self, dY):
        super().backward(dY)
        return self.weights.transpose(0, 2, 1) @ dY @ self.W_v.T


class HeadsMixed(SelfAttention):
    """Cuts along the wrong axis on the way back."""

    def join(self, X):
        batch, heads, time, d = X.shape
        return X.reshape(batch, time, heads * d)


class WrongAxis(SelfAttention):
    """Through softmax as if it went down the columns."""

    def backward(self, dY):
        A = self.A
        self.A = A.swapaxes(2, 3)
        dX = super().backward(dY)
        self.A = A
        return dX


@pytest.mark.parametrize("wrong", [NoScale, ForgetsTheKeys, ValuesOnly, WrongAxis])
def test_the_gradient_check_rejects_wrong_code(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(layer_of(wrong), normal(2, 4, 3), rng=RNG(2))


def test_the_comparisons_reject_mixed_heads():
    right = SelfAttention(4, 4, 4, heads=2, rng=RNG(0))
    wrong = HeadsMixed(4, 4, 4, heads=2, rng=RNG(0))
    X = normal(2, 4, 4)
    assert not np.allclose(wrong.forward(X), right.forward(X))


def test_copied_saved_and_loaded(tmp_path):
    network = Network([Embedding(5, 3, rng=RNG(0)), layer_of(causal=True),
                       SelfAttention(5, 6, 4, heads=2, rng=RNG(1)), LastStep()])
    tokens = np.array([[0, 1, 3, 4], [2, 2, 1, 0]])
    Y = network.forward(tokens)
    check_gradients(network, tokens, rng=RNG(1))
    network.save(tmp_path / "network.npz")
    for other in (copy.deepcopy(network), Network.load(tmp_path / "network.npz")):
        assert np.array_equal(other.forward(tokens), Y) and other.layers[1].causal
        other.parameters += 1
        assert not np.allclose(other.forward(tokens), Y)


def test_float32_stays_float32():
    layer = layer_of(dtype=np.float32)
    Y = layer.forward(normal(2, 4, 3).astype(np.float32))
    assert Y.dtype == layer.backward(Y).dtype == layer.dW_q.dtype == np.float32


def test_large_inputs_do_not_overflow(recwarn):
    assert np.isfinite(layer_of().forward(1e5 * normal(2, 4, 3))).all() and not recwarn.list


def test_it_learns_to_look_at_the_marked_step():
    X = normal(300, 6, 2)
    marked = RNG(3).integers(0, 6, 300)
    X[:, :, 1] = 0
    X[np.arange(300), marked, 1] = 3
    y = (X[np.arange(300), marked, 0] > 0).astype(float)
    network = Network([SelfAttention(2, 4, 4, rng=RNG(0)), LastStep(), Dense(4, 1, rng=RNG(1))])
    X[:, -1, 1] += 1                                    # so that the last step can ask
    fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(0.05), epochs=40,
        batch_size=30, rng=RNG(2), progress=False)
    assert np.mean((network.predict(X)[:, 0] > 0) == y) > 0.9
    looked_at = network.layers[0].weights[:, -1].argmax(axis=1)
    assert np.mean(looked_at == marked) > 0.9


@pytest.mark.parametrize("X, message", [
    (np.zeros((2, 3)), r"\(2, 3\); expected \(batch, time, 3\)\. One sequence is"),
    (np.zeros((2, 4, 7)), r"\(2, 4, 7\); .*n_in"),
    (np.zeros((2, 0, 3)), r"\(2, 0, 3\); .*no time step"),
    (np.zeros((2, 4), int), r"\(2, 4\); .*Put Embedding"),
])
def test_a_wrong_shape_of_X(X, message):
    with pytest.raises(ValueError, match=r"SelfAttention\(3, 4, 5\) got X of shape " + message):
        layer_of().forward(X)


def test_other_bad_input():
    layer = layer_of()
    with pytest.raises(RuntimeError, match=r"call forward\(X\) first"):
        layer.backward(np.zeros((2, 4, 5)))
    layer.forward(np.zeros((2, 4, 3)))
    with pytest.raises(ValueError, match=r"dY of shape \(2, 4, 3\); expected .*\(2, 4, 5\)"):
        layer.backward(np.zeros((2, 4, 3)))
    with pytest.raises(ValueError, match="SelfAttention got n_key=0"):
        SelfAttention(3, 0, 5, rng=RNG(0))
    with pytest.raises(TypeError, match="default_rng"):
        SelfAttention(3, 4, 5, rng=1)
    with pytest.raises(ValueError, match="n_key=4 and n_out=6 for 4 heads; expected multiples of"):
        SelfAttention(3, 4, 6, heads=4, rng=RNG(0))
    with pytest.raises(ValueError, match="heads=0"):
        SelfAttention(3, 4, 4, heads=0, rng=RNG(0))
    with pytest.raises(TypeError, match="causal='yes'; expected True or False"):
        SelfAttention(3, 4, 4, causal="yes", rng=RNG(0))


@pytest.mark.parametrize("state", [
    7, "state", (1, 2, 3), (np.zeros((2, 2, 3, 2)), np.zeros((2, 2, 3, 2))),
    (np.zeros((3, 2, 3, 2)), np.zeros((3, 2, 3, 2)), np.zeros((3, 3), bool)),
    (np.zeros((2, 2, 3, 2)), np.zeros((2, 2, 4, 2)), np.zeros((2, 3), bool)),
])
def test_a_wrong_state(state):
    layer = SelfAttention(3, 4, 4, heads=2, causal=True, rng=RNG(0))
    with pytest.raises(ValueError, match="got a state that does not belong to a batch of 2"):
        layer.forward(np.zeros((2, 4, 3)), state)


def test_lists_are_taken_and_text_is_not():
    layer, X = layer_of(), normal(2, 4, 3)
    assert np.array_equal(layer.forward(X.tolist()), layer.forward(X))
    with pytest.raises(TypeError, match="expected real numbers"):
        layer.forward(X.astype(str))
