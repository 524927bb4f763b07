"""Normalization gives numbers mean 0 and variance 1, and then learns a scale of its own again.

Whatever the layers before it do to the size of a signal, the layers after it see the same size.
BatchNorm looks along the batch, for each channel by itself; LayerNorm along the features, for each
example by itself.
"""

import numpy as np

from course_lib.checks import float_dtype, is_number, real_array, whole_number
from course_lib.layers import Layer
from course_lib.sequences import missing_steps, where_missing

EPSILON = 1e-5   # added to the variance, so that what never changes is no division by 0


class BatchNorm(Layer):
    """Y = γ X̂ + β with X̂ = (X − μ) / √(σ² + ε), for each channel by itself.

    While training, μ and σ² are those of the batch (and, for images, of all its pixels), so every
    example depends on the others in its batch. After it, they are the running averages of what
    the batches had, and examples are independent again.

    Parameters
    ----------
    channels : int
        X is (batch, channels) or (batch, channels, height, width); gamma (starts at 1) and beta
        (starts at 0) are (channels,).
    momentum : float in (0, 1]
        How far one batch pulls the running averages: μ_run := μ_run + momentum (μ − μ_run).
    dtype : numpy dtype
        float64, or float32 for speed.
    running_mean, running_variance : sequences of channels numbers, optional
        Where the averages stand (a saved network brings them); 0 and 1 if not given.

    Raises
    ------
    ValueError
        For other shapes of X, and in training for a batch with one number a channel.

    References
    ----------
    Ioffe & Szegedy (2015), "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", algorithm 1. Derived in lesson 05. Built in lesson 07.
    """

    parameter_names = ("gamma", "beta")
    keeps_width = True

    def __init__(self, channels, *, momentum=0.1, dtype=np.float64, running_mean=None,
                 running_variance=None):
        self.channels = whole_number(channels, "BatchNorm", "channels")
        if not is_number(momentum) or not 0 < momentum <= 1:
            raise ValueError(f"{self} got a momentum of {momentum}; expected 0 < momentum ≤ 1, "
                             "the share that one batch has in the running averages")
        dtype = float_dtype(dtype, "BatchNorm")
        self.momentum = float(momentum)
        self.gamma, self.beta = np.ones(self.channels, dtype), np.zeros(self.channels, dtype)
        self.running_mean = self.first_average("running_mean", running_mean, 0)
        self.running_variance = self.first_average("running_variance", running_variance, 1)

    def first_average(self, name, given, otherwise):
        if given is None:
            return np.full(self.channels, otherwise, self.dtype)
        given = real_array(given, self, name).astype(self.dtype)
        if given.shape != (self.channels,) or not np.isfinite(given).all() \
                or name == "running_variance" and (given < 0).any():
            raise ValueError(f"{self} got {name} = {given}; expected {self.channels} finite "
                             "numbers" + (" from 0" if name == "running_variance" else ""))
        return given

    @property
    def averages(self):
        return [self.running_mean, self.running_variance]

    def check_input(self, X):
        if X.ndim not in (2, 4) or X.shape[1] != self.channels:
            raise ValueError(f"{self} got X of shape {X.shape}; expected (batch, {self.channels}) "
                             f"or (batch, {self.channels}, height, width). "
                             "Change the number of channels, or the data.")
        n = X.size // self.channels
        if n < 1 + self.training:
            raise ValueError(f"{self} got X of shape {X.shape}, {n} numbers a channel; expected "
                             + ("two or more while training: one number has no variance. Choose "
                                "a batch_size that leaves no single row at the end, or leave a row "
                                "out"
                                if self.training else "at least one example"))

    def forward(self, X):
        axes, n = channel_axes(X), X.size // self.channels
        self.from_batch = self.training
        if self.training:
            mean = X.mean(axis=axes)
            variance = ((X - along(mean, X)) ** 2).mean(axis=axes)
            self.running_mean += self.momentum * (mean - self.running_mean)
            # the averages take the variance that divides by n − 1, an unbiased estimate
            self.running_variance += self.momentum * (
                variance * (n / (n - 1)) - self.running_variance)
        else:
            mean, variance = self.running_mean, self.running_variance
        self.scale = 1 / np.sqrt(variance + EPSILON)
        self.X_hat = (X - along(mean, X)) * along(self.scale, X)
        return along(self.gamma, X) * self.X_hat + along(self.beta, X)

    def backward(self, dY):
        axes, n = channel_axes(dY), dY.size // self.channels
        self.dgamma = (dY * self.X_hat).sum(axis=axes)
        self.dbeta = dY.sum(axis=axes)
        dX_hat = dY
        if self.from_batch:        # μ and σ² depend on X too: dX has mean 0, and none along X̂
            dX_hat = dY - along(self.dbeta / n, dY) - self.X_hat * along(self.dgamma / n, dY)
        return dX_hat * along(self.gamma * self.scale, dY)

    def config(self):
        return {"channels": self.channels, "momentum": self.momentum,
                "dtype": self.dtype.name, "running_mean": self.running_mean.tolist(),
                "running_variance": self.running_variance.tolist()}

    def __repr__(self):
        return f"BatchNorm({self.channels})"


