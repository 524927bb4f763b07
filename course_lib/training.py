"""Training is a loop: forward, how wrong, backward, one step against the gradient; and again.

Full batch, mini-batch and row by row are the same function with another ``batch_size``.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from course_lib.optimizers import check_rate, clip_gradients

CHUNK = 1024  # rows at a time when only predicting: bounds the memory that a big network needs


class Diverged(ArithmeticError):
    """The gradient or the cost became nan or inf. ``history`` holds the epochs before."""

    history = None


@np.errstate(over="ignore")  # e¹⁰⁰⁰ is inf, and 1 / (1 + inf) is right; Diverged tells the rest
def run_epoch(network, X, y, *, cost, optimizer, batch_size, clip=None):
    """One step per batch, over all rows in the order given: w := w − γ ∇C_batch(w).

    Parameters
    ----------
    network : Layer with ``parameters`` and ``gradients``
    X, y : arrays of n rows, already checked (``fit`` does)
    cost, optimizer : objects of ``costs`` and ``optimizers``
    batch_size : int
    clip : float, optional
        Shorten each gradient that is longer than this (``optimizers.clip_gradients``).

    Raises
    ------
    Diverged
        Before a step whose gradient is not finite, so the parameters stay what they were.

    Built in lesson 04.
    """
    parameters, gradients = network.parameters, network.gradients
    network.training = True
    try:
        for start in range(0, len(X), batch_size):
            y_hat = network.forward(X[start:start + batch_size])
            dY = cost.slope(y_hat, y[start:start + batch_size])
            dY = dY * (dY.shape[-1] / dY.size)               # the cost is the mean over the batch
            network.parameter_gradients(dY)
            if not math.isfinite(gradients.dot(gradients)):
                raise Diverged(f"in step {start // batch_size + 1} the gradient became nan or inf")
            if clip is not None:
                clip_gradients(gradients, clip)
            optimizer.step(parameters, gradients)
    finally:
        network.training = False


def predict(network, X):
    """The network's output for all rows of X, a chunk at a time."""
    return np.concatenate([network.predict(X[start:start + CHUNK])
                           for start in range(0, len(X), CHUNK)])


@dataclass
class History:
    """What happened, by epoch; index 0 is before the first step.

    Attributes
    ----------
    cost, validation_cost : list of float
        Mean cost over the training rows, and the validation rows if there were any.
    metrics : dict of str to list of float
        ``metrics["accuracy"]`` and, with validation rows, ``metrics["validation accuracy"]``.
    best_epoch : int
        The epoch of the lowest validation cost (of the lowest cost without validation rows).
    stopped : str
        Why training ended, in a sentence.
    """

    cost: list = field(default_factory=list)
    validation_cost: list = field(default_factory=list)
    metrics: dict = field(default_factory=dict)
    best_epoch: int = 0
    stopped: str = ""

    @property
    def epochs(self):
        return max(len(self.cost) - 1, 0)

    def plot(self, ax=None):
        """Draw the learning curves on a matplotlib Axes, and return it."""
        from course_lib.figure.history import draw_history
        return draw_history(ax, self)

    def __repr__(self):
        if not self.cost:
            return "History(no epoch yet)"
        text = f"{self.epochs} epochs: cost {self.cost[0]:.4f} → {self.cost[-1]:.4f}"
        if self.validation_cost:
            text += f", validation {self.validation_cost[0]:.4f} → {self.validation_cost[-1]:.4f}"
        return f"History({text}; {self.stopped})"


