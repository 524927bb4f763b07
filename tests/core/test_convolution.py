"""Convolution and pooling: equal to plain loops and to PyTorch, and what they say to bad input."""

import copy

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib import convolution
from course_lib.convolution import (
    AveragePool2D,
    Conv2D,
    ConvTranspose2D,
    DepthwiseConv2D,
    MaxPool2D,
    Upsample2D,
)
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Activation, Dense, Dropout, Flatten
from course_lib.network import Network, Residual
from course_lib.normalization import BatchNorm
from course_lib.optimizers import Adam
from course_lib.training import fit

RNG = np.random.default_rng
TWO = {n: st.tuples(*[st.integers(*n)] * 2) for n in ((1, 3), (0, 2), (1, 7))}
WINDOWS = {"kernel": TWO[1, 3], "stride": TWO[1, 3], "padding": TWO[0, 2], "image": TWO[1, 7],
           "batch": st.integers(1, 3)}
QUICK = settings(max_examples=25, deadline=None, derandomize=True)


# What the layers should do, as slow as it can be said: one window after the other.

def windows(X, kernel, stride, padding, fill=0.0):
    """Yield y, x and the window there, of all images and channels."""
    (kh, kw), (down, right), (top, left) = kernel, stride, padding
    X = np.pad(X, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=fill)
    for y in range((X.shape[2] - kh) // down + 1):
        for x in range((X.shape[3] - kw) // right + 1):
            yield y, x, X[:, :, y * down:y * down + kh, x * right:x * right + kw]


def convolved(X, W, b, stride, padding):
    Z = {}
    for y, x, window in windows(X, W.shape[2:], stride, padding):
        for n in range(len(X)):
            for o in range(len(W)):
                Z[n, o, y, x] = np.sum(window[n] * W[o]) + b[o]
    return from_dict(Z)


def pooled(X, kernel, stride, padding, of_window, fill):
    return from_dict({(n, c, y, x): of_window(window[n, c])
                      for y, x, window in windows(X, kernel, stride, padding, fill)
                      for n in range(X.shape[0]) for c in range(X.shape[1])})


def from_dict(values):
    array = np.empty(np.max(list(values), axis=0) + 1)
    for place, value in values.items():
        array[place] = value
    return array


def max_pool_back(X, dY, size):
    """dX for windows side by side: the first of the largest, row by row, takes the gradient."""
    dX = np.zeros_like(X)
    for n, c, y, x in np.ndindex(*dY.shape):
        window = X[n, c, y * size:(y + 1) * size, x * size:(x + 1) * size]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        dX[n, c, y * size + i, x * size + j] = dY[n, c, y, x]
    return dX


def fits(image, kernel, padding):
    return all(n + 2 * p >= k for n, k, p in zip(image, kernel, padding, strict=True))


def conv(*channels, seed=0, kind=Conv2D, **kwargs):
    layer = kind(*channels, rng=RNG(seed), **kwargs)
    layer.b = RNG(seed + 1).standard_normal(layer.b.shape)
    return layer


@given(**WINDOWS)
@QUICK
def test_convolution_is_what_the_loops_do(kernel, stride, padding, image, batch):
    assume(fits(image, kernel, padding))
    layer = conv(2, 3, kernel=kernel, stride=stride, padding=padding)
    X = RNG(2).standard_normal((batch, 2, *image))
    assert np.allclose(layer.forward(X), convolved(X, layer.W, layer.b, stride, padding),
                       rtol=0, atol=1e-12)
    assert set(check_gradients(layer, X, rng=RNG(3))) == {"dX", "dW", "db"}


@given(**WINDOWS)
@QUICK
def test_pooling_is_what_the_loops_do(kernel, stride, padding, image, batch):
    padding = tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True))
    assume(fits(image, kernel, padding))
    X = RNG(2).standard_normal((batch, 2, *image))
    for kind, of_window, fill in ((MaxPool2D, np.max, -np.inf), (AveragePool2D, np.mean, 0)):
        layer = kind(kernel, stride=stride, padding=padding)
        assert np.allclose(layer.forward(X), pooled(X, kernel, stride, padding, of_window, fill),
                           rtol=0, atol=1e-12)
        check_gradients(layer, X, rng=RNG(3))


