"""What a trained network sees in an image: all of its maps, and which part the answer hangs on."""

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play
from matplotlib.collections import LineCollection
from matplotlib.transforms import IdentityTransform

from course_lib.activations import softmax
from course_lib.explorer.base import Explorer
from course_lib.figure.pixels import Images, coloured, page, paper, write
from course_lib.figure.style import SEQUENTIAL
from course_lib.lessons.lesson_07 import feature_maps_figure as scene
from course_lib.lessons.lesson_07 import figures as plots
from course_lib.lessons.lesson_07.channel_sum import window_terms

KINDS = {"Conv2D": "conv", "MaxPool2D": "pool", "Activation": "relu", "Dense": "dense"}


def stages(network, X):
    """{name: (layer, what goes in, what comes out)}, layer by layer, for a batch of images."""
    found, counts, maps = {}, {}, X
    for layer in network.layers:
        Y = np.array(layer.forward(X))
        if kind := KINDS.get(type(layer).__name__):
            counts[kind] = counts.get(kind, 0) + 1
            name = kind if kind == "dense" else f"{kind} {counts[kind]}"
            found[name] = layer, maps, Y
            maps = Y
        X = Y
    return found


class WholeNetwork(Explorer):
    """Every map of every layer for one picture; a chosen map, what feeds it, and its numbers."""

    strip = "map"
    size = scene.WIDTH / 120, scene.HEIGHT / 120

    def __init__(self, network, X, y, class_names):
        self.X, self.y, self.class_names = X, y, class_names
        self.stages = stages(network, X)
        self.Z = self.stages["dense"][2].astype(float)
        self.p = softmax(self.Z)
        counts = {"image": 1, **{name: Y.shape[1] for name, (_, _, Y) in self.stages.items()},
                  "softmax": len(class_names)}
        self.before = dict(zip(list(counts)[1:], counts, strict=False))
        self.counts, self.boxes, self.kept = counts, scene.places(counts), (None, None)
        super().__init__(
            map=IntSlider(4, 0, max(counts.values()) - 1, description="map"),
            play=Play(value=4, min=0, max=max(counts.values()) - 1, interval=700),
            layer=Dropdown(options=list(counts)[1:], value="conv 2", description="layer"),
            image=IntSlider(9, 0, len(X) - 1, description="image"),
        )
        self.controls["image"].layout.width = "300px"

    def build(self, fig):
        self.painting = fig.add_artist(Images())
        self.lines = fig.add_artist(LineCollection([], transform=IdentityTransform(), alpha=0.65,
                                                   zorder=2))
        return [self.painting, self.lines]

    def tiles(self, image):
        """{(layer, map): colours} of all maps; after a convolution, its scale is kept."""
        if self.kept[0] != image:
            tiles = {("image", 0): scene.ink(self.X[image, 0])}
            for name, (layer, _, Y) in self.stages.items():
                if hasattr(layer, "W"):
                    limit = np.quantile(np.abs(Y[image]), 0.98) + 1e-9
                colours = coloured(Y[image].reshape(self.counts[name], *(Y.shape[2:] or (1, 1))),
                                   limit)
                tiles |= {(name, n): tile for n, tile in enumerate(colours)}
            self.kept = image, tiles
        return self.kept[1]

    def move(self, map, layer, image):
        unit, tiles = map % self.counts[layer], self.tiles(image)
        picture = paper(scene.WIDTH, scene.HEIGHT)
        scene.draw_overview(picture, self.boxes, tiles, (layer, unit))
        scene.draw_answers(picture, self.boxes, self.class_names, self.p[image], self.y[image])
        draw = self.softmax_of if layer == "softmax" else self.sum_of
        sources, terms, title, sentence = draw(picture, layer, unit, image, tiles)
        write(picture, title, 8, 322, 18, bold=True, align=0)
        write(picture, sentence, 8, scene.LINE, 20, align=0)
        self.painting.cells = page(picture)
        self.connect(layer, unit, sources, terms)
        answer, truth = self.p[image].argmax(), self.class_names[self.y[image]]
        return (f"Image {image}, a {truth}, taken for a {self.class_names[answer]} "
                f"({self.p[image, answer]:.2f}). {title}: {sentence}")

    def connect(self, layer, unit, sources, terms):
        """Lines to the chosen map from the maps that feed it."""
        x, y, _, height = self.boxes[layer, unit]
        ends = []
        for n in sources:
            left, top, width, high = self.boxes[self.before[layer], n]
            ends.append([(left + width, scene.HEIGHT - top - high / 2),
                         (x, scene.HEIGHT - y - height / 2)])
        colours, widths = scene.line_looks(terms)
        self.lines.set(segments=ends, color=colours, linewidth=widths)

    def sum_of(self, picture, name, unit, image, tiles):
        """Draw how a map is made; return what feeds it, what each adds, a title, a sentence."""
        layer, A, Y = self.stages[name]
        A, Y, source = A[image], Y[image, unit].astype(float), self.before[name]
        place = np.unravel_index(Y.argmax(), Y.shape)
        value = scene.number(Y[place])
        scene.draw_big(picture, tiles[name, unit], place, value)
        if name.startswith(("pool", "relu")):
            return self.one_to_one(picture, name, unit, A, place, value, tiles)
        maps = [tiles[source, n] for n in range(len(A))]
        if name == "dense":
            weights = layer.W[:, unit].reshape(A.shape).astype(float)
            terms = (A * weights).sum(axis=(1, 2))
            title = f"dense, {self.class_names[unit]}: {len(A)} maps, a weight for every pixel"
            sentence = f"{A.size:,} products"
            scene.draw_shelf(picture, maps, None, weights, terms)
        else:
            window, pixels, terms = window_terms(layer, A, unit, place)
            title = f"{name}, map {unit}: {len(A)} maps × a kernel each, and one bias"
            sentence = f"at row {place[0]}, column {place[1]}: {pixels.size} products"
            if len(A) == 1:
                title = f"{name}, map {unit}: the image × its kernel, and one bias"
                scene.draw_one(picture, maps[0], window, pixels[0], layer.W[unit, 0])
            else:
                scene.draw_shelf(picture, maps, window, layer.W[unit], terms)
        total = terms.sum()
        sentence += (f" add up to {scene.number(total)}; with the bias "
                     f"{scene.number(layer.b[unit])}: {value}")
        return range(len(A)), terms, title, sentence

    def one_to_one(self, picture, name, unit, A, place, value, tiles):
        """Pooling and rectifier: one map in, one out."""
        row, column = place
        size = 2 if name.startswith("pool") else 1
        window = A[unit, size * row:size * (row + 1), size * column:size * (column + 1)]
        source = tiles[self.before[name], unit]
        scene.draw_one(picture, source, (size * row, size * column, size), window)
        if size == 2:
            title = f"{name}, map {unit}: of each 2 × 2 pixels the largest"
            values = ", ".join(map(scene.number, window.ravel()))
            sentence = f"the largest of {values} is {value}"
        else:
            title = f"{name}, map {unit}: what is below 0 becomes 0"
            sentence = f"max(0, {scene.number(window[0, 0])}) = {value}"
        return [unit], [0], title, sentence

    def softmax_of(self, picture, name, unit, image, tiles):
        """The answers: exponentials, and their shares."""
        z, p = self.Z[image], self.p[image]
        scene.draw_softmax(picture, self.class_names, z, p, unit)
        title = f"softmax, {self.class_names[unit]}: its exponential, over the sum of all ten"
        top, total = scene.number(np.exp(z[unit])), scene.number(np.exp(z).sum())
        sentence = (f"e to the {scene.number(z[unit])} is {top}; all ten together {total}; "
                    f"{top} ÷ {total} = {p[unit]:.2f}")
        return range(len(z)), np.zeros(len(z)), title, sentence

    def pointed(self, x, y):
        """A map of the overview is chosen; below, a map that feeds the chosen one."""
        y, layer = scene.HEIGHT - y, self.values["layer"]
        at = scene.find(self.boxes, x, y)
        if at is None and layer != "softmax" and self.before[layer] != "image":
            at = self.on_shelf(x, y, layer)
        return None if at is None or at[0] == "image" else {"layer": at[0], "map": at[1]}

    def on_shelf(self, x, y, layer):
        """The map that feeds the chosen one and is drawn at a place below, or None."""
        single = layer.startswith(("pool", "relu"))
        unit, n = self.values["map"] % self.counts[layer], self.counts[self.before[layer]]
        boxes = scene.shelf(1 if single else n)
        at = scene.find({n: (*box, box[2]) for n, box in enumerate(boxes)}, x, y)
        return None if at is None else (self.before[layer], unit if single else at)


