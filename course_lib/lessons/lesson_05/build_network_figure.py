"""A network in maps: each neuron is a picture of the plane as it sees it, each weight a line.

The maps go to the renderer pixel for pixel, and all weights are one collection of lines: a new
picture of the whole network takes little longer than one of a single neuron.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from course_lib.figure.pixels import Images, Surface, shaded, shades, smooth
from course_lib.figure.style import COLOURS, GREY

SIZE = (10.5, 4.6)         # inches of the whole picture …
WIDE, HIGH = 1260, 552     # … which are so many pixels, the unit of all places below
HIGHEST = 0.8              # of the costs that are drawn; a higher one is at the edge
GRID = 40                  # a map has so many values a side
LEFT, RIGHT, LOW, TOP = 20, 740, 144, 514  # where the neurons are
CLASSES = LinearSegmentedColormap.from_list(
    "classes", ["#7DB4D8", "#C3DDEE", "white", "#FBE7BC", "#F2C25B"])
SHADES = shades(CLASSES)
OUTLINE = np.array([64, 64, 64, 255], np.uint8).view(np.uint32)
POSITIVE, NEGATIVE, DASHES = COLOURS["class 1"], COLOURS["class 0"], (0, (2, 0.8))


def neuron_places(sizes):
    """(side of a map, an (n, 2) array of lower left corners for each layer), in pixels."""
    side = 2 * GRID if max(sizes) <= 4 else GRID
    pitch = (TOP - LOW) / (4 if side > GRID else 8)
    places = []
    for left, n in zip(np.linspace(LEFT, RIGHT - side, len(sizes)), sizes, strict=True):
        low = (LOW + TOP - side) / 2 + pitch * ((n - 1) / 2 - np.arange(n))
        places.append(np.column_stack([np.full(n, left), low]).round().astype(int))
    return side, places


def weight_lines(side, places):
    """The lines of all weights, (n, 2 ends, 2), layer by layer in the order of W.ravel()."""
    lines = []
    for before, after in zip(places, places[1:], strict=False):
        starts = np.repeat(before + [side, side / 2], len(after), axis=0)
        ends = np.tile(after + [0, side / 2], (len(before), 1))
        lines.append(np.stack([starts, ends], axis=1))
    return np.concatenate(lines)


def line_at(lines, x, y, near=12):
    """The number of the line that is nearest to a place; None where none is near."""
    start, along = lines[:, 0], lines[:, 1] - lines[:, 0]
    share = ((np.array([x, y]) - start) * along).sum(axis=1) / (along**2).sum(axis=1)
    away = np.linalg.norm(start + np.clip(share, 0, 1)[:, None] * along - [x, y], axis=1)
    nearest = int(np.argmin(away))
    return nearest if away[nearest] <= near else None


def draw_network_maps(fig):
    """An empty network at the left, its cost below, its answer over the plane at the right.

    The figure is of SIZE, at 120 pixels an inch.

    Returns
    -------
    dict
        "network", "plane", "curves": Axes; "label": Text; "moving": the artists that move. The
        rest is for the functions show_… below.
    """
    fig.set_layout_engine("none")
    network = fig.add_axes([0, 0, 1, 1])
    network.set(xlim=(0, WIDE), ylim=(0, HIGH))
    network.axis("off")
    scene = {"network": network}
    scene["maps"] = fig.add_artist(Images())
    scene["maps"].set_zorder(3)
    scene["weights"] = network.add_collection(LineCollection([], zorder=2))
    (scene["line"],) = network.plot([], [], color=COLOURS["highlight"], lw=13, alpha=0.4, zorder=1)
    scene["frame"] = network.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=4, zorder=4,
                                                 edgecolor=COLOURS["highlight"]))
    scene["label"] = network.text(1235, 530, "", ha="right", va="center", fontsize=12)
    scene["size"] = network.text(1235, 494, "", ha="right", va="center", fontsize=12)
    for left, colour, line, word in ((848, POSITIVE, "-", "w > 0"),
                                     (968, NEGATIVE, DASHES, "w < 0")):
        network.plot([left, left + 40], [494, 494], color=colour, lw=5, ls=line)
        network.text(left + 50, 494, word, va="center", fontsize=12)
    scene["plane"] = plane = fig.add_axes([845 / WIDE, 74 / HIGH, 390 / WIDE, 390 / HIGH])
    scene["answer"] = Surface(plane)
    scene["points"] = [
        plane.plot([], [], marker, ms=5.5, mec="black", mew=0.7, ls="", zorder=4,
                   color=COLOURS[f"class {label}"])[0] for label, marker in ((0, "o"), (1, "^"))]
    ticks = [-2, -1, 0, 1, 2]
    plane.set(xlim=(-2, 2), ylim=(-2, 2), xlabel="x₁", xticks=ticks, yticks=ticks)
    plane.set_ylabel("x₂", labelpad=-4)
    scene["curves"] = curves = fig.add_axes([90 / WIDE, 50 / HIGH, 640 / WIDE, 64 / HIGH])
    for name, word, line, marker in (("train", "training", "-", "o"),
                                     ("validation", "held out", "--", "s")):
        (scene[name],) = curves.plot([], [], color=COLOURS[name], ls=line, label=word,
                                     marker=marker, markevery=[-1], clip_on=False)
    curves.set(ylim=(0, HIGHEST), yticks=[0, 0.4, 0.8], ylabel="cost")
    scene["legend"] = curves.legend(loc="lower right", bbox_to_anchor=(1, 1), borderpad=0,
                                    borderaxespad=0.1, ncols=2, columnspacing=1, fontsize=11,
                                    frameon=False)
    scene["names"] = []
    scene["moving"] = [scene[name] for name in ("line", "weights", "maps", "frame", "answer",
                                                "train", "validation", "legend", "label", "size")]
    scene["moving"] += scene["points"]
    return scene


def show_layers(scene, side, places, lines, epochs):
    """Another network: the names of its layers, the lines of its weights, room for its epochs."""
    for text in scene["names"]:
        text.remove()
    hidden = [f"layer {n}" for n in range(1, len(places) - 1)]
    scene["names"] = [
        scene["network"].text(column[0, 0] + side / 2, TOP + 17, name, ha="center", va="center",
                              fontsize=12, color=GREY)
        for name, column in zip(["x₁, x₂", *hidden, "ŷ"], places, strict=True)]
    scene["weights"].set_segments(lines)
    scene["curves"].set_xlim(-0.01 * epochs, epochs)


def show_points(scene, X, y):
    """Other points; what is beyond the plane's edges is not seen."""
    for label, points in enumerate(scene["points"]):
        points.set_data(*X[y[:, 0] == label].T)


