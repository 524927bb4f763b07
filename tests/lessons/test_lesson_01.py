"""Lesson 01: gates by hand, prices, what hidden neurons look at; its sentences are true."""

import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ipywidgets")

from course_lib.activations import threshold
from course_lib.costs import Quadratic
from course_lib.datasets import load_property_prices
from course_lib.figure.pixels import Surface
from course_lib.figure.style import new_figure, png
from course_lib.layers import Activation, Dense
from course_lib.lessons import lesson_01 as lesson
from course_lib.lessons.lesson_01 import neuron_figure as plots
from course_lib.lessons.lesson_01 import pictures
from course_lib.lessons.lesson_01 import property_neuron_figure as property_plots
from course_lib.lessons.lesson_01.adder import Adder
from course_lib.lessons.lesson_01.neuron import (
    GATES,
    NEURONS,
    LogicNeuron,
    TwoLayers,
    most_corners,
    right_corners,
)
from course_lib.lessons.lesson_01.neuron_figure import CORNERS
from course_lib.lessons.lesson_01.property_neuron import (
    NAMES,
    HiddenNeurons,
    InputSubsets,
    PropertyData,
    PropertyNeuron,
    least_squares,
    r_squared,
    subsets,
)
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit
from tests.lessons.exercise_answers import neuron as answers
from tests.machinery.explorer_checks import check_explorer

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def data():
    return PropertyData(load_property_prices())


@pytest.fixture(scope="module")
def network(data):
    rng = np.random.default_rng(0)
    network = Network([Dense(4, 6, rng=rng), Activation("tanh"), Dense(6, 1, rng=rng)])
    fit(network, data.X[:5000], data.y[:5000], cost=Quadratic(), optimizer=Adam(0.01), epochs=5,
        batch_size=64, rng=rng, progress=False)
    return network


# Logic -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("gate", [name for name in NEURONS if name in GATES])
def test_the_neurons_of_the_gates_do_them(gate):
    w1, w2, b = NEURONS[gate]
    assert right_corners(CORNERS @ [w1, w2] + b, GATES[gate]).all()


def test_one_neuron_does_14_of_16_tables():
    best = {table: most_corners(table) for table in product([0, 1], repeat=4)}
    assert [table for table, n in best.items() if n < 4] == [(0, 1, 1, 0), (1, 0, 0, 1)]
    assert best[0, 1, 1, 0] == 3


def test_a_sum_of_zero_is_a_yes_in_spite_of_rounding():
    z = np.array([0.1 + 0.2 - 0.3, 0.3 - 0.1 - 0.2])
    assert threshold(z).tolist() == [1, 0]
    assert right_corners(z, [1, 1]).all()


def test_logic_neuron_says_how_many_corners_are_right():
    explorer = LogicNeuron()
    assert "2 of 4" in explorer.sentence
    assert "AND: z = 1 x₁ + 1 x₂ − 1.5; this neuron gets 4 of 4" in explorer.set(
        w1=1, w2=1, b=-1.5)
    assert "3 of 4 corners right. No single neuron gets more than 3." in explorer.set(
        gate="XOR", b=-0.5)
    assert "2 of 4" in explorer.set(b=3.0)
    explorer.close()


@pytest.mark.parametrize("gate", ["AND", "OR", "NAND", "NOT x₁"])
def test_the_perceptron_rule_learns_gates(gate):
    explorer = LogicNeuron(gate)
    explorer.press("learn")
    assert "4 of 4" in explorer.sentence
    explorer.close()


STARTS = list(product((-3, 0.25, 3), repeat=3))


@pytest.mark.parametrize("gate", GATES)
def test_the_perceptron_rule_says_how_it_ended(gate):
    """From wherever it starts, and at the ends of the sliders, too."""
    explorer = LogicNeuron(gate)
    for w1, w2, b in STARTS:
        assert "has stopped" not in explorer.set(w1=w1, w2=w2, b=b)
        explorer.press("learn")
        if explorer.best[gate] == 4:
            assert "4 of 4" in explorer.sentence and "without a mistake" in explorer.sentence
        else:
            assert "4 of 4" not in explorer.sentence
            assert re.search(r"after \d+ passes it is back at weights", explorer.sentence)
    assert "has stopped" not in explorer.set(b=explorer.values["b"] - 0.25)  # not true any more
    explorer.close()


