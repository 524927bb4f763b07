"""Lesson 06: its explorers, its pictures, the same model in other libraries, the original table."""

import contextlib
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_lib import metrics
from course_lib.activations import sigmoid
from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets import churn as churn_data
from course_lib.datasets.table import prepare
from course_lib.figure.style import new_figure, png
from course_lib.layers import Activation, Dense
from course_lib.lessons import lesson_06 as lesson
from course_lib.lessons.lesson_06 import bank
from course_lib.lessons.lesson_06 import figures as plots
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "06_bank_churn.ipynb"
NUMBERS = ["CreditScore", "Age", "Tenure", "Balance", "NumOfProducts", "HasCrCard",
           "IsActiveMember", "EstimatedSalary"]


def encode(table):
    return table[NUMBERS].assign(
        Germany=table.Geography == "Germany", Spain=table.Geography == "Spain",
        Female=table.Gender == "Female").astype(float).to_numpy()


def trained(X, y, seed, sizes=(6, 6)):
    """The lesson's network with the settings of its claims: batch 64, 40 epochs."""
    rng, layers, n_in = np.random.default_rng(seed), [], X.shape[1]
    for n in sizes:
        layers += [Dense(n_in, n, rng=rng, initializer="he"), Activation("relu")]
        n_in = n
    network = Network([*layers, Dense(n_in, 1, rng=rng)])
    fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(0.003), epochs=40,
        batch_size=64, rng=rng, progress=False)
    return network


def split(table, seed):
    X, y = encode(table), table.Exited.to_numpy(float)
    order = np.random.default_rng(seed).permutation(len(X))
    train, test = order[:8000], order[8000:]
    return (X - X[train].mean(axis=0)) / X[train].std(axis=0), y, train, test


@pytest.fixture(scope="module")
def table():
    return churn_data.load_churn()


@pytest.fixture(scope="module")
def ours(table):
    """The lesson's data and network on its own split: X, y, train, test, network."""
    X, y, train, test = split(table, 0)
    return X, y, train, test, trained(X[train], y[train], 0)


# What the lesson promises -----------------------------------------------------------------------
def test_the_network_is_good_and_one_neuron_is_not(ours):
    X, y, train, test, network = ours
    deep = metrics.auc(network.predict(X[test]), y[test])
    neuron = metrics.auc(trained(X[train], y[train], 0, sizes=()).predict(X[test]), y[test])
    assert deep >= 0.84
    assert deep > neuron + 0.05


def original_folder():
    for folder in (os.environ.get("COURSE_DATA_DIR"), ROOT.parent / "shared" / "data"):
        if folder and (Path(folder) / churn_data.ORIGINAL_NAME).is_file():
            return folder
    return None


@pytest.mark.skipif(original_folder() is None,
                    reason="the original table is not here: set COURSE_DATA_DIR to its folder")
def test_the_original_table(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA_DIR", str(original_folder()))
    original = churn_data.load_churn("original")
    scores = []
    for seed in range(5):
        X, y, train, test = split(original, seed)
        z = trained(X[train], y[train], seed).predict(X[test])
        scores.append((metrics.auc(z, y[test]), metrics.accuracy(sigmoid(z), y[test])))
    auc, accuracy = np.mean(scores, axis=0)
    with capsys.disabled():
        print(f" [original table, five splits: AUC {auc:.3f}, accuracy {accuracy:.3f}] ", end="")
    assert auc >= 0.845
    assert accuracy >= 0.85


# The same model in other libraries, as printed in the lesson --------------------------------------
def blocks():
    """The Python blocks in the lesson's text."""
    nbformat = pytest.importorskip("nbformat")
    place = ROOT / "notebooks" / "further" / "06_claims.ipynb"
    cells = nbformat.read(place, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("library", ["sklearn", "torch"])
def test_the_block_of_another_library_agrees(library, table, ours):
    imported = pytest.importorskip(library)
    if library == "torch":
        imported.set_num_threads(1)  # many threads wait for each other longer than they work
    X, y, train, test, network = ours
    (block,) = [block for block in blocks() if library in block]
    assert len(block.splitlines()) <= 17
    names = {"churn": table, "X": X, "y": y, "train": train, "test": test}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block, library, "exec"), names)
    theirs = float(printed.getvalue()) if library == "sklearn" else metrics.auc(
        names["z"], y[test])
    assert theirs == pytest.approx(metrics.auc(network.predict(X[test]), y[test]), abs=0.03)


