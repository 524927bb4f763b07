"""Lesson 05: its explorers move and tell the truth, and its pictures hold what they are given."""

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.activations import sigmoid
from course_lib.explorers.backpropagation import Depth, Symmetry
from course_lib.explorers.build_network import BuildNetwork
from course_lib.explorers.two_neurons import TwoNeurons, number
from course_lib.gradient_check import central_difference
from course_lib.plots import backpropagation as plots
from course_lib.plots import expression
from course_lib.plots.style import new_figure
from tests.explorer_checks import check_explorer

GIVEN = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.2, "w2": -1.2, "b2": 0.3}


@pytest.mark.parametrize("explorer", [TwoNeurons, Symmetry, Depth])
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


# A network that the reader builds ----------------------------------------------------------------
class Quick(BuildNetwork):
    """Does not wait to be watched."""

    pace, at_most = 0, 40


def test_every_control_of_the_network_moves_the_picture():
    check_explorer(Quick(), tries={"weight": ["2.2 → ŷ", "bias of 1.1"],
                                   **{f"layer{n}": [0, 8] for n in (1, 2, 3)}})


def test_the_network_is_the_one_that_was_chosen():
    explorer = Quick()
    assert explorer.set().startswith("XOR, 2–4–2–1 network, tanh")
    assert len(explorer.controls["weight"].options) == 8 + 8 + 2 + 7
    assert explorer.set(layer1=0, layer3=3, data="circles").startswith("circles, 2–2–3–1 network")
    assert explorer.set(layer2=0, layer3=0).startswith("circles, 2–1 network")
    assert list(explorer.controls["weight"].options) == ["x₁ → ŷ", "x₂ → ŷ", "bias of ŷ"]


def test_training_is_live_and_starts_again_from_the_same_weights():
    explorer = Quick()
    start, sentence = explorer.network.parameters.copy(), explorer.set()
    explorer.press("train")
    trained = explorer.network.parameters.copy()
    assert "epoch 40: cost 0.07, on points held out 0.10, 98% of them" in explorer.sentence
    explorer.press("reset")
    assert explorer.sentence == sentence and np.array_equal(explorer.network.parameters, start)
    explorer.press("train")
    assert np.array_equal(explorer.network.parameters, trained)
    explorer.press("again")
    assert not np.array_equal(explorer.network.parameters, start)
    assert Quick(epochs=40).sentence.startswith("XOR, 2–4–2–1 network, tanh, rate 0.1, epoch 40")


@pytest.mark.parametrize("data, neurons, starts, share", [
    ("XOR", 1, 0, "76%"), ("XOR", 2, 0, "99%"), ("XOR", 2, 1, "76%"), ("circles", 2, 0, "76%"),
    ("circles", 3, 0, "100%")])
def test_how_many_neurons_it_takes(data, neurons, starts, share):
    explorer = Quick()
    explorer.set(data=data, layer1=neurons, layer2=0)
    for _ in range(starts):
        explorer.press("again")
    for _ in range(300):
        explorer.epoch()
    assert "epoch 300: cost 0." in explorer.set() and f"{share} of them" in explorer.sentence


def test_without_a_bend_the_boundary_stays_straight():
    explorer = Quick()
    explorer.set(phi="identity", layer1=8, layer2=8, layer3=8)
    explorer.press("train")
    ends = np.concatenate(explorer.contours[0].get_paths()[0].to_polygons(closed_only=False))
    assert np.linalg.matrix_rank(ends - ends[0], tol=0.05) == 1


def test_a_rate_that_is_too_large_says_so_and_leaves_the_weights_finite():
    explorer = Quick()
    explorer.set(layer1=8, layer2=8, layer3=8, phi="identity", learning_rate=3.0)
    explorer.press("train")
    assert "diverged" in explorer.sentence and np.isfinite(explorer.network.parameters).all()
    explorer.set(learning_rate=0.03)
    explorer.press("reset")
    assert "diverged" not in explorer.sentence


