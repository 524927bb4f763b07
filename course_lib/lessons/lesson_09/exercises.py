"""The exercises of lesson 09: the number, pairs, attention, heads, places, a norm, the way back."""

import numpy as np

from course_lib.activations import softmax
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_09.exercises_attention import ATTENTION, BACK, CACHE, HEADS

LESSON = "09 Transformers"


# Bits ---------------------------------------------------------------------------------------------
def bits_per_character(P, y):
    return -np.mean(np.log2(P[np.arange(len(y)), y]))


def of_chances(measure):
    """A wrong answer from the chances that were given to the right letters."""
    return lambda P, y: measure(P[np.arange(len(y)), y])


def bits_inputs(rng):
    checks = [(np.array([[0.5, 0.5]]), np.array([1])),
              (np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([0, 1]))]
    for n, K in ((3, 3), (6, 5)):
        checks.append((softmax(rng.normal(size=(n, K)).round(1)), rng.integers(K, size=n)))
    return checks


BITS = Exercise(
    title="The number of this lesson",
    text="Before each of n letters a model gave every letter of the alphabet a chance: `P` (n, K). "
         "Then the letters came: `y` (n,) says which. Return the mean of −log₂ of the chance that "
         "the model had given to the letter that came.",
    stub='''def bits_per_character(P, y):
    return ...''',
    solution=bits_per_character, inputs=bits_inputs,
    mistakes=[
        Mistake("nats", "this is the natural logarithm. Bits are counted with log₂, `np.log2`.",
                of_chances(lambda p: -np.mean(np.log(p)))),
        Mistake("no minus", "the minus is missing: the logarithm of a chance is negative.",
                of_chances(lambda p: np.mean(np.log2(p)))),
        Mistake("sum", "this is the sum over the letters. Take the mean, so that texts of any "
                "length can be compared.", of_chances(lambda p: -np.sum(np.log2(p)))),
        Mistake("logarithm of the mean", "this is the logarithm of the mean chance. Take the "
                "logarithm of each chance first, then the mean.",
                of_chances(lambda p: -np.log2(np.mean(p)))),
        Mistake("the likeliest", "it takes the likeliest letter of each row. Take the letter that "
                "came, y.", lambda P, y: -np.mean(np.log2(P.max(axis=1)))),
        Mistake("all letters", "it takes the mean over all letters of the alphabet. Only the one "
                "that came counts.", lambda P, y: -np.mean(np.log2(P))),
    ],
    hints=["`P[0, y[0]]` is the chance of the first letter that came.",
           "`P[np.arange(len(y)), y]` are all of them at once."],
    minutes=4, difficulty=1, points=1, inline=True,
)


# Pairs --------------------------------------------------------------------------------------------
def pair_table(tokens, K):
    counts = np.ones((K, K))
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def counted(start=1.0, axis=1, turned=False, once=False, divide=True, add=0.0):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(tokens, K):
        counts = np.full((K, K), start)
        before, after = tokens[:-1], tokens[1:]
        if turned:
            before, after = after, before
        if once:
            counts[before, after] += 1
        else:
            np.add.at(counts, (before, after), 1)
        if not divide:
            return counts
        with np.errstate(invalid="ignore", divide="ignore"):
            return counts / counts.sum(axis=axis, keepdims=True) + add
    return wrong


def pair_inputs(rng):
    checks = [(np.array([0, 1]), 2), (np.array([0, 1, 0, 1, 1]), 2)]
    for n, K in ((8, 3), (40, 4)):
        checks.append((rng.integers(K, size=n), K))
    return checks


PAIRS = Exercise(
    title="The table of pairs",
    text="`tokens` (n,) is a text, each number from 0 to K − 1 a letter. Count how often each "
         "letter follows each other one, begin all counts at **1** so that no pair is impossible, "
         "and return the chances (K, K): row k says what comes after letter k, and sums to 1.",
    stub='''def pair_table(tokens, K):
    counts = ...
    return ...''',
    solution=pair_table, inputs=pair_inputs,
    mistakes=[
        Mistake("columns", "the columns sum to 1. Each row must: divide by "
                "`counts.sum(axis=1, keepdims=True)`.", counted(axis=0)),
        Mistake("whole table", "the whole table sums to 1. Each row must, because the letter "
                "before is known.", counted(axis=(0, 1))),
        Mistake("turned", "rows and columns are swapped: the row is the letter before.",
                counted(turned=True)),
        Mistake("begin at 0", "the counts begin at 0. Then a pair that was never seen has the "
                "chance 0, and costs infinitely many bits on the day it comes.",
                counted(start=0.0)),
        Mistake("counted once", "each pair is counted once only: `counts[a, b] += 1` with arrays "
                "adds once a place. Use np.add.at, or a loop.", counted(once=True)),
        Mistake("counts", "these are the counts. Divide each row by its sum.",
                counted(divide=False)),
    ],
    hints=["The pairs are `zip(tokens[:-1], tokens[1:])`, or the two arrays side by side.",
           "`np.add.at(counts, (tokens[:-1], tokens[1:]), 1)` counts them all; so does a loop."],
    minutes=6, difficulty=1, points=1, inline=True,
)


# Places -------------------------------------------------------------------------------------------
def add_places(X, P, start):
    return X + P[start : start + X.shape[1]]


