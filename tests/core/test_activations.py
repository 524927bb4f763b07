"""Each φ against what it should be, and each φ′ against the central difference of its φ."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib import activations
from course_lib.activations import ACTIVATIONS, gelu, relu, sigmoid, softmax, softplus, tanh

NAMES = list(ACTIVATIONS)
ELEMENTWISE = [name for name in NAMES if name != "softmax"]
INCREASING = ["threshold", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "identity"]
#: where φ or φ′ has a corner or a jump at 0
KINKS = {"threshold", "relu", "leaky_relu", "elu"}

quick = settings(deadline=None, max_examples=20, derandomize=True)


def arrays(low=-30, high=30, min_dims=1):
    return hnp.arrays(np.float64, hnp.array_shapes(min_dims=min_dims, max_dims=3, max_side=5),
                      elements=st.floats(low, high, allow_subnormal=False))


def assert_is_derivative(phi, phi_prime, z, tolerance=1e-7):
    """phi_prime is the central difference of phi at z; relative to 1 or to the slope."""
    h = 1e-5
    expected = (phi(z + h) - phi(z - h)) / (2 * h)
    got = phi_prime(z, phi(z))
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", ELEMENTWISE)
@quick
@given(z=arrays())
def test_derivative_is_the_central_difference(name, z):
    if name in KINKS:
        z = np.where(np.abs(z) < 1e-3, 0.5, z)
    assert_is_derivative(*ACTIVATIONS[name], z)


@quick
@given(z=arrays(), direction=st.integers(0, 2**32 - 1))
def test_softmax_jacobian_is_the_central_difference(z, direction):
    D = np.random.default_rng(direction).standard_normal(z.shape)
    h = 1e-5
    expected = (softmax(z + h * D) - softmax(z - h * D)) / (2 * h)
    J = activations.softmax_prime(z, softmax(z))
    assert J.shape == z.shape + z.shape[-1:]
    np.testing.assert_allclose(np.einsum("...ij,...j->...i", J, D), expected, atol=1e-8)


WRONG = {
    "sigmoid without 1 − a": (sigmoid, lambda z, a: a),
    "sigmoid with z for a": (sigmoid, lambda z, a: z * (1 - z)),
    "tanh with a for a²": (tanh, lambda z, a: 1 - a),
    "relu turned round": (relu, lambda z, a: np.less(z, 0).astype(float)),
    "gelu without the product rule": (gelu, lambda z, a: a / z),
    "softplus for sigmoid": (softplus, lambda z, a: a),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_derivative_is_rejected(mistake):
    with pytest.raises(AssertionError):
        assert_is_derivative(*WRONG[mistake], np.array([-1.3, 0.4, 2.0]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@quick
@given(data=st.data())
def test_shape_and_dtype_stay_and_the_argument_is_not_changed(name, dtype, data):
    phi, phi_prime = ACTIVATIONS[name]
    z = data.draw(arrays()).astype(dtype)
    before = z.copy()
    a = phi(z)
    slope = phi_prime(z, a)
    assert a.shape == z.shape and a.dtype == dtype and slope.dtype == dtype
    assert slope.shape == (z.shape if name != "softmax" else z.shape + z.shape[-1:])
    assert np.array_equal(z, before)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows_and_nothing_warns_at_1000(name):
    phi, phi_prime = ACTIVATIONS[name]
    for dtype in (np.float32, np.float64):
        for z in (np.array([-1000, -750, -100, 0, 100, 750, 1000], dtype), np.zeros(3, dtype)):
            with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
                warnings.simplefilter("error")
                a = phi(z)
                slope = phi_prime(z, a)
            assert np.isfinite(a).all() and np.isfinite(slope).all()


LIMITS = {  # φ(−1000), φ(0), φ(1000), φ′(−1000), φ′(0), φ′(1000)
    "threshold": (0, 1, 1, 0, 0, 0),
    "sigmoid": (0, 1 / 2, 1, 0, 1 / 4, 0),
    "tanh": (-1, 0, 1, 0, 1, 0),
    "relu": (0, 0, 1000, 0, 0, 1),
    "leaky_relu": (-10, 0, 1000, 0.01, 0.01, 1),
    "elu": (-1, 0, 1000, 0, 1, 1),
    "gelu": (0, 0, 1000, 0, 1 / 2, 1),
    "softplus": (0, math.log(2), 1000, 0, 1 / 2, 1),
    "identity": (-1000, 0, 1000, 1, 1, 1),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_values_at_zero_and_far_out(name):
    phi, phi_prime = ACTIVATIONS[name]
    z = np.array([-1000.0, 0, 1000])
    a = phi(z)
    np.testing.assert_allclose(np.concatenate([a, phi_prime(z, a)]), LIMITS[name], rtol=1e-15)


@pytest.mark.parametrize("z", [-700.0, -300.0, -40.0, -5.0])
def test_left_tails_keep_their_digits(z):
    tail = math.exp(z) / (1 + math.exp(z))
    assert sigmoid(z) == pytest.approx(tail, rel=1e-12, abs=0)
    assert softplus(z) == pytest.approx(math.log1p(math.exp(z)), rel=1e-12, abs=0)
    assert activations.elu_prime(z, activations.elu(z)) == pytest.approx(math.exp(z), rel=1e-12)
    assert softmax([z, 0.0])[0] == pytest.approx(tail, rel=1e-12, abs=0)


def test_sigmoid_of_minus_40():
    assert sigmoid(-40) == pytest.approx(4.248354255291589e-18, rel=1e-12, abs=0)
    # the form through tanh, equal on paper, is not good enough
    assert 0.5 * (1 + np.tanh(-20)) != pytest.approx(4.248354255291589e-18, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_lists_and_integers(name):
    phi, phi_prime = ACTIVATIONS[name]
    for number in (2, -1.5, True, np.float64(0.5), np.int8(3)):
        a = phi(number)
        assert type(a) is np.float64
        assert a == phi(np.array([float(number)]))[0] or name == "softmax"
    if name != "softmax":
        assert np.shape(phi_prime(2.0, phi(2.0))) == ()
    expected = phi(np.array([[1.0, 2.0], [0.0, 3.0]]))
    for dtype in (np.int8, np.uint8, np.int32, np.int64):
        a = phi(np.array([[1, 2], [0, 3]], dtype))
        assert a.dtype == np.float64 and np.array_equal(a, expected)
    assert np.array_equal(phi([[1, 2], [0, 3]]), expected)
    assert type(phi(np.float32(0.5))) is np.float32


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    phi, _ = ACTIVATIONS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(phi(np.array([np.nan, 1.0]))[0])
        assert np.isnan(phi(math.nan))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", [None, "1.0", ["a"], 1j, np.array([1j]), {}, [None, 1.0], [[1], []],
                                 np.array(["2020-01-01"], "datetime64[D]")])
def test_what_is_not_a_real_number_is_refused(name, bad):
    phi, _ = ACTIVATIONS[name]
    with pytest.raises((TypeError, ValueError), match=f"^{name} got .*expected"):
        phi(bad)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", [np.ma.masked_array([1.0, 2.0], [True, False]), ["1.5"],
                                 np.array([1], "timedelta64[s]"), np.zeros(2, [("a", float)])])
def test_what_only_looks_like_numbers_is_refused_with_a_remedy(name, bad):
    for function in ACTIVATIONS[name]:
        with pytest.raises(TypeError, match=r"got z .*(float|filled|timedelta64\(1|column_stack)"):
            function(*([bad] if function is ACTIVATIONS[name][0] else [bad, np.ones(2)]))


def test_gelu_far_out():
    z = np.array([-np.inf, -1e200, -1e30, 1e30, 1e200, np.inf])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(gelu(z), [0, 0, 0, 1e30, 1e200, np.inf])
        assert np.array_equal(activations.gelu_prime(z, gelu(z)), [0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_who_wants_all_errors_raised_gets_none(name):
    phi, phi_prime = ACTIVATIONS[name]
    with np.errstate(all="raise"):
        for z in (np.array([[-800.0, -1e-310, 0, 1e-310, 800.0]]), np.full((1, 5), -1e5)):
            assert np.isfinite(phi(z)).all() and np.isfinite(phi_prime(z, phi(z))).all()


def test_softmax_needs_an_entry_in_each_row():
    for shape in [(0,), (3, 0), (0, 0)]:
        with pytest.raises(ValueError, match="at least one entry"):
            softmax(np.empty(shape))
    assert softmax(np.empty((0, 3))).shape == (0, 3)


@quick
@given(z=arrays(-1000, 1000))
def test_tanh_is_a_sigmoid_stretched(z):
    np.testing.assert_allclose(tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-15)


@quick
@given(z=arrays(-1000, 1000), shift=st.floats(-1000, 1000))
def test_softmax_sums_to_one_and_does_not_see_a_shift(z, shift):
    a = softmax(z)
    assert (a >= 0).all()
    np.testing.assert_allclose(a.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(z + shift), a, atol=1e-12)


@quick
@given(z=hnp.arrays(np.float64, (4, 2), elements=st.floats(-500, 500)))
def test_softmax_of_two_is_the_sigmoid_of_their_difference(z):
    np.testing.assert_allclose(softmax(z)[:, 0], sigmoid(z[:, 0] - z[:, 1]), rtol=1e-12,
                               atol=1e-300)  # below it numbers lose their digits one by one


@pytest.mark.parametrize("name", INCREASING)
@quick
@given(z=arrays(-1000, 1000))
def test_larger_input_gives_no_smaller_output(name, z):
    phi, phi_prime = ACTIVATIONS[name]
    z = np.sort(z.ravel())
    # one unit in the last place is the exponential's rounding
    assert (np.diff(phi(z)) >= -2e-16 * np.abs(phi(z)[1:])).all()
    assert (phi_prime(z, phi(z)) >= 0).all()


@quick
@given(z=arrays(-1000, 1000))
def test_softplus_minus_its_mirror_image_is_the_identity(z):
    np.testing.assert_allclose(softplus(z) - softplus(-z), z, rtol=1e-14, atol=1e-15)


def test_gelu_is_as_close_to_the_exact_form_as_it_says():
    z = np.linspace(-10, 10, 4001)
    exact = np.array([x / 2 * math.erfc(-x / math.sqrt(2)) for x in z])
    assert np.abs(gelu(z) - exact).max() < 5e-4


def test_every_name_is_the_function_of_that_name():
    for name, (phi, phi_prime) in ACTIVATIONS.items():
        assert phi is getattr(activations, name) and phi.__name__ == name
        assert phi_prime is getattr(activations, name + "_prime")
        assert phi.__doc__ and phi_prime.__doc__


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_equal_to_pytorch(name):
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    z = np.random.default_rng(0).normal(scale=5, size=60)
    z = np.concatenate([z, [-1000, -40, 0, 40, 1000]])
    theirs = {
        # at 0 ours is 1, PyTorch has no derivative: heaviside takes the value for 0
        "threshold": lambda t: torch.heaviside(t.detach(), torch.ones(1, dtype=t.dtype)) + 0 * t,
        "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
        "leaky_relu": lambda t: F.leaky_relu(t, 0.01), "elu": F.elu,
        "gelu": lambda t: F.gelu(t, approximate="tanh"),
        # PyTorch's softplus is z itself from its threshold on
        "softplus": lambda t: F.softplus(t, threshold=700),
        "identity": lambda t: t * 1,
    }[name]
    t = torch.tensor(z, requires_grad=True)
    a = theirs(t)
    a.sum().backward()
    phi, phi_prime = ACTIVATIONS[name]
    np.testing.assert_allclose(phi(z), a.detach().numpy(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(phi_prime(z, phi(z)), t.grad.numpy(), rtol=1e-12, atol=1e-12)


def test_softmax_equal_to_pytorch():
    torch = pytest.importorskip("torch")
    z = np.random.default_rng(0).normal(scale=50, size=(3, 4, 5))
    theirs = torch.softmax(torch.tensor(z), dim=-1).numpy()
    np.testing.assert_allclose(softmax(z), theirs, rtol=1e-12, atol=1e-12)
    J = torch.autograd.functional.jacobian(lambda t: torch.softmax(t, -1), torch.tensor(z[0, 0]))
    ours = activations.softmax_prime(z, softmax(z))[0, 0]
    np.testing.assert_allclose(ours, J.numpy(), atol=1e-12)
