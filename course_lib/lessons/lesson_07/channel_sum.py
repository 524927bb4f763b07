"""A convolution of a colour picture: three planes, a kernel for each, one sum, one map a filter."""

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play

from course_lib.convolution import Conv2D
from course_lib.explorer.base import Explorer
from course_lib.figure.pixels import Images, page
from course_lib.lessons.lesson_07 import channel_sum_figure as plots
from course_lib.lessons.lesson_07.convolution import end_at

COLOURS = {"k": (0, 0, 0), "w": (3, 3, 3), "y": (3, 3, 0), "g": (0, 3, 0), "b": (0, 0, 3)}
PICTURE = "bbyyyyk bbygyyk bbyyyyk kkwwwwb kkwwgwb kkwwwwb kkwwwwb"
EDGE = {1: [[1]], 2: [[-1, 1], [-1, 1]], 3: [[-1, 0, 1]] * 3}
DOT = {1: [[2]], 2: [[2, -1], [-1, 0]], 3: [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]}
FILTERS = "1: from blue to yellow", "2: a green dot"


def colour_picture(n):
    """A picture of n × n pixels in three planes of whole numbers, 0 … 3: (3, n, n)."""
    rows = [[COLOURS[letter] for letter in row[:n]] for row in PICTURE.split()[:n]]
    return np.array(rows, float).transpose(2, 0, 1)


def two_filters(kernel, stride, padding):
    """The library's layer with three channels in, two out, and weights to be read."""
    layer = Conv2D(3, 2, kernel, stride=stride, padding=padding, rng=np.random.default_rng(0))
    edge, dot = np.array(EDGE[kernel], float), np.array(DOT[kernel], float)
    layer.W = np.array([[edge, edge, -2 * edge], [-dot, dot, -dot]])
    layer.b = np.array([1.0, -2.0])
    return layer


def window_terms(layer, A, unit, place):
    """A window, its pixels on each map of A, and what each map adds to a unit at this place."""
    (pad, _), (step, _), (k, _) = layer.padding, layer.stride, layer.kernel
    row, column = place[0] * step, place[1] * step
    padded = np.pad(A, [(0, 0), (pad, pad), (pad, pad)])
    pixels = padded[:, row:row + k, column:column + k].astype(float)
    return (row - pad, column - pad, k), pixels, (pixels * layer.W[unit]).sum(axis=(1, 2))


class ChannelSum(Explorer):
    """One place of a convolution with channels: three windows, three kernels, one number."""

    strip = "place"
    wanted = 4     # the place that the reader chose
    size = plots.WIDTH / 120, plots.HEIGHT / 120

    def __init__(self):
        self.kept = (None,)  # the last settings; the picture, the layer, its maps, the ground
        shape = {
            "n": Dropdown(options=[5, 6, 7], value=6, description="picture"),
            "kernel": Dropdown(options=[1, 2, 3], value=3, description="kernel"),
            "stride": Dropdown(options=[1, 2], description="stride"),
            "padding": Dropdown(options=[0, 1], description="padding"),
        }
        for control in shape.values():          # before a picture of the new places is drawn
            control.observe(lambda change: self.count_places(
                **{name: other.value for name, other in shape.items()}), "value")
        super().__init__(
            place=IntSlider(4, 0, 15, description="place"),
            play=Play(value=4, min=0, max=15, interval=400),
            filter=Dropdown(options=list(FILTERS), description="filter"), **shape,
        )
        for name in ("filter", "n", "kernel", "stride", "padding"):
            self.controls[name].layout.width = "auto"

    def count_places(self, n, kernel, stride, padding):
        """The slider ends at the last place that there is."""
        end_at(((n + 2 * padding - kernel) // stride + 1) ** 2 - 1, self)

    def build(self, fig):
        self.painting = fig.add_artist(Images())
        return [self.painting]

    def move(self, place, filter, n, kernel, stride, padding):
        chosen = FILTERS.index(filter)
        if self.kept[0] != (chosen, n, kernel, stride, padding):
            X, layer = colour_picture(n), two_filters(kernel, stride, padding)
            Y = layer.forward(X[None])[0]
            ground = plots.channel_ground(X, layer.W, layer.b, Y.shape[1], chosen=chosen,
                                          padding=padding)
            self.kept = (chosen, n, kernel, stride, padding), X, layer, Y, ground
        _, X, layer, Y, ground = self.kept
        size = Y.shape[1]
        place = min(place, size**2 - 1)
        row, column = divmod(place, size)
        _, window, sums = window_terms(layer, X, chosen, (row, column))
        self.painting.cells = page(plots.channel_scene(
            ground, window * layer.W[chosen], Y, across=n + 2 * padding, chosen=chosen,
            row=row, column=column, stride=stride))
        terms = " + ".join(f"({plots.whole(s)})" if s < 0 else plots.whole(s) for s in sums)
        bias = layer.b[chosen]
        return (f"Filter {filter}, at row {row}, column {column} of {size} × {size}: red, green "
                f"and blue add up {terms}, {'+' if bias > 0 else '−'} {abs(bias):.0f} of bias = "
                f"{plots.whole(Y[chosen, row, column])}. It has {layer.W[chosen].size} weights, "
                "one bias, one map.")

    def pointed(self, x, y):
        """A cell of a map is a place and a filter; on a plane, the window comes to the pixel."""
        values = self.values
        n, k, step, pad = (values[name] for name in ("n", "kernel", "stride", "padding"))
        across = n + 2 * pad
        size = (across - k) // step + 1
        at = plots.found(x, plots.HEIGHT - y, across, size)
        if at is None:
            return None
        kind, number, row, column = at
        if kind == "map":
            return {"place": row * size + column, "filter": FILTERS[number]}
        row, column = (int(np.clip(round((p - (k - 1) / 2) / step), 0, size - 1))
                       for p in (row, column))
        return {"place": row * size + column}
