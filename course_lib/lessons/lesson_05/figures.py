"""Pictures of values going forward through a network, and of gradients coming back."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from course_lib.figure.numbers import written
from course_lib.figure.style import (
    COLOURS,
    GREY,
    LINES,
    MARKERS,
    SERIES,
    new_figure,
    series,
    show,
)

WIDTH, HEIGHT = 1.04, 0.98  # of a node's box, in inches
NODES = {  # name → (column, row)
    "x": (0, 1), "w₁": (1, 2), "b₁": (1, 0), "z₁": (1, 1), "a₁": (2, 1),
    "w₂": (3, 2), "b₂": (3, 0), "z₂": (3, 1), "ŷ": (4, 1), "y": (5, 0), "C": (5, 1),
}
EDGES = [("x", "z₁"), ("w₁", "z₁"), ("b₁", "z₁"), ("z₁", "a₁"), ("a₁", "z₂"), ("w₂", "z₂"),
         ("b₂", "z₂"), ("z₂", "ŷ"), ("ŷ", "C"), ("y", "C")]


def place(node):
    """The centre of a node's box, in inches."""
    column, row = NODES[node]
    return 0.68 + 1.328 * column, 0.55 + 1.33 * row


def draw_graph(ax):
    """The empty boxes of two neurons in a row and their cost, on 8 × 4.5 inches.

    Returns
    -------
    dict
        "values", "gradients": node → Text; "forward", "backward": edge → Line2D;
        "box": the frame around the present node; "title", "formula": Text.
    """
    ax.set(xlim=(0, 8), ylim=(0, 4.5))
    ax.axis("off")
    for neuron, node in ((1, "z₁"), (2, "z₂")):
        x, y = place(node)
        ax.add_patch(Rectangle((x - 0.6, y - 0.57), 2.53, 1.14, color="#E4E4E4", lw=0, zorder=0))
        ax.text(x + 1.33, y - 0.74, f"neuron {neuron}", color=GREY, ha="center", va="center")
    graph = {"values": {}, "gradients": {}, "forward": {}, "backward": {}}
    for node in NODES:
        x, y = place(node)
        ax.add_patch(box(x, y, facecolor="white", edgecolor=GREY, lw=1.2))
        ax.text(x, y + 0.33, node, ha="center", va="center", fontsize=14, weight="bold")
        graph["values"][node] = ax.text(x, y + 0.02, "", ha="center", va="center", fontsize=15,
                                        color=COLOURS["model"], weight="bold", zorder=4)
        graph["gradients"][node] = gradient_chip(ax, x, y - 0.31, "")
    for edge in EDGES:
        graph["forward"][edge] = arrow(ax, *edge, 0.13, COLOURS["model"], "-")
        graph["backward"][edge] = arrow(ax, *edge[::-1], 0.13, COLOURS["gradient"], ":")
    graph["box"] = ax.add_patch(box(*place("x"), fill=False, lw=4, zorder=5,
                                    edgecolor=COLOURS["highlight"]))
    ax.text(place("ŷ")[0] - 0.45, 3.4, "value, going forward", fontsize=13, weight="bold",
            color=COLOURS["model"], va="center")
    gradient_chip(ax, place("ŷ")[0] - 0.42, 3.03, "∂C/∂ it, coming back", ha="left")
    graph["title"] = ax.text(0.1, 4.27, "", va="center", weight="bold", fontsize=15)
    graph["formula"] = ax.text(0.1, 3.9, "", va="center", fontsize=15)
    return graph


def box(x, y, **style):
    """The frame of a node around (x, y)."""
    return FancyBboxPatch((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT,
                          boxstyle="round,pad=0,rounding_size=0.1", **style)


def gradient_chip(ax, x, y, text, ha="center"):
    """A gradient: black on orange, with a dotted frame."""
    look = {"boxstyle": "round,pad=0.18", "facecolor": "#F6CF7A", "edgecolor": "black",
            "linestyle": ":", "linewidth": 1.2}
    return ax.text(x, y, text, ha=ha, va="center", fontsize=13, bbox=look, zorder=4)


def arrow(ax, start, end, offset, colour, line):
    """A short arrow from one box to a neighbour's, beside the one that comes back."""
    (x0, y0), (x1, y1) = place(start), place(end)
    towards = np.sign([x1 - x0, y1 - y0]) * (1 - np.isclose([x1, y1], [x0, y0]))
    middle = np.array([x0 + x1, y0 + y1]) / 2 + offset * np.array([towards[1], towards[0]])
    length = 0.13 if towards[0] else 0.16
    ends = np.array([middle - length * towards, middle + length * towards])
    marker = {(1, 0): ">", (-1, 0): "<", (0, 1): "^", (0, -1): "v"}[tuple(towards.astype(int))]
    (artist,) = ax.plot(*ends.T, color=colour, ls=line, lw=2.5, marker=marker, markevery=[1],
                        markersize=9, zorder=3)
    return artist


def draw_blame(ax, names, measured, gradients=None):
    """Each weight's slope: measured by nudging it (bars), and from one backward pass (dots)."""
    at = np.arange(len(names))
    ax.bar(at, measured, color="#BBD7EA", edgecolor=COLOURS["model"],
           label=f"nudged one by one: {len(names) + 1} forward")
    if gradients is not None:
        ax.plot(at, gradients, "D", color=COLOURS["gradient"], mec="black",
                label="backpropagation: 1 forward, 1 back")
    ax.axhline(0, color="black", lw=1)
    ax.set_xticks(at, names)
    ax.set(xlabel="weight or bias", ylabel="slope of the cost")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False,
              columnspacing=1)


