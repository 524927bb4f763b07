"""A recurrent layer reads a sequence step by step, and carries what it has read in a state h.

Sequences are (batch, time, features). Inside, time comes first: then the inputs of one step lie
side by side in memory, all that does not depend on the state is one matrix product over all steps,
and only what does depend on it is in the loop.

Sequences of unequal length: a step whose inputs are all nan is no step. The state stays as it was
there, and the gradient is 0 (Embedding makes such steps of its padding token). What comes out there
is that state, so of recurrent layers in a row only the first sees which steps are none.
"""

import numpy as np

from course_lib.initializers import glorot
from course_lib.layers import Dense, FromForward, Layer, Parameter


class Embedding(Layer):
    """Each token is a row of a table: Y[batch, time] = E[tokens[batch, time]].

    Parameters
    ----------
    n_tokens, dim : int
        Tokens are 0 … n_tokens − 1; E is (n_tokens, dim), standard normal at first.
    rng : numpy.random.Generator
    padding : int, optional
        The token that fills up short sequences: it gives nan, which recurrent layers skip.

    Raises TypeError or ValueError for tokens of a wrong dtype, shape or range.

    Source: Bengio et al. (2003), "A neural probabilistic language model". Built in lesson 08.
    """

    parameter_names = ("E",)
    takes_indices = True
    E, dE = Parameter(), Parameter()
    tokens = FromForward()

    def __init__(self, n_tokens, dim, *, rng, padding=None, dtype=np.float64):
        glorot(n_tokens, dim, rng=rng)      # says what is wrong with sizes or rng
        if padding is not None and not 0 <= padding < n_tokens:
            raise ValueError(f"Embedding({n_tokens}, {dim}) got padding={padding}; "
                             f"expected a token from 0 to {n_tokens - 1}, or None")
        self.n_tokens, self.n_out, self.padding = n_tokens, dim, padding
        self._E = rng.standard_normal((n_tokens, dim)).astype(dtype)
        self._dE = np.zeros_like(self._E)

    def forward(self, tokens):
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
        self.tokens = tokens.T.astype(np.intp, order="C")    # time first; take wants intp
        Y = self.result("kept_Y", (*self.tokens.shape, self.n_out), self._E.dtype)
        np.take(self._E, self.tokens, axis=0, out=Y, mode="clip")       # checked above
        if self.padding is not None:
            Y[self.tokens == self.padding] = np.nan
        return Y.transpose(1, 0, 2)

    def backward(self, dY):
        """Set dE: row k is the sum of dY wherever the token was k. A token has no gradient."""
        dY = slope_time_first(self, dY, self.tokens.shape).reshape(-1, self.n_out)
        tokens = self.tokens.ravel()
        order = np.argsort(tokens, kind="stable")
        present, starts = np.unique(tokens[order], return_index=True)
        self._dE[...] = 0
        self._dE[present] = np.add.reduceat(dY[order], starts, axis=0)
        if self.padding is not None:
            self._dE[self.padding] = 0

    def config(self):
        return {"n_tokens": self.n_tokens, "dim": self.n_out, "padding": self.padding,
                "dtype": self._E.dtype.name}

    def __repr__(self):
        return f"Embedding({self.n_tokens}, {self.n_out})"


