"""A solution of the project: the lesson's small network from three starts, stopped in time."""

import sys
import tempfile

import numpy as np
from starter import TARGET, run

from course_lib.costs import SigmoidCrossEntropy
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit


def train(X, y, validation, *, rng, starts=3):
    """The network, of several, whose validation cost was lowest."""
    found = []
    for _ in range(starts):
        network = Network([Dense(X.shape[1], 8, rng=rng, initializer="he"), Activation("relu"),
                           Dense(8, 6, rng=rng, initializer="he"), Activation("relu"),
                           Dense(6, 1, rng=rng)])
        history = fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(0.003), epochs=60,
                      batch_size=64, rng=rng, validation=validation, patience=8, progress=False)
        found.append((min(history.validation_cost), len(found), network))
    return min(found)[-1]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        reached = run(train, folder)
    print(f"AUC on the test rows: {reached:.3f}; the target is {TARGET}.")
    sys.exit(int(np.round(reached, 2) < TARGET))
