"""Right answers to the exercises of lesson 05, in other styles than the solution's."""

import numpy as np

from course_lib.lessons.lesson_05.value import Value, in_order


def blame_steps(x, target, w1, b1, w2, b2):
    a1 = np.tanh(x * w1 + b1)
    y_hat = np.tanh(a1 * w2 + b2)
    dz2 = (y_hat - target) / np.cosh(a1 * w2 + b2) ** 2
    dw2 = dz2 * a1
    da1 = dz2 * w2
    dz1 = da1 * (1 - a1) * (1 + a1)
    dw1 = dz1 * x
    return dw1, dw2


def blame_complex(x, target, w1, b1, w2, b2):
    def cost(w1, w2):
        return 0.5 * (np.tanh(np.tanh(x * w1 + b1) * w2 + b2) - target) ** 2
    h = 1e-30  # a step along the imaginary axis: the slope without a difference
    return [cost(w1 + 1j * h, w2).imag / h, cost(w1, w2 + 1j * h).imag / h]


def count_with_a_set(W1, b1, W2):
    return len({(*W1[:, k], b1[k], *W2[k]) for k in range(len(b1))})


def count_by_comparing(W1, b1, W2):
    found = []
    for k in range(W1.shape[1]):
        twins = [m for m in found if all(W1[:, m] == W1[:, k]) and b1[m] == b1[k]
                 and np.array_equal(W2[m], W2[k])]
        if not twins:
            found.append(k)
    return len(found)


class ScaleLoop:
    def __init__(self, s):
        self.s = np.array(s)

    def forward(self, X):
        self.X = X.copy()
        return np.array([row * self.s for row in X])

    def backward(self, dY):
        self.ds = np.zeros(len(self.s))
        for x, dy in zip(self.X, dY, strict=True):
            self.ds += x * dy
        return np.array([row * self.s for row in dY])


class ScaleMatrix:
    def __init__(self, s):
        self.S = np.diag(s)

    def forward(self, X):
        self.X = X
        return X @ self.S

    def backward(self, dY):
        self.ds = np.einsum("ni,ni->i", self.X, dY)[None]
        return dY @ self.S.T


def error_loop(f, w, g, epsilon):
    errors = []
    for i in range(len(w)):
        high, low = w.copy(), w.copy()
        high[i] += epsilon
        low[i] -= epsilon
        measured = (f(high) - f(low)) / (2 * epsilon)
        errors.append(abs(g[i] - measured) / max(abs(g[i]), abs(measured), 1e-8))
    return max(errors, default=0)


def error_arrays(f, w, g, epsilon):
    steps = epsilon * np.eye(len(w))
    b = np.array([f(w + s) - f(w - s) for s in steps]) / (2 * epsilon)
    return np.max(abs(g - b) / np.maximum.reduce([abs(g), abs(b), np.full(len(w), 1e-8)]))