class Recurrent(Layer):
    """What RNN, LSTM and GRU share: parameters, the mask, and the sums over all steps.

    Attributes
    ----------
    state : the state after the last step, set by forward: h, or (h, c) of an LSTM
    dstate : the gradient with respect to the state before the first step, set by backward
    """

    parameter_names = ("W", "U", "b")
    W, U, b, dW, dU, db = (Parameter() for _ in range(6))
    X, H = FromForward(), FromForward()
    n_blocks = 1                                        # W is (n_in, n_blocks · n_hidden)
    states = ("h",)

    def __init__(self, n_in, n_hidden, *, rng, dtype=np.float64):
        self.n_in, self.n_out = n_in, n_hidden
        blocks = range(self.n_blocks)
        self._W = np.hstack([glorot(n_in, n_hidden, rng=rng) for _ in blocks]).astype(dtype)
        self._U = np.hstack([orthogonal(n_hidden, rng=rng) for _ in blocks]).astype(dtype)
        self._b = np.zeros(self._W.shape[1], dtype)
        self._dW, self._dU, self._db = map(np.zeros_like, (self._W, self._U, self._b))
        self.state = self.dstate = None

    def begin(self, X, state, W, b):
        """Check and keep X and the mask; return the starting states, and Z = x W + b of all steps.

        Z is (time, batch, n_blocks · n_hidden); no_step (time, batch, 1) is None without nan.
        """
        check_sequence(self, X)
        X = time_first(X, self._W.dtype)
        self.no_step = None
        if np.isnan(X[:, :, 0]).any():
            self.no_step = np.isnan(X).all(axis=2, keepdims=True)
            X = np.where(self.no_step, 0, X)
        self.X = X
        Z = self.result("kept_Z", (*X.shape[:2], self._W.shape[1]), X.dtype)
        np.dot(X.reshape(-1, self.n_in), W, out=Z.reshape(-1, Z.shape[2]))
        Z += b
        self.dZ = Z                         # when Z has been used, its place is free for dZ
        return self.check_state(state, X.shape[1]), Z

    def check_state(self, state, batch):
        """The states to start from, zeros by default, each (batch, n_hidden)."""
        expected = [(batch, self.n_out)] * len(self.states)
        if state is None:
            return [np.zeros(shape, self._W.dtype) for shape in expected]
        states = state if isinstance(state, tuple | list) else [state]
        shapes = [np.shape(s) for s in states]
        if shapes != expected:
            raise ValueError(f"{self} got a state of shape {', '.join(map(str, shapes))}; expected "
                             f"{' and '.join(self.states)} of shape {expected[0]}, such as the "
                             "layer.state after another forward, or None for zeros")
        return [np.asarray(s, self._W.dtype) for s in states]

    def by_block(self, Z):
        """A view of (…, batch, n_blocks · n_hidden) as (…, n_blocks, batch, n_hidden)."""
        return Z.reshape(*Z.shape[:-1], self.n_blocks, self.n_out).swapaxes(-2, -3)

    def sum_over_steps(self, dZ, dP=None):
        """dW, dU and db, each in one product, from dZ (time, batch, n_blocks · n_hidden).

        dP is the gradient of h U, where that is not simply added to x W (GRU).
        """
        dP = dZ if dP is None else dP
        dZ, dP = dZ.reshape(-1, dZ.shape[2]), dP.reshape(-1, dP.shape[2])
        self.X.reshape(-1, self.n_in).T.dot(dZ, out=self._dW)               # Σₜ xₜᵀ dzₜ
        self.H[:-1].reshape(-1, self.n_out).T.dot(dP, out=self._dU)         # Σₜ hₜ₋₁ᵀ dpₜ
        dZ.sum(axis=0, out=self._db)                                        # Σₜ dzₜ

    def backward(self, dY):
        self.parameter_gradients(dY)
        dX = self.result("kept_dX", self.X.shape, self.X.dtype)
        np.dot(self.dZ.reshape(-1, self.dZ.shape[2]), self._W.T, out=dX.reshape(-1, self.n_in))
        return dX.transpose(1, 0, 2)                                        # dxₜ = dzₜ Wᵀ

    def config(self):
        return {"n_in": self.n_in, "n_hidden": self.n_out, "dtype": self._W.dtype.name}

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in}, {self.n_out})"


class RNN(Recurrent):
    """The simple recurrent layer: hₜ = tanh(xₜ W + hₜ₋₁ U + b), for every step t.

    W is (n_in, n_hidden), U (n_hidden, n_hidden), orthogonal at first, and b (n_hidden,).
    ``forward(X, state=None)`` takes X (batch, time, n_in) and the h to start from (zeros by
    default), and returns every hₜ, (batch, time, n_hidden). See ``Recurrent`` for state, dstate.

    Raises ValueError for a wrong shape of X, state or dY.

    Source: Elman (1990), "Finding structure in time". Built in lesson 08.
    """

    def forward(self, X, state=None):
        (h,), Z = self.begin(X, state, self._W, self._b)
        H = self.H = self.result("kept_H", (len(Z) + 1, *h.shape), h.dtype)
        H[0], hU = h, np.empty_like(h)
        for t, z in enumerate(Z):
            np.dot(H[t], self._U, out=hU)
            z += hU
            np.tanh(z, out=H[t + 1])                       # hₜ = tanh(xₜ W + hₜ₋₁ U + b)
            if self.no_step is not None:
                np.copyto(H[t + 1], H[t], where=self.no_step[t])
        self.state = H[-1].copy()
        return H[1:].transpose(1, 0, 2)

    def parameter_gradients(self, dY):
        """Backpropagation through time: what reaches hₜ is dyₜ and what came through hₜ₊₁."""
        dY, H, dZ = slope_time_first(self, dY, self.X.shape[:2]), self.H, self.dZ
        np.multiply(H[1:], H[1:], out=dZ)
        np.subtract(1, dZ, out=dZ)                         # tanh′ = 1 − h²
        if self.no_step is not None:
            dZ *= ~self.no_step
        dh = np.zeros_like(H[0])
        for t in reversed(range(len(dY))):
            dh += dY[t]
            dZ[t] *= dh                                    # dzₜ = dhₜ ⊙ tanh′
            passed_on = 0 if self.no_step is None else dh * self.no_step[t]
            np.dot(dZ[t], self._U.T, out=dh)               # dhₜ₋₁ = dzₜ Uᵀ
            if self.no_step is not None:
                dh += passed_on
        self.dstate = dh
        self.sum_over_steps(dZ)


