"""The exercises of lesson 02: slopes, dead units, overflow, gradients on their way down."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_02.exercises_gradients import AT_INPUT, SOFTMAX_BACKWARD

LESSON = "02 Activations"


# The rectifier ------------------------------------------------------------------------------------
def relu_and_slope(z):
    a = np.maximum(z, 0)
    slope = (z > 0) * 1.0
    return a, slope


def relu_inputs(rng):
    numbers = [np.array([2.0]), np.array([-1.5]), np.array([0.0]), np.array([-2.0, 0, 3]),
               rng.normal(size=(4, 3)).round(2)]
    return [(z,) for z in numbers]


def with_slope(slope):
    return lambda z: (np.maximum(z, 0), slope(z))


def with_output(a):
    return lambda z: (a(z), (z > 0) * 1.0)


RELU = Exercise(
    title="The rectifier and its slope",
    text="`z` is an array of any shape. Return the rectifier's outputs `a` and its slopes, both of "
         "that shape. At its kink, 0, take the slope 0, as the library does.",
    stub='''def relu_and_slope(z):
    a = ...
    slope = ...
    return a, slope''',
    solution=relu_and_slope, inputs=relu_inputs,
    mistakes=[
        Mistake("1 at 0", "the slope at exactly 0 is 1; here it must be 0, so ask for z > 0.",
                with_slope(lambda z: (z >= 0) * 1.0)),
        Mistake("½ at 0", "the slope at exactly 0 is ½. A fair thought, but here it must be 0.",
                with_slope(lambda z: np.heaviside(z, 0.5))),
        Mistake("sign", "the slope is −1 below 0; there the rectifier is flat, so it is 0.",
                with_slope(np.sign)),
        Mistake("1 everywhere", "the slope is 1 everywhere, as if nothing bent. Below 0 it is 0.",
                with_slope(np.ones_like)),
        Mistake("output for slope", "the slope is the output once more. Above 0 it is always 1.",
                with_slope(lambda z: np.maximum(z, 0))),
        Mistake("absolute", "negative numbers are turned round, |z|; the rectifier makes them 0.",
                with_output(np.abs)),
        Mistake("minimum", "it keeps the negative numbers and drops the others: it takes the "
                "smaller of z and 0, not the larger.", with_output(lambda z: np.minimum(z, 0))),
        Mistake("np.max", "`np.max(z, 0)` looks for the largest entry along axis 0. "
                "`np.maximum(z, 0)` compares each entry with 0.",
                with_output(lambda z: np.max(z, 0))),
    ],
    hints=["Each output is the larger of two numbers: z and 0.",
           "`np.maximum` for the outputs; a comparison with 0 for the slopes."],
    minutes=4, difficulty=1, points=1,
)


# Dead units ---------------------------------------------------------------------------------------
def silent_share(Z):
    return np.mean((Z <= 0).all(axis=0))


def silent_inputs(rng):
    tables = [[[-1.0]], [[1.0, -1], [2, -3]], [[0.0, -1, 2], [-1, -2, 0], [0, 3, -1]],
              rng.normal([-5.0, -1, 0, 1], size=(6, 4)).round(2),
              rng.normal([-6.0, -5, -1, -0.5, 0, 0, 1, 2], size=(20, 8)).round(2)]
    return [(np.array(Z),) for Z in tables]


SILENT = Exercise(
    title="The share of dead rectifiers",
    text="`Z` (rows, units) are the sums of a hidden layer, before its rectifiers. Which share of "
         "the units, from 0 to 1, gives 0 for **every** row?",
    stub='''def silent_share(Z):
    return ...''',
    solution=silent_share, inputs=silent_inputs,
    mistakes=[
        Mistake("zeros", "this is the share of zeros. A unit is dead only if it is off for every "
                "row; half the activations are zero in a healthy layer.",
                lambda Z: np.mean(Z <= 0)),
        Mistake("rows", "it counts rows in which all units are off. Ask each unit about all rows: "
                "axis 0.", lambda Z: np.mean((Z <= 0).all(axis=1))),
        Mistake("any", "it counts units that are off for some row. Dead is off for all rows.",
                lambda Z: np.mean((Z <= 0).any(axis=0))),
        Mistake("count", "this is how many units are dead. Divide by the number of units.",
                lambda Z: np.sum((Z <= 0).all(axis=0))),
        Mistake("alive", "this is the share of units that are alive. Take it from 1.",
                lambda Z: np.mean((Z > 0).any(axis=0))),
        Mistake("below 0", "a sum of exactly 0 gives 0 too, so it counts as off: Z <= 0.",
                lambda Z: np.mean((Z < 0).all(axis=0))),
        Mistake("on average", "it asks whether a unit's sum is negative on average. One row above "
                "0 is enough to be alive.", lambda Z: np.mean(Z.mean(axis=0) <= 0)),
    ],
    hints=["When does a rectifier give 0? For the sums that are not above 0.",
           "Rows are axis 0: `.all(axis=0)` asks each unit about all of them.",
           "The mean of yes and no is the share of yes."],
    minutes=5, difficulty=1, points=1,
)


# A sigmoid that does not overflow -----------------------------------------------------------------
def sigmoid_inputs(rng):
    numbers = [[0.0], [1.0], [-2.0, 0.5, 3], [1000.0], [-1000.0],
               rng.normal(0, 3, size=(3, 4)).round(2)]
    return [(np.array(z),) for z in numbers]


def both_sides(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


SIGMOID = Exercise(
    title="A sigmoid without a warning",
    text="Write $\\sigma(z) = 1 / (1 + e^{-z})$ for arrays, so that NumPy does not warn: not at "
         "−1000, and not at 1000 either. A warning counts as a fault here.",
    stub='''def stable_sigmoid(z):
    return ...''',
    solution=sigmoid, inputs=sigmoid_inputs, warnings_count=True,
    mistakes=[
        Mistake("overflow", "the values are right, but far below 0 e^(−z) overflows and NumPy "
                "warns. There, e^z / (1 + e^z) is the same and safe.",
                lambda z: 1 / (1 + np.exp(-z))),
        Mistake("overflow above", "far above 0 e^z is infinite, and ∞ / ∞ is nan. There, "
                "1 / (1 + e^(−z)) is the same and safe.", lambda z: np.exp(z) / (1 + np.exp(z))),
        Mistake("both sides", "`np.where` chooses well, but it is given both sides for all z, so "
                "both overflow. Compute e^(−|z|) first: it never does.", both_sides),
        Mistake("sign", "it falls where σ rises: the sign of the exponent is wrong.",
                lambda z: sigmoid(-z)),
        Mistake("tanh", "this is tanh, between −1 and 1. σ lies between 0 and 1: "
                "σ(z) = ½ (1 + tanh(z/2)).", np.tanh),
        Mistake("twice as steep", "this is σ(2z). The identity is σ(z) = ½ (1 + tanh(z/2)), with "
                "half of z.", lambda z: 0.5 * (1 + np.tanh(z))),
        Mistake("1 − e", "below the line stands 1 − e^(−z), which is 0 at z = 0; it is "
                "1 + e^(−z).", lambda z: 1 / (1 - np.exp(-z))),
        Mistake("slope", "this is the slope of the sigmoid, σ(1 − σ).",
                lambda z: sigmoid(z) * (1 - sigmoid(z))),
    ],
    hints=["e^(large) overflows; e^(−large) is just 0, without a warning. So let every exponent "
           "be negative.",
           "`e = np.exp(-np.abs(z))`. Right of 0, σ is 1 / (1 + e). And left of 0?",
           "Another way: tanh does not overflow, and σ(z) = ½ (1 + tanh(z/2))."],
    minutes=8, difficulty=2, points=2,
)


# Softmax ------------------------------------------------------------------------------------------
def softmax_inputs(rng):
    tables = [[[0.0, 0]], [[1.0, 2, 3]], rng.normal(size=(3, 3)).round(2), [[1000.0, 999]],
              [[-1000.0, -1001]], [[0.0, 800]], [[1000.0, 1001], [0, 1]],
              rng.normal(size=(5, 3)).round(2)]
    return [(np.array(Z),) for Z in tables]


def shifted(Z):
    return np.exp(Z - Z.max(axis=-1, keepdims=True))


def shares(e):
    return e / e.sum(axis=-1, keepdims=True)


SOFTMAX = Exercise(
    title="Softmax of a batch",
    text="`z` has a row for each example. Return the softmax of each row: positive shares that "
         "sum to 1. Sums around ±1000 must do no harm.",
    stub='''def stable_softmax(z):
    e = ...
    return ...''',
    solution=softmax, inputs=softmax_inputs,
    mistakes=[
        Mistake("overflow", "e^1000 is infinite, and ∞ / ∞ is nan. Take the largest sum of each "
                "row off first: that changes no share.", lambda Z: shares(np.exp(Z))),
        Mistake("typed in", "it divides by the sum over the whole batch, and it overflows. Each "
                "row has a sum and a largest entry of its own.",
                lambda Z: np.exp(Z) / np.exp(Z).sum()),
        Mistake("whole batch", "the shares sum to 1 over the whole batch; they must do so in each "
                "row.", lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum()),
        Mistake("one largest", "the largest number of the whole batch is taken off. In a row far "
                "below it all exponentials are 0. Take off each row's own.",
                lambda Z: shares(np.exp(Z - Z.max()))),
        Mistake("smallest", "the smallest sum is taken off, so e^(large) still overflows. Take "
                "off the largest.", lambda Z: shares(np.exp(Z - Z.min(axis=-1, keepdims=True)))),
        Mistake("columns", "each column sums to 1. An example is a row: axis −1.",
                lambda Z: softmax(Z.T).T),
        Mistake("no keepdims", "the sums of the rows are lying down: the sum of row 1 divides "
                "column 1. `keepdims=True` keeps them upright.",
                lambda Z: shifted(Z) / shifted(Z).sum(axis=-1)),
        Mistake("typed in, columns", "each column sums to 1, and e^1000 overflows. An example is a "
                "row, axis −1; take its largest off first.",
                lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)),
        Mistake("typed in, no keepdims", "the sums of the rows are lying down, so that of row 1 "
                "divides column 1: `keepdims=True`. And e^1000 overflows.",
                lambda Z: np.exp(Z) / np.exp(Z).sum(axis=-1)),
        Mistake("divided by the largest", "the largest share is always 1. Divide by the sum of "
                "the row.", shifted),
        Mistake("no exponential", "these are shares of the sums themselves. Without e^z they can "
                "be negative, or 0/0.", shares),
    ],
    hints=["softmax(z + c) = softmax(z): choose c so that the largest exponent is 0.",
           "Largest and sum are those of each row: `axis=-1, keepdims=True`."],
    minutes=8, difficulty=2, points=2,
)


# Swish --------------------------------------------------------------------------------------------
def swish_slope(z, a):
    s = sigmoid(z)
    return s + a * (1 - s)


def swish_inputs(rng):
    numbers = [[0.0], [1.0], [-2.0, 0.5, 3], [1000.0, -1000], rng.normal(size=(3, 4)).round(2)]
    return [(np.array(z), np.array(z) * sigmoid(np.array(z))) for z in numbers]


def swish_with(formula):
    return lambda z, a: formula(z, a, sigmoid(z))


SWISH = Exercise(
    title="Swish",
    text="Swish is $a = z\\,\\sigma(z)$, a rectifier with a soft knee. Given `z` and the output "
         "`a`, as for every φ′ of the library, return its slope. Try to compute only one sigmoid.",
    stub='''def swish_slope(z, a):
    s = sigmoid(z)
    return ...''',
    solution=swish_slope, inputs=swish_inputs,
    mistakes=[
        Mistake("first half", "σ(z) is one half of the product rule. z σ′(z) is missing.",
                swish_with(lambda z, a, s: s)),
        Mistake("second half", "z σ′(z) is one half of the product rule. σ(z) is missing.",
                swish_with(lambda z, a, s: a * (1 - s))),
        Mistake("no z", "the second half of the product rule is z σ′(z); its factor z is missing.",
                swish_with(lambda z, a, s: s + s * (1 - s))),
        Mistake("slope of σ", "this is the slope of the sigmoid alone. Swish is z times the "
                "sigmoid: use the product rule.", swish_with(lambda z, a, s: s * (1 - s))),
        Mistake("z twice", "a holds the factor z already: z σ(z)(1 − σ(z)) is a (1 − σ(z)).",
                swish_with(lambda z, a, s: s + z * a * (1 - s))),
        Mistake("a(1 − a)", "a (1 − a) is the slope of a sigmoid whose output is a. Here a is "
                "z σ(z): use the product rule.", swish_with(lambda z, a, s: a * (1 - a))),
        Mistake("a in σ′", "σ′ is σ(1 − σ), with σ(z). The output a of swish stands in its place.",
                swish_with(lambda z, a, s: s + z * a * (1 - a))),
        Mistake("minus", "the two halves of the product rule are added, not subtracted.",
                swish_with(lambda z, a, s: s - a * (1 - s))),
        Mistake("a/z", "σ(z) is taken as a / z, which is 0/0 = nan at z = 0.",
                lambda z, a: a / z + a * (1 - a / z)),
    ],
    hints=["It is a product: (z · σ)′ = σ + z σ′.",
           "σ′ = s (1 − s). In z s (1 − s) you find a again."],
    minutes=8, difficulty=2, points=2,
)


EXERCISES = [RELU, SILENT, SIGMOID, SOFTMAX, SWISH, SOFTMAX_BACKWARD, AT_INPUT]
