"""Lesson 04: the explorers of gradient descent, what their sentences say, and the drawings."""

import numpy as np
import pytest

from course_lib.costs import Quadratic
from course_lib.figure.style import new_figure, series
from course_lib.layers import Dense
from course_lib.lessons.lesson_04 import figures as plots
from course_lib.network import Network
from course_lib.optimizers import Adam, GradientDescent, Momentum
from course_lib.training import fit

pytest.importorskip("anywidget")
from course_lib.lessons.lesson_04 import (
    claims,
    data,
    depth,
    descent,
    inside_step,
    optimizer_race,
    point_on_surface,
    stochastic,
    turned_surface,
    weight_space,
)
from tests.machinery.explorer_checks import check_explorer


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
    check_explorer(descent.OneCurve())
    check_explorer(descent.LearningRate({"standardised": x, "area": area}, price))
    check_explorer(stochastic.GradientNoise(x, price))
    check_explorer(stochastic.BatchRace(x, price), {"batch_size": [1, 64],
                                                    "learning_rate": [0.01, 1.0]})
    check_explorer(optimizer_race.OptimizerRace(),
                   {"factor": [1 / 8, 4.0], "momentum": [0.5, 0.99]})
    check_explorer(inside_step.InsideStep())
    check_explorer(turned_surface.TurnedSurface())
    check_explorer(point_on_surface.PointOnSurface({"standardised": x, "area": area}, area, price))
    check_explorer(depth.DepthAgainstRate(4.0))
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


def test_the_arrow_and_the_labels_point_the_way_that_the_sentence_says(houses):
    x, _, price = houses
    explorer = descent.SlopeDirection(x, price)
    for model in explorer.curves:
        for w in np.arange(0, 9.01, 0.3):
            sentence = explorer.set(model=model, w=w)
            _, dot, _, shaft, head, label = explorer.moving
            ends = shaft.get_xdata()
            assert ends[0] == dot.get_xdata()[0] == pytest.approx(w)
            assert head.get_xdata()[0] == ends[1]  # the head is where the step ends
            if "go right" in sentence:
                assert head.get_marker() == ">" and ends[1] >= ends[0]
            elif "go left" in sentence:
                assert head.get_marker() == "<" and ends[1] <= ends[0]
            assert label.get_text().split(": ")[1] in sentence
    explorer.set(model="line: ŷ = w x + b")
    words = {text.get_text(): text.get_position()[0] for text in explorer.axes[1].texts}
    assert words["slope < 0: go right ▶"] < 0.5 < words["slope > 0: go left ◀"]  # as the curve lies


def test_one_curve_knows_its_limit():
    explorer = descent.OneCurve()
    for curvature in (0.5, 1.0, 2.0, 4.0):
        for part, what in ((0.5, "lands in one step"), (0.75, "swings in"), (0.25, "walks in")):
            rate = part * 2 / curvature
            if 0.05 <= rate <= 2.5 and abs(rate / 0.05 - round(rate / 0.05)) < 1e-9:
                assert what in explorer.set(curvature=curvature, learning_rate=rate)
    assert "swings for ever" in explorer.set(curvature=1.0, learning_rate=2.0)
    assert "diverges" in explorer.set(learning_rate=2.05)
    steps = explorer.moving[0].get_xdata()
    assert np.allclose(steps[1:] / steps[:-1], 1 - 2.05)  # the steps that are drawn


def test_a_runner_can_be_hidden(houses):
    x, _, price = houses
    race = stochastic.BatchRace(x, price)
    race.set(one_row=False)
    hidden = race.heads[2], race.curves[2], race.paths[0][1]
    assert not any(artist.get_visible() for artist in hidden)
    race.set(one_row=True, mini_batch=False)
    assert all(artist.get_visible() for artist in hidden)
    assert not race.curves[1].get_visible()
    optimizers = optimizer_race.OptimizerRace()
    assert "AdaGrad" not in optimizers.sentence
    assert "AdaGrad" in optimizers.set(show_AdaGrad=True)
    assert "Adam " not in optimizers.set(show_Adam=False) and "plain" in optimizers.sentence
    assert "nobody runs" in optimizers.set(
        **{f"show_{name}": False for name in optimizer_race.METHODS})


