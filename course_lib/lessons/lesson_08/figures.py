"""Pictures of networks that read: vectors of letters, states in time, how far back gradients go."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from course_lib.figure.style import (
    COLOURS,
    DIVERGING,
    GREY,
    SEQUENTIAL,
    SERIES,
    new_figure,
    series,
    show,
)
from course_lib.figure.verdict import in_words

GLYPH = 0.602  # width of a letter of DejaVu Sans Mono, in sizes of its font
ENDS = {"\n": "¶", " ": "·"}  # how the two characters are shown that leave no ink


def draw_lookup(axes, letters, one_hot, E):
    """One-hot rows times a table E are rows of the table: three matrices side by side."""
    largest = np.abs(E).max()
    for ax, matrix, title in zip(axes, (one_hot, E, one_hot @ E),
                                 ("one-hot rows", "table E", "embedding"), strict=True):
        if title == "one-hot rows":
            ax.imshow(matrix, cmap="Greys", vmin=0, vmax=1.6, aspect="auto")
        else:
            ax.imshow(matrix, cmap=DIVERGING, vmin=-largest, vmax=largest, aspect="auto")
        ax.set_title(f"{title}\n{matrix.shape[0]} × {matrix.shape[1]}")
        ax.set_xticks([])
        ax.set_yticks([])
    for ax in (axes[0], axes[2]):
        ax.set_yticks(range(len(letters)), letters, fontsize=16, family="monospace")
    axes[1].set_yticks([1, 14, 26], ["a", "n", "z"], fontsize=14, family="monospace")


def draw_unrolled(ax, letters, answer):
    """A recurrent network as it is written down, and unrolled over the letters of a name."""
    ax.set(xlim=(-0.3, 7.9), ylim=(0, 3.1))
    ax.axis("off")
    columns = [0.75, *np.linspace(2.6, 7.3, len(letters))]
    names = ["xₜ", *letters]
    for n, (x, name) in enumerate(zip(columns, names, strict=True)):
        state = "hₜ" if n == 0 else "h" + "₀₁₂₃₄₅₆₇₈₉"[n]
        for y, text, colour in ((0.45, name, "#E4E4E4"), (1.6, state, "#BBD7EA")):
            ax.add_patch(FancyBboxPatch((x - 0.32, y - 0.26), 0.64, 0.52, facecolor=colour,
                                        edgecolor="black", boxstyle="round,pad=0.02"))
            ax.text(x, y, text, ha="center", va="center", fontsize=17)
        arrow(ax, (x, 0.75), (x, 1.3))
        ax.text(x + 0.08, 0.98, "W", color=COLOURS["model"], weight="bold")
        last = n == len(letters)
        if n == 0 or last:
            arrow(ax, (x, 1.9), (x, 2.5))
            ax.text(x + 0.08, 2.1, "V", color=COLOURS["model"], weight="bold")
            ax.text(x, 2.72, answer if last else "ŷ", ha="center", va="center", fontsize=16)
        if n > 0 and not last:
            arrow(ax, (x + 0.36, 1.6), (columns[n + 1] - 0.36, 1.6))
            ax.text((x + columns[n + 1]) / 2, 1.7, "U", color=COLOURS["gradient"], weight="bold",
                    ha="center")
    ax.annotate("", (0.4, 1.45), (0.4, 1.75), arrowprops={
        "arrowstyle": "->", "lw": 2.2, "connectionstyle": "arc3,rad=1.9"})
    ax.text(-0.08, 1.98, "U", color=COLOURS["gradient"], weight="bold")
    ax.text(1.72, 1.6, "=", fontsize=26, ha="center", va="center")


def arrow(ax, start, end):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "lw": 2.2})


def draw_reading(fig, languages, n_state, n_vector, n_steps):
    """Empty panels for a name that is read: output, state and input against the step.

    Returns
    -------
    images : three AxesImages, of shapes (languages, n_steps), (n_state, n_steps) and
        (n_vector, n_steps); nan is white
    frames : a Rectangle on each, around the present step
    title : Text
    """
    axes = fig.subplots(3, 1, sharex=True, height_ratios=(2.2, 1.5, 1))
    images, frames = [], []
    for ax, n, cmap, limits, name in (
            (axes[0], len(languages), SEQUENTIAL, (0, 1), "output ŷₜ"),
            (axes[1], n_state, DIVERGING, (-1, 1), "state hₜ"),
            (axes[2], n_vector, DIVERGING, (-2.5, 2.5), "input xₜ")):
        images.append(ax.imshow(np.full((n, n_steps), np.nan), cmap=cmap, aspect="auto",
                                vmin=limits[0], vmax=limits[1], interpolation="nearest"))
        frame = Rectangle((-0.5, -0.5), 1, n, fill=False, lw=3.5, edgecolor=COLOURS["highlight"],
                          clip_on=False)
        frames.append(ax.add_patch(frame))
        ax.set_ylabel(name)
        ax.set_yticks([])
        ax.spines[:].set_visible(True)
        ax.tick_params(bottom=False)
        fig.colorbar(images[-1], ax=ax, pad=0.01, aspect=8 if n_steps else 10,
                     ticks=[limits[0], sum(limits) / 2, limits[1]])
    axes[0].set_yticks(range(len(languages)), languages)
    axes[2].set_xticks(range(n_steps))
    axes[2].tick_params(axis="x", labelsize=17)
    axes[0].set_title(" ", fontsize=15)
    title = axes[0].text(0.5, 1.03, "", transform=axes[0].transAxes, ha="center", fontsize=15,
                         weight="bold")
    return images, frames, title


def draw_step_errors(ax, errors):
    """Relative error of the gradient of each step's input, a family of bars for each backward."""
    width = 0.8 / len(errors)
    for n, (name, by_step) in enumerate(errors.items()):
        at = np.arange(1, len(by_step) + 1) + (n - (len(errors) - 1) / 2) * width
        ax.bar(at, by_step, width, color=SERIES[n], label=name, hatch=("", "//")[n % 2],
               edgecolor="white")
    ax.axhline(1e-6, color=COLOURS["reference"], ls=":", label="the check's tolerance")
    ax.set_yscale("log")
    ax.set_ylim(1e-12, 1e2)
    ax.set_xticks(range(1, len(by_step) + 1))
    ax.set(xlabel="time step t", ylabel="relative error of ∂C/∂xₜ")
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=4, frameon=False,
              columnspacing=1)


