"""Lesson 00 to play with: the years, the number of examples, and a name read letter by letter."""

import numpy as np
from ipywidgets import Button, Dropdown, IntSlider, Play, SelectionSlider, Text
from matplotlib.patches import PathPatch

from course_lib.activations import softmax
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets.surnames import LANGUAGES, load_surnames
from course_lib.explorer.base import Explorer
from course_lib.figure.bars import outline
from course_lib.figure.style import BLACK, COLOURS, GREY, series
from course_lib.figure.wipe import wipe
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_00 import timeline
from course_lib.lessons.lesson_00.figures import LETTERS, draw_curves, draw_letters, letter_grid
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit

LENGTH = 12  # letters of a name that are read
ROWS = 1000  # few examples are repeated up to so many rows: as many steps for few as for many


def one_hot(names, length=LENGTH):
    """(names, length · 26): a 1 for each letter at its place, 0 elsewhere."""
    return np.stack([letter_grid(name, length).T.ravel() for name in names])


def standardise(X_train, X_test):
    """Both, with the mean and the standard deviation of the training columns."""
    mean, spread = X_train.mean(axis=0), X_train.std(axis=0)
    spread[spread == 0] = 1
    return (X_train - mean) / spread, (X_test - mean) / spread


def learn(X_train, y_train, X_test, *, seed=0, hidden=True, epochs=20):
    """Probabilities of the classes for X_test: the ten lines of lesson 00.

    Parameters
    ----------
    hidden : False leaves the hidden layer out: then it is logistic regression.

    Returns
    -------
    ndarray, (len(X_test), classes)
    """
    rng, classes = np.random.default_rng(seed), int(y_train.max()) + 1
    X_train, X_test = standardise(X_train, X_test)
    if hidden:
        layers = [Dense(X_train.shape[1], 64, rng=rng, initializer="he"), Activation("relu"),
                  Dense(64, classes, rng=rng)]
    else:
        layers = [Dense(X_train.shape[1], classes, rng=rng)]
    network = Network(layers)
    fit(network, X_train, y_train, cost=SoftmaxCrossEntropy(),
        optimizer=Adam(0.002 if hidden else 0.02), epochs=epochs, batch_size=64, rng=rng,
        progress=False)
    return softmax(network.predict(X_test))


def compare(task, n, *, seed):
    """Held-out accuracies after n training examples: (hand-made features, network on raw).

    Parameters
    ----------
    task : (X_train, F_train, y_train, X_test, F_test, y_test), X raw and F hand-made
    n : int
        Size of the sample of the training rows.
    """
    X_train, F_train, y_train, X_test, F_test, y_test = task
    rows = np.resize(np.random.default_rng(seed).permutation(len(y_train))[:n], max(n, ROWS))
    hand = learn(F_train[rows], y_train[rows], F_test, seed=seed, hidden=False, epochs=60)
    network = learn(X_train[rows], y_train[rows], X_test, seed=seed)
    return tuple(np.mean(p.argmax(axis=1) == y_test) for p in (hand, network))


def accuracy_by_size(tasks, sizes, *, seeds=2):
    """{name: (hand, network)}, each (seeds, sizes): what `TrainingSize` shows."""
    found = {}
    for name, task in tasks.items():
        pairs = [[compare(task, n, seed=seed) for n in sizes] for seed in range(seeds)]
        found[name] = tuple(np.moveaxis(np.array(pairs), 2, 0))
    return found


