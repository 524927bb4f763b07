"""A training step of a small convolutional network, beside PyTorch and JAX.

conv 8 3×3, relu, pool 2, conv 16 3×3, relu, pool 2 (28×28 only), dense 10, softmax cross-entropy,
and a plain gradient step or Adam, batch 32, float32. All contenders start from the same weights
and take the same batches in the same order; after three epochs their weights must agree to 1e-4.
"""

import numpy as np

from course_lib.convolution import Conv2D, MaxPool2D
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.layers import Activation, Dense, Flatten
from course_lib.network import Network
from course_lib.optimizers import Adam, GradientDescent
from course_lib.training import run_epoch
from tests.benchmarks.contest import check_equal, enter, seconds

BATCH, STEPS, ROUNDS, RATE, TOLERANCE = 32, 2, 80, {"plain": 0.05, "Adam": 0.001}, 1e-4


def image_network(size):
    """8×8 images: a second pooling would leave 1×1, so there is only one."""
    rng, dtype = np.random.default_rng(0), np.float32
    layers = [Conv2D(1, 8, 3, rng=rng, dtype=dtype), Activation("relu"), MaxPool2D(2),
              Conv2D(8, 16, 3, rng=rng, dtype=dtype), Activation("relu")]
    side = (size - 2) // 2 - 2
    if size >= 16:
        layers.append(MaxPool2D(2))
        side //= 2
    return Network([*layers, Flatten(), Dense(16 * side * side, 10, rng=rng, dtype=dtype)])


class CourseLib:
    name = "course_lib"

    def __init__(self, X, y, update):
        self.X, self.y, self.network = X, np.eye(10, dtype=X.dtype)[y], image_network(X.shape[2])
        self.optimizer = (Adam if update == "Adam" else GradientDescent)(RATE[update])

    def epoch(self):
        run_epoch(self.network, self.X, self.y, cost=SoftmaxCrossEntropy(),
                  optimizer=self.optimizer, batch_size=BATCH)

    def weights(self):
        return self.network.parameters


class PyTorch:
    """Eager PyTorch; the best of its memory formats and implementations of the update counts."""

    name, settings, channels_last = "PyTorch", {"foreach": True}, False

    def __init__(self, X, y, update):
        import torch
        torch.set_num_threads(1)
        nn = torch.nn
        twins = {"Conv2D": nn.Conv2d, "Dense": nn.Linear, "MaxPool2D": nn.MaxPool2d}
        modules = []
        for layer in image_network(X.shape[2]).layers:
            kind = type(layer).__name__
            if kind in ("Conv2D", "Dense"):
                W = layer.W if kind == "Conv2D" else layer.W.T
                sizes = W.shape[1::-1]
                module = twins[kind](*sizes, *W.shape[2:3])
                with torch.no_grad():
                    module.weight.copy_(torch.tensor(W.copy()))
                    module.bias.copy_(torch.tensor(layer.b))
            else:
                module = {"Activation": nn.ReLU, "Flatten": nn.Flatten,
                          "MaxPool2D": lambda: nn.MaxPool2d(2)}[kind]()
            modules.append(module)
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        self.network = nn.Sequential(*modules).to(memory_format=layout)
        self.batches = [(torch.tensor(X[i:i + BATCH]).to(memory_format=layout),
                         torch.tensor(y[i:i + BATCH])) for i in range(0, len(X), BATCH)]
        self.cost = nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam if update == "Adam" else torch.optim.SGD
        self.optimizer = optimizer(self.network.parameters(), lr=RATE[update], **self.settings)

    def epoch(self):
        for X, y in self.batches:
            self.optimizer.zero_grad()
            self.cost(self.network(X), y).backward()
            self.optimizer.step()

    def weights(self):
        arrays = [p.detach().numpy() for p in self.network.parameters()]
        return np.concatenate([(a.T if a.ndim == 2 else a).ravel() for a in arrays])


class PyTorchFused(PyTorch):
    name, settings = "PyTorch fused", {"fused": True}


class PyTorchLast(PyTorch):
    name, channels_last = "PyTorch channels_last", True


class PyTorchLastFused(PyTorchFused):
    name, channels_last = "PyTorch channels_last fused", True


