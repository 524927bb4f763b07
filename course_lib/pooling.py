"""Pooling keeps one number of each window that slides over the image: smaller, and less exact.

Images are (batch, channels, height, width). In memory the batch comes last, and what a layer
returns is a transposed view of that: then pixel (i, j) of all windows of all images is one slice
whose innermost run is the batch, and the next layer copies nothing.
"""

import numpy as np

from course_lib.layers import FromForward, Layer


def batch_last(X):
    """(batch, channels, height, width) → a view (channels, height, width, batch)."""
    return X.transpose(1, 2, 3, 0)


def batch_first(M):
    """(channels, height, width, batch) → a view (batch, channels, height, width)."""
    return M.transpose(3, 0, 1, 2)


class SlidingWindow(Layer):
    """What the layers below share: a window, the kernel, that moves over a framed image.

    Along n pixels there are ⌊(n + 2·padding − kernel) / stride⌋ + 1 windows.
    """

    X_shape = FromForward()

    def __init__(self, kernel, stride, padding):
        name = type(self).__name__
        self.kernel = pair(name, "a kernel", kernel, 1)
        self.stride = pair(name, "a stride", stride, 1)
        self.padding = pair(name, "a padding", padding, 0)
        self.overlap = self.stride[0] < self.kernel[0] or self.stride[1] < self.kernel[1]

    def windows(self, X):
        """How many windows fit, down and across."""
        (kh, kw), (down, right), (top, left) = self.kernel, self.stride, self.padding
        height, width = X.shape[2] + 2 * top, X.shape[3] + 2 * left
        if kh > height or kw > width:
            raise ValueError(f"{self} got X of shape {X.shape}: a {kh}×{kw} kernel does not fit a "
                             f"{height}×{width} {'padded ' if top or left else ''}image; add "
                             "padding or a smaller kernel")
        return (height - kh) // down + 1, (width - kw) // right + 1

    def places(self, M, size):
        """Yield i, j, and pixel (i, j) of each of the size = (h, w) windows, a view of M."""
        (kh, kw), (down, right), (h, w) = self.kernel, self.stride, size
        for i in range(kh):
            for j in range(kw):
                yield i, j, M[:, i:i + down * h:down, j:j + right * w:right]

    def frame(self, name, shape, fill, dtype):
        """An array for X of this shape with the batch last and the padding around it."""
        (top, left), (batch, channels, height, width) = self.padding, shape
        framed = self.result(name, (channels, height + 2 * top, width + 2 * left, batch), dtype)
        framed[...] = fill
        return framed

    def inside(self, framed):
        """The framed image without its frame."""
        (top, left), (_, height, width, _) = self.padding, framed.shape
        return framed[:, top:height - top, left:width - left]

    def framed(self, X, fill, dtype):
        """X with the batch last, in one piece, and with its frame."""
        M = batch_last(X)
        if self.padding == (0, 0) and M.dtype == dtype and M.flags.c_contiguous:
            return M
        framed = self.frame("around", X.shape, fill, dtype)
        self.inside(framed)[...] = M
        return framed


class Pool2D(SlidingWindow):
    """What MaxPool2D and AveragePool2D share: one number a window, for each channel by itself."""

    def __init__(self, size, *, stride=None, padding=0):
        super().__init__(size, size if stride is None else stride, padding)
        for k, p in zip(self.kernel, self.padding, strict=True):
            if p > k // 2:
                raise ValueError(f"{type(self).__name__} got a padding of {p} for a size of {k}; "
                                 f"at most half of it, {k // 2}: no window may see only padding")

    def forward(self, X):
        check_images(self, X)
        self.X_shape, self.size = X.shape, self.windows(X)
        self.M = self.framed(X, self.fill, np.result_type(X.dtype, np.float32))
        self.Y = self.result("pooled", (X.shape[1], *self.size, len(X)), self.M.dtype)
        self.Y[...] = self.fill
        for _, _, pixels in self.places(self.M, self.size):
            self.combine(self.Y, pixels, out=self.Y)
        return batch_first(self.Y)

    def config(self):
        return {"size": self.kernel, "stride": self.stride, "padding": self.padding}

    def __repr__(self):
        return f"{type(self).__name__}({settings(self)})"