def draw_step_sizes(ax, epsilons, one_sided, central):
    """The error of a measured slope against the step: two valleys."""
    ax.loglog(epsilons, one_sided, **series(1), label="one-sided, error ∝ h")
    ax.loglog(epsilons, central, **series(0), label="central, error ∝ h²")
    ax.axhline(1e-6, color=COLOURS["reference"], ls=":", label="the check's tolerance")
    ax.set(xlabel="nudge h", ylabel="relative error", ylim=(1e-13, 1e4))
    ax.text(2e-12, 2e-12, "rounding", color=GREY)
    ax.text(0.4, 2e-12, "curvature", color=GREY, ha="right")
    ax.legend(loc="upper left")


def draw_depths(ax, depths, ratios):
    """Gradient of the first layer over that of the last, by depth: median and range over seeds."""
    for n, (name, by_seed) in enumerate(ratios.items()):
        low, middle, high = np.percentile(by_seed, [0, 50, 100], axis=0)
        ax.fill_between(depths, low, high, color=SERIES[n], alpha=0.2, lw=0)
        ax.semilogy(depths, middle, **series(n), label=name)
    ax.axhline(1, color=COLOURS["reference"], lw=1)
    ax.set_xticks(depths)
    ax.set(xlabel="hidden layers", ylabel="‖∂C/∂W‖, first ÷ last")
    ax.legend(loc="lower left")


def draw_neuron_paths(ax, n_neurons, limit):
    """The plane of a hidden neuron's two weights; returns a trail and a marker per neuron."""
    ax.axhline(0, color=GREY, lw=0.8)
    ax.axvline(0, color=GREY, lw=0.8)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal",
           xlabel="weight from x₁", ylabel="weight from x₂")
    trails, heads = [], []
    for n in range(n_neurons):
        look = {"color": SERIES[n], "linestyle": LINES[n]}
        trails += ax.plot([], [], lw=1.6, **look)
        # the first is the largest: where all are in one place, all are seen
        heads += ax.plot([], [], MARKERS[n], color=SERIES[n], ms=19 - 4 * n, mec="black",
                         label=str(n + 1))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=n_neurons, frameon=False,
              markerscale=0.6, handletextpad=0, columnspacing=1.2, title="hidden neurons",
              title_fontsize=14)
    return trails, heads


def draw_cost_curves(ax, epochs, curves):
    """Cost by epoch, one curve a start; returns the dot that marks where we are."""
    for n, (name, curve) in enumerate(curves.items()):
        ax.plot(epochs, curve, color=SERIES[n], ls=LINES[n], label=name)
    ax.set(xlabel="epoch", ylabel="cost", ylim=(0, 0.8),
           xlim=(-0.02 * epochs[-1], 1.03 * epochs[-1]))
    ax.legend(loc="center", bbox_to_anchor=(0.56, 0.6), title="weights start", title_fontsize=13)
    return ax.plot([], [], "o", color=COLOURS["highlight"], ms=13, mec="black", clip_on=False)[0]


def draw_layer_norms(ax, n_layers):
    """Axes for the size of signal and gradient in each layer; returns their two lines."""
    ax.set_yscale("log")
    ax.set(xlim=(0.5, n_layers + 0.5), ylim=(1e-16, 1e16), xlabel="layer (1 is next to the input)",
           ylabel="size")
    ax.axhline(1, color=GREY, lw=0.8)
    (signal,) = ax.plot([], [], "o-", color=COLOURS["model"],
                        label="signal: spread over the examples")
    (gradient,) = ax.plot([], [], "s:", color=COLOURS["gradient"], mec="black",
                          label="gradient: ‖∂C/∂Z‖")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.99), ncols=2, frameon=False)
    return signal, gradient


# Figures of the lesson, with their sentences -----------------------------------------------------
def show_slopes(nudged, gradients=None):
    """The slopes of the thirteen weights: nudged one by one (bars), and by going back (dots)."""
    fig, ax = new_figure(size=(8, 3.4))
    n = len(nudged)
    draw_blame(ax, range(1, n + 1), nudged, gradients)
    most = int(np.argmax(np.abs(nudged)))
    text = (f"The slopes of {n} weights and biases, from {n + 1} runs forward. The largest belongs "
            f"to number {most + 1}: {written(nudged[most], '.2f')}.")
    if gradients is not None:
        apart = np.max(np.abs(np.subtract(nudged, gradients)))
        text += f" One run forward and one back give the same to {decimals(apart)} decimals."
    show(fig, text)


def decimals(apart):
    """The number of decimals, at most five, to which numbers that are so far apart agree."""
    return min(5, int(-np.log10(2 * max(apart, 1e-9))))


def show_step_sizes(measured_slope, slope):
    """The error of a slope by its step: `measured_slope(h)` gives it one-sided and central."""
    epsilons = np.logspace(-12, 0, 25)
    one, two = np.transpose([[abs(m - slope) / abs(slope) + 1e-16 for m in measured_slope(e)]
                             for e in epsilons])
    fig, ax = new_figure(size=(8, 3.2))
    draw_step_sizes(ax, epsilons, one, two)
    show(fig, f"At h = 0.01 the error is {one[20]:.0e} with a nudge to one side, and {two[20]:.0e} "
              "with nudges to both. Far smaller steps make it larger again.")


def show_depths(depths, ratios):
    """The gradient of the first layer over that of the last: name → (seed, depth) array."""
    fig, ax = new_figure(size=(8, 3.6))
    draw_depths(ax, depths, ratios)
    show(fig, f"First ÷ last at {depths[-1]} layers, median over the seeds: " + ", ".join(
        f"{name} {np.median(np.array(r)[:, -1]):.0e}" for name, r in ratios.items()) + ".")
