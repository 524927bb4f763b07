"""Going down with noise: the gradients of mini-batches, and their race with all rows."""

import numpy as np
from ipywidgets import Button, Checkbox, Dropdown, IntSlider, Play, SelectionSlider

from course_lib.costs import Quadratic
from course_lib.explorer.base import Explorer
from course_lib.figure import style
from course_lib.figure.style import COLOURS
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.lessons.lesson_04.descent import costs_at, neuron, surface, walk
from course_lib.optimizers import GradientDescent


class GradientNoise(Explorer):
    """Gradients of random mini-batches around the gradient of all rows."""

    size, strip = (8, 4), "batch_size"
    DRAWS, SHOWN = 2000, 400

    def __init__(self, x, y):
        """x: standardised input, y: target, both (n,) with n a power of two."""
        n = len(x)
        self.sizes = [2**k for k in range(int(np.log2(n)) + 1)]
        best = [np.mean(x * y), np.mean(y)]  # of a standardised input
        places = {"at the start": [0.0, 0.0], "at the minimum": best}
        self.rows = {name: self.row_gradients(w, x[:, None], y[:, None])
                     for name, w in places.items()}
        self.seed = 0
        self.sample()
        super().__init__(
            batch_size=SelectionSlider(options=self.sizes, value=1, description="batch size B"),
            place=Dropdown(options=list(places), description="gradient"),
            draw_again=Button(description="Draw again"))

    def row_gradients(self, w, X, y):
        """∇Fᵢ of each row, (n, 2), by forward and backward on that row alone."""
        network, gradients = neuron(), []
        network.parameters[:] = w
        for i in range(len(X)):
            y_hat = network.forward(X[i:i + 1])
            network.backward(Quadratic().slope(y_hat, y[i:i + 1]))
            gradients.append(network.gradients.copy())
        return np.array(gradients)

    def sample(self):
        """Many mini-batches of each size, drawn with replacement; their mean gradients."""
        rng, self.clouds = np.random.default_rng(self.seed), {}
        for name, rows in self.rows.items():
            self.clouds[name] = [rows[rng.integers(len(rows), size=(self.DRAWS, B))].mean(axis=1)
                                 for B in self.sizes]

    def draw_again(self):
        self.seed += 1
        self.sample()

    def build(self, fig):
        self.axes = draw.two_panels(fig)
        self.place = None
        return []

    def scene(self, place):
        for ax in self.axes:
            wipe(ax)
        ax, ax_variance = self.axes
        rows = self.rows[place]
        middle, reach = rows.mean(axis=0), np.quantile(abs(rows - rows.mean(axis=0)), 0.985)
        (cloud,) = ax.plot([], [], "o", color=COLOURS["gradient"], mec="black", mew=0.4, ms=5,
                           alpha=0.7, label="mini-batches")
        (cross,) = ax.plot(*middle, "P", color=COLOURS["model"], mec="white", ms=16, zorder=5,
                           label="all rows")
        ax.set(xlabel="slope for w", ylabel="slope for b", xlim=middle[0] + reach * np.array(
            [-1, 1]), ylim=middle[1] + reach * np.array([-1, 1]))
        ax.legend(loc="upper left")
        measured = [cloud.var(axis=0).sum() for cloud in self.clouds[place]]
        draw.draw_variance(ax_variance, self.sizes, measured, rows.var(axis=0).sum())
        (dot,) = ax_variance.plot([], [], "o", color=COLOURS["highlight"], ms=14, mec="black")
        self.place, self.drawn, self.moving = place, self.seed, [cloud, cross, dot]
        self.redraw_scene()

    def move(self, batch_size, place):
        if (place, self.seed) != (self.place, getattr(self, "drawn", None)):
            self.scene(place)
        cloud, _, dot = self.moving
        gradients = self.clouds[place][self.sizes.index(batch_size)]
        cloud.set_data(gradients[:self.SHOWN].T)
        variance = gradients.var(axis=0).sum()
        dot.set_data([batch_size], [variance])
        full, mean = self.rows[place].mean(axis=0) + 1e-12, gradients.mean(axis=0)
        law = self.rows[place].var(axis=0).sum() / batch_size
        mean, full = (f"({g[0]:.1f}, {g[1]:.1f})" for g in (mean, full))
        return (f"Batch size {batch_size}: {self.DRAWS} mini-batch gradients have the mean {mean}, "
                f"that of all rows is {full}; their variance is {variance:.0f}, the law "
                f"says {law:.0f}. The picture shows {self.SHOWN} of them.")


