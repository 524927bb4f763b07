"""Write the exercise cells of the notebooks from the exercises' data.

    python -m tools.exercise_cells            all notebooks whose lesson has exercises
    python -m tools.exercise_cells 01 04      those whose name begins so
    python -m tools.exercise_cells --check    write nothing, list those whose cells differ

The cells stand at the end of the room "Exercises"; those of an exercise that is `inline` stand
where its idea is: put a markdown cell `<!-- exercise: its_name -->` there, they take its place.
They are known by their nbgrader metadata; all other cells are left as they are. Afterwards, run the
notebook: python -m tools.execute 01
"""

import argparse
import importlib
import sys
from pathlib import Path

import nbformat

from course_lib.exercise import modules

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

DIFFICULTY = {1: "easy", 2: "medium", 3: "hard"}
HOW = """\
### Quick questions and exercises
Each exercise is one function to write. Run its cell, then the cell below it: `check` says whether
it is right, and if not, what is wrong. `hint(name)` helps in steps; `progress()` lists what is
done."""


def count(number, noun) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def cell(kind, source, name, **nbgrader):
    """A cell of the room: part of no slide; only the cell with the answer is meant to be edited."""
    made = getattr(nbformat.v4, f"new_{kind}_cell")(source)
    made.metadata = nbformat.from_dict({
        "nbgrader": {"grade": False, "grade_id": name, "locked": True, "schema_version": 3,
                     "solution": False, "task": False, **nbgrader},
        "slideshow": {"slide_type": "skip"},
    })
    return made


def cells(lesson, exercises) -> list:
    """The cells of a lesson: how it works, the quick questions, three cells for each exercise."""
    made = [
        cell("markdown", HOW, "exercises-how"),
        cell("code", "from course_lib.exercise import check, hint, progress  # noqa: F401\n"
             f"from course_lib.lessons.{lesson}.questions import QUESTIONS\n"
             "from course_lib.explorer.quiz import Quiz\n\nQuiz(QUESTIONS)", "quick-questions"),
    ]
    number = 0
    for e in exercises:
        number += not e.inline
        head = f"Your turn: {e.title}" if e.inline else f"{number}. {e.title}"
        about = [count(e.minutes, "minute"), DIFFICULTY[e.difficulty], count(e.points, "point")]
        text = f"### {head}\n*{' · '.join(about)}*\n\n{e.text}"
        made += [
            cell("markdown", text, f"{e.name}-text"),
            cell("code", e.stub, e.name, locked=False, solution=True),
            cell("code", f"check({e.name})", f"{e.name}-check", grade=True, points=e.points),
        ]
    return made


def lesson_of(path) -> tuple[str, list] | None:
    """(folder, exercises) of the lesson that a notebook is, or None."""
    for module in modules():
        if path.name.startswith(module.LESSON[:2]):
            return module.__name__.split(".")[2], module.EXERCISES
    return None


def generated(cell) -> bool:
    return "nbgrader" in cell.metadata


def exercise_of(cell) -> str:
    """The name of the exercise that a generated cell belongs to."""
    return cell.metadata.nbgrader.grade_id.removesuffix("-text").removesuffix("-check")


def in_order(made, exercises) -> list:
    """The cells as they come in a notebook: what is inline stands before the room "Exercises"."""
    inline = {e.name for e in exercises if e.inline}
    return sorted(made, key=lambda cell: exercise_of(cell) not in inline)  # sorted is stable


def same(old, new) -> bool:
    """Whether the cells in a notebook are those that the data gives."""
    def content(cell):
        return cell.cell_type, cell.source, cell.metadata.nbgrader, cell.metadata.slideshow
    return [content(cell) for cell in old] == [content(cell) for cell in new]


def room_end(nb) -> int:
    """The index after the last cell of the room "Exercises"."""
    heads = [(n, line) for n, cell in enumerate(nb.cells) if cell.cell_type == "markdown"
             for line in cell.source.splitlines() if line.startswith("## ")]
    for at, (_, line) in enumerate(heads):
        if line.startswith("## Exercises"):
            return heads[at + 1][0] if at + 1 < len(heads) else len(nb.cells)
    raise SystemExit('The notebook has no room "## Exercises".')


def write(nb, made, exercises) -> None:
    """Put the cells in place of those that were generated before; outputs of equal ones stay."""
    outputs = {cell.source: cell for cell in nb.cells if generated(cell) and "outputs" in cell}
    for cell in made:
        if cell.source in outputs:
            cell.outputs = outputs[cell.source].outputs
            cell.execution_count = outputs[cell.source].execution_count
    inline = {e.name for e in exercises if e.inline}
    for name in inline:
        here = [n for n, cell in enumerate(nb.cells)
                if cell.source.strip() == f"<!-- exercise: {name} -->"
                or generated(cell) and exercise_of(cell) == name]
        if not here:
            raise SystemExit(f"The exercise {name} is inline, and the notebook does not say where: "
                             f"put a markdown cell <!-- exercise: {name} --> there.")
        nb.cells = [cell for n, cell in enumerate(nb.cells) if n not in here[1:]]
        nb.cells[here[0]:here[0] + 1] = [cell for cell in made if exercise_of(cell) == name]
    nb.cells = [cell for cell in nb.cells if not generated(cell) or exercise_of(cell) in inline]
    end = room_end(nb)
    nb.cells[end:end] = [cell for cell in made if exercise_of(cell) not in inline]


def main(arguments=None, folder=NOTEBOOKS) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of notebooks' names; default: all")
    parser.add_argument("--check", action="store_true", help="only list the notebooks that differ")
    options = parser.parse_args(arguments)
    differ = False
    for path in sorted(folder.glob("*.ipynb")):
        if not path.name.startswith(tuple(options.names) or ("",)) or not lesson_of(path):
            continue
        lesson, exercises = lesson_of(path)
        importlib.import_module(f"course_lib.lessons.{lesson}.questions")
        nb = nbformat.read(path, as_version=4)
        made = cells(lesson, exercises)
        if same([cell for cell in nb.cells if generated(cell)], in_order(made, exercises)):
            print(f"{path.name}: up to date")
        elif options.check:
            differ = True
            print(f"{path.name}: differs; run: python -m tools.exercise_cells {path.stem}")
        else:
            write(nb, made, exercises)
            nbformat.write(nb, path)
            print(f"{path.name}: written; run: python -m tools.execute {path.stem}")
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
