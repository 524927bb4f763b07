"""Each cost: its slope against the central difference, its optimum, its domain, its messages."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib import costs
from course_lib.activations import sigmoid, softmax
from course_lib.costs import (
    Absolute,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Exponential,
    GeneralizedKullbackLeibler,
    Hellinger,
    Huber,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)

ANY, UNIT, ROWS = (-3, 3), (0.05, 0.95), "rows that sum to 1"
POSITIVE = (0.05, 5)
DOMAINS = [  # cost, where ŷ is drawn, where y is drawn
    (Quadratic(), ANY, ANY),
    (Absolute(), ANY, ANY),
    (Huber(1.0), ANY, ANY),
    (Huber(0.3), ANY, ANY),
    (Exponential(50.0), ANY, ANY),
    (BinaryCrossEntropy(), UNIT, (0, 1)),
    (SigmoidCrossEntropy(), (-30, 30), (0, 1)),
    (CategoricalCrossEntropy(), UNIT, ROWS),
    (SoftmaxCrossEntropy(), (-30, 30), ROWS),
    (Hellinger(), POSITIVE, (0, 5)),
    (KullbackLeibler(), UNIT, (0, 1)),
    (GeneralizedKullbackLeibler(), POSITIVE, (0, 5)),
    (ItakuraSaito(), POSITIVE, POSITIVE),
]
COSTS = [cost for cost, *_ in DOMAINS]
each_cost = pytest.mark.parametrize("cost", COSTS, ids=repr)
each_domain = pytest.mark.parametrize("case", DOMAINS, ids=lambda case: repr(case[0]))

quick = settings(deadline=None, max_examples=20, derandomize=True)


@st.composite
def y_hat_and_y(draw, case):
    _, y_hat_in, y_in = case
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=3, max_side=4))
    y_hat = draw(hnp.arrays(float, shape, elements=st.floats(*y_hat_in, allow_subnormal=False)))
    if y_in == ROWS:
        y = softmax(draw(hnp.arrays(float, shape, elements=st.floats(-3, 3))))
    else:
        y = draw(hnp.arrays(float, shape, elements=st.floats(*y_in, allow_subnormal=False)))
    return y_hat, y


def assert_gradient(value, gradient, y_hat, y, h=1e-6, tolerance=1e-6):
    """gradient is that of value, by the central difference in every coordinate of y_hat."""
    got = gradient(y_hat, y)
    assert got.shape == y_hat.shape
    expected = np.empty_like(y_hat)
    for i in np.ndindex(y_hat.shape):
        step = np.zeros_like(y_hat)
        step[i] = h
        expected[i] = (value(y_hat + step, y) - value(y_hat - step, y)) / (2 * h)
    np.testing.assert_allclose(got, expected, rtol=tolerance,
                               atol=tolerance * max(1, abs(value(y_hat, y))))


@each_domain
@quick
@given(data=st.data())
def test_gradient_is_the_central_difference_of_value(case, data):
    cost = case[0]
    y_hat, y = data.draw(y_hat_and_y(case))
    kink = {"Absolute": 0.0, "Huber": getattr(cost, "delta", 0)}.get(type(cost).__name__)
    if kink is not None:
        assume((np.abs(np.abs(y_hat - y) - kink) > 1e-4).all())
    before = y_hat.copy(), y.copy()
    assert_gradient(cost.value, cost.gradient, y_hat, y)
    assert np.array_equal(y_hat, before[0]) and np.array_equal(y, before[1])


@each_domain
@quick
@given(data=st.data())
def test_value_is_the_mean_of_loss_and_gradient_of_slope(case, data):
    cost = case[0]
    y_hat, y = data.draw(y_hat_and_y(case))
    loss = cost.loss(y_hat, y)
    assert loss.shape == y_hat.shape[:-1]
    value = cost.value(y_hat, y)
    assert type(value) is float and value == pytest.approx(loss.mean(), rel=1e-12)
    slope = cost.slope(y_hat, y)
    np.testing.assert_allclose(cost.gradient(y_hat, y), slope / loss.size, rtol=1e-14)
    assert not np.shares_memory(slope, y_hat) and not np.shares_memory(slope, y)


WRONG = {
    "minus dropped": (KullbackLeibler(), lambda cost, p, y: y / p / len(p)),
    "sum for mean": (Quadratic(), lambda cost, p, y: p - y),
    "mean over outputs too": (Quadratic(), lambda cost, p, y: (p - y) / p.size),
    "factor 2 missing": (Exponential(5.0),
                         lambda cost, p, y: (p - y) / 5 * cost.loss(p, y)[..., None] / len(p)),
    "factor τ missing": (Exponential(5.0),
                         lambda cost, p, y: 2 * (p - y) * cost.loss(p, y)[..., None] / len(p)),
    "factor 2 too much": (Quadratic(), lambda cost, p, y: 2 * (p - y) / len(p)),
    "y − ŷ": (SigmoidCrossEntropy(), lambda cost, p, y: (y - sigmoid(p)) / len(p)),
    "σ′ forgotten": (SigmoidCrossEntropy(),
                     lambda cost, p, y: BinaryCrossEntropy().gradient(sigmoid(p), y)),
    "only half of the cross-entropy": (BinaryCrossEntropy(), lambda cost, p, y: -y / p / len(p)),
    "√2 forgotten": (Hellinger(), lambda cost, p, y: (1 - np.sqrt(y / p)) / len(p)),
    "square forgotten": (ItakuraSaito(), lambda cost, p, y: (p - y) / p / len(p)),
    "generalised for plain": (KullbackLeibler(), lambda cost, p, y: (p - y) / p / len(p)),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_gradient_is_rejected(mistake):
    cost, gradient = WRONG[mistake]
    y_hat = np.array([[0.3, 0.6], [0.7, 0.2], [0.4, 0.9]])
    y = np.array([[1, 0.5], [0.2, 1], [1, 0.3]])
    assert_gradient(cost.value, cost.gradient, y_hat, y)
    with pytest.raises(AssertionError):
        assert_gradient(cost.value, lambda p, y: gradient(cost, p, y), y_hat, y)


def test_values_by_hand():
    y_hat, y = np.array([[0.5, 0.25]]), np.array([[1.0, 0.0]])
    log2 = np.log(2)
    for cost, expected in [
        (Quadratic(), (0.25 + 0.0625) / 2),
        (Absolute(), 0.75),
        (Huber(0.3), 0.3 * (0.5 - 0.15) + 0.5 * 0.0625),
        (Exponential(2.0), 2 * np.exp(0.3125 / 2)),
        (BinaryCrossEntropy(), log2 - np.log(0.75)),
        (CategoricalCrossEntropy(), log2),
        (Hellinger(), ((1 - np.sqrt(0.5)) ** 2 + 0.25) / np.sqrt(2)),
        (KullbackLeibler(), log2),
        (GeneralizedKullbackLeibler(), log2 - 1 + 0.75),
    ]:
        assert cost.value(y_hat, y) == pytest.approx(expected, rel=1e-14), cost
    assert ItakuraSaito().value([[0.5]], [[1.0]]) == pytest.approx(2 - log2 - 1, rel=1e-14)


@each_domain
@quick
@given(data=st.data())
def test_optimum(case, data):
    """ŷ = y costs 0 (or the entropy of y), has slope 0, and nothing costs less."""
    cost = case[0]
    y_hat, y = data.draw(y_hat_and_y(case))
    if cost.classes or isinstance(cost, KullbackLeibler):  # the optimum among rows that sum to 1
        y = softmax(y + 0.1)
        y_hat = y_hat if isinstance(cost, SoftmaxCrossEntropy) else softmax(y_hat)
    else:
        y = np.clip(y, 0.01, 0.99) if cost.y_in == "[0, 1]" else np.where(y == 0, 0.01, y)
    best = y
    if isinstance(cost, SigmoidCrossEntropy):
        best = np.log(y / (1 - y))
    elif isinstance(cost, SoftmaxCrossEntropy):
        best = np.log(y)
    assert (cost.loss(best, y) <= cost.loss(y_hat, y) + 1e-12).all()
    slope = cost.slope(best, y)
    if isinstance(cost, (CategoricalCrossEntropy, KullbackLeibler)):
        np.testing.assert_allclose(slope, -1)  # the same in every direction: none along Σ ŷ = 1
    else:
        np.testing.assert_allclose(slope, 0, atol=1e-12)
    if not isinstance(cost, (BinaryCrossEntropy, CategoricalCrossEntropy,
                             SigmoidCrossEntropy, SoftmaxCrossEntropy)):
        at_best = cost.tau if isinstance(cost, Exponential) else 0
        np.testing.assert_allclose(cost.loss(best, y), at_best, atol=1e-12)


@quick
@given(data=st.data())
def test_fused_sigmoid_equals_unfused(data):
    z, y = data.draw(y_hat_and_y((None, (-15, 15), (0, 1))))
    fused, unfused, a = SigmoidCrossEntropy(), BinaryCrossEntropy(), sigmoid(z)
    assert fused.value(z, y) == pytest.approx(unfused.value(a, y), rel=1e-8)
    np.testing.assert_allclose(fused.slope(z, y), unfused.slope(a, y) * a * (1 - a), atol=1e-9)
    assert np.array_equal(fused.predictions(z), a)


@quick
@given(data=st.data())
def test_fused_softmax_equals_unfused(data):
    z, y = data.draw(y_hat_and_y((None, (-15, 15), ROWS)))
    fused, unfused, a = SoftmaxCrossEntropy(), CategoricalCrossEntropy(), softmax(z)
    assert fused.value(z, y) == pytest.approx(unfused.value(a, y), rel=1e-10, abs=1e-12)
    dA = unfused.slope(a, y)
    dZ = a * (dA - np.sum(a * dA, axis=-1, keepdims=True))
    np.testing.assert_allclose(fused.slope(z, y), dZ, atol=1e-10)
    assert np.array_equal(fused.predictions(z), a)


def test_predictions_are_the_output_itself_otherwise():
    y_hat = np.array([[0.2]])
    for cost in COSTS:
        if not isinstance(cost, (SigmoidCrossEntropy, SoftmaxCrossEntropy)):
            assert cost.predictions(y_hat) is y_hat


def test_logits_of_1000():
    with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        cost, z = SigmoidCrossEntropy(), np.array([[-1000.0], [1000], [-1000], [1000]])
        y = np.array([[0.0], [1], [1], [0]])
        assert cost.loss(z, y).tolist() == [0, 0, 1000, 1000]
        assert (4 * cost.gradient(z, y)).ravel().tolist() == [0, 0, -1, 1]
        with np.errstate(over="ignore"):  # as run_epoch does
            assert cost.slope(z, y).ravel().tolist() == [0, 0, -1, 1]
        assert cost.value([[40.0]], [[1]]) == pytest.approx(4.248354255291589e-18, rel=1e-12, abs=0)
        cost, z = SoftmaxCrossEntropy(), np.array([[1000.0, -1000], [1000, -1000], [1000, 1000]])
        z, y = cost.check(z, np.array([0, 1, 0]))
        assert cost.loss(z, y).tolist() == [0, 2000, np.log(2)]
        assert cost.slope(z, y).tolist() == [[0, 0], [1, -1], [-0.5, 0.5]]


def test_exponential_overflows_to_inf_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Exponential().value([[1000.0]], [[0.0]]) == np.inf


def test_targets_of_zero():
    y_hat, y = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    with np.errstate(all="raise"):
        for cost in (KullbackLeibler(), GeneralizedKullbackLeibler(), Hellinger(),
                     CategoricalCrossEntropy(), BinaryCrossEntropy()):
            assert np.isfinite(cost.value(y_hat, y))
            assert np.isfinite(cost.gradient(y_hat, y)).all()


@each_cost
def test_float32_stays_float32(cost):
    y_hat, y = cost.check(np.array([[0.3, 0.6]], np.float32), np.array([[0.25, 0.75]]))
    assert y_hat.dtype == y.dtype == np.float32
    assert cost.loss(y_hat, y).dtype == cost.slope(y_hat, y).dtype == np.float32
    assert cost.gradient(y_hat, y).dtype == np.float32


@each_cost
def test_a_number_is_one_example_with_one_output(cost):
    y_hat, y = cost.check(0.4, 1)
    assert y_hat.shape == y.shape == cost.loss(y_hat, y).shape == cost.slope(y_hat, y).shape == ()
    assert cost.value(0.4, 1) == cost.value([[0.4]], [[1]])
    assert cost.gradient(0.4, 1) == cost.gradient([[0.4]], [[1]])[0, 0]


@each_cost
def test_targets_without_an_axis_for_the_one_output(cost):
    y_hat = np.full((4, 1), 0.3)
    one = 0 if cost.classes else 1  # the label of the only class, or a target
    expected = cost.value(y_hat, np.ones((4, 1)))
    assert cost.value(y_hat, np.full(4, one)) == expected
    assert cost.gradient(y_hat, [one] * 4).shape == (4, 1)


@pytest.mark.parametrize("dtype", [int, np.uint8, float, np.float32])
@pytest.mark.parametrize("cost", [CategoricalCrossEntropy(), SoftmaxCrossEntropy()], ids=repr)
def test_labels_are_one_hot_rows(cost, dtype):
    y_hat = np.random.default_rng(0).uniform(0.1, 0.9, (4, 3))
    labels = np.array([2, 0, 1, 2])
    y_hat_checked, y = cost.check(y_hat, labels.astype(dtype))
    assert y_hat_checked is y_hat and y.tolist() == np.eye(3)[labels].tolist()
    assert cost.value(y_hat, labels) == cost.value(y_hat, np.eye(3)[labels])
    assert np.array_equal(cost.gradient(y_hat, labels), cost.gradient(y_hat, np.eye(3)[labels]))
    sequences = np.stack([y_hat, y_hat])
    assert cost.value(sequences, np.stack([labels, labels])) == pytest.approx(
        cost.value(y_hat, labels))


def with_at(row, column, bad, shape=(5, 2), fill=0.5):
    array = np.full(shape, fill)
    array[row, column] = bad
    return array


GOOD = np.full((5, 2), 0.5)
OUTSIDE = [  # cost, ŷ, y, the message
    (KullbackLeibler(), with_at(3, 0, -0.1), GOOD,
     r"KullbackLeibler needs predictions in (0, 1]; got -0.1 in y_hat at row 3, column 0. "
     "End the network with softmax."),
    (KullbackLeibler(), with_at(3, 0, 1.5), GOOD, "got 1.5 in y_hat"),
    (KullbackLeibler(), GOOD, with_at(1, 1, 2), "needs targets in [0, 1]; got 2.0 in y at row 1"),
    (BinaryCrossEntropy(), with_at(0, 1, 1), GOOD,
     "BinaryCrossEntropy needs predictions in (0, 1); got 1.0 in y_hat at row 0, column 1. End "
     "the network with sigmoid; if that rounds to 0 or 1, use SigmoidCrossEntropy."),
    (BinaryCrossEntropy(), with_at(0, 1, 0), GOOD, "got 0.0 in y_hat"),
    (BinaryCrossEntropy(), GOOD, with_at(0, 1, -1), "got -1.0 in y at row 0"),
    (SigmoidCrossEntropy(), GOOD, with_at(2, 0, 2), "SigmoidCrossEntropy needs targets in [0, 1]"),
    (CategoricalCrossEntropy(), with_at(0, 1, 0), GOOD, "use SoftmaxCrossEntropy"),
    (CategoricalCrossEntropy(), GOOD, with_at(4, 1, 0.25), "sum to 1; row 4 sums to 0.75"),
    (SoftmaxCrossEntropy(), GOOD, np.ones((5, 2)), "sum to 1; row 0 sums to 2.0"),
    (SoftmaxCrossEntropy(), GOOD, with_at(2, 0, -0.5, fill=0.5), "targets in [0, 1]; got -0.5"),
    (Hellinger(), with_at(1, 0, 0), GOOD, "Hellinger needs predictions in (0, ∞); got 0.0"),
    (Hellinger(), GOOD, with_at(1, 0, -1), "Hellinger needs targets in [0, ∞); got -1.0"),
    (GeneralizedKullbackLeibler(), with_at(1, 0, 0), GOOD, "predictions in (0, ∞)"),
    (GeneralizedKullbackLeibler(), GOOD, with_at(1, 0, -1), "targets in [0, ∞)"),
    (ItakuraSaito(), with_at(1, 0, -1), GOOD, "predictions in (0, ∞)"),
    (ItakuraSaito(), GOOD, with_at(1, 0, 0), "targets in (0, ∞); got 0.0 in y at row 1, column 0"),
]


@pytest.mark.parametrize(("cost", "y_hat", "y", "message"), OUTSIDE)
def test_outside_the_domain(cost, y_hat, y, message):
    for method in (cost.check, cost.value, cost.gradient):
        with pytest.raises(ValueError) as error:
            method(y_hat, y)
        assert message in str(error.value)


def test_places_in_other_shapes():
    with pytest.raises(ValueError, match=r"got -1\.0 in y_hat\. End"):
        Hellinger().value(-1.0, 1.0)
    with pytest.raises(ValueError, match=r"got 0\.0 in y_hat at index \(1, 0, 2\)\."):
        y_hat = np.ones((2, 2, 3))
        y_hat[1, 0, 2] = 0
        Hellinger().value(y_hat, np.ones((2, 2, 3)))


@each_cost
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_inf_are_refused(cost, bad):
    with pytest.raises(ValueError) as error:
        cost.value(with_at(3, 1, bad), GOOD)
    assert f"got {bad} in y_hat at row 3, column 1. Either X" in str(error.value)
    with pytest.raises(ValueError) as error:
        cost.gradient(GOOD, with_at(3, 1, bad))
    assert f"got {bad} in y at row 3, column 1. Leave out" in str(error.value)


@pytest.mark.parametrize("cost", [CategoricalCrossEntropy(), SoftmaxCrossEntropy()], ids=repr)
def test_labels_without_an_output(cost):
    y_hat = np.full((4, 3), 0.3)
    for bad in (7, -1, 3, 0.5, np.nan):
        labels = np.array([0, 1, 2, bad])
        with pytest.raises(ValueError) as error:
            cost.value(y_hat, labels)
        assert str(error.value) == (f"{cost} got label {labels[3]} in y, but the network has "
                                    "3 outputs: labels go from 0 to 2.")
    with pytest.raises(ValueError, match="label 1 .* has 1 output.*use SigmoidCrossEntropy"):
        cost.value(np.full((2, 1), 0.3), [0, 1])


@each_cost
def test_shapes_that_do_not_fit(cost):
    with pytest.raises(ValueError) as error:
        cost.value(np.full((5, 3), 0.5), np.full((4, 3), 0.5))
    assert str(error.value) == (f"{cost} got y_hat of shape (5, 3) and y of shape (4, 3); expected "
                                "equal shapes. y needs one row for each row of X.")
    with pytest.raises(ValueError, match=r"\(5, 3\) and y of shape \(5, 2\).*one output for each"):
        cost.value(np.full((5, 3), 0.5), GOOD)
    with pytest.raises(ValueError, match=r"\(5, 1\) and y of shape \(4,\)"):
        cost.value(np.full((5, 1), 0.5), np.full(4, 0.5))
    with pytest.raises(ValueError, match=r"of shape \(\) and y of shape \(1,\)"):
        cost.value(0.5, [0.5])
    if not cost.classes:  # would broadcast to (5, 5) or (5, 3)
        with pytest.raises(ValueError, match="labels need one-hot rows"):
            cost.value(np.full((5, 5), 0.5), np.full(5, 0.5))


@each_cost
def test_one_axis_is_ambiguous(cost):
    with pytest.raises(ValueError) as error:
        cost.value(np.full(5, 0.5), np.full(5, 0.5))
    assert str(error.value) == (
        f"{cost} got y_hat of shape (5,), which is ambiguous: (5, 1) is 5 examples, "
        "y_hat[:, None]; (1, 5) is one, y_hat[None, :].")


@each_cost
def test_an_empty_batch(cost):
    for shape in [(0, 3), (3, 0)]:
        with pytest.raises(ValueError, match=r"got an empty batch, y_hat of shape"):
            cost.gradient(np.empty(shape), np.empty(shape))


@each_cost
@pytest.mark.parametrize("bad", ["Yes", None, 1j, {}, np.datetime64("2020-01-01")])
def test_what_is_not_a_real_number(cost, bad):
    with pytest.raises(TypeError, match="got y .*expected real numbers"):
        cost.value([[0.5]], [[bad]])
    with pytest.raises(TypeError, match="got y_hat .*expected real numbers"):
        cost.value([[bad]], [[0.5]])


@each_cost
def test_rows_of_different_lengths(cost):
    with pytest.raises(ValueError, match="got y with rows of different lengths"):
        cost.value(GOOD, [[0.5], [0.5, 0.5]])


@pytest.mark.parametrize(("cost", "name"), [(Huber, "delta"), (Exponential, "tau")])
def test_delta_and_tau_are_positive_numbers(cost, name):
    for bad in (0, -1, np.nan, np.inf):
        with pytest.raises(ValueError, match=f"^{cost.__name__} got {name} = .*positive"):
            cost(bad)
    for bad in ("1", None, True, [1], 1j):
        with pytest.raises(TypeError, match=f"^{cost.__name__} got {name} = .*positive"):
            cost(bad)
    assert repr(cost(2)) == f"{cost.__name__}({name}=2.0)"
    assert repr(cost(np.float32(2))) == repr(cost(2))


def test_every_cost_is_tested():
    public = {name for name, cost in vars(costs).items()
              if isinstance(cost, type) and issubclass(cost, costs.Cost) and cost is not costs.Cost}
    assert public == {type(cost).__name__ for cost in COSTS}


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def assert_same_as_torch(cost, theirs, y_hat, y, torch):
    t = torch.tensor(y_hat, requires_grad=True)
    value = theirs(t, torch.tensor(y)) / len(y_hat)
    value.backward()
    assert cost.value(y_hat, y) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(cost.gradient(y_hat, y), t.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["Quadratic", "Absolute", "Huber", "BinaryCrossEntropy",
                                  "SigmoidCrossEntropy", "SoftmaxCrossEntropy", "KullbackLeibler"])
def test_equal_to_pytorch(name, torch):
    F = torch.nn.functional
    rng = np.random.default_rng(0)
    z = rng.normal(scale=4, size=(8, 3))
    y = rng.normal(size=(8, 3))
    p, rows, yes = sigmoid(z / 4), softmax(y), (y > 0).astype(float)
    cost, theirs, y_hat, y = {
        "Quadratic": (Quadratic(), lambda t, y: F.mse_loss(t, y, reduction="sum") / 2, z, y),
        "Absolute": (Absolute(), lambda t, y: F.l1_loss(t, y, reduction="sum"), z, y),
        "Huber": (Huber(1.5), lambda t, y: F.huber_loss(t, y, reduction="sum", delta=1.5), z, y),
        "BinaryCrossEntropy": (
            BinaryCrossEntropy(),
            lambda t, y: F.binary_cross_entropy(t, y, reduction="sum"), p, yes),
        "SigmoidCrossEntropy": (
            SigmoidCrossEntropy(),
            lambda t, y: F.binary_cross_entropy_with_logits(t, y, reduction="sum"), z, yes),
        "SoftmaxCrossEntropy": (
            SoftmaxCrossEntropy(), lambda t, y: F.cross_entropy(t, y, reduction="sum"), z, rows),
        "KullbackLeibler": (
            KullbackLeibler(), lambda t, y: F.kl_div(t.log(), y, reduction="sum"), p, rows),
    }[name]
    assert_same_as_torch(cost, theirs, y_hat, y, torch)


def test_labels_equal_to_pytorch(torch):
    z = np.random.default_rng(1).normal(scale=4, size=(8, 3))
    labels = np.array([0, 1, 2, 2, 1, 0, 0, 1])
    F = torch.nn.functional
    assert_same_as_torch(SoftmaxCrossEntropy(),
                         lambda t, y: F.cross_entropy(t, y, reduction="sum"), z, labels, torch)
    assert_same_as_torch(CategoricalCrossEntropy(),
                         lambda t, y: F.nll_loss(t.log(), y, reduction="sum"),
                         softmax(z), labels, torch)
