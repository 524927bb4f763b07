"""Right answers to the exercises of lesson 10, in other styles than the solution's."""

import numpy as np


def whole_product(gradients, rows):
    return rows @ gradients / rows.sum()


def whole_average(gradients, rows):
    return np.average(gradients, axis=0, weights=rows)


def whole_loop(gradients, rows):
    total = 0
    for g, n in zip(gradients, rows, strict=True):
        total = total + g * n
    return total / np.sum(rows)


def faster_two_lines(work, message, workers):
    shared = work / workers + message
    return work / shared


def faster_one_fraction(work, message, workers):
    return work * workers / (work + message * workers)


def round_average(w, slopes, rows, rate, steps):
    replicas = []
    for slope in slopes:
        own = w.copy()
        for _ in range(steps):
            own = own - rate * slope(own)
        replicas.append(own)
    return np.average(replicas, axis=0, weights=rows)


def round_together(w, slopes, rows, rate, steps):
    W = np.tile(w, (len(slopes), 1))
    for _ in range(steps):
        W -= rate * np.array([slope(own) for slope, own in zip(slopes, W, strict=True)])
    return (rows[:, None] * W).sum(axis=0) / rows.sum()


def order_slice(n, workers, worker, seed, epoch):
    order = np.random.default_rng([seed, epoch]).permutation(n)
    return order[worker::workers]


def order_dealt(n, workers, worker, seed, epoch):
    order = np.random.default_rng([seed, epoch]).permutation(n)
    return np.array([row for k, row in enumerate(order) if k % workers == worker])


def waiting_method(times):
    return times.max(axis=1).mean()


def waiting_loop(times):
    return sum(max(step) for step in times) / len(times)


def moments_product(m, v, gradients, rows, beta1, beta2):
    g = rows @ gradients / rows.sum()
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


def moments_towards(m, v, gradients, rows, beta1, beta2):
    g = np.average(gradients, axis=0, weights=rows)
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    return m, v


VARIANTS = {
    "whole_gradient": [whole_product, whole_average, whole_loop],
    "times_faster": [faster_two_lines, faster_one_fraction],
    "local_round": [round_average, round_together],
    "rows_of_worker": [order_slice, order_dealt],
    "time_of_a_step": [waiting_method, waiting_loop],
    "whole_moments": [moments_product, moments_towards],
}