def test_the_limit_is_where_descent_stops_converging(houses):
    x, area, price = houses
    explorer = descent.LearningRate({"standardised": x, "area": area}, price)
    for name, inputs in (("standardised", x), ("area", area)):
        ones = np.column_stack([inputs, np.ones(64)])
        limit = 2 / np.linalg.eigvalsh(ones.T @ ones / 64)[-1]
        assert f"2 / the largest curvature = {limit:.2f}" in explorer.set(input=name)
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
    assert explorer.values["rows"] == 8  # who guesses first has not seen the end
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
        assert np.allclose(path[-1], network.parameters, rtol=1e-12)
    optimizer = GradientDescent(1e200)
    path = descent.walk(network, [1.0, 2.0], x[:, None], price[:, None], cost=Quadratic(),
                        optimizer=optimizer, epochs=5, batch_size=64)
    assert len(path) < 6 and np.isfinite(path).all()
    assert "step" not in vars(optimizer)


@pytest.mark.parametrize("function", [optimizer_race.ravine, optimizer_race.curved_valley,
                                      optimizer_race.two_valleys])
def test_the_gradients_of_the_surfaces(function):
    for w in np.random.default_rng(0).normal(size=(5, 2)):
        nudged = [(function(w + h)[0] - function(w - h)[0]) / 2e-6 for h in 1e-6 * np.eye(2)]
        assert np.allclose(function(w)[1], nudged, rtol=1e-5, atol=1e-5)


def test_the_lowest_points_of_the_surfaces_are_low():
    for function, _, best, h, v in optimizer_race.SURFACES.values():
        grid = np.stack(np.meshgrid(np.linspace(*h, 201), np.linspace(*v, 201)), axis=-1)
        assert function(np.array(best))[0] <= function(grid)[0].min() + 1e-9


def test_momentum_beats_plain_descent_in_the_ravine():
    explorer = optimizer_race.OptimizerRace()
    plain, momentum = (explorer.runner("ravine", name, 1.0, 0.8)[1][-1]
                       for name in ("plain", "momentum"))
    assert momentum < 0.01 * plain
    for optimizer in (GradientDescent(0.005), Momentum(0.005), Adam(0.1)):
        left = optimizer_race.run("ravine", optimizer)[1]
        assert left[-1] < left[0]


@pytest.mark.parametrize("name", optimizer_race.METHODS)
def test_many_rates_at_once_walk_as_each_alone(name):
    make, rates = optimizer_race.METHODS[name], optimizer_race.RATES[::8]
    for surface in optimizer_race.SURFACES:
        together = make(1.0, 0.8)
        together.learning_rate = rates[:, None]
        path, left = optimizer_race.run(surface, together, walks=rates.shape)
        alone = [optimizer_race.run(surface, make(rate, 0.8)) for rate in rates]
        assert np.allclose(path, np.stack([one[0] for one in alone], axis=1))
        assert np.allclose(left, np.stack([one[1] for one in alone], axis=1))


def test_the_best_rate_is_the_best():
    rate = optimizer_race.best_rate("ravine", GradientDescent)
    ends = {other: optimizer_race.run("ravine", GradientDescent(other))[1][-20:].max()
            for other in optimizer_race.RATES}
    assert ends[rate] == min(ends.values()) and 0.01 < rate < 2 / 100  # below 2/λmax


def test_a_race_takes_one_more_runner():
    explorer = optimizer_race.OptimizerRace(mine=Momentum)
    assert "mine (γ = " in explorer.sentence
    mine, nesterov = (explorer.runner("ravine", name, 1.0, 0.9) for name in ("mine", "momentum"))
    assert np.array_equal(mine[0], nesterov[0])  # 0.9 is what Momentum has by itself


def test_every_method_of_a_race_has_its_own_colour_dash_and_marker():
    explorer = optimizer_race.OptimizerRace(mine=Momentum)
    curves = [curve for *_, curve in explorer.artists]
    assert [curve.get_label() for curve in curves] == [*optimizer_race.METHODS, "mine"]
    looks = [series(n) for n in range(len(curves))]
    assert [curve.get_color() for curve in curves] == [look["color"] for look in looks]
    for part in ("color", "linestyle", "marker"):
        assert len({str(look[part]) for look in looks}) == len(curves), part


