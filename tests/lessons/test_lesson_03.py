"""Lesson 03: the explorers say true numbers, and the pictures show what is computed."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from course_lib.costs import (
    Absolute,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    GeneralizedKullbackLeibler,
    Huber,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SigmoidCrossEntropy,
)
from course_lib.datasets.property_prices import load_property_prices
from course_lib.figure.style import new_figure
from course_lib.gradient_check import check_gradients
from course_lib.lessons import lesson_03 as lesson
from course_lib.lessons.lesson_03 import claims, further, story
from course_lib.lessons.lesson_03.band import Band, fit_band, gaussian_nll, spread
from course_lib.lessons.lesson_03.cost_curves import CASES, CostCurves, at, curves, refusal
from course_lib.lessons.lesson_03.figures import (
    draw_cost,
    draw_gap,
    draw_overflow,
    draw_stairs,
    draw_underflow,
)
from course_lib.lessons.lesson_03.houses import bell
from course_lib.lessons.lesson_03.likelihood import NOISES, Likelihood
from course_lib.lessons.lesson_03.outliers import Outliers, fit_line
from course_lib.lessons.lesson_03.race import Race
from tests.machinery.explorer_checks import check_explorer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "03_cost_functions.ipynb"


@pytest.fixture(scope="module")
def prose():
    """All texts of the lesson, each space a single one."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return " ".join(" ".join("".join(cell["source"]) for cell in cells
                             if cell["cell_type"] == "markdown").split())


@pytest.fixture(scope="module")
def houses():
    return lesson.houses()


@pytest.fixture(scope="module")
def sales():
    table = load_property_prices()
    area, price = (table[name].to_numpy(float) / 1000 for name in ("area_sqft", "price_usd"))
    mixed = np.random.default_rng(0).permutation(len(area))
    old, new = mixed[:20_000], mixed[20_000:]
    return area[old], price[old], area[new], price[new]


# The explorers ---------------------------------------------------------------------------------
def test_explorers_work_at_defaults_and_extremes(houses, sales):
    for explorer in (CostCurves(), Race(), Outliers(*houses), Likelihood(), Band(*sales)):
        check_explorer(explorer)


def test_cost_curves_say_cost_slope_and_lowest_point():
    explorer = CostCurves("Quadratic", target=1.0, prediction=0.4)
    said = explorer.sentence
    assert "cost 0.180, slope −0.600, so it should rise. Lowest: 0.000 at 1.00." in said
    said = explorer.set(cost="Binary cross-entropy", target=0.3, prediction=0.9)
    entropy = -0.3 * math.log(0.3) - 0.7 * math.log(0.7)
    assert "should fall" in said and f"Lowest: {entropy:.3f} at 0.30." in said
    assert "should stay" in explorer.set(prediction=0.3)
    assert "of (ŷ, 1 − ŷ)" in explorer.set(cost="Kullback–Leibler")
    assert "No lowest point" in explorer.set(cost="Kullback–Leibler, misused")


def test_a_refused_prediction_shows_the_librarys_own_error():
    explorer = CostCurves("Itakura–Saito", target=1.0, prediction=-0.5)
    assert explorer.sentence.startswith("ValueError: ItakuraSaito needs predictions in (0, ∞)")
    assert "targets" in explorer.set(prediction=0.5, target=0.0)
    assert "targets in [0, 1]" in explorer.set(cost="Softmax cross-entropy", target=1.5)
    assert explorer.set(target=0.5).startswith("Softmax cross-entropy of the logits (z, 0)")


