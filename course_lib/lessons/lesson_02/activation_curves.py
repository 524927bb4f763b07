"""Lesson 02 to play with: activations side by side, deep signals, dead rectifiers, softmax."""

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play

from course_lib.activations import ACTIVATIONS, softmax
from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.points import two_moons
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS
from course_lib.figure.wipe import wipe
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_02 import figures as draw
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import run_epoch

NAMES = ["threshold", "sigmoid", "tanh", "softmax", "relu", "leaky_relu", "elu", "gelu",
         "softplus", "identity"]
# That do not depend on the tick labels, which change with the function.
MARGINS = {"left": 0.1, "right": 0.97, "bottom": 0.14, "top": 0.92, "wspace": 0.3}


def curve(name, z):
    """φ(z) and φ′(z); softmax: the first of three outputs, for the inputs (z, 0, 0)."""
    phi, phi_prime = ACTIVATIONS[name]
    if name == "softmax":
        three = np.stack([z, np.zeros_like(z), np.zeros_like(z)], axis=-1)
        a = phi(three)
        return a[..., 0], phi_prime(three, a)[..., 0, 0]
    a = phi(z)
    return a, phi_prime(z, a)


def output_range(name):
    """The range of φ in words, from its values at very large and at ordinary inputs."""
    a, _ = curve(name, np.concatenate([[-1e6], np.linspace(-9, 9, 1801), [1e6]]))
    low, high = a.min(), a.max()
    return (f"{'−∞' if low < -100 else written(low, '.2g')} to "
            f"{'∞' if high > 100 else written(high, '.2g')}")


