"""Lesson 05: its explorers move and tell the truth, and its pictures hold what they are given."""

import re

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.activations import sigmoid
from course_lib.figure.style import new_figure
from course_lib.gradient_check import central_difference
from course_lib.lessons.lesson_05 import broken, claims, counting, customer, value
from course_lib.lessons.lesson_05 import expression_figure as expression
from course_lib.lessons.lesson_05 import figures as plots
from course_lib.lessons.lesson_05.backpropagation import Depth, Symmetry
from course_lib.lessons.lesson_05.build_network import BuildNetwork
from course_lib.lessons.lesson_05.plane_points import DATA
from course_lib.lessons.lesson_05.two_neurons import TwoNeurons, number
from course_lib.training import run_epoch
from tests.machinery.explorer_checks import check_explorer

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
    assert ("epoch 40: training cost 0.07, 98% right; held out 0.10, 98% right; mean |w| 1.22."
            in explorer.sentence)
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
    assert "epoch 300: training cost 0." in explorer.set()
    assert re.search(rf"; held out 0.\d\d, {share} right; ", explorer.sentence)


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
    for (X, y), (cost, _, right, _) in (((explorer.X, explorer.y), explorer.costs[-1]),
                                        (explorer.held_out, np.roll(explorer.costs[-1], -1))):
        z = explorer.network.forward(X)
        assert np.isclose(cost, explorer.cost.value(z, y))
        assert right == np.mean((z > 0) == y)
        assert f" {cost:.2f}, {right:.0%} " in explorer.sentence


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
    assert explorer.set(**explorer.pointed(*corners[2] + 20)).count("bias of 1.3: 0.0. ") == 1


def test_a_map_is_what_its_neuron_does_over_the_plane():
    explorer = Quick()
    explorer.set(data="two moons")
    explorer.press("train")
    cells = explorer.scene["maps"].cells
    assert [colours.shape for _, colours in cells] == 9 * [(80, 80, 4)]
    warm = [colours[::2, ::2, 0].astype(int) - colours[::2, ::2, 2] for _, colours in cells]
    x1, x2 = warm[:2]
    plane = explorer.scene["answer"].colours.view(np.uint8).reshape(390, 390, 4)[5::10, 5::10]
    answer = plane[..., 0].astype(int) - plane[..., 2]           # above 0: warm, class 1
    assert (x1[1:-1, 3] < 0).all() and (x1[1:-1, 36] > 0).all()  # from left to right
    assert (x2[3, 1:-1] < 0).all() and (x2[36, 1:-1] > 0).all()  # from below to above
    shrunk = warm[-1][:39, :39]
    assert np.mean((shrunk > 0) == (answer > 0)) > 0.9           # but for the frame
    assert np.mean((shrunk.T > 0) == (answer > 0)) < 0.9         # the test can fail


@pytest.mark.parametrize("data", DATA)
def test_noise_spreads_the_same_points(data):
    explorer = Quick(data=data)
    kept, fresh = explorer.X, explorer.held_out[0]
    explorer.set(noise=0.2)
    little, classes = explorer.X - kept, explorer.y
    explorer.set(noise=0.5)
    assert np.allclose(explorer.X - kept, 2.5 * little) and np.array_equal(explorer.y, classes)
    assert 0.18 < little.std() < 0.22 and abs(little.mean()) < 0.03
    assert 0.18 < 0.4 * (explorer.held_out[0] - fresh).std() < 0.22
    assert not np.isclose(explorer.held_out[0] - fresh, 2.5 * little).any()  # another draw
    drawn = np.concatenate([points.get_xydata() for points in explorer.scene["points"]])
    assert np.array_equal(drawn, explorer.X[np.argsort(explorer.y[:, 0], kind="stable")])
    explorer.set(noise=0)
    assert np.array_equal(explorer.X, kept)


def test_noise_and_decay_start_again_from_the_same_weights():
    explorer = Quick(epochs=5)
    first = Quick().network.parameters
    for change in ({"noise": 0.3}, {"l2": 0.01}):
        explorer.epoch()
        assert "epoch 0: " in explorer.set(**change)
        assert np.array_equal(explorer.network.parameters, first)


def gradient_of_the_step(explorer):
    """What one step on all points at once takes off the parameters, by γ; they are put back."""
    before = explorer.network.parameters.copy()
    run_epoch(explorer.network, explorer.X, explorer.y, cost=explorer.cost,
              optimizer=explorer.optimizer, batch_size=explorer.n)
    step = before - explorer.network.parameters
    explorer.network.parameters[:] = before
    return step / explorer.optimizer.learning_rate