class Jax:
    """Each step compiled; the best of both memory layouts, and of a loop that is compiled too."""

    name, scan, channels_last = "JAX", False, False

    def __init__(self, X, y, update):
        import jax
        jnp, lax, rate = jax.numpy, jax.lax, RATE[update]
        network = image_network(X.shape[2])
        kinds = [type(layer).__name__ for layer in network.layers]
        self.state = ([(jnp.array(layer.W), jnp.array(layer.b)) for layer in network.layers
                       if layer.n_parameters],)
        zeros = jax.tree.map(jnp.zeros_like, self.state[0])
        self.state += (zeros, zeros, jnp.float32(0))
        self.batches = (jnp.array(X.reshape(-1, BATCH, *X.shape[1:])),
                        jnp.array(y.reshape(-1, BATCH)))
        last = self.channels_last
        layout = ("NHWC", "OIHW", "NHWC") if last else ("NCHW", "OIHW", "NCHW")
        window = (1, 2, 2, 1) if last else (1, 1, 2, 2)

        def cost(weights, X, y):
            weights = iter(weights)
            X = X.transpose(0, 2, 3, 1) if last else X
            for kind in kinds:
                if kind == "Conv2D":
                    W, b = next(weights)
                    X = lax.conv_general_dilated(X, W, (1, 1), "VALID", dimension_numbers=layout)
                    X += b if last else b[:, None, None]
                elif kind == "Activation":
                    X = jax.nn.relu(X)
                elif kind == "MaxPool2D":
                    X = lax.reduce_window(X, -jnp.inf, lax.max, window, window, "VALID")
                elif kind == "Flatten":
                    X = (X.transpose(0, 3, 1, 2) if last else X).reshape(len(X), -1)
                else:
                    W, b = next(weights)
                    X = X @ W + b
            return -jnp.mean(jax.nn.log_softmax(X)[jnp.arange(len(X)), y])

        def step(state, batch):
            w, m, v, t = state
            g, t = jax.grad(cost)(w, *batch), t + 1
            if update == "plain":
                return (jax.tree.map(lambda w, g: w - rate * g, w, g), m, v, t), None
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            w = jax.tree.map(lambda w, m, v: w - rate * m / (1 - 0.9**t) / (
                jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), w, m, v)
            return (w, m, v, t), None

        if self.scan:
            self.loop = jax.jit(lambda state, batches: lax.scan(step, state, batches)[0])
        else:
            compiled, batches = jax.jit(step), list(zip(*self.batches, strict=True))

            def loop(state, _):
                for batch in batches:
                    state, _ = compiled(state, batch)
                return state
            self.loop = loop
        jax.block_until_ready(self.loop(self.state, self.batches))

    def epoch(self):
        import jax
        self.state = jax.block_until_ready(self.loop(self.state, self.batches))

    def weights(self):
        return np.concatenate([np.asarray(array).ravel() for pair in self.state[0]
                               for array in pair])


class JaxScan(Jax):
    name, scan = "JAX scan", True


class JaxLast(Jax):
    name, channels_last = "JAX channels_last", True


CONTENDERS = (CourseLib, PyTorch, PyTorchFused, PyTorchLast, PyTorchLastFused, Jax, JaxLast,
              JaxScan)


def measure(size, update, contenders=CONTENDERS, rounds=ROUNDS):
    """Microseconds a step for each contender: the quietest of its turns in rounds of all."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((STEPS * BATCH, 1, size, size)).astype(np.float32)
    y = rng.integers(0, 10, len(X))
    entrants = enter(contenders, X, y, update)
    first = seconds(entrants, 1)
    check_equal(entrants, TOLERANCE)    # later, float32 rounding has grown, whoever is right
    times = seconds(entrants, rounds - 1)
    return {name: min(t, first[name]) / STEPS * 1e6 for name, t in times.items()}


def main():
    print(f"\nA training step of a small CNN, batch {BATCH}, float32, µs; "
          f"results equal to {TOLERANCE:.0e}")
    for size in (28, 8):
        for update in ("plain", "Adam"):
            times = measure(size, update)
            ours = times["course_lib"]
            line = ", ".join(f"{name} {t:.0f}" for name, t in times.items())
            ratios = [f"best {other} / ours {t / ours:.2f}" for other in ("PyTorch", "JAX")
                      for t in [min((t for name, t in times.items() if other in name), default=0)]]
            print(f"{size}×{size}, {update}: {line}; {', '.join(ratios)}", flush=True)


if __name__ == "__main__":
    main()
