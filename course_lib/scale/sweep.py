"""Many small trainings at once: they need nothing of each other, so nobody ever waits."""

import numpy as np

from course_lib.scale.cluster import compute
from course_lib.scale.table import read
from course_lib.side_by_side import fit_side_by_side
from course_lib.training import predict


def sweep(build, settings, table, validation, *, cost, epochs, batch_size, client=None,
          side_by_side=8):
    """The cost on ``validation`` after training with each setting, in their order.

    ``build(**setting)`` gives a network, its optimizer and its generator. A task trains so many
    of them side by side (``fit_side_by_side``), on all rows of a table that a worker can hold.
    Where training diverged the cost is nan.
    """
    groups = [settings[k:k + side_by_side] for k in range(0, len(settings), side_by_side)]
    return np.concatenate(compute(client, train_group, [
        (build, table, validation, cost, epochs, batch_size, group) for group in groups]))


def train_group(build, table, validation, cost, epochs, batch_size, group):
    (X, y), (X_val, y_val) = (
        [np.concatenate(arrays) for arrays in
         zip(*(read(some, part) for part in some.parts), strict=True)]
        for some in (table, validation))
    networks, optimizers, rngs = map(list, zip(*(build(**setting) for setting in group),
                                               strict=True))
    histories = fit_side_by_side(networks, X, y, cost=cost, optimizers=optimizers, epochs=epochs,
                                 batch_size=batch_size, rngs=rngs, progress=False)
    return np.array([np.nan if "diverged" in history.stopped else
                     cost.value(predict(network, X_val), y_val)
                     for network, history in zip(networks, histories, strict=True)])
