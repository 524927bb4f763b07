"""Right answers to the exercises of lesson 01, in other styles than the solution's."""

import numpy as np


def neuron(x, w, b):
    total = b
    for value, weight in zip(x, w, strict=True):
        total += value * weight
    return int(total >= 0)


def neuron_by_numpy(x, w, b):
    return np.array(x) @ np.array(w) + b >= 0


def AND(x, y):
    return neuron([x, y], [2, 2], -3)


def OR(x, y):
    return neuron([x, y], [1, 1], -1)


def NAND(x, y):
    return neuron([x, y], [-2, -2], 3)


def XOR(x, y):
    first = OR(x, y)
    second = NAND(x, y)
    return AND(first, second)


def xor_other(x, y):
    return OR(neuron([x, y], [1, -1], -0.5), neuron([x, y], [-1, 1], -0.5))


def half_adder(x, y):
    return XOR(x, y), AND(x, y)


def full_adder(x, y, carry_in):
    partial, first = half_adder(x, y)
    total, second = half_adder(partial, carry_in)
    carry = OR(first, second)
    return total, carry


def full_adder_by_counting(x, y, carry_in):
    carry = neuron([x, y, carry_in], [1, 1, 1], -1.5)
    return neuron([x, y, carry_in, carry], [1, 1, 1, -2], -0.5), carry


def standardise(x, train):
    return (x - train.mean()) / train.std()


def standardise_by_hand(x, train):
    mean = sum(train) / len(train)
    spread = (sum((v - mean) ** 2 for v in train) / len(train)) ** 0.5
    return [(v - mean) / spread for v in x]


def neuron_loop(x, w, b, phi):
    z = b
    for i in range(len(x)):
        z += w[i] * x[i]
    return phi(z)


def neuron_sum(x, w, b, phi):
    return phi(sum(weight * value for weight, value in zip(w, x, strict=True)) + b)


def merge_by_asking(W1, b1, W2, b2):
    def both(X):
        return (X @ W1 + b1) @ W2 + b2
    b = both(np.zeros(len(W1)))
    return both(np.eye(len(W1))) - b, b


def merge_einsum(W1, b1, W2, b2):
    return np.einsum("ij,jk->ik", W1, W2), [float(b1 @ column) for column in W2.T] + b2


def explained_loop(y_hat, y):
    average = sum(y) / len(y)
    left = sum((a - b) ** 2 for a, b in zip(y, y_hat, strict=True))
    return 1 - left / sum((a - average) ** 2 for a in y)


def explained_means(y_hat, y):
    return np.array([1 - np.mean((y_hat - y) ** 2) / np.var(y)])


def best_normal_equations(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    b, *w = np.linalg.solve(A.T @ A, A.T @ y)
    return w, b


def best_centred(X, y):
    w = np.linalg.pinv(X - X.mean(axis=0)) @ (y - y.mean())
    return w, y.mean() - X.mean(axis=0) @ w


def parity_other():
    return [[1, 1, 1], [1, 1, 1], [1, 1, 1]], [-2, -1, -3], [-2.0, 3.0, 2.0], -2


def parity_negative():
    return -np.ones((3, 3)), [0.5, 1.5, 2.5], [-1, 1, -1], 0.5


def nor_twice():
    return -2, -2, 1


VARIANTS = {
    "neuron": [neuron, neuron_by_numpy],
    "AND": [AND, lambda x, y: int(x and y), lambda x, y: min(x, y)],
    "OR": [OR, lambda x, y: int(x or y)],
    "NAND": [NAND, lambda x, y: 1 - x * y],
    "XOR": [XOR, xor_other],
    "full_adder": [full_adder_by_counting, full_adder],  # the first needs no half_adder
    "standardise": [standardise, standardise_by_hand],
    "neuron_output": [neuron_loop, neuron_sum],
    "nor_weights": [nor_twice, lambda: [-1.0, -1.0, 0.0], lambda: np.array([-3, -0.5, 0.25])],
    "merge_layers": [merge_by_asking, merge_einsum],
    "share_explained": [explained_loop, explained_means],
    "best_neuron": [best_normal_equations, best_centred],
    "parity_weights": [parity_other, parity_negative],
}
