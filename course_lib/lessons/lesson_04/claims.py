"""What is said about gradient descent, measured: each function gives numbers for many seeds.

A seed draws the houses, the start or the order of the rows. The learning rates of a comparison are
chosen on seeds of their own, from a grid whose best value is not at its edge.
"""

import tracemalloc

import numpy as np

from course_lib.costs import Quadratic, SigmoidCrossEntropy
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_04.data import churn_network, customers, many_houses
from course_lib.machine import in_browser
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import fit

# Faster? ------------------------------------------------------------------------------------------
ROWS, EPOCHS = 1000, 50
RATES = {"one row (SGD)": (1, np.geomspace(0.00025, 0.064, 9)),
         "batches of 20": (20, np.geomspace(0.004, 1.0, 9)),
         "all rows (GD)": (ROWS, np.geomspace(0.05, 1.6, 9))}


def walk_down(A, y, batch_size, rate, rng):
    """How many rows were looked at after each update, and the cost above the minimum there.

    A is (walk, row, weight), y is (walk, row). Returns (updates,) and, relative to the lowest cost,
    (walk, updates).
    """
    walks, rows, weights = A.shape
    H = np.einsum("sni,snj->sij", A, A) / rows
    best = np.linalg.solve(H, np.einsum("sni,sn->si", A, y)[..., None] / rows)[..., 0]
    floor = 0.5 * np.mean((np.einsum("sni,si->sn", A, best) - y) ** 2, axis=1)
    w, which, seen, left = np.zeros((walks, weights)), np.arange(walks)[:, None], [0], []

    def above():
        d = w - best
        return 0.5 * np.einsum("si,sij,sj->s", d, H, d) / floor

    left.append(above())
    for _ in range(EPOCHS):
        order = np.argsort(rng.random((walks, rows)), axis=1)
        for start in range(0, rows, batch_size):
            some = order[:, start:start + batch_size]
            batch = A[which, some]
            error = np.matmul(batch, w[..., None])[..., 0] - y[which, some]
            w = w - rate * np.matmul(error[:, None], batch)[:, 0] / some.shape[1]
            seen.append(seen[-1] + some.shape[1])
            left.append(above())
    return np.array(seen), np.array(left).T


def rows_needed(withins=(0.1, 0.01, 1e-6), seeds=range(20)):
    """Rows looked at until the cost is within a share of the lowest; each method at its best rate.

    Returns {within: {method: (seeds,) array}}; where it is not reached in 50 epochs, all of their
    rows. The rate that needs the fewest rows is chosen on three other samples of houses.
    """
    X, y = many_houses()

    def sample(seeds):
        picks = [np.random.default_rng([4, seed]).permutation(len(X))[:ROWS] for seed in seeds]
        return X[picks], y[picks]

    def needed(data, batch_size, rate, seed):
        rng = np.random.default_rng([seed, batch_size])
        with np.errstate(over="ignore", invalid="ignore"):
            seen, left = walk_down(*data, batch_size, rate, rng)
        reached = [left <= within for within in withins]
        return [np.where(near.any(axis=1), seen[near.argmax(axis=1)], EPOCHS * ROWS)
                for near in reached]

    found, chosen_on, judged_on = {within: {} for within in withins}, sample((900, 901, 902)), {}
    for name, (batch_size, rates) in RATES.items():
        tried = np.array([[rows.mean() for rows in needed(chosen_on, batch_size, rate, 1)]
                          for rate in rates])
        for n, within in enumerate(withins):
            rate = rates[tried[:, n].argmin()]
            if (name, rate) not in judged_on:
                judged_on[name, rate] = needed(sample(seeds), batch_size, rate, 2)
            found[within][name] = judged_on[name, rate][n].astype(float)
    return found


# Local minima? ------------------------------------------------------------------------------------
STARTS = np.linspace(0, 8, 40)


def wave(rng):
    """64 points of ŷ = sin(2 x) with noise."""
    x = rng.uniform(0, 5, 64)
    return x, np.sin(2 * x) + rng.normal(0, 0.2, 64)


