"""What the teacher says: notebooks/teaching/NN.md, woven into a lesson as speaker notes.

A lesson's file has one heading `## …` for each slide that something is said on; the heading is the
slide's own, word for word. The student's notebook holds none of it.
"""

import re
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NEW_SLIDE = {"slide", "subslide"}


def slide_type(cell) -> str:
    return cell.metadata.get("slideshow", {}).get("slide_type", "-")


def heading(cell) -> str | None:
    """The first heading of a markdown cell, without its #."""
    found = cell.cell_type == "markdown" and re.search(r"^#+ +(.+?) *$", cell.source, re.MULTILINE)
    return found[1] if found else None


def slides(nb) -> dict[str, int]:
    """The headings of a lesson's slides, each with the index of the slide's last cell."""
    found, at = {}, None
    for n, cell in enumerate(nb.cells):
        kind = slide_type(cell)
        if kind in NEW_SLIDE:
            at = heading(cell)
            if at in found:
                raise ValueError(f"two slides are headed {at!r}; give one of them another heading")
        if at is not None and kind not in {"skip", "notes"}:
            found[at] = n
    return found


def read(path) -> dict[str, str]:
    """What is said, by the heading of the slide; nothing where there is no file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = re.split(r"^## +(.+?) *$", text, flags=re.MULTILINE)[1:]
    return {head: said.strip() for head, said in zip(parts[::2], parts[1::2], strict=True)}


def notes_of(lesson, folder=None) -> dict[str, str]:
    """What is said in a lesson, given as the path of its notebook; beside it is teaching/."""
    folder = Path(lesson).parent / "teaching" if folder is None else folder
    return read(folder / f"{Path(lesson).name[:2]}.md")


def minutes(note) -> int:
    """How long a note says that its slide takes; 0 where it says nothing."""
    found = re.search(r"(\d+) minutes?", note)
    return int(found[1]) if found else 0


def weave(nb, notes) -> None:
    """Put each note behind the last cell of its slide.

    Raises ValueError for a note whose heading no slide has.
    """
    ends = slides(nb)
    lost = [head for head in notes if head not in ends]
    if lost:
        raise ValueError(f"no slide is headed {lost[0]!r}; the slides are headed "
                         f"{', '.join(map(repr, ends))}")
    for head in sorted(notes, key=ends.get, reverse=True):
        cell = nbformat.v4.new_markdown_cell(notes[head])
        cell.metadata["slideshow"] = {"slide_type": "notes"}
        nb.cells.insert(ends[head] + 1, cell)


def woven(path):
    """A lesson with its speaker notes, as the slides show it."""
    nb = nbformat.read(path, as_version=4)
    weave(nb, notes_of(path))
    return nb
