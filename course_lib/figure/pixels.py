"""Pictures put together pixel by pixel: hundreds of maps and numbers for the price of one image.

A picture is an array (height, width, 3) of bytes; x is to the right, y is down, both in pixels.
Most of what is here paints on the picture that it is given.
"""

import functools

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from PIL import Image, ImageDraw, ImageFont

from course_lib.figure.style import DIVERGING, RC

LINE, GREY, HIGHLIGHT = (190, 190, 190), (107, 107, 107), (213, 94, 0)


class Images(Artist):
    """Images put on the canvas pixel for pixel: imshow, which resamples, takes 20 ms for them.

    `cells` are pairs: (left, low) in pixels, and opaque colours (height, width, 4), the low row
    first.
    """

    cells = ()

    def draw(self, renderer):
        """Copy the pixels: the renderer's own way, which mixes colours, takes ten times as long."""
        canvas = np.asarray(renderer.buffer_rgba())[::-1]
        for (left, low), colours in self.cells:
            place = canvas[low:low + len(colours), left:left + colours.shape[1]]
            place[...] = colours[:len(place), :place.shape[1]]


class Surface(Images):
    """Colours over the whole of an Axes, put on the canvas without resampling."""

    def __init__(self, ax):
        super().__init__()
        ax.add_artist(self)
        self.set_in_layout(False)
        self.set_zorder(0)
        self.paint(np.zeros((1, 1), np.uint32))

    def paint(self, colours):
        """Take colours (rows, columns) of `shades`, the low row first."""
        self.colours = colours

    def draw(self, renderer):
        """Enlarge the colours to where the Axes are now."""
        x, y, right, top = np.round(self.axes.bbox.extents).astype(int)
        image = enlarge(self.colours, top - y, right - x)
        self.cells = [((x, y), image[..., None].view(np.uint8))]
        super().draw(renderer)


def shades(cmap):
    """The 256 colours of a scale, four bytes in one number each."""
    return matplotlib.colormaps.get_cmap(cmap)(np.arange(256), bytes=True).view(np.uint32)[:, 0]


def shaded(values, shades):
    """Numbers from 0 to 1 as colours of these `shades`; what is beyond has that of the end."""
    return shades[np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)]


def page(picture):
    """A picture (height, width, 3) that fills the figure, as `cells` of Images."""
    opaque = np.full((*picture.shape[:2], 4), 255, np.uint8)
    opaque[..., :3] = picture[::-1]
    return [((0, 0), opaque)]


def paper(width, height):
    """An empty white picture."""
    return np.full((height, width, 3), 255, np.uint8)


@functools.cache
def scale(cmap):
    """The 255 colours of a scale, as bytes (255, 3): the one in the middle is 0."""
    return (255 * matplotlib.colormaps[cmap](np.linspace(0, 1, 255))[:, :3]).astype(np.uint8)


def coloured(values, limit, cmap=DIVERGING):
    """Values from −limit to limit as colours (…, 3): white is 0, red above, blue below."""
    steps = np.rint(127 + 127 * np.clip(np.asarray(values) / limit, -1, 1))
    return scale(cmap)[steps.astype(int)]


@functools.lru_cache(maxsize=4000)
def stamp(text, size, bold=False):
    """How much of each pixel the text covers, 0 … 1, and the row of the middle of its digits."""
    weight = "bold" if bold else "normal"
    font = font_manager.FontProperties(family=RC["font.family"], weight=weight)
    font = ImageFont.truetype(font_manager.findfont(font), size)
    width, height = int(font.getlength(text)) + 2, sum(font.getmetrics())
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).text((0, 0), text, fill=255, font=font)
    _, top, _, bottom = font.getbbox("0")
    return np.asarray(mask)[..., None] / 255, (top + bottom) // 2


def write(picture, text, x, y, size=18, *, bold=False, colour=(0, 0, 0), align=0.5):
    """Write a line with its middle at (x, y); align 0: it begins at x, 1: it ends there."""
    mask, middle = stamp(str(text), size, bold)
    height, width = mask.shape[:2]
    top = max(0, round(y) - middle)
    left = min(max(0, round(x - align * width)), picture.shape[1] - width)
    place = picture[top:top + height, left:left + width]
    place[...] = place + mask[:len(place)] * (np.array(colour) - place.astype(float))


def frame(picture, x, y, width, height, colour, thick=3):
    """Draw the outline of a box, its lines half inside and half outside."""
    a, b = thick // 2, thick - thick // 2
    x, y, right, below = round(x), round(y), round(x + width), round(y + height)
    for low, high, left, end in ((y - a, y + b, x - a, right + b),
                                 (below - a, below + b, x - a, right + b),
                                 (y - a, below + b, x - a, x + b),
                                 (y - a, below + b, right - a, right + b)):
        picture[max(0, low):max(0, high), max(0, left):max(0, end)] = colour


def enlarge(colours, height, width):
    """An image (rows, columns, …) at a size in pixels, each of its pixels a block."""
    rows, columns = colours.shape[:2]
    return colours[np.arange(height) * rows // height][:, np.arange(width) * columns // width]


def smooth(values, height, width):
    """Numbers (rows, columns) from edge to edge of an area, for each of its pixels: the mean of the
    nearest four, the nearer the more it counts."""
    def share(n, pixels):
        return np.maximum(0, 1 - np.abs(np.linspace(0, n - 1, pixels)[:, None] - np.arange(n)))

    rows, columns = values.shape
    return share(rows, height) @ values @ share(columns, width).T


def paste(picture, colours, x, y, height, width=None):
    """Put an image (rows, columns, 3) at (x, y), enlarged to the size."""
    width = height if width is None else width
    picture[y:y + height, x:x + width] = enlarge(colours, height, width)
    return picture


def grid(picture, texts, colours, x, y, cell, *, size=None, inks=None):
    """A grid of numbers: cells of their colours with lines between, a text in the middle of each.

    Parameters
    ----------
    texts : rows of texts
    colours : (rows, columns, 3) bytes
    size : of the type, in pixels; two thirds of the cell if not given
    inks : rows of colours for the texts; white on dark cells and black on others if not given
    """
    rows, columns = colours.shape[:2]
    paste(picture, colours, x, y, rows * cell, columns * cell)
    for n in range(rows + 1):
        picture[y + n * cell, x:x + columns * cell + 1] = LINE
    for n in range(columns + 1):
        picture[y:y + rows * cell + 1, x + n * cell] = LINE
    dark = colours.mean(axis=-1) < 110
    for (row, column), is_dark in np.ndenumerate(dark):
        ink = inks[row][column] if inks is not None else (255,) * 3 if is_dark else (0,) * 3
        write(picture, texts[row][column], x + (column + 0.5) * cell, y + (row + 0.5) * cell,
              size or 2 * cell // 3, colour=ink)
