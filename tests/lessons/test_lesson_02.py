"""Lesson 02: what its explorers say, that their questions have answers, what its figures show."""

import asyncio
import re
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from course_lib.activations import ACTIVATIONS
from course_lib.figure.style import new_figure, png
from course_lib.lessons import lesson_02 as lesson
from course_lib.lessons.lesson_02 import bends, pages
from course_lib.lessons.lesson_02.activation_curves import NAMES, SideBySide, curve, output_range
from course_lib.lessons.lesson_02.bends import Bends
from course_lib.lessons.lesson_02.bends_in_the_plane import BendsInThePlane
from course_lib.lessons.lesson_02.dead_units import DeadUnits
from course_lib.lessons.lesson_02.depth import LAYERS, Depth, Stack, factors, per_layer, power
from course_lib.lessons.lesson_02.figures import (
    draw_function,
    draw_histograms,
    histogram_columns,
    kink_lines,
    level_lines,
    set_histograms,
)
from course_lib.lessons.lesson_02.layer_histograms import CHOICES, LayerHistograms, flat
from course_lib.lessons.lesson_02.temperature import Temperature
from tests.machinery import explorer_checks
from tests.machinery.explorer_checks import check_explorer

EXPLORERS = [Bends, BendsInThePlane, SideBySide, Depth, DeadUnits, Temperature]
# Of a long list some are tried with all frames of the strip; the next test tries all without.
TRIES = {SideBySide: {"first": ["threshold", "softmax"], "second": ["none", "identity"]},
         Depth: {"activation": ["relu", "identity"]},
         Bends: {"activation": ["threshold"], "target": ["wave"]},
         BendsInThePlane: {"activation": ["threshold"]}}


@pytest.fixture(autouse=True)
def units_are_put_back(monkeypatch):
    """Pointing gives units that are not in the hand other places, too; no control shows them."""
    everywhere = explorer_checks.point_everywhere

    def and_back(explorer):
        everywhere(explorer)
        if hasattr(explorer, "reset"):
            explorer.set(unit=1)
            explorer.reset()

    monkeypatch.setattr(explorer_checks, "point_everywhere", and_back)


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda explorer: explorer.__name__)
def test_explorer(explorer):
    check_explorer(explorer(), tries=TRIES.get(explorer))


@pytest.mark.parametrize("explorer", TRIES, ids=lambda explorer: explorer.__name__)
def test_all_options(explorer):
    all_options = explorer()
    all_options.strip = None
    check_explorer(all_options, tries={"second": ["none"]}, press=False)


def test_what_the_lesson_exports_is_there():
    assert all(callable(getattr(lesson, name)) for name in lesson.__all__)
    with pytest.raises(AttributeError, match="lesson 02 has no 'Bend'"):
        lesson.Bend  # noqa: B018


# Bends --------------------------------------------------------------------------------------------
def error(explorer):
    """The error that the sentence of Bends says."""
    return float(re.search(r"error ([\d.]+)", explorer.sentence)[1])


def right(explorer):
    """How many points BendsInThePlane has on the right side."""
    return int(re.search(r": (\d+) of 200", explorer.sentence)[1])


def finished(explorer, **values):
    """What gradient descent makes of the explorer's start."""
    explorer.press("reset")
    explorer.set(unit=1)
    explorer.set(**values)
    explorer.press("finish")
    return explorer


def test_three_relus_make_the_roof_by_hand():
    explorer = Bends()
    for unit, place, weight in ((1, -1.5, 1), (2, 0, -2), (3, 1.5, 1)):
        explorer.set(unit=unit)
        explorer.set(place=place, weight=weight)
    assert error(explorer) == 0
    moved = explorer.set(unit=2)  # and the sliders show what this unit was given
    assert explorer.values["weight"] == -2 and "Unit 2 bends at 0.0" in moved
    explorer.close()


def test_two_thresholds_make_the_box_by_hand():
    explorer = Bends("box", "threshold", 2)
    for unit, place, weight in ((1, -1, 1.5), (2, 1, -1.5)):
        explorer.set(unit=unit)
        explorer.set(place=place, weight=weight, slope=1)
    assert error(explorer) == 0
    explorer.close()