def draw_decay(ax, n_steps, names, floor=1e-8, ceiling=1e4):
    """Axes for the size of the gradient against the distance; returns a line for each name."""
    ax.set_yscale("log")
    ax.set(xlim=(-0.5, n_steps - 0.5), ylim=(floor, ceiling), xlabel="steps back from the answer",
           ylabel="‖∂C/∂xₜ‖, the last step's = 1")
    ax.axhline(0.01, color=COLOURS["reference"], ls=":")
    ax.text(n_steps - 1, 0.013, "1%", color=GREY, ha="right")
    lines = [ax.plot([], [], **series(n), markevery=5, label=name)[0]
             for n, name in enumerate(names)]
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    return lines


def draw_truncation(ax, lengths, cosines):
    """Length and direction of a gradient cut at k = 1, 2, … steps, against the whole one."""
    steps = np.arange(1, len(lengths) + 1)
    ax.axhline(1, color=COLOURS["reference"], ls=":")
    ax.plot(steps, lengths, **series(0), label="length, the whole one's = 1")
    ax.plot(steps, cosines, **series(1), label="cosine of the angle between them")
    ax.set(ylim=(0, 1.08), xlabel="k: letters that the gradient goes back",
           ylabel="against the whole one")
    ax.set_xticks(steps)
    ax.legend(loc="lower right", frameon=False)


