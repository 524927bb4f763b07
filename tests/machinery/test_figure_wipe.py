"""Axes that were wiped give the same picture as new ones."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib.figure.style import new_figure
from course_lib.figure.wipe import wipe


def curves(ax):
    ax.plot([0, 1, 2], [3, 1, 2], label="one")
    ax.plot([0, 1, 2], [1, 1, 0])
    ax.set(xlabel="x", ylabel="y", title="curves")
    ax.legend()


def bars(ax):
    ax.bar([10, 20], [300, 100])
    ax.text(10, 200, "a text")
    ax.axhline(50)
    ax.set(xlabel="number", ylabel="height", title="bars")


def picture(ax):
    grid = np.arange(12.0).reshape(3, 4)
    ax.imshow(grid, aspect="auto")
    ax.contour(grid, levels=3)
    ax.set(xlabel="column", ylabel="row", title="picture")


SCENES = [curves, bars, picture]


def pixels(ax):
    ax.figure.set_layout_engine("none")
    paper = FigureCanvasAgg(ax.figure)
    paper.draw()
    return np.array(paper.buffer_rgba())


@pytest.mark.parametrize("before", SCENES)
@pytest.mark.parametrize("after", SCENES)
def test_nothing_is_left_of_the_scene_before(before, after):
    _, expected = new_figure()
    after(expected)
    _, ax = new_figure()
    before(ax)
    pixels(ax)
    assert before is after or not np.array_equal(pixels(ax), pixels(expected))
    wipe(ax)
    after(ax)
    np.testing.assert_array_equal(pixels(ax), pixels(expected))