def test_gradient_descent_finishes_what_has_a_bend():
    explorer = Bends()
    assert error(finished(explorer)) < 0.02  # three relus, the roof
    assert error(finished(explorer, target="wave", units=8)) < 0.12
    explorer.set(target="roof", activation="identity")  # as in the lesson, without starting again
    explorer.press("finish")
    assert error(explorer) == 0.48
    for units in (1, 8):
        assert error(finished(explorer, activation="identity", target="roof", units=units)) == 0.48
    explorer.close()


def test_no_straight_line_comes_closer_to_the_roof_than_the_lesson_says():
    slopes, heights = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-1, 2, 301))
    lines = slopes[..., None] * bends.X + heights[..., None]
    away = np.sqrt(np.mean((lines - bends.TARGETS["roof"]) ** 2, axis=-1))
    assert f"{away.min():.2f}" == "0.48"
    explorer = Bends(activation="identity")
    for unit in (1, 2, 3):  # all weights 0: the flat line at 0 is further away, not closer
        explorer.set(unit=unit)
        explorer.set(weight=0.0)
    assert error(explorer) == pytest.approx(0.61, abs=0.005)
    explorer.close()


def test_a_threshold_keeps_its_places():
    explorer = finished(Bends(), activation="threshold")
    places = [unit["place"] for unit in explorer.store]
    np.testing.assert_allclose(places, [unit["place"] for unit in Bends.start], atol=1e-12)
    assert [u["weight"] for u in explorer.store[:3]] != [u["weight"] for u in Bends.start[:3]]
    explorer.close()


def test_the_picture_of_bends_is_the_sum():
    explorer = Bends(units=2)
    first, second = (line.get_ydata() for line in explorer.pieces[:2])
    np.testing.assert_allclose(explorer.sum.get_ydata(), first + second)
    explorer.set(bias=1.0)
    np.testing.assert_allclose(explorer.sum.get_ydata(), first + second + 1)
    assert [line.get_visible() for line in explorer.pieces] == [True, True] + [False] * 6
    assert explorer.here.get_xdata()[0] == explorer.values["place"]
    np.testing.assert_array_equal(explorer.aim.get_ydata(), bends.TARGETS["roof"])
    explorer.close()


def test_what_training_found_is_kept_exactly_until_it_is_moved():
    explorer = finished(Bends(), target="wave", units=4)
    before, exact = error(explorer), [dict(unit) for unit in explorer.store]
    for unit in (4, 2, 1):
        explorer.set(unit=unit)
    assert explorer.store == exact and error(explorer) == before
    explorer.set(place=2.0)
    assert explorer.store[0]["place"] == 2.0
    assert explorer.store[0]["slope"] == exact[0]["slope"] and explorer.store[1:] == exact[1:]
    explorer.close()


def test_the_unit_in_the_hand_is_one_in_use():
    explorer = Bends(units=5)
    explorer.set(unit=5)
    assert explorer.set(units=2).startswith("2 relu units") and explorer.values["unit"] == 2
    explorer.close()


@pytest.mark.parametrize("explorer", [Bends, BendsInThePlane])
def test_a_network_is_what_the_sliders_say(explorer):
    made = explorer()
    network, X, _, _ = made.network(made.values)
    before = [dict(unit) for unit in made.store]
    made.take_back(network)
    for old, new in zip(before, made.store, strict=True):
        assert new == pytest.approx(old)
    scores = network.predict(X)[:, 0]
    if explorer is Bends:
        np.testing.assert_allclose(scores, made.sum.get_ydata(), atol=1e-12)
    else:
        assert np.sum((scores > 0) == made.y[:, 0]) == right(made)
    made.close()


def test_four_relus_part_the_moons_and_fewer_do_not():
    explorer = BendsInThePlane()
    assert right(explorer) < 100  # it starts badly on purpose
    assert right(finished(explorer, units=4)) == 200
    assert right(finished(explorer, units=3, activation="tanh")) > 184
    explorer.set(activation="relu")
    for units in (1, 2, 3):
        assert 172 <= right(finished(explorer, units=units)) <= 182
    assert 172 <= right(finished(explorer, units=8, activation="identity")) <= 178
    explorer.close()


