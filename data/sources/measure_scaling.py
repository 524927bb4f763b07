"""Measure what lesson 10 says of scaling out, and write data/scaling.json.

    python -m data.sources.measure_scaling FOLDER           10 million customers, about 15 minutes
    python -m data.sources.measure_scaling FOLDER 400000    with fewer, to try it

FOLDER keeps the files of the bank (about 100 MB) and may be removed afterwards. Contenders take
turns, each in a process of its own, and the median of the rounds is kept. The memory of a process
is the most that the system ever counted for it (VmHWM), read from outside while it works.
"""

import json
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from course_lib import scale
from course_lib.costs import SigmoidCrossEntropy
from course_lib.layers import Activation, Dense
from course_lib.lessons.lesson_10.bank import make_network, write_bank
from course_lib.network import Network
from course_lib.optimizers import Adam, GradientDescent
from course_lib.scale import table as tables
from course_lib.training import predict, run_epoch

TARGET = Path(__file__).resolve().parents[1] / "scaling.json"
ROWS, IN_A_PART, HELD_OUT, BATCH, ROUNDS = 10_000_000, 250_000, 1, 256, 3
COST, RATE = SigmoidCrossEntropy(), 0.003
STEPS = (2_000, 8_000, 32_000, 128_000, 512_000)    # rows in a synchronous step
TASKS = (1, 2, 4, 8, 16, 32)
WEIGHTS = (121, 10_000, 100_000, 1_000_000)
CONTENDERS = {"all in memory": ("whole", 0, 1), "one process, part by part": ("parts", 0, 1),
              "1 worker": ("parts", 1, 1), "2 workers, 2 replicas": ("parts", 2, 2),
              "2 workers, 8 replicas": ("parts", 2, 8), "4 workers, 8 replicas": ("parts", 4, 8)}
# A network of 5,057 weights, and a fifth of the rows: more work for each message.
LARGER, LARGER_PARTS = (64, 64), 8
LARGER_CONTENDERS = {"one process": ("parts", 0, 8), "1 worker": ("parts", 1, 8),
                     "2 workers": ("parts", 2, 8), "4 workers": ("parts", 4, 8)}


# Memory, from outside -----------------------------------------------------------------------------
def peak(pid):
    """MiB, or 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


def names_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def descendants(pid):
    children = []       # each thread has its own: Dask starts its workers from another one
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += path.read_text().split()
        except OSError:     # it has ended meanwhile
            continue
    return [d for child in map(int, children) for d in (child, *descendants(child))]


def watched(command):
    """What a process prints as JSON, with the peak of itself and of the largest below it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peaks = {}

    def watch():
        while process.poll() is None:
            for pid in (process.pid, *descendants(process.pid)):
                if "resource_tracker" not in names_of(pid):
                    peaks[pid] = max(peaks.get(pid, 0), peak(pid))
            time.sleep(0.05)

    thread = threading.Thread(target=watch)
    thread.start()
    printed, _ = process.communicate()
    thread.join()
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    own = peaks.pop(process.pid)
    return json.loads(printed) | {"memory": own, "memory of a worker": max(peaks.values(),
                                                                            default=0)}


# An epoch over all customers ----------------------------------------------------------------------
def contender(folder, how, workers, replicas, hidden=(6, 6), parts=None):
    """One epoch over all parts but the last; runs in a process of its own."""
    everyone = scale.open_table(folder, "Exited")
    client = scale.connect(workers=workers) if workers else None
    known = everyone.take(0, len(everyone.parts) - HELD_OUT)
    everyone = scale.standardise(everyone, everyone.take(0, 1), client=client)
    known = everyone.take(0, parts or len(known.parts))
    tables.CACHE.clear()
    if client:      # a worker's first reading loads pyarrow, which takes it a second, once
        client.run(tables.read, everyone, everyone.parts[0])
        client.run(tables.CACHE.clear)
    network, start = make_network(hidden=hidden), time.perf_counter()
    if how == "whole":
        import pandas as pd

        table = pd.concat([pd.read_parquet(path) for path in
                           dict.fromkeys(part.file for part in known.parts)])
        X = table[list(known.features)].to_numpy(float)
        X -= known.mean
        X /= known.std
        y = table[[known.target]].to_numpy(float)
        order = np.random.default_rng(0).permutation(len(X))
        run_epoch(network, X[order], y[order], cost=COST, optimizer=Adam(RATE), batch_size=BATCH)
    else:
        scale.train(network, known, cost=COST, optimizer=Adam(RATE), epochs=1, at_once=replicas,
                    batch_size=BATCH, client=client, progress=False)
    seconds = time.perf_counter() - start
    held_out = everyone.take(len(everyone.parts) - HELD_OUT)
    z = [predict(network, tables.read(held_out, part)[0]) for part in held_out.parts]
    y = [tables.read(held_out, part)[1] for part in held_out.parts]
    if client:
        client.close()
    return {"rows a second": known.rows / seconds,
            "cost": COST.value(np.concatenate(z), np.concatenate(y))}


