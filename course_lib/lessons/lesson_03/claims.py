"""The experiments behind the two claims of lesson 03: costs that train a classifier, and how fast.

A seed draws the points and the start of the network. Learning rates are chosen on validation rows,
over all seeds together; the rows that are reported are test rows, looked at with that rate only.
"""

import numpy as np

from course_lib.costs import (
    BinaryCrossEntropy,
    Exponential,
    GeneralizedKullbackLeibler,
    Hellinger,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SigmoidCrossEntropy,
)
from course_lib.datasets import two_moons
from course_lib.layers import Activation, Dense
from course_lib.lessons.browser import fewer
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.side_by_side import fit_side_by_side
from course_lib.training import run_epoch

TRAIN, VALIDATION, TEST = slice(0, 200), slice(200, 400), slice(400, 1400)
RATES = 0.3, 1, 3, 10, 30, 100, 300, 1000
EARLY, LATE = 30, 300
BUDGETS = f"{EARLY} epochs", f"{LATE} epochs"

# name → cost, last activation, outputs, and what targets 0 and 1 are replaced by
LISTED = {
    "quadratic": (Quadratic(), "sigmoid", 1, (0, 1)),
    "cross-entropy": (BinaryCrossEntropy(), "sigmoid", 1, (0, 1)),
    "exponential": (Exponential(1.0), "sigmoid", 1, (0, 1)),
    "Hellinger": (Hellinger(), "sigmoid", 1, (0, 1)),
    "Kullback–Leibler": (KullbackLeibler(), "softmax", 2, (0, 1)),
    "generalised K.–L.": (GeneralizedKullbackLeibler(), "sigmoid", 1, (0, 1)),
    "Itakura–Saito": (ItakuraSaito(), "sigmoid", 1, (0.05, 0.95)),
}
LINE = "straight line"


def moons(seed):
    """1,400 points of two half moons, their classes (n, 1), and the generator that goes on."""
    rng = np.random.default_rng(seed)
    return *two_moons(1400, rng=rng, noise=0.2), rng


def small_network(n_out, last, rng):
    """2 inputs, 8 hidden neurons with tanh, n_out outputs behind the last activation."""
    return Network([Dense(2, 8, rng=rng), Activation("tanh"),
                    Dense(8, n_out, rng=rng), Activation(last)])


def says_yes(network, X):
    """Class 1 or not for each row, of a network with one output or with two."""
    y_hat = network.predict(X)
    return y_hat[:, 0] > 0.5 if y_hat.shape[1] == 1 else y_hat[:, 1] > y_hat[:, 0]


def accuracies(network, X, y):
    """Share of right answers on the validation rows and on the test rows."""
    right = says_yes(network, X) == y[:, 0]
    return right[VALIDATION].mean(), right[TEST].mean()


def trained(name, rate, seeds):
    """Accuracy (validation, test) after few and after many epochs: a (seeds, budgets, 2) array.

    The 2-8-1 (or 2) networks of all seeds are trained side by side. Training that diverges counts
    as guessing, 0.5.
    """
    cost, last, n_out, targets = LISTED[name]
    points = [moons(seed) for seed in seeds]
    Y = [np.where(y[TRAIN] == np.arange(2)[2 - n_out:], targets[1], targets[0]).astype(float)
         for _, y, _ in points]
    networks = [small_network(n_out, last, rng) for _, _, rng in points]
    found = np.full((len(networks), len(BUDGETS), 2), 0.5)
    learning = np.ones(len(networks), bool)
    for budget, epochs in enumerate((EARLY, LATE - EARLY)):
        histories = fit_side_by_side(
            networks, [X[TRAIN] for X, _, _ in points], Y, cost=cost, epochs=epochs,
            optimizers=[GradientDescent(rate) for _ in networks], rngs=[rng for *_, rng in points],
            progress=False)
        learning &= [history.epochs == epochs for history in histories]
        for k in np.flatnonzero(learning):
            found[k, budget] = accuracies(networks[k], *points[k][:2])
    return found


def straight_line(seed):
    """Test accuracy of a neuron without hidden layer, by least squares."""
    X, y, _ = moons(seed)
    X = np.column_stack([X, np.ones(len(X))])
    w = np.linalg.lstsq(X[TRAIN], y[TRAIN], rcond=None)[0]
    return np.mean((X[TEST] @ w > 0.5) == (y[TEST] > 0.5))