def test_two_layers_begin_without_the_answer_and_do_xor():
    explorer = TwoLayers()
    assert "3 of 4" in explorer.sentence
    explorer.set(A="OR", B="NAND")
    assert "4 of 4 corners right; the answers are 0.00, 1.00, 1.00, 0.00" in explorer.set(
        output="AND")
    assert "0.11, 0.85, 0.85, 0.11" in explorer.set(sharpness=5.0)  # as the lesson says
    assert "2 of 4" in explorer.set(sharpness=2.0)
    explorer.set(sharpness=np.inf)
    assert "4 of 4" in explorer.set(A="x₁ but not x₂", B="x₂ but not x₁", output="OR")
    explorer.close()


def test_the_stroke_points_to_the_side_of_the_ones():
    explorer = LogicNeuron()
    for w1, w2, b in [(1, 1, -1.5), (-1, -1, 1.5), (2, -1, 0.5), (-0.5, 3, 0)]:
        explorer.set(w1=w1, w2=w2, b=b)
        foot, head = np.column_stack(explorer.arrow.get_data())
        assert foot @ [w1, w2] + b == pytest.approx(0) and head @ [w1, w2] + b > 0
    explorer.close()


@pytest.mark.parametrize("made, neurons", [("gates", 31), ("counting", 8)])
def test_the_adder_adds_all_pairs(made, neurons):
    explorer = Adder()
    assert explorer.right[made] == 256 and explorer.neurons[made] == neurons
    assert "6 + 9 = 15, in bits 0110 + 1001 = 01111" in explorer.set(a=6, b=9, made=made)
    assert f"of {neurons} neurons fire, 0 of 4 places carry" in explorer.sentence
    assert "15 + 1 = 16, in bits 1111 + 0001 = 10000" in explorer.set(a=15, b=1)
    assert "4 of 4 places carry. Right for 256 of 256 pairs" in explorer.sentence
    explorer.close()


