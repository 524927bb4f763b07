"""Ten thousand bank customers and whether they left: the table that lesson 06 learns from.

The course ships an invented table that behaves like the widely used original, and fetches the
original when asked. ``data/README.md`` says how the one was made from the other.
"""

import errno
import hashlib
import time
import warnings
from pathlib import Path

import numpy as np

from course_lib.datasets.files import (
    Unfit,
    cell,
    course_data_dir,
    data_file,
    more,
    parse_table,
    read,
)

SOURCES = ("embedded", "original")

COLUMNS = (
    "RowNumber", "CustomerId", "Surname", "CreditScore", "Geography", "Gender", "Age", "Tenure",
    "Balance", "NumOfProducts", "HasCrCard", "IsActiveMember", "EstimatedSalary", "Exited",
)  # fmt: skip
IDENTIFIERS = COLUMNS[:3]
FEATURES = COLUMNS[3:-1]
TARGET = COLUMNS[-1]

TEXT_COLUMNS = ("Surname", "Geography", "Gender")
MONEY_COLUMNS = ("Balance", "EstimatedSalary")
NOT_BLANK = ("Geography", "Gender")
YES_OR_NO = ("HasCrCard", "IsActiveMember", "Exited")
ROWS = 10_000
TYPES = {name: str if name in TEXT_COLUMNS else "float64" if name in MONEY_COLUMNS else "int64"
         for name in COLUMNS}

ORIGINAL_NAME = "Churn_Modelling.csv"
ORIGINAL_SHA256 = "3996cd1fa372e0db0cd9c0ebac35bbd4e8e3c65fb942bb010c826e7b1eeef0a0"
# Each address names a commit, so that what it serves cannot change.
MIRRORS = (
    "https://raw.githubusercontent.com/selva86/datasets/"
    "a7d34f4c7ae643ae23d43adc839c625c5819ed21/Churn_Modelling.csv",
    "https://raw.githubusercontent.com/sharmaroshan/Churn-Modelling-Dataset/"
    "e51cab9b17645a8163bba35fed86bc880911479c/Churn_Modelling.csv",
)
TIMEOUT = 10.0  # seconds without an answer after which the next mirror is tried
LONGEST = 120.0  # seconds for the whole file
LARGEST = 2_000_000  # bytes; the file has 684,858


def load_churn(source="embedded"):
    """Return the bank-churn table, one row a customer.

    Used in lesson 06.

    Parameters
    ----------
    source : {"embedded", "original"}
        ``"embedded"``: the invented table that comes with the course; needs no network.
        ``"original"``: the table it imitates, from the folder ``COURSE_DATA_DIR`` if that has a
        ``Churn_Modelling.csv``, else downloaded once and kept in the user's cache folder.

    Returns
    -------
    pandas.DataFrame
        10,000 rows; the columns are `COLUMNS`: `IDENTIFIERS`, then `FEATURES`, then `TARGET`,
        which is 1 for a customer who left and 0 for one who stayed.

    Raises
    ------
    ValueError
        Unknown source, or a local file that is not this table.
    FileNotFoundError
        The file of the embedded table is missing, or ``COURSE_DATA_DIR`` is not a folder.
    ConnectionError
        No mirror could deliver the original; the message says what to do.

    Warns
    -----
    UserWarning
        The local copy of the original differs from the version the course was tested with.
    """
    if source == "embedded":
        return _read(data_file("bank_churn/bank_churn.csv"))
    if source == "original":
        own = _local_original()
        table = _read(own or _download_original())
        if own is not None:
            _warn_of_another_version(own)
        return table
    options = " or ".join(repr(name) for name in SOURCES)
    raise ValueError(f"load_churn got source={source!r}; expected {options}.")


def _read(path):
    """The table with its columns in order; other columns are left out.

    A copy may have its columns in another order and more of them, as spreadsheets leave them.
    """
    return read(path, _parse, "the bank-churn table",
                'Put the file of the course, or the original, back; or use load_churn("embedded").')


def _parse(path):
    table = parse_table(path, TYPES)[list(COLUMNS)]
    if len(table) != ROWS:
        raise Unfit(f"it has {len(table):,} rows; expected {ROWS:,}")
    for column in NOT_BLANK:
        blank = np.flatnonzero(table[column].str.strip() == "")
        if len(blank):
            raise Unfit(f"{cell(table, blank[0], column)} is blank{more(blank)}")
    for column in YES_OR_NO:
        other = np.flatnonzero(~table[column].isin([0, 1]))
        if len(other):
            raise Unfit(f"{cell(table, other[0], column)} is neither 0 nor 1{more(other)}")
    twice = np.flatnonzero(table.duplicated(["CustomerId"]))
    if len(twice):
        raise Unfit(f"{cell(table, twice[0], 'CustomerId')} is there twice{more(twice)}")
    return table


