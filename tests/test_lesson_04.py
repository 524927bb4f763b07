"""Lesson 04: the explorers of gradient descent, what their sentences say, and the drawings."""

import numpy as np
import pytest

from course_lib.costs import Quadratic
from course_lib.optimizers import Adam, GradientDescent, Momentum
from course_lib.plots import descent as plots
from course_lib.plots.style import new_figure
from course_lib.training import fit

pytest.importorskip("anywidget")
from course_lib.explorers import descent, stochastic, weight_space
from tests.explorer_checks import check_explorer


@pytest.fixture(scope="module")
def houses():
    """64 houses: a standardised area, the area in 1,000 square feet, and a price."""
    rng = np.random.default_rng(0)
    area = rng.uniform(0.6, 3, 64)
    x = (area - area.mean()) / area.std()
    return x, area, 4 * x + 8 + rng.normal(size=64)


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    return X, (X[:, :1] * X[:, 1:2] > 0).astype(float)


# Explorers ---------------------------------------------------------------------------------------
def test_every_explorer_moves(houses, customers):
    x, area, price = houses
    check_explorer(descent.GridSearchTime(), {"points": [2, 100], "rate": [1e6, 1e18]})
    check_explorer(descent.SlopeDirection(x, price))
    check_explorer(descent.LearningRate({"standardised": x, "area": area}, price))
    check_explorer(stochastic.GradientNoise(x, price))
    check_explorer(stochastic.BatchRace(x, price), {"batch_size": [1, 64],
                                                    "learning_rate": [0.01, 1.0]})
    check_explorer(stochastic.OptimizerRace(), {"factor": [1 / 8, 4.0], "momentum": [0.5, 0.99]})
    check_explorer(weight_space.WeightSpace(*customers))


def test_grid_search_is_a_power():
    explorer = descent.GridSearchTime()
    assert "1,000 settings" in explorer.set(weights=3, points=10)
    assert "takes 0.1 s" in explorer.sentence
    assert "1 weight with 2 values" in explorer.set(weights=1, points=2)
    assert "10^99 ages of the universe" in explorer.set(weights=121, points=10)


def test_the_slope_says_which_way(houses):
    x, _, price = houses
    explorer, best = descent.SlopeDirection(x, price), np.mean(x * price)
    assert "go right" in explorer.set(w=1.0) and f"slope −{best - 1:.2f}" in explorer.sentence
    assert "go left" in explorer.set(w=8.0)
    next_w = 8 - 0.5 * (8 - best)
    assert f"next w is {next_w:.2f}" in explorer.set(learning_rate=0.5)
    for F, slope in explorer.curves.values():  # the slope is that of the curve
        numeric = np.gradient(F, explorer.w, edge_order=2)
        assert np.abs(numeric - slope)[1:-1].max() < 0.15 * np.abs(slope).max()


def test_the_limit_is_where_descent_stops_converging(houses):
    x, area, price = houses
    explorer = descent.LearningRate({"standardised": x, "area": area}, price)
    for name, inputs in (("standardised", x), ("area", area)):
        ones = np.column_stack([inputs, np.ones(64)])
        limit = 2 / np.linalg.eigvalsh(ones.T @ ones / 64)[-1]
        assert f"2/λmax = {limit:.2f}" in explorer.set(input=name)
        left = explorer.problems[name]["left"]
        below, above = explorer.rates < 0.97 * limit, explorer.rates > 1.03 * limit
        assert (left[below, -1] < left[below, 0]).all()
        assert (left[above, -1] > left[above, 0]).all()
    assert "diverges" in explorer.set(input="standardised", learning_rate=10**0.4)
    assert "swings across" in explorer.set(learning_rate=10**0.1)
    assert "walks down" in explorer.set(learning_rate=0.1)


def test_mini_batch_gradients_are_unbiased_and_the_drawn_law_holds(houses):
    x, _, price = houses
    explorer = stochastic.GradientNoise(x, price)
    rows = explorer.rows["at the start"]
    assert np.allclose(rows.mean(axis=0), [-np.mean(x * price), -np.mean(price)])
    assert np.allclose(explorer.rows["at the minimum"].mean(axis=0), 0)
    spread = [cloud.var(axis=0).sum() for cloud in explorer.clouds["at the start"]]
    assert np.polyfit(np.log(explorer.sizes), np.log(spread), 1)[0] == pytest.approx(-1, abs=0.1)
    before = explorer.sentence
    explorer.press("draw_again")
    assert explorer.sentence != before


def test_the_race_is_fair(houses):
    x, _, price = houses
    explorer = stochastic.BatchRace(x, price)
    for size in (1, 8, 64):
        path, left = explorer.race(size, 0.05)
        assert len(path) == 1 + 4 * 64 // size and tuple(path[0]) == explorer.START
        cost = descent.costs_at(explorer.network, path[-1:], x[:, None], price[:, None],
                                Quadratic())[0]
        assert left[-1] == pytest.approx(max(cost - explorer.lowest, 1e-5), rel=1e-6)
    explorer.press("reset")
    assert explorer.values["rows"] == 0 and "in 0 steps" in explorer.set()
    explorer.press("step")
    assert explorer.values["rows"] == 8
    walk = explorer.race(1, 0.05)[0]
    explorer.press("shuffle")
    assert not np.array_equal(explorer.race(1, 0.05)[0], walk)
    assert np.array_equal(explorer.race(64, 0.05)[0][0], walk[0])


