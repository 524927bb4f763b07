"""A text that changes from frame to frame: the outlines of its letters are kept.

matplotlib lays out a `Text` each time it is drawn, which takes some milliseconds; a patch with the
same letters takes a tenth of that. It pays for the few texts that move in an explorer.
"""

from functools import lru_cache

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation

ANCHOR = {"left": 0.0, "center": 0.5, "right": 1.0}
HALF_DIGIT = 0.36  # half the height of a digit, in font sizes


@lru_cache(maxsize=1000)
def letter(character, size, family):
    """Vertices and codes of one letter's outline, in points, and where the next letter begins."""
    def path(text):
        return TextPath((0, 0), text, size=size, prop=FontProperties(family=[family]))

    advance = path(character + "|").get_extents().x1 - path("|").get_extents().x1
    if character == " ":
        return np.empty((0, 2)), np.empty(0, np.uint8), advance
    shape = path(character)
    return shape.vertices, np.asarray(shape.codes), advance


def outline(text, size, family, ha, va):
    """The path of a line of text in points, anchored at (0, 0)."""
    letters = [letter(character, size, family) for character in text]
    if not text.strip():
        return Path(np.empty((0, 2)))
    starts = np.cumsum([0.0, *(advance for *_, advance in letters)])
    left = starts[:-1] - ANCHOR[ha] * starts[-1]
    down = -HALF_DIGIT * size * (va == "center")
    vertices = [shape + (x, down) for (shape, *_), x in zip(letters, left, strict=True)]
    return Path(np.concatenate(vertices), np.concatenate([codes for _, codes, _ in letters]))


class Label(PathPatch):
    """One line of text at (x, y) of the axes' data, or of `transform`.

    Parameters
    ----------
    va : "baseline", or "center" of a digit's height
    """

    def __init__(self, ax, x, y, text="", *, size=14, family="sans-serif", ha="left",
                 va="baseline", transform=None, zorder=5, color="black"):
        self.look = size, family, ha, va
        super().__init__(outline("", *self.look), facecolor=color, linewidth=0, zorder=zorder)
        ax.add_artist(self)
        self.place = ax.transData if transform is None else transform
        self.points = Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans
        self.set_position((x, y))
        self.set_text(text)
        self.set_clip_on(False)
        self.set_in_layout(False)

    def set_text(self, text):
        self.text = text
        self.set_path(outline(text, *self.look))

    def get_text(self):
        return self.text

    def set_position(self, xy):
        self.xy = tuple(xy)
        self.set_transform(self.points + ScaledTranslation(*xy, self.place))

    def get_position(self):
        return self.xy
