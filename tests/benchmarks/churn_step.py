"""A training step of the 11-6-6-1 churn network with Adam, beside PyTorch, scikit-learn and JAX.

All contenders start from the same weights, take the same batches in the same order in float64, and
must end within 1e-10 of each other. ε is 1e-30, because scikit-learn's Adam adds it elsewhere.

Hoped for: 15 times the best PyTorch up to 32 rows, 8 at 256, 3 with all rows; 8 times
scikit-learn up to 256. Reached in November 2026 on one thread of a small server, in five runs:
16.4 to 17, 16, 14.8 to 15.6, 9.3 to 9.5, and 2.2 to 2.8; 7.5, 7.4, 7.0 and 6.0. In the way:
`StraightLine`, calls of NumPy and nothing else, takes 20, 18, 19, 37 and 620 µs, ours 26, 28, 31,
53 and 690. So with all rows even that line is not 3 times PyTorch (its products alone take 370 µs,
and 3 times would be 510), and at 256 rows 8 times scikit-learn would leave the layers 3 µs. What
ours takes longer is calls of methods, copies of each layer's input beside its ones, and checks of
shapes, without which a student could not read the layers or would not be told a mistake.

Tried and left: constants as arrays of no dimension and activations without their checks (12% less,
8 times scikit-learn at 1 and 10 rows but 6.8 at 256; and float32 becomes float64); the products in
other layouts of memory (5%) or in 4 to 160 blocks of rows (no gain: they are not waiting for
memory); the slope of relu as a mask (faster with all rows, slower in batches).
"""

import math
import warnings

import numpy as np

from course_lib.costs import SigmoidCrossEntropy
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import run_epoch
from tests.benchmarks.contest import check_equal, enter, seconds

ROWS, RATE, EPSILON, ROUNDS = 8000, 0.001, 1e-30, 25
BATCH_SIZES = (1, 10, 32, 256, ROWS)


def churn_network():
    rng = np.random.default_rng(0)
    return Network([Dense(11, 6, rng=rng), Activation("relu"), Dense(6, 6, rng=rng),
                    Activation("relu"), Dense(6, 1, rng=rng)])


class CourseLib:
    name = "course_lib"

    def __init__(self, X, y, batch_size):
        X = np.asfortranarray(X) if batch_size == len(X) else X     # as fit does
        self.X, self.y, self.batch_size = X, y, batch_size
        self.network, self.optimizer = churn_network(), Adam(RATE, epsilon=EPSILON)

    def epoch(self):
        run_epoch(self.network, self.X, self.y, cost=SigmoidCrossEntropy(),
                  optimizer=self.optimizer, batch_size=self.batch_size)

    def weights(self):
        return self.network.parameters


class StraightLine(CourseLib):
    """The same calls of NumPy and nothing else: no layer, no check, every array made beforehand.

    Not code to learn from: it is here to show how fast a course in NumPy could be at most.
    """

    name = "straight line"

    def __init__(self, X, y, batch_size):
        super().__init__(X, y, batch_size)
        dense = self.network.layers[::2]
        self.W, self.dW1 = [layer.W for layer in dense], [layer.dW1 for layer in dense]
        self.W1_T = [layer.W1.T for layer in dense]
        self.X1_T = [np.ones((len(layer.W1), batch_size)) for layer in dense]
        self.Z_T = [np.empty((layer.n_out, batch_size)) for layer in dense]
        self.M, self.V, self.scratch = np.zeros((3, self.network.n_parameters))
        self.t = 0

    def epoch(self):
        X, y, size, t = self.X, self.y, self.batch_size, self.t
        w, dw, M, V, scratch = (self.network.parameters, self.network.gradients,
                                self.M, self.V, self.scratch)
        (_, W2, W3), (dW1, dW2, dW3), (W1_T, W2_T, W3_T) = self.W, self.dW1, self.W1_T
        (X1, A1, A2), (Z1, Z2, Z3) = self.X1_T, self.Z_T
        inputs, relu1, relu2, error = X1[:-1].T, A1[:-1], A2[:-1], Z3.T
        dA, dZ = np.empty((2, *Z2.shape))
        zero, one, share = np.zeros(()), np.ones(()), np.array(1 / size)
        beta1, beta2, shift, rate = map(np.array, (0.9, 0.999, 0.0, 0.0))
        for start in range(0, len(X), size):
            inputs[...] = X[start:start + size]
            W1_T.dot(X1, Z1)
            np.maximum(Z1, zero, out=relu1)
            W2_T.dot(A1, Z2)
            np.maximum(Z2, zero, out=relu2)
            W3_T.dot(A2, Z3)
            np.negative(error, error)
            np.exp(error, error)
            np.add(error, one, error)
            np.reciprocal(error, error)
            np.subtract(error, y[start:start + size], error)
            np.multiply(error, share, error)
            A2.dot(error, dW3)
            W3.dot(Z3, dA)
            np.sign(relu2, dZ)
            np.multiply(dZ, dA, dZ)
            A1.dot(dZ.T, dW2)
            W2.dot(dZ, dA)
            np.sign(relu1, dZ)
            np.multiply(dZ, dA, dZ)
            X1.dot(dZ.T, dW1)
            if not math.isfinite(dw.dot(dw)):
                raise FloatingPointError("the gradient became nan or inf")
            t += 1
            c = math.sqrt(0.001 / (1 - 0.999**t))
            shift[...], rate[...] = EPSILON / c, RATE * 0.1 / (1 - 0.9**t) / c
            M *= beta1
            M += dw
            np.multiply(dw, dw, scratch)
            V *= beta2
            V += scratch
            np.sqrt(V, scratch)
            scratch += shift
            np.divide(M, scratch, scratch)
            scratch *= rate
            w -= scratch
        self.t = t


