"""The graph of any expression: a box for each number, lines from what it was computed from."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS, GREY, new_figure, show
from course_lib.lessons.lesson_05.figures import HEIGHT, WIDTH, gradient_chip
from course_lib.lessons.lesson_05.value import in_order


def layered(n, edges):
    """Where the n nodes of a graph go, from left to right.

    Each node is right of what it is computed from, and an input is as far right as can be. An edge
    that passes columns gets a place in each of them, so that it runs between the boxes.

    Parameters
    ----------
    n : number of nodes, which are 0 … n − 1; none is computed from a later one.
    edges : list of (from, to)

    Returns
    -------
    list of (column, row), first of the nodes; rows of a column are 1 apart and centred on 0
    list of paths, one for each edge: the numbers of the places that it goes through
    """
    column = [0] * n
    for start, end in sorted(edges, key=lambda edge: edge[1]):
        column[end] = max(column[end], column[start] + 1)
    for leaf in set(range(n)) - {end for _, end in edges}:
        column[leaf] = min((column[end] for start, end in edges if start == leaf), default=1) - 1
    paths = []
    for start, end in edges:
        between = range(column[start] + 1, column[end])
        paths.append([start, *range(len(column), len(column) + len(between)), end])
        column += between
    links = [link for path in paths for link in zip(path, path[1:], strict=False)]
    row = np.zeros(len(column))
    members = [[k for k, c in enumerate(column) if c == place] for place in range(max(column) + 1)]
    for of_column in members:
        row[of_column] = centred(len(of_column))
    for _ in range(8):  # each node moves towards those that it is linked to
        for of_column in members:
            near = [np.mean([row[a + b - k] for a, b in links if k in (a, b)] or [row[k]])
                    for k in of_column]
            of_column[:] = [of_column[k] for k in np.argsort(near, kind="stable")]
            row[of_column] = centred(len(of_column))
    return list(zip(column, row, strict=True)), paths


def centred(n):
    """n numbers 1 apart with the mean 0."""
    return np.arange(n) - (n - 1) / 2


def draw_expression(ax, nodes, edges):
    """Each number with its value (blue) and its gradient (on orange); on the lines, the slopes.

    Parameters
    ----------
    ax : Axes that fill the figure
    nodes : list of (name, value, gradient)
    edges : list of (from, to, slope): what the gradient is multiplied with on its way back
    """
    places, paths = layered(len(nodes), [edge[:2] for edge in edges])
    width, height = ax.figure.get_size_inches()
    columns, rows = np.array(places).T
    x = (columns + 0.5) * width / (columns.max() + 1)
    y = height / 2 - rows * min(1.4, height / (2 * np.abs(rows).max() + 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    for path, (_, _, slope) in zip(paths, edges, strict=True):
        at_x, at_y = x[path], y[path]
        at_x[0] += WIDTH / 2
        at_x[-1] -= WIDTH / 2
        ax.plot(at_x, at_y, "-", color=GREY, lw=2, zorder=1)
        ax.plot(at_x[-1:] - 0.06, at_y[-1:], ">", color=GREY, ms=9, zorder=1)
        ax.text(at_x[-2:].mean(), at_y[-2:].mean(), f"· {written(slope, '.3g')}", fontsize=13,
                ha="center", va="center", zorder=2,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"})
    right = width - 0.1
    ax.text(right, height - 0.2, "value", color=COLOURS["model"], weight="bold", ha="right",
            va="center")
    gradient_chip(ax, right - 0.05, height - 0.57, "gradient", ha="right")
    ax.text(right, height - 0.93, "· slope on the way", fontsize=13, ha="right", va="center")
    for (name, value, gradient), left, low in zip(nodes, x, y, strict=False):
        ax.add_patch(FancyBboxPatch((left - WIDTH / 2, low - HEIGHT / 2), WIDTH, HEIGHT, zorder=3,
                                    boxstyle="round,pad=0,rounding_size=0.1", fc="white", ec=GREY))
        ax.text(left, low + 0.32, name, ha="center", va="center", weight="bold", zorder=4)
        ax.text(left, low + 0.02, written(value, ".3g"), ha="center", va="center",
                fontsize=15, weight="bold", color=COLOURS["model"], zorder=4)
        gradient_chip(ax, left, low - 0.3, written(gradient, ".3g"))


def show_graph(C, **named):
    """The graph of a Value: what it was made of, with the gradient of each number.

    The keyword arguments name some of the numbers: show_graph(C, w=w, b=b).
    """
    values = in_order(C)
    place = {id(value): n for n, value in enumerate(values)}
    called = {id(value): name for name, value in named.items()}
    nodes = [(called.get(id(v)) or sign(v), v.data, v.gradient) for v in values]
    edges = [(place[id(origin)], place[id(v)], slope) for v in values for origin, slope in v.notes]
    fig, ax = new_figure(size=(9, 4.7))
    draw_expression(ax, nodes, edges)
    at = ", ".join(f"{name} {written(value.gradient, '.3g')}" for name, value in named.items())
    show(fig, f"The graph of a number that is {written(C.data, '.3g')} and was made of "
              f"{len(values) - 1} others. Gradients: {at}.")


def sign(value):
    """What a Value without a name was made by: + or ×, f for a function, and nothing if given."""
    slopes = [slope for _, slope in value.notes]
    return {0: "", 1: "f"}.get(len(slopes)) if len(slopes) < 2 else "+" if slopes == [1, 1] else "×"
