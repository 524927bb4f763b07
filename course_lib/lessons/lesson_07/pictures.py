"""The pictures that lesson 07 shows with one line each; the drawing itself is in ``figures``."""

import numpy as np

from course_lib.datasets.photos import load_photos
from course_lib.figure.images import bare
from course_lib.figure.style import COLOURS, new_figure, show
from course_lib.lessons.lesson_00.photo_network import GREY, photo_network, square
from course_lib.lessons.lesson_07 import figures as draw
from course_lib.lessons.lesson_07.networks import saliency, shifted


def photo(name):
    """One of the course's photographs, (224, 224, 3) bytes."""
    found = {one.name: one.pixels for one in load_photos()}
    if name not in found:
        raise ValueError(f"there is no photograph {name!r}; choose one of {', '.join(found)}")
    return square(found[name])


def grey(picture):
    """A photograph in shades of grey, 0 (black) to 1 (white)."""
    return picture.astype(float).mean(axis=-1) / 255


def show_photo(picture):
    """A photograph and the five likeliest words of the photograph network."""
    network = photo_network()
    likeliest = network.likeliest(network.predict([picture])[0])
    fig, (left, right) = new_figure(1, 2, size=(8.6, 3.8), width_ratios=[1, 1.2])
    bare(left)
    left.imshow(picture)
    words, shares = zip(*likeliest[::-1], strict=True)
    right.barh(words, shares, color=COLOURS["model"])
    right.set(xlim=(0, 1), xlabel="probability")
    show(fig, "The five likeliest words: "
              + ", ".join(f"{word} {share:.0%}" for word, share in likeliest) + ".")


def show_shifts(dense, X, y, convolutional=None):
    """Right answers of a dense network, and of another, when the pictures are moved right."""
    networks = {"dense network, 100 neurons": dense}
    if convolutional:
        networks["convolutional network"] = convolutional
    shares = {name: [np.mean(network.predict(shifted(X, d)).argmax(axis=1) == y)
                     for d in range(5)] for name, network in networks.items()}
    fig, ax = new_figure(size=(8, 3.4))
    draw.draw_shifts(ax, range(5), shares)
    show(fig, "; ".join(f"{name}: as they are {right[0]:.1f}, moved by two pixels {right[2]:.1f}"
                        for name, right in shares.items()) + ".")


def show_answers(picture, answers):
    """A picture in grey beside what some kernels make of it: {name: (kernel, output)}."""
    fig, axes = new_figure(1, 1 + len(answers), size=(9, 2.6))
    draw.draw_filtered(axes, picture, answers)
    show(fig, "A photograph in grey and what the kernels make of it: " + ", ".join(answers)
              + ". Red is positive and blue negative.")


def show_first_kernels():
    """The 32 kernels of the photograph network's first layer, in colour."""
    fig, axes = new_figure(4, 8, size=(8, 4.1))
    used = np.abs(photo_network().blocks["stem"].layers[1].W).sum(axis=(1, 2, 3)) > 0.05
    for ax, kernel, alive in zip(axes.flat, photo_network().kernels(), used, strict=True):
        bare(ax)
        ax.imshow(kernel if alive else np.full_like(kernel, GREY))
    show(fig, "The 32 kernels of the first layer, 3 × 3 pixels in three colours each. "
              f"{used.sum()} have found something; the others, in grey, have weights of nearly 0.")


def show_deeper(picture, blocks=("stem", "block 3", "block 9", "head"), each=5):
    """The strongest maps of some blocks on a photograph, from near the pixels to far from them."""
    fig, axes = new_figure(len(blocks), each + 1, size=(9, 1.6 * len(blocks)))
    sizes = []
    for row, block in zip(axes, blocks, strict=True):
        maps = photo_network().maps(picture, block)
        sizes.append(maps.shape[-1])
        strongest = np.argsort(-maps.std(axis=(1, 2)), kind="stable")[:each]
        bare(row[0])
        row[0].imshow(picture)
        row[0].set_ylabel(f"{block}\n{maps.shape[-1]} × {maps.shape[-1]}", fontsize=11)
        for ax, n in zip(row[1:], strongest, strict=True):
            bare(ax)
            ax.imshow(maps[n], cmap="inferno")
    show(fig, "Maps of four layers on one photograph, "
              + ", ".join(f"{block} {size} × {size}" for block, size in
                          zip(blocks, sizes, strict=True))
              + ": the first look like drawings of it, the last say where something is.")


def show_curves(curves):
    """Right answers on validation pictures by epoch: {name: [share, …]}."""
    fig, ax = new_figure(size=(8, 3.6))
    draw.draw_accuracy(ax, curves)
    ax.set_ylabel("right, validation pictures")
    best = max(curves, key=lambda name: curves[name][-1])
    show(fig, f"Right answers on the validation pictures, epoch by epoch, for {', '.join(curves)}; "
              f"highest at the end: {best}.")