@given(**WINDOWS)
@QUICK
def test_transposed_convolution_is_the_transpose(kernel, stride, padding, image, batch):
    """⟨conv X, Y⟩ = ⟨X, convᵀ Y⟩ for the same W, without b."""
    size = [(n - 1) * s + k - 2 * p
            for n, s, k, p in zip(image, stride, kernel, padding, strict=True)]
    assume(min(size) > 0)
    back = conv(3, 2, kernel=kernel, stride=stride, padding=padding, kind=ConvTranspose2D)
    Y = RNG(3).standard_normal((batch, 3, *image))
    check_gradients(back, Y, rng=RNG(4))
    there = Conv2D(2, 3, kernel, stride=stride, padding=padding, rng=RNG(0))
    there.W, back.b = back.W, np.zeros(2)
    X = RNG(2).standard_normal((batch, 2, *size))
    assert back.forward(Y).shape == X.shape
    assert np.isclose(np.sum(there.forward(X) * Y), np.sum(X * back.forward(Y)), rtol=1e-10)


@given(**WINDOWS)
@QUICK
def test_depthwise_is_one_convolution_a_channel(kernel, stride, padding, image, batch):
    assume(fits(image, kernel, padding))
    layer = conv(3, kernel=kernel, stride=stride, padding=padding, kind=DepthwiseConv2D)
    X = RNG(2).standard_normal((batch, 3, *image))
    each = [convolved(X[:, c:c + 1], layer.W[c, None, None], layer.b[c:c + 1], stride, padding)
            for c in range(3)]
    assert np.allclose(layer.forward(X), np.concatenate(each, axis=1), rtol=0, atol=1e-12)
    assert set(check_gradients(layer, X, rng=RNG(3))) == {"dX", "dW", "db"}