def test_a_walk_takes_the_steps_of_fit(houses):
    x, _, price = houses
    for batch_size in (1, 8, 64):
        network = descent.neuron()
        path = descent.walk(network, [1.0, 2.0], x[:, None], price[:, None], cost=Quadratic(),
                            optimizer=GradientDescent(0.05), epochs=2, batch_size=batch_size,
                            rng=np.random.default_rng(3))
        network.parameters[:] = 1, 2
        fit(network, x[:, None], price, cost=Quadratic(), optimizer=GradientDescent(0.05), epochs=2,
            batch_size=batch_size, rng=np.random.default_rng(3), progress=False)
        assert np.array_equal(path[-1], network.parameters)
    optimizer = GradientDescent(1e200)
    path = descent.walk(network, [1.0, 2.0], x[:, None], price[:, None], cost=Quadratic(),
                        optimizer=optimizer, epochs=5, batch_size=64)
    assert len(path) < 6 and np.isfinite(path).all()
    assert "step" not in vars(optimizer)


@pytest.mark.parametrize("function", [stochastic.ravine, stochastic.curved_valley,
                                      stochastic.two_valleys])
def test_the_gradients_of_the_surfaces(function):
    for w in np.random.default_rng(0).normal(size=(5, 2)):
        nudged = [(function(w + h)[0] - function(w - h)[0]) / 2e-6 for h in 1e-6 * np.eye(2)]
        assert np.allclose(function(w)[1], nudged, rtol=1e-5, atol=1e-5)


def test_the_lowest_points_of_the_surfaces_are_low():
    for function, _, best, h, v in stochastic.OptimizerRace.SURFACES.values():
        grid = np.stack(np.meshgrid(np.linspace(*h, 201), np.linspace(*v, 201)), axis=-1)
        assert function(np.array(best))[0] <= function(grid)[0].min() + 1e-9


def test_momentum_beats_plain_descent_in_the_ravine():
    explorer = stochastic.OptimizerRace()
    plain, momentum = (explorer.runner("ravine", name, 1.0, 0.8)[1][-1]
                       for name in ("plain", "momentum"))
    assert momentum < 0.01 * plain
    for optimizer in (GradientDescent(0.005), Momentum(0.005), Adam(0.1)):
        assert explorer.run("ravine", optimizer)[1][-1] < explorer.run("ravine", optimizer)[1][0]


def test_a_twin_costs_the_same_and_half_way_costs_more(customers):
    explorer = weight_space.WeightSpace(*customers)
    along = explorer.planes["a solution and its twin"]["along"]
    assert along[10] == pytest.approx(along[30]) and along[20] > along[10]
    _, vertical, C = explorer.planes["a solution and its twin"]["surface"]
    row = np.argmin(abs(vertical))
    assert C[row, 6] == pytest.approx(along[9 + 1], rel=0.2)
    assert f"{along[20]:.2f} half-way" in explorer.set(plane="a solution and its twin")


# Drawings ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "words"), [
    (0.1, "0.1 s"), (3599, "3,599 s"), (7200, "2 hours"), (3.156e7, "1 years"), (1e10, "317 years"),
    (1e15, "10^8 years"), (4.356e17, "1 ages of the universe"),
    (1e117, "10^99 ages of the universe")])
def test_duration(seconds, words):
    assert plots.duration(seconds) == words


def test_the_chord_measures_how_far_a_curve_rises_above_it():
    _, axes = new_figure(1, 2)
    w = np.linspace(-2, 2, 401)
    assert plots.draw_chord(axes[0], w, w**2, (-1, 1)) == pytest.approx(0)
    assert plots.draw_chord(axes[1], w, -(w**2), (-1, 1)) == pytest.approx(1)


def test_arrows_point_downhill():
    _, ax = new_figure()
    w = np.linspace(-1, 1, 21)
    slopes = np.stack(np.meshgrid(2 * w, 2 * w), axis=-1)
    arrows = plots.draw_gradient_field(ax, w, w, slopes, n=4)
    x, y = arrows.get_offsets().T
    assert (arrows.U * x <= 0).all() and (arrows.V * y <= 0).all()
    assert np.allclose(np.hypot(arrows.U, arrows.V), 1)


def test_band_and_variance_draw_the_numbers_given():
    _, axes = new_figure(1, 2)
    line = plots.draw_band(axes[0], [1, 2], np.array([[1, 2], [3, 4], [8, 9]]))
    assert list(line.get_ydata()) == [3, 4]
    dots = plots.draw_variance(axes[1], [1, 2, 4, 8], [9, 5, 2, 1], 8.0)
    assert list(dots.get_ydata()) == [9, 5, 2, 1]
    assert list(axes[1].lines[0].get_ydata()) == [8, 4, 2, 1]


def test_draw_surface_covers_all_costs():
    _, ax = new_figure()
    w = np.linspace(-1, 1, 11)
    C = 1 + np.add.outer(w**2, w**2)
    filled = plots.draw_surface(ax, w, w, C)
    assert filled.levels[0] == C.min() and filled.levels[-1] == C.max()
    assert ax.get_xlim() == (-1, 1) and ax.get_xlabel() == "weight w"