def train_with_every_cost(seeds, rates=RATES):
    """Claim 1: every cost of the list, at the learning rate that is best on validation rows.

    Returns
    -------
    measured : {budget: {name: (seeds,) test accuracy}}, with the straight line
    beats_line : {budget: (seeds,) bool}, whether each cost of the list does better than the line
    chosen : {budget: {name: rate}}
    """
    seeds = fewer(seeds)
    line = np.array([straight_line(seed) for seed in seeds])
    measured, chosen = {}, {}
    for name in LISTED:
        found = np.array([trained(name, rate, seeds) for rate in rates])
        for b, budget in enumerate(BUDGETS):
            best = found[:, :, b, 0].mean(axis=1).argmax()
            measured.setdefault(budget, {})[name] = found[best, :, b, 1]
            chosen.setdefault(budget, {})[name] = rates[best]
    for accuracy in measured.values():
        accuracy[LINE] = line
    beats_line = {budget: np.all([accuracy[name] > line for name in LISTED], axis=0)
                  for budget, accuracy in measured.items()}
    return measured, beats_line, chosen


SPEED_RATES = 1, 3, 10, 30, 100, 300, 1000
SAME = 3  # a learning rate at which both costs go down steadily
STARTS = {"random": 0, "wrong": 800}  # epochs with swapped labels beforehand


def epochs_needed(seed, wrong_epochs, rates=SPEED_RATES, goal=0.9, limit=300):
    """Epochs until so many validation rows, and test rows, are right: (cost, rate, 2) array.

    Quadratic cost behind a sigmoid first, then cross-entropy; both from the same parameters. A run
    that does not get there counts as `limit`.
    """
    X, y, rng = moons(seed)
    network = small_network(1, "identity", rng)
    for _ in range(wrong_epochs):
        run_epoch(network, X[TRAIN], 1 - y[TRAIN], cost=SigmoidCrossEntropy(),
                  optimizer=GradientDescent(1.0), batch_size=200)
    start = network.parameters.copy()
    needed = np.full((2, len(rates), 2), float(limit))
    watched, right = X[200:800], y[200:800] > 0.5
    for k, (last, cost) in enumerate((("sigmoid", Quadratic()),
                                      ("identity", SigmoidCrossEntropy()))):
        network = small_network(1, last, rng)
        for j, rate in enumerate(rates):
            network.parameters[:] = start
            optimizer = GradientDescent(rate)
            for epoch in range(limit):
                ok = (network.predict(watched) > (0.5 if last == "sigmoid" else 0.0)) == right
                there = np.array([ok[:200].mean(), ok[200:].mean()]) >= goal
                needed[k, j, there] = np.minimum(needed[k, j, there], epoch)
                if (needed[k, j] < limit).all():
                    break
                run_epoch(network, X[TRAIN], y[TRAIN], cost=cost, optimizer=optimizer,
                          batch_size=200)
    return needed


def race_the_costs(seeds, goal=0.9):
    """Claim 2: epochs that the quadratic cost and cross-entropy need, from two starts.

    Returns
    -------
    measured : {condition: {cost: (seeds,) epochs until `goal` of the test rows are right}}
    faster : {condition: (seeds,) bool}, whether cross-entropy needs fewer
    by_rate : {start: (seeds, 2, rates) epochs, on the test rows}
    """
    measured, by_rate, names = {}, {}, ("quadratic", "cross-entropy")
    seeds = fewer(seeds)
    for start, wrong_epochs in STARTS.items():
        found = np.array([epochs_needed(seed, wrong_epochs, goal=goal) for seed in seeds])
        best = np.median(found[..., 0], axis=0).argmin(axis=1)       # on validation rows
        same = SPEED_RATES.index(SAME)
        by_rate[start] = found[..., 1]
        for rate, columns in ((f"rate {SAME:g}", (same, same)), ("best rates", best)):
            condition = f"{start} start at {rate}"
            measured[condition] = {name: found[:, k, columns[k], 1]
                                   for k, name in enumerate(names)}
    faster = {condition: epochs["cross-entropy"] < epochs["quadratic"]
              for condition, epochs in measured.items()}
    return measured, faster, by_rate
