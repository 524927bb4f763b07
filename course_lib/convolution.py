"""A convolution is one small Dense layer that slides over the image, the same weights everywhere.

Windows, strides and padding are those of ``pooling``.
"""

import math

import numpy as np

from course_lib.checks import float_dtype, whole_number
from course_lib.layers import Layer, find_initializer
from course_lib.pooling import (
    AveragePool2D,
    MaxPool2D,
    SlidingWindow,
    check_images,
    pair,
    settings,
)

__all__ = ["AveragePool2D", "Conv2D", "ConvTranspose2D", "DepthwiseConv2D", "MaxPool2D",
           "Upsample2D"]

AT_ONCE = 2**22  # numbers that Conv2D spreads out at once when only predicting: bounds its memory
IN_CACHE = 2**16  # numbers of the channels that DepthwiseConv2D works on together


class Conv2D(SlidingWindow):
    """Slide a kernel over the image: Z[o, y, x] = b[o] + Σ_cij W[o, c, i, j] X[c, s·y+i, s·x+j].

    Write each window as a column of channels_in·kh·kw numbers, and it is one product: Z = W P + b.
    (The kernel is not flipped: what deep learning calls convolution is a cross-correlation.)

    Parameters
    ----------
    channels_in, channels_out : int
        W is (channels_out, channels_in, kh, kw); b is (channels_out,) and starts at zero.
    kernel, stride : int or (vertical, horizontal)
        The window, and its step s.
    padding : int, (vertical, horizontal), or "same"
        The frame of zeros around the image. "same" gives ⌈n / stride⌉ windows along n pixels, as
        many as the image has pixels if the stride is 1; an odd zero goes below and to the right.
    rng, initializer, dtype
        As for Dense; what reaches an output is channels_in·kh·kw numbers.

    Raises
    ------
    ValueError
        For a kernel that does not fit the image, and an X that is not (batch, channels_in, …, …).

    References
    ----------
    LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition"; the columns:
    Chellapilla, Puri & Simard (2006), "High performance convolutional neural networks for document
    processing", §3. Built in lesson 07.
    """

    parameter_names = ("W", "b")

    def __init__(self, channels_in, channels_out, kernel, *, stride=1, padding=0, rng,
                 initializer="he", dtype=np.float64):
        super().__init__(kernel, stride, padding)
        name = type(self).__name__
        self.channels_in = whole_number(channels_in, name, "channels_in")
        self.channels_out = whole_number(channels_out, name, "channels_out")
        dtype, draw = float_dtype(dtype, name), find_initializer(initializer, name)
        self.W = self.first_weights(draw, rng).astype(dtype)
        self.b = np.zeros(self.channels_out, dtype)

    def check_input(self, X):
        check_images(self, X, self.channels_in)

    def first_weights(self, initializer, rng):
        (kh, kw), n_in, n_out = self.kernel, self.channels_in, self.channels_out
        W = initializer(n_in * kh * kw, n_out * kh * kw, rng=rng)[:, :n_out]
        return np.ascontiguousarray(W.T).reshape(n_out, n_in, kh, kw)

    def forward(self, X):
        self.X, self.size = batch_last(X), self.windows(X.shape)
        n = max(1, AT_ONCE // (self.W[0].size * math.prod(self.size)))
        if self.training or len(X) <= n:
            self.P = self.columns(self.X)
            return self.product(self.P)
        self.P = None                       # too large to keep, so n images at a time
        return np.concatenate([self.product(self.columns(self.X[i:i + n]))
                               for i in range(0, len(X), n)])

    def product(self, P):
        Z = self.W.reshape(self.channels_out, -1) @ P + self.b[:, None]     # Z = W P + b
        return images(Z, self.size)

    def columns(self, X):
        """Each window of X as a column: (batch, c, H, W) → (c·kh·kw, h·w·batch)."""
        batch, channels = X.shape[:2]
        P = np.empty((channels, math.prod(self.kernel), *self.size, batch), X.dtype)
        for column, pixels in zip(P.transpose(1, 4, 0, 2, 3),
                                  self.pixels(self.padded(X), self.size), strict=True):
            column[:] = pixels
        return P.reshape(channels * P.shape[1], -1)

    def add_columns(self, P, shape):
        """The way back: add each column to the pixels it came from, of which many are shared."""
        (batch, channels), size = shape[:2], self.padded_size(shape)
        X = images(np.zeros((channels, math.prod(size) * batch), P.dtype), size)
        P = P.reshape(channels, -1, *self.size, batch)
        for column, pixels in zip(P.transpose(1, 4, 0, 2, 3), self.pixels(X, self.size),
                                  strict=True):
            pixels += column
        return self.cut(X, shape)

    def backward(self, dZ):
        self.parameter_gradients(dZ)
        dP = self.W.reshape(self.channels_out, -1).T @ rows(dZ)             # ∂C/∂P = Wᵀ dZ
        return self.add_columns(dP, self.X.shape)

    def parameter_gradients(self, dZ):
        dZ = rows(dZ)
        P = self.columns(self.X) if self.P is None else self.P
        self.dW = (P @ dZ.T).T.reshape(self.W.shape)                        # ∂C/∂W = dZ Pᵀ
        self.db = dZ.sum(axis=1)                                            # ∂C/∂b = Σ dZ

    def config(self):
        return {"channels_in": self.channels_in, "channels_out": self.channels_out,
                "kernel": self.kernel, "stride": self.stride, "padding": self.padding,
                "dtype": self.dtype.name}

    def __repr__(self):
        return f"{type(self).__name__}({self.channels_in}, {self.channels_out}, {settings(self)})"


class ConvTranspose2D(Conv2D):
    """Conv2D the other way round, to enlarge images: each pixel paints a kernel, and they add up.

    Its forward is Conv2D's way from dZ to dX, its backward is Conv2D's forward:
    n pixels become (n − 1)·stride + kernel − 2·padding.

    Parameters
    ----------
    As for Conv2D, but W is (channels_in, channels_out, kh, kw), and ``padding``, a number or two,
    is cut off the result.

    Raises
    ------
    ValueError
        When nothing is left of the result, and for an X that is not (batch, channels_in, …, …).

    References
    ----------
    Long, Shelhamer & Darrell (2015), "Fully convolutional networks for semantic segmentation",
    §3.3. Built in lesson 07.
    """

    def first_weights(self, initializer, rng):
        if self.padding == "same":
            raise ValueError("ConvTranspose2D got padding='same'; expected how many pixels to cut "
                             "off, a whole number or (vertical, horizontal)")
        (kh, kw), (down, right) = self.kernel, self.stride
        n_in, n_out = self.channels_in, self.channels_out
        kernels = math.ceil(kh / down) * math.ceil(kw / right)    # that overlap at a pixel
        W = initializer(n_in * kernels, n_out * kh * kw, rng=rng)[:n_in]
        return W.reshape(n_in, n_out, kh, kw)

    def forward(self, X):
        height, width = ((n - 1) * step + k - 2 * cut for n, step, k, cut in
                         zip(X.shape[2:], self.stride, self.kernel, self.padding, strict=True))
        if height < 1 or width < 1:
            raise ValueError(f"{self} got X of shape {X.shape}: without its padding the result is "
                             f"{height}×{width}; use less padding or a larger kernel")
        self.X, self.size = X, X.shape[2:]
        P = self.W.reshape(self.channels_in, -1).T @ rows(X)                # P = Wᵀ X
        Y = self.add_columns(P, (len(X), self.channels_out, height, width))
        return Y + self.b[:, None, None]

    def backward(self, dY):
        self.parameter_gradients(dY)
        dX = self.W.reshape(self.channels_in, -1) @ self.dP                 # ∂C/∂X = W dP
        return images(dX, self.X.shape[2:])

    def parameter_gradients(self, dY):
        self.dP = self.columns(dY)
        self.dW = (self.dP @ rows(self.X).T).T.reshape(self.W.shape)        # ∂C/∂W = X dPᵀ
        self.db = dY.sum(axis=(0, 2, 3))


class DepthwiseConv2D(SlidingWindow):
    """One kernel for each channel alone: Z[c, y, x] = b[c] + Σ_ij W[c, i, j] X[c, s·y+i, s·x+j].

    It looks at the neighbourhood and mixes no channels; a 1×1 Conv2D after it mixes the channels
    and looks at no neighbours. The two together have kh·kw + channels_out weights for each input
    channel, where one Conv2D has kh·kw·channels_out.

    Parameters
    ----------
    channels : int
        W is (channels, kh, kw); b is (channels,) and starts at zero.
    kernel, stride, padding, rng, initializer, dtype
        As for Conv2D; what reaches an output is kh·kw numbers.

    Raises
    ------
    ValueError
        For a kernel that does not fit the image, and an X that is not (batch, channels, …, …).

    References
    ----------
    Howard et al. (2017), "MobileNets", §3.1 and eq. 3. Built in lesson 07.
    """

    parameter_names = ("W", "b")

    def __init__(self, channels, kernel, *, stride=1, padding=0, rng, initializer="he",
                 dtype=np.float64):
        super().__init__(kernel, stride, padding)
        n = self.channels = whole_number(channels, "DepthwiseConv2D", "channels")
        dtype = float_dtype(dtype, "DepthwiseConv2D")
        W = find_initializer(initializer, "DepthwiseConv2D")(math.prod(self.kernel), n, rng=rng)
        self.W = W.T.reshape(n, *self.kernel).astype(dtype)
        self.b = np.zeros(n, dtype)

    def check_input(self, X):
        check_images(self, X, self.channels)

    def forward(self, X):
        self.shape, self.size, self.X = X.shape, self.windows(X.shape), self.padded(X)
        Z = np.zeros_like(X, shape=(*X.shape[:2], *self.size))
        Z += self.b[:, None, None]
        n = max(1, IN_CACHE // Z[:, 0].size)
        for some in (slice(c, c + n) for c in range(0, self.channels, n)):
            for w, pixels in zip(self.weights()[:, some], self.pixels(self.X[:, some], self.size),
                                 strict=True):
                Z[:, some] += w * pixels
        return Z

    def weights(self):
        """The weight of place (i, j) for each channel, (channels, 1, 1), for all i, j."""
        return self.W.reshape(self.channels, -1).T[:, :, None, None]

    def backward(self, dZ):
        self.parameter_gradients(dZ)
        dX = np.zeros_like(self.X, dZ.dtype)
        for w, d in zip(self.weights(), self.pixels(dX, self.size), strict=True):
            d += w * dZ                                                     # ∂C/∂X
        return self.cut(dX, self.shape)

    def parameter_gradients(self, dZ):
        dW = [(dZ * pixels).sum(axis=(0, 2, 3)) for pixels in self.pixels(self.X, self.size)]
        self.dW = np.stack(dW, axis=1).reshape(self.W.shape)                # ∂C/∂W
        self.db = dZ.sum(axis=(0, 2, 3))                                    # ∂C/∂b

    def config(self):
        return {"channels": self.channels, "kernel": self.kernel, "stride": self.stride,
                "padding": self.padding, "dtype": self.dtype.name}

    def __repr__(self):
        return f"DepthwiseConv2D({self.channels}, {settings(self)})"


class Upsample2D(Layer):
    """Each pixel becomes factor × factor pixels; backward, they are summed. Built in lesson 07."""

    keeps_width = True

    def __init__(self, factor):
        self.factor = pair("Upsample2D", "a factor", factor, 1)

    def check_input(self, X):
        check_images(self, X)

    def forward(self, X):
        self.shape, (down, right) = X.shape, self.factor
        return X.repeat(down, axis=2).repeat(right, axis=3)

    def backward(self, dY):
        (batch, channels, h, w), (down, right) = self.shape, self.factor
        return dY.reshape(batch, channels, h, down, w, right).sum(axis=(3, 5))

    def config(self):
        return {"factor": self.factor}

    def __repr__(self):
        return f"Upsample2D({'×'.join(map(str, self.factor))})"


def batch_last(X):
    """X with the batch last in memory, so that long runs of numbers are copied and added at once.

    Layers that work pixel by pixel keep that order, so that only the first one pays for it.
    """
    return np.ascontiguousarray(X.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)


def rows(X):
    """(batch, channels, h, w) → one row a channel, (channels, h·w·batch)."""
    return X.transpose(1, 2, 3, 0).reshape(X.shape[1], -1)


def images(Z, size):
    """One row a channel → (batch, channels, h, w): the way back of ``rows``."""
    return Z.reshape(len(Z), *size, -1).transpose(3, 0, 1, 2)
