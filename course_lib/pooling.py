"""Pooling keeps one number of each window that slides over the image: smaller, and less exact.

Images are (batch, channels, height, width). Pixel (i, j) of all windows of all images is one slice,
so a layer is a loop over the few pixels of a window, and never over the many windows.
"""

import math

import numpy as np

from course_lib.checks import short
from course_lib.layers import Layer


class SlidingWindow(Layer):
    """What the layers below share: a window, the kernel, that moves over the padded image.

    Along n pixels there are ⌊(n + padding before and after − kernel) / stride⌋ + 1 windows.
    """

    def __init__(self, kernel, stride, padding):
        name = type(self).__name__
        self.kernel = pair(name, "a kernel", kernel, 1)
        self.stride = pair(name, "a stride", stride, 1)
        self.padding = "same" if isinstance(padding, str) and padding == "same" else \
            pair(name, "a padding", padding, 0)
        self.overlap = self.stride[0] < self.kernel[0] or self.stride[1] < self.kernel[1]

    def frame(self, shape):
        """How many pixels of padding go around an image: (top, bottom), (left, right)."""
        if self.padding != "same":
            vertical, horizontal = self.padding
            return (vertical, vertical), (horizontal, horizontal)
        # as many windows as strides fit: ⌈n / stride⌉; an odd pixel goes to the end
        missing = [max((math.ceil(n / step) - 1) * step + k - n, 0)
                   for n, step, k in zip(shape[2:], self.stride, self.kernel, strict=True)]
        return tuple((m // 2, m - m // 2) for m in missing)

    def padded_size(self, shape):
        """Height and width of images of this shape with their frame around them."""
        (top, bottom), (left, right) = self.frame(shape)
        return shape[2] + top + bottom, shape[3] + left + right

    def windows(self, shape):
        """How many windows fit, down and across, into images of this shape."""
        height, width = self.padded_size(shape)
        (kh, kw), (down, right) = self.kernel, self.stride
        if kh > height or kw > width:
            padded = "padded " if (height, width) != shape[2:] else ""
            raise ValueError(f"{self} got X of shape {shape}: a {kh}×{kw} kernel does not fit a "
                             f"{height}×{width} {padded}image; add padding or a smaller kernel")
        return (height - kh) // down + 1, (width - kw) // right + 1

    def padded(self, X, fill=0):
        """X with its frame around it."""
        if self.padding == (0, 0):
            return X
        Y = np.full_like(X, fill, shape=(*X.shape[:2], *self.padded_size(X.shape)))
        self.cut(Y, X.shape)[:] = X
        return Y

    def cut(self, Y, shape):
        """The image of this shape without its frame: what ``padded`` added is taken off again."""
        (top, _), (left, _) = self.frame(shape)
        return Y[:, :, top:top + shape[2], left:left + shape[3]]

    def pixels(self, X, size):
        """Pixel (i, j) of each of the size = (h, w) windows, (batch, channels, h, w), for all i, j.

        Views: to change them is to change X.
        """
        (kh, kw), (down, right), (h, w) = self.kernel, self.stride, size
        return [X[:, :, i:i + down * h:down, j:j + right * w:right]
                for i in range(kh) for j in range(kw)]


class Pool2D(SlidingWindow):
    """What MaxPool2D and AveragePool2D share: one number a window, for each channel by itself."""

    keeps_width = True

    def __init__(self, size, *, stride=None, padding=0):
        super().__init__(size, size if stride is None else stride, padding)
        if self.padding == "same":
            raise ValueError(f"{type(self).__name__} got padding='same'; expected a whole number "
                             "or two, at most half the size")
        for k, p in zip(self.kernel, self.padding, strict=True):
            if p > k // 2:
                raise ValueError(f"{type(self).__name__} got a padding of {p} for a size of {k}; "
                                 f"at most half of it, {k // 2}: no window may see only padding")

    def check_input(self, X):
        check_images(self, X)

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
    size, stride : int or (vertical, horizontal)
        The stride is the size if not given: windows side by side.
    padding : int or (vertical, horizontal)
        At most half the size; a frame that is never the largest.

    Raises
    ------
    ValueError
        For a window that does not fit the image, and an X that is not (batch, channels, …, …).

    References
    ----------
    Ranzato et al. (2007), "Unsupervised learning of invariant feature hierarchies". Built in
    lesson 07.
    """

    def forward(self, X):
        self.shape, self.size = X.shape, self.windows(X.shape)
        self.X = self.padded(X, fill=-np.inf)
        first, *others = self.pixels(self.X, self.size)
        self.Y = first.copy(order="K")
        for pixel in others:
            np.maximum(self.Y, pixel, out=self.Y)
        return self.Y

    def backward(self, dY):
        dX, left = np.zeros_like(self.X), np.zeros_like(self.Y)
        left += dY                                      # the gradient that no pixel has taken yet
        for pixel, d in zip(self.pixels(self.X, self.size), self.pixels(dX, self.size),
                            strict=True):
            taken = left * (pixel == self.Y)
            left -= taken                               # nothing is left for an equal pixel
            if self.overlap:
                d += taken
            else:
                d[:] = taken                            # the same, and quicker
        return self.cut(dX, self.shape)


class AveragePool2D(Pool2D):
    """The mean of each window; backward, all its pixels get an equal share of the gradient.

    Parameters and errors as for MaxPool2D; the padding is zeros, which count. Built in lesson 07.
    """

    def forward(self, X):
        self.shape, self.size = X.shape, self.windows(X.shape)
        self.X = self.padded(X)
        return sum(self.pixels(self.X, self.size)) / math.prod(self.kernel)

    def backward(self, dY):
        dX, share = np.zeros_like(self.X, dY.dtype), dY / math.prod(self.kernel)
        for d in self.pixels(dX, self.size):
            d += share
        return self.cut(dX, self.shape)


def pair(layer, what, value, smallest):
    """(vertical, horizontal) from one whole number or two."""
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(values) != 2 or not all(isinstance(v, int | np.integer) and not isinstance(v, bool)
                                   and smallest <= v < 2**31 for v in values):
        raise ValueError(f"{layer} got {what} of {short(value)}; expected a whole number from "
                         f"{smallest}, or two of them, (vertical, horizontal)")
    return tuple(map(int, values))


def settings(layer):
    """Kernel, stride and padding in short, such as 3×3, padding=(1, 1)."""
    text = "×".join(map(str, layer.kernel))
    if layer.stride != (layer.kernel if isinstance(layer, Pool2D) else (1, 1)):
        text += f", stride={layer.stride}"
    return text + (f", padding={layer.padding!r}" if layer.padding != (0, 0) else "")


def check_images(layer, X, channels=None):
    """An error for an X that is not (batch, channels, height, width), saying what to do."""
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
