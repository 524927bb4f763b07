"""The claims of lesson 05's further notebook, with seeds that its author did not use."""

import numpy as np
import pytest

from course_lib.figure.verdict import in_words
from course_lib.lessons.lesson_05 import claims

GROUPS = [range(100, 110), range(110, 120), range(200, 210)]


@pytest.mark.parametrize("seeds", GROUPS, ids=str)
def test_sigmoids_lose_the_gradient_in_a_deep_network_only(seeds):
    ratios = {depth: claims.gradient_ratio("sigmoid", "glorot", depth, seeds) for depth in (3, 20)}
    assert {n: in_words(r < 1e-3) for n, r in ratios.items()} == {3: "does not hold", 20: "holds"}
    for phi, start in (("tanh", "glorot"), ("relu", "he")):
        assert (claims.gradient_ratio(phi, start, 20, seeds) > 0.05).all()


@pytest.mark.parametrize("seeds", GROUPS, ids=str)
def test_tiny_weights_are_a_good_start_for_one_hidden_layer_only(seeds):
    said = {sizes: in_words(claims.moons_right(sizes, "small_random", seeds) > 0.9)
            for sizes in ((2, 8, 1), (2, 8, 8, 8, 8, 1))}
    assert list(said.values()) == ["holds", "does not hold"]
    assert (claims.moons_right((2, 8, 8, 8, 8, 1), "glorot", seeds) > 0.9).all()


@pytest.mark.parametrize("seeds", GROUPS, ids=str)
def test_xor_needs_neurons_to_spare(seeds):
    said = {n: in_words(claims.xor_costs(n, seeds) < 0.1) for n in (1, 2, 8)}
    assert said == {1: "does not hold", 2: "varies with the seed", 8: "holds"}


@pytest.mark.parametrize("seeds", GROUPS, ids=str)
def test_a_gradient_forecasts_small_moves_only(seeds):
    assert np.min(claims.forecasts(0.001, seeds)) > 0.95
    assert np.max(claims.forecasts(1.0, seeds)) < 0.9