def show_answer(bars, probabilities, truth):
    """Set the bars of ``plots.draw_answers``; the true class is green and hatched."""
    for label, (bar, p) in enumerate(zip(bars, probabilities, strict=True)):
        bar.set_width(p)
        bar.set_facecolor(plots.COLOURS["target" if label == truth else "model"])
        bar.set_hatch("//" if label == truth else None)


class Occlusion(Explorer):
    """A grey patch covers part of an image: where it lowers the right probability, it matters."""

    strip = "place"
    places = 7  # a row

    def __init__(self, network, X, y, class_names):
        self.network, self.X, self.y, self.class_names, self.kept = network, X, y, class_names, {}
        self.p, n = softmax(network.predict(X).astype(float)), self.places ** 2
        super().__init__(
            place=IntSlider(24, 0, n - 1, description="place of the patch"),
            play=Play(value=24, min=0, max=n - 1, interval=150),
            image=IntSlider(3, 0, len(X) - 1, description="image"),
            size=Dropdown(options=[4, 8, 12], value=8, description="patch"),
        )
        self.controls["image"].layout.width = "300px"

    def corners(self, size):
        """(row, column) of the patch's upper left corner, place by place."""
        last = self.X.shape[-1] - size
        steps = np.rint(np.linspace(0, last, self.places)).astype(int)
        return [(row, column) for row in steps for column in steps]

    def covered(self, image, size):
        """The image with the patch in each place, and the network's probabilities."""
        if (image, size) not in self.kept:
            X = np.repeat(self.X[image:image + 1], self.places ** 2, axis=0)
            for x, (row, column) in zip(X, self.corners(size), strict=True):
                x[:, row:row + size, column:column + size] = 0.5
            self.kept[image, size] = X, softmax(self.network.predict(X).astype(float))
        return self.kept[image, size]

    def build(self, fig):
        left, self.middle, right = fig.subplots(1, 3, width_ratios=[1.5, 1.6, 0.9])
        plots.bare(left, "what the network gets")
        self.picture_of = left.imshow(self.X[0, 0], cmap=plots.INK, vmin=0, vmax=1)
        self.frame_of = left.add_patch(plots.Rectangle((0, 0), 1, 1, fill=False, lw=2.5,
                                                       ec=plots.COLOURS["highlight"]))
        plots.bare(self.middle, "P(true class), patch there")
        self.heat = self.middle.imshow(np.zeros((self.places, self.places)), vmin=0, vmax=1,
                                       cmap=SEQUENTIAL)
        fig.colorbar(self.heat, ax=self.middle, location="bottom", shrink=0.8, aspect=30)
        (self.here,) = self.middle.plot([], [], "s", ms=20, mfc="none", mew=3,
                                        mec=plots.COLOURS["highlight"])
        self.bars = plots.draw_answers(right, self.class_names)
        return [self.picture_of, self.frame_of, self.heat, self.here, *self.bars]

    def move(self, place, image, size):
        X, p = self.covered(image, size)
        truth = self.y[image]
        row, column = self.corners(size)[place]
        self.picture_of.set_data(X[place, 0])
        self.frame_of.set_bounds(column - 0.5, row - 0.5, size, size)
        self.heat.set_data(p[:, truth].reshape(self.places, self.places))
        self.here.set_data([place % self.places], [place // self.places])
        show_answer(self.bars, p[place], truth)
        name = self.class_names[truth]
        return (f"Image {image}, a {name}: P({name}) is {self.p[image, truth]:.2f} in full view, "
                f"{p[place, truth]:.2f} with the {size} × {size} patch here (the network says "
                f"{self.class_names[p[place].argmax()]}), {p[:, truth].min():.2f} in the worst "
                "place.")

    def pointed(self, x, y):
        """The patch comes to where the image is touched, or to a square of the map beside it."""
        corners = np.array(self.corners(self.values["size"]))
        if self.middle.contains_point((x, y)):
            corners, size = np.indices((self.places, self.places)).reshape(2, -1).T, 1
        elif self.picture_of.axes.contains_point((x, y)):
            size = self.values["size"]
        else:
            return None
        ax = self.middle if size == 1 else self.picture_of.axes
        column, row = ax.transData.inverted().transform((x, y))
        far = corners + (size - 1) / 2 - (row, column)
        return {"place": int((far**2).sum(axis=1).argmin())}
