"""Four questions about four kinds of data, each with raw inputs and with features made by hand.

A task is (X_train, F_train, y_train, X_test, F_test, y_test): X is what the network gets, F are the
features that a person thought of.
"""

from functools import lru_cache

import numpy as np

from course_lib.datasets.churn import load_churn
from course_lib.datasets.digits import load_digits
from course_lib.datasets.property_prices import load_property_prices
from course_lib.datasets.spoken_digits import load_spoken_digits
from course_lib.datasets.surnames import LANGUAGES, load_surnames
from course_lib.lessons.lesson_00.figures import LETTERS
from course_lib.lessons.lesson_00.name_reader import one_hot

ENDINGS = ["ic", "ski", "ez", "er", "en", "i", "o", "a", "e", "s"]
GROUPS = ["sch", "van", "ij", "cz"]


def customer(c):
    """Eight questions that an analyst would ask about the customers of a bank."""
    return np.column_stack([
        c.Age.between(40, 69), c.Age.between(50, 64), c.NumOfProducts == 2,
        c.NumOfProducts >= 3, c.IsActiveMember, c.Geography == "Germany",
        c.Gender == "Female", c.Balance == 0]).astype(float)


def columns(c):
    """The eleven columns about each customer as numbers, categories as 0 and 1."""
    return c[["CreditScore", "Age", "Tenure", "Balance", "NumOfProducts", "HasCrCard",
              "IsActiveMember", "EstimatedSalary"]].assign(
        Germany=c.Geography == "Germany", Spain=c.Geography == "Spain",
        Female=c.Gender == "Female").astype(float)


def measure(X):
    """Ten features of images (n, 8, 8) that one would measure with a ruler."""
    ink = X > 0.4
    return np.column_stack([
        X.mean(axis=(1, 2)), X[:, :4].mean(axis=(1, 2)),            # ink: all, upper half,
        X[:, :, :4].mean(axis=(1, 2)),                              # left half,
        X[:, 3:5, 3:5].mean(axis=(1, 2)),                           # middle
        np.abs(X - X[:, :, ::-1]).mean(axis=(1, 2)),                # left and right differ
        np.abs(X - X[:, ::-1]).mean(axis=(1, 2)),                   # top and bottom differ
        ink.any(axis=1).sum(axis=1), ink.any(axis=2).sum(axis=1),   # width, height
        (np.diff(ink.astype(int), axis=2) == 1).sum(axis=(1, 2)),   # strokes across
        (np.diff(ink.astype(int), axis=1) == 1).sum(axis=(1, 2))])  # strokes down


def spelling(names):
    """Sixteen features of names: length, share of vowels, endings, groups of letters."""
    return np.array([[len(n), sum(letter in "aeiou" for letter in n) / len(n),
                      *(n.endswith(end) for end in ENDINGS), *(g in n for g in GROUPS)]
                     for n in names], dtype=float)


def listen(X):
    """Eleven features of sounds (n, time, band): length, loudness, where in time and in pitch."""
    loud = X.mean(axis=2)
    limit = (loud.min(axis=1) + loud.max(axis=1)) / 2
    time, band = np.arange(X.shape[1]), np.arange(X.shape[2])
    pitch = (X * band).sum(axis=2) / (X.sum(axis=2) + 1e-9)
    return np.column_stack([
        (loud > limit[:, None]).sum(axis=1), loud.mean(axis=1), loud.std(axis=1),
        (loud * time).sum(axis=1) / loud.sum(axis=1),           # when
        X.reshape(len(X), len(time), 4, -1).mean(axis=(1, 3)),  # how loud in four bands
        pitch.mean(axis=1), pitch.std(axis=1)])                 # how high, how varied


def flat(X):
    """A row of numbers for each example."""
    return X.reshape(len(X), -1).astype(float)


def house_prices():
    """(living area in square feet, price in thousand dollars) of the sales."""
    houses = load_property_prices()
    return houses.area_sqft.to_numpy(float), houses.price_usd.to_numpy(float) / 1000


def last_three(beginning):
    """The last three letters as 0 and 1 (81,); 26 stands for "before the name begins"."""
    codes = [26] * 3 + [LETTERS.index(letter) for letter in beginning]
    return np.eye(27)[codes[-3:]].ravel()


def next_letters(count=1500):
    """What was read of a name and what came next, of names to learn from and of new ones.

    Returns (X, y, X_new, y_new): X as `last_three`, y 0 … 25 or 26 for the end of the name.
    """
    table = load_surnames()
    is_train = (table.split == "train").to_numpy()

    def steps(names):
        pairs = [(name[:k], name[k:k + 1]) for name in names for k in range(len(name) + 1)]
        return (np.stack([last_three(beginning) for beginning, _ in pairs]),
                np.array([LETTERS.index(letter) if letter else 26 for _, letter in pairs]))

    return *steps(table.surname[is_train][:count]), *steps(table.surname[~is_train])


@lru_cache(maxsize=1)
def four_tasks():
    """{"table": task, "images": task, "names": task, "speech": task}."""
    c = load_churn()
    order, y = np.random.default_rng(0).permutation(len(c)), c.Exited.to_numpy()
    train, test = order[:8000], order[8000:]
    raw, hand = columns(c).to_numpy(), customer(c)
    tasks = {"table": (raw[train], hand[train], y[train], raw[test], hand[test], y[test])}
    X, y, X_test, y_test = (np.asarray(part, float if part.ndim > 1 else int)
                            for part in load_digits())
    tasks["images"] = flat(X), measure(X), y, flat(X_test), measure(X_test), y_test
    table = load_surnames()
    is_train, names = (table.split == "train").to_numpy(), table.surname.tolist()
    letters, spelled = one_hot(names), spelling(names)
    language = np.array([LANGUAGES.index(spoken) for spoken in table.language])
    tasks["names"] = (letters[is_train], spelled[is_train], language[is_train],
                      letters[~is_train], spelled[~is_train], language[~is_train])
    X, y, X_test, y_test = load_spoken_digits()
    X, X_test = X.astype(float), X_test.astype(float)
    tasks["speech"] = flat(X), listen(X), y, flat(X_test), listen(X_test), y_test
    return tasks
