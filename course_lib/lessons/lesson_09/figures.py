"""Pictures of lesson 09: the ladder, tables of letters, attention weights, places, a page."""

import json
import textwrap
from functools import lru_cache

import numpy as np
from matplotlib.patches import Rectangle

from course_lib.datasets.files import data_file
from course_lib.figure.style import (
    COLOURS,
    DIVERGING,
    GREY,
    SEQUENTIAL,
    SERIES,
    new_figure,
    show,
)

RUNGS = ("all letters equal", "how often each letter comes", "table of pairs", "eight letters",
         "LSTM", "small GPT")


def ink(text, space="·"):
    """A text with the two characters made visible that leave no ink."""
    return text.replace("\n", "¶").replace(" ", space)


@lru_cache(maxsize=1)
def measured():
    """What the slow networks of the lesson reach, from the file of their measurements."""
    return json.loads(data_file("transformer_measured.json").read_text(encoding="utf-8"))


# The ladder ---------------------------------------------------------------------------------------
def show_ladder(bits, counts=None):
    """Bits per character of each rung so far; empty rungs are still to come.

    Parameters
    ----------
    bits : {name of RUNGS: bits per character}, the last one is new
    counts : float, optional
        What counting five letters reaches: the line to beat.
    """
    fig, ax = new_figure(size=(8.2, 3.6))
    last = list(bits)[-1]
    for row, name in enumerate(RUNGS):
        if name not in bits:
            ax.text(0.05, row, f"{name} …", va="center", color=GREY, fontsize=12)
            continue
        ax.barh(row, bits[name], height=0.62,
                color=COLOURS["highlight"] if name == last else COLOURS["model"])
        ax.text(bits[name] + 0.06, row, f"{bits[name]:.2f}", va="center", fontsize=13)
    if counts is not None:
        ax.axvline(counts, color=COLOURS["target"], ls="--")
        ax.text(counts + 0.05, -0.62, f"counts of five letters {counts:.2f}", fontsize=12,
                color=COLOURS["target"], va="bottom")
    ax.set(yticks=range(len(RUNGS)), ylim=(len(RUNGS) - 0.5, -0.75), xlim=(0, 6.8),
           yticklabels=[name if name in bits else "" for name in RUNGS],
           xlabel="bits per character on pages never read")
    said = "; ".join(f"{name} {value:.1f}" for name, value in bits.items())
    line = "" if counts is None else f"; counting five letters {counts:.2f}"
    show(fig, f"Bits per character so far: {said}{line}.")


def show_letters(P, alphabet):
    """The table of pairs: a row for the letter before, a column for the one that follows."""
    order = [alphabet.index(c) for c in " \nabcdefghijklmnopqrstuvwxyz.,"]
    names = [ink(alphabet[k]) for k in order]
    table = P[np.ix_(order, order)]
    fig, ax = new_figure(size=(7.6, 6.4))
    image = ax.imshow(np.sqrt(table), cmap=SEQUENTIAL, vmin=0, vmax=1)
    bar = fig.colorbar(image, ax=ax, shrink=0.8, ticks=np.sqrt([0, 0.05, 0.25, 0.5, 1]))
    bar.set_ticklabels(["0", "0.05", "0.25", "0.5", "1"])
    bar.set_label("chance of the next letter")
    ax.set(xlabel="the letter that follows", ylabel="the letter before")
    ax.set_xticks(range(len(names)), names, fontsize=11, family="monospace")
    ax.set_yticks(range(len(names)), names, fontsize=11, family="monospace")
    row = {c: P[alphabet.index(c)] for c in "q,"}
    show(fig, f"A table of the chances of each letter after each other. After q comes u with "
              f"{row['q'].max():.2f}, after a comma comes a space with "
              f"{row[','][alphabet.index(' ')]:.2f}.")


