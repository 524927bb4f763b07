"""A kernel that steps over an image, and how far back through the layers a unit can see."""

from fractions import Fraction

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play, Text

from course_lib.convolution import Conv2D
from course_lib.datasets import load_digits, load_fashion
from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.lessons.lesson_07 import figures as plots

OWN = "your own"
KERNELS = {
    "blur": "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9",
    "edge from left to right": "-1 0 1; -1 0 1; -1 0 1",
    "edge from top to bottom": "-1 -1 -1; 0 0 0; 1 1 1",
    "outline": "-1 -1 -1; -1 8 -1; -1 -1 -1",
    "sharpen": "0 -1 0; -1 5 -1; 0 -1 0",
    "shift": "0 0 0; 1 0 0; 0 0 0",
    "1 to 9": "1 2 3; 4 5 6; 7 8 9",
}


def read_kernel(text):
    """The 3 × 3 array that a text like "0 -1 0; -1 5 -1; 0 -1 0" stands for; 1/9 is a number.

    Raises ValueError for anything but nine numbers.
    """
    words = text.replace(";", " ").replace(",", " ").replace("−", "-").split()
    try:
        numbers = [float(Fraction(word)) for word in words]
    except (ValueError, ZeroDivisionError):
        numbers = []
    if len(numbers) != 9:
        raise ValueError(f"the kernel is {text!r}; expected nine numbers, three a row, for example "
                         "0 -1 0; -1 5 -1; 0 -1 0")
    return np.array(numbers).reshape(3, 3)


def pictures():
    """Images of 8 × 8 whole numbers, 0 … 16, by name."""
    X, y, *_ = load_digits()
    dot, square, edge = np.zeros((3, 8, 8))
    dot[3, 4] = square[2:6, 2:6] = edge[:, 4:] = 16
    digits = {f"digit {d}": 16 * X[np.flatnonzero(y == d)[n]] for d, n in ((3, 0), (7, 1))}
    return {**digits, "one dot": dot, "square": square, "one edge": edge}


def number(value):
    """A number in five characters or a few more: whole, or with two decimals."""
    return written(value, ".0f" if abs(value - round(value)) < 1e-9 else ".2f")


def write(texts, values):
    """Write a 3 × 3 array into three texts, one a column: no time goes into drawing blanks."""
    for text, column in zip(texts, values.T, strict=True):
        text.set_text("\n".join(map(number, column)))


def end_at(last, explorer):
    """Let the slider of places end at the last one, and go back to the reader's where it can."""
    slider = explorer.controls["place"]
    if slider.value < slider.max:           # not where an earlier end has held it
        explorer.wanted = slider.value
    for name in ("play", "place"):
        explorer.controls[name].max = last
    slider.value = min(explorer.wanted, last)


