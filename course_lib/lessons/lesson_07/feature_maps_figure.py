"""A convolutional network in one picture: every map of every layer, and how one of them is made."""

import numpy as np

from course_lib.figure import pixels
from course_lib.figure.numbers import written
from course_lib.figure.pixels import GREY, HIGHLIGHT
from course_lib.figure.style import COLOURS

WIDTH, HEIGHT = 960, 500
TOP, TALL = 26, 284         # of the overview
SHELF, LINE = 344, 483      # below it: what feeds the chosen map; the arithmetic in one line
BIG = (788, 326, 140)       # the chosen map, enlarged: x, y, size
GREEN, BLUE = (0, 158, 115), (0, 114, 178)
ANSWERS = 152               # the width of names and bars


def coloured(values):
    """Signed values as colours, as strong as they can be."""
    return pixels.coloured(values, np.abs(values).max() + 1e-9)


def number(value):
    """Two decimals, or none and a comma for the thousands where it is large."""
    return written(value, ".2f" if abs(value) < 100 else ",.0f")


def ink(values):
    """A picture from 0, paper, to 1, ink, in grey."""
    grey = np.rint(255 * (1 - np.clip(values, 0, 1))).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def places(counts):
    """Where every map is: {(layer, map): (x, y, width, height)}.

    counts: {layer: number of maps}, from the image to the answers. A layer is a block with one
    column of maps, or two from 2 on, or three from 13 on; numbers without a place are one column.
    """
    shapes = {}
    for name, n in counts.items():
        columns = 1 if n == 1 or name in ("dense", "softmax") else 2 if n <= 12 else 3
        pitch = min(TALL // -(-n // columns), 86)
        shapes[name] = columns, pitch, ANSWERS if name == "softmax" else columns * pitch
    gap = (WIDTH - 10 - sum(width for *_, width in shapes.values())) / (len(counts) - 1)
    x, found = 5.0, {}
    for name, n in counts.items():
        columns, pitch, width = shapes[name]
        top = TOP + (TALL - pitch * -(-n // columns)) // 2
        for index in range(n):
            row, column = divmod(index, columns)
            found[name, index] = (round(x) + column * pitch, top + row * pitch,
                                  ANSWERS if name == "softmax" else pitch - 3, pitch - 3)
        x += width + gap
    return found


def shelf(n):
    """Where the n maps are that feed the chosen one, in the lower half: [(x, y, size)]."""
    if n == 1:
        return [(8, SHELF - 2, 120)]
    pitch = 744 // n
    return [(8 + n_th * pitch, SHELF, min(pitch - 3, 54)) for n_th in range(n)]


def find(boxes, x, y):
    """The key of the box (x, y, width, height) that holds a place, or None."""
    for key, (left, top, width, height) in boxes.items():
        if left <= x < left + width and top <= y < top + height:
            return key
    return None


def draw_overview(picture, boxes, tiles, chosen):
    """All maps at their places, the layers' names above, and a frame around the chosen one."""
    for name in dict.fromkeys(layer for layer, _ in boxes):
        own = [box for (layer, _), box in boxes.items() if layer == name]
        left, right = own[0][0], max(x + width for x, _, width, _ in own)
        pixels.write(picture, name, (left + right) / 2, 12, 17, bold=name == chosen[0])
    for key, (x, y, width, height) in boxes.items():
        if key in tiles:
            pixels.paste(picture, tiles[key], x, y, height, width)
            pixels.frame(picture, x, y, width - 1, height - 1, pixels.LINE, 1)
    x, y, width, height = boxes[chosen]
    pixels.frame(picture, x - 1, y - 1, width + 1, height + 1, HIGHLIGHT, 4)


def draw_answers(picture, boxes, names, p, truth):
    """The probability of each class as a bar beside its name; the true class has a dot."""
    for index, (name, share) in enumerate(zip(names, p, strict=True)):
        x, y, width, height = boxes["softmax", index]
        middle, right = y + height / 2, index == truth
        pixels.write(picture, name, x + 92, middle, 15, bold=right, align=1)
        bar = picture[y + 5:y + height - 5, x + 98:x + 99 + round(50 * share)]
        bar[...] = GREEN if right else BLUE


def draw_shelf(picture, tiles, window, weights, terms):
    """Several maps with the window on each; below, the kernel of each and what it adds."""
    weights = coloured(weights)
    biggest = max(np.abs(terms).max(), 1e-9)
    for (x, y, size), tile, kernel, term in zip(shelf(len(tiles)), tiles, weights, terms,
                                                strict=True):
        pixels.paste(picture, tile, x, y, size)
        pixels.frame(picture, x, y, size - 1, size - 1, pixels.LINE, 1)
        if window is not None:
            draw_window(picture, (x, y, size), tile, window, 2)
        small = min(size, 42)
        pixels.paste(picture, kernel, x + (size - small) // 2, y + size + 5, small)
        pixels.frame(picture, x + (size - small) // 2, y + size + 5, small - 1, small - 1,
                     pixels.LINE, 1)
        if size > 40:
            pixels.write(picture, number(term), x + size / 2, y + size + small + 17, 17)
        else:  # no room for a number: a bar
            middle, high = y + 2 * size + 32, round(20 * abs(term) / biggest)
            rows = slice(middle - high, middle) if term > 0 else slice(middle, middle + high)
            picture[rows, x + 4:x + size - 4] = (178, 24, 43) if term > 0 else (33, 102, 172)
            picture[middle, x:x + size] = GREY


def draw_one(picture, tile, window, numbers, kernel=None):
    """One map with a window; beside it the numbers there, or the pixels, kernel and products."""
    x, y, size = shelf(1)[0]
    pixels.paste(picture, tile, x, y, size)
    pixels.frame(picture, x, y, size - 1, size - 1, GREY, 1)
    draw_window(picture, (x, y, size), tile, window, 3)
    if kernel is None:
        texts = [[number(value) for value in row] for row in numbers]
        cell = 60
        pixels.write(picture, "→", x + size + 40, y + size / 2, 30)
        pixels.grid(picture, texts, coloured(numbers), x + 200, y + (size - cell * len(texts)) // 2,
                    cell, size=20)
        return
    products = numbers * kernel
    parts = ink(numbers), coloured(kernel), coloured(products)
    for n, (sign, part) in enumerate(zip("→×=", parts, strict=True)):
        left = x + (n + 1) * (size + 48)
        pixels.write(picture, sign, left - 25, y + size / 2, 30)
        pixels.grid(picture, [[""] * len(kernel)] * len(kernel), part, left, y,
                    size // len(kernel))


def draw_window(picture, box, tile, window, thick):
    """A frame on an enlarged map; window: (row, column, size) in the map's own pixels."""
    (x, y, size), (row, column, k) = box, window
    scale = size / tile.shape[0]
    low, left = max(row, 0), max(column, 0)
    high, right = (min(place + k, tile.shape[0]) for place in (row, column))
    pixels.frame(picture, x + left * scale, y + low * scale, (right - left) * scale - 1,
                 (high - low) * scale - 1, HIGHLIGHT, thick)


def draw_big(picture, tile, place, text):
    """The chosen map, enlarged, with the place whose arithmetic is shown; or its one number."""
    x, y, size = BIG
    pixels.write(picture, "=", x - 17, y + size / 2, 30)
    pixels.paste(picture, tile, x, y, size)
    pixels.frame(picture, x, y, size - 1, size - 1, GREY, 1)
    if place:
        draw_window(picture, BIG, tile, (*place, 1), 3)
    else:
        pixels.write(picture, text, x + size / 2, y + size / 2, 34, bold=True)


def draw_softmax(picture, names, z, p, chosen):
    """A table: each class with its z, e to the z, and what softmax makes of it."""
    for row, name in enumerate(("z", "e to the z", "softmax")):
        pixels.write(picture, name, 6, 380 + 34 * row, 17, align=0)
    for column, (name, value, share) in enumerate(zip(names, z, p, strict=True)):
        x, bold = 140 + 86 * column, column == chosen
        for y, text in ((346, name), (380, number(value)), (414, number(np.exp(value))),
                        (448, f"{share:.2f}")):
            pixels.write(picture, text, x, y, 15 if y == 346 else 17, bold=bold)
        if bold:
            pixels.frame(picture, x - 42, 332, 84, 134, HIGHLIGHT, 3)


def line_looks(terms):
    """(colours, widths) of the lines from the maps that add `terms`: red adds, blue takes away."""
    terms = np.asarray(terms, float)
    colours = {1: "#B2182B", -1: "#2166AC", 0: COLOURS["reference"]}
    return ([colours[sign] for sign in np.sign(terms)],
            1 + 5 * np.abs(terms) / max(np.abs(terms).max(), 1e-9))