@pytest.mark.parametrize("name", CASES)
def test_slopes_along_the_axis_are_the_slopes_of_the_curves(name):
    rule, kind, _ = CASES[name]
    x, h = np.array([0.2, 0.45, 0.8]), 1e-6
    above, below = at(rule, kind, x + h, 0.6)[0], at(rule, kind, x - h, 0.6)[0]
    assert np.allclose((above - below) / (2 * h), at(rule, kind, x, 0.6)[1], rtol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_curves_are_there_where_the_cost_accepts_and_lowest_at_the_target(name):
    rule, kind, _ = CASES[name]
    x = np.round(np.linspace(-2, 3, 501), 2)
    loss, slope = curves(rule, kind, x, 0.7)
    assert np.array_equal(np.isnan(loss), [bool(refusal(rule, kind, v, 0.7)) for v in x])
    lowest = x[np.nanargmin(loss)]
    if "misused" in name:
        assert lowest == 1.0 and loss[np.nanargmin(loss)] < 0
    elif name in ("Sigmoid cross-entropy", "Softmax cross-entropy"):
        assert abs(lowest - math.log(0.7 / 0.3)) < 0.006
    else:
        assert abs(lowest - 0.7) < 1e-9


def test_race_is_the_experiment_of_the_book():
    race = Race()
    assert "output 0.979" in race.sentence and "cross-entropy: output 0.204" in race.sentence
    said = race.set(epoch=300)
    assert "start w = b = 2 (output 0.982)" in said and "quadratic: output 0.203" in said
    assert race.set(rates="0.15 and 0.005, as in the book").endswith("learning rate 0.005.")
    race.set(start=4)
    assert race.outputs[0, 0] - race.outputs[0, 300] < 1e-3 < race.pull("cross-entropy", 8.0)[0]


def test_the_quadratic_pull_has_the_sigmoids_brake():
    z = np.array([-2.0, 0.0, 8.0])
    a = 1 / (1 + np.exp(-z))
    assert np.allclose(Race.pull("quadratic", z), a * a * (1 - a))
    assert np.allclose(Race.pull("cross-entropy", z), a)


def test_robust_lines_stay_when_outliers_are_dragged(houses):
    explorer = Outliers(*houses)
    assert "quadratic $116, absolute $78, Huber $80 (δ = $20,000)" in explorer.sentence
    assert "quadratic $78, absolute $79, Huber $78" in explorer.set(lift=0)
    assert "quadratic $116, absolute $78, Huber $116" in explorer.set(lift=300, delta=1000)


@pytest.mark.parametrize("rule", [Quadratic(), Absolute(), Huber(0.5)])
def test_fit_line_finds_the_lowest_cost(rule):
    rng = np.random.default_rng(0)
    x = rng.normal(size=31)
    y = 1 + 2 * x + rng.standard_t(2, size=31)

    def cost(w):
        return rule.value((w[0] + w[1] * x)[:, None], y[:, None])

    w = fit_line(rule, x, y, rounds=200)
    for step in rng.normal(size=(200, 2)) * 0.05:
        assert cost(w) <= cost(w + step) + 1e-9
    assert not np.allclose(w, fit_line(Quadratic(), x, y)) or isinstance(rule, Quadratic)


@pytest.mark.parametrize("noise", NOISES)
def test_likelihood_and_cost_differ_by_a_constant(noise):
    explorer = Likelihood(noise, prediction=0.6)
    nll, cost = explorer.curve(noise, np.linspace(0.05, 0.95, 19))
    assert np.ptp(nll - cost) < 1e-12
    assert explorer.lowest[0] == explorer.lowest[1]
    middle = np.median(explorer.y) if noise == "Laplace" else explorer.y.mean()
    assert abs(explorer.lowest[0] - middle) < 0.0051
    before = explorer.sentence
    explorer.press("new_sample")
    assert explorer.sentence != before


def test_likelihood_says_its_numbers_and_refuses_what_the_cost_refuses():
    explorer = Likelihood("Gaussian", prediction=1.0)
    apart = math.log(2 * math.pi) / 2
    assert f"{apart:.3f} apart, as everywhere" in explorer.sentence
    assert explorer.set(noise="Bernoulli", prediction=2.0).startswith(
        "ValueError: BinaryCrossEntropy needs predictions in (0, 1)")


def test_the_band_counts_the_new_houses(sales):
    explorer = Band(*sales)
    assert "95.3% of 5,219" in explorer.sentence and "99, 100, 100, 96, 81%" in explorer.sentence
    area, price, new_area, new_price = sales
    slope, intercept = np.polyfit(area, price, 1)
    error = new_price - intercept - slope * new_area
    assert f"{np.mean(np.abs(error) <= 20):.1%} of" in explorer.set(sigma=10)
    explorer.press("fit_sigma")
    assert explorer.values == {"sigma": 37, "growth": 1.0}
    explorer.press("fit_both")
    assert explorer.values == {"sigma": 32, "growth": 1.8}
    assert "96.4% of 5,219" in explorer.sentence and "98, 98, 97, 95, 95%" in explorer.sentence
    assert "99.6%" in explorer.set(sigma=80, growth=1)


def test_the_fitted_band_is_the_likeliest():
    rng = np.random.default_rng(0)
    x = rng.uniform(0.5, 3, 4000)
    y = 10 + 60 * x + spread(x, 30, 1.8) * rng.normal(size=4000)
    w, sigma = fit_band(x, y, 1.8)
    assert abs(w[1] - 60) < 2 and abs(sigma - 30) < 1

    def cost(w, sigma, growth):
        return gaussian_nll(y, w[0] + w[1] * x, spread(x, sigma, growth)).mean()

    best = cost(w, sigma, 1.8)
    for step in rng.normal(size=(50, 3)):
        assert best < cost(w + step[:2], sigma * np.exp(step[2] / 10), 1.8)
    assert best < min(cost(*fit_band(x, y, growth), growth) for growth in (1, 1.5, 2.1))


def test_pointing_at_a_picture_sets_what_is_under_the_pointer(houses, sales):
    def point(explorer, ax, x, y):
        explorer.set(**explorer.pointed(*ax.transData.transform((x, y))))
        return explorer.values

    band = Band(*sales)
    slope, intercept = np.polyfit(*sales[:2], 1)
    assert point(band, band.ax, 2, intercept + 2 * slope + 100)["sigma"] == 50
    assert point(band, band.ax, 2, intercept + 2 * slope - 40)["sigma"] == 20
    assert point(band, band.ax, 2, intercept + 2 * slope)["sigma"] == 5
    curves = CostCurves()
    for ax in curves.scene.axes:
        assert point(curves, ax, -1.27, 0)["prediction"] == -1.25
    race = Race()
    assert point(race, race.axes[0], 100.9, 0.5)["epoch"] == 102
    assert race.pointed(*race.axes[1].transData.transform((0.5, 0.5))) is None
    likelihood = Likelihood()
    assert point(likelihood, likelihood.right, 2.22, 1)["prediction"] == 2.2
    outliers = Outliers(*houses)
    house = outliers.order[0]
    place = outliers.area[house], outliers.price[house] + 150
    assert point(outliers, outliers.ax, *place)["lift"] == 150


@pytest.mark.parametrize("noise", NOISES)
def test_densities_sum_to_one(noise):
    m = 0.6
    if noise in ("Bernoulli", "Poisson"):
        y = np.arange(2.0 if noise == "Bernoulli" else 60.0)
        total = np.exp(-NOISES[noise][1](y, m)).sum()
    else:
        y = np.linspace(0 if noise == "exponential" else -40, 40, 800_001)
        total = np.trapezoid(np.exp(-NOISES[noise][1](y, m)), y)
    assert total == pytest.approx(1, abs=1e-6)


# The pictures ----------------------------------------------------------------------------------
def test_draw_cost_hatches_what_is_refused():
    x = np.round(np.linspace(-1, 2, 31), 2)
    _, ax = new_figure()
    line, dashed = draw_cost(ax, "K.–L.", x, *curves(KullbackLeibler(), "two", x, 0.5), 0.5)
    blocks = [patch for patch in ax.patches if patch.get_hatch()]
    assert [round(b.get_x(), 2) for b in blocks] == [-1.0, 0.9]
    assert line.get_linestyle() != dashed.get_linestyle()
    _, free = new_figure()
    draw_cost(free, "Quadratic", x, *curves(Quadratic(), "one", x, 0.5), 0.5)
    assert not free.patches


def test_draw_gap_stairs_and_overflow_draw_what_they_are_given():
    x, y = np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 2.0])
    _, ax = new_figure()
    assert list(draw_gap(ax, x, y, 2 * x).get_xdata()) == [1, 2, 3]
    _, axes = new_figure(2, 1)
    draw_stairs(axes, x, y, y)
    assert axes[0].get_ylabel() == "mistakes" and axes[1].get_ylabel() == "cost"
    _, ax = new_figure()
    z = np.linspace(0, 4, 5)
    fused = SigmoidCrossEntropy().loss(z[:, None], np.zeros((5, 1)))
    draw_overflow(ax, z, {"fused": fused, "naive": np.where(z < 3, fused, np.inf)})
    assert [text.get_text() for text in ax.texts] == ["naive: log 0"]
    assert ax.lines[-1].get_xdata()[0] == 2


