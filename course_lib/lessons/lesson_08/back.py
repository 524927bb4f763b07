"""The check of a way back through time, one time step after the other."""

import numpy as np

from course_lib.gradient_check import relative_error
from course_lib.recurrent import RNN


def small_example(seed=3):
    """(X, dY, layer): 4 sequences of 10 steps, and an RNN of 5 units."""
    rng = np.random.default_rng(seed)
    layer = RNN(3, 5, rng=rng)
    return rng.standard_normal((4, 10, 3)), rng.standard_normal((4, 10, 5)), layer


def step_errors(layer, dX, X, dY, epsilon=1e-6):
    """The relative error of dX at each time step, against central differences.

    Each step's input alone is moved in a random direction.
    """
    rng, errors = np.random.default_rng(0), []
    for t in range(X.shape[1]):
        D = np.zeros_like(X)
        D[:, t] = rng.standard_normal(X[:, t].shape)
        up, down = (layer.forward(X + e * D) for e in (epsilon, -epsilon))
        errors.append(relative_error(np.sum(dY * (up - down)) / (2 * epsilon), np.sum(dX * D)))
    return np.array(errors)


def scalar_cost(w, steps=40):
    """½(h − 0.8)² after so many steps of h = tanh(w h − 0.2) from 0.6, and its slope in w."""
    layer = RNN(1, 1, rng=np.random.default_rng(0))
    layer.U, layer.b = [[w]], [-0.2]
    h = layer.forward(np.zeros((1, steps, 1)), np.array([[0.6]]))
    dY = np.zeros_like(h)
    dY[:, -1] = h[:, -1] - 0.8
    layer.backward(dY)
    return 0.5 * float(h[0, -1, 0] - 0.8) ** 2, float(layer.dU[0, 0])
