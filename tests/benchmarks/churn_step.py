"""Training the 11-6-6-1 churn network with Adam, beside PyTorch, scikit-learn and JAX.

All contenders start from the same weights, take the same batches in the same order in float64, and
must end within 1e-10 of each other. ε is 1e-30, because scikit-learn adds it elsewhere. Nobody
computes the cost, but for PyTorch with autograd and scikit-learn, which cannot do without.

Three tables, each in times of what ours takes (above 1: ours is faster):

- a step, by batch size; `straight line` is the same calls of NumPy and nothing else, the best that
  a course in NumPy could do; `plain loop` is the layers as a student reads them;
- a step of one network out of K that are trained side by side, relative to one alone;
- `fit` with its shuffles and the cost after each epoch, beside scikit-learn's `fit`.
"""

import math
import warnings

import numpy as np

from course_lib.costs import SigmoidCrossEntropy
from course_lib.fast import plan
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import Run, fit, run_epoch
from tests.benchmarks.contest import check_equal, enter, seconds

ROWS, RATE, EPSILON, ROUNDS = 8000, 0.001, 1e-30, 25
BATCH_SIZES = (1, 10, 32, 256, ROWS)
STACKS = (1, 5, 20, 100)


def churn_network(seed=0):
    rng = np.random.default_rng(seed)
    return Network([Dense(11, 6, rng=rng), Activation("relu"), Dense(6, 6, rng=rng),
                    Activation("relu"), Dense(6, 1, rng=rng)])


class CourseLib:
    name, fast = "course_lib", True

    def __init__(self, X, y, batch_size):
        X = np.asfortranarray(X) if batch_size == len(X) else X     # as fit does
        self.X, self.y, self.batch_size = X, y, batch_size
        self.network, self.optimizer = churn_network(), Adam(RATE, epsilon=EPSILON)

    def epoch(self):
        run_epoch(self.network, self.X, self.y, cost=SigmoidCrossEntropy(), fast=self.fast,
                  optimizer=self.optimizer, batch_size=self.batch_size)

    def weights(self):
        return self.network.parameters


class PlainLoop(CourseLib):
    """The layers as they are written to be read."""

    name, fast = "plain loop", False


class StraightLine(CourseLib):
    """The same calls of NumPy and nothing else: no layer, no check, every array made beforehand.

    Not code to learn from: it is here to show how fast a course in NumPy could be at most.
    """

    name = "straight line"

    def __init__(self, X, y, batch_size):
        super().__init__(X, y, batch_size)
        w, dw, start = self.network.parameters, self.network.gradients, 0
        self.W, self.W1_T, self.dW1, self.X1_T, self.Z_T = [], [], [], [], []
        for layer in self.network.layers[::2]:
            stop, shape = start + layer.n_parameters, (layer.n_in + 1, layer.n_out)
            self.W.append(layer.W)
            self.W1_T.append(w[start:stop].reshape(shape).T)
            self.dW1.append(dw[start:stop].reshape(shape))
            self.X1_T.append(np.ones((layer.n_in + 1, batch_size)))
            self.Z_T.append(np.empty((layer.n_out, batch_size)))
            start = stop
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


class PyTorchByHand(PyTorch):
    """The gradient written out, as ours is, without autograd; Adam on one flat vector."""

    name = "PyTorch by hand"

    def __init__(self, X, y, batch_size):
        super().__init__(X, y, batch_size)
        import torch
        with torch.no_grad():
            self.w = torch.cat([p.T.reshape(-1) for p in self.network.parameters()])
        self.m, self.v, self.t = torch.zeros_like(self.w), torch.zeros_like(self.w), 0
        self.step = self.one_step

    def one_step(self, w, m, v, X, y, t):
        import torch
        W1, b1, W2, b2, W3, b3 = (part.view(shape) for part, shape in zip(
            w.split([66, 6, 36, 6, 6, 1]), [(11, 6), 6, (6, 6), 6, (6, 1), 1], strict=True))
        A1 = torch.relu(torch.addmm(b1, X, W1))
        A2 = torch.relu(torch.addmm(b2, A1, W2))
        d3 = (torch.sigmoid(torch.addmm(b3, A2, W3)) - y) / len(X)
        d2 = (d3 @ W3.T) * (A2 > 0)
        d1 = (d2 @ W2.T) * (A1 > 0)
        g = torch.cat([part.reshape(-1) for part in (X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0),
                                                     A2.T @ d3, d3.sum(0))])
        m.lerp_(g, 0.1)
        v.mul_(0.999).addcmul_(g, g, value=0.001)
        w -= RATE / (1 - 0.9**t) * m / ((v / (1 - 0.999**t)).sqrt() + EPSILON)

    def epoch(self):
        import torch
        with torch.no_grad():
            for X, y in self.batches:
                self.t += 1
                self.step(self.w, self.m, self.v, X, y, torch.tensor(float(self.t)).double())

    def weights(self):
        return self.w.numpy()