def show_cover(picture, word=None, side=64, step=32):
    """Cover a photograph part by part: how much does the likeliest word lose?"""
    network = photo_network()
    p = network.predict([picture])[0]
    k = int(p.argmax()) if word is None else network.words.index(word)
    places = range(0, 224 - side + 1, step)
    lost = np.zeros((len(places), len(places)))
    for i, top in enumerate(places):
        for j, left in enumerate(places):
            covered = picture.copy()
            covered[top:top + side, left:left + side] = GREY
            lost[i, j] = p[k] - network.predict([covered])[0, k]
    fig, (left_ax, right_ax) = new_figure(1, 2, size=(8, 3.8))
    for ax in (left_ax, right_ax):
        bare(ax)
        ax.imshow(picture)
    image = right_ax.imshow(lost, cmap="inferno", alpha=0.6, extent=(0, 224, 224, 0),
                            interpolation="bilinear", vmin=0)
    fig.colorbar(image, ax=right_ax, label="probability lost")
    at = np.unravel_index(lost.argmax(), lost.shape)
    where = (("at the top", "half-way down", "at the bottom")[at[0] * 3 // len(places)] + ", "
             + ("on the left", "in the middle", "on the right")[at[1] * 3 // len(places)])
    show(fig, f"Where a grey square costs the word {network.words[k]!r} most: {where}.")


def show_kinds(pictures, y, kinds, each=5):
    """Some photographs of the two kinds."""
    fig, axes = new_figure(2, each, size=(9, 3.9))
    for label, row in enumerate(axes):
        for ax, n in zip(row, np.flatnonzero(y == label), strict=False):
            bare(ax)
            ax.imshow(square(pictures[n], 112))
        row[0].set_ylabel(kinds[label])
    show(fig, f"{np.sum(y == 0)} photographs of a {kinds[0]}, {np.sum(y == 1)} of a {kinds[1]}.")


def show_guesses(pictures, y, kinds, rows, answers, each=6):
    """Some photographs that were kept apart, and what the new layer calls them."""
    fig, axes = new_figure(1, each, size=(9, 2.3))
    shuffled = np.random.default_rng(3).permutation(rows)
    shown = np.concatenate([shuffled[y[shuffled] == kind][:each // 2] for kind in (0, 1)])
    for ax, n in zip(axes, shown, strict=True):
        bare(ax, kinds[answers[n]])
        ax.imshow(square(pictures[n], 112))
        if answers[n] != y[n]:
            ax.set_title(kinds[answers[n]], color=COLOURS["highlight"])
    right = np.mean(answers[rows] == y[rows])
    show(fig, f"Six of {len(rows)} photographs that the new layer has not seen; it is right about "
              f"{'nearly all' if right > 0.85 else 'most' if right > 0.6 else 'some'} of them.")


def show_saliency(network, images, labels, names, picked):
    """Pictures and, below, how much the true class's answer moves with each pixel."""
    rng = np.random.default_rng(0)
    maps = [saliency(network, images[n], labels[n], rng) for n in picked]
    fig, axes = new_figure(2, len(picked), size=(8, 3.7))
    draw.draw_saliency(axes, images[picked, 0], maps, [names[labels[n]] for n in picked])
    show(fig, "Pictures of " + ", ".join(names[labels[n]] for n in picked)
              + ", and below where a change of a pixel would move the answer most.")


def show_scenes(scenes, truth, guess):
    """Scenes, the true label of each pixel, and the network's."""
    fig, axes = new_figure(3, len(scenes), size=(8, 4.6))
    draw.draw_scenes(axes, scenes[:, 0], truth, guess)
    show(fig, "Scenes with digits, the true labels of their pixels, and those of the network.")


def show_moved(found):
    """Right answers for digits moved by 0, 1 and 2 pixels: {network: (seeds, 3)}."""
    fig, ax = new_figure(size=(8, 3.7))
    draw.draw_shifts(ax, range(3), {name: np.median(runs, axis=0) for name, runs in found.items()})
    show(fig, "Digits moved by no, one and two pixels; the median of the seeds for "
              + ", ".join(found) + ".")


def show_depthwise():
    """A filter adds up its channels; a depthwise convolution keeps them apart."""
    fig, axes = new_figure(1, 2, size=(8.6, 3))
    draw.draw_depthwise(axes)
    show(fig, "Left, three kernels whose results are added up to one map. Right, a depthwise "
              "convolution: each kernel makes a map of its own channel.")
