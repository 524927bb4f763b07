"""Make ``property_prices.csv.gz``: house sales as area, bedrooms, distance, age and price.

    pip install rdata                      # reads R's file format
    apt-get install r-cran-spdata          # the source, CC0
    python -m data.sources.make_property_prices

The source is the data set ``house`` of the R package spData: 25,357 single-family homes sold in
Lucas County (Toledo), Ohio, between 1993 and 1998. The same source gives the same file, byte for
byte: no date and no file name in the gzip header.
"""

import gzip
import io
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from data.sources.formats import read_r

# Debian installs the R package here; the first pair of files is R's "lazy-load" data base.
SOURCE = Path("/usr/lib/R/site-library/spData/data")
TARGET = Path(__file__).resolve().parents[1] / "property_prices.csv.gz"

# Downtown Toledo in the coordinates of the source: metres, Ohio North State Plane (EPSG:2834).
CENTRE = np.array([513546.1, 221072.3])
METRES_PER_MILE = 1609.344


def read_house(source=SOURCE):
    """Return the data frame and the coordinates, shape (25357, 2) in metres, of ``house``."""
    with warnings.catch_warnings():  # rdata does not know R's spatial classes; we need only slots
        warnings.simplefilter("ignore", UserWarning)
        house = read_r(source, "house")
    return house.data, np.asarray(house.coords)


def to_table(house, coordinates):
    """Return the five columns of the course for the rows that make sense, in random order."""
    metres = np.sqrt(((coordinates - CENTRE) ** 2).sum(axis=1))
    table = pd.DataFrame(
        {
            "area_sqft": house["TLA"].to_numpy().astype(int),
            "bedrooms": house["beds"].to_numpy().astype(int),
            "distance_miles": np.round(metres / METRES_PER_MILE, 2),
            "age_years": house["syear"].astype(int).to_numpy() - house["yrbuilt"].to_numpy(int),
            "price_usd": house["price"].to_numpy().astype(int),
        }
    )
    # Sold before it was built, or no bedroom: an error of the register, not a house.
    table = table[(table["age_years"] >= 0) & (table["bedrooms"] >= 1)]
    # The source runs from south to north. In random order the first rows are a fair sample.
    order = np.random.default_rng(1993).permutation(len(table))
    return table.iloc[order].reset_index(drop=True)


def to_csv_gz(table):
    """Return the bytes of the table as gzipped CSV, the same for the same table."""
    text = table.to_csv(index=False, lineterminator="\n", float_format="%.2f")
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


def main():
    if not (SOURCE / "Rdata.rdb").is_file():
        sys.exit(f"{SOURCE} has no Rdata.rdb: install Debian's package r-cran-spdata.")
    table = to_table(*read_house())
    content = to_csv_gz(table)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(table)} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
