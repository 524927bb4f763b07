"""Right answers to the exercises of lesson 09, in other styles than the solution's."""

import numpy as np

from course_lib.attention import SelfAttention
from course_lib.normalization import LayerNorm
from course_lib.transformer import Positions


def bits_loop(P, y):
    return -sum(np.log2(row[k]) for row, k in zip(P, y, strict=True)) / len(y)


def bits_nats(P, y):
    right = np.take_along_axis(P, y[:, None], axis=1)
    return -(np.log(right) / np.log(2)).mean()


def pairs_loop(tokens, K):
    counts = np.ones((K, K))
    for before, after in zip(tokens, tokens[1:], strict=False):
        counts[before, after] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def pairs_codes(tokens, K):
    counts = np.bincount(tokens[:-1] * K + tokens[1:], minlength=K * K).reshape(K, K) + 1.0
    return (counts.T / counts.sum(axis=1)).T


def attention_masked(X, W_q, W_k):
    time = X.shape[1]
    Q, K = X @ W_q, X @ W_k
    scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(W_k.shape[1])
    exp = np.exp(scores - scores.max()) * np.tril(np.ones((time, time)))
    return exp / exp.sum(axis=2, keepdims=True)


def attention_loop(X, W_q, W_k):
    A = np.zeros((len(X), X.shape[1], X.shape[1]))
    for n in range(len(X)):
        for t in range(X.shape[1]):
            query = X[n, t] @ W_q
            fits = [np.exp(query @ (X[n, s] @ W_k) / len(query) ** 0.5) for s in range(t + 1)]
            A[n, t, :t + 1] = np.array(fits) / sum(fits)
    return A


def attention_layer(X, W_q, W_k):
    layer = SelfAttention(*W_q.shape, 1, causal=True, rng=np.random.default_rng())
    layer.W_q, layer.W_k = W_q, W_k
    layer.forward(X)
    return layer.weights


def heads_swapped(X, heads):
    batch, time, n = X.shape
    return X.reshape(batch, time, heads, -1).swapaxes(1, 2)


def heads_stacked(X, heads):
    return np.stack(np.split(X, heads, axis=2), axis=1)


def places_loop(X, P, start):
    Y = X.copy()
    for t in range(X.shape[1]):
        Y[:, t] += P[start + t]
    return Y


def places_layer(X, P, start):
    layer = Positions(*P.shape, rng=np.random.default_rng())
    layer.P = P
    return layer.forward(X, start)


def norm_loop(X, gamma, beta, epsilon):
    Y = np.zeros(X.shape)
    for place in np.ndindex(*X.shape[:2]):
        x = X[place] - X[place].mean()
        Y[place] = gamma * x / np.sqrt((x * x).mean() + epsilon) + beta
    return Y


def norm_layer(X, gamma, beta, epsilon):
    layer = LayerNorm(len(gamma))
    variance = X.var(axis=2, keepdims=True)
    scale = np.sqrt((variance + 1e-5) / (variance + epsilon))
    return layer.forward(X) * scale * gamma + beta


def cache_loop(x, K, V, W_q, W_k, W_v):
    K, V = np.concatenate([K, [x @ W_k]]), np.concatenate([V, [x @ W_v]])
    q = x @ W_q
    fits = np.array([np.exp(k @ q / np.sqrt(len(q))) for k in K])
    return (fits / fits.sum()) @ V, K, V


def cache_einsum(x, K, V, W_q, W_k, W_v):
    K, V = np.append(K, x[None] @ W_k, axis=0), np.append(V, x[None] @ W_v, axis=0)
    fits = np.exp(np.einsum("d,td->t", x @ W_q, K) / K.shape[1] ** 0.5)
    return np.einsum("t,td->d", fits, V) / fits.sum(), K, V


def back_einsum(dY, A, Q, K, V):
    dV = np.einsum("bts,btd->bsd", A, dY)
    dA = np.einsum("btd,bsd->bts", dY, V)
    dS = (A * dA - A * np.einsum("bts,bts->bt", A, dA)[..., None]) / Q.shape[2] ** 0.5
    return np.einsum("bts,bsd->btd", dS, K), np.einsum("bts,btd->bsd", dS, Q), dV


def back_rows(dY, A, Q, K, V):
    dQ, dK, dV = np.zeros(Q.shape), np.zeros(K.shape), np.zeros(V.shape)
    for n, t in np.ndindex(*A.shape[:2]):
        a = A[n, t]
        dV[n] += np.outer(a, dY[n, t])
        ds = (np.diag(a) - np.outer(a, a)) @ (V[n] @ dY[n, t]) / np.sqrt(Q.shape[2])
        dQ[n, t] += ds @ K[n]
        dK[n] += np.outer(ds, Q[n, t])
    return dQ, dK, dV


VARIANTS = {
    "bits_per_character": [bits_nats, bits_loop],
    "pair_table": [pairs_loop, pairs_codes],
    "causal_weights": [attention_masked, attention_loop, attention_layer],
    "split_heads": [heads_swapped, heads_stacked],
    "add_places": [places_loop, places_layer],
    "layer_norm": [norm_loop, norm_layer],
    "attend_new": [cache_loop, cache_einsum],
    "attention_back": [back_einsum, back_rows],
}
