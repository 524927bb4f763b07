"""Right answers to the exercises of lesson 04, in other styles than the solution's."""

import numpy as np


def walk_recursive(w, gradient, learning_rate, steps):
    if steps == 0:
        return w
    first = w - learning_rate * gradient(w)
    return walk_recursive(first, gradient, learning_rate, steps - 1)


def walk_while(w, gradient, learning_rate, steps):
    w = [float(value) for value in w]
    while steps > 0:
        slopes = gradient(np.array(w))
        w = [a - learning_rate * s for a, s in zip(w, slopes, strict=True)]
        steps -= 1
    return w


def nudge_one_by_one(f, w, h):
    slopes = []
    for i in range(len(w)):
        high, low = w.copy(), w.copy()
        high[i] += h
        low[i] -= h
        slopes.append((f(high) - f(low)) / h / 2)
    return slopes


def nudge_rows(f, w, h):
    return np.array([f(w + d) - f(w - d) for d in h * np.eye(len(w))]) * 0.5 / h


def slopes_loop(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for x, target in zip(X, y, strict=True):
        error = np.dot(w, x) + b - target
        dw += error * x / len(y)
        db += error / len(y)
    return dw, db


def slopes_with_ones(w, b, X, y):
    A = np.hstack([X, np.ones((len(X), 1))])
    *dw, db = np.einsum("ni,n->i", A, A @ np.append(w, b) - y) / y.size
    return dw, db


def batches_yield(X, y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    while len(order):
        rows, order = order[:batch_size], order[batch_size:]
        yield X[rows], y[rows]


def batches_split(X, y, batch_size, rng):
    both = rng.permuted(np.arange(len(X)))
    cuts = np.split(both, range(batch_size, len(X), batch_size))
    return [(X[rows].tolist(), y[rows].tolist()) for rows in cuts]


def batches_sorted(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(y)))
    X, y = X[order], y[order]
    return tuple([X[k:k + batch_size], y[k:k + batch_size, None]]
                 for k in range(0, len(y), batch_size))


def rate_singular(X):
    A = np.hstack([np.ones((len(X), 1)), X])
    return 2 * len(A) / np.linalg.svd(A, compute_uv=False).max() ** 2


def rate_sums(X):
    H = 0
    for x in X:
        with_one = np.append(x, 1)
        H = H + np.outer(with_one, with_one) / len(X)
    return [2 / max(np.linalg.eigvals(H).real)]


def ahead_as_one_variable(w, gradient, learning_rate, mu, steps):
    theta, v = w.copy(), 0 * w  # theta is the place ahead
    for _ in range(steps):
        dw = gradient(theta)
        v = mu * v + dw
        theta = theta - learning_rate * (dw + mu * v)
    return theta + learning_rate * mu * v


def ahead_moves(w, gradient, learning_rate, mu, steps):
    move = [0.0] * len(w)
    for _ in range(steps):
        slopes = gradient(np.array([a + mu * m for a, m in zip(w, move, strict=True)]))
        move = [mu * m - learning_rate * s for m, s in zip(move, slopes, strict=True)]
        w = [a + m for a, m in zip(w, move, strict=True)]
    return w


class AdamPlain:
    def __init__(self, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate, self.epsilon = learning_rate, epsilon
        self.beta1, self.beta2 = beta1, beta2
        self.t, self.m, self.s = 0, 0.0, 0.0

    def step(self, w, dw):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * dw
        self.s = self.beta2 * self.s + (1 - self.beta2) * dw**2
        m_hat = self.m / (1 - self.beta1**self.t)
        s_hat = self.s / (1 - self.beta2**self.t)
        w -= self.learning_rate * m_hat / (np.sqrt(s_hat) + self.epsilon)


class AdamSums:
    """Keeps all gradients, and weighs them anew at each step."""

    def __init__(self, rate, b1, b2, eps):
        self.rate, self.b1, self.b2, self.eps, self.seen = rate, b1, b2, eps, []

    def step(self, w, dw):
        self.seen.append(dw)
        past = np.array(self.seen)
        ages = np.arange(len(past))[::-1]
        m = np.average(past, axis=0, weights=self.b1**ages)
        s = np.average(past**2, axis=0, weights=self.b2**ages)
        w[:] = w - self.rate * m / (s**0.5 + self.eps)


def momentum_in_one_line(w, velocity, slope, learning_rate, mu):
    return w - learning_rate * (mu * velocity + slope), mu * velocity + slope


def momentum_by_weight(w, velocity, slope, learning_rate, mu):
    new_w, new_velocity = [], []
    for weight, speed, g in zip(w, velocity, slope, strict=True):
        new_velocity.append(g + speed * mu)
        new_w.append(weight - new_velocity[-1] * learning_rate)
    return new_w, new_velocity


VARIANTS = {
    "walk_down": [walk_while, walk_recursive],
    "neuron_gradient": [slopes_loop, slopes_with_ones],
    "nudged_gradient": [nudge_one_by_one, nudge_rows],
    "momentum_step": [momentum_in_one_line, momentum_by_weight],
    "mini_batches": [batches_sorted, batches_split, batches_yield],
    "largest_rate": [rate_sums, rate_singular],
    "look_ahead": [ahead_as_one_variable, ahead_moves],
    "MyAdam": [AdamPlain, AdamSums],
}