def test_a_wrong_weight_is_seen_in_the_sums():
    """A NAND that says OR spoils the circuit: 256 of 256 is not said whatever happens."""
    circuit = Adder().circuits["gates"]
    wrong = circuit.kinds.index("NAND")
    circuit.weights[wrong], circuit.biases[wrong] = [1, 1], -0.5
    values = circuit.run()
    pairs = np.arange(256)
    sums = 2 ** np.arange(5) @ values[circuit.outputs]
    assert 0 < (sums == pairs // 16 + pairs % 16).sum() < 256


def test_what_fires_is_lit():
    explorer = Adder()
    explorer.set(a=0, b=0)
    nand = explorer.circuits["gates"].kinds.count("NAND")
    assert f"{nand} of 31 neurons fire, 0 of 4" in explorer.sentence
    assert len(explorer.drawing.ones.get_xdata()) == nand  # not both: of two zeros
    assert len(explorer.drawing.lit.get_segments()) == nand
    explorer.close()


def test_the_line_goes_where_the_reader_points():
    explorer = LogicNeuron("AND")
    explorer.set(w1=1, w2=1)
    x, y = explorer.square.transData.transform((0.5, 1.0))
    assert "4 of 4" in explorer.set(**explorer.pointed(x, y))
    assert explorer.values["b"] == -1.5
    assert explorer.pointed(x + 2000, y) is None
    far = explorer.square.transData.transform((1.45, 1.45))
    explorer.set(w1=3, w2=3)
    assert explorer.pointed(*far) == {"b": -3}
    explorer.close()


def test_each_explorer_of_logic():
    check_explorer(LogicNeuron())
    check_explorer(TwoLayers())
    check_explorer(Adder())


# Surfaces, which are quick to draw ----------------------------------------------------------------
def test_a_surface_has_its_colours_where_they_belong():
    fig, ax = new_figure()
    ax.set(xlim=(plots.LOW, plots.HIGH), ylim=(plots.LOW, plots.HIGH))
    ax.axis("off")
    surface = Surface(ax)
    points = plots.plane()
    answers = (points[:, 0] > 0.5) & (points[:, 1] > 0.5)  # 1 at the upper right only
    surface.paint(plots.colours(answers))
    fig.canvas.draw()
    picture = np.asarray(fig.canvas.buffer_rgba())
    box, (height, _) = ax.bbox, picture.shape[:2]

    def colour(x, y):  # in parts of the axes
        across, up = box.x0 + x * box.width, box.y0 + y * box.height
        return tuple(picture[int(height - up), int(across), :3])

    yellow, blue = plots.SHADES.view(np.uint8).reshape(-1, 4)[[255, 0], :3]
    assert colour(0.8, 0.8) == tuple(yellow)
    assert colour(0.2, 0.8) == colour(0.8, 0.2) == colour(0.2, 0.2) == tuple(blue)


# Property ----------------------------------------------------------------------------------------
def test_least_squares_is_numpys(data):
    A = np.column_stack([data.X[:500], np.ones(500)])
    expected, *_ = np.linalg.lstsq(A, data.y[:500])
    np.testing.assert_allclose(least_squares(data.X[:500], data.y[:500]), expected, atol=1e-10)
    assert np.abs(least_squares(data.X[:500], data.y[:500], ridge=50)[0]) < abs(expected[0])


def test_r_squared():
    y = np.array([1.0, 2, 3, 6])
    assert r_squared(y, y) == 1
    assert r_squared(np.full(4, 3.0), y) == 0
    assert r_squared(-y, y) < 0


def test_data_is_standardised_on_the_training_rows(data):
    n = data.n_train
    np.testing.assert_allclose(data.X[:n].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.X[:n].std(axis=0), 1, atol=1e-12)
    assert abs(data.X.mean(axis=0)).max() > 1e-4  # not on all rows


def test_there_are_15_combinations():
    assert len(subsets(4)) == len(set(subsets(4))) == 15
    assert [sum(len(s) == k for s in subsets(4)) for k in (1, 2, 3, 4)] == [4, 6, 4, 1]
    assert len(subsets(10)) == 1023


def test_property_neuron_by_hand_and_by_least_squares(data):
    explorer = PropertyNeuron(data)
    assert "R² = 0.000 (no weights do better than 0.746)" in explorer.sentence
    hand = explorer.set(area=40)
    assert "area 40" in hand and 0.5 < explorer.score([40, 0, 0, 0]) < explorer.best_score
    assert "R² = 0.74" in explorer.set(area=38, age=-15, distance=10)  # as the lesson says
    explorer.press("least_squares")
    assert "area 40, bedrooms −5, distance 10, age −17" in explorer.sentence
    assert "typical error is 14,1" in explorer.sentence
    explorer.close()


def test_weights_by_hand_are_judged_on_the_training_set(data):
    explorer = PropertyNeuron(data)
    w = np.array([40, 0, 10, -17])
    X, paid = data.X[data.train], data.price[data.train]
    assert explorer.score(w) == pytest.approx(r_squared(X @ w + data.price_mean, paid))
    explorer.set(area=40, distance=10, age=-17)
    np.testing.assert_allclose(explorer.points.get_xydata(),
                               np.column_stack([paid, X @ w + data.price_mean])[:600])
    explorer.close()


def test_the_area_alone_reaches_what_the_lesson_says(data):
    explorer = PropertyNeuron(data)
    best = max(explorer.score([area, 0, 0, 0]) for area in range(-40, 61))
    assert 0.61 <= best < 0.615
    explorer.close()


def test_subsets_explorer_knows_the_scores(data):
    explorer = InputSubsets(data)
    for row, subset in enumerate(explorer.subsets):
        A = data.X[:, subset]
        w = least_squares(A[:data.n_train], data.y[:data.n_train])
        expected = r_squared(A[data.n_train:] @ w[:-1] + w[-1], data.y[data.n_train:])
        assert explorer.scores["none"][row] == pytest.approx(expected, abs=1e-12)
    assert "area + age, one neuron: R² = 0.725" in explorer.sentence
    assert "R² is about 0" in explorer.set(area=False, age=False)
    everything = dict.fromkeys(NAMES, True)
    assert "R² = 0.746" in explorer.set(**everything) and "number 1 of 15" in explorer.sentence
    pairs = [n for n, subset in enumerate(explorer.subsets) if len(subset) == 2]
    best = {kind: explorer.subsets[max(pairs, key=scores.__getitem__)]
            for kind, scores in explorer.scores.items()}
    assert best == {"none": (0, 3), "random": (0, 2)}  # as the lesson says
    assert explorer.scores["random"][-1] > explorer.scores["none"][-1] + 0.02
    explorer.close()


def test_pointing_at_a_row_ticks_its_inputs(data):
    explorer = InputSubsets(data)
    for ax in explorer.places:
        for row, subset in enumerate(explorer.subsets):
            values = explorer.pointed(*ax.transData.transform((0.5, row)))
            assert {n for n, name in enumerate(NAMES) if values[name]} == set(subset)
    assert "area + bedrooms + distance + age" in explorer.set(**values)
    assert explorer.pointed(-5, -5) is None
    explorer.close()


def test_hidden_neurons_add_up_to_the_prediction(data, network):
    explorer = HiddenNeurons(network, data)
    houses = data.X[:7]
    parts = sum(explorer.effect(j, houses) + explorer.effects[:, j].mean() for j in range(6))
    bias = network.layers[2].b[0] * data.price_sd
    np.testing.assert_allclose(parts + bias, network.predict(houses)[:, 0] * data.price_sd)
    np.testing.assert_allclose(sum(explorer.shares(j).sum() for j in range(6)), 6)
    assert "Hidden neuron 1 looks" in explorer.sentence
    assert explorer.effects.std(axis=0)[explorer.order[0]] == explorer.effects.std(axis=0).max()
    explorer.close()


def test_a_weight_up_raises_the_price(data, network):
    """The bars' sign is the direction in which the input moves the price, not that of W."""
    explorer = HiddenNeurons(network, data)
    for neuron in range(1, 7):
        explorer.set(neuron=neuron)
        j = explorer.order[neuron - 1]
        for i, bar in enumerate(explorer.bars):
            step = np.zeros((1, 4))
            step[0, i] = 0.01
            change = explorer.effect(j, step) - explorer.effect(j, 0 * step)
            assert np.sign(bar.get_height()) == np.sign(change[0])
    explorer.close()


def test_the_map_is_blue_where_the_price_is_raised(data, network):
    """The bars that point up are blue, too."""
    explorer = HiddenNeurons(network, data)
    low, high = explorer.shades.view(np.uint8).reshape(-1, 4)[[0, 255], :3].astype(int)
    assert low[0] > low[2] and high[2] > high[0]
    explorer.close()


def test_each_explorer_of_property(data, network):
    check_explorer(PropertyNeuron(data))
    check_explorer(InputSubsets(data))
    check_explorer(HiddenNeurons(network, data))


def test_picture_and_controls_of_an_explorer_fit_on_one_screen(data):
    """In JupyterLab on a laptop a cell has about 700 pixels; a row of two controls takes 40."""
    for explorer in (Adder(), LogicNeuron(), TwoLayers(), PropertyNeuron(data)):
        rows = -(-len(explorer.controls) // 2)
        assert 120 * explorer.size[1] + 40 * rows + 60 <= 700, type(explorer).__name__
        explorer.close()
    assert 120 * HiddenNeurons.size[1] + 40 + 60 <= 700


# The lesson ---------------------------------------------------------------------------------------
def cells(name="01_neuron", kind="code"):
    found = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def text(name="01_neuron"):
    return " ".join(" ".join("".join(c["source"]) for c in cells(name, "markdown")).split())


def outputs(name="01_neuron"):
    return "\n".join("".join(o.get("text") or o.get("data", {}).get("text/plain", ""))
                     for c in cells(name) for o in c["outputs"])


def test_the_proof_that_no_neuron_does_xor():
    """The two sums of the proof are one number, whatever the weights: w₁ + w₂ + 2b."""
    rng = np.random.default_rng(0)
    z = CORNERS @ rng.normal(size=(2, 50)) + rng.normal(size=50)
    np.testing.assert_allclose(z[1] + z[2], z[0] + z[3], atol=1e-12)
    assert "They cannot both be true" in text()


def test_the_lines_of_the_16_questions():
    lines = {table: pictures.line_of(table) for table in product([0, 1], repeat=4)}
    assert [table for table, line in lines.items() if line is None] == [(0, 1, 1, 0), (1, 0, 0, 1)]
    for table, line in lines.items():
        if line:
            assert (CORNERS @ line[:2] + line[2] >= 0).tolist() == [answer == 1 for answer in table]


def test_the_circuit_has_as_many_neurons_as_the_lesson_says():
    calls = []

    def count(x, w, b, neuron=answers.neuron):
        calls.append(b)
        return neuron(x, w, b)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "neuron", count)
        for function, bits, neurons in ((answers.XOR, (1, 0), 3), (answers.half_adder, (1, 0), 4),
                                        (answers.full_adder, (1, 0, 1), 9)):
            calls.clear()
            function(*bits)
            assert len(calls) == neurons
    assert 4 + 3 * 9 == 31 == Adder().neurons["gates"]


def test_add_numbers_with_a_right_adder_a_wrong_one_and_a_stub(capsys):
    for a, b in product(range(16), repeat=2):
        lesson.add_numbers(answers.full_adder, a, b)
        assert capsys.readouterr().out == f"{a} + {b} = {a + b}\n"
    lesson.add_numbers(lambda x, y, c: (x ^ y, x & y), 13, 7)
    assert "says your circuit; it should be 20" in capsys.readouterr().out
    for unfinished in (lambda x, y, c: (..., ...), lambda x, y, c: None,
                       lambda x, y, c: answers.neuron([x, y], [..., ...], ...)):
        lesson.add_numbers(unfinished, 1, 2)
        assert "cannot add yet" in capsys.readouterr().out


def test_the_numbers_about_prices(data):
    said, shown = text(), outputs()
    train, test = data.train, data.test
    w = least_squares(data.X[train], data.price[train])
    predicted, paid = data.X[test] @ w[:4] + w[4], data.price[test]
    assert f"R² = {r_squared(predicted, paid):.2f}\ntypical error: 13,530 dollars" in shown
    assert f"lazy model:    {1000 * lesson.typical_error(data.price_mean, paid):,.0f}" in shown
    per_step = w[:4] / data.sd * [100, 1, 1, 10]
    assert per_step.round(1).tolist() == [6.6, -7.0, 3.0, -6.0] and "6.6 thousand dollars" in said
    terms = w[:4] * data.X[343]
    assert terms.round().tolist() == [47, -7, -6, 16]
    assert 0 < w[4] + terms.sum() - data.price[343] < 3
    assert "2,178 square feet with four bedrooms, 3.4 miles out and 24 years old" in said
    assert data.raw[343].tolist() == [2178, 4, 3.42, 24]
    slope = np.polyfit(data.raw[train, 1], data.price[train], 1)[0]
    assert round(slope) == 36 and "it is worth +36" in said
    assert 4 * 6 + 6 + 6 + 1 == 37 and "37 parameters" in said


@pytest.fixture(scope="module")
def trained(data):
    return lesson.train_network(data, seed=0)


def test_what_the_lesson_says_of_the_network(data, trained):
    scores = lesson.scores_of_networks(data, [0, 1, 21, 22])  # two seeds that the lesson has not
    w = least_squares(data.X[data.train], data.y[data.train])
    linear = r_squared(data.X[data.test] @ w[:4] + w[4], data.y[data.test])
    assert (scores > linear + 0.02).all() and (0.78 < scores[:2]).all() and (scores < 0.8).all()
    by_network = data.dollars(trained.predict(data.X[data.test]))
    assert 11.5 < lesson.typical_error(by_network, data.price[data.test]) < 12.5
    assert "Six hidden neurons predict prices better than one neuron” Holds." in outputs()


def test_space_is_worth_more_in_a_new_house(data, trained):
    effect = pictures.effect_of_area(data, lambda X: data.dollars(trained.predict(X)))
    age = data.raw[data.test, 3]
    assert round(effect[age < 10].mean()) == 8 and round(effect[age > 80].mean()) == 3
    w = least_squares(data.X[data.train], data.price[data.train])[:4]
    assert np.ptp(pictures.effect_of_area(data, lambda X: X @ w)) < 1e-9


def test_what_the_hidden_neurons_look_at(data, trained):
    explorer = HiddenNeurons(trained, data)
    first = [NAMES[explorer.shares(j).argmax()] for j in explorer.order]
    assert first[:2] == ["distance", "age"]
    assert NAMES[np.argsort(explorer.shares(explorer.order[1]))[-2]] == "area"
    assert max(explorer.shares(j).max() for j in explorer.order) < 0.75  # none looks at one alone
    explorer.close()


def test_every_link_of_the_lesson_leads_somewhere():
    for name in ("01_neuron", "further/01_gaps_and_kinds", "further/01_what_neurons_can_compute",
                 "further/01_deeper_into_house_prices"):
        folder = (NOTEBOOKS / name).parent
        links = re.findall(r"\]\(([^)]+)\)", text(name))
        assert links
        for link in links:
            assert link.startswith("http") or (folder / link).exists(), link


def test_any_cell_can_be_run_again(monkeypatch):
    """After all cells have run, each of them runs again, with all that the others have left."""
    monkeypatch.setattr(lesson, "scores_of_networks", lambda sales, seeds: np.full(10, 0.79))
    code = ["".join(cell["source"]) for cell in cells()]
    space = {}
    for source in code:
        exec(compile(source, "cell", "exec"), space)
    for source in code:
        exec(compile(source, "cell", "exec"), dict(space))


# What goes deeper --------------------------------------------------------------------------------
def test_boosted_trees_fit_what_a_line_cannot():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(4000, 2))
    y = (X[:, 0] > 0.2) * (X[:, 1] < -0.1) * 1.0
    y_hat = lesson.boosted_trees(X, y, 3000, rounds=60)
    w = least_squares(X[:3000], y[:3000])
    assert r_squared(X[3000:] @ w[:2] + w[2], y[3000:]) < 0.5
    assert r_squared(y_hat[3000:], y[3000:]) > 0.9
    assert np.abs(lesson.boosted_trees(X, 0 * y + 3, 3000, rounds=2) - 3).max() < 1e-12


