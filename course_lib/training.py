"""Training is a loop: forward, how wrong, backward, one step against the gradient; and again.

Full batch, mini-batch and row by row are the same function with another ``batch_size``.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from course_lib.checks import generator, positive_number, real_array, short, whole_number
from course_lib.fast import CHUNK, kept_plan
from course_lib.optimizers import clip_gradients, recall, remembered
from course_lib.training_checks import (
    check_ending,
    check_last_batch,
    check_metrics,
    check_objects,
    check_rows,
    check_targets,
    scale_advice,
)


class Diverged(ArithmeticError):
    """The gradient or the cost became nan or inf. ``history`` holds the epochs before."""

    history = step = None


def infinite_gradient(step):
    """The error for a step whose gradient is not finite."""
    error = Diverged(f"in step {step} the gradient became nan or inf")
    error.step = step
    return error


@np.errstate(over="ignore", under="ignore")  # e¹⁰⁰⁰ is inf; Diverged tells where that matters
def run_epoch(network, X, y, *, cost, optimizer, batch_size, clip=None, after_step=None,
              fast=True):
    """One step per batch, over all rows in the order given: w := w − γ ∇C_batch(w).

    Parameters
    ----------
    network : Network
    X, y : arrays of n rows; y is (n, n_out), as the cost takes it
    cost, optimizer : objects of ``costs`` and ``optimizers``
    batch_size : int
    clip : float, optional
        Shorten each gradient that is longer than this (``optimizers.clip_gradients``).
    after_step : function(network), optional
        Called after each step.
    fast : bool
        Take the same steps by ``fast.Plan``, where there is one for this network, and nobody
        watches.

    Raises
    ------
    Diverged
        Before a step whose gradient is not finite, so the parameters stay what they were.

    Built in lesson 04.
    """
    check_objects("run_epoch", network, cost, optimizer)
    X, y = real_array(X, "run_epoch", "X"), real_array(y, "run_epoch", "y")
    plan = kept_plan(network, cost, optimizer) if fast and after_step is None else None
    if plan is not None and plan.takes(X, y):
        not_finite = plan.steps(X, y, batch_size, clip)
        if not_finite is not None:
            raise infinite_gradient(not_finite[0])
        return
    parameters, gradients = network.parameters, network.gradients
    network.training = True
    try:
        for start in range(0, len(X), batch_size):
            y_hat = network.forward(X[start:start + batch_size])
            dY = cost.slope(y_hat, y[start:start + batch_size])
            dY = dY * (dY.shape[-1] / dY.size)               # the cost is the mean over the batch
            network.parameter_gradients(dY)
            if not math.isfinite(gradients.dot(gradients)):
                raise infinite_gradient(start // batch_size + 1)
            if clip is not None:
                clip_gradients(gradients, clip)
            optimizer.step(parameters, gradients)
            if after_step is not None:
                after_step(network)
    finally:
        network.training = False


def predict(network, X):
    """The network's output for all rows of X, a chunk at a time, which bounds the memory."""
    X = real_array(X, "predict", "X")
    if X.ndim == 0 or len(X) == 0:
        raise ValueError(f"predict got X of shape {X.shape}: there is no row to predict from")
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
    advice : str
        What about X may keep the network from learning, or nothing.

    ``figure.history.draw_history`` draws the curves.
    """

    cost: list = field(default_factory=list)
    validation_cost: list = field(default_factory=list)
    metrics: dict = field(default_factory=dict)
    best_epoch: int = 0
    stopped: str = ""
    advice: str = ""

    @property
    def epochs(self):
        return max(len(self.cost) - 1, 0)

    def __repr__(self):
        if not self.cost:
            return f"History(no epoch yet{'; ' * bool(self.stopped)}{self.stopped})"
        text = f"{self.epochs} epochs: cost {self.cost[0]:.4g} to {self.cost[-1]:.4g}"
        if self.validation_cost:
            text += f", validation {self.validation_cost[0]:.4g} to {self.validation_cost[-1]:.4g}"
        return f"History({text}; {self.stopped}{'. ' * bool(self.advice)}{self.advice})"


def fit(network, X, y, *, cost, optimizer, epochs, batch_size=None, rng,
        validation=None, patience=None, metrics=None, progress=True, clip=None,
        after_step=None, after_epoch=None, fast=True):
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
        Show a progress bar, if tqdm is installed.
    clip : float, optional
        Shorten each gradient that is longer than this, as recurrent networks need.
    after_step : function(network), optional
    after_epoch : function(network, history), optional
        Called after each step, and after each epoch.
    fast : bool
        Take the same steps by ``fast.Plan`` where there is one for this network.

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
    with the parameters of the best epoch. The optimizer goes back with the network. Built in
    lesson 04.
    """
    run, plan = Run(), None
    try:
        epochs = whole_number(epochs, "fit", "epochs")
        run.check(network, X, y, cost=cost, optimizer=optimizer, batch_size=batch_size, rng=rng,
                  validation=validation, patience=patience, metrics=metrics, clip=clip)
        plan = kept_plan(network, cost, optimizer) if fast and after_step is None else None
        with np.errstate(all="ignore"):     # Diverged tells what matters
            run.record(plan)
        with progress_bar(epochs, progress) as bar:
            for epoch in range(1, epochs + 1):
                run.remember(epoch)
                if plan is not None and after_epoch is not None:    # it may have changed anything
                    plan = kept_plan(network, cost, optimizer)
                try:
                    with np.errstate(all="ignore"):
                        if plan is None:
                            X, y = run.shuffled()
                            run_epoch(network, X, y, cost=cost, optimizer=optimizer,
                                      batch_size=run.batch_size, clip=clip,
                                      after_step=after_step, fast=False)
                        elif (not_finite := plan.epoch([run])) is not None:
                            raise infinite_gradient(not_finite[0])
                        run.record(plan)
                except Diverged as error:
                    raise run.diverged(error) from None
                if after_epoch is not None:
                    after_epoch(network, run.history)
                bar.set_postfix_str(f"cost {run.history.cost[-1]:.4g}", refresh=False)
                bar.update()
                if run.ends_early():
                    return run.history
        run.end()
    except KeyboardInterrupt:
        run.interrupted()
    finally:
        if run.network is not None:
            run.network.training = False
        if plan is not None:
            plan.let_go()
    return run.history


