"""Lesson 10: its explorers tell the truth, and its sentences are what was measured."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.lessons import lesson_10 as lesson
from course_lib.lessons.lesson_10 import bank, bill, pictures
from course_lib.lessons.lesson_10.exercises import ORDER
from tests.machinery.explorer_checks import check_explorer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "10_scaling_out.ipynb"


@pytest.fixture(scope="module")
def cells():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def said(cells):
    """All that the executed notebook printed and said of its pictures."""
    return "\n".join("".join(output.get("text", output.get("data", {}).get("text/plain", "")))
                     for cell in cells for output in cell.get("outputs", []))


@pytest.fixture(scope="module")
def prose(cells):
    return " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


@pytest.fixture(scope="module")
def found():
    return bill.measured()


# Explorers ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("explorer", [lesson.SplitGradient, lesson.Replicas, lesson.Waiting,
                                      lesson.ScalingBill])
def test_every_control_moves_the_picture(explorer):
    check_explorer(explorer())


def test_the_weighted_arrow_never_moves_and_the_plain_one_does():
    split = lesson.SplitGradient()
    ends = {name: [] for name in split.ends}
    for cut in range(1, split.n):
        assert "which is the gradient of all rows;" in split.set(cut=cut, plain=True)
        for name, line in split.ends.items():
            ends[name].append(np.array(line.get_data())[:, 1])
    assert np.ptp(ends["whole"], axis=0).max() < 1e-12
    assert np.ptp(ends["plain"], axis=0).max() > 0.5
    off = np.linalg.norm(np.array(ends["plain"]) - ends["whole"], axis=1)
    assert np.flatnonzero(off < 1e-9).tolist() == [split.n // 2 - 1]    # equal parts, nowhere else


def test_at_some_cut_the_step_of_a_part_leads_away_from_the_minimum():
    split = lesson.SplitGradient()
    whole = split.gradient(slice(None))
    assert any(split.gradient(slice(0, cut)) @ whole < 0 for cut in range(1, split.n))


def test_replicas_that_meet_after_each_step_are_one_computer():
    replicas = lesson.Replicas()
    A, c = replicas.moments(np.arange(replicas.n))
    w = replicas.start
    paths = replicas.walk(4, 1, 0.15, False)
    for path in paths:
        w = w - 0.15 * (A @ w - c)
        assert np.allclose(path[:, -1].mean(axis=0), w, rtol=1e-12)


def test_long_walks_in_corners_end_beside_the_minimum_and_shuffled_ones_at_it():
    replicas = lesson.Replicas()
    over = {}
    for steps in (1, 10, 30):
        for mixed in (False, True):
            sentence = replicas.set(round=12, replicas=4, steps=steps, mixed=mixed, rate=0.15)
            over[steps, mixed] = float(re.search(r"is ([\d.]+) above", sentence)[1])
    assert over[30, False] > over[10, False] > 0.01
    assert over[30, True] < 0.001
    assert round(over[30, False], 2) == 0.07


def test_a_step_lasts_as_long_as_its_slowest_worker():
    waiting = lesson.Waiting()
    rng = np.random.default_rng(0)
    for workers, chance, slower in ((4, 0.02, 5), (100, 0.02, 5), (50, 0.01, 3)):
        times = np.where(rng.uniform(size=(20_000, workers)) < chance, slower, 1.0)
        assert np.isclose(waiting.expected(workers, chance, slower), times.max(axis=1).mean(),
                          rtol=0.03)
    at = {n: waiting.expected(n, 0.01, 5) for n in (50, 100)}
    assert at[50] < 3 < at[100]                     # as the lesson says
    assert round(waiting.expected(100, 0.02, 5), 1) == 4.5
    assert round(1 - 0.98**100, 2) == 0.87
    assert waiting.expected(10**6, 0.02, 5) == 5


def test_the_bill_says_what_the_lesson_says_of_it(found):
    of = bill.fitted(found)
    n = np.unique(np.round(np.logspace(0, 4, 200)).astype(int))
    assert np.all(np.diff(of.epoch(1e7, 1e4, n, 100)) > 0)          # no number of workers helps
    assert 7 <= n[np.argmin(of.epoch(1e7, 1e6, n, 100))] <= 9       # about eight are best
    week, rows, weights = 7 * 86_400, 1e10, 1e6
    assert of.local_epoch(rows, 20, weights) > week > of.local_epoch(rows, 30, weights)
    assert of.epoch(rows, 1e4, n, weights).min() > week
    for network in (1e9 / 8, 1e11 / 8):
        slow = bill.replace(of, byte=1 / network)
        assert slow.local_epoch(rows, 100, weights) < slow.epoch(rows, 1e4, 100, weights)


def test_the_bill_is_right_within_a_quarter_where_it_was_measured(found):
    of = bill.fitted(found)
    for workers in (1, 2, 4):
        measured = found["step"][f"{workers} worker{'s' * (workers > 1)}"]
        predicted = of.step(np.array(found["step"]["rows"]), workers, cores=2)
        assert np.all(np.abs(np.log(predicted / measured)) < np.log(1.3))


@pytest.mark.parametrize("seconds, words", [
    (0.0123, "12 ms"), (1.26, "1.3 s"), (90, "90 s"), (300, "5 minutes"), (7_200, "2 hours"),
    (400_000, "4.63 days"), (1e9, "31.7 years"), (3.2e11, "1.01e+04 years")])
def test_times_are_said_in_words(seconds, words):
    assert bill.in_words(seconds) == words


# What the lesson says -----------------------------------------------------------------------------
def test_what_was_measured_is_what_the_prose_says(found, said):
    step = found["step"]
    alone, two = np.array(step["one process"]), np.array(step["2 workers"])
    assert 36 < two[0] / alone[0] < 40              # nearly forty times slower
    crossing = np.interp(0, np.log(alone / two), np.log(step["rows"]))
    assert 2e5 < np.exp(crossing) < 5e5             # a few hundred thousand rows
    epoch = found["epoch"]
    whole, worker = epoch["all in memory"]["memory"], epoch["2 workers, 8 replicas"]
    assert 2_450 < whole < 2_600 and 6 < whole / worker["memory of a worker"] < 8
    assert worker["memory of a worker"] < 512
    assert 3.8 < (epoch["one process, part by part"]["rows a second"]
                  / epoch["all in memory"]["rows a second"]) < 4.5
    gains = pictures.gains()
    assert 0.95 < gains["121 weights"]["2 workers"] < 1.15
    assert 1.45 < gains["5,057 weights"]["2 workers"] < 1.6
    assert found["rows"] >= 10_000_000
    assert f"{gains['5,057 weights']['2 workers']:.2f} times with 5,057" in said


def test_two_workers_train_locally_at_least_1_4_times_as_fast_as_one(found):
    for some, pair in ((found["epoch"], "2 workers, 8 replicas"), (found["larger"], "2 workers")):
        assert some[pair]["rows a second"] > 1.4 * some["1 worker"]["rows a second"]


def test_the_notebook_shows_what_it_promises(said):
    assert "weighted:    True" in said and "plain mean:  False" in said
    assert "a worker was killed: True" in said and "same to the last bit: True" in said
    assert "“more replicas, the same rows: a higher cost” Holds." in said
    costs = [float(cost) for cost in re.findall(r"steps: cost (\d\.\d+)", said)]
    assert costs == sorted(costs, reverse=True) and costs[0] - costs[-1] > 0.1
    assert re.search(r"lowest cost of 18 trainings is at a rate of 0\.0(03|1|3) ", said)


def test_the_links_lead_somewhere(prose):
    for target in re.findall(r"\]\(((?!http|#)[\w./]+)\)", re.sub(r"`[^`]*`", "", prose)):
        assert (NOTEBOOK.parent / target).exists(), target


def test_a_terabyte_is_ten_billion_rows():
    assert 0.5e12 < 1e10 * len(bank.COLUMNS) * 8 < 2e12


# The bank -----------------------------------------------------------------------------------------
def test_the_invented_customers_are_like_the_ten_thousand():
    from course_lib.datasets import load_churn

    known, new = load_churn(), bank.customers(40_000, np.random.default_rng(3))
    assert tuple(new.columns) == bank.COLUMNS and len(new) == 40_000
    assert abs(new.Exited.mean() - known.Exited.mean()) < 0.01
    assert abs(new.Age.mean() - known.Age.mean()) < 0.3
    german = new.Germany == 1
    assert abs(new.Exited[german].mean()
               - known.Exited[known.Geography == "Germany"].mean()) < 0.02
    assert abs(new.Age[new.Exited == 1].mean() - known.Age[known.Exited == 1].mean()) < 0.5


def test_each_file_has_its_own_seed_so_that_anybody_may_write_it(tmp_path):
    pytest.importorskip("pyarrow")
    import pandas as pd

    bank.write_bank(tmp_path / "a", 300, 3)
    bank.write_bank(tmp_path / "b", 300, 3)
    for name in ("customers-000.parquet", "customers-002.parquet"):
        assert pd.read_parquet(tmp_path / "a" / name).equals(pd.read_parquet(tmp_path / "b" / name))
    assert not pd.read_parquet(tmp_path / "a" / "customers-000.parquet").equals(
        pd.read_parquet(tmp_path / "a" / "customers-001.parquet"))


# Exercises ----------------------------------------------------------------------------------------
def test_the_workers_of_the_solution_use_every_row_once():
    for workers in (1, 2, 3, 7):
        dealt = [ORDER.solution(20, workers, worker, 5, 1) for worker in range(workers)]
        assert sorted(np.concatenate(dealt)) == list(range(20))
