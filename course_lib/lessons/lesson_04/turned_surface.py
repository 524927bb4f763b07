"""A cost surface in three dimensions, turned by hand, with a walk down on it."""

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play

from course_lib.explorer.base import Explorer
from course_lib.explorer.places import nearest
from course_lib.lessons.lesson_04 import figures as draw
from course_lib.lessons.lesson_04.optimizer_race import (
    METHODS,
    SURFACES,
    best_rate,
    run,
    surface_of,
)


class TurnedSurface(Explorer):
    """Surfaces of two weights from all sides: what the contours of the other pictures mean."""

    size, strip = (8, 4.6), "angle"
    SHOWN, MOMENTUM = 40, 0.8

    def __init__(self, **more):
        """more: name=(h, v, C, path) of further surfaces; C is (v, h), path is (steps, 3)."""
        self.surfaces = {name.replace("_", " "): parts for name, parts in more.items()}
        for name, (function, *_) in SURFACES.items():
            def make(rate):
                return METHODS["momentum"](rate, self.MOMENTUM)

            path = run(name, make(best_rate(name, make)))[0][:self.SHOWN]
            self.surfaces[name] = *surface_of(name), np.column_stack([path, function(path)[0]])
        super().__init__(
            angle=IntSlider(230, 0, 350, 10, description="angle"),
            height=IntSlider(40, 0, 80, 10, description="height of the eye"),
            surface=Dropdown(options=list(self.surfaces), description="surface"),
            play=Play(min=0, max=350, step=10, interval=120))

    def pointed(self, x, y):
        width, height = self._canvas.get_width_height()
        return {"angle": nearest(self.controls["angle"], 350 * x / width),
                "height": nearest(self.controls["height"], 80 * (1 - y / height))}

    def build(self, fig):
        fig.set_layout_engine("none")
        self.ax = fig.add_axes((0, 0.02, 1, 1), projection="3d")
        self.shown = None
        return [self.ax]

    def move(self, angle, height, surface):
        if surface != self.shown:
            self.ax.clear()
            draw.draw_landscape(self.ax, *self.surfaces[surface])
            self.shown = surface
        self.ax.view_init(elev=height, azim=angle)
        cost = self.surfaces[surface][3][:, 2]
        return (f"The surface \"{surface}\" from {angle}° round and {height}° above. On it "
                f"{len(cost) - 1} steps went from the cost {cost[0]:.2f} to {cost[-1]:.2g}.")
