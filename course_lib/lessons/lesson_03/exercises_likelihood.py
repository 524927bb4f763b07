"""Two exercises of lesson 03 on distributions: Kullback–Leibler, and the cost of Gaussian noise."""

import numpy as np

from course_lib.costs import KullbackLeibler
from course_lib.exercise.exercise import Exercise, Mistake


# Kullback-Leibler ---------------------------------------------------------------------------------
def kl_inputs(rng):
    def rows(n, k):
        return rng.dirichlet(np.ones(k), size=n)
    tables = [([[0.5, 0.5]], [[0.25, 0.75]]), ([[0.5, 0.5]], [[0.0, 1]]), (rows(2, 2), rows(2, 2)),
              (rows(3, 3), np.eye(3)), (rows(3, 3), rows(3, 3)), (rows(8, 4), rows(8, 4))]
    return [(np.array(y_hat), np.array(y)) for y_hat, y in tables]


def kl_terms(y_hat, y):
    return y * np.log(np.where(y > 0, y, 1) / y_hat)


KL = Exercise(
    title="Kullback–Leibler, with 0 · log 0",
    text="Each row of `y_hat` and `y` is a distribution: its entries sum to 1. Return the loss of "
         "each **row**, $\\sum y \\log(y / \\hat y)$. Targets may be 0, and then 0 · log 0 counts "
         "as 0; no entry of `y_hat` is 0.",
    stub='''def kl_divergence(y_hat, y):
    return ...''',
    solution=KullbackLeibler().loss, inputs=kl_inputs,
    mistakes=[
        Mistake("0 · log 0", "where a target is 0 it gives nan: 0 · log 0 is 0 · (−∞) for NumPy. "
                "Put a harmless number inside the logarithm there.",
                lambda p, y: np.sum(y * np.log(y / p), axis=-1)),
        Mistake("swapped", "targets and predictions are swapped. Each logarithm is "
                "weighted with the target: y log(y / ŷ).",
                lambda p, y: np.sum(p * np.log(p / y), axis=-1)),
        Mistake("cross-entropy", "this is the categorical cross-entropy, −Σ y log ŷ. Subtract the "
                "entropy of the targets.", lambda p, y: -np.sum(y * np.log(p), axis=-1)),
        Mistake("sign", "the sign is wrong. For rows that sum to 1 the loss is never below 0.",
                lambda p, y: -kl_terms(p, y).sum(axis=-1)),
        Mistake("mean over classes", "the classes are averaged. Add them up.",
                lambda p, y: kl_terms(p, y).mean(axis=-1)),
        Mistake("one number", "this is the mean over the examples. Here each row keeps its own "
                "loss.", lambda p, y: kl_terms(p, y).sum(axis=-1).mean()),
        Mistake("one sum", "this is one sum over all rows. Here each row keeps its own loss.",
                lambda p, y: kl_terms(p, y).sum()),
        Mistake("columns", "you added up the columns. An example is a row: axis −1.",
                lambda p, y: kl_terms(p, y).sum(axis=0)),
        Mistake("log2", "the logarithm has the base 2; here it is the natural one, `np.log`.",
                lambda p, y: kl_terms(p, y).sum(axis=-1) / np.log(2)),
    ],
    hints=["For targets above 0: `np.sum(y * np.log(y / y_hat), axis=-1)`.",
           "Where y is 0, the factor y makes the term 0, if only the logarithm is finite.",
           "`np.where(y > 0, y, 1)` in the logarithm, in place of y."],
    minutes=8, difficulty=2, points=2,
)


# The cost that Gaussian noise asks for ------------------------------------------------------------
def gaussian_cost(y_hat, y, sigma):
    r = (y_hat - y) / sigma
    return np.mean(0.5 * r**2 + np.log(sigma) + 0.5 * np.log(2 * np.pi))