def channel_axes(X):
    """All axes of X but that of the channels, the second."""
    return (0, *range(2, X.ndim))


def along(values, X):
    """One value a channel, in a shape that meets the channels of X."""
    return values.reshape(-1, *[1] * (X.ndim - 2))


class LayerNorm(Layer):
    """Y = γ X̂ + β with X̂ = (X − μ) / √(σ² + ε), where μ and σ² are those of the last axis of X.

    Every example (in a sequence, every step) is normalized by itself, so nothing depends on the
    batch, and training and prediction do the same. A missing step stays one (see ``sequences``).

    Parameters
    ----------
    dim : int
        X is (…, dim); gamma (starts at 1) and beta (starts at 0) are (dim,).
    dtype : numpy dtype
        float64, or float32 for speed.

    Raises
    ------
    ValueError
        For an X that is not (…, dim).

    References
    ----------
    Ba, Kiros & Hinton (2016), "Layer normalization", eq. 4. Built in lesson 09.
    """

    parameter_names = ("gamma", "beta")

    def __init__(self, dim, *, dtype=np.float64):
        self.n_in = self.n_out = whole_number(dim, "LayerNorm", "dim")
        dtype = float_dtype(dtype, "LayerNorm")
        self.gamma, self.beta = np.ones(self.n_in, dtype), np.zeros(self.n_in, dtype)

    def check_input(self, X):
        if X.ndim < 2 or X.shape[-1] != self.n_in or X.size == 0:
            raise ValueError(f"{self} got X of shape {X.shape}; expected (batch, {self.n_in}) or "
                             f"(batch, time, {self.n_in}), with at least one row. "
                             "Change the layer's dim, or the data.")

    def forward(self, X):
        self.missing = missing_steps(X)
        X = where_missing(self.missing, 0, X)
        mean, variance = X.mean(axis=-1, keepdims=True), X.var(axis=-1, keepdims=True)
        self.scale = 1 / np.sqrt(variance + EPSILON)
        self.X_hat = (X - mean) * self.scale
        return where_missing(self.missing, np.nan, self.gamma * self.X_hat + self.beta)

    def backward(self, dY):
        dY = where_missing(self.missing, 0, dY)
        before = tuple(range(dY.ndim - 1))                      # all axes but the last
        self.dgamma = (dY * self.X_hat).sum(axis=before)        # ∂C/∂γ = Σ dY X̂
        self.dbeta = dY.sum(axis=before)                        # ∂C/∂β = Σ dY
        dX_hat = dY * self.gamma
        along = (dX_hat * self.X_hat).mean(axis=-1, keepdims=True)
        # μ and σ² depend on X too: dX has mean 0, and none along X̂
        return self.scale * (dX_hat - dX_hat.mean(axis=-1, keepdims=True) - self.X_hat * along)

    def config(self):
        return {"dim": self.n_in, "dtype": self.dtype.name}

    def __repr__(self):
        return f"LayerNorm({self.n_in})"
