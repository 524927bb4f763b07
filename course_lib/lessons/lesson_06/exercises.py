"""The exercises of lesson 06: a table without leaks, and what a model is worth."""

import numpy as np

from course_lib import metrics
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_06.exercises_measures import CHEAPEST, GAP, PAIRS

LESSON = "06 Bank churn"


# Standardise --------------------------------------------------------------------------------------
def standardise_columns(X_train, X_new):
    mean, scale = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / scale, (X_new - mean) / scale


def scaled(statistics):
    """A wrong answer from (mean, scale) of the training rows, and of the new ones."""
    def wrong(X_train, X_new):
        (mean, scale), (new_mean, new_scale) = statistics(X_train, X_new)
        return (X_train - mean) / scale, (X_new - new_mean) / new_scale
    return wrong


def standardise_inputs(rng):
    checks = [(np.array([[0.0], [2]]), np.array([[4.0], [8]]))]
    for n, new, columns in ((2, 2, 2), (3, 3, 3), (5, 4, 3), (20, 7, 4)):
        X = rng.normal(rng.normal(0, 5, columns), [2, 1, 9, 4][:columns], (n + new, columns))
        checks.append((X[:n].round(2), X[n:].round(2)))
    return checks


STANDARDISE = Exercise(
    title="Scale without a leak",
    text="Standardise each column of a table, $z = (x - \\mu)/s$: the training rows `X_train` and "
         "the rows `X_new` that nobody has seen. $s$ is the standard deviation of NumPy's `std`. "
         "Return both tables.",
    stub='''def standardise_columns(X_train, X_new):
    mean, scale = ..., ...
    Z_train = (X_train - mean) / scale
    Z_new = ...
    return Z_train, Z_new''',
    solution=standardise_columns, inputs=standardise_inputs,
    mistakes=[
        Mistake("own statistics", "the new rows are scaled by their own mean and deviation. They "
                "need those of the training rows: the network knows no other scale.",
                scaled(lambda A, B: [(M.mean(0), M.std(0)) for M in (A, B)])),
        Mistake("leak", "mean and deviation come from all rows, so the training rows know "
                "something of the new ones. Take them from X_train alone.",
                scaled(lambda A, B: [(np.vstack([A, B]).mean(0), np.vstack([A, B]).std(0))] * 2)),
        Mistake("one for all columns", "there is one mean and one deviation for the whole table. "
                "Each column needs its own: axis=0.",
                scaled(lambda A, B: [(A.mean(), A.std())] * 2)),
        Mistake("each customer", "each row is scaled by itself. Mean and deviation are those of a "
                "column: axis=0.", scaled(lambda A, B: [
                    (M.mean(1, keepdims=True), M.std(1, keepdims=True)) for M in (A, B)])),
        Mistake("mean only", "the mean is gone, but the scale is still in it: divide by s.",
                scaled(lambda A, B: [(A.mean(0), 1)] * 2)),
        Mistake("variance", "this divides by the variance. The deviation is its root.",
                scaled(lambda A, B: [(A.mean(0), A.var(0))] * 2)),
        Mistake("n − 1", "this deviation divides by n − 1, as that of pandas does. Here it is "
                "NumPy's, which divides by n.",
                scaled(lambda A, B: [(A.mean(0), A.std(0, ddof=1))] * 2)),
        Mistake("min and max", "this brings each column to 0 … 1. Standardising takes off the mean "
                "and divides by the deviation.",
                scaled(lambda A, B: [(A.min(0), A.max(0) - A.min(0))] * 2)),
    ],
    hints=["One number for each column: `mean(axis=0)` and `std(axis=0)`.",
           "Which rows may mean and deviation come from? Only those that we may look at.",
           "Both tables use the same `mean` and `scale`."],
    minutes=5, difficulty=1, points=1, inline=True,
)


# Missing values -----------------------------------------------------------------------------------
def fill_in(x_train, x_new):
    median = np.median(x_train[~np.isnan(x_train)])
    gone = np.isnan(x_new)
    return np.where(gone, median, x_new), gone.astype(float)


def filled(median, gone=np.isnan, flag=lambda gone: gone * 1.0):
    """A wrong answer from another number to fill in, other rows, or another indicator."""
    def wrong(x_train, x_new):
        where = gone(x_new)
        return np.where(where, median(x_train, x_new), x_new), flag(where)
    return wrong


def known(x):
    return x[~np.isnan(x)]


