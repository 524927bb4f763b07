"""The exercises of lesson 00: one turn of the loop, an accuracy, and learning by heart."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake

LESSON = "00 Why deep learning"


# One turn of the loop -----------------------------------------------------------------------------
def one_turn(w, x, y, rate):
    error = w * x - y
    return w - rate * error * x


def turn_inputs(rng):
    small = [(1.0, 2.0, 3.0, 0.1), (2.0, 3.0, 4.0, 0.1), (0.0, 2.0, 5.0, 0.05)]
    return small + [tuple(rng.normal(size=3)) + (rate,) for rate in (0.1, 0.5, 0.01)]


ONE_TURN = Exercise(
    title="One turn of the loop",
    text="Here is a network with a single weight: its prediction is $w\\,x$. Write one turn of the "
         "loop. Predict, compare (the **error** is the prediction minus the right answer $y$), "
         "and adjust: the new weight is $w - \\text{rate} \\cdot \\text{error} \\cdot x$. The "
         "minus makes sense, because a prediction that is too large asks for a smaller weight. "
         "And $x$ stands there for this reason: if it is the length of a taxi ride and $y$ the "
         "price, a longer ride has more to do with the error, so it moves the weight more. Return "
         "the new weight.",
    stub='''def one_turn(w, x, y, rate):
    prediction = ...
    error = ...
    return ...''',
    solution=one_turn, inputs=turn_inputs,
    mistakes=[
        Mistake("sign", "the weight moves the wrong way: after this turn the error is larger. "
                "Subtract rate · error · x, with error = prediction − y.",
                lambda w, x, y, rate: w + rate * (w * x - y) * x),
        Mistake("no x", "the step forgets x. It is rate · error · x: a larger input has a larger "
                "share in the error.", lambda w, x, y, rate: w - rate * (w * x - y)),
        Mistake("no rate", "the step forgets the rate, so that it is much too long.",
                lambda w, x, y, rate: w - (w * x - y) * x),
        Mistake("only the change", "this is the change of the weight. Return the new weight: the "
                "old one with the change.", lambda w, x, y, rate: -rate * (w * x - y) * x),
        Mistake("prediction", "this is the new prediction. Return the new weight.",
                lambda w, x, y, rate: (w - rate * (w * x - y) * x) * x),
        Mistake("error without the weight", "the error compares x with y. Compare the prediction, "
                "w · x, with y.", lambda w, x, y, rate: w - rate * (x - y) * x),
        Mistake("from the error", "the step is taken from the error. It is taken from w.",
                lambda w, x, y, rate: (w * x - y) - rate * (w * x - y) * x),
    ],
    hints=["The prediction is `w * x`, and the error is the prediction minus `y`.",
           "The new weight is `w` minus the product of three numbers."],
    minutes=4, difficulty=1, points=1, inline=True,
)


# How often is it right ----------------------------------------------------------------------------
def accuracy(p, y):
    return np.mean(np.argmax(p, axis=1) == y)


def accuracy_inputs(rng):
    small = [(np.array([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5]]), np.array([0, 2])),
             (np.array([[0.5, 0.2, 0.3], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1]]),
              np.array([0, 1, 0, 2]))]
    for n, classes in ((4, 3), (5, 4), (20, 10)):
        p = rng.random((n, classes))
        y = np.where(rng.random(n) < 0.6, p.argmax(axis=1), rng.integers(classes, size=n))
        small.append((p / p.sum(axis=1, keepdims=True), y))
    return small


ACCURACY = Exercise(
    title="How often is it right?",
    text="The network gives ten probabilities for each picture. `p` has a row for each example and "
         "a column for each class, `y` has the right class of each example. The network's answer "
         "is the class with the largest probability. Return the share of the examples, between 0 "
         "and 1, for which this is the right one.",
    stub='''def accuracy(p, y):
    answers = ...
    return ...''',
    solution=accuracy, inputs=accuracy_inputs,
    mistakes=[
        Mistake("share of errors", "this is the share of wrong answers. The accuracy is the share "
                "of right ones.", lambda p, y: np.mean(np.argmax(p, axis=1) != y)),
        Mistake("count", "this is the number of right answers. Divide it by the number of "
                "examples.", lambda p, y: np.sum(np.argmax(p, axis=1) == y)),
        Mistake("percent", "this is a percentage. Return a share between 0 and 1.",
                lambda p, y: 100 * np.mean(np.argmax(p, axis=1) == y)),
        Mistake("largest probability", "this compares the largest probability with the class. "
                "`argmax` gives the place of the largest one.",
                lambda p, y: np.mean(np.max(p, axis=1) == y)),
        Mistake("least likely", "this takes the class with the smallest probability.",
                lambda p, y: np.mean(np.argmin(p, axis=1) == y)),
        Mistake("each example", "this says for each example whether it is right. Return one "
                "number, the mean.", lambda p, y: np.argmax(p, axis=1) == y),
        Mistake("mean probability", "this is the mean probability of the right class. The accuracy "
                "only asks which class has the largest one.",
                lambda p, y: np.mean(p[np.arange(len(y)), y])),
        Mistake("best example of each class", "the largest entry is looked for in each column. "
                "Look in each row: one answer for each example.",
                lambda p, y: np.mean([np.argmax(p, axis=0)[k % p.shape[1]] == label
                                      for k, label in enumerate(y)])),
    ],
    hints=["`np.argmax(p, axis=1)` gives for each row the column of its largest number.",
           "`answers == y` is True where the answer is right, and the mean of True and False is "
           "the share of True."],
    minutes=3, difficulty=1, points=1, inline=True,
)


# Learning by heart --------------------------------------------------------------------------------
def nearest(X, y, x):
    return y[np.argmin(np.sum((X - x) ** 2, axis=1))]


def nearest_inputs(rng):
    small = [(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([5, 7]), np.array([0.9, 0.8])),
             (np.array([[4.0, 0.0], [1.0, 1.0], [-3.0, 2.0]]), np.array([2, 8, 4]),
              np.array([0.0, 0.0])),
             (np.array([[0.0, 3.2], [2.0, 2.0], [9.0, 9.0]]), np.array([6, 1, 3]),
              np.array([0.0, 0.0])),
             (np.array([[5.0, -5.0], [1.0, 0.0]]), np.array([9, 4]), np.array([0.0, 0.0]))]
    for n, columns in ((5, 3), (8, 4), (10, 64)):
        X = rng.normal(size=(n, columns))
        small.append((X, rng.permutation(n) + 20, X[rng.integers(n)] + 0.1 * rng.normal(
            size=columns)))
    return small


NEAREST = Exercise(
    title="Learning by heart",
    text="Is a network needed at all? Here is a program that learns by keeping everything. For a "
         "new example `x`, a row of numbers, it looks for the training example in the rows of `X` "
         "that is nearest to it: the one with the smallest sum of squared differences. It answers "
         "with that example's class, which stands in `y`. Write it.",
    stub='''def nearest(X, y, x):
    distances = ...
    return ...''',
    solution=nearest, inputs=nearest_inputs,
    mistakes=[
        Mistake("farthest", "this is the class of the farthest example. Look for the smallest "
                "distance.", lambda X, y, x: y[np.argmax(np.sum((X - x) ** 2, axis=1))]),
        Mistake("row number", "this is the number of the nearest row. Return its class, from `y`.",
                lambda X, y, x: np.argmin(np.sum((X - x) ** 2, axis=1))),
        Mistake("differences not squared", "the differences are added as they are, so that "
                "positive and negative ones cancel. Square them first.",
                lambda X, y, x: y[np.argmin(np.sum(X - x, axis=1))]),
        Mistake("distance", "this is the smallest distance. Return the class of the example that "
                "has it.", lambda X, y, x: np.min(np.sum((X - x) ** 2, axis=1))),
        Mistake("absolute differences", "the differences are added without their sign. Add their "
                "squares: a large difference then counts more.",
                lambda X, y, x: y[np.argmin(np.sum(np.abs(X - x), axis=1))]),
        Mistake("product", "this takes the row with the largest product with x. A long row wins "
                "that way, even if it is far from x.", lambda X, y, x: y[np.argmax(X @ x)]),
        Mistake("first example", "this always gives the class of the first training example.",
                lambda X, y, x: y[0]),
    ],
    hints=["`X - x` subtracts `x` from every row of `X`.",
           "Square it, and add along each row: `np.sum(…, axis=1)`.",
           "`np.argmin` gives the place of the smallest number; the class there is in `y`."],
    minutes=6, difficulty=2, points=2,
)

EXERCISES = [ONE_TURN, ACCURACY, NEAREST]
