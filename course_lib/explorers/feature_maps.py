"""What a trained network sees in an image: its feature maps, and which part the answer hangs on."""

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play

from course_lib.activations import softmax
from course_lib.explorers.base import Explorer
from course_lib.layers import Flatten
from course_lib.plots import convolution as plots
from course_lib.plots.style import SEQUENTIAL


def pages(network, X):
    """{name: maps (image, channel, height, width)} of every layer before the image is flattened."""
    found, counts = {}, {}
    for layer in network.layers:
        X = layer.forward(X)
        if isinstance(layer, Flatten) or X.ndim != 4:
            break
        kind = {"Conv2D": "convolution", "MaxPool2D": "pooling", "AveragePool2D": "pooling",
                "Activation": "rectifier", "BatchNorm": "normalisation"}.get(
                    type(layer).__name__, type(layer).__name__)
        counts[kind] = counts.get(kind, 0) + 1
        found[f"{kind} {counts[kind]}"] = np.array(X)
    return found


def show_answer(bars, probabilities, truth):
    """Set the bars of ``plots.draw_answers``; the true class is green and hatched."""
    for label, (bar, p) in enumerate(zip(bars, probabilities, strict=True)):
        bar.set_width(p)
        bar.set_facecolor(plots.COLOURS["target" if label == truth else "model"])
        bar.set_hatch("//" if label == truth else None)


class FeatureMaps(Explorer):
    """An image, what each layer makes of it, a map a channel, and the network's answer."""

    strip = "image"

    def __init__(self, network, X, y, class_names):
        self.X, self.y, self.class_names, self.shown = X, y, class_names, None
        self.maps, self.p = pages(network, X), softmax(network.predict(X).astype(float))
        super().__init__(
            image=IntSlider(9, 0, len(X) - 1, description="image"),
            play=Play(value=9, min=0, max=len(X) - 1, interval=700),
            layer=Dropdown(options=list(self.maps), value=list(self.maps)[1], description="after"),
        )

    def build(self, fig):
        left, self.middle, right = fig.subplots(1, 3, width_ratios=[1.1, 2.3, 0.8])
        plots.bare(left, "image")
        self.picture_of = left.imshow(self.X[0, 0], cmap=plots.INK, vmin=0, vmax=1)
        self.bars = plots.draw_answers(right, self.class_names)
        return []

    def move(self, image, layer):
        maps = self.maps[layer][image]
        if self.shown != layer:
            self.shown = layer
            self.middle.clear()
            channels, height, width = maps.shape
            columns = int(np.ceil(np.sqrt(channels)))
            plots.bare(self.middle, f"{channels} maps of {height} × {width}")
            self.columns = columns
            self.mosaic = self.middle.imshow(plots.mosaic(maps, columns), cmap=SEQUENTIAL)
            self.moving = [self.picture_of, self.mosaic, *self.bars]
            self.redraw_scene()
        picture = plots.mosaic(maps, self.columns)
        self.mosaic.set_data(picture)
        self.mosaic.set_clim(np.nanmin(picture), np.nanmax(picture) + 1e-9)
        self.picture_of.set_data(self.X[image, 0])
        p, truth = self.p[image], self.y[image]
        show_answer(self.bars, p, truth)
        quiet = np.sum(maps.max(axis=(1, 2)) <= 0)
        return (f"Image {image} is a {self.class_names[truth]}; the network says "
                f"{self.class_names[p.argmax()]} with probability {p.max():.2f}. After {layer}: "
                f"{len(maps)} maps of {maps.shape[1]} × {maps.shape[2]}, {quiet} of them silent "
                "(nowhere above 0).")


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
