"""Lesson 05: its explorers move and tell the truth, and its pictures hold what they are given."""

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.activations import sigmoid
from course_lib.explorers.backpropagation import Boundary, Depth, Symmetry, TrainingRun
from course_lib.explorers.two_neurons import TwoNeurons, number
from course_lib.gradient_check import central_difference
from course_lib.plots import backpropagation as plots
from course_lib.plots.style import new_figure
from tests.explorer_checks import check_explorer

GIVEN = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.2, "w2": -1.2, "b2": 0.3}


@pytest.mark.parametrize("explorer", [TwoNeurons, Symmetry, Depth, Boundary])
def test_every_control_moves_the_picture(explorer):
    check_explorer(explorer())


# Two neurons ----------------------------------------------------------------------------------
def cost_of(x, y, w1, b1, w2, b2):
    return 0.5 * (sigmoid(sigmoid(x * w1 + b1) * w2 + b2) - y) ** 2


@pytest.fixture(scope="module")
def two_neurons():
    return TwoNeurons()


@pytest.mark.parametrize("name, node", [("x", "x"), ("w1", "w₁"), ("b1", "b₁"), ("w2", "w₂"),
                                        ("b2", "b₂")])
def test_the_gradients_are_what_a_nudge_does(two_neurons, name, node):
    _, gradients = two_neurons.run(**GIVEN)
    slope = central_difference(lambda v: cost_of(**(GIVEN | {name: v})), GIVEN[name], 1.0)
    assert np.isclose(gradients[node], slope, rtol=1e-7)


def test_the_formulas_on_screen_are_true(two_neurons):
    """Each "rule = numbers = result" is worked out again from the numbers that it shows."""
    values, gradients = two_neurons.run(**GIVEN)
    after = cost_of(**(GIVEN | two_neurons.updated(**GIVEN)))
    steps = two_neurons.steps(values, gradients, after)
    assert len(steps) == 16
    for _, rule, numbers in steps[1:15]:
        left, _, right = numbers.rpartition(" = ")
        if left:
            sum_ = left.replace("−", "-").replace("·", "*").replace("²", "**2").replace("½", "0.5*")
            got = eval(sum_.replace("σ", "sigmoid"), {"sigmoid": sigmoid})
            assert abs(got - float(right.replace("−", "-"))) < 2e-3, (rule, numbers)


def test_the_update_lowers_the_cost(two_neurons):
    assert "C from 0.2051 to 0.1687" in two_neurons.set(step=15)
    two_neurons.press("update")
    assert np.isclose(two_neurons.values["w2"], -1.2 + 0.1078, atol=1e-4)
    assert "C from 0.1687 to" in two_neurons.sentence


def test_values_come_forward_and_then_gradients_back(two_neurons):
    def shown(kind):
        return {n for n, a in two_neurons.graph[kind].items() if a.get_text() and a.get_visible()}

    two_neurons.set(step=0)
    assert shown("values") == {"x", "y", "w₁", "b₁", "w₂", "b₂"} and not shown("gradients")
    two_neurons.set(step=5)
    assert len(shown("values")) == 11 and not shown("gradients")
    two_neurons.set(step=7)
    assert shown("gradients") == {"ŷ", "z₂"}
    two_neurons.set(step=14)
    assert shown("gradients") == set(plots.NODES) - {"C", "y"}


def test_numbers_as_they_are_written():
    assert [number(v) for v in (-1.5, 0.0, -0.0, 2e-5, -2e-5)] == [
        "−1.500", "0.000", "0.000", "2.0e−05", "−2.0e−05"]


# Symmetry, depth, boundary -----------------------------------------------------------------------
def test_equal_neurons_stay_equal_and_random_ones_part():
    explorer = Symmetry()
    assert explorer.set(snapshot=60, start="all zero") == (
        "Weights start all zero. After 1500 epochs the 4 hidden neurons are all equal; the cost "
        "is 0.693 (from 0.693).")
    assert "are all equal; the cost is 0.27" in explorer.set(start="all equal, 0.5")
    assert "differ by up to 8." in explorer.set(start="small random, σ = 0.01")
    W = {start: W for start, (W, _) in explorer.runs.items()}
    assert not W["all zero"].any()
    assert np.ptp(W["all equal, 0.5"], axis=2).max() == 0
    assert len(set(np.round(W["Glorot"][-1, 0], 3))) == 4


@pytest.mark.parametrize("phi, scale, word", [
    ("sigmoid", 1.0, "vanishes"), ("tanh", 1.0, "arrives"), ("tanh", 0.4, "vanishes"),
    ("relu", 1.4, "arrives"), ("relu", 5.0, "explodes"), ("identity", 1.0, "arrives")])
def test_the_gradient_through_twenty_layers(phi, scale, word):
    assert f"The gradient {word}" in Depth().set(depth=20, phi=phi, scale=scale)


def test_depth_measures_every_layer():
    explorer = Depth()
    for depth in (1, 30):
        spread, norms = explorer.measure(1.0, depth, "tanh")
        assert len(spread) == len(norms) == depth + 1
    spread, norms = explorer.measure(2.0, 10, "identity")
    factors = norms[:-2] / norms[1:-1]
    assert 1.4 < np.median(factors) < 2.6  # a matrix with σ √n = 2 doubles, on average


def test_xor_needs_two_lines():
    explorer = Boundary()
    one = explorer.set(data="XOR", n_hidden=1, snapshot=25)
    many = explorer.set(n_hidden=8)
    assert one.startswith("XOR, 1 hidden neuron (") and "100%" not in one and "100%" in many


def test_training_anew_is_live_and_reproducible():
    explorer = Boundary()
    before = explorer.sentence
    explorer.press("train")
    assert len(explorer.live.costs) == 26 and explorer.values["snapshot"] == 25
    assert explorer.live.costs[-1] < explorer.live.costs[0]
    again = TrainingRun("two moons", 6, explorer.seed)
    again.train(16)
    assert again.costs[:2] == explorer.live.costs[:2]
    assert explorer.set(snapshot=8) != before


# Drawings ----------------------------------------------------------------------------------------
def test_the_lines_drawn_are_the_numbers_given():
    _, axes = new_figure(2, 2)
    plots.draw_blame(axes[0, 0], ["a", "b"], [1, -2], [1, -2])
    assert [bar.get_height() for bar in axes[0, 0].patches] == [1, -2]
    plots.draw_counts(axes[0, 1], [10, 100], [1, 10], [2, 20], [11, 1010])
    assert list(axes[0, 1].lines[1].get_ydata()) == [3, 30]
    plots.draw_step_sizes(axes[1, 0], [1e-3, 1], [1e-3, 1], [1e-6, 1])
    assert list(axes[1, 0].lines[1].get_ydata()) == [1e-6, 1]
    plots.draw_depths(axes[1, 1], [3, 5], {"tanh": [[1, 2], [3, 4], [5, 9]]})
    assert list(axes[1, 1].lines[0].get_ydata()) == [3, 4]


def test_all_nodes_fit_the_picture_and_none_overlap():
    places = [plots.place(node) for node in plots.NODES]
    for x, y in places:
        assert plots.WIDTH / 2 < x < 8 - plots.WIDTH / 2 and plots.HEIGHT / 2 < y < 4.5
    for n, (x, y) in enumerate(places):
        for other_x, other_y in places[:n]:
            assert abs(x - other_x) > plots.WIDTH or abs(y - other_y) > plots.HEIGHT
