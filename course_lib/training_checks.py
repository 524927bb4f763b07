"""What cannot train, or would train badly, is told before the first step, with what to do about it.
"""

import math

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.checks import real_array, short
from course_lib.layers import Activation, Dense, Dropout, Flatten, Layer
from course_lib.normalization import BatchNorm


def check_objects(who, network, cost, optimizer):
    """An error for a network, a cost or an optimizer that is none, with the line to write."""
    for name, value, methods, example in (
            ("network", network, ("parameters", "forward", "parameter_gradients"),
             f"Network([{network if isinstance(network, Layer) else 'Dense(2, 1, rng=rng)'}])"),
            ("cost", cost, ("loss", "slope", "check"), "SigmoidCrossEntropy()"),
            ("optimizer", optimizer, ("step",), "Adam(0.001)")):
        if isinstance(value, type):
            raise TypeError(f"{who} got {name}={value.__name__}, the class; give an object of it, "
                            f"with brackets: {value.__name__}(…), such as {example}")
        if not all(hasattr(value, method) for method in methods):
            raise TypeError(f"{who} got {name}={short(value)}, of type {type(value).__name__}; "
                            f"expected {'an' if name[0] == 'o' else 'a'} {name}: {name}={example}")


def check_metrics(metrics):
    """The metrics as a dict of functions."""
    metrics = {} if metrics is None else metrics
    if not isinstance(metrics, dict) or not all(map(callable, metrics.values())):
        raise TypeError(f"fit got metrics={short(metrics)}; expected a name and a function of "
                        'predictions and y: metrics={"accuracy": metrics.accuracy}')
    if "cost" in metrics:
        raise ValueError('fit got a metric called "cost", as the cost is; take another name')
    return metrics


def check_ending(network, cost):
    """An error for a last layer that does not put out what the cost takes."""
    last = network
    while hasattr(last, "layers"):
        last = next((layer for layer in reversed(last.layers)
                     if not isinstance(layer, Dropout | Flatten)), None)
    if getattr(cost, "on_logits", False) and isinstance(last, Activation) \
            and last.phi in (sigmoid, softmax):
        other = "BinaryCrossEntropy" if last.phi is sigmoid else "CategoricalCrossEntropy"
        raise ValueError(f"{cost} takes logits, and has the {last.name} in its formula; but the "
                         f"network ends with {last} too, and would learn badly. Leave that layer "
                         f"out, or take {other}. (Probabilities are then "
                         "cost.predictions(network.predict(X)).)")
    if getattr(cost, "y_hat_in", "(−∞, ∞)") != "(−∞, ∞)" and isinstance(last, Dense):
        raise ValueError(f"{cost} takes predictions in {cost.y_hat_in}, but the network ends with "
                         f"{last}, which puts out any number. {cost.advice}")


def check_last_batch(network, rows, batch_size):
    """An error, before the first step, for a BatchNorm that one row would be left for."""
    least = min(rows % batch_size or batch_size, batch_size)
    for layer in all_layers(network):
        if isinstance(layer, BatchNorm) and least == 1 and math.prod(layer.Y_shape[2:]) == 1:
            better = next((size for size in range(max(batch_size, 2), rows + 1)
                           if rows % size != 1), rows)
            remedy = f"Take batch_size={better}" if rows > 1 else "Give more rows"
            raise ValueError(f"fit got {rows} rows and batch_size={batch_size}: one row is left "
                             f"for the last batch, and {layer} needs two or more, as one number "
                             f"has no variance. {remedy}")


def all_layers(layer):
    """The layer, and the layers in it."""
    yield layer
    for inner in getattr(layer, "layers", ()):
        yield from all_layers(inner)


def scale_advice(X):
    """A sentence about columns that are too large, or too different, to learn from; or nothing."""
    if X.ndim != 2 or X.dtype.kind != "f":
        return ""
    with np.errstate(all="ignore"):
        sizes = np.sqrt(np.mean(np.square(X, dtype=np.float64), axis=0))
    sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
    if len(sizes) and sizes.max() / sizes.min() > 1e4:
        return (f"The columns of X differ {sizes.max() / sizes.min():.0e}-fold in size: "
                "standardise them")
    if len(sizes) and sizes.max() > 100:
        return f"X has columns of size {sizes.max():.1g}: standardise them"
    return ""


def check_rows(network, cost, X, y, X_name, y_name):
    """X in the network's dtype and y as arrays; or an error that says what is wrong."""
    columns = list(getattr(X, "columns", ()))
    X, y = real_array(X, "fit", X_name), real_array(y, f"fit with {cost}", y_name)
    if X.ndim < 2:
        raise ValueError(f"fit got {X_name} of shape {X.shape}; expected (rows, …). For one column "
                         "write X[:, None], for one row X[None, :]")
    if len(X) == 0:
        raise ValueError(f"fit got {X_name} of shape {X.shape}: there is no row to learn from")
    if y.shape[:1] != X.shape[:1]:
        raise ValueError(f"fit got {len(X)} rows of {X_name}, but {y_name} of shape {y.shape}; "
                         "each row needs its target")
    if X.dtype.kind == "f" and not np.isfinite(X).all():
        raise ValueError(f"fit got {X_name} with " + where_not_finite(X, columns))
    return (X if network.takes_indices else X.astype(network.parameters.dtype, copy=False)), y


def check_targets(network, cost, X, y, y_hat, X_name):
    """y as the cost computes with it, and as metrics take it, where a class is a number and not a
    row of zeros and a one; or an error for what the network puts out before the first step."""
    if getattr(cost, "classes", False) and y_hat.shape[-1] == 1:
        raise ValueError(f"{cost} needs an output for each class, but the network has one. For yes "
                         "or no with one output take SigmoidCrossEntropy")
    if not np.isfinite(y_hat).all():
        raise ValueError(f"before the first step predictions for {X_name} are nan or inf: it has "
                         f"values up to {np.abs(X).max():.1g}, the weights up to "
                         f"{np.abs(network.parameters).max(initial=0):.1g}. Standardise X, or "
                         "start with smaller weights")
    targets = cost.check(y_hat, y)[1].astype(network.parameters.dtype, copy=False)
    return targets, y if y.size < targets.size else targets


def where_not_finite(X, columns):
    """In which row there is nan or inf; or in which column, if it is all of one."""
    finite = np.isfinite(X)
    rows = finite.reshape(len(X), -1)
    if X.ndim == 2 and len(X) > 1 and not finite.any(axis=0).all():
        column = int(np.argmin(finite.any(axis=0)))
        named = repr(columns[column]) if columns else column
        return (f"{X[0, column]} in all {len(X)} rows of column {named}; leave that column out. (A "
                "column of one value has standard deviation 0, and to standardise it is 0/0.)")
    row = int(np.argmin(rows.all(axis=1)))
    wrong = X[row].ravel()[~rows[row]][0]
    count = int((~rows.all(axis=1)).sum())
    return (f"{wrong} in row {row}" + (f" and {count - 1} more" if count > 1 else "")
            + "; drop such rows or fill them in first")
