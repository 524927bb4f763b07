"""Weights start random, so that neurons differ, and scaled, so that signals keep their size.

Each initializer makes the weights W, shape (n_in, n_out), float64, of a layer with n_in inputs
and n_out outputs; biases start at 0. Sizes must be whole numbers ≥ 1 (TypeError, ValueError),
and all randomness comes from `rng`, a `np.random.Generator` (TypeError).

Built in lesson 05.
"""

import operator

import numpy as np


def glorot(n_in, n_out, *, rng):
    """Uniform on ±√(6 / (n_in + n_out)), so that Var(W) = 2 / (n_in + n_out).

    A compromise between keeping the variance of the signals on the way forward (1 / n_in) and of
    the gradients on the way back (1 / n_out); for tanh and sigmoid (Glorot & Bengio 2010, eq. 16).
    """
    n_in, n_out = _sizes("glorot", n_in, n_out, rng)
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


def he(n_in, n_out, *, rng):
    """Normal with Var(W) = 2 / n_in: relu halves the signal, the 2 makes up for it.

    He, Zhang, Ren & Sun (2015), eq. 10.
    """
    n_in, n_out = _sizes("he", n_in, n_out, rng)
    return rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out))


def small_random(n_in, n_out, *, rng):
    """Normal with σ = 0.01: enough for one layer; through many, signals fade to nothing.

    The usual choice before 2010, for example Krizhevsky, Sutskever & Hinton (2012), §5.
    """
    n_in, n_out = _sizes("small_random", n_in, n_out, rng)
    return rng.normal(0, 0.01, size=(n_in, n_out))


def zeros(n_in, n_out, *, rng):
    """All zero, to show why not: neurons that start equal get equal gradients and stay equal."""
    n_in, n_out = _sizes("zeros", n_in, n_out, rng)
    return np.zeros((n_in, n_out))


def _sizes(name, n_in, n_out, rng):
    for label, n in (("n_in", n_in), ("n_out", n_out)):
        try:
            whole = operator.index(n)
        except TypeError:
            raise TypeError(
                f"{name} got {label} = {n!r}; expected a whole number, such as 6."
            ) from None
        if isinstance(n, bool) or whole < 1:
            raise ValueError(f"{name} got {label} = {n!r}; expected a whole number ≥ 1.")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} got rng = {rng!r}; expected a generator: rng=np.random.default_rng(0)."
        )
    return operator.index(n_in), operator.index(n_out)


#: name → initializer
INITIALIZERS = {"glorot": glorot, "he": he, "small_random": small_random, "zeros": zeros}
