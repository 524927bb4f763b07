"""Pictures of lesson 03: what a cost says about a prediction, and which way it pulls.

Everything drawn is handed in as arrays; the functions draw on given axes and return what moves.
"""

import numpy as np
from matplotlib.patches import Rectangle

from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS, series

HALO = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}


def draw_gap(ax, x, y, y_hat, label=None, n=0):
    """One prediction line over x, and the gap from each data point to it."""
    look = series(n)
    ax.vlines(x, y, y_hat, color=COLOURS["gradient"], lw=1.6, ls="-", zorder=1)
    order = np.argsort(x)
    (line,) = ax.plot(x[order], y_hat[order], color=look["color"], ls=look["linestyle"],
                      label=label)
    ax.plot(x, y, "o", color=COLOURS["data"], ms=6, zorder=3)
    return line


def draw_stairs(axes, w, wrong, cost):
    """Mistakes and a smooth cost over the same weight: one has no slope, the other has."""
    top, bottom = axes
    top.step(w, wrong, where="mid", color=COLOURS["data"], ls="-")
    top.set(ylabel="mistakes", title="Counting mistakes: flat almost everywhere")
    bottom.plot(w, cost, color=COLOURS["cost"], ls="-")
    bottom.set(ylabel="cost", title="Cross-entropy: a slope everywhere")
    for ax in axes:
        ax.set_xlim(w[0], w[-1])


def draw_overflow(ax, z, forms):
    """The same cost in several forms over the logit; X where one becomes infinite."""
    for n, (name, values) in enumerate(forms.items()):
        look, finite = series(n), np.isfinite(values)
        ax.plot(z[finite], values[finite], color=look["color"], ls=look["linestyle"],
                lw=5 - 1.5 * n, label=name)
        if not finite.all():
            stop = z[finite].max(), values[finite].max()
            ax.plot(*stop, "X", color=COLOURS["highlight"], ms=12, mec="white")
            ax.annotate(f"{name}: log 0", stop, (stop[0] + 2, stop[1] - 7))
    ax.set(xlabel="logit z (target 0: the larger, the more wrong)", ylabel="cost")
    ax.legend(frameon=False)


def draw_underflow(ax, product, log10_of_sum):
    """A likelihood row after row, as a power of ten: the product, and the sum of logarithms.

    product is 0 from some row on, where the computer has no smaller number: an X marks the last
    row before. log10_of_sum goes on.
    """
    rows = np.arange(1, len(product) + 1)
    last = np.flatnonzero(product)[-1]
    end, smallest = rows[last], np.log10(product[last])
    ax.plot(rows, log10_of_sum, color=COLOURS["model"], ls="-", lw=7, alpha=0.6,
            label="sum of the logarithms")
    ax.plot(rows[:last + 1], np.log10(product[:last + 1]), color=COLOURS["cost"], ls="-",
            label="product")
    bottom = ax.get_ylim()[0]
    ax.plot([end, end], [smallest, bottom], color=COLOURS["cost"], ls=":")
    ax.plot(end, smallest, "X", color=COLOURS["highlight"], ms=12, mec="white", zorder=5)
    ax.annotate(f"row {end + 1:,}: the product is 0", (end, smallest), xytext=(10, 8),
                textcoords="offset points")
    ax.set(xlim=(0, len(product)), ylim=(bottom, 0), xlabel="rows",
           ylabel="likelihood,\nas a power of ten")
    ax.legend(frameon=False)


def refused_area(ax, start, width, hatch="//"):
    """A grey block over the predictions that a cost refuses."""
    low, high = ax.get_ylim()
    block = Rectangle((start, low), width, high - low, facecolor="#E8E8E8", edgecolor="#B0B0B0",
                      hatch=hatch, lw=0, zorder=0)
    ax.add_patch(block)
    return block


