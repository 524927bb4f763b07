"""Inside one step of an optimizer: the gradient, what it remembers, and what it makes of both."""

from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play

from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.lessons.lesson_04 import inside_step_figure as plots
from course_lib.lessons.lesson_04.optimizer_race import METHODS, SURFACES, best_rate, surface_of
from course_lib.optimizers import AdaGrad, Adam, Momentum, RMSprop


@dataclass
class Step:
    """One step as the optimizer took it: arrays of both weights."""

    w: np.ndarray          # before the step
    gradient: np.ndarray
    memory: list           # v, or s, or m and v, before the step …
    updated: list          # … and after it
    after: np.ndarray      # the weights after the step


def memory(optimizer):
    """Copies of what an optimizer remembers: the velocity, or s, or m and v."""
    return [getattr(optimizer, name).copy() for name in optimizer.memory]


def record(optimizer, function, start, steps):
    """Take the steps from `start` and keep what went on inside each of them."""
    w, taken = np.array(start), []
    optimizer.reset(w)
    for _ in range(steps):
        before, gradient, kept = w.copy(), function(w)[1], memory(optimizer)
        optimizer.step(w, gradient)
        taken.append(Step(before, gradient, kept, memory(optimizer), w.copy()))
    return taken


def plain(number):
    """Three digits, as they are written."""
    size = abs(number)
    form = ".0f" if 100 <= size < 1e5 else "#.3g" if size >= 1e-3 or not size else ".1g"
    return written(number, form)


def corrected(optimizer, values, t):
    """m̂ and v̂ of Adam at step t."""
    m, v = values
    return m / (1 - optimizer.beta1**t), v / (1 - optimizer.beta2**t)


def formulas(o):
    """What the optimizer does with a weight, a line each; as `numbers` gives the numbers."""
    if isinstance(o, Momentum):
        ahead = type(o) is not Momentum
        change = f"γ (g + {o.momentum:g} velocity)" if ahead else "γ velocity"
        lines = [f"velocity := {o.momentum:g} velocity + g"]
    elif isinstance(o, AdaGrad):
        change, lines = "γ g / √s", ["s := s + g²"]
    elif isinstance(o, RMSprop):
        change, lines = "γ g / √v", [f"v := {o.rho:g} v + {1 - o.rho:.2g} g²"]
    elif isinstance(o, Adam):
        change, lines = "γ m̂ / √v̂", [
            f"m := {o.beta1:g} m + {1 - o.beta1:.2g} g",
            f"v := {o.beta2:g} v + {1 - o.beta2:.2g} g²", "m̂, v̂: without the zero start"]
    else:
        change, lines = "γ g", []
    return ["slope g", *lines, f"w := w − {change}"]


def numbers(o, step, t, i):
    """The numbers of weight i to the lines of `formulas`: the slope, and before → after."""
    lines = [f"{plain(old[i])} → {plain(new[i])}"
             for old, new in zip(step.memory, step.updated, strict=True)]
    if isinstance(o, Adam):
        lines.append(", ".join(plain(value[i]) for value in corrected(o, step.updated, t)))
    return [plain(step.gradient[i]), *lines, f"{plain(step.w[i])} → {plain(step.after[i])}"]