def test_relative_errors_by_price():
    paid = np.array([10.0, 20, 50, 60, 100, 200])
    errors = pictures.relative_errors({"a": paid * 1.5, "b": 0 * paid}, paid)
    np.testing.assert_allclose(errors["a"], 0.5)
    np.testing.assert_allclose(errors["b"], 1)


def test_what_the_deeper_notebooks_found():
    gaps, compute, prices = (outputs(f"further/01_{name}") for name in (
        "gaps_and_kinds", "what_neurons_can_compute", "deeper_into_house_prices"))
    assert "Holds: lost with old houses; does not hold: lost by chance." in gaps
    assert "256 of 256 questions" in compute and "1,882 of 65,536" in compute
    assert "[(0, 1, 1, 0), (1, 0, 0, 1)]" in compute and "13 + 6 = 19" in compute
    assert "“A network beats boosted trees” Does not hold." in prices
    assert "“The network is ahead in each fold” Holds." in prices
    assert prices.count("same weights as least squares: True") == 5


# Drawings ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("w1, w2, b", [(1, 1, -1.5), (1, 0, -0.5), (0, -2, 1), (0.3, -2, 0.4)])
def test_line_ends_are_on_the_line(w1, w2, b):
    ends = plots.line_ends(w1, w2, b)
    np.testing.assert_allclose(ends @ [w1, w2] + b, 0, atol=1e-12)
    assert np.abs(ends[0] - ends[1]).max() > 2  # across the whole picture


