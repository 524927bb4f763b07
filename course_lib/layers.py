"""A layer is two functions: Y = forward(X), and back again dX = backward(dY).

Rows are examples: X is (batch, n_in) and Z = X @ W + b. Many books write one example as a column
and Z = W X + b; transpose theirs to get ours.
"""

import math

import numpy as np

from course_lib.activations import ACTIVATIONS
from course_lib.attributes import FromForward, Parameter
from course_lib.initializers import INITIALIZERS


class Layer:
    """Y = forward(X); dX = backward(dY).

    dA is the gradient of the cost with respect to A, with A's shape. backward *sets* (never adds
    to) the gradients d<name> of the layer's parameters. Neither method changes its argument.

    Attributes
    ----------
    parameter_names : tuple of str; for each name there are the arrays ``name`` and ``dname``
    averages : list of arrays that forward keeps from batch to batch and nobody trains
    training : bool
        False by default; ``training.fit`` switches it. While it is True, Dropout drops, and what
        forward and backward return is overwritten by their next call.
    """

    parameter_names = averages = ()
    training = False

    def forward(self, X):
        raise NotImplementedError(f"{type(self).__name__} has no forward(X) yet")

    def backward(self, dY):
        raise NotImplementedError(f"{type(self).__name__} has no backward(dY) yet")

    def parameter_gradients(self, dY):
        """backward without dX: all that training asks of a network's first layer."""
        self.backward(dY)

    def config(self):
        """What ``__init__`` needs to build this layer again, as a dict (for Network.save)."""
        return {}

    @property
    def n_parameters(self):
        return sum(getattr(self, name).size for name in self.parameter_names)

    def result(self, name, shape, dtype):
        """An array for a result: a new one, but in training the same one at every step.

        To ask the system for fresh memory at every step costs more than the arithmetic in it.
        """
        if not self.training:
            return np.empty(shape, dtype)
        if (kept := self.__dict__.get(name)) is None or kept.shape != shape:
            kept = self.__dict__[name] = np.empty(shape, dtype)
        return kept

    def live_in(self, parameters, gradients):
        """Move the layer's arrays into two flat vectors, of which they become views."""
        start = 0
        for name in self.parameter_names:
            for slot, vector in (("_" + name, parameters), ("_d" + name, gradients)):
                array = getattr(self, slot)
                view = vector[start:start + array.size].reshape(array.shape)
                view[...] = array
                setattr(self, slot, view)
            start += array.size

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
    W, b, dW, db = Parameter(), Parameter(), Parameter(), Parameter()
    X1_T = X = FromForward()                            # an error calls them by the last name, X
    Z = FromForward()

    def __init__(self, n_in, n_out, *, rng, initializer="glorot", dtype=np.float64):
        if initializer not in INITIALIZERS:
            raise ValueError(f"Dense does not know the initializer {initializer!r}; "
                             f"choose one of {', '.join(INITIALIZERS)}")
        self.n_in, self.n_out = n_in, n_out
        self._W = INITIALIZERS[initializer](n_in, n_out, rng=rng).astype(dtype)
        self._b = np.zeros(n_out, dtype)
        self._dW, self._db = np.zeros_like(self._W), np.zeros_like(self._b)
        self.live_in(*np.empty((2, self.n_parameters), dtype))

    def live_in(self, parameters, gradients):
        super().live_in(parameters, gradients)
        # b lies behind W, like one more row of it: W₁ = [W; b]. With a column of ones, X₁ = [X 1],
        # X W + b is one product X₁ W₁, and the gradients of W and b are one product X₁ᵀ dZ.
        self.W1, self.dW1 = parameters.reshape(-1, self.n_out), gradients.reshape(-1, self.n_out)
        self.W1_T = self.W1.T
        self.fits = None                                # the shape of X that there is room for

    def __setstate__(self, state):
        """A copied or unpickled layer: its arrays were copied apart, join them again."""
        self.__dict__.update(state)
        self.live_in(self.W1.ravel(), self.dW1.ravel())

    def make_room(self, shape):
        """Check a shape of X, and make the arrays for results; transposed (_T), because then each
        neuron's sums over the batch lie side by side in memory, and are faster to work on."""
        if len(shape) != 2 or shape[1] != self.n_in:
            raise ValueError(f"{self} got X of shape {shape}; expected (batch, {self.n_in}). "
                             + shape_advice(shape, self.n_in))
        self.X1_T = np.ones_like(self.W1, shape=(self.n_in + 1, shape[0]))
        self.Z_T = np.empty_like(self.W1, shape=(self.n_out, shape[0]))
        self.dX_T = np.empty_like(self.X1_T[:-1])
        self.X, self.Z, self.dX = self.X1_T[:-1].T, self.Z_T.T, self.dX_T.T
        self.fits = shape if self.training else None    # see Layer.result

    def forward(self, X):
        if X.shape != self.fits or not self.training:
            self.make_room(X.shape)
        self.X[...] = X
        self.W1_T.dot(self.X1_T, self.Z_T)              # Z = X W + b = X₁ W₁
        return self.Z

    def backward(self, dZ):
        self.parameter_gradients(dZ)
        self._W.dot(self.dZ.T, self.dX_T)               # ∂C/∂X = dZ Wᵀ
        return self.dX if self.training else self.dX.copy("K")

    def parameter_gradients(self, dZ):
        self.dZ = np.asarray(dZ, self._W.dtype)         # targets may be float64, weights float32
        try:
            self.X1_T.dot(self.dZ, self.dW1)            # ∂C/∂W₁ = X₁ᵀ dZ
        except ValueError:
            raise ValueError(f"{self}.backward got dZ of shape {dZ.shape}; expected the shape of "
                             f"what forward returned, {self.Z.shape}") from None

    def config(self):
        return {"n_in": self.n_in, "n_out": self.n_out, "dtype": self._W.dtype.name}

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out})"


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
        The derivative ``phi_prime(Z, A)`` of a function of your own.

    Raises
    ------
    ValueError
        For an unknown name, or a function of your own without a derivative.

    Built in lesson 02.
    """

    A = FromForward()

    def __init__(self, phi, phi_prime=None):
        name = phi if isinstance(phi, str) else getattr(phi, "__name__", repr(phi))
        if phi_prime is None:
            if name not in ACTIVATIONS:
                raise ValueError(f"Activation does not know {name!r}; choose one of "
                                 f"{', '.join(ACTIVATIONS)}, or give phi and phi_prime")
            phi, phi_prime = ACTIVATIONS[name]
        self.name, self.phi, self.phi_prime = name, phi, phi_prime

    def forward(self, Z):
        self.Z, self.A = Z, self.phi(Z)
        return self.A

    def backward(self, dA):
        if dA.shape != self.A.shape:
            raise ValueError(f"{self}.backward got dA of shape {dA.shape}; expected the shape of "
                             f"what forward returned, {self.A.shape}")
        derivative = self.phi_prime(self.Z, self.A)
        if derivative.ndim > dA.ndim:
            return (dA[..., None, :] @ derivative)[..., 0, :]
        self.dZ = dA * derivative      # kept: see Layer.result
        return self.dZ

    def config(self):
        return {"phi": self.name}

    def __repr__(self):
        return f"Activation({self.name!r})"


class Flatten(Layer):
    """One row an example: (batch, channels, height, width) → (batch, channels·height·width).

    Built in lesson 07.
    """

    shape = FromForward()

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

    def __init__(self, p, *, rng):
        if not 0 <= p < 1:
            raise ValueError(f"Dropout({p}): p is the probability of being zeroed; "
                             "choose 0 ≤ p < 1")
        self.p, self.rng, self.mask = p, rng, None

    def forward(self, X):
        self.mask = None
        if not self.training or self.p == 0:
            return X
        kept = self.rng.random(X.shape) >= self.p
        self.mask = kept.astype(X.dtype) / (1 - self.p)
        return X * self.mask

    def backward(self, dY):
        return dY if self.mask is None else dY * self.mask

    def config(self):
        return {"p": self.p}

    def __repr__(self):
        return f"Dropout({self.p})"
