"""A recurrent layer reads a sequence step by step, and carries what it has read in a state h.

Sequences are (batch, time, features). What does not depend on the state, such as xₜ W, is one
product for all steps; only what does depend on it is in the loop. Inside the loop time comes first,
so that H[t] is the state of all sequences at step t.

At a missing step (see ``sequences``) the state stays as it was. What comes out there is that state,
so of recurrent layers in a row only the first knows which steps are missing.
"""

import numpy as np

from course_lib.checks import float_dtype, generator, real_array, whole_number
from course_lib.initializers import glorot, orthogonal
from course_lib.layers import Dense, Layer
from course_lib.sequences import (
    batch_first,
    check_sequence,
    each_step,
    missing_steps,
    sum_over_steps,
    time_first,
    where_missing,
)


class Embedding(Layer):
    """Each token is a row of a table: Y[batch, time] = E[tokens[batch, time]].

    Parameters
    ----------
    n_tokens, dim : int
        Tokens are 0 … n_tokens − 1; E is (n_tokens, dim), standard normal at first.
    rng : numpy.random.Generator
    padding : int, optional
        The token that fills up short sequences: its rows are nan, a missing step.
    dtype : numpy dtype

    Raises
    ------
    TypeError
        For tokens that are not whole numbers.
    ValueError
        For tokens that are not (batch, time), or outside 0 … n_tokens − 1.

    References
    ----------
    Bengio et al. (2003), "A neural probabilistic language model", §2. Built in lesson 08.
    """

    parameter_names = ("E",)
    takes_indices = True

    def __init__(self, n_tokens, dim, *, rng, padding=None, dtype=np.float64):
        self.n_tokens = whole_number(n_tokens, "Embedding", "n_tokens")
        self.n_out = whole_number(dim, "Embedding", "dim")
        self.padding = whole_number(padding, "Embedding", "padding", at_least=0, optional=True)
        if padding is not None and padding >= n_tokens:
            raise ValueError(f"Embedding({n_tokens}, {dim}) got padding={padding}; "
                             f"expected a token from 0 to {n_tokens - 1}, or None")
        generator(rng, "Embedding")
        glorot(self.n_tokens, self.n_out, rng=rng)      # drawn for nothing: as in older versions,
        E = rng.standard_normal((self.n_tokens, self.n_out))    # so that a seed means the same
        self.E = E.astype(float_dtype(dtype, "Embedding"))

    def check_input(self, tokens):
        if tokens.dtype.kind not in "iu":
            raise TypeError(f"{self} got tokens of dtype {tokens.dtype}; expected integers, the "
                            "row numbers of E: tokens.astype(int)")
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(f"{self} got tokens of shape {tokens.shape}; expected (batch, time) "
                             "with at least one time step. One sequence is tokens[None, :].")
        for token in (tokens.min(initial=0), tokens.max(initial=0)):
            if not 0 <= token < self.n_tokens:
                raise ValueError(f"{self} got the token {token}; expected tokens from 0 to "
                                 f"{self.n_tokens - 1}")

    def forward(self, tokens):
        self.tokens = tokens.astype(np.intp)    # NumPy's own index type; in a browser it is short
        Y = self.E[self.tokens]
        if self.padding is not None:
            Y[self.tokens == self.padding] = np.nan
        return Y

    def backward(self, dY):
        """Set dE: row k is the sum of dY wherever the token was k. A token has no gradient."""
        dY = dY.reshape(-1, self.n_out)
        # sort the steps by token, then sum up each run of equal tokens
        tokens = self.tokens.ravel()
        order = np.argsort(tokens, kind="stable")
        present, starts = np.unique(tokens[order], return_index=True)
        dE = np.zeros_like(self.E)
        dE[present] = np.add.reduceat(dY[order], starts, axis=0)
        if self.padding is not None:
            dE[self.padding] = 0
        self.dE = dE

    def config(self):
        return {"n_tokens": self.n_tokens, "dim": self.n_out, "padding": self.padding,
                "dtype": self.dtype.name}

    def __repr__(self):
        return f"Embedding({self.n_tokens}, {self.n_out})"


