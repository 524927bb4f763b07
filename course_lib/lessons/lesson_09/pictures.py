"""A drawing of the Transformer block: the line of the letters, and what is added to it."""

from matplotlib.patches import Circle, FancyBboxPatch

from course_lib.figure.style import COLOURS, GREY, new_figure, show

LOOKS, THINKS, NORM = "#CFE3F1", "#FBE3B3", "#E4E4E4"
LINE, SIDE = 2.2, 5.6       # where the line of the letters is, and the middle of what stands beside


def box(ax, x, y, text, colour, width=3.0, height=0.62, size=14):
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, facecolor=colour,
                                edgecolor="black", boxstyle="round,pad=0.03"))
    ax.text(x, y, text, ha="center", va="center", fontsize=size, color="black")


def arrow(ax, *places, colour="black"):
    """A line through these places, with a head at the last one."""
    for start, end in zip(places[:-2], places[1:-1], strict=True):
        ax.plot(*zip(start, end, strict=True), color=colour, lw=2, ls="-")
    ax.annotate("", places[-1], places[-2], arrowprops={"arrowstyle": "->", "lw": 2,
                                                        "color": colour, "shrinkA": 0,
                                                        "shrinkB": 0})


def plus(ax, y):
    ax.add_patch(Circle((LINE, y), 0.27, facecolor="white", edgecolor="black", lw=2, zorder=3))
    ax.text(LINE, y, "+", ha="center", va="center", fontsize=18, zorder=4, color="black")


def draw_block(ax, heads=4):
    """The block from bottom to top: the line of the letters at the left, two detours beside it."""
    ax.set(xlim=(0.4, 9.4), ylim=(-0.3, 9.3), aspect="equal")
    ax.axis("off")
    residual = COLOURS["model"]
    for low, high in ((0.35, 3.98), (4.52, 7.98)):
        arrow(ax, (LINE, low), (LINE, high), colour=residual)
    arrow(ax, (LINE, 8.52), (LINE, 9.0), colour=residual)
    ax.text(LINE, 0.05, "the letters, X", ha="center", va="center", fontsize=14)
    ax.text(LINE, 9.2, "to the next block", ha="center", va="center", fontsize=14)
    for y in (2.4, 6.4):
        ax.text(LINE - 0.25, y, "kept as it is", rotation=90, ha="right", va="center",
                fontsize=13, color=residual)
    # the first detour: look
    arrow(ax, (LINE, 0.75), (SIDE, 0.75), (SIDE, 1.0))
    box(ax, SIDE, 1.35, "layer norm", NORM)
    width = 3.0 / heads
    for head in range(heads):
        x = SIDE - 1.5 + (head + 0.5) * width
        arrow(ax, (x, 1.72), (x, 2.08))
        box(ax, x, 2.42, f"head\n{head + 1}", LOOKS, width=width - 0.14, size=12)
        arrow(ax, (x, 2.79), (x, 3.1))
    box(ax, SIDE, 3.42, "side by side, times $W_o$", LOOKS)
    arrow(ax, (SIDE, 3.78), (SIDE, 4.25), (LINE + 0.3, 4.25))
    plus(ax, 4.25)
    # the second: think
    arrow(ax, (LINE, 4.75), (SIDE, 4.75), (SIDE, 5.0))
    box(ax, SIDE, 5.35, "layer norm", NORM)
    arrow(ax, (SIDE, 5.7), (SIDE, 5.98))
    box(ax, SIDE, 6.3, "Dense, 4 times as wide, GELU", THINKS, width=3.5, size=12)
    arrow(ax, (SIDE, 6.65), (SIDE, 6.93))
    box(ax, SIDE, 7.25, "Dense", THINKS)
    arrow(ax, (SIDE, 7.6), (SIDE, 8.25), (LINE + 0.3, 8.25))
    plus(ax, 8.25)
    for y, title, below, colour in ((2.4, "look", "at one\nanother", COLOURS["model"]),
                                    (6.3, "think", "each letter\nalone", COLOURS["highlight"])):
        ax.text(7.65, y + 0.3, title, fontsize=16, weight="bold", color=colour, va="bottom")
        ax.text(7.65, y + 0.15, below, fontsize=13, color=GREY, va="top")


def show_block(heads=4):
    """The drawing of a block, with so many heads."""
    fig, ax = new_figure(size=(7.4, 7.2))
    draw_block(ax, heads)
    show(fig, "A Transformer block, from bottom to top. The letters go straight up a line. Beside "
              f"it stand two detours: layer norm, {heads} heads and a matrix, whose result is "
              "added to the line; then layer norm and two Dense layers, whose result is added, "
              "too.")
