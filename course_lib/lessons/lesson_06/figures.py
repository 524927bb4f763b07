"""Pictures of lesson 06: who leaves, how good a prediction is, and what a mistake costs."""

import numpy as np

from course_lib.figure.style import COLOURS, GREY, SEQUENTIAL, series


def wilson(rate, count, z=1.96):
    """The two ends of Wilson's interval (95% with z = 1.96) for a share seen among ``count``.

    The shares p with |rate − p| ≤ z √(p(1 − p)/count). Also where all or none left it has a length.
    E. B. Wilson (1927), Journal of the American Statistical Association 22.
    """
    rate, count = np.asarray(rate, float), np.maximum(np.asarray(count, float), 1)
    shrink = 1 + z**2 / count
    middle = (rate + z**2 / (2 * count)) / shrink
    half = z * np.sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2)) / shrink
    return middle - half, middle + half


def draw_rates(ax, x, rate, count, *, n=0, label=None, joined=True):
    """Draw the share of leavers by group as points, with Wilson's 95% intervals."""
    look = series(n) | ({} if joined else {"linestyle": "none", "markersize": 11})
    rate = np.asarray(rate, float)
    low, high = wilson(rate, count)
    lengths = np.maximum([rate - low, high - rate], 0)
    return ax.errorbar(x, rate, yerr=lengths, capsize=4, elinewidth=1.4, label=label, **look)


def draw_signal(ax, names, spread, chance):
    """Draw how far each column's groups lie apart, beside what chance alone would give."""
    rows = np.arange(len(names))[::-1]
    ax.barh(rows, spread, height=0.65, color=COLOURS["model"], label="measured")
    ax.plot(chance, rows, "D", color=COLOURS["highlight"], markersize=7, linestyle="none",
            label="highest of 100 shuffles")
    ax.set_yticks(rows, names)
    ax.set(xlabel="spread of the exit rate between groups", xlim=(0, None))
    ax.legend(loc="lower right")


def draw_architecture(ax, sizes, names=()):
    """Draw a network as columns of neurons, every one joined to every one of the next column."""
    height = max(sizes)
    places = [np.linspace(height * (1 - n / height) / 2, height * (1 + n / height) / 2, n + 1)[:-1]
              + 0.5 for n in sizes]
    for left, (here, there) in enumerate(zip(places[:-1], places[1:], strict=True)):
        for a in here:
            for b in there:
                ax.plot([left, left + 1], [a, b], "-", color="0.75", linewidth=0.8, zorder=1)
    for column, spots in enumerate(places):
        colour = COLOURS["data"] if column == 0 else COLOURS["model"]
        ax.plot(np.full(len(spots), column), spots, "o", color=colour, markersize=11,
                linestyle="none", zorder=2)
        ax.text(column, height + 0.35, f"{sizes[column]}", ha="center", va="bottom")
    for name, spot in zip(names, places[0][::-1], strict=False):
        ax.text(-0.12, spot, name, ha="right", va="center", fontsize=12)
    ax.set(xlim=(-0.9 if len(names) else -0.2, len(sizes) - 0.8), ylim=(-0.1, height + 1.2))
    ax.axis("off")


def draw_confusion(ax, matrix, title=""):
    """Draw [[TN, FP], [FN, TP]] as four tiles, shaded by the share of their row.

    Returns
    -------
    image, texts : the artists that `move_confusion` moves
    """
    image = ax.imshow(np.zeros((2, 2)), cmap=SEQUENTIAL, vmin=0, vmax=1)
    texts = [ax.text(column, row, "", ha="center", va="center", fontsize=17, fontweight="bold")
             for row in (0, 1) for column in (0, 1)]
    ax.set_xticks([0, 1], ["stays", "leaves"])
    ax.set_yticks([0, 1], ["stayed", "left"], rotation=90, va="center")
    ax.set(xlabel="answer", ylabel="truth", title=title)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    move_confusion(image, texts, matrix)
    return image, texts


def move_confusion(image, texts, matrix):
    """Give the tiles of `draw_confusion` other counts."""
    matrix = np.asarray(matrix)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    image.set_data(share)
    for text, count, part in zip(texts, matrix.ravel(), share.ravel(), strict=True):
        text.set(text=f"{count:,}", color="white" if part < 0.5 else "black")


