"""Data parallelism: the gradient of all rows is the sum of the parts'; or the parts' networks meet.

Synchronous steps are those of one computer. Local SGD lets each part train a network of its own for
a while, and then takes the mean of their parameters: fewer messages, and not quite the same steps.
"""

import json
import threading
import time
from typing import NamedTuple

import numpy as np

from course_lib import saving
from course_lib.checks import whole_number
from course_lib.optimizers import GradientDescent, recall, remembered
from course_lib.scale.checkpoint import read_checkpoint, write_checkpoint
from course_lib.scale.cluster import compute
from course_lib.scale.table import Table, read
from course_lib.training import Diverged, predict, progress_bar, run_epoch
from course_lib.training_checks import all_layers

BLOCK = 1024        # rows at a time for a gradient: their arrays stay near the processor
SAVE_SECONDS = 1.0  # within an epoch a checkpoint is written at most so often
HERE = threading.local()    # what this thread of a worker has built; it saves time, nothing else


class Job(NamedTuple):
    """What every task of a training is told; the optimizer as its class and its settings."""

    architecture: str
    cost: object
    rule: tuple
    batch_size: int | None
    table: Table


def train(network, table, *, cost, optimizer, epochs, at_once=None, batch_size=None, seed=0,
          client=None, validation=None, checkpoint=None, progress=True):
    """Train a network on all parts of a table, ``at_once`` of them in each round.

    Without a ``batch_size`` a round is one **synchronous** step, with the gradient of all rows of
    these parts. With one, it is **local SGD**: each part trains a replica, batch by batch in an
    order of its own, and then the network becomes the replicas' mean, weighted by rows. Replica
    number r keeps its memory of the optimizer from round to round. How many workers there are
    changes nothing in the result.

    Parameters
    ----------
    network, cost, optimizer, epochs, progress : as for ``training.fit``
    at_once : int, optional
        Parts in a round; all of them by default. It is the number of replicas.
    client : of ``connect``, optional
        Without one, everything is computed here, one part after the other.
    validation : Table, optional
    checkpoint : path, optional
        Where the state is kept; if there is one, training goes on from it.

    Returns
    -------
    list of float : the cost on ``validation``, before and after each epoch

    Raises
    ------
    BadRow, Diverged, ConnectionError, AnotherTraining
        Each says where. The network then holds the parameters of the last round.
    """
    epochs, parts = whole_number(epochs, "train", "epochs"), len(table.parts)
    at_once = parts if at_once is None else min(whole_number(at_once, "train", "at_once"), parts)
    job = describe(network, cost, optimizer, batch_size, table)
    told = json.dumps([job, repr(cost), at_once, seed], default=repr)
    optimizer.reset(network.parameters)
    state = {"epoch": 0, "round": 0, "history": [],
             "memories": [memory_of(optimizer)] * (at_once if batch_size else 1)}
    if checkpoint is not None:
        state |= read_checkpoint(checkpoint, told, network)
    rounds, saved = -(-parts // at_once), time.monotonic()
    advice = f"; the checkpoint {checkpoint} goes on from the last round" if checkpoint else ""

    def judge():
        if validation is not None:
            state["history"].append(evaluate(network, validation, cost=cost, client=client))

    if not state["history"]:
        judge()
    with progress_bar(epochs * rounds, progress) as bar:
        bar.update(state["epoch"] * rounds + state["round"])
        while state["epoch"] < epochs:
            order = np.random.default_rng([seed, state["epoch"]]).permutation(parts)
            while state["round"] < rounds:
                first = state["round"] * at_once
                one_round(network, optimizer, job, state, order[first:first + at_once].tolist(),
                          seed, client, advice)
                state["round"] += 1
                bar.update(1)
                if checkpoint is not None and time.monotonic() - saved > SAVE_SECONDS:
                    write_checkpoint(checkpoint, told, network, state)
                    saved = time.monotonic()
            state["epoch"], state["round"] = state["epoch"] + 1, 0
            judge()
            if checkpoint is not None:
                write_checkpoint(checkpoint, told, network, state)
    return state["history"]


def one_round(network, optimizer, job, state, chosen, seed, client, advice):
    """A synchronous step with the chosen parts; or local steps on each, and then their mean."""
    w, memories = network.parameters.copy(), state["memories"]
    parts = [job.table.parts[k] for k in chosen]
    rows = sum(part.rows for part in parts)
    if job.batch_size is None:
        sums = compute(client, gradient, [(job, w, part) for part in parts], advice)
        slope = sum(sums) / rows
        if not np.isfinite(slope).all():
            raise Diverged(f"in round {state['round'] + 1} of epoch {state['epoch'] + 1} the "
                           "gradient became nan or inf; take a smaller learning rate")
        recall(optimizer, memories[0])
        optimizer.step(network.parameters, slope)
        memories[0] = memory_of(optimizer)
        return
    done = compute(client, local_steps, [
        (job, w, memory, [seed, state["epoch"], k], part)
        for k, memory, part in zip(chosen, memories, parts, strict=False)], advice)
    network.parameters = sum(part.rows * own for part, (own, _) in
                             zip(parts, done, strict=True)) / rows
    memories[:len(done)] = [memory for _, memory in done]


def whole_gradient(network, table, *, cost, client=None):
    """The gradient of the mean cost over all rows of a table: Σ of the parts', divided by rows."""
    job = describe(network, cost, GradientDescent(1.0), None, table)
    w = network.parameters.copy()
    return sum(compute(client, gradient, [(job, w, part) for part in table.parts])) / table.rows


def evaluate(network, table, *, cost, client=None):
    """The mean cost over all rows of a table."""
    job = describe(network, cost, GradientDescent(1.0), None, table)
    w = network.parameters.copy()
    return sum(compute(client, cost_of, [(job, w, part) for part in table.parts])) / table.rows


def describe(network, cost, optimizer, batch_size, table):
    """The job, from objects of this process."""
    if network.averages or any(getattr(layer, "rng", None) for layer in all_layers(network)):
        raise TypeError(f"{network} has a layer that draws or that keeps averages, so that a task "
                        "would be more than its arguments. Leave out Dropout and BatchNorm")
    if batch_size is not None:
        batch_size = whole_number(batch_size, "train", "batch_size")
    settings = tuple((name, value) for name, value in vars(optimizer).items()
                     if name not in (*optimizer.memory, "vector", "t"))
    return Job(json.dumps(saving.describe(network)), cost, (type(optimizer), settings), batch_size,
               table)


# Tasks: pure functions, whose last argument is the part -------------------------------------------
def gradient(job, w, part):
    """Σ over the rows of a part of the gradient of the cost."""
    network, (X, y), total = built(job, w), read(job.table, part), np.zeros_like(w)
    for start in range(0, len(X), BLOCK):
        rows = slice(start, start + BLOCK)
        network.parameter_gradients(job.cost.slope(network.forward(X[rows]), y[rows]))
        total += network.gradients
    return total


def cost_of(job, w, part):
    """Σ over the rows of a part of the cost."""
    X, y = read(job.table, part)
    return job.cost.value(predict(built(job, w), X), y) * len(X)


def local_steps(job, w, memory, seed, part):
    """Parameters and memory after a replica has trained through the rows of a part, once."""
    network, (X, y) = built(job, w), read(job.table, part)
    rule = optimizer_of(job)
    recall(rule, memory | {"vector": network.parameters})
    order = np.random.default_rng(seed).permutation(len(X))
    try:
        run_epoch(network, X.take(order, 0), y.take(order, 0), cost=job.cost, optimizer=rule,
                  batch_size=job.batch_size)
    except Diverged as error:
        raise Diverged(f"{part.file}, row group {part.group}: {error}; take a smaller learning "
                       "rate") from None
    return network.parameters.copy(), memory_of(rule)


def built(job, w):
    """A network with these parameters."""
    networks = HERE.__dict__.setdefault("networks", {})
    if job.architecture not in networks:
        networks.clear()
        networks[job.architecture] = saving.build(json.loads(job.architecture),
                                                  np.random.default_rng(0))
    network = networks[job.architecture]
    network.parameters = w
    return network


def optimizer_of(job):
    rules = HERE.__dict__.setdefault("rules", {})
    if job.rule not in rules:
        rules.clear()
        kind, settings = job.rule
        rules[job.rule] = kind.__new__(kind)
        rules[job.rule].__dict__.update(settings)
    return rules[job.rule]


def memory_of(optimizer):
    """What an optimizer remembers, without the vector that it was for."""
    return {name: value for name, value in remembered(optimizer).items() if name != "vector"}
