"""Boosted trees: small trees of yes/no questions, each fitted to what those before it left over."""

import numpy as np

BINS = 64


def boosted_trees(X, y, n_train, *, rounds=200, depth=4, rate=0.15):
    """Predictions for all rows of trees that are fitted to the first `n_train`.

    Each tree asks one question at each of its levels, the same in all of its leaves: is this
    column above this edge? The edges are the columns' quantiles.

    Parameters
    ----------
    X, y : (n, columns) and (n,)
    rounds, depth, rate : how many trees, how many questions each, how much of a tree is added

    Returns
    -------
    (n,) predictions
    """
    quantiles = np.linspace(0, 1, BINS + 1)[1:-1]
    bins = [np.searchsorted(np.unique(np.quantile(column[:n_train], quantiles)), column)
            for column in X.T]
    y_hat = np.full(len(y), y[:n_train].mean())
    for _ in range(rounds):
        rest, leaf = (y - y_hat)[:n_train], np.zeros(len(y), int)
        for _ in range(depth):
            _, column, edge = max(best_edge(leaf[:n_train], b[:n_train], rest, number)
                                  for number, b in enumerate(bins))
            leaf = 2 * leaf + (bins[column] > edge)
        sums = np.bincount(leaf[:n_train], rest, 2**depth)
        y_hat += rate * (sums / (np.bincount(leaf[:n_train], minlength=2**depth) + 1))[leaf]
    return y_hat


def best_edge(leaf, bins, rest, number):
    """(gain, number, edge) of the edge of a column at which squared errors fall most."""
    size = BINS * (leaf.max() + 1)
    cell = leaf * BINS + bins
    total = np.bincount(cell, rest, size).reshape(-1, BINS).cumsum(1)
    count = np.bincount(cell, minlength=size).reshape(-1, BINS).cumsum(1)
    left = total**2 / (count + 1)
    right = (total[:, -1:] - total) ** 2 / (count[:, -1:] - count + 1)
    gain = (left + right).sum(0)
    return gain.max(), number, int(gain.argmax())