class PyTorchCompiled(PyTorchByHand):
    """That step compiled to one kernel."""

    name = "PyTorch compiled"

    def __init__(self, X, y, batch_size):
        super().__init__(X, y, batch_size)
        import torch
        self.step = torch.compile(self.one_step)
        before = self.w.clone()
        try:
            with torch.no_grad():
                self.step(self.w, self.m, self.v, *self.batches[0], torch.tensor(1.0).double())
        except Exception as error:                          # no compiler here
            raise ImportError(f"torch.compile: {type(error).__name__}") from None
        self.w.copy_(before)
        self.m.zero_(), self.v.zero_()


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


CONTENDERS = (CourseLib, PlainLoop, StraightLine, PyTorch, PyTorchFused, PyTorchLoop,
              PyTorchByHand, PyTorchCompiled, ScikitLearn, Jax)


def data(rows):
    rng = np.random.default_rng(1)
    return rng.standard_normal((rows, 11)), (rng.random((rows, 1)) < 0.2).astype(float)


def measure(batch_size, contenders=CONTENDERS, rounds=ROUNDS):
    """Microseconds a step for each contender: the quietest of its turns in rounds of all."""
    steps = 1 if batch_size == ROWS else min(ROWS // batch_size, 400)
    X, y = data(steps * batch_size)
    entrants = enter(contenders, X, y, batch_size)
    times = seconds(entrants, rounds, repeats=max(1, 20 // steps))
    check_equal(entrants, 1e-10)
    return {name: t / steps * 1e6 for name, t in times.items()}


class Stack:
    """K networks side by side."""

    def __init__(self, K, batch_size, X, y):
        self.name, self.runs = K, []
        for seed in range(K):
            run = Run()
            run.check(churn_network(seed), X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(RATE),
                      batch_size=batch_size, rng=np.random.default_rng(seed), validation=None,
                      patience=None, metrics=None, clip=None)
            self.runs.append(run)
        self.plan = plan([run.network for run in self.runs], self.runs[0].cost,
                         [run.optimizer for run in self.runs])

    def epoch(self):
        with np.errstate(all="ignore"):
            self.plan.epoch(self.runs)


def measure_stacks(batch_size, rounds=ROUNDS):
    """What a network-step costs in a stack of K, relative to K = 1."""
    X, y = data(400 * batch_size)
    times = seconds([Stack(K, batch_size, X, y) for K in STACKS], rounds)
    return {K: t / K / times[1] for K, t in times.items()}


class OurFit:
    name, epochs = "course_lib", 5

    def __init__(self, X, y, batch_size):
        self.X, self.y, self.batch_size = X, y, batch_size

    def epoch(self):
        fit(churn_network(), self.X, self.y, cost=SigmoidCrossEntropy(), optimizer=Adam(RATE),
            epochs=self.epochs, batch_size=self.batch_size, rng=np.random.default_rng(0),
            progress=False)


class ScikitLearnFit(OurFit):
    name = "scikit-learn"

    def __init__(self, X, y, batch_size):
        from sklearn.neural_network import MLPClassifier
        super().__init__(X, y.ravel().astype(int), batch_size)
        self.model = MLPClassifier((6, 6), alpha=0, batch_size=batch_size, max_iter=self.epochs,
                                   learning_rate_init=RATE, tol=0)

    def epoch(self):
        self.model.fit(self.X, self.y)


def table(title, rows):
    """Print a Markdown table of numbers, from rows of (name, {column: number})."""
    columns = list(dict.fromkeys(column for _, numbers in rows for column in numbers))
    print(f"\n| {title} | {' | '.join(map(str, columns))} |\n|{'---|' * (len(columns) + 1)}")
    for name, numbers in rows:
        print(f"| {name} | " + " | ".join(
            f"{numbers[column]:.2g}" if column in numbers else "" for column in columns) + " |",
            flush=True)


def main():
    warnings.filterwarnings("ignore", module="sklearn")
    rows = []
    for batch_size in BATCH_SIZES:
        times = measure(batch_size)
        rows.append((batch_size, {name: t / times["course_lib"] for name, t in times.items()}))
    table("a step, times ours; batch", rows)
    table("a network-step of K side by side; batch",
          [(batch_size, measure_stacks(batch_size)) for batch_size in (1, 10, 32)])
    rows = []
    for batch_size in BATCH_SIZES:
        times = seconds(enter((OurFit, ScikitLearnFit), *data(ROWS), batch_size), 5)
        rows.append((batch_size, {name: t / times["course_lib"] for name, t in times.items()}))
    table("fit, times ours; batch", rows)


if __name__ == "__main__":
    main()
