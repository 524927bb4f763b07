"""Lesson 02: what its explorers say at known states, and what its drawings show."""

import asyncio
from unittest.mock import Mock

import numpy as np
import pytest

from course_lib.activations import ACTIVATIONS
from course_lib.figure.style import new_figure, png
from course_lib.lessons.lesson_02.activation_curves import (
    NAMES,
    DeadUnits,
    Depth,
    SideBySide,
    Temperature,
    curve,
    output_range,
    power,
)
from course_lib.lessons.lesson_02.figures import (
    draw_families,
    draw_function,
    draw_histograms,
    draw_zeros,
    histogram_columns,
    kink_lines,
    set_histograms,
)
from course_lib.lessons.lesson_02.layer_histograms import CHOICES, LayerHistograms, flat
from tests.machinery.explorer_checks import check_explorer

EXPLORERS = [SideBySide, Depth, DeadUnits, Temperature]
# Of a long list some are tried with all frames of the strip; the next test tries all without.
TRIES = {SideBySide: {"first": ["threshold", "softmax"], "second": ["none", "identity"]},
         Depth: {"activation": ["relu", "identity"]}}


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda explorer: explorer.__name__)
def test_explorer(explorer):
    check_explorer(explorer(), tries=TRIES.get(explorer))


@pytest.mark.parametrize("explorer", TRIES, ids=lambda explorer: explorer.__name__)
def test_all_options(explorer):
    all_options = explorer()
    all_options.strip = None
    check_explorer(all_options, tries={"second": ["none"]})


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


def test_depth_says_what_the_chain_rule_gives():
    explorer = Depth("sigmoid")
    kept = explorer.backward(20)
    assert kept[0] / kept[-1] < 0.25**19  # each layer takes at least a factor of 4, at scale 1
    assert "sigmoid, 20 layers of 64, weight scale 1.00" in explorer.sentence
    explorer.set(activation="relu", scale=2**0.5)
    kept = explorer.backward(20)
    assert 0.2 < kept[0] / kept[-1] < 5
    assert "gradient has size 0 in layer 20" in explorer.set(activation="threshold")
    assert "the gradient has size" in explorer.set(activation="identity", depth=1)
    explorer.close()


def test_depth_is_the_derivative_of_its_forward():
    explorer = Depth("tanh")
    explorer.set(depth=3)
    dZ = explorer.phis[2].backward(explorer.dA)
    for layer in (1, 0):
        dZ = explorer.phis[layer].backward(dZ @ explorer.dense[layer + 1].W.T)

    def top(Z):
        A = explorer.phis[0].phi(Z)
        for dense in explorer.dense[1:3]:
            A = np.tanh(A @ dense.W)
        return np.sum(explorer.dA * A)

    Z, h = explorer.phis[0].Z.copy(), 1e-5
    direction = np.random.default_rng(0).normal(size=Z.shape)
    measured = (top(Z + h * direction) - top(Z - h * direction)) / (2 * h)
    assert np.sum(dZ * direction) == pytest.approx(measured, rel=1e-6)
    assert explorer.backward(3)[0] == pytest.approx(np.sqrt(np.mean(dZ**2)))
    explorer.close()


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
    fig, (left, middle, right) = new_figure(1, 3)
    z = np.linspace(-1, 1, 5)
    line, dashed = draw_function(left, z, z**2, 2 * z, "square")
    assert line.get_linestyle() != dashed.get_linestyle() and left.get_title() == "square"
    draw_families(middle, [1, 2], {"a": [1, 2], "b": [2, 1]}, spread={"a": [0, 1], "b": [1, 0]})
    assert [t.get_text() for t in middle.get_legend().get_texts()] == ["a", "b"]
    draw_zeros(right, np.array([[0.0, 1.0], [-2.0, 0.0]]), "zeros")
    shown = right.images[0].get_array()
    assert shown.mask.tolist() == [[True, False], [False, True]]
    draw_zeros(right, np.zeros((2, 2)), "nothing")
    assert png(fig)
