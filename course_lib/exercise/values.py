"""What an answer returns, as arrays: a list is as good as an array, and whole numbers as floats."""

from collections.abc import Iterator

import numpy as np

from course_lib.exercise.exercise import NotAttempted, Refused


def as_array(value) -> np.ndarray:
    """Numbers of any kind as an array of floats, or Refused with a sentence."""
    if value is Ellipsis:
        raise NotAttempted
    if value is None:
        raise Refused("It returned None. Is there a `return` at its end?")
    if isinstance(value, Iterator):
        raise Refused(f"It returned a {type(value).__name__}, which has no values yet. "
                      "Make an array or a list of it.")
    if callable(value):
        raise Refused(f"It returned {show(value)}, which is not a number: call it.")
    if isinstance(value, str | bytes | dict | set):
        raise Refused(f"It returned a {type(value).__name__}; numbers were expected.")
    if isinstance(value, list | tuple) and any(item is Ellipsis for item in value):
        raise NotAttempted
    if isinstance(value, list | tuple) and any(item is None for item in value):
        raise Refused("It returned a list with None in it; numbers were expected.")
    try:
        array = np.array(value)
        if array.dtype.kind == "c" and not array.imag.any():
            array = array.real
        if array.dtype.kind not in "biufO":
            raise TypeError
        return array if array.dtype.kind == "f" else array.astype(float)
    except (TypeError, ValueError):
        raise Refused(f"It returned {type(value).__name__} which makes no array of numbers: are "
                      "its rows of equal length, and all its entries numbers?") from None


def parts(value, like, names=()) -> dict[str, np.ndarray]:
    """The value as arrays by name, cut up as `like`, the solution's own value, is."""
    if value is None or value is Ellipsis:
        as_array(value)
    if isinstance(like, dict):
        if not isinstance(value, dict) or value.keys() != like.keys():
            raise Refused(f"It returned a {type(value).__name__}; expected a dict with "
                          f"{', '.join(map(repr, like))}.")
        return {name: as_array(value[name]) for name in like}
    if isinstance(like, tuple):
        if not isinstance(value, tuple | list | np.ndarray) or len(value) != len(like):
            raise Refused(f"It returned {show(value)}; expected {len(like)} values, as in "
                          "`return a, b`.")
        names = names or [f"value {n}" for n in range(1, len(like) + 1)]
        return {name: as_array(item) for name, item in zip(names, value, strict=True)}
    return {"": as_array(value)}


def agree(got, want, tolerance) -> bool:
    """Equal but for rounding; an extra axis of length 1, as in (4, 1) for (4,), is none."""
    if got.shape != want.shape:
        if got.ndim == want.ndim or got.squeeze().shape != want.squeeze().shape:
            return False
        got = got.reshape(want.shape)
    tolerance = max(tolerance, {"e": 2e-3, "f": 1e-4}.get(got.dtype.char, 0))
    return np.allclose(got, want, rtol=tolerance, atol=tolerance / 100, equal_nan=True)


def show(value) -> str:
    """A value on a line or a few."""
    if isinstance(value, np.ndarray | float | np.floating):
        array = np.asarray(value)
        text = np.array2string(array, precision=5, threshold=24, edgeitems=2, suppress_small=False)
        return text if array.ndim == 0 else f"{text}  shape {array.shape}"
    if isinstance(value, np.random.Generator):
        return "np.random.default_rng(…)"
    text = value.__name__ if hasattr(value, "__name__") else repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def unpack(value, names) -> list[np.ndarray]:
    """The arrays that an answer returned, for names such as "w, b"; for an exercise's `use`."""
    count = names.count(",") + 1
    if value is None or value is Ellipsis:
        as_array(value)
    if not isinstance(value, tuple | list | np.ndarray) or len(value) != count:
        raise Refused(f"It returned {show(value)}; expected {count} values: `return {names}`.")
    return [as_array(item) for item in value]
