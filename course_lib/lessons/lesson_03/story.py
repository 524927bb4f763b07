"""The figures of lesson 03, each made whole: `three_lines(x, y)` draws it and says what it shows.

`three_lines.figure(x, y)` gives the figure and its text without displaying them.
"""

import functools

import numpy as np

from course_lib.costs import SigmoidCrossEntropy
from course_lib.figure.style import COLOURS, new_figure, series, show
from course_lib.lessons.lesson_03.claims import SPEED_RATES
from course_lib.lessons.lesson_03.figures import draw_gap, draw_stairs
from course_lib.lessons.lesson_03.houses import (
    CLASSES,
    EDGES,
    EXPENSIVE,
    STEEPNESS,
    bell,
    class_of,
    class_probabilities,
    line_through_middle,
    says_expensive,
)

SLOPES = np.arange(0.0, 161.0)  # $ for a square foot more
SIZES = np.linspace(0.8, 2.4, 161)  # 1000 sq ft: where the neuron says one half
LIFTS = np.linspace(-3, 4, 71)


def displayed(make):
    """The function as a figure of the lesson: it displays what `make` gives, (figure, text)."""
    @functools.wraps(make)
    def display(*arguments, **keywords):
        show(*make(*arguments, **keywords))
    display.figure = make
    return display


def mark_lowest(ax, x, values, highest=False):
    """A star at the lowest (or highest) place of a curve; returns where it is."""
    at = np.argmax(values) if highest else np.argmin(values)
    ax.plot(x[at], values[at], "*", color=COLOURS["target"], ms=17, mec="black", zorder=5,
            clip_on=False)
    ax.axvline(x[at], color=COLOURS["target"], ls=":", lw=1.6, zorder=0)
    return x[at]


@displayed
def three_lines(x, y, slopes=(78, 0, -78)):
    """Three lines through the middle of the houses, and how far each house is from them."""
    fig, axes = new_figure(1, 3, size=(8.4, 3.3), sharey=True)
    for n, (ax, w) in enumerate(zip(axes, slopes, strict=True)):
        draw_gap(ax, x, y, line_through_middle(w, x, y), n=n)
        ax.set(title=f"line {'ABC'[n]}")
    axes[0].set(ylabel="price (1000 $)")
    axes[1].set(xlabel="area (1000 sq ft)")
    return fig, (f"Three lines through the middle of the same {len(x)} houses. Line A rises with "
                 "the area, B is flat, C falls. Orange strokes lead from each house to the line.")


@displayed
def three_costs(x, y):
    """Sum of differences, mean of their sizes and of their half squares, over the line's slope."""
    r = line_through_middle(SLOPES, x, y) - y
    fig, axes = new_figure(1, 3, size=(8.4, 3.1), sharex=True)
    for n, (ax, values, title) in enumerate(zip(
            axes, (r.sum(axis=1), np.abs(r).mean(axis=1), 0.5 * (r**2).mean(axis=1)),
            ("sum of ŷ − y", "mean of |ŷ − y|", "mean of ½(ŷ − y)²"), strict=True)):
        ax.plot(SLOPES, values.round(6), color=COLOURS["cost"], ls="-")
        ax.set(title=title, ylim=(-1, 1) if n == 0 else None)
        axes[1].set_xlabel("slope w of the line ($ per square foot)")
    best = [mark_lowest(ax, SLOPES, ax.lines[0].get_ydata()) for ax in axes[1:]]
    return fig, ("Over the slope of the line, the sum of the differences is 0 everywhere. The mean "
                 f"absolute difference is lowest at ${best[0]:.0f} per square foot, the mean half "
                 f"square at ${best[1]:.0f}.")


@displayed
def bells(x, y, w=78, sigma=30.0, at=(0.9, 1.8, 2.8)):
    """A line with the Gaussian density that it expects, drawn on its side at three areas."""
    fig, ax = new_figure(size=(8, 4))
    middle, prices = np.array([x.mean(), y.mean()]), np.linspace(-95, 95, 191)
    ends = np.array([0.4, 4.3])
    ax.plot(ends, middle[1] + w * (ends - middle[0]), color=COLOURS["model"], ls="-",
            label="line: the prediction ŷ")
    for n, area in enumerate(at):
        y_hat = middle[1] + w * (area - middle[0])
        width = bell(prices, 0, sigma) * 30
        ax.fill_betweenx(y_hat + prices, area, area + width, color=COLOURS["gradient"], alpha=0.35,
                         lw=0, label="" if n else f"prices we expect there, σ = {sigma:.0f}")
        ax.plot([area, area], y_hat + prices[[0, -1]], color=COLOURS["reference"], ls="-", lw=1)
    ax.plot(x, y, "o", color=COLOURS["data"], ms=6, label="houses")
    ax.set(xlim=ends, ylim=(-40, 340), xlabel="area (1000 sq ft)", ylabel="price (1000 $)")
    ax.legend(loc="upper left", frameon=False)
    return fig, (f"A line through the houses, and at three areas a bell on its side: widest at the "
                 f"line's own price, and hardly anything further than {2 * sigma:.0f} thousand "
                 "dollars away.")


