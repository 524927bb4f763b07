"""The mean, the spread and the limits of the weights that each initializer draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.initializers import INITIALIZERS, glorot, he, small_random, zeros

NAMES = list(INITIALIZERS)
SIZES = [(400, 300), (1000, 100), (50, 2000)]
VARIANCE = {
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
    "small_random": lambda n_in, n_out: 0.01**2,
}


def assert_has_variance(W, variance):
    """Mean and variance within 5 standard errors (those of a normal, the larger ones)."""
    assert abs(W.mean()) < 5 * np.sqrt(variance / W.size)
    assert abs(W.var() / variance - 1) < 5 * np.sqrt(2 / W.size)


@pytest.mark.parametrize("name", VARIANCE)
@pytest.mark.parametrize(("n_in", "n_out"), SIZES)
def test_variance(name, n_in, n_out):
    W = INITIALIZERS[name](n_in, n_out, rng=np.random.default_rng(1))
    assert_has_variance(W, VARIANCE[name](n_in, n_out))


def test_a_wrong_variance_is_rejected():
    rng = np.random.default_rng(1)
    for wrong in (rng.uniform(-1, 1, (400, 300)) * np.sqrt(2 / 700),   # 2 for 6
                  rng.normal(0, 2 / 700, (400, 300)),                  # variance for deviation
                  he(300, 400, rng=rng)):                              # turned round
        with pytest.raises(AssertionError):
            assert_has_variance(wrong, 2 / 700)


def test_glorot_is_uniform_and_he_and_small_random_are_normal():
    rng = np.random.default_rng(2)
    W = glorot(300, 300, rng=rng)
    limit = np.sqrt(6 / 600)
    assert 0.999 * limit < np.abs(W).max() <= limit
    assert abs(np.mean(np.abs(W) < limit / 2) - 0.5) < 0.01
    for W in (he(300, 300, rng=rng), small_random(300, 300, rng=rng)):
        assert abs(np.mean(np.abs(W) < W.std()) - 0.6827) < 0.01


def test_relu_layers_keep_the_size_of_the_signal_with_he_and_lose_it_with_small_random():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((200, 256))
    size = {}
    for initializer in (he, small_random):
        A = X
        for _ in range(10):
            A = np.maximum(A @ initializer(256, 256, rng=rng), 0)
        size[initializer] = np.mean(A**2)
    assert 0.2 < size[he] < 5
    assert size[small_random] < 1e-10


@pytest.mark.parametrize("name", NAMES)
@given(n_in=st.integers(1, 20), n_out=st.integers(1, 20), seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=20, derandomize=True)
def test_shape_dtype_and_same_weights_for_the_same_seed(name, n_in, n_out, seed):
    initializer = INITIALIZERS[name]
    W = initializer(n_in, n_out, rng=np.random.default_rng(seed))
    assert W.shape == (n_in, n_out) and W.dtype == np.float64
    assert np.array_equal(W, initializer(n_in, n_out, rng=np.random.default_rng(seed)))
    different = initializer(n_in, n_out, rng=np.random.default_rng(seed + 1))
    assert np.array_equal(W, different) == (name == "zeros")


def test_zeros():
    assert not zeros(3, 2, rng=np.random.default_rng(0)).any()


def test_the_global_generator_is_left_alone():
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    for initializer in INITIALIZERS.values():
        initializer(3, 2, rng=np.random.default_rng(0))
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("name", NAMES)
def test_bad_sizes_are_refused(name):
    initializer, rng = INITIALIZERS[name], np.random.default_rng(0)
    for bad in (0, -3, True):
        with pytest.raises(ValueError, match=f"^{name} got n_in={bad}; expected a whole number"):
            initializer(bad, 2, rng=rng)
    for bad in (2.0, None, "3", (2,)):
        with pytest.raises(ValueError if bad == 2.0 else TypeError,
                           match=f"^{name} got n_out=.*expected a whole number"):
            initializer(2, bad, rng=rng)
    assert initializer(np.int64(3), 2, rng=rng).shape == (3, 2)


@pytest.mark.parametrize("name", NAMES)
def test_bad_generators_are_refused(name):
    for bad in (None, 0, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=f"^{name} got rng=.*default_rng"):
            INITIALIZERS[name](3, 2, rng=bad)
    with pytest.raises(TypeError):
        INITIALIZERS[name](3, 2)
