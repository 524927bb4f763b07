"""Right answers to the exercises of lesson 05, in other styles than the solution's."""

import numpy as np


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


def tape_arrays(inputs, tape):
    values = list(inputs)
    for sign, i, j in tape:
        values.append(values[i] + values[j] if sign == "+" else values[i] * values[j])
    gradients = np.zeros(len(values))
    gradients[-1] = 1
    position = len(values) - 1
    for sign, i, j in tape[::-1]:
        g = gradients[position]
        gradients[i] += g if sign == "+" else g * values[j]
        gradients[j] += g if sign == "+" else g * values[i]
        position -= 1
    return gradients


def tape_forward_mode(inputs, tape):
    """Another order of the same products: the slope for each start, one after another."""
    found = []
    for start in range(len(inputs) + len(tape)):
        values, slopes = list(inputs), [float(k == start) for k in range(len(inputs))]
        for sign, i, j in tape:
            a, b = values[i], values[j]
            values.append(a + b if sign == "+" else a * b)
            slope = slopes[i] + slopes[j] if sign == "+" else slopes[i] * b + a * slopes[j]
            slopes.append(1.0 if len(slopes) == start else slope)
        found.append(slopes[-1])
    return found


def tape_by_paths(inputs, tape):
    """The slope of the last value is the sum over the paths that lead to it."""
    values = list(inputs)
    for sign, i, j in tape:
        values.append(values[i] * values[j] if sign == "*" else values[i] + values[j])

    def slope(k):
        total = 1.0 if k == len(values) - 1 else 0.0
        for n, (sign, i, j) in enumerate(tape, start=len(inputs)):
            for one, other in ((i, j), (j, i)):
                if one == k:
                    total += slope(n) * (1 if sign == "+" else values[other])
        return total
    return [slope(k) for k in range(len(values))]


def norm_way_by_way(X, gain, dY, epsilon):
    n = X.shape[1]
    centred = X - X.mean(axis=1, keepdims=True)
    variance = (centred**2).mean(axis=1, keepdims=True)
    root = np.sqrt(variance + epsilon)
    X_hat = centred / root

    dX_hat = gain * dY
    dmean = -(dX_hat / root).sum(axis=1, keepdims=True)
    dvariance = -(dX_hat * centred).sum(axis=1, keepdims=True) / (2 * root**3)
    dX = dX_hat / root
    dX += dmean / n
    dX += 2 * centred / n * dvariance

    dgain = np.sum(dY * X_hat, axis=0)
    doffset = np.sum(dY, axis=0)
    return dX, dgain, doffset


def norm_row_by_row(X, gain, dY, epsilon):
    dX, dgain, doffset = [], np.zeros(len(gain)), np.zeros(len(gain))
    for x, dy in zip(X, dY, strict=True):
        n, root = len(x), np.sqrt(np.var(x) + epsilon)
        x_hat = (x - np.mean(x)) / root
        jacobian = (np.eye(n) - 1 / n - np.outer(x_hat, x_hat) / n) / root
        dX.append(jacobian.T @ (gain * dy))
        dgain += dy * x_hat
        doffset += dy
    return dX, dgain, doffset


def norm_complex(X, gain, dY, epsilon):
    """Each slope by a step along the imaginary axis, without any formula for the way back."""
    def cost(X, gain, offset):
        centred = X - X.mean(axis=1)[:, None]
        root = ((centred**2).mean(axis=1)[:, None] + epsilon) ** 0.5
        return np.sum(dY * (centred / root * gain + offset))

    given, found = [X, gain, np.zeros(len(gain))], []
    for k, values in enumerate(given):
        slopes = []
        for step in 1e-30j * np.eye(values.size):
            moved = [*given[:k], values + step.reshape(values.shape), *given[k + 1:]]
            slopes.append(cost(*moved).imag / 1e-30)
        found.append(np.reshape(slopes, values.shape))
    return found


VARIANTS = {
    "tanh_blame": [blame_steps, blame_complex],
    "different_neurons": [count_with_a_set, count_by_comparing],
    "ColumnScale": [ScaleLoop, ScaleMatrix],
    "largest_error": [error_loop, error_arrays],
    "two_layer_gradients": [gradients_row_by_row, gradients_mean_last],
    "ShortCut": [ShortCutLoop, ShortCutParts],
    "tape_gradients": [tape_arrays, tape_forward_mode, tape_by_paths],
    "layer_norm_gradients": [norm_way_by_way, norm_row_by_row, norm_complex],
}