def wave_cost(w, x, y):
    """½ mean (sin(w x) − y)² for each w."""
    return 0.5 * np.mean((np.sin(np.multiply.outer(w, x)) - y) ** 2, axis=-1)


def wave_slope(w, x, y):
    """F′(w) of many walks; x and y are (rows,) or (walks, rows)."""
    z = w[:, None] * x
    return np.mean((np.sin(z) - y) * np.cos(z) * x, axis=1)


def share_in_the_deepest_valley(batch_size, rate, seeds=range(20), epochs=30):
    """Of 40 starts, the share that ends near w = 2, for each seed of the data and the shuffling."""
    shares = []
    for seed in seeds:
        rng = np.random.default_rng([7, seed])
        x, y = wave(rng)
        w = STARTS.copy()
        # all rows get ten times as many passes, so that they do not lose for want of time
        for _ in range(epochs * (10 if batch_size >= 64 else 1)):
            order = np.argsort(rng.random((len(w), 64)), axis=1)
            for start in range(0, 64, batch_size):
                rows = order[:, start:start + batch_size]
                w = w - rate * wave_slope(w, x[rows], y[rows])
        for _ in range(80):  # then all settle in the valley they are in
            w = w - 0.06 * wave_slope(w, x, y)
        shares.append(np.mean(abs(w - 2) < 0.25))
    return np.array(shares)


# Convex only? -------------------------------------------------------------------------------------
def costs_without_convexity(seeds=range(20)):
    """The cost that gradient descent reaches where the cost is not convex, and what is good enough.

    Good enough is a share of what it costs to give everybody the same answer: 0.9 for the network
    of bank customers, 0.5 for XOR with two hidden neurons, which is known for bad minima.

    Returns
    -------
    {problem: {"gradient descent": (seeds,) array, "good enough": (seeds,) array}}
    """
    X, y = customers()
    X_xor, y_xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])

    def small(seed):
        rng = np.random.default_rng(seed)
        return Network([Dense(2, 2, rng=rng), Activation("tanh"), Dense(2, 1, rng=rng)])

    found = {}
    for name, make, rows, answers, rate, epochs, part in (
            ("bank customers", churn_network, X, y, 0.5, 100, 0.9),
            ("XOR, two hidden neurons", small, X_xor, y_xor, 1.0, 400, 0.5)):
        share = answers.mean()
        guess = -share * np.log(share) - (1 - share) * np.log(1 - share)
        ends = [fit(make(seed), rows, answers, cost=SigmoidCrossEntropy(), epochs=epochs,
                    optimizer=GradientDescent(rate), rng=np.random.default_rng(seed),
                    progress=False).cost[-1] for seed in seeds]
        found[name] = {"gradient descent": np.array(ends),
                       "good enough": np.full(len(ends), part * guess)}
    return found


# Memory? ------------------------------------------------------------------------------------------
def memory_of_a_step(rows=100_000):
    """The most bytes in use at once during one step: all rows at once, in pieces, one row.

    The rows are there already and do not count; what counts is what forward and backward keep.
    In a browser None: it counts memory differently.
    """
    if in_browser():
        return None
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(rows, 16)), rng.normal(size=(rows, 1))

    def network():
        rng = np.random.default_rng(0)
        return Network([Dense(16, 8, rng=rng), Activation("relu"), Dense(8, 1, rng=rng)])

    def gradient(net, some, targets):
        net.backward(Quadratic().gradient(net.forward(some), targets))
        return net.gradients

    def at_once(net):
        gradient(net, X, y)

    def in_pieces(net, size):
        total = np.zeros_like(net.gradients)
        for start in range(0, min(100 * size, rows), size):  # enough to see what pieces need
            total += size / rows * gradient(net, X[start:start + size], y[start:start + size])

    def one_row(net):
        gradient(net, X[:1], y[:1])

    found = {}
    for name, step in (("all rows at once (GD)", at_once),
                       ("all rows, 1,000 at a time (GD)", lambda net: in_pieces(net, 1000)),
                       ("all rows, one at a time (GD)", lambda net: in_pieces(net, 1)),
                       ("one row (SGD)", one_row)):
        net = network()
        step(net)  # what is made once for all is made now
        tracemalloc.start()
        step(net)
        found[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return found