def test_the_boundary_is_where_the_sum_is_0():
    x, y = np.linspace(-1, 1, 41), np.linspace(-1, 1, 31)
    lines = level_lines(x, y, np.add.outer(2 * y, x) - 0.3)  # x + 2y = 0.3
    np.testing.assert_allclose(lines @ [1, 2], 0.3, atol=1e-12)
    length = np.linalg.norm(lines[:, 0] - lines[:, 1], axis=1).sum()
    assert length == pytest.approx(np.hypot(2, 1), rel=0.03)
    assert level_lines(x, y, np.ones((31, 41))).shape == (0, 2, 2)


def test_a_click_takes_a_unit_or_moves_it():
    explorer = Bends()
    x, y = explorer.large.transData.transform((1.04, 0))
    assert explorer.pointed(x, y) == {"place": 1.0}
    assert explorer.pointed(*explorer.small[1].bbox.corners().mean(axis=0)) == {"unit": 2}
    assert explorer.pointed(*explorer.small[5].bbox.corners().mean(axis=0)) is None  # not in use
    explorer.close()


# Curves -------------------------------------------------------------------------------------------
def test_every_activation_is_offered():
    assert set(NAMES) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "threshold"])
def test_curve_gives_the_function_and_its_slope(name):
    z, h = np.linspace(-3, 3, 30), 1e-6  # none of them 0, where some have a kink
    measured = (curve(name, z + h)[0] - curve(name, z - h)[0]) / (2 * h)
    np.testing.assert_allclose(curve(name, z)[1], measured, atol=1e-8)


@pytest.mark.parametrize("name, words", [("sigmoid", "0 to 1"), ("tanh", "−1 to 1"),
                                         ("relu", "0 to ∞"), ("identity", "−∞ to ∞"),
                                         ("softmax", "0 to 1"), ("elu", "−1 to ∞"),
                                         ("gelu", "−0.17 to ∞"), ("threshold", "0 to 1")])
def test_output_range(name, words):
    assert output_range(name) == words


@pytest.mark.parametrize("x, words", [(0, "0"), (0.25, "0.25"), (1, "1.00"), (3e-13, "3·10⁻¹³"),
                                      (2e4, "2·10⁴")])
def test_power(x, words):
    assert power(x) == words


def test_side_by_side_reads_out_saturation():
    explorer = SideBySide("sigmoid", "none")
    sentence = explorer.set(z=0.0)
    assert "output 0.500, slope 0.250, open (100% of its steepest slope)" in sentence
    assert "saturated" not in explorer.set(z=4.3)
    assert "saturated (5% of its steepest slope)" in explorer.set(z=4.4)
    both = explorer.set(first="relu", second="threshold", z=-2.0)
    assert both.startswith("z = −2.0. relu: output 0.000, slope 0.000, saturated")
    assert "threshold: output 0.000, slope 0.000, saturated" in both
    explorer.close()


def test_a_function_beside_itself_is_one_curve():
    explorer = SideBySide("tanh", "tanh")
    assert explorer.sentence.count("tanh") == 1
    explorer.close()


# Depth --------------------------------------------------------------------------------------------
def factor(explorer):
    return float(re.search(r"multiplies the gradient by ([\d.]+),", explorer.sentence)[1])


def test_the_edge_can_be_reached_with_the_slider():
    """Is there a scale at which 20 sigmoid layers pass a gradient on? Yes: between 10 and 11."""
    explorer = Depth("sigmoid")
    slider = explorer.controls["scale"]
    assert slider.base**slider.min == pytest.approx(0.1) and slider.base**slider.max > 29
    assert factor(explorer) < 0.25
    explorer.set(scale=4.0)
    assert 0.58 < factor(explorer) < 0.65
    for activation, low, high in (("sigmoid", 10, 11.3), ("tanh", 1.18, 1.4), ("relu", 1.37, 1.5)):
        explorer.set(activation=activation, scale=low)
        below = factor(explorer)
        explorer.set(scale=high)
        assert below < 1 < factor(explorer)
    edge = explorer.set(activation="sigmoid", scale=10**1.025)  # a place of the slider
    assert "weight scale 10.59: each layer multiplies the gradient by 0.99, so 0.81" in edge
    assert (explorer.shares[[0, -1]].sum(axis=0) > 0.55).all()  # most are near 0 or near 1
    explorer.close()


