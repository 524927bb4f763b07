"""An optimizer turns a gradient into a step: ``step(parameters, gradients)`` changes parameters.

The updates are written in place, each line with its formula, because at the sizes of this course
the number of NumPy calls and of hidden copies is what a step costs.
"""

import math

import numpy as np


def check_rate(name, value, *, below=math.inf):
    """A positive number (and below a limit), or a ValueError that names it."""
    if not (isinstance(value, int | float | np.number) and 0 < value < below):
        limit = "" if below == math.inf else f" below {below}"
        raise ValueError(f"{name} is {value!r}; expected a positive number{limit}")
    return float(value)


def clip_gradients(gradients, max_norm):
    """Shorten a long gradient in place, keep its direction: g := g · max_norm / ‖g‖ if ‖g‖ is more.

    Returns ‖g‖ as it was. A gradient that is nan or inf has no direction, and is left alone.

    Raises
    ------
    ValueError
        For a max_norm that is not a positive number.

    References
    ----------
    Pascanu, Mikolov, Bengio (2013), "On the difficulty of training recurrent neural networks",
    algorithm 1. Built in lesson 08.
    """
    check_rate("max_norm", max_norm)
    norm = float(np.linalg.norm(gradients))
    if max_norm < norm < math.inf:
        gradients *= max_norm / norm
    return norm


class GradientDescent:
    """Against the gradient: w := w − γ ∇C(w), with γ the learning rate.

    The same rule is full-batch, mini-batch or stochastic gradient descent: it depends only on the
    rows from which the gradient was computed.

    Raises
    ------
    ValueError
        For a learning rate that is not a positive number.

    References
    ----------
    Cauchy (1847); Robbins and Monro (1951) for the stochastic form. Built in lesson 04.
    """

    def __init__(self, learning_rate):
        self.learning_rate = check_rate("learning_rate", learning_rate)
        self.state = None

    def step(self, parameters, gradients):
        """Change parameters in place; gradients has the same shape and is left alone."""
        if gradients.shape != parameters.shape:
            raise ValueError(f"{self}.step got gradients of shape {gradients.shape} for parameters "
                             f"of shape {parameters.shape}; every parameter needs its gradient")
        if self.state is None or self.state[0].shape != parameters.shape:
            self.reset(parameters)
        self.update(parameters, gradients, *self.state)

    def reset(self, parameters):
        """Forget the past: the next step is a first step. Scratch comes first, then the moments."""
        if parameters.dtype.kind != "f":
            raise TypeError(f"{self}.step got parameters of dtype {parameters.dtype}; a step is a "
                            "fraction, so give an array of floats: parameters.astype(float)")
        self.t = 0
        self.state = [np.zeros_like(parameters) for _ in range(self.n_arrays)]

    n_arrays = 1

    def update(self, w, dw, scratch):
        np.multiply(dw, self.learning_rate, out=scratch)
        w -= scratch                                               # w := w − γ ∇C

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"


class Momentum(GradientDescent):
    """A ball with inertia: v := μ v + ∇C; w := w − γ v.

    References
    ----------
    Polyak (1964); in PyTorch's form, where γ multiplies v. Built in lesson 04.
    """

    n_arrays = 2

    def __init__(self, learning_rate, momentum=0.9):
        super().__init__(learning_rate)
        self.momentum = check_rate("momentum", momentum, below=1)

    def update(self, w, dw, scratch, v):
        v *= self.momentum
        v += dw                                                    # v := μ v + ∇C
        np.multiply(v, self.learning_rate, out=scratch)
        w -= scratch                                               # w := w − γ v


class Nesterov(Momentum):
    """Momentum that looks ahead: v := μ v + ∇C; w := w − γ (∇C + μ v).

    References
    ----------
    Nesterov (1983), as rewritten by Sutskever et al. (2013), eqs 3–4, for a gradient taken at w.
    Built in lesson 04.
    """

    def update(self, w, dw, scratch, v):
        v *= self.momentum
        v += dw                                                    # v := μ v + ∇C
        np.multiply(v, self.momentum, out=scratch)
        scratch += dw
        scratch *= self.learning_rate
        w -= scratch                                               # w := w − γ (∇C + μ v)