def test_no_line_without_weights_or_far_away():
    assert np.isnan(plots.line_ends(0, 0, 1)).all()
    assert np.isnan(plots.line_ends(0.01, 0, 3)).all()


def test_wrong_corners_get_a_cross():
    _, ax = new_figure()
    artists = plots.draw_corners(ax, [0, 1, 1, 0])
    plots.mark(artists, [0, 1, 1, 0], [True, True, True, False])
    crosses, ones, zeros = (artist.get_xydata() for artist in artists[:3])
    assert len(crosses) == 1 and (crosses[0] > 1).all()
    assert ones.tolist() == [[0, 1], [1, 0]] and zeros.tolist() == [[0, 0], [1, 1]]


def test_signs():
    assert plots.signed(-0.25) == "− 0.25" and plots.signed(2.0) == "+ 2"
    assert plots.short(-0.0) == "0" and plots.short(-1.5) == "−1.5"
    assert plots.stroke(-1)["linestyle"] != plots.stroke(1)["linestyle"]
    assert plots.stroke(-3)["linewidth"] == plots.stroke(3)["linewidth"]


def test_figures_can_be_drawn():
    rng = np.random.default_rng(0)
    fig, axes = new_figure(2, 8)
    tables = list(product([0, 1], repeat=4))
    plots.draw_tables(axes, tables, [None if sum(t) == 2 else (1, 1, -0.5) for t in tables])
    assert len(png(fig)) > 1000
    fig, axes = new_figure(1, 2)
    property_plots.draw_combinations(axes[0], NAMES, subsets(4))
    plots.draw_neuron(axes[1], ["x₁", "x₂"])
    assert len(png(fig)) > 1000
    fig, axes = new_figure(1, 2)
    property_plots.draw_terms(axes[0], NAMES, [40, -5, 10, -0.2], 79, 150)
    assert {"+40", "−5", "0", "124"} <= {text.get_text() for text in axes[0].texts}
    assert len(png(fig)) > 1000
    fig, axes = new_figure(1, 2)
    plots.draw_share(axes[0], [1, 2], [0, 11], 20)
    property_plots.draw_bands(axes[0], ["cheap", "dear"], {"a": [0.5, 0.1], "b": [0.4, 0.2]})
    assert axes[0].lines[-1].get_ydata().tolist() == [40, 20]
    property_plots.draw_effect(axes[1], rng.uniform(0, 100, 9), {"network": rng.normal(size=9)})
    assert len(png(fig)) > 1000