class Run:
    """What ``fit`` keeps of one network while it trains: the rows, the history, and ways back."""

    network = None
    epoch = 0

    def __init__(self):
        self.history = History()

    def check(self, network, X, y, *, cost, optimizer, batch_size, rng, validation, patience,
              metrics, clip):
        """Check all that ``fit`` was given, before anything is changed."""
        check_objects("fit", network, cost, optimizer)
        batch_size = whole_number(batch_size, "fit", "batch_size", optional=True)
        self.patience = whole_number(patience, "fit", "patience", optional=True)
        self.rng, self.metrics = generator(rng, "fit"), check_metrics(metrics)
        if patience is not None and validation is None:
            raise ValueError("fit got patience without validation rows: there is no validation "
                             "cost to watch. Give validation=(X_validation, y_validation)")
        if clip is not None:
            positive_number("clip", clip)
        check_ending(network, cost)
        self.watched = {"": rows(network, cost, X, y, "X", "y")}
        if validation is not None:
            if not isinstance(validation, tuple | list) or len(validation) != 2:
                raise TypeError(f"fit got validation={short(validation)}; expected two arrays: "
                                "validation=(X_validation, y_validation)")
            self.watched["validation "] = rows(network, cost, *validation, "validation X",
                                               "validation y")
        self.X, self.y, _ = self.watched[""]
        self.batch_size = min(batch_size or len(self.X), len(self.X))
        check_last_batch(network, len(self.X), self.batch_size)
        self.cost, self.optimizer, self.clip = cost, optimizer, clip
        self.history.advice = scale_advice(self.X)
        self.values = {prefix + name: [] for prefix in self.watched
                       for name in ("cost", *self.metrics)}
        self.history.cost = self.values["cost"]
        self.history.validation_cost = self.values.get("validation cost", [])
        self.history.metrics = {prefix + name: self.values[prefix + name]
                                for prefix in self.watched for name in self.metrics}
        self.arrays = [network.parameters, *network.averages]
        self.best = self.before = (0, self.state())
        self.network = network          # last: an interrupt from now on has something to go back to

    def state(self):
        """Copies of all that training changes."""
        return [array.copy() for array in self.arrays], remembered(self.optimizer)

    def go_back(self, state):
        """Put network and optimizer back to a state."""
        arrays, memory = state
        for array, before in zip(self.arrays, arrays, strict=True):
            array[...] = before
        recall(self.optimizer, memory)

    def remember(self, epoch):
        """Keep what there is to go back to if this epoch diverges."""
        self.epoch, self.before = epoch, (epoch - 1, self.state())

    def order(self):
        """The order of the rows in this epoch; None leaves them as they are."""
        return self.rng.permutation(len(self.X)) if self.batch_size < len(self.X) else None

    def shuffled(self):
        order = self.order()
        return (self.X, self.y) if order is None else (self.X[order], self.y[order])

    def record(self, plan=None, y_hats=None):
        """Append the cost and the metrics of the rows that are watched; keep the best state."""
        row = {}
        for prefix, (X, y, labels) in self.watched.items():
            if y_hats is not None:
                y_hat = y_hats[prefix]
            else:
                y_hat = predict(self.network, X) if plan is None else plan.predict([X])[0]
            C = float(np.mean(self.cost.loss(y_hat, y)))
            if not math.isfinite(C):
                raise self.infinite_cost(prefix, C, X)
            row[prefix + "cost"] = C
            predictions = self.cost.predictions(y_hat.copy()) if self.metrics else None
            for name, metric in self.metrics.items():
                row[prefix + name] = float(metric(predictions, labels))
        for name, value in row.items():
            self.values[name].append(value)
        curve = self.history.validation_cost or self.history.cost
        if len(curve) == 1 or curve[-1] < curve[self.best[0]]:
            self.best = (len(curve) - 1, self.state())
            self.history.best_epoch = self.best[0]

    def infinite_cost(self, prefix, C, X):
        if self.epoch:
            return Diverged(f"after the last step of the epoch the {prefix}cost became {C}")
        return ValueError(f"before the first step the {prefix}cost is {C} already: X has values up "
                          f"to {np.abs(X).max():.1g}, targets up to {np.abs(self.y).max():.1g}, "
                          "weights up to "
                          f"{np.abs(self.network.parameters).max(initial=0):.1g}. Standardise X "
                          "(and quantities in y), or start with smaller weights")

    def ends_early(self):
        """Is patience at an end? Then the network has gone back to its best epoch."""
        if self.patience is None or self.epoch - self.best[0] < self.patience:
            return False
        self.go_back(self.best[1])
        self.history.stopped = (f"stopped early in epoch {self.epoch}; the parameters are those "
                                f"of epoch {self.best[0]}")
        return True

    def end(self):
        if self.patience is not None:
            self.go_back(self.best[1])
        self.history.stopped = "ran all its epochs"

    def diverged(self, error):
        """Go back to before this epoch; return the error that says so, and what to do."""
        advice = self.divergence_advice()
        self.go_back(self.before[1])
        self.trim(self.epoch)
        self.history.stopped = f"diverged in epoch {self.epoch}"
        told = Diverged(f"training diverged in epoch {self.epoch}: {error} with {self.optimizer}. "
                        f"The network keeps the parameters of epoch {self.epoch - 1}. {advice}")
        told.history = self.history
        return told

    def divergence_advice(self):
        """What to do about it, by its cause."""
        with np.errstate(all="ignore"):
            y_hat = predict(self.network, self.X[:CHUNK])
        if np.isfinite(y_hat).all():
            try:
                self.cost.check(y_hat, self.y[:CHUNK])
            except ValueError:      # a sigmoid that rounds to 1: 1 / (1 − ŷ) is a division by 0
                return (f"Predictions came to the edge of {self.cost.y_hat_in}. "
                        f"{self.cost.advice}")
        return ("Try a learning rate ten times smaller"
                + (", or standardise X: it has values up to "
                   f"{np.abs(self.X).max():.2g}." if np.abs(self.X).max() > 30 else
                   ", or standardise X."))

    def interrupted(self):
        """Make all whole again after an interrupt, whenever it came."""
        if self.network is None:
            self.history.stopped = "interrupted before the first epoch"
            return
        self.network.training = False
        self.go_back(self.best[1])
        self.trim(min(map(len, self.values.values())))
        self.history.best_epoch = min(self.best[0], self.history.epochs)
        self.history.stopped = (f"interrupted in epoch {self.epoch}; the parameters are those of "
                                f"epoch {self.best[0]}")

    def trim(self, length):
        """Cut all lists of the history to one length."""
        for values in self.values.values():
            del values[length:]


def rows(network, cost, X, y, X_name, y_name):
    """X and y as arrays that fit the network and the cost, and y as metrics take it."""
    X, y = check_rows(network, cost, X, y, X_name, y_name)
    with np.errstate(all="ignore"):
        y_hat = predict(network, X)
    return X, *check_targets(network, cost, X, y, y_hat, X_name)


def progress_bar(epochs, progress):
    """A bar that is a widget in a notebook and a line of text in a terminal; without tqdm, none."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return NoBar()

    class Bar(tqdm):
        monitor_interval = 0    # no thread that watches the bar: a browser's Python has none

    return Bar(total=epochs, unit="epoch", disable=not progress)


class NoBar:
    """Shows nothing."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def update(self, n=1):
        pass

    def set_postfix_str(self, text, refresh):
        pass
