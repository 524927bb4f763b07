"""A convolution is one small Dense layer that slides over the image, the same weights everywhere.

Windows and the memory of images are those of ``pooling``.
"""

import numpy as np

from course_lib.initializers import INITIALIZERS
from course_lib.layers import FromForward, Layer, Parameter
from course_lib.pooling import (
    AveragePool2D,
    MaxPool2D,
    SlidingWindow,
    batch_first,
    batch_last,
    check_gradient,
    check_images,
    pair,
    settings,
)

__all__ = ["AveragePool2D", "Conv2D", "ConvTranspose2D", "MaxPool2D", "Upsample2D"]

AT_ONCE = 2**22  # numbers that Conv2D spreads out at once when only predicting: bounds its memory


class Conv2D(SlidingWindow):
    """Slide a kernel over the image: Z[o, y, x] = b[o] + Σ_cij W[o, c, i, j] X[c, s·y+i, s·x+j].

    Write each window as a column of channels_in·kh·kw numbers, and it is one product: Z = W P + b.
    (The kernel is not flipped: what deep learning calls convolution is a cross-correlation.)

    Parameters
    ----------
    channels_in, channels_out : int
        W is (channels_out, channels_in, kh, kw); b is (channels_out,) and starts at zero.
    kernel, stride, padding : int or (vertical, horizontal)
        The window, its step s, and the frame of zeros around the image.
    rng, initializer, dtype
        As for Dense; what reaches an output is channels_in·kh·kw numbers.

    Raises
    ------
    ValueError
        For a kernel that does not fit the image, and an X that is not (batch, channels_in, …, …).

    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".
    Built in lesson 07.
    """

    parameter_names = ("W", "b")
    W, b, dW, db = Parameter(), Parameter(), Parameter(), Parameter()

    def __init__(self, channels_in, channels_out, kernel, *, stride=1, padding=0, rng,
                 initializer="he", dtype=np.float64):
        super().__init__(kernel, stride, padding)
        if initializer not in INITIALIZERS:
            raise ValueError(f"{type(self).__name__} does not know the initializer "
                             f"{initializer!r}; choose one of {', '.join(INITIALIZERS)}")
        self.channels_in, self.channels_out = channels_in, channels_out
        self._W = self.first_weights(INITIALIZERS[initializer], rng).astype(dtype)
        self._b = np.zeros(channels_out, dtype)
        self._dW, self._db = np.zeros_like(self._W), np.zeros_like(self._b)

    def first_weights(self, initializer, rng):
        (kh, kw), n_in, n_out = self.kernel, self.channels_in, self.channels_out
        W = initializer(n_in * kh * kw, n_out * kh * kw, rng=rng)[:, :n_out]
        return np.ascontiguousarray(W.T).reshape(n_out, n_in, kh, kw)

    def forward(self, X):
        check_images(self, X, self.channels_in)
        self.X, self.X_shape, self.size = X, X.shape, self.windows(X)
        W = self._W.reshape(self.channels_out, -1)
        n = max(1, AT_ONCE // (W.shape[1] * self.size[0] * self.size[1]))
        if len(X) > n and not self.training:
            parts = [batch_last(self.forward(X[i:i + n])) for i in range(0, len(X), n)]
            self.X, self.X_shape, self.P = X, X.shape, None
            return batch_first(np.concatenate(parts, axis=3))
        self.P = self.columns(X)
        Z = self.result("Z", (self.channels_out, self.P.shape[1]), W.dtype)
        np.matmul(W, self.P, out=Z)                                  # Z = W P + b
        Z += self._b[:, None]
        return batch_first(Z.reshape(self.channels_out, *self.size, len(X)))

    def columns(self, X):
        """Each window as a column: (channels·kh·kw, windows·batch), row by row of the window."""
        P = self.result("spread", (X.shape[1], *self.kernel, *self.size, len(X)), self._W.dtype)
        for i, j, pixels in self.places(self.framed(X, 0, P.dtype), self.size):
            P[:, i, j] = pixels
        return P.reshape(X.shape[1] * self.kernel[0] * self.kernel[1], -1)

    def add_columns(self, P, shape):
        """The way back: add each column to the pixels it came from, of which many are shared."""
        X = self.frame("sum", shape, 0, P.dtype)
        P = P.reshape(shape[1], *self.kernel, *self.size, shape[0])
        for i, j, pixels in self.places(X, self.size):
            pixels += P[:, i, j]
        return self.inside(X)

    def backward(self, dZ):
        self.parameter_gradients(dZ)
        W = self._W.reshape(self.channels_out, -1)
        dZ = channel_rows(dZ, W.dtype)
        dP = self.result("dP", (W.shape[1], dZ.shape[1]), W.dtype)
        np.matmul(W.T, dZ, out=dP)                                   # ∂C/∂P = Wᵀ dZ
        return batch_first(self.add_columns(dP, self.X_shape))

    def parameter_gradients(self, dZ):
        check_gradient(self, dZ, (self.X_shape[0], self.channels_out, *self.size))
        P = self.columns(self.X) if self.P is None else self.P
        dW = self._dW.reshape(self.channels_out, -1)
        dZ = channel_rows(dZ, dW.dtype)
        dW[...] = np.matmul(P, dZ.T).T                               # ∂C/∂W = dZ Pᵀ
        np.matmul(dZ, np.ones(dZ.shape[1], dZ.dtype), out=self._db)  # ∂C/∂b: the sum of dZ

    def config(self):
        return {"channels_in": self.channels_in, "channels_out": self.channels_out,
                "kernel": self.kernel, "stride": self.stride, "padding": self.padding,
                "dtype": self._W.dtype.name}

    def __repr__(self):
        return f"{type(self).__name__}({self.channels_in}, {self.channels_out}, {settings(self)})"


class ConvTranspose2D(Conv2D):
    """Conv2D the other way round, to enlarge images: each pixel paints a kernel, and they add up.

    Its forward is Conv2D's way from dZ to dX, its backward is Conv2D's forward:
    n pixels become (n − 1)·stride + kernel − 2·padding.

    Parameters
    ----------
    As for Conv2D, but W is (channels_in, channels_out, kh, kw), and ``padding`` is cut off the
    result.

    Source: Long, Shelhamer & Darrell (2015), "Fully convolutional networks for semantic
    segmentation", §3.3. Built in lesson 07.
    """

    def first_weights(self, initializer, rng):
        (kh, kw), (down, right) = self.kernel, self.stride
        n_in, n_out = self.channels_in, self.channels_out
        kernels = -(-kh // down) * -(-kw // right)                # that overlap at a pixel
        W = initializer(n_in * kernels, n_out * kh * kw, rng=rng)[:n_in]
        return W.reshape(n_in, n_out, kh, kw)

    def forward(self, X):
        check_images(self, X, self.channels_in)
        height, width = ((n - 1) * step + k - 2 * cut for n, step, k, cut in
                         zip(X.shape[2:], self.stride, self.kernel, self.padding, strict=True))
        if height < 1 or width < 1:
            raise ValueError(f"{self} got X of shape {X.shape}: without its padding the result is "
                             f"{height}×{width}; use less padding or a larger kernel")
        self.X_shape, self.size = X.shape, X.shape[2:]
        self.Y_shape = len(X), self.channels_out, height, width
        W = self._W.reshape(self.channels_in, -1)
        self.X = channel_rows(X, W.dtype)
        P = self.result("painted", (W.shape[1], self.X.shape[1]), W.dtype)
        np.matmul(W.T, self.X, out=P)                                # P = Wᵀ X
        Y = self.add_columns(P, self.Y_shape)
        Y += self._b[:, None, None, None]
        return batch_first(Y)

    def backward(self, dY):
        self.parameter_gradients(dY)
        W = self._W.reshape(self.channels_in, -1)
        dX = self.result("dX", self.X.shape, W.dtype)
        np.matmul(W, self.dP, out=dX)                                # ∂C/∂X = W dP
        return batch_first(dX.reshape(self.channels_in, *self.size, len(dY)))

    def parameter_gradients(self, dY):
        check_gradient(self, dY, (self.X_shape[0], *self.Y_shape[1:]))
        self.dP = self.columns(dY)
        np.matmul(self.X, self.dP.T, out=self._dW.reshape(self.channels_in, -1))     # X dPᵀ
        np.sum(channel_rows(dY, self._W.dtype), axis=1, out=self._db)


class Upsample2D(Layer):
    """Each pixel becomes factor × factor pixels; backward, they are summed. Built in lesson 07."""

    X_shape = FromForward()

    def __init__(self, factor):
        self.factor = pair("Upsample2D", "a factor", factor, 1)

    def forward(self, X):
        check_images(self, X)
        (batch, channels, h, w), (down, right) = X.shape, self.factor
        self.X_shape = X.shape
        Y = self.result("Y", (channels, h, down, w, right, batch), X.dtype)
        Y[...] = batch_last(X)[:, :, None, :, None]
        return batch_first(Y.reshape(channels, h * down, w * right, batch))

    def backward(self, dY):
        (batch, channels, h, w), (down, right) = self.X_shape, self.factor
        check_gradient(self, dY, (batch, channels, h * down, w * right))
        blocks = batch_last(dY).reshape(channels, h, down, w, right, batch)
        return batch_first(blocks.sum(axis=(2, 4)))

    def config(self):
        return {"factor": self.factor}

    def __repr__(self):
        return f"Upsample2D({'×'.join(map(str, self.factor))})"


def channel_rows(X, dtype):
    """One row a channel, (channels, height·width·batch); no copy if the batch is last in memory."""
    return batch_last(X).reshape(X.shape[1], -1).astype(dtype, copy=False)
