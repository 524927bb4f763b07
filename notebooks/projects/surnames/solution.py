"""A solution of the surnames project: the letters embedded, and read by a GRU."""

import sys

import numpy as np
from starter import TARGET, load, score

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.gated import GRU
from course_lib.layers import Dense, Dropout
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import Embedding, LastStep
from course_lib.training import fit


def train(X, y, *, rng):
    """Return predict(X): eight numbers for each name, (rows, 8)."""
    kept = 400                                        # names kept back: when to stop
    network = Network([
        Embedding(27, 24, rng=rng, padding=0, dtype=np.float32), Dropout(0.2, rng=rng),
        GRU(24, 80, rng=rng, dtype=np.float32), LastStep(), Dropout(0.4, rng=rng),
        Dense(80, 8, rng=rng, dtype=np.float32),
    ])
    history = fit(network, X[kept:], y[kept:], cost=SoftmaxCrossEntropy(), optimizer=Adam(0.003),
                  epochs=30, batch_size=64, rng=rng, clip=1.0, validation=(X[:kept], y[:kept]),
                  patience=4, progress=False)
    print(history)
    return network.predict


if __name__ == "__main__":
    X, y = load()[:2]
    reached = score(train(X, y, rng=np.random.default_rng(0)))
    print(f"Accuracy on the test names: {reached:.3f}; the target is {TARGET}.")
    sys.exit(int(reached < TARGET))
