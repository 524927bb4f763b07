"""The same training step, for speed: a plan is a list of NumPy calls, with their arrays, made once.

The layers say what a step is; read those. Here is the same step for one network, or for K networks
of one architecture side by side. What makes it fast: no array is made during a step; W and b are
one matrix W₁ = [W; b], by which X₁ = [X 1] is multiplied; and every array is transposed, neurons
before rows, so that a neuron's numbers for the whole batch lie side by side in memory.

A test holds that a plan takes the steps of the plain loop, to the last digits.
"""

import functools
import math
from weakref import WeakKeyDictionary

import numpy as np

from course_lib import activations, costs, optimizers
from course_lib.checks import is_number
from course_lib.layers import Activation, Dense, Dropout
from course_lib.network import Network

CHUNK = 1024    # rows at a time when only predicting
CHANGING = ("epsilon", "learning_rate")         # of Adam, see Plan.plan_update
STACK = 2000    # networks times rows in a step: more would not stay near the processor

RULES = (optimizers.GradientDescent, optimizers.Momentum, optimizers.Nesterov, optimizers.AdaGrad,
         optimizers.RMSprop, optimizers.Adam)


def plan(networks, cost, rules):
    """A Plan for networks of one architecture and their optimizers, or None where there is none.

    There is one for Dense, Dropout and the activations of FORMULAS in a Network. A layer that
    somebody wrote or changed himself has no plan, as its methods may do anything; an optimizer of
    his own is called at each step, so it can train one network only.
    """
    layers = [flat(network) for network in networks]
    if None in layers or len(networks) > 1 and not all(map(has_calls, rules)):
        return None
    if not any(isinstance(layer, Dense) for layer in layers[0]) or len(
            {architecture(row, rule) for row, rule in zip(layers, rules, strict=True)}) > 1:
        return None
    return Plan(networks, layers, cost, rules)


def kept_plan(network, cost, rule):
    """The plan for one network that was made for the call before, or a new one, or None."""
    layers = flat(network)
    if layers is None:
        return None
    numbers = tuple(getattr(cost, "__dict__", {}).items())
    like = (type(cost), numbers) if all(is_number(n) for _, n in numbers) else cost
    settings = (like, architecture(layers, rule), has_calls(rule),
                [getattr(layer, "rng", None) for layer in layers])
    old = KEPT.get(network)
    if old is None or old[0] != settings or old[1] is not rule \
            or old[2] is not None and old[2].vectors[0][0] is not network.parameters:
        KEPT[network] = old = settings, rule, plan([network], cost, [rule])
    return old[2]


#: network → (settings, optimizer, plan), as long as there is the network
KEPT = WeakKeyDictionary()


def flat(network):
    """The layers in a row, without the networks that they are in; None if one has no plan."""
    if type(network) is not Network or not untouched(network):
        return None
    layers = []
    for layer in network.layers:
        if type(layer) is Network:
            inner = flat(layer)
            if inner is None:
                return None
            layers += inner
        elif type(layer) in (Dense, Dropout) and untouched(layer) \
                or type(layer) is Activation and untouched(layer) and layer.of_the_library \
                and layer.name in FORMULAS:
            layers.append(layer)
        else:
            return None
    return layers


def has_calls(rule):
    """Is it an optimizer whose steps are calls in ``Plan.plan_update``?"""
    return type(rule) in RULES and untouched(rule)


def untouched(thing):
    """Are its methods those of its class?"""
    return not any(callable(getattr(type(thing), name, None))
                   for name in getattr(thing, "__dict__", ()))


def architecture(layers, rule):
    """What has to be equal for networks to go side by side."""
    return type(rule), *((type(layer), layer.dtype, getattr(layer, "n_in", 0),
                          getattr(layer, "n_out", 0), getattr(layer, "name", ""),
                          getattr(layer, "p", 0)) for layer in layers)