# Pictures -----------------------------------------------------------------------------------------
def test_rates_have_the_intervals_of_wilson():
    """Their ends solve |seen − p| = 1.96 √(p(1 − p)/n), and none has no length."""
    fig, ax = new_figure()
    seen, n = np.array([0.5, 0.5, 0.2, 1.0, 0.0]), np.array([100, 400, 50, 43, 10])
    bars = plots.draw_rates(ax, range(5), seen, n)
    (segments,) = [c.get_segments() for c in bars[2]]
    ends = np.array([[bottom[1], top[1]] for bottom, top in segments])
    distance = 1.96 * np.sqrt(np.maximum(ends * (1 - ends), 0) / n[:, None])
    np.testing.assert_allclose(np.abs(seen[:, None] - ends), distance, atol=1e-7)
    assert (np.diff(ends) > 0.05).all()
    assert np.round(ends[3], 2).tolist() == [0.92, 1.0]  # 43 of 43
    assert png(fig)


def test_the_tiles_show_the_counts_and_can_be_moved():
    _, ax = new_figure()
    image, texts = plots.draw_confusion(ax, [[1560, 40], [220, 180]])
    assert [t.get_text() for t in texts] == ["1,560", "40", "220", "180"]
    plots.move_confusion(image, texts, [[0, 0], [1, 3]])
    assert [t.get_text() for t in texts] == ["0", "0", "1", "3"]
    assert image.get_array().tolist() == [[0, 0], [0.25, 0.75]]


def test_the_architecture_has_a_dot_a_neuron_and_a_line_a_weight():
    _, ax = new_figure()
    plots.draw_architecture(ax, [11, 6, 6, 1])
    lines = ax.get_lines()
    dots = [line for line in lines if line.get_linestyle() == "None"]
    assert [len(line.get_xdata()) for line in dots] == [11, 6, 6, 1]
    assert len(lines) - len(dots) == 66 + 36 + 6


def test_the_minimum_of_the_cost_is_marked():
    _, ax = new_figure()
    thresholds = np.linspace(0, 1, 5)
    _, star = plots.draw_threshold_cost(ax, thresholds, np.array([4.0, 2, 1, 3, 5]), 2)
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (0.5, 1)


@pytest.mark.parametrize("draw", [
    lambda ax: plots.draw_signal(ax, ["Age", "Id"], [0.2, 0.01], [0.02, 0.02]),
    lambda ax: plots.draw_roc(ax, {"a": ([0, 0.5, 1], [0, 1, 1])}),
    lambda ax: plots.draw_precision_recall(ax, {"a": (np.ones(3), np.linspace(0, 1, 3))}, 0.2),
    lambda ax: plots.draw_calibration(ax, {"a": ([0.2, 0.8], [0.1, 0.9], [50, 50])}),
    lambda ax: plots.draw_groups(ax, ["A", "B"], {"with": [0.2, 0.3], "without": [0.1, 0.2]},
                                 ylabel="rate"),
], ids=["signal", "roc", "precision-recall", "calibration", "groups"])
def test_every_picture_has_named_axes_and_a_legend(draw):
    fig, ax = new_figure()
    draw(ax)
    assert ax.get_legend() is not None
    assert ax.get_xlabel() or ax.get_ylabel()
    assert png(fig)