class KernelSteps(Explorer):
    """A kernel stops at each place of an image: nine products, one sum, one pixel of the output."""

    strip = "place"
    wanted = 20     # the place that the reader chose

    def __init__(self):
        self.images, self.shown = pictures(), None
        kernel = Dropdown(options=[*KERNELS, OWN], value="edge from left to right",
                          description="kernel")
        weights = Text(KERNELS[kernel.value], description="its weights", continuous_update=False)
        kernel.observe(lambda change: self.choose(change.new), "value")
        weights.observe(lambda change: self.recognise(change.new), "value")
        stride = Dropdown(options=[1, 2, 3], description="stride")
        padding = Dropdown(options=[0, 1], description="padding")
        for control in (stride, padding):       # before a picture of the new places is drawn
            control.observe(lambda change: self.count_places(stride.value, padding.value), "value")
        super().__init__(
            place=IntSlider(20, 0, 35, description="place"),
            play=Play(value=20, min=0, max=35, interval=250),
            image=Dropdown(options=list(self.images), description="image"),
            kernel=kernel, weights=weights, stride=stride, padding=padding,
        )
        self.controls["stride"].layout.width = self.controls["padding"].layout.width = "auto"

    def count_places(self, stride, padding):
        """The slider ends at the last place that there is."""
        end_at(((8 + 2 * padding - 3) // stride + 1) ** 2 - 1, self)

    def choose(self, name):
        """A kernel was chosen from the list: write its weights."""
        if name != OWN:
            self.controls["weights"].value = KERNELS[name]

    def recognise(self, text):
        """Weights were written: say which kernel of the list they are, if one."""
        names = [name for name, weights in KERNELS.items() if weights == text]
        self.controls["kernel"].value = names[0] if names else OWN

    def build(self, fig):
        self.left, words, self.right = fig.subplots(1, 3, width_ratios=[3, 1.9, 2.8])
        words.set(xlim=(0, 1), ylim=(0, 1))
        words.axis("off")
        for y, text in ((1.0, "nine pixels"), (0.7, "× kernel"), (0.4, "= products")):
            words.text(0.5, y, text, ha="center", va="bottom", weight="bold")
        look = {"ha": "right", "va": "top", "fontsize": 14}
        self.pixels, self.weights, self.products = (
            [words.text(x, y - 0.005, "", **look) for x in (0.27, 0.59, 0.91)]
            for y in (1.0, 0.7, 0.4))
        self.sum = words.text(0.5, 0.06, "", ha="center", va="center", fontsize=15, weight="bold",
                              color=plots.COLOURS["highlight"])
        return []

    def output(self, image, kernel, stride, padding):
        """What the library's layer makes of the image."""
        layer = Conv2D(1, 1, 3, stride=stride, padding=padding, rng=np.random.default_rng(0))
        layer.W = kernel[None, None]
        return layer.forward(image[None, None].astype(float))[0, 0]

    def move(self, place, image, kernel, weights, stride, padding):
        X, K = self.images[image], read_kernel(weights)
        Y = self.output(X, K, stride, padding)
        if self.shown != (image, padding, Y.shape, weights):
            self.shown = image, padding, Y.shape, weights
            self.scene = plots.draw_kernel_scene((self.left, self.right), X, padding, Y)
            write(self.weights, K)
            self.moving = [*self.pixels, *self.products, self.sum, *self.scene]
            self.redraw_scene()
        place = min(place, Y.size - 1)
        row, column = divmod(place, Y.shape[1])
        top, left = row * stride, column * stride
        pixels = np.pad(X, padding)[top:top + 3, left:left + 3]
        write(self.pixels, pixels)
        write(self.products, pixels * K)
        total = number(Y[row, column])
        self.sum.set_text(f"sum = {total}")
        window, cell, rest, below = self.scene
        window.set_xy((left - 0.5, top - 0.5))
        cell.set_xy((column - 0.5, row - 0.5))
        rest.set_bounds(column + 0.5, row - 0.5, Y.shape[1] - column - 1, 1)
        below.set_bounds(-0.5, row + 0.5, Y.shape[1], Y.shape[0] - row - 1)
        return (f"{image}, kernel {kernel}, stride {stride}, padding {padding}: at place {place} "
                f"the nine products add up to {total}, which is the output in row {row}, column "
                f"{column} of {Y.shape[0]} × {Y.shape[1]}.")

    def pointed(self, x, y):
        """The kernel comes to the pixel, of the image or of the output, that is touched."""
        stride, padding = self.values["stride"], self.values["padding"]
        size = (8 + 2 * padding - 3) // stride + 1
        for ax, middle, step in ((self.left, 1, stride), (self.right, 0, 1)):
            if ax.contains_point((x, y)):
                column, row = ((ax.transData.inverted().transform((x, y)) - middle) / step
                               ).round().clip(0, size - 1).astype(int)
                return {"place": int(row * size + column)}
        return None


STACKS = {  # what each layer does: (stride of the convolution, size of the pooling after it)
    "convolution": (1, 1),
    "convolution with stride 2": (2, 1),
    "convolution, then 2 × 2 pooling": (1, 2),
}


def look_back(n, depth, kernel, stack):
    """How the units of each layer see an input of n pixels in a row.

    Returns
    -------
    centres : list of arrays; of layer 0 … depth, each unit's centre in pixels of the input
    fields, steps : lists of int; a unit's receptive field, and from one unit to the next
    """
    stride, pool = STACKS[stack]
    centres, fields, steps = [np.arange(n, dtype=float)], [1], [1]
    for _ in range(depth):
        field, step, place = fields[-1], steps[-1], centres[-1]
        field, place, step = field + (kernel - 1) * step, place[::stride], step * stride
        if pool > 1:
            field = field + (pool - 1) * step
            place = place[: len(place) // pool * pool].reshape(-1, pool).mean(axis=1)
            step = step * pool
        centres.append(place)
        fields.append(field)
        steps.append(step)
    return centres, fields, steps


class ReceptiveField(Explorer):
    """Which pixels of the input can reach a unit of the last layer, seen from the side."""

    strip = "unit"
    n = 32

    def __init__(self, image=None):
        image = load_fashion()[2][0, 0] if image is None else image
        self.image = np.zeros((self.n, self.n))  # the picture with a frame, to 32 × 32
        edge = (self.n - len(image)) // 2
        self.image[edge:edge + len(image), edge:edge + len(image)] = image
        self.shown = None
        super().__init__(
            unit=IntSlider(15, 0, self.n - 1, description="unit"),
            layers=Dropdown(options=[1, 2, 3, 4, 5], value=3, description="layers"),
            kernel=Dropdown(options=[3, 5, 7], description="kernel"),
            stack=Dropdown(options=list(STACKS), description="each layer"),
        )
        for name in ("layers", "kernel"):
            self.controls[name].layout.width = "auto"

    def build(self, fig):
        self.side, self.front = fig.subplots(1, 2, width_ratios=[2.1, 1])
        plots.bare(self.front, "what it sees")
        self.front.imshow(self.image, cmap=plots.INK, alpha=0.18)
        self.part = self.front.imshow(self.image, cmap=plots.INK)
        self.box = self.front.add_patch(plots.Rectangle(
            (0, 0), 1, 1, fill=False, lw=3, ec=plots.COLOURS["highlight"]))
        return []

    def move(self, unit, layers, kernel, stack):
        centres, fields, steps = look_back(self.n, layers, kernel, stack)
        if self.shown != (layers, kernel, stack):
            self.shown = layers, kernel, stack
            self.artists = plots.draw_layers(self.side, centres)
            self.side.set_title(f"receptive field {fields[-1]} × {fields[-1]}, "
                                f"one step {steps[-1]} pixel{'s' * (steps[-1] > 1)}")
            self.moving = [*self.artists, self.part, self.box]
            self.redraw_scene()
        unit = min(unit, len(centres[-1]) - 1)
        middle = centres[-1][unit]
        edges = np.array([[c - (f - 1) / 2 - 0.3, c + (f - 1) / 2 + 0.3] for c, f in
                          zip(self.path(centres, unit), (fields[-1] - np.array(fields) + 1),
                              strict=True)])
        cone, seen, top = self.artists
        low, high = middle - (fields[-1] - 1) / 2, middle + (fields[-1] - 1) / 2
        depths = np.arange(layers + 1)
        cone.set_xy(np.r_[np.c_[edges[:, 0], depths], np.c_[edges[::-1, 1], depths[::-1]]])
        places, heights = [], []
        for depth, (place, (left, right)) in enumerate(zip(centres, edges, strict=True)):
            inside = place[(place >= left) & (place <= right)]
            places.extend(inside)
            heights.extend([depth] * len(inside))
        seen.set_data(places, heights)
        top.set_data([middle], [layers])
        rows = slice(max(0, int(np.ceil(low))), int(np.floor(high)) + 1)
        shown = np.full_like(self.image, np.nan)
        shown[rows, rows] = self.image[rows, rows]
        self.part.set_data(shown)
        self.box.set_bounds(low - 0.5, low - 0.5, high - low + 1, high - low + 1)
        share = (min(high, self.n - 1) - max(low, 0) + 1) / self.n
        return (f"{layers} × {stack}, kernel {kernel}: unit {unit} of layer {layers} sees "
                f"{fields[-1]} × {fields[-1]} pixels, {share:.0%} of the width; its neighbour sees "
                f"the same, {steps[-1]} pixel{'s' * (steps[-1] > 1)} further.")

    @staticmethod
    def path(centres, unit):
        """The centre of the cone in each layer: that of the unit, all the way down."""
        return [centres[-1][unit]] * len(centres)
