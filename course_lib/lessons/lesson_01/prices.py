"""What lesson 01 prepares: the house sales, networks trained on them, and a sum by a circuit."""

import numpy as np

from course_lib.costs import Quadratic
from course_lib.datasets import load_property_prices
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_01.property_neuron import PropertyData, r_squared
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit


def house_prices():
    """The sales, cut into a training set of 20,000 and a test set of 5,219."""
    return PropertyData(load_property_prices())


def train_network(sales, seed, hidden=(6,), *, rows=None, target=None):
    """A network with tanh in its hidden layers, trained on the training set.

    Other rows and another target, of as many rows as the sales, can be given.
    """
    rows, target = sales.train if rows is None else rows, sales.y if target is None else target
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in zip((4, *hidden), hidden, strict=False):
        layers += [Dense(n_in, n_out, rng=rng), Activation("tanh")]
    network = Network([*layers, Dense(hidden[-1], 1, rng=rng)])
    fit(network, sales.X[rows], target[rows], cost=Quadratic(), optimizer=Adam(0.01), epochs=15,
        batch_size=256, rng=rng, progress=False)
    return network


def scores_of_networks(sales, seeds, hidden=(6,)):
    """R² on the test set of a network trained from each seed."""
    networks = [train_network(sales, seed, hidden) for seed in seeds]
    return np.array([r_squared(network.predict(sales.X[sales.test])[:, 0], sales.y[sales.test])
                     for network in networks])


def add_numbers(full_adder, a, b):
    """Print the sum of two numbers from 0 to 15, added bit by bit with a student's full adder."""
    carry, total = 0, 0
    try:
        for place in range(4):
            bit, carry = full_adder(a >> place & 1, b >> place & 1, carry)
            total += int(bit) << place
        total += int(carry) << 4
    except (TypeError, ValueError):
        print("Your circuit cannot add yet: full_adder, or a gate in it, still has dots (...).")
        return
    wrong = "" if total == a + b else f", says your circuit; it should be {a + b}"
    print(f"{a} + {b} = {total}{wrong}")