# Explorers ----------------------------------------------------------------------------------------
@pytest.fixture
def widgets():
    pytest.importorskip("anywidget")
    from course_lib.lessons.lesson_06 import churn, overfitting
    from tests.machinery.explorer_checks import check_explorer
    return churn, overfitting, check_explorer


def test_exit_rates(widgets, table):
    churn, _, check = widgets
    check(churn.ExitRates(table))
    explorer = churn.ExitRates(table)
    rates = table.groupby("NumOfProducts").Exited.mean()
    sentence = explorer.set(column="NumOfProducts")
    assert f"lowest at 2, {rates[2]:.1%}" in sentence
    assert f"highest at 4, {rates[4]:.1%}" in sentence
    assert "Surname" not in explorer.groups
    groups, _, count, sliced = explorer.groups["Age"]
    assert sliced and groups[0] == "18" and count.min() >= 20
    explorer.close()


def test_threshold_cost(widgets):
    churn, _, check = widgets
    rng = np.random.default_rng(0)
    y_hat = rng.random(20_000)
    y = (rng.random(20_000) < y_hat).astype(int)  # calibrated
    check(churn.ThresholdCost(y_hat[:500], y[:500]))
    explorer = churn.ThresholdCost(y_hat, y)
    cost = explorer.cost(offer=100, customer=1000, success=0.5)
    assert abs(np.argmin(cost) / 100 - 0.2) <= 0.05
    assert cost[-1] == pytest.approx(1000 * y.mean())  # no offers: each leaver is lost
    assert cost[0] == pytest.approx(100 + 500 * y.mean())  # an offer to all: half are kept
    assert "theory says 0.20" in explorer.set(threshold=0.3)
    assert explorer.set(threshold=1.0).startswith("Threshold 1.00: 0 offers")
    explorer.close()


def test_overfitting(widgets):
    _, overfitting, check = widgets
    rng = np.random.default_rng(0)
    X = rng.normal(size=(900, 11))
    y = (rng.random(900) < sigmoid(X[:, 0] * 2)).astype(float)
    rows = X[:600], y[:600], (X[600:], y[600:])
    fewer = {"rows": [200, 600], "width": [1, 64], "learning_rate": [1e-4, 1.0]}
    check(overfitting.Overfitting(*rows), tries=fewer, press=False)

    explorer = overfitting.Overfitting(*rows)
    training, validation = explorer.curves
    assert len(training) == explorer.epochs + 1
    assert validation[-1] > min(validation) + 0.2 > training[-1] + 0.2  # learnt by heart
    explorer.set(width=1, depth=1)
    assert "Press Train for 11-1-1 (14 parameters)" in explorer.sentence
    explorer.press("train")
    training, validation = explorer.curves
    assert explorer.sentence.startswith("11-1-1 (14 parameters)")
    assert abs(validation[-1] - training[-1]) < 0.15
    assert explorer.before[0][-1] < training[-1]
    explorer.close()


def test_one_customer(widgets, table, ours):
    churn, _, check = widgets
    network = ours[-1]
    raw = encode(table)
    train = ours[2]
    mean, scale = raw[train].mean(axis=0), raw[train].std(axis=0)

    def model(rows):
        return sigmoid(network.predict((encode(rows) - mean) / scale))[:, 0]

    check(churn.OneCustomer(model, table.iloc[0]))
    explorer = churn.OneCustomer(model, table.iloc[1])
    rows = explorer.rows(age=41, balance=80_000, products=1, active=True, country="Spain")
    assert len(rows) == 2 * 75 + 7
    now, *changed = rows.iloc[150:].to_dict("records")
    differences = [{k for k in now if now[k] != row[k]} for row in changed]
    assert differences == [{"Age"}, {"Age"}, {"IsActiveMember"}, {"NumOfProducts"}, set(),
                           {"Gender"}]  # with one product there is no fewer
    said = float(re.search(r"the model says (\d\.\d\d)", explorer.set(age=60))[1])
    expected = model(table.iloc[[1]].assign(Age=60, Balance=80_000.0))[0]
    assert said == pytest.approx(expected, abs=0.005)
    explorer.close()


