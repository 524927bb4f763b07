"""The exercises of lesson 03: costs, their slopes, and the likelihood behind them."""

import numpy as np

from course_lib.activations import sigmoid
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_03.exercises_inline import (
    CLASS_CROSS_ENTROPY,
    CROSS_ENTROPY,
    DENSITY,
    HALF_SQUARE,
    MINUS_LOG,
)
from course_lib.lessons.lesson_03.exercises_likelihood import GAUSSIAN, KL
from course_lib.lessons.lesson_03.exercises_logits import FUSED, ON_LOGITS

LESSON = "03 Cost functions"


# The quadratic cost -------------------------------------------------------------------------------
def quadratic_cost(y_hat, y):
    C = np.mean(0.5 * np.sum((y_hat - y) ** 2, axis=-1))
    gradient = (y_hat - y) / len(y_hat)
    return C, gradient


def quadratic_inputs(rng):
    checks = [(np.array([[3.0]]), np.array([[1.0]])),
              (np.array([[1.0], [-1]]), np.array([[0.0], [2]]))]
    return checks + [(rng.normal(size=shape).round(2), rng.normal(size=shape).round(2))
                     for shape in ((2, 2), (4, 3), (20, 1))]


def quadratic_with(C=None, gradient=None):
    def wrong(y_hat, y):
        right = quadratic_cost(y_hat, y)
        r = y_hat - y
        return C(r) if C else right[0], gradient(r) if gradient else right[1]
    return wrong


QUADRATIC = Exercise(
    title="The quadratic cost and its gradient",
    text="`y_hat` and `y` are (batch, outputs). The loss of an example is $\\frac12(\\hat y - "
         "y)^2$, added up over its outputs. The cost `C` is the mean over the examples. Return `C` "
         "and its `gradient`, a number for each number of `y_hat`.",
    stub='''def quadratic_cost(y_hat, y):
    C = ...
    gradient = ...
    return C, gradient''',
    solution=quadratic_cost, inputs=quadratic_inputs,
    mistakes=[
        Mistake("no ½", "the ½ is missing in C.",
                quadratic_with(C=lambda r: np.sum(r**2) / len(r))),
        Mistake("no mean", "C is the sum over the examples; it must be their mean.",
                quadratic_with(C=lambda r: 0.5 * np.sum(r**2))),
        Mistake("mean of all", "C is the mean over all numbers. Outputs of one example are added; "
                "only over the examples is it a mean.",
                quadratic_with(C=lambda r: 0.5 * np.mean(r**2))),
        Mistake("not squared", "the differences are not squared, so too high and too low cancel.",
                quadratic_with(C=lambda r: 0.5 * np.sum(r) / len(r))),
        Mistake("root", "C is the root of the cost. No root is taken here.",
                quadratic_with(C=lambda r: np.sqrt(0.5 * np.sum(r**2) / len(r)))),
        Mistake("slope", "this gradient is ŷ − y, the slope of each loss. C is a mean, so divide "
                "by the number of examples.", quadratic_with(gradient=lambda r: r)),
        Mistake("divided by all", "the gradient is divided by all numbers of y_hat. Divide by the "
                "number of examples, `len(y_hat)`.", quadratic_with(gradient=lambda r: r / r.size)),
        Mistake("sign", "the gradient has the wrong sign: it is positive where ŷ is too high.",
                quadratic_with(gradient=lambda r: -r / len(r))),
        Mistake("factor 2", "the gradient is twice too large: the ½ of the cost cancels the 2.",
                quadratic_with(gradient=lambda r: 2 * r / len(r))),
        Mistake("averaged", "the gradient is averaged over the examples. Each number of y_hat has "
                "a slope of its own.", quadratic_with(gradient=lambda r: r.mean(axis=0))),
    ],
    hints=["Square the differences, add up each row, halve, take the mean.",
           "½(ŷ − y)² has the slope ŷ − y; the mean makes it (ŷ − y) / N, N the number of rows."],
    minutes=5, difficulty=1, points=1,
)


# The brake ----------------------------------------------------------------------------------------
def slopes_at_logit(z, y):
    y_hat = sigmoid(z)
    quadratic = (y_hat - y) * y_hat * (1 - y_hat)
    cross_entropy = y_hat - y
    return quadratic, cross_entropy


def brake_inputs(rng):
    checks = [([0.0], [1.0]), ([3.0], [0.0]), ([-4.0, 4, 1], [1.0, 1, 0]),
              ([500.0, -500], [0.0, 1]),
              (rng.normal(0, 2, size=6).round(2), rng.integers(0, 2, size=6))]
    return [(np.array(z), np.array(y, float)) for z, y in checks]


def brake_with(formulas):
    return lambda z, y: formulas(sigmoid(z), y)


