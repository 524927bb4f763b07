"""Lesson 07: its explorers move and tell the truth, and its pictures hold what they are given."""

import builtins
import copy
import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.convolution import Conv2D, MaxPool2D
from course_lib.datasets import digit_scenes, load_digits, load_fashion
from course_lib.explorer.drawing import (
    SEVEN,
    Drawing,
    count_blocks,
    digit_from_file,
    digit_from_strokes,
)
from course_lib.figure import pixels
from course_lib.figure.style import new_figure
from course_lib.layers import Activation, Dense, Dropout, Flatten
from course_lib.lessons import lesson_07 as lesson
from course_lib.lessons.lesson_00.photo_network import photo_network
from course_lib.lessons.lesson_07 import channel_sum_figure as channel_sum
from course_lib.lessons.lesson_07 import convolution as steps
from course_lib.lessons.lesson_07 import feature_maps_figure as whole_network
from course_lib.lessons.lesson_07 import figures as plots
from course_lib.lessons.lesson_07.channel_sum import (
    FILTERS,
    ChannelSum,
    colour_picture,
    two_filters,
    window_terms,
)
from course_lib.lessons.lesson_07.convolution import (
    KernelSteps,
    ReceptiveField,
    look_back,
    read_kernel,
)
from course_lib.lessons.lesson_07.feature_maps import Occlusion, WholeNetwork, stages
from course_lib.network import Network
from tests.machinery.explorer_checks import check_explorer


@pytest.fixture(scope="module")
def clothes():
    """A network with the layers of the lesson's, not trained; six pictures; classes."""
    rng = np.random.default_rng(0)
    given = {"rng": rng, "dtype": np.float32}
    network = Network([
        Conv2D(1, 12, 5, padding=2, **given), MaxPool2D(2), Activation("relu"),
        Conv2D(12, 24, 3, padding=1, **given), MaxPool2D(2), Activation("relu"),
        Flatten(), Dropout(0.3, rng=rng), Dense(24 * 7 * 7, 10, **given)])
    _, _, X, y, names = load_fashion()
    return network, X[:12], y[:12], names


def nearest_digit():
    """A network of one layer whose logits fall with the distance to each digit's mean image."""
    X, y, *_ = load_digits()
    layer = Dense(64, 10, rng=np.random.default_rng(0))
    means = np.array([X[y == d].mean(axis=0).ravel() for d in range(10)])
    layer.W, layer.b = 4 * means.T, -2 * (means**2).sum(axis=1)  # −2 ‖x − mean‖² but for ‖x‖²
    return Network([Flatten(), layer])


# A kernel on an image ----------------------------------------------------------------------------
def test_every_control_of_the_kernel_moves_the_picture():
    check_explorer(KernelSteps(), tries={"weights": ["0 1 0; 1 1 1; 0 1 0"]})


def numbers_in(texts):
    return [float(word) for text in texts for word in text.get_text().replace("−", "-").split()]


def test_the_numbers_on_screen_add_up():
    explorer = KernelSteps()
    for place, kernel, padding in ((0, "blur", 0), (20, "outline", 1), (35, "1 to 9", 0)):
        explorer.set(place=place, kernel=kernel, padding=padding)
        products = numbers_in(explorer.products)
        total = float(explorer.sum.get_text().removeprefix("sum = ").replace("−", "-"))
        assert len(products) == 9
        assert abs(sum(products) - total) < 0.05
        pixels, weights = numbers_in(explorer.pixels), numbers_in(explorer.weights)
        assert abs(np.dot(pixels, weights) - total) < 0.6  # a ninth is written 0.11


def test_the_output_is_made_of_loops_over_windows():
    X, K = np.arange(64.0).reshape(8, 8) % 7, read_kernel("1 2 3; 4 5 6; 7 8 9")
    for stride in (1, 2, 3):
        for padding in (0, 1):
            Y = KernelSteps.output(None, X, K, stride, padding)
            framed = np.pad(X, padding)
            for (i, j), value in np.ndenumerate(Y):
                window = framed[i * stride:i * stride + 3, j * stride:j * stride + 3]
                assert np.isclose(value, np.sum(window * K))