def test_decay_is_the_gradient_of_its_penalty():
    explorer = Quick(epochs=3, layer3=2, l2=0.1)
    for layer in explorer.dense:
        layer.b += 0.3  # a penalty on the biases has to show
    parameters = explorer.network.parameters

    def cost_with(w):
        kept, parameters[:] = parameters.copy(), w
        C = explorer.cost.value(explorer.network.forward(explorer.X), explorer.y)
        penalty = 0.5 * 0.1 * sum(np.sum(layer.W**2) for layer in explorer.dense)
        parameters[:] = kept
        return C + penalty

    slopes = [central_difference(cost_with, parameters.copy(), direction)
              for direction in np.eye(len(parameters))]

    def right():
        return np.allclose(gradient_of_the_step(explorer), slopes, atol=1e-7)

    assert right()
    decay = explorer.optimizer.decay
    for wrong in (2 * decay, 0 * decay, -decay, np.full_like(decay, 0.1)):  # the last: biases, too
        explorer.optimizer.decay = wrong
        assert not right()


def test_decay_makes_weights_smaller_and_closes_the_gap_that_noise_opens():
    sizes, gaps = [], []
    for l2 in (0, 0.003, 0.01, 0.1):
        explorer = Quick(100, noise=0.5, layer1=8, layer2=8, learning_rate=0.3, l2=l2)
        sizes.append(np.mean(np.abs(np.concatenate([d.W.ravel() for d in explorer.dense]))))
        cost, held_out, _, _ = explorer.costs[-1]
        gaps.append(held_out - cost)
        assert f"mean |w| {sizes[-1]:.2f}. " in explorer.sentence
    assert sizes[0] > 1.5 * sizes[1] and sizes[1] > 1.1 * sizes[2] and sizes[3] < 0.001
    assert gaps[0] > 0.3 and 0.1 < gaps[1] < 0.22 and gaps[2] < 0.16 and gaps[3] < 0.01
    assert explorer.sentence.startswith(
        "XOR, noise 0.5, 2–8–8–1 network, tanh, rate 0.3, λ 0.1, epoch 100: ")


@pytest.mark.parametrize(("l2", "words"), [
    (0, "training cost 0.10, 96% right; held out 0.73, 86% right; mean |w| 1.29."),
    (0.01, "training cost 0.19, 92% right; held out 0.31, 86% right; mean |w| 0.43."),
    (0.1, "mean |w| 0.00.")])
def test_what_the_instructor_is_told_of_decay(l2, words):
    explorer = BuildNetwork(300, noise=0.5, layer1=8, layer2=8, learning_rate=0.3, l2=l2)
    assert words in explorer.sentence


# A state that is shared --------------------------------------------------------------------------
def called(explorer):
    """The explorer that is made by the call in the sentence."""
    _, _, call = explorer.sentence.partition("The same again: ")
    return eval(call, {"BuildNetwork": Quick})


@pytest.mark.parametrize("chosen", [
    {}, {"data": "spirals", "layer1": 8, "layer2": 8, "noise": 0.2, "l2": 0.01},
    {"layer1": 0, "layer2": 0, "phi": "relu", "learning_rate": 0.3, "weight": "bias of ŷ"},
    {"data": "two moons", "layer2": 0, "layer3": 5, "noise": 0.5, "weight": "2.5 → ŷ"}])
def test_the_call_in_the_sentence_makes_the_same_network(chosen):
    explorer = Quick()
    explorer.set(**chosen)
    explorer.press("again")
    explorer.press("train")
    again = called(explorer)
    assert np.array_equal(again.network.parameters, explorer.network.parameters)
    assert again.sentence == explorer.sentence and again.values == explorer.values
    assert again.picture.frame == explorer.picture.frame and len(again.costs) == 41
    assert explorer.sentence.endswith(", seed=2)")


def test_the_call_in_the_sentence_of_a_network_that_diverged():
    explorer = Quick()
    explorer.set(layer1=8, layer2=8, layer3=8, phi="identity", learning_rate=3.0)
    explorer.press("train")
    assert "diverged" in explorer.sentence
    assert np.array_equal(called(explorer).network.parameters, explorer.network.parameters)
    assert "diverged" in Quick(40, layer1=8, layer2=8, layer3=8, phi="identity",
                               learning_rate=3.0).sentence


def test_there_is_no_call_for_what_was_changed_on_the_way():
    explorer = Quick()
    assert explorer.sentence.endswith(" The same again: BuildNetwork(epochs=0)")
    explorer.set(value=3.3)
    assert explorer.sentence.endswith("A weight was set by hand: no call makes this again.")
    explorer.epoch()
    assert explorer.set(value=0.3).endswith("by hand: no call makes this again.")
    explorer.press("reset")
    assert "The same again" in explorer.set(learning_rate=0.3)  # nothing was trained with another
    explorer.epoch()
    assert explorer.set(learning_rate=1.0).endswith("on the way: no call makes this again.")
    assert "The same again" in explorer.set(learning_rate=0.3)
    explorer.set(learning_rate=1.0)
    explorer.epoch()
    assert "no call makes" in explorer.set() and "no call makes" in explorer.set(learning_rate=0.3)
    explorer.press("reset")
    assert "The same again" in explorer.sentence