def gap_inputs(rng):
    nan = np.nan
    checks = [(np.array([1.0, 2, 6]), np.array([nan])),
              (np.array([1.0, 2, nan, 9.5]), np.array([4.5, nan])),
              (np.array([0.5, nan, 3, 8, 30]), np.array([nan, 0, 12.5, nan])),
              (np.array([2.5, 1.5, nan, 7]), np.array([3.5, 0.0]))]
    for n, new in ((9, 6), (20, 12)):
        x = rng.exponential(10, n + new).round(2)
        x[rng.random(n + new) < 0.3] = nan
        x[0], x[n] = 3.25, nan
        checks.append((x[:n], x[n:]))
    return checks


FILL = Exercise(
    title="Fill in what is missing",
    text="`x_train` and `x_new` are a column of the training rows and of new rows. A missing value "
         "is `nan`. Return the new column with the median of the known training values in place of "
         "each `nan`, and an indicator: 1 where a new value was missing, else 0.",
    stub='''def fill_in(x_train, x_new):
    filled = ...
    missing = ...
    return filled, missing''',
    solution=fill_in, inputs=gap_inputs,
    mistakes=[
        Mistake("own median", "the median is that of the new rows. A new customer may come alone: "
                "take it from the training rows.", filled(
                    lambda a, b: np.median(known(b)) if len(known(b)) else 0.0)),
        Mistake("mean", "this is the mean. A few large values pull it up; the median stays in the "
                "middle.", filled(lambda a, b: known(a).mean())),
        Mistake("zero", "the gaps are filled with 0, which is a value like any other: a balance of "
                "0 means something.", filled(lambda a, b: 0.0)),
        Mistake("median of nan", "the median of values with a nan among them is nan. Take the "
                "known ones: `x_train[~np.isnan(x_train)]`, or `np.nanmedian`.",
                filled(lambda a, b: np.median(a))),
        Mistake("nan as zero", "the missing training values were counted as 0 in the median. Leave "
                "them out of it.", filled(lambda a, b: np.median(np.nan_to_num(a)))),
        Mistake("indicator of known", "the indicator is 1 where there *is* a value. It is 1 where "
                "the value was missing.", filled(lambda a, b: np.median(known(a)),
                                                 flag=lambda gone: ~gone * 1.0)),
        Mistake("indicator after filling", "the indicator is 0 everywhere: after filling, nothing "
                "is missing any more. Look before you fill.",
                filled(lambda a, b: np.median(known(a)), flag=lambda gone: gone * 0.0)),
    ],
    hints=["`np.isnan(x)` is True where a value is missing. (`x == np.nan` is never true.)",
           "`np.nanmedian(x_train)` is the median of the values that are there.",
           "`np.where(gone, median, x_new)` takes the median where something is gone."],
    minutes=6, difficulty=1, points=1, inline=True,
)


# Countries as columns -----------------------------------------------------------------------------
def country_columns(values, categories):
    return np.array([values == category for category in categories[1:]], float).T


def country_inputs(rng):
    countries = ["France", "Germany", "Spain"]
    checks = [(np.array(["Spain"]), ["France", "Spain"]),
              (np.array(["Spain", "Spain"]), countries),
              (np.array(["Spain", "France", "Germany", "Spain"]), countries),
              (np.array(["low", "low", "high"]), ["low", "mid", "high"])]
    many = ["west", "east", "north", "south"]
    return [*checks, (np.array(many)[rng.integers(0, 4, 12)], many)]


COUNTRY = Exercise(
    title="A column of words",
    text="Turn a column of words into numbers. `values` is an array of `n` words, `categories` a "
         "list of the `K` words that there are. Return an array `(n, K − 1)` with a column of 0 "
         "and 1 for each category **but the first**, in the order of the list.",
    stub='''def country_columns(values, categories):
    return ...''',
    solution=country_columns, inputs=country_inputs,
    mistakes=[
        Mistake("all of them", "the first category has a column too. It needs none: it is 0 in "
                "all others.", lambda v, c: np.array([v == k for k in c], float).T),
        Mistake("last left out", "the last category has no column. The first is the one to leave "
                "out.", lambda v, c: np.array([v == k for k in c[:-1]], float).T),
        Mistake("numbered", "the categories are numbered 0, 1, 2 …, as if Spain were twice "
                "Germany. Make a column of 0 and 1 for each.",
                lambda v, c: np.array([c.index(k) for k in v], float)),
        Mistake("rows and columns", "rows and columns are swapped: a customer is a row.",
                lambda v, c: np.array([v == k for k in c[1:]], float)),
        Mistake("found in the rows", "the columns depend on which words these rows happen to "
                "hold. Take them from `categories`, or new customers get other columns.",
                lambda v, c: (v[:, None] == np.unique(v)[1:]).astype(float)),
        Mistake("sorted", "the columns are in the order of the alphabet, and the first of that is "
                "left out. Keep the order of `categories`.",
                lambda v, c: np.array([v == k for k in sorted(c)[1:]], float).T),
        Mistake("turned round", "0 and 1 are swapped: 1 says that it is this category.",
                lambda v, c: np.array([v != k for k in c[1:]], float).T),
    ],
    hints=["`values == \"Spain\"` is one column, of True and False.",
           "One such column for each word of `categories[1:]`.",
           "A list of columns makes an array whose *rows* they are; `.T` turns it."],
    minutes=6, difficulty=1, points=1, inline=True,
)