# What the lesson says ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def chosen(table):
    """The lesson's network on its own split: preparation, network, the three parts."""
    training, validation, test = lesson.three_parts(table)
    prepared = prepare(training, "Exited", leave_out=lesson.NAMES)
    networks = [lesson.make_network(seed) for seed in range(3)]
    histories = lesson.train_side_by_side(
        networks, prepared(training), prepared.answers(training),
        (prepared(validation), prepared.answers(validation)), epochs=100, patience=10)
    best = np.argmin([min(history.validation_cost) for history in histories])
    return prepared, networks[best], training, validation, test


def test_the_three_parts_share_nobody(chosen, table):
    _, _, training, validation, test = chosen
    numbers = [set(part.CustomerId) for part in (training, validation, test)]
    assert [len(part) for part in numbers] == [6400, 1600, 2000]
    assert set.union(*numbers) == set(table.CustomerId)


def test_what_the_test_says(chosen):
    prepared, network, *_, test = chosen
    y_hat, y = lesson.probabilities(network, prepared(test)), prepared.answers(test)
    assert metrics.auc(y_hat, y) > 0.85
    (tn, fp), (fn, tp) = metrics.confusion_matrix(y_hat, y, 0.19)
    saved = (1000 * y.sum() - 100 * (fp + tp) - 1000 * (fn + tp / 2)) / len(y)
    assert 38 < saved < 48                              # "about 43 € per customer"


def test_the_household_column_leaks_until_it_is_out_of_fold(chosen):
    _, _, training, validation, _ = chosen
    plain, everybody, training_rows, others = lesson.household_leak(
        pd.concat([training, validation]), len(training)).values()
    assert everybody > plain + 0.1 and training_rows < plain - 0.08
    assert abs(others - plain) < 0.01


def test_own_answers_are_left_out_of_the_share():
    table = pd.DataFrame({"Exited": [1, 0, 1, 0]})
    homes, rows = np.array(["a", "a", "a", "b"]), np.array([0, 1])
    own = bank.share_that_left(table, rows, homes, own=True)
    others = bank.share_that_left(table, rows, homes, own=False)
    assert own.tolist() == [0.5, 0.5, 0.5, 0.5]         # nobody of home b: the mean
    assert others.tolist() == [0.0, 1.0, 0.5, 0.5]


def test_the_pictures_of_the_lesson(chosen, capsys):
    prepared, network, training, validation, test = chosen
    y_hat, y = lesson.probabilities(network, prepared(validation)), prepared.answers(validation)
    lesson.show_age(training)
    lesson.show_by_threshold(y_hat, y)
    lesson.show_calibration({"validation": (y_hat, y)})
    lesson.show_order({"network": y_hat}, y)
    lesson.show_who_pays({"one": y_hat, "two": y_hat}, y, validation, 0.2)


def test_the_messy_file_is_messy_and_can_be_used():
    text = lesson.messy_file(rows=300).read_text(encoding="utf-8")
    assert ";" in text.splitlines()[0] and ";;" in text and "Yes" in text and "Branch" in text
    mine = pd.read_csv(lesson.messy_file(rows=300), sep=None, engine="python")
    prepared = prepare(mine, "Left", leave_out=lesson.NAMES)
    assert {"Balance missing", "Geography missing", "Branch B"} <= set(prepared.names)
    assert np.isfinite(prepared(mine)).all()


def test_the_stored_trees_say_which_version_measured_them():
    stored = json.loads((ROOT / "data" / "bank_churn" / "boosted_trees.json").read_text())
    assert stored["scikit-learn"] and set(stored["auc"]) == {str(seed) for seed in range(1, 21)}
    assert all(0.8 < value < 0.9 for value in stored["auc"].values())
