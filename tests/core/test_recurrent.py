"""Recurrent layers: gradients through time, PyTorch's numbers, masks, states, and bad input."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.costs import SigmoidCrossEntropy, SoftmaxCrossEntropy
from course_lib.gated import GRU, LSTM
from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Dense, Layer
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import RNN, DenseEachStep, Embedding, LastStep
from course_lib.training import fit

RNG = np.random.default_rng
KINDS = [RNN, LSTM, GRU]
LENGTHS = [5, 2, 4]                         # of three sequences, in five steps of time


def layer_of(kind, n_in=3, n_hidden=4, seed=0, **settings):
    """A layer whose parameters are all different from zero."""
    layer = kind(n_in, n_hidden, rng=RNG(seed), **settings)
    for name in layer.parameter_names:
        setattr(layer, name, getattr(layer, name) + 0.3 * RNG(seed + 1).standard_normal(
            getattr(layer, name).shape))
    return layer


def normal(*shape, seed=1):
    return RNG(seed).standard_normal(shape)


def state_of(kind, batch=3, n_hidden=4):
    states = [normal(batch, n_hidden, seed=8), normal(batch, n_hidden, seed=9)]
    return tuple(states) if kind is LSTM else states[0]


def padded(X, lengths=LENGTHS):
    X = X.copy()
    for sequence, length in zip(X, lengths, strict=True):
        sequence[length:] = np.nan
    return X


class WithState(Layer):
    """A layer that starts from a given state, for the gradient check: the state is a parameter."""

    parameter_names = ("s",)

    def __init__(self, layer, state):
        self.layer, self.pair = layer, isinstance(state, tuple)
        self.s = np.array(state)

    def forward(self, X):
        return self.layer.forward(X, tuple(self.s) if self.pair else self.s)

    def backward(self, dY):
        dX = self.layer.backward(dY)
        self.ds = np.array(self.layer.dstate)
        return dX


@pytest.mark.parametrize("kind", KINDS)
@given(batch=st.integers(1, 4), time=st.integers(1, 5), n_in=st.integers(1, 4),
       n_hidden=st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_shapes_and_gradients(kind, batch, time, n_in, n_hidden):
    layer = layer_of(kind, n_in, n_hidden)
    X = normal(batch, time, n_in)
    Y = layer.forward(X)
    assert Y.shape == (batch, time, n_hidden)
    assert layer.backward(Y).shape == X.shape
    errors = check_gradients(layer, X, rng=RNG(2))
    assert set(errors) == {"dX", *("d" + name for name in layer.parameter_names)}


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_of_the_starting_state(kind):
    checked = WithState(layer_of(kind), state_of(kind))
    assert set(check_gradients(checked, normal(3, 5, 3), rng=RNG(2))) == {"dX", "ds"}


def difference_by_step(layer, X, seen, t):
    """The largest error of dX at step t, when the cost looks at the output of one step alone."""
    R = np.zeros((len(X), X.shape[1], layer.n_out))
    R[:, seen] = normal(len(X), layer.n_out, seed=5)
    layer.forward(X)
    dX, D = layer.backward(R)[:, t], np.zeros_like(X)
    largest = 0
    for index in np.ndindex(dX.shape):
        if np.isnan(X[index[0], t, index[1]]):
            largest = max(largest, abs(dX[index]))
            continue
        D[index[0], t, index[1]] = 1e-5
        slope = np.sum(R * (layer.forward(X + D) - layer.forward(X - D))) / 2e-5
        D[...] = 0
        largest = max(largest, abs(slope - dX[index]))
    return largest


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lengths", [[5, 5, 5], LENGTHS])
def test_backpropagation_through_time_step_by_step(kind, lengths):
    layer, X = layer_of(kind), padded(normal(3, 5, 3), lengths)
    for seen in range(5):
        for t in range(5):
            assert difference_by_step(layer, X, seen, t) < 1e-9
    R = np.zeros((3, 5, 4))
    R[:, 2] = 1
    layer.forward(X)
    assert not layer.backward(R)[:, 3:].any(), "a later input cannot change an earlier output"


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_with_masks(kind):
    tokens = np.array([[0, 1, 2, 3, 3], [4, 4, 5, 5, 5], [5, 2, 5, 1, 0], [5, 5, 5, 5, 5]])
    network = Network([Embedding(6, 3, rng=RNG(0), padding=5), layer_of(kind),
                       DenseEachStep(4, 2, rng=RNG(1))])
    check_gradients(network, tokens, rng=RNG(2))
    assert not network.layers[0].dE[5].any()


def twin_of(layer, torch):
    """PyTorch's layer with the same parameters."""
    twin = getattr(torch.nn, type(layer).__name__)(
        layer.n_in, layer.n_out, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        twin.weight_ih_l0.copy_(torch.tensor(layer.W.T.copy()))
        twin.weight_hh_l0.copy_(torch.tensor(layer.U.T.copy()))
        twin.bias_ih_l0.copy_(torch.tensor(layer.b))
        twin.bias_hh_l0.copy_(torch.tensor(getattr(layer, "b_hidden", 0 * layer.b)))
    return twin


def torch_state(state, torch):
    """PyTorch's (layers, batch, n) of a state, and a list of the tensors."""
    pair = isinstance(state, tuple)
    tensors = [torch.tensor(s[None], requires_grad=True) for s in (state if pair else [state])]
    return (tuple(tensors) if pair else tensors[0]), tensors


def arrays(state):
    return list(state) if isinstance(state, tuple) else [state]


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("kind", KINDS)
def test_equal_to_pytorch(kind, lengths):
    torch = pytest.importorskip("torch")
    layer, X, dY, state = layer_of(kind), normal(3, 5, 3), normal(3, 5, 4, seed=2), state_of(kind)
    twin = twin_of(layer, torch)
    start, tensors = torch_state(state, torch)
    X_twin = torch.tensor(X, requires_grad=True)
    if lengths is None:
        Y_twin, end = twin(X_twin, start)
    else:
        X, rnn = padded(X), torch.nn.utils.rnn
        Y_twin, end = twin(rnn.pack_padded_sequence(X_twin, lengths, batch_first=True,
                                                    enforce_sorted=False), start)
        Y_twin = rnn.pad_packed_sequence(Y_twin, batch_first=True)[0]
        for i, length in enumerate(lengths):
            dY[i, length:] = 0
    Y_twin.backward(torch.tensor(dY))

    Y = layer.forward(X, state)
    dX = layer.backward(dY)
    steps = ~np.isnan(X[:, :, 0])
    pairs = [(Y[steps], Y_twin.detach().numpy()[steps]), (dX, X_twin.grad.numpy()),
             (layer.dW, twin.weight_ih_l0.grad.numpy().T),
             (layer.dU, twin.weight_hh_l0.grad.numpy().T),
             (layer.db, twin.bias_ih_l0.grad.numpy())]
    if kind is GRU:
        pairs.append((layer.db_hidden, twin.bias_hh_l0.grad.numpy()))
    pairs += zip(arrays(layer.state), [s.detach().numpy()[0] for s in arrays(end)], strict=True)
    pairs += zip(arrays(layer.dstate), [s.grad.numpy()[0] for s in tensors], strict=True)
    for ours, theirs in pairs:
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() < 1e-10


@pytest.mark.parametrize("kind", KINDS)
def test_the_comparison_with_pytorch_rejects_swapped_blocks(kind):
    torch = pytest.importorskip("torch")
    layer, X = layer_of(kind), normal(3, 5, 3)
    twin = twin_of(layer, torch)
    layer.W = np.roll(layer.W, 1 if kind is RNN else layer.n_out, axis=1)
    assert np.abs(layer.forward(X) - twin(torch.tensor(X))[0].detach().numpy()).max() > 1e-3


def test_embedding_equals_pytorch():
    torch = pytest.importorskip("torch")
    layer, tokens, dY = Embedding(7, 3, rng=RNG(0)), RNG(1).integers(0, 7, (4, 6)), normal(4, 6, 3)
    twin = torch.nn.Embedding(7, 3, dtype=torch.float64, _weight=torch.tensor(layer.E))
    Y_twin = twin(torch.tensor(tokens))
    Y_twin.backward(torch.tensor(dY))
    assert np.array_equal(layer.forward(tokens), Y_twin.detach().numpy())
    assert layer.backward(dY) is None
    assert np.abs(layer.dE - twin.weight.grad.numpy()).max() < 1e-10


@given(batch=st.integers(1, 5), time=st.integers(1, 6), n_tokens=st.integers(1, 40),
       dim=st.integers(1, 4), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_embedding_sums_the_gradient_of_equal_tokens(batch, time, n_tokens, dim, seed):
    layer = Embedding(n_tokens, dim, rng=RNG(0))
    tokens, dY = RNG(seed).integers(0, n_tokens, (batch, time)), normal(batch, time, dim)
    assert np.array_equal(layer.forward(tokens), layer.E[tokens])
    layer.backward(dY)
    expected = np.zeros_like(layer.E)
    np.add.at(expected, tokens, dY)
    assert np.allclose(layer.dE, expected, rtol=0, atol=1e-12)
    check_gradients(layer, tokens, rng=RNG(2))


def test_padding_is_nan_and_has_no_gradient():
    layer = Embedding(4, 2, rng=RNG(0), padding=3)
    Y = layer.forward(np.array([[0, 3], [3, 1]]))
    assert np.array_equal(np.isnan(Y[:, :, 0]), [[False, True], [True, False]])
    assert np.isfinite(layer.E).all()
    layer.backward(np.full((2, 2, 2), 1.0))
    assert np.array_equal(layer.dE, [[1, 1], [1, 1], [0, 0], [0, 0]])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cut", [1, 3])
def test_a_sequence_in_two_parts_is_the_sequence(kind, cut):
    layer, X, dY = layer_of(kind), normal(3, 5, 3), normal(3, 5, 4, seed=2)
    whole = layer.forward(X)
    whole_dX = layer.backward(dY)
    end, dstart, dW = layer.state, layer.dstate, layer.dW.copy()

    first, second = copy.deepcopy(layer), copy.deepcopy(layer)
    Y = [first.forward(X[:, :cut]), second.forward(X[:, cut:], first.state)]
    assert np.allclose(np.concatenate(Y, axis=1), whole, rtol=0, atol=1e-14)
    assert np.allclose(second.state, end, rtol=0, atol=1e-14)
    later = second.backward(dY[:, cut:])
    R = dY[:, :cut].copy()
    if kind is not LSTM:                    # the second part's dstate is one more dh of the first
        R[:, -1] += second.dstate
        earlier = first.backward(R)
        assert np.allclose(np.concatenate([earlier, later], axis=1), whole_dX, rtol=0, atol=1e-13)
        assert np.allclose(first.dstate, dstart, rtol=0, atol=1e-13)
        assert np.allclose(first.dW + second.dW, dW, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_of_nan_is_no_step(kind):
    layer, X = layer_of(kind), normal(1, 4, 3)
    with_gaps = np.insert(X, [0, 2, 2, 4], np.nan, axis=1)          # – x x – – x x –
    Y = layer.forward(X)
    end = layer.state
    gaps = layer.forward(with_gaps)
    assert np.array_equal(gaps[:, [1, 2, 5, 6]], Y)
    assert np.array_equal(gaps[:, [0, 3, 4, 7]], np.stack(
        [0 * Y[:, 0], Y[:, 1], Y[:, 1], Y[:, 3]], axis=1))
    assert np.array_equal(layer.state, end)
    assert np.array_equal(LastStep().forward(gaps), Y[:, -1])


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_step_of_nan_is_an_error_that_shows(kind):
    X = normal(1, 4, 3)
    X[0, 1, 0] = np.nan
    assert np.isnan(layer_of(kind).forward(X)[0, 1:]).all()


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("lengths", [[5, 5, 5], LENGTHS])
@pytest.mark.parametrize("layer", [
    *map(layer_of, KINDS), DenseEachStep(3, 4, rng=RNG(0)), LastStep()], ids=repr)
def test_what_it_returns_is_the_callers(layer, lengths, training):
    """Never overwritten, in training or out of it; and what it is given is left alone."""
    layer.training = training
    X = padded(normal(3, 5, 3), lengths)
    given = X.copy()
    Y = layer.forward(X)
    state = copy.deepcopy(getattr(layer, "state", 0))
    dY = normal(*Y.shape, seed=2)
    given_dY = dY.copy()
    dX = layer.backward(dY)
    gradients = [getattr(layer, "d" + name).copy() for name in layer.parameter_names]
    kept = Y.copy(), dX.copy()
    Y[...] = dX[...] = np.nan                   # whatever the caller does with them
    again = layer.backward(dY)
    assert np.array_equal(again, kept[1]) and not np.shares_memory(again, dX)
    for name, gradient in zip(layer.parameter_names, gradients, strict=True):
        assert np.array_equal(getattr(layer, "d" + name), gradient), "backward sets, and never adds"
    other = layer.forward(X)
    assert not np.shares_memory(other, Y) and np.array_equal(other, kept[0], equal_nan=True)
    assert np.array_equal(getattr(layer, "state", 0), state)
    layer.forward(X + 1)
    layer.backward(dY * 2)
    assert np.array_equal(other, kept[0], equal_nan=True)
    assert np.array_equal(X, given, equal_nan=True) and np.array_equal(dY, given_dY)
    layer.training = False


def test_dense_each_step_learns_nothing_from_missing_steps():
    X, dY = normal(3, 5, 3), normal(3, 5, 2, seed=2)
    layer = DenseEachStep(3, 2, rng=RNG(0))
    Y = layer.forward(padded(X))
    missing = np.isnan(padded(X)[:, :, 0])
    assert np.array_equal(np.isnan(Y[:, :, 0]), missing)
    dX = layer.backward(dY)
    dW, db = layer.dW.copy(), layer.db.copy()
    assert not dX[missing].any() and np.isfinite(dX).all()
    layer.forward(X[~missing][None])
    assert np.allclose(layer.backward(dY[~missing][None])[0], dX[~missing], rtol=0, atol=1e-14)
    assert np.allclose(layer.dW, dW) and np.allclose(layer.db, db)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_is_the_same_but_rounded(kind):
    X, dY = normal(3, 5, 3), normal(3, 5, 4, seed=2)
    single, double = layer_of(kind, dtype=np.float32), layer_of(kind)
    Y, Y_double = single.forward(X.astype(np.float32)), double.forward(X)
    dX, dX_double = single.backward(dY.astype(np.float32)), double.backward(dY)
    assert Y.dtype == dX.dtype == single.dW.dtype == np.float32
    assert np.allclose(Y, Y_double, atol=1e-5) and np.allclose(dX, dX_double, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_large_inputs_saturate_without_a_warning(kind, recwarn):
    layer = layer_of(kind)
    Y = layer.forward(np.full((1, 3, 3), 1e4))
    assert np.isfinite(Y).all() and np.isfinite(layer.backward(Y)).all() and not recwarn.list


def test_the_forget_gate_starts_open():
    assert np.array_equal(LSTM(2, 3, rng=RNG(0)).b, [0] * 3 + [1] * 3 + [0] * 6)


def test_last_step_and_dense_each_step():
    X = normal(3, 5, 4)
    each, one = DenseEachStep(4, 2, rng=RNG(0)), Dense(4, 2, rng=RNG(0))
    for t in range(5):
        assert np.allclose(each.forward(X)[:, t], one.forward(X[:, t]))
    check_gradients(each, X, rng=RNG(2))
    check_gradients(LastStep(), X, rng=RNG(2))
    assert np.array_equal(LastStep().forward(X), X[:, -1])


class ForgetsThePast(RNN):
    def look_back(self, dY):
        dZ = (1 - self.H[1:] ** 2) * dY
        return dZ, dZ


class OneStepLate(RNN):
    def parameter_gradients(self, dY):
        super().parameter_gradients(dY)
        self.dU = self.H[1:].reshape(-1, self.n_out).T @ self.dZ.reshape(-1, self.n_out)


class CellForgotten(LSTM):
    def look_back(self, dY):
        C = self.C.copy()
        self.C[...] = 0
        gradients = super().look_back(dY)
        self.C[...] = C
        return gradients


class OneBias(GRU):
    def look_back(self, dY):
        dZ, _ = super().look_back(dY)
        return dZ, dZ


@pytest.mark.parametrize("wrong", [ForgetsThePast, OneStepLate, CellForgotten, OneBias])
def test_the_gradient_check_rejects_wrong_code(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(layer_of(wrong), normal(3, 5, 3), rng=RNG(2))


def test_the_check_step_by_step_rejects_wrong_code():
    assert difference_by_step(layer_of(ForgetsThePast), normal(3, 5, 3), 4, 1) > 1e-3


def small_network(kind):
    return Network([Embedding(5, 3, rng=RNG(0), padding=4), kind(3, 4, rng=RNG(1)),
                    DenseEachStep(4, 3, rng=RNG(2)), LastStep()])


@pytest.mark.parametrize("kind", KINDS)
def test_copied_saved_and_loaded(kind, tmp_path):
    network, tokens = small_network(kind), np.array([[0, 1, 3, 4], [2, 2, 1, 0]])
    Y = network.forward(tokens)
    network.save(tmp_path / "network.npz")
    for other in (copy.deepcopy(network), Network.load(tmp_path / "network.npz")):
        assert np.array_equal(other.forward(tokens), Y)
        other.backward(np.ones_like(Y))
        assert other.gradients.any() and not network.gradients.any()
        other.parameters += 1
        assert not np.allclose(other.forward(tokens), Y)
    assert repr(network) == (f"Network([Embedding(5, 3), {kind.__name__}(3, 4), "
                             "DenseEachStep(4, 3), LastStep()])")


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_to_remember_the_first_number(kind):
    X = normal(200, 8, 1)
    y = (X[:, 0, 0] > 0).astype(float)
    network = Network([kind(1, 8, rng=RNG(0)), LastStep(), Dense(8, 1, rng=RNG(1))])
    history = fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(0.02), epochs=25,
                  batch_size=20, rng=RNG(2), clip=1.0, progress=False)
    assert history.cost[-1] < 0.15 < 0.6 < history.cost[0]


def test_it_learns_the_parity_of_the_tokens_so_far():
    tokens = RNG(0).integers(0, 2, (300, 6))
    tokens[::3, 4:] = 2                                             # padding
    labels = np.where(tokens == 1, 1, 0).cumsum(axis=1) % 2
    network = Network([Embedding(3, 4, rng=RNG(1), padding=2), GRU(4, 8, rng=RNG(2)),
                       DenseEachStep(8, 2, rng=RNG(3))])
    fit(network, tokens, labels, cost=SoftmaxCrossEntropy(), optimizer=Adam(0.03), epochs=20,
        batch_size=20, rng=RNG(4), progress=False)
    assert np.mean(network.predict(tokens).argmax(axis=2) == labels) > 0.99


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("X, message", [
    (np.zeros((2, 3)), r"\(2, 3\); expected \(batch, time, 3\)\. One sequence is .*X\[None\]"),
    (np.zeros((2, 5), int), r"\(2, 5\); .*Put Embedding"),
    (np.zeros((2, 3, 5)), r"\(2, 3, 5\); .*X\.transpose\(0, 2, 1\)"),
    (np.zeros((2, 5, 7)), r"\(2, 5, 7\); .*n_in"),
    (np.zeros((2, 0, 3)), r"\(2, 0, 3\); .*no time step"),
    (np.zeros(3), r"\(3,\); expected \(batch, time, 3\)"),
])
def test_a_wrong_shape_of_X(kind, X, message):
    with pytest.raises(ValueError, match=rf"{kind.__name__}\(3, 4\) got X of shape " + message):
        layer_of(kind).forward(X)
    if X.shape != (2, 3, 5):
        with pytest.raises(ValueError, match=r"DenseEachStep\(3, 2\) got X of shape " + message):
            DenseEachStep(3, 2, rng=RNG(0)).forward(X)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_state(kind):
    with pytest.raises(ValueError, match=r"got a state of shape .*expected h.* of shape \(2, 4\)"):
        layer_of(kind).forward(normal(2, 5, 3), state_of(kind, batch=3))
    for wrong in (np.zeros(4), 0.0, state_of(LSTM, 2)[:2 - (kind is LSTM)] + (np.zeros((2, 5)),)):
        with pytest.raises(ValueError, match=r"got a state of shape"):
            layer_of(kind).forward(normal(2, 5, 3), wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_dY(kind):
    layer = layer_of(kind)
    layer.forward(normal(2, 5, 3))
    with pytest.raises(ValueError, match=r"dY of shape \(5, 2, 4\); expected .* \(2, 5, 4\)"):
        layer.backward(np.zeros((5, 2, 4)))


@pytest.mark.parametrize("layer, X, dY", [
    (Embedding(3, 2, rng=RNG(0)), np.zeros((1, 2), int), np.zeros((1, 2))),
    (DenseEachStep(3, 2, rng=RNG(0)), np.zeros((1, 2, 3)), np.zeros((1, 2, 3))),
    (LastStep(), np.zeros((1, 2, 3)), np.zeros((1, 2, 3))),
])
def test_a_wrong_dY_of_the_other_layers(layer, X, dY):
    layer.forward(X)
    with pytest.raises(ValueError, match="backward got dY of shape"):
        layer.backward(dY)


@pytest.mark.parametrize("layer", [
    RNN(2, 2, rng=RNG(0)), LSTM(2, 2, rng=RNG(0)), GRU(2, 2, rng=RNG(0)), LastStep(),
    Embedding(2, 2, rng=RNG(0)), DenseEachStep(2, 2, rng=RNG(0))])
def test_backward_before_forward(layer):
    with pytest.raises(RuntimeError, match=r"call forward\(X\) first"):
        layer.backward(np.zeros((1, 1, 2)))


def test_lists_are_taken_and_text_is_not():
    X, tokens = normal(2, 4, 3), np.array([[0, 2, 1], [1, 1, 0]])
    for layer in (*map(layer_of, KINDS), DenseEachStep(3, 2, rng=RNG(0)), LastStep()):
        assert np.array_equal(layer.forward(X.tolist()), layer.forward(X))
        with pytest.raises(TypeError, match="expected real numbers"):
            layer.forward(X.astype(str))
    layer = Embedding(3, 2, rng=RNG(0))
    assert np.array_equal(layer.forward(tokens.tolist()), layer.forward(tokens))
    with pytest.raises(TypeError, match="tokens"):
        layer.forward([["a", "b"]])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.int64, np.uint64])
def test_tokens_of_any_integer_dtype(dtype):
    layer, tokens = Embedding(3, 2, rng=RNG(0)), np.array([[0, 2, 1], [1, 1, 0]])
    assert np.array_equal(layer.forward(tokens.astype(dtype)), layer.E[tokens])
    assert layer.tokens.dtype == np.intp
    layer.backward(np.ones((2, 3, 2)))
    assert np.array_equal(layer.dE[:, 0], [2, 3, 1])


@pytest.mark.parametrize("tokens, error, message", [
    (np.zeros((2, 3)), TypeError, r"tokens of dtype float64; expected integers.*astype\(int\)"),
    (np.array([[0, 5]]), ValueError, "the token 5; expected tokens from 0 to 4"),
    (np.array([[0, -1]]), ValueError, "the token -1; expected tokens from 0 to 4"),
    (np.zeros(3, int), ValueError, r"shape \(3,\); expected \(batch, time\).*tokens\[None, :\]"),
    (np.zeros((2, 0), int), ValueError, "at least one time step"),
])
def test_bad_tokens(tokens, error, message):
    with pytest.raises(error, match=r"Embedding\(5, 2\) got .*" + message):
        Embedding(5, 2, rng=RNG(0)).forward(tokens)


@pytest.mark.parametrize("make, error, message", [
    (lambda: RNN(0, 2, rng=RNG(0)), ValueError, "n_in"),
    (lambda: LSTM(2, 0, rng=RNG(0)), ValueError, "LSTM got n_hidden=0"),
    (lambda: RNN(2, 2.5, rng=RNG(0)), ValueError, "RNN got n_hidden=2.5"),
    (lambda: RNN(2, 2, rng=RNG(0), dtype=int), ValueError, "dtype"),
    (lambda: GRU(2, 2, rng=7), TypeError, "default_rng"),
    (lambda: Embedding(0, 2, rng=RNG(0)), ValueError, "Embedding got n_tokens=0"),
    (lambda: Embedding(3, 2, rng=RNG(0), padding=1.5), ValueError, "padding=1.5"),
    (lambda: Embedding(3, 2, rng=7), TypeError, "default_rng"),
    (lambda: Embedding(5, 2, rng=RNG(0), padding=5), ValueError, "padding=5; expected a token"),
    (lambda: LastStep().forward(np.zeros((2, 3))), ValueError, r"expected \(batch, time, n\)"),
    (lambda: LastStep().forward(np.zeros((2, 0, 3))), ValueError, "one time step"),
    (lambda: Network([Embedding(5, 3, rng=RNG(0)), RNN(4, 2, rng=RNG(0))]), ValueError,
     "puts out 3 numbers"),
])
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()
