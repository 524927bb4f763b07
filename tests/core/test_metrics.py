"""The measures agree with scikit-learn's, and say what is wrong with what they are given."""

import numpy as np
import pytest

from course_lib import metrics

MEASURES = [metrics.accuracy, metrics.confusion_matrix, metrics.auc, metrics.roc_curve,
            metrics.precision_recall_curve, metrics.calibration]


def sample(seed, *, ties):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 300)
    y_hat = np.clip(0.25 * y + rng.random(300) * 0.75, 0, 1)
    return (np.round(y_hat, 1) if ties else y_hat), y


@pytest.fixture(params=[(0, False), (1, True)], ids=["distinct", "ties"])
def pairs(request):
    seed, ties = request.param
    return sample(seed, ties=ties)


def test_counts_agree_with_scikit_learn(pairs):
    reference = pytest.importorskip("sklearn.metrics")
    y_hat, y = pairs
    for threshold in (0.0, 0.3, 0.5, 1.0):
        answer = y_hat > threshold
        assert metrics.accuracy(y_hat, y, threshold) == reference.accuracy_score(y, answer)
        expected = reference.confusion_matrix(y, answer)
        assert np.array_equal(metrics.confusion_matrix(y_hat, y, threshold), expected)


def test_auc_agrees_with_scikit_learn(pairs):
    reference = pytest.importorskip("sklearn.metrics")
    y_hat, y = pairs
    assert metrics.auc(y_hat, y) == pytest.approx(reference.roc_auc_score(y, y_hat), abs=1e-12)


def test_curves_agree_with_scikit_learn(pairs):
    reference = pytest.importorskip("sklearn.metrics")
    y_hat, y = pairs
    expected = reference.roc_curve(y, y_hat, drop_intermediate=False)
    for mine, theirs in zip(metrics.roc_curve(y_hat, y), expected, strict=True):
        assert mine == pytest.approx(theirs)
    precision, recall, thresholds = reference.precision_recall_curve(y, y_hat)
    mine = metrics.precision_recall_curve(y_hat, y)
    assert mine[0] == pytest.approx(precision[:-1][::-1])  # theirs ends with an invented (1, 0)
    assert mine[1] == pytest.approx(recall[:-1][::-1])
    assert mine[2] == pytest.approx(thresholds[::-1])


def test_calibration_agrees_with_scikit_learn(pairs):
    reference = pytest.importorskip("sklearn.calibration")
    y_hat, y = sample(0, ties=False)  # scikit-learn puts a value on an edge in the slice below
    observed, predicted = reference.calibration_curve(y, y_hat, n_bins=8)
    mine = metrics.calibration(y_hat, y, bins=8)
    assert mine[0] == pytest.approx(predicted)
    assert mine[1] == pytest.approx(observed)
    assert mine[2].sum() == len(y)


def test_the_area_is_the_chance_to_rank_an_event_higher(pairs):
    y_hat, y = pairs
    above = y_hat[y == 1][:, None] - y_hat[y == 0][None, :]
    chance = np.mean(above > 0) + np.mean(above == 0) / 2
    assert metrics.auc(y_hat, y) == pytest.approx(chance, abs=1e-12)
    false, true, _ = metrics.roc_curve(y_hat, y)
    assert np.trapezoid(true, false) == pytest.approx(chance, abs=1e-12)


def test_auc_without_shared_ranks_would_be_wrong():
    y_hat, y = sample(1, ties=True)
    ranks = np.argsort(np.argsort(y_hat)) + 1.0  # ties get different ranks
    n1 = y.sum()
    wrong = (ranks[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1))
    assert abs(wrong - metrics.auc(y_hat, y)) > 1e-3


def test_known_values():
    y_hat, y = [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]
    assert metrics.auc(y_hat, y) == 0.75
    assert metrics.confusion_matrix(y_hat, y).tolist() == [[2, 0], [1, 1]]
    assert metrics.accuracy(y_hat, y) == 0.75
    assert metrics.calibration([1.0, 0.0, 0.05], [1, 0, 1], bins=2)[1].tolist() == [0.5, 1.0]


def test_columns_are_taken_as_well_as_vectors():
    y_hat, y = sample(2, ties=False)
    for measure in MEASURES:
        flat, column = measure(y_hat, y), measure(y_hat[:, None], y[:, None].astype(float))
        for a, b in zip(np.atleast_1d(flat), np.atleast_1d(column), strict=True):
            assert np.array_equal(a, b)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("y_hat", "y", "complaint"), [
    ([0.5, 0.5], [0, 1, 1], "2 predictions and 3 targets"),
    ([], [], "expected one number an example"),
    ([[0.1, 0.9]], [1], r"y_hat of shape \(1, 2\)"),
    ([0.5, np.nan], [0, 1], "not all finite"),
    (["yes", "no"], [0, 1], "expected real numbers"),
    (np.ma.masked_array([0.5, 0.1], [True, False]), [0, 1], "with a mask"),
    ([0.5, 0.5 + 1j], [0, 1], "expected real numbers"),
    ([0.5, 0.5], [0, 2], "the target"),
])
def test_bad_input_is_named(measure, y_hat, y, complaint):
    with pytest.raises((ValueError, TypeError), match=complaint):
        measure(y_hat, y)


