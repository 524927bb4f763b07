"""Where the data files live: one function finds them, so that no loader spells a path."""

import os
from pathlib import Path

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
