"""Right answers to the exercises of lesson 00, in other styles than the solution's."""

import numpy as np


def turn_in_steps(w, x, y, rate):
    prediction = w * x
    error = prediction - y
    return w - rate * error * x


def turn_from_the_other_side(w, x, y, rate):
    return w + rate * x * (y - x * w)


def accuracy_in_steps(p, y):
    answers = p.argmax(axis=1)
    return (answers == y).mean()


def accuracy_counted(p, y):
    right = 0
    for row, label in zip(p, y, strict=True):
        right += list(row).index(max(row)) == label
    return right / len(y)


def nearest_in_steps(X, y, x):
    distances = np.sum((X - x) ** 2, axis=1)
    return y[distances.argmin()]


def nearest_by_length(X, y, x):
    return y[np.argmin(np.linalg.norm(X - x, axis=1))]


def nearest_loop(X, y, x):
    best, answer = float("inf"), None
    for row, label in zip(X, y, strict=True):
        far = sum((a - b) ** 2 for a, b in zip(row, x, strict=True))
        if far < best:
            best, answer = far, label
    return answer


VARIANTS = {
    "one_turn": [turn_in_steps, turn_from_the_other_side],
    "accuracy": [accuracy_in_steps, accuracy_counted],
    "nearest": [nearest_in_steps, nearest_by_length, nearest_loop],
}