def place_inputs(rng):
    checks = [(np.array([[[1.0], [2]]]), np.array([[10.0], [20], [30]]), 1)]
    for (batch, time, dim), places, start in (((2, 2, 2), 4, 0), ((3, 3, 2), 7, 2),
                                              ((2, 4, 3), 9, 5)):
        checks.append((rng.normal(size=(batch, time, dim)).round(2),
                       rng.normal(size=(places, dim)).round(2), start))
    return checks


PLACES = Exercise(
    title="Tell each letter its place",
    text="`X` (batch, time, dim) are the vectors of letters, `P` (places, dim) has a vector for "
         "each place. The first step of X stands at the place `start`, because so many letters "
         "came before it. Return X with the vector of its place added to each step.",
    stub='''def add_places(X, P, start):
    return ...''',
    solution=add_places, inputs=place_inputs,
    mistakes=[
        Mistake("added twice", "the places are added twice. Once, and before the first block, is "
                "enough.", lambda X, P, s: X + 2 * P[s: s + X.shape[1]]),
        Mistake("from 0", "it begins at place 0 and does not hear `start`. A letter that is "
                "written later would be told that it is the first.",
                lambda X, P, s: X + P[: X.shape[1]]),
        Mistake("one place for all", "all steps get the vector of the place `start`. Each step has "
                "its own place.", lambda X, P, s: X + P[s]),
        Mistake("multiplied", "the vectors are multiplied. Add them.",
                lambda X, P, s: X * P[s: s + X.shape[1]]),
        Mistake("places only", "these are the places alone. The letter is lost.",
                lambda X, P, s: np.zeros(X.shape) + P[s: s + X.shape[1]]),
        Mistake("backwards", "the places are counted from the end of the piece.",
                lambda X, P, s: X + P[s: s + X.shape[1]][::-1]),
        Mistake("one too far", "each step gets the place after its own.",
                lambda X, P, s: X + np.vstack([P, P])[s + 1: s + 1 + X.shape[1]]),
    ],
    hints=["The rows that are needed are `P[start : start + time]`, (time, dim).",
           "NumPy adds them to each text of the batch by itself."],
    minutes=4, difficulty=1, points=1,
)


# Layer normalisation ------------------------------------------------------------------------------
def layer_norm(X, gamma, beta, epsilon):
    mean, variance = X.mean(axis=-1, keepdims=True), X.var(axis=-1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(variance + epsilon) + beta


def normed(axis=-1, mean=True, root=np.sqrt, epsilon=True, learnt=True, ddof=0, outside=False):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(X, gamma, beta, e):
        middle = X.mean(axis=axis, keepdims=True) if mean else 0
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = X.var(axis=axis, keepdims=True, ddof=ddof)
            e = e if epsilon else 0.0
            below = np.sqrt(variance) + e if outside else root(variance + e)
            X_hat = (X - middle) / below
        return gamma * X_hat + beta if learnt else X_hat
    return wrong


def norm_inputs(rng):
    checks = [(np.array([[[1.0, 3.0]]]), np.ones(2), np.zeros(2), 1.0),
              (np.array([[[1.0, 3.0], [0, 8]]]), np.array([2.0, 1]), np.array([0.0, 1]), 0.5)]
    for batch, time, dim in ((2, 3, 4), (3, 2, 5)):
        checks.append((rng.normal(2, 3, size=(batch, time, dim)).round(1),
                       rng.normal(size=dim).round(2), rng.normal(size=dim).round(2), 0.1))
    return checks


NORM = Exercise(
    title="Layer normalisation",
    text="For each step of `X` (batch, time, dim) by itself: subtract the mean of its dim "
         "numbers, divide by √(variance + `epsilon`), then multiply by `gamma` (dim,) "
         "and add `beta` (dim,). Return an array like X.",
    stub='''def layer_norm(X, gamma, beta, epsilon):
    mean = ...
    variance = ...
    return ...''',
    solution=layer_norm, inputs=norm_inputs,
    mistakes=[
        Mistake("over the batch", "mean and variance are taken over the batch. That is batch "
                "normalisation, where a text would depend on its neighbours. Take the last axis.",
                normed(axis=0)),
        Mistake("over the steps", "mean and variance are taken over the steps, so each letter sees "
                "letters that have not come yet. Take the last axis.", normed(axis=1)),
        Mistake("whole array", "one mean and one variance for the whole array. Each step has its "
                "own.", normed(axis=None)),
        Mistake("no root", "it divides by the variance. Divide by its root, the standard "
                "deviation.", normed(root=lambda v: v)),
        Mistake("no mean", "the mean is not subtracted.", normed(mean=False)),
        Mistake("epsilon outside", "epsilon is added to the root. It belongs under it.",
                normed(outside=True)),
        Mistake("no epsilon", "epsilon is missing: a step of equal numbers is divided by 0.",
                normed(epsilon=False)),
        Mistake("nothing learnt", "gamma and beta are missing.", normed(learnt=False)),
        Mistake("dim − 1", "the variance is divided by dim − 1. Here it is the plain mean of the "
                "squares.", normed(ddof=1)),
    ],
    hints=["`X.mean(axis=-1, keepdims=True)` is (batch, time, 1); so is X.var.",
           "`gamma * (X - mean) / np.sqrt(variance + epsilon) + beta`."],
    minutes=6, difficulty=2, points=2,
)

EXERCISES = [BITS, PAIRS, ATTENTION, HEADS, PLACES, NORM, CACHE, BACK]
