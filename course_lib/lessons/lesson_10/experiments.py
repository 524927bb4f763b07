"""What lesson 10 tries: replicas that meet rarely, a worker that is killed, a sweep."""

import os
import signal
import tempfile
import threading
from pathlib import Path

import numpy as np

from course_lib import scale
from course_lib.costs import SigmoidCrossEntropy
from course_lib.lessons.lesson_10.bank import make_network, write_bank
from course_lib.optimizers import Adam

COST = SigmoidCrossEntropy()
PARTS = 32, 4       # for training, for validation
FOLDERS = []        # they are removed when Python ends


def large_bank(rows=360_000):
    """The bank's table in 36 parts on the disk, standardised by the first 32: two tables."""
    FOLDERS.append(tempfile.TemporaryDirectory(prefix="bank-"))
    folder = write_bank(Path(FOLDERS[-1].name), rows, 9, row_group=rows // sum(PARTS))
    bank = scale.open_table(folder, "Exited")
    bank = scale.standardise(bank, bank.take(0, PARTS[0]))
    return bank.take(0, PARTS[0]), bank.take(PARTS[0])


def rows_of(table):
    """All rows of a table in one array: what a worker never has."""
    pairs = [scale.table.read(table, part) for part in table.parts]
    return tuple(np.concatenate(arrays) for arrays in zip(*pairs, strict=True))


def uneven(table, rows):
    """The first parts of a table cut to so many rows each, as arrays."""
    return [tuple(array[:n] for array in scale.table.read(table, part))
            for part, n in zip(table.parts, rows, strict=False)]


class kill_a_worker:
    """While the block runs, one worker of the cluster is killed, as ``kill -9`` does."""

    def __init__(self, client, seconds=0.3):
        self.pid = next(iter(client.run(os.getpid).values()))
        self.timer, self.happened = threading.Timer(seconds, self.kill), False

    def kill(self):
        os.kill(self.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        self.happened = True

    def __enter__(self):
        self.timer.start()
        return self

    def __exit__(self, *error):
        self.timer.join()


def replicas_and_cost(training, validation, replicas=(1, 4, 16), seeds=10, epochs=1):
    """{replicas: (seeds,) validation cost} after the same number of rows."""
    found = {}
    for k in replicas:
        costs = []
        for seed in range(seeds):
            network = make_network(seed)
            history = scale.train(network, training, cost=COST, optimizer=Adam(0.003),
                                  epochs=epochs, at_once=k, batch_size=64, seed=seed,
                                  validation=validation, progress=False)
            costs.append(history[-1])
        found[f"{k} replica{'s' * (k > 1)}"] = np.array(costs)
    return found


def build(rate, hidden, seed=0):
    """A network, its optimizer and its generator: what a sweep makes of one setting."""
    return make_network(seed, (hidden, hidden)), Adam(rate), np.random.default_rng(seed)
