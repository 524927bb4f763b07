"""What a network is given, what it answers, and how it compares with features made by hand."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.figure.style import BLACK, COLOURS, GREY, ORANGE, RED, SEQUENTIAL, series

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# What a lesson is about, in three columns: (heading, [(topic, lesson)]).
COURSE = [
    ("general", [("neural network", "01"), ("activation functions", "02"),
                 ("cost functions", "03"), ("gradient descent", "04"),
                 ("backpropagation", "05"), ("a case: bank churn", "06")]),
    ("spatial", [("convolutions", "07"), ("pooling", "07"), ("deep networks", "07"),
                 ("fully convolutional\nnetworks (FCN)", "07")]),
    ("temporal", [("embedding", "08"), ("recurrent networks", "08")]),
]


def draw_course_map(ax):
    """Three perspectives, the topics of each, and the lesson that builds them."""
    ax.set(xlim=(0, 12), ylim=(7.2, -0.2))
    ax.axis("off")
    for column, ((heading, topics), colour) in enumerate(
            zip(COURSE, ["#CFE3F2", "#F9DCC8", "#CDEBDD"], strict=True)):
        left = 4 * column + 0.1
        ax.text(left + 1.9, 0.3, heading, ha="center", va="center", fontsize=18,
                fontweight="bold")
        for row, (topic, lesson) in enumerate(topics):
            ax.add_patch(FancyBboxPatch((left, row + 0.95), 3.75, 0.72, facecolor=colour,
                                        edgecolor=GREY, boxstyle="round,pad=0,rounding_size=0.12"))
            ax.text(left + 0.15, row + 1.31, topic, va="center", fontsize=13, linespacing=0.95)
            ax.text(left + 3.6, row + 1.31, lesson, va="center", ha="right", fontsize=13,
                    fontweight="bold")


def draw_row(ax, values, names):
    """A row of a table as bars: each column in standard deviations from its mean."""
    where = np.arange(len(names))
    ax.barh(where, values, color=COLOURS["data"], height=0.65)
    ax.axvline(0, color=GREY, lw=1)
    ax.set(yticks=where, yticklabels=names, ylim=(len(names) - 0.5, -0.5),
           xlabel="standard deviations from the mean", xticks=[-1, 0, 1])
    ax.tick_params(axis="y", labelsize=12, length=0)


def draw_pixels(ax, image, *, numbers=False, title=""):
    """Grey levels, dark is 1; with the numbers printed when there are few."""
    ax.spines[:].set(visible=True, color=GREY)
    ax.imshow(image, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    ax.set(xticks=[], yticks=[], title=title)
    if numbers:
        for (row, column), value in np.ndenumerate(image):
            digits = f"{value:.1f}".removeprefix("0").removesuffix(".0") or "0"
            ax.text(column, row, digits, ha="center", va="center", fontsize=12,
                    color="white" if value > 0.5 else BLACK)


def draw_letters(ax, name, length=12):
    """A name as a grid: a row for each letter a … z, a column for each place; one dark cell each.
    """
    ax.imshow(letter_grid(name, length), cmap="Greys", vmin=0, vmax=1, aspect="auto",
              interpolation="nearest")
    ax.set(xticks=range(length), xticklabels=[*name[:length].ljust(length)],
           yticks=range(0, 26, 5), yticklabels=LETTERS[::5])
    ax.set_xticks(np.arange(length + 1) - 0.5, minor=True)
    ax.grid(axis="x", which="minor", color="#C8C8C8", lw=0.8)
    ax.tick_params(length=0, which="both")


def letter_grid(name, length=12):
    """(26, length) zeros, and a 1 at each letter's row and place."""
    grid = np.zeros((26, length))
    for place, letter in enumerate(name[:length]):
        grid[LETTERS.index(letter), place] = 1
    return grid


def draw_sound(ax, X):
    """A log-mel picture: time to the right, pitch upwards, bright is loud."""
    image = ax.imshow(X.T, cmap=SEQUENTIAL, vmin=0, vmax=1, origin="lower", aspect="auto",
                      extent=(0, 0.72, 0, X.shape[1]))
    ax.set(xlabel="time (s)", ylabel="band, low to high")
    return image


def draw_inputs(axes, rows, image, name, sound):
    """The first example of each kind: five columns of a table, an image, a name, a sound."""
    columns = ["CreditScore", "Age", "Tenure", "Balance", "NumOfProducts"]
    draw_row(axes[0, 0], rows[columns].to_numpy()[0], columns)
    draw_pixels(axes[0, 1], image, numbers=True)
    draw_letters(axes[1, 0], name)
    draw_sound(axes[1, 1], sound)


def draw_answers(axes, images, answers, truth):
    """Images, each with the network's answer; a wrong one is framed and crossed out."""
    for ax, image, answer, true in zip(axes.flat, images, answers, truth, strict=True):
        draw_pixels(ax, image)
        wrong = answer != true
        ax.set_title(f"{answer} ✗" if wrong else f"{answer}", fontsize=18,
                     color=RED if wrong else BLACK, pad=4)
        for spine in ax.spines.values():
            spine.set(visible=True, color=RED if wrong else GREY, lw=4 if wrong else 1)


