"""Where the data files live, and how they are read: so that no loader spells a path."""

import os
from pathlib import Path

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


def read_split(name, largest):
    """Return X_train, y_train, X_test, y_test of an npz file; X as float32, divided by largest.

    Raises
    ------
    FileNotFoundError
        No such file.
    ValueError
        The file lacks one of the four arrays.
    """
    path, names = data_file(name), ("X_train", "y_train", "X_test", "y_test")
    with np.load(path) as file:
        if missing := [n for n in names if n not in file]:
            raise ValueError(f"{path} has no array {', '.join(missing)}; expected X_train, "
                             "y_train, X_test and y_test. Put the file of the course back.")
        arrays = [file[n] for n in names]
    # Labels are what NumPy counts with (bincount): int64, but int32 in a browser.
    return tuple(array.astype(np.intp) if n.startswith("y") else array.astype(np.float32) / largest
                 for n, array in zip(names, arrays, strict=True))


def check_columns(table, columns, path):
    """Return the table if its columns are these, or raise a ValueError that names both."""
    if list(table.columns) != list(columns):
        raise ValueError(f"{path} has the columns {list(table.columns)}; expected {list(columns)}. "
                         "Put the file of the course back.")
    return table
