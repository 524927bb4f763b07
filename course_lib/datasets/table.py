"""A table becomes numbers: what its columns are, and their scales, are learnt from training rows.

A network multiplies numbers, so every column has to become one or more columns of them: quantities
are standardised, yes and no become 1 and 0, categories become a column for each but the first, and
a missing value becomes the median beside a column that says so. Built in lesson 06.
"""

import difflib
import io
import json
import math
from pathlib import Path

import numpy as np

YES, NO = {"yes", "y", "true", "1", "1.0"}, {"no", "n", "false", "0", "0.0"}
CATEGORIES = 20  # with more different texts a column names its rows, and does not group them


class Preparation:
    """How a table becomes an array, as learnt from the rows that it was made with.

    Parameters
    ----------
    table : pandas.DataFrame
        The training rows, and no others: medians, means and categories come from these.
    target : str
        The column with the answers: 0 and 1, yes and no, or True and False.
    leave_out : names of columns that say nothing about the next row, such as a number or a name

    Attributes
    ----------
    columns : {name: what was learnt of it}
        ``kind`` is "number", "yes or no" or "category".
    names : list of str
        The columns of the array that ``prepared(table)`` gives.

    Raises
    ------
    ValueError
        For a table without rows, columns that are not there, a column that is all missing or always
        the same, text that names rows in place of grouping them, and an answer that is none. The
        message names row and column.
    TypeError
        For something that is not a table.

    Built in lesson 06.
    """

    def __init__(self, table, target, *, leave_out=()):
        check_table(table)
        leave_out = [leave_out] if isinstance(leave_out, str) else list(leave_out)
        check_columns(table, [target, *leave_out])
        if len(table) == 0:
            raise ValueError("the table has no rows; give the training rows")
        self.target = target
        self.columns = {name: learn(table[name], name) for name in table.columns
                        if name != target and name not in leave_out}
        if not self.columns:
            raise ValueError(f"no column is left besides {target!r}; leave out fewer")
        self.answers(table)

    @property
    def names(self):
        return [name for column, learnt in self.columns.items() for name in named(column, learnt)]

    def __call__(self, table):
        """The rows of a table as numbers, (rows, len(names)); other columns are ignored."""
        check_table(table)
        check_columns(table, self.columns)
        return np.column_stack([as_numbers(table[name], name, learnt)
                                for name, learnt in self.columns.items()])

    def answers(self, table):
        """The answers of a table as zeros and ones, (rows,)."""
        check_table(table)
        check_columns(table, [self.target])
        return yes_or_no(table[self.target], self.target, missing=False)

    def __repr__(self):
        return f"Preparation({self.target!r} from {', '.join(self.columns)})"

    def save(self, path):
        """Write what was learnt, as text that a person can read, to a file."""
        text = json.dumps({"target": self.target, "columns": self.columns}, indent=1,
                          ensure_ascii=False)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path):
        """The preparation that ``save`` wrote; ValueError for any other file."""
        try:
            stored = json.loads(Path(path).read_text(encoding="utf-8"))
            self = cls.__new__(cls)
            self.target, self.columns = str(stored["target"]), dict(stored["columns"])
            self.names  # noqa: B018  (fails where a column is incomplete)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} was not written by Preparation.save ({error}); prepare the "
                             "training rows again") from None
        return self


def prepare(table, target, *, leave_out=()):
    """Learn from the training rows how a table becomes numbers; see `Preparation`.

    >>> prepared = prepare(training, "Exited", leave_out=["CustomerId"])
    >>> X, y = prepared(training), prepared.answers(training)
    """
    return Preparation(table, target, leave_out=leave_out)


def read_table(path):
    """A CSV file as a table, whichever sign separates its columns.

    Commas, semicolons and tabs are told apart by the first line. Where a semicolon or a tab
    separates, a comma inside a number is a decimal comma. ValueError for a file that is no text, or
    has no line.

    >>> table = read_table("my.csv")
    """
    import pandas as pd

    content = Path(path).read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16")
    elif b"\0" in content:
        raise ValueError(f"{path} is not a text file; save the table as CSV")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")    # as older spreadsheets write it
    if not text.strip():
        raise ValueError(f"{path} is empty; expected a line with the names of the columns")
    first = text.lstrip().splitlines()[0]
    separator = max(",;\t", key=first.count)
    table = pd.read_csv(io.StringIO(text), sep=separator, skipinitialspace=True)
    table.columns = table.columns.str.strip()
    if separator != ",":
        for name in table.columns:
            table[name] = without_decimal_commas(table[name])
    return table


def without_decimal_commas(column):
    """A column with "3,5" as numbers, if all that is there is written so; else as it was."""
    words, gone = texts(column), missing(column)
    plain = [number(word.replace(",", ".")) for word in words[~gone]]
    if None in plain or not any("," in word for word in words[~gone]):
        return column
    values = np.full(len(column), np.nan)
    values[~gone] = plain
    return values


def check_table(table):
    """TypeError for what is no DataFrame, with the line that reads one."""
    if not hasattr(table, "columns") or not hasattr(table, "iloc"):
        raise TypeError(f"expected a table, a pandas DataFrame; got {type(table).__name__}. Read a "
                        'file with pandas.read_csv("my.csv", sep=None, engine="python"); one row '
                        "is table.iloc[[0]]")