def draw_cost(ax, name, x, loss, slope, target):
    """A small picture of one cost: loss (solid), slope (dashed), target (dotted).

    loss and slope are nan where the cost refuses the prediction; that part is hatched.
    """
    ax.set(xlim=(x[0], x[-1]), ylim=(-2, 3), title=name, yticks=[-2, 0, 2])
    outside = np.isnan(loss)
    if outside.any():
        inside = x[~outside]
        refused_area(ax, x[0], inside[0] - x[0])
        refused_area(ax, inside[-1], x[-1] - inside[-1])
    ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    ax.axvline(target, color=COLOURS["target"], lw=1.6, ls=":")
    (line,) = ax.plot(x, loss, color=COLOURS["cost"], ls="-", label="cost")
    (dashed,) = ax.plot(x, slope, color=COLOURS["gradient"], ls="--", label="slope")
    return line, dashed


class CostScene:
    """Cost and slope over the prediction, in two panels; `moving` is what moves with it."""

    limits = (-0.6, 4.0), (-4.0, 4.0)

    def __init__(self, fig, x):
        self.axes = axes = left, right = fig.subplots(1, 2)
        for ax, limits in zip(axes, self.limits, strict=True):
            ax.set(xlim=(x[0], x[-1]), ylim=limits)
            ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
        left.set(ylabel="cost", xlabel="prediction ŷ (or logit z)", title="How wrong?")
        right.set(ylabel="slope", xlabel="prediction ŷ (or logit z)", title="Which way, how hard?")
        self.x = x
        self.blocks = [[refused_area(ax, start, 0, hatch=None) for start in (x[0], x[-1])]
                       for ax in axes]  # not hatched: that would take 10 ms a frame
        self.refused = [ax.text(0, 0.4 * ax.get_ylim()[1], "refused", rotation=90, ha="center",
                                va="center", color=COLOURS["reference"])
                        for ax in axes for _ in range(2)]
        self.target = [ax.axvline(0, color=COLOURS["target"], lw=2, ls=":") for ax in axes]
        (self.loss,) = left.plot([], [], color=COLOURS["cost"], ls="-", label="cost")
        (self.slope,) = right.plot([], [], color=COLOURS["gradient"], ls="--", label="slope")
        (self.tangent,) = left.plot([], [], color=COLOURS["gradient"], ls="--")
        (self.lowest,) = left.plot([], [], "*", color=COLOURS["target"], ms=16, mec="black",
                                   zorder=4, clip_on=False)
        self.dots = [*left.plot([], [], "o", color=COLOURS["model"], ms=12, mec="white", zorder=5,
                                clip_on=False),
                     *right.plot([], [], "o", color=COLOURS["model"], ms=12, mec="white", zorder=5,
                                 clip_on=False)]
        self.words = [ax.text(0.03, 0.97, "", transform=ax.transAxes, va="top", bbox=HALO,
                              zorder=6) for ax in axes]
        self.target[0].set_label("target")
        self.lowest.set_label("lowest cost")
        fig.legend(loc="outside lower center", ncols=5, frameon=False)

    @property
    def moving(self):
        """All artists that move."""
        return [*(block for pair in self.blocks for block in pair), *self.refused, *self.target,
                self.loss, self.slope, self.tangent, self.lowest, *self.dots, *self.words]

    def set_curves(self, loss, slope, target, lowest):
        """Other curves, nan where refused; lowest is (ŷ, cost), or None without a minimum."""
        self.loss.set_data(self.x, loss)
        self.slope.set_data(self.x, slope)
        inside = self.x[~np.isnan(loss)]
        first, last = (inside[0], inside[-1]) if inside.size else (self.x[-1], self.x[-1])
        for pair in self.blocks:
            pair[0].set_width(first - self.x[0])
            pair[1].set_x(last)
            pair[1].set_width(self.x[-1] - last)
        for text, start, end in zip(self.refused, [self.x[0], last] * 2,
                                    [first, self.x[-1]] * 2, strict=True):
            text.set(x=(start + end) / 2, visible=end - start > 0.3)
        for line in self.target:
            line.set_xdata([target, target])
        self.lowest.set_data(*([[v] for v in lowest] if lowest else ([], [])))

    def set_point(self, prediction, loss, slope):
        """The present prediction; refused where loss is None."""
        if loss is None:
            for dot, word in zip(self.dots, self.words, strict=True):
                dot.set_data([prediction], [0])
                dot.set(marker="X", color=COLOURS["highlight"])
                word.set_text("refused")
            self.tangent.set_data([], [])
            return
        for dot, word, value, limits, name in zip(self.dots, self.words, (loss, slope),
                                                  self.limits, ("cost", "slope"), strict=True):
            dot.set_data([prediction], [np.clip(value, *limits)])
            dot.set(marker="o", color=COLOURS["model"])
            word.set_text(f"{name} {written(value)}")
        reach = 0.6 / np.hypot(1, slope)
        self.tangent.set_data([prediction - reach, prediction + reach],
                              [loss - slope * reach, loss + slope * reach])