@pytest.mark.parametrize("wrong, message", [
    ({"noize": 0.1}, "got noize; expected some of epochs, seed, data, noise, layer1,"),
    ({"value": 1.0}, "got value; expected some of"), ({"train": True}, "got train; expected"),
    ({"data": "spiral"}, "data='spiral'; expected one of .*'circles', 'spirals'"),
    ({"noise": 0.6}, r"noise=0.6; expected one of \(0, 0.1, 0.2, 0.3, 0.4, 0.5\)"),
    ({"noise": np.nan}, "noise=nan; expected one of"), ({"noise": None}, "noise=None; expected"),
    ({"l2": "0.01"}, "l2='0.01'; expected one of"), ({"layer1": 9}, r"layer1=9; .*7, 8\)"),
    ({"layer2": 0, "weight": "2.1 → ŷ"}, "weight='2.1 → ŷ'; expected one of .*'1.4 → ŷ'"),
    ({"epochs": -1}, "epochs=-1; expected 0, 1, 2, …"), ({"epochs": 2.0}, "epochs=2.0; expected"),
    ({"epochs": True}, "epochs=True; expected"), ({"seed": -1}, "seed=-1; expected 0, 1, 2"),
    ({"seed": "3"}, "seed='3'; expected")])
def test_what_cannot_be_chosen_is_named(wrong, message):
    with pytest.raises(ValueError, match=f"BuildNetwork got .*{message.removeprefix('got ')}"):
        Quick(**wrong)


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


# A number that remembers --------------------------------------------------------------------------
def test_the_slopes_of_a_value_are_what_a_nudge_does():
    def f(a, b):
        return ((2 * a - b) ** 3 / (1 + b**2) + (a * b).tanh() - 1).relu() * a - (-a) + 1 / b

    for a, b in ((0.7, -1.2), (1.9, 0.4), (-0.3, 0.8)):
        x, y = value.Value(a), value.Value(b)
        f(x, y).backward()
        h = 1e-6
        assert np.isclose(x.gradient, (f(value.Value(a + h), y).data
                                       - f(value.Value(a - h), y).data) / (2 * h), rtol=1e-6)
        assert np.isclose(y.gradient, (f(x, value.Value(b + h)).data
                                       - f(x, value.Value(b - h)).data) / (2 * h), rtol=1e-6)


@pytest.mark.parametrize("made", [
    lambda v: v * 3, lambda v: 3 * v, lambda v: v + 1, lambda v: 1 + v, lambda v: v - v,
    lambda v: v**2, lambda v: 2 - v, lambda v: v - 2, lambda v: v / 2, lambda v: 2 / v,
    lambda v: -v])
def test_a_value_gets_along_with_constants(made):
    v = value.Value(1.5)
    assert np.isclose(made(v).data, made(1.5))


def test_going_back_twice_is_going_back_once_and_a_long_sum_is_no_trouble():
    v = value.Value(3.0)
    C = v * v
    C.backward()
    C.backward()
    assert v.gradient == 6 and repr(v) == "Value(3, gradient 6)"
    total = sum((v for _ in range(5000)), value.Value(0.0))
    total.backward()
    assert v.gradient == 5000


def test_a_value_stands_behind_all_that_it_was_made_of():
    a, b = value.Value(2.0), value.Value(3.0)
    c = a * b
    order = value.in_order((c + a) * c)
    places = {id(v): n for n, v in enumerate(order)}
    assert len(places) == len(order) == 5
    assert all(places[id(origin)] < places[id(v)] for v in order for origin, _ in v.notes)


def test_yours_is_used_when_it_is_right_and_it_is_said(capsys):
    from course_lib.lessons.lesson_05.exercises_values import Number, backward

    assert value.yours_or_ours(Number, backward) == (Number, backward)
    assert "we use your Number and your backward" in capsys.readouterr().out
    assert value.yours_or_ours(value.Value, lambda C: None) == (value.Value, value.backward)
    assert "your backward cannot be used yet" in capsys.readouterr().out.replace("Your", "your")


# What the lesson's sentences say ----------------------------------------------------------------
def test_thirteen_slopes_by_nudging_and_by_going_back():
    bank, client, left = customer.wrong_about()
    assert bank.n_parameters == 13 and left.item() == 0
    probability = sigmoid(bank.forward(client)).item()
    assert 0.755 < probability < 0.765  # 0.76: no digit near a tie
    cost = claims.COST
    bank.backward(cost.gradient(bank.forward(client), left))
    w, gradients = bank.parameters, bank.gradients.copy()
    for i in range(13):
        kept, sides = w[i], []
        for nudge in (1e-6, -1e-6):
            w[i] = kept + nudge
            sides.append(cost.value(bank.forward(client), left))
        w[i] = kept
        assert np.isclose((sides[0] - sides[1]) / 2e-6, gradients[i], atol=1e-8)


def test_his_age_and_his_products():
    from course_lib.datasets.churn import load_churn

    row = load_churn().iloc[customer.CUSTOMER]
    assert (row.Age, row.NumOfProducts, row.Exited, row.Gender) == (33, 3, 0, "Male")


def test_what_the_check_says_of_each_mistake():
    found = broken.classic_mistakes()
    assert all(error < 1e-6 for error in found.pop("nothing wrong").values())
    assert all(not max(errors.values()) < 1e-2 for errors in found.values())
    assert np.isclose(found["a minus dropped"]["gradient"], 2)
    assert np.isclose(found["a sum for a mean"]["gradient"], 0.9)
    transposed = found["a matrix not transposed"]
    assert transposed["dX"] > 0.1 and max(transposed["dW"], transposed["db"]) < 1e-6
    assert np.isnan(found["added to dW, not set"]["dW"])


@pytest.mark.parametrize("seed", range(5))
def test_where_the_check_and_the_truth_differ(seed):
    found = broken.blind_spots(seed)
    assert len(found) == 4 and all(right != passes for right, passes in found.values())


@pytest.mark.parametrize("shape", [(2, 3, 1), (4, 16, 1), (4, 16, 16, 16, 1), (4, 32, 32, 1)])
def test_forward_and_back_cost_two_to_three_runs_forward(shape):
    n = counting.multiplications(*shape)
    assert n["back"] == 2 * n["forward"]
    assert 2 < 1 + n["back in training"] / n["forward"] < 3
    assert n["forward"] == 10 * sum(a * b for a, b in zip(shape, shape[1:], strict=False))


def test_counted_numbers_count():
    counting.Counted.times = 0
    a = counting.counted(np.ones((2, 3))) @ counting.counted(np.ones((3, 4)))
    assert counting.Counted.times == 2 * 3 * 4 and (a == 3).all()


def test_the_graph_of_the_small_circuit(monkeypatch):
    shown = []
    monkeypatch.setattr(expression, "show", lambda fig, text: shown.append((fig, text)))
    w, x, b = value.Value(2), value.Value(3), value.Value(1)
    C = 0.5 * (w * x + b - 4) ** 2
    C.backward()
    expression.show_graph(C, w=w, x=x, b=b)
    (fig, text), = shown
    assert text.endswith("Gradients: w 9, x 6, b 3.")
    words = [t.get_text() for t in fig.axes[0].texts]
    assert {"w", "x", "b", "+", "×", "f", "4.5", "9", "6", "3"} <= set(words)
    frames = [p.get_window_extent() for p in fig.axes[0].patches]
    legend = [t.get_window_extent() for t in fig.axes[0].texts
              if t.get_text() in ("value", "gradient", "· slope on the way")]
    assert len(legend) == 3
    assert not any(frame.overlaps(word) for frame in frames for word in legend)


# What is drawn and what is said ------------------------------------------------------------------
def test_the_notebook_says_what_is_shown():
    """Numbers in the prose, against what the cells and the explorers say."""
    explorer = TwoNeurons()
    values, gradients = explorer.run(**(GIVEN | {"w2": 3, "b2": 3, "y": 0}))
    assert round(values["C"], 2) == 0.49 and round(gradients["w₂"], 3) == 0.004
    _, gradients = explorer.run(**(GIVEN | {"w2": 0}))
    assert gradients["a₁"] == gradients["z₁"] == gradients["w₁"] == gradients["b₁"] == 0
    _, gradients = explorer.run(**GIVEN)
    assert gradients["b₂"] == gradients["z₂"] and gradients["b₁"] == gradients["z₁"]
    symmetry = Symmetry()
    assert symmetry.runs["all equal, 0.5"][1][-1] == pytest.approx(0.272, abs=5e-3)
    assert symmetry.runs["all zero"][1][-1] == pytest.approx(np.log(2), abs=5e-3)
    assert symmetry.runs["small random, σ = 0.01"][1][-1] < 0.02


# Drawings ----------------------------------------------------------------------------------------
def test_the_lines_drawn_are_the_numbers_given():
    _, axes = new_figure(2, 2)
    plots.draw_blame(axes[0, 0], ["a", "b"], [1, -2], [1, -2])
    assert [bar.get_height() for bar in axes[0, 0].patches] == [1, -2]
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
