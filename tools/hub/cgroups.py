"""A cgroup for each student: what their processes together may take of the machine.

Linux has two versions. In version 2, Debian's since 2021, one folder holds every limit. In version
1 each kind of limit has a tree of its own, and ours hangs below the hub's own place in it.
"""

import os
import signal
import time
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
KINDS = ("memory", "cpu", "pids")
PERIOD = 100_000  # microseconds; a limit of 2 cores is 200,000 of them


def folders(name) -> dict[str, Path]:
    """Where the student's limit of each kind is."""
    if (MOUNT / "cgroup.controllers").exists():
        return dict.fromkeys(KINDS, MOUNT / "course" / name)
    places = {}
    for line in OWN.read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        for kind in kinds.split(","):
            places[kind] = MOUNT / kind / path.strip("/") / "course" / name
    return {kind: places[kind] for kind in KINDS}


def settings(memory, cpu, processes) -> dict[str, dict[str, str]]:
    """The files to write, for bytes, cores and a number of processes; 0 or None is no limit."""
    quota = int((cpu or 0) * PERIOD)
    if (MOUNT / "cgroup.controllers").exists():
        return {"memory": {"memory.max": memory or "max", "memory.swap.max": 0},
                "cpu": {"cpu.max": f"{quota or 'max'} {PERIOD}"},
                "pids": {"pids.max": processes or "max"}}
    return {"memory": {"memory.limit_in_bytes": memory or -1,
                       "memory.memsw.limit_in_bytes": memory or -1},
            "cpu": {"cpu.cfs_period_us": PERIOD, "cpu.cfs_quota_us": quota or -1},
            "pids": {"pids.max": processes or "max"}}


def make(name, memory, cpu, processes) -> list[Path]:
    """Make the student's cgroup with these limits; a process enters by writing 0 to these files."""
    remove(name)
    for kind, folder in folders(name).items():
        folder.mkdir(parents=True, exist_ok=True)
        if (MOUNT / "cgroup.controllers").exists():
            for above in (MOUNT, MOUNT / "course"):
                (above / "cgroup.subtree_control").write_text(f"+{kind}")
        for file, value in settings(memory, cpu, processes)[kind].items():
            if "sw" not in file or (folder / file).exists():  # not every kernel counts swap
                (folder / file).write_text(str(value))
    return sorted({folder / "cgroup.procs" for folder in folders(name).values()})


def processes(name) -> set[int]:
    found = (folder / "cgroup.procs" for folder in set(folders(name).values()))
    return {int(pid) for file in found if file.exists() for pid in file.read_text().split()}


def remove(name, seconds=5):
    """End what the student's server left running, and take the cgroup away."""
    end = time.monotonic() + seconds
    while left := processes(name):
        if time.monotonic() > end:
            raise TimeoutError(f"these processes of {name} do not end: {sorted(left)}")
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)
    for folder in set(folders(name).values()):
        if folder.exists():
            folder.rmdir()