def draw_curve(ax, x, y, *, n, label):
    """Draw one of a family of curves, with a few markers."""
    (line,) = ax.plot(x, y, markevery=max(len(x) // 8, 1), label=label, **series(n))
    return line


def draw_roc(ax, curves, point=None):
    """Draw true-positive against false-positive rate; curves: label → (fpr, tpr)."""
    for n, (label, (false, true)) in enumerate(curves.items()):
        draw_curve(ax, false, true, n=n, label=label)
    ax.plot([0, 1], [0, 1], ":", color=COLOURS["reference"], label="guessing")
    ax.set(xlabel="false-positive rate", ylabel="recall", xlim=(-0.01, 1), ylim=(0, 1.01))
    ax.legend(loc="lower right")


def draw_precision_recall(ax, curves, rate):
    """Draw precision against recall; curves: label → (precision, recall)."""
    for n, (label, (precision, recall)) in enumerate(curves.items()):
        seen = recall > 0.02  # one or two customers make no rate
        draw_curve(ax, recall[seen], precision[seen], n=n, label=label)
    ax.axhline(rate, linestyle=":", color=COLOURS["reference"], label="guessing")
    ax.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.01))
    ax.legend(loc="upper right")


def draw_calibration(ax, curves):
    """Draw the observed share of leavers by predicted probability; label → (ŷ, share, count)."""
    ax.plot([0, 1], [0, 1], ":", color=COLOURS["reference"], label="calibrated")
    for n, (label, (predicted, observed, count)) in enumerate(curves.items()):
        draw_rates(ax, predicted, observed, count, n=n, label=label)
    ax.set(xlabel="predicted probability of leaving", ylabel="share that left",
           xlim=(0, 1), ylim=(-0.03, 1.03))
    ax.legend(loc="upper left")


def draw_threshold_cost(ax, thresholds, cost, best):
    """Draw the cost per customer by threshold, with its minimum marked.

    Returns
    -------
    line, star : the curve and the mark of its minimum
    """
    (line,) = ax.plot(thresholds, cost, color=COLOURS["cost"])
    (star,) = ax.plot(thresholds[best], cost[best], "*", color=COLOURS["data"], markersize=17,
                      linestyle="none", zorder=4, clip_on=False)
    ax.set(xlabel="threshold: offer when ŷ is above", ylabel="cost per customer (€)",
           xlim=(0, 1), ylim=(0, 1.15 * np.max(cost)))
    return line, star


def draw_groups(ax, groups, rates, *, ylabel):
    """Draw a rate by group of customers, a bar for each model; rates: label → list."""
    width = 0.8 / len(rates)
    for n, (label, values) in enumerate(rates.items()):
        x = np.arange(len(groups)) + (n - (len(rates) - 1) / 2) * width
        bars = ax.bar(x, values, width * 0.92, color=series(n)["color"], label=label,
                      hatch=[None, "//", ".."][n % 3], edgecolor="white")
        ax.bar_label(bars, [f"{value:.2f}" for value in values], fontsize=12)
    ax.set_xticks(range(len(groups)), groups)
    ax.set(ylabel=ylabel, ylim=(0, 1.3 * max(map(max, rates.values()))))
    ax.legend(loc="upper right", ncols=len(rates))


def draw_what_if(ax, ages, curves, names):
    """Draw the predicted probability by age, a curve for each name; return the lines."""
    lines = [draw_curve(ax, ages, curve, n=n, label=name)
             for n, (curve, name) in enumerate(zip(curves, names, strict=True))]
    ax.set(xlabel="age (years)", ylabel="predicted probability of leaving", ylim=(0, 1.2),
           xlim=(ages[0], ages[-1]), yticks=np.linspace(0, 1, 6))
    ax.legend(loc="upper center", ncols=len(names))
    return lines


def draw_changes(ax, names):
    """Draw a bar for each single change to a customer; return the bars and their labels."""
    rows = np.arange(len(names))[::-1]
    bars = ax.barh(rows, np.zeros(len(names)), height=0.6, color=GREY)
    labels = [ax.text(0, row, "", va="center", fontsize=12) for row in rows]
    white = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    names = [ax.text(0.02, row + 0.34, name, va="bottom", ha="left", fontsize=12, bbox=white,
                     transform=ax.get_yaxis_transform())
             for row, name in zip(rows, names, strict=True)]
    ax.axvline(0, color="black", linewidth=1)
    ax.set_yticks([])
    ax.set(xlim=(-1, 1), ylim=(-0.5, len(names) - 0.1), xlabel="change of the probability")
    ax.spines["left"].set_visible(False)
    return list(bars), labels, names