class AdaGrad(GradientDescent):
    """A learning rate for each weight: s := s + (∇C)²; w := w − γ ∇C / (√s + ε).

    References
    ----------
    Duchi, Hazan, Singer (2011), "Adaptive subgradient methods for online learning and stochastic
    optimization", its diagonal form. Built in lesson 04.
    """

    n_arrays = 2

    def __init__(self, learning_rate, epsilon=1e-10):
        super().__init__(learning_rate)
        self.epsilon = check_rate("epsilon", epsilon)

    def update(self, w, dw, scratch, s):
        np.multiply(dw, dw, out=scratch)
        s += scratch                                               # s := s + (∇C)²
        np.sqrt(s, out=scratch)
        scratch += self.epsilon
        np.divide(dw, scratch, out=scratch)
        scratch *= self.learning_rate
        w -= scratch                                               # w := w − γ ∇C / (√s + ε)


class RMSprop(GradientDescent):
    """AdaGrad that forgets: s := ρ s + (1 − ρ) (∇C)²; w := w − γ ∇C / (√s + ε).

    References
    ----------
    Tieleman and Hinton (2012), Coursera lecture 6.5. Built in lesson 04.
    """

    n_arrays = 2

    def __init__(self, learning_rate, rho=0.99, epsilon=1e-8):
        super().__init__(learning_rate)
        self.rho = check_rate("rho", rho, below=1)
        self.epsilon = check_rate("epsilon", epsilon)

    def update(self, w, dw, scratch, s):
        s *= self.rho
        np.multiply(dw, dw, out=scratch)
        scratch *= 1 - self.rho
        s += scratch                                               # s := ρ s + (1 − ρ) (∇C)²
        np.sqrt(s, out=scratch)
        scratch += self.epsilon
        np.divide(dw, scratch, out=scratch)
        scratch *= self.learning_rate
        w -= scratch                                               # w := w − γ ∇C / (√s + ε)


class Adam(GradientDescent):
    """Momentum and a rate for each weight: w := w − γ m̂ / (√v̂ + ε).

    m := β₁ m + (1 − β₁) ∇C and v := β₂ v + (1 − β₂) (∇C)² start at zero, so the first ones are too
    small; m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) put that right.

    Notes
    -----
    Kept here are M = m / (1 − β₁) and V = v / (1 − β₂), which spares two operations a step. With
    c = √((1 − β₂) / (1 − β₂ᵗ)), √v̂ = c √V, so the fraction is M / (√V + ε/c), times a number.

    References
    ----------
    Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.
    Built in lesson 04.
    """

    n_arrays = 3

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(learning_rate)
        self.beta1 = check_rate("beta1", beta1, below=1)
        self.beta2 = check_rate("beta2", beta2, below=1)
        self.epsilon = check_rate("epsilon", epsilon)

    def reset(self, parameters):
        super().reset(parameters)
        # NumPy makes an array of each Python number it meets, which takes as long as to multiply
        # these few parameters by it; so the four numbers of a step are arrays from the start
        self.numbers = [np.empty(np.shape(number), parameters.dtype) for number in
                        (self.beta1, self.beta2, self.epsilon, self.learning_rate)]

    def update(self, w, dw, scratch, M, V):
        self.t += 1
        c = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.t))
        beta1, beta2, shift, rate = self.numbers
        beta1[...], beta2[...], shift[...] = self.beta1, self.beta2, self.epsilon / c
        rate[...] = self.learning_rate * (1 - self.beta1) / (1 - self.beta1**self.t) / c
        M *= beta1
        M += dw                                                    # m := β₁ m + (1 − β₁) ∇C
        np.multiply(dw, dw, scratch)
        V *= beta2
        V += scratch                                               # v := β₂ v + (1 − β₂) (∇C)²
        np.sqrt(V, scratch)
        scratch += shift                                           # (√v̂ + ε) / c
        np.divide(M, scratch, scratch)
        scratch *= rate
        w -= scratch                                               # w := w − γ m̂ / (√v̂ + ε)
