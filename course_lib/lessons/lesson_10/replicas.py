"""Local SGD seen from above: replicas that walk by themselves, and meet now and then."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider, SelectionSlider

from course_lib.explorer.base import Explorer
from course_lib.figure.style import COLOURS, SERIES, YELLOW


class Replicas(Explorer):
    """Up to eight replicas of a line with two parameters, each with its own part of the rows."""

    size, strip = (9, 4.4), "round"
    n, rounds, start = 240, 12, np.array([-1.2, 2.6])

    def __init__(self):
        rng = np.random.default_rng(1)
        self.x = rng.uniform(-2, 2, self.n)
        self.y = 0.7 * self.x + 0.45 * self.x**2 + 0.3 * rng.normal(size=self.n)
        self.cache = {}
        super().__init__(
            round=IntSlider(1, 0, self.rounds, description="round"),
            replicas=IntSlider(4, 1, 8, description="replicas"),
            steps=SelectionSlider(options=[1, 2, 5, 10, 30], value=10,
                                  description="steps between meetings"),
            rate=FloatSlider(0.15, min=0.05, max=0.35, step=0.05, description="learning rate γ"),
            mixed=Checkbox(False, description="rows shuffled first", indent=False))

    def moments(self, rows):
        """The gradient of the mean cost over some rows is A w − c, as the cost is quadratic."""
        X = np.column_stack([self.x[rows], np.ones(len(rows))])
        return X.T @ X / len(rows), X.T @ self.y[rows] / len(rows)

    def walk(self, replicas, steps, rate, mixed):
        """Paths (rounds, replicas, steps + 1, 2), meetings (rounds + 1, 2)."""
        key = replicas, steps, rate, mixed
        if key not in self.cache:
            order = np.arange(self.n) if mixed else np.argsort(self.x)
            parts = np.array_split(order, replicas)
            A, c = (np.array(some) for some in
                    zip(*(self.moments(rows) for rows in parts), strict=True))
            share = np.array([len(rows) for rows in parts]) / self.n
            w, paths = self.start, []
            for _ in range(self.rounds):
                own = np.tile(w, (replicas, 1))
                path = [own]
                for _ in range(steps):
                    own = own - rate * ((A @ own[..., None])[..., 0] - c)
                    path.append(own)
                paths.append(np.swapaxes(path, 0, 1))
                w = share @ own
            self.cache = {key: np.array(paths)}
        return self.cache[key]

    def cost(self, w):
        return np.mean((w[0] * self.x + w[1] - self.y)**2) / 2

    def build(self, fig):
        ax, right = fig.subplots(1, 2, width_ratios=[1.5, 1])
        a, b = np.linspace(-1.6, 2.4, 60), np.linspace(-1.4, 3, 60)
        error = a[None, :, None] * self.x + b[:, None, None] - self.y
        ax.contourf(a, b, np.log(np.mean(error**2 / 2, axis=2)), levels=14, cmap="Greys",
                    alpha=0.55)
        A, c = self.moments(np.arange(self.n))
        self.best = np.linalg.solve(A, c)
        ax.plot(*self.best, "*", color=COLOURS["target"], ms=18, label="the minimum")
        ax.set(xlabel="weight", ylabel="bias", xlim=(-1.6, 2.4), ylim=(-1.4, 3))
        self.paths = [ax.plot([], [], "-", color=colour, lw=1.6)[0]
                      for colour in [*SERIES[:6], YELLOW, "white"]]
        (self.mean,) = ax.plot([], [], "o-", color="black", lw=2.5, ms=7, label="where they meet")
        ax.legend(loc="upper right", fontsize=11)
        (self.curve,) = right.plot([], [], "o-", color=COLOURS["cost"])
        right.set(xlabel="meeting", ylabel="cost over the lowest", yscale="log", ylim=(1e-5, 10),
                  xlim=(-0.3, self.rounds + 0.3))
        return [*self.paths, self.mean, self.curve]

    def move(self, round, replicas, steps, rate, mixed):
        paths = self.walk(replicas, steps, rate, mixed)
        share = np.array([len(rows) for rows in np.array_split(np.arange(self.n), replicas)])
        ends = np.einsum("k,rkw->rw", share / self.n, paths[:, :, -1])
        met = np.vstack([self.start, ends])[:round + 1]
        for k, line in enumerate(self.paths):
            line.set_data(*(paths[round - 1, k].T if k < replicas and round else ([], [])))
        self.mean.set_data(*met.T)
        over = np.array([self.cost(w) for w in met]) - self.cost(self.best)
        self.curve.set_data(range(len(met)), np.maximum(over, 1.2e-5))
        apart = np.linalg.norm(paths[round - 1, :, -1] - ends[round - 1], axis=1).max() if round \
            else 0.0
        return (f"After {round} meeting{'s' * (round != 1)} and {round * steps} steps of each of "
                f"{replicas} replica{'s' * (replicas > 1)} the cost is {over[-1]:.4f} above the "
                f"lowest. Before the last meeting the replicas were up to {apart:.2f} from "
                "their mean.")