def test_the_product_stops_where_it_becomes_zero():
    _, ax = new_figure()
    each = np.full(400, 0.1)
    draw_underflow(ax, np.cumprod(each), np.cumsum(np.log10(each)))
    goes_on, stops = ax.lines[:2]
    assert goes_on.get_xdata()[-1] == 400 and goes_on.get_ydata()[-1] == pytest.approx(-400)
    assert stops.get_xdata()[-1] == np.count_nonzero(np.cumprod(each)) == 323
    assert ax.texts[0].get_text() == "row 324: the product is 0"


# The story: what the prose says is what is computed ----------------------------------------------
def test_every_line_through_the_middle_has_the_sum_0(houses):
    x, y = houses
    for w in (78, 0, -78):
        assert abs(np.sum(lesson.line_through_middle(w, x, y) - y)) < 1e-9
    fig, text = lesson.three_costs.figure(x, y)
    plain, absolute, square = (ax.lines[0].get_ydata() for ax in fig.axes)
    assert (plain == 0).all()
    assert story.SLOPES[absolute.argmin()] == 73 and story.SLOPES[square.argmin()] == 78
    assert "$73" in text and "$78" in text
    rule = Quadratic()
    y_hat = lesson.line_through_middle(78, x, y)
    assert square.min() == pytest.approx(rule.value(y_hat[:, None], y[:, None]))


