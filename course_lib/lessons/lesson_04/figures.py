"""A cost drawn as a landscape over the weights, and what walks down on it."""

import math

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.contour import ContourSet

from course_lib.figure.numbers import written
from course_lib.figure.style import COLOURS, GREY, SEQUENTIAL, new_figure, series, show
from course_lib.machine import NOT_HERE

SECOND, HOUR, YEAR, UNIVERSE = 1.0, 3600.0, 3.156e7, 13.8e9 * 3.156e7  # in seconds
HALO = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}


def duration(seconds):
    """Seconds in words: "0.1 s", "3.2 hours", "317 years", "10^97 ages of the universe"."""
    unit, name = next(u for u in ((UNIVERSE, "ages of the universe"), (YEAR, "years"),
                                  (HOUR, "hours"), (0, "s")) if seconds >= u[0])
    n = seconds / (unit or SECOND)
    if n >= 1e6:
        return f"{power_of_ten(n)} {name}"
    return f"{n:,.0f} {name}" if n >= 100 else f"{n:.3g} {name}"


def power_of_ten(number):
    """A large number as 10^n, rounded to the nearest whole n."""
    return f"10^{round(math.log10(number))}"


def two_panels(fig):
    """Two axes side by side in fixed places, so that a new scene on them shifts nothing."""
    fig.set_layout_engine("none")
    return fig.subplots(1, 2, gridspec_kw={"left": 0.105, "right": 0.965, "bottom": 0.14,
                                           "top": 0.965, "wspace": 0.3})


def draw_search_time(ax, weights, seconds):
    """The time that a grid search takes, against the number of weights; both axes logarithmic."""
    for t, name in ((SECOND, "1 second"), (HOUR, "1 hour"), (YEAR, "1 year"),
                    (UNIVERSE, "age of the universe")):
        ax.axhline(t, color=COLOURS["reference"], lw=1.2, ls=":")
        ax.text(1.04, t * 1.4, name, color=COLOURS["reference"], fontsize=12)
    (line,) = ax.loglog(weights, seconds, "o-", color=COLOURS["model"], ms=4)
    ax.set(xlabel="number of weights", ylabel="seconds to try them all", ylim=(1e-5, 1e30),
           xlim=(1, 135))
    ax.set_xticks([1, 2, 5, 10, 20, 50, 121], ["1", "2", "5", "10", "20", "50", "121"])
    ax.set_yticks([1.0, 1e10, 1e20, 1e30])
    ax.minorticks_off()
    return line


def draw_surface(ax, horizontal, vertical, C, *, labels=("weight w", "bias b"), logarithmic=True,
                 levels=13):
    """The cost over two weights, as filled contours: dark is low. Returns the contour set.

    C is (vertical, horizontal). With ``logarithmic`` the steps between contours are ratios.
    It takes the place of a surface that was on these axes before.
    """
    for before in [old for old in ax.collections if isinstance(old, ContourSet)]:
        before.remove()
    low, high = float(C.min()), float(C.max())
    if logarithmic:
        steps, norm = np.geomspace(low, high, levels), LogNorm(low, high)
    else:
        steps, norm = np.linspace(low, high, levels), Normalize(low, high)
    steps[0], steps[-1] = low, high
    filled = ax.contourf(horizontal, vertical, C, levels=steps, norm=norm, cmap=SEQUENTIAL)
    ax.contour(horizontal, vertical, C, levels=steps, colors="white", linewidths=0.6, alpha=0.7)
    ax.set(xlabel=labels[0], ylabel=labels[1], xlim=(horizontal[0], horizontal[-1]),
           ylim=(vertical[0], vertical[-1]))
    return filled


def draw_minimum(ax, w, label="minimum"):
    """A star where the cost is lowest."""
    return ax.plot(*w, "*", color="white", mec="black", ms=17, ls="none", label=label, zorder=6)[0]


def draw_path(ax, path=((), ()), n=0, label=None, **keywords):
    """A walk on a surface; white under the line keeps it visible on every colour."""
    look = series(n) | {"ms": 6, "mec": "white", "mew": 0.8, "zorder": 5} | keywords
    under = ax.plot(*path, color="white", lw=look.get("lw", 2.2) + 2.4, ls="-", zorder=4)[0]
    return under, ax.plot(*path, label=label, **look)[0]


