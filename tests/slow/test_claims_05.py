"""The claims of lesson 05's further notebook, with seeds that its author did not use."""

import pytest

from course_lib.lessons.lesson_05 import claims


@pytest.mark.parametrize("first", [100, 200])
def test_the_claims_hold_for_other_seeds(first):
    seeds = range(first, first + 10)
    assert (claims.gradient_ratio("sigmoid", "glorot", 20, seeds) < 1e-3).all()
    assert (claims.gradient_ratio("sigmoid", "glorot", 3, seeds) > 1e-3).all()
    for phi, start in (("tanh", "glorot"), ("relu", "he")):
        assert (claims.gradient_ratio(phi, start, 20, seeds) > 0.05).all()
    deep = (2, 8, 8, 8, 8, 1)
    assert (claims.moons_right(deep, "small_random", seeds) < 0.8).sum() >= 9
    assert (claims.xor_costs(1, seeds) > 0.1).all() and (claims.xor_costs(8, seeds) < 0.1).all()
    assert 1 < (claims.xor_costs(2, seeds) < 0.1).sum() < 9
    assert (claims.forecasts(0.001, seeds) > 0.95).all()