class Plan:
    """A training step, and a prediction, of K networks side by side.

    Arrays are (K, neurons, rows); for one network (neurons, rows), with which NumPy is quicker.
    """

    def __init__(self, networks, layers, cost, rules):
        self.vectors = [(network.parameters, network.gradients) for network in networks]
        self.cost, self.rules = cost, rules
        self.layers = list(zip(*layers, strict=True))       # those at one place, of all networks
        self.alone, self.dtype = len(networks) == 1, networks[0].parameters.dtype
        self.leading = () if self.alone else (len(networks),)
        if self.alone:
            self.w, self.dw = self.vectors[0]
        else:
            self.w, self.dw = np.zeros((2, *self.leading, networks[0].parameters.size), self.dtype)
        self.numbers, self.update, self.own_rule = {}, [], not has_calls(rules[0])
        self.memory = {name: np.zeros_like(self.w) for name in rules[0].memory} \
            if not self.own_rule else {}
        self.plan_update()
        self.tapes, self.y_hats, self.batches_of = {}, {}, None

    def array(self, n, rows, make=np.empty):
        return make((*self.leading, n, rows), self.dtype)

    def number(self, name):
        """A setting of the optimizers; for K of them once for each weight, which is quicker, or,
        if it changes at each step, once for each network."""
        if name not in self.numbers:
            changes = type(self.rules[0]) is optimizers.Adam and name in CHANGING
            shape = () if self.alone else (len(self.rules), 1 if changes else self.w.shape[1])
            self.numbers[name] = np.zeros(shape, self.dtype)
        return self.numbers[name]

    def tape(self, rows, training):
        if (rows, training) not in self.tapes:
            self.tapes[rows, training] = Tape(self, rows, training)
        return self.tapes[rows, training]

    def plan_update(self):
        """The calls of optimizer.step; each line of calls is one line of its class's update."""
        if self.own_rule:
            return self.call(lambda: self.rules[0].step(self.w, self.dw))
        w, dw, S, number, call = self.w, self.dw, np.empty_like(self.w), self.number, self.call
        kind, rate = type(self.rules[0]), self.number("learning_rate")
        if kind is optimizers.GradientDescent:
            call(np.multiply, dw, rate, S)
        elif kind in (optimizers.Momentum, optimizers.Nesterov):
            v, mu = self.memory["velocity"], number("momentum")
            call(np.multiply, v, mu, v), call(np.add, v, dw, v)
            if kind is optimizers.Momentum:
                call(np.multiply, v, rate, S)
            else:
                call(np.multiply, v, mu, S), call(np.add, S, dw, S), call(np.multiply, S, rate, S)
        elif kind in (optimizers.AdaGrad, optimizers.RMSprop):
            s = self.memory["s"]
            call(np.multiply, dw, dw, S)
            if kind is optimizers.RMSprop:
                call(np.multiply, S, number("1 - rho"), S), call(np.multiply, s, number("rho"), s)
            call(np.add, s, S, s)
            call(np.sqrt, s, S), call(np.add, S, number("epsilon"), S)
            call(np.divide, dw, S, S), call(np.multiply, S, rate, S)
        else:
            # kept are M = m / (1 − β₁) and V = v / (1 − β₂), which spares two calls; with
            # c = √((1 − β₂) / (1 − β₂ᵗ)), √v̂ = c √V, so the fraction is M / (√V + ε/c) times a rate
            M, V = self.memory["m"], self.memory["v"]
            call(np.multiply, M, number("beta1"), M), call(np.add, M, dw, M)
            call(np.multiply, dw, dw, S)
            call(np.multiply, V, number("beta2"), V), call(np.add, V, S, V)
            call(np.sqrt, V, S), call(np.add, S, number("epsilon"), S)
            call(np.divide, M, S, S), call(np.multiply, S, rate, S)
        call(np.subtract, w, S, w)

    def call(self, function, *arguments):
        self.update.append((function, arguments))

    def pull(self, steps):
        """Take over parameters, settings and memory; return what changes from step to step."""
        self.pull_parameters()
        if self.own_rule:
            return []
        for k, ((w, _), rule) in enumerate(zip(self.vectors, self.rules, strict=True)):
            if rule.vector is None or not optimizers.is_same_memory(rule.vector, w):
                rule.reset(w)
            for name, array in self.memory.items():
                array[... if self.alone else k] = getattr(rule, name) / self.scale(rule, name)
            for name, array in self.numbers.items():
                value = 1 - rule.rho if name == "1 - rho" else getattr(rule, name)
                array[... if self.alone else k] = value
        if type(self.rules[0]) is not optimizers.Adam:
            return []
        shifts, rates = [], []
        for rule in self.rules:
            t = np.arange(rule.t + 1, rule.t + steps + 1, dtype=np.float64)
            c = np.sqrt((1 - rule.beta2) / (1 - rule.beta2**t))
            shifts.append(rule.epsilon / c)
            rates.append(rule.learning_rate * (1 - rule.beta1) / (1 - rule.beta1**t) / c)
        return [(self.numbers[name],
                 values[0].tolist() if self.alone else np.transpose(values)[..., None])
                for name, values in zip(CHANGING, (shifts, rates), strict=True)]

    def pull_parameters(self):
        if not self.alone:
            for row, (w, _) in zip(self.w, self.vectors, strict=True):
                row[...] = w

    def push(self, steps):
        """Give back parameters, gradients and memory, after so many steps."""
        for k, ((w, dw), rule) in enumerate(zip(self.vectors, self.rules, strict=True)):
            if not self.own_rule:
                rule.t += steps
            for name, array in self.memory.items():
                setattr(rule, name, array[... if self.alone else k] * self.scale(rule, name))
            if not self.alone:
                w[...], dw[...] = self.w[k], self.dw[k]

    @staticmethod
    def scale(rule, name):
        """By what the memory here has to be multiplied to be the optimizer's: see Adam above."""
        return {"m": lambda: 1 - rule.beta1, "v": lambda: 1 - rule.beta2}.get(name, lambda: 1)()

    def epoch(self, runs):
        """One step per batch for every network, each over its own rows in its own order.

        Returns None; or, before a step whose gradients are not all finite, (step, of which
        networks).
        """
        self.shuffle(runs)
        return self.take_steps(self.batches, runs[0].clip)

    def takes(self, X, y):
        """Have X and y the shapes that the network and the cost take? If not, the layers say so."""
        n_in, n_out = (next(layer.n_in for (layer, *_) in self.layers if isinstance(layer, Dense)),
                       next(layer.n_out for (layer, *_) in reversed(self.layers)
                            if isinstance(layer, Dense)))
        return X.ndim == 2 and X.shape[1] == n_in and y.shape == (len(X), n_out)

    def steps(self, X, y, batch_size, clip):
        """What ``training.run_epoch`` does, for one network; returns what ``epoch`` returns."""
        return self.take_steps([(X[i:i + batch_size], y[i:i + batch_size],
                          self.tape(min(batch_size, len(X) - i), True))
                         for i in range(0, len(X), batch_size)], clip)

    def take_steps(self, batches, clip):
        """One step for each (X, y, tape)."""
        isfinite, gradients, update, done = math.isfinite, self.dw.reshape(-1), self.update, 0
        changing, dot = self.pull(len(batches)), gradients.dot
        try:
            for X, y, tape in batches:
                tape.X[...], tape.y[...] = X, y
                for function, arguments in tape.calls:
                    function(*arguments)
                if not isfinite(dot(gradients)) and (which := self.not_finite()):
                    return done + 1, which
                if clip is not None:
                    self.shorten(clip)
                for number, values in changing:
                    number[...] = values[done]
                for function, arguments in update:
                    function(*arguments)
                done += 1
        finally:
            self.push(done)

    def shuffle(self, runs):
        """Put the rows of each run in its order, into arrays of which the batches are views."""
        orders = [run.order() for run in runs]
        if self.batches_of is not runs[0]:
            self.make_batches(runs)
        for k, (run, order) in enumerate(zip(runs, orders, strict=True)):
            if order is not None:
                for source, target in ((run.X, self.X), (run.y, self.y)):
                    np.take(source, order, 0, target if self.alone else target[k], "clip")

    def make_batches(self, runs):
        self.batches_of, rows, size = runs[0], len(runs[0].X), runs[0].batch_size
        self.X, self.y = (np.stack(arrays) for arrays in
                          ([run.X for run in runs], [run.y for run in runs]))
        if self.alone:      # all rows as one batch are loaded column by column
            self.X, self.y = (np.array(array[0], order="F" if size == rows else "C")
                              for array in (self.X, self.y))
        for run in runs:    # take is slow from other layouts of memory
            run.X, run.y = np.ascontiguousarray(run.X), np.ascontiguousarray(run.y)
        self.batches = [(self.X[..., i:i + size, :], self.y[..., i:i + size, :],
                         self.tape(min(size, rows - i), True)) for i in range(0, rows, size)]

    def let_go(self):
        """Forget the runs and their rows: kept, they would keep the network, and it this plan."""
        self.batches_of = self.batches = self.X = self.y = None

    def not_finite(self):
        """Of which networks the gradient is nan or inf."""
        gradients = self.dw.reshape(-1, self.dw.shape[-1])
        return [k for k, g in enumerate(gradients) if not math.isfinite(g.dot(g))]

    def shorten(self, clip):
        """clip_gradients, for each network by itself."""
        norm = np.sqrt((self.dw * self.dw).sum(axis=-1, keepdims=True))
        self.dw *= np.minimum(1, clip / np.maximum(norm, clip))

    def predict(self, Xs):
        """What each network puts out for its X, without dropout; all X have one shape.

        The arrays are used again: copy what is to be kept.
        """
        self.pull_parameters()
        n = len(Xs[0])
        chunk = min(n, CHUNK if self.alone else max(1, STACK // len(Xs)))
        for start in range(0, n, chunk):
            tape = self.tape(min(chunk, n - start), False)
            for k, X in enumerate(Xs):
                np.copyto(tape.X if self.alone else tape.X[k], X[start:start + chunk])
            for function, arguments in tape.calls:
                function(*arguments)
            if n not in self.y_hats:
                self.y_hats[n] = np.empty((*self.leading, n, tape.y_hat.shape[-1]), self.dtype)
            self.y_hats[n][..., start:start + chunk, :] = tape.y_hat
        return [self.y_hats[n]] if self.alone else self.y_hats[n]


class Tape:
    """The calls that take some rows forward and, in training, back to the gradients.

    X, y and y_hat are views of the arrays at its ends, with rows first as everywhere else.
    """

    def __init__(self, plan, rows, training):
        self.plan, self.rows, self.calls = plan, rows, []
        layers = [column for column in plan.layers
                  if not isinstance(column[0], Dropout) or training and column[0].p > 0]
        n = next(layer.n_in for (layer, *_) in layers if isinstance(layer, Dense))
        whole, A = self.place(n, layers[0][0])
        self.X, start, backwards, scratch = A.swapaxes(-1, -2), 0, [], {}
        for i, (layer, *others) in enumerate(layers):
            n = layer.n_out if isinstance(layer, Dense) else n
            whole_out, out = self.place(n, layers[i + 1][0] if i + 1 < len(layers) else None)
            if isinstance(layer, Dense):
                stop = start + layer.n_parameters
                W1, dW1 = (vector[..., start:stop].reshape(*plan.leading, -1, n)
                           for vector in (plan.w, plan.dw))
                self.product(W1.swapaxes(-1, -2), whole, out)
                backwards.append((self.dense_back, (whole, W1, dW1, layer.n_in if i else 0)))
                start = stop
            elif isinstance(layer, Dropout):
                backwards.append((self.dropout_back, (self.dropout([layer, *others], A, out),)))
            else:
                if n not in scratch:
                    scratch[n] = plan.array(n, rows)
                S = scratch[n]
                forward, slope = FORMULAS[layer.name](A, out, S, self.constant)
                self.calls += forward
                backwards.append((self.activation_back, (layer, slope, out, S)))
            whole, A = whole_out, out
        self.y_hat = A.swapaxes(-1, -2)
        if training:
            T, d = plan.array(n, rows), plan.array(n, rows)
            self.y = T.swapaxes(-1, -2)
            self.calls += slope_calls(plan.cost, A, T, d, self.constant)
            for back, arguments in reversed(backwards):
                d = back(d, *arguments)

    def place(self, n, layer_behind):
        """An array (n, rows); if a Dense is behind it, of one that has a row of ones below."""
        if not isinstance(layer_behind, Dense):
            A = self.plan.array(n, self.rows)
            return A, A
        X1 = self.plan.array(n + 1, self.rows, np.ones)
        return X1, X1[..., :-1, :]

    def constant(self, value):
        """A number as an array, which NumPy would otherwise make of it at each step."""
        return np.asarray(value, self.plan.dtype)

    def call(self, function, *arguments):
        self.calls.append((function, arguments))

    def product(self, A, B, out):
        if self.plan.alone:
            self.call(A.dot, B, out)
        else:
            self.call(np.matmul, A, B, out)

    def dense_back(self, d, X1, W1, dW1, n_in):
        self.product(X1, d.swapaxes(-1, -2), dW1)               # ∂C/∂W₁ = X₁ᵀ dZ
        if n_in == 0:                                           # the first layer: nobody asks
            return None
        dX = self.plan.array(n_in, self.rows)
        self.product(W1[..., :-1, :], d, dX)                    # ∂C/∂X = dZ Wᵀ
        return dX

    def activation_back(self, d, layer, slope, A, S):
        if layer.phi is activations.softmax:
            self.call(softmax_back, A, d)
        else:
            self.calls += slope
            self.call(np.multiply, d, S, d)                     # dZ = dA ⊙ φ′(Z)
        return d

    def dropout(self, layers, A, out):
        """The calls of Dropout, with the numbers that it would draw; return the mask."""
        n = A.shape[-2]
        drawn = np.empty((*self.plan.leading, self.rows, n))
        for k, layer in enumerate(layers):
            self.call(layer.rng.random, None, np.float64, drawn if self.plan.alone else drawn[k])
        kept, mask = np.empty((*self.plan.leading, n, self.rows), bool), np.empty_like(A)
        self.call(np.greater_equal, drawn.swapaxes(-1, -2), np.asarray(layers[0].p), kept)
        self.call(np.multiply, kept, self.constant(1 / (1 - layers[0].p)), mask)
        self.call(np.multiply, A, mask, out)
        return mask

    def dropout_back(self, d, mask):
        if d is not None:
            self.call(np.multiply, d, mask, d)
        return d


# ---- the formulas of activations.py and costs.py, as calls on arrays made beforehand

def larger(A, B, out):
    """The call of np.maximum, which will not take ``out`` by its place."""
    return functools.partial(np.maximum, A, B, out=out), ()


def threshold(Z, A, S, number):
    return [(np.heaviside, (Z, number(1), A))], [(np.multiply, (A, number(0), S))]


def sigmoid(Z, A, S, number):
    one = number(1)
    return sigmoid_calls(Z, A, one), [(np.subtract, (one, A, S)), (np.multiply, (S, A, S))]


def sigmoid_calls(Z, A, one):
    return [(np.negative, (Z, A)), (np.exp, (A, A)), (np.add, (A, one, A)), (np.reciprocal, (A, A))]


def tanh(Z, A, S, number):
    return [(np.tanh, (Z, A))], [(np.multiply, (A, A, S)), (np.subtract, (number(1), S, S))]


def relu(Z, A, S, number):
    return [larger(Z, number(0), A)], [(np.sign, (A, S))]


def leaky_relu(Z, A, S, number):
    leak = number(activations.LEAK)
    return ([(np.multiply, (Z, leak, S)), larger(Z, S, A)],
            [(np.sign, (A, S)), larger(S, leak, S)])


def elu(Z, A, S, number):
    zero = number(0)
    smaller = functools.partial(np.minimum, Z, zero, out=S), ()
    return ([smaller, (np.expm1, (S, S)), larger(Z, zero, A), (np.add, (A, S, A))],
            [smaller, (np.exp, (S, S))])


def gelu(Z, A, S, number):
    return ([(copy_of, (activations.gelu, (Z,), A))],
            [(copy_of, (activations.gelu_prime, (Z, A), S))])


def softplus(Z, A, S, number):
    return [(np.logaddexp, (number(0), Z, A))], sigmoid_calls(Z, S, number(1))


def softmax(Z, A, S, number):
    return [(softmax_into, (Z, A))], []


def identity(Z, A, S, number):
    return [(np.copyto, (A, Z))], [(S.fill, (1,))]


FORMULAS = {"threshold": threshold, "sigmoid": sigmoid, "tanh": tanh, "relu": relu,
            "leaky_relu": leaky_relu, "elu": elu, "gelu": gelu, "softplus": softplus,
            "softmax": softmax, "identity": identity}


def copy_of(function, arguments, out):
    out[...] = function(*arguments)


def softmax_into(Z, A):
    np.subtract(Z, Z.max(axis=-2, keepdims=True), A)
    np.exp(A, A)
    A /= A.sum(axis=-2, keepdims=True)


def softmax_back(A, d):
    """dA J in place: dZᵢ = Aᵢ (dAᵢ − Σⱼ Aⱼ dAⱼ)."""
    d -= (A * d).sum(axis=-2, keepdims=True)
    d *= A


def slope_calls(cost, Y, T, d, number):
    """The calls that make d = cost.slope(y_hat, y) / rows."""
    calls = {
        costs.SigmoidCrossEntropy: [*sigmoid_calls(Y, d, number(1)), (np.subtract, (d, T, d))],
        costs.SoftmaxCrossEntropy: [(softmax_into, (Y, d)), (np.subtract, (d, T, d))],
        costs.Quadratic: [(np.subtract, (Y, T, d))],
    }.get(type(cost)) if untouched(cost) else None
    if calls is None:
        rows = [array.swapaxes(-1, -2) for array in (Y, T, d)]
        calls = [(copy_of, (cost.slope, rows[:2], rows[2]))]
    return [*calls, (np.multiply, (d, number(1 / d.shape[-1]), d))]
