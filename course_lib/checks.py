"""One door for all: what comes from outside is made arrays and numbers here, or an error is told.

A function of this file names who got what, what was expected, and what to write instead.
"""

import math
import numbers
import operator

import numpy as np

EXPECTED = {"n_in": 6, "n_out": 3, "epochs": 10, "batch_size": 32, "patience": 5}


def real_array(value, who, name):
    """The value as an array of real numbers; lists, DataFrames and Series are converted.

    An array of numbers comes back as it is, not copied. Raises TypeError for what is not made of
    real numbers, ValueError for rows of different lengths.
    """
    if type(value) is np.ndarray and value.dtype.kind in "fiub":
        return value
    got = f"{who} got {name}"
    if value is None:
        raise TypeError(f"{got} = None; expected an array of numbers. Does what made it return it?")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{got} with a mask, which would be ignored; fill it in first, "
                        f"{name}.filled(0), or leave those rows out")
    if hasattr(value, "toarray"):
        raise TypeError(f"{got}, a sparse matrix; expected an array: {name}.toarray()")
    try:
        array = np.asarray(value)
    except Exception as error:
        if isinstance(value, list | tuple):
            raise ValueError(f"{got} with rows of different lengths; expected an array") from None
        raise TypeError(f"{got}, of type {type(value).__name__}, which is no array "
                        f"({error})") from None
    if array.dtype.kind == "O" and array.ndim:
        array = from_objects(array, got)
    if array.dtype.kind in "fiub":
        return array
    what = f"of dtype {array.dtype}"
    if array.ndim == 0 or array.dtype.kind == "O":
        what = f"= {short(value)}, of type {type(value).__name__}"
    raise TypeError(f"{got} {what}; expected real numbers. {remedy(array)}")


def from_objects(array, got):
    """Objects as numbers, if each of them is one (bool, int, float, Decimal)."""
    for index, item in np.ndenumerate(array):
        place = f" at {index if len(index) > 1 else index[0]}"
        if item is None or type(item).__name__ == "NAType":
            raise TypeError(f"{got} with a missing value, {item}{place}; expected real numbers. "
                            "Leave out such rows, or fill them in")
        if isinstance(item, str):
            raise TypeError(f"{got} with the text {short(item)}{place}; expected real numbers. "
                            + text_remedy(item))
        if isinstance(item, list | tuple | np.ndarray):
            raise ValueError(f"{got} with rows of different lengths; expected an array")
        if isinstance(item, complex | np.complexfloating) or not hasattr(item, "__float__"):
            raise TypeError(f"{got} with {short(item)}{place}; expected real numbers")
    try:
        return array.astype(np.float64)
    except Exception as error:
        raise TypeError(f"{got} that is not all numbers ({error})") from None


def remedy(array):
    """What to do about an array that is not made of real numbers."""
    if array.dtype.kind in "US":
        return text_remedy(str(array.flat[0]) if array.size else "")
    if array.dtype.kind == "M":
        return "A date is no number: give the days since some day, or the month, as a column"
    if array.dtype.kind == "m":
        return "Say in which unit: X / np.timedelta64(1, 'D') are days"
    if array.dtype.kind == "c":
        return "Take the real part, or give real and imaginary part as two columns"
    if array.dtype.kind == "V":
        return "Stack its columns: np.column_stack([X[name] for name in X.dtype.names])"
    return "Convert it to floats first"


def text_remedy(text):
    """What to do about numbers that are text, and about text."""
    bare = text.strip().lstrip("$€£+-").replace(",", "").replace(".", "").replace(" ", "")
    if bare.isdigit():
        return ("It is a number written as text: X.astype(float), or read the file with "
                "pandas.read_csv(…, decimal=\",\", thousands=\".\") as it was written")
    return ("Encode classes as 0, 1, 2 … in y; encode text columns of X first, for example with "
            "pandas.get_dummies")


def short(value):
    """repr, but never a page of it."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def whole_number(value, who, name, *, at_least=1, optional=False):
    """A whole number from ``at_least``, as an int."""
    if optional and value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool | np.bool) or not at_least <= number < 2**31:
        raise (TypeError if number is None and not isinstance(value, numbers.Real) else ValueError)(
            f"{who} got {name}={short(value)}; expected a whole number from {at_least}"
            + (", or None" if optional else f", such as {EXPECTED.get(name, max(at_least, 2))}"))
    return number


def positive_number(name, value, *, below=math.inf):
    """A positive number (and below a limit), as a float."""
    if not (is_number(value) and 0 < float(value) < min(below, 1e300)):
        limit = "" if below == math.inf else f" below {below}"
        raise ValueError(f"{name} is {short(value)}; expected a positive number{limit}")
    return float(value)


def is_number(value):
    """Is it one real number, and not True, which only counts as one, or too large for a float?"""
    return (isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool)
            and not (isinstance(value, int) and abs(value) > 10**300))


def generator(rng, who):
    """An np.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{who} got rng={short(rng)}; expected a generator: "
                        f"rng=np.random.default_rng({rng if type(rng) is int else 0})")
    return rng


def float_dtype(dtype, who):
    """float64 or float32."""
    try:
        found = np.dtype(dtype)
    except Exception:
        found = None
    if found is None or found not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise ValueError(f"{who} got dtype={short(dtype)}; expected np.float64 or np.float32: "
                         "weights are fractions")
    return found