def test_one_dot_prints_the_kernel_turned():
    explorer = KernelSteps()
    Y = explorer.output(explorer.images["one dot"], read_kernel("1 2 3; 4 5 6; 7 8 9"), 1, 1)
    assert np.array_equal(Y[2:5, 3:6] / 16, [[9, 8, 7], [6, 5, 4], [3, 2, 1]])


def test_the_slider_ends_at_the_last_place_and_comes_back():
    explorer = KernelSteps()
    assert explorer.controls["place"].max == 35
    sentence = explorer.set(stride=3)
    assert explorer.controls["place"].max == explorer.controls["play"].max == 3
    assert "at place 3 " in sentence and sentence.endswith("row 1, column 1 of 2 × 2.")
    assert "at place 20 " in explorer.set(stride=1)
    assert explorer.set(place=35, padding=1).endswith("of 8 × 8.")
    assert explorer.controls["place"].max == 63
    channels = ChannelSum()
    assert channels.controls["place"].max == 15
    channels.set(n=7, kernel=1)
    assert channels.controls["place"].max == 48


def test_weights_and_names_of_kernels_follow_each_other():
    explorer = KernelSteps()
    explorer.set(kernel="blur")
    assert explorer.values["weights"] == steps.KERNELS["blur"]
    explorer.set(weights="0 0 0; 0 2 0; 0 0 0")
    assert explorer.values["kernel"] == steps.OWN
    explorer.set(weights=steps.KERNELS["sharpen"])
    assert explorer.values["kernel"] == "sharpen"


@pytest.mark.parametrize("text", ["1 2 3", "1 2 3; 4 5 6; 7 8 x", "", "1/0 1 1 1 1 1 1 1 1"])
def test_what_is_no_kernel_is_said(text):
    with pytest.raises(ValueError, match="expected nine numbers"):
        KernelSteps().set(weights=text)


def test_kernels_are_read():
    assert np.allclose(read_kernel("1/9 " * 9), 1 / 9)
    assert read_kernel("0, −1, 0; 0 0 0; .5 0 1e1")[2].tolist() == [0.5, 0, 10]
    assert [steps.number(v) for v in (3.0, -2.0, 0.111, -0.0, -1e-12, -0.25)] == [
        "3", "−2", "0.11", "0", "0", "−0.25"]


def test_the_kernel_comes_where_it_is_pointed_at():
    explorer = KernelSteps()
    explorer.set(stride=2, padding=1)  # 4 × 4 places
    image, output = (ax.transData.transform for ax in (explorer.left, explorer.right))
    assert explorer.pointed(*output((3, 1))) == {"place": 7}
    assert explorer.pointed(*image((3, 5))) == {"place": 2 * 4 + 1}  # middles at 1, 3, 5, 7
    assert explorer.pointed(*image((0, 9))) == {"place": 3 * 4}  # the nearest that there is
    assert explorer.pointed(1, 1) is None


# Several channels --------------------------------------------------------------------------------
def test_every_control_of_the_channels_moves_the_picture():
    check_explorer(ChannelSum())


