"""Batch normalization gives every channel mean 0 and variance 1, and then learns its own again.

Whatever the layers before it do to the scale of a signal, the layers after it see the same scale.
"""

import operator

import numpy as np

from course_lib.layers import FromForward, Layer, Parameter

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
    gamma, beta, dgamma, dbeta = Parameter(), Parameter(), Parameter(), Parameter()
    X_hat, X_shape = FromForward(), FromForward()

    def __init__(self, channels, *, momentum=0.1, dtype=np.float64, running_mean=None,
                 running_variance=None):
        try:
            self.channels = operator.index(channels)
        except TypeError:
            self.channels = 0
        if self.channels < 1:
            raise ValueError(f"BatchNorm got channels = {channels!r}; expected a whole number ≥ 1")
        if not 0 < momentum <= 1:
            raise ValueError(f"{self} got a momentum of {momentum}; expected 0 < momentum ≤ 1, "
                             "the share that one batch has in the running averages")
        self.momentum = momentum
        self._gamma, self._beta = np.ones(channels, dtype), np.zeros(channels, dtype)
        self._dgamma, self._dbeta = np.zeros(channels, dtype), np.zeros(channels, dtype)
        self.running_mean = np.zeros(channels, dtype)
        self.running_mean[:] = 0 if running_mean is None else running_mean
        self.running_variance = np.ones(channels, dtype)
        self.running_variance[:] = 1 if running_variance is None else running_variance

    @property
    def averages(self):
        return [self.running_mean, self.running_variance]

    def forward(self, X):
        if X.ndim not in (2, 4) or X.shape[1] != self.channels:
            raise ValueError(f"{self} got X of shape {X.shape}; expected (batch, {self.channels}) "
                             f"or (batch, {self.channels}, height, width). "
                             "Change the number of channels, or the data.")
        n = X.size // self.channels
        if n < 1 + self.training:
            raise ValueError(f"{self} got X of shape {X.shape}, {n} numbers a channel; expected "
                             + ("two or more while training: one number has no variance"
                                if self.training else "at least one example"))
        rows = channel_rows(X)
        self.X_shape, self.from_batch = X.shape, self.training
        self.X_hat = self.result("normalized", rows.shape, self._gamma.dtype)
        mean = rows.mean(axis=1) if self.training else self.running_mean
        np.subtract(rows, mean[:, None], out=self.X_hat)
        if self.training:
            variance = row_sums(self.X_hat, self.X_hat) / n
            self.running_mean += self.momentum * (mean - self.running_mean)
            # the averages take the variance that divides by n − 1, an unbiased estimate
            self.running_variance += self.momentum * (
                variance * (n / (n - 1)) - self.running_variance)
        else:
            variance = self.running_variance
        self.scale = 1 / np.sqrt(variance + EPSILON)
        self.X_hat *= self.scale[:, None]
        Y = np.multiply(self.X_hat, self._gamma[:, None],
                        out=self.result("Y", rows.shape, self._gamma.dtype))
        Y += self._beta[:, None]
        return shaped_like(X, Y)

    def backward(self, dY):
        self.parameter_gradients(dY)
        rows = channel_rows(dY)
        dX = self.result("dX", rows.shape, self._gamma.dtype)
        if self.from_batch:        # μ and σ² depend on X too: dX has mean 0, and none along X̂
            n = rows.shape[1]
            np.multiply(self.X_hat, (self._dgamma / n)[:, None], out=dX)
            dX += (self._dbeta / n)[:, None]
            np.subtract(rows, dX, out=dX)
        else:
            dX[...] = rows
        dX *= (self._gamma * self.scale)[:, None]
        return shaped_like(dY, dX)

    def parameter_gradients(self, dY):
        if dY.shape != self.X_shape:
            raise ValueError(f"{self}.backward got dY of shape {dY.shape}; expected the shape of "
                             f"what forward returned, {self.X_shape}")
        rows = channel_rows(dY)
        self._dgamma[:] = row_sums(rows, self.X_hat)    # ∂C/∂γ = Σ dY X̂
        self._dbeta[:] = rows.sum(axis=1)               # ∂C/∂β = Σ dY

    def config(self):
        return {"channels": self.channels, "momentum": self.momentum,
                "dtype": self._gamma.dtype.name, "running_mean": self.running_mean.tolist(),
                "running_variance": self.running_variance.tolist()}

    def __repr__(self):
        return f"BatchNorm({self.channels})"


def channel_rows(X):
    """One row a channel: (channels, height·width·batch); no copy if the batch is last in memory."""
    return X.T if X.ndim == 2 else X.transpose(1, 2, 3, 0).reshape(X.shape[1], -1)


def row_sums(A, B):
    """The sum of A ⊙ B along each row, without the array of products."""
    return np.einsum("cn,cn->c", A, B)


def shaped_like(X, rows):
    """Rows of channels as a view in the shape of X."""
    if X.ndim == 2:
        return rows.T
    return rows.reshape(*X.shape[1:], len(X)).transpose(3, 0, 1, 2)
