"""Batch normalization gives every channel mean 0 and variance 1, and then learns its own again.

Whatever the layers before it do to the scale of a signal, the layers after it see the same scale.
"""

import numpy as np

from course_lib.checks import float_dtype, is_number, real_array, whole_number
from course_lib.layers import Layer

EPSILON = 1e-5   # added to the variance, so that a channel that never changes is no division by 0


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

    Source: Ioffe & Szegedy (2015), "Batch normalization: accelerating deep network training by
    reducing internal covariate shift", algorithm 1. Derived in lesson 05. Built in lesson 07.
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
                             + ("two or more while training: one number has no variance"
                                if self.training else "at least one example"))

    def forward(self, X):
        axes, n = channel_axes(X), X.size // self.channels
        self.from_batch = self.training
        if self.training:
            mean, variance = X.mean(axis=axes), X.var(axis=axes)
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
