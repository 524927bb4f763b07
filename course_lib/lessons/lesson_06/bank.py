"""What lesson 06 prepares: the customers in three parts, its networks, and its experiments."""

import json
import tempfile
from pathlib import Path

import numpy as np

from course_lib import metrics
from course_lib.activations import sigmoid
from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets import load_churn
from course_lib.datasets.files import data_file
from course_lib.datasets.table import prepare
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.side_by_side import fit_side_by_side

NAMES = ["RowNumber", "CustomerId", "Surname"]      # they name a customer and say no more
BATCH = 64


def three_parts(table, seed=0, sizes=(6400, 8000)):
    """Training, validation and test rows of a table, drawn by chance."""
    order = np.random.default_rng(seed).permutation(len(table))
    return [table.iloc[rows] for rows in np.split(order, sizes)]


def make_network(seed, n_in=11, hidden=(6, 6)):
    """11 – 6 – 6 – 1 with relu; without hidden layers it is one neuron. It puts out logits."""
    rng, layers = np.random.default_rng(seed), []
    for n in hidden:
        layers += [Dense(n_in, n, rng=rng, initializer="he"), Activation("relu")]
        n_in = n
    return Network([*layers, Dense(n_in, 1, rng=rng)])


def train_side_by_side(networks, X, y, validation=None, *, epochs=40, rate=0.003, patience=None,
                       batch_size=BATCH):
    """Train networks with Adam, and return their histories; X and y may be lists, one for each."""
    return fit_side_by_side(
        networks, X, y, cost=SigmoidCrossEntropy(), optimizers=[Adam(rate) for _ in networks],
        rngs=[np.random.default_rng(seed) for seed in range(len(networks))], epochs=epochs,
        batch_size=batch_size, validation=validation, patience=patience, progress=False)


def probabilities(network, X):
    """The chance of leaving that a network gives each row."""
    return sigmoid(network.predict(X))[:, 0]


def cross_validate(table, sizes, *, folds=5):
    """AUC of networks of several sizes on each fold, after training on the others.

    Returns
    -------
    {name of the size: (folds,) AUC}
    """
    order = np.random.default_rng(1).permutation(len(table))
    parts = np.array_split(order, folds)
    data = []
    for held_out in parts:
        rest = table.iloc[np.setdiff1d(order, held_out)]
        prepared = prepare(rest, "Exited", leave_out=NAMES)
        data.append((prepared(rest), prepared.answers(rest), prepared(table.iloc[held_out]),
                     prepared.answers(table.iloc[held_out])))
    found = {}
    for name, hidden in sizes.items():
        networks = [make_network(fold, hidden=hidden) for fold in range(folds)]
        train_side_by_side(networks, [X for X, *_ in data], [y for _, y, *_ in data])
        found[name] = np.array([metrics.auc(network.predict(X), y)
                                for network, (*_, X, y) in zip(networks, data, strict=True)])
    return found


def against_trees(table, seeds, starts=3):
    """AUC on test rows of new splits: one neuron, the network, and boosted trees.

    The network of each split is the best of three starts on validation rows, stopped by them. The
    trees were measured beforehand on the same splits, by data/sources/measure_boosted_trees.py: as
    they come, untuned but for a learning rate of 0.05, and on training and validation rows.
    """
    stored = data_file("bank_churn/boosted_trees.json").read_text(encoding="utf-8")
    trees = json.loads(stored)["auc"]
    found = {"one neuron": [], "network": [], "boosted trees": []}
    for seed in seeds:
        training, validation, test = three_parts(table, seed)
        prepared = prepare(training, "Exited", leave_out=NAMES)
        X, y = prepared(training), prepared.answers(training)
        watched = prepared(validation), prepared.answers(validation)
        X_test, y_test = prepared(test), prepared.answers(test)
        neuron = make_network(seed, hidden=())
        train_side_by_side([neuron], X, y, epochs=20, rate=0.01)
        networks = [make_network(100 * seed + k) for k in range(starts)]
        histories = train_side_by_side(networks, X, y, watched, epochs=100, patience=10)
        best = np.argmin([min(history.validation_cost) for history in histories])
        found["one neuron"].append(metrics.auc(neuron.predict(X_test), y_test))
        found["network"].append(metrics.auc(networks[best].predict(X_test), y_test))
        found["boosted trees"].append(trees[str(seed)])
    return {name: np.array(values) for name, values in found.items()}


