"""The claims of lesson 08, with seeds that its author did not use."""

import numpy as np
import pytest

from course_lib.lessons.lesson_08 import claims, writing
from course_lib.recurrent import RNN


@pytest.mark.parametrize("seeds", [range(100, 105), range(200, 205)], ids=str)
def test_only_an_open_gate_remembers_with_a_small_budget(seeds):
    solved = {name: np.mean([claims.recall(name, 150, seed) > 0.95 for seed in seeds])
              for name in claims.KINDS}
    assert solved["RNN"] <= 0.2 and solved["LSTM, forget bias 1"] <= 0.2
    assert solved["GRU, keep bias 3"] >= 0.8
    assert solved["LSTM, forget bias 3"] > solved["RNN"]


def test_with_a_large_budget_the_usual_lstm_is_not_ahead():
    seeds = range(300, 304)
    solved = {name: [claims.recall(name, 600, seed) > 0.95 for seed in seeds]
              for name in claims.KINDS if name != "GRU, keep bias 3"}
    assert np.mean(solved["LSTM, forget bias 3"]) >= 0.75
    assert np.mean(solved["LSTM, forget bias 1"]) <= 0.5


@pytest.mark.parametrize("seed", [100])
def test_a_writer_learns_in_twelve_epochs(seed):
    _, bits = writing.trained_writer(seed, 12)
    rivals = list(writing.rivals().values())
    assert bits[0] < rivals[2] and rivals[3] < bits[-1] < 2.15
    assert bits[-1] < bits[3] < bits[0]
    _, without = writing.trained_writer(seed, 12, RNN)
    assert all(np.array(bits) < without) and 2.1 < without[-1] < 2.35
    assert without[0] < rivals[2]
