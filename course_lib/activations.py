"""An activation bends the output of a layer, a = φ(z); without it, layers would collapse into one.

Each φ stands above its derivative φ′, which is given both the input z and the output a = φ(z),
because one of the two usually makes the formula short: σ′ = a(1 − a), relu′ = [z > 0].

Every φ takes a number, a vector or a batch and works on each number by itself; softmax alone
looks at the whole last axis. float32 stays float32, integers become float64, nan stays nan, and
anything that is not made of real numbers is a TypeError. φ′ is meant for the z and a of its φ.
Where a function has a kink, its derivative there is the one from the left, except at threshold,
whose derivative is 0 everywhere.

Built in lesson 02.
"""

from functools import wraps

import numpy as np

from course_lib.checks import real_array

LEAK = 0.01  # slope of leaky_relu below 0
FAR = 30.0  # from here on gelu is 0 or z, and its slope 0 or 1, to the last digit
SQRT_2_OVER_PI = np.sqrt(2 / np.pi).item()  # a Python number, so that float32 stays float32


quiet = np.errstate(over="ignore", under="ignore")  # e¹⁰⁰⁰ is inf, and 1 / (1 + inf) is right, 0


def _activation(formula):
    """The formula of a φ, for whatever can be made an array of floats; a number for a number."""

    @wraps(formula)
    @quiet
    def phi(z):
        if type(z) is np.ndarray and z.dtype.kind == "f":
            return formula(z)
        return formula(_floats(z, formula.__name__, "z"))

    return phi


def _derivative(formula):
    """The formula of a φ′; what it gives, also True and False, becomes numbers like those of a."""

    @wraps(formula)
    @quiet
    def phi_prime(z, a):
        name = formula.__name__
        z, a = _floats(z, name, "z"), _floats(a, name, "a")
        return np.asarray(formula(z, a), a.dtype)[()]

    return phi_prime


def _floats(z, who, name):
    array = real_array(z, who, name)
    return (array if array.dtype.kind == "f" else array.astype(np.float64))[()]


@_activation
def threshold(z):
    """1 if z ≥ 0, else 0: the neuron of McCulloch and Pitts (1943); threshold(0) = 1."""
    return np.heaviside(z, 1.0)


@_derivative
def threshold_prime(z, a):
    """0 everywhere: no gradient comes through, so gradient descent cannot train it."""
    return 0 * a


@_activation
def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ), between 0 and 1; accurate in both tails."""
    return 1 / (1 + np.exp(-z))


@_derivative
def sigmoid_prime(z, a):
    """σ′ = a (1 − a), at most ¼ (at z = 0)."""
    return a * (1 - a)


@_activation
def tanh(z):
    """tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) = 2σ(2z) − 1, between −1 and 1."""
    return np.tanh(z)


@_derivative
def tanh_prime(z, a):
    """tanh′ = 1 − a²."""
    return 1 - a * a


@_activation
def relu(z):
    """max(z, 0), the rectified linear unit (Nair & Hinton 2010)."""
    return np.maximum(z, 0.0)


@_derivative
def relu_prime(z, a):
    """1 if z > 0, else 0; relu′(0) = 0."""
    return z > 0


@_activation
def leaky_relu(z):
    """z if z > 0, else 0.01 z: a unit that cannot die (Maas, Hannun & Ng 2013)."""
    return np.maximum(z, LEAK * z)


@_derivative
def leaky_relu_prime(z, a):
    """1 if z > 0, else 0.01; leaky_relu′(0) = 0.01."""
    return np.where(z > 0, 1, LEAK)


@_activation
def elu(z):
    """z if z > 0, else eᶻ − 1 (Clevert, Unterthiner & Hochreiter 2016, eq. 15, α = 1)."""
    return np.maximum(z, 0.0) + np.expm1(np.minimum(z, 0.0))


@_derivative
def elu_prime(z, a):
    """1 if z > 0, else eᶻ; smooth at 0, where it is 1."""
    return np.exp(np.minimum(z, 0.0))


@_activation
def gelu(z):
    """z σ(2u), u = √(2/π) (z + 0.044715 z³): the tanh form, as 1 + tanh(u) = 2σ(2u).

    It approximates z Φ(z), Φ the normal distribution, to 5·10⁻⁴ (Hendrycks & Gimpel 2016, §2);
    written with σ it stays accurate in the left tail, where 1 + tanh(u) cancels.
    """
    u = SQRT_2_OVER_PI * (z + 0.044715 * z * z * z)
    return np.maximum(z, -FAR) * sigmoid(2 * u)  # far out on the left it is 0, and not −inf · 0


@_derivative
def gelu_prime(z, a):
    """σ(2u) + z σ′(2u) 2u′, with u′ = √(2/π) (1 + 3 · 0.044715 z²)."""
    z = np.clip(z, -FAR, FAR)
    p = sigmoid(2 * SQRT_2_OVER_PI * (z + 0.044715 * z * z * z))
    return p + z * p * (1 - p) * 2 * SQRT_2_OVER_PI * (1 + 3 * 0.044715 * z * z)


@_activation
@np.errstate(invalid="ignore")  # logaddexp warns about nan, which is already there
def softplus(z):
    """log(1 + eᶻ), a smooth relu (Dugas et al. 2001)."""
    return np.logaddexp(0.0, z)


@_derivative
def softplus_prime(z, a):
    """σ(z)."""
    return sigmoid(z)


@_activation
def softmax(z):
    """e^zᵢ / Σⱼ e^zⱼ over the last axis: positive, and the sum is 1 (Bridle 1990).

    Taking the largest z off first changes nothing and lets no exponential overflow.
    A last axis without entries is a ValueError.
    """
    if z.size == 0 and z.shape[-1] == 0:
        raise ValueError(f"softmax got shape {z.shape}; expected at least one entry in each row.")
    e = np.exp(z - np.maximum.reduce(z, axis=-1, keepdims=True))
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@_derivative
def softmax_prime(z, a):
    """The Jacobian ∂aᵢ/∂zⱼ = aᵢ (δᵢⱼ − aⱼ); shape (…, n, n) for a of shape (…, n)."""
    if np.ndim(a) == 0:
        raise ValueError(f"softmax_prime got a = {a}, one number; expected a row of them.")
    return a[..., :, None] * (np.eye(a.shape[-1], dtype=a.dtype) - a[..., None, :])


@_activation
def identity(z):
    """z itself: the output of a network that predicts a quantity."""
    return z


@_derivative
def identity_prime(z, a):
    """1 everywhere."""
    return np.ones_like(a)


#: name → (φ, φ′)
ACTIVATIONS = {
    "threshold": (threshold, threshold_prime),
    "sigmoid": (sigmoid, sigmoid_prime),
    "tanh": (tanh, tanh_prime),
    "relu": (relu, relu_prime),
    "leaky_relu": (leaky_relu, leaky_relu_prime),
    "elu": (elu, elu_prime),
    "gelu": (gelu, gelu_prime),
    "softplus": (softplus, softplus_prime),
    "softmax": (softmax, softmax_prime),
    "identity": (identity, identity_prime),
}