# Precision and recall -----------------------------------------------------------------------------
def precision_recall(y_hat, y, threshold):
    (_, false_positive), (false_negative, true_positive) = metrics.confusion_matrix(
        y_hat, y, threshold)
    return (true_positive / (true_positive + false_positive),
            true_positive / (true_positive + false_negative))


def rates(formula, called=np.greater):
    """A wrong answer from a formula in the four counts."""
    def wrong(y_hat, y, threshold):
        yes = called(y_hat, threshold)
        return formula(*(np.sum((yes == said) & (y == truth))
                         for truth, said in ((0, 0), (0, 1), (1, 0), (1, 1))))
    return wrong


def rate_inputs(rng):
    checks = [(np.array([0.7, 0.8, 0.1]), np.array([1.0, 0, 0]), 0.5),
              (np.array([0.9, 0.6, 0.5, 0.1, 0.3]), np.array([1.0, 0, 1, 1, 0]), 0.5),
              (np.array([0.4, 0.25, 0.9, 0.1, 0.2, 0.2]), np.array([1.0, 0, 1, 1, 0, 1]), 0.2)]
    for n, threshold in ((10, 0.3), (30, 0.25)):
        y_hat, y = rng.random(n).round(2), (rng.random(n) < 0.4).astype(float)
        y_hat[:4], y[:4] = (0.9, 0.8, 0.1, 0.05), (1, 0, 1, 0)  # one of each kind
        checks.append((y_hat, y, threshold))
    return checks


RATES = Exercise(
    title="Precision and recall",
    text="A customer is called if `y_hat > threshold`; `y` is 1 for those who left. Return the "
         "precision (of those called, how many left) and the recall (of those who left, how many "
         "were called). There is always somebody called, and somebody who left.",
    stub='''def precision_recall(y_hat, y, threshold):
    precision = ...
    recall = ...
    return precision, recall''',
    solution=precision_recall, inputs=rate_inputs,
    mistakes=[
        Mistake("exchanged", "precision and recall are swapped. Precision divides by "
                "those called, recall by those who left.",
                rates(lambda tn, fp, fn, tp: (tp / (tp + fn), tp / (tp + fp)))),
        Mistake("equal counts", "a customer exactly at the threshold is called; the rule is "
                "y_hat > threshold.",
                rates(lambda tn, fp, fn, tp: (tp / (tp + fp), tp / (tp + fn)), np.greater_equal)),
        Mistake("one half", "it calls from one half on, whatever the threshold is.",
                lambda y_hat, y, threshold: precision_recall(y_hat, y, 0.5)),
        Mistake("of all", "the precision divides by all customers. Divide by those called.",
                rates(lambda tn, fp, fn, tp: (tp / (tn + fp + fn + tp), tp / (tp + fn)))),
        Mistake("accuracy", "the precision is the accuracy, which counts those who stay uncalled "
                "as successes. Precision asks only about those called.",
                rates(lambda tn, fp, fn, tp: ((tp + tn) / (tn + fp + fn + tp), tp / (tp + fn)))),
        Mistake("false-positive rate", "the recall is the share of *loyal* customers who are "
                "called. Recall is about those who left.",
                rates(lambda tn, fp, fn, tp: (tp / (tp + fp), fp / (tn + fp)))),
        Mistake("the other class", "it measures how well those who stay are found. The event is "
                "leaving, y = 1.",
                rates(lambda tn, fp, fn, tp: (tn / (tn + fn), tn / (tn + fp)))),
    ],
    hints=["`called = y_hat > threshold` is an array of True and False, `y == 1` another.",
           "Those called who left: `np.sum(called & (y == 1))`. Both rates have it on top.",
           "Precision divides by the number called, recall by the number who left."],
    minutes=6, difficulty=1, points=1, inline=True,
)

EXERCISES = [STANDARDISE, COUNTRY, FILL, RATES, PAIRS, GAP, CHEAPEST]