def test_the_slider_is_the_weight():
    explorer = Quick(epochs=5)
    first, second = explorer.dense[:2]
    assert explorer.values["value"] == round(first.W[0, 0], 1) != first.W[0, 0]
    explorer.set(weight="x₂ → 1.3")
    assert explorer.values["value"] == round(first.W[1, 2], 1)
    before = explorer.network.parameters.copy()
    sentence = explorer.set(value=-2.5)
    assert first.W[1, 2] == -2.5 and "x₂ → 1.3: −2.5." in sentence
    assert np.sum(explorer.network.parameters != before) == 1
    explorer.set(weight="bias of 2.1", value=1.5)
    assert second.b[0] == 1.5 and first.W[1, 2] == -2.5
    cost, held_out, _ = explorer.costs[-1]
    z = explorer.network.forward(explorer.X)
    assert np.isclose(cost, explorer.cost.value(z, explorer.y))
    assert f"cost {cost:.2f}, on points held out {held_out:.2f}" in explorer.sentence


def test_a_weight_that_is_moved_while_the_network_trains_is_what_training_goes_on_from():
    explorer = Quick()
    training = explorer.train()
    next(training)
    explorer._pressed = "train"  # as while its button runs: no frame is drawn in between
    explorer.controls["value"].value = -6.0
    assert explorer.dense[0].W[0, 0] == -6
    next(training)
    assert -6.5 < explorer.dense[0].W[0, 0] < -5.5 and explorer.shown < -5.4


def test_a_press_on_a_line_or_a_neuron_chooses_its_weight():
    explorer = Quick()
    names, lines = list(explorer.where), explorer.lines
    at = lines[:, 0] + 0.3 * (lines[:, 1] - lines[:, 0])  # where no two lines cross
    assert [explorer.pointed(x, y)["weight"] for x, y in at] == names[:len(lines)]
    corners = np.concatenate(explorer.places[1:])
    assert [explorer.pointed(x + 9, y + 9)["weight"] for x, y in corners] == names[len(lines):]
    assert explorer.pointed(5, 5) is None
    assert explorer.set(**explorer.pointed(*corners[2] + 20)).endswith("bias of 1.3: 0.0.")


def test_a_map_is_what_its_neuron_does_over_the_plane():
    explorer = Quick()
    explorer.set(data="two moons")
    explorer.press("train")
    cells = explorer.scene["maps"].cells
    assert [colours.shape for _, colours in cells] == 9 * [(80, 80, 4)]
    warm = [colours[::2, ::2, 0].astype(int) - colours[::2, ::2, 2] for _, colours in cells]
    x1, x2, answer = warm[0], warm[1], explorer.scene["answer"].get_array()
    assert (x1[1:-1, 3] < 0).all() and (x1[1:-1, 36] > 0).all()  # from left to right
    assert (x2[3, 1:-1] < 0).all() and (x2[36, 1:-1] > 0).all()  # from below to above
    assert np.mean((warm[-1] > 0) == (answer > 0.5)) > 0.9       # but for the frame
    assert np.mean((warm[-1].T > 0) == (answer > 0.5)) < 0.9     # the test can fail


# The graph of an expression ----------------------------------------------------------------------
def test_a_node_is_right_of_what_it_is_computed_from():
    edges = [(0, 2), (1, 2), (0, 4), (3, 4), (2, 5), (4, 5), (5, 6), (0, 6)]
    places, paths = expression.layered(7, edges)
    assert [column for column, _ in places[:7]] == [0, 0, 1, 0, 1, 2, 3]
    assert all(places[path[k + 1]][0] == places[path[k]][0] + 1
               for path in paths for k in range(len(path) - 1))
    assert len(paths[-1]) == 4 and paths[-1][0] == 0 and paths[-1][-1] == 6
    assert len(set(places)) == len(places)  # nothing is on top of anything


def test_the_graph_shows_the_numbers_that_it_is_given():
    _, ax = new_figure()
    expression.draw_expression(ax, [("a", 2, -4.5), ("×", 4, 1)], [(0, 1, 2), (0, 1, 2.25)])
    words = [text.get_text() for text in ax.texts]
    for word in ("a", "2", "−4.5", "×", "4", "1", "· 2", "· 2.25"):
        assert word in words


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