def test_depth_says_what_the_chain_rule_gives():
    explorer = Depth("sigmoid")
    kept = explorer.stack.backward()
    assert kept[0] / kept[-1] < 0.25**19  # each layer takes at least a factor of 4, at scale 1
    assert "sigmoid, 20 layers of 64, weight scale 1.00" in explorer.sentence
    assert "gradient by 0, so 0 of it" in explorer.set(activation="threshold")
    assert "gradient by 1.00, so 1.00" in explorer.set(activation="identity", depth=1)
    explorer.close()


def test_depth_is_the_derivative_of_its_forward():
    stack = Stack(np.random.default_rng(2))
    stack.forward("tanh", 1.3)
    dZ = stack.dA * (1 - stack.A[2] ** 2)
    for layer in (1, 0):
        dZ = (dZ @ (1.3 * stack.weights[layer + 1]).T) * (1 - stack.A[layer] ** 2)

    def top(Z):
        A = np.tanh(Z)
        for W in stack.weights[1:3]:
            A = np.tanh(A @ (1.3 * W))
        return np.sum(stack.dA * A)

    Z, h = stack.Z[0].copy(), 1e-5
    direction = np.random.default_rng(0).normal(size=Z.shape)
    measured = (top(Z + h * direction) - top(Z - h * direction)) / (2 * h)
    assert np.sum(dZ * direction) == pytest.approx(measured, rel=1e-6)
    assert stack.backward(3)[0] == pytest.approx(np.sqrt(np.mean(dZ**2)))


@pytest.mark.parametrize("seed", [50, 51, 52])  # not those of the lesson
def test_the_edges_are_where_the_lesson_says(seed):
    assert factors("sigmoid", [1, 4, 10, 11.5], [seed])[0] == pytest.approx(
        [0.23, 0.62, 0.97, 1.04], abs=0.1)
    assert factors("tanh", [1.26], [seed])[0, 0] == pytest.approx(1, abs=0.05)
    assert factors("relu", [2**0.5], [seed])[0, 0] == pytest.approx(1, abs=0.06)
    assert factors("threshold", [1.0], [seed])[0, 0] == 0
    assert per_layer(np.array([16.0, 8, 4, 2])) == pytest.approx(2) and LAYERS == 20


# Dead units, softmax ------------------------------------------------------------------------------
def test_dead_units_are_dead():
    explorer = DeadUnits(learning_rate=1.0, bias=0.0)
    assert "0 of 24 units are silent" in explorer.set(step=0)
    assert "24 of 24 units" in explorer.set(learning_rate=30, bias=-2.0, step=100)
    relu = explorer.set(learning_rate=10**0.5)
    off = explorer.history[0][2]
    for W, b, still_off in explorer.history:  # what is dead at the start never moves
        assert still_off[off].all()
        np.testing.assert_array_equal(W[:, off], explorer.history[0][0][:, off])
        np.testing.assert_array_equal(b[off], explorer.history[0][1][off])
    assert off.any() and "no gradient reaches them" in relu
    assert "rows, for now;" in explorer.set(activation="elu")
    assert explorer.silents[-1] < explorer.silents[0]
    explorer.close()


def test_temperature_and_shift():
    explorer = Temperature()
    shares = explorer.sentence.split(": ")[1].split(".  ")[0]
    for shift in (800, -800):
        sentence = explorer.set(shift=shift)
        assert shares[:25] in sentence and "nan, nan, nan, nan" in sentence
    assert "1.000, 0.000, 0.000, 0.000" in explorer.set(shift=0, temperature=0.1)
    assert "0.26" in explorer.set(temperature=10**1.5)
    explorer.close()


