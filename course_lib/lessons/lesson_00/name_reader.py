"""Type a name: a network says from which list it is, letter by letter."""

import numpy as np
from ipywidgets import IntSlider, Play, Text
from matplotlib.patches import PathPatch

from course_lib.activations import softmax
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets.surnames import LANGUAGES, fold, load_surnames
from course_lib.explorer.base import Explorer
from course_lib.figure.bars import outline
from course_lib.figure.style import BLACK, COLOURS
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_00.figures import LETTERS, draw_letters, letter_grid
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit

LENGTH = 12  # letters of a name that are read


def one_hot(names, length=LENGTH):
    """(names, length · 26): a 1 for each letter at its place, 0 elsewhere."""
    return np.stack([letter_grid(name, length).T.ravel() for name in names])


class NameReader(Explorer):
    """Type a name, let the network read it letter by letter, and watch it change its mind."""

    strip = "letters"
    size = (8, 4.3)

    def __init__(self, seed=0):
        table = load_surnames()
        train = table[table.split == "train"]
        X = one_hot(train.surname)
        self.mean, self.spread = X.mean(axis=0), X.std(axis=0)
        self.spread[self.spread == 0] = 1
        rng = np.random.default_rng(seed)  # as in the ten lines, but the network is kept
        self.network = Network([Dense(LENGTH * 26, 64, rng=rng, initializer="he"),
                                Activation("relu"), Dense(64, len(LANGUAGES), rng=rng)])
        y = np.array([LANGUAGES.index(language) for language in train.language])
        fit(self.network, (X - self.mean) / self.spread, y, cost=SoftmaxCrossEntropy(),
            optimizer=Adam(0.002), epochs=10, batch_size=64, rng=rng, progress=False)
        super().__init__(
            name=Text("marchetti", description="name"),
            letters=IntSlider(LENGTH, 0, LENGTH, description="letters read"),
            play=Play(min=0, max=LENGTH, interval=600),
        )

    def build(self, fig):
        grid, bars = fig.subplots(1, 2, width_ratios=[1.15, 1])
        draw_letters(grid, "", LENGTH)
        self.cells = grid.add_patch(PathPatch(outline([], []), facecolor=BLACK, lw=0))
        grid.set(xticks=[], ylabel="letter", title="what it gets: 0 and 1")
        self.letters = [grid.text(place, 26.6, "", ha="center", va="center", fontsize=17)
                        for place in range(LENGTH)]
        self.others = bars.add_patch(PathPatch(outline([], []), fc=COLOURS["model"], lw=0))
        (self.best,) = bars.barh([0], [0], height=0.7, fc=COLOURS["highlight"], ec=BLACK, lw=2.5)
        bars.set(yticks=range(len(LANGUAGES)), yticklabels=LANGUAGES, xlim=(0, 1.16),
                 xticks=[0, 0.5, 1], ylim=(len(LANGUAGES) - 0.5, -0.5),
                 xlabel="probability", title="what it says")
        bars.tick_params(axis="y", length=0, labelsize=14)
        self.numbers = [bars.text(0, n, "", va="center", fontsize=13)
                        for n in range(len(LANGUAGES))]
        return [self.cells, *self.letters, self.others, self.best, *self.numbers]

    def probabilities(self, name):
        """(the name as the network gets it, the probability of each language)."""
        letters = fold(name)
        X = (one_hot([letters]) - self.mean) / self.spread
        return letters, softmax(self.network.predict(X))[0]

    def move(self, name, letters):
        typed = fold(name)
        read, p = self.probabilities(typed[:letters])
        rows = [LETTERS.index(letter) - 0.5 for letter in read]
        self.cells.set_path(outline(range(len(read)), np.ones(len(read)), width=1, base=rows))
        for place, text in enumerate(self.letters):
            text.set_text(read[place] if place < len(read) else "")
        best = int(p.argmax())
        others = np.delete(np.arange(len(p)), best)
        self.others.set_path(outline(others, p[others], width=0.7, horizontal=True))
        self.best.set(width=p[best], y=best - 0.35)
        for n, number in enumerate(self.numbers):
            number.set(x=p[n] + 0.02, text=f"{p[n]:.0%}", fontweight="bold" if n == best else None)
        shown = f"“{read}”" if read else "no letter"
        return (f"After {shown} ({len(read)} of {len(typed)} letters) the network says "
                f"{LANGUAGES[best]} with {p[best]:.0%}.")
