"""What a step costs with any number of workers: the work that is shared, and the messages."""

import json
from dataclasses import dataclass, replace

import numpy as np
from ipywidgets import SelectionSlider

from course_lib.datasets.files import data_file
from course_lib.explorer.base import Explorer
from course_lib.figure.style import COLOURS, series

BYTES = 8               # of one weight in a message
SMALL = 121             # weights of the network that was measured
LOCAL_ROWS = 250_000    # between two meetings of a replica


def measured():
    """What ``data/sources/measure_scaling.py`` measured."""
    return json.loads(data_file("scaling.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Bill:
    """Seconds, from four numbers of a machine.

    row : to compute the gradient of one row, for one weight of the network.
    call : to talk to a worker at all, once in a step.
    task : for each task in a step, in addition.
    byte : to move one byte over the network, at the place where the gradients are collected.
    """

    row: float
    call: float
    task: float
    byte: float

    def messages(self, workers, weights):
        """Everybody gets the parameters, everybody sends a gradient."""
        return (self.call + self.task * workers + 2 * BYTES * weights * workers * self.byte)

    def step(self, rows, workers, weights=SMALL, cores=np.inf):
        """A synchronous step: an equal share of the rows for each worker, then the messages."""
        return rows * weights * self.row / np.minimum(workers, cores) + self.messages(
            workers, weights)

    def epoch(self, rows, in_a_step, workers, weights):
        """All rows, in synchronous steps of so many rows."""
        return rows / in_a_step * self.step(in_a_step, workers, weights)

    def local_epoch(self, rows, workers, weights):
        """All rows, when the replicas meet after each has used ``LOCAL_ROWS`` of its own."""
        between = np.minimum(LOCAL_ROWS, rows / workers)
        return rows / (between * workers) * (
            between * weights * self.row + self.messages(workers, weights))


def fitted(found):
    """The four numbers, from what was measured."""
    steps, messages = found["step"], found["messages"]
    row = steps["one process"][-1] / steps["rows"][-1] / SMALL
    task, call = np.polyfit(messages["tasks"], messages["seconds by tasks"], 1)
    more = messages["seconds by weights"][-1] - messages["seconds by weights"][0]
    byte = more / (2 * BYTES * 2 * (messages["weights"][-1] - messages["weights"][0]))
    return Bill(row, call, task, byte)


def in_words(seconds):
    """1.3 s, 4.2 minutes, 11 hours, 3 days, 2 years."""
    for size, name in ((365.25 * 86_400, "years"), (86_400, "days"), (3_600, "hours"),
                       (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.3g} {name}"
    return f"{seconds:.2g} s" if seconds >= 0.1 else f"{1000 * seconds:.2g} ms"


def powers(low, high, value, description):
    """A slider over 10^low to 10^high, in words: 10,000, 1 million, 100 billion."""
    words = {n: f"{n // 10**9} billion" if n >= 10**9 else f"{n // 10**6} million" if n >= 10**6
             else f"{n:,}" for n in (10**k for k in range(low, high + 1))}
    return SelectionSlider(options=[(word, n) for n, word in words.items()], value=value,
                           description=description)


class ScalingBill(Explorer):
    """How long an epoch takes with 1 to 10,000 workers, by the bill of one measured machine."""

    size = (9, 4.4)
    workers = np.unique(np.round(np.logspace(0, 4, 81)).astype(int))

    def __init__(self):
        self.bill = fitted(measured())
        super().__init__(
            workers=SelectionSlider(options=[(f"{n:,}", n) for n in (
                1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 3000, 10_000)], value=10,
                description="workers"),
            rows=powers(5, 11, 10**7, "rows of the table"),
            in_a_step=powers(2, 7, 10**4, "rows a step"),
            weights=powers(2, 9, 100, "weights"),
            network=SelectionSlider(options=[
                ("1 Gbit/s", 1e9 / 8), ("as measured", 0), ("10 Gbit/s", 1e10 / 8),
                ("100 Gbit/s", 1e11 / 8)], value=0, description="network"))

    def build(self, fig):
        ax = self.ax = fig.subplots()
        self.lines = [ax.plot([], [], **series(n) | {"marker": ""}, lw=3, label=label)[0]
                      for n, label in enumerate(("synchronous steps", "local SGD"))]
        (self.ideal,) = ax.plot([], [], ":", color=COLOURS["reference"], label="no messages")
        self.points = [ax.plot([], [], marker, color=series(n)["color"], ms=12, mec="white")[0]
                       for n, marker in enumerate("os")]
        ax.set(xscale="log", yscale="log", xlabel="workers", xlim=(0.8, 12_500))
        ax.set_title("time of one epoch", loc="left", fontsize=14)
        self.span = None
        ax.legend(loc="lower left")
        return [*self.lines, self.ideal, *self.points]

    def move(self, workers, rows, in_a_step, weights, network):
        bill = replace(self.bill, byte=1 / network) if network else self.bill
        in_a_step = min(in_a_step, rows)
        times = [bill.epoch(rows, in_a_step, self.workers, weights),
                 bill.local_epoch(rows, self.workers, weights)]
        ideal = rows * weights * bill.row / self.workers
        span = np.floor(np.log10(ideal.min())), np.ceil(np.log10(np.max(times))) + 0.3
        if span != self.span:
            self.span = span
            ticks = [(t, name) for t, name in zip(
                (1e-3, 1, 60, 3600, 86_400, 365.25 * 86_400, 365.25 * 8.64e7),
                ("1 ms", "1 s", "1 min", "1 h", "1 day", "1 y", "1,000 y"), strict=True)
                if 10**span[0] <= t <= 10**span[1]]
            self.ax.set_ylim(10**span[0], 10**span[1])
            self.ax.set_yticks(*zip(*ticks, strict=True))
            self.ax.minorticks_off()
            self.redraw_scene()
        for line, point, time in zip(self.lines, self.points, times, strict=True):
            line.set_data(self.workers, time)
            point.set_data([workers], [np.interp(workers, self.workers, time)])
        self.ideal.set_data(self.workers, ideal)
        sync, local = (bill.epoch(rows, in_a_step, workers, weights),
                       bill.local_epoch(rows, workers, weights))
        talk = bill.messages(workers, weights) / bill.step(in_a_step, workers, weights)
        alone = rows * weights * bill.row
        share = "nearly all" if talk > 0.99 else f"{talk:.0%}"
        return (f"One computer alone: {in_words(alone)} an epoch. {workers:,} "
                f"worker{'s' * (workers > 1)} with synchronous steps: {in_words(sync)}, of which "
                f"{share} goes to messages; with local SGD: {in_words(local)}.")
