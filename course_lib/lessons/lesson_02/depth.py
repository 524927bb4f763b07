"""A signal goes up through 20 layers and a gradient comes down: at which scale are both kept?"""

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, IntSlider, Layout

from course_lib.activations import ACTIVATIONS
from course_lib.explorer.base import Explorer
from course_lib.lessons.lesson_02 import figures as draw

LAYERS, WIDTH, BATCH = 20, 64, 128


def power(x):
    """A size in words that keep their meaning at 10⁻¹³: '0.25', '3·10⁻¹³'."""
    if x == 0 or not np.isfinite(x):
        return f"{x:.0f}"
    if 0.01 <= x < 100:
        return f"{x:.2f}"
    digits, exponent = f"{x:.0e}".split("e")
    return f"{digits}·10" + str(int(exponent)).translate(str.maketrans("-0123456789",
                                                                       "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


class Stack:
    """Layers without biases, their weights drawn with standard deviation 1/√n before scaling."""

    def __init__(self, rng):
        self.X = rng.normal(size=(BATCH, WIDTH))
        self.weights = [rng.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH) for _ in range(LAYERS)]
        self.dA = rng.normal(size=self.X.shape)

    def forward(self, activation, scale):
        """Send the batch up; return every layer's sums and activations."""
        phi, self.phi_prime = ACTIVATIONS[activation]
        A, self.scale, self.Z, self.A = self.X, scale, [], []
        for W in self.weights:
            self.Z.append(A @ (scale * W))
            A = phi(self.Z[-1])
            self.A.append(A)
        return self.Z, self.A

    def backward(self, depth=LAYERS):
        """Size of the gradient for the sums of each of the first `depth` layers."""
        dA, sizes = self.dA, np.zeros(depth)
        for layer in reversed(range(depth)):
            dZ = dA * self.phi_prime(self.Z[layer], self.A[layer])
            sizes[layer] = np.sqrt(np.mean(dZ * dZ))
            dA = dZ @ (self.scale * self.weights[layer]).T
        return sizes


def per_layer(sizes):
    """By how much each layer multiplies the gradient, on (geometric) average; 0 if none is left."""
    if len(sizes) == 1 or not sizes[0]:
        return float(len(sizes) == 1)
    return float((sizes[0] / sizes[-1]) ** (1 / (len(sizes) - 1)))


def factors(activation, scales, seeds):
    """The gradient's factor per layer in 20 layers.

    Returns
    -------
    array (seeds, scales)
    """
    found = np.empty((len(seeds), len(scales)))
    for n, seed in enumerate(seeds):
        stack = Stack(np.random.default_rng(seed))
        for k, scale in enumerate(scales):
            stack.forward(activation, scale)
            found[n, k] = per_layer(stack.backward())
    return found


class Depth(Explorer):
    """How large are a signal on its way up and a gradient on its way down, in each layer?"""

    strip = "scale"
    ranges = {"threshold": (0, 1), "sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 3)}

    def __init__(self, activation="sigmoid", scale=1.0):
        self.stack, self.computed, self.shown = Stack(np.random.default_rng(2)), None, None
        super().__init__(
            scale=FloatLogSlider(scale, min=-1, max=1.475, step=0.025, readout_format=".2f",
                                 description="weight scale s", layout=Layout(width="100%")),
            activation=Dropdown(options=["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu",
                                         "threshold", "identity"],
                                value=activation, description="activation"),
            depth=IntSlider(LAYERS, 1, LAYERS, description="layers"),
        )

    def build(self, fig):
        fig.set_layout_engine("none")
        self.left, right = fig.subplots(1, 2, width_ratios=[1.12, 1.15], gridspec_kw={
            "left": 0.09, "right": 0.98, "bottom": 0.14, "top": 0.9, "wspace": 0.32})
        self.image = draw.draw_histograms(self.left, np.zeros((20, LAYERS)), (0, 1))
        fig.colorbar(self.image, ax=self.left, ticks=[0.02, 0.1, 0.25, 0.5],
                     pad=0.03).ax.set_yticklabels(["2%", "10%", "25%", "50%"])
        self.left.set_title("Share of the activations", loc="left")
        self.signal, self.gradient = draw.draw_sizes(right, LAYERS)
        right.set_title("Sizes in each layer", loc="left")
        self.factor = right.text(0.98, 0.03, "", transform=right.transAxes, ha="right",
                                 fontsize=14)
        return [self.image, self.signal, self.gradient, self.factor]

    def forward(self, activation, scale):
        """Send the batch through all 20 layers once; every depth is a part of them."""
        _, A = self.stack.forward(activation, scale)
        low, high = self.ranges.get(activation, (-2, 2))
        self.shares = draw.histogram_columns(A, np.linspace(low, high, 21))
        self.spreads = np.array([np.sqrt(a.var(axis=0).mean()) for a in A])
        if activation != self.shown:
            self.image.set_extent((0.5, LAYERS + 0.5, low, high))
            self.left.set_ylim(low, high)
            self.shown = activation
            self.redraw_scene()

    def move(self, scale, activation, depth):
        if self.computed != (activation, scale):
            self.forward(activation, scale)
            self.computed = activation, scale
        sizes, layers = self.stack.backward(depth), np.arange(1, depth + 1)
        draw.set_histograms(self.image, self.shares[:, :depth])
        self.signal.set_data(layers, np.clip(self.spreads[:depth], *draw.LIMIT))
        self.gradient.set_data(layers, np.clip(sizes, *draw.LIMIT))
        factor, kept = per_layer(sizes), sizes[0] / sizes[-1] if sizes[-1] else 0.0
        self.factor.set_text(f"gradient × {power(factor)} a layer")
        return (f"{activation}, {depth} layers of {WIDTH}, weight scale {scale:.2f}: each layer "
                f"multiplies the gradient by {power(factor)}, so {power(kept)} of it reaches layer "
                f"1. The signal, how much an activation differs from row to row, is "
                f"{power(self.spreads[0])} in layer 1 and {power(self.spreads[depth - 1])} in "
                f"layer {depth}.")