def _local_original():
    """Return the path of the reader's own copy of the original, or None."""
    folder = course_data_dir()
    path = None if folder is None else folder / ORIGINAL_NAME
    return path if path is not None and path.is_file() else None


def _warn_of_another_version(path):
    # The original ends its lines with CR LF; an editor or git may have changed that.
    content = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    found = hashlib.sha256(content).hexdigest()
    if found != ORIGINAL_SHA256:
        warnings.warn(
            f"{path} is not the version that the course was tested with (sha256 {found[:12]}…, "
            f"expected {ORIGINAL_SHA256[:12]}…). It is used as it is; results may differ.",
            stacklevel=3,
        )


def _cache_dir():
    import pooch

    return Path(pooch.os_cache("deep-learning-course"))


def _download_original():
    """Return the path of the original in the cache, fetching it if need be.

    pooch writes to a temporary file and renames it once its sha256 is right, so that the cache
    never holds half a file; a damaged file in the cache is fetched again.
    """
    advice = (
        'Use load_churn(source="embedded"), which needs no network, or put a copy of '
        f"{ORIGINAL_NAME} in a folder and set the environment variable COURSE_DATA_DIR to it."
    )
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            f"Downloading the original needs pooch: pip install pooch. {advice}"
        ) from error

    cache = _cache_dir()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(cache)
    except OSError as error:
        raise OSError(f"The cache folder {cache} cannot be made: {error}. {advice}") from error
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    failures = []
    try:
        for mirror in MIRRORS:
            try:
                path = pooch.retrieve(
                    mirror,
                    known_hash=f"sha256:{ORIGINAL_SHA256}",
                    fname=ORIGINAL_NAME,
                    path=cache,
                    downloader=_fetch,
                )
                return Path(path)
            except (OSError, ValueError) as error:
                if getattr(error, "errno", None) in OUR_FAULT:
                    raise OSError(f"The cache folder {cache} cannot be written: {error}. "
                                  f"{advice}") from error
                failures.append(f"{mirror}: {_reason(error)}")
    finally:
        logger.setLevel(level)
    reasons = "\n".join(f"  {failure}" for failure in failures)
    raise ConnectionError(f"The original could not be downloaded.\n{reasons}\n{advice}")


# No permission, no room, a disk that is read only: the cache folder's fault, not the mirror's.
OUR_FAULT = {getattr(errno, name, -1)
             for name in ("EACCES", "EPERM", "ENOSPC", "EROFS", "EDQUOT", "EFBIG")}


def _remove_leftovers(cache):
    """What a download that was killed a day ago or earlier has left."""
    for path in cache.glob("tmp*"):
        if path.is_file() and path.stat().st_mtime < time.time() - 86_400:
            path.unlink(missing_ok=True)


def _fetch(url, file, pooch):
    """Write what the address serves into the file that pooch gives; for pooch.retrieve.

    The limits are for all of it: a server that drips, or never ends, is given up.
    """
    import requests
    from urllib3.exceptions import HTTPError

    end, size = time.monotonic() + LONGEST, 0
    headers = {"Accept-Encoding": "identity"}
    with requests.get(url, stream=True, timeout=TIMEOUT, headers=headers) as answer:
        answer.raise_for_status()
        # what has come, at most so much; a version without it waits until it has so much
        read = getattr(answer.raw, "read1", answer.raw.read)
        with open(file, "wb") as out:
            while True:
                try:
                    piece = read(1 << 14)
                except HTTPError as error:
                    raise requests.ConnectionError(error) from error
                if not piece:
                    return
                size += len(piece)
                if size > LARGEST:
                    raise ValueError("it sends more than the file has")
                if time.monotonic() > end:
                    raise ValueError(f"it has not sent the file within {LONGEST:g} seconds")
                out.write(piece)


def _reason(error):
    """Return why a mirror failed, in a few words."""
    if isinstance(error, ValueError) and str(error).startswith("it "):
        return str(error)
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"it answered with the status {status}"
    if isinstance(error, ValueError) and "hash" in str(error):
        return "what it sent is not the file (its sha256 differs)"
    kind = type(error).__name__
    if "Timeout" in kind or "timed out" in str(error):
        return f"no answer for {TIMEOUT:g} seconds"
    return f"the connection failed ({kind})"
