"""Inside the network that reads a digit: one neuron at a time, while you draw."""

import numpy as np
from ipywidgets import Button, Dropdown, FloatSlider, IntSlider
from matplotlib.patches import PathPatch, Rectangle

from course_lib.activations import relu, softmax
from course_lib.datasets.digits import load_digits
from course_lib.explorer.base import Explorer
from course_lib.explorer.drawing import SEVEN, Drawing
from course_lib.figure.bars import outline
from course_lib.figure.images import INK, bare
from course_lib.figure.style import BLACK, COLOURS, DIVERGING, GREY, ORANGE
from course_lib.layers import Dense

SIDE, GAP = 8, 3  # pixels of a tile, and between two
DRAWN = "your drawing"
LIKED = 6


class Insides:
    """What each hidden neuron of a digit network answers to.

    Parameters
    ----------
    network : Flatten, then Dense layers with relu between them
    """

    def __init__(self, network):
        self.layers = [layer for layer in network.layers if isinstance(layer, Dense)]
        self.sizes = [layer.W.shape[1] for layer in self.layers[:-1]]
        X, _, self.images, self.digit = load_digits()
        X = X.reshape(len(X), -1).astype(float)
        self.said = [self.forward(x)[0] for x in self.images.reshape(-1, 64).astype(float)]
        # A weight on a pixel that never has ink says nothing; count each as often as it matters.
        self.features = [(self.layers[0].W * X.std(axis=0)[:, None]).T.reshape(-1, SIDE, SIDE)]
        self.features += [self.favourites(layer) for layer in range(1, len(self.sizes))]

    def forward(self, x, without=None):
        """([the answers of each hidden layer], the score of each digit) for one row of pixels.

        without : (layer, neuron) whose answer is put to 0
        """
        hidden = []
        for n, layer in enumerate(self.layers[:-1]):
            x = relu(x @ layer.W + layer.b)
            if without and without[0] == n:
                x[without[1]] = 0
            hidden.append(x)
        return hidden, x @ self.layers[-1].W + self.layers[-1].b

    def answers(self, layer):
        """(test images, neurons): what the neurons of a hidden layer say to each test image."""
        return np.stack([hidden[layer] for hidden in self.said])

    def favourites(self, layer, count=20):
        """For each neuron: the mean of the test images it answers to most, minus that of all."""
        said = self.answers(layer)
        best = np.argsort(-said, axis=0, kind="stable")[:count]
        alive = said.any(axis=0)[:, None, None]  # a dead neuron likes nothing
        return alive * (self.images[best].mean(axis=0) - self.images.mean(axis=0))

    def liked(self, layer, neuron, count=LIKED):
        """Indices of the test images that the neuron answers to most."""
        return np.argsort(-self.answers(layer)[:, neuron], kind="stable")[:count]

    def place(self, number):
        """(layer, neuron) of the number 1, 2, … that counts through all hidden neurons."""
        layer, number = 0, number - 1
        while number >= self.sizes[layer]:
            number, layer = number - self.sizes[layer], layer + 1
        return layer, number


