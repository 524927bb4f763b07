"""The exercises of lesson 02: bends, slopes, dead units, overflow, gradients on their way down."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_02.exercises_gradients import AT_INPUT, SOFTMAX_BACKWARD

LESSON = "02 Activations"


# The rectifier, inline ----------------------------------------------------------------------------
def my_relu(z):
    return np.maximum(z, 0)


def relu_inputs(rng):
    numbers = [np.array([2.0]), np.array([-1.5]), np.array([-2.0, 0, 3]),
               rng.normal(size=(4, 3)).round(2), rng.normal(size=(2, 2, 3)).round(2)]
    return [(z,) for z in numbers]


RELU = Exercise(
    title="write relu",
    text="`z` is an array of any shape. Return an array of the same shape in which every negative "
         "number has become 0 and every other number is what it was.",
    stub='''def my_relu(z):
    return ...''',
    solution=my_relu, inputs=relu_inputs,
    mistakes=[
        Mistake("absolute", "negative numbers become positive, as in |z|. They should become 0.",
                np.abs),
        Mistake("minimum", "it keeps the negative numbers and drops the others: it takes the "
                "smaller of z and 0, not the larger.", lambda z: np.minimum(z, 0)),
        Mistake("np.max", "`np.max(z, 0)` looks for the largest entry along axis 0. "
                "`np.maximum(z, 0)` compares each entry with 0.", lambda z: np.max(z, 0)),
        Mistake("threshold", "every positive number has become 1. Keep what it was.",
                lambda z: (z > 0) * 1.0),
        Mistake("line", "nothing bends: negative numbers come through as they are.",
                lambda z: z * 1.0),
        Mistake("turned round", "this bends on the wrong side: it turns the sign first, as in "
                "max(−z, 0).", lambda z: np.maximum(-z, 0)),
        Mistake("leaky", "below 0 there is still a small slope. That is leaky ReLU, which comes "
                "later in the lesson; here it is exactly 0.", lambda z: np.maximum(z, 0.01 * z)),
    ],
    hints=["Each output is the larger of two numbers: z and 0.",
           "`np.maximum(z, 0)` compares each entry of z with 0."],
    minutes=3, difficulty=1, points=1, inline=True,
)


# The roof, inline ---------------------------------------------------------------------------------
def roof(x):
    return np.maximum(x + 1.5, 0) - 2 * np.maximum(x, 0) + np.maximum(x - 1.5, 0)


def roof_inputs(rng):
    numbers = [[0.0], [-1.0], [1.0], [2.0], [-3.0, -2, 0.5, 3],
               rng.uniform(-3, 3, size=8).round(2)]
    return [(np.array(x),) for x in numbers]


def three(left, middle, right):
    """A roof with other weights."""
    return lambda x: (left * my_relu(x + 1.5) + middle * my_relu(x) + right * my_relu(x - 1.5))


ROOF = Exercise(
    title="the roof as a sum of three relus",
    text="Write the curve you built with the sliders: 0 up to $x = -1.5$, rising to 1.5 at "
         "$x = 0$, back to 0 at $x = 1.5$, and 0 from there on. Use your `my_relu` three times, "
         "each time moved to another place and with a weight of its own.",
    stub='''def roof(x):
    return ...''',
    solution=roof, inputs=roof_inputs,
    mistakes=[
        Mistake("two bends", "beyond 1.5 it goes on falling. A third bend has to make it flat.",
                three(1, -2, 0)),
        Mistake("one bend", "this is the first unit alone. It rises for ever; two more bends turn "
                "it down and make it flat.", three(1, 0, 0)),
        Mistake("middle −1", "the middle unit has weight −1, which only makes the line flat. To "
                "fall as steeply as it rose, the slope has to change by −2.", three(1, -1, 1)),
        Mistake("middle −1 twice", "weights 1, −1, −1: the line is flat after 0 and falls after "
                "1.5. The slope has to change by −2 at 0, and by 1 at 1.5.", three(1, -1, -1)),
        Mistake("last −1", "at 1.5 it bends further down. There the slope −1 has to become 0, so "
                "the last weight is +1.", three(1, -2, -1)),
        Mistake("middle +2", "at 0 it gets steeper where it should turn: the middle weight is −2, "
                "not +2.", three(1, 2, 1)),
        Mistake("no relu", "without relu the three lines cancel to 0. The bends make the roof.",
                lambda x: 0.0 * x),
        Mistake("below zero", "outside the roof it falls below 0. It has to stay at 0 there.",
                lambda x: 1.5 - np.abs(x)),
        Mistake("width 1", "this roof stands on −1 and 1, and is 1 high. Ours stands on −1.5 and "
                "1.5.", lambda x: np.maximum(0, 1 - np.abs(x))),
    ],
    hints=["A relu that bends at 1.5 is `my_relu(x - 1.5)`; one that bends at −1.5 is "
           "`my_relu(x + 1.5)`.",
           "A weight says by how much the slope of the sum changes at its bend. The slopes of the "
           "roof are 0, 1, −1, 0: they change by 1, by −2, by 1."],
    minutes=4, difficulty=1, points=1, inline=True,
)


# The rectifier's slope, inline --------------------------------------------------------------------
def relu_slope(z):
    return (z > 0) * 1.0


def slope_inputs(rng):
    numbers = [np.array([2.0]), np.array([-1.5]), np.array([0.0]), np.array([-2.0, 0, 3]),
               rng.normal(size=(4, 3)).round(2)]
    return [(z,) for z in numbers]


RELU_SLOPE = Exercise(
    title="the slope of relu",
    text="`z` is an array. Return the slope of relu at each of its numbers. At exactly 0 there is "
         "a corner and no slope of its own; return 0 there, as the library does.",
    stub='''def relu_slope(z):
    return ...''',
    solution=relu_slope, inputs=slope_inputs,
    mistakes=[
        Mistake("1 at 0", "the slope at exactly 0 is 1; here it must be 0, so ask for z > 0.",
                lambda z: (z >= 0) * 1.0),
        Mistake("½ at 0", "the slope at exactly 0 is ½. A fair thought, but here it must be 0.",
                lambda z: np.heaviside(z, 0.5)),
        Mistake("sign", "the slope is −1 below 0; there relu is flat, so it is 0.", np.sign),
        Mistake("1 everywhere", "the slope is 1 everywhere, as if nothing bent. Below 0 it is 0.",
                np.ones_like),
        Mistake("0 everywhere", "the slope is 0 everywhere, which is a threshold's. Above 0 relu "
                "rises as fast as z does.", np.zeros_like),
        Mistake("output for slope", "this is relu's output. Above 0 its slope is always 1.",
                lambda z: np.maximum(z, 0)),
        Mistake("wrong side", "it is 1 where relu is flat and 0 where it rises.",
                lambda z: (z < 0) * 1.0),
    ],
    hints=["Above 0 the output moves exactly as much as z does. Below 0 it does not move.",
           "A comparison gives True and False; `* 1.0` makes 1 and 0 of them."],
    minutes=3, difficulty=1, points=1, inline=True,
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
    title="The share of dead relus",
    text="`Z` (rows, units) are the sums of a hidden layer, before its relus. Which share of "
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
    hints=["When does a relu give 0? For the sums that are not above 0.",
           "Rows are axis 0: `.all(axis=0)` asks each unit about all of them.",
           "The mean of yes and no is the share of yes."],
    minutes=5, difficulty=1, points=1,
)


# A sigmoid that does not overflow -----------------------------------------------------------------
def sigmoid_inputs(rng):
    numbers = [[0.0], [1.0], [-2.0, 0, 3], [1000.0], [-1000.0], [0.0, 1000, -1000],
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
                lambda z: 1 / (1 + np.exp(-z)), alone=True),
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
        Mistake("1 − e", "the denominator is 1 − e^(−z), which is 0 at z = 0; it is "
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
              [[-1000.0, -1001]], [[0.0, 800]], [[1000.0, -1000]], [[1000.0, 1001], [0, 1]],
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
        Mistake("no keepdims", "the sum of row 1 divides column 1, because the sums form a row. "
                "`keepdims=True` keeps them a column.",
                lambda Z: shifted(Z) / shifted(Z).sum(axis=-1)),
        Mistake("typed in, columns", "each column sums to 1, and e^1000 overflows. An example is a "
                "row, axis −1; take its largest off first.",
                lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)),
        Mistake("typed in, no keepdims", "the sum of row 1 divides column 1, because the sums "
                "form a row: `keepdims=True` keeps them a column. And e^1000 overflows.",
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
    text="Swish is $a = z\\,\\sigma(z)$, a relu with a soft knee. Given `z` and the output "
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


EXERCISES = [RELU, ROOF, RELU_SLOPE, SWISH, SILENT, SIGMOID, SOFTMAX, AT_INPUT, SOFTMAX_BACKWARD]