@pytest.fixture(scope="module")
def few_rows():
    """Two small sets of ten classes, each class at its own place, and their names."""
    rng = np.random.default_rng(0)

    def rows(n, n_in):
        y = rng.integers(10, size=n)
        return 2 * np.eye(10, n_in)[y] + 0.3 * rng.normal(size=(n, n_in)), y

    return {name: (*rows(200, n_in), *rows(100, n_in)) for name, n_in in (("a", 12), ("b", 20))}


def test_layer_histograms(few_rows):
    check_explorer(LayerHistograms(few_rows))


def test_layer_histograms_say_what_a_forward_pass_gives(few_rows):
    explorer = LayerHistograms(few_rows, "relu")
    X, _, X_test, y_test = few_rows["a"]
    network = explorer.network(X.shape[1], "relu")
    network.predict(X_test)
    zero = [np.mean(layer.A == 0) for layer in network.layers[1:-1:2]]
    before = explorer.set(passes=0)
    assert ", ".join(f"{100 * z:.0f}" for z in zero) + "%" in before
    edges, shares, zeros, saturated, _, _ = explorer.records["a", "relu"][10]
    np.testing.assert_allclose(shares.sum(axis=1) + zeros, 1)  # nothing is left out
    np.testing.assert_array_equal(saturated, zeros)  # a rectifier is flat where it is 0
    assert "100%" in explorer.set(passes=10) and "a, relu, after 10 passes" in explorer.sentence
    assert "saturated" in explorer.set(activation="tanh", data="b")
    assert explorer.records.keys() == {("a", "relu"), ("b", "tanh")}  # trained when first chosen
    explorer.close()


def test_layer_histograms_are_shown_while_a_network_learns(few_rows):
    explorer, said = LayerHistograms(few_rows, "relu"), []
    explorer.picture.observe(lambda change: said.append(change.new), "sentence")

    async def choose():
        explorer.controls["activation"].value = "tanh"
        assert "tanh, after 0 passes of 10, still learning" in said[-1]
        while "learning" in said[-1]:
            await asyncio.sleep(0.001)
            if len(explorer.records["a", "tanh"]) == 4:  # another choice comes in between
                explorer.controls["activation"].value = "relu"
                assert "relu, after 10 passes, layers" in said[-1]
                explorer.controls["activation"].value = "tanh"
                assert "tanh, after 3 passes of 10, still learning" in said[-1]

    asyncio.run(asyncio.wait_for(choose(), 30))
    assert "tanh, after 10 passes, layers" in said[-1]
    at_once = LayerHistograms(few_rows, "relu")
    assert at_once.set(activation="tanh") == said[-1]
    assert at_once.picture.frame == explorer.picture.frame


def test_layer_histograms_begin_anew_after_an_error(few_rows, monkeypatch):
    explorer, module = LayerHistograms(few_rows, "relu"), LayerHistograms.__module__
    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.run_epoch", Mock(side_effect=[None, KeyboardInterrupt]))
        with pytest.raises(KeyboardInterrupt):
            explorer.set(activation="tanh")
    assert "tanh, after 10 passes, layers" in explorer.set(activation="tanh")


@pytest.mark.parametrize("name, edge", [("sigmoid", 4.36), ("tanh", 2.18)])
def test_flat_is_what_the_lesson_calls_saturated(name, edge):
    z = np.array([0, edge - 0.02, edge + 0.02, -edge - 0.02])
    assert flat(name, z).tolist() == [False, False, True, True]
    assert {choice[0] for choice in CHOICES.values()} <= set(ACTIVATIONS)


def test_histogram_columns_count_everything():
    layers = [np.array([0.1, 0.1, 0.9, 5.0]), np.array([-3.0, 0.6, 0.6, 0.6])]
    shares = histogram_columns(layers, np.array([0, 0.5, 1]))
    np.testing.assert_array_equal(shares, [[0.5, 0.25], [0.5, 0.75]])