def power(x):
    """A size in words that keep their meaning at 10⁻¹³: '0.25', '3·10⁻¹³'."""
    if x == 0 or not np.isfinite(x):
        return f"{x:.0f}"
    if 0.01 <= x < 100:
        return f"{x:.2f}"
    digits, exponent = f"{x:.0e}".split("e")
    return f"{digits}·10" + str(int(exponent)).translate(str.maketrans("-0123456789",
                                                                       "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


class SideBySide(Explorer):
    """Two activations, their slopes, and one input that moves along both."""

    strip = "z"

    def __init__(self, first="sigmoid", second="relu"):
        self.grid = np.linspace(-5, 5, 501)
        self.shown = None
        super().__init__(
            z=FloatSlider(1.0, min=-5, max=5, step=0.2, description="input z"),
            first=Dropdown(options=NAMES, value=first, description="activation"),
            second=Dropdown(options=["none", *NAMES], value=second, description="compare with"),
        )

    def build(self, fig):
        fig.set_layout_engine("none")
        self.axes = fig.subplots(1, 2, gridspec_kw=MARGINS)
        return []

    def scene(self, names):
        """Draw the curves of another choice of functions."""
        curves = {name: curve(name, self.grid) for name in names}
        left, right = self.axes
        for ax in self.axes:
            wipe(ax)
        self.moving = draw.draw_curves(left, self.grid, {n: c[0] for n, c in curves.items()},
                                       "output a = φ(z)")
        self.moving += draw.draw_curves(right, self.grid, {n: c[1] for n, c in curves.items()},
                                        "slope φ′(z)")
        top = max(a.max() for a, _ in curves.values())
        low = min(a.min() for a, _ in curves.values())
        left.set(ylim=(min(-1.2, -0.35 * top, low), max(1.3, top)),
                 title="What the input becomes")
        right.set(ylim=(-0.2, 1.3), title="The factor for gradients")
        left.legend(loc="lower right", frameon=False)
        self.steepest = {name: slope.max() for name, (_, slope) in curves.items()}
        self.moving += [left.axvline(0, color="black", lw=1, ls=":"),
                        right.axvline(0, color="black", lw=1, ls=":")]
        self.shown = names
        self.redraw_scene()

    def move(self, z, first, second):
        names = tuple(dict.fromkeys(name for name in (first, second) if name != "none"))
        if names != self.shown:
            self.scene(names)
        n, parts = len(names), []
        for k, name in enumerate(names):
            a, slope = (float(v) for v in curve(name, np.array(round(z, 6))))
            self.moving[k].set_data([z], [a])
            self.moving[n + k].set_data([z], [slope])
            passes = slope / self.steepest[name] if self.steepest[name] else 0.0
            state = "saturated" if passes < 0.05 else "open"
            parts.append(f"{name}: output {a:.3f}, slope {slope:.3f}, {state} ({passes:.0%} of its "
                         f"steepest slope), range {output_range(name)}")
        for line in self.moving[-2:]:
            line.set_xdata([z, z])
        return f"z = {z:.1f}. " + "; ".join(parts) + "."


class Depth(Explorer):
    """A signal goes up through many layers, a gradient comes down: how large are they in each?"""

    strip = "depth"
    deepest, width, batch = 20, 64, 128
    edges = {"threshold": (0, 1), "sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 3)}

    def __init__(self, activation="sigmoid", scale=1.0):
        rng = np.random.default_rng(2)
        self.X = rng.normal(size=(self.batch, self.width))
        self.dense = [Dense(self.width, self.width, rng=rng) for _ in range(self.deepest)]
        shape = self.width, self.width
        self.weights = [rng.normal(size=shape) / np.sqrt(self.width) for _ in self.dense]
        self.dA = rng.normal(size=self.X.shape)
        self.computed = self.shown = None
        super().__init__(
            depth=IntSlider(self.deepest, 1, self.deepest, description="layers"),
            activation=Dropdown(options=["threshold", "sigmoid", "tanh", "relu", "leaky_relu",
                                         "elu", "gelu", "identity"],
                                value=activation, description="activation"),
            scale=FloatLogSlider(scale, min=-1, max=0.6, step=0.05,
                                 description="weight scale s (standard deviation s/√n)"),
        )

    def build(self, fig):
        fig.set_layout_engine("none")
        self.left, right = fig.subplots(1, 2, width_ratios=[1, 1.15], gridspec_kw=MARGINS)
        self.image = draw.draw_histograms(self.left, np.zeros((20, self.deepest)), (0, 1))
        self.left.set_title("Activations (dark: many)")
        self.signal, self.gradient = draw.draw_sizes(right, self.deepest)
        right.set_title("What is left in each layer")
        return [self.image, self.signal, self.gradient]

    def forward(self, activation, scale):
        """Send the batch through all 20 layers once; every depth is a part of them."""
        A, self.phis = self.X, [Activation(activation) for _ in self.dense]
        for dense, W, phi in zip(self.dense, self.weights, self.phis, strict=True):
            dense.W = W * scale
            A = phi.forward(dense.forward(A))
        low, high = self.edges.get(activation, (-2, 2))
        self.shares = draw.histogram_columns([phi.A for phi in self.phis],
                                             np.linspace(low, high, 21))
        self.spreads = np.array([np.sqrt(phi.A.var(axis=0).mean()) for phi in self.phis])
        if activation != self.shown:
            self.image.set_extent((0.5, self.deepest + 0.5, low, high))
            self.left.set_ylim(low, high)
            self.shown = activation
            self.redraw_scene()

    def backward(self, depth):
        """Size of the gradient in each of the first `depth` layers; it starts with size 1."""
        dA, sizes = self.dA, np.zeros(depth)
        for layer in reversed(range(depth)):
            dZ = self.phis[layer].backward(dA)
            sizes[layer] = np.sqrt(np.mean(dZ * dZ))
            dA = dZ @ self.dense[layer].W.T
        return sizes

    def move(self, depth, activation, scale):
        if self.computed != (activation, scale):
            self.forward(activation, scale)
            self.computed = activation, scale
        sizes, layers = self.backward(depth), np.arange(1, depth + 1)
        draw.set_histograms(self.image, self.shares[:, :depth])
        self.signal.set_data(layers, np.clip(self.spreads[:depth], *draw.LIMIT))
        self.gradient.set_data(layers, np.clip(sizes, *draw.LIMIT))
        kept = sizes[0] / sizes[-1] if sizes[-1] else 0.0
        return (f"{activation}, {depth} layers of {self.width}, weight scale {scale:.2f}: an "
                f"activation of layer {depth} differs by {power(self.spreads[depth - 1])} from "
                f"row to row; the gradient has size {power(sizes[-1])} in layer {depth} and "
                f"{power(sizes[0])} in layer 1, {power(kept)} times as much.")


class DeadUnits(Explorer):
    """Too large a step, or too low a bias, and rectifiers fall silent for every row."""

    strip = "step"
    units, steps, computed = 24, 100, None

    def __init__(self, learning_rate=10.0, bias=0.0):
        self.X, self.y = two_moons(200, rng=np.random.default_rng(0), noise=0.1)
        super().__init__(
            step=IntSlider(self.steps, 0, self.steps, description="step"),
            play=Play(min=0, max=self.steps, interval=80),
            learning_rate=FloatLogSlider(learning_rate, min=-1, max=1.5, step=0.1,
                                         description="learning rate"),
            bias=FloatSlider(bias, min=-2, max=1, step=0.25, description="bias at the start"),
            activation=Dropdown(options=["relu", "leaky_relu", "elu"], description="activation"),
        )

    def build(self, fig):
        left, right = fig.subplots(1, 2)
        draw.draw_moons(left, self.X, self.y[:, 0], (-2, 2, -1.4, 1.4))
        left.set_title("Each unit bends along a line")
        self.alive, self.dead = draw.draw_kinks(left)
        (self.silent,) = right.plot([], [], "--", color=COLOURS["highlight"],
                                    label="silent for every row")
        (self.right,) = right.plot([], [], "-", color=COLOURS["model"], label="rows classed right")
        (self.now,) = right.plot([], [], "s", color=COLOURS["highlight"], ms=11, mec="white",
                                clip_on=False)
        right.set(xlim=(0, self.steps), ylim=(-3, 135), xlabel="training step", ylabel="%",
                  title="What training does", yticks=range(0, 101, 20))
        right.legend(loc="upper center", frameon=False)
        return [self.alive, self.dead, left.get_legend(), self.silent, self.right, self.now]

    def train(self, learning_rate, bias, activation):
        """Gradient descent from the same start; keep the hidden layer's W, b of every step."""
        rng = np.random.default_rng(1)
        hidden = Dense(2, self.units, rng=rng, initializer="he")
        hidden.b = np.full(self.units, bias)
        network = Network([hidden, Activation(activation), Dense(self.units, 1, rng=rng)])
        cost, optimizer = SigmoidCrossEntropy(), GradientDescent(learning_rate)
        self.history, silent, right = [], [], []
        for _ in range(self.steps + 1):
            correct = (network.forward(self.X) > 0) == self.y
            off = ~(hidden.forward(self.X) > 0).any(axis=0)
            self.history.append((hidden.W.copy(), hidden.b.copy(), off))
            silent.append(100 * off.mean())
            right.append(100 * correct.mean())
            run_epoch(network, self.X, self.y, cost=cost, optimizer=optimizer,
                      batch_size=len(self.X))
        self.silents, self.rights = np.array(silent), np.array(right)

    def move(self, step, learning_rate, bias, activation):
        if self.computed != (learning_rate, bias, activation):
            self.train(learning_rate, bias, activation)
            self.computed = learning_rate, bias, activation
        W, b, off = self.history[step]
        lines = draw.kink_lines(W, b)
        self.alive.set_segments(lines[~off])
        self.dead.set_segments(lines[off])
        times = np.arange(step + 1)
        self.silent.set_data(times, self.silents[:step + 1])
        self.right.set_data(times, self.rights[:step + 1])
        self.now.set_data([step], [self.silents[step]])
        fate = ", and no gradient reaches them" if activation == "relu" else ", for now"
        fate = fate if off.any() else ""
        return (f"Step {step}, {activation}, learning rate {learning_rate:.2g}, bias {bias:g} at "
                f"the start: {off.sum()} of {self.units} units are silent for all {len(self.X)} "
                f"rows{fate}; {self.rights[step]:.0f}% of the rows are classed right.")


class Temperature(Explorer):
    """Softmax of four sums: what dividing them does, and what adding to all of them does not do."""

    strip = "temperature"

    def __init__(self, z=(3.0, 2.0, 1.0, -1.0)):
        self.z = np.array(z)
        super().__init__(
            temperature=FloatLogSlider(1.0, min=-1, max=1.5, step=0.05,
                                       description="temperature T"),
            shift=IntSlider(0, -800, 800, step=100, description="added to all four"),
        )

    def build(self, fig):
        left, right = fig.subplots(1, 2)
        n = len(self.z)
        self.typed, _ = draw.draw_bars(left, n, "exp(z/T) / Σ exp(z/T), typed in")
        self.safe, self.labels = draw.draw_bars(right, n, "course_lib: largest z taken off")
        for bar in self.typed:
            bar.set(color="white", edgecolor=COLOURS["highlight"], lw=2)
        self.nan = left.text(1.5, 0.5, "", ha="center", fontsize=40, color=COLOURS["highlight"])
        return [*self.typed, self.nan, *self.safe, *self.labels]

    def move(self, temperature, shift):
        z = (self.z + shift) / temperature
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            e = np.exp(z)
            typed = e / e.sum()
        shares = softmax(z)
        self.nan.set_text("nan" if np.isnan(typed).any() else "")
        for k, share in enumerate(shares):
            self.typed[k].set_height(np.nan_to_num(typed[k]))
            self.safe[k].set_height(share)
            self.labels[k].set(text=f"{share:.2f}", y=share + 0.01)
        sums = ", ".join(f"{v:g}" for v in self.z + shift)
        return (f"Softmax of ({sums}) at temperature {temperature:.2f}: "
                f"{', '.join(f'{s:.3f}' for s in shares)}. The formula typed in gives "
                f"{', '.join(f'{s:.3f}' for s in typed)}.")
