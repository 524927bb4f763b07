"""Units to be moved one at a time: what the two explorers of bends share.

Eight units are in store. The sliders hold the values of the one that is chosen; what gradient
descent found is kept exactly, though a slider can only show the nearest of its places.
"""

from ipywidgets import Button, Dropdown, IntSlider
from matplotlib.patches import Rectangle

from course_lib.explorer.places import nearest
from course_lib.figure.style import COLOURS
from course_lib.optimizers import Adam
from course_lib.training import run_epoch

MOST = 8
ACTIVATIONS = ["relu", "sigmoid", "tanh", "threshold", "gelu", "identity"]


def panels(fig):
    """A large panel, and a small one for each unit at its right; each has a frame to switch on."""
    fig.set_layout_engine("none")
    grid = fig.add_gridspec(4, 2, left=0.68, right=0.99, bottom=0.12, top=0.93, wspace=0.12,
                            hspace=0.1)
    large, small, frames = fig.add_axes((0.105, 0.12, 0.535, 0.81)), [], []
    for n in range(MOST):
        ax = fig.add_subplot(grid[n // 2, n % 2])
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="0.8")
        frames.append(ax.add_patch(Rectangle(
            (0, 0), 1, 1, transform=ax.transAxes, fill=False, lw=6, visible=False, zorder=6,
            edgecolor=COLOURS["highlight"])))
        small.append(ax)
    small[0].set_title("each unit by itself", loc="left", fontsize=13)
    return large, small, frames


class Units:
    """Mixin for an Explorer.

    A subclass has `start` (eight dicts, one of each unit's values by slider) and `sliders`
    (the sliders by name, and one called `bias` that belongs to all units); it says what its
    network is (`network`) and takes the trained one back (`take_back`).
    """

    blocks, steps, rate = 60, 10, 0.03  # of gradient descent: pictures, steps for each, rate

    def controls_of(self, activation, units, sliders):
        """All controls in the order on the screen; the sliders are watched from here on."""
        self.store = [dict(unit) for unit in self.start]
        self.common = {"bias": 0.0}
        self.sliders, self.taking_up = sliders, False
        self.chosen = IntSlider(1, 1, units, description="unit in your hand")
        self.count = IntSlider(units, 1, MOST, description="units")
        self.chosen.observe(self.take_up, "value")
        self.count.observe(self.limit, "value")
        for name, slider in sliders.items():
            slider.observe(lambda change, name=name: self.put_down(name, change.new), "value")
        self.take_up()
        return {
            **sliders,
            "unit": self.chosen,
            "units": self.count,
            "activation": Dropdown(options=ACTIVATIONS, value=activation,
                                   description="activation"),
        }

    @staticmethod
    def buttons():
        return {"finish": Button(description="Let gradient descent finish"),
                "reset": Button(description="Start again")}

    # What is in the hand -------------------------------------------------------------------------
    def take_up(self, _=None):
        """Show the chosen unit's values on the sliders."""
        before, self._held, self.taking_up = self._held, True, True
        self.exact = {**self.store[self.chosen.value - 1], **self.common}
        for name, slider in self.sliders.items():
            slider.value = nearest(slider, self.exact[name])
        self.on_sliders = {name: slider.value for name, slider in self.sliders.items()}
        self._held, self.taking_up = before, False

    def put_down(self, name, value):
        """Keep what a slider was moved to."""
        if not self.taking_up:
            kept = self.common if name in self.common else self.store[self.chosen.value - 1]
            kept[name] = self.true(name, value)

    def true(self, name, value):
        """The value that a slider stands for: the exact one where it still stands there."""
        return self.exact[name] if value == self.on_sliders[name] else value

    def limit(self, change):
        """No unit is in the hand that is not in use."""
        before, self._held = self._held, True
        self.chosen.max = change.new
        self._held = before

    def in_use(self, units, unit, values):
        """The values of the units in use, the one in the hand as the sliders have it."""
        found = [dict(stored) for stored in self.store[:units]]
        for name in found[0]:
            found[unit - 1][name] = self.true(name, values[name])
        return found, self.true("bias", values["bias"])

    # The buttons ---------------------------------------------------------------------------------
    def reset(self):
        """All units as they were at the start."""
        self.store, self.common = [dict(unit) for unit in self.start], {"bias": 0.0}
        self.take_up()

    def finish(self):
        """Let gradient descent move all units at once; a picture after every few steps."""
        network, X, y, cost = self.network(self.values)
        optimizer = Adam(self.rate)
        for _ in range(self.blocks):
            for _ in range(self.steps):
                run_epoch(network, X, y, cost=cost, optimizer=optimizer, batch_size=len(X))
            self.take_back(network)
            self.take_up()
            yield