class InsideStep(Explorer):
    """What an optimizer does with a gradient, at each step of a walk."""

    size, strip = (8, 4.6), "step"
    STEPS, PAST, MOMENTUM = 40, 8, 0.8
    SHARES = ["past gradients, faded", "this gradient", "their sum, the velocity"]
    SUM = {"remembered": "remembered", "gradient": "against the gradient", "step": "= step"}
    SCALED = {"gradient": "against the gradient", "step": "step"}
    # name -> (what the arrows are, what the bars or squares are)
    LOOKS = {
        "plain": ({"step": "step = −γ·gradient"},
                  ["nothing remembered", "this gradient", "what the step takes"]),
        "momentum": (SUM, SHARES),
        "Nesterov": (SUM, SHARES),
        "AdaGrad": (SCALED, ["area s, the sum of all", "area g², now"]),
        "RMSprop": (SCALED, ["area s, remembered", "area g², now"]),
        "Adam": ({"gradient": "against the gradient", "remembered": "direction of m̂",
                  "step": "step"}, ["area v̂, remembered", "area g², now", "area m̂²"]),
    }

    def __init__(self):
        self.runs = {}
        super().__init__(
            step=IntSlider(4, 1, self.STEPS, description="step"),
            method=Dropdown(options=list(METHODS), value="momentum", description="method"),
            surface=Dropdown(options=list(SURFACES), description="surface"),
            play=Play(min=1, max=self.STEPS, interval=400))

    def steps_of(self, method, surface):
        """The optimizer at its best learning rate, and its steps; kept for the next frame."""
        if (method, surface) not in self.runs:
            def make(rate):
                return METHODS[method](rate, self.MOMENTUM)

            optimizer = make(float(best_rate(surface, make)))
            function, start, *_ = SURFACES[surface]
            self.runs[method, surface] = optimizer, record(optimizer, function, start, self.STEPS)
        return self.runs[method, surface]

    def shares(self, optimizer, steps, t, i):
        """What each of the last gradients still counts in step t, oldest first, and the sum."""
        keep = getattr(optimizer, "momentum", 0.0)
        g = [keep ** (t - 1 - k) * steps[k].gradient[i] if k >= 0 else 0.0
             for k in range(t - 1 - self.PAST, t)]
        return [*g, (steps[t - 1].updated or [steps[t - 1].gradient])[0][i]]

    def sides(self, optimizer, step, t, i):
        """Sides of the squares: what is remembered, this gradient and, for Adam, m̂."""
        values = [array[i] for array in step.updated]
        if isinstance(optimizer, Adam):
            m, v = corrected(optimizer, values, t)
            return [np.sqrt(v), abs(step.gradient[i]), abs(m)]
        return [np.sqrt(values[0]), abs(step.gradient[i])]

    def arrows_of(self, optimizer, step, t):
        """The arrows by name, in the weights' units; all start at the weights before the step."""
        gone, rate = step.after - step.w, optimizer.learning_rate
        found = {"step": gone}
        if isinstance(optimizer, Momentum):
            twice = type(optimizer) is not Momentum  # Nesterov's v has the gradient in it, too
            from_here = -rate * step.gradient * (1 + twice * optimizer.momentum)
            found |= {"gradient": from_here, "remembered": gone - from_here}
        elif isinstance(optimizer, AdaGrad | RMSprop | Adam):
            found["gradient"] = -step.gradient
            if isinstance(optimizer, Adam):
                found["remembered"] = -step.updated[0]
        return found

    def build(self, fig):
        self.walk, self.enlarged, self.weights, self.table = plots.inside_panels(fig)
        for i in (1, 2):
            self.table[0][i].set_text(f"weight {i}")
        self.walk.set_title("the walk")
        star = draw.draw_minimum(self.walk, ([], []))
        (dot,) = self.walk.plot([], [], "o", color="white", mec="black", ms=10, zorder=7)
        self.places = [*draw.draw_path(self.walk, ms=4, lw=1.4), dot, star]
        self.shown = None, None
        return []

    def scene(self, method, surface):
        if surface != self.shown[1]:
            draw.draw_surface(self.walk, *surface_of(surface), labels=("weight 1", "weight 2"))
            self.walk.locator_params(nbins=4)
            self.places[-1].set_data(*np.reshape(SURFACES[surface][2], (2, 1)))
        if self.LOOKS[method] != self.LOOKS.get(self.shown[0]):
            self.look_of(method)
        optimizer = self.steps_of(method, surface)[0]
        said = [f"γ = {plain(optimizer.learning_rate)}", *formulas(optimizer)]
        for row, formula in zip_longest(self.table, said, fillvalue=""):
            row[0].set_text(formula)
        cells = [cell for row in self.table[1:] for cell in row[1:]]
        self.shown = method, surface
        self.moving = [*self.places, *self.arrows.values(), *sum(self.parts, []), *cells]
        self.redraw_scene()

    def look_of(self, method):
        """The arrows, and the bars or squares, of another method."""
        arrows, parts = self.LOOKS[method]
        for ax in (self.enlarged, *self.weights):
            wipe(ax)
        self.arrows = plots.draw_step(self.enlarged, arrows)
        self.squares = method in ("AdaGrad", "RMSprop", "Adam")
        if self.squares:
            self.parts = [plots.draw_squares(ax, f"weight {i}", len(parts))
                          for i, ax in enumerate(self.weights, 1)]
            looks = plots.SQUARES[:len(parts)]
        else:
            self.parts = [plots.draw_parts(ax, f"weight {i}", self.PAST)
                          for i, ax in enumerate(self.weights, 1)]
            looks = list(plots.FILLS.values())[:len(parts)]
        plots.legend_of_parts(self.weights[0], parts, looks, x=1.05)

    def move(self, step, method, surface):
        if (method, surface) != self.shown:
            self.scene(method, surface)
        optimizer, steps = self.steps_of(method, surface)
        taken, t = steps[step - 1], step
        path = np.array([s.w for s in steps[:step]] + [taken.after]).T
        for line in self.places[:2]:
            line.set_data(path)
        self.places[2].set_data(path[:, -2:-1])
        self.aim(self.arrows_of(optimizer, taken, t))
        columns = [numbers(optimizer, taken, t, i) for i in range(2)]
        for i in range(2):
            for row, number in zip_longest(self.table[1:], columns[i], fillvalue=""):
                row[i + 1].set_text(number)
            sizes = np.array(self.sides(optimizer, taken, t, i) if self.squares else
                             self.shares(optimizer, steps, t, i))
            show = plots.set_squares if self.squares else plots.set_parts
            show(self.parts[i], sizes / max(abs(sizes).max(), 1e-300))
        words = [f"{formula}: {first} and {second}" for formula, first, second in
                 zip(formulas(optimizer), *columns, strict=True)]
        return (f"Step {step} of {method} on the {surface} with γ = "
                f"{plain(optimizer.learning_rate)}, weights 1 and 2. " + "; ".join(words) + ".")

    def aim(self, found):
        """Arrows as they lie on the surface, so large that the longest just fits."""
        span = np.array([np.ptp(self.walk.get_xlim()), np.ptp(self.walk.get_ylim())])
        ends = np.array([found[name] for name in self.arrows]) / span
        lengths = np.linalg.norm(ends, axis=1, keepdims=True) + 1e-12  # less is a rounding error
        ends /= lengths if self.squares else lengths.max()  # there only the directions compare
        for (name, arrow), end in zip(self.arrows.items(), ends, strict=True):
            plots.aim(arrow, name, end)
