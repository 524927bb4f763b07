"""Exercises of lesson 06 on the measures: AUC, calibration, and money."""

import numpy as np

from course_lib import metrics
from course_lib.exercise.exercise import Exercise, Mistake


# AUC by pairs -------------------------------------------------------------------------------------
def auc_by_pairs(y_hat, y):
    leavers, stayers = y_hat[y == 1], y_hat[y == 0]
    pairs = leavers[:, None] - stayers  # (leavers, stayers)
    return np.mean((pairs > 0) + 0.5 * (pairs == 0))


def of_pairs(formula):
    """A wrong answer from the differences of all pairs, leaver minus stayer."""
    return lambda y_hat, y: formula(np.subtract.outer(y_hat[y == 1], y_hat[y == 0]))


def pair_inputs(rng):
    checks = [(np.array([0.8, 0.3]), np.array([1.0, 0])),
              (np.array([0.6, 0.2, 0.6]), np.array([1.0, 0, 0])),
              (np.array([0.3, 0.6, 0.1, 0.9]), np.array([0.0, 1, 0, 0]))]
    for n in (6, 12, 30):
        y_hat, y = rng.random(n).round(1), (rng.random(n) < 0.4).astype(float)
        y[:2] = 1, 0
        checks.append((y_hat, y))
    return checks


PAIRS = Exercise(
    title="AUC by pairs",
    text="Take every pair of a leaver (`y` is 1) and a stayer (0). The AUC is the share of pairs "
         "in which the leaver has the higher `y_hat`; equal ones count one half. Write it without "
         "ranks.",
    stub='''def auc_by_pairs(y_hat, y):
    leavers = y_hat[y == 1]
    stayers = y_hat[y == 0]
    return ...''',
    solution=auc_by_pairs, inputs=pair_inputs,
    mistakes=[
        Mistake("equal ones lost", "pairs with equal ŷ count for nothing. They count one half: "
                "a coin would be right in half of them.", of_pairs(lambda d: np.mean(d > 0))),
        Mistake("equal ones won", "pairs with equal ŷ count in full, as if the leaver were "
                "ahead. They count one half.", of_pairs(lambda d: np.mean(d >= 0))),
        Mistake("turned round", "it counts the pairs in which the *stayer* has the higher ŷ.",
                of_pairs(lambda d: np.mean((d < 0) + 0.5 * (d == 0)))),
        Mistake("not divided", "this is the number of pairs, not their share: divide by leavers "
                "times stayers.", of_pairs(lambda d: np.sum((d > 0) + 0.5 * (d == 0)))),
        Mistake("too many pairs", "it divides by the pairs of any two customers. Only pairs of "
                "a leaver and a stayer are compared.", lambda y_hat, y: np.sum(
                    of_pairs(lambda d: (d > 0) + 0.5 * (d == 0))(y_hat, y))
                / (len(y) * (len(y) - 1) / 2)),
        Mistake("side by side", "the first leaver meets the first stayer only, the second the "
                "second. Each leaver must meet every stayer.",
                of_pairs(lambda d: np.mean([(x > 0) + 0.5 * (x == 0) for x in np.diag(d)]))),
        Mistake("mean difference", "it averages the differences of ŷ. How far ahead does not "
                "count, only who is.", of_pairs(np.mean)),
    ],
    hints=["Two loops will do: over the leavers, and inside over the stayers.",
           "Without loops: `leavers[:, None] - stayers` has a row for each leaver.",
           "The mean of (difference > 0) plus half of (difference == 0)."],
    minutes=10, difficulty=2, points=2,
)


# Calibration --------------------------------------------------------------------------------------
def calibration_gap(y_hat, y, bins):
    predicted, observed, count = metrics.calibration(y_hat, y, bins)  # without empty slices
    return np.average(np.abs(predicted - observed), weights=count)


def sliced(formula, last=True):
    """A wrong answer from sums of ŷ, of y, and the count of each slice."""
    def wrong(y_hat, y, bins):
        which = (y_hat * bins).astype(int)
        which = np.minimum(which, bins - 1) if last else which
        return formula(*(np.bincount(which, weights, bins) for weights in (y_hat, y, None)))
    return wrong


def gaps(p, q, n):
    some = n > 0
    return np.abs(p - q)[some] / n[some]