class MaxPool2D(Pool2D):
    """The largest pixel of each window; backward, the gradient goes to that pixel alone.

    Of equal pixels the first, row by row, takes it. Pixels at the edge that fill no window are
    left out.

    Parameters
    ----------
    size, stride : int or (vertical, horizontal); the stride is the size if not given
    padding : at most half the size; a frame that is never the largest

    Source: Ranzato et al. (2007), "Unsupervised learning of invariant feature hierarchies".
    Built in lesson 07.
    """

    fill, combine = -np.inf, np.maximum

    def backward(self, dY):
        check_gradient(self, dY, (*self.X_shape[:2], *self.size))
        dX = self.frame("dX", self.X_shape, 0, dY.dtype)
        left, taken = (self.result(name, self.Y.shape, dY.dtype) for name in ("left", "taken"))
        left[...] = batch_last(dY)
        for (_, _, pixels), (_, _, d) in zip(self.places(self.M, self.size),
                                             self.places(dX, self.size), strict=True):
            taken[...] = pixels == self.Y
            taken *= left
            left -= taken                               # nothing is left for an equal pixel
            if self.overlap:
                d += taken
            else:
                d[...] = taken                          # the same, and quicker
        return batch_first(self.inside(dX))


class AveragePool2D(Pool2D):
    """The mean of each window; backward, all its pixels get an equal share of the gradient.

    Parameters as for MaxPool2D; the padding is zeros, which count. Built in lesson 07.
    """

    fill, combine = 0, np.add

    def forward(self, X):
        Y = super().forward(X)
        Y /= self.kernel[0] * self.kernel[1]
        return Y

    def backward(self, dY):
        check_gradient(self, dY, (*self.X_shape[:2], *self.size))
        share = batch_last(dY) / (self.kernel[0] * self.kernel[1])
        dX = self.frame("dX", self.X_shape, 0, share.dtype)
        for _, _, d in self.places(dX, self.size):
            d += share
        return batch_first(self.inside(dX))


def pair(layer, what, value, smallest):
    """(vertical, horizontal) from one whole number or two."""
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(values) != 2 or not all(isinstance(v, int | np.integer) and v >= smallest
                                   for v in values):
        raise ValueError(f"{layer} got {what} of {value!r}; expected a whole number from "
                         f"{smallest}, or two of them, (vertical, horizontal)")
    return tuple(map(int, values))


def settings(layer):
    """Kernel, stride and padding in short, such as 3×3, padding=(1, 1)."""
    text = "×".join(map(str, layer.kernel))
    if layer.stride != (layer.kernel if isinstance(layer, Pool2D) else (1, 1)):
        text += f", stride={layer.stride}"
    return text + (f", padding={layer.padding}" if layer.padding != (0, 0) else "")


def check_images(layer, X, channels=None):
    if X.ndim == 4 and X.size and channels in (None, X.shape[1]):
        return
    advice = "Change channels_in, or the data."
    if X.ndim == 3:
        advice = "One channel: X[:, None]. One image: X[None]."
    elif X.ndim != 4:
        advice = "Give images, not rows: X.reshape(len(X), channels, height, width)."
    elif not X.size:
        advice = "There is nothing in it: give at least one image."
    elif X.shape[3] == channels:
        advice = "Channels come second: X.transpose(0, 3, 1, 2)."
    raise ValueError(f"{layer} got X of shape {X.shape}; expected (batch, "
                     f"{channels or 'channels'}, height, width). {advice}")


def check_gradient(layer, dY, shape):
    if dY.shape != shape:
        raise ValueError(f"{layer}.backward got dY of shape {dY.shape}; expected the shape of "
                         f"what forward returned, {shape}")