class Timeline(Explorer):
    """What was known in a year: events in four threads, the latest one in words."""

    strip = "year"
    size = (8, 4.5)

    def __init__(self):
        super().__init__(
            year=IntSlider(1986, timeline.FIRST, timeline.LAST, description="year"),
            play=Play(min=timeline.FIRST, max=timeline.LAST, interval=300),
            thread=Dropdown(options=["all", *timeline.THREADS], description="thread"),
        )

    def build(self, fig):
        space, ax = fig.subplots(2, 1, height_ratios=[1, 2.6])
        space.axis("off")
        self.head = fig.text(0.02, 0.92, "", fontsize=19, fontweight="bold", va="center")
        self.what = fig.text(0.02, 0.81, "", fontsize=17, va="center")
        self.marks = timeline.draw_axis(ax)
        self.now = ax.axvline(1986, color=COLOURS["highlight"], lw=2.5, zorder=3)
        (self.ring,) = ax.plot([], [], "o", mfc="none", mec=COLOURS["highlight"], ms=20, mew=3)
        return [self.head, self.what, *self.marks.values(), self.now, self.ring]

    def move(self, year, thread):
        events = timeline.known_by(year, thread)
        for lane, (name, marks) in enumerate(self.marks.items()):
            years = [event[0] for event in events if event[1] == lane]
            marks.set_data(years, [lane] * len(years))
            marks.set_label(name)
        self.now.set_xdata([year, year])
        era = timeline.ERAS[timeline.era_of(year)][1]
        of = len(timeline.known_by(timeline.LAST, thread))
        if not events:
            self.head.set_text(f"{year}: nothing yet")
            self.what.set_text("")
            self.ring.set_data([], [])
            return f"{year} ({era}): 0 of {of} events have happened."
        when, lane, who, what = events[-1]
        self.head.set_text(f"{when}  {who}")
        self.what.set_text(what)
        self.ring.set_data([when], [lane])
        count = "1 event has" if len(events) == 1 else f"{len(events)} events have"
        return f"{year} ({era}): {count} happened of {of}. Latest: {when}, {who}. {what}"


class TrainingSize(Explorer):
    """How many examples the network needs to pass the features that a person made.

    Parameters
    ----------
    tasks : dict of name → task, see `compare`
    curves : what `accuracy_by_size(tasks, sizes)` gave; computed when left out
    """

    strip = "examples"
    size = (8, 4.3)

    def __init__(self, tasks, sizes=(30, 100, 300, 1000), curves=None):
        self.tasks, self.sizes = tasks, tuple(sizes)
        self.curves = curves or accuracy_by_size(tasks, sizes)
        self.tried, self.seed, self.drawn = {name: [] for name in tasks}, 100, None
        super().__init__(
            examples=SelectionSlider(options=self.sizes, value=self.sizes[1],
                                     description="training examples"),
            data=Dropdown(options=list(tasks), description="data"),
            again=Button(description="Train on other examples", layout={"width": "auto"}),
        )

    def build(self, fig):
        self.ax = fig.subplots()
        self.scene(next(iter(self.tasks)))
        return self.moving

    def scene(self, data):
        """Draw the curves of a data set."""
        wipe(self.ax)
        draw_curves(self.ax, self.sizes, *self.curves[data])
        self.ax.legend(loc="lower center")
        self.ax.set_title(data)
        self.now = self.ax.axvline(self.sizes[0], color=GREY, lw=2)
        self.dots = [self.ax.plot([], [], series(n)["marker"], color=series(n)["color"], ms=14,
                                  mec=BLACK, mew=2)[0] for n in (1, 0)]
        self.extra = [self.ax.plot([], [], series(n)["marker"], mfc="none",
                                   mec=series(n)["color"], ms=10, mew=2)[0] for n in (1, 0)]
        self.moving = [self.now, *self.extra, *self.dots]
        self.drawn = data

    def move(self, examples, data):
        if data != self.drawn:
            self.scene(data)
            self.redraw_scene()
        self.now.set_xdata([examples, examples])
        column = self.sizes.index(examples)
        means = [values[:, column].mean() for values in self.curves[data]]
        for which in range(2):
            self.dots[which].set_data([examples], [means[which]])
            self.extra[which].set_data([trial[0] for trial in self.tried[data]],
                                       [trial[1 + which] for trial in self.tried[data]])
        hand, network = means
        better = ("about equal" if abs(hand - network) < 0.015 else
                  "the network is ahead" if network > hand else "the hand-made features are ahead")
        return (f"{data}, {examples:,} training examples: hand-made features {hand:.2f}, network "
                f"on raw inputs {network:.2f}; {better}.")

    def again(self):
        """Train both on another sample of the present size; the results stay as hollow marks."""
        data, examples = self.values["data"], self.values["examples"]
        self.seed += 1
        pair = compare(self.tasks[data], examples, seed=self.seed)
        self.tried[data].append((examples, *pair))


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
        rng = np.random.default_rng(seed)
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
        """Of the languages, for a name in the letters a to z; what is not a letter is left out."""
        letters = "".join(letter for letter in name.lower() if "a" <= letter <= "z")
        X = (one_hot([letters]) - self.mean) / self.spread
        return letters, softmax(self.network.predict(X))[0]

    def move(self, name, letters):
        typed = "".join(letter for letter in name.lower() if "a" <= letter <= "z")
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
