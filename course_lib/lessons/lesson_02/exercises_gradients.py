"""Two exercises of lesson 02 on the way down: through softmax, and through many layers."""

from functools import reduce

import numpy as np

from course_lib.activations import ACTIVATIONS, softmax
from course_lib.exercise.exercise import Exercise, Mistake


# Down through softmax -----------------------------------------------------------------------------
def softmax_backward(dA, A):
    return A * (dA - np.sum(dA * A, axis=-1, keepdims=True))


def softmax_gradients(rng):
    checks = [(np.array([[1.0, 0]]), np.array([[0.5, 0.5]])),
              (np.array([[1.0, 2, 4]]), np.array([[0.25, 0.25, 0.5]]))]
    return checks + [(rng.normal(size=shape).round(2), softmax(rng.normal(size=shape)))
                     for shape in ((3, 3), (2, 4), (20, 5))]


def sums(dA, A):
    return np.sum(dA * A, axis=-1, keepdims=True)


SOFTMAX_BACKWARD = Exercise(
    title="Down through softmax",
    text="*For after lesson 05.* "
         "`A` (batch, n) is the output of a softmax, `dA` the gradient for it. Return the gradient "
         "for its sums, `dZ`, with $dZ_j = \\sum_i dA_i\\, a_i (\\delta_{ij} - a_j)$ in each row, "
         "where $\\delta_{ij}$ is 1 if $i = j$ and 0 if not. There is a way that needs no matrix.",
    stub='''def softmax_backward(dA, A):
    return ...''',
    solution=softmax_backward, inputs=softmax_gradients,
    mistakes=[
        Mistake("diagonal", "this is the diagonal alone, a(1 − a), as for a sigmoid. With softmax "
                "each sum moves every output of its row.", lambda dA, A: dA * A * (1 - A)),
        Mistake("no diagonal", "δᵢⱼ is left out: the term dAⱼ aⱼ is missing.",
                lambda dA, A: -A * sums(dA, A)),
        Mistake("sign", "the signs are flipped: it is δᵢⱼ − aⱼ.",
                lambda dA, A: A * (sums(dA, A) - dA)),
        Mistake("plain sum", "the gradients are added without their factor aᵢ: the sum is that of "
                "dA * A.", lambda dA, A: A * (dA - dA.sum(axis=-1, keepdims=True))),
        Mistake("plain mean", "the plain mean of dA is taken off. It must be weighted with the "
                "shares: the sum of dA * A.",
                lambda dA, A: A * (dA - dA.mean(axis=-1, keepdims=True))),
        Mistake("no factor", "the factor aⱼ in front is missing.",
                lambda dA, A: dA - sums(dA, A)),
        Mistake("whole batch", "the sum runs over the whole batch. Rows are different examples; "
                "each has its own sum.", lambda dA, A: A * (dA - np.sum(dA * A))),
        Mistake("columns", "the sum runs down the columns, over examples. It runs over the outputs "
                "of a row: axis −1.", lambda dA, A: A * (dA - np.sum(dA * A, axis=0))),
        Mistake("no keepdims", "the sum of row 1 is subtracted from column 1, because the sums "
                "form a row. `keepdims=True` keeps them a column.",
                lambda dA, A: A * (dA - np.sum(dA * A, axis=-1))),
        Mistake("softmax again", "softmax is applied to A, which is its output already.",
                lambda dA, A: softmax_backward(dA, softmax(A))),
    ],
    hints=["Multiply out: dZⱼ = Σᵢ dAᵢ aᵢ δᵢⱼ − Σᵢ dAᵢ aᵢ aⱼ.",
           "In the first sum only i = j is left. In the second, aⱼ does not depend on i.",
           "dZⱼ = aⱼ (dAⱼ − Σᵢ dAᵢ aᵢ); the sum with `axis=-1, keepdims=True`."],
    minutes=12, difficulty=3, points=3,
)


# Down through many layers -------------------------------------------------------------------------
def gradient_at_input(X, Ws, phi, phi_prime, dA):
    kept, A = [], X
    for W in Ws:
        Z = A @ W
        A = phi(Z)
        kept.append((W, Z, A))
    for W, Z, A in reversed(kept):
        dA = (dA * phi_prime(Z, A)) @ W.T
    return dA


