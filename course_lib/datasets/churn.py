"""Ten thousand bank customers and whether they left: the table that lesson 06 learns from.

The course ships an invented table that behaves like the widely used original, and fetches the
original when asked. ``data/README.md`` says how the one was made from the other.
"""

import hashlib
import warnings
from pathlib import Path

import pandas as pd

from course_lib.datasets.files import course_data_dir, data_file

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
        return _read(_local_original() or _download_original())
    options = " or ".join(repr(name) for name in SOURCES)
    raise ValueError(f"load_churn got source={source!r}; expected {options}.")


def _read(path):
    types = {
        name: "float64" if name in MONEY_COLUMNS else "int64"
        for name in COLUMNS
        if name not in TEXT_COLUMNS
    }
    try:
        # A customer called Null or Nan is a customer, not a missing value.
        table = pd.read_csv(path, dtype=types, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{path} is not the bank-churn table: {error}") from error
    if tuple(table.columns) != COLUMNS:
        raise ValueError(
            f"{path} is not the bank-churn table: it has the columns {', '.join(table.columns)}; "
            f"expected {', '.join(COLUMNS)}."
        )
    return table


def _local_original():
    """Return the path of the reader's own copy of the original, or None."""
    folder = course_data_dir()
    path = None if folder is None else folder / ORIGINAL_NAME
    if path is None or not path.is_file():
        return None
    # The original ends its lines with CR LF; an editor or git may have changed that.
    content = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    found = hashlib.sha256(content).hexdigest()
    if found != ORIGINAL_SHA256:
        warnings.warn(
            f"{path} is not the version that the course was tested with (sha256 {found[:12]}…, "
            f"expected {ORIGINAL_SHA256[:12]}…). It is used as it is; results may differ.",
            stacklevel=3,
        )
    return path


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
                    downloader=pooch.HTTPDownloader(timeout=TIMEOUT),
                )
                return Path(path)
            except PermissionError:
                raise  # the cache folder's fault, not the mirror's
            except (OSError, ValueError) as error:
                failures.append(f"{mirror}: {_reason(error)}")
    finally:
        logger.setLevel(level)
    reasons = "\n".join(f"  {failure}" for failure in failures)
    raise ConnectionError(f"The original could not be downloaded.\n{reasons}\n{advice}")


def _reason(error):
    """Return why a mirror failed, in a few words."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"it answered with the status {status}"
    if isinstance(error, ValueError) and "hash" in str(error):
        return "what it sent is not the file (its sha256 differs)"
    kind = type(error).__name__
    if "Timeout" in kind or "timed out" in str(error):
        return f"no answer for {TIMEOUT:g} seconds"
    return f"the connection failed ({kind})"
