"""The photographs, the network and its words that ship: whole, credited, and as the scripts say."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from course_lib.datasets import (
    load_photo_network,
    load_photo_words,
    load_photos,
    load_two_kinds,
)
from data.sources import make_photo_network, make_photos

DATA = Path(__file__).resolve().parents[2] / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")


# The photographs --------------------------------------------------------------------------------
def test_twelve_photographs_with_a_free_licence():
    photos = load_photos()
    assert [photo.name for photo in photos] == list(make_photos.PHOTOS)
    for photo in photos:
        assert photo.pixels.dtype == np.uint8 and photo.pixels.shape[2] == 3
        assert 240 <= min(photo.pixels.shape[:2]) <= 256 and photo.pixels.std() > 20
        assert photo.licence in ("CC0 1.0", "public domain") and photo.author and photo.source


def test_the_datasheet_names_every_photograph_of_lesson_00():
    for photo in load_photos():
        line = f"| {photo.name} | {photo.author} | {photo.licence} |"
        assert line in README, line


def test_the_datasheet_names_whoever_took_a_photograph_of_two_kinds():
    for pair in (("building", "windmill"), ("land animal", "fish")):
        for photo in load_two_kinds(*pair)[0]:
            assert photo.author in README, photo.author


def test_the_files_are_small():
    with np.load(DATA / "photos.npz") as file:
        assert file["sizes"].max() < 60_000
    assert (DATA / "two_kinds.npz").stat().st_size < 1_500_000
    assert (DATA / "photo_network.npz").stat().st_size < 5_000_000


def test_any_two_kinds():
    photos, y, kinds = load_two_kinds()
    assert kinds == ("building", "windmill") and np.bincount(y).tolist() == [28, 14]
    assert all(photo.pixels.shape == (224, 224, 3) and photo.licence and photo.source
               for photo in photos)
    assert all(photo.name.startswith(kinds[k]) for photo, k in zip(photos, y, strict=True))
    photos, y, kinds = load_two_kinds("fish", "land animal")
    assert kinds == ("fish", "land animal") and np.bincount(y).tolist() == [28, 28]
    assert all(photo.name.startswith(kinds[k]) for photo, k in zip(photos, y, strict=True))
    for wrong in (("fish", "fish"), ("fish", "bird")):
        with pytest.raises(ValueError, match="choose two of building, windmill, land animal, fish"):
            load_two_kinds(*wrong)


def test_no_photograph_is_there_twice():
    photos = load_two_kinds()[0] + load_two_kinds("fish", "land animal")[0]
    assert len({photo.pixels.tobytes() for photo in photos}) == len(photos) == 98


def test_another_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    for name, load in (("photos", load_photos), ("photo_network", load_photo_network)):
        np.savez(tmp_path / f"{name}.npz", other=np.zeros(3))
        with pytest.raises(ValueError, match="it has no array.*Put the file of the course back"):
            load()
    (tmp_path / "photo_words.txt").write_text("cat\ndog\n")
    with pytest.raises(ValueError, match="has 2 lines; expected 1,000"):
        load_photo_words()


# How they were made -----------------------------------------------------------------------------
def rcc_of(files):
    """A resource file of Qt with one folder "a": {name: (bytes, packed or not)}."""
    names, data, nodes = b"", b"", [struct.pack(">IHII", 0, 2, 1, 1)]

    def name(text):
        nonlocal names
        place = len(names)
        names += struct.pack(">HI", len(text), 0) + text.encode("utf-16-be")
        return place

    nodes.append(struct.pack(">IHII", name("a"), 2, len(files), 2))
    for text, (content, packed) in files.items():
        nodes.append(struct.pack(">IHHHI", name(text), int(packed), 0, 0, len(data)))
        if packed:
            content = struct.pack(">I", len(content)) + zlib.compress(content)
        data += struct.pack(">I", len(content)) + content
    tree = b"".join(nodes)
    head = struct.pack(">4s4I", b"qres", 1, 20, 20 + len(tree), 20 + len(tree) + len(data))
    return head + tree + data + names


def test_a_resource_file_of_qt_is_read():
    files = {"one.webp": (b"as it is", False), "zwei.webp": (b"packed " * 9, True)}
    assert make_photos.read_rcc(rcc_of(files)) == {"/a/one.webp": b"as it is",
                                                   "/a/zwei.webp": b"packed " * 9}
    with pytest.raises(ValueError, match="not a resource file"):
        make_photos.read_rcc(b"PK\3\4" + bytes(20))


def test_credits_are_read_in_either_order():
    readme = ("Copyright: Ann\nSource: https://a.org/x\nLicense: CC0-1.0\nFiles:\ncat.webp\n"
              "dog.webp\n\nFiles: cow.webp\nSource: s\nLicense: GPLv3\nCopyright: Bo\n"
              "Comments: cropping")
    assert make_photos.read_credits(readme, "farm") == {
        "farm/cat": ("Ann", "CC0-1.0", "https://a.org/x"),
        "farm/dog": ("Ann", "CC0-1.0", "https://a.org/x"), "farm/cow": ("Bo", "GPLv3", "s")}


def test_rounding_keeps_each_weight_and_the_sum_of_each_channel():
    W = np.random.default_rng(0).normal(size=(20, 8, 3, 3))
    W[3] = 0
    whole, scale = make_photo_network.rounded(W)
    assert whole.dtype == np.int8 and abs(whole.astype(int)).max() <= 127
    errors = whole * scale[:, None, None, None] - W
    assert (abs(errors).max(axis=(1, 2, 3)) <= 1.0001 * scale).all()
    assert (abs(errors.sum(axis=(1, 2, 3))) <= 0.51 * scale).all()  # they cancel
    plain = np.rint(W / scale[:, None, None, None]) * scale[:, None, None, None] - W
    assert abs(plain.sum(axis=(1, 2, 3))).mean() > 3 * abs(errors.sum(axis=(1, 2, 3))).mean()


def test_batch_normalisation_goes_into_the_convolution():
    rng = np.random.default_rng(0)
    W, x = rng.normal(size=(4, 3, 1, 1)), rng.normal(size=3)
    state = {"_conv_stem.weight": W, "_conv_head.weight": W, "_fc.weight": W, "_fc.bias": W}
    norms = {"weight": rng.normal(size=4), "bias": rng.normal(size=4),
             "running_mean": rng.normal(size=4), "running_var": rng.uniform(1, 2, size=4)}
    state |= {f"{norm}.{part}": a for norm in ("_bn0", "_bn1") for part, a in norms.items()}
    folded, b = make_photo_network.folded(state)["stem"]
    z = W[:, :, 0, 0] @ x
    gamma, beta, mean, variance = norms.values()
    np.testing.assert_allclose(folded[:, :, 0, 0] @ x + b,
                               gamma * (z - mean) / np.sqrt(variance + 1e-3) + beta)


# The words --------------------------------------------------------------------------------------
def test_a_thousand_different_words():
    words = load_photo_words()
    assert len(set(words)) == 1000 and max(map(len, words)) < 36
    assert not any(set(word) & set("()/_,") for n, word in enumerate(words) if n != 21)
    assert all(words[n] == word for n, word in make_photo_network.MENDED.items())
    assert words[0] == "tench" and words[388] == "giant panda" and words[967] == "espresso"


def test_the_words_are_those_of_the_package():
    package = pytest.importorskip(make_photo_network.NAMES[0])
    names = json.loads((Path(package.__file__).parent / make_photo_network.NAMES[1]).read_text())
    assert make_photo_network.everyday(names) == list(load_photo_words())


def test_two_classes_with_one_word_are_an_error():
    with pytest.raises(ValueError, match="class 1001 is called 'cat', and so is another"):
        make_photo_network.everyday(["cat"] + [str(n) for n in range(1000)] + ["cat"])
