"""The figures of lesson 02's notebook, each of one line: draw, and say in words what it shows."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.figure.style import COLOURS, new_figure, series, show
from course_lib.lessons.lesson_02.activation_curves import curve
from course_lib.lessons.lesson_02.depth import factors
from course_lib.lessons.lesson_02.figures import draw_function

FAMILY = ["threshold", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "gelu"]


def draw_family(names=FAMILY[:4]):
    """Four activations in a row (solid), each with its slope (dashed); or all eight, in two."""
    z, rows = np.linspace(-4, 4, 401), len(names) // 4
    fig, axes = new_figure(rows, 4, size=(9.6, 1 + 1.8 * rows), sharex=True, sharey=True)
    for ax, name in zip(axes.flat, names, strict=True):
        handles = draw_function(ax, z, *curve(name, z), title=name)
        ax.set(ylim=(-1.3, 2.3), xticks=[-4, 0, 4])
    axes.flat[0].legend(handles, ["φ(z)", "slope"], loc="upper left", frameon=False, borderpad=0,
                      handlelength=1.2)
    fig.supxlabel("input z", fontsize=14)
    steepest = ", ".join(f"{name} {curve(name, z)[1].max():.2f}" for name in names)
    show(fig, f"{len(names)} activations (solid) and their slopes (dashed). Steepest slope "
         f"as drawn, from −4 to 4: {steepest}.")


def draw_whole_family():
    """All eight activations of the lesson and of what goes deeper."""
    draw_family(FAMILY)


def draw_gate():
    """A SwiGLU unit: its value against the sum that opens the gate, for four other sums."""
    g = np.linspace(-6, 6, 241)
    fig, ax = new_figure(size=(7.5, 3.6))
    for n, value in enumerate((2.0, 1.0, 0.5, -1.0)):
        ax.plot(g, g * sigmoid(g) * value, label=f"value sum {value:g}".replace("-", "−"),
                color=series(n)["color"], linestyle=series(n)["linestyle"])
    ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
    ax.set(xlabel="gate sum", ylabel="output of the unit", ylim=(-7, 12.5))
    ax.legend(frameon=False, loc="upper left")
    show(fig, "A SwiGLU unit. Where the gate sum is far below 0 the output is nearly 0, whatever "
         "the value sum is. Where it is above 0, the output is about the product of the two.")


def draw_shares(scores):
    """Scores by name, then e to the power of each, then the shares of softmax.

    Parameters
    ----------
    scores : dict of name -> number
    """
    z = np.array(list(scores.values()), dtype=float)
    shares = softmax(z)
    fig, axes = new_figure(1, 3, size=(9.2, 3.4))
    steps = {"1. scores": z, "2. make them positive: eᶻ": np.exp(z),
             "3. divide by the total": shares}
    for ax, (title, heights) in zip(axes, steps.items(), strict=True):
        ax.bar(list(scores), heights, color=COLOURS["model"], width=0.65)
        for k, height in enumerate(heights):
            ax.text(k, max(height, 0), f"{height:.2f}".replace("-", "−"), ha="center",
                    va="bottom")
        ax.axhline(0, color=COLOURS["reference"], lw=0.8, ls="-")
        ax.set_title(title, fontsize=14)
        low, high = min(0, heights.min()), heights.max()
        ax.set_ylim(1.15 * low, 1.2 * high)
    said = ", ".join(f"{name} {share:.2f}" for name, share in zip(scores, shares, strict=True))
    show(fig, f"From scores to shares. Softmax gives {said}; together {shares.sum():.2f}.")


def draw_edges(names=("sigmoid", "tanh", "relu"), seeds=range(10)):
    """The gradient's factor per layer against the weight scale, and the scale where it is 1."""
    scales = np.logspace(-1, 1.475, 34)
    fig, ax = new_figure(size=(8, 4))
    ax.axhline(1, color=COLOURS["reference"], lw=1.2, ls="-")
    edges = []
    for n, name in enumerate(names):
        middle = np.median(factors(name, scales, seeds), axis=0)
        look = series(n)
        ax.plot(scales, middle, color=look["color"], linestyle=look["linestyle"], label=name)
        edge = np.exp(np.interp(0, np.log(middle), np.log(scales)))
        ax.plot([edge], [1], look["marker"], color=look["color"], mec="white", ms=12, zorder=5)
        edges.append(f"{name} {edge:.1f}")
    ax.set(xscale="log", yscale="log", ylim=(0.02, 30), xlabel="weight scale s",
           ylabel="gradient: factor per layer")
    ax.set_xticks([0.1, 0.3, 1, 3, 10, 30], labels=["0.1", "0.3", "1", "3", "10", "30"])
    ax.set_yticks([0.1, 1, 10], labels=["0.1", "1", "10"])
    ax.minorticks_off()
    ax.text(0.11, 1.15, "above 1: explodes", color=COLOURS["reference"])
    ax.text(0.11, 0.62, "below 1: vanishes", color=COLOURS["reference"])
    ax.legend(frameon=False, loc="lower right")
    show(fig, f"Factor per layer in 20 layers of 64, the median of {len(seeds)} draws of the "
         f"weights. It is 1 at a weight scale of about: {', '.join(edges)}.")


def draw_grid(scores, factors, rates):
    """Shares of rows that are right, for each factor of the first weights and each learning rate.

    Parameters
    ----------
    scores : array (factors, rates)
    """
    fig, ax = new_figure(size=(7.5, 3.8))
    image = ax.imshow(scores, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(scores):
        ax.text(column, row, f"{share:.0%}", ha="center", va="center",
                color="white" if share > 0.55 else "black")
    ax.set(xlabel="learning rate", ylabel="first weights")
    ax.set_xticks(range(len(rates)), [f"{rate:g}" for rate in rates])
    ax.set_yticks(range(len(factors)), [f"× {factor:g}" for factor in factors])
    fig.colorbar(image, ax=ax, label="rows right")
    row, column = np.unravel_index(np.argmax(scores), scores.shape)
    inside = 0 < row < len(factors) - 1 and 0 < column < len(rates) - 1
    show(fig, "Validation rows right, by the size of the first weights and by learning rate. The "
         f"best combination lies {'inside' if inside else 'at an edge of'} the grid.")
