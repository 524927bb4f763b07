"""A layer is two functions: Y = forward(X), and back again dX = backward(dY).

Rows are examples: X is (batch, n_in) and Z = X @ W + b. Many books write one example as a column
and Z = W X + b; transpose theirs to get ours.
"""

import functools
import inspect
import math

import numpy as np

from course_lib.activations import ACTIVATIONS
from course_lib.checks import (
    float_dtype,
    generator,
    is_number,
    real_array,
    short,
    whole_number,
)
from course_lib.initializers import INITIALIZERS


def door(name, method):
    """Stand before a layer's forward or backward, so that the method itself is only the formula.

    What comes in becomes an array of the layer's dtype, and is checked; what goes out has to be an
    array, and is the caller's own. A method that is called by ``super()`` has its door behind it.
    """
    back, argument = name != "forward", list(inspect.signature(method).parameters)[1]

    @functools.wraps(method)
    def checked(self, X, *rest, **named):
        if getattr(type(self), name) is not checked:
            return method(self, X, *rest, **named)
        X = self.gradient_in(argument, X) if back else self.input_in(argument, X)
        if self.owner is None:
            with np.errstate(under="ignore"):       # a product that is about zero is zero
                Y = method(self, X, *rest, **named)
        else:                                       # the network saw to that
            Y = method(self, X, *rest, **named)
        if isinstance(Y, np.ndarray):
            if Y is X or Y.base is not None and np.may_share_memory(Y, X):
                Y = Y.copy()
        elif not (back and (self.takes_indices or name == "parameter_gradients")):
            raise TypeError(f"{self}.{name} returned {short(Y)}; expected an array. "
                            "Is its last line a return?")
        if not back:
            self.__dict__.update(Y_shape=Y.shape, Y_dtype=Y.dtype)
        return Y

    return checked


class Layer:
    """Y = forward(X); dX = backward(dY).

    dA is the gradient of the cost with respect to A, with A's shape. backward *sets* (never adds
    to) the gradients d<name> of the layer's parameters. Neither method changes its argument, and
    what they return is never overwritten. But a layer may need X and Y for backward: until then,
    leave them as they are.

    A subclass writes the two formulas. ``door`` sees to the rest: lists and tables become arrays,
    X is checked by ``check_input``, and dY has to have the shape of Y.

    Attributes
    ----------
    parameter_names : tuple of str; for each name there are the arrays ``name`` and ``dname``
    averages : list of arrays that forward keeps from batch to batch and nobody trains
    training : bool
        False by default; ``training.fit`` switches it. While it is True, Dropout drops.
    keeps_width : bool; are there as many numbers (or channels) behind the layer as before it?
    takes_indices : bool; is X made of whole numbers that stay whole?
    """

    parameter_names = averages = array_names = ()
    training = keeps_width = takes_indices = False
    owner = Y_shape = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.array_names = {*cls.parameter_names, *("d" + name for name in cls.parameter_names)}
        for name in ("forward", "backward", "parameter_gradients"):
            if name in vars(cls):
                setattr(cls, name, door(name, vars(cls)[name]))

    def __setattr__(self, name, value):
        """``layer.W = …`` and ``self.dW = …`` copy the numbers into the array that is there.

        It may be a piece of a network's one vector, which another array would not be.
        """
        if name not in self.array_names:
            return super().__setattr__(name, value)
        if name not in self.__dict__:                       # __init__ gives the first weights
            self.__dict__[name] = np.array(value)
            self.__dict__["d" + name] = np.zeros_like(value)
            return
        array, value = self.__dict__[name], real_array(value, self, name)
        if value.shape != array.shape:
            raise ValueError(f"{self}.{name} has shape {array.shape}; got {value.shape}. "
                             "Give an array of that shape: the size of a layer is fixed.")
        array[...] = value

    def forward(self, X):
        raise NotImplementedError(f"{type(self).__name__} has no forward(X) yet")

    def backward(self, dY):
        raise NotImplementedError(f"{type(self).__name__} has no backward(dY) yet")

    def parameter_gradients(self, dY):
        """backward without dX: all that training asks of a network's first layer."""
        self.backward(dY)

    def check_input(self, X):
        """Raise a ValueError for an X that the layer cannot take, and say what to do."""

    def config(self):
        """What ``__init__`` needs to build this layer again, as a dict (for Network.save)."""
        return {}

    @property
    def dtype(self):
        """The dtype of the parameters, or None without any."""
        return getattr(self, self.parameter_names[0]).dtype if self.parameter_names else None

    @property
    def n_parameters(self):
        return sum(getattr(self, name).size for name in self.parameter_names)

    def input_in(self, name, X):
        """X as an array of the layer's dtype, checked."""
        X = real_array(X, self, name)
        if X.ndim == 0:
            raise ValueError(f"{self} got {name} = {X}, one number; expected (batch, …)")
        if not self.takes_indices:
            X = X.astype(self.dtype or (X.dtype if X.dtype.kind == "f" else np.float64),
                         copy=False)
        self.check_input(X)
        return X

    def gradient_in(self, name, dY):
        """dY as an array of Y's dtype and shape."""
        if self.Y_shape is None:
            raise RuntimeError(f"{self}.backward() needs what forward() keeps: "
                               "call forward(X) first")
        dY = real_array(dY, self, name)
        if dY.shape != self.Y_shape:
            raise ValueError(f"{self}.backward got {name} of shape {dY.shape}; expected the shape "
                             f"of what forward returned, {self.Y_shape}")
        return dY.astype(self.Y_dtype, copy=False)

    def live_in(self, parameters, gradients):
        """Move the layer's arrays into two flat vectors, of which they become views."""
        start = 0
        for name in self.parameter_names:
            size = self.__dict__[name].size
            for slot, vector in ((name, parameters), ("d" + name, gradients)):
                view = vector[start:start + size].reshape(self.__dict__[slot].shape)
                view[...] = self.__dict__[slot]
                self.__dict__[slot] = view
            start += size

    def __getstate__(self):
        """What a copy or a pickle takes along: a copy belongs to no network yet."""
        return {name: value for name, value in self.__dict__.items() if name != "owner"}

    def __repr__(self):
        return f"{type(self).__name__}()"


