"""A measure says how good predicted probabilities are, each for another question.

Predictions ŷ are probabilities of the event (y = 1), one an example; y is 0 or 1. Both may be
(n,) or (n, 1). Scores on any scale, such as logits, do where only their order counts: `auc`,
`roc_curve`, `precision_recall_curve`; where a threshold counts, they are refused. Built in
lesson 06.
"""

import numpy as np

from course_lib.checks import is_number, real_array, whole_number


def accuracy(y_hat, y, threshold=0.5):
    """Share of right answers when ŷ > threshold means yes: (TP + TN) / n."""
    y_hat, y = _probabilities("accuracy", y_hat, y, threshold)
    return float(np.mean((y_hat > threshold) == y))


def confusion_matrix(y_hat, y, threshold=0.5):
    """Counts by truth (rows: 0, 1) and answer (columns: no, yes): [[TN, FP], [FN, TP]].

    precision = TP / (FP + TP): of those called, how many were right to call.
    recall = TP / (FN + TP): of those there were, how many were called.
    """
    y_hat, y = _probabilities("confusion_matrix", y_hat, y, threshold)
    yes = y_hat > threshold
    return np.bincount((2 * y + yes).astype(np.intp), minlength=4).reshape(2, 2)


def auc(y_hat, y):
    """Area under the ROC curve: the chance that an event is ranked above a non-event.

    AUC = (R₁ − n₁(n₁ + 1)/2) / (n₁ n₀), with R₁ the sum of the ranks (from 1, ties share their
    mean rank) of the n₁ events. 0.5 is guessing, 1 is perfect order.

    References
    ----------
    Mann and Whitney (1947); Hanley and McNeil (1982) for the area. Built in lesson 06.
    """
    y_hat, y = _pairs("auc", y_hat, y, both=True)
    _, which, counts = np.unique(y_hat, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[which]
    n1 = int(y.sum())
    return float((ranks[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1)))


def roc_curve(y_hat, y):
    """False-positive rate, true-positive rate and threshold (yes: ŷ ≥ it), strictest first.

    The first point is (0, 0) with the threshold inf: nobody is called.
    """
    y_hat, y = _pairs("roc_curve", y_hat, y, both=True)
    false, true, thresholds = _counts_from_the_top(y_hat, y)
    return false / (y == 0).sum(), true / (y == 1).sum(), thresholds


def precision_recall_curve(y_hat, y):
    """Precision TP / (FP + TP), recall TP / n₁ and threshold (yes: ŷ ≥ it), strictest first."""
    y_hat, y = _pairs("precision_recall_curve", y_hat, y, both=True)
    false, true, thresholds = (values[1:] for values in _counts_from_the_top(y_hat, y))
    return true / (false + true), true / (y == 1).sum(), thresholds


def calibration(y_hat, y, bins=10):
    """Mean ŷ, share of events and number of examples in equal slices of [0, 1], if any are there.

    Calibrated means that both agree: of the customers given 0.3, three in ten leave.
    """
    y_hat, y = _probabilities("calibration", y_hat, y)
    bins = whole_number(bins, "calibration", "bins")
    which = np.minimum((y_hat * bins).astype(np.intp), bins - 1)
    count = np.bincount(which, minlength=bins)
    some = count > 0
    return (np.bincount(which, y_hat, bins)[some] / count[some],
            np.bincount(which, y, bins)[some] / count[some], count[some])


def _counts_from_the_top(y_hat, y):
    """FP, TP and threshold after each distinct score, from the highest down, and before them."""
    order = np.argsort(-y_hat, kind="stable")
    y_hat, y = y_hat[order], y[order]
    last = np.append(np.flatnonzero(np.diff(y_hat)), len(y) - 1)  # of equal scores
    true = np.cumsum(y)[last]
    return (np.append(0, last + 1 - true), np.append(0, true), np.append(np.inf, y_hat[last]))


def _pairs(name, y_hat, y, *, both=False):
    """ŷ as (n,) floats and y as (n,) zeros and ones, or an error that says what is wrong."""
    y_hat, y = real_array(y_hat, name, "y_hat"), real_array(y, name, "y")
    for what, values in (("y_hat", y_hat), ("y", y)):
        if values.ndim not in (1, 2) or values.size != len(values) or not values.size:
            raise ValueError(f"{name} got {what} of shape {values.shape}; expected one number an "
                             "example: (n,) or (n, 1).")
    if len(y_hat) != len(y):
        raise ValueError(f"{name} got {len(y_hat)} predictions and {len(y)} targets; "
                         "each prediction needs its target.")
    if not np.isfinite(y_hat).all():
        raise ValueError(f"{name} got predictions that are not all finite numbers.")
    if not np.isin(y, (0, 1)).all():
        wrong = y.ravel()[~np.isin(y, (0, 1)).ravel()][0]
        raise ValueError(f"{name} got the target {wrong}; expected 0 or 1. Does y come second, "
                         f"{name}(y_hat, y)?")
    y = y.ravel().astype(int)
    if both and y.min() == y.max():
        raise ValueError(f"{name} needs targets of both kinds; all {len(y)} are {y[0]}.")
    return y_hat.ravel().astype(float), y


def _probabilities(name, y_hat, y, threshold=0.5):
    """Like _pairs, and ŷ in [0, 1]: what a threshold there means nothing for is refused."""
    y_hat, y = _pairs(name, y_hat, y)
    if y_hat.min() < 0 or y_hat.max() > 1:
        raise ValueError(f"{name} got predictions from {y_hat.min():g} to {y_hat.max():g}; "
                         "expected probabilities. Logits need sigmoid first: "
                         "sigmoid(network.predict(X)).")
    if not is_number(threshold) or not 0 <= threshold <= 1:
        raise ValueError(f"{name} got threshold={threshold!r}; expected a number from 0 to 1.")
    return y_hat, y
