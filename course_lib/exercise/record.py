"""Which exercises are done: a small file beside the notebooks, progress.json.

It is written whole or not at all, and deleting it costs nothing else. `COURSE_PROGRESS` names
another file. A folder that cannot be written to, or a damaged file, is said and stops nothing.
"""

import json
import os
import tempfile
from pathlib import Path


def place() -> Path:
    """The file: in the notebooks' folder, where a notebook's kernel runs."""
    if named := os.environ.get("COURSE_PROGRESS"):
        return Path(named)
    folder = Path.cwd()
    return (folder / "notebooks" if (folder / "notebooks").is_dir() else folder) / "progress.json"


def read() -> tuple[dict[str, list[str]], str]:
    """(names of exercises by lesson, a sentence if something was wrong with the file)."""
    path = place()
    try:
        done = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(done, dict) or not all(
            isinstance(names, list) and all(isinstance(name, str) for name in names)
            for names in done.values()
        ):
            raise ValueError("not lists of names by lesson")
        return done, ""
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, f"\n  (Your progress could not be read: {error}.)"
    except ValueError:
        aside = path.with_suffix(".damaged.json")
        try:
            os.replace(path, aside)
        except OSError:
            return {}, f"\n  ({path.name} is damaged, and could not be set aside.)"
        return {}, f"\n  ({path.name} was damaged. It is now {aside.name}; a new one is begun.)"


def add(lesson: str, name: str) -> tuple[list[str], str]:
    """Note that an exercise is done; (the lesson's done exercises, a sentence about trouble)."""
    done, trouble = read()
    names = done.setdefault(lesson, [])
    if name not in names:
        names.append(name)
        try:
            write(done)
        except OSError as error:
            trouble += f"\n  (Your progress could not be saved: {error.strerror or error}.)"
    return names, trouble


def write(done):
    """Replace the file by a new one, whole."""
    path = place()
    text = json.dumps(dict(sorted(done.items())), indent=2, ensure_ascii=False) + "\n"
    part = tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.stem, suffix=".part",
                                       delete=False, encoding="utf-8")
    try:
        with part:
            part.write(text)
        os.replace(part.name, path)
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise
