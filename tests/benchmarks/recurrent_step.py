"""A training step of RNN, LSTM and GRU (50 steps, batch 32, hidden 64), beside PyTorch and JAX.

The step: forward over 50 time steps of 64 inputs; softmax cross-entropy of 10 classes, from the
last state or from each; backward; and gradient descent. All contenders start from the same float32
weights, take the same batches in the same order, and must end within 1e-6 of each other. GRU's
second bias starts at zero for all.
"""

import numpy as np

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.gated import GRU, LSTM
from course_lib.layers import Dense
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.recurrent import RNN, DenseEachStep, LastStep
from course_lib.training import run_epoch
from tests.benchmarks.contest import check_equal, enter, seconds

BATCH, TIME, N_IN, N_HIDDEN, N_OUT, RATE, STEPS, ROUNDS = 32, 50, 64, 64, 10, 0.01, 1, 100
KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def network_of(kind, each):
    rng, single = np.random.default_rng(0), {"dtype": np.float32}
    layers = [KINDS[kind](N_IN, N_HIDDEN, rng=rng, **single)]
    if each:
        return Network([*layers, DenseEachStep(N_HIDDEN, N_OUT, rng=rng, **single)])
    return Network([*layers, LastStep(), Dense(N_HIDDEN, N_OUT, rng=rng, **single)])


def weights_of(kind, each):
    """The first parameters, as name → array, for the others to start from."""
    recurrent, *_, dense = network_of(kind, each).layers
    named = {name: getattr(recurrent, name) for name in recurrent.parameter_names}
    return named | {"V": dense.W, "v": dense.b}


class CourseLib:
    name = "course_lib"

    def __init__(self, kind, each, X, labels):
        self.network, self.optimizer = network_of(kind, each), GradientDescent(RATE)
        self.X, self.y = X, np.eye(N_OUT, dtype=np.float32)[labels]

    def epoch(self):
        run_epoch(self.network, self.X, self.y, cost=SoftmaxCrossEntropy(),
                  optimizer=self.optimizer, batch_size=BATCH)

    def weights(self):
        return np.concatenate([getattr(layer, name).ravel() for layer in self.network.layers
                               for name in layer.parameter_names])


class PyTorch:
    name = "PyTorch"

    def __init__(self, kind, each, X, labels):
        import torch
        torch.set_num_threads(1)
        self.each = each
        self.batches = [(torch.tensor(X[i:i + BATCH]), torch.tensor(labels[i:i + BATCH]).flatten())
                        for i in range(0, len(X), BATCH)]
        self.recurrent = getattr(torch.nn, kind)(N_IN, N_HIDDEN, batch_first=True)
        self.dense = torch.nn.Linear(N_HIDDEN, N_OUT)
        w, twin = weights_of(kind, each), self.recurrent
        with torch.no_grad():
            for ours, theirs in ((w["W"], twin.weight_ih_l0), (w["U"], twin.weight_hh_l0),
                                 (w["b"], twin.bias_ih_l0), (w["V"], self.dense.weight),
                                 (w["v"], self.dense.bias)):
                theirs.copy_(torch.tensor(ours.T.copy()))
            twin.bias_hh_l0.zero_()
        twin.bias_hh_l0.requires_grad_(kind == "GRU")         # elsewhere it doubles the first one
        parameters = [p for p in (*twin.parameters(), *self.dense.parameters()) if p.requires_grad]
        self.optimizer = torch.optim.SGD(parameters, lr=RATE)
        self.cost = torch.nn.CrossEntropyLoss()

    def epoch(self):
        for X, labels in self.batches:
            self.optimizer.zero_grad()
            H, _ = self.recurrent(X)
            y_hat = self.dense(H if self.each else H[:, -1])
            self.cost(y_hat.reshape(-1, N_OUT), labels).backward()
            self.optimizer.step()

    def weights(self):
        twin = self.recurrent
        arrays = [twin.weight_ih_l0.T, twin.weight_hh_l0.T, twin.bias_ih_l0]
        arrays += [twin.bias_hh_l0] if isinstance(twin, type(self).gru()) else []
        arrays += [self.dense.weight.T, self.dense.bias]
        return np.concatenate([a.detach().numpy().ravel() for a in arrays])

    @staticmethod
    def gru():
        import torch
        return torch.nn.GRU


class Jax:
    """The whole step compiled, with a loop over the time, `lax.scan`, in it."""

    name = "JAX scan"

    def __init__(self, kind, each, X, labels):
        import jax
        jnp = jax.numpy
        y = np.eye(N_OUT, dtype=np.float32)[labels]
        self.batches = (jnp.array(X.reshape(-1, BATCH, *X.shape[1:]).swapaxes(1, 2)),
                        jnp.array(y.reshape(-1, BATCH, *y.shape[1:])))
        self.state = {name: jnp.array(a) for name, a in weights_of(kind, each).items()}
        sigmoid, tanh = jax.nn.sigmoid, jnp.tanh

        def rnn(w, state, z):
            return (tanh(z + state[0] @ w["U"]),)

        def lstm(w, state, z):
            i, f, g, o = jnp.split(z + state[0] @ w["U"], 4, axis=1)
            c = sigmoid(f) * state[1] + sigmoid(i) * tanh(g)
            return sigmoid(o) * tanh(c), c

        def gru(w, state, z):
            past = jnp.split(state[0] @ w["U"] + w["b_hidden"], 3, axis=1)
            now = jnp.split(z, 3, axis=1)
            r, keep = sigmoid(now[0] + past[0]), sigmoid(now[1] + past[1])
            return ((1 - keep) * tanh(now[2] + r * past[2]) + keep * state[0],)

        step = {"RNN": rnn, "LSTM": lstm, "GRU": gru}[kind]

        def cost(w, X, y):
            def one(state, z):
                state = step(w, state, z)
                return state, state[0]
            start = (jnp.zeros((BATCH, N_HIDDEN)),) * (2 if kind == "LSTM" else 1)
            _, H = jax.lax.scan(one, start, X @ w["W"] + w["b"])
            H = H.swapaxes(0, 1) if each else H[-1]
            return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(H @ w["V"] + w["v"]), axis=-1))

        def update(w, batch):
            g = jax.grad(cost)(w, *batch)
            return jax.tree.map(lambda w, g: w - RATE * g, w, g), None

        self.scan = jax.jit(lambda w, batches: jax.lax.scan(update, w, batches)[0])
        jax.block_until_ready(self.scan(self.state, self.batches))

    def epoch(self):
        import jax
        self.state = jax.block_until_ready(self.scan(self.state, self.batches))

    def weights(self):
        names = [name for name in ("W", "U", "b", "b_hidden", "V", "v") if name in self.state]
        return np.concatenate([np.asarray(self.state[name]).ravel() for name in names])


CONTENDERS = (CourseLib, PyTorch, Jax)


def measure(kind, each, contenders=CONTENDERS, rounds=ROUNDS):
    """Milliseconds a step for each contender: the quietest of its turns in rounds of all."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((STEPS * BATCH, TIME, N_IN)).astype(np.float32)
    labels = rng.integers(0, N_OUT, (len(X), TIME) if each else len(X))
    entrants = enter(contenders, kind, each, X, labels)
    times = seconds(entrants, rounds)
    check_equal(entrants, 1e-6)
    return {name: t / STEPS * 1e3 for name, t in times.items()}


def main():
    print(f"\nA training step of a recurrent layer, {TIME} steps, batch {BATCH}, {N_IN} inputs, "
          f"hidden {N_HIDDEN}, float32, ms;\nresults equal to 1e-6")
    for kind in KINDS:
        for each in (False, True):
            times = measure(kind, each)
            ours = times["course_lib"]
            line = ", ".join(f"{name} {t:.2f}" for name, t in times.items())
            print(f"{kind:4} cost of {'each step' if each else 'the last step'}: {line}; "
                  f"PyTorch / ours {times.get('PyTorch', np.nan) / ours:.2f}, "
                  f"JAX / ours {times.get('JAX scan', np.nan) / ours:.2f}", flush=True)


if __name__ == "__main__":
    main()
