"""What the layers of sequences share: (batch, time, features), and steps that are missing.

Sequences of unequal length are filled up with *missing steps*, whose inputs are all nan (Embedding
makes them of its padding token). A layer skips them: nothing is learnt from them, their gradient is
0, and what comes out at such a step is nan again (after a recurrent layer, the state so far).
"""

import numpy as np


def missing_steps(X):
    """Which steps are all nan: True and False with X's shape, but 1 at the end; None if none is."""
    if not np.isnan(X[..., 0]).any():
        return None
    missing = np.isnan(X).all(axis=-1, keepdims=True)
    return missing if missing.any() else None


def where_missing(missing, old, new):
    """new, but old at the missing steps."""
    return new if missing is None else np.where(missing, old, new)


def each_step(X, W):
    """x W for each step x of X, in one product: (…, n_in) → (…, n_out)."""
    return (X.reshape(-1, X.shape[-1]) @ W).reshape(*X.shape[:-1], W.shape[1])


def sum_over_steps(X, dY):
    """The gradient of W in Y = each_step(X, W), over all steps in one product: Σ xᵀ dy."""
    return X.reshape(-1, X.shape[-1]).T @ dY.reshape(-1, dY.shape[-1])


def time_first(X):
    """(batch, time, n) → (time, batch, n), so that X[t] is step t of all sequences."""
    return np.ascontiguousarray(X.transpose(1, 0, 2))


def batch_first(X):
    """(time, batch, n) → (batch, time, n): the way back of ``time_first``."""
    return np.ascontiguousarray(X.transpose(1, 0, 2))


def check_sequence(layer, X):
    """An error for an X that is not (batch, time, n_in), saying what to do about it."""
    if X.ndim == 3 and X.shape[2] == layer.n_in and X.size > 0:
        return
    if X.ndim == 3 and X.shape[1] == 0:
        advice = "There is no time step."
    elif X.ndim == 3 and len(X) == 0:
        advice = "There is no sequence."
    elif X.ndim == 2 and X.shape[1] == layer.n_in:
        advice = "One sequence is a batch of one: X[None]."
    elif X.ndim == 2 and (X == np.round(X)).all():
        advice = "Put Embedding(n_tokens, dim) before it to turn tokens into vectors."
    elif X.ndim == 3 and X.shape[1] == layer.n_in:
        advice = "Features come last: did you mean X.transpose(0, 2, 1)?"
    else:
        advice = "Change the layer's n_in, or the data."
    raise ValueError(f"{layer} got X of shape {X.shape}; expected (batch, time, {layer.n_in}). "
                     f"{advice}")
