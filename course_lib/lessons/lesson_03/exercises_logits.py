"""Two exercises of lesson 03 on logits: a cross-entropy without overflow, a fused gradient."""

import numpy as np

from course_lib.activations import sigmoid, softmax, softplus
from course_lib.exercise.exercise import Exercise, Mistake


# Binary cross-entropy on logits -------------------------------------------------------------------
def logit_cross_entropy(z, y):
    return np.mean(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))


def logit_inputs(rng):
    checks = [([0.0], [1]), ([2.0], [0]), ([1.0, -2], [1, 0]), ([0.5, 1, -1], [0.3, 1, 0]),
              ([-60.0, 60], [1, 0]), ([1000.0], [0]), ([-1000.0, 1000], [0, 1]),
              (rng.normal(0, 2, size=6).round(2), rng.random(6).round(1))]
    return [(np.array(z), np.array(y, float)) for z, y in checks]


def after_sigmoid(formula):
    """A wrong answer that takes the logarithm of σ(z)."""
    def wrong(z, y):
        p = sigmoid(z)
        return -np.mean(formula(p, y))
    return wrong


def added(size):
    return after_sigmoid(lambda p, y: y * np.log(p + size) + (1 - y) * np.log(1 - p + size))


def clipped(size):
    def formula(p, y):
        p = np.clip(p, size, 1 - size)
        return y * np.log(p) + (1 - y) * np.log(1 - p)
    return after_sigmoid(formula)


ON_LOGITS = Exercise(
    title="Cross-entropy that does not overflow",
    text="Return the mean over the examples of $-y\\log\\sigma(z) - (1-y)\\log(1-\\sigma(z))$, for "
         "logits `z` and targets `y` in [0, 1], an entry for each example. It must be right at "
         "±1000 too.",
    stub='''def logit_cross_entropy(z, y):
    return ...''',
    solution=logit_cross_entropy, inputs=logit_inputs,
    mistakes=[
        Mistake("after the sigmoid", "σ(z) is rounded to 0 or 1, and its logarithm is −∞. Take "
                "the logarithm on paper first: −log(1 − σ(z)) = log(1 + e^z).",
                after_sigmoid(lambda p, y: y * np.log(p) + (1 - y) * np.log(1 - p))),
        *(Mistake(size, f"{size} to save the logarithm caps the cost at about {cap} and flattens "
                  "it where the answer is most wrong. Take both steps in one: log(1 + e^z).",
                  form(float(size)))
          for form, size, cap in ((clipped, "1e-7", 16), (added, "1e-8", 18), (added, "1e-10", 23),
                                  (added, "1e-12", 28), (clipped, "1e-15", 35))),
        Mistake("e^1000", "the formula is the right one, but e^1000 is infinite. "
                "`np.logaddexp(0, z)` is log(1 + e^z) without e^z.",
                lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z), alone=True),
        Mistake("sum", "you added up the examples. Take their mean.",
                lambda z, y: len(z) * logit_cross_entropy(z, y)),
        Mistake("no mean", "this is the loss of each example. Take their mean.",
                lambda z, y: y * softplus(-z) + (1 - y) * softplus(z)),
        Mistake("only yes", "the term for y = 0 is missing, so a wrong yes costs nothing.",
                lambda z, y: np.mean(y * softplus(-z))),
        Mistake("turned round", "yes and no are swapped: with y = 1 a large z is cheap.",
                lambda z, y: logit_cross_entropy(-z, y)),
        Mistake("minus", "the sign is wrong: a logarithm of a probability is negative, so it needs "
                "a minus in front.", lambda z, y: -logit_cross_entropy(z, y)),
        Mistake("no sigmoid", "you used z as a probability, and log z is nan below 0. First take "
                "σ(z).", lambda z, y: -np.mean(y * np.log(z) + (1 - y) * np.log(1 - z))),
    ],
    hints=["−log(1 − σ(z)) = log(1 + e^z), and −log σ(z) = log(1 + e^(−z)).",
           "`np.logaddexp(0, z)` is log(e^0 + e^z). It does not overflow.",
           "Multiply one of them by y, the other by 1 − y, add, take the mean."],
    minutes=10, difficulty=2, points=2,
)


# The gradient of softmax and cross-entropy --------------------------------------------------------
def fused_gradient(Z, labels):
    Y = np.eye(Z.shape[-1])[labels]
    e = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) - Y) / len(Z)


def fused_inputs(rng):
    checks = [([[0.0, 0]], [0]), ([[1.0, 2, 3]], [2]),
              (rng.normal(size=(3, 3)).round(2), [2, 0, 1]), ([[1000.0, 0], [0, 1000]], [1, 1]),
              ([[1000.0, 0], [0, 1]], [0, 1]), ([[1000.0, -1000]], [0]),
              (rng.normal(size=(5, 3)).round(2), [0, 2, 2, 1, 0]),
              (rng.normal(size=(12, 4)).round(2), rng.integers(0, 4, size=12))]
    return [(np.array(Z), np.array(labels)) for Z, labels in checks]


def naive(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=-1, keepdims=True)


def fused_with(formula):
    """A wrong answer from the shares and the one-hot targets."""
    return lambda Z, labels: formula(softmax(Z), np.eye(Z.shape[-1])[labels])


FUSED = Exercise(
    title="The gradient of softmax and cross-entropy, fused",
    text="`Z` (batch, K) are logits, `labels` (batch,) the right classes, 0 … K − 1. The cost is "
         "the mean of $-\\log \\mathrm{softmax}(z)_{label}$. Return its gradient for `Z`, in one "
         "formula and safe at ±1000.",
    stub='''def fused_gradient(Z, labels):
    Y = ...         # the labels as one-hot rows
    return ...''',
    solution=fused_gradient, inputs=fused_inputs,
    mistakes=[
        Mistake("no mean", "the cost is a mean: divide by the number of examples.",
                fused_with(lambda P, Y: P - Y)),
        Mistake("no mean, overflow", "the cost is a mean: divide by the number of examples. And "
                "e^1000 overflows: subtract each row's largest logit first.",
                lambda Z, labels: naive(Z) - np.eye(Z.shape[-1])[labels]),
        Mistake("divided by all", "it is divided by all numbers of Z. Divide by the number of "
                "examples, `len(Z)`.", fused_with(lambda P, Y: (P - Y) / P.size)),
        Mistake("sign", "the sign is wrong. A step against the gradient must raise the logit of "
                "the right class, so there it is negative.",
                fused_with(lambda P, Y: (Y - P) / len(P))),
        Mistake("overflow", "e^1000 overflows, and ∞ / ∞ is nan. Subtract each row's largest logit "
                "first.",
                lambda Z, labels: (naive(Z) - np.eye(Z.shape[-1])[labels]) / len(Z)),
        Mistake("columns", "softmax is taken down the columns. The probabilities of a row sum to "
                "1: axis −1.", lambda Z, labels: (
                    softmax(Z.T).T - np.eye(Z.shape[-1])[labels]) / len(Z)),
        Mistake("label as number", "the label itself is subtracted. A class is no quantity: "
                "subtract 1 at the place of the label, 0 elsewhere.",
                lambda Z, labels: (softmax(Z) - labels[:, None]) / len(Z)),
        Mistake("from 1", "the labels are counted from 1. The first class is 0.",
                lambda Z, labels: (softmax(Z) - np.eye(Z.shape[-1])[labels - 1]) / len(Z)),
        Mistake("for ŷ", "this is −y/ŷ, the slope for the shares ŷ. For the logits, multiply "
                "by the slopes of softmax, and both together become ŷ − y.",
                fused_with(lambda P, Y: -Y / np.maximum(P, 1e-300) / len(P))),
        Mistake("only the label", "only the right class has a gradient. The others have one too: "
                "their probability, because they must fall.",
                fused_with(lambda P, Y: Y * (P - Y) / len(P))),
        Mistake("brake", "a slope ŷ(1 − ŷ) is multiplied in. With cross-entropy it has cancelled: "
                "what is left is ŷ − y.", fused_with(lambda P, Y: (P - Y) * P * (1 - P) / len(P))),
    ],
    hints=["`np.eye(K)[labels]` gives one-hot rows; K is `Z.shape[1]`.",
           "The cost of a row is log Σ e^z − z[label]. Differentiate by each z.",
           "(softmax(Z) − Y) / N, with N rows. First subtract the largest of each row."],
    minutes=15, difficulty=3, points=3,
)