def draw_wall(ax, w, cost, at, plain, clipped):
    """A cost with a wall, and the steps of a descent that runs into it, plain and clipped.

    `plain` and `clipped` are each the pair (w, cost) after a step from `at`. Names stand at what
    they name; a step that leaves the picture is an arrow to its edge.
    """
    ax.plot(w, cost, color=COLOURS["cost"])
    ax.set(xlabel="weight w", ylabel="cost after 40 steps", xlim=(w[0], w[-1]))
    ax.plot(*at, "o", color="black", ms=11, zorder=4)
    ax.annotate("here ", at, (-8, 0), textcoords="offset points", ha="right", va="center")
    for to, name, colour in ((plain, "plain step", COLOURS["gradient"]),
                             (clipped, "clipped step", COLOURS["target"])):
        outside = not w[0] <= to[0] <= w[-1]
        end = (w[-1] if to[0] > w[0] else w[0], at[1]) if outside else to
        ax.annotate("", end, at, arrowprops={"arrowstyle": "->", "lw": 2.5, "color": colour})
        if outside:
            ax.annotate(f"{name}: far out, to w = {to[0]:.0f}", end, (-4, 6), ha="right",
                        va="bottom", textcoords="offset points", weight="bold", color=colour)
        else:
            ax.plot(*end, "D", color=colour, ms=11, mec="black", zorder=4)
            ax.annotate(f"{name}: to w = {to[0]:.2f}", end, (6, 14), va="bottom",
                        textcoords="offset points", weight="bold", color=colour)


def monospaced(fig, left, bottom, n_letters, height, size):
    """Axes as wide as n_letters of monospaced type of this size, so that columns are letters."""
    width = n_letters * GLYPH * size / 72 / fig.get_figwidth()
    ax = fig.add_axes((left, bottom, width, height))
    ax.set(xlim=(0, n_letters))
    return ax


def draw_gates(fig, n_letters, size=15.0):
    """Axes for a cell's gates on a window of text: letters above, rows of i, f, o and c below.

    Returns (text, image of the gates (3, n_letters), line of the cell, mark on it, title, the
    cell's axes, line of what the cell is said to follow).
    """
    fig.set_layout_engine("none")
    left = 0.135
    gates = monospaced(fig, left, 0.47, n_letters, 0.33, size)
    cell = monospaced(fig, left, 0.12, n_letters, 0.3, size)
    image = gates.imshow(np.zeros((3, n_letters)), cmap=SEQUENTIAL, vmin=0, vmax=1, aspect="auto",
                         extent=(0, n_letters, 3, 0), interpolation="nearest")
    gates.set_yticks([0.5, 1.5, 2.5], ["input i", "forget f", "output o"])
    gates.set_xticks([])
    bar = fig.add_axes((left + gates.get_position().width + 0.012, 0.47, 0.014, 0.33))
    fig.colorbar(image, cax=bar, ticks=[0, 1]).ax.set_yticklabels(["shut", "open"])
    (line,) = cell.plot([], [], color=COLOURS["model"], lw=2.4, drawstyle="steps-mid")
    (cue,) = cell.plot([], [], color=GREY, lw=2, ls="--", drawstyle="steps-mid", zorder=1)
    (mark,) = cell.plot([], [], ls="none", marker="|", ms=15, mew=2.5, color=COLOURS["highlight"])
    cell.axhline(0, color=GREY, lw=0.8)
    cell.set(ylabel="cell c", xlabel="each column is a letter of the text")
    cell.set_xticks([])
    text = gates.text(0, -0.35, "", family="monospace", fontsize=size, va="bottom", ha="left")
    title = fig.text(0.02, 0.965, "", fontsize=15, weight="bold", va="top")
    fig.text(left + gates.get_position().width, 0.43, "dashed: what the cell is said to follow",
             color=GREY, ha="right", va="center", fontsize=13)
    return text, image, line, mark, title, cell, cue


def shown(text):
    """The text with visible line breaks."""
    return text.replace("\n", ENDS["\n"])