def show_maps(scene, side, places, maps):
    """A map at each place: for each layer (n, GRID, GRID) numbers from −1 to 1, low row first."""
    cells = []
    for corners, of_layer in zip(places, maps, strict=True):
        colours = shaded((1 + of_layer) / 2, SHADES)
        colours = colours.repeat(side // GRID, axis=1).repeat(side // GRID, axis=2)
        colours[:, [0, -1]] = colours[:, :, [0, -1]] = OUTLINE
        cells += zip(corners.tolist(), colours[..., None].view(np.uint8), strict=True)
    scene["maps"].cells = cells


def show_weights(scene, weights):
    """The lines of all weights: the wider the larger, dashed where negative."""
    scene["weights"].set_linestyle("-")  # or old dashes and new widths are multiplied out
    scene["weights"].set(
        linewidth=0.5 + 1.4 * np.minimum(np.abs(weights), 5),
        color=[POSITIVE if w > 0 else NEGATIVE for w in weights],
        linestyle=["-" if w > 0 else DASHES for w in weights])


def show_choice(scene, side, corner, line=None):
    """Frame a neuron, and mark a line to it."""
    scene["frame"].set(x=corner[0], y=corner[1], width=side, height=side)
    scene["line"].set_data(*([[], []] if line is None else line.T))


def show_answer(scene, old, answer, chosen=None):
    """The plane with the line where the answer is one half; dotted, the chosen neuron's.

    Parameters
    ----------
    old : the contours of the last time, which are taken away.
    chosen : (GRID, GRID) array, optional; the dotted line is where it is 0.

    Returns
    -------
    list of the new contours
    """
    for contour in old:
        contour.remove()
    axis, new = np.linspace(-2, 2, GRID), []
    _, _, width, height = np.round(scene["plane"].bbox.bounds).astype(int)
    scene["answer"].paint(shaded(smooth(answer, height, width), SHADES))
    for values, colour, style in ((answer - 0.5, "black", "-"),
                                  (chosen, COLOURS["highlight"], ":")):
        if values is not None and np.ptp(np.sign(values)):
            new.append(scene["plane"].contour(axis, axis, values, levels=[0], colors=colour,
                                              linestyles=style, linewidths=3, zorder=3))
    return new


def show_costs(scene, costs):
    """(cost, held out cost, share right, held out share right) of each epoch; the last in words."""
    epochs, costs = np.arange(len(costs)), np.array(costs)
    for k, (name, word) in enumerate((("train", "training"), ("validation", "held out"))):
        scene[name].set_data(epochs, np.minimum(costs[:, k], HIGHEST))
        scene["legend"].get_texts()[k].set_text(f"{word}: {costs[-1, 2 + k]:.0%} right")
