"""One step of an optimizer: its parts as arrows, what it remembers as bars or as squares."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, Patch, PathPatch, Rectangle
from matplotlib.patheffects import withStroke

from course_lib.figure.bars import outline
from course_lib.figure.style import COLOURS

ARROWS = {  # what an arrow is -> its look; of two as long the thin one lies above
    "step": {"color": "black", "lw": 7, "ls": "-", "mutation_scale": 26},
    "gradient": {"color": COLOURS["gradient"], "lw": 4, "ls": "-", "mutation_scale": 19},
    "remembered": {"color": COLOURS["model"], "lw": 2, "ls": (0, (3, 2)), "mutation_scale": 12},
}
FILLS = {  # what a bar is -> its look
    "past": {"fc": COLOURS["model"], "ec": "white", "lw": 0.5},
    "now": {"fc": COLOURS["gradient"], "ec": "black", "lw": 1, "hatch": "//"},
    "sum": {"fc": "black", "ec": "black", "lw": 1},
}
SQUARES = [{"fc": COLOURS["model"], "alpha": 0.5, "ec": COLOURS["model"], "lw": 1},
           {"fc": "none", "ec": COLOURS["gradient"], "lw": 3, "ls": "-"},
           {"fc": "none", "ec": "black", "lw": 3, "ls": "--"}]


def inside_panels(fig):
    """Places for the walk, the enlarged step and what is remembered of each weight.

    Below is an empty table: rows of texts, a formula and a number for each weight.
    """
    fig.set_layout_engine("none")
    walk = fig.add_axes((0.085, 0.455, 0.29, 0.475))
    step = fig.add_axes((0.40, 0.455, 0.275, 0.475))
    weights = [fig.add_axes((left, 0.455, 0.14, 0.475)) for left in (0.70, 0.855)]
    table = [[fig.text(x, 0.245 - 0.044 * row, "", fontsize=12) for x in (0.03, 0.45, 0.73)]
             for row in range(6)]
    return walk, step, weights, table


def draw_step(ax, names):
    """An empty place for the arrows of one step, and one arrow for each name; moved by `aim`."""
    ax.set(title="this step, enlarged", xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), xticks=[],
           yticks=[])
    for side in ax.spines.values():
        side.set(visible=True, color=COLOURS["reference"])
    arrows = {}
    for name in names:
        arrows[name] = ax.add_patch(FancyArrowPatch(
            (0, 0), (0, 0), arrowstyle="-|>", shrinkA=0, shrinkB=0, joinstyle="miter",
            **ARROWS[name]))
    handles = [ax.plot([], [], color=ARROWS[name]["color"], ls=ARROWS[name]["ls"],
                       lw=ARROWS[name]["lw"], label=label)[0] for name, label in names.items()]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.01), frameon=False,
              borderpad=0.1, labelspacing=0.2, handlelength=1.8)
    return arrows


def aim(arrow, name, end):
    """Let the arrow of a name end there: a short one is thin, one without length is not shown."""
    length, look = np.hypot(*end), ARROWS[name]
    width = min(look["lw"], 16 * length)
    arrow.set_positions((0, 0), end)
    arrow.set(mutation_scale=min(look["mutation_scale"], 55 * length), linewidth=width,
              path_effects=[withStroke(linewidth=width + 1, foreground="white")])
    arrow.set_zorder(5 + list(ARROWS).index(name) + 3 * (length < 0.35))  # a short one is on top
    arrow.set_visible(length > 0.02)


def draw_parts(ax, title, n):
    """Bars for n past gradients, the present one and their sum; filled by `set_parts`."""
    ax.set(title=title, xlim=(-0.8, n + 2.8), ylim=(-1.1, 1.1), yticks=[], xticks=[],
           aspect="auto")
    ax.axhline(0, color="black", lw=1)
    ax.spines[["left", "bottom"]].set_visible(False)
    return [ax.add_patch(PathPatch(outline([], []), **look)) for look in FILLS.values()]


def set_parts(bars, sizes):
    """Give the bars of `draw_parts` their heights: past gradients, oldest first, this one, sum."""
    n = len(sizes) - 2
    places = [*range(n + 1), n + 1.6]
    for bar, which in zip(bars, (slice(n), slice(n, n + 1), slice(n + 1, n + 2)), strict=True):
        bar.set_path(outline(places[which], sizes[which]))


def draw_squares(ax, title, n):
    """n empty squares from one corner."""
    ax.set(title=title, xlim=(-0.04, 1.04), ylim=(-0.04, 1.04), xticks=[], yticks=[], aspect=1)
    ax.set_anchor("N")
    ax.spines[["left", "bottom"]].set_visible(False)
    return [ax.add_patch(Rectangle((0, 0), 0, 0, **look)) for look in SQUARES[:n]]


def set_squares(squares, sides):
    """Give the squares of `draw_squares` their sides."""
    for square, side in zip(squares, sides, strict=True):
        square.set(width=side, height=side)


def legend_of_parts(ax, labels, looks, x=0.5):
    """A legend below, centred at x of the axes, for the patches of these looks."""
    ax.legend(handles=[Patch(**look, label=label)
                       for look, label in zip(looks, labels, strict=True)],
              loc="upper center", bbox_to_anchor=(x, -0.02), frameon=False, borderpad=0.1,
              labelspacing=0.2, handlelength=1.4)