# Inside one step ---------------------------------------------------------------------------------
def steps_inside(method, surface="curved valley"):
    return inside_step.InsideStep().steps_of(method, surface)


def test_what_is_remembered_is_what_the_formulas_say():
    for method in ("momentum", "Nesterov"):
        optimizer, steps = steps_inside(method)
        for step in steps:
            (old,), (new,) = step.memory, step.updated
            assert np.allclose(new, optimizer.momentum * old + step.gradient)
            ahead = step.gradient + optimizer.momentum * new
            used = ahead if method == "Nesterov" else new
            assert np.allclose(step.after, step.w - optimizer.learning_rate * used)
    optimizer, steps = steps_inside("AdaGrad")
    for t, step in enumerate(steps, 1):
        s = sum(earlier.gradient**2 for earlier in steps[:t])
        assert np.allclose(step.updated[0], s)
        moved = optimizer.learning_rate * step.gradient / np.sqrt(s)
        assert np.allclose(step.after, step.w - moved)
    optimizer, steps = steps_inside("RMSprop")
    for step in steps:
        assert np.allclose(step.updated[0], 0.9 * step.memory[0] + 0.1 * step.gradient**2)
    optimizer, steps = steps_inside("Adam")
    for t, step in enumerate(steps, 1):
        m, v = step.updated
        assert np.allclose(m, 0.9 * step.memory[0] + 0.1 * step.gradient)
        assert np.allclose(v, 0.99 * step.memory[1] + 0.01 * step.gradient**2)
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.99**t)
        moved = optimizer.learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        assert np.allclose(step.after, step.w - moved)
    for method in optimizer_race.METHODS:  # nothing is remembered before the first step
        assert all(not array.any() for array in steps_inside(method)[1][0].memory)


def test_the_steps_inside_are_those_of_the_race():
    race = optimizer_race.OptimizerRace()
    for method in optimizer_race.METHODS:
        _, steps = steps_inside(method, "ravine")
        path = race.runner("ravine", method, 1.0, 0.8)[0]
        assert np.allclose([step.w for step in steps], path[:len(steps)])


def test_bars_arrows_and_squares_add_up_to_the_step():
    explorer = inside_step.InsideStep()
    for method in ("plain", "momentum", "Nesterov"):
        optimizer, steps = explorer.steps_of(method, "ravine")
        for t in (1, 2, 6):
            for i in range(2):
                *shares, total = explorer.shares(optimizer, steps, t, i)
                assert sum(shares) == pytest.approx(total)
                assert shares[-1] == steps[t - 1].gradient[i]
            arrows = explorer.arrows_of(optimizer, steps[t - 1], t)
            gone = steps[t - 1].after - steps[t - 1].w
            assert np.allclose(arrows["step"], gone)
            if method != "plain":
                assert np.allclose(arrows["remembered"] + arrows["gradient"], gone)
                old = steps[t - 1].memory[0]
                kept = optimizer.learning_rate * optimizer.momentum * old
                if method == "Nesterov":  # what it looks ahead by is faded twice
                    kept = kept * optimizer.momentum
                assert np.allclose(arrows["remembered"], -kept)
    for method in ("AdaGrad", "RMSprop", "Adam"):  # a step is γ times a side over another
        optimizer, steps = explorer.steps_of(method, "ravine")
        for t in (1, 2, 6):
            gone = abs(steps[t - 1].after - steps[t - 1].w)
            for i in range(2):
                sides = explorer.sides(optimizer, steps[t - 1], t, i)
                assert gone[i] == pytest.approx(optimizer.learning_rate * sides[-1] / sides[0])


def test_adam_first_moves_each_weight_by_the_learning_rate():
    explorer = inside_step.InsideStep()
    words = explorer.set(method="Adam", surface="ravine", step=1)
    optimizer, steps = explorer.steps_of("Adam", "ravine")
    assert np.allclose(abs(steps[0].after - steps[0].w), optimizer.learning_rate)
    assert "slope g: −8.00 and 120" in words and "m := 0.9 m + 0.1 g: 0.00 → −0.800" in words
    for i in range(2):
        sides = explorer.sides(optimizer, steps[0], 1, i)
        assert np.allclose(sides, sides[0])
    words = explorer.set(method="momentum")
    assert "velocity := 0.8 velocity + g: 0.00 → −8.00 and 0.00 → 120" in words
    assert "s := s + g²: 0.00 → 64.0 and 0.00 → 14400;" in explorer.set(method="AdaGrad")