class Dense(Layer):
    """Every input reaches every output: Z = X W + b.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and outputs; W is (n_in, n_out), b is (n_out,) and starts at zero.
    rng : numpy.random.Generator
        Draws the first weights.
    initializer : str
        ``"glorot"`` (sigmoid, tanh, or no activation next), ``"he"`` (rectifiers next),
        ``"small_random"`` or ``"zeros"`` (to see why not).
    dtype : numpy dtype
        float64, or float32 for speed.

    Raises
    ------
    ValueError
        For sizes below 1, an unknown initializer, and an X that is not (batch, n_in).

    Source: Rumelhart, Hinton, Williams (1986), "Learning representations by back-propagating
    errors". Built in lesson 05.
    """

    parameter_names = ("W", "b")

    def __init__(self, n_in, n_out, *, rng, initializer="glorot", dtype=np.float64):
        dtype, draw = float_dtype(dtype, "Dense"), find_initializer(initializer, "Dense")
        self.n_in = whole_number(n_in, "Dense", "n_in")
        self.n_out = whole_number(n_out, "Dense", "n_out")
        self.W = draw(self.n_in, self.n_out, rng=rng).astype(dtype)
        self.b = np.zeros(self.n_out, dtype)

    def check_input(self, X):
        if X.ndim != 2 or X.shape[1] != self.n_in:
            raise ValueError(f"{self} got X of shape {X.shape}; expected (batch, {self.n_in}). "
                             + shape_advice(X.shape, self.n_in))

    def forward(self, X):
        self.X = X
        return X @ self.W + self.b

    def backward(self, dZ):
        self.dW = self.X.T @ dZ         # ∂C/∂W, summed over the batch
        self.db = dZ.sum(axis=0)        # ∂C/∂b
        return dZ @ self.W.T            # ∂C/∂X

    def config(self):
        return {"n_in": self.n_in, "n_out": self.n_out, "dtype": self.dtype.name}

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in}, {self.n_out})"


def find_initializer(name, who):
    """The initializer of this name."""
    if not isinstance(name, str) or name not in INITIALIZERS:
        raise ValueError(f"{who} does not know the initializer {short(name)}; "
                         f"choose one of {', '.join(INITIALIZERS)}")
    return INITIALIZERS[name]


def shape_advice(shape, n_in):
    """What to do about an X of this shape in front of a layer of n_in inputs."""
    if len(shape) > 2 and math.prod(shape[1:]) == n_in:
        return "Put Flatten() before it."
    if len(shape) == 1 and shape[0] == n_in:
        return "One example is a batch of one: X[None, :]."
    if len(shape) == 2 and shape[0] == n_in:
        return "Rows are examples: did you mean X.T?"
    return "Change the layer's n_in, or the data."