def gaussian_inputs(rng):
    checks = [([1.0], [1.0], [2.0]), ([3.0], [1.0], [1.0]), ([0.0, 1], [2.0, 0], [4.0, 0.5]),
              (*rng.normal(size=(2, 5)).round(2), rng.uniform(0.5, 2, size=5).round(2)),
              (*rng.normal(size=(2, 900)).round(2), rng.uniform(0.5, 2, size=900).round(2)),
              ([50.0, 0], [0.0, 1], [1.0, 1])]
    return [tuple(map(np.array, check)) for check in checks]


def density(y_hat, y, sigma):
    return np.exp(-0.5 * ((y_hat - y) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))


def gaussian_with(square=lambda r, s: 0.5 * (r / s) ** 2, spread=np.log, constant=0.5,
                  average=np.mean):
    return lambda y_hat, y, sigma: average(
        square(y_hat - y, sigma) + spread(sigma) + constant * np.log(2 * np.pi))


GAUSSIAN = Exercise(
    title="Unequal noise",
    text="Each `y` scatters around its `y_hat` with a spread `sigma` of its own, a Gaussian: "
         "$p = e^{-(\\hat y-y)^2 / 2\\sigma^2} / (\\sigma\\sqrt{2\\pi})$. All three have an entry "
         "for each example. Return the mean of $-\\log p$; it must stay finite 50 spreads away.",
    stub='''def gaussian_cost(y_hat, y, sigma):
    return ...''',
    solution=gaussian_cost, inputs=gaussian_inputs,
    mistakes=[
        Mistake("no log σ", "the term log σ is missing. Without it, the cheapest spread would "
                "be infinite.", gaussian_with(spread=lambda s: 0)),
        Mistake("log σ²", "the spread comes in as log σ². From 1/σ comes log σ, or ½ log σ².",
                gaussian_with(spread=lambda s: np.log(s**2))),
        Mistake("minus log σ", "log σ has the wrong sign: σ is in the denominator, and there is a "
                "minus in front of the logarithm.", gaussian_with(spread=lambda s: -np.log(s))),
        Mistake("σ not squared", "the square is divided by σ; it must be σ².",
                gaussian_with(square=lambda r, s: 0.5 * r**2 / s)),
        Mistake("parentheses", "`/ 2 * sigma**2` multiplies by σ². Put the denominator in "
                "parentheses.", gaussian_with(square=lambda r, s: r**2 / 2 * s**2)),
        Mistake("square alone", "the square is right, but log σ and ½ log 2π are missing: they are "
                "part of −log p.", gaussian_with(spread=lambda s: 0, constant=0), alone=True),
        Mistake("no σ", "the square is not divided by σ²: an error counts the same, however large "
                "the spread is.", gaussian_with(square=lambda r, s: 0.5 * r**2)),
        Mistake("no ½", "the ½ of the square is missing.",
                gaussian_with(square=lambda r, s: (r / s) ** 2)),
        Mistake("no constant", "½ log 2π is missing. It moves no minimum, but it is part of "
                "−log p.", gaussian_with(constant=0)),
        Mistake("log 2π", "the constant comes in as log 2π. The root of 2π gives "
                "½ log 2π.", gaussian_with(constant=1)),
        Mistake("sum", "you added up the examples. Take their mean.",
                gaussian_with(average=np.sum)),
        Mistake("log of p", "far off, p is rounded to 0 and its logarithm is −∞. Take the "
                "logarithm on paper first: a square and two more terms.",
                lambda y_hat, y, s: -np.mean(np.log(density(y_hat, y, s)))),
        Mistake("product", "the product of many densities is rounded to 0, and its logarithm is "
                "−∞. The logarithm of a product is a sum of logarithms.",
                lambda y_hat, y, s: -np.log(np.prod(density(y_hat, y, s))) / len(y)),
    ],
    hints=["log(a · b / c) = log a + log b − log c, and log e^x = x.",
           "Three terms: half the square of (ŷ − y)/σ, log σ, and ½ log 2π.",
           "The mean of `0.5 * r**2 + np.log(sigma) + 0.5 * np.log(2 * np.pi)`, r = (ŷ − y)/σ."],
    minutes=10, difficulty=2, points=2,
)
