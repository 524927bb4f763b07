"""What an experiment says about a claim: each measurement a dot, and a verdict that is computed.

A seed decides the start of a network, the order of its rows, which rows are held out. So a claim is
measured with many seeds, and it holds when it holds with nearly all of them.
"""

import textwrap

import numpy as np

from course_lib.figure.style import COLOURS, SERIES, new_figure, show

NEARLY_ALL, HARDLY_ANY = 0.9, 0.1


def in_words(holds):
    """The verdict on what holds with each seed: holds, does not hold, or varies with the seed.

    Parameters
    ----------
    holds : (seeds,) array of bool, or {condition: (seeds,) array of bool}

    Returns
    -------
    str
        "holds", "does not hold" or "varies with the seed"; of several conditions "holds when …",
        with all conditions named that it does not simply hold in.
    """
    if not isinstance(holds, dict):
        share = np.mean(_seeds(holds))
        return ("holds" if share >= NEARLY_ALL else
                "does not hold" if share <= HARDLY_ANY else "varies with the seed")
    words = {condition: in_words(_seeds(seeds)) for condition, seeds in holds.items()}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{word}: {', '.join(c for c in words if words[c] == word)}"
                     for word in ("holds", "varies with the seed", "does not hold")
                     if word in words.values())


def verdict(claim, measured, holds, *, unit="", log=False):
    """Draw a claim's measurements and the verdict on it, and display them.

    Parameters
    ----------
    claim : str
        The sentence that is tested.
    measured : {name: (seeds,) array} or {condition: {name: (seeds,) array}}
        What was measured: a dot for each seed, a bar at the median.
    holds : (seeds,) array of bool, or {condition: (seeds,) array of bool}
        Whether the claim holds with each seed: a comparison of what was measured.
    unit : str
        What the numbers are, on the axis.
    log : bool
        Whether the axis is logarithmic: for numbers that differ by factors.

    Notes
    -----
    The claim holds when it does so with at least nine seeds in ten, does not hold with at most one
    in ten, and varies with the seed between. The text of the picture has the verdict and not the
    numbers: their last digits differ from one processor to another. Built in lesson 03.

    Raises ValueError for nan, fewer than two seeds, and conditions that are not those measured.
    """
    several = isinstance(next(iter(measured.values())), dict)
    panels = measured if several else {"": measured}
    if isinstance(holds, dict) != several or several and set(holds) != set(measured):
        raise ValueError(f"verdict got holds for {_names(holds)}, but measured {_names(measured)}; "
                         "give one array of bool for each condition that was measured")
    said = in_words(holds)
    rows = max(len(values) for values in panels.values())
    fig, axes = new_figure(1, len(panels), size=(8.6, 1.9 + 0.55 * rows), sharex=True,
                           squeeze=False)
    for ax, (condition, values) in zip(axes[0], panels.items(), strict=True):
        for row, (name, seeds) in enumerate(values.items()):
            seeds = np.asarray(seeds, float)
            if seeds.ndim != 1 or len(seeds) < 2 or not np.isfinite(seeds).all():
                raise ValueError(f"verdict got {name!r} measured as {seeds!r}; expected one finite "
                                 "number for each of at least two seeds")
            spread = np.linspace(-0.22, 0.22, len(seeds))
            ax.plot(seeds, row + spread, "o", color=SERIES[row % len(SERIES)], markersize=5,
                    alpha=0.65)
            ax.plot([np.median(seeds)] * 2, [row - 0.34, row + 0.34], "-", color="black",
                    linewidth=2.5)
        ax.set(yticks=range(len(values)), ylim=(len(values) - 0.5, -0.5), xlabel=unit,
               title=condition)
        if ax is axes[0, 0]:
            ax.set_yticklabels(values)
        else:
            ax.set_yticklabels([])
        if log:
            ax.set_xscale("log")
        ax.grid(axis="x", alpha=0.3)
    colour = COLOURS["target"] if said == "holds" else COLOURS["highlight"]
    fig.suptitle(f"“{claim}”", fontsize=15)
    told = f"{said[0].upper()}{said[1:]}"
    fig.supxlabel(textwrap.fill(told if several else f"Verdict: {said}", 64), fontsize=16,
                  color=colour, fontweight="bold")
    show(fig, f"“{claim}” {told}.")


def _seeds(holds):
    holds = np.asarray(holds)
    if holds.dtype != bool or holds.ndim != 1 or len(holds) < 2:
        raise ValueError(f"verdict got holds={holds!r}; expected True or False for each seed, such "
                         "as accuracy_a > accuracy_b")
    return holds


def _names(values):
    return ", ".join(map(repr, values)) if isinstance(values, dict) else "no condition"
