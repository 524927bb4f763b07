"""The activations of each hidden layer as a histogram: what is exactly zero, what is saturated."""

import numpy as np

from course_lib.figure.numbers import written
from course_lib.figure.style import BLUE, RED


def root(percent):
    """√, so that small shares can be seen beside large ones; what is below 0 counts as 0."""
    return np.sqrt(np.maximum(percent, 0))


class Panels:
    """A histogram for each layer, side by side; `set` gives it other numbers.

    Attributes
    ----------
    moving : list of artists
    """

    def __init__(self, axes):
        self.axes = axes
        self.bars, self.zeros, self.labels = [], [], []
        for n, ax in enumerate(axes):
            self.bars.append(ax.stairs([0], [0, 1], fill=True, color=BLUE))
            (zero,) = ax.plot([], [], "-", color=RED, lw=7, solid_capstyle="butt", zorder=3)
            self.zeros.append(zero)
            self.labels.append([ax.text(0.97, y, "", transform=ax.transAxes, ha="right",
                                        fontsize=12) for y in (0.92, 0.83)])
            ax.set_yscale("function", functions=(root, np.square))
            ax.set(ylim=(0, 100), title=f"layer {n + 1}", xlabel="activation")
            ax.set_yticks([1, 5, 20, 50, 100])
            ax.label_outer()
        axes[0].set_ylabel("share of the activations, %")
        self.moving = [*self.bars, *self.zeros, *(label for pair in self.labels for label in pair)]

    def scene(self, limits):
        """Another range of activations."""
        margin = 0.04 * (limits[1] - limits[0])
        low = 0 if limits[1] > 1 else limits[0]
        ticks = np.linspace(low, limits[1], 3)
        for ax in self.axes:
            ax.set_xlim(limits[0] - margin, limits[1] + margin)
            ax.set_xticks(ticks, [written(tick, "g") for tick in ticks])

    def set(self, edges, shares, zeros, saturated, spread):
        """Histograms of all layers.

        Parameters
        ----------
        edges : (bins + 1,)
        shares : (layers, bins) of the activations that are not exactly 0; of all, from 0 to 1
        zeros, saturated : (layers,) from 0 to 1
        spread : (layers,) of an activation from row to row
        """
        for n, bar in enumerate(self.bars):
            bar.set_data(100 * shares[n], edges)
            self.zeros[n].set_data([0, 0], [0, 100 * zeros[n]])
            above, below = self.labels[n]
            above.set_text(f"{zeros[n]:.0%} zero" if zeros[n] else f"{saturated[n]:.0%} saturated")
            below.set_text(f"signal {spread[n]:.2g}")
