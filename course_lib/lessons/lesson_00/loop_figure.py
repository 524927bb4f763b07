"""The loop that learns, as a diagram that grows in four steps."""

from matplotlib.patches import FancyBboxPatch

from course_lib.figure.style import BLACK, GREY, new_figure, show

PAPER, NEW, FRESH = "#EEF2F5", "#FFE3B3", "#B36B00"
# name -> (x, y, width, text, the step in which it appears)
BOXES = {
    "example": (0.2, 2.6, 1.9, "example\n(a picture)", 1),
    "network": (3.1, 2.6, 2.2, "network\nW and b", 1),
    "prediction": (6.3, 2.6, 1.9, "prediction\n“a 3?”", 1),
    "cost": (6.3, 0.35, 1.9, "cost:\nhow wrong?", 2),
    "answer": (9.2, 0.35, 1.9, "right answer\n“an 8”", 2),
    "adjust": (3.1, 0.35, 2.2, "move W and b\na little", 3),
}
HEIGHT = 1.1
# ((x, y) from, (x, y) to, step)
ARROWS = [
    ((2.1, 3.15), (3.1, 3.15), 1), ((5.3, 3.15), (6.3, 3.15), 1),
    ((7.25, 2.6), (7.25, 1.45), 2), ((9.2, 0.9), (8.2, 0.9), 2),
    ((6.3, 0.9), (5.3, 0.9), 3), ((4.2, 1.45), (4.2, 2.6), 3),
    ((1.15, 1.45), (1.15, 2.6), 4),
]
SAYS = {
    1: "Predict: an example goes in, a prediction comes out. The network is a calculation with "
       "many numbers in it, its weights W and biases b.",
    2: "Compare: the cost says how far the prediction is from the right answer.",
    3: "Adjust: every number in the network is moved a little so that the cost goes down.",
    4: "Again: the next example goes through the loop, thousands of times.",
}
WORDS = {1: "1 predict", 2: "2 compare", 3: "3 adjust", 4: "4 again, with the next example"}


def draw_loop(ax, step):
    """The first `step` of the four steps; what is new in it is orange."""
    ax.set(xlim=(0, 11.3), ylim=(2.4 if step == 1 else 0.1, 3.9))
    ax.axis("off")
    for x, y, width, text, first in BOXES.values():
        if first <= step:
            ax.add_patch(FancyBboxPatch(
                (x, y), width, HEIGHT, facecolor=NEW if first == step else PAPER, edgecolor=GREY,
                boxstyle="round,pad=0,rounding_size=0.15", lw=1.5))
            ax.text(x + width / 2, y + HEIGHT / 2, text, ha="center", va="center", fontsize=14)
    for start, end, first in ARROWS:
        if first <= step:
            ax.annotate("", end, start, arrowprops={
                "arrowstyle": "-|>", "lw": 2.5, "color": FRESH if first == step else BLACK,
                "shrinkA": 2, "shrinkB": 2, "mutation_scale": 18})
    if step == 4:
        ax.text(1.15, 0.9, "the next\nexample", ha="center", va="center", fontsize=14)
    ax.set_title(WORDS[step], loc="left", fontweight="bold", fontsize=17)


def loop(step):
    """Show the diagram up to a step, 1 to 4."""
    fig, ax = new_figure(size=(8, 1.5 if step == 1 else 3.3))
    draw_loop(ax, step)
    show(fig, SAYS[step])