def show_counting(orders, train, test, seen):
    """Bits on both parts, and the share of pasts that have been seen, against letters of past."""
    fig, axes = new_figure(1, 2, size=(8.6, 3.6))
    axes[0].plot(orders, train, "o--", color=COLOURS["train"], label="pages that were counted")
    axes[0].plot(orders, test, "s-", color=COLOURS["test"], label="new pages")
    axes[0].set(xlabel="letters of past", ylabel="bits per character", ylim=(0, 4.8))
    axes[0].legend(frameon=False)
    axes[1].plot(orders, seen, "o-", color=COLOURS["model"])
    axes[1].set(xlabel="letters of past", ylabel="pasts met before", ylim=(0, 1.05))
    best = int(np.argmin(test))
    show(fig, f"Counting with 0 to {orders[-1]} letters of past: on new pages best with "
              f"{orders[best]}, {test[best]:.2f} bits; with {orders[-1]} it is {test[-1]:.2f}, "
              f"though {train[-1]:.2f} on the pages that were counted. Of the pasts of "
              f"{orders[-1]} letters {seen[-1]:.0%} were met before.")


# Attention ----------------------------------------------------------------------------------------
def show_weights(A, letters, title=""):
    """A table of attention weights (time, time): a row for each letter that looks."""
    fig, ax = new_figure(size=(5.4, 4.4))
    image = ax.imshow(A, cmap="Blues", vmin=0, vmax=1)
    fig.colorbar(image, ax=ax, shrink=0.8, label="weight")
    ax.set_xticks(range(len(letters)), letters, family="monospace")
    ax.set_yticks(range(len(letters)), letters, family="monospace")
    ax.set(xlabel="is looked at", ylabel="looks", title=title)
    if len(A) <= 8:
        for (row, column), weight in np.ndenumerate(A):
            ax.text(column, row, f"{weight:.2f}", ha="center", va="center", fontsize=11,
                    color="white" if weight > 0.55 else "black")
    said = [f"{letters[t]} looks at {np.sum(row > 0)} alike" if np.ptp(row[row > 0]) < 1e-9 and t
            else f"{letters[t]} looks most at {letters[row.argmax()]}" for t, row in enumerate(A)]
    show(fig, f"Attention weights: {'; '.join(said)}.")


def show_cards(X, A, letters, digits):
    """One row of cards, the letter asked for, and how much it looks at each card."""
    names = []
    for x in X:
        letter = letters[int(x[:len(letters)].argmax())]
        digit = x[len(letters):]
        names.append(f"{letter} {digits[int(digit.argmax())]}" if digit.any() else f"{letter} ?")
    fig, ax = new_figure(size=(7.6, 2.6))
    ax.set(xlim=(-0.7, len(names) - 0.3), ylim=(-0.1, 1.75))
    ax.axis("off")
    for n, (name, weight) in enumerate(zip(names, A, strict=True)):
        last = n == len(names) - 1
        ax.add_patch(Rectangle((n - 0.4, 0), 0.8, 0.8, edgecolor="black", lw=1.5,
                               facecolor=(0.0, 0.45, 0.7, weight if not last else 0.0)))
        ax.text(n, 0.4, name, ha="center", va="center", fontsize=18,
                color="white" if weight > 0.55 and not last else "black")
        ax.text(n, 1.0, f"{weight:.2f}", ha="center", fontsize=13)
    ax.text(-0.6, 1.45, "how much the last card looks at each", fontsize=13)
    show(fig, f"Cards {', '.join(names)}. The last one looks most at {names[int(A.argmax())]}.")


def show_scale(sizes, plain, scaled):
    """The largest weight of a row, with and without the division by √d."""
    fig, ax = new_figure(size=(6.4, 3.2))
    ax.plot(sizes, plain, "s--", color=COLOURS["highlight"], label="softmax(q·k)")
    ax.plot(sizes, scaled, "o-", color=COLOURS["model"], label="softmax(q·k / √d)")
    ax.set(xscale="log", xlabel="d, numbers in a key", ylabel="largest weight", ylim=(0, 1.02))
    ax.set_xticks(sizes, [str(d) for d in sizes])
    ax.minorticks_off()
    ax.legend(frameon=False)
    show(fig, f"The largest of 16 weights, with keys of {sizes[0]} and of {sizes[-1]} numbers: "
              f"{plain[0]:.2f} and {plain[-1]:.2f} without the scale, {scaled[0]:.2f} and "
              f"{scaled[-1]:.2f} with it.")