def draw_slope(ax, ax_slope, w, cost, slope):
    """A cost of one weight above, its derivative below, with what the sign of it asks for."""
    ax.plot(w, cost, color=COLOURS["cost"])
    ax.set(xlim=(w[0], w[-1]), ylabel="cost F(w)",
           ylim=(min(cost) - 0.2 * np.ptp(cost), max(cost) + 0.3 * np.ptp(cost)))
    ax.tick_params(labelbottom=False)
    ax_slope.plot(w, slope, color=COLOURS["gradient"])
    ax_slope.axhline(0, color="black", lw=1)
    span = 1.15 * max(abs(slope))
    ax_slope.fill_between(w, 0, span, where=slope > 0, color=COLOURS["class 1"], alpha=0.16, lw=0)
    ax_slope.fill_between(w, -span, 0, where=slope < 0, color=COLOURS["class 0"], alpha=0.16, lw=0)
    ax_slope.text(0.99, 0.93, "slope > 0: go left ◀", transform=ax_slope.transAxes, va="top",
                  ha="right", fontsize=12, bbox=HALO)
    ax_slope.text(0.01, 0.07, "slope < 0: go right ▶", transform=ax_slope.transAxes,
                  va="bottom", fontsize=12, bbox=HALO)
    ax_slope.set(xlabel="weight w", ylabel="slope F′(w)", ylim=(-span, span),
                 xlim=(w[0], w[-1]))


def draw_limit(ax, rates, left, limit, steps):
    """What is left of the cost after some steps, against the learning rate, and its limit.

    Returns the curve, to be moved when ``steps`` changes.
    """
    ax.axvspan(limit, rates[-1], color=COLOURS["highlight"], alpha=0.12, lw=0)
    ax.axvline(limit, color=COLOURS["highlight"], ls="--")
    (curve,) = ax.loglog(rates, left, color=COLOURS["model"])
    ax.set(xlim=(rates[0], rates[-1]), ylim=(1e-9, 1e9), xlabel="learning rate γ",
           ylabel="cost above the minimum")
    ax.set_yticks([1e-8, 1e-4, 1, 1e4, 1e8])
    ax.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    ax.minorticks_off()
    ax.text(limit / 1.15, 3e8, f"2 / the largest\ncurvature = {limit:.2f}",
            color=COLOURS["highlight"], ha="right", va="top", fontsize=13)
    return curve


def draw_costs(ax, xlabel="rows looked at", ylabel="cost above the minimum", xlim=None, ylim=None,
               labels=(), logarithmic="y", **keywords):
    """Axes for costs that fall, and an empty curve for each label."""
    curves = [ax.plot([], [], label=label, **series(n) | {"ms": 6} | keywords)[0]
              for n, label in enumerate(labels)]
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if "x" in logarithmic:
        ax.set_xscale("log")
    if "y" in logarithmic:
        ax.set_yscale("log")
    ax.set(**{name: limits for name, limits in (("xlim", xlim), ("ylim", ylim)) if limits})
    return curves


def draw_band(ax, x, runs, n=0, label=None, every=1):
    """The median of many runs (rows of ``runs``) as a curve, and from the lowest to the highest."""
    look = series(n)
    ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=look["color"], alpha=0.2, lw=0)
    return ax.plot(x, np.median(runs, axis=0), label=label, markevery=every, ms=6,
                   **look)[0]


def draw_variance(ax, sizes, measured, at_one):
    """Variance of mini-batch gradients: measured, and the law (variance at 1) / batch size."""
    ax.loglog(sizes, at_one / np.asarray(sizes), "--", color=GREY, label="variance of one row / B")
    (dots,) = ax.loglog(sizes, measured, "o", color=COLOURS["gradient"], mec="black",
                        label="measured")
    ax.set(xlabel="batch size B", ylabel="variance of the gradient")
    ax.set_xticks(sizes[::3], [str(size) for size in sizes[::3]])
    ax.minorticks_off()
    ax.legend(loc="upper right", frameon=False)
    return dots


def draw_chord(ax, w, cost, ends):
    """A curve and a straight line between two of its points: does the curve stay below?"""
    ax.plot(w, cost, color=COLOURS["cost"])
    chord = np.interp(ends, w, cost)
    ax.plot(ends, chord, "o--", color=COLOURS["model"])
    ax.set(xlabel="weight w", ylabel="cost", xlim=(w[0], w[-1]))
    inside = (w >= ends[0]) & (w <= ends[1])
    above = cost[inside] - np.interp(w[inside], ends, chord)
    return float(above.max())