class BatchRace(Explorer):
    """Gradient descent, mini-batches and single rows: equal rows looked at, one start, one γ."""

    size, strip = (8, 4), "rows"
    EPOCHS = 4
    START = (-1.0, 3.0)

    def __init__(self, x, y):
        """x: standardised input, y: target, both (n,) with n a power of two."""
        self.X, self.Y, self.seed, self.walks = x[:, None], y[:, None], 0, {}
        self.network, n = neuron(), len(x)
        self.best = np.array([np.mean(x * y), np.mean(y)])
        self.lowest = costs_at(self.network, [self.best], self.X, self.Y, Quadratic())[0]
        h, v = np.linspace(-2, 7.6, 41), np.linspace(1, 12, 41)  # a round bowl is drawn round
        self.surface = h, v, surface(self.network, h, v, self.X, self.Y, Quadratic())
        sizes, end = [2**k for k in range(int(np.log2(n)) + 1)], self.EPOCHS * n
        super().__init__(
            rows=IntSlider(n // 8, 0, end, n // 8, description="rows looked at"),
            batch_size=SelectionSlider(options=sizes, value=32, description="batch size"),
            learning_rate=SelectionSlider(options=[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0],
                                          value=0.1, description="learning rate γ"),
            play=Play(value=0, min=0, max=end, step=n // 8, interval=200),
            step=Button(description="Step"), reset=Button(description="Reset"),
            shuffle=Button(description="New shuffle"),
            all_rows=Checkbox(True, description="all rows (GD)", indent=False),
            mini_batch=Checkbox(True, description="mini-batch", indent=False),
            one_row=Checkbox(True, description="one row (SGD)", indent=False))

    def step(self):
        slider = self.controls["rows"]
        slider.value = min(slider.value + slider.step, slider.max)

    def reset(self):
        self.controls["rows"].value = 0

    def shuffle(self):
        self.seed += 1

    def race(self, batch_size, learning_rate):
        """The walk and what is left of the cost, of one runner; kept for the next frame."""
        key = batch_size, learning_rate, self.seed
        if key not in self.walks:
            path = walk(self.network, self.START, self.X, self.Y, cost=Quadratic(),
                        optimizer=GradientDescent(learning_rate), epochs=self.EPOCHS,
                        batch_size=batch_size, rng=np.random.default_rng(self.seed))
            path = np.clip(path, -1e6, 1e6)
            left = 0.5 * np.sum((path - self.best) ** 2, axis=1)  # the bowl is round: H = 1
            self.walks[key] = path, np.clip(left, 1e-5, 1e6)
        return self.walks[key]

    def build(self, fig):
        ax, ax_cost = draw.two_panels(fig)
        draw.draw_surface(ax, *self.surface)
        star = draw.draw_minimum(ax, self.best)
        names = ["all rows (GD)", "mini-batch", "one row (SGD)"]
        self.paths = [draw.draw_path(ax, n=n, lw=lw, marker=marker) for n, lw, marker in
                      ((2, 1.0, ""), (1, 2.0, ""), (0, 2.6, "o"))]
        self.paths[0][0].set_visible(False)  # so many steps: a white edge would hide the rest
        self.heads = [ax.plot([], [], "os^"[n], ms=12, mec="white", zorder=7,
                              color=style.series(n)["color"])[0] for n in range(3)]
        end = len(self.X) * self.EPOCHS
        self.curves = draw.draw_costs(ax_cost, xlim=(0, end), ylim=(1e-4, 1e4), labels=names,
                                      marker="")
        for line in (self.paths[0][1], self.curves[2]):
            line.set(linestyle="-", linewidth=1.2, alpha=0.7)
        ax_cost.set_xticks(np.arange(self.EPOCHS + 1) * len(self.X))
        ax_cost.legend(loc="upper right", frameon=False, handlelength=3)
        return [*(line for pair in self.paths for line in pair), *self.heads, *self.curves,
                star]

    def move(self, rows, batch_size, learning_rate, all_rows, mini_batch, one_row):
        n, words, shown = len(self.X), [], (all_rows, mini_batch, one_row)
        for k, size in enumerate((n, batch_size, 1)):
            path, left = self.race(size, learning_rate)
            for artist in (self.paths[2 - k][1], self.heads[k], self.curves[k]):
                artist.set_visible(shown[k])
            self.paths[2 - k][0].set_visible(shown[k] and k < 2)
            steps = min(rows // size, len(path) - 1)
            every = 1 + (steps > 500)  # of very many points draw every other
            for line in self.paths[2 - k]:
                line.set_data(path[:steps + 1:every].T)
            self.heads[k].set_data(path[steps:steps + 1].T)
            seen = np.arange(steps + 1) * size
            if size == n:  # one update an epoch: a staircase
                seen, left = np.append(np.repeat(seen, 2)[1:], rows), np.repeat(left, 2)
            self.curves[k].set_data(seen[::every], left[:len(seen):every])
            last = left[min(len(seen), len(left)) - 1]
            words.append(f"{last:.2g} in {steps} steps" if last < 1e4 else "diverged")
        return (f"After {rows} rows with learning rate {learning_rate:g}, the cost above the "
                f"minimum is: all rows {words[0]}; batches of {batch_size}, {words[1]}; single "
                f"rows, {words[2]}.")