def test_fewer_layers_leave_columns_white():
    fig, ax = new_figure()
    image = draw_histograms(ax, np.full((4, 6), 0.25), (0, 1))
    assert image.get_array().count() == 24
    set_histograms(image, np.full((4, 2), 0.25))
    assert image.get_array().shape == (4, 6) and image.get_array().count() == 8


def test_kink_lines_are_where_the_sum_is_zero():
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(2, 5)), rng.normal(size=5)
    for ends, w, bias in zip(kink_lines(W, b), W.T, b, strict=True):
        np.testing.assert_allclose(ends @ w + bias, 0, atol=1e-10)
        assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(20)
    assert np.isfinite(kink_lines(np.zeros((2, 1)), np.zeros(1))).all()


def test_drawings_of_the_notebook():
    fig, ax = new_figure()
    z = np.linspace(-1, 1, 5)
    line, dashed = draw_function(ax, z, z**2, 2 * z, "square")
    assert line.get_linestyle() != dashed.get_linestyle() and ax.get_title() == "square"
    assert png(fig)


# The notebook -------------------------------------------------------------------------------------
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def texts(path):
    nbformat = pytest.importorskip("nbformat")
    return [output.get("text") or output.data["text/plain"]
            for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
            for output in cell.outputs]


def test_what_the_lesson_says_is_what_came_out():
    said = "\n".join(texts(NOTEBOOKS / "02_activations.ipynb"))
    assert "Holds: sigmoid, tanh, relu; does not hold: threshold." in said
    assert "does not hold: threshold, sigmoid" in said and "from −4 to 4" in said
    assert "Holds: s = 1, s = 4; does not hold: s = 10.6." in said
    assert "sigmoid 10.6, tanh 1.3, relu 1.4" in said and "False" not in said


@pytest.mark.parametrize("seeds", [range(20, 24)])  # not those of the lesson
def test_a_hidden_threshold_does_not_learn_and_still_gets_most_points(seeds):
    runs = lesson.threshold_runs(seeds=seeds)
    assert (runs["threshold"]["first layer"] == 0).all()
    for run in runs.values():
        assert (run["last layer"] > 0.5).all() and np.median(run["right"]) > 0.75
    assert all((runs[n]["first layer"] > 0.1).all() for n in ("sigmoid", "tanh", "relu"))


def test_hidden_thresholds_are_no_better_than_a_straight_line():
    runs = lesson.threshold_runs(("threshold", "sigmoid", "relu", "identity"), seeds=range(10))
    right = {name: run["right"].mean() for name, run in runs.items()}
    assert right["threshold"] == pytest.approx(0.85, abs=0.01)
    assert right["identity"] == pytest.approx(0.89, abs=0.01) and right["identity"] > 0.87
    assert right["sigmoid"] == pytest.approx(right["identity"], abs=0.01)
    assert right["relu"] == pytest.approx(0.95, abs=0.015)
    assert 2.5 < (1 - right["threshold"]) / (1 - right["relu"]) < 3.7


def test_a_faded_signal_is_one_value_a_unit_the_same_for_every_input():
    stack = Stack(np.random.default_rng(2))
    last = stack.forward("sigmoid", 1.0)[1][-1]
    assert last.std(axis=0).max() < 1e-11  # between inputs
    assert 0.2 < last.min() < 0.3 and 0.7 < last.max() < 0.8  # between units


def test_above_the_edge_tanh_is_chaotic_and_relu_grows():
    stack = Stack(np.random.default_rng(2))
    stack.X = np.stack([stack.X[0], stack.X[0] + 1e-6])
    a, b = stack.forward("tanh", 3.0)[1][-1]
    assert np.abs(a - b).max() > 1e-4 and np.abs(a).max() <= 1
    a, b = stack.forward("relu", 3.0)[1][-1]
    assert np.abs(a).max() > 1e5 and np.abs(a - b).max() < 1e-4 * np.abs(a).max()


def test_a_roof_of_relus_has_the_weights_of_the_lesson():
    relu = ACTIVATIONS["relu"][0]
    x = bends.X
    roof = relu(x + 1.5) - 2 * relu(x) + relu(x - 1.5)
    np.testing.assert_allclose(roof, bends.TARGETS["roof"], atol=1e-12)