def test_the_half_only_changes_what_the_rate_means(houses):
    x, y = houses

    def descend(factor, rate, w=0.0):
        for _ in range(20):
            w -= rate * np.mean(factor * (w * x - y) * x)
        return w

    assert descend(1, 0.2) == pytest.approx(descend(2, 0.1), rel=1e-12)


def test_the_likelihood_has_its_best_place_where_the_square_has(houses, prose):
    x, y = houses
    fig, text = lesson.same_place.figure(x, y)
    likelihood, minus_log, square = (ax.lines[0].get_ydata() for ax in fig.axes)
    assert likelihood.argmax() == minus_log.argmin() == square.argmin() == 78
    assert "All three stars stand at 78 dollars" in prose and text.count("$78") == 3
    scale = 40 / 30**2                               # the sum over 40 houses, divided by σ²
    assert np.ptp(minus_log - scale * square) < 1e-9
    constant = 40 * math.log(30 * math.sqrt(2 * math.pi))
    assert minus_log[0] - scale * square[0] == pytest.approx(constant)


def test_a_product_of_all_houses_is_0_and_the_logarithm_is_not(prose):
    x, y = lesson.all_houses()
    assert len(y) == 25_219 and "25,219" in prose
    for w in (78, 60, 0):
        density = bell(y, lesson.line_through_middle(w, x, y), 30)
        assert np.prod(density) == 0.0
    assert np.isfinite(np.log(bell(y, lesson.line_through_middle(78, x, y), 60)).sum())


def test_the_most_surprising_house(houses, prose):
    x, y = houses
    apart = y - lesson.line_through_middle(78, x, y)
    n = np.abs(apart).argmax()
    assert (f"{1000 * x[n]:,.0f} square feet that was sold for {1000 * y[n]:,.0f} dollars"
            in prose)
    assert f"{apart[n] / 30:.1f} spreads σ above the line" in prose


def test_mistakes_are_a_staircase_and_cross_entropy_is_not(houses, prose):
    x, y = houses
    fig, _ = lesson.stairs.figure(x, y)
    mistakes, cost = (ax.lines[0].get_ydata() for ax in fig.axes)
    sizes = fig.axes[1].lines[0].get_xdata()
    assert round(sizes[cost.argmin()]) == 1510 and mistakes[cost.argmin()] == 5
    fewest = sizes[mistakes == mistakes.min()]
    assert mistakes.min() == 3 and (round(fewest[0]), round(fewest[-1])) == (1220, 1360)
    for words in ("lowest point is at 1,510", "fewest mistakes, 3,", "from 1,220 to 1,360",
                  "at 1,510 there are 5"):
        assert words in prose
    assert (np.diff(cost) != 0).all() and np.mean(np.diff(mistakes) == 0) > 0.8
    assert np.sum((x > 1.3) != (y > lesson.EXPENSIVE)) == 3
    p = lesson.says_expensive(1.51, x)[:, None]
    assert cost.min() == pytest.approx(BinaryCrossEntropy().value(p, (y > lesson.EXPENSIVE) * 1.0))


