"""Gates decide what a state keeps: each is a number from 0 (nothing) to 1 (all), and is learned.

The simple state h = tanh(…) is overwritten at every step, so its gradient shrinks at every step.
A gated state is mostly copied, and the gradient comes back along the copies.
"""

import numpy as np

from course_lib.layers import Parameter
from course_lib.recurrent import Recurrent, slope_time_first


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

    Source: Hochreiter and Schmidhuber (1997), "Long short-term memory"; the forget gate: Gers,
    Schmidhuber, Cummins (2000), "Learning to forget". Built in lesson 08.
    """

    n_blocks, states = 4, ("h", "c")

    def __init__(self, n_in, n_hidden, *, rng, dtype=np.float64):
        super().__init__(n_in, n_hidden, rng=rng, dtype=dtype)
        self._b[n_hidden:2 * n_hidden] = 1

    @np.errstate(over="ignore")  # see gate()
    def forward(self, X, state=None):
        # all four blocks go through one σ, as tanh(z) = 2 σ(2z) − 1; and gate() is given −z
        factor = np.repeat(np.array([-1, -1, -2, -1], self._U.dtype), self.n_out)
        (h, c), Z = self.begin(X, state, self._W * factor, self._b * factor)
        U, hU = self._U * factor, np.empty_like(Z[0])
        H = self.H = self.result("kept_H", (len(Z) + 1, *h.shape), h.dtype)
        C = self.C = self.result("kept_C", H.shape, h.dtype)
        tanh_C = self.tanh_C = self.result("kept_tanh_C", H[1:].shape, h.dtype)
        gates = self.gates = self.result("kept_gates", (len(Z), 4, *h.shape), h.dtype)
        closed = np.array([0, 1, 0, 0], h.dtype)[:, None, None]  # i, f, g, o that keep c
        H[0], C[0], written = h, c, np.empty_like(h)
        for t, z in enumerate(Z):
            np.dot(H[t], U, out=hU)
            z += hU
            gate(self.by_block(z), out=gates[t])
            i, f, g, o = gates[t]
            g *= 2
            g -= 1
            if self.no_step is not None:
                np.copyto(gates[t], closed, where=self.no_step[t])
            np.multiply(f, C[t], out=C[t + 1])
            np.multiply(i, g, out=written)
            C[t + 1] += written                                 # cₜ = f ⊙ cₜ₋₁ + i ⊙ g
            np.tanh(C[t + 1], out=tanh_C[t])
            np.multiply(o, tanh_C[t], out=H[t + 1])             # hₜ = o ⊙ tanh(cₜ)
            if self.no_step is not None:
                np.copyto(H[t + 1], H[t], where=self.no_step[t])
        self.state = H[-1].copy(), C[-1].copy()
        return H[1:].transpose(1, 0, 2)

    def parameter_gradients(self, dY):
        dY, C, tanh_C = slope_time_first(self, dY, self.X.shape[:2]), self.C, self.tanh_C
        dZ, U_T = self.dZ, self._U.T.copy()
        dZ_by_block, d = self.by_block(dZ), np.empty_like(self.gates[0])
        dh, dc, through_h = np.zeros_like(C[0]), np.zeros_like(C[0]), np.empty_like(C[0])
        for t in reversed(range(len(dY))):
            i, f, g, o = s = self.gates[t]
            dh += dY[t]
            np.multiply(tanh_C[t], tanh_C[t], out=through_h)
            np.subtract(1, through_h, out=through_h)
            through_h *= o
            through_h *= dh
            dc += through_h                                     # dc += dh ⊙ o ⊙ tanh′(cₜ)
            np.subtract(1, s, out=d)
            d *= s                                              # σ′ = s (1 − s) for i, f, o
            np.multiply(g, g, out=d[2])
            np.subtract(1, d[2], out=d[2])                      # tanh′ = 1 − g²
            d[0] *= g
            d[1] *= C[t]
            d[2] *= i
            d[3] *= tanh_C[t]
            np.multiply(d[:3], dc, out=dZ_by_block[t, :3])      # dzᵢ = dc ⊙ g ⊙ σ′ and so on
            np.multiply(d[3], dh, out=dZ_by_block[t, 3])        # dzₒ = dh ⊙ tanh(cₜ) ⊙ σ′
            dc *= f
            passed_on = 0 if self.no_step is None else dh * self.no_step[t]
            np.dot(dZ[t], U_T, out=dh)                          # dhₜ₋₁ = dzₜ Uᵀ
            if self.no_step is not None:
                dh += passed_on
        self.dstate = dh, dc
        self.sum_over_steps(dZ)


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

    Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", in the
    form that PyTorch and cuDNN use. Built in lesson 08.
    """

    parameter_names = ("W", "U", "b", "b_hidden")
    b_hidden, db_hidden = Parameter(), Parameter()
    n_blocks = 3

    def __init__(self, n_in, n_hidden, *, rng, dtype=np.float64):
        super().__init__(n_in, n_hidden, rng=rng, dtype=dtype)
        self._b_hidden, self._db_hidden = np.zeros_like(self._b), np.zeros_like(self._b)

    @np.errstate(over="ignore")  # see gate()
    def forward(self, X, state=None):
        n_rz = 2 * self.n_out
        # −z for r and z, which go through gate(); n goes through tanh
        factor = np.repeat(np.array([-1, -1, 1], self._U.dtype), self.n_out)
        b = self._b.copy()
        b[:n_rz] += self._b_hidden[:n_rz]                       # for r and z one sum is enough
        (h,), Z = self.begin(X, state, self._W * factor, b * factor)
        U, hU = self._U * factor, np.empty_like(Z[0])
        H = self.H = self.result("kept_H", (len(Z) + 1, *h.shape), h.dtype)
        N = self.N = self.result("kept_N", H[1:].shape, h.dtype)
        gates = self.gates = self.result("kept_gates", (len(Z), 3, *h.shape), h.dtype)
        closed = np.array([0, 1, 0], h.dtype)[:, None, None]    # r, z, n that keep h
        H[0] = h
        for t, zs in enumerate(Z):
            np.dot(H[t], U, out=hU)
            np.add(hU[:, n_rz:], self._b_hidden[n_rz:], out=N[t])
            hU[:, :n_rz] += zs[:, :n_rz]
            gate(self.by_block(hU)[:2], out=gates[t, :2])
            r, z, n = gates[t]
            np.multiply(r, N[t], out=n)
            n += zs[:, n_rz:]
            np.tanh(n, out=n)                                   # n = tanh(… + r ⊙ (h Uₙ + bʰₙ))
            if self.no_step is not None:
                np.copyto(gates[t], closed, where=self.no_step[t])
            np.subtract(H[t], n, out=H[t + 1])
            H[t + 1] *= z
            H[t + 1] += n                                       # hₜ = n + z ⊙ (hₜ₋₁ − n)
        self.state = H[-1].copy()
        return H[1:].transpose(1, 0, 2)

    def parameter_gradients(self, dY):
        dY, H = slope_time_first(self, dY, self.X.shape[:2]), self.H
        dZ, U_T = self.dZ, self._U.T.copy()
        dP = self.result("kept_dP", dZ.shape, dZ.dtype)         # of hₜ₋₁ U + b_hidden
        dZ_by_block, dP_by_block = self.by_block(dZ), self.by_block(dP)
        dh, d, scratch = np.zeros_like(H[0]), np.empty_like(self.gates[0]), np.empty_like(H[0])
        dr, dz, dn = d
        for t in reversed(range(len(dY))):
            r, z, n = s = self.gates[t]
            dh += dY[t]
            np.subtract(1, s, out=d)
            np.multiply(n, n, out=dn)
            np.subtract(1, dn, out=dn)
            dn *= dz
            dn *= dh                                            # dn = dh ⊙ (1 − z) ⊙ (1 − n²)
            np.subtract(H[t], n, out=scratch)
            dz *= z
            dz *= scratch
            dz *= dh                                            # dz = dh ⊙ (hₜ₋₁ − n) ⊙ σ′
            dr *= r
            dr *= self.N[t]
            dr *= dn                                            # dr = dn ⊙ (h Uₙ + bʰₙ) ⊙ σ′
            dZ_by_block[t] = d
            dn *= r
            dP_by_block[t] = d
            dh *= z
            np.dot(dP[t], U_T, out=scratch)
            dh += scratch                                       # dhₜ₋₁ = dh ⊙ z + dpₜ Uᵀ
        self.dstate = dh
        self.sum_over_steps(dZ, dP)
        dP.sum(axis=(0, 1), out=self._db_hidden)


def gate(minus_z, out):
    """σ(z) = 1 / (1 + e⁻ᶻ) into out. Where e⁻ᶻ overflows to inf, σ = 0 is right."""
    np.exp(minus_z, out=out)
    out += 1
    np.reciprocal(out, out=out)