@pytest.mark.parametrize("measure", [metrics.auc, metrics.roc_curve,
                                     metrics.precision_recall_curve])
def test_one_class_cannot_be_ranked(measure):
    with pytest.raises(ValueError, match="both kinds; all 2 are 1"):
        measure([0.2, 0.3], [1, 1])


def test_calibration_wants_probabilities_and_bins():
    with pytest.raises(ValueError, match="sigmoid first"):
        metrics.calibration([-2.0, 3.0], [0, 1])
    with pytest.raises(ValueError, match="bins=0"):
        metrics.calibration([0.2, 0.3], [0, 1], bins=0)


@pytest.mark.parametrize("measure", [metrics.accuracy, metrics.confusion_matrix,
                                     metrics.calibration])
def test_logits_are_refused_where_a_threshold_counts(measure):
    with pytest.raises(ValueError, match=r"from -2 to 3; expected probabilities. .*sigmoid"):
        measure([-2.0, 3.0], [0, 1])
    assert np.isfinite(measure([0.0, 1.0], [0, 1])).all()


@pytest.mark.parametrize("threshold", [np.nan, -0.1, 1.1, "0.5", [0.1], 1j, None, True])
def test_a_threshold_is_a_number_from_0_to_1(threshold):
    for measure in (metrics.accuracy, metrics.confusion_matrix):
        with pytest.raises(ValueError, match="threshold=.*from 0 to 1"):
            measure([0.2, 0.7], [0, 1], threshold)
    assert metrics.accuracy([0.2, 0.7], [0, 1], 0) == 0.5


def test_one_bin_takes_all():
    assert [part.tolist() for part in metrics.calibration([0.0, 1.0, 0.5], [1, 0, 1], bins=1)] \
        == [[0.5], [2 / 3], [3]]


# By hand, on six customers, two of whom share a score, as the definitions say it.
SCORES = np.array([0.9, 0.8, 0.8, 0.6, 0.3, 0.1])
LEFT = np.array([1, 0, 1, 1, 0, 0])


def test_precision_and_recall_counted_by_hand():
    precision, recall, thresholds = metrics.precision_recall_curve(SCORES, LEFT)
    assert thresholds.tolist() == [0.9, 0.8, 0.6, 0.3, 0.1]
    assert precision == pytest.approx([1, 2 / 3, 3 / 4, 3 / 5, 3 / 6])
    assert recall == pytest.approx([1 / 3, 2 / 3, 1, 1, 1])


def test_the_roc_curve_counted_by_hand():
    false, true, thresholds = metrics.roc_curve(SCORES, LEFT)
    assert thresholds.tolist() == [np.inf, 0.9, 0.8, 0.6, 0.3, 0.1]
    assert false == pytest.approx([0, 0, 1 / 3, 1 / 3, 2 / 3, 1])
    assert true == pytest.approx([0, 1 / 3, 2 / 3, 1, 1, 1])


def test_a_probability_at_the_threshold_is_a_no():
    assert metrics.accuracy(SCORES, LEFT, 0.8) == pytest.approx(3.0 / 6 + 1 / 6)
    assert metrics.confusion_matrix(SCORES, LEFT, 0.8).tolist() == [[3, 0], [2, 1]]
    assert metrics.confusion_matrix([0.2, 0.3], [0, 0]).tolist() == [[2, 0], [0, 0]]
    assert metrics.accuracy([1.0, 0.3], [0, 0], 1) == 1.0


def test_slices_of_calibration_counted_by_hand():
    predicted, observed, count = metrics.calibration([0.1, 0.15, 0.55, 0.95, 1.0], [0, 1, 1, 1, 0])
    assert predicted == pytest.approx([0.125, 0.55, 0.975])
    assert observed == pytest.approx([0.5, 1, 0.5]) and count.tolist() == [2, 1, 2]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_measure_and_what_came_are_named(measure):
    name = measure.__name__
    for y_hat, y, said in (
            ([0.5, 0.5], [0, 7], f"{name} got the target 7"),
            (None, [0, 1], f"{name} got y_hat = None"), ([0.5, 0.5], None, f"{name} got y = None"),
            ([[0.5, 0.5]], [1], f"{name} got y_hat of shape"),
            ([0.5, 0.5], [[0, 1]], f"{name} got y of shape"),
            ([0.5], [0, 1], f"{name} got 1 predictions and 2 targets"),
            ([0.5, np.inf], [0, 1], f"{name} got predictions that are not all finite")):
        with pytest.raises((ValueError, TypeError), match=said):
            measure(y_hat, y)


@pytest.mark.parametrize("measure", [metrics.accuracy, metrics.confusion_matrix,
                                     metrics.calibration])
@pytest.mark.parametrize("y_hat", [[-0.5, 0.5], [0.5, 1.5]])
def test_one_side_outside_is_enough_to_refuse(measure, y_hat):
    with pytest.raises(ValueError, match=f"{measure.__name__} got predictions from"):
        measure(y_hat, [0, 1])
