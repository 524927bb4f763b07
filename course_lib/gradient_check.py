"""Is the backward pass right? Compare it with what a tiny step really does to the output.

For a direction D, the central difference (f(w + εD) − f(w − εD)) / 2ε must equal ⟨∇f(w), D⟩.
"""

import copy

import numpy as np

from course_lib.checks import generator, is_number, real_array, short


class GradientMismatch(AssertionError):
    """The gradient and the central difference differ, or an argument was changed."""


def central_difference(f, w, D, epsilon=1e-6):
    """The slope of f at w in direction D: (f(w + εD) − f(w − εD)) / 2ε, with error O(ε²).

    Built in lesson 05.
    """
    return (f(w + epsilon * D) - f(w - epsilon * D)) / (2 * epsilon)


def relative_error(a, b, floor=1e-8):
    """|a − b| / max(|a|, |b|), measured against the floor when both are about zero."""
    return abs(a - b) / max(abs(a), abs(b), floor)


def check_gradients(checked, X, y=None, *, rng, tolerance=1e-6, epsilon=1e-6):
    """Check every gradient of a layer, or the gradient of a cost, along random directions.

    A layer is checked through f = Σ R ⊙ forward(X) with a random R, so that dY = R. All is
    computed in float64, also for a layer of float32, whose own rounding would hide the difference.

    Parameters
    ----------
    checked : Layer or cost
    X : array
        A layer's input, or a cost's predictions; away from kinks such as relu's 0.
    y : array, optional
        The targets: given, ``checked`` is a cost.
    rng : numpy.random.Generator
        Draws R and the directions.
    tolerance : float
        The largest relative error that passes; np.inf only measures.
    epsilon : float
        The step. Far smaller, rounding spoils the difference; far larger, curvature does.

    Returns
    -------
    dict of str to float
        The relative error of "dX" and of each parameter's gradient.

    Raises
    ------
    GradientMismatch
        Names the gradient and shows both values; also when forward or backward changed its
        argument, or gave a gradient of a wrong shape.

    Built in lesson 05.
    """
    generator(rng, "check_gradients")
    for name, value in (("tolerance", tolerance), ("epsilon", epsilon)):
        if not is_number(value) or not 0 < value or name == "epsilon" and not value < 1:
            raise ValueError(f"check_gradients got {name}={short(value)}; expected a small "
                             "positive number, such as 1e-6")
    if not hasattr(checked, "forward" if y is None else "gradient") or isinstance(checked, type):
        raise TypeError(f"check_gradients got {short(checked)}; expected a layer and X, such as "
                        "check_gradients(Dense(3, 2, rng=rng), X, rng=rng), or a cost, X and y")
    X = np.array(real_array(X, "check_gradients", "X"))
    X = X.astype(np.float64) if X.dtype.kind == "f" else X
    if y is not None:
        pairs = {"gradient": (lambda Y: checked.value(Y, y), X, checked.gradient(X.copy(), y))}
    else:
        pairs = layer_pairs(checked, X, rng)
    errors = {}
    for name, (f, w, gradient) in pairs.items():
        if np.shape(gradient) != w.shape:
            raise GradientMismatch(f"{checked}: {name} has shape {np.shape(gradient)}, but what it "
                                   f"is the gradient for has shape {w.shape}")
        D = rng.standard_normal(w.shape)
        expected = central_difference(f, w, D, epsilon)
        got = float(np.sum(gradient * D))
        # a direction nearly at right angles to the gradient would compare rounding with rounding
        errors[name] = relative_error(got, expected, floor=1e-8 + 0.01 * np.linalg.norm(gradient))
        if not errors[name] <= tolerance:
            raise GradientMismatch(f"{checked}: along a random direction {name} gives {got:.8g}, "
                                   f"the central difference {expected:.8g} (relative error "
                                   f"{errors[name]:.1e})" + kink(f, w, D, epsilon))
    return errors


def kink(f, w, D, epsilon):
    """A sentence about kinks, if f has another slope to the left of w than to the right."""
    ahead, behind = (f(w + epsilon * D) - f(w)) / epsilon, (f(w) - f(w - epsilon * D)) / epsilon
    if not relative_error(ahead, behind) > 1e-3:
        return ""
    return (f". To one side the slope is {behind:.4g}, to the other {ahead:.4g}: here is a kink, "
            "such as relu's at 0 or that of two equal pixels, where no gradient is right or wrong. "
            "Check at another X")


def in_float64(layer):
    """A copy of the layer that computes in float64."""
    layer = copy.deepcopy(layer)
    if layer.n_parameters:
        layer.live_in(*np.zeros((2, layer.n_parameters)))
    return layer


def layer_pairs(layer, X, rng):
    """For dX and each parameter: the function of it, where it stands, and backward's gradient.

    Each evaluation starts from a copy, so that a layer that draws (Dropout) draws the same again.
    """
    layer = in_float64(layer)

    def output(X, **parameters):
        fresh = copy.deepcopy(layer)
        for name, value in parameters.items():
            setattr(fresh, name, value)
        return fresh.forward(X)

    worked = copy.deepcopy(layer)
    X_given = X.copy()
    R = rng.standard_normal(worked.forward(X_given).shape)
    R_given = R.copy()
    # backward must set its gradients, not add to what is there
    for name in gradient_names(worked):
        getattr(worked, name)[...] = np.nan
    dX = worked.backward(R_given)
    if not (np.array_equal(X_given, X, equal_nan=True) and np.array_equal(R_given, R)):
        raise GradientMismatch(f"{layer}: forward or backward changed its argument; "
                               "work on a copy")

    pairs = {}
    if X.dtype.kind == "f":
        pairs["dX"] = (lambda X: np.sum(R * output(X)), X, dX)
    for name in gradient_names(worked):
        parameter = "parameters" if name == "gradients" else name[1:]
        pairs[name] = (lambda w, parameter=parameter: np.sum(R * output(X, **{parameter: w})),
                       getattr(layer, parameter).copy(), getattr(worked, name))
    return pairs


def gradient_names(layer):
    """dW and db of a layer; the one long vector of a network."""
    return ["gradients"] if hasattr(layer, "gradients") else [
        "d" + name for name in layer.parameter_names]