def test_three_classes_share_one(houses, prose):
    x, y = houses
    k = lesson.class_of(y)
    assert list(np.bincount(k)) == [14, 14, 12] and "14 middle houses" in prose
    assert "other 26" in prose
    P = lesson.class_probabilities(x, 0.3)
    assert np.allclose(P.sum(axis=1), 1)
    fig, text = lesson.three_classes.figure(x, y)
    cost = fig.axes[1].lines[0].get_ydata()
    assert story.LIFTS[cost.argmin()] == pytest.approx(0.3) and f"{cost.min():.2f}" == "0.57"
    assert cost.min() == pytest.approx(CategoricalCrossEntropy().value(P, k))
    assert list(lesson.class_of([49.9, 50, 99.9, 100])) == [0, 1, 1, 2]


def test_the_bells_stand_on_the_line(houses):
    x, y = houses
    fig, _ = lesson.bells.figure(x, y)
    line = fig.axes[0].lines[0]
    for area, patch in zip((0.9, 1.8, 2.8), fig.axes[0].collections, strict=True):
        corners = patch.get_paths()[0].vertices
        widest = corners[corners[:, 0].argmax()]
        assert corners[:, 0].min() == pytest.approx(area)
        assert widest[1] == pytest.approx(np.interp(area, *line.get_data()))


def test_half_and_double_do_not_cost_the_same():
    prose = text_of("03_the_whole_list")
    for rule, half, double in ((ItakuraSaito(), 0.31, 0.19),
                               (GeneralizedKullbackLeibler(), 0.19, 0.31)):
        assert round(rule.value([[0.5]], [[1.0]]), 2) == half
        assert round(rule.value([[2.0]], [[1.0]]), 2) == double
    assert "it charges 0.31 for half and 0.19 for double" in prose
    assert "charges 0.19 for half and 0.31 for double" in prose
    ratio = ItakuraSaito()
    assert ratio.value([[2.0]], [[1.0]]) == pytest.approx(ratio.value([[2000.0]], [[1000.0]]))


def test_all_costs_of_the_list_stand_in_the_table():
    cells = json.loads((FURTHER / "03_the_whole_list.ipynb").read_text(encoding="utf-8"))["cells"]
    table = next("".join(cell["source"]) for cell in cells if "| weak point |" in
                 "".join(cell["source"]))
    rows = [line.split("|") for line in table.splitlines() if line.startswith("|")]
    assert [row[1].strip() for row in rows[2:]] == [
        "Quadratic", "Absolute", "Huber", "Cross-entropy, binary", "Cross-entropy, categorical",
        "Exponential", "Hellinger", "Kullback–Leibler", "Generalised K.–L.", "Itakura–Saito"]
    assert {len(row) for row in rows} == {7}
    assert list(claims.LISTED) == ["quadratic", "cross-entropy", "exponential", "Hellinger",
                                   "Kullback–Leibler", "generalised K.–L.", "Itakura–Saito"]


# The explorers answer what the lesson asks -------------------------------------------------------
def test_outliers_answer_the_questions(houses, prose):
    explorer = Outliers(*houses)
    assert "quadratic $78, absolute $79, Huber $78" in explorer.set(lift=0)
    assert "the three lines agree: 78 dollars or 79 dollars" in prose
    assert "quadratic $116, absolute $78, Huber $80" in explorer.set(lift=300)
    assert "jumped to 116 dollars" in prose
    assert "stays at 78 dollars and Huber's at 80 dollars" in prose
    assert "Huber $116" in explorer.set(delta=1000)
    said = explorer.set(delta=1)
    assert said.split("absolute $")[1].split(",")[0] == said.split("Huber $")[1].split(" ")[0]