def draw_prices(ax, area, price, line, curve):
    """Houses as points, and price by area as a straight line and as a network says it."""
    ax.plot(area, price / 1000, ".", color=COLOURS["data"], ms=4, alpha=0.35, label="sold houses")
    ax.plot(*line, "--", color=RED, lw=3, label="straight line")
    ax.plot(*curve, "-", color=COLOURS["model"], lw=3.5, label="network")
    ax.set(xlabel="living area (square feet)", ylabel="price (thousand dollars)")
    ax.legend(loc="upper left")


def draw_next(ax, start, probabilities, count=6):
    """The likeliest next letters after the beginning of a name, as bars."""
    top = np.argsort(-probabilities)[:count]
    bars = ax.bar(range(count), probabilities[top], color=COLOURS["model"], width=0.7)
    ax.bar_label(bars, [f"{p:.0%}" for p in probabilities[top]], padding=2, fontsize=13)
    ax.set(xticks=range(count), yticks=[], ylim=(0, 1.1 * probabilities.max()),
           xticklabels=["end" if n == 26 else LETTERS[n] for n in top])
    ax.set_title(f"{start}_", fontsize=18)
    ax.tick_params(axis="x", labelsize=15, length=0)
    ax.spines["left"].set_visible(False)


def draw_scores(ax, scores, guess):
    """Accuracy on held-out examples: a row for each data set, two marks, a tick for guessing.

    Parameters
    ----------
    scores : dict of data set → (hand-made accuracies, network accuracies), one a seed
    guess : dict of data set → accuracy of always saying the most common class
    """
    for row, (name, (hand, network)) in enumerate(scores.items()):
        low, high = np.mean(hand), np.mean(network)
        ax.plot([low, high], [row, row], "-", color="#C8C8C8", lw=5, zorder=1)
        for values, n in ((hand, 1), (network, 0)):
            look = series(n)
            ax.plot(values, [row] * len(values), look["marker"], color=look["color"], ms=12,
                    mec="white", zorder=3,
                    label=["network on raw inputs", "hand-made features"][n] if not row else None)
        ax.plot([guess[name]] * 2, [row - 0.28, row + 0.28], "-", color=GREY, lw=3,
                label=None if row else "most common answer")
        side = 0.02 if low <= high else -0.02
        ax.text(low - side, row,
                f"{low:.2f}", ha="right" if low <= high else "left", va="center", fontsize=14,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=2)
        ax.text(high + side, row, f"{high:.2f}",
                ha="left" if low <= high else "right", va="center", fontsize=14)
    ax.set(yticks=range(len(scores)), yticklabels=list(scores), xlim=(0, 1.07),
           ylim=(len(scores) - 0.5, -0.5), xlabel="accuracy on held-out examples")
    ax.tick_params(axis="y", labelsize=15, length=0)
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, 1.2), ncols=3, frameon=False,
              columnspacing=1.2, handletextpad=0.3)


def draw_square(ax, table, title):
    """Two by two accuracies: without and with a hidden layer, hand-made and raw inputs."""
    ax.imshow(table, cmap=SEQUENTIAL, vmin=0.3, vmax=1)
    for (row, column), value in np.ndenumerate(np.asarray(table)):
        ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=17,
                fontweight="bold", color=BLACK if value > 0.62 else "white")
    ax.set(xticks=[0, 1], xticklabels=["hand-made", "raw"], yticks=[], title=title)
    ax.tick_params(length=0)


def draw_curves(ax, sizes, hand, network):
    """Mean accuracy by the number of training examples; the band is from worst to best seed."""
    for values, n, label in ((hand, 1, "hand-made features"), (network, 0, "network on raw")):
        values = np.asarray(values)
        ax.plot(sizes, values.mean(axis=0), **series(n), label=label)
        ax.fill_between(sizes, values.min(axis=0), values.max(axis=0), color=series(n)["color"],
                        alpha=0.15, lw=0)
    ax.set_xscale("log")
    ax.set(xlabel="training examples", ylabel="accuracy, held out", xticks=sizes, ylim=(0, 1.03),
           xticklabels=[f"{n:,}" for n in sizes])
    ax.minorticks_off()


def draw_voices(ax, names, accuracies):
    """Accuracy for each voice, worst first."""
    order = np.argsort(accuracies)
    bars = ax.barh(range(len(names)), np.asarray(accuracies)[order], color=ORANGE, height=0.7,
                   edgecolor=BLACK)
    ax.bar_label(bars, fmt="%.2f", padding=4, fontsize=13)
    ax.set(yticks=range(len(names)), yticklabels=np.asarray(names)[order], xlim=(0, 1.1),
           xlabel="accuracy on 50 recordings of a voice never heard")
    ax.invert_yaxis()
