"""The spoken digits that ship: voices apart, equal classes, and made by the script beside them."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_lib.datasets.spoken_digits import RANGE_DB, load_spoken_digits
from data.sources import make_spoken_digits

DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED = DATA / "spoken_digits.npz"


@pytest.fixture(scope="module")
def script():
    return make_spoken_digits


@pytest.fixture(scope="module")
def stored():
    with np.load(SHIPPED) as file:
        return dict(file)


@pytest.fixture(scope="module")
def digits():
    return load_spoken_digits()


def accuracy_of_ridge(F_train, y_train, F_test, y_test, penalty):
    """Test accuracy of a linear classifier: least squares to one-hot labels, with a penalty."""
    centre, scale = F_train.mean(axis=0), F_train.std(axis=0) + 1e-6
    A, B = (F_train - centre) / scale, (F_test - centre) / scale
    targets = np.eye(10)[y_train] - 0.1
    W = np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ targets)
    return ((B @ W).argmax(axis=1) == y_test).mean()


def hand_made(X):
    """Ten features a person might choose: length, loudness, its spread, four bands, centroid."""
    loudness = X.mean(axis=2)
    threshold = (loudness.min(axis=1) + loudness.max(axis=1)) / 2
    length = (loudness > threshold[:, None]).sum(axis=1)
    middle = (loudness * np.arange(X.shape[1])).sum(axis=1) / loudness.sum(axis=1)
    bands = X.reshape(len(X), X.shape[1], 4, -1).mean(axis=(1, 3))
    centroid = (X * np.arange(X.shape[2])).sum(axis=2) / (X.sum(axis=2) + 1e-9)
    columns = length, loudness.mean(axis=1), loudness.std(axis=1), middle
    return np.column_stack([*columns, bands, centroid.mean(axis=1), centroid.std(axis=1)])


def test_shapes_and_types(digits):
    X_train, y_train, X_test, y_test = digits
    assert X_train.shape == (1200, 32, 32) and X_test.shape == (400, 32, 32)
    assert y_train.shape == (1200,) and y_test.shape == (400,)
    assert X_train.dtype == X_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64


def test_values_are_between_0_and_1_and_reach_1(digits):
    for X in (digits[0], digits[2]):
        assert np.isfinite(X).all() and X.min() == 0
        np.testing.assert_array_equal(X.max(axis=(1, 2)), 1)
        np.testing.assert_allclose(X * RANGE_DB, np.rint(X * RANGE_DB), atol=1e-5)
        assert X.std(axis=(1, 2)).min() > 0.02  # no recording is flat


def test_digits_are_equally_frequent(digits):
    assert np.bincount(digits[1]).tolist() == [120] * 10
    assert np.bincount(digits[3]).tolist() == [40] * 10


def test_no_speaker_is_in_both_parts(stored):
    speakers = [{v.split("+")[1] for v in stored[f"voice_{p}"]} for p in ("train", "test")]
    assert [len(s) for s in speakers] == [24, 8]
    assert not speakers[0] & speakers[1]


def test_no_recording_is_there_twice(digits):
    X = np.concatenate([digits[0], digits[2]])
    assert len({x.tobytes() for x in X}) == len(X)


def test_first_rows_are_a_sample_of_digits_and_voices(stored):
    assert set(stored["y_train"][:100]) == set(range(10))
    assert len(set(stored["voice_train"][:200])) == 24


def test_log_mels_say_more_than_hand_made_features(digits):
    X_train, y_train, X_test, y_test = digits
    hand = accuracy_of_ridge(hand_made(X_train), y_train, hand_made(X_test), y_test, 1.0)
    flat = [X.reshape(len(X), -1).astype(float) for X in (X_train, X_test)]
    mels = accuracy_of_ridge(flat[0], y_train, flat[1], y_test, 3000.0)
    assert 0.3 < hand < 0.7
    assert 0.75 < mels < 0.98
    wrong = np.random.default_rng(0).permutation(y_train)
    assert accuracy_of_ridge(flat[0], wrong, flat[1], y_test, 3000.0) < 0.25


def test_other_files_are_refused(tmp_path, monkeypatch):
    np.savez(tmp_path / "spoken_digits.npz", X_train=np.zeros(3))
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="no array y_train, X_test, y_test"):
        load_spoken_digits()


def test_the_archive_carries_no_date(script):
    arrays = {"a": np.arange(5)}
    assert script.to_npz(arrays) == script.to_npz(arrays)
    with np.load(io.BytesIO(script.to_npz(arrays))) as file:
        np.testing.assert_array_equal(file["a"], arrays["a"])
    with zipfile.ZipFile(SHIPPED) as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_mel_filters(script):
    W = script.mel_filters()
    assert W.shape == (script.N_FFT // 2 + 1, script.BANDS)
    assert W.min() == 0 and W.max() <= 1 and (W.max(axis=0) > 0.3).all()
    peaks = W.argmax(axis=0)
    assert (np.diff(peaks) > 0).all()  # each band lies above the one before


@pytest.mark.parametrize("hertz", [300.0, 1000.0, 4000.0])
def test_a_tone_lights_the_band_it_is_in(script, hertz):
    tone = np.sin(2 * np.pi * hertz * np.arange(script.LENGTH) / script.RATE)
    decibel = script.log_mel(tone)
    assert decibel.shape == (script.FRAMES, script.BANDS)
    bin_of_tone = round(hertz * script.N_FFT / script.RATE)
    assert set(decibel.argmax(axis=1)) == {script.mel_filters()[bin_of_tone].argmax()}


def test_quantising_is_right_to_half_a_decibel(script):
    decibel = np.linspace(-30.0, 10.0, 64).reshape(8, 8)
    codes = script.quantise(decibel)
    assert codes.dtype == np.uint8 and codes.max() == script.RANGE_DB == RANGE_DB
    np.testing.assert_allclose(codes - 38.0, decibel, atol=0.5)
    assert script.quantise(np.array([0.0, -1000.0])).tolist() == [RANGE_DB, 0]


def test_the_script_gives_the_shipped_recordings(script, stored):
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng, which speaks the digits, is not installed")
    version = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True).stdout
    if "text-to-speech: 1.51 " not in version:
        pytest.skip(f"the file was made by espeak-ng 1.51, here is {version.strip()}")
    for part in ("train", "test"):
        for i in range(6):
            voice, digit, take = (stored[f"{n}_{part}"][i] for n in ("voice", "y", "take"))
            again = script.record(str(voice), int(digit), int(take)).astype(int)
            # A last bit that differs between FFT builds may tip a cell over a rounding edge.
            assert np.abs(again - stored[f"X_{part}"][i]).max() <= 1
            assert (again == stored[f"X_{part}"][i]).mean() > 0.99
