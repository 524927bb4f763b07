"""The exercises at the end of lesson 01, behind the tasks in its flow (`exercises_gates`)."""

from itertools import product

import numpy as np

from course_lib.activations import identity, relu, sigmoid, threshold
from course_lib.exercise.exercise import Exercise, Mistake, Refused
from course_lib.exercise.values import unpack
from course_lib.lessons.lesson_01.exercises_gates import TASKS

LESSON = "01 The neuron"


# One neuron ---------------------------------------------------------------------------------------
def neuron_output(x, w, b, phi):
    return phi(x @ w + b)


def neuron_inputs(rng):
    small = [(np.array([2.0]), np.array([3.0]), 0.5, identity),
             (np.array([1.0, -2]), np.array([0.5, 2]), -1.0, identity),
             (np.array([1.0, 0.5]), np.array([0.5, 2]), 1.5, relu)]
    return small + [(rng.normal(size=n), rng.normal(size=n), rng.normal(), phi)
                    for n, phi in ((2, sigmoid), (4, identity), (4, relu), (9, sigmoid))]


NEURON = Exercise(
    title="A neuron with any activation",
    text="Your first neuron always ended with a threshold. Write one that is handed its "
         "activation: the arrays `x` and `w` have one entry for each input, `b` is a number, and "
         "`phi` is a function. It returns one number, $a = \\varphi(z)$.",
    stub='''def neuron_output(x, w, b, phi):
    z = ...
    return phi(z)''',
    solution=neuron_output, inputs=neuron_inputs,
    mistakes=[
        Mistake("no bias", "the bias is missing: z = x · w + b.",
                lambda x, w, b, phi: phi(x @ w)),
        Mistake("bias subtracted", "the bias is subtracted; it is added: z = x · w + b.",
                lambda x, w, b, phi: phi(x @ w - b)),
        Mistake("no sum", "the products are not added up: there is one answer for each input. "
                "A neuron has one sum.", lambda x, w, b, phi: phi(x * w + b)),
        Mistake("weights added", "the weights are added to the inputs; a weight multiplies.",
                lambda x, w, b, phi: phi((x + w).sum() + b)),
        Mistake("bias in the sum", "the bias is added once for each input. Add it after the sum.",
                lambda x, w, b, phi: phi((x * w + b).sum())),
        Mistake("no activation", "the activation is missing: the answer is φ(z), not z.",
                lambda x, w, b, phi: x @ w + b),
        Mistake("bias after φ", "the bias is added after the activation; it belongs inside: "
                "φ(x · w + b).", lambda x, w, b, phi: phi(x @ w) + b),
    ],
    hints=["Multiply each input by its weight, add the products, add the bias.",
           "`x @ w` multiplies and adds in one go."],
    minutes=3, difficulty=1, points=1,
)


# NOR by hand --------------------------------------------------------------------------------------
def nor_weights():
    return -1, -1, 0.5


def gate(answer, x):
    w1, w2, b = unpack(answer(), "w1, w2, b")
    return threshold(x @ [w1.item(), w2.item()] + b.item())


def corners(rng):
    return [(np.array(x, float),) for x in product([0, 1], repeat=2)]


NOR = Exercise(
    title="NOR by hand",
    text="NOR says yes if **neither** of its two inputs is 1. Find weights and a bias for one "
         "threshold neuron, and check all four corners on paper first. There are many solutions.",
    stub='''def nor_weights():
    w1, w2, b = ..., ..., ...
    return w1, w2, b''',
    solution=nor_weights, inputs=corners, use=gate,
    mistakes=[
        Mistake("OR", "this is OR: every answer is inverted. Flip all three signs.",
                lambda: (1, 1, -0.5)),
        Mistake("NAND", "this is NAND: it also says yes if just one input is 1. Lower the bias.",
                lambda: (-1, -1, 1.5)),
        Mistake("AND", "this is AND. For NOR each 1 must speak against a yes.",
                lambda: (1, 1, -1.5)),
        Mistake("never", "it never says yes. At (0, 0) only the bias counts: it must not be "
                "negative.", lambda: (-1, -1, -0.5)),
        Mistake("always", "it always says yes. The weights must be negative, and outweigh the "
                "bias.", lambda: (-1, -1, 3)),
        Mistake("not x1", "this is NOT x₁: the second input is ignored.", lambda: (-1, 0, 0.5)),
        Mistake("not x2", "this is NOT x₂: the first input is ignored.", lambda: (0, -1, 0.5)),
    ],
    hints=["At (0, 0) the sum is the bias alone, and the answer must be yes.",
           "Each input that is 1 must push the sum below 0: negative weights, larger than the "
           "bias."],
    minutes=5, difficulty=1, points=1,
)


