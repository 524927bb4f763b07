"""The exercises of lesson 05: the chain rule, twins, a gradient check."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.gradient_check import central_difference, relative_error
from course_lib.lessons.lesson_05.exercises_every import EVERY
from course_lib.lessons.lesson_05.exercises_layers import SCALE, SHORT_CUT
from course_lib.lessons.lesson_05.exercises_passes import TWO_LAYERS
from course_lib.lessons.lesson_05.exercises_values import BACKWARD, CIRCUIT, NUMBER, TWICE, VALUE

LESSON = "05 Backpropagation"


# Two neurons with tanh ----------------------------------------------------------------------------
def tanh_blame(x, target, w1, b1, w2, b2):
    a1 = np.tanh(x * w1 + b1)
    y_hat = np.tanh(a1 * w2 + b2)
    dz2 = (y_hat - target) * (1 - y_hat**2)
    dw2 = dz2 * a1
    dw1 = dz2 * w2 * (1 - a1**2) * x
    return dw1, dw2


def blame_with(slopes, slope=lambda z, a: 1 - a**2):
    """`slopes(error, slope at z2, w2, slope at z1, x, a1)`, as (dw1, dw2)."""
    def wrong(x, target, w1, b1, w2, b2):
        z1 = x * w1 + b1
        a1 = np.tanh(z1)
        z2 = a1 * w2 + b2
        y_hat = np.tanh(z2)
        return slopes(y_hat - target, slope(z2, y_hat), w2, slope(z1, a1), x, a1)
    return wrong


def chain(e, s2, w2, s1, x, a1):
    return e * s2 * w2 * s1 * x, e * s2 * a1


def blame_inputs(rng):
    checks = [(2.0, 1.0, 0.5, 0.0, 1.0, 0.0), (1.5, 1.0, 0.8, -0.2, -1.2, 0.3)]
    return checks + [tuple(float(v) for v in rng.normal(size=6).round(2)) for _ in range(4)]


BLAME = Exercise(
    title="Two neurons with tanh",
    text="The two neurons of the lesson, with tanh in place of the sigmoid; the cost is "
         "$\\frac12 (\\hat y - \\text{target})^2$. Write the way back to `dw1` and `dw2`. All "
         "arguments are numbers. (The slope of tanh, from its output: $1 - a^2$.) Return "
         "$\\partial C/\\partial w_1$ and $\\partial C/\\partial w_2$.",
    stub='''def tanh_blame(x, target, w1, b1, w2, b2):
    a1 = np.tanh(x * w1 + b1)
    y_hat = np.tanh(a1 * w2 + b2)
    dz2 = ...
    dw2 = ...
    dw1 = ...
    return dw1, dw2''',
    solution=tanh_blame, inputs=blame_inputs,
    mistakes=[
        Mistake("sigmoid's slope", "a(1 − a) is the slope of the sigmoid. That of tanh is 1 − a².",
                blame_with(chain, lambda z, a: a * (1 - a))),
        Mistake("slope of z", "the slope is computed from z, the input of tanh. 1 − a² takes its "
                "output.", blame_with(chain, lambda z, a: 1 - z**2)),
        Mistake("no slopes", "both slopes of tanh are missing on the way back.",
                blame_with(chain, lambda z, a: 1)),
        Mistake("no slope of the second", "the slope of the second neuron, 1 − ŷ², is missing. "
                "Both ways back pass through it.",
                blame_with(lambda e, s2, w2, s1, x, a1: (e * w2 * s1 * x, e * a1))),
        Mistake("no slope of the first", "the slope of the first neuron, 1 − a₁², is missing on "
                "the way to w₁.",
                blame_with(lambda e, s2, w2, s1, x, a1: (e * s2 * w2 * x, e * s2 * a1))),
        Mistake("no w2", "the weight w₂ is missing on the way to w₁: it stands between z₂ and "
                "a₁.",
                blame_with(lambda e, s2, w2, s1, x, a1: (e * s2 * s1 * x, e * s2 * a1))),
        Mistake("no x", "the input x is missing in dw1: z₁ is x times w₁.",
                blame_with(lambda e, s2, w2, s1, x, a1: (e * s2 * w2 * s1, e * s2 * a1))),
        Mistake("x for a1", "dw2 has x where a₁ belongs: the input of the second neuron is "
                "a₁.",
                blame_with(lambda e, s2, w2, s1, x, a1: (e * s2 * w2 * s1 * x, e * s2 * x))),
        Mistake("sign", "the signs are flipped: the cost's slope is ŷ − target.",
                blame_with(lambda e, *rest: chain(-e, *rest))),
    ],
    hints=["`dz2` is the slope of the cost, ŷ − target, times the slope of the second tanh.",
           "`dw2` is dz2 times what w₂ multiplied on the way forward.",
           "From z₂ back to w₁ there are three more factors: w₂, the slope of the first tanh, x."],
    minutes=5, difficulty=1, points=1,
)


# Twins --------------------------------------------------------------------------------------------
def different_neurons(W1, b1, W2):
    return len(np.unique(np.column_stack([W1.T, b1, W2]), axis=0))


def different(rows):
    """How many of the rows are different."""
    return lambda W1, b1, W2: len(np.unique(rows(W1, b1, W2), axis=0))


def twins_inputs(rng):
    one, zero = np.ones, np.zeros
    checks = [(one((1, 1)), zero(1), one((1, 1))), (one((1, 2)), zero(2), one((2, 1))),
              (one((1, 2)), zero(2), np.array([[1.0], [2]])),
              (one((2, 2)), np.array([0.0, 1]), one((2, 1))), (np.eye(2), zero(2), one((2, 1))),
              (np.array([[1.0, 2, 1], [1, 2, 1]]), zero(3), one((3, 1))),
              (one((1, 2)), zero(2), np.array([[1.0, 2], [1, 3]])),
              (one((1, 2)), zero(2), np.array([[1.0, 2], [2, 1]])),
              (np.array([[1.0, 1, 2, 2]]), np.array([0.0, 1, 0, 1]), one((4, 1))),
              (zero((2, 8)), zero(8), zero((8, 1)))]
    for n_in, kinds, n_out in ((3, 5, 1), (2, 4, 2), (4, 6, 3)):
        kind = rng.integers(kinds, size=9)
        W1, b1 = rng.integers(-1, 2, size=(n_in, kinds)), rng.integers(-1, 2, size=kinds)
        W2 = rng.integers(-1, 2, size=(kinds, n_out))
        checks.append((W1[:, kind] / 2, b1[kind] / 2, W2[kind] / 2))
    return checks


TWINS = Exercise(
    title="How many neurons are there really?",
    text="Hidden neurons that start equal stay equal, because they get the same blame. A hidden "
         "neuron is one column of `W1` (n_in, hidden), one entry of `b1` (hidden,), and one row of "
         "`W2` (hidden, n_out), through which its blame comes. Return how many **different** "
         "hidden neurons there are.",
    stub='''def different_neurons(W1, b1, W2):
    return ...''',
    solution=different_neurons, inputs=twins_inputs,
    mistakes=[
        Mistake("only W1", "only the weights W1 are compared. Neurons with another bias, or with "
                "other weights after them, go their own ways.", different(lambda W, b, V: W.T)),
        Mistake("no b1", "the biases are not compared: two neurons with the same weights and "
                "different biases are different.",
                different(lambda W, b, V: np.column_stack([W.T, V]))),
        Mistake("no W2", "W2 is not compared: blame comes through it, so neurons with different "
                "rows of W2 get different blame.",
                different(lambda W, b, V: np.column_stack([W.T, b]))),
        Mistake("rows of W1", "the rows of W1 are compared. A row belongs to an input; a hidden "
                "neuron is a column.", different(lambda W, b, V: W)),
        Mistake("twins counted", "these are the neurons that are one too many. Count those that "
                "are different.", lambda W, b, V: len(b) - different_neurons(W, b, V)),
        Mistake("all counted", "these are all hidden neurons, twins and all.",
                lambda W, b, V: len(b)),
        Mistake("neighbours", "each neuron is only compared with its neighbour. Twins may stand "
                "further apart.", lambda W, b, V: 1 + int(np.sum(np.any(np.diff(
                    np.column_stack([W.T, b, V]), axis=0) != 0, axis=1)))),
        Mistake("sums", "the sums of the weights are compared. Different weights can have the "
                "same sum.", different(lambda W, b, V: W.sum(axis=0) + b + V.sum(axis=1))),
    ],
    hints=["Write all that belongs to a neuron in one row: its column of W1, its b1, its row of "
           "W2.", "`np.column_stack([W1.T, b1, W2])` has one row for each hidden neuron.",
           "`np.unique(rows, axis=0)` keeps each row once."],
    minutes=6, difficulty=1, points=1,
)


# A gradient check ---------------------------------------------------------------------------------
def largest_error(f, w, g, epsilon):
    directions = np.eye(len(w))
    return max(relative_error(slope, central_difference(f, w, D, epsilon))
               for slope, D in zip(g, directions, strict=True))


def errors_with(measure, error=lambda a, b: abs(a - b) / max(abs(a), abs(b), 1e-8), over=max):
    """`measure(f, w, step, epsilon)` against each slope of g, by another `error`."""
    def wrong(f, w, g, epsilon):
        steps = epsilon * np.eye(len(w))
        with np.errstate(all="ignore"):
            return over([error(a, np.float64(measure(f, w, step, epsilon)))
                         for a, step in zip(g, steps, strict=True)])
    return wrong


def central(f, w, step, epsilon):
    return (f(w + step) - f(w - step)) / (2 * epsilon)


def error_inputs(rng):
    def cost(w):
        return np.sum(w**2 * np.arange(1, len(w) + 1)) + w[0] ** 3
    cost.__name__ = "w ↦ Σ n wₙ² + w₁³"

    def line(w):
        return 3 * w[0]
    line.__name__ = "w ↦ 3 w₁"
    checks = [(line, np.array([1.0]), np.array([4.0]), 0.5),
              (line, np.array([1.0]), np.array([-4.0]), 0.5),
              (cost, np.array([1.0]), np.array([4.0]), 0.5),
              (line, np.array([1.0, 2]), np.array([2.0, 0]), 0.5),
              (cost, np.array([1.0, -1, 2]), np.array([5.0, -5, 9]), 0.01)]
    for n in (3, 8):
        w = rng.normal(size=n).round(2)
        checks.append((cost, w, (2 * w + rng.normal(size=n)).round(2), 0.1))
    return checks


CHECK = Exercise(
    title="A gradient check",
    text="Somebody's backward pass says that the gradient of `f` at `w` is `g`. Measure the slope "
         "for each weight by a central difference with the step `epsilon`, and compare: "
         "$|a - b| / \\max(|a|, |b|, 10^{-8})$. Return the largest of these relative errors.",
    stub='''def largest_error(f, w, g, epsilon):
    errors = []
    for i in range(len(w)):
        ...
    return max(errors, default=0)''',
    solution=largest_error, inputs=error_inputs, tolerance=1e-5,
    mistakes=[
        Mistake("one-sided", "the slope is measured to one side only. The central difference goes "
                "from w − εd to w + εd.",
                errors_with(lambda f, w, s, h: (f(w + s) - f(w)) / h)),
        Mistake("ε for 2ε", "the two points are 2ε apart, so divide by 2ε.",
                errors_with(lambda f, w, s, h: (f(w + s) - f(w - s)) / h)),
        Mistake("absolute", "this is the absolute error. A slope of 1,000 may be wrong by more "
                "than one of 0.001: divide by the larger of the two.",
                errors_with(central, lambda a, b: abs(a - b))),
        Mistake("mean", "this is the average. One wrong slope among thousands would hide in it; "
                "take the largest error.", errors_with(central, over=np.mean)),
        Mistake("smallest", "this is the smallest error. The largest one counts.",
                errors_with(central, over=min)),
        Mistake("no abs", "the sign of the difference is kept, so errors to one side count as "
                "small. Take |a − b|.",
                errors_with(central, lambda a, b: (a - b) / max(abs(a), abs(b), 1e-8))),
        Mistake("sum below", "|a| + |b| stands below. Divide by the larger of the two, then a "
                "dropped minus gives 2.",
                errors_with(central, lambda a, b: abs(a - b) / max(abs(a) + abs(b), 1e-8))),
        Mistake("no floor", "two slopes of 0 give 0/0. That is what the 1e-8 is for.",
                errors_with(central, lambda a, b: abs(a - b) / np.maximum(abs(a), abs(b)),
                            over=np.max)),
        Mistake("all at once", "all weights are nudged at once. Nudge one, hold the others still.",
                errors_with(lambda f, w, s, h: (f(w + h) - f(w - h)) / (2 * h))),
    ],
    hints=["The direction D for weight i is `np.eye(len(w))[i]`.",
           "The library has both parts: `central_difference(f, w, D, epsilon)` and "
           "`relative_error(a, b)`. Or write them yourself.",
           "In the loop, append one relative error to `errors`: that of `g[i]` and the measured "
           "slope."],
    minutes=10, difficulty=2, points=2,
)

EXERCISES = [CIRCUIT, TWICE, VALUE, BACKWARD, NUMBER, EVERY,
             BLAME, TWINS, SCALE, CHECK, TWO_LAYERS, SHORT_CUT]