def check_columns(table, wanted):
    """ValueError for columns that are not there, with the ones that may have been meant."""
    there = [str(name) for name in table.columns]
    for name in wanted:
        if list(table.columns).count(name) == 1:
            continue
        if len(there) == 1 and any(mark in there[0] for mark in ";\t,"):
            raise ValueError(f"the table has one column, {there[0][:60]!r}: another sign separates "
                             'them. Read it with pandas.read_csv(…, sep=None, engine="python")')
        if name in there:
            raise ValueError(f"the table has several columns {name!r}; rename or drop all but one")
        near = difflib.get_close_matches(str(name), there, n=1)
        raise ValueError(f"the table has no column {name!r}. It has {', '.join(there)}"
                         + (f"; did you mean {near[0]!r}?" if near else "."))


def missing(column):
    """Where a column has no value: nan, None, or text that is blank."""
    return np.array([value is None or value != value or str(value).strip() in ("", "<NA>", "NaT")
                     for value in column])


def texts(column):
    return np.array([str(value).strip() for value in column], object)


def number(text):
    """The number that a text writes, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def learn(column, name) -> dict:
    """What a column is, and what is needed to make numbers of it."""
    gone = missing(column)
    if gone.all():
        raise ValueError(f"column {name!r} has no value in the training rows; leave it out: "
                         f"leave_out=[{name!r}]")
    words = texts(column)[~gone]
    numbers = [number(word) for word in words]
    if len(set(words)) == 1:
        raise ValueError(f"column {name!r} is always {words[0]!r} in the training rows and says "
                         f"nothing; leave it out: leave_out=[{name!r}]")
    learnt = {"missing": bool(gone.any())}
    if {word.casefold() for word in words} <= YES | NO:
        return learnt | {"kind": "yes or no", "median": float(np.median(
            [word.casefold() in YES for word in words]) >= 0.5)}
    if None not in numbers:
        median = float(np.median(numbers))
        filled = np.full(len(column), median)
        filled[~gone] = numbers
        if (scale := float(filled.std())) == 0:
            raise ValueError(f"column {name!r} is always {median:g}; leave it out: "
                             f"leave_out=[{name!r}]")
        return learnt | {"kind": "number", "median": median, "mean": float(filled.mean()),
                         "scale": scale}
    if sum(value is not None for value in numbers) > len(numbers) / 2:
        row = np.flatnonzero(~gone)[numbers.index(None)]
        raise ValueError(f"row {row}, column {name!r}: {column.iloc[row]!r} is no number. Correct "
                         "it, or leave it blank")
    categories = sorted(set(words))
    if len(categories) > CATEGORIES:
        raise ValueError(f"column {name!r} has {len(categories):,} different texts, such as "
                         f"{categories[0]!r}. It names rows rather than grouping them; leave it "
                         f"out: leave_out=[{name!r}]")
    return learnt | {"kind": "category", "categories": categories}


def named(name, learnt) -> list[str]:
    """The names of the columns of numbers that a column becomes."""
    if learnt["kind"] == "category":
        found = [f"{name} {category}" for category in learnt["categories"][1:]]
    else:
        learnt["median"]
        found = [str(name)]
    return found + [f"{name} missing"] * learnt["missing"]


def as_numbers(column, name, learnt):
    """The columns of numbers that a column becomes, (rows, 1 or more)."""
    gone = missing(column)
    if learnt["kind"] == "category":
        if gone.any() and not learnt["missing"]:
            raise ValueError(f"row {int(np.argmax(gone))}, column {name!r} has no value. No "
                             "training row lacked one, so it would be taken for "
                             f"{learnt['categories'][0]!r}; fill it in, or leave the row out")
        values = one_hot(texts(column), gone, name, learnt["categories"])
    elif learnt["kind"] == "yes or no":
        values = yes_or_no(column, name, missing=learnt["median"])[:, None]
    else:
        values = np.full((len(column), 1), learnt["median"])
        for row in np.flatnonzero(~gone):
            values[row] = value = number(str(column.iloc[row]).strip())
            if value is None:
                raise ValueError(f"row {row}, column {name!r}: {column.iloc[row]!r} is no number. "
                                 "Correct it, or leave it blank")
        values = (values - learnt["mean"]) / learnt["scale"]
    return np.column_stack([values, gone.astype(float)]) if learnt["missing"] else values


def one_hot(words, gone, name, categories):
    """A column of 0 and 1 for each category but the first; a missing one is 0 in all."""
    unknown = ~np.isin(words, categories) & ~gone
    if unknown.any():
        row = int(np.argmax(unknown))
        near = difflib.get_close_matches(words[row].casefold(),
                                         [category.casefold() for category in categories], n=1)
        meant = [category for category in categories if [category.casefold()] == near]
        raise ValueError(f"row {row}, column {name!r}: {words[row]!r} is none of "
                         f"{', '.join(categories)}, which the training rows have"
                         + (f"; did you mean {meant[0]!r}?" if meant else "."))
    return (words[:, None] == np.array(categories[1:], object)).astype(float)


def yes_or_no(column, name, *, missing):
    """Zeros and ones; `missing` stands in for a missing value, False lets there be none."""
    found = np.empty(len(column))
    for row, value in enumerate(column):
        word = "" if value is None or value != value else str(value).strip().casefold()
        if word in YES | NO:
            found[row] = word in YES
        elif word in ("", "<na>") and missing is not False:
            found[row] = missing
        else:
            raise ValueError(f"row {row}, column {name!r}: {value!r} is neither yes nor no; "
                             "expected 1 or 0, yes or no, True or False")
    return found
