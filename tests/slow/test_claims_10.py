"""The claim of lesson 10 on replicas, with seeds that its author did not use, in another bank."""

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="the extra scale is not installed")

from course_lib import scale
from course_lib.figure.verdict import in_words
from course_lib.lessons.lesson_10 import bank, experiments


@pytest.mark.parametrize("first", [100, 200])
def test_more_replicas_with_the_same_rows_end_at_a_higher_cost(first, tmp_path, monkeypatch):
    bank.write_bank(tmp_path, 90_000, 3, seed=first, row_group=2_500)
    table = scale.open_table(tmp_path, "Exited")
    table = scale.standardise(table, table.take(0, 32))
    make = experiments.make_network
    monkeypatch.setattr(experiments, "make_network", lambda seed: make(first + seed))
    few, some, many = experiments.replicas_and_cost(table.take(0, 32), table.take(32),
                                                    seeds=6).values()
    assert in_words((few < some) & (some < many)) == "holds"
    assert np.median(many) > np.median(few) + 0.02
