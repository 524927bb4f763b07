"""Which exercises are done: a small file beside the notebooks, progress.json.

It is written whole or not at all, by one notebook at a time, and deleting it costs nothing else.
`COURSE_PROGRESS` names another file. What cannot be read is never overwritten; it is said, and
stops nothing.
"""

import json
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 2.0  # seconds that one notebook waits for another


class Unreadable(Exception):
    """The file is there, but cannot be read; says why."""


def place() -> Path:
    """The file: in the folder of the lessons, also for a notebook below it. A link is followed."""
    folder = Path.cwd()
    if (folder / "notebooks").is_dir():
        folder = folder / "notebooks"
    elif folder.parent.name == "notebooks":
        folder = folder.parent
    path = Path(os.environ.get("COURSE_PROGRESS") or folder / "progress.json")
    return Path(os.path.realpath(path))


def read() -> tuple[dict[str, list[str]], str]:
    """(names of exercises by lesson, a sentence if something was wrong with the file)."""
    try:
        return stored()
    except Unreadable as error:
        return {}, f"\n  (Your progress could not be read: {error}.)"


def stored() -> tuple[dict[str, list[str]], str]:
    """What is in the file; Unreadable if nobody can say. A damaged file is set aside."""
    path = place()
    try:
        done = json.loads(path.read_text(encoding="utf-8-sig"))  # Notepad begins with a mark
        if not isinstance(done, dict) or not all(
            isinstance(names, list) and all(isinstance(name, str) for name in names)
            for names in done.values()
        ):
            raise ValueError("not lists of names by lesson")
        return done, ""
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        raise Unreadable(error) from None
    except (ValueError, RecursionError):
        aside = free_name(path)
        try:
            os.replace(path, aside)
        except OSError:
            raise Unreadable(f"{path.name} is damaged, and could not be set aside") from None
        return {}, f"\n  ({path.name} was damaged. It is now {aside.name}; a new one is begun.)"


def free_name(path) -> Path:
    """progress.damaged.json, or with a number where there is one from before."""
    aside, number = path.with_suffix(".damaged.json"), 2
    while aside.exists():
        aside, number = path.with_suffix(f".damaged-{number}.json"), number + 1
    return aside


def add(lesson: str, name: str) -> tuple[list[str], str]:
    """Note that an exercise is done; (the lesson's done exercises, a sentence about trouble)."""
    try:
        with alone():
            done, trouble = stored()
            names = done.setdefault(lesson, [])
            if name not in names:
                names.append(name)
                write(done)
            return names, trouble
    except Unreadable as error:
        return [name], (f"\n  (Your progress could not be read: {error}. It was left as it is, and "
                        "this exercise is not noted.)")
    except OSError as error:
        return [name], f"\n  (Your progress could not be saved: {error.strerror or error}.)"


@contextmanager
def alone():
    """Wait until no other notebook is writing; one that was killed while it did is not waited for.
    """
    lock, mine = place().with_suffix(".lock"), False
    end = time.monotonic() + PATIENCE
    while not mine:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            mine = True
        except FileExistsError:
            if time.monotonic() > end:
                break
            time.sleep(0.01)
        except PermissionError:         # on Windows also while the other one removes it
            if time.monotonic() > end or not lock.exists():
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()


def write(done):
    """Write the exercises that are done."""
    replace(place(), json.dumps(dict(sorted(done.items())), indent=2, ensure_ascii=False) + "\n")


def replace(path, text):
    """Replace a file by a new one, whole."""
    part = tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.stem, suffix=".part",
                                       delete=False, encoding="utf-8")
    try:
        with part:
            part.write(text)
        os.replace(part.name, path)
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise
