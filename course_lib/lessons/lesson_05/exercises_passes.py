"""The exercises of lesson 05 on whole backward passes: two layers, and a tape."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# Two layers ---------------------------------------------------------------------------------------
def two_layer_gradients(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = (A1 @ W2 + b2 - y) / len(X)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def layers_with(*, scale=lambda y: 1 / len(y), hand_back=lambda dZ2, W1, W2: dZ2 @ W2.T,
                slope=lambda Z1, A1: Z1 > 0, db=lambda dZ: dZ.sum(axis=0), into_second=None,
                b1_before=False):
    """The backward pass with one step replaced."""
    def wrong(X, y, W1, b1, W2, b2):
        Z1 = X @ W1 + b1
        A1 = np.maximum(Z1, 0)
        dZ2 = (A1 @ W2 + b2 - y) * scale(y)
        dA1 = hand_back(dZ2, W1, W2)
        dZ1 = dA1 * slope(Z1, A1)
        dW2 = (into_second(X, Z1) if into_second else A1).T @ dZ2
        return X.T @ dZ1, db(dA1 if b1_before else dZ1), dW2, db(dZ2)
    return wrong


def two_layer_inputs(rng):
    ones = np.ones
    first = (2 * ones((1, 1)), ones((1, 1)), 3 * ones((1, 1)), -ones(1), 0.5 * ones((1, 1)),
             ones(1))
    one_off = (np.array([[1.0], [2]]), np.array([[0.0], [1]]), ones((1, 1)), np.array([-1.5]),
               3 * ones((1, 1)), np.array([0.5]))
    sizes = [(3, 3, 3, 3), (4, 2, 5, 1), (6, 3, 4, 2), (20, 4, 8, 3)]
    return [first, one_off] + [
        tuple(rng.normal(size=shape).round(2)
              for shape in ((n, i), (n, o), (i, h), h, (h, o), o)) for n, i, h, o in sizes]


TWO_LAYERS = Exercise(
    title="Back through two layers",
    text="A hidden layer with relu and an output layer without activation: "
         "`Z1 = X @ W1 + b1`, `A1 = np.maximum(Z1, 0)`, `y_hat = A1 @ W2 + b2`. The cost is the "
         "mean over the rows of $\\frac12 \\sum_j (\\hat y_j - y_j)^2$. Write forward and back, "
         "and return the four gradients.",
    stub='''def two_layer_gradients(X, y, W1, b1, W2, b2):
    dW2, db2 = ..., ...
    dW1, db1 = ..., ...
    return dW1, db1, dW2, db2''',
    solution=two_layer_gradients, inputs=two_layer_inputs,
    mistakes=[
        Mistake("no mean", "the cost is a mean over the rows: divide the error by their number.",
                layers_with(scale=lambda y: 1)),
        Mistake("twice", "all gradients are twice too large: the ½ of the cost takes the 2 away.",
                layers_with(scale=lambda y: 2 / len(y))),
        Mistake("mean of all", "the errors are divided by the number of entries of y. The cost is "
                "a mean over the rows; within a row it is a sum.",
                layers_with(scale=lambda y: 1 / y.size)),
        Mistake("sign", "the signs are turned round: the cost's slope is ŷ − y.",
                layers_with(scale=lambda y: -1 / len(y))),
        Mistake("no slope", "the slope of relu is missing on the way back: 1 where Z1 > 0, else 0.",
                layers_with(slope=lambda Z1, A1: 1)),
        Mistake("relu for its slope", "the way back multiplies by relu's output. Its slope is 1 "
                "where Z1 > 0, else 0.", layers_with(slope=lambda Z1, A1: A1)),
        Mistake("sigmoid's slope", "A(1 − A) is the slope of the sigmoid. That of relu is 1 where "
                "Z1 > 0, else 0.", layers_with(slope=lambda Z1, A1: A1 * (1 - A1))),
        Mistake("slope turned round", "the blame goes to the neurons that were off. Relu's slope "
                "is 1 where Z1 > 0.", layers_with(slope=lambda Z1, A1: Z1 <= 0)),
        Mistake("not transposed", "W2 is not transposed on the way back: dA1 = dZ2 W2ᵀ.",
                layers_with(hand_back=lambda dZ2, W1, W2: dZ2 @ W2)),
        Mistake("W1 for W2", "the blame goes back through W1. From the output to the hidden layer "
                "it goes through the weights between them: W2ᵀ.",
                layers_with(hand_back=lambda dZ2, W1, W2: dZ2 @ W1.T)),
        Mistake("db mean", "db1 and db2 are means over the batch. The 1/N is already in dZ2; sum "
                "over the rows.", layers_with(db=lambda dZ: dZ.mean(axis=0))),
        Mistake("X for A1", "dW2 has X where A1 belongs: what came into the second layer.",
                layers_with(into_second=lambda X, Z1: X)),
        Mistake("Z1 for A1", "dW2 has Z1 where A1 belongs: relu has cut what came into the second "
                "layer.", layers_with(into_second=lambda X, Z1: Z1)),
        Mistake("db1 before relu", "db1 lacks relu's slope: sum dZ1 over the rows, not dA1.",
                layers_with(b1_before=True)),
    ],
    hints=["Start at the end: `dZ2 = (y_hat - y) / len(X)`, for there is no activation.",
           "For both layers: dW is what came in, transposed, times dZ; db is dZ summed over the "
           "rows.", "In between: `dA1 = dZ2 @ W2.T`, and `dZ1 = dA1 * (Z1 > 0)`."],
    minutes=15, difficulty=3, points=3,
)


# A tape -------------------------------------------------------------------------------------------
def tape_gradients(inputs, tape):
    values = list(inputs)
    for sign, i, j in tape:
        values.append(values[i] + values[j] if sign == "+" else values[i] * values[j])
    gradients = [0.0] * len(values)
    gradients[-1] = 1.0
    for n in reversed(range(len(inputs), len(values))):
        sign, i, j = tape[n - len(inputs)]
        gradients[i] += gradients[n] * (1 if sign == "+" else values[j])
        gradients[j] += gradients[n] * (1 if sign == "+" else values[i])
    return gradients


def tape_with(*, first=1.0, backwards=True, adds=True, other=True, share=1.0, squares=True,
              sums=False, skip=0):
    """The way back over the tape with one thing wrong."""
    def wrong(inputs, tape):
        values = list(inputs)
        for sign, i, j in tape:
            values.append(values[i] + values[j] if sign == "+" else values[i] * values[j])
        g = [0.0] * len(values)
        g[-1] = values[-1] if first == "value" else first
        order = range(len(inputs), len(values))
        for n in reversed(order) if backwards else order:
            sign, i, j = tape[n - len(inputs)]
            factors = (values[j], values[i]) if other else (values[i], values[j])
            if sign == "+":
                factors = (values[i], values[j]) if sums else (share, share)
            for k, factor in zip((i, j)[: 2 if squares or i != j else 1], factors, strict=False):
                g[k] = (g[k] if adds else 0) + g[n - skip * len(inputs)] * factor
        return g
    return wrong


def tape_inputs(rng):
    checks = [(np.array([2.0, 3]), [("+", 0, 1)]), (np.array([2.0, 3]), [("*", 0, 1)]),
              (np.array([3.0]), [("*", 0, 0)]),
              (np.array([2.0, 3, 5]), [("*", 0, 1), ("+", 3, 2)]),
              (np.array([2.0, 3]), [("*", 0, 1), ("+", 2, 0), ("*", 3, 2)])]
    for n in (3, 4, 5):
        tape = [("+*"[rng.integers(2)], int(rng.integers(k)), int(rng.integers(k)))
                for k in range(n, n + 5)]
        last = n + 4  # every tape ends with both kinds, on what was computed last
        tape += [("*", last, 0), ("+", last + 1, last)]
        checks.append((rng.uniform(0.5, 1.5, size=n).round(2), tape))
    return checks


TAPE = Exercise(
    title="A tape that runs back",
    text="Frameworks write down what was computed, and go back over it. Here the tape is a list "
         "of steps `(sign, i, j)`: each appends value i + value j, or value i × value j, to the "
         "list of all values, which begins with the inputs. So `inputs = [2, 3]` with the tape "
         "`[(\"*\", 0, 1), (\"+\", 2, 0)]` has the values 2, 3, 6, 8. Return the slope of the "
         "**last** value for every value in the list (for the last one itself it is 1).",
    stub='''def tape_gradients(inputs, tape):
    values = list(inputs)
    for sign, i, j in tape:
        values.append(values[i] + values[j] if sign == "+" else values[i] * values[j])
    gradients = [0.0] * len(values)
    ...
    return gradients''',
    solution=tape_gradients, inputs=tape_inputs,
    mistakes=[
        Mistake("no start", "nothing comes back: the gradient of the last value is 1, and all "
                "others begin with it.", tape_with(first=0.0)),
        Mistake("starts with the value", "the way back starts with the last value itself. Its "
                "slope for itself is 1.", tape_with(first="value")),
        Mistake("forwards", "the tape is read forwards. A value's gradient must be complete before "
                "it is handed on: go back from the last step.", tape_with(backwards=False)),
        Mistake("set, not added", "a value that is used twice keeps the gradient of one path only. "
                "Where paths meet, gradients add: `+=`.", tape_with(adds=False)),
        Mistake("own factor", "a product hands to each factor itself. It must be the other factor.",
                tape_with(other=False)),
        Mistake("shared", "a sum shares its gradient out by halves. It hands on the whole to "
                "both.", tape_with(share=0.5)),
        Mistake("square once", "when a value is combined with itself, it has two paths: it gets a "
                "share for i and one for j.", tape_with(squares=False)),
        Mistake("wrong number", "the inputs are forgotten in the count: step k of the tape made "
                "value number len(inputs) + k.", tape_with(skip=1)),
        Mistake("sum like a product", "a sum hands on the gradient times a value. The slope of a "
                "sum is 1 for both.", tape_with(sums=True)),
    ],
    hints=["`gradients[-1] = 1.0`, then go through the tape from its last step to its first.",
           "Step number k of the tape made value number `len(inputs) + k`.",
           "A sum hands its gradient to both. A product hands to each its gradient times the other "
           "value.", "Always add: `gradients[i] += …`, as a value may be used several times."],
    minutes=20, difficulty=3, points=3,
)
