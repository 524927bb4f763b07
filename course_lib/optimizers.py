"""An optimizer turns a gradient into a step: ``step(parameters, gradients)`` changes parameters.

What it remembers from step to step belongs to the vector of parameters that it was made for; with
another vector it starts anew.
"""

import math

import numpy as np

from course_lib.checks import positive_number, real_array


def clip_gradients(gradients, max_norm):
    """Shorten a long gradient in place, keep its direction: g := g · max_norm / ‖g‖ if ‖g‖ is more.

    Returns ‖g‖ as it was. A gradient that is nan or inf has no direction, and is left alone.

    Raises
    ------
    ValueError
        For a max_norm that is not a positive number.
    TypeError
        For gradients that are not an array of floats.

    References
    ----------
    Pascanu, Mikolov, Bengio (2013), "On the difficulty of training recurrent neural networks",
    algorithm 1. Built in lesson 08.
    """
    positive_number("max_norm", max_norm)
    check_floats("clip_gradients", "gradients", gradients)
    norm = float(np.linalg.norm(gradients))
    if max_norm < norm < math.inf:
        gradients *= max_norm / norm
    return norm


class GradientDescent:
    """Against the gradient: w := w − γ ∇C(w), with γ the learning rate.

    The same rule is full-batch, mini-batch or stochastic gradient descent: it depends only on the
    rows from which the gradient was computed.

    Attributes
    ----------
    memory : names of what it remembers, arrays like the parameters that start at zero
    t : the number of steps taken

    Raises
    ------
    ValueError
        For a learning rate that is not a positive number.

    References
    ----------
    Cauchy (1847); Robbins and Monro (1951) for the stochastic form. Built in lesson 04.
    """

    memory = ()
    vector = None           # the parameters that the memory is of
    t = 0

    def __init__(self, learning_rate):
        self.learning_rate = positive_number("learning_rate", learning_rate)

    def step(self, parameters, gradients):
        """Change parameters in place; gradients has the same shape and is left alone."""
        if self.vector is None or not is_same_memory(parameters, self.vector):
            self.reset(parameters)
        gradients = real_array(gradients, self, "gradients")
        if gradients.shape != parameters.shape:
            raise ValueError(f"{self}.step got gradients of shape {gradients.shape} for parameters "
                             f"of shape {parameters.shape}; every parameter needs its gradient")
        self.t += 1
        with np.errstate(under="ignore"):                       # 10⁻²⁰⁰ squared is zero
            self.update(parameters, gradients)

    def reset(self, parameters):
        """Forget the past: the next step is the first one of these parameters."""
        check_floats(self, "parameters", parameters)
        self.vector, self.t = parameters, 0
        for name in self.memory:
            setattr(self, name, np.zeros_like(parameters))

    def update(self, w, dw):
        w -= self.learning_rate * dw

    def __repr__(self):
        rate = self.learning_rate
        return f"{type(self).__name__}(learning_rate={rate if np.ndim(rate) else f'{rate:.4g}'})"


class Momentum(GradientDescent):
    """A ball with inertia: v := μ v + ∇C; w := w − γ v, where v is called ``velocity``.

    References
    ----------
    Polyak (1964); in PyTorch's form, where γ multiplies v. Built in lesson 04.
    """

    memory = ("velocity",)

    def __init__(self, learning_rate, momentum=0.9):
        super().__init__(learning_rate)
        self.momentum = positive_number("momentum", momentum, below=1)

    def update(self, w, dw):
        self.velocity = self.momentum * self.velocity + dw
        w -= self.learning_rate * self.velocity


class Nesterov(Momentum):
    """Momentum that looks ahead: v := μ v + ∇C; w := w − γ (∇C + μ v).

    References
    ----------
    Nesterov (1983), as rewritten by Sutskever et al. (2013), eqs 3–4, for a gradient taken at w.
    Built in lesson 04.
    """

    def update(self, w, dw):
        self.velocity = self.momentum * self.velocity + dw
        w -= self.learning_rate * (dw + self.momentum * self.velocity)


