"""Attention lets every step look at every other: a weighted mean of values, and learned weights.

No state is carried from step to step, so all steps are computed at once, and the first step is as
near as the last. What it does not see by itself is the order of the steps.
"""

import math

import numpy as np

from course_lib.activations import softmax
from course_lib.initializers import glorot
from course_lib.layers import FromForward, Layer, Parameter
from course_lib.recurrent import check_sequence, check_slope


class SelfAttention(Layer):
    """One head of scaled dot-product attention: Y = A V with A = softmax(Q Kᵀ / √n_key).

    Each step asks (its query, Q = X W_q), each answers (its key, K = X W_k), and what is passed on
    is the values V = X W_v, weighted by how well query and key fit. The scale keeps the products
    near 1 in size, where softmax has a slope.

    Parameters
    ----------
    n_in, n_key, n_out : int
        W_q and W_k are (n_in, n_key), W_v is (n_in, n_out).
    causal : bool
        Step t sees the steps up to t, and none after it: so that the next one can be predicted.
    rng : numpy.random.Generator
    dtype : numpy dtype

    Attributes
    ----------
    weights : (batch, time, time) array
        A: row t is how much step t looked at each step; it sums to 1.

    Raises
    ------
    ValueError
        For an X that is not (batch, time, n_in), or a dY that is not (batch, time, n_out).

    Notes
    -----
    A step whose inputs are all nan is no step: nobody looks at it, and it puts out nan again.

    Source: Vaswani et al. (2017), "Attention is all you need", eq. 1. Built in lesson 08.
    """

    parameter_names = ("W_q", "W_k", "W_v")
    W_q, W_k, W_v = Parameter(), Parameter(), Parameter()
    dW_q, dW_k, dW_v = Parameter(), Parameter(), Parameter()
    X, weights = FromForward(), FromForward()

    def __init__(self, n_in, n_key, n_out, *, causal=False, rng, dtype=np.float64):
        self.n_in, self.n_key, self.n_out, self.causal = n_in, n_key, n_out, causal
        self._W_q = glorot(n_in, n_key, rng=rng).astype(dtype)
        self._W_k = glorot(n_in, n_key, rng=rng).astype(dtype)
        self._W_v = glorot(n_in, n_out, rng=rng).astype(dtype)
        self._dW_q, self._dW_k, self._dW_v = map(np.zeros_like, (self._W_q, self._W_k, self._W_v))
        self.scale = 1 / math.sqrt(n_key)

    def forward(self, X):
        check_sequence(self, X)
        X = np.asarray(X, self._W_q.dtype)
        self.no_step = np.isnan(X).all(axis=2)                      # (batch, time)
        X = self.X = np.where(self.no_step[..., None], 0, X)
        Q, K, V = self.Q, self.K, self.V = X @ self._W_q, X @ self._W_k, X @ self._W_v
        scores = Q @ K.transpose(0, 2, 1) * self.scale              # (batch, time, time)
        scores[self.hidden()] = -np.inf
        self.weights = softmax(scores)
        Y = self.weights @ V
        Y[self.no_step] = np.nan
        return Y

    def hidden(self):
        """Where step t (row) may not look at step s (column); a step without input sees all."""
        batch, time = self.no_step.shape
        hidden = np.repeat(self.no_step[:, None, :], time, axis=1)
        if self.causal:
            hidden |= np.triu(np.ones((time, time), bool), k=1)
        hidden[self.no_step] = False
        return hidden

    def backward(self, dY):
        check_slope(self, dY, (*self.X.shape[:2], self.n_out))
        A, X = self.weights, self.X
        dY = np.where(self.no_step[..., None], 0, dY)
        dV = A.transpose(0, 2, 1) @ dY                              # Y = A V
        dA = dY @ self.V.transpose(0, 2, 1)
        dS = A * (dA - (A * dA).sum(axis=2, keepdims=True))         # through softmax, row by row
        dS *= self.scale
        dQ, dK = dS @ self.K, dS.transpose(0, 2, 1) @ self.Q        # S = Q Kᵀ / √n_key
        rows = X.reshape(-1, self.n_in).T
        rows.dot(dQ.reshape(-1, self.n_key), out=self._dW_q)        # Q = X W_q, and so on
        rows.dot(dK.reshape(-1, self.n_key), out=self._dW_k)
        rows.dot(dV.reshape(-1, self.n_out), out=self._dW_v)
        dX = dQ @ self._W_q.T + dK @ self._W_k.T + dV @ self._W_v.T
        dX[self.no_step] = 0
        return dX

    def config(self):
        return {"n_in": self.n_in, "n_key": self.n_key, "n_out": self.n_out,
                "causal": self.causal, "dtype": self._W_q.dtype.name}

    def __repr__(self):
        return f"SelfAttention({self.n_in}, {self.n_key}, {self.n_out})"
