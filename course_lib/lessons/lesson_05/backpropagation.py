"""What backpropagation does to neurons that start equal, and what comes back through depth."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider, IntSlider, Play

from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.points import two_moons
from course_lib.explorer.base import Explorer
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_05 import figures as plots
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import run_epoch


def size(value):
    """A positive number as one reads it: 0.07, 23, and 10⁻¹³ for what is far from 1."""
    if 0.001 <= value < 1000:
        return f"{value:.2g}"
    return "10" + f"{np.log10(value):.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


class Symmetry(Explorer):
    """Hidden neurons that start equal stay equal; small random weights let them part."""

    strip = "snapshot"
    size = (8, 4)
    epochs, snapshots, n_hidden = 1500, 60, 4

    def __init__(self):
        self.X, self.y = two_moons(100, rng=np.random.default_rng(5))
        self.runs = {start: self.train(start) for start in
                     ("all zero", "all equal, 0.5", "small random, σ = 0.01", "Glorot")}
        self.at = np.linspace(0, self.epochs, self.snapshots + 1).astype(int)
        super().__init__(
            snapshot=IntSlider(30, 0, self.snapshots,
                               description=f"time (× {self.epochs // self.snapshots} epochs)"),
            play=Play(value=30, min=0, max=self.snapshots, interval=120),
            start=Dropdown(options=list(self.runs), value="small random, σ = 0.01",
                           description="weights start"),
        )

    def train(self, start):
        """The hidden weights (epoch, input, neuron) and the cost of each epoch."""
        rng = np.random.default_rng(1)
        name = {"a": "zeros", "s": "small_random", "G": "glorot"}[start[0]]
        layers = [Dense(2, self.n_hidden, rng=rng, initializer=name), Activation("tanh"),
                  Dense(self.n_hidden, 1, rng=rng, initializer=name)]
        network, cost, optimizer = Network(layers), SigmoidCrossEntropy(), GradientDescent(1.0)
        if "equal" in start:
            network.parameters[:] = 0.5
        W, C = [], []
        for _ in range(self.epochs + 1):
            C.append(float(np.mean(cost.loss(network.forward(self.X), self.y))))
            W.append(layers[0].W.copy())
            run_epoch(network, self.X, self.y, cost=cost, optimizer=optimizer, batch_size=100)
        return np.array(W), np.array(C)

    def build(self, fig):
        left, right = fig.subplots(1, 2)
        limit = 1.15 * max(np.abs(W).max() for W, _ in self.runs.values())
        self.trails, self.heads = plots.draw_neuron_paths(left, self.n_hidden, limit)
        self.dot = plots.draw_cost_curves(
            right, np.arange(self.epochs + 1), {start: C for start, (_, C) in self.runs.items()})
        return [*self.trails, *self.heads, self.dot]

    def move(self, snapshot, start):
        W, C = self.runs[start]
        epoch = self.at[snapshot]
        for n in range(self.n_hidden):
            self.trails[n].set_data(*W[:epoch + 1:10, :, n].T)
            self.heads[n].set_data(*W[epoch, :, n:n + 1])
        self.dot.set_data([epoch], [C[epoch]])
        apart = max(np.ptp(W[epoch], axis=1))
        state = "are all equal" if apart == 0 else f"differ by up to {apart:.2f}"
        return (f"Weights start {start}. After {epoch} epochs the {self.n_hidden} hidden neurons "
                f"{state}; the cost is {C[epoch]:.3f} (from {C[0]:.3f}).")


class Depth(Explorer):
    """Signal and gradient through 1 … 30 hidden layers: vanish, explode, or just right."""

    strip = "scale"
    width, deepest = 30, 30

    def __init__(self):
        rng = np.random.default_rng(3)
        self.X, self.y = two_moons(50, rng=rng)
        hidden = [Dense(2, self.width, rng=rng)]
        hidden += [Dense(self.width, self.width, rng=rng) for _ in range(self.deepest - 1)]
        self.dense = [*hidden, Dense(self.width, 1, rng=rng)]
        self.drawn = [rng.standard_normal(layer.W.shape) for layer in self.dense]
        self.cost = SigmoidCrossEntropy()
        super().__init__(
            scale=FloatSlider(1.0, min=0.2, max=5.0, step=0.1, description="weights: σ √inputs"),
            depth=IntSlider(20, 1, self.deepest, description="hidden layers"),
            phi=Dropdown(options=["sigmoid", "tanh", "relu", "identity"], description="activation"),
        )

    def build(self, fig):
        ax = fig.subplots()
        self.signal, self.gradient = plots.draw_layer_norms(ax, self.deepest + 1)
        self.verdict = ax.text(0.5, 1.11, "", transform=ax.transAxes, ha="center", va="bottom",
                               fontsize=15, weight="bold")
        ax.set_title(" ", pad=34)
        return [self.signal, self.gradient, self.verdict]

    def measure(self, scale, depth, phi):
        """(spread of each layer's outputs over the examples, norm of each layer's ∂C/∂Z)."""
        dense = [*self.dense[:depth], self.dense[-1]]
        bends = [*(Activation(phi) for _ in range(depth)), Activation("identity")]
        for layer, drawn in zip(dense, [*self.drawn[:depth], self.drawn[-1]], strict=True):
            layer.W = scale / np.sqrt(layer.n_in) * drawn
        A, spread, norms = self.X, [], []
        for layer, bend in zip(dense, bends, strict=True):
            A = bend.forward(layer.forward(A))
            spread.append(np.sqrt(np.mean(np.var(A, axis=0))))
        dA = self.cost.gradient(A, self.y)
        for layer, bend in zip(reversed(dense), reversed(bends), strict=True):
            dZ = bend.backward(dA)
            norms.append(np.linalg.norm(dZ))
            dA = layer.backward(dZ)
        return np.array(spread), np.array(norms[::-1])

    def move(self, scale, depth, phi):
        spread, norms = self.measure(scale, depth, phi)
        layers = np.arange(1, depth + 2)
        self.signal.set_data(layers, np.maximum(spread, 1e-300))
        self.gradient.set_data(layers, np.maximum(norms, 1e-300))
        ratio = max(norms[0], 1e-300) / max(norms[-1], 1e-300)
        word = ("The gradient vanishes" if ratio < 1e-3 else
                "The gradient explodes" if ratio > 1e3 else "The gradient arrives")
        self.verdict.set_text(f"{word}: first ÷ last layer = {size(ratio)}")
        return (f"{phi}, {depth} hidden layer{'s' * (depth > 1)}, weights with σ √inputs = "
                f"{scale:.1f}. {word}: ‖∂C/∂Z‖ is {size(norms[0])} in the first layer "
                f"and {size(norms[-1])} in the last, a factor of {ratio ** (1 / depth):.2f} a "
                "layer.")