def layer_inputs(rng):
    checks = [(np.array([[1.0]]), [np.array([[2.0]])], *ACTIVATIONS["tanh"], np.array([[1.0]]))]
    for name, rows, sizes in (("tanh", 2, (2, 2, 2)), ("sigmoid", 1, (3, 3, 3, 3)),
                              ("softplus", 2, (2, 2, 2)), ("elu", 3, (4, 3, 2)),
                              ("relu", 5, (2, 6, 6, 1)), ("sigmoid", 3, (3,) * 7)):
        Ws = [rng.normal(0, 1.5, size=s).round(1) for s in zip(sizes, sizes[1:], strict=False)]
        checks.append((rng.normal(size=(rows, sizes[0])).round(1), Ws, *ACTIVATIONS[name],
                       rng.normal(size=(rows, sizes[-1])).round(1)))
    return checks


def upwards(X, Ws, phi, keep_phi=True):
    """Each layer's weights, sums and outputs."""
    kept, A = [], X
    for W in Ws:
        Z = A @ W
        A = phi(Z)
        kept.append((W, Z, A))
        A = A if keep_phi else Z
    return kept


def down(step, order=lambda kept: kept[::-1], keep_phi=True):
    """A wrong answer: `step(dA, W, Z, A, phi_prime)` in each of the layers, in that order."""
    def wrong(X, Ws, phi, phi_prime, dA):
        layers = order(upwards(X, Ws, phi, keep_phi))
        return reduce(lambda d, layer: step(d, *layer, phi_prime), layers, dA)
    return wrong


def right_step(d, W, Z, A, phi_prime):
    return (d * phi_prime(Z, A)) @ W.T


AT_INPUT = Exercise(
    title="What is left of a gradient",
    text="*For after lesson 05.* "
         "`X` goes up through layers without biases: `Z = A @ W`, `A = phi(Z)` for each `W` of the "
         "list `Ws`. `dA` is the gradient for the last layer's output. Send it down, "
         "$(dA \\cdot \\varphi'(z))\\,W^T$ in each layer, and return the gradient for `X`. "
         "(One unit: gradient 1, slope 0.2, weight 3 give 0.6.)",
    stub='''def gradient_at_input(X, Ws, phi, phi_prime, dA):
    for W in Ws:                # up: keep what the way down needs
        ...
    for W in reversed(Ws):      # down: phi_prime(Z, A) is the slope
        ...
    return dA''',
    solution=gradient_at_input, inputs=layer_inputs,
    mistakes=[
        Mistake("no slopes", "the slopes φ′ are missing: each layer multiplies by them before "
                "it multiplies by its weights.", down(lambda d, W, Z, A, prime: d @ W.T)),
        Mistake("no weights", "the weights are missing on the way down.",
                down(lambda d, W, Z, A, prime: d * prime(Z, A))),
        Mistake("not transposed", "down, the weights are transposed: up is `A @ W`, down is "
                "`… @ W.T`.", down(lambda d, W, Z, A, prime: (d * prime(Z, A)) @ W)),
        Mistake("slope last", "in each layer the order is reversed: first times the slope, "
                "which belongs to the outputs, then through the weights.",
                down(lambda d, W, Z, A, prime: (d @ W.T) * prime(Z, A))),
        Mistake("first layer first", "the layers come in the order of the way up. Down, the last "
                "layer comes first.", down(right_step, order=lambda kept: kept)),
        Mistake("last slope everywhere", "the slope of the last layer is used in all. Keep Z and "
                "A of every layer.", down(right_step, order=lambda kept: [
                    (W, *kept[-1][1:]) for W, _, _ in kept[::-1]])),
        Mistake("swapped", "φ′ gets z and a in the wrong order: `phi_prime(Z, A)`.",
                down(lambda d, W, Z, A, prime: (d * prime(A, Z)) @ W.T)),
        Mistake("a for z", "φ′ gets a twice. Some slopes need z: `phi_prime(Z, A)`.",
                down(lambda d, W, Z, A, prime: (d * prime(A, A)) @ W.T)),
        Mistake("no bend", "on the way up the activation is missing: the next layer gets Z "
                "instead of A.", down(right_step, keep_phi=False)),
        Mistake("one short", "it stops above the first layer. The gradient for X lies one layer "
                "further down.", down(right_step, order=lambda kept: kept[:0:-1])),
    ],
    hints=["On the way up, append each layer's (W, Z, A) to a list.",
           "On the way down, go through that list from its end: `reversed(kept)`.",
           "In each layer: `dA = (dA * phi_prime(Z, A)) @ W.T`."],
    minutes=15, difficulty=3, points=3,
)
