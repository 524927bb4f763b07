"""The claims of lesson 06 and of its further notebook, on splits that their author did not use."""

import numpy as np
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
