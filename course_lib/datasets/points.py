"""Points in the plane, made on the spot: two classes that no straight line parts."""

import numpy as np


def two_moons(n, *, rng, noise=0.15):
    """Two half circles that reach into each other.

    Used in lessons 02, 03 and 05.

    Parameters
    ----------
    n : int
        Number of points; every other one is of class 1.
    rng : numpy.random.Generator
    noise : float
        Standard deviation of what is added to each coordinate; the circles' radius is 1.

    Returns
    -------
    X : (n, 2) array, centred on 0
    y : (n, 1) array of 0 and 1
    """
    y = np.arange(n) % 2
    angle = np.pi * rng.random(n)
    X = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25]) * (1 - 2 * y[:, None])
    return X + noise * rng.standard_normal((n, 2)), y[:, None].astype(float)


def xor_clouds(n, *, rng, noise=0.3):
    """Four clouds at the corners (±1, ±1); the class is 1 where the signs differ.

    Used in lesson 05.

    Parameters
    ----------
    n : int
        Number of points; each is in a corner drawn at random.
    rng : numpy.random.Generator
    noise : float
        Standard deviation of a cloud.

    Returns
    -------
    X : (n, 2) array
    y : (n, 1) array of 0 and 1
    """
    corner = rng.integers(0, 2, (n, 2))
    y = corner[:, :1] != corner[:, 1:]
    return 2.0 * corner - 1 + noise * rng.standard_normal((n, 2)), y.astype(float)
