"""What happens to a cluster happens to a training on it: real processes, killed, stopped and wrong.

Every fault is real: a scheduler and its workers are processes of their own on the loopback device,
and a signal, another version, a broken file or a full disk comes to them in the middle of the work.
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow", reason="the extra scale is not installed")
pytest.importorskip("distributed", reason="the extra scale is not installed")

import course_lib
from course_lib import scale
from course_lib.costs import SigmoidCrossEntropy
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.scale import training

ROOT = Path(__file__).parents[2]
SECONDS = 60        # after which a test has hung
HOW = {"synchronous": {"at_once": 4}, "local": {"at_once": 4, "batch_size": 64}}


class Watched(SigmoidCrossEntropy):
    """A cost that, once, does what a file in ``folder`` says to the process in which it is worked
    out; and that tells, by a file for each call, which process that was."""

    def __init__(self, folder, seconds=0.0):
        self.folder, self.seconds = str(folder), seconds

    def slope(self, z, y):
        order, mine = Path(self.folder, "order"), Path(self.folder, f"taken-{os.getpid()}")
        with open(Path(self.folder, f"worked-{os.getpid()}"), "a") as file:
            file.write(".")
        time.sleep(self.seconds * float(os.environ.get("TEST_SLOWER", 1)))
        try:
            order.rename(mine)          # one process gets it
        except FileNotFoundError:
            return super().slope(z, y)
        pid, which = map(int, mine.read_text().split())
        os.kill(pid or os.getpid(), which)
        return super().slope(z, y)


def network(seed=0):
    rng = np.random.default_rng(seed)
    return Network([Dense(3, 4, rng=rng), Activation("tanh"), Dense(4, 1, rng=rng)])


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("table"), np.random.default_rng(0)
    for k in range(8):
        X = rng.normal(size=(400 + 7 * k, 3))
        table = pd.DataFrame(X, columns=["a", "b", "c"])
        table["y"] = (X.sum(axis=1) + rng.normal(size=len(X)) > 0).astype("int8")
        table.to_parquet(folder / f"{k}.parquet", index=False)
    return scale.open_table(folder, "y")


def train(parts, folder, client=None, seconds=0.0, epochs=3, **how):
    net, cost = network(), Watched(folder, seconds)
    scale.train(net, parts, cost=cost, optimizer=Adam(0.01), epochs=epochs, client=client,
                progress=False, **how)
    return net.parameters


def order(folder, process=0, which=signal.SIGKILL, *, when=None):
    """Order a signal for a process (0: the one that reads it), in the middle of the work.

    That is when the workers have worked out some gradients, or when a file is there.
    """
    def some_gradients():
        files = [path for path in folder.glob("worked-*") if path.name[7:] != str(os.getpid())]
        return sum(path.stat().st_size for path in files) >= 6

    def wait():
        end = time.monotonic() + SECONDS
        while not (when.exists() if when else some_gradients()) and time.monotonic() < end:
            time.sleep(0.005)
        (folder / "new").write_text(f"{process} {int(which)}")
        (folder / "new").rename(folder / "order")

    threading.Thread(target=wait, daemon=True).start()


class Cluster:
    """``dask scheduler`` and ``dask worker``, as one starts them on several machines."""

    def __init__(self, folder, workers=2, **variables):
        self.folder, self.processes = folder, []
        self.file = folder / f"scheduler-{time.monotonic_ns()}.json"
        self.variables = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical", **variables}
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0",
                                    "--dashboard-address", "127.0.0.1:0", "--scheduler-file",
                                    str(self.file))
        for _ in range(workers):
            self.worker()

    def worker(self, path=ROOT, nanny=False, **variables):
        return self.start("worker", "--scheduler-file", str(self.file), "--nthreads", "1",
                          "--dashboard-address", "127.0.0.1:0", "--local-directory",
                          str(self.folder), *([] if nanny else ["--no-nanny"]), path=path,
                          **variables)

    def start(self, kind, *options, path=ROOT, **variables):
        environment = os.environ | self.variables | variables | {
            "PYTHONPATH": os.pathsep.join([str(path), str(ROOT)]), "OPENBLAS_NUM_THREADS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options], cwd=self.folder,
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def client(self, workers):
        end = time.monotonic() + SECONDS
        while not (self.file.exists() and self.file.read_text().endswith("}")):
            assert time.monotonic() < end, "the scheduler did not start"
            time.sleep(0.05)
        client = scale.connect(json.loads(self.file.read_text())["address"])
        client.wait_for_workers(workers, timeout=SECONDS)
        return client

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
        for process in self.processes:
            process.wait()


# A worker dies ------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", HOW)
def test_a_worker_killed_in_a_task_changes_no_bit(parts, tmp_path, how):
    want = train(parts, tmp_path, **HOW[how])
    with Cluster(tmp_path) as cluster, cluster.client(2) as client:
        order(tmp_path)
        got = train(parts, tmp_path, client, seconds=0.01, **HOW[how])
        ended = [worker.poll() for worker in cluster.processes[1:]]
        assert sorted(map(str, ended)) == ["-9", "None"], "one was killed, the other did its work"
    assert np.array_equal(got, want)


def test_a_killed_worker_of_our_own_cluster_is_replaced(parts, tmp_path):
    want = train(parts, tmp_path, **HOW["local"])
    with scale.connect(workers=2) as client:
        before = set(client.run(os.getpid).values())
        order(tmp_path)
        got = train(parts, tmp_path, client, seconds=0.01, **HOW["local"])
        end = time.monotonic() + SECONDS
        while len(now := set(client.run(os.getpid).values())) < 2 or now == before:
            assert time.monotonic() < end, "nobody took the place of the worker that was killed"
            time.sleep(0.1)
    assert np.array_equal(got, want)


def test_a_task_that_ends_every_worker_is_named(parts, tmp_path):
    with scale.connect(workers=2) as client, pytest.raises(
            RuntimeError, match=r"ends_python ended one worker after the other, with Part\(file="):
        scale.compute(client, ends_python, [(part,) for part in parts.parts[:1]])


def ends_python(part):
    os._exit(9)


# The scheduler dies -------------------------------------------------------------------------------
@pytest.mark.parametrize("how", HOW)
def test_after_the_scheduler_was_lost_the_checkpoint_goes_on(parts, tmp_path, how, monkeypatch):
    monkeypatch.setattr(training, "SAVE_SECONDS", -1)
    want, kept = train(parts, tmp_path, **HOW[how]), tmp_path / "kept.npz"
    with Cluster(tmp_path) as cluster, cluster.client(2) as client:
        order(tmp_path, cluster.scheduler.pid, when=kept)
        with pytest.raises(ConnectionError, match=r"the scheduler was lost.*kept\.npz goes on"):
            train(parts, tmp_path, client, seconds=0.03, checkpoint=kept, **HOW[how])
        assert cluster.scheduler.wait(SECONDS) == -signal.SIGKILL
    with np.load(kept) as found:
        assert 0 < 2 * found["epoch"] + found["round"] < 6, "it was in the middle"
    with Cluster(tmp_path) as cluster, cluster.client(2) as client:
        got = train(parts, tmp_path, client, seconds=0.03, checkpoint=kept, **HOW[how])
    assert np.array_equal(got, want)


def test_a_scheduler_that_is_not_there_is_an_error_within_seconds():
    with pytest.raises(OSError, match="127.0.0.1:9"):
        scale.connect("tcp://127.0.0.1:9", timeout=1)


# Another version ----------------------------------------------------------------------------------
def test_a_worker_with_another_version_is_refused(parts, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(Path(course_lib.__file__).parent, other / "course_lib",
                    ignore=shutil.ignore_patterns("__pycache__", "lessons"))
    init = other / "course_lib" / "__init__.py"
    init.write_text(re.sub('__version__ = ".*"', '__version__ = "0.0.7"', init.read_text()))
    with Cluster(tmp_path, workers=1) as cluster:
        cluster.worker(path=other)
        with cluster.client(2) as client, pytest.raises(
                ValueError, match=rf"process \d+ on .* has course_lib 0\.0\.7, the client "
                                  rf"{re.escape(course_lib.__version__)}"):
            train(parts, tmp_path, client, seconds=0.03, at_once=8)


def test_every_version_that_matters_is_compared():
    from course_lib.scale.cluster import checked, versions

    assert set(versions()) == {"course_lib", "numpy", "distributed", "Python"}
    for name in versions():
        with pytest.raises(ValueError, match=f"has {name} .*, the client 0.1.2"):
            checked(versions() | {name: "0.1.2"}, len, "task")
    assert checked(versions(), len, "task") == 4


# Bad data -----------------------------------------------------------------------------------------
def test_a_bad_row_is_named_from_afar(tmp_path):
    rng = np.random.default_rng(0)
    for k in range(3):
        table = pd.DataFrame({"a": rng.normal(size=900), "y": rng.integers(2, size=900)})
        if k == 1:
            table.loc[745, "a"] = np.nan
        table.to_parquet(tmp_path / f"part-{k}.parquet", index=False, row_group_size=300)
    some = scale.open_table(tmp_path, "y")
    with Cluster(tmp_path) as cluster, cluster.client(2) as client:
        with pytest.raises(scale.BadRow, match="part-1.parquet: row 745, column 'a' is nan"):
            scale.standardise(some, client=client)
        good = scale.standardise(some.take(0, 3), client=client)
        assert good.rows == 900, "and the cluster is as good as before"
        (tmp_path / "part-0.parquet").unlink()
        with pytest.raises(FileNotFoundError, match=r"part-0\.parquet"):
            scale.standardise(some.take(0, 3), client=client)


# Slow workers -------------------------------------------------------------------------------------
def test_a_slow_worker_gets_less_to_do_and_changes_no_bit(parts, tmp_path):
    want = train(parts, tmp_path, epochs=2, batch_size=64)
    for path in tmp_path.glob("worked-*"):
        path.unlink()
    with Cluster(tmp_path, workers=1) as cluster:
        slow = cluster.worker(TEST_SLOWER="8")
        with cluster.client(2) as client:
            got = train(parts, tmp_path, client, seconds=0.005, epochs=2, batch_size=64)
    assert np.array_equal(got, want)
    steps = {int(path.name[7:]): path.stat().st_size for path in tmp_path.glob("worked-*")}
    assert len(steps) == 2 and 0 < steps.pop(slow.pid) < 0.7 * next(iter(steps.values()))


def test_a_worker_that_stands_still_is_given_up(parts, tmp_path):
    want = train(parts, tmp_path, **HOW["local"])
    with Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="3s",
                 ) as cluster, cluster.client(2) as client:
        order(tmp_path, cluster.processes[1].pid, signal.SIGSTOP)
        got = train(parts, tmp_path, client, seconds=0.01, **HOW["local"])
        assert not (tmp_path / "order").exists(), "nobody was stopped"
    assert np.array_equal(got, want)


# A full disk --------------------------------------------------------------------------------------
def test_on_a_full_disk_the_old_checkpoint_stays(parts, tmp_path):
    """The system itself refuses to write further: a file may not be larger than the old one is."""
    kept = tmp_path / "kept.npz"
    want = train(parts, tmp_path, epochs=3, at_once=4, checkpoint=None)
    train(parts, tmp_path, epochs=1, at_once=4, checkpoint=kept)
    old = kept.read_bytes()

    def no_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(old) // 2, resource.RLIM_INFINITY))

    script = (f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
              "from pathlib import Path\n"
              "from tests.slow.test_scale_faults import scale, train\n"
              f"folder = Path({str(tmp_path)!r})\n"
              f"parts = scale.open_table({str(Path(parts.parts[0].file).parent)!r}, 'y')\n"
              "train(parts, folder, epochs=3, at_once=4, checkpoint=folder / 'kept.npz')\n")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          preexec_fn=no_room, timeout=SECONDS)
    assert done.returncode == 1 and "the checkpoint could not be written (File too large); the " \
        "one before it, if there is one, is as it was" in done.stderr, done.stderr
    assert kept.read_bytes() == old and not list(tmp_path.glob(".kept*"))
    assert np.array_equal(train(parts, tmp_path, epochs=3, at_once=4, checkpoint=kept), want)
