"""The pictures that lesson 10 shows with one line each."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.figure.style import BLUE, COLOURS, GREEN, ORANGE, new_figure, series, show
from course_lib.lessons.lesson_10.bill import fitted, measured


def box(ax, x, y, text, colour, width=2.3, height=0.9):
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, facecolor="white",
                                edgecolor=colour, lw=2.5, boxstyle="round,pad=0.05"))
    ax.text(x, y, text, ha="center", va="center", fontsize=12)


def arrow(ax, start, end, text="", colour="black", bend=0.0, at=0.5, shift=(0, 0)):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2,
                                            "connectionstyle": f"arc3,rad={bend}"})
    if text:
        x, y = (1 - at) * np.array(start) + at * np.array(end) + np.array(shift)
        ax.text(x, y, text, fontsize=11, color=colour, ha="center", va="center")


def show_cluster():
    """Notebook, scheduler, two workers and the parts on the disk; what goes along the arrows."""
    fig, ax = new_figure(size=(9, 3.8))
    box(ax, 1.3, 2, "your notebook\n(client)", BLUE)
    box(ax, 5.6, 2, "scheduler", GREEN, 1.9)
    box(ax, 9, 3.2, "worker", ORANGE)
    box(ax, 9, 0.8, "worker", ORANGE)
    for k in range(6):
        box(ax, 12.3, 3.7 - 0.68 * k, f"part {k + 1}", COLOURS["reference"], 1.4, 0.42)
    arrow(ax, (2.55, 2.15), (4.55, 2.15), "121 weights", BLUE, shift=(0, 0.3))
    arrow(ax, (4.55, 1.85), (2.55, 1.85), "a gradient", ORANGE, shift=(0, -0.3))
    for y in (3.2, 0.8):
        arrow(ax, (6.65, 2 + 0.12 * np.sign(y - 2)), (7.75, y), "a task", BLUE,
              shift=(-0.5, 0.25 * np.sign(y - 2)))
    for k in range(6):
        arrow(ax, (11.5, 3.7 - 0.68 * k), (10.25, 3.2 if k < 3 else 0.8), "",
              COLOURS["reference"])
    ax.text(10.85, -0.45, "rows stay here", ha="center", fontsize=11, color=COLOURS["reference"])
    ax.set(xlim=(0, 13.2), ylim=(-0.7, 4.3))
    ax.set_axis_off()
    show(fig, "The notebook sends the weights to the scheduler, which gives each worker tasks. A "
              "worker reads a part of the table from the disk and sends back a gradient, which "
              "has as many numbers as the network has weights. The rows never travel.")


def show_steps():
    """The measured time of a synchronous step, by its rows."""
    found = measured()["step"]
    fig, ax = new_figure(size=(8.4, 3.8))
    for n, name in enumerate(("one process", "2 workers", "4 workers")):
        ax.plot(found["rows"], 1000 * np.array(found[name]), **series(n), label=name)
    ax.set(xscale="log", yscale="log", xlabel="rows in a step", ylabel="time of a step (ms)")
    ax.legend(loc="upper left")
    alone, two = np.array(found["one process"]), np.array(found["2 workers"])
    show(fig, f"With {found['rows'][0]:,} rows a step takes two workers {two[0] / alone[0]:.0f} "
              f"times as long as one process; with {found['rows'][-1]:,} rows they are "
              f"{alone[-1] / two[-1]:.1f} times as fast. {measured()['machine']}.")


def show_model():
    """What the bill predicts for each measured step, beside what was measured."""
    found, bill = measured()["step"], fitted(measured())
    cores = 2
    fig, ax = new_figure(size=(8.4, 4))
    ratios = []
    for n, workers in enumerate((1, 2, 4)):
        name = f"{workers} worker{'s' * (workers > 1)}"
        predicted = bill.step(np.array(found["rows"]), workers, cores=cores)
        ax.plot(1000 * predicted, 1000 * np.array(found[name]),
                **series(n) | {"linestyle": "none"}, ms=10, label=name)
        ratios.extend(predicted / np.array(found[name]))
    ends = np.array([5, 130])
    ax.plot(ends, ends, ":", color=COLOURS["reference"], label="as predicted")
    ax.set(xscale="log", yscale="log", xlabel="predicted (ms)", ylabel="measured (ms)",
           xlim=ends, ylim=ends)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks([10, 30, 100], ["10", "30", "100"])
    ax.minorticks_off()
    ax.legend(loc="upper left")
    show(fig, f"For 1, 2 and 4 workers the bill gives {min(ratios):.2f} to {max(ratios):.2f} "
              "times the measured time of a step.")


def show_epochs():
    """Rows a second and memory, for all in one process and for parts on workers."""
    found = measured()
    fig, (left, right) = new_figure(1, 2, size=(9.6, 4), sharey=True)
    names = {"all in memory": "all rows\nin memory", "one process, part by part":
             "one process,\npart by part", "1 worker": "1 worker",
             "2 workers, 8 replicas": "2 workers"}
    places = np.arange(len(names))
    rows = [found["epoch"][name]["rows a second"] / 1e6 for name in names]
    memory = [max(found["epoch"][name]["memory of a worker"] or found["epoch"][name]["memory"], 0)
              for name in names]
    for ax, values, colour, form in ((left, rows, COLOURS["model"], "{:.1f}"),
                                     (right, memory, COLOURS["cost"], "{:,.0f}")):
        bars = ax.barh(places, values, height=0.6, color=colour)
        ax.bar_label(bars, [form.format(value) for value in values], padding=4, fontsize=12)
        ax.set_xlim(0, 1.22 * max(values))
    left.set_yticks(places, list(names.values()))
    left.invert_yaxis()
    left.set_xlabel("million rows a second")
    right.set_xlabel("memory (MiB a process)")
    show(fig, f"{found['rows']:,} customers, one epoch. All in memory: {rows[0]:.1f} million rows "
              f"a second and {memory[0]:,.0f} MiB; in parts on two workers: {rows[-1]:.1f} million "
              f"and {memory[-1]:,.0f} MiB each. {found['machine']}.")


def gains():
    """{network: {contender: how many times as fast as one process without a cluster}}."""
    found = measured()
    small = {name: found["epoch"][name]["rows a second"] for name in
             ("one process, part by part", "1 worker", "2 workers, 8 replicas")}
    large = {name: found["larger"][name]["rows a second"] for name in
             ("one process", "1 worker", "2 workers")}
    return {network: {name: value / next(iter(speeds.values())) for name, value in
                      zip(("one process", "1 worker", "2 workers"), speeds.values(), strict=True)}
            for network, speeds in (("121 weights", small), ("5,057 weights", large))}


def show_gain():
    """How fast workers are, compared to one process, for a small and for a larger network."""
    fig, ax = new_figure(size=(8.4, 3.4))
    for n, speeds in enumerate(gains().values()):
        places = 4 * n + np.arange(3)
        bars = ax.barh(places, list(speeds.values()), height=0.75,
                       color=[COLOURS["reference"], ORANGE, BLUE])
        ax.bar_label(bars, [f"{name}: {value:.2f}" for name, value in speeds.items()], padding=4,
                     fontsize=12)
    ax.axvline(1, color=COLOURS["reference"], ls=":")
    ax.set_yticks([1, 5], ["121\nweights", "5,057\nweights"])
    ax.set(xlim=(0, 2), xlabel="times as fast as one process")
    ax.invert_yaxis()
    small, large = (speeds["2 workers"] for speeds in gains().values())
    show(fig, f"Two workers are {small:.2f} times as fast as one process with 121 weights, and "
              f"{large:.2f} times with 5,057.")


def show_sweep(settings, costs):
    """The validation cost by learning rate, a curve for each width."""
    fig, ax = new_figure(size=(8.4, 3.6))
    for n, hidden in enumerate(sorted({setting["hidden"] for setting in settings})):
        points = [(setting["rate"], cost) for setting, cost in zip(settings, costs, strict=True)
                  if setting["hidden"] == hidden]
        ax.plot(*zip(*points, strict=True), **series(n), label=f"{hidden} neurons a layer")
    ax.set(xscale="log", xlabel="learning rate", ylabel="cost on validation customers")
    ax.legend(loc="upper right")
    best = settings[int(np.nanargmin(costs))]
    show(fig, f"The lowest cost of {len(settings)} trainings is at a rate of {best['rate']:g} "
              f"with {best['hidden']} neurons a layer.")