def draw_race(axes, names, epochs, a, pulls):
    """Axes of the race: outputs over the epochs (left), the pull on z over the output (right).

    Parameters
    ----------
    a : outputs between 0 and 1 for the right panel
    pulls : for each name ∂C/∂z at these outputs

    Returns
    -------
    list of lines, list of dots (left and right, by name)
    """
    left, right = axes
    left.axhline(0, color=COLOURS["target"], lw=2, ls=":", label="target")
    lines, dots = [], []
    for n, (name, pull) in enumerate(zip(names, pulls, strict=True)):
        look = series(n)
        lines += left.plot([], [], color=look["color"], ls=look["linestyle"], label=name)
        right.plot(a, pull, color=look["color"], ls=look["linestyle"])
        right.plot([], [], **look, label=name)
        dots += [ax.plot([], [], look["marker"], color=look["color"], ms=15 - 5 * n, mec="white",
                         zorder=5, clip_on=False)[0] for ax in axes]
    left.set(xlim=(0, epochs), ylim=(-0.03, 1.03), xlabel="epoch", ylabel="output ŷ",
             title="Two neurons unlearn")
    right.set(xlim=(0, 1), ylim=(-0.03, 1.03), xlabel="output ŷ (target 0)",
              ylabel="slope ∂C/∂z", title="What pulls at the sum z")
    right.legend(loc="upper left", frameon=False)
    return lines, dots


def draw_houses(ax, area, limits):
    """Axes for houses and the lines through them; area in 1000 sq ft, price in 1000 $."""
    ax.set(xlim=(0.5, area.max() + 0.1), ylim=limits, xlabel="area (1000 sq ft)",
           ylabel="price (1000 $)")
    (points,) = ax.plot([], [], "o", color=COLOURS["data"], ms=6, label="houses")
    (dragged,) = ax.plot([], [], "^", color=COLOURS["highlight"], ms=11, mec="white",
                         label="dragged up")
    return points, dragged


def draw_lines(ax, names):
    """Empty lines by name; their data are set later."""
    return [ax.plot([], [], color=look["color"], ls=look["linestyle"], lw=5 - 1.2 * n,
                    label=name)[0]
            for n, (name, look) in enumerate((name, series(n)) for n, name in enumerate(names))]


def draw_likelihood(fig, limits):
    """Data and model (left), both curves over ŷ (right).

    Returns the right axes, which can be pointed at, and the artists that move.
    """
    left, right = fig.subplots(1, 2)
    bars = left.stairs(np.zeros(1), [0, 1], fill=True, color="#C8C8C8", label="data")
    (model,) = left.plot([], [], "-", color=COLOURS["model"], label="model at ŷ")
    left.set(xlim=(-3, 9), ylim=(0, 1.05), xlabel="y", ylabel="share, or density",
             title="How likely is the data?")
    (nll,) = right.plot([], [], "-", color=COLOURS["data"], label="−log likelihood")
    (cost,) = right.plot([], [], "--", color=COLOURS["cost"], label="cost")
    best = right.axvline(0, color=COLOURS["target"], lw=2, ls=":", label="lowest")
    dots = [right.plot([], [], marker, color=color, ms=11, mec="white", zorder=5, clip_on=False)[0]
            for marker, color in (("o", COLOURS["data"]), ("s", COLOURS["cost"]))]
    right.set(xlim=limits, ylim=(-0.2, 4.2), xlabel="prediction ŷ", ylabel="mean over the data",
              title="The same curve, moved up")
    word = left.text(0.97, 0.95, "", transform=left.transAxes, ha="right", va="top")
    fig.legend(loc="outside lower center", ncols=5, frameon=False, columnspacing=1.2)
    return right, bars, model, nll, cost, best, dots, word