def test_numbers_of_the_prose():
    z = np.linspace(-9, 9, 18001)
    assert curve("gelu", z)[0].min() == pytest.approx(-0.17, abs=0.005)
    assert np.sqrt(1 / ((1 + 0.2**2) / 2)) == pytest.approx(1.39, abs=0.005)
    assert 0.25**20 == pytest.approx(9.1e-13, rel=0.01)


def test_the_figures_of_the_lesson(monkeypatch):
    shown = []
    monkeypatch.setattr(pages, "show", lambda fig, text: shown.append((fig, text)))
    pages.draw_whole_family()
    pages.draw_gate()
    pages.draw_shares({"a": 2.0, "b": 1.0, "c": -2.0})
    pages.draw_edges(("relu",), seeds=range(2))
    assert all(png(fig) for fig, _ in shown)
    family, gate, shares, edges = shown
    for ax, name in zip(family[0].axes, pages.FAMILY, strict=True):
        np.testing.assert_array_equal(ax.lines[2].get_ydata(),
                                      curve(name, np.linspace(-4, 4, 401))[0])
    legend = family[0].axes[0].get_legend().get_lines()
    assert [line.get_linestyle() for line in legend] == ["-", "--"]
    assert "a 0.72, b 0.27, c 0.01; together 1.00" in shares[1]
    assert [bar.get_height() for bar in shares[0].axes[0].patches] == [2, 1, -2]
    assert "relu 1.4" in edges[1]


def test_what_goes_deeper_says_what_came_out():
    said = "\n".join(texts(NOTEBOOKS / "further" / "02_which_activation_trains.ipynb"))
    for verdict in ("Holds: relu + He, tanh + Glorot; does not hold: relu + Glorot",
                    "relus die” Holds: rate 10, rate 30; does not hold: rate 1.",
                    "Holds: relu, leaky_relu; does not hold: elu.",
                    "Holds: ×4 at 0.3, ×4 at 1; does not hold: ×1 at 0.3, ×1 at 1.",
                    "The best combination lies inside the grid.",
                    "relu gets more right than the sigmoid” Holds.",
                    "does not hold: 8 hidden."):
        assert verdict in said


def test_the_weights_decide_whether_a_sigmoid_network_learns():
    """One change at a time, with seeds that the notebook does not use."""
    rows = lesson.spoken_digits()
    for factor, learns in ((1, False), (4, True)):
        for rate in (0.3, 1):
            found = lesson.measure(partial(lesson.deep, "sigmoid", 4, factor=factor), rows, rate,
                                   seeds=(40, 41))
            assert ((found > 0.2) == learns).all()


def test_a_network_that_diverges_is_measured_as_it_was():
    rows = lesson.spoken_digits()
    network = lesson.learn(lesson.deep("relu", 4, 0), rows.train, 1e6, 0, passes=1)
    assert np.isfinite(network.parameters).all() and lesson.right(network, rows.test) < 0.3


def test_inputs_are_standardised_and_the_parts_apart():
    rows = lesson.spoken_digits()
    X = np.concatenate([rows.train[0], rows.valid[0]])
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-9)
    assert len(rows.train[0]) == 1000 and len(rows.valid[0]) == 200 and len(rows.test[0]) == 400


def test_the_grid_is_drawn_with_its_numbers(monkeypatch):
    shown = []
    monkeypatch.setattr(pages, "show", lambda fig, text: shown.append((fig, text)))
    pages.draw_grid(np.array([[0.1, 0.2, 0.1], [0.1, 0.9, 0.1], [0, 0, 0]]), (1, 2, 4), (1, 2, 3))
    pages.draw_grid(np.array([[0.1, 0.9], [0.2, 0.1]]), (1, 2), (1, 2))
    assert "inside the grid" in shown[0][1] and "at an edge of the grid" in shown[1][1]
    numbers = [text.get_text() for text in shown[0][0].axes[0].texts]
    assert numbers[:5] == ["10%", "20%", "10%", "10%", "90%"]
