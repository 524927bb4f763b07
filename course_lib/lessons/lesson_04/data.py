"""What lesson 04 goes down on: house sales for one neuron, customers for a network."""

import numpy as np

from course_lib.datasets.churn import FEATURES, TARGET, load_churn
from course_lib.datasets.property_prices import load_property_prices
from course_lib.layers import Activation, Dense
from course_lib.network import Network

HOUSES = 512
LARGEST = 5_000  # square feet


def standardise(x):
    """x with mean 0 and standard deviation 1, column by column."""
    return (x - x.mean(axis=0)) / x.std(axis=0)


def houses():
    """Area and price of 512 houses sold in Lucas County, Ohio.

    One mansion of more than 5,000 square feet is left out: alone it would decide more than half of
    what the gradients of single rows differ by.

    Returns
    -------
    area : (512,) array, in 1,000 square feet
    price : (512,) array, in 10,000 dollars
    """
    sales = load_property_prices()
    sales = sales[sales.area_sqft <= LARGEST].head(HOUSES)
    return sales.area_sqft.to_numpy() / 1000, sales.price_usd.to_numpy() / 10_000


def many_houses():
    """All sales: four standardised inputs and a 1 (25357, 5), and the prices in 10,000 dollars."""
    sales = load_property_prices()
    X = standardise(sales.drop(columns="price_usd").to_numpy(float))
    return np.column_stack([X, np.ones(len(X))]), sales.price_usd.to_numpy() / 10_000


def customers(n=500):
    """The first n bank customers: eleven standardised inputs (n, 11), and who left (n, 1)."""
    table = load_churn().head(n)
    X = table[list(FEATURES)].copy()
    X["Geography"] = X["Geography"].map({"France": 0, "Spain": 0, "Germany": 1})
    X["InSpain"] = table["Geography"] == "Spain"
    X["Gender"] = X["Gender"] == "Male"
    return standardise(X.to_numpy(float)), table[[TARGET]].to_numpy(float)


def churn_network(seed):
    """The network of lesson 06: 11 inputs, two hidden layers of six rectifiers, one logit."""
    rng, layers, n_in = np.random.default_rng(seed), [], 11
    for n_out in (6, 6, 1):
        layers += [Dense(n_in, n_out, rng=rng, initializer="he"), Activation("relu")]
        n_in = n_out
    return Network(layers[:-1])