@displayed
def same_place(x, y, sigma=30.0):
    """Likelihood, −log likelihood and mean half square over the slope: one best place."""
    y_hat = line_through_middle(SLOPES, x, y)
    densities = bell(y, y_hat, sigma)
    fig, axes = new_figure(1, 3, size=(8.4, 3.3), sharex=True)
    curves = (densities.prod(axis=1), -np.log(densities).sum(axis=1),
              0.5 * ((y_hat - y)**2).mean(axis=1))
    for ax, values, title in zip(axes, curves, ("likelihood", "−log likelihood",
                                                "mean of ½(ŷ − y)²"), strict=True):
        ax.plot(SLOPES, values, color=COLOURS["model" if ax is axes[0] else "cost"], ls="-")
        ax.set_title(title, pad=14 if ax is axes[0] else None)
    axes[1].set_xlabel("slope w of the line ($ per square foot)")
    best = [mark_lowest(ax, SLOPES, values, highest=ax is axes[0])
            for ax, values in zip(axes, curves, strict=True)]
    return fig, (f"Over the slope of the line, the likelihood is highest at ${best[0]:.0f}, minus "
                 f"its logarithm lowest at ${best[1]:.0f}, and the mean half square lowest at "
                 f"${best[2]:.0f} per square foot.")


@displayed
def stairs(x, y):
    """Mistakes and cross-entropy, over the size at which the neuron says one half."""
    yes = (y > EXPENSIVE) * 1.0
    mistakes = np.sum((says_expensive(SIZES, x) > 0.5) != yes, axis=1)
    z = STEEPNESS * (x - SIZES[:, None])
    cost = SigmoidCrossEntropy().loss(z[..., None], np.broadcast_to(yes, z.shape)[..., None])
    cost = cost.mean(axis=1)
    fig, axes = new_figure(2, 1, size=(7.5, 4.2), sharex=True)
    draw_stairs(axes, 1000 * SIZES, mistakes, cost)
    axes[1].set_xlabel("size at which the neuron says one half (sq ft)")
    best = mark_lowest(axes[1], 1000 * SIZES, cost)
    flat = np.mean(np.diff(mistakes) == 0)
    return fig, (f"Over the size at which the neuron says one half, the number of mistakes is a "
                 f"staircase: it does not change in {flat:.0%} of the small moves. The "
                 f"cross-entropy changes everywhere and is lowest, {cost.min():.2f}, at "
                 f"{best:,.0f} square feet.")


@displayed
def three_classes(x, y):
    """The neuron's three probabilities over the area, and the cost over one of its weights."""
    k, grid = class_of(y), np.linspace(0.4, 3.5, 156)
    P = class_probabilities(grid)
    fig, (left, right) = new_figure(1, 2, size=(8.4, 3.9), width_ratios=[1.4, 1])
    for n, name in enumerate(CLASSES):
        look = series(n)
        left.plot(grid, P[:, n], color=look["color"], ls=look["linestyle"], label=name)
        left.plot(x[k == n], np.full(np.sum(k == n), -0.06 - 0.06 * n), look["marker"],
                  color=look["color"], ms=5)
    left.set(xlim=(0.4, 3.5), ylim=(-0.25, 1.05), xlabel="area (1000 sq ft)", ylabel="probability",
             title="softmax: three shares of 1", yticks=[0, 0.5, 1])
    left.legend(loc="center right", frameon=False)
    cost = np.array([-np.log(class_probabilities(x, lift)[range(len(k)), k]).mean()
                     for lift in LIFTS])
    right.plot(LIFTS, cost, color=COLOURS["cost"], ls="-")
    right.set(xlabel="bias of “middle”", ylabel="cost", title="−log p of what was true")
    best = mark_lowest(right, LIFTS, cost)
    return fig, (f"Left: the probabilities of {', '.join(CLASSES)} over the area, with the houses "
                 f"below; the borders are at {EDGES[0]:.0f} and {EDGES[1]:.0f} thousand dollars. "
                 f"Right: the mean of −log p is lowest, {cost.min():.2f}, where the bias of the "
                 f"middle class is {best:.1f}.")


@displayed
def epochs_by_rate(needed, rates=SPEED_RATES):
    """Epochs that two costs need, over the learning rate; a dot for each seed, a line of medians.

    Parameters
    ----------
    needed : {start: (seeds, 2, rates) array}, quadratic cost first
    """
    fig, axes = new_figure(1, len(needed), size=(8.6, 3.9), sharey=True, squeeze=False)
    for ax, (start, epochs) in zip(axes[0], needed.items(), strict=True):
        for k, name in enumerate(("quadratic", "cross-entropy")):
            look, shift = series(k), 0.94 if k else 1.06
            for seed in epochs[:, k]:
                ax.plot(np.array(rates) * shift, seed, look["marker"], color=look["color"], ms=3,
                        alpha=0.4, mew=0)
            ax.plot(rates, np.median(epochs[:, k], axis=0), color=look["color"],
                    ls=look["linestyle"], marker=look["marker"], label=name)
        ax.set(xscale="log", yscale="log", ylim=(0.8, 400), xlabel="learning rate",
               title=f"start: {start}")
    axes[0, 0].set_ylabel("epochs needed")
    axes[0, 0].legend(frameon=False, loc="lower left")
    return fig, ("Epochs needed over the learning rate, for each of two costs and "
                 f"{len(needed)} starts: {', '.join(needed)}.")