def show_places(P):
    """The vectors of places, and how alike the vectors of two places are."""
    fig, axes = new_figure(1, 2, size=(8.6, 3.6))
    axes[0].imshow(P.T, cmap=DIVERGING, aspect="auto", vmin=-1, vmax=1)
    axes[0].set(xlabel="place in the text", ylabel="number", title="a vector for each place")
    for at, style in ((20, "-"), (60, "--"), (100, ":")):
        if at < len(P):
            axes[1].plot(P @ P[at], style, label=f"place {at}")
    axes[1].set(xlabel="place in the text", title="product with a place")
    axes[1].legend(frameon=False)
    show(fig, f"The sinusoids of {len(P)} places, with {P.shape[1]} numbers each. The product of "
              "two places is largest where they are the same, and depends on their distance only.")


def show_pieces(pieces):
    """What each piece of a Transformer is worth: a dot for each seed, a bar at the median."""
    fig, ax = new_figure(size=(8.2, 3.8))
    medians = [float(np.median(list(seeds.values()))) for seeds in pieces.values()]
    for row, seeds in enumerate(pieces.values()):
        ax.plot(list(seeds.values()), [row] * len(seeds), "o", color=SERIES[0], alpha=0.7)
        ax.plot([medians[row]] * 2, [row - 0.3, row + 0.3], color="black", lw=2.5)
        ax.text(medians[row] + 0.06, row - 0.1, f"{medians[row]:.2f}", fontsize=12)
    ax.set(yticks=range(len(pieces)), yticklabels=list(pieces), ylim=(len(pieces) - 0.5, -0.6),
           xlabel="bits per character on pages never read")
    ax.grid(axis="x", alpha=0.3)
    show(fig, "Bits per character with one piece more each time: " + "; ".join(
        f"{name} {value:.2f}" for name, value in zip(pieces, medians, strict=True)) + ".")


