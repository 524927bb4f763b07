"""Pictures of kernels on images, of what the layers of a network see, and of labelled scenes."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Polygon, Rectangle

from course_lib.figure.images import INK, bare
from course_lib.figure.style import COLOURS, DIVERGING, GREY, SERIES, series
from course_lib.figure.wipe import wipe

# 0 is background; then the digits 0 … 9, each with the colour that its number is drawn in too
SCENE = ListedColormap(["white", "#000000", "#E69F00", "#56B4E9", "#009E73", "#B8A800",
                        "#0072B2", "#D55E00", "#CC79A7", "#7A4FA3", "#8C6D46"])


def draw_images(axes, images, titles=()):
    """Images (height, width) side by side; each with its title, if there are titles."""
    for n, ax in enumerate(np.ravel(axes)):
        bare(ax, titles[n] if len(titles) else None)
        if n < len(images):
            ax.imshow(images[n], cmap=INK)


def draw_shifts(ax, shifts, accuracies):
    """Accuracy against a shift of the images in pixels, a curve for each network."""
    for n, (name, accuracy) in enumerate(accuracies.items()):
        ax.plot(shifts, accuracy, **series(n), label=name)
    ax.axhline(0.1, color=COLOURS["reference"], lw=1, ls=":")
    ax.text(0.62 * shifts[-1], 0.12, "guessing", color=GREY)
    ax.set(xlabel="image shifted to the right by (pixels)", ylabel="share right", ylim=(0, 1),
           xticks=list(shifts))
    ax.legend(loc="lower left")


def draw_filtered(axes, image, results):
    """An image and what kernels make of it: {name: (kernel, result)}; signs in colour."""
    bare(axes[0], "the image")
    axes[0].imshow(image, cmap="gray")     # a photograph: 0 is black
    for ax, (name, (kernel, result)) in zip(axes[1:], results.items(), strict=True):
        bare(ax, name.replace("from ", "").replace(" to ", "\nto "))
        if kernel.sum() > 0:  # it keeps the brightness: still a picture
            ax.imshow(result, cmap="gray", vmin=0, vmax=1)
        else:
            limit = np.abs(result).max()
            ax.imshow(result, cmap=DIVERGING, vmin=-limit, vmax=limit)


def draw_numbers(ax, values, title, window=None):
    """A small grid of numbers as an image, with lines between windows of so many pixels."""
    bare(ax, title)
    limit = np.abs(values).max() or 1
    ax.imshow(values, cmap=INK, vmin=0, vmax=1.6 * limit)
    for (row, column), value in np.ndenumerate(values):
        ax.text(column, row, f"{value:.0f}", ha="center", va="center",
                color="white" if value > 0.75 * limit else "black")
    rows, columns = values.shape
    for n in range(0, rows + 1, window or rows):
        ax.plot([-0.5, columns - 0.5], [n - 0.5] * 2, color=COLOURS["highlight"], ls="-", lw=1.5)
        ax.plot([n - 0.5] * 2, [-0.5, rows - 0.5], color=COLOURS["highlight"], ls="-", lw=1.5)


def draw_accuracy(ax, histories, goal=None):
    """Test accuracy after each epoch, a curve a network: {name: [accuracy, …]}."""
    for n, (name, accuracy) in enumerate(histories.items()):
        ax.plot(range(len(accuracy)), accuracy, **series(n), label=name)
    if goal is not None:
        ax.axhline(goal, color=COLOURS["reference"], ls=":", lw=1.5)
    ax.set(xlabel="epoch", ylabel="share right", ylim=(0.6, 0.95))
    ax.legend(loc="lower right")


def draw_filters(axes, kernels, apart=False):
    """Kernels (n, height, width) as images: red adds, blue takes away; one scale, or each apart."""
    for ax, kernel in zip(np.ravel(axes), kernels, strict=True):
        limit = np.abs(kernel if apart else kernels).max()
        bare(ax)
        ax.imshow(kernel, cmap=DIVERGING, vmin=-limit, vmax=limit)


def draw_saliency(axes, images, saliencies, titles):
    """Images above, and below where a change of a pixel would change the answer the most."""
    for column, title in enumerate(titles):
        bare(axes[0, column], title)
        axes[0, column].imshow(images[column], cmap=INK)
        bare(axes[1, column])
        axes[1, column].imshow(saliencies[column], cmap="inferno")


def draw_depth(ax, depths, accuracies):
    """Accuracy by number of layers, a curve a kind of network; all its seeds as small dots."""
    for n, (name, by_depth) in enumerate(accuracies.items()):
        by_depth = np.asarray(by_depth, float)
        shift = 1 + 0.03 * (n - 1)  # so that dots of different kinds stand side by side
        ax.plot(np.multiply(depths, shift), np.median(by_depth, axis=1), **series(n), label=name)
        ax.plot(np.multiply(depths, shift), by_depth, ".", color=SERIES[n], ms=7, alpha=0.6)
    ax.set_xscale("log")
    ax.set_xticks(depths, depths)
    ax.minorticks_off()
    ax.set(xlabel="convolutional layers", ylabel="share right", ylim=(0, 1.02))
    ax.legend(loc="lower left")


def draw_pairs(ax, tasks, names):
    """Accuracies of two networks on several tasks, all runs as dots: {task: (first, second)}."""
    for which, name in enumerate(names):
        for place, runs in enumerate(tasks.values()):
            place += 0.16 * (2 * which - 1)
            look = {"color": SERIES[which], "marker": "os"[which], "ls": ""}
            ax.plot([place] * len(runs[which]), runs[which], **look, alpha=0.5)
            ax.plot(place, np.median(runs[which]), **look, ms=13, mec="black",
                    label=name if place < 0.5 else None)
            ax.text(place + 0.07, np.median(runs[which]), f"{np.median(runs[which]):.2f}",
                    va="center")
    ax.set_xticks(range(len(tasks)), tasks)
    ax.set(xlim=(-0.5, len(tasks) - 0.5), ylim=(0.3, 1), ylabel="share right")
    ax.legend(loc="lower left")


def draw_scenes(axes, scenes, truths, guesses):
    """Three rows: what the network gets, the true label of each pixel, and its own labels."""
    for row, (name, pictures) in enumerate((("image", scenes), ("truth", truths),
                                            ("network", guesses))):
        for ax, picture in zip(axes[row], pictures, strict=False):
            bare(ax)
            frame = Rectangle((-0.5, -0.5), *picture.shape[::-1], fill=False, ec=GREY, lw=1)
            ax.add_patch(frame)
            if name == "image":
                ax.imshow(picture, cmap=INK, vmin=0, vmax=1)
            else:
                ax.imshow(picture, cmap=SCENE, vmin=-0.5, vmax=10.5, interpolation="nearest")
                name_digits(ax, picture)
        axes[row][0].set_ylabel(name)


def name_digits(ax, labels, smallest=6):
    """Write each label beside its pixels, where there are enough: colour alone says too little."""
    for label in range(1, 11):
        for row, column in blobs(labels == label, smallest):
            ax.text(column, row, str(label - 1), color=SCENE(label), weight="bold", fontsize=12,
                    ha="center", va="center")


def blobs(mask, smallest):
    """(row, column) right of each group of touching pixels, if it has enough of them."""
    left, found = {tuple(place) for place in np.argwhere(mask)}, []
    while left:
        group, edge = set(), [left.pop()]
        while edge:
            row, column = edge.pop()
            group.add((row, column))
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            edge += near
        if len(group) >= smallest:
            rows, columns = np.array(list(group)).T
            beside = columns.max() + 2 if columns.max() + 3 < mask.shape[1] else columns.min() - 2
            found.append((rows.mean(), beside))
    return sorted(found)


# Scenes of the explorers -------------------------------------------------------------------------
def draw_kernel_scene(axes, image, padding, output):
    """The image with its padding and numbers, and the output; returns the artists that move.

    Returns
    -------
    window, cell : Rectangle
        The frames on the image and on the output.
    rest, below : Rectangle
        What covers the part of the output that is still to come: of the row, and of all rows.
    """
    left, right = axes
    for ax in axes:
        wipe(ax)
        bare(ax)
    padded = np.pad(image, padding)
    left.imshow(padded, cmap=INK, vmin=0, vmax=26)
    for (row, column), value in np.ndenumerate(padded):
        inside = min(row, column) >= padding and max(row, column) < padding + len(image)
        left.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=12,
                  color=("white" if value > 13 else "black") if inside else SERIES[0])
    if padding:
        left.add_patch(Rectangle((padding - 0.5,) * 2, *image.shape[::-1], fill=False, lw=1.5,
                                 ls="--", ec=GREY))
    left.set_title(f"image {len(image)} × {len(image)}"
                   + (f", padding {padding}" if padding else ""))
    rows, columns = output.shape
    limit = np.abs(output).max() + 1e-9
    right.imshow(output, cmap=DIVERGING, vmin=-limit, vmax=limit)
    right.add_patch(Rectangle((-0.5, -0.5), columns, rows, fill=False, lw=1.5, ec=GREY))
    right.set_title(f"output {rows} × {columns}")
    right.set_xlabel("red: above 0, blue: below", fontsize=12)
    frame = {"fill": False, "lw": 3.5, "ec": COLOURS["highlight"], "zorder": 3}
    cover = {"fc": "#E8E8E8", "ec": "none"}
    return (left.add_patch(Rectangle((0, 0), 3, 3, **frame)),
            right.add_patch(Rectangle((0, 0), 1, 1, **frame)),
            right.add_patch(Rectangle((0, 0), 1, 1, **cover)),
            right.add_patch(Rectangle((0, 0), columns, 1, **cover)))


def draw_layers(ax, layers):
    """A network from the side, one row of units a layer; returns (cone, unit, inputs) that move.

    layers: for each, the centres of its units in pixels of the input; layer 0 is the input.
    """
    wipe(ax)
    top = len(layers) - 1
    for depth, centres in enumerate(layers):
        ax.plot(centres, [depth] * len(centres), "s", ms=8, mfc="white", mec=GREY, ls="")
    ax.set_yticks(range(top + 1), ["input", *(f"layer {n}" for n in range(1, top + 1))])
    ax.set(xlim=(-1, len(layers[0])), ylim=(-0.4, top + 0.4), xticks=[])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0)
    cone = ax.add_patch(Polygon([[0, 0]] * 3, closed=True, fc="#BBD7EA", ec="none", zorder=0))
    (seen,) = ax.plot([], [], "s", ms=8, color=COLOURS["model"], ls="")
    (unit,) = ax.plot([], [], "s", ms=13, color=COLOURS["highlight"], mec="black")
    return cone, seen, unit


def draw_answers(ax, class_names):
    """Empty bars for the probability of each class; returns the bars."""
    bars = ax.barh(range(len(class_names)), np.zeros(len(class_names)), color=COLOURS["model"])
    ax.set_yticks(range(len(class_names)), class_names)
    ax.set(xlim=(0, 1), ylim=(len(class_names) - 0.5, -0.5), xlabel="probability",
           xticks=[0, 0.5, 1])
    ax.tick_params(axis="y", length=0)
    return bars


def draw_depthwise(axes):
    """A filter that adds its three channels up, and three kernels that keep them apart."""
    for ax, adds, title in zip(axes, (True, False), ("a filter: added up to one map",
                                                     "depthwise: a map for each channel"),
                               strict=True):
        bare(ax, title)
        ax.set(xlim=(0, 10), ylim=(0, 7), aspect="equal")
        for n, colour in enumerate(SERIES[:3]):
            low = 4.8 - 2.2 * n
            end = 2.6 if adds else low
            ax.add_patch(Rectangle((0.4, low), 1.6, 1.6, facecolor=colour, alpha=0.35))
            ax.add_patch(Rectangle((3.6, low + 0.4), 0.8, 0.8, facecolor=colour))
            ax.annotate("", (3.5, low + 0.8), (2.1, low + 0.8), arrowprops={"arrowstyle": "->"})
            ax.annotate("", (7.1, end + 0.8), (4.5, low + 0.8), arrowprops={"arrowstyle": "->"})
            if not adds:
                ax.add_patch(Rectangle((7.3, low), 1.6, 1.6, facecolor=colour, alpha=0.35))
        if adds:
            ax.add_patch(Rectangle((7.3, 2.6), 1.6, 1.6, facecolor=GREY, alpha=0.5))
            ax.text(8.1, 3.4, "+", ha="center", va="center", fontsize=22)
