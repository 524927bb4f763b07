"""The property example as pictures: one house through one neuron, and what hidden neurons see."""

import numpy as np
from matplotlib.patches import Rectangle

from course_lib.figure.numbers import written
from course_lib.figure.style import BLUE, COLOURS, GREY, MARKERS, RED, SERIES, SKY, series


def draw_terms(ax, names, terms, start, paid):
    """A price as a sum: start with the average, then each input's term up or down.

    Parameters
    ----------
    names, terms : one for each input; terms in thousand dollars
    start, paid : the average price and what was paid
    """
    totals = start + np.concatenate([[0], np.cumsum(terms)])
    ax.bar(0, start, color=GREY, width=0.6)
    for n, term in enumerate(terms):
        ax.bar(n + 1, term, bottom=totals[n], width=0.6, color=BLUE if term >= 0 else RED,
               hatch="" if term >= 0 else "//", edgecolor="white")
        ax.text(n + 1, max(totals[n], totals[n + 1]) + 2,
                ("+" if round(term) > 0 else "") + written(term, ".0f"), ha="center")
        ax.plot([n + 0.3, n + 0.7], [totals[n]] * 2, "-", color="black", lw=1)
    last = len(terms) + 1
    ax.bar(last, totals[-1], color=COLOURS["model"], width=0.6)
    ax.bar(last + 1, paid, color=COLOURS["target"], width=0.6)
    for x, value in ((0, start), (last, totals[-1]), (last + 1, paid)):
        ax.text(x, value + 2, f"{value:.0f}", ha="center", weight="bold")
    ax.set_xticks(range(last + 2), ["average\nhouse", *names, "neuron\nsays", "was\npaid"])
    ax.set(ylabel="thousand dollars", ylim=(0, max(*totals, paid) * 1.15))


def draw_combinations(ax, names, subsets, columns=5):
    """Each subset of the inputs as a small neuron: which wires there are."""
    rows = -(-len(subsets) // columns)
    ax.set(xlim=(-0.15, columns), ylim=(rows, 0.05))
    ax.axis("off")
    heights = np.linspace(0.22, 0.82, len(names))
    for n, subset in enumerate(subsets):
        x, y = n % columns, n // columns
        for i, (name, height) in enumerate(zip(names, heights, strict=True)):
            used = i in subset
            if used:
                ax.plot([x + 0.44, x + 0.72], [y + height, y + 0.52], "-", color=BLUE, lw=2,
                        zorder=1)
            ax.text(x + 0.42, y + height, name, ha="right", va="center", fontsize=12,
                    color="black" if used else "#B0B0B0", weight="bold" if used else "normal")
        ax.plot(x + 0.76, y + 0.52, "o", ms=17, mfc="white", mec="black", mew=1.5)
        ax.text(x + 0.76, y + 0.52, str(len(subset)), ha="center", va="center", fontsize=12)


def draw_subsets(matrix, bars, names, subsets, scores):
    """Rows of dots that say which inputs are used, and a bar for how far they get.

    Returns
    -------
    (bars, band, text) : artists; the band marks a row
    """
    rows = np.arange(len(subsets))
    for row, subset in zip(rows, subsets, strict=True):
        matrix.plot(range(len(names)), [row] * len(names), "o", color="#DDDDDD", ms=8, ls="none")
        matrix.plot(subset, [row] * len(subset), "o-", color="black", ms=8, lw=1.5)
    sizes = np.array([len(subset) for subset in subsets])
    for edge in np.flatnonzero(np.diff(sizes)) + 0.5:
        for ax in (matrix, bars):
            ax.axhline(edge, color="#BBBBBB", lw=1, ls="-")
    limits = (len(subsets) - 0.4, -0.6)
    matrix.set(xlim=(-0.6, len(names) - 0.4), ylim=limits, yticks=[])
    matrix.set_xticks(range(len(names)), names, rotation=35, ha="right", rotation_mode="anchor")
    matrix.spines[["left", "bottom"]].set_visible(False)
    matrix.tick_params(bottom=False)
    rectangles = list(bars.barh(rows, scores, height=0.7, color=SKY, zorder=2))
    bars.set(xlim=(0, 1), ylim=limits, yticks=[], xlabel="R² on the test set")
    band = Rectangle((0, -0.5), 1, 1, facecolor="none", edgecolor=RED, lw=2.5, zorder=6)
    bars.add_patch(band)
    text = bars.text(0, 0, "", va="center", weight="bold", zorder=7)
    return rectangles, band, text


def draw_predictions(ax, paid, limit=300):
    """Predicted against paid price; returns the points, whose prediction an explorer sets."""
    ax.plot([0, limit], [0, limit], "--", color=COLOURS["reference"], lw=1.5)
    (points,) = ax.plot(paid, paid, "o", ms=3, alpha=0.45, color=COLOURS["data"], mew=0)
    ax.set(xlim=(0, limit), ylim=(0, limit), xlabel="paid, thousand dollars",
           ylabel="predicted, thousand dollars", aspect="equal",
           xticks=[0, 100, 200, 300], yticks=[0, 100, 200, 300])
    return points


def draw_effect(ax, age, effects):
    """What another 100 square feet add to the predicted price, house by house, by age.

    Parameters
    ----------
    age : (n,) years
    effects : dict of model's name -> (n,) thousand dollars
    """
    for n, (name, effect) in enumerate(effects.items()):
        ax.plot(age, effect, MARKERS[n], color=SERIES[n], ms=4, alpha=0.5, mew=0, ls="none")
        ax.plot([], [], MARKERS[n], color=SERIES[n], ms=9, ls="none", label=name)
    ax.set(xlabel="age of the house, years", ylabel="thousand dollars\nfor 100 sq ft more")
    ax.legend(frameon=False)


def draw_bands(ax, bands, errors):
    """Median relative error of some models, for houses of one price after another.

    Parameters
    ----------
    bands : names of the price bands, cheap first, in thousand dollars
    errors : dict of model's name -> an error for each band, 0.1 for 10%
    """
    for n, (name, values) in enumerate(errors.items()):
        ax.plot(range(len(bands)), 100 * np.asarray(values), label=name, **series(n))
    ax.set_xticks(range(len(bands)), bands)
    ax.set(xlabel="paid, thousand dollars", ylabel="median relative\nerror, %", ylim=(0, None))
    ax.legend(frameon=False)


def draw_weights(ax, names, weights, limit):
    """One bar for each input, up or down; returns the bars and their numbers."""
    bars = ax.bar(range(len(names)), weights, width=0.6, edgecolor="black")
    texts = [ax.text(n, 0, "", ha="center", in_layout=False) for n in range(len(names))]
    ax.axhline(0, color="black", lw=1, ls="-")
    ax.set_xticks(range(len(names)), names)
    ax.set_ylim(-limit, limit)
    set_weights(bars, texts, weights, limit)
    return list(bars), texts


def set_weights(bars, texts, weights, limit, digits=1):
    """Give the bars of `draw_weights` other heights; negative ones are red and hatched."""
    for bar, text, weight in zip(bars, texts, weights, strict=True):
        bar.set(height=weight, facecolor=RED if weight < 0 else BLUE,
                hatch="//" if weight < 0 else "")
        text.set_text(written(weight, f".{digits}f"))
        above = 0.04 if weight >= 0 else -0.13
        text.set_position((text.get_position()[0], weight + above * limit))
