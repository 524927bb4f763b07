"""The door that all of the library shares: what it lets in, and what it says of the rest."""

from decimal import Decimal

import numpy as np
import pytest

from course_lib.checks import positive_number, real_array, whole_number


@pytest.mark.parametrize("value, expected", [
    ([[1, 2.5]], [[1.0, 2.5]]), (np.array([1, True, Decimal("0.5")], object), [1.0, 1.0, 0.5]),
    ((1, 2), [1, 2]), (True, True), (np.float32(0.5), 0.5),
])
def test_what_is_made_of_real_numbers_comes_in(value, expected):
    array = real_array(value, "Dense(2, 1)", "X")
    assert isinstance(array, np.ndarray) and array.dtype.kind in "fiub"
    assert array.tolist() == expected


def test_an_array_is_not_copied():
    X = np.zeros(3)
    assert real_array(X, "Dense(2, 1)", "X") is X


@pytest.mark.parametrize("value, said", [
    (None, "= None; expected an array of numbers. Does what made it return it"),
    ([[1, None]], r"with a missing value, None at \(0, 1\); .*Leave out such rows, or fill"),
    (np.array([1, None], object), "with a missing value, None at 1;"),
    (np.array([1, "2,5"], object), "with the text '2,5' at 1; .*It is a number written as text"),
    (np.array([[1, "red"]], object), r"with the text 'red' at \(0, 1\); .*Encode classes"),
    (np.array([1, 2j], object), r"with 2j at 1; expected real numbers"),
    (np.array([[1], [1, 2]], object), "with rows of different lengths"),
    ([[1], [1, 2]], "with rows of different lengths"),
    (["1.5", "2"], "of dtype <U3; .*X.astype"), (["red"], "of dtype <U3; .*Encode classes"),
    (np.array(["2026-01-01"], "M8[D]"), "A date is no number"),
    (np.array([1], "m8[D]"), "timedelta64"), ([1 + 2j], "Take the real part"),
    (np.zeros(2, [("a", float)]), "Stack its columns"),
    (np.ma.masked_array([1.0], [True]), "with a mask, which would be ignored"),
    ("abc", "= 'abc', of type str"), (print, "of type builtin_function_or_method"),
])
def test_what_is_refused_is_named_with_what_to_do(value, said):
    with pytest.raises((ValueError, TypeError), match=r"^Dense\(2, 1\) got X ") as caught:
        real_array(value, "Dense(2, 1)", "X")
    assert caught.match(said)


@pytest.mark.parametrize("value, kind", [
    (0, ValueError), (-3, ValueError), (2.0, ValueError), (True, TypeError), ("3", TypeError),
    (None, TypeError), (2**31, ValueError), (np.nan, ValueError),
])
def test_a_whole_number_is_one(value, kind):
    with pytest.raises((kind, ValueError), match="fit got epochs=.* expected a whole number from"):
        whole_number(value, "fit", "epochs")
    assert whole_number(np.int64(4), "fit", "epochs") == 4
    assert whole_number(None, "fit", "batch_size", optional=True) is None


def test_a_positive_number_is_one():
    assert positive_number("clip", np.float32(0.5)) == 0.5 and positive_number("beta", 1) == 1.0
    for value in (0, -1, np.nan, np.inf, True, "1", None, 10**400):
        with pytest.raises(ValueError, match="clip is .*; expected a positive number"):
            positive_number("clip", value)
    with pytest.raises(ValueError, match="beta is 1; expected a positive number below 1"):
        positive_number("beta", 1, below=1)