@given(kernel=TWO[1, 3], stride=TWO[1, 3], image=TWO[1, 7])
@QUICK
def test_same_padding(kernel, stride, image):
    """⌈n / stride⌉ windows along n pixels; the frame of zeros has its odd pixel at the end."""
    X = RNG(2).standard_normal((2, 3, *image))
    size = tuple(-(-n // s) for n, s in zip(image, stride, strict=True))
    frame = [max((n_out - 1) * s + k - n, 0)
             for n, n_out, s, k in zip(image, size, stride, kernel, strict=True)]
    framed = np.pad(X, ((0, 0), (0, 0), *((f // 2, f - f // 2) for f in frame)))
    for channels, kind in (((3, 2), Conv2D), ((3,), DepthwiseConv2D)):
        same = conv(*channels, kernel=kernel, stride=stride, padding="same", kind=kind)
        Y = same.forward(X)
        assert Y.shape[2:] == size
        plain = conv(*channels, kernel=kernel, stride=stride, kind=kind)
        assert np.allclose(Y, plain.forward(framed), rtol=0, atol=1e-12)
        check_gradients(same, X, rng=RNG(3))


def test_same_padding_is_pytorchs():
    torch = pytest.importorskip("torch")
    X, F = RNG(2).standard_normal((2, 2, 7, 6)), torch.nn.functional
    same_as_torch(conv(2, 3, kernel=(3, 5), padding="same"),
                  lambda *t: F.conv2d(*t, padding="same"), X, torch)


@pytest.mark.parametrize("factor", [1, 2, (3, 2)])
def test_upsampling(factor):
    down, right = factor if isinstance(factor, tuple) else (factor, factor)
    X = RNG(0).standard_normal((2, 3, 4, 5))
    layer = Upsample2D(factor)
    assert np.array_equal(layer.forward(X), X.repeat(down, axis=2).repeat(right, axis=3))
    check_gradients(layer, X, rng=RNG(1))


def test_of_equal_pixels_the_first_takes_the_gradient():
    X = RNG(0).integers(0, 2, (3, 2, 7, 6)).astype(float)
    dY = RNG(1).standard_normal((3, 2, 3, 3))
    layer = MaxPool2D(2)
    layer.forward(X)
    assert np.array_equal(layer.backward(dY), max_pool_back(X, dY, 2))
    layer = MaxPool2D(2, stride=1)
    layer.forward(np.zeros((1, 1, 2, 3)))
    assert np.array_equal(layer.backward(np.ones((1, 1, 1, 2))), [[[[1, 1, 0], [0, 0, 0]]]])


def same_as_torch(layer, theirs, X, torch):
    """Twice, in training and out of it: the kept arrays must not remember the step before."""
    parameters = [torch.tensor(getattr(layer, name).copy(), requires_grad=True)
                  for name in layer.parameter_names]
    for training in (False, True, True):
        layer.training = training
        t = torch.tensor(X, requires_grad=True)
        Y_theirs, Y = theirs(t, *parameters), layer.forward(X)
        dY = RNG(9).standard_normal(Y.shape)
        gradients = torch.autograd.grad(Y_theirs, [t, *parameters], torch.tensor(dY))
        ours = [layer.backward(dY), *(getattr(layer, "d" + name)
                                      for name in layer.parameter_names)]
        for got, expected in zip([Y, *ours], [Y_theirs, *gradients], strict=True):
            assert got.shape == tuple(expected.shape)
            assert np.allclose(got, expected.detach().numpy(), rtol=0, atol=1e-10)
        X = X[::-1] + 1


@given(**WINDOWS)
@QUICK
def test_equal_to_pytorch(kernel, stride, padding, image, batch):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    F, kwargs = torch.nn.functional, {"stride": stride, "padding": padding}
    X = RNG(2).standard_normal((batch, 2, *image))
    if min((n - 1) * s + k - 2 * p
           for n, s, k, p in zip(image, stride, kernel, padding, strict=True)) > 0:
        same_as_torch(conv(2, 3, kernel=kernel, kind=ConvTranspose2D, **kwargs),
                      lambda *t: F.conv_transpose2d(*t, **kwargs), X, torch)
    same_as_torch(Upsample2D(kernel), lambda t: F.interpolate(t, scale_factor=kernel), X, torch)
    assume(fits(image, kernel, padding))
    same_as_torch(conv(2, 3, kernel=kernel, **kwargs), lambda *t: F.conv2d(*t, **kwargs), X, torch)
    same_as_torch(conv(2, kernel=kernel, kind=DepthwiseConv2D, **kwargs),
                  lambda X, W, b: F.conv2d(X, W[:, None], b, groups=2, **kwargs), X, torch)
    kwargs["padding"] = tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True))
    assume(fits(image, kernel, kwargs["padding"]))
    ties = np.round(X)
    same_as_torch(MaxPool2D(kernel, **kwargs), lambda t: F.max_pool2d(t, kernel, **kwargs), ties,
                  torch)
    same_as_torch(AveragePool2D(kernel, **kwargs), lambda t: F.avg_pool2d(t, kernel, **kwargs), X,
                  torch)


class Flipped(Conv2D):
    def backward(self, dZ):
        right = self.W.copy()
        self.W = right[:, :, ::-1, ::-1]
        dX = super().backward(dZ)
        self.W = right
        return dX


class SwappedChannels(Conv2D):
    def parameter_gradients(self, dZ):
        super().parameter_gradients(dZ)
        self.dW = self.dW.transpose(1, 0, 2, 3)


class ForgottenStride(Conv2D):
    def backward(self, dZ):
        stride, self.stride = self.stride, (1, 1)
        dX = super().backward(dZ)
        self.stride = stride
        return dX


class OverwritesSharedPixels(Conv2D):
    def add_columns(self, P, shape):
        X = np.zeros(shape)
        P = P.reshape(shape[1], -1, *self.size, shape[0]).transpose(1, 4, 0, 2, 3)
        for column, pixels in zip(P, self.pixels(X, self.size), strict=True):
            pixels[:] = column
        return X


class MeanForSum(Conv2D):
    def parameter_gradients(self, dZ):
        super().parameter_gradients(dZ)
        self.db = self.db / dZ[0, 0].size


class ForgottenMean(AveragePool2D):
    def backward(self, dY):
        return super().backward(dY) * self.kernel[0] * self.kernel[1]


class FirstPixel(MaxPool2D):
    def backward(self, dY):
        self.X = np.zeros_like(self.X)
        self.Y = np.zeros_like(self.Y)
        return super().backward(dY)


class Flipped3(DepthwiseConv2D):
    def weights(self):
        return super().weights()[::-1] if self.back else super().weights()

    back = False

    def backward(self, dZ):
        self.back = True
        dX = super().backward(dZ)
        self.back = False
        return dX


class ChannelsMixed(DepthwiseConv2D):
    def parameter_gradients(self, dZ):
        super().parameter_gradients(dZ.mean(axis=1, keepdims=True) + np.zeros_like(dZ))


class PaddingNotCut(ConvTranspose2D):
    def cut(self, Y, shape):
        return Y[:, :, :shape[2], :shape[3]]


@pytest.mark.parametrize("wrong", [
    Flipped(2, 2, 3, rng=RNG(0)), SwappedChannels(2, 2, 3, rng=RNG(0)),
    ForgottenStride(2, 2, 3, stride=2, rng=RNG(0)), OverwritesSharedPixels(2, 2, 3, rng=RNG(0)),
    MeanForSum(2, 2, 3, rng=RNG(0)), ForgottenMean(2), FirstPixel(2),
    Flipped3(2, 3, rng=RNG(0)), ChannelsMixed(2, 3, rng=RNG(0)),
])
def test_the_gradient_check_rejects_wrong_code(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(wrong, RNG(1).standard_normal((2, 2, 7, 6)), rng=RNG(2))


def test_the_comparisons_reject_wrong_code():
    X, dY = np.zeros((1, 1, 4, 4)), np.ones((1, 1, 2, 2))

    class TiesShared(MaxPool2D):
        def backward(self, dY):
            return np.repeat(np.repeat(dY, 2, 2), 2, 3) / 4

    layer = TiesShared(2)
    layer.forward(X)
    assert not np.array_equal(layer.backward(dY), max_pool_back(X, dY, 2))

    class TrueConvolution(Conv2D):
        def forward(self, X):
            self.W = self.W[:, :, ::-1, ::-1].copy()
            return super().forward(X)

    layer, X = TrueConvolution(1, 1, 2, rng=RNG(0)), RNG(1).standard_normal((1, 1, 4, 4))
    W = layer.W.copy()
    assert not np.allclose(layer.forward(X), convolved(X, W, layer.b, (1, 1), (0, 0)))
    layer = PaddingNotCut(1, 1, 3, padding=1, rng=RNG(0))
    right = ConvTranspose2D(1, 1, 3, padding=1, rng=RNG(0))
    assert not np.allclose(layer.forward(X), right.forward(X))


def layers_of_images():
    return [conv(2, 3, kernel=3, stride=2, padding=1), MaxPool2D(2), AveragePool2D((2, 1)),
            conv(2, 3, kernel=2, kind=ConvTranspose2D, stride=2), Upsample2D(2),
            conv(2, kernel=3, kind=DepthwiseConv2D, stride=2, padding="same")]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("layer", layers_of_images(), ids=repr)
def test_what_it_returns_is_the_callers(layer, training):
    """Never overwritten, in training or out of it; and what it is given is left alone."""
    layer.training = training
    X = RNG(0).standard_normal((5, 2, 6, 6))
    given = X.copy()
    Y = layer.forward(X)
    dY = RNG(1).standard_normal(Y.shape)
    given_dY = dY.copy()
    dX = layer.backward(dY)
    gradients = [getattr(layer, "d" + name).copy() for name in layer.parameter_names]
    kept = Y.copy(), dX.copy()
    again = layer.backward(dY)
    assert np.array_equal(again, dX) and not np.shares_memory(again, dX)
    for name, gradient in zip(layer.parameter_names, gradients, strict=True):
        assert np.array_equal(getattr(layer, "d" + name), gradient), "backward sets, and never adds"
    other = layer.forward(X + 1)
    layer.backward(dY * 2)
    assert not np.shares_memory(other, Y) and not np.shares_memory(Y, X)
    assert np.array_equal(Y, kept[0]) and np.array_equal(dX, kept[1])
    assert np.array_equal(X, given) and np.array_equal(dY, given_dY)
    layer.training = False


@pytest.mark.parametrize("layer", layers_of_images(), ids=repr)
def test_float32_stays_float32_and_whole_numbers_are_taken(layer):
    X = RNG(0).integers(0, 9, (5, 2, 6, 6))
    expected = layer.forward(X.astype(float))
    assert np.array_equal(layer.forward(X), expected)
    if layer.parameter_names:
        layer = type(layer)(**layer.config() | {"dtype": "float32", "rng": RNG(0)})
    Y = layer.forward(X.astype(np.float32))
    assert Y.dtype == layer.backward(Y).dtype == np.float32


def test_a_gradient_of_another_dtype_is_taken():
    for layer in (Conv2D(1, 2, 3, rng=RNG(0), dtype=np.float32),
                  ConvTranspose2D(1, 2, 3, rng=RNG(0), dtype=np.float32)):
        Y = layer.forward(RNG(1).standard_normal((2, 1, 4, 4)))
        assert Y.dtype == layer.backward(np.ones(Y.shape, int)).dtype == layer.dW.dtype == "float32"


def test_predicting_many_images_a_part_at_a_time(monkeypatch):
    layer, X = conv(2, 3, kernel=3, padding=1), RNG(0).standard_normal((7, 2, 5, 5))
    dZ = RNG(1).standard_normal((7, 3, 5, 5))
    whole = layer.forward(X), layer.backward(dZ), layer.dW.copy()
    monkeypatch.setattr(convolution, "AT_ONCE", 3 * 2 * 9 * 25)
    in_parts = layer.forward(X), layer.backward(dZ), layer.dW.copy()
    assert layer.P is None
    for one, other in zip(whole, in_parts, strict=True):
        assert np.allclose(one, other, rtol=0, atol=1e-12)


def test_first_weights_keep_the_size_of_a_signal():
    X = RNG(0).standard_normal((4, 32, 12, 12))
    for layer in (Conv2D(32, 32, 3, rng=RNG(1)), ConvTranspose2D(32, 32, 2, stride=2, rng=RNG(1))):
        assert abs(layer.forward(X)[:, :, 2:-2, 2:-2].var() - 2) < 0.2     # relu halves it
    assert not Conv2D(2, 2, 3, rng=RNG(1), initializer="zeros").W.any()
    assert Conv2D(2, 5, (3, 1), rng=RNG(1), initializer="glorot").W.shape == (5, 2, 3, 1)


@pytest.mark.parametrize("layer, shape, message", [
    (conv(1, 2, kernel=5), (3, 1, 4, 4), r"Conv2D\(1, 2, 5×5\) got X of shape \(3, 1, 4, 4\): "
     r"a 5×5 kernel does not fit a 4×4 image; add padding or a smaller kernel"),
    (conv(1, 2, kernel=7, padding=1), (3, 1, 4, 9), "7×7 kernel does not fit a 6×11 padded image"),
    (MaxPool2D(3), (3, 1, 2, 9), r"MaxPool2D\(3×3\) .* 3×3 kernel does not fit a 2×9 image"),
    (conv(3, 2, kernel=3), (8, 1, 9, 9), r"expected \(batch, 3, height, width\). Change channels"),
    (conv(3, 2, kernel=3), (8, 9, 9, 3), r"X\.transpose\(0, 3, 1, 2\)"),
    (conv(1, 2, kernel=3), (8, 9, 9), r"One channel: X\[:, None\]. One image: X\[None\]"),
    (conv(1, 2, kernel=3), (8, 81), r"X\.reshape\(len\(X\), channels, height, width\)"),
    (conv(1, 2, kernel=3), (0, 1, 9, 9), "at least one image"),
    (MaxPool2D(2), (8, 9, 9), r"expected \(batch, channels, height, width\)"),
    (AveragePool2D(2), (0, 1, 9, 9), "at least one image"),
    (Upsample2D(2), (9, 9), "Give images, not rows"),
    (Upsample2D(2), (0, 1, 2, 2), "at least one image"),
    (conv(1, 2, kernel=2, padding=1, kind=ConvTranspose2D), (3, 1, 1, 1),
     "without its padding the result is 0×0; use less padding or a larger kernel"),
    (conv(2, 2, kernel=2, kind=ConvTranspose2D), (3, 1, 4, 4), r"expected \(batch, 2, height"),
    (conv(2, kernel=5, kind=DepthwiseConv2D), (3, 2, 4, 4), "5×5 kernel does not fit a 4×4 image"),
    (conv(2, kernel=3, kind=DepthwiseConv2D), (3, 3, 4, 4), r"expected \(batch, 2, height"),
])
def test_images_that_do_not_fit(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.forward(np.zeros(shape))


@pytest.mark.parametrize("layer", layers_of_images(), ids=repr)
def test_lists_are_taken_and_text_is_not(layer):
    X = RNG(0).standard_normal((2, 2, 5, 5))
    Y = layer.forward(X)
    assert np.array_equal(layer.forward(X.tolist()), Y)
    assert np.array_equal(layer.backward(Y.tolist()), layer.backward(Y))
    with pytest.raises(TypeError, match="expected real numbers"):
        layer.forward(X.astype(str))


@pytest.mark.parametrize("make, error, message", [
    (lambda: conv(1, 1, kernel=0), ValueError, "Conv2D got a kernel of 0; expected a whole number"),
    (lambda: conv(1, 1, kernel=2.5), ValueError, "a kernel of 2.5"),
    (lambda: conv(1, 1, kernel=(1, 2, 3)), ValueError, r"two of them, \(vertical, horizontal\)"),
    (lambda: conv(1, 1, kernel=3, stride=0), ValueError, "a stride of 0; expected .* from 1"),
    (lambda: conv(1, 1, kernel=3, padding=-1), ValueError, "a padding of -1; expected .* from 0"),
    (lambda: conv(1, 1, kernel=3, kind=ConvTranspose2D, stride=0), ValueError, "ConvTranspose2D"),
    (lambda: conv(0, 1, kernel=3), ValueError, "Conv2D got channels_in=0"),
    (lambda: conv(1, 2.5, kernel=3), ValueError, "Conv2D got channels_out=2.5"),
    (lambda: conv(1, 1, kernel=True), ValueError, "a kernel of True"),
    (lambda: conv(1, 1, kernel=3, padding="valid"), ValueError, "a padding of 'valid'"),
    (lambda: conv(1, 1, kernel=3, dtype=int), ValueError, "dtype"),
    (lambda: conv(1, 1, kernel=3, kind=ConvTranspose2D, padding="same"), ValueError,
     "ConvTranspose2D got padding='same'; expected how many pixels"),
    (lambda: conv(0, kernel=3, kind=DepthwiseConv2D), ValueError, "DepthwiseConv2D got channels=0"),
    (lambda: conv(2, kernel=3, kind=DepthwiseConv2D, initializer="x"), ValueError, "choose one of"),
    (lambda: DepthwiseConv2D(2, 3, rng=7), TypeError, "default_rng"),
    (lambda: MaxPool2D(2, padding="same"), ValueError, "MaxPool2D got padding='same'"),
    (lambda: conv(1, 1, kernel=3, initializer="xavier"), ValueError, "choose one of glorot"),
    (lambda: Conv2D(1, 1, 3, rng=7), TypeError, "default_rng"),
    (lambda: MaxPool2D(0), ValueError, "MaxPool2D got a kernel of 0"),
    (lambda: MaxPool2D(2, stride=0), ValueError, "a stride of 0"),
    (lambda: MaxPool2D(3, padding=-1), ValueError, "a padding of -1"),
    (lambda: MaxPool2D(3, padding=2), ValueError, "padding of 2 for a size of 3; at most half"),
    (lambda: AveragePool2D(2, padding=(0, 2)), ValueError, "AveragePool2D got a padding of 2"),
    (lambda: Upsample2D(0), ValueError, "Upsample2D got a factor of 0"),
])
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("layer", layers_of_images(), ids=repr)
def test_backward_needs_forward_and_its_shape(layer):
    layer = copy.deepcopy(layer)
    with pytest.raises(RuntimeError, match=r"call forward\(X\) first"):
        layer.backward(np.zeros((1, 3, 1, 1)))
    layer.forward(np.zeros((2, 2, 6, 6)))
    with pytest.raises(ValueError, match=r"backward got d[YZ] of shape \(2, 7, 1, 1\); expected"):
        layer.backward(np.zeros((2, 7, 1, 1)))


def small_cnn(dtype=np.float64):
    rng = RNG(0)
    return Network([
        Conv2D(1, 4, 3, padding=1, rng=rng, dtype=dtype), BatchNorm(4, dtype=dtype),
        Activation("relu"), MaxPool2D(2),
        Residual([Conv2D(4, 4, 3, padding=1, rng=rng, dtype=dtype), Activation("tanh")]),
        Conv2D(4, 6, (3, 2), stride=(1, 2), rng=rng, dtype=dtype), AveragePool2D(2, stride=1),
        Flatten(), Dropout(0.1, rng=rng), Dense(6, 3, rng=rng, dtype=dtype)])


def stripes(n=60):
    """Bright rows, bright columns, or neither, in noise."""
    X, y = 0.3 * RNG(5).standard_normal((n, 1, 8, 8)), np.arange(n) % 3
    X[y == 1, :, ::3] += 1
    X[y == 2, :, :, ::3] += 1
    return X, y


def trained_cnn():
    network, (X, y) = small_cnn(), stripes()
    history = fit(network, X, y, cost=SoftmaxCrossEntropy(), optimizer=Adam(0.01), epochs=8,
                  batch_size=16, rng=RNG(1), progress=False)
    return network, history


def test_training_a_cnn_lowers_the_cost():
    history = trained_cnn()[1]
    assert history.cost[-1] < 0.5 * history.cost[0]


def test_gradients_of_a_cnn():
    network = small_cnn()
    for training in (False, True):
        network.training = training
        check_gradients(network, RNG(1).standard_normal((4, 1, 8, 8)), rng=RNG(2))
    X, dY = RNG(1).standard_normal((4, 1, 8, 8)), np.ones((4, 3))
    network.training = False
    network.forward(X)
    network.backward(dY)
    everything = network.gradients.copy()
    network.gradients[:] = np.nan
    network.parameter_gradients(dY)
    assert np.array_equal(network.gradients, everything)


def test_a_copy_of_a_cnn_is_apart():
    network, X = trained_cnn()[0], stripes()[0]
    twin = copy.deepcopy(network)
    before = network.predict(X)
    assert np.array_equal(twin.predict(X), before)
    twin.parameters[:] = 0
    twin.layers[1].running_mean[:] = 7
    assert np.array_equal(network.predict(X), before) and not twin.predict(X).any()


def test_save_and_load_a_cnn(tmp_path):
    network, X = trained_cnn()[0], stripes()[0]
    network.save(tmp_path / "cnn.npz")
    twin = Network.load(tmp_path / "cnn.npz")
    assert repr(twin) == repr(network) and np.array_equal(twin.predict(X), network.predict(X))
    back = Network([ConvTranspose2D(2, 1, 2, stride=2, padding=1, rng=RNG(0)), Upsample2D((1, 2)),
                    DepthwiseConv2D(1, 3, padding="same", rng=RNG(0))])
    back.save(tmp_path / "back.npz")
    twin, X = Network.load(tmp_path / "back.npz"), RNG(1).standard_normal((3, 2, 4, 4))
    assert np.array_equal(twin.predict(X), back.predict(X))


def test_a_list_of_layers_whose_channels_do_not_fit():
    with pytest.raises(ValueError, match=r"Conv2D\(1, 4, 3×3\) puts out 4 channels, but "
                                         r"Conv2D\(8, 2, 3×3\) after it takes 8"):
        Network([conv(1, 4, kernel=3), Activation("relu"), MaxPool2D(2), conv(8, 2, kernel=3)])
    with pytest.raises(ValueError, match=r"4 channels, but BatchNorm\(3\) after it takes 3"):
        Network([conv(1, 4, kernel=3), BatchNorm(3)])