def draw_page(fig, n_bars, n_letters, size=16.5):
    """A page of monospaced text above bars of the next letter's chances.

    Returns (text, bars, letters under them, title).
    """
    fig.set_layout_engine("none")
    page = monospaced(fig, 0.02, 0.42, n_letters, 0.48, size)
    page.axis("off")
    page.set_ylim(1, 0)
    text = page.text(0, 0, "", family="monospace", fontsize=size, va="top", linespacing=1.35)
    ax = fig.add_axes((0.1, 0.1, 0.87, 0.26))
    bars = ax.bar(range(n_bars), np.zeros(n_bars), color=COLOURS["model"], edgecolor="black")
    ax.set(xlim=(-0.6, n_bars - 0.4), ylim=(0, 1), ylabel="chance")
    ax.text(n_bars - 0.5, 1, "the next letter", ha="right", va="top", color=GREY)
    ax.set_yticks([0, 0.5, 1])
    ax.set_xticks([])
    marks = [ax.text(n, -0.05, "", family="monospace", fontsize=18, ha="center", va="top")
             for n in range(n_bars)]
    title = fig.text(0.02, 0.975, "", fontsize=15, weight="bold", va="top")
    return text, list(bars), marks, title


def draw_accuracies(ax, by_method):
    """Accuracy of each method: a dot a seed, and the mean as a bar."""
    for n, values in enumerate(by_method.values()):
        ax.barh(n, np.mean(values), color="#BBD7EA", edgecolor=COLOURS["model"], height=0.62)
        ax.plot(values, np.full(len(values), n), "o", color="black", ms=5)
        ax.text(np.max(values) + 0.012, n, f"{np.mean(values):.2f}", va="center", weight="bold")
    ax.axvline(1 / 8, color=COLOURS["reference"], ls=":")
    ax.text(1 / 8, -0.5, "guessing", color=GREY, va="bottom", ha="center")
    ax.set_yticks(range(len(by_method)), by_method)
    ax.invert_yaxis()
    ax.set(xlim=(0, 0.9), xlabel="share of 960 test names given their language")


def draw_confusion(ax, counts, names):
    """Counts of examples by truth (row) and answer (column), with the numbers in the cells."""
    ax.imshow(counts, cmap="Blues", vmin=0, vmax=1.25 * counts.max(), aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        ax.text(column, row, str(count), ha="center", va="center",
                weight="bold" if row == column else "normal",
                color="white" if count > 0.8 * counts.max() else "black")
    ax.set_xticks(range(len(names)), [name[:3] for name in names])
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="answer", ylabel="truth")


def draw_letters(ax, points, letters, vowels):
    """Letters at their places in a plane, vowels apart by colour, weight and a ring."""
    for (x, y), letter in zip(points, letters, strict=True):
        vowel = letter in vowels
        ax.text(x, y, letter, ha="center", va="center", fontsize=19 if vowel else 17,
                weight="bold" if vowel else "normal", family="monospace",
                color=COLOURS["class 0"] if vowel else "black",
                bbox={"boxstyle": "circle,pad=0.2", "facecolor": "#FBE7BC",
                      "edgecolor": COLOURS["class 1"], "lw": 2} if vowel else None)
    low, high = points.min(0), points.max(0)
    margin = 0.09 * (high - low)
    ax.set(xlim=(low[0] - margin[0], high[0] + margin[0]),
           ylim=(low[1] - margin[1], high[1] + margin[1]),
           xlabel="first number", ylabel="second number")
    ax.set_xticks([])
    ax.set_yticks([])


def show_lookup(word, one_hot, E):
    """The letters of a word as one-hot rows, times the table E."""
    fig, axes = new_figure(1, 3, size=(8, 3.8), width_ratios=(2.4, 1, 1))
    draw_lookup(axes, word, one_hot, E)
    show(fig, f"One-hot rows {one_hot.shape} times the table {E.shape} are the rows of the table "
              f"that belong to the letters of “{word}”.")


def show_unrolled(word):
    """The layer with its loop, and the same layer unrolled over the letters of a word."""
    fig, ax = new_figure(size=(8, 3.1))
    draw_unrolled(ax, word, "ŷ")
    show(fig, f"One layer with a loop (left) is a deep network with a layer for each of the "
              f"{len(word)} letters (right); W and U are the same in all of them.")


def show_step_errors(errors):
    """Relative error of the gradient at each time step, for several ways back."""
    fig, ax = new_figure(size=(8, 3.6))
    draw_step_errors(ax, errors)
    said = [f"{name} {'at all steps' if (by_step < 1e-6).all() else 'at the last step only'}"
            for name, by_step in errors.items()]
    show(fig, "Below the tolerance of 1e-6: " + ", ".join(said) + ".")


