"""What people say of backpropagation, measured over seeds."""

import numpy as np

from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.points import two_moons
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam, GradientDescent
from course_lib.training import run_epoch

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])
COST = SigmoidCrossEntropy()


def make_network(sizes, rng, initializer="glorot", phi="tanh"):
    """Dense layers of these sizes with an activation between."""
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, initializer=initializer), Activation(phi)]
    return Network(layers[:-1])


def trained(sizes, initializer, seed, epochs, learning_rate=1.0):
    """A network trained on 100 points of two moons, and how many of them it gets right."""
    rng = np.random.default_rng(seed)
    X, y = two_moons(100, rng=rng)
    network, optimizer = make_network(sizes, rng, initializer), GradientDescent(learning_rate)
    for _ in range(epochs):
        run_epoch(network, X, y, cost=COST, optimizer=optimizer, batch_size=100)
    return network, np.mean((network.predict(X) > 0) == y)


def moons_right(sizes, initializer, seeds, epochs=3000):
    """The share of the moons that is right after training, by seed."""
    return np.array([trained(sizes, initializer, seed, epochs)[1] for seed in seeds])


def gradient_ratio(phi, initializer, depth, seeds, scale=1.0):
    """‖∂C/∂W‖ of the first layer between hidden ones, over that of the last, by seed."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X, y = two_moons(50, rng=rng)
        network = make_network((2,) + (30,) * depth + (1,), rng, initializer, phi)
        network.parameters *= scale
        network.backward(COST.gradient(network.forward(X), y))
        hidden = [np.linalg.norm(layer.dW) for layer in network.layers[2:-1:2]]
        found.append(hidden[0] / hidden[-1])
    return np.array(found)


def xor_costs(n_hidden, seeds):
    """The cost of a 2 – n_hidden – 1 network on XOR after 600 epochs of Adam, by seed."""
    costs = []
    for seed in seeds:
        network = make_network((2, n_hidden, 1), np.random.default_rng(seed))
        optimizer = Adam(0.05)
        for _ in range(600):
            run_epoch(network, BITS, XOR, cost=COST, optimizer=optimizer, batch_size=4)
        costs.append(COST.value(network.predict(BITS), XOR))
    return np.array(costs)


def forecasts(step, seeds):
    """Correlation of what the gradient predicts with what each weight really does to the cost.

    Each weight alone is moved by `step` against its gradient, or taken out (set to 0, step None),
    in a network that has been trained for 100 epochs. One correlation for each seed.
    """
    found = []
    for seed in seeds:
        network, _ = trained((2, 8, 1), "glorot", seed, 100)
        X, y = two_moons(100, rng=np.random.default_rng(seed))
        network.backward(COST.gradient(network.forward(X), y))
        w, g, change = network.parameters.copy(), network.gradients.copy(), []
        moves = -w if step is None else -step * np.sign(g)
        before = COST.value(network.forward(X), y)
        for i, move in enumerate(moves):
            network.parameters[i] += move
            change.append(COST.value(network.forward(X), y) - before)
            network.parameters[:] = w
        used = moves != 0
        found.append(np.corrcoef((g * moves)[used], np.array(change)[used])[0, 1])
    return np.array(found)
