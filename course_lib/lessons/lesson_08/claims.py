"""Who remembers the first letter? The task on which recurrent layers are compared, and its results.

`MEASURED` was measured once, because it takes a minute: run this file with `python -m` to see it
measured again. A slow test measures some of it anew, with other seeds.
"""

import numpy as np

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.gated import GRU, LSTM
from course_lib.layers import Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import RNN, Embedding, LastStep
from course_lib.training import run_epoch

KINDS = {"RNN": (RNN, None), "LSTM, forget bias 1": (LSTM, 1.0),
         "LSTM, forget bias 3": (LSTM, 3.0), "GRU, keep bias 3": (GRU, 3.0)}
BUDGETS = (150, 600)


def recall(name, updates, seed, n_steps=30):
    """Share of 500 new sequences whose first letter is known after reading n_steps letters.

    One of four letters comes first, then n_steps − 1 of four others that mean nothing.
    """
    kind, gate = KINDS[name]
    rng = np.random.default_rng(seed)
    given = {"rng": rng, "dtype": np.float32}
    layer = kind(4, 16, **given)
    if gate is not None:
        layer.b[16:32] = gate  # the forget gate f of an LSTM, the gate z of a GRU
    network = Network([Embedding(8, 4, **given), layer, LastStep(), Dense(16, 4, **given)])
    X = rng.integers(4, 8, size=(32 * updates + 500, n_steps))
    X[:, 0] -= 4
    y = X[:, 0]
    run_epoch(network, X[:-500], np.eye(4, dtype=np.float32)[y[:-500]],
              cost=SoftmaxCrossEntropy(), optimizer=Adam(0.01), batch_size=32, clip=1.0)
    return np.mean(network.predict(X[-500:]).argmax(axis=1) == y[-500:])


MEASURED = {  # recall(name, updates, seed) for the seeds 0 to 9
    (150, "RNN"): [0.30, 0.23, 0.26, 0.26, 0.27, 0.26, 0.25, 0.25, 0.26, 0.26],
    (150, "LSTM, forget bias 1"): [0.23, 0.24, 0.26, 0.25, 0.24, 0.24, 0.26, 0.26, 0.27, 0.24],
    (150, "LSTM, forget bias 3"): [1, 0.75, 1, 1, 1, 1, 1, 1, 1, 1],
    (150, "GRU, keep bias 3"): [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    (600, "RNN"): [1, 1, 0.23, 0.52, 0.26, 0.24, 1, 0.27, 0.27, 0.25],
    (600, "LSTM, forget bias 1"): [0.25, 0.24, 0.25, 0.76, 0.52, 0.26, 0.51, 0.27, 0.26, 0.23],
    (600, "LSTM, forget bias 3"): [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    (600, "GRU, keep bias 3"): [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
}


def recalled():
    """What was measured: {"150 updates": {kind: (10 seeds,) array}, "600 updates": …}."""
    return {f"{updates} updates": {name: np.array(MEASURED[updates, name], float)
                                   for name in KINDS} for updates in BUDGETS}


def remembers_longer(measured, name, rival="RNN"):
    """Whether one knows the letter more often than its rival, by more than 0.05: a bool a seed."""
    return {budget: results[name] > results[rival] + 0.05
            for budget, results in measured.items()}


if __name__ == "__main__":
    for updates in BUDGETS:
        for name in KINDS:
            print((updates, name), [round(float(recall(name, updates, s)), 2) for s in range(10)])