def tiles(images, columns):
    """Small pictures (n, 8, 8) side by side in one, each by its own largest number; nan between."""
    step = SIDE + GAP
    page = np.full((len(images) // columns * step, columns * step), np.nan)
    for n, image in enumerate(images):
        row, column = divmod(n, columns)
        page[row * step:row * step + SIDE, column * step:column * step + SIDE] = (
            image / max(np.abs(image).max(), 1e-9))
    return page


class DigitNeurons(Drawing):
    """Choose a hidden neuron: what it looks for, the digits it likes, and what it does now.

    Parameters
    ----------
    network : a digit network with two hidden layers, see `Insides`
    """

    size, strip, columns = (8.6, 5.0), "neuron", (8, 4)

    def __init__(self, network):
        self.network, self.inside = network, Insides(network)
        self.strokes, self.given, self.pressed = [list(stroke) for stroke in SEVEN], None, False
        firsts = [int(np.flatnonzero(self.inside.digit == d)[0]) for d in range(10)]
        Explorer.__init__(
            self,
            neuron=IntSlider(42, 1, sum(self.inside.sizes), description="neuron",
                             layout={"width": "420px"}),
            show=Dropdown(options=[(DRAWN, -1), *((f"a {d}", n) for d, n in enumerate(firsts))],
                          description="look at"),
            pen=FloatSlider(0.12, min=0.06, max=0.24, step=0.02, description="pen"),
            clear=Button(description="Clear"),
            example=Button(description="Example"),
        )
        self.pad = self.make_pad()
        self.children[0].children = (self.pad, *self.children[0].children)
        self.redraw_pad()

    def pen_up(self, *_):
        """The mouse was let go: the drawing is what is looked at."""
        if self.pressed:
            self.pressed = False
            self.drawn()

    def upload(self, files):
        super().upload(files)
        self.drawn()

    def clear(self):
        super().clear()
        self.controls["show"].value = -1

    def example(self):
        super().example()
        self.controls["show"].value = -1

    def drawn(self):
        """Show the drawing, also where a digit of the test set was shown before."""
        if self.controls["show"].value != -1:
            self.controls["show"].value = -1
        else:
            self.frame()

    # The picture -------------------------------------------------------------------------------
    def build(self, fig):
        fig.set_layout_engine("none")  # every place is given in inches

        def axes(left, low, width, height, title=""):
            ax = fig.add_axes([left / self.size[0], low / self.size[1],
                               width / self.size[0], height / self.size[1]])
            bare(ax)
            ax.set_title(title, fontsize=13, pad=5)
            return ax

        self.pictures, self.titles = [], []
        for n, cmap in enumerate((INK, DIVERGING, DIVERGING)):
            ax = axes(0.1 + 1.65 * n, 3.2, 1.5, 1.5)
            self.pictures.append(ax.imshow(np.zeros((SIDE, SIDE)), cmap=cmap, extent=(0, 8, 8, 0),
                                           vmin=-1 if n else 0, vmax=1))
            ax.add_patch(Rectangle((0, 0), 8, 8, fill=False, ec=GREY))
            self.titles.append(ax.text(4, -0.4, "input" if n == 0 else "", ha="center",
                                       va="bottom", fontsize=13))
        self.bars_and_votes(fig)
        step, self.levels, self.walls, left, first = SIDE + GAP, [], [], 0.1, 1
        for name, features, columns, count in zip(("first", "second"), self.inside.features,
                                                  self.columns, self.inside.sizes, strict=True):
            width, rows = 0.54 * columns, count // columns
            ax = axes(left, 0.08, width, 0.54 * rows, f"{name} hidden layer: {count}")
            ax.imshow(tiles(features, columns), cmap=DIVERGING, vmin=-1, vmax=1,
                      interpolation="nearest", extent=(0, columns * step, rows * step, 0))
            ax.set(xlim=(-1, columns * step - 1), ylim=(rows * step - 0.2, -1.2))
            for k in range(count):
                row, column = divmod(k, columns)
                ax.text(column * step + SIDE + 1.3, row * step + SIDE + 1.2, str(first + k),
                        fontsize=7, ha="center", va="center")
            first += count
            self.levels.append(ax.add_patch(PathPatch(outline([], []), fc=BLACK, lw=0)))
            self.walls.append(ax)
            left += width + 0.12
        self.ring = [ax.add_patch(Rectangle((0, 0), SIDE + 1, SIDE + 1, fill=False,
                                            ec=COLOURS["highlight"], lw=3)) for ax in self.walls]
        ax = axes(left + 0.1, 0.08, 1.4, 2.1, "likes best")
        self.best = ax.imshow(np.zeros((3 * step, 2 * step)), cmap=INK, vmin=0, vmax=1,
                              interpolation="nearest", extent=(0, 2 * step, 3 * step, 0))
        return [*self.pictures, *self.titles, *self.bars, self.votes, *self.levels, *self.ring,
                self.best]

    def bars_and_votes(self, fig):
        """The network's answer, and under it what the neuron adds to the score of each digit."""
        answer, votes = (fig.add_axes([0.66, low, 0.33, height])
                         for low, height in ((0.77, 0.155), (0.56, 0.155)))
        self.bars = answer.bar(range(10), np.zeros(10), color=COLOURS["model"])
        answer.set(ylim=(0, 1.05), xticks=[], yticks=[0, 1])
        answer.set_title("the network's answer", fontsize=13, pad=4)
        self.votes = votes.add_patch(PathPatch(outline([], []), fc=ORANGE, ec=BLACK, lw=1))
        votes.axhline(0, color=BLACK, lw=1)
        votes.set(xlim=answer.get_xlim(), ylim=(-1.1, 1.1), xticks=range(10), yticks=[-1, 1],
                  yticklabels=["against", "for"])
        votes.tick_params(axis="x", length=0)
        votes.spines["bottom"].set_visible(False)
        votes.set_title("votes of this neuron", fontsize=13, pad=4)

    def pointed(self, x, y):
        """The neuron whose tile is at a place of the picture."""
        first, step = 1, SIDE + GAP
        for ax, columns, size in zip(self.walls, self.columns, self.inside.sizes, strict=True):
            if ax.bbox.contains(x, y):
                column, row = np.floor(ax.transData.inverted().transform((x, y)) / step).astype(int)
                number = row * columns + column
                if 0 <= column < columns and 0 <= number < size:
                    return {"neuron": int(first + number)}
            first += size
        return None

    def move(self, neuron, show, pen):
        inside = self.inside
        layer, n = inside.place(neuron)
        image = self.digit(pen) if show == -1 else inside.images[show]
        hidden, z = inside.forward(image.ravel().astype(float))
        votes = z - inside.forward(image.ravel().astype(float), (layer, n))[1]
        before = hidden[layer - 1] if layer else image.ravel()
        gets = before * inside.layers[layer].W[:, n]
        for picture, values in zip(self.pictures, (image, inside.features[layer][n],
                                                   gets.reshape(-1, SIDE)), strict=True):
            most = 1 if picture is self.pictures[0] else np.abs(values).max()
            picture.set_data(values / max(most, 1e-9))
        self.titles[1].set_text("its favourites" if layer else "its weights")
        self.titles[2].set_text("× first layer" if layer else "× input")
        p = softmax(z) if image.any() else np.zeros(10)
        for digit, (bar, height) in enumerate(zip(self.bars, p, strict=True)):
            bar.set_height(height)
            bar.set_facecolor(COLOURS["highlight" if digit == p.argmax() else "model"])
        self.votes.set_path(outline(range(10), votes / max(np.abs(votes).max(), 1e-9)))
        self.mark(hidden, layer, n)
        liked = inside.liked(layer, n)
        alive = inside.answers(layer)[:, n].any()
        self.best.set_data(np.nan_to_num(tiles(inside.images[liked] * alive, 2)))
        name = f"Neuron {n + 1} of the {('first', 'second')[layer]} hidden layer"
        answer = (f"The network takes this for a {p.argmax()} with probability {p.max():.2f}. "
                  if image.any() else "The pad is empty: press the mouse and draw a digit. ")
        if not alive:
            return (f"{answer}{name} is a dead neuron: it says 0 to every test digit.")
        likes = ("It answers most to these test digits: "
                 f"{', '.join(map(str, inside.digit[liked]))}.")
        if hidden[layer][n] == 0:
            return f"{answer}{name} says 0 to this picture. {likes}"
        return (f"{answer}{name} says {hidden[layer][n]:.1f}: it speaks most for "
                f"{votes.argmax()} and most against {votes.argmin()}. {likes}")

    def mark(self, hidden, layer, n):
        """A bar under each tile as long as its neuron's answer, and a frame around the chosen."""
        step = SIDE + GAP
        for k, (said, columns) in enumerate(zip(hidden, self.columns, strict=True)):
            row, column = np.divmod(np.arange(len(said)), columns)
            self.levels[k].set_path(outline(
                row * step + SIDE + 1.2, SIDE * said / max(said.max(), 1e-9), width=1.4,
                base=column * step, horizontal=True))
            self.ring[k].set_visible(k == layer)
            self.ring[k].set_xy((n % columns * step - 0.5, n // columns * step - 0.5))
