"""The property prices that ship: right shape, sane values, and made by the script beside them."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from course_lib.datasets.property_prices import COLUMNS, load_property_prices
from data.sources import make_property_prices

DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED = DATA / "property_prices.csv.gz"


@pytest.fixture(scope="module")
def script():
    return make_property_prices


@pytest.fixture(scope="module")
def table():
    return load_property_prices()


def r_squared(X, y, first):
    """Held-out R² of the least-squares plane that is fitted to the first rows."""
    X = np.column_stack([np.ones(len(X)), X])
    w, *_ = np.linalg.lstsq(X[:first], y[:first], rcond=None)
    rest = y[first:]
    return 1 - ((rest - X[first:] @ w) ** 2).sum() / ((rest - rest.mean()) ** 2).sum()


def test_shape_and_types(table):
    assert table.shape == (25_219, 5)
    assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS
    assert list(table.index[:3]) == [0, 1, 2]
    assert not table.isna().to_numpy().any()


@pytest.mark.parametrize(
    ("column", "lowest", "highest"),
    [
        ("area_sqft", 120, 7616),
        ("bedrooms", 1, 9),
        ("distance_miles", 0.35, 24.06),
        ("age_years", 0, 161),
        ("price_usd", 2000, 875_000),
    ],
)
def test_ranges(table, column, lowest, highest):
    assert (table[column].min(), table[column].max()) == (lowest, highest)


def test_a_plane_explains_about_three_quarters_of_the_price(table):
    X, y = table.drop(columns="price_usd").to_numpy(float), table["price_usd"].to_numpy(float)
    assert 0.70 < r_squared(X, y, 20_000) < 0.78
    wrong = np.random.default_rng(0).permutation(y)
    assert r_squared(X, wrong, 20_000) < 0.05


def test_rows_are_in_random_order(table):
    y = table["price_usd"].to_numpy(float)
    assert abs(y[:5000].mean() / y.mean() - 1) < 0.04
    assert abs(np.corrcoef(np.arange(len(table)), table["distance_miles"])[0, 1]) < 0.03


def test_two_loads_are_independent(table):
    other = load_property_prices()
    other["price_usd"] = 0
    assert table["price_usd"].min() > 0
    assert load_property_prices()["price_usd"].min() > 0


def test_gzip_header_has_no_date_and_no_name():
    header = SHIPPED.read_bytes()[:10]
    assert header[:4] == b"\x1f\x8b\x08\x00"  # gzip, deflate, no optional field such as a name
    assert header[4:8] == bytes(4)


def test_writing_the_table_again_gives_the_same_text(script, table):
    content = script.to_csv_gz(table)
    assert content == script.to_csv_gz(table.copy())
    assert gzip.decompress(content) == gzip.decompress(SHIPPED.read_bytes())


def test_other_columns_are_refused(tmp_path, monkeypatch):
    (tmp_path / "property_prices.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="no column area_sqft, .*has a, b besides"):
        load_property_prices()


def test_the_source_gives_the_shipped_file(script):
    pytest.importorskip("rdata", reason="the package rdata reads the source; not installed")
    if not (script.SOURCE / "Rdata.rdb").is_file():
        pytest.skip("Debian's package r-cran-spdata, the source, is not installed")
    content = script.to_csv_gz(script.to_table(*script.read_house()))
    # Compared after decompression: another zlib may pack the same text differently.
    assert gzip.decompress(content) == gzip.decompress(SHIPPED.read_bytes())