# Layers collapse ----------------------------------------------------------------------------------
def merge_layers(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2 + b2


def merge_inputs(rng):
    sizes = [(1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 6, 1), (3, 5, 2)]
    return [tuple(rng.normal(size=shape).round(2) for shape in ((i, h), h, (h, o), o))
            for i, h, o in sizes]


MERGE = Exercise(
    title="Two layers in one",
    text="Without an activation, the two layers `(X @ W1 + b1) @ W2 + b2` are one layer, "
         "`X @ W + b`. Return its `W` and `b`.",
    stub='''def merge_layers(W1, b1, W2, b2):
    W = ...
    b = ...
    return W, b''',
    solution=merge_layers, inputs=merge_inputs,
    mistakes=[
        Mistake("order", "the matrices are in the wrong order: rows are examples, so the first "
                "layer stands on the left.", lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2)),
        Mistake("biases added", "b₁ is added as it is. It goes through the second layer too.",
                lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)),
        Mistake("no b1", "the bias of the first layer is lost.",
                lambda W1, b1, W2, b2: (W1 @ W2, b2)),
        Mistake("no b2", "the bias of the second layer is lost.",
                lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2)),
        Mistake("W2 on the left of b1", "b₁ is multiplied by W₂ from the wrong side: b₁ W₂, as "
                "b₁ is a row.", lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2)),
        Mistake("entries", "the matrices are multiplied entry by entry. Use `@`.",
                lambda W1, b1, W2, b2: (W1 * W2, b1 @ W2 + b2)),
    ],
    hints=["Multiply out: (X W₁ + b₁) W₂ + b₂ = …", "What stands behind X is W.",
           "What has no X in it is b: two terms."],
    minutes=8, difficulty=2, points=2,
)


# How much is explained ----------------------------------------------------------------------------
def share_explained(y_hat, y):
    return 1 - np.sum((y - y_hat) ** 2) / np.sum((y - np.mean(y)) ** 2)


def share_inputs(rng):
    checks = [(np.array([1.0, 2]), np.array([1.0, 3])),
              (np.array([2.0, 2, 2]), np.array([1.0, 2, 6]))]
    for n in (4, 20):
        y = rng.normal(10, 3, size=n)
        checks.append((y + rng.normal(0.5, 1.5, size=n), y))
    return checks


SHARE = Exercise(
    title="R²",
    text="R² compares the squared errors of the predictions `y_hat` with those of a model that "
         "always predicts the average of `y`: "
         "$R^2 = 1 - \\sum (y - \\hat y)^2 \\,/\\, \\sum (y - \\bar y)^2$.",
    stub='''def share_explained(y_hat, y):
    return ...''',
    solution=share_explained, inputs=share_inputs,
    mistakes=[
        Mistake("what is left", "this is the part that is *not* explained. Take it from 1.",
                lambda p, y: np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)),
        Mistake("average of predictions", "the average is that of the predictions. It must be "
                "that of y.", lambda p, y: 1 - np.sum((y - p) ** 2) / np.sum((y - p.mean()) ** 2)),
        Mistake("swapped", "y_hat and y are swapped: the average is of what was "
                "predicted, and compared with it.",
                lambda p, y: 1 - np.sum((y - p) ** 2) / np.sum((p - p.mean()) ** 2 + 1e-300)),
        Mistake("no average", "the average of y is not taken off below.",
                lambda p, y: 1 - np.sum((y - p) ** 2) / np.sum(y**2)),
        Mistake("no squares", "absolute errors in place of squared ones.",
                lambda p, y: 1 - np.abs(y - p).sum() / np.abs(y - y.mean()).sum()),
        Mistake("square of the sum", "the errors are added first and squared after, so they "
                "cancel.", lambda p, y: 1 - (y - p).sum() ** 2 / np.sum((y - y.mean()) ** 2)),
    ],
    hints=["Two sums of squares: of y − y_hat, and of y − (the average of y).",
           "`1 - np.sum(...) / np.sum(...)`"],
    minutes=5, difficulty=1, points=1,
)


# Least squares ------------------------------------------------------------------------------------
def best_neuron(X, y):
    ones = np.ones((len(X), 1))
    solution = np.linalg.lstsq(np.hstack([X, ones]), y, rcond=None)[0]
    return solution[:-1], solution[-1]


def bias_first(X, y):
    found = np.linalg.lstsq(np.hstack([np.ones((len(X), 1)), X]), y, rcond=None)[0]
    return found[:-1], found[-1]


def best_inputs(rng):
    checks = [(np.array([[0.0], [1]]), np.array([1.0, 3])),
              (np.array([[1.0], [2], [4]]), np.array([1.0, 3, 2]))]
    for n, inputs in ((6, 2), (30, 4)):
        X = rng.normal(1, 2, size=(n, inputs))
        checks.append((X, X @ rng.normal(size=inputs) + 3 + rng.normal(size=n)))
    return checks


