"""Going down with a memory: every optimizer of the library on six surfaces of two weights."""

import numpy as np
from ipywidgets import Checkbox, Dropdown, IntSlider, Play, SelectionSlider

from course_lib.explorer.base import Explorer
from course_lib.figure.style import series
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.optimizers import AdaGrad, Adam, GradientDescent, Momentum, Nesterov, RMSprop


def ravine(w):
    """½ (w₀² + 100 w₁²): a hundred times as curved one way as the other; cost and gradient."""
    scale = np.array([1.0, 100.0])
    return 0.5 * np.sum(scale * w**2, axis=-1), scale * w


def curved_valley(w):
    """(1 − w₀)² + 10 (w₁ − w₀²)² (Rosenbrock, 1960), lowest at (1, 1); cost and gradient."""
    a, b = 1 - w[..., 0], w[..., 1] - w[..., 0] ** 2
    return a**2 + 10 * b**2, np.stack([-2 * a - 40 * b * w[..., 0], 20 * b], axis=-1)


def two_valleys(w):
    """(w₀² − 1)² + 2 w₁² + 0.3 w₀: the left valley is the deeper one; cost and gradient."""
    u, v = w[..., 0], w[..., 1]
    return ((u**2 - 1) ** 2 + 2 * v**2 + 0.3 * u,
            np.stack([4 * u * (u**2 - 1) + 0.3, 4 * v], axis=-1))


def turned_ravine(w):
    """The ravine turned by 45°, so that its floor runs along no weight; cost and gradient."""
    along = (w[..., 0] + w[..., 1]) / np.sqrt(2)
    across = (w[..., 1] - w[..., 0]) / np.sqrt(2)
    slopes = np.stack([along - 100 * across, along + 100 * across], axis=-1) / np.sqrt(2)
    return 0.5 * (along**2 + 100 * across**2), slopes


def saddle(w):
    """½ w₀² + ¼ w₁⁴ − ½ w₁²: flat at (0, 0), but lowest at (0, ±1); cost and gradient."""
    u, v = w[..., 0], w[..., 1]
    return u**2 / 2 + v**4 / 4 - v**2 / 2, np.stack([u, v**3 - v], axis=-1)


def plateau(w):
    """1 − e^(−½|w|²) + |w|²/1000: nearly flat but for a hole around (0, 0); cost and gradient."""
    square = np.sum(w**2, axis=-1)
    hole = np.exp(-square / 2)
    return 1 - hole + square / 1000, w * (hole[..., None] + 0.002)


# name -> (cost and gradient, start, lowest point, limits of both axes)
SURFACES = {
    "ravine": (ravine, (-8.0, 1.2), (0.0, 0.0), (-10, 4), (-3, 3)),
    "curved valley": (curved_valley, (-1.5, 1.5), (1.0, 1.0), (-2, 2), (-1, 3.5)),
    "two valleys": (two_valleys, (1.8, 1.0), (-1.035, 0.0), (-2, 2), (-1.5, 1.5)),
    "turned ravine": (turned_ravine, (-6.505, -4.808), (0.0, 0.0), (-8, 4), (-7, 5)),
    "saddle": (saddle, (-1.8, 0.01), (0.0, 1.0), (-2, 2), (-1.6, 1.6)),
    "plateau": (plateau, (-2.6, 1.6), (0.0, 0.0), (-3.5, 2.5), (-2.5, 2.5)),
}
RATES = np.geomspace(0.001, 10, 33)
STEPS = 100
# name -> the optimizer for a learning rate and a momentum
METHODS = {
    "plain": lambda rate, mu: GradientDescent(rate),
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": lambda rate, mu: AdaGrad(rate),
    "RMSprop": lambda rate, mu: RMSprop(rate, rho=0.9),
    "Adam": lambda rate, mu: Adam(rate, beta2=0.99),
}


def run(surface, optimizer, walks=()):
    """A walk of all steps and the cost above the minimum at each; a walk far outside stays there.

    With ``walks = (n,)`` n walks at once: (steps + 1, n, 2) and (steps + 1, n).
    """
    function, start, best, *_ = SURFACES[surface]
    w, path = np.broadcast_to(start, (*walks, 2)).copy(), []
    for _ in range(STEPS + 1):
        path.append(w.copy())
        inside = abs(w).max(axis=-1, keepdims=True) < 1e6
        optimizer.step(w, function(w)[1])
        w[...] = np.where(inside, w, path[-1])      # in place: the optimizer's memory is of this w
    path = np.array(path)
    return path, np.clip(function(path)[0] - function(np.array(best))[0], 1e-9, 1e9)