def test_channels_are_added():
    """What is on screen, the three sums and the bias, is the library's output everywhere."""
    for n in (5, 6, 7):
        X = colour_picture(n)
        for kernel in (1, 2, 3):
            for stride, padding in ((1, 0), (2, 0), (1, 1), (2, 1)):
                layer = two_filters(kernel, stride, padding)
                Y = layer.forward(X[None])[0]
                assert Y.shape == (2, *[(n + 2 * padding - kernel) // stride + 1] * 2)
                for (f, *place), value in np.ndenumerate(Y):
                    _, window, sums = window_terms(layer, X, f, place)
                    assert window.shape == (3, kernel, kernel)
                    assert sums.sum() + layer.b[f] == value


def test_what_the_channels_say_at_known_places():
    explorer = ChannelSum()
    assert "add up 9 + 9 + 6, + 1 of bias = 25. It has 27 weights, one bias" in explorer.sentence
    assert "9 + 9 + 18, + 1 of bias = 37" in explorer.set(place=0)
    assert "9 + 9 + (−18), + 1 of bias = 1." in explorer.set(place=12)
    assert "12 + 0 + 12, − 2 of bias = 22" in explorer.set(filter=FILTERS[1], place=15)
    assert "row 0, column 1 of 9 × 9" in explorer.set(n=7, padding=1, kernel=1, place=1)
    assert "It has 3 weights" in explorer.sentence


def test_channels_can_be_pointed_at():
    explorer = ChannelSum()
    for settings, across, size in (({}, 6, 4), ({"stride": 2, "padding": 1}, 8, 3)):
        explorer.set(**settings)
        boxes = channel_sum.boxes(across, size)

        def point(key, row, column, boxes=boxes):
            x, y, cell = boxes[key]
            return explorer.pointed(x + (column + 0.5) * cell,
                                    channel_sum.HEIGHT - y - (row + 0.5) * cell)

        assert point(("map", 1), 2, 1) == {"place": 2 * size + 1, "filter": FILTERS[1]}
        assert point(("plane", 2), 1, 1) == {"place": 0}
        assert point(("plane", 0), across - 1, 1) == {"place": (size - 1) * size}
    assert explorer.pointed(2, 2) is None


# Receptive fields --------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def image():
    return load_fashion()[2][0, 0]


def test_every_control_of_the_field_moves_the_picture(image):
    check_explorer(ReceptiveField(image))


@pytest.mark.parametrize("stack", steps.STACKS)
@pytest.mark.parametrize("kernel, depth", [(3, 1), (3, 3), (5, 2)])
def test_the_field_is_where_the_gradient_arrives(stack, kernel, depth):
    """The library's own layers, all weights 1: which pixels of a wide image have a gradient?"""
    stride, pool = steps.STACKS[stack]
    layers = []
    for _ in range(depth):
        layers.append(Conv2D(1, 1, kernel, stride=stride, padding=kernel // 2,
                             rng=np.random.default_rng(0)))
        layers += [MaxPool2D(pool)] if pool > 1 else []
    network = Network(layers)
    network.parameters[:] = 1
    pixels = 128
    reached = np.zeros(pixels, bool)
    rng = np.random.default_rng(1)
    for _ in range(200 if pool > 1 else 1):  # max pooling chooses one path; try many images
        Y = network.forward(rng.random((1, 1, pixels, pixels)) ** 8)
        dY = np.zeros_like(Y)
        unit = Y.shape[2] // 2
        dY[0, 0, unit, unit] = 1
        reached |= network.backward(dY)[0, 0].any(axis=0)
        if pool > 1 and reached.sum() >= look_back(pixels, depth, kernel, stack)[1][-1]:
            break
    centres, fields, _ = look_back(pixels, depth, kernel, stack)
    low = centres[-1][unit] - (fields[-1] - 1) / 2
    places = np.flatnonzero(reached)
    assert low <= places[0] and places[-1] <= low + fields[-1] - 1
    if pool == 1:
        assert len(places) == fields[-1]


def test_what_the_sentence_says_of_known_stacks(image):
    explorer = ReceptiveField(image)
    assert "sees 7 × 7 pixels, 22% of the width; its neighbour sees the same, 1 pixel" in (
        explorer.set(layers=3, kernel=3, stack="convolution"))
    assert "sees 15 × 15 pixels" in explorer.set(stack="convolution with stride 2", unit=1)
    assert "8 pixels further" in explorer.sentence
    assert "100% of the width" in explorer.set(layers=5, kernel=7)


# What a network sees -----------------------------------------------------------------------------
def test_every_control_of_maps_and_patches_moves_the_picture(clothes):
    check_explorer(WholeNetwork(*clothes))
    check_explorer(Occlusion(*clothes))


def test_the_maps_are_what_the_layers_give(clothes):
    network, X, *_ = clothes
    found = stages(network, X)
    assert list(found) == ["conv 1", "pool 1", "relu 1", "conv 2", "pool 2", "relu 2", "dense"]
    first = Network(copy.deepcopy(network.layers[:3]))
    assert np.array_equal(found["relu 1"][2], first.forward(X))
    assert found["pool 2"][2].shape == (12, 24, 7, 7)
    assert np.allclose(found["dense"][2], network.predict(X), atol=1e-5)


def test_the_line_under_a_map_is_true_arithmetic(clothes):
    explorer = WholeNetwork(*clothes)
    for layer, unit in (("conv 1", 3), ("conv 2", 20), ("dense", 9)):
        line = explorer.set(layer=layer, map=unit, image=5).replace("−", "-")
        total, bias, value = map(float, re.search(
            r"add up to (\S+); with the bias (\S+): (\S+)$", line).groups())
        assert abs(total + bias - value) < 0.016  # each of them is rounded
        assert abs(value - explorer.stages[layer][2][5, unit].max()) < 0.006
    assert "108 products" in explorer.set(layer="conv 2")
    assert "24 maps, a weight for every pixel: 1,176 products" in explorer.set(layer="dense")
    line = explorer.set(layer="pool 2").replace("−", "-")
    four = re.search(r": the largest of (.+) is (\S+)$", line)
    assert max(map(float, four[1].split(", "))) == float(four[2])
    assert "max(0, " in explorer.set(layer="relu 1")
    p = explorer.p[5, explorer.values["map"]]
    assert explorer.set(layer="softmax").endswith(f" = {p:.2f}")


def test_a_convolution_is_the_sum_over_its_maps(clothes):
    network, X, *_ = clothes
    layer, A, Y = stages(network, X)["conv 2"]
    for unit, place in ((0, (0, 0)), (7, (13, 13)), (23, (4, 9))):
        _, window, terms = window_terms(layer, A[1], unit, place)
        assert window.shape == (12, 3, 3) and len(terms) == 12
        assert np.isclose(terms.sum() + layer.b[unit], Y[1, unit, *place], atol=1e-5)


def test_every_map_can_be_pointed_at(clothes):
    explorer = WholeNetwork(*clothes)
    for (layer, unit), (x, y, width, height) in explorer.boxes.items():
        middle = x + width / 2, whole_network.HEIGHT - y - height / 2
        expected = None if layer == "image" else {"layer": layer, "map": unit}
        assert explorer.pointed(*middle) == expected
    x, y, size = whole_network.shelf(12)[7]
    below = x + size / 2, whole_network.HEIGHT - y - size / 2
    explorer.set(layer="conv 2", map=3)
    assert explorer.pointed(*below) == {"layer": "relu 1", "map": 7}
    explorer.set(layer="pool 2")
    assert explorer.pointed(30, whole_network.HEIGHT - 400) == {"layer": "conv 2", "map": 3}
    explorer.set(layer="conv 1")
    assert explorer.pointed(30, whole_network.HEIGHT - 400) is None


def test_the_maps_have_room(clothes):
    """No map lies on another, and all are inside the picture."""
    covered = np.zeros((whole_network.HEIGHT, whole_network.WIDTH), int)
    for x, y, width, height in WholeNetwork(*clothes).boxes.values():
        assert x >= 0 and x + width <= whole_network.WIDTH and y >= 0
        covered[y:y + height, x:x + width] += 1
    assert covered.max() == 1


def test_lines_show_what_adds_and_what_takes_away():
    colours, widths = whole_network.line_looks([2.0, -1.0, 0.0])
    assert len(set(colours)) == 3 and widths.tolist() == [6, 3.5, 1]


def test_the_patch_comes_where_it_is_pointed_at(clothes):
    explorer = Occlusion(*clothes)
    explorer.set(size=4)
    to_pixels = explorer.middle.transData.transform
    assert explorer.pointed(*to_pixels((6, 0))) == {"place": 6}
    to_pixels = explorer.picture_of.axes.transData.transform
    assert explorer.pointed(*to_pixels((25.5, 25.5))) == {"place": 48}
    assert explorer.pointed(1, 1) is None


def test_the_patch_covers_what_it_says(clothes):
    explorer = Occlusion(*clothes)
    X, p = explorer.covered(2, 8)
    assert X.shape == (49, 1, 28, 28) and np.allclose(p.sum(axis=1), 1)
    for place in (0, 24, 48):
        changed = X[place, 0] != clothes[1][2, 0]
        row, column = explorer.corners(8)[place]
        outside = np.ones((28, 28), bool)
        outside[row:row + 8, column:column + 8] = False
        assert not changed[outside].any() and (X[place, 0][~outside] == 0.5).all()
    assert explorer.corners(12)[-1] == (16, 16)
    assert "with the 8 × 8 patch here" in explorer.set(image=2)


def test_the_true_class_is_marked_by_more_than_colour(clothes):
    explorer = Occlusion(*clothes)
    explorer.set(image=3)
    hatched = [n for n, bar in enumerate(explorer.bars) if bar.get_hatch()]
    assert hatched == [clothes[2][3]]


# Drawing -----------------------------------------------------------------------------------------
def test_every_control_of_the_drawing_moves_the_picture():
    check_explorer(Drawing(nearest_digit()))


def test_strokes_become_digits_wherever_and_however_large():
    here = digit_from_strokes(SEVEN)
    assert here.shape == (8, 8) and 0.1 < here.mean() < 0.5
    moved = [[(30 + 100 * x, 5 + 100 * y) for x, y in stroke] for stroke in SEVEN]
    assert np.allclose(here, digit_from_strokes(moved), atol=1e-6)
    assert digit_from_strokes(SEVEN, 0.24).mean() > here.mean()
    assert not digit_from_strokes([]).any() and not digit_from_strokes([[]]).any()
    dot = digit_from_strokes([[(3, 3)]], 0.24)
    assert dot[3:5, 3:5].min() > 0.5 and dot[0].max() == 0  # stays in the middle
    line = digit_from_strokes([[(0, 0), (0, 1)]])
    assert line[:, 3:5].min() > 0.3 and not line[:, :3].any()


def test_dots_are_counted_in_blocks():
    dots = np.zeros((32, 32), bool)
    dots[4:8, 8:10] = True
    counted = count_blocks(dots)
    assert counted[1, 2] == 0.5 and counted.sum() == 0.5


def test_strokes_are_read_as_what_they_are():
    pytest.importorskip("ipycanvas")
    explorer = Drawing(nearest_digit())
    assert explorer.sentence.startswith("The network takes this for a 7 with probability")
    explorer.press("clear")
    assert explorer.sentence == "The pad is empty: press the mouse and draw a digit."
    t = np.linspace(0, 2 * np.pi, 40)
    explorer.pen_move(10, 10)  # not pressed: draws nothing
    explorer.pen_down(140, 100)
    for angle in t:
        explorer.pen_move(100 + 40 * np.cos(angle), 100 + 80 * np.sin(angle))
    assert "empty" in explorer.sentence  # it is asked when the mouse is let go
    explorer.pen_up()
    assert explorer.sentence.startswith("The network takes this for a 0")
    explorer.press("example")
    assert explorer.sentence.startswith("The network takes this for a 7")


def test_the_pad_shows_the_strokes_again_when_a_view_is_opened():
    class Pad:
        """Takes the place of ipycanvas' Canvas, and keeps what is drawn."""

        drawn, _canvas_manager = None, SimpleNamespace(_current_canvas="this one")

        def clear(self):
            self.drawn = []

        def stroke_lines(self, points):
            self.drawn.append(points)

    explorer = Drawing(nearest_digit())
    explorer.pad = Pad()
    explorer.redraw_pad()
    assert [len(points) for points in explorer.pad.drawn] == [3, 2]
    assert explorer.pad.drawn[0][0] == (200 * 0.25, 200 * 0.15)
    explorer.clear()
    assert explorer.pad.drawn == [] and Pad._canvas_manager._current_canvas is None


def picture(ink=0, paper=255, mode="L"):
    """The seven as a PNG, drawn with thick lines."""
    from PIL import ImageDraw

    image = Image.new("L", (90, 120), paper)
    for stroke in SEVEN:
        ImageDraw.Draw(image).line([(90 * x, 120 * y) for x, y in stroke], fill=ink, width=10)
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, format="PNG")
    return buffer.getvalue()


def test_a_file_serves_where_there_is_no_pad():
    x = digit_from_file(picture())
    assert x.shape == (8, 8) and abs(x - digit_from_strokes(SEVEN, 0.14)).mean() < 0.2
    assert np.array_equal(x, digit_from_file(picture(255, 0)))  # chalk on a board
    assert np.array_equal(x, digit_from_file(picture(mode="RGBA")))
    with pytest.raises(ValueError, match="no picture"):
        digit_from_file(b"not a picture")
    with pytest.raises(ValueError, match="one grey alone"):
        digit_from_file(picture(200, 200))


def test_without_ipycanvas_there_is_an_upload(monkeypatch):
    real = builtins.__import__

    def no_canvas(name, *args, **keywords):
        if name.startswith("ipycanvas"):
            raise ImportError(name)
        return real(name, *args, **keywords)

    monkeypatch.setattr(builtins, "__import__", no_canvas)
    explorer = Drawing(nearest_digit())
    assert type(explorer.pad).__name__ == "FileUpload"
    explorer.press("clear")
    explorer.upload(({"name": "seven.png", "content": memoryview(picture())},))
    assert explorer.sentence.startswith("The network takes this for a 7")
    with pytest.raises(ValueError, match="no picture"):
        explorer.upload(({"name": "x", "content": memoryview(b"nonsense")},))
    assert "no picture" in explorer.picture.error
    explorer.press("example")
    assert explorer.given is None and not explorer.picture.error


# Drawings ----------------------------------------------------------------------------------------
def test_the_lines_and_images_drawn_are_those_given():
    _, axes = new_figure(2, 3)
    plots.draw_shifts(axes[0, 0], [0, 1], {"a": [0.9, 0.5], "b": [0.8, 0.7]})
    assert list(axes[0, 0].lines[1].get_ydata()) == [0.8, 0.7]
    plots.draw_accuracy(axes[0, 1], {"a": [0.1, 0.8]}, goal=0.86)
    assert list(axes[0, 1].lines[0].get_ydata()) == [0.1, 0.8]
    plots.draw_depth(axes[0, 2], [2, 24], {"plain": [[0.9, 0.8, 0.7], [0.1, 0.2, 0.3]]})
    assert list(axes[0, 2].lines[0].get_ydata()) == [0.8, 0.2]
    plots.draw_numbers(axes[1, 0], np.array([[1, 2], [3, 4]]), "four", window=1)
    assert [t.get_text() for t in axes[1, 0].texts] == ["1", "2", "3", "4"]
    plots.draw_filters([axes[1, 1]], np.array([[[1.0, -2.0]]]))
    assert axes[1, 1].images[0].get_clim() == (-2, 2)
    bars = plots.draw_answers(axes[1, 2], ["a", "b"])
    assert len(bars) == 2
    _, ax = new_figure()
    plots.draw_pairs(ax, {"clothes": ([0.8], [0.9]), "digits": ([0.4, 0.5, 0.9], [0.7])}, "ab")
    assert [t.get_text() for t in ax.texts] == ["0.80", "0.50", "0.90", "0.70"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_a_kernel_that_keeps_brightness_gives_a_picture_and_others_signs():
    _, axes = new_figure(1, 3)
    image = np.eye(4)
    plots.draw_filtered(axes, image, {"blur": (np.ones((3, 3)) / 9, image),
                                      "edge": (read_kernel("-1 0 1; -1 0 1; -1 0 1"), -image)})
    assert axes[1].images[0].get_clim() == (0, 1) and axes[2].images[0].get_clim() == (-1, 1)


def test_numbers_and_frames_are_painted_where_they_belong():
    picture = pixels.paper(60, 40)
    pixels.write(picture, "8", 30, 20, 20)
    rows, columns = np.nonzero(picture.min(axis=2) < 128)
    assert abs(rows.mean() - 20) < 1.5 and abs(columns.mean() - 30) < 1.5
    pixels.write(picture, "too long for the picture"[:5], 59, 1, 12)  # stays inside
    picture = pixels.paper(20, 20)
    pixels.frame(picture, 4, 4, 10, 10, (213, 94, 0), 2)
    assert (picture[4, 4:14] == (213, 94, 0)).all() and (picture[9, 9] == 255).all()
    blue, white, red = pixels.coloured(np.array([-1.0, 0.0, 1.0]), 1).astype(int)
    assert blue[2] > blue[0] and red[0] > red[2] and white.min() > 240
    twice = pixels.enlarge(np.arange(12, dtype=np.uint8).reshape(2, 2, 3), 4, 6)
    assert twice.shape == (4, 6, 3) and (twice[:2, :3] == [0, 1, 2]).all()


def test_smooth_numbers_lie_on_lines_between_their_neighbours():
    corners = np.array([[0.0, 2.0], [4.0, 10.0]])
    smooth = pixels.smooth(corners, 3, 5)
    assert np.allclose(smooth, [[0, 0.5, 1, 1.5, 2], [2, 3, 4, 5, 6], [4, 5.5, 7, 8.5, 10]])
    values = np.random.default_rng(0).random((6, 9))
    assert np.allclose(pixels.smooth(values, 6, 9), values)


def test_each_digit_of_a_scene_gets_its_number():
    _, labels = digit_scenes(3, rng=np.random.default_rng(0))
    _, axes = new_figure(3, 3)
    plots.draw_scenes(axes, labels, labels, labels)
    for column, label in enumerate(labels):
        written = {int(t.get_text()) for t in axes[1, column].texts}
        assert written == set(np.unique(label[label > 0]) - 1)


# The photograph network, and what is taught to it -----------------------------------------------
def test_every_control_of_the_photograph_moves_the_picture():
    check_explorer(lesson.PhotoMaps(), tries={"picture": ["panda", "rocket"]})


def test_the_sums_of_the_photograph_are_those_of_the_layer():
    explorer = lesson.PhotoMaps()
    network = photo_network()
    for kernel, name in ((0, "dog"), (22, "panda"), (31, "cat")):
        explorer.set(map=kernel, picture=name, row=3, column=111)
        maps = network.maps(explorer.pictures[name], "stem")[kernel]
        sums = explorer.values_there + explorer.b[kernel]
        np.testing.assert_allclose(np.clip(sums, 0, 6), maps, atol=1e-3)    # after the rectifier


def test_a_place_of_the_photograph_can_be_pointed_at():
    explorer = lesson.PhotoMaps()
    x, y = explorer.answer.transData.transform((10, 20))
    assert explorer.pointed(x, y) == {"row": 20, "column": 10}
    x, y = explorer.photo.transData.transform((40, 100))
    assert explorer.pointed(x, y) == {"row": 50, "column": 20}
    assert explorer.pointed(-1, -1) is None


def test_a_new_last_layer_tells_two_kinds_apart():
    pictures, y, kinds = lesson.two_kinds("land animal", "fish")
    few = np.concatenate([np.flatnonzero(y == k)[:9] for k in (0, 1)])
    pictures, y = [pictures[n] for n in few], y[few]
    F = lesson.features(pictures)
    rows, others = lesson.split(y, 10, seed=0)
    assert len(rows) == 10 and not set(rows) & set(others) and y[rows].sum() == 5
    answer = lesson.new_answer(F, y, rows)(F)
    assert np.mean(answer[others] == y[others]) >= 0.75 and kinds == ("land animal", "fish")
    shuffled = np.random.default_rng(0).permutation(y)      # no rule: nothing to find
    found = [np.mean(lesson.new_answer(F, shuffled, rows)(F)[others] == shuffled[others])
             for rows, others in (lesson.split(shuffled, 10, seed) for seed in range(6))]
    assert np.mean(found) < 0.75


def test_two_folders_of_ones_own(tmp_path):
    from PIL import Image
    for kind, colour in (("ripe", "red"), ("unripe", "green")):
        (tmp_path / kind).mkdir()
        for n in range(5):
            Image.new("RGB", (30 + n, 40), colour).save(tmp_path / kind / f"{n}.png")
        (tmp_path / kind / "notes.txt").write_text("no photograph")
    pictures, y, kinds = lesson.two_folders(tmp_path / "ripe", tmp_path / "unripe")
    assert len(pictures) == 10 and y.tolist() == [0] * 5 + [1] * 5 and kinds == ("ripe", "unripe")
    with pytest.raises(ValueError, match="there is no folder"):
        lesson.two_folders(tmp_path / "none", tmp_path / "ripe")
    (tmp_path / "ripe" / "0.png").unlink()
    with pytest.raises(ValueError, match="has 4 photographs"):
        lesson.two_folders(tmp_path / "ripe", tmp_path / "unripe")


def test_an_unknown_photograph_is_named():
    with pytest.raises(ValueError, match="no photograph 'wolf'; choose one of dog"):
        lesson.photo("wolf")
