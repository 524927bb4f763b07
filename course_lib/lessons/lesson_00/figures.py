"""What a network is given, what it answers, and how it compares with features made by hand."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.datasets.files import data_file
from course_lib.figure.style import (
    BLACK,
    COLOURS,
    GREY,
    ORANGE,
    SEQUENTIAL,
    new_figure,
    series,
    show,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# What a lesson is about, in three columns: (heading, [(topic, lesson)]).
COURSE = [
    ("general", [("neuron", "01"), ("activation functions", "02"), ("cost functions", "03"),
                 ("gradient descent", "04"), ("backpropagation", "05"),
                 ("a case: who leaves?", "06")]),
    ("spatial", [("convolutions", "07"), ("pooling", "07"), ("deep networks", "07"),
                 ("fully convolutional\nnetworks (FCN)", "07")]),
    ("temporal", [("embedding", "08"), ("recurrent networks", "08"), ("attention", "09"),
                  ("transformers", "09")]),
]
BEYOND = ("scaling out: many machines", "10")


def draw_course_map(ax):
    """Three perspectives, the topics of each, and the lesson that builds them."""
    ax.set(xlim=(0, 12), ylim=(8.1, -0.2))
    ax.axis("off")

    def box(left, top, width, topic, lesson, colour):
        ax.add_patch(FancyBboxPatch((left, top), width, 0.72, facecolor=colour, edgecolor=GREY,
                                    boxstyle="round,pad=0,rounding_size=0.12"))
        ax.text(left + 0.15, top + 0.36, topic, va="center", fontsize=13, linespacing=0.95)
        ax.text(left + width - 0.15, top + 0.36, lesson, va="center", ha="right", fontsize=13,
                fontweight="bold")

    for column, ((heading, topics), colour) in enumerate(
            zip(COURSE, ["#CFE3F2", "#F9DCC8", "#CDEBDD"], strict=True)):
        left = 4 * column + 0.1
        ax.text(left + 1.9, 0.3, heading, ha="center", va="center", fontsize=18,
                fontweight="bold")
        for row, (topic, lesson) in enumerate(topics):
            box(left, row + 0.95, 3.75, topic, lesson, colour)
    box(4.1, 6.95, 7.75, *BEYOND, "#E9E9E9")


def course_map():
    """Show the map of the course."""
    fig, ax = new_figure(size=(8.6, 4.4))
    draw_course_map(ax)
    parts = [*COURSE, ("and", [BEYOND])]
    show(fig, "The course in three perspectives: " + "; ".join(
        f"{heading}: " + ", ".join(
            f"{topic} ({lesson})".replace("\n", " ")
            for topic, lesson in topics) for heading, topics in parts) + ".")


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


def four_inputs(tasks):
    """Show the first training example of each of the four tasks as the network gets it."""
    fig, axes = new_figure(2, 2, size=(8.6, 5.2))
    table, image, name, sound = (tasks[kind][0] for kind in ("table", "images", "names", "speech"))
    row = (table[0] - table.mean(axis=0)) / table.std(axis=0)
    draw_row(axes[0, 0], row[:5], ["credit score", "age", "years", "balance", "products"])
    draw_pixels(axes[0, 1], image[0].reshape(8, 8), numbers=True)
    draw_letters(axes[1, 0], "".join(LETTERS[cell.argmax()] for cell in name[0].reshape(-1, 26)
                                     if cell.any()))
    draw_sound(axes[1, 1], sound[0].reshape(32, 32))
    for ax, (kind, task) in zip(axes.flat, tasks.items(), strict=True):
        ax.set_title(f"{kind}: {task[0].shape[1]:,} numbers")
    show(fig, "Four kinds of input, all rows of numbers: " + ", ".join(
        f"{kind} {task[0].shape[1]:,} (the first of {len(task[0]):,} training examples)"
        for kind, task in tasks.items()) + ".")


def three_pictures(image, shuffle, accuracies):
    """Show an image as it is, shuffled and moved, each with the network's accuracy on such images.
    """
    fig, axes = new_figure(1, 3, size=(8, 3.2))
    pictures = (image, image.ravel()[shuffle].reshape(8, 8), moved(image.reshape(1, -1))[0]
                .reshape(8, 8))
    for ax, picture, (title, accuracy) in zip(axes, pictures, accuracies.items(), strict=True):
        draw_pixels(ax, picture, title=f"{title}: {accuracy:.2f}")
    show(fig, "A digit three times, and the accuracy on such test images: " + ", ".join(
        f"{title} {accuracy:.2f}" for title, accuracy in accuracies.items()) + ".")


def moved(rows):
    """Images (n, 64), each one pixel to the right."""
    padded = np.pad(rows.reshape(-1, 8, 8), ((0, 0), (0, 0), (1, 0)))
    return padded[:, :, :-1].reshape(len(rows), -1)


def draw_curves(ax, sizes, hand, network):
    """Mean accuracy by the number of training examples; the band is from worst to best seed."""
    for values, n, label in ((hand, 1, "hand-made features"), (network, 0, "network on raw")):
        values = np.asarray(values)
        ax.plot(sizes, values.mean(axis=0), **series(n), label=label)
        ax.fill_between(sizes, values.min(axis=0), values.max(axis=0), color=series(n)["color"],
                        alpha=0.15, lw=0)
    ax.set_xscale("log")
    ax.set(xlabel="training examples", ylabel="accuracy on the test set", xticks=sizes,
           ylim=(0, 1.03), xticklabels=[f"{n:,}" for n in sizes])
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


def voices(right):
    """Show for each test voice how many of its words were understood: right is (test rows,)."""
    with np.load(data_file("spoken_digits.npz")) as file:
        voice = file["voice_test"]
    names = np.unique(voice)
    each = [np.mean(right[voice == name]) for name in names]
    fig, ax = new_figure(size=(8, 3.6))
    draw_voices(ax, names, each)
    show(fig, f"Eight synthetic voices never heard: accuracy from {min(each):.2f} to "
         f"{max(each):.2f}.")
