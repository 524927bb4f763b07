"""One picture for each of the three kinds of question: which one, how much, what comes next."""

import numpy as np

from course_lib.figure.style import BLACK, COLOURS, GREY, RED, new_figure, show
from course_lib.lessons.lesson_00.figures import LETTERS, draw_pixels


def draw_answers(axes, images, answers, truth):
    """Images, each with the network's answer; a wrong one is framed and crossed out."""
    for ax, image, answer, true in zip(axes.flat, images, answers, truth, strict=True):
        draw_pixels(ax, image)
        wrong = answer != true
        ax.set_title(f"{answer} ✗" if wrong else f"{answer}", fontsize=18,
                     color=RED if wrong else BLACK, pad=4)
        for spine in ax.spines.values():
            spine.set(visible=True, color=RED if wrong else GREY, lw=4 if wrong else 1)


def answers(X, said, truth):
    """Show twelve test images with the network's answers, two wrong ones among them."""
    wrong = np.flatnonzero(said != truth)[:2]
    shown = np.r_[:8, wrong, 8:12 - len(wrong)]
    fig, axes = new_figure(2, 6, size=(8, 3.5))
    draw_answers(axes, X[shown].reshape(-1, 8, 8), said[shown], truth[shown])
    show(fig, "Twelve test images of digits and the network's answers, "
         f"{sum(said[shown] != truth[shown])} of them wrong and crossed out. Of all {len(said)}, "
         f"{np.mean(said == truth):.0%} are right.")


def draw_prices(ax, area, price, line, curve):
    """Houses as points, and price by area as a straight line and as a network says it."""
    ax.plot(area, price, ".", color=COLOURS["data"], ms=4, alpha=0.35, label="sold houses")
    ax.plot(*line, "--", color=RED, lw=3, label="straight line")
    ax.plot(*curve, "-", color=COLOURS["model"], lw=3.5, label="network")
    ax.set(xlabel="living area (square feet)", ylabel="price (thousand dollars)")
    ax.legend(loc="upper left")


def prices(area, price, line, curve):
    """Show held-out sales, the two functions of the area, and the typical error of each."""
    fig, ax = new_figure(size=(8, 3.8))
    grid = np.linspace(500, 4500, 81)
    draw_prices(ax, area[:1500], price[:1500], (grid, line(grid)), (grid, curve(grid)))
    ax.set(xlim=(400, 4500), ylim=(0, 500))
    off = [np.sqrt(np.mean((price - f(area)) ** 2)) for f in (line, curve)]
    show(fig, f"Price by living area: 1,500 of {len(area):,} sales that were not learnt, a "
         "straight line and a network. At 4,000 square feet the network says about "
         f"{round(curve(np.array([4000.0]))[0] - line(4000), -1):.0f} thousand dollars more than "
         f"the line. Typical error: line {off[0]:.0f}, network {off[1]:.0f} thousand dollars.")


def draw_next(ax, start, probabilities, count=6):
    """The likeliest next letters after the beginning of a name, as bars."""
    top = np.argsort(-probabilities)[:count]
    bars = ax.bar(range(count), probabilities[top], color=COLOURS["model"], width=0.7)
    ax.bar_label(bars, [f"{p:.0%}" for p in probabilities[top]], padding=2, fontsize=13)
    ax.set(xticks=range(count), yticks=[], ylim=(0, 1.1 * probabilities.max()),
           xticklabels=["end" if n == 26 else LETTERS[n] for n in top])
    ax.set_title(f"{start}_", fontsize=18)
    ax.tick_params(axis="x", labelsize=15, length=0)
    ax.spines["left"].set_visible(False)


def next_letters(starts, probabilities):
    """Show the likeliest next letters after each of three beginnings."""
    fig, axes = new_figure(1, 3, size=(8, 3))
    for ax, start, p in zip(axes, starts, probabilities, strict=True):
        draw_next(ax, start, p)
    show(fig, "Likeliest next letters of a surname: " + ", ".join(
        f"{[*LETTERS, 'the end'][p.argmax()]} after {start}"
        for start, p in zip(starts, probabilities, strict=True)) + ".")
