"""A neuron as a picture: what comes in, how each input is weighed, and the line it draws.

Targets are told apart by marker and number as well as colour: a square "1", a circle "0".
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from course_lib.figure.numbers import written
from course_lib.figure.pixels import shaded, shades
from course_lib.figure.style import BLUE, COLOURS, GREY, ORANGE, RED

LOW, HIGH = -0.5, 1.5  # the part of the plane that is drawn around the corners 0 and 1
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
ANSWER = LinearSegmentedColormap.from_list("answer", ["#8FB8D9", "#FFFFFF", "#F5C65B"])
SHADES = shades(ANSWER)


def short(value):
    """A number with no more digits than it needs: "1", "−1.5", "0.25"."""
    return written(round(value, 6), "g")


def signed(value):
    """A number as it stands in a sum: "+ 1.5" or "− 1.5"."""
    return f"{'−' if value < 0 else '+'} {short(abs(value))}"


def stroke(weight, largest=3.0):
    """How a connection looks: as wide as its weight is large; dashed if it is negative."""
    return {"linewidth": 0.5 + 6 * min(abs(weight) / largest, 1),
            "color": RED if weight < 0 else BLUE,
            "linestyle": (0, (2.5, 1.2)) if weight < 0 else "-"}


def draw_neuron(ax, inputs, *, weights=None, symbol="φ", output="a", largest=3.0, bias="b",
                gap=0.06, ends=(0, 1)):
    """Inputs on the left, each with its weight, the sum Σ, the activation, the output.

    Parameters
    ----------
    inputs : list of str, from top to bottom
    weights : numbers that set width, colour and dash of the connections; None: all alike
    gap : half of the part of a connection that is left out for the text of its weight
    ends : where a connection begins and ends, between the middles of the circles; what an explorer
        moves is drawn on top of them and must stay outside

    Returns
    -------
    (lines, labels) : a line and the label of its weight for each input; the last label is the bias
    """
    ax.set(xlim=(0, 10), ylim=(0, 10))
    ax.axis("off")
    heights = np.linspace(8.9, 2.6, len(inputs))
    lines, labels = [], []
    for n, (name, height) in enumerate(zip(inputs, heights, strict=True)):
        along = np.array([ends[0], 0.46 - gap, np.nan, 0.46 + gap, ends[1]])
        (line,) = ax.plot(1 + 4.6 * along, height + (5.6 - height) * along, "-", zorder=1,
                          solid_capstyle="butt")
        if weights is None:
            line.set(color=GREY, linewidth=2.2)
        else:
            line.set(**stroke(weights[n], largest))
        ax.text(1, height, name, ha="center", va="center", zorder=3, fontsize=15, bbox={
            "boxstyle": "circle,pad=0.25" if len(name) < 3 else "round,pad=0.35",
            "facecolor": "white", "edgecolor": "black"})
        labels.append(ax.text(1 + 4.6 * 0.46, height + (5.6 - height) * 0.46, f"w{'₁₂₃₄'[n]}",
                              ha="center", va="center"))
        lines.append(line)
    ax.plot([5.6, 5.6], [1.9, 5.6], "-", color=GREY, lw=2.2, zorder=1)
    labels.append(ax.text(5.6, 1.1, bias, ha="center", va="center", fontsize=15))
    ax.plot([5.6, 9.3], [5.6, 5.6], "-", color="black", lw=2.2, zorder=1)
    for x, sign, shape in ((5.6, "Σ", "circle,pad=0.25"), (7.6, symbol, "round,pad=0.3")):
        ax.text(x, 5.6, sign, ha="center", va="center", fontsize=20, zorder=3, bbox={
            "boxstyle": shape, "facecolor": "white", "edgecolor": "black", "linewidth": 2})
    ax.text(9.4, 5.6, output, ha="left", va="center", fontsize=18)
    return lines, labels


def draw_corners(ax, targets, names=("x₁", "x₂")):
    """The four corners of the unit square with their targets, and red crosses for wrong answers.

    Returns
    -------
    list of 5 artists : crosses, and the markers and digits of ones and zeros; `mark` sets them
    """
    ax.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), aspect="equal", xticks=[0, 1], yticks=[0, 1],
           xlabel=names[0], ylabel=names[1])
    big = {"linestyle": "none", "markersize": 24, "markeredgecolor": "black",
           "markeredgewidth": 1.5, "zorder": 5}
    (ones,) = ax.plot([], [], "s", color=ORANGE, **big)
    (zeros,) = ax.plot([], [], "o", color="#8FC7EE", **big)
    digits = [ax.plot([], [], marker=f"${n}$", color="black", markersize=11, ls="none", zorder=6)[0]
              for n in (1, 0)]
    (crosses,) = ax.plot([], [], "X", color=RED, markersize=17, markeredgecolor="white",
                         linestyle="none", zorder=7)
    artists = [crosses, ones, zeros, *digits]
    mark(artists, targets, np.ones(4, bool))
    return artists


def mark(artists, targets, right, at=CORNERS, offset=0.23):
    """Place the corners' markers, with a cross beside each that the answer gets wrong."""
    crosses, ones, zeros, digit_1, digit_0 = artists
    targets, right, at = np.asarray(targets), np.asarray(right, bool), np.asarray(at, float)
    for value, marks in ((1, (ones, digit_1)), (0, (zeros, digit_0))):
        for artist in marks:
            artist.set_data(*at[targets == value].T)
    crosses.set_data(*(at[~right] + [offset, offset]).T)


