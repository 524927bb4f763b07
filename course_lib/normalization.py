"""Normalization gives numbers mean 0 and variance 1, and then learns a scale of its own again.

Whatever the layers before it do to the size of a signal, the layers after it see the same size.
BatchNorm looks along the batch, for each channel by itself; LayerNorm along the features, for each
example by itself.
"""

import numpy as np

from course_lib.checks import float_dtype, real_array, short, whole_number
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
        self.channels = n = whole_number(channels, "BatchNorm", "channels")
        if isinstance(momentum, bool) or not isinstance(momentum, int | float | np.number) \
                or not 0 < momentum <= 1:
            raise ValueError(f"{self} got a momentum of {short(momentum)}; expected 0 < momentum "
                             "≤ 1, the share that one batch has in the running averages")
        self.momentum, dtype = momentum, float_dtype(dtype, "BatchNorm")
        self.gamma, self.beta = np.ones(n, dtype), np.zeros(n, dtype)
        self.running_mean = self.start("running_mean", running_mean, np.zeros(n, dtype))
        self.running_variance = self.start("running_variance", running_variance, np.ones(n, dtype))
        if (self.running_variance < 0).any():
            raise ValueError(f"{self} got a negative running_variance, "
                             f"{self.running_variance.min()}; variances are 0 or more")

    def start(self, name, given, usual):
        """Running averages to start with: those given, or the usual ones."""
        if given is None:
            return usual
        given = real_array(given, self, name).astype(usual.dtype)
        if given.shape != usual.shape or not np.isfinite(given).all():
            raise ValueError(f"{self} got {name} = {short(given.tolist())}; expected "
                             f"{self.channels} finite numbers, one for each channel")
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
        if n == 0:
            raise ValueError(f"{self} got X of shape {X.shape}; expected at least one example")
        if n == 1 and self.training:
            raise ValueError(f"{self} got X of shape {X.shape}, 1 number a channel; expected two "
                             "or more while training: one number has no variance. Choose a "
                             "batch_size that leaves no single row at the end of the epoch, or "
                             "leave one row out")

    def forward(self, X):
        self.axes = (0,) if X.ndim == 2 else (0, 2, 3)          # all but the channels
        self.shape = (-1,) if X.ndim == 2 else (-1, 1, 1)       # of one number a channel
        self.n, self.from_batch = X.size // self.channels, self.training
        mean, variance = self.running_mean, self.running_variance
        if self.training:
            mean = X.mean(axis=self.axes)
            variance = ((X - self.each(mean)) ** 2).mean(axis=self.axes)
            self.running_mean += self.momentum * (mean - self.running_mean)
            unbiased = variance * self.n / (self.n - 1)         # as if divided by n − 1
            self.running_variance += self.momentum * (unbiased - self.running_variance)
        self.scale = 1 / np.sqrt(variance + EPSILON)
        self.X_hat = (X - self.each(mean)) * self.each(self.scale)
        return self.each(self.gamma) * self.X_hat + self.each(self.beta)

    def backward(self, dY):
        self.dgamma = (dY * self.X_hat).sum(axis=self.axes)     # ∂C/∂γ = Σ dY X̂
        self.dbeta = dY.sum(axis=self.axes)                     # ∂C/∂β = Σ dY
        dX = dY
        if self.from_batch:         # μ and σ² depend on X too: dX has mean 0, and none along X̂
            dX = dY - self.each(self.dbeta / self.n) - self.X_hat * self.each(self.dgamma / self.n)
        return dX * self.each(self.gamma * self.scale)

    def each(self, numbers):
        """One number a channel, in a shape that fits X."""
        return numbers.reshape(self.shape)

    def config(self):
        return {"channels": self.channels, "momentum": self.momentum, "dtype": self.dtype.name,
                "running_mean": self.running_mean.tolist(),
                "running_variance": self.running_variance.tolist()}

    def __repr__(self):
        return f"BatchNorm({self.channels})"


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
