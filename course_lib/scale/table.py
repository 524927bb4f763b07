"""A table in parts, of which a worker reads one at a time: the row groups of Parquet files."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.scale.cluster import compute

CACHE_BYTES = 2**27     # what a worker keeps of what it has read; it saves time and nothing else
CACHE = {}


class BadRow(ValueError):
    """What cannot be learnt from; the message names file, row and column."""


class Part(NamedTuple):
    """A row group of a file; ``first`` is the number that its first row has there, from 0."""

    file: str
    group: int
    first: int
    rows: int


@dataclass(frozen=True)
class Table:
    """The parts, and what is read of them; to make it, no row is read."""

    parts: tuple
    features: tuple
    target: str
    mean: tuple = ()
    std: tuple = ()

    @property
    def rows(self):
        return sum(part.rows for part in self.parts)

    def take(self, start, stop=None):
        """The table of some of the parts; both as in ``parts[start:stop]``."""
        return replace(self, parts=self.parts[start:stop])


def open_table(folder, target):
    """The table in the Parquet files of a folder, in the order of their names."""
    import pyarrow.parquet as pq

    parts, columns = [], None
    for path in sorted(Path(folder).resolve().glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            if columns not in (None, file.schema_arrow.names):
                raise ValueError(f"{path} has the columns {file.schema_arrow.names}; the files "
                                 f"before it have {columns}")
            columns, first = file.schema_arrow.names, 0
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                parts.append(Part(str(path), group, first, rows))
                first += rows
    if not parts:
        raise FileNotFoundError(f"there is no Parquet file with rows in {Path(folder).resolve()}")
    if target not in columns:
        raise ValueError(f"there is no column {target!r} in {parts[0].file}; there are {columns}")
    return Table(tuple(parts), tuple(name for name in columns if name != target), target)


def read(table, part):
    """X (rows, features), standardised if the table says by what, and y (rows, 1)."""
    stat = os.stat(part.file)
    key = (part, table.features, table.target, table.mean, table.std, stat.st_mtime_ns,
           stat.st_size)
    if key not in CACHE:
        found = read_anew(table, part)
        while CACHE and sum(array.nbytes for pair in CACHE.values() for array in pair) > (
                CACHE_BYTES - found[0].nbytes):
            CACHE.pop(next(iter(CACHE)))
        CACHE[key] = found
    return CACHE[key]


def read_anew(table, part):
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [*table.features, table.target]
    columns = np.empty((len(names), part.rows))     # filled row by row, which is quicker
    name = ""
    try:
        with pq.ParquetFile(part.file) as file:
            group = file.read_row_group(part.group, columns=names)
        for column, name in zip(columns, names, strict=True):
            column[:] = group.column(name).to_numpy()
    except (ValueError, TypeError, KeyError, IndexError, pa.ArrowException) as error:
        raise BadRow(f"{part.file}: rows {part.first} to {part.first + part.rows - 1}"
                     f"{f', column {name!r},' if name else ''} cannot be read as numbers: "
                     f"{str(error).splitlines()[0]}") from error
    for column, name in zip(columns, names, strict=True):
        if not np.isfinite(column.sum()) and len(bad := np.flatnonzero(~np.isfinite(column))):
            raise BadRow(f"{part.file}: row {part.first + bad[0]}, column {name!r} is "
                         f"{column[bad[0]]}")
    X = np.ascontiguousarray(columns[:-1].T)
    if table.mean:
        X -= table.mean
        X /= table.std
    return X, columns[-1][:, None].copy()


def standardise(table, of=None, *, client=None):
    """The table with the mean and the standard deviation of each feature, over all rows of ``of``.

    ``of`` is a table of the training rows, such as ``table.take(0, 7)``; by default, all rows.
    """
    table, of = (replace(some, mean=(), std=()) for some in (table, of or table))
    found = compute(client, statistics, [(of, part) for part in of.parts])
    n = mean = squares = 0.0
    for part, (own_mean, own_squares) in zip(of.parts, found, strict=True):
        away = own_mean - mean
        squares = squares + own_squares + away**2 * (n * part.rows / (n + part.rows))
        n += part.rows
        mean = mean + away * (part.rows / n)
    std = np.where(squares > 0, np.sqrt(squares / n), 1.0)      # a constant column stays constant
    return replace(table, mean=tuple(mean.tolist()), std=tuple(std.tolist()))


def statistics(table, part):
    """The mean of each feature in a part, and Σ (x − mean)²."""
    X, _ = read(table, part)
    mean = X.mean(axis=0)
    return mean, ((X - mean)**2).sum(axis=0)
