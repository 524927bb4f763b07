"""Gates decide what a state keeps: each is a number from 0 (nothing) to 1 (all), and is learnt.

The simple state h = tanh(…) is overwritten at every step, so its gradient shrinks at every step.
A gated state is mostly copied, and the gradient comes back along the copies.
"""

import numpy as np

from course_lib.recurrent import Recurrent
from course_lib.sequences import where_missing


class LSTM(Recurrent):
    """Long short-term memory: the cell c remembers, and h shows what the output gate lets out.

    ::

        i, f, g, o = σ(zᵢ), σ(z_f), tanh(z_g), σ(zₒ)    where z = xₜ W + hₜ₋₁ U + b
        cₜ = f ⊙ cₜ₋₁ + i ⊙ g                           forget some, write some
        hₜ = o ⊙ tanh(cₜ)

    Parameters
    ----------
    n_in, n_hidden : int
        W is (n_in, 4 n_hidden), blocks in the order i, f, g, o; U is (n_hidden, 4 n_hidden), b is
        (4 n_hidden,). b_f starts at 1: remember at first, learn to forget.
    rng : numpy.random.Generator
    dtype : numpy dtype

    ``forward(X, state=None)`` takes X (batch, time, n_in) and the (h, c) to start from, and returns
    every hₜ, (batch, time, n_hidden). ``state`` and ``dstate`` are pairs (h, c) and (dh, dc).

    Raises
    ------
    ValueError
        For a wrong shape of X, state or dY.

    References
    ----------
    Hochreiter & Schmidhuber (1997), "Long short-term memory"; the forget gate: Gers, Schmidhuber &
    Cummins (2000), "Learning to forget". Built in lesson 08.
    """

    n_blocks, states = 4, ("h", "c")

    def __init__(self, n_in, n_hidden, *, rng, dtype=np.float64):
        super().__init__(n_in, n_hidden, rng=rng, dtype=dtype)
        self.b[self.n_out:2 * self.n_out] = 1

    def read(self, Z, h, c):
        # H[t] and C[t] are the state before step t, H[t + 1] and C[t + 1] the state after it
        H, C = self.H, self.C = np.empty((2, len(Z) + 1, *h.shape), h.dtype)
        i, f, g, o = self.gates = np.empty((4, len(Z), *h.shape), h.dtype)
        H[0], C[0] = h, c
        for t, missing in enumerate(self.missing):
            z = blocks(Z[t] + H[t] @ self.U, 4)
            self.gates[:, t] = sigmoid(z)                       # i, f, o; and g is replaced:
            g[t] = np.tanh(z[2])
            C[t + 1] = where_missing(missing, C[t], f[t] * C[t] + i[t] * g[t])
            H[t + 1] = where_missing(missing, H[t], o[t] * np.tanh(C[t + 1]))
        return H[-1].copy(), C[-1].copy()

    def look_back(self, dY):
        """dZ is at first what z does at its own step, then that times what reaches the step."""
        # a missing step is one with i, f, g, o = 0, 1, 0, 0: all of c is kept, nothing is written
        i, f, g, o = (where_missing(self.mask, closed, gate)
                      for closed, gate in zip((0, 1, 0, 0), self.gates, strict=True))
        tanh_C = np.tanh(self.C[1:])
        c_slope = o * (1 - tanh_C**2)                           # ∂hₜ/∂cₜ, with tanh′ = 1 − tanh²
        dZ = np.empty((*dY.shape[:2], 4, self.n_out), dY.dtype)
        dZ_i, dZ_f, dZ_g, dZ_o = dZ.transpose(2, 0, 1, 3)       # views: to fill them is to fill dZ
        dZ_i[:] = g * i * (1 - i)                               # ∂cₜ/∂zᵢ, with σ′ = σ (1 − σ)
        dZ_f[:] = self.C[:-1] * f * (1 - f)                     # ∂cₜ/∂z_f
        dZ_g[:] = i * (1 - g**2)                                # ∂cₜ/∂z_g
        dZ_o[:] = tanh_C * o * (1 - o)                          # ∂hₜ/∂zₒ
        dh, dc, U_T = np.zeros_like(dY[0]), np.zeros_like(dY[0]), self.U.T.copy()
        for t in reversed(range(len(dY))):
            dh = dh + dY[t]
            dc = dc + dh * c_slope[t]
            dZ[t, :, :3] *= dc[:, None]                         # i, f and g act through c,
            dZ[t, :, 3] *= dh                                   # o acts on h itself
            dc = dc * f[t]                                      # to the cell of the step before,
            through_U = dZ[t].reshape(len(dh), -1) @ U_T        # and to its h
            dh = where_missing(self.missing[t], dh, through_U)
        self.dstate, dZ = (dh, dc), dZ.reshape(*dY.shape[:2], -1)
        return dZ, dZ