BRAKE = Exercise(
    title="the brake in a sigmoid",
    text="A neuron says $\\hat y = \\sigma(z)$. `z` and `y` have one entry for each example. "
         "Return how each example's loss changes with its sum, $\\partial\\ell/\\partial z$: first "
         "for the quadratic cost, then for cross-entropy.",
    stub='''def slopes_at_logit(z, y):
    y_hat = 1 / (1 + np.exp(-z))
    quadratic = ...
    cross_entropy = ...
    return quadratic, cross_entropy''',
    solution=slopes_at_logit, inputs=brake_inputs,
    mistakes=[
        Mistake("no brake", "the quadratic slope is the one for ŷ. To get to z, multiply it by the "
                "slope of the sigmoid, ŷ(1 − ŷ).", brake_with(lambda p, y: (p - y, p - y))),
        Mistake("brake in both", "cross-entropy has no brake: its own slope for ŷ is divided by "
                "ŷ(1 − ŷ), and the two cancel.",
                brake_with(lambda p, y: ((p - y) * p * (1 - p),) * 2)),
        Mistake("for ŷ", "the cross-entropy slope is the one for ŷ. For z it is multiplied by "
                "ŷ(1 − ŷ), which cancels what it is divided by.",
                brake_with(lambda p, y: ((p - y) * p * (1 - p), (p - y) / (p * (1 - p))))),
        Mistake("sign", "both have the wrong sign. Where ŷ is too high, the slope is positive.",
                brake_with(lambda p, y: ((y - p) * p * (1 - p), y - p))),
        Mistake("z for ŷ", "you used z where ŷ = σ(z) belongs: z is a sum, not a probability yet.",
                lambda z, y: ((z - y) * z * (1 - z), z - y)),
        Mistake("swapped", "the two slopes are swapped: the quadratic one comes first.",
                brake_with(lambda p, y: (p - y, (p - y) * p * (1 - p)))),
        Mistake("sigmoid twice", "you took the slope of the sigmoid at ŷ. It is taken at z, and "
                "there it is ŷ(1 − ŷ).",
                brake_with(lambda p, y: ((p - y) * sigmoid(p) * (1 - sigmoid(p)), p - y))),
    ],
    hints=["The chain rule: ∂ℓ/∂z = ∂ℓ/∂ŷ · σ′(z), and σ′(z) = ŷ(1 − ŷ).",
           "For cross-entropy ∂ℓ/∂ŷ = (ŷ − y) / (ŷ(1 − ŷ)). What cancels?"],
    minutes=4, difficulty=2, points=1, inline=True,
)


# Huber --------------------------------------------------------------------------------------------
def huber_and_slope(r, delta):
    near = np.abs(r) <= delta
    loss = np.where(near, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta))
    slope = np.where(near, r, delta * np.sign(r))
    return loss, slope


def huber_inputs(rng):
    checks = [([0.5], 1.0), ([3.0], 1.0), ([-3.0], 2.0), ([-2.0, -0.5, 0, 0.5, 2], 0.5),
              ([100.0, -1000], 3.0), (rng.normal(0, 2, size=(4, 3)).round(2), 1.5)]
    return [(np.array(r), delta) for r, delta in checks]


def huber_with(near=lambda r: 0.5 * r**2, far=lambda r, d: d * (np.abs(r) - 0.5 * d),
               slope=lambda r, d: np.clip(r, -d, d), is_near=lambda r, d: np.abs(r) <= d):
    return lambda r, d: (np.where(is_near(r, d), near(r), far(r, d)), slope(r, d))


HUBER = Exercise(
    title="Huber's cost and its slope",
    text="`r` is $\\hat y - y$, an array of any shape. Up to `delta` from 0 the loss is $\\frac12 "
         "r^2$, beyond it is $\\delta(|r| - \\frac\\delta2)$. Return loss and slope of each entry.",
    stub='''def huber_and_slope(r, delta):
    loss = ...
    slope = ...
    return loss, slope''',
    solution=huber_and_slope, inputs=huber_inputs,
    mistakes=[
        Mistake("no ½ near", "near 0 the ½ is missing; at δ the loss jumps.",
                huber_with(near=lambda r: r**2)),
        Mistake("jump", "far off the loss is δ|r|. Without −½δ² it jumps at δ.",
                huber_with(far=lambda r, d: d * np.abs(r))),
        Mistake("no ½ far", "far off δ(|r| − δ) begins at 0; at δ the parabola has reached ½δ².",
                huber_with(far=lambda r, d: d * (np.abs(r) - d))),
        Mistake("no δ", "far off the factor δ in front is missing: the line is as steep as the "
                "parabola at δ.", huber_with(far=lambda r, d: np.abs(r) - 0.5 * d)),
        Mistake("always ½r²", "the loss is ½r² everywhere; beyond δ it must go on as a straight "
                "line.", huber_with(far=lambda r, d: 0.5 * r**2)),
        Mistake("no |r|", "far below 0 the parabola goes on: r ≤ δ holds for every negative r. Ask "
                "for |r| ≤ δ.", huber_with(is_near=lambda r, d: r <= d)),
        Mistake("slope r", "the slope is r everywhere. Beyond δ it stays at ±δ.",
                huber_with(slope=lambda r, d: r)),
        Mistake("slope ±1", "far off the slope is ±1, as for the absolute cost. Here it is ±δ.",
                huber_with(slope=lambda r, d: np.where(np.abs(r) <= d, r, np.sign(r)))),
        Mistake("slope unsigned", "the slope has lost its sign: below 0 it is negative.",
                huber_with(slope=lambda r, d: np.minimum(np.abs(r), d))),
        Mistake("slope δ", "far off the slope is δ on both sides. Below 0 it is −δ.",
                huber_with(slope=lambda r, d: np.where(np.abs(r) <= d, r, d))),
    ],
    hints=["`np.where(np.abs(r) <= delta, …, …)` takes one formula near and the other far off.",
           "The slope is r, but never beyond ±δ: `np.clip`."],
    minutes=8, difficulty=2, points=2,
)

EXERCISES = [HALF_SQUARE, DENSITY, MINUS_LOG, CROSS_ENTROPY, BRAKE, CLASS_CROSS_ENTROPY,
             QUADRATIC, HUBER, KL, ON_LOGITS, GAUSSIAN, FUSED]