class Recurrent(Layer):
    """What RNN, LSTM and GRU share: parameters, missing steps, and the sums over all steps.

    A kind of recurrent layer is two methods. ``read`` is the loop forward: from Z = x W + b of all
    steps it sets H, the states before the first step and after each, and returns the last state.
    ``look_back`` is the loop back through time: from the dY of all steps it returns dZ and dP, the
    gradients of x W and of h U, which are equal where the two are simply added.

    Attributes
    ----------
    state : the state after the last step, set by forward: h, or (h, c) of an LSTM
    dstate : the gradient with respect to the state before the first step, set by backward
    """

    parameter_names = ("W", "U", "b")
    n_blocks = 1                                        # W is (n_in, n_blocks · n_hidden)
    states = ("h",)
    state = dstate = None

    def __init__(self, n_in, n_hidden, *, rng, dtype=np.float64):
        name = type(self).__name__
        self.n_in = whole_number(n_in, name, "n_in")
        self.n_out = whole_number(n_hidden, name, "n_hidden")
        dtype, blocks = float_dtype(dtype, name), range(self.n_blocks)
        self.W = np.hstack([glorot(self.n_in, self.n_out, rng=rng) for _ in blocks]).astype(dtype)
        self.U = np.hstack([orthogonal(self.n_out, rng=rng) for _ in blocks]).astype(dtype)
        self.b = np.zeros(self.n_blocks * self.n_out, dtype)

    def check_input(self, X):
        check_sequence(self, X)

    @np.errstate(over="ignore")                             # e¹⁰⁰⁰ in σ is inf, and right
    def forward(self, X, state=None):
        X, states = time_first(X), self.check_state(state, len(X))
        self.mask = missing_steps(X)                        # (time, batch, 1), or None
        self.missing = [None] * len(X) if self.mask is None else self.mask
        self.X = where_missing(self.mask, 0, X)
        Z = each_step(self.X, self.W)
        Z += self.b                                         # xₜ W + b, for all steps at once
        self.state = self.read(Z, *states)
        return batch_first(self.H[1:])

    def check_state(self, state, batch):
        """The states to start from, zeros by default, each (batch, n_hidden)."""
        expected = [(batch, self.n_out)] * len(self.states)
        if state is None:
            return [np.zeros(shape, self.W.dtype) for shape in expected]
        several = isinstance(state, (tuple, list) if len(self.states) > 1 else tuple)
        states = [real_array(s, self, "a state") for s in (state if several else [state])]
        shapes = [s.shape for s in states]
        if shapes != expected:
            raise ValueError(f"{self} got a state of shape {', '.join(map(str, shapes))}; expected "
                             f"{' and '.join(self.states)} of shape {expected[0]}, such as the "
                             "layer.state after another forward, or None for zeros")
        return [s.astype(self.dtype, copy=False) for s in states]

    def backward(self, dY):
        self.parameter_gradients(dY)
        return batch_first(each_step(self.dZ, self.W.T))                    # dxₜ = dzₜ Wᵀ

    def parameter_gradients(self, dY):
        self.dZ, dP = self.look_back(time_first(dY))
        self.dW = sum_over_steps(self.X, self.dZ)                           # Σₜ xₜᵀ dzₜ
        self.dU = sum_over_steps(self.H[:-1], dP)                           # Σₜ hₜ₋₁ᵀ dpₜ
        self.db = self.dZ.sum(axis=(0, 1))                                  # Σₜ dzₜ

    def config(self):
        return {"n_in": self.n_in, "n_hidden": self.n_out, "dtype": self.dtype.name}

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in}, {self.n_out})"


class RNN(Recurrent):
    """The simple recurrent layer: hₜ = tanh(xₜ W + hₜ₋₁ U + b), for every step t.

    Parameters
    ----------
    n_in, n_hidden : int
        W is (n_in, n_hidden); U is (n_hidden, n_hidden), orthogonal at first; b is (n_hidden,).
    rng : numpy.random.Generator
    dtype : numpy dtype

    ``forward(X, state=None)`` takes X (batch, time, n_in) and the h to start from (zeros by
    default), and returns every hₜ, (batch, time, n_hidden). See ``Recurrent`` for state, dstate.

    Raises
    ------
    ValueError
        For a wrong shape of X, state or dY.

    References
    ----------
    Elman (1990), "Finding structure in time". Built in lesson 08.
    """

    def read(self, Z, h):
        H = self.H = np.empty((len(Z) + 1, *h.shape), h.dtype)
        H[0] = h
        for t, missing in enumerate(self.missing):
            h_new = np.tanh(Z[t] + H[t] @ self.U)               # hₜ = tanh(xₜ W + hₜ₋₁ U + b)
            H[t + 1] = where_missing(missing, H[t], h_new)
        return H[-1].copy()

    def look_back(self, dY):
        """What reaches hₜ is dyₜ and what came through hₜ₊₁."""
        dZ = 1 - self.H[1:] ** 2                                # tanh′ = 1 − h²
        dh, U_T = np.zeros_like(dY[0]), self.U.T.copy()         # a copy, for faster products
        for t in reversed(range(len(dY))):
            dh = dh + dY[t]
            dZ[t] *= where_missing(self.missing[t], 0, dh)      # dzₜ = dhₜ ⊙ tanh′
            dh = where_missing(self.missing[t], dh, dZ[t] @ U_T)    # dhₜ₋₁ = dzₜ Uᵀ
        self.dstate = dh
        return dZ, dZ


class LastStep(Layer):
    """The last step alone: (batch, time, n) → (batch, n). Built in lesson 08."""

    keeps_width = True

    def check_input(self, X):
        if X.ndim != 3 or X.shape[1] == 0:
            raise ValueError(f"{self} got X of shape {X.shape}; expected (batch, time, n) with at "
                             "least one time step")

    def forward(self, X):
        self.shape = X.shape
        return X[:, -1]

    def backward(self, dY):
        dX = np.zeros(self.shape, dY.dtype)
        dX[:, -1] = dY
        return dX


class DenseEachStep(Dense):
    """The same Dense at every step: yₜ = xₜ W + b, (batch, time, n_in) → (batch, time, n_out).

    Parameters and errors are those of Dense. A missing step stays one. Built in lesson 08.
    """

    def check_input(self, X):
        check_sequence(self, X)

    def forward(self, X):
        self.missing = missing_steps(X)
        self.X = where_missing(self.missing, 0, X)
        Y = each_step(self.X, self.W) + self.b
        return where_missing(self.missing, np.nan, Y)

    def backward(self, dY):
        dY = where_missing(self.missing, 0, dY)
        self.dW = sum_over_steps(self.X, dY)
        self.db = dY.sum(axis=(0, 1))
        return each_step(dY, self.W.T)