def best_rate(surface, make):
    """The learning rate, of `RATES`, that ends lowest; all are tried at once."""
    optimizer = make(1.0)
    optimizer.learning_rate = RATES[:, None]  # a row of the weights for each
    left = run(surface, optimizer, walks=RATES.shape)[1]
    return RATES[np.argmin(left[-20:].max(axis=0))]


def surface_of(name):
    """Both axes and the cost above a little less than the lowest, on a grid, to be drawn."""
    function, _, _, *limits = SURFACES[name]
    h, v = (np.linspace(*ends, 81) for ends in limits)
    C = function(np.stack(np.meshgrid(h, v), axis=-1))[0]
    return h, v, C - C.min() + 0.05


class OptimizerRace(Explorer):
    """The optimizers of the library, and more if given, each near its own best learning rate."""

    size, strip, MOMENTUM = (8, 4), "steps", 0.8
    HIDDEN = {"Nesterov", "AdaGrad", "RMSprop"}  # at first: six walks at once are a tangle

    def __init__(self, **more):
        """more: name=optimizer class, called with the learning rate alone."""
        self.methods, self.walks = dict(METHODS), {}
        for name, optimizer in more.items():
            self.methods[name] = lambda rate, mu, optimizer=optimizer: optimizer(rate)
        for surface in SURFACES:  # the search for the rates now, so that the menu answers at once
            for name in self.methods:
                self.runner(surface, name, 1.0, self.MOMENTUM)
        super().__init__(
            steps=IntSlider(STEPS, 0, STEPS, 2, description="steps"),
            surface=Dropdown(options=list(SURFACES), description="surface"),
            factor=SelectionSlider(options=[("⅛", 1 / 8), ("¼", 1 / 4), ("½", 1 / 2),
                                            ("1", 1.0), ("2", 2.0), ("4", 4.0)],
                                   value=1.0, description="× best learning rate"),
            momentum=SelectionSlider(options=[0.5, 0.7, 0.8, 0.9, 0.95, 0.99], value=self.MOMENTUM,
                                     description="momentum μ"),
            play=Play(min=0, max=STEPS, step=2, interval=150),
            **{f"show_{name}": Checkbox(name not in self.HIDDEN, description=name, indent=False)
               for name in self.methods})

    def runner(self, surface, name, factor, momentum):
        """The walk at `factor` times the rate that ends lowest; kept for the next frame."""
        def make(rate):
            return self.methods[name](rate, momentum)

        key = surface, name, momentum if name in ("momentum", "Nesterov") else None
        if key not in self.walks:
            self.walks[key] = best_rate(surface, make)
        rate = self.walks[key] * factor
        if (*key, factor) not in self.walks:
            self.walks[*key, factor] = *run(surface, make(rate)), rate
        return self.walks[*key, factor]

    def build(self, fig):
        self.ax, ax_cost = draw.two_panels(fig)
        n_methods = range(len(self.methods))
        self.star = draw.draw_minimum(self.ax, ([], []))
        lines = [draw.draw_path(self.ax, n=n, lw=1.6, marker="") for n in n_methods]
        heads = [self.ax.plot([], [], series(n)["marker"], color=series(n)["color"], ms=11,
                              mec="white", zorder=7)[0] for n in n_methods]
        curves = draw.draw_costs(ax_cost, xlabel="steps", xlim=(0, STEPS), ylim=(1e-9, 1e7),
                                 labels=list(self.methods), markevery=10)
        ax_cost.set_yticks([1e-8, 1e-4, 1, 1e4])
        ax_cost.legend(loc="upper right", frameon=False, ncols=2, borderaxespad=0,
                       columnspacing=1)
        self.surface, self.artists = None, list(zip(lines, heads, curves, strict=True))
        return [*(line for pair in lines for line in pair), *heads, *curves, self.star]

    def scene(self, name):
        draw.draw_surface(self.ax, *surface_of(name), labels=("weight 1", "weight 2"))
        self.ax.locator_params(nbins=5)
        self.star.set_data(*np.reshape(SURFACES[name][2], (2, 1)))
        self.surface = name
        self.redraw_scene()

    def move(self, steps, surface, factor, momentum, **shown):
        if surface != self.surface:
            self.scene(surface)
        words = []
        for name, (lines, head, curve) in zip(self.methods, self.artists, strict=True):
            for artist in (*lines, head, curve):
                artist.set_visible(shown[f"show_{name}"])
            if not shown[f"show_{name}"]:
                continue
            path, left, rate = self.runner(surface, name, factor, momentum)
            for line in lines:
                line.set_data(path[:steps + 1].T)
            head.set_data(path[steps:steps + 1].T)
            curve.set_data(np.arange(steps + 1), left[:steps + 1])
            words.append(f"{name} (γ = {rate:.2g}) {left[steps]:.2g}")
        return (f"After {steps} steps on the {surface}, the cost above the minimum is: "
                + ("; ".join(words) or "nobody runs") + ".")
