"""The digits and surnames that ship: shapes, fair splits, made by the scripts beside them."""

import gzip
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_lib.datasets.digits import BRIGHTEST, load_digits
from course_lib.datasets.surnames import LANGUAGES, load_surnames
from data.sources import make_digits, make_surnames

DATA = Path(__file__).resolve().parents[2] / "data"


def accuracy_of_ridge(X_train, y_train, X_test, y_test, penalty=10.0):
    """Test accuracy of a linear classifier: least squares to one-hot labels, with a penalty."""
    A, B = (np.column_stack([np.ones(len(X)), X]) for X in (X_train, X_test))
    targets = np.eye(y_train.max() + 1)[y_train]
    W = np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ targets)
    return ((B @ W).argmax(axis=1) == y_test).mean()


# Digits -------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def digits():
    return load_digits()


def test_shapes_types_and_range_of_the_digits(digits):
    X_train, y_train, X_test, y_test = digits
    assert X_train.shape == (1397, 8, 8) and X_test.shape == (400, 8, 8)
    assert y_train.shape == (1397,) and y_test.shape == (400,)
    assert X_train.dtype == X_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64
    for X in (X_train, X_test):
        assert X.min() == 0 and X.max() == 1
        np.testing.assert_array_equal(X * BRIGHTEST, np.rint(X * BRIGHTEST))


def test_the_split_of_the_digits_is_stratified_and_clean(digits):
    X_train, y_train, X_test, y_test = digits
    assert np.bincount(y_test).tolist() == [40] * 10
    counts = np.bincount(y_train)
    assert len(counts) == 10 and counts.min() >= 134 and counts.max() <= 143
    train = {x.tobytes() for x in X_train}
    assert not train & {x.tobytes() for x in X_test}
    assert len(set(y_test[:40])) == 10  # in random order


def test_pixels_tell_the_digit(digits):
    X_train, y_train, X_test, y_test = digits
    flat = [X.reshape(len(X), -1).astype(float) for X in (X_train, X_test)]
    assert 0.90 < accuracy_of_ridge(flat[0], y_train, flat[1], y_test) < 0.99
    wrong = np.random.default_rng(0).permutation(y_train)
    assert accuracy_of_ridge(flat[0], wrong, flat[1], y_test) < 0.25


def test_a_split_takes_each_image_once():
    y = np.repeat(np.arange(10), 50)
    train, test = make_digits.split(y, rng=np.random.default_rng(0))
    assert sorted([*train, *test]) == list(range(500))
    assert np.bincount(y[test]).tolist() == [make_digits.TEST_PER_DIGIT] * 10


def test_the_digits_of_scikit_learn_give_the_shipped_arrays():
    source = pytest.importorskip("sklearn.datasets").load_digits()
    with np.load(DATA / "digits.npz") as file:
        made = make_digits.to_arrays(source.images, source.target)
        assert sorted(made) == sorted(file)
        for name, array in made.items():
            np.testing.assert_array_equal(array, file[name])


def test_the_archive_of_the_digits_carries_no_date():
    arrays = {"a": np.arange(5)}
    content = make_digits.to_npz(arrays)
    assert content == make_digits.to_npz(arrays)
    with np.load(io.BytesIO(content)) as file:
        np.testing.assert_array_equal(file["a"], arrays["a"])
    with zipfile.ZipFile(DATA / "digits.npz") as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# Surnames -----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def surnames():
    return load_surnames()


def test_the_surnames_are_equally_many_and_each_there_once(surnames):
    assert surnames.shape == (4800, 3) and surnames.surname.is_unique
    counts = surnames.groupby(["language", "split"]).size()
    assert tuple(sorted(surnames.language.unique())) == LANGUAGES == tuple(make_surnames.LOCALES)
    assert set(counts.xs("train", level="split")) == {480}
    assert set(counts.xs("test", level="split")) == {120}
    assert len(set(surnames.language[:40])) == 8  # in random order


def test_the_surnames_are_in_the_letters_a_to_z(surnames):
    assert all(re.fullmatch("[a-z]{3,}", name) for name in surnames.surname)


@pytest.mark.parametrize("name, folded", [
    ("Łącki", "lacki"), ("Van den Berg", "vandenberg"), ("Groß", "gross"), ("O'Neill", "oneill"),
    ("Núñez-Íñiguez", "nuneziniguez"), ("Đurašević", "durasevic"), ("佐藤", "")])
def test_a_name_is_folded(name, folded):
    assert make_surnames.fold(name) == folded


def test_a_name_of_two_languages_is_in_neither():
    lists = {locale: {f"{locale[:2]}{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(650)}
             for locales in make_surnames.LOCALES.values() for locale in locales}
    lists["pl_PL"] |= {"both"}
    lists["hr_HR"] |= {"both"}
    lists["fi_FI"] = {"plaa"}
    table = make_surnames.to_table(lists)
    assert len(table) == 8 * make_surnames.EACH
    assert not table.surname.isin(["both", "plaa"]).any()
    lists["it_IT"] = {"rossi"}
    with pytest.raises(ValueError, match="Italian: 1 names"):
        make_surnames.to_table(lists)


def test_first_and_last_letters_tell_something_about_the_language(surnames):
    ends = np.array([[ord(n[0]) - 97, ord(n[-2]) - 97, ord(n[-1]) - 97] for n in surnames.surname])
    X = np.eye(26)[ends].reshape(len(ends), -1)
    y = np.array([LANGUAGES.index(language) for language in surnames.language])
    train = (surnames.split == "train").to_numpy()
    assert 0.40 < accuracy_of_ridge(X[train], y[train], X[~train], y[~train]) < 0.70
    wrong = np.random.default_rng(0).permutation(y[train])
    assert accuracy_of_ridge(X[train], wrong, X[~train], y[~train]) < 0.25


def test_the_file_of_the_surnames_carries_no_date(surnames):
    content = make_surnames.to_csv_gz(surnames)
    assert content == make_surnames.to_csv_gz(surnames.copy())
    shipped = (DATA / "surnames.csv.gz").read_bytes()
    assert gzip.decompress(content) == gzip.decompress(shipped)
    assert shipped[4:8] == bytes(4) and shipped[3] == 0


def test_the_lists_of_faker_give_the_shipped_surnames():
    faker = pytest.importorskip("faker", reason="Faker, the source, is not installed")
    if faker.VERSION != "40.54.0":
        pytest.skip(f"the file was made from Faker 40.54.0, here is {faker.VERSION}")
    content = make_surnames.to_csv_gz(make_surnames.to_table(make_surnames.read_faker()))
    shipped = (DATA / "surnames.csv.gz").read_bytes()
    assert gzip.decompress(content) == gzip.decompress(shipped)


@pytest.mark.parametrize("name, content, load, message", [
    ("digits.npz", None, load_digits, "no array y_train, X_test, y_test"),
    ("surnames.csv.gz", b"a,b\n1,2\n", load_surnames,
     "no column surname, language, split, and has a, b besides")])
def test_other_files_are_refused(name, content, load, message, tmp_path, monkeypatch):
    if content is None:
        np.savez(tmp_path / name, X_train=np.zeros(3))
    else:
        (tmp_path / name).write_bytes(gzip.compress(content))
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match=message):
        load()
