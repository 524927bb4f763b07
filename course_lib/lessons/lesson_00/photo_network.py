"""A photograph goes in, a thousand probabilities come out: the photograph network, layer by layer.

The layers are those that lesson 07 builds, and their weights have been learnt from the photographs
of ImageNet. `PhotoNetwork` puts them in a row, and shows what is inside.
"""

import functools

import numpy as np
from PIL import Image

from course_lib.activations import softmax
from course_lib.convolution import Conv2D, DepthwiseConv2D
from course_lib.datasets.photos import load_photo_network, load_photo_words
from course_lib.layers import Activation, Dense, Layer
from course_lib.network import Network, Residual

SIDE = 224  # pixels: as large as the photographs from which the network has learnt
GREY = 127  # the brightness that the network takes for 0
RNG = np.random.default_rng(0)  # a layer asks for one, even where its first weights are zeros


def relu6(z):
    """Nothing below 0 and nothing above 6."""
    return np.clip(z, 0, 6)


def relu6_prime(z, a):
    """1 between 0 and 6, else 0."""
    return ((z > 0) & (z < 6)).astype(z.dtype)


class Frame(Layer):
    """A frame of zeros that is one pixel wider on the right and below, as TensorFlow pads.

    With stride 2 the windows of an even number of pixels cannot lie in the middle of the image.
    """

    def __init__(self, kernel):
        self.before, self.after = (kernel - 2) // 2, (kernel - 1) // 2

    def forward(self, X):
        sides = (self.before, self.after)
        return np.pad(X, ((0, 0), (0, 0), sides, sides))


def layers_of(parts):
    """The course's layers for the parts of a block, with the weights that it has learnt."""
    layers = []
    for part in parts:
        if part.kind == "dense":
            layer = Dense(*part.W.shape, rng=RNG, initializer="zeros", dtype=np.float32)
        else:
            kernel = part.W.shape[-1]
            if part.stride == 2:
                layers.append(Frame(kernel))
            padding = kernel // 2 if part.stride == 1 else 0
            if part.kind == "depthwise":
                layer = DepthwiseConv2D(len(part.W), kernel, stride=part.stride, padding=padding,
                                        rng=RNG, initializer="zeros", dtype=np.float32)
            else:
                layer = Conv2D(part.W.shape[1], len(part.W), kernel, stride=part.stride,
                               padding=padding, rng=RNG, initializer="zeros", dtype=np.float32)
        layer.W[...], layer.b[...] = part.W, part.b
        layers.append(layer)
        if part.bent:
            layers.append(Activation(relu6, relu6_prime))
    return layers


def block_of(name, parts):
    """The layers of a block as one network; what it gets is added where the shapes allow it."""
    layers, first, last = layers_of(parts), parts[0], parts[-1]
    adds = (name.startswith("block") and first.kind == "conv"
            and all(part.stride == 1 for part in parts) and first.W.shape[1] == len(last.W))
    return (Residual if adds else Network)(layers)


def prepared(picture):
    """A picture (height, width, 3) of bytes as the network wants it: (3, 224, 224), about −1 … 1.

    It gets the square in the middle.
    """
    return ((square(picture).astype(np.float32) - GREY) / 128).transpose(2, 0, 1)


def square(picture, side=SIDE):
    """The square in the middle of a picture (height, width, 3), so many pixels high and wide."""
    picture = np.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise ValueError(f"a picture of shape {picture.shape} came; expected (height, width, 3): "
                         "three numbers a pixel, for red, green and blue")
    if picture.dtype != np.uint8:
        raise TypeError(f"a picture of {picture.dtype} came; expected bytes (uint8), 0 … 255")
    height, width = picture.shape[:2]
    if height == width == side:
        return picture
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    image = Image.fromarray(picture[top:top + edge, left:left + edge])
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC))


class PhotoNetwork:
    """EfficientNet-Lite0 in the course's own layers: 4.6 million weights, a thousand words.

    A picture is an array (height, width, 3) of bytes, of any size; the network gets the square in
    its middle.

    Attributes
    ----------
    words : tuple of 1,000 str
    blocks : dict of name -> Network, in order: "stem", "block 1" … "block 16", "head"
    answer : Dense, from 1,280 features to 1,000 words
    """

    def __init__(self):
        blocks = dict(load_photo_network())
        self.words = load_photo_words()
        self.answer, = layers_of(blocks.pop("answer"))
        self.blocks = {name: block_of(name, parts) for name, parts in blocks.items()}

    @property
    def n_parameters(self):
        layers = [layer for block in self.blocks.values() for layer in block.layers]
        return sum(layer.W.size + layer.b.size for layer in [*layers, self.answer]
                   if hasattr(layer, "W"))

    def maps(self, picture, block="head"):
        """What a block makes of a picture: (channels, height, width) of float32."""
        if block not in self.blocks:
            raise ValueError(f"there is no block {block!r}; choose one of {', '.join(self.blocks)}")
        X = prepared(picture)[None]
        for name, layers in self.blocks.items():
            X = layers.predict(X)
            if name == block:
                return X[0]

    def features(self, pictures):
        """The 1,280 numbers that the last layer gets for each picture: (pictures, 1280).

        They are the means of the last maps.
        """
        return np.stack([self.maps(picture).mean(axis=(1, 2)) for picture in pictures])

    def predict(self, pictures):
        """The probability of each word for each picture: (pictures, 1000) of float64."""
        return softmax(self.answer.forward(self.features(pictures)).astype(float))

    def likeliest(self, p, n=5):
        """The n likeliest words of the probabilities of one picture: [(word, probability), …]."""
        order = np.argsort(-p, kind="stable")[:n]
        return [(self.words[k], float(p[k])) for k in order]

    def kernels(self):
        """The kernels of the first layer as pictures: (32, 3, 3, 3) of bytes, colours last.

        127 is a weight of 0; what is brighter counts for the kernel, what is darker against it.
        """
        W = self.blocks["stem"].layers[1].W
        largest = np.abs(W).max(axis=(1, 2, 3), keepdims=True)
        return np.rint(127 + 127 * W / largest).astype(np.uint8).transpose(0, 2, 3, 1)


@functools.cache
def photo_network():
    """The photograph network, read once: every explorer uses the same one."""
    return PhotoNetwork()
