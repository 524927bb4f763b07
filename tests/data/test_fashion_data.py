"""The clothes that ship and the scenes that are composed: shapes, fair splits, true labels."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets import digit_scenes, load_digits, load_fashion
from course_lib.datasets.fashion import BRIGHTEST, CLASS_NAMES
from course_lib.datasets.scenes import DIGIT, INK
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import GradientDescent
from course_lib.training import fit
from data.sources import make_fashion

DATA = Path(__file__).resolve().parents[2] / "data"


# The clothes -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def fashion():
    return load_fashion()


def test_shapes_types_and_range(fashion):
    X_train, y_train, X_test, y_test, names = fashion
    assert X_train.shape == (5000, 1, 28, 28) and X_test.shape == (1000, 1, 28, 28)
    assert X_train.dtype == X_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64
    assert X_train.min() == 0 and X_train.max() == 1
    np.testing.assert_array_equal(X_test * BRIGHTEST, np.rint(X_test * BRIGHTEST))
    assert names is CLASS_NAMES and len(set(names)) == 10


def test_as_many_of_each_class_in_random_order(fashion):
    _, y_train, _, y_test, _ = fashion
    assert np.bincount(y_train).tolist() == [500] * 10
    assert np.bincount(y_test).tolist() == [100] * 10
    assert len(set(y_test[:50])) == 10


def test_no_picture_is_in_both_parts(fashion):
    X_train, _, X_test, *_ = fashion
    train = {x.tobytes() for x in X_train}
    assert not train & {x.tobytes() for x in X_test}
    assert len(train) > 4990  # and hardly any twice


def test_pixels_tell_the_class_and_shuffled_labels_do_not(fashion):
    X_train, y_train, X_test, y_test, _ = fashion

    def nearest_mean(y):
        means = np.array([X_train[y == label].mean(axis=0).ravel() for label in range(10)])
        flat = X_test.reshape(len(X_test), -1)
        away = ((flat[:, None] - means) ** 2).sum(axis=-1)
        return (away.argmin(axis=1) == y_test).mean()

    assert 0.6 < nearest_mean(y_train) < 0.8
    assert nearest_mean(np.random.default_rng(0).permutation(y_train)) < 0.35


def test_a_file_that_is_another_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    np.savez(tmp_path / "fashion.npz", X_train=np.zeros((3, 784)), y_train=np.zeros(3),
             X_test=np.zeros((2, 784)), y_test=np.zeros(2))
    with pytest.raises(ValueError, match=r"fashion.npz has images of shape \(3, 784\).*Put the"):
        load_fashion()
    np.savez(tmp_path / "fashion.npz", X_train=np.zeros((3, 28, 28)))
    with pytest.raises(ValueError, match="no array y_train, X_test, y_test"):
        load_fashion()


def test_the_package_gives_the_shipped_arrays():
    if not make_fashion.SOURCE.is_dir():
        pytest.skip("needs Debian's package dataset-fashion-mnist")
    arrays = make_fashion.to_arrays(make_fashion.read_source(make_fashion.SOURCE))
    with np.load(DATA / "fashion.npz") as file:
        assert sorted(arrays) == sorted(file)
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, file[name])


@pytest.fixture(scope="module")
def all_clothes():
    """All 60,000 and 10,000 pictures as lesson 02 takes those that ship: 14 × 14, standardised."""
    if not make_fashion.SOURCE.is_dir():
        pytest.skip("needs Debian's package dataset-fashion-mnist")
    source = make_fashion.read_source(make_fashion.SOURCE)
    X, X_test = (images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
                 for images, _ in (source["train"], source["test"]))
    mean, spread = X.mean(axis=0), X.std(axis=0)
    labels = (source[part][1].astype(int) for part in ("train", "test"))
    return (X - mean) / spread, (X_test - mean) / spread, *labels


def trained_on_all(clothes, name, depth, epochs=1):
    """The share of the test that is right, of activations that are 0, and of dead units."""
    X, X_test, y, y_test = clothes
    rng, n, layers = np.random.default_rng(0), 196, []
    for _ in range(depth):
        layers += [Dense(n, 32, rng=rng, initializer="he" if name == "relu" else "glorot"),
                   Activation(name)]
        n = 32
    network = Network([*layers, Dense(32, 10, rng=rng)])
    fit(network, X, y, cost=SoftmaxCrossEntropy(), epochs=epochs, batch_size=100, rng=rng,
        optimizer=GradientDescent(0.3 if name == "sigmoid" else 0.1), progress=False)
    right = np.mean(network.predict(X_test).argmax(axis=1) == y_test)
    off = [layer.A == 0 for layer in layers if isinstance(layer, Activation)]
    return right, np.mean(off), np.mean([units.all(axis=0) for units in off])


@pytest.mark.parametrize("depth", [4, 8])
def test_what_lesson_02_says_of_5000_clothes_is_so_with_60000(all_clothes, depth):
    relu, tanh, sigmoid = (trained_on_all(all_clothes, name, depth)
                           for name in ("relu", "tanh", "sigmoid"))
    assert relu[0] > 0.8 and tanh[0] > 0.8 and sigmoid[0] < 0.4
    assert 0.4 < relu[1] < 0.7 and relu[2] < 0.05
    assert tanh[1] == sigmoid[1] == 0


def test_five_times_the_steps_and_the_sigmoid_learns_with_four_layers(all_clothes):
    assert trained_on_all(all_clothes, "sigmoid", 4, epochs=5)[0] > 0.7


def test_the_archive_is_small_and_carries_no_date():
    assert (DATA / "fashion.npz").stat().st_size < 3_200_000
    arrays = {"a": np.arange(5)}
    assert make_fashion.to_npz(arrays) == make_fashion.to_npz(arrays)
    with zipfile.ZipFile(DATA / "fashion.npz") as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(io.BytesIO(make_fashion.to_npz(arrays))) as file:
        np.testing.assert_array_equal(file["a"], arrays["a"])


def test_without_the_package_the_script_says_how_to_get_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="dataset-fashion-mnist"):
        make_fashion.read_source(tmp_path)
    with pytest.raises(SystemExit, match="dataset-fashion-mnist"):
        make_fashion.main(tmp_path)


def test_idx_files_are_read(tmp_path):
    path, values = tmp_path / "x.gz", np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    header = b"\0\0\x08\x03" + struct.pack(">3I", 2, 3, 4)
    path.write_bytes(make_fashion.gzip.compress(header + values.tobytes()))
    np.testing.assert_array_equal(make_fashion.read_idx(path), values)
    path.write_bytes(make_fashion.gzip.compress(b"\0\0\x0d\x03" + bytes(12)))
    with pytest.raises(ValueError, match="expected an idx file of bytes"):
        make_fashion.read_idx(path)


# Scenes ------------------------------------------------------------------------------------------
def test_scenes_have_a_label_for_every_pixel():
    X, labels = digit_scenes(50, rng=np.random.default_rng(0))
    assert X.shape == (50, 1, 32, 32) and labels.shape == (50, 32, 32)
    assert X.dtype == np.float32 and labels.dtype == np.int64
    assert X.min() == 0 and X.max() == 1 and set(np.unique(labels)) == set(range(11))
    ink, paper = X[:, 0][labels > 0], X[:, 0][labels == 0]
    assert ink.mean() > 0.5 > 0.15 > paper.mean()


def test_a_scene_without_noise_is_made_of_digits_of_its_split():
    for split, (images, names) in {"train": load_digits()[:2], "test": load_digits()[2:]}.items():
        known = {x.tobytes(): d for x, d in zip(images, names, strict=True)}
        X, labels = digit_scenes(5, rng=np.random.default_rng(1), digits=(1, 1), noise=0,
                                 split=split)
        for x, label in zip(X[:, 0], labels, strict=True):
            windows = np.lib.stride_tricks.sliding_window_view(x, (DIGIT, DIGIT))
            found = [known[w.tobytes()] for w in windows.reshape(-1, DIGIT, DIGIT)
                     if w.any() and w.tobytes() in known]
            assert len(found) == 1
            assert set(np.unique(label)) == {0, found[0] + 1}
            np.testing.assert_array_equal(label > 0, x >= INK)


def test_digits_do_not_overlap_and_are_as_many_as_asked():
    X, labels = digit_scenes(20, rng=np.random.default_rng(2), size=24, digits=(3, 3), noise=0)
    images = load_digits()[0]
    ink = (images >= INK).sum(axis=(1, 2))
    counts = (labels > 0).sum(axis=(1, 2))
    assert X.shape[-1] == 24 and counts.max() <= 3 * ink.max() and counts.min() >= 2 * ink.min()


def test_scenes_repeat_with_their_generator_alone():
    first, again, other = (digit_scenes(3, rng=np.random.default_rng(s))[0] for s in (3, 3, 4))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("given, complaint", [({"split": "all"}, "choose 'train' or 'test'"),
                                              ({"size": 7}, "a digit needs 8 rows")])
def test_scenes_that_cannot_be_made(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        digit_scenes(1, rng=np.random.default_rng(0), **given)
