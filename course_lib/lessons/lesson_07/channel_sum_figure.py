"""The picture of a convolution with channels: planes, kernels, products, sums, and two maps."""

import numpy as np

from course_lib.figure import pixels
from course_lib.figure.numbers import written
from course_lib.figure.pixels import GREY, HIGHLIGHT

WIDTH, HEIGHT = 960, 474
PLANE, MAP = 204, 168  # their largest sizes, in pixels
CHANNELS = "red", "green", "blue"
FULL = np.array([[238, 120, 105], [110, 195, 125], [115, 160, 240]])  # the three at full strength
PALE = (236, 236, 236)


def whole(value):
    """A whole number, as it is written."""
    return written(value, ".0f")


def boxes(pixels_across, output):
    """{name: (x, y, cell)}: corner and size of a cell, of the three planes and the two maps.

    pixels_across: of a plane with its padding; output: of a map.
    """
    cell, small = PLANE // pixels_across, min(PLANE // pixels_across, MAP // output)
    planes = {("plane", c): (122 + 219 * c, 34, cell) for c in range(3)}
    return planes | {("map", f): (790, 34 + 204 * f, small) for f in range(2)}


def found(x, y, pixels_across, output):
    """What is at a place of the picture: (kind, number, row, column), or None."""
    for (kind, number), (left, top, cell) in boxes(pixels_across, output).items():
        row, column = int((y - top) // cell), int((x - left) // cell)
        across = pixels_across if kind == "plane" else output
        if 0 <= row < across and 0 <= column < across:
            return kind, number, row, column
    return None


def channel_ground(X, W, b, size, *, chosen, padding):
    """What stays when the kernels move: the picture, its planes, and the chosen filter.

    Parameters
    ----------
    X : (3, n, n), from 0 to 3
    W, b : the layer's kernels (2, 3, k, k) and biases (2,)
    size : of the output, m
    chosen : 0 or 1, the filter that is shown
    """
    picture, padded = pixels.paper(WIDTH, HEIGHT), np.pad(X, [(0, 0)] + [(padding,) * 2] * 2)
    places = boxes(padded.shape[1], size)
    pixels.write(picture, "picture", 56, 16, 20, bold=True)
    pixels.paste(picture, (85 * X).astype(np.uint8).transpose(1, 2, 0), 8, 34, 96)
    pixels.frame(picture, 8, 34, 96, 96, GREY, 1)
    pixels.write(picture, f"{X.shape[1]} × {X.shape[1]}", 56, 146, 20)
    if padding:
        pixels.write(picture, f"padding {padding}", 56, 172, 17, colour=GREY)
    for y, text, bold in ((322, f"filter {chosen + 1}", True),
                          (346, f"{W[chosen].size} weights", False),
                          (368, "one bias", False), (436, "sums", True)):
        pixels.write(picture, text, 8, y, 20 if bold else 17, bold=bold, align=0)
    for c, name in enumerate(CHANNELS):
        x, y, cell = places["plane", c]
        pixels.write(picture, f"{name} plane", x + PLANE / 2, 16, 20, bold=True)
        draw_plane(picture, padded[c], FULL[c], padding, x, y, cell)
        draw_weights(picture, "× kernel", W[chosen, c], x, 3)
        pixels.write(picture, "+", x + PLANE / 2 + (109 if c < 2 else 76), 436, 32)
    pixels.write(picture, whole(b[chosen]), 784, 436, 32)
    pixels.write(picture, "=", 830, 436, 32)
    pixels.write(picture, "bias", 784, 463, 16, colour=GREY)
    for f in range(2):
        x, y, cell = places["map", f]
        pixels.write(picture, f"map {f + 1}:  {size} × {size}", 862, y - 17, 20, bold=f == chosen)
    return picture


def channel_scene(ground, products, Y, *, across, chosen, row, column, stride):
    """One place of a convolution with three channels in and two out, on its ground.

    Parameters
    ----------
    ground : from `channel_ground`; it is not changed
    products : (3, k, k), the pixels at the place times the chosen kernels
    Y : (2, m, m), the layer's output
    across : pixels of a plane in a row, with the padding
    row, column : the place in the output; what comes after it is left blank

    Returns
    -------
    picture : (height, width, 3) bytes
    """
    picture, k, places = ground.copy(), products.shape[1], boxes(across, Y.shape[1])
    top, left = row * stride, column * stride
    for c in range(3):
        x, y, cell = places["plane", c]
        pixels.frame(picture, x + left * cell, y + top * cell, k * cell, k * cell, HIGHLIGHT, 5)
        draw_weights(picture, "= products", products[c], x + 105, 14)
        pixels.write(picture, whole(products[c].sum()), x + PLANE / 2, 436, 40, bold=True)
    pixels.write(picture, whole(Y[chosen, row, column]), 890, 436, 40, bold=True,
                 colour=HIGHLIGHT)
    for f in range(2):
        x, y, cell = places["map", f]
        draw_map(picture, Y[f], row, column, x, y, cell)
        pixels.frame(picture, x + column * cell, y + row * cell, cell, cell,
                     HIGHLIGHT if f == chosen else GREY, 5 if f == chosen else 2)
    return picture


def draw_plane(picture, values, full, padding, x, y, cell):
    """A channel in its colour; the zeros of the padding are grey."""
    n = len(values)
    colours = (255 - (values[..., None] / 3) * (255 - full)).astype(np.uint8)
    inner = slice(padding, n - padding)
    outside = np.ones((n, n), bool)
    outside[inner, inner] = False
    colours[outside] = PALE
    inks = [[GREY if out else (0, 0, 0) for out in line] for line in outside]
    pixels.grid(picture, [[whole(v) for v in line] for line in values], colours, x, y, cell,
                inks=inks, size=min(24, 2 * cell // 3))
    if padding:
        inside = (n - 2 * padding) * cell
        pixels.frame(picture, x + padding * cell, y + padding * cell, inside, inside, GREY, 2)


def draw_weights(picture, title, values, x, limit):
    """A kernel, or its products with the window, at most 3 × 3, under its title."""
    cell, k = 33, len(values)
    start, top = x + (99 - k * cell) // 2, 287 + (99 - k * cell) // 2
    pixels.write(picture, title, x + 49, 273, 17)
    pixels.grid(picture, [[whole(v) for v in line] for line in values],
                pixels.coloured(values, limit), start, top, cell, size=22)


def draw_map(picture, values, row, column, x, y, cell):
    """The output as far as it has been computed, place by place."""
    n = len(values)
    done = np.arange(n * n).reshape(n, n) <= row * n + column
    colours = pixels.coloured(values, 1.3 * np.abs(values).max() + 1e-9)
    colours[~done] = PALE
    texts = [[whole(v) if d else "" for v, d in zip(line, have, strict=True)]
             for line, have in zip(values, done, strict=True)]
    pixels.grid(picture, texts, colours, x, y, cell, size=min(22, cell // 2))
