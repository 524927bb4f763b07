"""Where the data files live, and how they are read: so that no loader spells a path."""

import os
import zlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

# The folder data/ of the course stands beside the package course_lib.
DATA_DIR = Path(__file__).resolve().parents[2] / "data"


def course_data_dir():
    """Return the folder that the environment variable ``COURSE_DATA_DIR`` names, or None.

    Returns
    -------
    pathlib.Path or None
        None when the variable is unset or empty.

    Raises
    ------
    FileNotFoundError
        The variable names something that is not a folder.
    """
    value = os.environ.get("COURSE_DATA_DIR", "").strip()
    if not value:
        return None
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"COURSE_DATA_DIR is {value!r}, which is not a folder. "
            "Set it to a folder that exists, or unset it."
        )
    return folder


def data_file(name):
    """Return the path of a data file of the course.

    ``COURSE_DATA_DIR`` is searched first, so that a reader can put a copy in place of a file
    that ships with the course; then the folder ``data`` beside ``course_lib``.

    Parameters
    ----------
    name : str
        Path inside the data folder, for example ``"bank_churn/bank_churn.csv"``.

    Returns
    -------
    pathlib.Path
        A file that exists.

    Raises
    ------
    FileNotFoundError
        No such file; the message names the places that were searched.
    """
    own = course_data_dir()
    places = [DATA_DIR] if own is None else [own, DATA_DIR]
    for place in places:
        path = place / name
        if path.is_file():
            return path
    searched = " and ".join(str(place) for place in places)
    raise FileNotFoundError(
        f"There is no data file {name!r} in {searched}. The data files come with a full copy of "
        "the course: clone or unpack it whole, or set COURSE_DATA_DIR to a folder that has "
        f"{name!r}."
    )


PUT_BACK = "Put the file of the course back."
# What a file can be instead, by its first bytes.
INSTEAD = {
    b"version https://git-lfs": "it is a pointer of Git LFS and not the file (run git lfs pull)",
    b"<": "it is a web page and not the file",
    b"\xff\xfe": "it is text in UTF-16; save it as UTF-8",
    b"\xfe\xff": "it is text in UTF-16; save it as UTF-8",
}


def read(path, parse, what, remedy=PUT_BACK):
    """Return parse(path), or say which file is wrong, why, and what to do.

    Parameters
    ----------
    path : pathlib.Path
    parse : function of the path; a ValueError with a sentence of ours is an `Unfit`
    what : str
        What the file should be, for the message: "a table with …".
    remedy : str
        What to do about it.

    Raises
    ------
    ValueError
        The file is something else, damaged, or not what `parse` wants.
    """
    cause = something_else(path)
    try:
        if not cause:
            return parse(path)
    except Unfit as error:
        cause = str(error)
    except (FileNotFoundError, PermissionError):
        raise
    except UnicodeDecodeError:
        cause = "its text is not UTF-8; save it as UTF-8"
    except (ValueError, OSError, EOFError, KeyError, BadZipFile, zlib.error, MemoryError,
            NotImplementedError, RuntimeError) as error:
        cause = f"it is damaged or of another kind ({type(error).__name__})"
    raise ValueError(f"{path} is not {what}: {cause}. {remedy}") from None


class Unfit(ValueError):
    """A file that can be read and is not what it should be; the message says the difference."""


def something_else(path) -> str:
    """What the file is instead, by its first bytes; empty where they say nothing."""
    with open(path, "rb") as file:
        head = file.read(64)
    if not head:
        return "it is empty"
    if head.startswith(b"PK") and path.suffix != ".npz":
        return "it is a zip or an Excel file; save it as CSV"
    return next((words for beginning, words in INSTEAD.items()
                 if head.lstrip().startswith(beginning)), "")


def read_split(name, largest):
    """Return X_train, y_train, X_test, y_test of an npz file; X as float32, divided by largest.

    Raises
    ------
    FileNotFoundError
        No such file.
    ValueError
        The file is no such file, lacks one of the four arrays, or has other things in them.
    """
    names = ("X_train", "y_train", "X_test", "y_test")

    def parse(path):
        with np.load(path, allow_pickle=False) as file:
            if missing := [n for n in names if n not in file]:
                raise Unfit(f"it has no array {', '.join(missing)}")
            arrays = {n: file[n] for n in names}
        for part in ("train", "test"):
            X, y = arrays[f"X_{part}"], arrays[f"y_{part}"]
            if X.dtype.kind not in "uif" or y.dtype.kind not in "uif" or np.any(y % 1 != 0):
                raise Unfit(f"X_{part} and y_{part} are of the types {X.dtype} and {y.dtype}; "
                            "expected numbers and whole numbers")
            if X.ndim < 2 or y.shape != X.shape[:1]:
                raise Unfit(f"X_{part} and y_{part} have the shapes {X.shape} and {y.shape}; "
                            "expected (n, …) and (n,)")
        return arrays

    arrays = read(data_file(name), parse, f"a file with the arrays {', '.join(names)}")
    # Labels are what NumPy counts with (bincount): int64, but int32 in a browser.
    return tuple(arrays[n].astype(np.intp) if n.startswith("y")
                 else arrays[n].astype(np.float32) / largest for n in names)


def read_table(name, columns):
    """Return the table of a CSV file that has these columns: {name: type}.

    Raises
    ------
    FileNotFoundError
        No such file.
    ValueError
        The file is no such table; the message says the difference.
    """
    return read(data_file(name), lambda path: parse_table(path, columns),
                f"a table of {', '.join(columns)}")


def parse_table(path, columns):
    """The table of a CSV file; Unfit where its columns differ or a number is none."""
    import pandas as pd

    try:  # a person called Null or Nan is a person, not a missing value
        table = pd.read_csv(path, dtype=dict(columns), keep_default_na=False)
    except (ValueError, OverflowError):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)  # then which cell is it?
        check_columns(table, columns)
        for column, kind in columns.items():
            if kind is not str:
                check_numbers(table, column)
        raise
    check_columns(table, columns)
    for column, kind in columns.items():
        if kind is not str:
            check_numbers(table, column)
    return table


def check_columns(table, columns):
    """Raise Unfit, naming the difference, where columns are missing."""
    found = list(table.columns)
    if len(found) == 1 and ";" in found[0]:
        raise Unfit("its columns are separated by semicolons; save it with commas")
    missing = [name for name in columns if name not in found]
    besides = [name for name in found if name not in columns]
    if missing:
        also = f", and has {', '.join(map(str, besides))} besides" if besides else ""
        raise Unfit(f"it has no column {', '.join(missing)}{also}")


def check_numbers(table, column):
    """Raise Unfit, naming line and column, for the first cell of a column that is no number."""
    import pandas as pd

    numbers = pd.to_numeric(table[column], errors="coerce")
    wrong = np.flatnonzero(~np.isfinite(numbers.to_numpy(float)))
    if len(wrong):
        raise Unfit(f"{cell(table, wrong[0], column)} is not a number{more(wrong)}")


def cell(table, row, column) -> str:
    """A cell's place and value, for a message; the header is line 1."""
    return f"line {row + 2}, column {column}: {str(table[column].iloc[row])!r}"


def more(wrong) -> str:
    return f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
