"""Weights start random, so that neurons differ, and scaled, so that signals keep their size.

Each initializer makes the weights W, shape (n_in, n_out), float64, of a layer with n_in inputs
and n_out outputs; biases start at 0. Sizes must be whole numbers ≥ 1 (TypeError, ValueError),
and all randomness comes from `rng`, a `np.random.Generator` (TypeError).

Built in lesson 05.
"""

from contextvars import ContextVar

import numpy as np

from course_lib.checks import generator, whole_number

#: numbers that one matrix may have; Network.load lowers it to what the file can fill
LARGEST = ContextVar("LARGEST", default=2**31)


def glorot(n_in, n_out, *, rng):
    """Uniform on ±√(6 / (n_in + n_out)), so that Var(W) = 2 / (n_in + n_out).

    A compromise between keeping the variance of the signals on the way forward (1 / n_in) and of
    the gradients on the way back (1 / n_out); for tanh and sigmoid (Glorot & Bengio 2010, eq. 16).
    """
    check_sizes("glorot", n_in, n_out, rng)
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


def he(n_in, n_out, *, rng):
    """Normal with Var(W) = 2 / n_in: relu halves the signal, the 2 makes up for it.

    He, Zhang, Ren & Sun (2015), eq. 10.
    """
    check_sizes("he", n_in, n_out, rng)
    return rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out))


def small_random(n_in, n_out, *, rng):
    """Normal with σ = 0.01: enough for one layer; through many, signals fade to nothing.

    The usual choice before 2010, for example Krizhevsky, Sutskever & Hinton (2012), §5.
    """
    check_sizes("small_random", n_in, n_out, rng)
    return rng.normal(0, 0.01, size=(n_in, n_out))


def zeros(n_in, n_out, *, rng):
    """All zero, to show why not: neurons that start equal get equal gradients and stay equal."""
    check_sizes("zeros", n_in, n_out, rng)
    return np.zeros((n_in, n_out))


def orthogonal(n, *, rng):
    """A rotation, (n, n): it neither shrinks a signal nor blows it up, however often it is applied.

    Saxe, McClelland & Ganguli (2014), §3. Built in lesson 08.
    """
    check_sizes("orthogonal", n, n, rng)
    return np.linalg.qr(rng.standard_normal((n, n)))[0]


def check_sizes(who, n_in, n_out, rng):
    """An error for sizes that are no sizes, for a matrix that no memory holds, and for no rng."""
    n_in, n_out = whole_number(n_in, who, "n_in"), whole_number(n_out, who, "n_out")
    generator(rng, who)
    if n_in * n_out > LARGEST.get():
        raise ValueError(f"{who} got n_in={n_in} and n_out={n_out}: a matrix of {n_in * n_out:.0e} "
                         "numbers is too large")


#: name → initializer
INITIALIZERS = {"glorot": glorot, "he": he, "small_random": small_random, "zeros": zeros}