def test_arrows_of_rounding_errors_are_not_shown():
    explorer = inside_step.InsideStep()
    explorer.set(method="AdaGrad", surface="two valleys", step=40)  # long at the minimum
    assert not any(arrow.get_visible() for arrow in explorer.arrows.values())
    explorer.set(step=4)
    assert all(arrow.get_visible() for arrow in explorer.arrows.values())


def test_arrows_that_point_the_same_way_are_all_seen():
    explorer = inside_step.InsideStep()
    for choice in ({"method": "AdaGrad", "surface": "curved valley", "step": 3},
                   {"method": "momentum", "surface": "ravine", "step": 3},
                   {"method": "momentum", "surface": "ravine", "step": 4},
                   {"method": "Adam", "surface": "ravine", "step": 1}):
        explorer.set(**choice)
        left, low, right, top = explorer.enlarged.bbox.padded(-3).extents.astype(int)
        seen = np.asarray(explorer._canvas.buffer_rgba())[::-1][low:top, left:right, :3]
        for name, arrow in explorer.arrows.items():
            colour = 255 * np.array(arrow.get_edgecolor()[:3])
            pixels = (abs(seen - colour).max(axis=-1) < 30).sum()
            long = np.hypot(*arrow._posA_posB[1]) > 0.1
            assert pixels > 25 or not long, (choice, name)


def test_every_step_starts_in_the_picture():
    explorer = inside_step.InsideStep()
    for method in optimizer_race.METHODS:
        for surface, (_, _, _, *limits) in optimizer_race.SURFACES.items():
            starts = np.array([step.w for step in explorer.steps_of(method, surface)[1]])
            assert all((low <= w).all() and (w <= high).all()
                       for w, (low, high) in zip(starts.T, limits, strict=True)), (method, surface)


@pytest.mark.parametrize(("number", "words"), [
    (0, "0.00"), (-0.0, "0.00"), (3.14159, "3.14"), (-22.48, "−22.5"), (120, "120"),
    (3347.2, "3347"), (0.0171, "0.0171"), (-2.34e-5, "−2e−05")])
def test_numbers_of_the_table(number, words):
    assert inside_step.plain(number) == words


# A point and its model ---------------------------------------------------------------------------
def test_the_point_is_the_model(houses):
    x, area, price = houses
    explorer = point_on_surface.PointOnSurface({"standardised": x, "area": area}, area, price)
    for name, inputs in (("standardised", x), ("area", area)):
        error = 2 * inputs + 3 - price
        words = explorer.set(w=2, b=3, input=name)
        assert f"the cost is {np.mean(error**2) / 2:.2f}" in words
        slopes = f"({np.mean(error * inputs):.2f}, {np.mean(error):.2f})".replace("-", "−")
        assert f"the gradient {slopes};" in words
        ends = np.array([area.min(), area.max()])
        line = explorer.moving[-2].get_xydata()
        assert np.allclose(line[:, 0], ends)
        assert np.allclose(line[:, 1], 2 * inputs[[area.argmin(), area.argmax()]] + 3)
        for (start, end), i in zip(explorer.moving[-3].get_segments(), explorer.rows, strict=True):
            assert start[1] == price[i] and end[1] == pytest.approx(2 * inputs[i] + 3)


def test_descend_walks_down_from_the_point_and_dragging_goes_on_from_there(houses):
    x, area, price = houses
    explorer = point_on_surface.PointOnSurface({"standardised": x}, area, price)
    explorer.set(w=-3, b=1)
    explorer.press("descend")
    best = np.array([np.mean(x * price), np.mean(price)])
    assert np.allclose([explorer.values["w"], explorer.values["b"]], best, atol=0.05)
    path = explorer.path
    assert tuple(path[0]) == (-3, 1) and f"Walked {len(path) - 1} steps" in explorer.sentence
    assert np.allclose(path[1] - best, 0.7 * (path[0] - best))  # a round bowl: 1 − γ
    steps = explorer.descend()
    explorer.set(w=0, b=0)
    next(steps)
    assert np.allclose([explorer.values["w"], explorer.values["b"]], 0.3 * best)
    explorer.set(w=9, b=9)  # dragged away meanwhile
    next(steps)
    assert tuple(explorer.path[0]) == (9, 9) and len(explorer.path) == 2


