"""Attention lets every step look at every other: a weighted mean of values, with learnt weights.

No state is carried from step to step, so all steps are computed at once, and the first step is as
near as the last. What it does not see by itself is the order of the steps:
``transformer.Positions`` adds that.
"""

import math

import numpy as np

from course_lib.activations import softmax
from course_lib.checks import float_dtype, short, whole_number
from course_lib.initializers import glorot
from course_lib.layers import Layer
from course_lib.sequences import (
    check_sequence,
    each_step,
    missing_steps,
    sum_over_steps,
    where_missing,
)


class SelfAttention(Layer):
    """Scaled dot-product attention: Y = A V with A = softmax(Q Kᵀ / √d), in one head or in several.

    Each step asks (its query, Q = X W_q), each answers (its key, K = X W_k), and what is passed on
    is the values V = X W_v, weighted by how well query and key fit. The scale 1/√d, where d is how
    many numbers a key has, keeps the products near 1 in size, where softmax has a slope.

    With ``heads`` the queries, keys and values are cut into so many equal pieces, each head does
    the above with its own, and W_o mixes what they found: Y = [A₁ V₁ … A_h V_h] W_o.

    Parameters
    ----------
    n_in, n_key, n_out : int
        W_q and W_k are (n_in, n_key), W_v is (n_in, n_out).
    heads : int, optional
        If given, n_key and n_out are those of all heads together, and W_o is (n_out, n_out). If
        not, there is one head, and no W_o.
    causal : bool
        Step t sees the steps up to t, and none after it: so that the next one can be predicted.
    rng : numpy.random.Generator
    dtype : numpy dtype

    ``forward(X, state=None)`` takes X (batch, time, n_in) and, to go on where another forward
    ended, the ``state`` that it left: then the steps of X also look at those before, whose keys and
    values are in it. This is how a text is written letter by letter: nothing is computed twice.
    backward takes these earlier steps as given.

    Attributes
    ----------
    weights : (batch, time, time) array, or (batch, heads, time, time) with heads
        A: row t is how much step t looked at each step; it sums to 1.
    state : keys, values, and which are missing, of all steps up to now

    Raises
    ------
    ValueError
        For an X that is not (batch, time, n_in), sizes that cannot be cut into so many heads, and
        a state of another batch.

    Notes
    -----
    Nobody looks at a missing step (see ``sequences``), and it puts out nan again.

    References
    ----------
    Vaswani et al. (2017), "Attention is all you need", eq. 1 and §3.2.2. Built in lesson 09.
    """

    parameter_names = ("W_q", "W_k", "W_v", "W_o")
    state = weights = None

    def __init__(self, n_in, n_key, n_out, *, heads=None, causal=False, rng, dtype=np.float64):
        self.n_in = whole_number(n_in, "SelfAttention", "n_in")
        self.n_key = whole_number(n_key, "SelfAttention", "n_key")
        self.n_out = whole_number(n_out, "SelfAttention", "n_out")
        self.heads = whole_number(heads, "SelfAttention", "heads", optional=True)
        if not isinstance(causal, bool | np.bool):
            raise TypeError(f"SelfAttention got causal={short(causal)}; expected True or False")
        if self.heads and (self.n_key % self.heads or self.n_out % self.heads):
            raise ValueError(f"SelfAttention got n_key={n_key} and n_out={n_out} for {heads} "
                             f"heads; expected multiples of {heads}: each head gets an equal piece")
        self.causal, dtype = bool(causal), float_dtype(dtype, "SelfAttention")
        self.W_q = glorot(self.n_in, self.n_key, rng=rng).astype(dtype)
        self.W_k = glorot(self.n_in, self.n_key, rng=rng).astype(dtype)
        self.W_v = glorot(self.n_in, self.n_out, rng=rng).astype(dtype)
        if self.heads:
            self.W_o = glorot(self.n_out, self.n_out, rng=rng).astype(dtype)
        else:
            self.parameter_names = ("W_q", "W_k", "W_v")
        self.scale = 1 / math.sqrt(self.n_key // (self.heads or 1))

    def check_input(self, X):
        check_sequence(self, X)

    def forward(self, X, state=None):
        self.missing = missing_steps(X)                             # (batch, time, 1)
        X = self.X = where_missing(self.missing, 0, X)
        self.Q = self.cut(each_step(X, self.W_q))                   # (batch, heads, time, d)
        K, V = self.cut(each_step(X, self.W_k)), self.cut(each_step(X, self.W_v))
        self.K, self.V, hidden = self.remember(K, V, state)
        scores = self.Q @ self.K.swapaxes(2, 3) * self.scale        # Q Kᵀ / √d
        self.A = softmax(np.where(hidden, -np.inf, scores))
        self.weights = self.A if self.heads else self.A[:, 0]
        self.Y = self.join(self.A @ self.V)
        Y = each_step(self.Y, self.W_o) if self.heads else self.Y
        return where_missing(self.missing, np.nan, Y)

    def remember(self, K, V, state):
        """Keys and values of the earlier steps and of these; and which keys each step must not see.

        hidden is True where a query (row) must not see a key (column), in a shape that meets
        (batch, heads, time, earlier and time).
        """
        batch, _, time, _ = K.shape
        now = np.zeros((batch, time), bool) if self.missing is None else self.missing[..., 0]
        missing = now
        if state is not None:
            K_before, V_before, missing_before = self.check_state(state, K, V)
            K, V = np.concatenate([K_before, K], axis=2), np.concatenate([V_before, V], axis=2)
            missing = np.concatenate([missing_before, now], axis=1)
        self.state = K, V, missing
        hidden = missing[:, None, None, :]
        if self.causal:
            steps = missing.shape[1]
            hidden = hidden | (np.arange(steps) > np.arange(steps - time, steps)[:, None])
        return K, V, hidden & ~now[:, None, :, None]    # a missing step sees all, and says nothing

    def check_state(self, state, K, V):
        """The state, or an error for one that is not of such keys and values."""
        good = isinstance(state, tuple) and len(state) == 3 and np.ndim(state[0]) == 4
        if good:
            before = np.shape(state[0])[2]
            good = [np.shape(s) for s in state] == [
                (*A.shape[:2], before, A.shape[3]) for A in (K, V)] + [(len(K), before)]
        if not good:
            raise ValueError(f"{self} got a state that does not belong to a batch of {len(K)}; "
                             "expected the layer.state after another forward of as many sequences, "
                             "or None to begin")
        return state

    def cut(self, X):
        """(batch, time, n) → one piece a head, (batch, heads, time, n / heads)."""
        batch, time, _ = X.shape
        return X.reshape(batch, time, self.heads or 1, -1).swapaxes(1, 2)

    def join(self, X):
        """The way back of ``cut``: the pieces side by side again."""
        batch, _, time, _ = X.shape
        return X.swapaxes(1, 2).reshape(batch, time, -1)

    def backward(self, dY):
        dY = where_missing(self.missing, 0, dY)
        if self.heads:
            self.dW_o = sum_over_steps(self.Y, dY)
            dY = each_step(dY, self.W_o.T)
        A, d, time = self.A, self.cut(dY), dY.shape[1]
        dV = A.swapaxes(2, 3) @ d                                       # Y = A V
        dA = d @ self.V.swapaxes(2, 3)
        dS = A * (dA - (A * dA).sum(axis=3, keepdims=True))             # through softmax
        dS *= self.scale
        dQ, dK = dS @ self.K, dS.swapaxes(2, 3) @ self.Q                # S = Q Kᵀ / √d
        dQ, dK, dV = self.join(dQ), self.join(dK[:, :, -time:]), self.join(dV[:, :, -time:])
        self.dW_q = sum_over_steps(self.X, dQ)                          # Q = X W_q, and so on
        self.dW_k = sum_over_steps(self.X, dK)
        self.dW_v = sum_over_steps(self.X, dV)
        dX = each_step(dQ, self.W_q.T) + each_step(dK, self.W_k.T) + each_step(dV, self.W_v.T)
        return where_missing(self.missing, 0, dX)

    def config(self):
        return {"n_in": self.n_in, "n_key": self.n_key, "n_out": self.n_out, "heads": self.heads,
                "causal": self.causal, "dtype": self.dtype.name}

    def __repr__(self):
        heads = f", heads={self.heads}" if self.heads else ""
        return f"SelfAttention({self.n_in}, {self.n_key}, {self.n_out}{heads})"
