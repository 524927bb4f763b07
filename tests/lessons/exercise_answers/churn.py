"""Right answers to the exercises of lesson 06, in other styles than the solution's."""

import numpy as np


def standardise_loop(X_train, X_new):
    Z_train, Z_new = np.zeros(X_train.shape), np.zeros(X_new.shape)
    for j in range(X_train.shape[1]):
        mean = sum(X_train[:, j]) / len(X_train)
        scale = (sum((x - mean) ** 2 for x in X_train[:, j]) / len(X_train)) ** 0.5
        for table, scaled in ((X_train, Z_train), (X_new, Z_new)):
            for i in range(len(table)):
                scaled[i, j] = (table[i, j] - mean) / scale
    return Z_train, Z_new


def standardise_together(X_train, X_new):
    n, both = len(X_train), np.vstack([X_train, X_new])
    both = both - np.average(X_train, axis=0)
    both /= np.sqrt(np.mean(both[:n] ** 2, axis=0))
    return both[:n], both[n:]


def columns_loop(values, categories):
    rows = []
    for value in values:
        row = []
        for category in categories[1:]:
            row.append(1 if value == category else 0)
        rows.append(row)
    return rows


def columns_of_identity(values, categories):
    return np.eye(len(categories))[[categories.index(value) for value in values]][:, 1:]


def columns_compared(values, categories):
    return values[:, None] == np.array(categories[1:])


def rates_counted(y_hat, y, threshold):
    called = [p > threshold for p in y_hat]
    hits = sum(1 for c, left in zip(called, y, strict=True) if c and left == 1)
    return hits / sum(called), hits / sum(y)


def rates_by_index(y_hat, y, threshold):
    return [np.mean(y[y_hat > threshold]), np.mean(y_hat[y == 1] > threshold)]


def auc_loops(y_hat, y):
    won, pairs = 0, 0
    for i in range(len(y)):
        for j in range(len(y)):
            if y[i] == 1 and y[j] == 0:
                pairs += 1
                if y_hat[i] > y_hat[j]:
                    won += 1
                elif y_hat[i] == y_hat[j]:
                    won += 0.5
    return won / pairs


def auc_signs(y_hat, y):
    return 0.5 + 0.5 * np.sign(y_hat[y == 1][:, None] - y_hat[y == 0][None]).mean()


def auc_ranks(y_hat, y):
    _, which, counts = np.unique(y_hat, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[which]
    n1 = y.sum()
    return (ranks[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1))


def gap_loop(y_hat, y, bins):
    total = 0
    for k in range(bins):
        inside = (y_hat >= k / bins) & ((y_hat < (k + 1) / bins) | (k == bins - 1))
        if inside.any():
            total += inside.sum() * abs(y_hat[inside].mean() - y[inside].mean())
    return total / len(y)


def gap_histogram(y_hat, y, bins):
    edges = np.linspace(0, 1, bins + 1)
    predicted, observed = (np.histogram(y_hat, edges, weights=w)[0] for w in (y_hat, y))
    return np.abs(predicted - observed).sum() / len(y)


def threshold_loop(y_hat, y, thresholds, offer, loss, success):
    best, lowest = None, np.inf
    for threshold in thresholds:
        cost = 0
        for p, left in zip(y_hat, y, strict=True):
            if p > threshold:
                cost += offer + left * (1 - success) * loss
            else:
                cost += left * loss
        if cost < lowest:
            best, lowest = threshold, cost
    return best


def threshold_matrix(y_hat, y, thresholds, offer, loss, success):
    called = y_hat > np.array(thresholds)[:, None]
    saved = (called * (offer - y * success * loss)).sum(axis=1)  # against no offers at all
    return thresholds[int(saved.argmin())]


def gaps_in_a_loop(x_train, x_new):
    there = sorted(v for v in x_train if v == v)
    middle = len(there) // 2
    median = there[middle] if len(there) % 2 else (there[middle - 1] + there[middle]) / 2
    return [median if v != v else v for v in x_new], [int(v != v) for v in x_new]


def gaps_by_pandas(x_train, x_new):
    import pandas as pd
    new = pd.Series(x_new)
    return new.fillna(pd.Series(x_train).median()).to_numpy(), new.isna().to_numpy()


def gaps_by_index(x_train, x_new):
    filled, missing = x_new.copy(), np.zeros(len(x_new))
    missing[np.isnan(x_new)] = 1
    filled[np.isnan(x_new)] = np.nanmedian(x_train)
    return filled, missing


VARIANTS = {
    "fill_in": [gaps_by_index, gaps_in_a_loop, gaps_by_pandas],
    "standardise_columns": [standardise_loop, standardise_together],
    "country_columns": [columns_loop, columns_of_identity, columns_compared],
    "precision_recall": [rates_counted, rates_by_index],
    "auc_by_pairs": [auc_loops, auc_signs, auc_ranks],
    "calibration_gap": [gap_loop, gap_histogram],
    "cheapest_threshold": [threshold_loop, threshold_matrix],
}