class GRU(Recurrent):
    """Gated recurrent unit: the state h is its own memory, and two gates do.

    ::

        r, z = σ(xₜ Wᵣ + bᵣ + hₜ₋₁ Uᵣ + bʰᵣ), σ(xₜ W_z + b_z + hₜ₋₁ U_z + bʰ_z)
        n = tanh(xₜ Wₙ + bₙ + r ⊙ (hₜ₋₁ Uₙ + bʰₙ))      what to write; r lets the past into it
        hₜ = (1 − z) ⊙ n + z ⊙ hₜ₋₁                     z: how much to keep

    Parameters
    ----------
    n_in, n_hidden : int
        W is (n_in, 3 n_hidden), blocks in the order r, z, n; U is (n_hidden, 3 n_hidden); b and
        b_hidden are (3 n_hidden,), two because r lies between them.
    rng : numpy.random.Generator
    dtype : numpy dtype

    ``forward(X, state=None)`` takes X (batch, time, n_in) and the h to start from, and returns
    every hₜ, (batch, time, n_hidden). See ``Recurrent`` for state and dstate.

    Raises
    ------
    ValueError
        For a wrong shape of X, state or dY.

    References
    ----------
    Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", eq. 5–8, in the
    form that PyTorch and cuDNN use. Built in lesson 08.
    """

    parameter_names = ("W", "U", "b", "b_hidden")
    n_blocks = 3

    def __init__(self, n_in, n_hidden, *, rng, dtype=np.float64):
        super().__init__(n_in, n_hidden, rng=rng, dtype=dtype)
        self.b_hidden = np.zeros_like(self.b)

    def read(self, Z, h):
        H = self.H = np.empty((len(Z) + 1, *h.shape), h.dtype)
        r, z, n = self.gates = np.empty((3, len(Z), *h.shape), h.dtype)
        self.past = np.empty_like(H[1:])                        # hₜ₋₁ Uₙ + bʰₙ
        H[0] = h
        for t, missing in enumerate(self.missing):
            x, p = blocks(Z[t], 3), blocks(H[t] @ self.U + self.b_hidden, 3)
            r[t], z[t] = sigmoid(x[:2] + p[:2])
            self.past[t] = p[2]
            n[t] = np.tanh(x[2] + r[t] * p[2])
            H[t + 1] = where_missing(missing, H[t], (1 - z[t]) * n[t] + z[t] * H[t])
        return H[-1].copy()

    def look_back(self, dY):
        """As for the LSTM: what z does at its own step, then that times what reaches the step."""
        r, z, n = self.gates
        z = where_missing(self.mask, 1, z)                      # a missing step keeps all of h
        dZ_n = (1 - z) * (1 - n**2)                             # ∂hₜ/∂zₙ, with tanh′ = 1 − tanh²
        dP = np.empty((*dY.shape[:2], 3, self.n_out), dY.dtype)
        dP_r, dP_z, dP_n = dP.transpose(2, 0, 1, 3)             # views: to fill them is to fill dP
        dP_r[:] = dZ_n * self.past * r * (1 - r)                # ∂hₜ/∂zᵣ, with σ′ = σ (1 − σ)
        dP_z[:] = (self.H[:-1] - n) * z * (1 - z)               # ∂hₜ/∂z_z
        dP_n[:] = dZ_n * r                                      # ∂hₜ/∂(hₜ₋₁ Uₙ + bʰₙ)
        dh, U_T = np.zeros_like(dY[0]), self.U.T.copy()
        for t in reversed(range(len(dY))):
            dh = dh + dY[t]
            dZ_n[t] *= dh
            dP[t] *= dh[:, None]
            dh = dh * z[t] + dP[t].reshape(len(dh), -1) @ U_T   # to the h of the step before
        dZ = dP.copy()
        dZ[:, :, 2] = dZ_n                                      # x Wₙ does not go through r
        dZ, dP = dZ.reshape(*dY.shape[:2], -1), dP.reshape(*dY.shape[:2], -1)
        self.dstate, self.db_hidden = dh, dP.sum(axis=(0, 1))
        return dZ, dP


def blocks(Z, n):
    """(batch, n · n_hidden) → n views (batch, n_hidden), one beside the other in Z."""
    return Z.reshape(len(Z), n, -1).swapaxes(0, 1)


def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ). Where e⁻ᶻ is inf, as ``Recurrent.forward`` allows, σ is 0."""
    return 1 / (1 + np.exp(-z))
