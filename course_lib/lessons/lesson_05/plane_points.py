"""Points of two classes in the plane, by name, and with as much noise as is asked for."""

import numpy as np

from course_lib.datasets.points import two_moons, xor_clouds


def circles(n, *, rng):
    """A disc of class 1, and a ring of class 0 around it."""
    y = np.arange(n) % 2
    radius = np.where(y == 1, 0.75 * np.sqrt(rng.random(n)), 1.2 + 0.4 * rng.random(n))
    angle = 2 * np.pi * rng.random(n)
    return np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None], y[:, None] * 1.0


def spirals(n, *, rng):
    """Two arms that wind around each other, one and a quarter times."""
    y = np.arange(n) % 2
    far = np.sqrt(rng.random(n))
    angle = 2.5 * np.pi * far + np.pi * y
    X = np.column_stack([np.cos(angle), np.sin(angle)]) * 1.75 * far[:, None]
    return X + 0.06 * rng.standard_normal((n, 2)), y[:, None] * 1.0


DATA = {"XOR": xor_clouds, "two moons": two_moons, "circles": circles, "spirals": spirals}


def noisy_points(data, n, noise, *, rng):
    """X + noise · N(0, 1) and y: with another noise the same points are moved less or more.

    Parameters
    ----------
    data : a name in DATA
    n : int
    noise : float
        Standard deviation of what is added to each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    X : (n, 2) array
    y : (n, 1) array of 0 and 1
    """
    X, y = DATA[data](n, rng=rng)
    return X + noise * rng.standard_normal(X.shape), y