def test_who_points_at_the_bowl_sets_both_weights(houses):
    x, area, price = houses
    explorer = point_on_surface.PointOnSurface({"standardised": x}, area, price)
    for w, b in ((2.02, -3.0), (-4, 14)):
        place = explorer.axes[0].transData.transform((w, b)) + [0.2, -0.2]
        assert explorer.pointed(*place) == {"w": round(w, 1), "b": b}
    assert explorer.pointed(*explorer.axes[1].transAxes.transform((0.5, 0.5))) is None


# Depth and three dimensions ----------------------------------------------------------------------
def test_a_chain_learns_as_the_library_does(houses):
    x, _, price = houses
    y = price - price.mean()
    slope, rng = np.mean(x * y), np.random.default_rng(0)
    network = Network([Dense(1, 1, rng=rng) for _ in range(4)])
    for layer in network.layers:
        layer.W, layer.b = [[0.9]], [0.0]
    history = fit(network, x[:, None], y, cost=Quadratic(), optimizer=GradientDescent(0.01),
                  epochs=10, rng=rng, progress=False)
    lowest = 0.5 * np.mean((slope * x - y) ** 2)
    costs = depth.train_chains(4, 0.01, 0.9, slope)[:11]
    assert np.allclose(costs, np.array(history.cost) - lowest)


def test_the_map_of_depths_and_its_words():
    explorer = depth.DepthAgainstRate(4.0)
    assert "1 weight in a chain" in explorer.set(depth=1, learning_rate=0.5)
    assert ": trained;" in explorer.sentence
    assert ": diverges;" in explorer.set(learning_rate=10**0.4)
    assert ": too slow;" in explorer.set(learning_rate=1e-4)
    explorer.set(depth=3, learning_rate=0.1)
    cells = explorer.map.get_array().reshape(60, -1)
    costs = depth.train_chains(3, explorer.rates[30], 1.0, 4.0)
    assert cells[2, 30] == pytest.approx(np.log10(np.clip(costs[-10:].max(), 1e-6, 1e3)))
    place = explorer.axes[0].transData.transform((0.1, 33.2))
    assert explorer.pointed(*place) == {"depth": 33, "learning_rate": pytest.approx(0.1)}
    assert explorer.pointed(*explorer.axes[1].transAxes.transform((0.5, 0.5))) is None
    assert not explorer.worked[-1] or "up to depth 60" in explorer.sentence
    explorer.set(start=0.8)
    assert not explorer.worked[-1]


def test_a_surface_is_turned_by_pointing_at_it():
    explorer = turned_surface.TurnedSurface()
    assert explorer.pointed(0, 0) == {"angle": 0, "height": 80}
    assert explorer.pointed(960, 552) == {"angle": 350, "height": 0}
    assert "from 120° round and 20° above" in explorer.set(angle=120, height=20)
    assert (explorer.ax.azim, explorer.ax.elev) == (120, 20)
    for _, _, C, path in explorer.surfaces.values():
        assert path.shape[1] == 3 and path[-1, 2] < path[0, 2] <= C.max()


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


# What the lesson says ----------------------------------------------------------------------------
def test_a_turned_ravine_is_the_ravine():
    w = np.random.default_rng(0).normal(size=(20, 2))
    turn = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    C, slopes = optimizer_race.turned_ravine(w @ turn.T)
    assert np.allclose(C, optimizer_race.ravine(w)[0])
    assert np.allclose(slopes, optimizer_race.ravine(w)[1] @ turn.T)
    starts = [optimizer_race.SURFACES[name][1] for name in ("ravine", "turned ravine")]
    assert np.allclose(turn @ starts[0], starts[1], atol=1e-3)  # the same start, turned