class Activation(Layer):
    """A function of each neuron's sum: A = φ(Z), and back dZ = dA ⊙ φ′(Z).

    Softmax mixes its inputs, so its derivative is a matrix J per row, and dZ = dA J.

    Parameters
    ----------
    phi : str or function
        A name from ``activations.ACTIVATIONS``, one of its functions, or a function of your own.
    phi_prime : function, optional
        The derivative ``phi_prime(Z, A)`` of a function of your own. A function of your own needs
        it, also if it is called ``relu``: what counts is which function it is, not its name.

    Raises
    ------
    ValueError
        For an unknown name, or a function of your own without a derivative.

    Built in lesson 02.
    """

    keeps_width = True

    def __init__(self, phi, phi_prime=None):
        known = {function: name for name, (function, _) in ACTIVATIONS.items()}
        self.name = phi if isinstance(phi, str) else getattr(phi, "__name__", short(phi))
        if isinstance(phi, str) and phi in ACTIVATIONS and phi_prime is None:
            phi, phi_prime = ACTIVATIONS[phi]
        elif callable(phi) and phi in known and phi_prime is None:
            phi_prime = ACTIVATIONS[known[phi]][1]
        elif not callable(phi) or phi_prime is not None and not callable(phi_prime):
            raise ValueError(f"Activation does not know {short(phi)}; choose one of "
                             f"{', '.join(ACTIVATIONS)}, or give phi and phi_prime, two functions")
        elif phi_prime is None:
            raise ValueError(f"Activation got {self.name}, a function of your own, without its "
                             "derivative; give phi and phi_prime: Activation"
                             f"({self.name}, lambda z, a: …)"
                             + (f', or "{self.name}" for the library\'s'
                                if self.name in ACTIVATIONS else ""))
        self.phi, self.phi_prime = phi, phi_prime

    @property
    def of_the_library(self):
        """Are both functions those that the library knows by this name?"""
        return ACTIVATIONS.get(self.name) == (self.phi, self.phi_prime)

    def forward(self, Z):
        self.Z, self.A = Z, self.phi(Z)
        return self.A

    def backward(self, dA):
        slope = self.phi_prime(self.Z, self.A)
        if slope.ndim > dA.ndim:
            return (dA[..., None, :] @ slope)[..., 0, :]
        return dA * slope

    def config(self):
        if not self.of_the_library:
            raise TypeError(f"{self} has a function of your own, which a file cannot hold. Save "
                            "network.parameters with np.save, and build the network again")
        return {"phi": self.name}

    def __repr__(self):
        return f"Activation({self.name!r})"


class Flatten(Layer):
    """One row an example: (batch, channels, height, width) → (batch, channels·height·width).

    Built in lesson 07.
    """

    def forward(self, X):
        self.shape = X.shape
        return X.reshape(len(X), math.prod(X.shape[1:]))

    def backward(self, dY):
        return dY.reshape(self.shape)


class Dropout(Layer):
    """Zero each input with probability p while training: Y = X ⊙ M / (1 − p), M ~ Bernoulli(1 − p).

    The division keeps the expected value, so that nothing needs to change when training is over.

    Parameters
    ----------
    p : float in [0, 1)
        The probability of being zeroed.
    rng : numpy.random.Generator
        Draws the masks.

    Raises ValueError for a p outside [0, 1).

    Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from
    overfitting", section 4 (there p is the probability of being kept). Built in lesson 06.
    """

    keeps_width = True

    def __init__(self, p, *, rng):
        if not is_number(p) or not 0 <= p < 1:
            raise ValueError(f"Dropout({short(p)}): p is the probability of being zeroed; "
                             "choose 0 ≤ p < 1")
        self.p, self.rng = float(p), generator(rng, "Dropout")

    def forward(self, X):
        self.mask = np.ones_like(X)
        if self.training and self.p > 0:
            kept = self.rng.random(X.shape) >= self.p
            self.mask = kept.astype(X.dtype) / (1 - self.p)
        return X * self.mask

    def backward(self, dY):
        return dY * self.mask

    def config(self):
        return {"p": self.p}

    def __repr__(self):
        return f"Dropout({self.p:g})"