def fresh_splits(table, seeds, columns=None):
    """X, y of 8,000 training rows and of 2,000 test rows for each seed; one tuple a split.

    ``columns`` are further columns of numbers, a row each for the table's.
    """
    found = []
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(table))
        training, test = table.iloc[order[:8000]], table.iloc[order[8000:]]
        prepared = prepare(training, "Exited", leave_out=NAMES)
        X, X_test = prepared(training), prepared(test)
        if columns is not None:
            more = columns[order]
            more = (more - more[:8000].mean(axis=0)) / more[:8000].std(axis=0)
            X, X_test = np.column_stack([X, more[:8000]]), np.column_stack([X_test, more[8000:]])
        found.append((X, prepared.answers(training), X_test, prepared.answers(test)))
    return found


def test_auc(splits, hidden=(6, 6), **settings):
    """AUC on the test rows of each split, of networks that are trained side by side."""
    networks = [make_network(k, X.shape[1], hidden) for k, (X, *_) in enumerate(splits)]
    train_side_by_side(networks, [X for X, *_ in splits], [y for _, y, *_ in splits], **settings)
    return np.array([metrics.auc(network.predict(X), y)
                     for network, (*_, X, y) in zip(networks, splits, strict=True)])


test_auc.__test__ = False       # pytest: this is no test


def signal(known, shuffles=100):
    """For each column how far its groups' exit rates lie apart, and the most that chance gives."""
    rng = np.random.default_rng(0)
    left = known.Exited.to_numpy()
    shuffled = [rng.permutation(left) for _ in range(shuffles)]
    found = {}
    for name in known.columns.drop("Exited"):
        column = known[name]
        if column.dtype.kind in "if" and column.nunique() > 11:
            groups = np.searchsorted(np.sort(column.to_numpy()), column) * 10 // len(column)
        else:
            groups = np.unique(column, return_inverse=True)[1]
        found[name] = spread(groups, left), max(spread(groups, labels) for labels in shuffled)
    return dict(sorted(found.items(), key=lambda item: -item[1][0] / item[1][1]))


def spread(groups, left):
    """Standard deviation of the exit rate between groups, weighted by their size."""
    count = np.bincount(groups)
    rate = np.bincount(groups, left) / np.maximum(count, 1)
    return np.sqrt(np.average((rate - left.mean()) ** 2, weights=count))


def share_that_left(table, rows, homes, *, own):
    """For each customer the share of its home that left, counted over `rows` alone.

    With ``own=False`` a customer's own answer is left out of the count.
    """
    left = table.Exited.to_numpy(float)
    codes = np.unique(homes, return_inverse=True)[1]
    total = np.bincount(codes[rows], left[rows], minlength=codes.max() + 1)[codes]
    count = np.bincount(codes[rows], minlength=codes.max() + 1)[codes].astype(float)
    if not own:
        total[rows] -= left[rows]
        count[rows] -= 1
    return np.where(count > 0, total / np.maximum(count, 1), left[rows].mean())


def household_leak(known, n_training):
    """Validation AUC of one neuron with a column "share of the household that left", four ways.

    ``known`` are training rows, then validation rows; a household is a surname and a year of
    joining.
    """
    rows, every = np.arange(n_training), np.arange(len(known))
    homes = (known.Surname + known.Tenure.astype(str)).to_numpy(str)
    training = known.iloc[rows]
    prepared = prepare(training, "Exited", leave_out=NAMES)
    X, y = prepared(known), prepared.answers(known)
    columns = {"no such column": None,
               "counted over everybody": share_that_left(known, every, homes, own=True),
               "counted over training rows": share_that_left(known, rows, homes, own=True),
               "… without the own answer": share_that_left(known, rows, homes, own=False)}
    found = {}
    for name, column in columns.items():
        inputs = X
        if column is not None:
            column = (column - column[rows].mean()) / column[rows].std()
            inputs = np.column_stack([X, column])
        neuron = make_network(0, n_in=inputs.shape[1], hidden=())
        train_side_by_side([neuron], inputs[rows], y[rows], epochs=20, rate=0.01)
        found[name] = metrics.auc(neuron.predict(inputs[n_training:]), y[n_training:])
    return found


def messy_file(rows=1500):
    """Write a table as an analyst might send it, and return its path.

    Semicolons; the columns in another order, with one more; yes and no; cells left blank.
    """
    table = load_churn().iloc[:rows]
    rng = np.random.default_rng(5)
    table = table[rng.permutation(table.columns)].assign(Branch=rng.choice(["A", "B"], rows))
    table = table.rename(columns={"Exited": "Left"})
    for name in ("HasCrCard", "IsActiveMember", "Left"):
        table[name] = np.where(table[name] == 1, "Yes", "No")
    for name, share in (("Balance", 0.1), ("Age", 0.03), ("Geography", 0.02)):
        table[name] = table[name].astype(object)
        table.loc[rng.random(rows) < share, name] = ""
    path = Path(tempfile.mkdtemp()) / "my_customers.csv"
    table.to_csv(path, sep=";", index=False)
    return path
