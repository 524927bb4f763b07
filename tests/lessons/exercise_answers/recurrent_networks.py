"""Right answers to the exercises of lesson 08, in other styles than the solution's."""

import numpy as np

from course_lib.optimizers import clip_gradients
from course_lib.recurrent import RNN, Embedding


def chances_shifted(z, temperature):
    scaled = z / temperature
    exp = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def chances_loop(z, temperature):
    rows = []
    for row in z:
        exp = [np.exp((value - max(row)) / temperature) for value in row]
        rows.append([e / sum(exp) for e in exp])
    return rows


def chances_log(z, temperature):
    return np.exp(z / temperature - np.logaddexp.reduce(z / temperature, axis=1)[:, None])


def embedding_loop(tokens, dY, n_tokens):
    dE = np.zeros((n_tokens, dY.shape[2]))
    for n in range(tokens.shape[0]):
        for t in range(tokens.shape[1]):
            dE[tokens[n, t]] += dY[n, t]
    return dE


def embedding_add(tokens, dY, n_tokens):
    dE = np.zeros((n_tokens, dY.shape[-1]))
    np.add.at(dE, tokens, dY)
    return dE


def embedding_sums(tokens, dY, n_tokens):
    return [dY[tokens == k].sum(axis=0) for k in range(n_tokens)]


def embedding_layer(tokens, dY, n_tokens):
    layer = Embedding(n_tokens, dY.shape[2], rng=np.random.default_rng())
    layer.forward(tokens)
    layer.backward(dY)
    return layer.dE


def clip_if(dW, dU, limit):
    norm = np.sqrt((dW**2).sum() + (dU**2).sum())
    if norm > limit:
        return dW * limit / norm, dU * limit / norm
    return dW, dU


def clip_flat(dW, dU, limit):
    both = np.concatenate([dW.ravel(), dU.ravel()])
    both = both / max(1, np.linalg.norm(both) / limit)
    return [both[:dW.size].reshape(dW.shape), both[dW.size:].reshape(dU.shape)]


def clip_as_frameworks(dW, dU, limit):
    norm = np.linalg.norm([np.linalg.norm(dW), np.linalg.norm(dU)])
    factor = min(1.0, limit / (norm + 1e-6))
    return dW * factor, dU * factor


def clip_library(dW, dU, limit):
    both = np.concatenate([dW.ravel(), dU.ravel()])
    clip_gradients(both, limit)
    return both[:dW.size].reshape(dW.shape), both[dW.size:].reshape(dU.shape)


def states_list(X, h, W, U, b):
    states = []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


def states_by_name(X, h, W, U, b):
    H = np.zeros((len(X), X.shape[1], len(b)))
    for n in range(len(X)):
        before = h[n]
        for t in range(X.shape[1]):
            before = np.tanh(np.concatenate([X[n, t], before]) @ np.vstack([W, U]) + b)
            H[n, t] = before
    return H


def rnn_with(W, U, b):
    layer = RNN(*W.shape, rng=np.random.default_rng())
    layer.W, layer.U, layer.b = W, U, b
    return layer


def states_layer(X, h, W, U, b):
    return rnn_with(W, U, b).forward(X, h)


def step_together(x, h, W, U, b):
    return np.tanh(np.concatenate([x, h]) @ np.vstack([W, U]) + b)


def step_sums(x, h, W, U, b):
    return [np.tanh(sum(x * W[:, k]) + sum(h * U[:, k]) + b[k]) for k in range(len(b))]


def step_layer(x, h, W, U, b):
    return rnn_with(W, U, b).forward(x[None, None], h[None])[0, 0]


def lstm_back_steps(dh, dc, i, f, g, o, c_before, c):
    shown = np.tanh(c)
    do = dh * shown
    dshown = dh * o
    whole = dc + dshown * (1 - shown * shown)
    di, dg, df = whole * g, whole * i, whole * c_before
    return (di * (i - i**2), df * (f - f**2), dg * (1 - g) * (1 + g), do * (o - o**2), f * whole)


def lstm_back_together(dh, dc, i, f, g, o, c_before, c):
    dc = dc + dh * o / np.cosh(c) ** 2
    gates = np.stack([i, f, g, o])
    slopes = gates * (1 - gates)
    slopes[2] = 1 - g**2
    return [*(np.stack([dc * g, dc * c_before, dc * i, dh * np.tanh(c)]) * slopes), dc * f]


def bptt_masked(dY, X, H, W, U, no_step):
    dX, dW, dU, dh, sums = np.zeros_like(X), 0, 0, 0, 0
    step = 1.0 - no_step
    for t in range(X.shape[1] - 1, -1, -1):
        m = step[:, t][:, None]
        total = dY[:, t] + dh
        dz = m * total * (1 - H[:, t + 1] * H[:, t + 1])
        dX[:, t] = dz @ W.T
        dW = dW + X[:, t].T @ dz
        dU = dU + H[:, t].T @ dz
        sums = sums + dz
        dh = dz @ U.T + (1 - m) * total
    return dX, dW, dU, sums.sum(axis=0)


def bptt_by_name(dY, X, H, W, U, no_step):
    dX, dW, dU = np.zeros(X.shape), np.zeros(W.shape), np.zeros(U.shape)
    db = np.zeros(len(U))
    for n in range(len(X)):
        dh = np.zeros(len(U))
        for t in reversed(range(X.shape[1])):
            dh = dh + dY[n, t]
            if no_step[n, t]:
                continue
            dz = dh * (1 - H[n, t + 1] ** 2)
            dX[n, t] = W @ dz
            dW += np.outer(X[n, t], dz)
            dU += np.outer(H[n, t], dz)
            db += dz
            dh = U @ dz
    return dX, dW, dU, db


def bptt_layer(dY, X, H, W, U, no_step):
    layer = rnn_with(W, U, np.zeros(len(U)))
    layer.forward(np.where(no_step[:, :, None], np.nan, X))
    layer.H[...] = H.transpose(1, 0, 2)  # the states of the b that nobody told it
    dX = layer.backward(dY)
    return dX, layer.dW, layer.dU, layer.db


VARIANTS = {
    "letter_chances": [chances_shifted, chances_loop, chances_log],
    "embedding_gradient": [embedding_loop, embedding_add, embedding_sums, embedding_layer],
    "clip_together": [clip_if, clip_flat, clip_as_frameworks, clip_library],
    "rnn_states": [states_list, states_by_name, states_layer],
    "one_step": [step_together, step_sums, step_layer],
    "lstm_back": [lstm_back_steps, lstm_back_together],
    "bptt_names": [bptt_masked, bptt_by_name, bptt_layer],
}
