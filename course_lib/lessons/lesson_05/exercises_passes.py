"""The exercise of lesson 05 on a whole backward pass, through two layers."""

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
        Mistake("sign", "the signs are flipped: the cost's slope is ŷ − y.",
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
    hints=["Start at the end: `dZ2 = (y_hat - y) / len(X)`, because there is no activation.",
           "For both layers: dW is what came in, transposed, times dZ; db is dZ summed over the "
           "rows.", "In between: `dA1 = dZ2 @ W2.T`, and `dZ1 = dA1 * (Z1 > 0)`."],
    minutes=15, difficulty=3, points=3,
)
