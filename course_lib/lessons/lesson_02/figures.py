"""Pictures of lesson 02: what an activation does to one number, and to a signal in deep layers.

Everything drawn is handed in as arrays; the functions draw on given axes and return what moves.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import PowerNorm
from matplotlib.lines import Line2D

from course_lib.figure.style import COLOURS, series

LIMIT = 1e-16, 1e12  # of the axis of sizes, in draw_sizes


def draw_function(ax, z, a, slope, title):
    """φ (solid) and its derivative φ′ (dashed), over the input z, on one pair of axes."""
    ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    ax.axvline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    (line,) = ax.plot(z, a, color=COLOURS["model"], ls="-", label="φ(z)")
    (dashed,) = ax.plot(z, slope, color=COLOURS["gradient"], ls="--", label="slope φ′(z)")
    ax.set(title=title, xlim=(z[0], z[-1]))
    return line, dashed


def draw_curves(ax, z, curves, ylabel):
    """A family of named curves over z with a marker on each; return the markers' artists.

    Parameters
    ----------
    curves : dict of name -> array like z
    """
    ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    ax.axvline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    dots = []
    for n, (name, values) in enumerate(curves.items()):
        look = series(n)
        ax.plot(z, values, color=look["color"], ls=look["linestyle"])
        dots += ax.plot([], [], look["marker"], color=look["color"], ms=11, mec="white",
                        zorder=5, clip_on=False)
        ax.plot([], [], **look, label=name)
    ax.set(xlim=(z[0], z[-1]), xlabel="input z", ylabel=ylabel)
    return dots


def histogram_columns(layers, edges):
    """Share of a layer's activations in each bin; values beyond the edges count in the outer bins.

    Returns
    -------
    array (n_bins, n_layers)
    """
    inside = [np.clip(A, edges[0], edges[-1]) for A in layers]
    return np.stack([np.histogram(A, edges)[0] / A.size for A in inside], axis=1)


def draw_histograms(ax, shares, limits):
    """One column a layer; the darker a cell, the more of the layer's activations are there."""
    n_layers = shares.shape[1]
    image = ax.imshow(np.ma.masked_all(shares.shape), origin="lower", aspect="auto",
                      cmap="Blues", norm=PowerNorm(0.5, 0, 0.5), interpolation="nearest",
                      extent=(0.5, n_layers + 0.5, *limits))
    set_histograms(image, shares)
    ax.set(xlabel="layer", ylabel="activation a")
    ax.set_xticks([1, *range(5, n_layers + 1, 5)])
    return image


def set_histograms(image, shares):
    """Other shares for `draw_histograms`, of as many layers or fewer; an empty bin stays white."""
    n_bins, n_layers = image.get_array().shape
    columns = np.zeros((n_bins, n_layers))
    columns[:, :shares.shape[1]] = shares
    image.set_data(np.ma.masked_equal(columns, 0))


def draw_sizes(ax, n_layers, limits=LIMIT):
    """Empty axes for sizes by layer, on a logarithmic scale; return lines for signal, gradient."""
    ax.set(yscale="log", xlim=(0.5, n_layers + 0.5), ylim=limits, xlabel="layer")
    ax.set_xticks([1, *range(5, n_layers + 1, 5)])
    ax.set_yticks(10.0 ** np.arange(round(np.log10(limits[0])), np.log10(limits[1]) + 1, 4))
    ax.minorticks_off()
    ax.axhline(1, color=COLOURS["reference"], lw=0.8, ls="-")
    (signal,) = ax.plot([], [], "o-", color=COLOURS["model"], label="signal, up →")
    (gradient,) = ax.plot([], [], "s--", color=COLOURS["gradient"], label="← gradient, down")
    ax.legend(loc="upper left", frameon=False)
    return signal, gradient


def draw_moons(ax, X, y, extent):
    """Two classes of points, told apart by colour and marker."""
    for k, marker in ((0, "o"), (1, "^")):
        ax.plot(*X[y == k].T, marker, ls="", ms=5, color=COLOURS[f"class {k}"], mec="white",
                mew=0.4, label=f"class {k}")
    ax.set(xlim=extent[:2], ylim=extent[2:], xlabel="$x_1$", ylabel="$x_2$")


def draw_kinks(ax):
    """Empty sets of kink lines; return those for living and for dead units."""
    alive = ax.add_collection(LineCollection([], colors=COLOURS["target"], lw=1.8))
    dead = ax.add_collection(LineCollection([], colors=COLOURS["highlight"], lw=1.8, ls="--"))
    handles = [Line2D([], [], color=COLOURS["target"], label="alive"),
               Line2D([], [], color=COLOURS["highlight"], ls="--", label="dead")]
    ax.legend(handles=handles, loc="upper right", frameon=True, framealpha=0.9)
    return alive, dead


def kink_lines(W, b, reach=10.0):
    """Where a unit's sum is 0: the line x·w + b = 0 of each column of W, as pairs of end points."""
    length = np.linalg.norm(W, axis=0) + 1e-300
    normal = W / length
    foot = (-b / length) * normal
    along = np.stack([-normal[1], normal[0]])
    return np.stack([(foot - reach * along).T, (foot + reach * along).T], axis=1)


def level_lines(x, y, heights):
    """Where heights over a grid are 0: a short line in each cell that has the level in it.

    Parameters
    ----------
    x, y : (columns,), (rows,)
    heights : (rows, columns)

    Returns
    -------
    array (lines, 2, 2) of pairs of end points
    """
    h, (columns, rows) = heights, np.meshgrid(x, y)
    corners = [(h[:-1, :-1], columns[:-1, :-1], rows[:-1, :-1]),
               (h[:-1, 1:], columns[:-1, 1:], rows[:-1, 1:]),
               (h[1:, 1:], columns[1:, 1:], rows[1:, 1:]),
               (h[1:, :-1], columns[1:, :-1], rows[1:, :-1])]
    crossed, points = [], []
    for (h0, x0, y0), (h1, x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        crosses = (h0 > 0) != (h1 > 0)
        t = h0 / np.where(crosses, h0 - h1, 1)
        crossed.append(crosses)
        points.append(np.stack([x0 + t * (x1 - x0), y0 + t * (y1 - y0)], axis=-1))
    crossed, points = np.stack(crossed, axis=-1), np.stack(points, axis=-2)
    cell = crossed.sum(axis=-1) == 2
    return points[cell][crossed[cell]].reshape(-1, 2, 2)


def draw_bars(ax, n, title):
    """n shares of height 0, with empty labels to be placed on top; return (bars, labels)."""
    bars = ax.bar(range(n), np.zeros(n), color=COLOURS["model"], width=0.7)
    labels = [ax.text(k, 0, "", ha="center", va="bottom") for k in range(n)]
    ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    ax.set(ylim=(0, 1.15), ylabel="share", title=title, xticks=range(n))
    ax.set_xticklabels([f"class {k + 1}" for k in range(n)])
    return list(bars), labels