class AdaGrad(GradientDescent):
    """A learning rate for each weight: s := s + (∇C)²; w := w − γ ∇C / (√s + ε).

    References
    ----------
    Duchi, Hazan, Singer (2011), "Adaptive subgradient methods for online learning and stochastic
    optimization", its diagonal form. Built in lesson 04.
    """

    memory = ("s",)

    def __init__(self, learning_rate, epsilon=1e-10):
        super().__init__(learning_rate)
        self.epsilon = positive_number("epsilon", epsilon)

    def update(self, w, dw):
        self.s = self.s + dw**2
        w -= self.learning_rate * dw / (np.sqrt(self.s) + self.epsilon)


class RMSprop(GradientDescent):
    """AdaGrad that forgets: s := ρ s + (1 − ρ) (∇C)²; w := w − γ ∇C / (√s + ε).

    References
    ----------
    Tieleman and Hinton (2012), Coursera lecture 6.5. Built in lesson 04.
    """

    memory = ("s",)

    def __init__(self, learning_rate, rho=0.99, epsilon=1e-8):
        super().__init__(learning_rate)
        self.rho = positive_number("rho", rho, below=1)
        self.epsilon = positive_number("epsilon", epsilon)

    def update(self, w, dw):
        self.s = self.rho * self.s + (1 - self.rho) * dw**2
        w -= self.learning_rate * dw / (np.sqrt(self.s) + self.epsilon)


class Adam(GradientDescent):
    """Momentum and a rate for each weight: w := w − γ m̂ / (√v̂ + ε).

    m and v start at zero, so the first ones are too small; m̂ and v̂ put that right.

    References
    ----------
    Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.
    Built in lesson 04.
    """

    memory = ("m", "v")

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(learning_rate)
        self.beta1 = positive_number("beta1", beta1, below=1)
        self.beta2 = positive_number("beta2", beta2, below=1)
        self.epsilon = positive_number("epsilon", epsilon)

    def update(self, w, dw):
        self.m = self.beta1 * self.m + (1 - self.beta1) * dw
        self.v = self.beta2 * self.v + (1 - self.beta2) * dw**2
        m_hat = self.m / (1 - self.beta1**self.t)
        v_hat = self.v / (1 - self.beta2**self.t)
        w -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


def remembered(optimizer):
    """A copy of what an optimizer remembers, to go back to with ``recall``."""
    memory = {name: getattr(optimizer, name).copy() for name in getattr(optimizer, "memory", ())
              if hasattr(optimizer, name)}
    return memory | {name: getattr(optimizer, name) for name in ("t", "vector")
                     if hasattr(optimizer, name)}


def recall(optimizer, memory):
    """Let an optimizer remember what it did when ``remembered`` was called."""
    for name, value in memory.items():
        setattr(optimizer, name, value if name in ("t", "vector") else value.copy())


def is_same_memory(array, other):
    """Are these the same numbers in memory (and not only equal ones)?"""
    return array is other or (
        type(array) is type(other) is np.ndarray and array.shape == other.shape
        and array.strides == other.strides and array.dtype == other.dtype
        and array.ctypes.data == other.ctypes.data)


def check_floats(who, name, array):
    """An error for what is not an array of floats, which could not be changed in place."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        real_array(array, who, name)
        raise TypeError(f"{who} got {name} that are not an array of floats, but "
                        f"{getattr(array, 'dtype', type(array).__name__)}; a step is a fraction "
                        f"and changes them in place, so give np.array({name}, float)")
    if isinstance(array, np.ma.MaskedArray) or not array.flags.writeable:
        raise TypeError(f"{who} got {name} that are "
                        + ("masked" if isinstance(array, np.ma.MaskedArray) else "read-only")
                        + f"; they are changed in place, so give {name}.copy() as a plain array")