def middles(p, q, n):
    some = n > 0
    middle = (np.arange(len(n)) + 0.5) / len(n)
    return np.sum(np.abs(middle * n - q)[some]) / n.sum()


def gap_inputs(rng):
    checks = [(np.array([0.2, 0.4]), np.array([1.0, 0]), 1),
              (np.array([0.1, 0.3, 0.8]), np.array([0.0, 1, 1]), 2),
              (np.array([0.0, 0.6]), np.array([1.0, 1]), 2),
              (np.array([0.1, 0.9, 1.0, 0.8]), np.array([0.0, 1, 0, 1]), 2),
              (np.array([0.05, 0.15, 0.7, 0.9]), np.array([0.0, 1, 1, 0]), 4)]
    for n, bins in ((12, 4), (40, 5)):
        y_hat = rng.integers(0, 100, n) / 100 + 0.005  # never on a border
        checks.append((y_hat, (rng.random(n) < y_hat**2).astype(float), bins))
    return checks


GAP = Exercise(
    title="How far from calibrated?",
    text="Cut 0 … 1 into `bins` slices of equal width; 1 belongs to the last. The gap of a slice "
         "is |mean of its `y_hat` − mean of its `y`|. Return the mean gap, each slice weighted by "
         "its number of customers. A slice may be empty; no `y_hat` lies on an inner border.",
    stub='''def calibration_gap(y_hat, y, bins):
    which = ...                        # the number of each customer's slice
    return ...''',
    solution=calibration_gap, inputs=gap_inputs,
    mistakes=[
        Mistake("not weighted", "each slice counts alike, however few customers it has. Weight "
                "it by their number.", sliced(lambda p, q, n: np.mean(gaps(p, q, n)))),
        Mistake("sign kept", "gaps of different signs cancel. Take the absolute value of each "
                "slice's gap before the mean.",
                sliced(lambda p, q, n: (p - q).sum() / n.sum())),
        Mistake("sign lost at the end", "the absolute value is taken after the mean, when the "
                "gaps have cancelled. Take it for each slice.",
                sliced(lambda p, q, n: abs((p - q).sum()) / n.sum())),
        Mistake("each customer", "it compares each customer's ŷ with 0 or 1. Compare the means "
                "of a slice.", lambda y_hat, y, bins: np.mean(np.abs(y_hat - y))),
        Mistake("the middle", "it takes the middle of a slice for the mean of the ŷ in it.",
                sliced(middles)),
        Mistake("worst slice", "this is the largest gap. Return the weighted mean of all.",
                sliced(lambda p, q, n: np.max(gaps(p, q, n)))),
        Mistake("empty slices", "an empty slice makes it nan, 0 divided by 0. Leave it out: it "
                "has no customers, so no weight.",
                sliced(lambda p, q, n: np.sum(n * np.abs(p / n - q / n)) / n.sum())),
        Mistake("zero lost", "ŷ = 0 is in no slice. The first slice begins with 0 itself.",
                lambda y_hat, y, bins: sum(
                    inside.sum() / len(y) * abs(y_hat[inside].mean() - y[inside].mean())
                    for k in range(bins)
                    if (inside := (y_hat > k / bins) & (y_hat <= (k + 1) / bins)).any())),
        Mistake("one alone", "ŷ = 1 gets a slice of its own. It belongs to the last: "
                "`np.minimum(which, bins - 1)`.",
                sliced(lambda p, q, n: np.sum(np.abs(p - q)) / n.sum(), last=False)),
    ],
    hints=["`(y_hat * bins).astype(int)` numbers the slices from 0. Which number does ŷ = 1 get?",
           "Loop over the slices: `inside = which == k`; skip one with nobody inside.",
           "Add up `inside.sum() * abs(y_hat[inside].mean() - y[inside].mean())`, and divide by "
           "all customers."],
    minutes=15, difficulty=3, points=3,
)


# The cheapest threshold ---------------------------------------------------------------------------
def cheapest_threshold(y_hat, y, thresholds, offer, loss, success):
    money = []
    for threshold in thresholds:
        (_, fp), (fn, tp) = metrics.confusion_matrix(y_hat, y, threshold)
        money.append(offer * (fp + tp) + loss * fn + (1 - success) * loss * tp)
    return thresholds[np.argmin(money)]