def draw_heads(fig, heads, n):
    """A line of letters for each head, with room for colours over it."""
    axes = fig.subplots(heads, 1)
    letters, images, frames = [], [], []
    for head, ax in enumerate(axes):
        ax.set(xlim=(-0.6, n - 0.4), ylim=(0, 1), xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.set_ylabel(f"head {head + 1}", rotation=0, ha="right", va="center", fontsize=12)
        letters.append([ax.text(k, 0.5, "", ha="center", va="center", family="monospace",
                                fontsize=11) for k in range(n)])
        images.append(ax.imshow(np.zeros((1, n, 4)), aspect="auto", zorder=3,
                                extent=(-0.5, n - 0.5, 0.05, 0.95)))
        ax.set(xlim=(-0.6, n - 0.4), ylim=(0, 1))
        frames.append(ax.add_patch(Rectangle((0, 0.04), 1, 0.92, fill=False, lw=2, zorder=4,
                                             edgecolor=COLOURS["highlight"])))
    title = axes[0].set_title(" ")
    return axes, letters, images, frames, title


def write_letters(rows, page):
    for row in rows:
        for text, character in zip(row, page, strict=True):
            text.set_text(ink(character))


def set_weights(image, weights):
    """Colour each letter as strongly as it is looked at."""
    rgba = np.zeros((1, len(weights), 4))
    rgba[..., :3] = (0.90, 0.62, 0.0)
    rgba[..., 3] = 0.85 * np.sqrt(weights)
    image.set_data(rgba)


def draw_four(fig, letters):
    """A 4 × 4 table of weights with its numbers, and bars for the letter that follows.

    The fourth row is framed: it is the one that guesses. Returns (image, numbers, letters at the
    left and above, keys above, what the fourth step asks, its frame, bars, title).
    """
    left, right = fig.subplots(1, 2, width_ratios=(1.9, 1))
    image = left.imshow(np.zeros((4, 4)), cmap="Blues", vmin=0, vmax=1)
    numbers = np.array([[left.text(c, r, "", ha="center", va="center", fontsize=12)
                         for c in range(4)] for r in range(4)])
    left.set(xticks=[], yticks=[], xlim=(-1.4, 5.1), ylim=(3.65, -1.9))
    left.axis("off")
    ticks = [left.text(-0.75, r, "", ha="center", va="center", fontsize=15) for r in range(4)]
    ticks += [left.text(c, -1.45, "", ha="center", va="center", fontsize=15) for c in range(4)]
    keys = [left.text(c, -0.85, "", ha="center", va="center", fontsize=13,
                      color=COLOURS["highlight"]) for c in range(4)]
    left.text(3.6, -0.85, "found by", fontsize=12, color=COLOURS["highlight"], va="center")
    for r in range(4):
        left.text(-1.3, r, str(r + 1), fontsize=12, color=GREY, ha="center", va="center")
    asks = left.text(3.65, 3, "", va="center", fontsize=12, color=COLOURS["highlight"])
    frame = left.add_patch(Rectangle((-0.5, 2.5), 4, 1, fill=False, lw=2.5, clip_on=False,
                                     edgecolor=COLOURS["highlight"]))
    bars = right.bar(range(len(letters)), [0] * len(letters), color=COLOURS["model"])
    right.set(ylim=(0, 1), title="what arrives at 4")
    right.set_xticks(range(len(letters)), list(letters), fontsize=15)
    title = fig.suptitle(" ", fontsize=15)
    return image, numbers, ticks, keys, asks, frame, list(bars), title


def draw_page(fig, n_bars, columns):
    """A page of text above, bars for the next letter below."""
    top, low = fig.subplots(2, 1, height_ratios=(1.5, 1))
    top.axis("off")
    page = top.text(0, 1, "", va="top", family="monospace", fontsize=13, transform=top.transAxes)
    bars = low.bar(range(n_bars), [0] * n_bars, color=COLOURS["model"])
    low.set(ylim=(0, 1), xticks=[], ylabel="next letter")
    marks = [low.text(k, -0.03, "", ha="center", va="top", family="monospace", fontsize=14)
             for k in range(n_bars)]
    return page, list(bars), marks, top.set_title(" ")


def show_samples(costs, samples):
    """The cost of training, and what the network wrote on the way."""
    fig, axes = new_figure(2, 1, size=(8.6, 5.2), height_ratios=(1.2, 1))
    axes[0].plot(costs, color=COLOURS["train"], lw=1)
    axes[0].set(xlabel="step", ylabel="bits per character", ylim=(1.5, 6.5))
    axes[1].axis("off")
    for row, (step, text) in enumerate(samples.items()):
        axes[1].text(0, 1 - row / len(samples), f"{step:4} {ink(text[:62], ' ')}", va="top",
                     family="monospace", fontsize=13, transform=axes[1].transAxes)
    show(fig, "The cost falls while the network trains, and below it is what it wrote on the way: "
              "first any letters, later words.")


def show_pages(pages):
    """Pieces of text beside one another's names, as on paper."""
    fig, ax = new_figure(size=(8.6, 1.25 * len(pages)))
    ax.axis("off")
    for row, (name, text) in enumerate(pages.items()):
        y = 1 - row / len(pages)
        ax.text(0, y, name, va="top", fontsize=18, weight="bold", transform=ax.transAxes)
        ax.text(0.06, y, textwrap.fill(text.replace("\n", " "), 72), va="top", fontsize=13,
                family="monospace", transform=ax.transAxes)
    show(fig, " ".join(f"{name}: {' '.join(text.split())}" for name, text in pages.items()))


def show_limits(found):
    """The longest run that was copied, and the share of words that are new, by writer.

    found : {writer: (the longest copied run, share of words that the training pages do not have)}
    """
    fig, axes = new_figure(1, 2, size=(8.6, 1.2 + 0.6 * len(found)), sharey=True)
    for ax, values, label in (
            (axes[0], [len(run) for run, _ in found.values()], "longest copied run, letters"),
            (axes[1], [100 * share for _, share in found.values()], "words never met, %")):
        ax.barh(range(len(found)), values, color=COLOURS["model"], height=0.6)
        for row, value in enumerate(values):
            ax.text(value, row, f" {value:.0f}", va="center", fontsize=13)
        ax.set(xlabel=label, xlim=(0, 1.2 * max(values)))
    axes[0].set(yticks=range(len(found)), yticklabels=list(found),
                ylim=(len(found) - 0.5, -0.5))
    show(fig, "; ".join(f"{name}: copies at most {len(run)} letters in a row, {share:.0%} of its "
                        "words are new" for name, (run, share) in found.items()) + ".")