def test_the_race_answers_the_questions(prose):
    race = Race()
    race.set(start=2, epoch=30)
    assert race.outputs[:, 0].round(2).tolist() == [0.98, 0.98]
    assert race.outputs[:, 30].round(2).tolist() == [0.98, 0.20]
    assert round(race.outputs[0, 300], 2) == 0.20
    race.set(start=4)
    assert race.outputs[0, 300] > 0.999 and round(race.outputs[1, 300], 2) == 0.01
    race.set(start=0)
    assert (race.outputs[:, 0] == 0.5).all()
    quadratic, cross_entropy = race.outputs[:, 300].round(2)
    assert f"they are at {quadratic:.2f} and {cross_entropy:.2f}" in prose


def test_cost_curves_answer_the_questions():
    prose = text_of("03_the_whole_list")
    explorer = CostCurves()
    assert "Lowest: 0.611 at 0.30" in explorer.set(cost="Binary cross-entropy", target=0.3)
    assert "it is 0.611 there" in prose
    said = explorer.set(cost="Exponential, τ = 1", target=1.0, prediction=3.0)
    assert "slope 218." in said and "Lowest: 1.000" in said and "its slope is 218" in prose
    assert "slope 2.000" in explorer.set(cost="Quadratic")
    assert "ValueError" in explorer.set(cost="Itakura–Saito", prediction=-0.5)
    said = explorer.set(cost="Kullback–Leibler, misused", target=0.5, prediction=0.9)
    assert "cost −0.294" in said and "to −0.294" in prose


def test_the_likelihood_answers_the_questions(prose):
    explorer = Likelihood()
    for noise, apart in (("Gaussian", "0.919"), ("Laplace", "0.693")):
        assert f"{apart} apart" in explorer.set(noise=noise) and apart in prose
    assert "0.000 apart" in explorer.set(noise="Bernoulli", prediction=0.6)
    assert "ValueError" in explorer.set(prediction=1.2)


# The claims --------------------------------------------------------------------------------------
def test_a_run_that_diverges_counts_as_guessing():
    assert (claims.trained("Itakura–Saito", 300, [0]) == 0.5).all()
    found = claims.trained("Itakura–Saito", 2.0, [20, 21])   # seed 20 raised an error once
    assert found.shape == (2, 2, 2) and np.isfinite(found).all()


def test_seeds_are_trained_side_by_side_as_each_alone():
    both = claims.trained("Hellinger", 10, [0, 1])
    assert (both[1] == claims.trained("Hellinger", 10, [1])[0]).all()


def test_a_straight_line_cannot_part_the_moons():
    line = [claims.straight_line(seed) for seed in range(10)]
    assert 0.8 < min(line) and max(line) < 0.92


def test_the_claim_is_compared_with_the_line_and_the_rate_is_chosen_on_other_rows(monkeypatch):
    found = {0.3: [[0.6, 0.99], [0.6, 0.99]], 1: [[0.9, 0.7], [0.9, 0.95]],
             3: [[0.8, 0.99], [0.8, 0.99]]}
    monkeypatch.setattr(claims, "trained",
                        lambda name, rate, seeds: np.array([found[rate] for _ in seeds]))
    monkeypatch.setattr(claims, "straight_line", lambda seed: 0.86)
    measured, beats, chosen = claims.train_with_every_cost(range(2), rates=(0.3, 1, 3))
    assert set(chosen["30 epochs"].values()) == {1}           # best on validation, not on test rows
    assert (measured["30 epochs"]["quadratic"] == 0.7).all() and not beats["30 epochs"].any()
    assert (measured["300 epochs"]["Hellinger"] == 0.95).all() and beats["300 epochs"].all()
    assert claims.LINE in measured["300 epochs"]


def test_epochs_are_counted_from_the_same_start():
    needed = claims.epochs_needed(0, 0, rates=(3, 10), limit=150)
    assert needed.shape == (2, 2, 2) and (needed[1, :, 1] < needed[0, :, 1]).all()
    assert (claims.epochs_needed(0, 0, rates=(3,), limit=2) == 2).all()


def test_the_figure_of_rates_draws_every_seed():
    by_rate = {"random": np.arange(2 * 2 * 7).reshape(2, 2, 7) + 1.0}
    fig, _ = lesson.epochs_by_rate.figure(by_rate)
    assert len(fig.axes[0].lines) == 2 * 2 + 2
    medians = fig.axes[0].lines[2].get_ydata()
    assert np.allclose(medians, np.median(by_rate["random"][:, 0], axis=0))


