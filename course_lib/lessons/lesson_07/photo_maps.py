"""A kernel of the photograph network on a photograph: 27 products and a sum, at every place."""

import numpy as np
from ipywidgets import Dropdown, IntSlider
from matplotlib.patches import Rectangle

from course_lib.datasets.photos import load_photos
from course_lib.explorer.base import Explorer
from course_lib.figure.images import bare
from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS
from course_lib.lessons.lesson_00.photo_network import photo_network, prepared, square

SHOWN = 112     # pixels of a map, a quarter of the photograph's


class PhotoMaps(Explorer):
    """One kernel of the first layer: the photograph, what lies under the kernel, and its map.

    Parameters
    ----------
    pictures : {name: (height, width, 3) array of bytes}, optional
        Your own photographs; without them those of the course.
    """

    size = (9, 4)

    def __init__(self, pictures=None):
        self.pictures = pictures or {photo.name: photo.pixels for photo in load_photos()}
        stem = photo_network().blocks["stem"].layers[1]
        self.W, self.b = stem.W.astype(float), stem.b.astype(float)
        self.kernels = photo_network().kernels()
        self.shown = None
        super().__init__(
            map=IntSlider(0, 0, len(self.W) - 1, description="kernel"),
            picture=Dropdown(options=list(self.pictures), description="photograph"),
            row=IntSlider(40, 0, SHOWN - 1, description="row"),
            column=IntSlider(56, 0, SHOWN - 1, description="column"),
        )

    def look(self, picture, kernel):
        """The sum of the 27 products everywhere, without the bias: (112, 112)."""
        X = np.pad(prepared(self.pictures[picture]).astype(float), ((0, 0), (0, 1), (0, 1)))
        return sum(
            self.W[kernel, :, u, v] @ X[:, u:u + 2 * SHOWN - 1:2, v:v + 2 * SHOWN - 1:2].reshape(
                3, -1) for u in range(3) for v in range(3)).reshape(SHOWN, SHOWN)

    def build(self, fig):
        self.photo, self.kernel, self.answer = fig.subplots(1, 3, width_ratios=[3, 1.1, 3])
        for ax, title in ((self.photo, "photograph"), (self.kernel, "kernel"),
                          (self.answer, "sums: blue −, red +")):
            bare(ax, title)
        self.shown_photo = self.photo.imshow(np.zeros((224, 224, 3), np.uint8))
        self.weights = self.kernel.imshow(np.zeros((3, 3, 3), np.uint8))
        self.map = self.answer.imshow(np.zeros((SHOWN, SHOWN)), cmap="RdBu_r", vmin=-1, vmax=1)
        look = {"fill": False, "ec": COLOURS["highlight"], "lw": 2.5}
        self.window = self.photo.add_patch(Rectangle((0, 0), 9, 9, **look))
        self.cell = self.answer.add_patch(Rectangle((0, 0), 5, 5, **look))
        self.sum = self.kernel.text(0.5, -0.15, "", transform=self.kernel.transAxes, ha="center",
                                    va="top", fontsize=12)
        return [self.shown_photo, self.weights, self.map, self.window, self.cell, self.sum]

    def move(self, map, picture, row, column):
        if self.shown != (picture, map):
            self.shown, self.values_there = (picture, map), self.look(picture, map)
            self.shown_photo.set_data(square(self.pictures[picture]))
            self.weights.set_data(self.kernels[map])
            limit = np.abs(self.values_there).max()
            self.map.set_data(self.values_there / limit)
        X = np.pad(prepared(self.pictures[picture]).astype(float), ((0, 0), (0, 1), (0, 1)))
        window = X[:, 2 * row:2 * row + 3, 2 * column:2 * column + 3]
        red, green, blue = (window * self.W[map]).sum(axis=(1, 2))
        total = self.values_there[row, column] + self.b[map]
        self.window.set_xy((2 * column - 3, 2 * row - 3))
        self.cell.set_xy((column - 2, row - 2))
        parts = [written(v, "+.2f") for v in (red, green, blue, self.b[map])]
        self.sum.set_text("red {}\ngreen {}\nblue {}\nbias {}\n".format(*parts)
                          + f"= {written(total, '.2f')}")
        return (f"Kernel {map} on the {picture}, row {row}, column {column}: nine products for "
                f"each colour add up to red {parts[0]}, green {parts[1]}, blue {parts[2]}; with "
                f"the bias {parts[3]} the map has {written(total, '.2f')} here.")

    def pointed(self, x, y):
        """The kernel comes to the pixel of the photograph, or of the map, that is touched."""
        for ax, step in ((self.photo, 2), (self.answer, 1)):
            if ax.contains_point((x, y)):
                column, row = ax.transData.inverted().transform((x, y))
                return {"row": int(np.clip(round(row / step), 0, SHOWN - 1)),
                        "column": int(np.clip(round(column / step), 0, SHOWN - 1))}
        return None