def test_adagrad_wins_along_the_axes_and_loses_when_the_ravine_is_turned(monkeypatch):
    monkeypatch.setattr(plots, "show", lambda fig, text: None)
    left = plots.show_two_ravines(["plain", "momentum", "AdaGrad", "RMSprop", "Adam"])
    along, turned = ({name: both[k] for name, both in left.items()} for k in (0, 1))
    assert min(along, key=along.get) == "AdaGrad" == max(turned, key=turned.get)
    assert 10 < turned["RMSprop"] / along["RMSprop"] < 20  # "more than ten times"
    assert 3 < turned["Adam"] / along["Adam"] < 5  # "about four times"
    for blind in ("plain", "momentum"):  # they do not know where the axes are
        assert along[blind] == pytest.approx(turned[blind], rel=0.01)


def test_who_forgives_a_learning_rate_four_times_too_large():
    race = optimizer_race.OptimizerRace()
    ends = {name: race.runner("ravine", name, 4.0, 0.8)[1][-1] for name in optimizer_race.METHODS}
    assert all((ends[name] < 100) == (name in ("AdaGrad", "RMSprop", "Adam")) for name in ends)


def test_on_the_plateau_the_plain_step_waits_and_the_scaled_ones_do_not():
    race = optimizer_race.OptimizerRace()
    left = {name: race.runner("plateau", name, 1.0, 0.8)[1] for name in optimizer_race.METHODS}
    assert left["plain"][30] > 0.5 * left["plain"][0] > 100 * left["plain"][80]
    assert all(left[name][20] < 0.1 * left[name][0] for name in ("momentum", "Adam"))


def test_a_round_bowl_is_drawn_round(houses):
    x, area, price = houses
    race = stochastic.BatchRace(x, price)
    rate = descent.LearningRate({"standardised": x}, price)
    point = point_on_surface.PointOnSurface({"standardised": x}, area, price)
    for explorer in (race, rate, point):
        explorer.frame()
        ax = explorer._fig.axes[0]
        box = ax.get_window_extent()
        across = np.ptp(ax.get_xlim()) / box.width
        assert across == pytest.approx(np.ptp(ax.get_ylim()) / box.height, rel=0.06)


def test_the_falling_rate_ends_lowest():
    area, price = data.houses()
    x = data.standardise(area)
    rows, best = np.column_stack([x, np.ones(512)]), np.array([np.mean(x * price), price.mean()])

    def above(rate, seed):
        w, rng, n = np.zeros(2), np.random.default_rng(seed), 0
        for _ in range(20):
            for i in rng.permutation(512):
                w, n = w - rate(n) * (rows[i] @ w - price[i]) * rows[i], n + 1
        return 0.5 * np.sum((w - best) ** 2)  # the bowl is round

    for seed in (1, 2, 3):
        falling = above(lambda n: 0.05 / (1 + n / 50), seed)
        assert falling < min(above(lambda n, rate=rate: rate, seed) for rate in (0.05, 0.001))


def test_the_houses_have_no_mansion():
    area, price = data.houses()
    assert len(area) == len(price) == 512 and area.max() <= 5
    x = data.standardise(area)
    assert x.mean() == pytest.approx(0, abs=1e-12) and x.std() == pytest.approx(1)
    assert np.mean(x * price) == pytest.approx(3.91, abs=0.01)  # as the lesson says, near 3.9
    rows = -price[:, None] * np.column_stack([x, np.ones(512)])
    share = np.sum((rows - rows.mean(axis=0)) ** 2, axis=1)
    assert share.max() < 0.2 * share.sum()  # nobody decides the noise alone


def test_rows_are_counted_when_an_update_is_made():
    A, y = np.ones((1, 1000, 1)), np.full((1, 1000), 2.0) + np.tile([0.1, -0.1], 500)
    seen, left = claims.walk_down(A, y, 1000, 1.0, np.random.default_rng(0))
    assert list(seen[:3]) == [0, 1000, 2000] and left[0, 0] > 1 and left[0, 1] < 1e-9


def test_the_gradients_of_all_ways_to_add_up_need_what_the_lesson_says():
    found = claims.memory_of_a_step(rows=20_000)
    at_once, pieces, one_by_one, sgd = found.values()
    assert at_once > 15 * pieces > 100 * one_by_one and one_by_one < 4 * sgd