def epochs(folder, contenders, option):
    found = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name in contenders:
            found[name].append(watched([sys.executable, "-m", "data.sources.measure_scaling",
                                        str(folder), option, name]))
            print(name, found[name][-1], file=sys.stderr, flush=True)
    return {name: {key: float(np.median([run[key] for run in runs])) for key in runs[0]}
            for name, runs in found.items()}


# Synchronous steps --------------------------------------------------------------------------------
def in_parts(folder, rows, parts):
    """A table of so many rows, one file a part."""
    path = write_bank(Path(folder) / f"step-{rows}-{parts}", rows, parts)
    return scale.standardise(scale.open_table(path, "Exited"))


def step_seconds(network, table, client, at_least=0.6):
    """Seconds of a synchronous step when the workers hold their rows."""
    rule, steps, best = GradientDescent(1e-6), 3, []
    how = {"cost": COST, "optimizer": rule, "client": client, "progress": False}
    scale.train(network, table, epochs=3, **how)
    for _ in range(5):
        start = time.perf_counter()
        scale.train(network, table, epochs=steps, **how)
        seconds = (time.perf_counter() - start) / steps
        best.append(seconds)
        steps = max(3, int(at_least / seconds))
    return float(np.median(best[1:]))


def steps(folder):
    found = {"rows": list(STEPS)}
    networks = {"one process": 0, "1 worker": 1, "2 workers": 2, "4 workers": 4}
    for name, workers in networks.items():
        client = scale.connect(workers=workers) if workers else None
        found[name] = [step_seconds(make_network(), in_parts(folder, rows, max(1, workers)), client)
                       for rows in STEPS]
        print(name, found[name], file=sys.stderr, flush=True)
        if client:
            client.close()
    return found


def messages(folder):
    """What a step costs without any work: by tasks in it, and by weights of the network."""
    found = {"tasks": list(TASKS), "weights": list(WEIGHTS)}
    with scale.connect(workers=2) as client:
        found["seconds by tasks"] = [step_seconds(
            make_network(), in_parts(folder, tasks, tasks), client) for tasks in TASKS]
        by_weights = []
        for weights in WEIGHTS:
            hidden = max(1, round((weights - 1) / 13))
            rng = np.random.default_rng(0)
            network = Network([Dense(11, hidden, rng=rng), Activation("relu"),
                               Dense(hidden, 1, rng=rng)])
            table = in_parts(folder, 2, 2)
            here = step_seconds(network, table, None)
            by_weights.append(step_seconds(network, table, client) - here)
        found["seconds by weights"] = by_weights
    return found


def main(arguments):
    folder = arguments[0]
    if "--contender" in arguments:
        print(json.dumps(contender(folder, *CONTENDERS[arguments[-1]])))
        return
    if "--larger" in arguments:
        print(json.dumps(contender(folder, *LARGER_CONTENDERS[arguments[-1]], LARGER,
                                   LARGER_PARTS)))
        return
    rows = int(arguments[1]) if arguments[1:] else ROWS
    files = max(9, rows // IN_A_PART) + HELD_OUT
    write_bank(folder, rows * files // (files - HELD_OUT), files)
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")),
               platform.processor())
    found = {"machine": f"{os.cpu_count()} cores of a server ({cpu})",
             "versions": {"python": platform.python_version(), "numpy": np.__version__},
             "rows": rows, "rows in a part": rows // (files - HELD_OUT), "batch": BATCH,
             "epoch": epochs(folder, CONTENDERS, "--contender"),
             "larger": epochs(folder, LARGER_CONTENDERS, "--larger"),
             "step": steps(folder), "messages": messages(folder)}
    TARGET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main(sys.argv[1:])