def moving_title(ax):
    """A label where the title is; the room for it is kept by a title that cannot be seen."""
    ax.set_title("X", alpha=0)
    return ax.text(0.5, 1.03, "", transform=ax.transAxes, ha="center", fontsize=15, in_layout=False)


def line_ends(w1, w2, b, low=LOW, high=HIGH):
    """Two points of the line w₁x₁ + w₂x₂ + b = 0 outside the square drawn; nan if there is none."""
    w = np.array([w1, w2], float)
    length = np.hypot(*w)
    if length < 1e-12:
        return np.full((2, 2), np.nan)
    middle = (low + high) / 2
    foot = np.full(2, middle) - w * (w @ [middle, middle] + b) / length**2
    along = np.array([-w[1], w[0]]) / length * 2 * (high - low)
    if np.abs(foot - middle).max() > 2 * (high - low):
        return np.full((2, 2), np.nan)
    return np.array([foot - along, foot + along])


def colours(a):
    """Answers at the points of `plane`, for a `Surface`: blue is 0, white ½, yellow 1."""
    side = round(np.sqrt(np.size(a)))
    return shaded(np.reshape(a, (side, side)), SHADES)


def plane(n=61):
    """The points at which a `Surface` has its answers, (n·n, 2)."""
    side = LOW + (np.arange(n) + 0.5) * (HIGH - LOW) / n
    x1, x2 = np.meshgrid(side, side)
    return np.column_stack([x1.ravel(), x2.ravel()])


def draw_tables(axes, tables, lines):
    """All yes/no tables of two inputs, each with the line of the neuron that does it, if any.

    Parameters
    ----------
    axes : array of 16 Axes
    tables : (16, 4) targets at the four corners
    lines : list of (w1, w2, b), or None where no neuron does it
    """
    for ax, table, line in zip(np.ravel(axes), tables, lines, strict=True):
        ax.set(xlim=(-0.6, 1.6), ylim=(-0.6, 1.6), aspect="equal", xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set(visible=True, color=COLOURS["reference"], linewidth=1)
        for marker, value, colour in (("o", 0, "#8FC7EE"), ("s", 1, ORANGE)):
            ax.plot(*CORNERS[np.asarray(table) == value].T, marker, color=colour, ms=9,
                    mec="black", ls="none")
        if line is None:
            ax.set_facecolor("#FBE3D6")
            ax.text(0.5, 0.5, "✗", color=RED, ha="center", va="center", fontsize=22)
        else:
            ends = line_ends(*line, -0.6, 1.6)
            ax.plot(*ends.T, color="black", lw=2)
            ax.set(xlim=(-0.6, 1.6), ylim=(-0.6, 1.6))


def draw_share(ax, units, solved, starts):
    """How many of the starts learn XOR, for each number of hidden neurons."""
    places = np.arange(len(units))
    ax.bar(places, solved, color=COLOURS["model"], width=0.6)
    ax.axhline(starts, color=COLOURS["reference"], lw=1.2, ls=":")
    for x, count in zip(places, solved, strict=True):
        ax.text(x, count + 0.4, str(count), ha="center")
    ax.set_xticks(places, [str(n) for n in units])
    ax.set(xlabel="hidden neurons", ylabel=f"starts of {starts} that learn XOR",
           ylim=(0, starts * 1.15))