BEST = Exercise(
    title="The best neuron without activation",
    text="Find the weights `w` (one for each column of `X`) and the bias `b` for which "
         "`X @ w + b` has the smallest squared error against `y`. Return `w, b`.",
    stub='''def best_neuron(X, y):
    w = ...
    b = ...
    return w, b''',
    solution=best_neuron, inputs=best_inputs,
    mistakes=[
        Mistake("no bias", "the fit has no bias: the line is forced through 0. Add a column of "
                "ones to X.", lambda X, y: (np.linalg.lstsq(X, y, rcond=None)[0], 0.0)),
        Mistake("centred", "w is right; b is what is missing at the averages of y and X: "
                "b = ȳ − x̄ · w.", lambda X, y: (best_neuron(X, y)[0], y.mean()), alone=True),
        Mistake("sign of b", "w is right, b has the wrong sign.",
                lambda X, y: (best_neuron(X, y)[0], -best_neuron(X, y)[1]), alone=True),
        Mistake("one by one", "each weight is fitted alone, as if the others were not there: that "
                "is the bedroom that seems to raise the price.",
                lambda X, y: (w := np.array([best_neuron(x[:, None], y)[0][0] for x in X.T]),
                              y.mean() - X.mean(axis=0) @ w)),
        Mistake("bias first", "the bias is the first of the weights that were found, and taken "
                "for the weight of the first input.",
                bias_first),
    ],
    hints=["A bias is a weight of an input that is always 1.",
           "`np.hstack([X, np.ones((len(X), 1))])` gives X that input.",
           "`np.linalg.lstsq(A, y)[0]` gives all weights at once; the last is b."],
    minutes=12, difficulty=2, points=2,
)


# Parity -------------------------------------------------------------------------------------------
def parity_weights():
    W1, b1 = np.ones((3, 3)), np.array([-0.5, -1.5, -2.5])  # at least one, two, three
    w2, b2 = np.array([1, -1, 1]), -0.5
    return W1, b1, w2, b2


def two_layers(answer, x):
    W1, b1, w2, b2 = unpack(answer(), "W1, b1, w2, b2")
    if (W1.shape, b1.size, w2.size, b2.size) != ((3, 3), 3, 3, 1):
        raise Refused(f"W1, b1, w2, b2 have the shapes {W1.shape}, {b1.shape}, {w2.shape}, "
                      f"{b2.shape}; expected (3, 3), (3,), (3,), ().")
    return threshold(threshold(x @ W1 + b1.ravel()) @ w2.ravel() + b2.item())


def rows_of_three(rng):
    rows = sorted(product([0, 1], repeat=3), key=sum)
    return [(np.array(x, float),) for x in rows]


def parity_with(w2, b2=-0.5, b1=(-0.5, -1.5, -2.5), W1=None):
    W1 = np.ones((3, 3)) if W1 is None else W1
    return lambda: (W1, np.array(b1), np.array(w2), b2)


PARITY = Exercise(
    title="Parity with three hidden neurons",
    text="Is the number of ones among three inputs **odd**? Build a network of threshold neurons "
         "by hand: each column of `W1` (3, 3) holds the weights of one hidden neuron, `b1` (3,) "
         "their biases; `w2` (3,) and `b2` are the output neuron's. One hidden neuron for each row "
         "that says yes would be four. Three are enough.",
    stub='''def parity_weights():
    W1, b1 = ..., ...
    w2, b2 = ..., ...
    return W1, b1, w2, b2''',
    solution=parity_weights, inputs=rows_of_three, use=two_layers,
    mistakes=[
        Mistake("even", "it says yes for an *even* number of ones. Turn the signs of the output "
                "neuron, bias and all.", parity_with([-1, 1, -1], 0.5 - 1e-9)),
        Mistake("at least one", "it says yes as soon as one input is 1. Who takes the yes back "
                "when there are two?", parity_with([1, 1, 1])),
        Mistake("at least two", "this is the majority: yes from two ones on.",
                parity_with([1, 1, 1], -1.5)),
        Mistake("exactly one", "it is right up to two ones. With three, the yes must come back: "
                "the third hidden neuron does it.", parity_with([1, -1, -1])),
        Mistake("all three", "it says yes for three ones only.", parity_with([1, 1, 1], -2.5)),
        Mistake("off by one", "the hidden neurons ask for one too many: more than one, more than "
                "two. With the bias −1 a sum of 1 is already a yes.",
                parity_with([1, -1, 1], b1=(-1.5, -2.5, -3.5))),
    ],
    hints=["Let hidden neuron k ask: are there at least k ones?",
           "All weights of the hidden layer are 1; only the biases differ.",
           "One: yes. Two: take it back. Three: yes again. These are the signs of w2."],
    minutes=15, difficulty=3, points=3,
)

EXERCISES = [*TASKS, NEURON, NOR, MERGE, SHARE, BEST, PARITY]
