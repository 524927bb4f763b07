"""How many examples the network needs to overtake the features that a person made."""

from ipywidgets import Button, Dropdown, SelectionSlider

from course_lib.explorer.base import Explorer
from course_lib.figure.style import BLACK, GREY, series
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_00.figures import draw_curves
from course_lib.lessons.lesson_00.learning import SIZES, accuracy_by_size, compare


class TrainingSize(Explorer):
    """How many examples the network needs to pass the features that a person made.

    Parameters
    ----------
    tasks : dict of name → task, see `compare`
    curves : what `accuracy_by_size(tasks, sizes)` gave; computed when left out
    """

    strip = "examples"
    size = (8, 4.3)

    def __init__(self, tasks, sizes=SIZES, curves=None):
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