class LastStep(Layer):
    """The last step alone: (batch, time, n) → (batch, n). Built in lesson 08."""

    shape = FromForward()

    def forward(self, X):
        if X.ndim != 3 or X.shape[1] == 0:
            raise ValueError(f"{self} got X of shape {X.shape}; expected (batch, time, n) with at "
                             "least one time step")
        self.shape = X.shape
        return X[:, -1].copy()

    def backward(self, dY):
        batch, time, n = self.shape
        check_slope(self, dY, (batch, n))
        dX = self.result("kept_dX", (time, batch, n), dY.dtype)
        dX[:-1], dX[-1] = 0, dY
        return dX.transpose(1, 0, 2)


class DenseEachStep(Dense):
    """The same Dense at every step: yₜ = xₜ W + b, (batch, time, n_in) → (batch, time, n_out).

    Parameters and errors are those of Dense. Built in lesson 08.
    """

    def forward(self, X):
        check_sequence(self, X)
        self.X = time_first(X, self._W.dtype)
        Y = self.result("kept_Y", (*self.X.shape[:2], self.n_out), self._W.dtype)
        np.dot(self.X.reshape(-1, self.n_in), self._W, out=Y.reshape(-1, self.n_out))
        Y += self._b
        return Y.transpose(1, 0, 2)

    def backward(self, dY):
        self.parameter_gradients(dY)
        dX = self.result("kept_dX", self.X.shape, self._W.dtype)
        np.dot(self.dY, self._W.T, out=dX.reshape(-1, self.n_in))
        return dX.transpose(1, 0, 2)

    def parameter_gradients(self, dY):
        dY = self.dY = slope_time_first(self, dY, self.X.shape[:2]).reshape(-1, self.n_out)
        self.X.reshape(-1, self.n_in).T.dot(dY, out=self._dW)
        dY.sum(axis=0, out=self._db)

    def __repr__(self):
        return f"DenseEachStep({self.n_in}, {self.n_out})"


def orthogonal(n, *, rng):
    """A rotation: it neither shrinks h nor blows it up. Saxe, McClelland & Ganguli (2014), §3."""
    return np.linalg.qr(rng.standard_normal((n, n)))[0]


def time_first(X, dtype):
    """(batch, time, n) → (time, batch, n); what a recurrent layer returned is not even copied."""
    return np.ascontiguousarray(X.transpose(1, 0, 2), dtype)


def slope_time_first(layer, dY, time_and_batch):
    """dY with time first, or an error for a shape that forward did not return."""
    time, batch = time_and_batch
    check_slope(layer, dY, (batch, time, layer.n_out))
    return time_first(dY, getattr(layer, layer.parameter_names[0]).dtype)


def check_slope(layer, dY, shape):
    """An error for a dY that has not the shape of what forward returned."""
    if dY.shape != shape:
        raise ValueError(f"{layer}.backward got dY of shape {dY.shape}; expected the shape of "
                         f"what forward returned, {shape}")


def check_sequence(layer, X):
    """An error for an X that is not (batch, time, n_in), saying what to do about it."""
    if X.ndim == 3 and X.shape[2] == layer.n_in and X.shape[1] > 0:
        return
    if X.ndim == 3 and X.shape[1] == 0:
        advice = "There is no time step."
    elif X.ndim == 2 and X.dtype.kind in "iu":
        advice = "Put Embedding(n_tokens, dim) before it to turn tokens into vectors."
    elif X.ndim == 2 and X.shape[1] == layer.n_in:
        advice = "One sequence is a batch of one: X[None]."
    elif X.ndim == 3 and X.shape[1] == layer.n_in:
        advice = "Features come last: did you mean X.transpose(0, 2, 1)?"
    else:
        advice = "Change the layer's n_in, or the data."
    raise ValueError(f"{layer} got X of shape {X.shape}; expected (batch, time, {layer.n_in}). "
                     f"{advice}")