# What goes deeper --------------------------------------------------------------------------------
FURTHER = NOTEBOOK.parent / "further"


def text_of(name):
    cells = json.loads((FURTHER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return " ".join(" ".join("".join(cell["source"]) for cell in cells
                             if cell["cell_type"] == "markdown").split())


def test_the_lesson_links_its_deeper_parts(prose):
    for path in FURTHER.glob("03_*.ipynb"):
        assert f"(further/{path.name})" in prose
        assert "(../03_cost_functions.ipynb)" in text_of(path.stem)


def test_two_outputs_find_the_line_and_the_spread_of_weighted_least_squares(sales):
    x, y = sales[:2]
    predict = further.fit_two_outputs(further.GaussianCost(), x, y)
    at = np.array([0.5, 1.5, 2.5])
    y_hat, sigma = predict(at)
    growth = sigma[2] / sigma[1]
    assert sigma[1] / sigma[0] == pytest.approx(growth)
    (a, b), middle = fit_band(x, y, growth)
    assert np.allclose(y_hat, a + b * at, rtol=2e-3) and sigma[1] == pytest.approx(middle, rel=1e-3)


def test_the_gaussian_cost_has_the_slope_it_says():
    rng = np.random.default_rng(0)
    check_gradients(further.GaussianCost(), rng.normal(size=(20, 2)), rng.normal(size=20), rng=rng)


def test_a_promise_for_all_is_broken_for_large_houses():
    inside, holds, nll = further.keep_the_promise(range(2))
    assert (inside["one σ"]["largest fifth"] < 0.87).all()
    assert not holds["one σ"].any() and holds["two outputs"].all()
    assert (nll["two outputs"] < nll["one σ"]).all()


def test_the_lowest_cost_is_the_entropy_of_the_targets():
    lowest, is_zero = further.lowest_costs(range(3))
    rng = np.random.default_rng(0)
    rng.integers(3, size=50)
    soft = rng.dirichlet(np.ones(3), 50)
    assert lowest["cross-entropy"]["soft"][0] == pytest.approx(
        -np.sum(soft * np.log(soft), axis=1).mean())
    assert [values.all() for values in is_zero.values()] == [True, True, False, False]
    assert (lowest["exponential"]["one-hot"] == 1).all()
    for other in np.random.default_rng(1).dirichlet(np.ones(3), 200):
        rule = CategoricalCrossEntropy()
        assert rule.value(other[None], soft[:1]) >= rule.value(soft[:1], soft[:1])


def test_robust_lines_win_with_outliers_and_lose_without():
    error, better = further.compare_robust(range(4))
    assert better["5 outliers in 50"].all() and not better["no outlier"].any()
    for data, best in (("no outlier", "quadratic"), ("5 outliers in 50", "absolute")):
        assert np.median(error[data]["Huber, δ = 1.35"]) < 1.2 * np.median(error[data][best])


def test_what_the_deeper_part_says_about_houses(houses):
    said = text_of("03_costs_up_close")
    assert further.lines_with_one_wrong_area(*houses) == {"quadratic": 40, "absolute": 17}
    assert "17 houses of 40" in said
    each = further.customers_stayed_or_left()
    assert np.flatnonzero(np.cumprod(each) == 0)[0] + 1 == 1386 and "customer 1,386" in said
    assert (further.rows_until_zero(1), further.rows_until_zero(1000)) == (61, 132)


def test_the_promise_in_numbers(sales):
    said, band = text_of("03_how_sure"), Band(*sales)
    assert "95.3% of" in band.sentence and "99, 100, 100, 96, 81%" in band.sentence
    assert "95.3% of the new houses" in said and "smallest fifth 99%" in said and "81%" in said
    band.press("fit_both")
    assert "98, 98, 97, 95, 95%" in band.sentence and "95% to 98%" in said


def test_the_naive_form_breaks_where_it_says():
    fig, text = further.naive_and_fused.figure()
    assert "z ≈ 17 in float32 and 37 in float64" in text
    crosses = [line.get_xdata()[0] for line in fig.axes[0].lines if line.get_marker() == "X"]
    assert np.allclose(sorted(crosses), [16.6, 36.7], atol=0.3)
