"""The data of lesson 03: forty houses, three questions about them, lines through their middle."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.datasets import load_property_prices

EXPENSIVE = 75.0  # 1000 $
CLASSES = ["cheap", "middle", "expensive"]
EDGES = 50.0, 100.0  # 1000 $: where a house stops being cheap, and where it begins to be expensive
STEEPNESS = 5.0  # of the neuron that says yes or no, for 1000 sq ft more


def houses():
    """Forty sales: area in 1000 sq ft, and price in 1000 $."""
    table = load_property_prices().sample(40, random_state=np.random.default_rng(7))
    return table["area_sqft"].to_numpy() / 1000, table["price_usd"].to_numpy() / 1000


def all_houses():
    """All 25,219 sales: area in 1000 sq ft, and price in 1000 $."""
    table = load_property_prices()
    return table["area_sqft"].to_numpy() / 1000, table["price_usd"].to_numpy() / 1000


def line_through_middle(w, x, y):
    """ŷ for each w and each house: the line that passes through the mean area and mean price."""
    return y.mean() + np.multiply.outer(w, x - x.mean())


def bell(y, y_hat, sigma):
    """The Gaussian density at y around ŷ: e^(−(y − ŷ)²/2σ²) / (σ √2π). Built in lesson 03."""
    return np.exp(-0.5 * ((y - y_hat) / sigma)**2) / (sigma * np.sqrt(2 * np.pi))


def says_expensive(c, x):
    """The probability that each house is expensive, for each size c at which it is one half."""
    return sigmoid(STEEPNESS * (x - np.asarray(c)[..., None]))


def class_of(y):
    """0, 1 or 2 for each price: cheap, middle, expensive."""
    return np.searchsorted(EDGES, y, side="right")


def class_probabilities(x, lift=0.0):
    """(houses, 3): softmax of three straight lines; `lift` is added to the middle one's."""
    x = np.asarray(x, float)
    return softmax(np.stack([7.0 - 6 * x, np.full_like(x, lift), 4 * x - 7.0], axis=-1))
