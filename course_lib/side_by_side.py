"""Several networks are trained side by side: seeds, rates, folds, in a fraction of the time.

One call of NumPy (see ``fast``) then does the same for all of them.
"""

import numpy as np

from course_lib.checks import short, whole_number
from course_lib.fast import STACK, architecture, flat, plan
from course_lib.network import Network
from course_lib.training import (
    Diverged,
    Run,
    infinite_gradient,
    predict,
    progress_bar,
    run_epoch,
)
from course_lib.training_checks import all_layers


def fit_side_by_side(networks, X, y, *, cost, optimizers, epochs, batch_size=None, rngs,
                     validation=None, patience=None, metrics=None, progress=True, clip=None):
    """Train several networks, of one architecture at best, and return their Histories.

    Each is trained as ``fit`` would train it alone; together it takes a fraction of the time, as
    one call of NumPy does the same for all.

    Parameters
    ----------
    networks, optimizers, rngs : lists of equal length
        Each network has an optimizer and a generator of its own.
    X, y : arrays for all networks, or lists with one array for each (folds, for example)
    validation : (X, y), or a list of such pairs, optional
    cost, epochs, batch_size, patience, metrics, progress, clip
        As for ``fit``; the same for all.

    Returns
    -------
    list of History
        One that diverged says so in ``stopped``, and the others go on.

    Raises
    ------
    ValueError, TypeError
        As ``fit``, and for lists that do not fit together.
    """
    runs = []
    try:
        epochs = whole_number(epochs, "fit_side_by_side", "epochs")
        for own in each_own(networks, X, y, optimizers, rngs, validation):
            run = Run()
            run.check(cost=cost, batch_size=batch_size, patience=patience, metrics=metrics,
                      clip=clip, **own)
            runs.append(run)
        with progress_bar(epochs * len(runs), progress) as bar:
            for group in groups(runs):
                train(group, epochs, bar)
    except KeyboardInterrupt:
        for run in runs:
            if not run.history.stopped:
                run.interrupted()
    finally:
        for run in runs:
            run.network.training = False
    return [run.history for run in runs]


@np.errstate(all="ignore")  # Diverged tells what matters
def train(runs, epochs, bar):
    """Train the runs of a group side by side; those that are at their end leave it."""
    together = make_plan(runs)
    for k, run in enumerate(runs):
        run.record(y_hats=predictions(runs, together)[k])
    for epoch in range(1, epochs + 1):
        for run in runs:
            run.remember(epoch)
            run.draws = [(rng, rng.bit_generator.state) for rng in generators(run)]
        stay, together = one_epoch(runs, together)
        bar.update(len(runs))
        stay = [run for run in stay if not run.ends_early()]
        if len(stay) < len(runs):
            runs, together = stay, make_plan(stay)
        if not runs:
            return
    for run in runs:
        run.end()


def one_epoch(runs, together):
    """Train for an epoch; return the runs that did not diverge, and their plan."""
    not_finite = together.epoch(runs)
    if not_finite is not None:
        step, which = not_finite
        stay = [run for k, run in enumerate(runs) if k not in which]
        for run in runs:
            if run in stay:             # the epoch begins anew without the others
                run.go_back(run.before[1])
                for rng, state in run.draws:
                    rng.bit_generator.state = state
            else:
                run.diverged(infinite_gradient(step))
        return one_epoch(stay, make_plan(stay)) if stay else ([], None)
    stay = []
    for run, y_hats in zip(runs, predictions(runs, together), strict=True):
        try:
            run.record(y_hats=y_hats)
            stay.append(run)
        except Diverged as error:
            run.diverged(error)
    return stay, together if len(stay) == len(runs) else make_plan(stay)


def predictions(runs, together):
    """For each run, what its network puts out for the rows that are watched."""
    return [dict(zip(runs[0].watched, y_hats, strict=True)) for y_hats in zip(*(
        [y_hat.copy() for y_hat in together.predict([run.watched[prefix][0] for run in runs])]
        for prefix in runs[0].watched), strict=True)]


def make_plan(runs):
    """The plan for these runs, or what is as good for one that has none."""
    if not runs:
        return None
    made = plan([run.network for run in runs], runs[0].cost, [run.optimizer for run in runs])
    return made or PlainSteps(runs[0].network, runs[0].cost, runs[0].optimizer)


class PlainSteps:
    """What a plan does, by the plain loop, for one network that has no plan."""

    def __init__(self, network, cost, optimizer):
        self.network, self.settings = network, {"cost": cost, "optimizer": optimizer}

    def epoch(self, runs):
        X, y = runs[0].shuffled()
        try:
            run_epoch(self.network, X, y, **self.settings, batch_size=runs[0].batch_size,
                      clip=runs[0].clip, fast=False)
        except Diverged as error:
            return error.step, [0]

    def predict(self, Xs):
        return [predict(self.network, Xs[0])]


def generators(run):
    """What draws while this network trains."""
    drawing = (getattr(layer, "rng", None) for layer in all_layers(run.network))
    return [run.rng, *(rng for rng in drawing if rng is not None)]


def groups(runs):
    """The runs in lists that can go side by side, not too many in each."""
    owners, alike = {}, {}
    for run in runs:
        for rng in {id(rng): rng for rng in generators(run)}:
            owners.setdefault(rng, []).append(run)
    for run in runs:
        layers = flat(run.network)
        shared = any(len(owners[id(rng)]) > 1 for rng in generators(run))
        if layers is None or shared or plan([run.network], run.cost, [run.optimizer]) is None:
            key = id(run)               # alone, in the order given
        else:
            key = (architecture(layers, run.optimizer), run.batch_size, run.y.shape,
                   *(rows[0].shape for rows in run.watched.values()))
        alike.setdefault(key, []).append(run)
    for members in alike.values():
        size = max(1, STACK // members[0].batch_size)
        yield from (members[i:i + size] for i in range(0, len(members), size))


def each_own(networks, X, y, optimizers, rngs, validation):
    """For each network the arguments that are its own."""
    if isinstance(networks, Network) or not isinstance(networks, list | tuple) or not networks:
        raise TypeError(f"fit_side_by_side got networks={short(networks)}; expected a list of "
                        "networks")
    K = len(networks)
    lists = {"networks": networks, "optimizers": optimizers, "rngs": rngs}
    for name, values in lists.items():
        if not isinstance(values, list | tuple) or len(values) != K:
            raise ValueError(f"fit_side_by_side got {name}={short(values)}; expected a list of {K},"
                             " one for each network")
        if len({id(value) for value in values}) < K:
            raise ValueError(f"fit_side_by_side got the same object twice in {name}; each network "
                             "needs its own: a copy, or [Adam(0.01) for _ in networks]")
    Xs, ys = own_arrays("X", X, K), own_arrays("y", y, K)
    pairs = validation if isinstance(validation, list) else [validation] * K
    if len(pairs) != K:
        raise ValueError(f"fit_side_by_side got {len(pairs)} pairs in validation; expected one for "
                         f"each of the {K} networks")
    for network, X_own, y_own, optimizer, rng, pair in zip(
            networks, Xs, ys, optimizers, rngs, pairs, strict=True):
        yield {"network": network, "X": X_own, "y": y_own, "optimizer": optimizer, "rng": rng,
               "validation": pair}


def own_arrays(name, values, K):
    """A list of K arrays as it is; an array for all, K times."""
    if not isinstance(values, list | tuple) or not all(hasattr(value, "shape") for value in values):
        return [values] * K
    if len(values) != K:
        raise ValueError(f"fit_side_by_side got a list of {len(values)} arrays in {name}; expected "
                         f"one for each of the {K} networks")
    return values
