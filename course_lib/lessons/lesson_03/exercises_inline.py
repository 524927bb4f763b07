"""The short tasks of lesson 03 that stand where their idea is: a cost grows, line by line."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_03.houses import bell


# Half the square ----------------------------------------------------------------------------------
def half_square(y_hat, y):
    return np.mean(0.5 * (y_hat - y) ** 2)


def half_square_inputs(rng):
    checks = [([3.0], [1.0]), ([1.0, -1], [0.0, 2]), ([0.0, 0, 0], [2.0, -2, 0])]
    return [tuple(map(np.array, check)) for check in checks] + [
        tuple(rng.normal(size=(2, n)).round(2)) for n in (4, 25)]


def half_square_with(formula):
    return lambda y_hat, y: formula(np.asarray(y_hat - y))


HALF_SQUARE = Exercise(
    title="half the square",
    text="`y_hat` and `y` hold the predicted and the true price of each house. Return one number "
         "for all of them: the mean of $\\frac12(\\hat y - y)^2$.",
    stub='''def half_square(y_hat, y):
    return ...''',
    solution=half_square, inputs=half_square_inputs,
    mistakes=[
        Mistake("no ½", "the ½ is missing, so the result is twice too large.",
                half_square_with(lambda r: np.mean(r**2))),
        Mistake("sum", "you added up the houses. Take their mean, so that the cost does not grow "
                "with the number of houses.", half_square_with(lambda r: 0.5 * np.sum(r**2))),
        Mistake("no square", "the differences are not squared, so too high and too low cancel.",
                half_square_with(lambda r: 0.5 * np.mean(r))),
        Mistake("absolute", "you took the size of each difference. Here it is squared.",
                half_square_with(lambda r: 0.5 * np.mean(np.abs(r)))),
        Mistake("square of mean", "you squared the mean. Square each difference first, otherwise "
                "too high and too low still cancel.",
                half_square_with(lambda r: 0.5 * np.mean(r) ** 2)),
        Mistake("½ inside", "the ½ is inside the square, so it has become ¼. Halve after squaring.",
                half_square_with(lambda r: np.mean((0.5 * r) ** 2))),
        Mistake("root", "you took the root at the end. The cost is the mean itself.",
                half_square_with(lambda r: np.sqrt(0.5 * np.mean(r**2)))),
        Mistake("each house", "this is one number for each house. Take their mean.",
                half_square_with(lambda r: 0.5 * r**2)),
    ],
    hints=["`(y_hat - y) ** 2` squares every difference at once.", "`np.mean(...)` of half of it."],
    minutes=2, difficulty=1, points=1, inline=True,
)


# The bell -----------------------------------------------------------------------------------------
def density_inputs(rng):
    checks = [(1.0, 1.0, 1.0), (3.0, 1.0, 1.0), (3.0, 1.0, 4.0), (0.0, 1.5, 0.5)]
    return [tuple(map(np.array, check)) for check in checks] + [
        (*rng.normal(size=(2, 5)).round(2), np.array(2.0))]


def density_with(power=lambda r, s: np.exp(-0.5 * (r / s) ** 2),
                 below=lambda s: s * np.sqrt(2 * np.pi)):
    return lambda y, y_hat, sigma: power(y - y_hat, sigma) / below(sigma)


DENSITY = Exercise(
    title="the bell",
    text="Return the Gaussian density $p(y \\mid \\hat y) = e^{-(y - \\hat y)^2 / 2\\sigma^2} / "
         "(\\sigma\\sqrt{2\\pi})$ at each price `y`, when the line predicts `y_hat` and the prices "
         "spread around it by `sigma`.",
    stub='''def density(y, y_hat, sigma):
    return ...''',
    solution=bell, inputs=density_inputs,
    mistakes=[
        Mistake("plus", "the exponent has lost its minus, so a price far away from ŷ is the most "
                "likely one.", density_with(power=lambda r, s: np.exp(0.5 * (r / s) ** 2))),
        Mistake("no ½", "the ½ in the exponent is missing.",
                density_with(power=lambda r, s: np.exp(-((r / s) ** 2)))),
        Mistake("σ in the exponent", "the square is divided by σ, and should be divided by σ².",
                density_with(power=lambda r, s: np.exp(-0.5 * r**2 / s))),
        Mistake("parentheses", "`/ 2 * sigma**2` divides by 2 and then multiplies by σ². Put "
                "`(2 * sigma**2)` in parentheses.",
                density_with(power=lambda r, s: np.exp(-(r**2) / 2 * s**2))),
        Mistake("no σ below", "the σ in the denominator is missing, so a wide bell has more than "
                "its share: all prices together must have probability 1.",
                density_with(below=lambda s: np.sqrt(2 * np.pi))),
        Mistake("no root", "there is a root over 2π.",
                density_with(below=lambda s: s * 2 * np.pi)),
        Mistake("σ under the root", "σ stands under the root, next to 2π. It belongs outside.",
                density_with(below=lambda s: np.sqrt(2 * np.pi * s))),
        Mistake("nothing below", "only the exponential is there. Divide it by σ√(2π).",
                density_with(below=lambda s: 1)),
        Mistake("no square", "the difference in the exponent is not squared, so the bell has only "
                "one side.", density_with(power=lambda r, s: np.exp(-0.5 * r / s**2))),
    ],
    hints=["`np.exp(-0.5 * ((y - y_hat) / sigma) ** 2)` is the part above the line.",
           "Divide by `(sigma * np.sqrt(2 * np.pi))`, with the parentheses."],
    minutes=3, difficulty=1, points=1, inline=True,
)


# Minus the logarithm ------------------------------------------------------------------------------
def minus_log(p):
    return -np.mean(np.log(p))


def minus_log_inputs(rng):
    return [(np.array([0.5]),), (np.array([0.1, 0.9]),), (rng.uniform(0.1, 1, size=5).round(2),),
            (rng.uniform(0.05, 1, size=3000),)]


MINUS_LOG = Exercise(
    title="from a product to a mean",
    text="`p` holds the density or probability of each row. Return the mean of $-\\log p$ (the "
         "natural logarithm). It must stay finite for thousands of rows.",
    stub='''def minus_log(p):
    return ...''',
    solution=minus_log, inputs=minus_log_inputs,
    mistakes=[
        Mistake("no minus", "the minus is missing. The logarithm of a probability is negative, and "
                "a cost should be small when the data are likely.", lambda p: np.mean(np.log(p))),
        Mistake("sum", "you added up the rows; take their mean.", lambda p: -np.sum(np.log(p))),
        Mistake("log of the product", "you multiplied first. With 3,000 rows the product is "
                "rounded to 0, and its logarithm is −∞. Take the logarithm of each row, then the "
                "mean.", lambda p: -np.log(np.prod(p)) / len(p)),
        Mistake("log of the mean", "you took the mean first and then the logarithm. It is the "
                "logarithm of each row that is averaged.", lambda p: -np.log(np.mean(p))),
        Mistake("log10", "this logarithm has base 10. The natural one is `np.log`.",
                lambda p: -np.mean(np.log10(p))),
        Mistake("log2", "this logarithm has base 2. The natural one is `np.log`.",
                lambda p: -np.mean(np.log2(p))),
        Mistake("no log", "there is no logarithm in it yet.", lambda p: -np.mean(p)),
        Mistake("each row", "this is one number for each row. Take their mean.",
                lambda p: -np.log(p)),
    ],
    hints=["The logarithm of a product is the sum of the logarithms.", "`-np.mean(np.log(p))`"],
    minutes=2, difficulty=1, points=1, inline=True,
)


# Yes or no ----------------------------------------------------------------------------------------
def cross_entropy(y_hat, y):
    return -np.mean(np.log(np.where(y == 1, y_hat, 1 - y_hat)))


def cross_entropy_inputs(rng):
    checks = [([0.8], [1]), ([0.8], [0]), ([0.9, 0.3], [1, 0]), ([0.2, 0.6, 0.7], [0, 1, 1])]
    checks = [(np.array(y_hat), np.array(y, float)) for y_hat, y in checks]
    return checks + [(rng.uniform(0.05, 0.95, 20).round(2), rng.integers(0, 2, 20) * 1.0)]


def terms(formula):
    return lambda y_hat, y: formula(y * np.log(y_hat), (1 - y) * np.log(1 - y_hat))


CROSS_ENTROPY = Exercise(
    title="the cost of yes and no",
    text="`y_hat` holds the probabilities that a neuron gives to “yes”, `y` what was true: 1 for "
         "yes, 0 for no. Return the mean of $-y\\log\\hat y-(1-y)\\log(1-\\hat y)$.",
    stub='''def cross_entropy(y_hat, y):
    return ...''',
    solution=cross_entropy, inputs=cross_entropy_inputs,
    mistakes=[
        Mistake("no minus", "the sign is wrong: a logarithm of a probability is negative, and both "
                "terms need a minus.", terms(lambda yes, no: np.mean(yes + no))),
        Mistake("one minus", "only the first term has a minus. Put the whole sum in parentheses, "
                "or write two minus signs.", terms(lambda yes, no: np.mean(-yes + no))),
        Mistake("only yes", "the term for y = 0 is missing, so a wrong “yes” costs nothing.",
                terms(lambda yes, no: -np.mean(yes))),
        Mistake("sum", "you added up the rows; take their mean.",
                terms(lambda yes, no: -np.sum(yes + no))),
        Mistake("each row", "this is one number for each row. Take their mean.",
                terms(lambda yes, no: -(yes + no))),
        Mistake("turned round", "yes and no are swapped: where y is 1, log ŷ counts.",
                lambda p, y: -np.mean(y * np.log(1 - p) + (1 - y) * np.log(p))),
        Mistake("swapped", "ŷ and y are swapped. The logarithm is taken of the prediction.",
                lambda p, y: -np.mean(p * np.log(np.maximum(y, 1e-9))
                                      + (1 - p) * np.log(np.maximum(1 - y, 1e-9)))),
        Mistake("log10", "this logarithm has base 10. The natural one is `np.log`.",
                terms(lambda yes, no: -np.mean(yes + no) / np.log(10))),
        Mistake("log2", "this logarithm has base 2. The natural one is `np.log`.",
                terms(lambda yes, no: -np.mean(yes + no) / np.log(2))),
    ],
    hints=["Where y is 1 only the first term is left, where y is 0 only the second.",
           "`-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))`"],
    minutes=3, difficulty=1, points=1, inline=True,
)


# One of K classes ---------------------------------------------------------------------------------
def class_cross_entropy(Y_hat, labels):
    return -np.mean(np.log(Y_hat[np.arange(len(labels)), labels]))


def class_inputs(rng):
    def rows(n, k):
        return rng.dirichlet(2 * np.ones(k), size=n).round(3) + 0.001
    checks = [(np.array([[0.2, 0.5, 0.3]]), [1]), (np.array([[0.2, 0.5, 0.3]]), [2]),
              (np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]), [0, 1]),
              (rows(4, 3), [2, 0, 1, 1]), (rows(9, 4), rng.integers(0, 4, 9))]
    return [(Y_hat, np.array(labels)) for Y_hat, labels in checks]


CLASS_CROSS_ENTROPY = Exercise(
    title="the cost of one class in many",
    text="Each row of `Y_hat` holds the probabilities of the classes, and `labels` the class that "
         "was true: 0, 1, 2 … Return the mean of $-\\log$ of the probability that went to the "
         "true class.",
    stub='''def class_cross_entropy(Y_hat, labels):
    p = ...         # the probability of the true class, for each row
    return ...''',
    solution=class_cross_entropy, inputs=class_inputs,
    mistakes=[
        Mistake("no minus", "the minus is missing: the logarithm of a probability is negative.",
                lambda P, k: np.mean(np.log(P[np.arange(len(k)), k]))),
        Mistake("sum", "you added up the rows; take their mean.",
                lambda P, k: -np.sum(np.log(P[np.arange(len(k)), k]))),
        Mistake("largest", "you took the largest probability of each row. It is the true class "
                "that counts, likely or not.", lambda P, k: -np.mean(np.log(P.max(axis=1)))),
        Mistake("all classes", "you took all classes. Only the true one counts.",
                lambda P, k: -np.mean(np.log(P))),
        Mistake("block", "`Y_hat[:, labels]` takes whole columns. To take one entry of each row, "
                "name the rows too: `Y_hat[np.arange(len(labels)), labels]`.",
                lambda P, k: -np.mean(np.log(P[:, k]))),
        Mistake("from 1", "the labels are counted from 1. The first class is 0.",
                lambda P, k: -np.mean(np.log(P[np.arange(len(k)), k - 1]))),
        Mistake("log of the mean", "you took the mean first and then the logarithm. It is the "
                "logarithm of each row that is averaged.",
                lambda P, k: -np.log(np.mean(P[np.arange(len(k)), k]))),
        Mistake("over the classes", "you divided by the number of classes as well. The mean is "
                "over the rows.",
                lambda P, k: -np.mean(np.eye(P.shape[1])[k] * np.log(P))),
        Mistake("no log", "there is no logarithm in it yet.",
                lambda P, k: -np.mean(P[np.arange(len(k)), k])),
    ],
    hints=["`Y_hat[np.arange(len(labels)), labels]` takes one entry of each row.",
           "Then `-np.mean(np.log(p))`, as before."],
    minutes=4, difficulty=2, points=1, inline=True,
)