def fit(network, X, y, *, cost, optimizer, epochs, batch_size=None, rng,
        validation=None, patience=None, metrics=None, progress=True, clip=None):
    """Train the network in place, and return the History.

    Parameters
    ----------
    network : Network
    X : (n, …) array of finite numbers
    y : (n,) or (n, n_out) array of targets, as the cost takes them
    cost, optimizer : objects of ``costs`` and ``optimizers``
    epochs : int
        How many times over all rows.
    batch_size : int, optional
        Rows in a step: None is all of them (gradient descent), 1 is row by row (stochastic).
    rng : numpy.random.Generator
        Shuffles the rows before each epoch.
    validation : (X, y), optional
        Rows that are only watched.
    patience : int, optional
        Stop when the validation cost has not improved for so many epochs, and go back to the
        parameters of the best one.
    metrics : dict of str to function(predictions, y), optional
        Also computed after each epoch; predictions are ``cost.predictions(y_hat)``; classes
        in y stay numbers.
    progress : bool
        Show a progress bar.
    clip : float, optional
        Shorten each gradient that is longer than this, as recurrent networks need.

    Raises
    ------
    Diverged
        When the gradient or the cost becomes nan or inf: names the epoch, the step and the
        learning rate; the network keeps the parameters that it had before that epoch.
    ValueError, TypeError
        For an X or y with nan, inf or a wrong shape, no rows, and settings that make no sense.

    Notes
    -----
    An interrupt (Ctrl-C, or the stop button) returns the history so far, and leaves the network
    with the parameters of the best epoch. Built in lesson 04.
    """
    check_settings(epochs, batch_size, patience, validation, rng)
    if clip is not None:
        check_rate("clip", clip)
    watched = {"": check_rows(network, cost, X, y, "X", "y")}
    if validation is not None:
        watched["validation "] = check_rows(network, cost, *validation, "validation X", "y")
    X, y, _ = watched[""]
    batch_size = len(X) if batch_size is None else min(batch_size, len(X))
    if X.ndim == 2 and batch_size == len(X):
        X = np.asfortranarray(X)    # columns of the batch lie together, as in the layers' arrays
    history = History(metrics={prefix + name: [] for prefix in watched for name in metrics or ()})
    curve = history.cost if validation is None else history.validation_cost
    record(history, network, cost, watched, metrics)
    state, epoch = [network.parameters, *network.averages], 0
    best = [array.copy() for array in state]
    with progress_bar(epochs, progress) as bar:
        try:
            for epoch in range(1, epochs + 1):
                order = rng.permutation(len(X)) if batch_size < len(X) else slice(None)
                before = [array.copy() for array in state]
                try:
                    with np.errstate(over="ignore", invalid="ignore"):  # Diverged reports these
                        run_epoch(network, X[order], y[order], cost=cost, optimizer=optimizer,
                                  batch_size=batch_size, clip=clip)
                        record(history, network, cost, watched, metrics)
                except Diverged as error:
                    copy_into(state, before)
                    history.stopped = f"diverged in epoch {epoch}"
                    error.history = history
                    error.args = (f"training diverged in epoch {epoch}: {error} with {optimizer}. "
                                  f"The network keeps the parameters of epoch {epoch - 1}. Try a "
                                  "learning rate ten times smaller, or standardise X.",)
                    raise
                if curve[-1] < curve[history.best_epoch]:
                    history.best_epoch = epoch
                    copy_into(best, state)
                bar.set_postfix_str(f"cost {history.cost[-1]:.4f}", refresh=False)
                bar.update()
                if patience is not None and epoch - history.best_epoch >= patience:
                    copy_into(state, best)
                    history.stopped = (f"stopped early in epoch {epoch}; the parameters are those "
                                       f"of epoch {history.best_epoch}")
                    return history
            if patience is not None:
                copy_into(state, best)
            history.stopped = "ran all its epochs"
        except KeyboardInterrupt:
            copy_into(state, best)
            history.stopped = (f"interrupted in epoch {epoch}; the parameters are those of "
                               f"epoch {history.best_epoch}")
    return history


def copy_into(arrays, others):
    for array, other in zip(arrays, others, strict=True):
        array[:] = other


def record(history, network, cost, watched, metrics):
    """Append the cost and the metrics of the rows that are watched."""
    for prefix, (X, y, labels) in watched.items():
        y_hat = predict(network, X)
        C = float(np.mean(cost.loss(y_hat, y)))
        if not math.isfinite(C):
            raise Diverged(f"after the last step of the epoch the {prefix}cost became {C}")
        (history.validation_cost if prefix else history.cost).append(C)
        for name, metric in (metrics or {}).items():
            value = metric(cost.predictions(y_hat), labels)
            history.metrics[prefix + name].append(float(value))


def progress_bar(epochs, progress):
    """A bar that is a widget in a notebook and a line of text in a terminal."""
    from tqdm.auto import tqdm
    tqdm.monitor_interval = 0  # no thread that watches the bar: a browser's Python has none
    return tqdm(total=epochs, unit="epoch", disable=not progress)


def check_settings(epochs, batch_size, patience, validation, rng):
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        optional = name != "epochs"
        if value is None and optional:
            continue
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"fit got {name}={value!r}; expected a whole number from 1"
                             + (", or None" if optional else ""))
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"fit got rng={rng!r}; expected a generator: np.random.default_rng(0)")
    if patience is not None and validation is None:
        raise ValueError("fit got patience without validation rows: there is no validation cost to "
                         "watch. Give validation=(X_validation, y_validation)")


def check_rows(network, cost, X, y, X_name, y_name):
    """X in the network's dtype, y as the cost computes with it, and y as metrics take it, where a
    class is a number and not a row of zeros and a one; or an error that says what is wrong."""
    try:
        X = np.asarray(X)
        X = X if X.dtype.kind in "iuf" else X.astype(np.float64)
        y = np.asarray(y)
    except (TypeError, ValueError) as error:
        raise TypeError(f"fit got {X_name} that is not all numbers ({error}); encode text columns "
                        "first, for example with pandas.get_dummies") from error
    if X.ndim < 2:
        raise ValueError(f"fit got {X_name} of shape {X.shape}; expected (rows, …). For one column "
                         "write X[:, None], for one row X[None, :]")
    if len(X) == 0:
        raise ValueError(f"fit got {X_name} of shape {X.shape}: there is no row to learn from")
    if y.shape[:1] != X.shape[:1]:
        raise ValueError(f"fit got {len(X)} rows of {X_name}, but {y_name} of shape {y.shape}; "
                         "each row needs its target")
    if X.dtype.kind == "f" and not np.isfinite(X).all():
        row = int(np.argwhere(~np.isfinite(X))[0][0])
        raise ValueError(f"fit got {X_name} with {X[row][~np.isfinite(X[row])][0]} in row {row}; "
                         "drop such rows or fill them in first")
    first = network
    while hasattr(first, "layers"):
        first = first.layers[0]
    if not getattr(first, "takes_indices", False):
        X = X.astype(network.parameters.dtype, copy=False)
    targets = cost.check(predict(network, X), y)[1].astype(network.parameters.dtype, copy=False)
    return X, targets, y if y.size < targets.size else targets