def gradients_row_by_row(X, y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = (np.zeros(p.shape) for p in (W1, b1, W2, b2))
    for x, target in zip(X, y, strict=True):
        a1 = np.maximum(W1.T @ x + b1, 0)
        delta2 = W2.T @ a1 + b2 - target
        delta1 = (W2 @ delta2) * np.where(a1 > 0, 1.0, 0.0)
        dW2 += np.outer(a1, delta2) / len(X)
        db2 += delta2 / len(X)
        dW1 += np.outer(x, delta1) / len(X)
        db1 += delta1 / len(X)
    return dW1, db1, dW2, db2


def gradients_mean_last(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = Z1 * (Z1 > 0)
    E = A1 @ W2 + b2 - y
    B = np.where(Z1 > 0, np.einsum("nj,ij->ni", E, W2), 0)
    n = len(X)
    return [X.T @ B / n, B.mean(axis=0), A1.T @ E / n, E.mean(axis=0)]


class ShortCutLoop:
    def __init__(self, W):
        self.W = W

    def forward(self, X):
        self.X = X
        self.Y = X + np.tanh(X @ self.W)
        return self.Y

    def backward(self, dY):
        slope = 1 - (self.Y - self.X) ** 2
        self.dW, dX = np.zeros(self.W.shape), []
        for x, dz, dy in zip(self.X, slope * dY, dY, strict=True):
            self.dW += np.outer(x, dz)
            dX.append(dy + self.W @ dz)
        return np.array(dX)


class ShortCutParts:
    def __init__(self, W):
        self.W = W.tolist()

    def forward(self, X):
        self.X = X
        return X + np.tanh(X @ self.W)

    def backward(self, dY):
        dZ = dY / np.cosh(self.X @ self.W) ** 2
        self.dW = np.einsum("ni,nj->ij", self.X, dZ)
        return dY + np.einsum("nj,ij->ni", dZ, self.W)


def circuit_by_nudges(w, x, b, y):
    def cost(w, x, b):
        return (w * x + b - y) ** 2 / 2
    h = 1e-30j  # a step along the imaginary axis: the slope without a difference
    return [cost(*(v + h * (k == n) for k, v in enumerate((w, x, b)))).imag / 1e-30
            for n in range(3)]


def circuit_matrix(w, x, b, y):
    return (w * x + b - y) * np.array([x, w, 1])


def twice_multiplied_out(u, v):
    return v, u + 2 * v  # C = u v + v²


def twice_paths(u, v):
    s = u + v
    ds = v
    dv = s
    dv += ds
    return [ds, dv]


class ValueTuple:
    def __init__(self, data, notes=()):
        self.data = data
        self.notes = tuple(notes)
        self.gradient = 0.0

    def __add__(self, other):
        return ValueTuple(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return ValueTuple(self.data * other.data, ((self, other.data), (other, self.data)))


class ValueGenerator(ValueTuple):
    def __mul__(self, other):
        a, b = self.data, other.data
        notes = [(self, b)]
        notes.append((other, a))
        return ValueGenerator(a * b, notes)


def back_list(C):
    order = in_order(C)
    for value in order:
        value.gradient = 0
    order[-1].gradient = 1
    while order:
        value = order.pop()
        for note in value.notes:
            note[0].gradient = note[0].gradient + note[1] * value.gradient


def back_by_forward_slopes(C):
    """Another order of the same products: the slope of C for each number, one after another."""
    order = in_order(C)
    for start in order:
        slopes = {id(start): 1.0}
        for value in order:
            if value is not start:
                slopes[id(value)] = sum(s * slopes[id(o)] for o, s in value.notes)
        start.gradient = slopes[id(C)]


class NumberByHand(Value):
    """Every operation with its own notes."""

    def __add__(self, other):
        other = other if isinstance(other, Value) else NumberByHand(other)
        return NumberByHand(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else NumberByHand(other)
        return NumberByHand(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        other = other if isinstance(other, Value) else NumberByHand(other)
        return NumberByHand(self.data - other.data, [(self, 1), (other, -1)])

    def __rsub__(self, other):
        return NumberByHand(other - self.data, [(self, -1)])

    def __pow__(self, n):
        return NumberByHand(self.data**n, [(self, n * self.data**n / self.data)])

    def tanh(self):
        return NumberByHand(np.tanh(self.data), [(self, 1 / np.cosh(self.data) ** 2)])


class NumberByMinusOne(NumberByHand):
    def __sub__(self, other):
        return self + other * -1

    def __rsub__(self, other):
        return self * -1 + other


def every_row_by_row(X, y, W1, b1, W2, b2):
    N, parts = len(X), []
    total = [np.zeros(p.shape) for p in (W2, b2, W1, b1)]
    for x, target in zip(X, y, strict=True):
        a1 = np.tanh(x @ W1 + b1)
        y_hat = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        d = (y_hat - target) / N
        d2 = d * (y_hat - y_hat**2)
        da = W2 @ d2
        d1 = da / np.cosh(x @ W1 + b1) ** 2
        parts.append((d, d2, da, d1))
        for array, more in zip(total, (np.outer(a1, d2), d2, np.outer(x, d1), d1), strict=True):
            array += more
    d, d2, da, d1 = (np.array(part) for part in zip(*parts, strict=True))
    return d, d2, total[0], total[1], da, d1, total[2], total[3]


def every_einsum(X, y, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    y_hat = 1 / (1 + np.exp(-A1 @ W2 - b2))
    dy = (y_hat - y) / y.shape[0]
    dZ2 = dy * y_hat - dy * y_hat**2
    dA1 = np.einsum("nj,ij->ni", dZ2, W2)
    dZ1 = dA1 - dA1 * A1**2
    return [dy, dZ2, np.einsum("ni,nj->ij", A1, dZ2), np.ones(len(X)) @ dZ2, dA1, dZ1,
            np.einsum("ni,nj->ij", X, dZ1), np.ones(len(X)) @ dZ1]


VARIANTS = {
    "circuit_slopes": [circuit_by_nudges, circuit_matrix],
    "used_twice": [twice_multiplied_out, twice_paths],
    "Value": [ValueTuple, ValueGenerator],
    "backward": [back_list, back_by_forward_slopes],
    "Number": [NumberByHand, NumberByMinusOne],
    "every_gradient": [every_row_by_row, every_einsum],
    "tanh_blame": [blame_steps, blame_complex],
    "different_neurons": [count_with_a_set, count_by_comparing],
    "ColumnScale": [ScaleLoop, ScaleMatrix],
    "largest_error": [error_loop, error_arrays],
    "two_layer_gradients": [gradients_row_by_row, gradients_mean_last],
    "ShortCut": [ShortCutLoop, ShortCutParts],
}