def show_wall(scalar_cost, rate=0.3, limit=1.0):
    """A cost with a wall, and one step from its steepest place, plain and clipped."""
    ws = np.linspace(1.0, 2.2, 601)
    costs, slopes = np.array([scalar_cost(w) for w in ws]).T
    start = int(np.abs(slopes).argmax())
    plain = ws[start] - rate * slopes[start]
    clipped = ws[start] - rate * limit * np.sign(slopes[start])
    fig, ax = new_figure(size=(8, 3.4))
    draw_wall(ax, ws, costs, (ws[start], costs[start]), (plain, scalar_cost(plain)[0]),
              (clipped, scalar_cost(clipped)[0]))
    show(fig, f"At the wall, w = {ws[start]:.2f}, the slope is {slopes[start]:.0f}. A step with "
              f"learning rate {rate} ends at w = {plain:.0f}, clipped to slope {limit:.0f} at "
              f"{clipped:.2f}.")


def show_learning(curves, rivals):
    """Bits per letter after each round for each writer, with the rivals as lines across."""
    fig, ax = new_figure(size=(8, 4))
    rounds = max(map(len, curves.values()))
    for n, (name, bits) in enumerate(curves.items()):
        ax.plot(range(1, len(bits) + 1), bits, **series(n), label=f"{name}: {bits[-1]:.2f}")
    lowest = min(min(bits) for bits in curves.values())
    near = {name: value for name, value in rivals.items() if value < 5}
    for n, (name, value) in enumerate(near.items()):
        ax.axhline(value, color=GREY, ls=(":", "-.", "-")[n % 3])
        below = value < lowest  # there the curves are above the line, so its name is not
        ax.text(rounds + 0.4, value + (-0.04 if below else 0.04), f"{name}: {value:.2f}",
                ha="right", va="top" if below else "bottom")
    ax.set(xlim=(0.5, rounds + 0.5), ylim=(1.4, 5.2), xlabel="round of 4,000 pieces",
           ylabel="bits per letter, held out")
    ax.legend(loc="upper left", frameon=False, ncols=len(curves))
    show(fig, "Bits per letter on new pages: " + "; ".join(
        f"{name} from {bits[0]:.1f} to {bits[-1]:.1f}" for name, bits in curves.items())
        + ". Counts: " + "; ".join(f"{name.removeprefix('counts, ')} {value:.2f}"
                                   for name, value in near.items()) + ".")


def show_claim(claim, measured, holds, unit):
    """One picture of what was measured, and under it a computed verdict for each variant.

    measured : {condition: {name: (seeds,) array}}, as for `verdict`
    holds : {variant: {condition: (seeds,) array of bool}}
    """
    rows = max(map(len, measured.values()))
    fig, axes = new_figure(1, len(measured), size=(8.6, 2.2 + 0.55 * rows + 0.4 * len(holds)),
                           sharey=True)
    for ax, (condition, by_name) in zip(axes, measured.items(), strict=True):
        for row, seeds in enumerate(by_name.values()):
            spread = row + np.linspace(-0.22, 0.22, len(seeds))
            ax.plot(seeds, spread, "o", color=SERIES[row], ms=5, alpha=0.65)
            ax.plot([np.median(seeds)] * 2, [row - 0.34, row + 0.34], color="black", lw=2.5)
        ax.set(title=condition, xlabel=unit, xlim=(0, 1.05), yticks=range(rows),
               yticklabels=list(by_name), ylim=(rows - 0.5, -0.5))
        ax.grid(axis="x", alpha=0.3)
    said = [f"{variant} · " + " · ".join(f"{condition}: {in_words(seeds)}"
                                         for condition, seeds in by_condition.items())
            for variant, by_condition in holds.items()]
    fig.suptitle(f"“{claim}”", fontsize=15)
    fig.supxlabel("\n".join(said), fontsize=13, weight="bold", color=COLOURS["highlight"])
    show(fig, f"“{claim}” " + ". ".join(said) + ".")
