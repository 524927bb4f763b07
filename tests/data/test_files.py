"""A data file that is damaged or another one: the message says which, why, and what to do."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_lib.datasets import files
from course_lib.datasets.austen import load_austen
from course_lib.datasets.churn import load_churn
from course_lib.datasets.digits import load_digits
from course_lib.datasets.fashion import load_fashion
from course_lib.datasets.photos import (
    load_photo_network,
    load_photo_words,
    load_photos,
    load_two_kinds,
)
from course_lib.datasets.property_prices import load_property_prices
from course_lib.datasets.spoken_digits import load_spoken_digits
from course_lib.datasets.surnames import load_surnames

LOADERS = {
    "digits.npz": load_digits, "fashion.npz": load_fashion, "spoken_digits.npz": load_spoken_digits,
    "surnames.csv.gz": load_surnames, "property_prices.csv.gz": load_property_prices,
    "photo_network.npz": load_photo_network, "photo_words.txt": load_photo_words,
    "photos.npz": load_photos, "two_kinds.npz": load_two_kinds,
    "austen.txt.gz": load_austen, "bank_churn/bank_churn.csv": load_churn,
}
DAMAGE = {
    "empty": (lambda content: b"", "it is empty"),
    "a web page": (lambda content: b"<!DOCTYPE html><html>404</html>", "a web page"),
    "a pointer": (lambda content: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
                  "pointer of Git LFS"),
    "cut off": (lambda content: content[: len(content) // 2], ""),
    "other bytes": (lambda content: bytes(255 - b for b in content[:2000]), ""),
    "zeros inside": (lambda content: content[:200] + bytes(500) + content[700:], ""),
}


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Return a function that puts a file in place of the course's."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path
    return write


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", LOADERS)
def test_a_damaged_file_is_named_with_the_cause_and_the_remedy(put, name, damage):
    change, cause = DAMAGE[damage]
    path = put(name, change((files.DATA_DIR / name).read_bytes()))
    with pytest.raises(ValueError) as info:
        LOADERS[name]()
    said = str(info.value)
    assert said.startswith(f"{path} is not ") and cause in said and "back" in said
    assert "allow_pickle" not in said and "Traceback" not in said


@pytest.mark.parametrize("name", ["surnames.csv.gz", "property_prices.csv.gz", "austen.txt.gz"])
def test_a_gzipped_file_with_nothing_in_it(put, name):
    put(name, gzip.compress(b""))
    with pytest.raises(ValueError, match=f"{name} is not "):
        LOADERS[name]()


def test_objects_are_not_unpickled(put):
    path = put("digits.npz", b"")
    np.savez(path, **{name: np.array([print], dtype=object)
                      for name in ("X_train", "y_train", "X_test", "y_test")})
    with pytest.raises(ValueError) as info:
        load_digits()
    assert "allow_pickle" not in str(info.value) and str(path) in str(info.value)


@pytest.mark.parametrize(("X", "y", "cause"), [
    (np.zeros((3, 8, 8)), np.zeros(4, int), r"shapes \(3, 8, 8\) and \(4,\)"),
    (np.full((3, 8, 8), "a"), np.zeros(3, int), "of the types <U1 and int64"),
    (np.zeros((3, 8, 8)), np.full(3, 0.5), "expected numbers and whole numbers"),
])
def test_arrays_that_do_not_go_together(put, X, y, cause):
    np.savez(put("digits.npz", b""), X_train=X, y_train=y, X_test=X, y_test=y)
    with pytest.raises(ValueError, match=cause):
        load_digits()


def test_a_cell_that_is_no_number_is_named(put):
    lines = gzip.decompress((files.DATA_DIR / "property_prices.csv.gz").read_bytes()).splitlines()
    lines[3] = b"many" + lines[3][lines[3].index(b","):]
    put("property_prices.csv.gz", gzip.compress(b"\n".join(lines)))
    with pytest.raises(ValueError, match="line 4, column area_sqft: 'many' is not a number"):
        load_property_prices()


@pytest.mark.parametrize("module", ["datasets", "lessons.lesson_02", "lessons.lesson_07",
                                    "lessons.lesson_08"])
def test_pandas_is_loaded_only_where_a_table_is_read(module):
    """It is 40 per cent of what a student waits for at a lesson's first cell."""
    code = f"import sys, course_lib.{module}; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2], check=True)
    assert done.stdout == "False\n"
