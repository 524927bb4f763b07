"""The points made on the spot: shapes, balance, and that no line parts them."""

import numpy as np
import pytest

from course_lib.datasets import two_moons, xor_clouds


@pytest.mark.parametrize("make", [two_moons, xor_clouds])
def test_the_points_have_two_classes(make):
    X, y = make(200, rng=np.random.default_rng(0))
    assert X.shape == (200, 2) and y.shape == (200, 1) and set(y.ravel()) == {0.0, 1.0}
    assert abs(y.mean() - 0.5) < 0.1 and np.abs(X.mean(axis=0)).max() < 0.2


@pytest.mark.parametrize("make, best", [(two_moons, 0.95), (xor_clouds, 0.7)])
def test_no_line_parts_them(make, best):
    X, y = make(400, rng=np.random.default_rng(0))
    ones = np.column_stack([X, np.ones(400)])
    w = np.linalg.lstsq(ones, 2 * y - 1, rcond=None)[0]
    assert 0.4 < np.mean((ones @ w > 0) == y) < best
