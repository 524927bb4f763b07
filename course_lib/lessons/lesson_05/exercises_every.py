"""The exercise of lesson 05 in which every gradient of a network is written, and each is judged."""

import numpy as np

from course_lib.activations import sigmoid
from course_lib.exercise.exercise import Exercise, Mistake, NotAttempted, Refused
from course_lib.exercise.values import agree, as_array, show

NAMES = ("dy_hat", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1")


def every_gradient(X, y, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    y_hat = sigmoid(A1 @ W2 + b2)
    dy_hat = (y_hat - y) / len(X)
    dZ2 = dy_hat * y_hat * (1 - y_hat)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (1 - A1**2)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    return dy_hat, dZ2, dW2, db2, dA1, dZ1, dW1, db1


def each_by_name(answer, X, y, W1, b1, W2, b2):
    """All gradients by name; while some are dots, what is right so far is said."""
    got = answer(X, y, W1, b1, W2, b2)
    if got is None or got is Ellipsis or not isinstance(got, tuple | list) or len(got) != 8:
        if got is Ellipsis:
            raise NotAttempted
        raise Refused(f"It returned {show(got)}; expected the eight gradients: "
                      f"`return {', '.join(NAMES)}`.")
    given = dict(zip(NAMES, got, strict=True))
    dots = [name for name, value in given.items() if value is Ellipsis]
    if not dots:
        return given
    wanted = dict(zip(NAMES, every_gradient(X, y, W1, b1, W2, b2), strict=True))
    written = [name for name in NAMES if name not in dots]
    right = [name for name in written if agree(as_array(given[name]), wanted[name], 1e-6)]
    wrong = [name for name in written if name not in right]
    raise Refused("; ".join(f"{words}: {', '.join(names)}" for words, names in
                            (("right so far", right), ("not right yet", wrong),
                             ("still dots", dots)) if names) + ".")


def every_with(*, dy_hat=lambda y_hat, y: (y_hat - y) / len(y), output=lambda a: a * (1 - a),
               hidden=lambda Z1, A1: 1 - A1**2, db=lambda dZ: dZ.sum(axis=0),
               dW2=lambda A1, Z1, dZ2: A1.T @ dZ2, db1_from="Z", dW1=lambda X, dZ1, dA1: X.T @ dZ1):
    """All gradients with one step replaced; what comes after it uses what it gave."""
    def wrong(X, y, W1, b1, W2, b2):
        Z1 = X @ W1 + b1
        A1 = np.tanh(Z1)
        y_hat = sigmoid(A1 @ W2 + b2)
        dy = dy_hat(y_hat, y)
        dZ2 = dy * output(y_hat)
        dA1 = dZ2 @ W2.T
        dZ1 = dA1 * hidden(Z1, A1)
        return (dy, dZ2, dW2(A1, Z1, dZ2), db(dZ2), dA1, dZ1, dW1(X, dZ1, dA1),
                db(dA1 if db1_from == "A" else dZ1))
    return wrong


def every_inputs(rng):
    sizes = [(2, 1, 1, 1), (3, 2, 4, 1), (5, 3, 2, 2), (8, 4, 6, 3)]
    return [(*(rng.normal(size=shape).round(2) for shape in ((n, i),)),
             rng.integers(2, size=(n, o)).astype(float),
             *(rng.normal(size=shape).round(2) for shape in ((i, h), h, (h, o), o)))
            for n, i, h, o in sizes]


EVERY = Exercise(
    inline=True, title="Every gradient, by hand",
    text="The way forward is given, and $C$ is the mean over the rows of $\\frac12\\sum_j(\\hat "
         "y_j - y_j)^2$. Write the eight gradients, one line each, from the end to the front. You "
         "may check after every line: what is still dots is left out, and each of the others is "
         "judged by its name.",
    stub='''def every_gradient(X, y, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    y_hat = sigmoid(A1 @ W2 + b2)
    dy_hat = ...
    dZ2 = ...
    dW2 = ...
    db2 = ...
    dA1 = ...
    dZ1 = ...
    dW1 = ...
    db1 = ...
    return dy_hat, dZ2, dW2, db2, dA1, dZ1, dW1, db1''',
    solution=every_gradient, inputs=every_inputs, use=each_by_name,
    mistakes=[
        Mistake("no mean", "dy_hat is not divided by the number of rows. The cost is a mean over "
                "the rows.", every_with(dy_hat=lambda y_hat, y: y_hat - y)),
        Mistake("sign", "dy_hat has the wrong sign: the slope of ½(ŷ − y)² for ŷ is ŷ − y.",
                every_with(dy_hat=lambda y_hat, y: (y - y_hat) / len(y))),
        Mistake("twice", "dy_hat is twice too large: the ½ of the cost takes the 2 away.",
                every_with(dy_hat=lambda y_hat, y: 2 * (y_hat - y) / len(y))),
        Mistake("no sigmoid slope", "dZ2 lacks the slope of the sigmoid, ŷ(1 − ŷ).",
                every_with(output=lambda a: 1)),
        Mistake("tanh at the output", "dZ2 has the slope of tanh in it. At the output there is a "
                "sigmoid, with the slope ŷ(1 − ŷ).", every_with(output=lambda a: 1 - a**2)),
        Mistake("no tanh slope", "dZ1 lacks the slope of tanh, 1 − A1².",
                every_with(hidden=lambda Z1, A1: 1)),
        Mistake("sigmoid in the middle", "dZ1 has the slope of the sigmoid in it. In the hidden "
                "layer there is tanh, with the slope 1 − A1².",
                every_with(hidden=lambda Z1, A1: A1 * (1 - A1))),
        Mistake("slope of Z1", "dZ1 takes the slope of tanh from Z1. 1 − a² takes the output of "
                "tanh, A1.", every_with(hidden=lambda Z1, A1: 1 - Z1**2)),
        Mistake("db mean", "db2 and db1 are means over the rows. The 1/N is already in dy_hat: "
                "sum over the rows.", every_with(db=lambda dZ: dZ.mean(axis=0))),
        Mistake("Z1 for A1", "dW2 is made of Z1. What came into the second layer is A1.",
                every_with(dW2=lambda A1, Z1, dZ2: Z1.T @ dZ2)),
        Mistake("db1 too early", "db1 is summed from dA1. It belongs to Z1, so sum dZ1.",
                every_with(db1_from="A")),
        Mistake("dW1 too early", "dW1 is made of dA1. It belongs to Z1, so take dZ1.",
                every_with(dW1=lambda X, dZ1, dA1: X.T @ dA1)),
    ],
    hints=["`dy_hat = (y_hat - y) / len(X)`, and then times the slope of the sigmoid.",
           "For both layers: dW is what came in, transposed, times dZ. db is dZ summed over the "
           "rows.", "Back through the weights: `dA1 = dZ2 @ W2.T`, and then times 1 − A1²."],
    minutes=10, difficulty=2, points=3,
)