def cheapest(cost, pick=lambda thresholds, money: thresholds[np.argmin(money)]):
    """A wrong answer from the cost of (false positives, false negatives, true positives)."""
    def wrong(y_hat, y, thresholds, offer, loss, success):
        yes = [y_hat > t for t in thresholds]
        money = [cost(np.sum(s & (y == 0)), np.sum(~s & (y == 1)), np.sum(s & (y == 1)),
                      offer, loss, success) for s in yes]
        return pick(thresholds, np.array(money))
    return wrong


def right_cost(fp, fn, tp, c, L, s):
    return c * (fp + tp) + L * fn + (1 - s) * L * tp


def threshold_inputs(rng):
    checks = [(np.array([0.3, 0.7]), np.array([0.0, 1]), np.array([0.0, 0.5, 1]), 1, 10, 0.5),
              (np.array([0.1, 0.4, 0.7]), np.array([1.0, 0, 1]), np.linspace(0, 1, 5), 3, 10, 0.25)]
    grid = np.linspace(0, 1, 11).round(1)
    for n, offer, loss, success in ((5, 2, 10, 0.5), (12, 3, 10, 0.5), (20, 100, 1000, 0.5),
                                    (20, 60, 400, 0.25), (40, 100, 1000, 0.75), (40, 9, 20, 0.75)):
        y_hat = rng.integers(0, 100, n) / 100 + 0.005  # never at a threshold
        checks.append((y_hat, (rng.random(n) < y_hat).astype(float), grid, offer, loss, success))
    return checks


CHEAPEST = Exercise(
    title="The cheapest threshold",
    text="Customers with `y_hat > threshold` get an offer. An offer costs `offer`, a customer who "
         "leaves costs `loss`, and a leaver with an offer stays with the chance `success`. Of "
         "the array `thresholds` (rising), return the one that costs least on these customers; "
         "if several do, the lowest.",
    stub='''def cheapest_threshold(y_hat, y, thresholds, offer, loss, success):
    money = []
    for threshold in thresholds:
        money.append(...)
    return ...''',
    solution=cheapest_threshold, inputs=threshold_inputs,
    mistakes=[
        Mistake("all are kept", "it takes every leaver with an offer for kept. Only `success` of "
                "them stay; the others cost the loss too.",
                cheapest(lambda fp, fn, tp, c, L, s: c * (fp + tp) + L * fn)),
        Mistake("success for failure", "a leaver with an offer costs success · loss here. It is "
                "the share that leaves all the same: (1 − success) · loss.",
                cheapest(lambda fp, fn, tp, c, L, s: c * (fp + tp) + L * fn + s * L * tp)),
        Mistake("offers in vain", "only the offers to those who would have stayed are paid. Each "
                "offer costs, those to leavers too.",
                cheapest(lambda fp, fn, tp, c, L, s: c * fp + L * fn + (1 - s) * L * tp)),
        Mistake("leavers without offer", "those who get no offer and leave cost nothing here. "
                "Each costs the whole loss.",
                cheapest(lambda fp, fn, tp, c, L, s: c * (fp + tp) + (1 - s) * L * tp)),
        Mistake("theory", "this is c / (s L), right on average for calibrated probabilities. "
                "Asked is what is cheapest on these customers.",
                lambda y_hat, y, thresholds, offer, loss, success: offer / (success * loss)),
        Mistake("the cost", "this is what the cheapest threshold costs. Return the threshold.",
                cheapest(right_cost, lambda thresholds, money: money.min())),
        Mistake("the place", "this is the place in the list. Return the threshold that stands "
                "there.", cheapest(right_cost, lambda thresholds, money: np.argmin(money))),
        Mistake("the highest", "among several that cost least it returns the highest; asked is "
                "the lowest.", cheapest(right_cost, lambda thresholds, money:
                                        thresholds[::-1][np.argmin(money[::-1])])),
        Mistake("most right answers", "it minimises the number of mistakes, as if both kinds cost "
                "the same.", cheapest(lambda fp, fn, tp, c, L, s: fp + fn)),
    ],
    hints=["Three kinds of customers cost money: those called in vain, leavers without an offer, "
           "leavers with one.",
           "`offer * (fp + tp)` for the offers, `loss * fn` for those never asked.",
           "Of the `tp`, the share 1 − success leaves all the same: `(1 - success) * loss * tp`.",
           "`np.argmin(money)` is the place of the first smallest."],
    minutes=15, difficulty=3, points=3,
)
