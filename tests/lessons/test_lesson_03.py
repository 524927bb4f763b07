"""Lesson 03: the explorers say true numbers, and the pictures show what is computed."""

import math

import numpy as np
import pytest

from course_lib.costs import Absolute, Huber, KullbackLeibler, Quadratic, SigmoidCrossEntropy
from course_lib.datasets.property_prices import load_property_prices
from course_lib.figure.style import new_figure
from course_lib.lessons.lesson_03.band import Band, fit_band, gaussian_nll, spread
from course_lib.lessons.lesson_03.cost_functions import (
    CASES,
    CostCurves,
    Outliers,
    Race,
    at,
    curves,
    fit_line,
    refusal,
)
from course_lib.lessons.lesson_03.figures import (
    draw_cost,
    draw_gap,
    draw_overflow,
    draw_stairs,
    draw_underflow,
)
from course_lib.lessons.lesson_03.likelihood import NOISES, Likelihood
from tests.machinery.explorer_checks import check_explorer


@pytest.fixture(scope="module")
def houses():
    table = load_property_prices().sample(40, random_state=np.random.default_rng(7))
    return table["area_sqft"] / 1000, table["price_usd"] / 1000


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