def draw_depths(ax, rates, depths):
    """An empty map of costs above the minimum, as log₁₀ from −6 to 3: rates across, depths up."""
    edges = np.sqrt(rates[1:] * rates[:-1])
    edges = np.concatenate([[rates[0] ** 2 / edges[0]], edges, [rates[-1] ** 2 / edges[-1]]])
    cells = ax.pcolormesh(edges, np.append(depths, depths[-1] + 1) - 0.5,
                          np.zeros((len(depths), len(rates))), cmap=SEQUENTIAL, vmin=-6, vmax=3)
    ax.set(xscale="log", xlabel="learning rate γ", ylabel="depth", xlim=(edges[0], edges[-1]))
    ax.set_xticks([1e-4, 1e-3, 1e-2, 0.1, 1], ["0.0001", "0.001", "0.01", "0.1", "1"])
    ax.minorticks_off()
    return cells


def draw_landscape(ax, horizontal, vertical, C, path, n=21):
    """The cost over two weights in three dimensions, and a walk (steps, 3) on it.

    ax is a 3-D axes; of the grid at most n × n points are drawn, so that it is quick to turn.
    """
    down, across = (-(-len(a) // n) for a in (vertical, horizontal))
    h, v = np.meshgrid(horizontal[::across], vertical[::down])
    ax.plot_surface(h, v, C[::down, ::across], cmap=SEQUENTIAL, rstride=1, cstride=1,
                    norm=LogNorm(C.min(), C.max()), linewidth=0.3, edgecolor="#404040",
                    antialiased=False, shade=False)
    ax.plot(*path.T, "o-", color="white", lw=4, ms=7, zorder=10)
    ax.plot(*path.T, "o-", color=COLOURS["highlight"], lw=2, ms=4, zorder=11)
    ax.set(xlabel="weight 1", ylabel="weight 2", zlabel="cost")
    ax.locator_params(nbins=4)
    ax.set_box_aspect((1.3, 1.3, 0.8), zoom=0.95)
    ax.computed_zorder = False  # the walk is on top, even where the surface would hide it


# Figures of the lesson, each shown by one call ----------------------------------------------------
def show_lines(area, price, lines):
    """The houses, and for each name in ``lines`` the line of its (w, b) through them."""
    fig, ax = new_figure()
    ax.plot(1000 * area, price, "o", color=COLOURS["data"], ms=3, alpha=0.35)
    ends = np.array([area.min(), area.max()])
    for k, (name, (w, b)) in enumerate(lines.items()):
        ax.plot(1000 * ends, w * (ends - area.mean()) / area.std() + b, **series(k), label=name)
    ax.set(xlabel="area (ft²)", ylabel="price (10,000 $)", ylim=(0, 40))
    ax.legend(loc="upper left")
    show(fig, f"{len(area)} houses, price against area, and {len(lines)} lines: "
         f"{', '.join(lines)}.")


def show_costs(values_w, values_b, costs):
    """The cost of every setting that was tried, and the best of them."""
    fig, ax = new_figure(size=(6.4, 4.6))
    best = np.unravel_index(costs.argmin(), costs.shape)
    filled = draw_surface(ax, values_w, values_b, costs.T, logarithmic=True)
    bar = fig.colorbar(filled, ax=ax, label="cost F(w, b)")
    bar.set_ticks([10, 30, 100], labels=["10", "30", "100"])
    bar.minorticks_off()
    draw_minimum(ax, (values_w[best[0]], values_b[best[1]]))
    ax.set_aspect("equal")
    show(fig, f"The cost of {costs.size:,} settings as a map. The lowest is at w = "
         f"{values_w[best[0]]:.1f}, b = {values_b[best[1]]:.1f}.")


def show_walks(surface, walks):
    """Walks (steps + 1, 2) on a surface of the race, and the cost above the minimum by step."""
    from course_lib.lessons.lesson_04.optimizer_race import SURFACES, surface_of

    function, _, best, *_ = SURFACES[surface]
    fig, (ax, ax_cost) = new_figure(1, 2, size=(8.6, 4))
    draw_surface(ax, *surface_of(surface), labels=("weight 1", "weight 2"))
    draw_minimum(ax, best)
    words = []
    for k, (name, path) in enumerate(walks.items()):
        path = np.asarray(path, float)
        left = np.maximum(function(path)[0] - function(np.array(best))[0], 1e-9)
        draw_path(ax, path.T, n=k, lw=1.6)
        ax_cost.plot(left, **series(k) | {"ms": 5}, label=name, markevery=5)
        words.append(f"{name}, {written(left[-1], '.2g')}")
    draw_costs(ax_cost, xlabel="step")
    ax_cost.legend(loc="lower left")
    show(fig, f"Walks on the {surface}, and the cost above the minimum after "
         f"{len(path) - 1} steps: {'; '.join(words)}.")


def show_two_ravines(methods):
    """What is left after 100 steps in the ravine, along the weights' axes and turned by 45°."""
    from course_lib.lessons.lesson_04.optimizer_race import METHODS, best_rate, run

    left = {}
    for name in methods:
        def make(rate, name=name):
            return METHODS[name](rate, 0.8)

        left[name] = [run(surface, make(best_rate(surface, make)))[1][-1]
                      for surface in ("ravine", "turned ravine")]
    fig, ax = new_figure(size=(8, 2.9))
    place = np.arange(len(left))
    for name, both in zip(place, left.values(), strict=True):
        ax.plot([name, name], both, "-", color=GREY, lw=1.2)
    for k, label in enumerate(("along the axes", "turned by 45°")):
        ax.plot(place, [both[k] for both in left.values()], **series(k) | {
            "linestyle": "none", "ms": 12, "label": label})
    ax.set(yscale="log", ylim=(2e-10, 1e3), ylabel="cost left after 100 steps")
    ax.set_yticks([1e-9, 1e-6, 1e-3, 1], ["10⁻⁹ or less", "10⁻⁶", "0.001", "1"])
    ax.set_xticks(place, left)
    ax.legend(loc="upper right", ncols=2, frameon=False)
    order = [min(left, key=lambda name, k=k: left[name][k]) for k in (0, 1)]
    show(fig, f"Each method at its best learning rate. Along the axes {order[0]} ends lowest; in "
         f"the same ravine turned by 45°, {order[1]} does.")
    return left


def show_schedule(costs, lowest):
    """Cost above the minimum after each epoch, for learning rates that stay or fall."""
    fig, ax = new_figure()
    for k, (name, values) in enumerate(costs.items()):
        ax.plot(np.maximum(np.array(values) - lowest, 1e-8), **series(k) | {"ms": 5}, label=name)
    draw_costs(ax, xlabel="epoch", xlim=(-0.5, 20.5), ylim=(1e-7, 1e3))
    ax.set_xticks(range(0, 21, 5))
    ax.legend(loc="upper right", ncols=2, frameon=False)
    show(fig, "Cost above the minimum by epoch, with single rows: "
         + ", ".join(costs) + ".")


def show_convexity(w, bowl, wave):
    """Two costs of one weight, and a straight line between two points of each."""
    fig, axes = new_figure(1, 2)
    draw_chord(axes[0], w, bowl, (1, 8))
    above = draw_chord(axes[1], w, wave, (1.9, 6.2))
    axes[0].set_title("convex: below the line")
    axes[1].set_title("not convex: above it")
    show(fig, "Left, the neuron's cost stays below a straight line between two of its points. "
         f"Right, the cost of ŷ = sin(w x) rises {above:.1f} above such a line.")


def show_memory(found):
    """The most memory that one step needed, by the way its gradient was computed."""
    if found is None:
        print(f"Memory of one step: {NOT_HERE}.")
        return
    fig, ax = new_figure(size=(8, 3.2))
    sizes = np.array(list(found.values())) / 1e6
    ax.barh(range(len(sizes)), sizes, color=[series(k)["color"] for k in range(len(sizes))])
    ax.set(xscale="log", xlim=(1e-3, 1e3), xlabel="megabytes in use at once")
    ax.set_yticks(range(len(sizes)), found)
    ax.invert_yaxis()
    for row, size in enumerate(sizes):
        ax.text(1.2 * size, row, f"{size:.3f}" if size < 0.1 else f"{size:.1f}", va="center")
    show(fig, "Memory of one step: the gradient of all rows at once needs more than a thousand "
         "times as much as that of one row; one row at a time, about as much.")
