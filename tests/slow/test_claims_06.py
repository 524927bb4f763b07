"""The claims of lesson 06 and of its further notebook, on splits that their author did not use."""

import numpy as np
import pandas as pd
import pytest

from course_lib.datasets import load_churn
from course_lib.figure.verdict import in_words
from course_lib.lessons import lesson_06 as lesson

SEEDS = range(40, 50)


@pytest.fixture(scope="module")
def splits():
    return lesson.fresh_splits(load_churn(), SEEDS)


@pytest.fixture(scope="module")
def network(splits):
    return lesson.test_auc(splits)


def test_the_network_beats_one_neuron(splits, network):
    assert in_words(network > lesson.test_auc(splits, hidden=(), epochs=20, rate=0.01)) == "holds"


def test_ten_rows_a_batch_are_not_needed(splits, network):
    ten = lesson.test_auc(splits, batch_size=10, epochs=25, rate=0.001)
    assert in_words(ten > network + 0.01) == "does not hold" or np.min(network) < 0.82


def test_a_hundred_columns_of_noise_do_harm(network):
    table = load_churn()
    noise = np.random.default_rng(3).normal(size=(len(table), 100))
    noisy = lesson.test_auc(lesson.fresh_splits(table, SEEDS, noise))
    assert in_words(noisy > network - 0.02) == "does not hold"


def test_the_network_and_the_trees_are_about_equal():
    found = lesson.against_trees(load_churn(), range(11, 21))
    assert abs(np.mean(found["network"] - found["boosted trees"])) < 0.005
    assert in_words(found["network"] > found["one neuron"]) == "holds"


def known_rows(seed):
    """Training and validation rows of a split, together, and how many are for training."""
    training, validation, _ = lesson.three_parts(load_churn(), seed)
    return pd.concat([training, validation]), len(training)


def test_the_leak_lifts_the_score_and_its_repair_shows_that_the_column_is_useless():
    found = [lesson.household_leak(*known_rows(seed)) for seed in range(40, 45)]
    without, everybody, own, out_of_fold = np.array([list(one.values()) for one in found]).T
    assert in_words(everybody > without + 0.05) == "holds"
    assert in_words(own < without) == "holds"
    assert in_words(np.abs(out_of_fold - without) < 0.01) == "holds"


def test_a_hidden_layer_pays_and_a_larger_one_does_not():
    found = lesson.cross_validate(known_rows(41)[0], {"one": (), "6": (6, 6), "24": (24, 24)})
    assert in_words(found["6"] > found["one"]) == "holds"
    assert np.median(found["24"]) < np.median(found["6"]) + 0.005


def test_without_the_two_columns_germans_are_called_less_and_the_network_is_too_low_for_them():
    gaps, recalls, too_low = [], [], []
    for seed in range(40, 43):
        training, validation, test = lesson.three_parts(load_churn(), seed)
        y_test, german = test.Exited.to_numpy(), (test.Geography == "Germany").to_numpy()
        rates = {}
        for name, left_out in (("with", []), ("without", ["Geography", "Gender"])):
            prepared = lesson.prepare(training, "Exited", leave_out=[*lesson.NAMES, *left_out])
            network = lesson.make_network(seed, n_in=len(prepared.names))
            lesson.train_side_by_side(
                [network], prepared(training), prepared.answers(training),
                (prepared(validation), prepared.answers(validation)), epochs=60, patience=10)
            y_hat = lesson.probabilities(network, prepared(test))
            called = y_hat > 0.2
            rates[name] = (called[german & (y_test == 0)].mean()
                           - called[~german & (y_test == 0)].mean(),
                           called[german & (y_test == 1)].mean())
        gaps.append(rates["with"][0] > rates["without"][0] + 0.05)
        recalls.append(rates["with"][1] > rates["without"][1])
        too_low.append(y_hat[german].mean() < y_test[german].mean() - 0.03)
    assert all(gaps) and all(recalls) and all(too_low)