class PyTorch:
    """Eager PyTorch; the best of its three implementations of Adam counts."""

    settings = {"foreach": True}
    name = "PyTorch foreach"

    def __init__(self, X, y, batch_size):
        import torch
        torch.set_num_threads(1)
        self.batches = [(torch.tensor(X[i:i + batch_size]), torch.tensor(y[i:i + batch_size]))
                        for i in range(0, len(X), batch_size)]
        nn = torch.nn
        self.network = nn.Sequential(nn.Linear(11, 6), nn.ReLU(), nn.Linear(6, 6), nn.ReLU(),
                                     nn.Linear(6, 1)).double()
        with torch.no_grad():
            for layer, twin in zip(churn_network().layers[::2], self.network[::2], strict=True):
                twin.weight.copy_(torch.tensor(layer.W.T.copy()))
                twin.bias.copy_(torch.tensor(layer.b))
        self.cost = nn.BCEWithLogitsLoss()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE, eps=EPSILON,
                                          **self.settings)

    def epoch(self):
        for X, y in self.batches:
            self.optimizer.zero_grad()
            self.cost(self.network(X), y).backward()
            self.optimizer.step()

    def weights(self):
        return np.concatenate([p.detach().numpy().T.ravel() for p in self.network.parameters()])


class PyTorchFused(PyTorch):
    settings, name = {"fused": True}, "PyTorch fused"


class PyTorchLoop(PyTorch):
    settings, name = {"foreach": False}, "PyTorch loop"


class ScikitLearn:
    name = "scikit-learn"

    def __init__(self, X, y, batch_size):
        from sklearn.neural_network import MLPClassifier
        self.X, self.y = X, y.ravel().astype(int)
        self.model = MLPClassifier((6, 6), alpha=0, batch_size=batch_size, shuffle=False,
                                   learning_rate_init=RATE, epsilon=EPSILON)
        self.model.partial_fit(X[:batch_size], self.y[:batch_size], classes=[0, 1])
        dense = churn_network().layers[::2]
        for ours, layer in zip(self.model.coefs_, dense, strict=True):
            ours[...] = layer.W
        for ours, layer in zip(self.model.intercepts_, dense, strict=True):
            ours[...] = layer.b
        from sklearn.neural_network._stochastic_optimizers import AdamOptimizer
        self.model._optimizer = AdamOptimizer(self.model.coefs_ + self.model.intercepts_, RATE,
                                              epsilon=EPSILON)

    def epoch(self):
        self.model.partial_fit(self.X, self.y)

    def weights(self):
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return np.concatenate([array.ravel() for pair in pairs for array in pair])


class Jax:
    """The whole epoch compiled into one loop, `lax.scan`: what a compiler makes of it."""

    name = "JAX scan"

    def __init__(self, X, y, batch_size):
        import jax
        jax.config.update("jax_enable_x64", True)
        jnp = jax.numpy
        self.state = ([(jnp.array(layer.W), jnp.array(layer.b))
                       for layer in churn_network().layers[::2]],)
        zeros = jax.tree.map(jnp.zeros_like, self.state[0])
        self.state += (zeros, zeros, 0.0)
        self.batches = (jnp.array(X.reshape(-1, batch_size, 11)),
                        jnp.array(y.reshape(-1, batch_size, 1)))

        def cost(weights, X, y):
            for W, b in weights[:-1]:
                X = jax.nn.relu(X @ W + b)
            z = X @ weights[-1][0] + weights[-1][1]
            return jnp.mean(jax.nn.softplus(z) - y * z)

        def step(state, batch):
            w, m, v, t = state
            g, t = jax.grad(cost)(w, *batch), t + 1
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            w = jax.tree.map(lambda w, m, v: w - RATE * m / (1 - 0.9**t) / (
                jnp.sqrt(v / (1 - 0.999**t)) + EPSILON), w, m, v)
            return (w, m, v, t), None

        self.scan = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches)[0])
        jax.block_until_ready(self.scan(self.state, self.batches))

    def epoch(self):
        import jax
        self.state = jax.block_until_ready(self.scan(self.state, self.batches))

    def weights(self):
        return np.concatenate([np.asarray(array).ravel() for pair in self.state[0]
                               for array in pair])


CONTENDERS = (CourseLib, StraightLine, PyTorch, PyTorchFused, PyTorchLoop, ScikitLearn, Jax)


def measure(batch_size, contenders=CONTENDERS, rounds=ROUNDS):
    """Microseconds a step for each contender: the quietest of its turns in rounds of all."""
    rng = np.random.default_rng(1)
    steps = 1 if batch_size == ROWS else min(ROWS // batch_size, 100)
    X = rng.standard_normal((steps * batch_size, 11))
    y = (rng.random((len(X), 1)) < 0.2).astype(float)
    entrants = enter(contenders, X, y, batch_size)
    times = seconds(entrants, rounds, repeats=max(1, 20 // steps))
    check_equal(entrants, 1e-10)
    return {name: t / steps * 1e6 for name, t in times.items()}


def main():
    warnings.filterwarnings("ignore", module="sklearn")
    print("\nA training step of the 11-6-6-1 network with Adam, µs; results equal to 1e-10")
    for batch_size in BATCH_SIZES:
        times = measure(batch_size)
        ours = times["course_lib"]
        line = ", ".join(f"{name} {t:.0f}" for name, t in times.items())
        torch = min((t for name, t in times.items() if "PyTorch" in name), default=np.nan)
        sklearn = times.get("scikit-learn", np.nan)
        print(f"batch {batch_size:5d}: {line}; best PyTorch / ours {torch / ours:.1f}, "
              f"scikit-learn / ours {sklearn / ours:.1f}", flush=True)


if __name__ == "__main__":
    main()
