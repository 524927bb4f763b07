"""A small network that is wrong about a customer of a bank."""

import numpy as np

from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.churn import TARGET, load_churn
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit

CUSTOMER, ROWS = 6778, 2000  # not one of the rows that the network has learnt from


def wrong_about():
    """A network of thirteen parameters, and a customer who stayed although it says he will leave.

    Returns
    -------
    network : Network, 2 – 3 – 1 with tanh; trained on 2,000 customers, and not very well
    x : (1, 2) array, his age and his number of products, standardised
    y : (1, 1) array, 0 for stayed
    """
    table = load_churn()
    X = table[["Age", "NumOfProducts"]].to_numpy(float)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), table[[TARGET]].to_numpy(float)
    rng = np.random.default_rng(0)
    network = Network([Dense(2, 3, rng=rng), Activation("tanh"), Dense(3, 1, rng=rng)])
    fit(network, X[:ROWS], y[:ROWS], cost=SigmoidCrossEntropy(), optimizer=Adam(0.02), epochs=10,
        batch_size=50, rng=rng, progress=False, fast=False)
    return network, X[CUSTOMER:CUSTOMER + 1], y[CUSTOMER:CUSTOMER + 1]
