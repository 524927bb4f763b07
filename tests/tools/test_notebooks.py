"""The form of the lessons: rooms in order, slide types, short cells, fresh outputs."""

import json
import re
from pathlib import Path

import pytest

from tools import execute

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
LONGEST_CELL = 25
# How every lesson ends: headings "## ..." that begin so, in this order. Before them a lesson tells
# its own story.
ROOMS = ["Exercises", "Summary", "Next"]


def headings(nb) -> list[str]:
    text = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    return re.findall(r"^## +(.+)$", text, re.MULTILINE)


def faults(nb) -> list[str]:
    """What is wrong with the form of a lesson."""
    found = []
    for n, cell in enumerate(nb.cells):
        if cell.metadata.get("slideshow", {}).get("slide_type") not in SLIDE_TYPES:
            found.append(f"cell {n} has no slide_type")
        if cell.cell_type == "code":
            lines = len(cell.source.splitlines())
            if lines > LONGEST_CELL and not cell.metadata.get("jupyter", {}).get("source_hidden"):
                found.append(f"cell {n} has {lines} lines; at most {LONGEST_CELL}")
            if re.search(r"^\s*from .* import \*", cell.source, re.MULTILINE):
                found.append(f"cell {n} imports *")
            for output in cell.outputs:
                data = output.get("data", {})
                picture = "image/png" in data or "<img" in data.get("text/html", "")
                if picture and data.get("text/plain", "<").startswith("<"):
                    found.append(f"cell {n} shows a picture without a text; use show(fig, text)")
    first = nb.cells[0].source if nb.cells else ""
    if not (first.startswith("# ") and "minutes" in first):
        found.append("the first cell has no '# title' or does not say how many minutes")
    rooms = [r for h in headings(nb) for r in ROOMS if h.lower().startswith(r.lower())]
    if rooms != sorted(rooms, key=ROOMS.index):
        found.append(f"the rooms are in the order {rooms}")
    if set(rooms) != set(ROOMS):
        found.append(f"the rooms {[room for room in ROOMS if room not in rooms]} are missing")
    return found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_form_of_a_lesson(path):
    assert faults(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", [*LESSONS, *sorted(NOTEBOOKS.glob("further/*.ipynb"))],
                         ids=lambda path: path.stem)
def test_a_lesson_is_not_stale(path):
    assert execute.problems(nbformat.read(path, as_version=4)) == []
    assert path.stat().st_size <= execute.LARGEST


# The lint itself can fail ------------------------------------------------------------------------
def good_lesson():
    nb = nbformat.v4.new_notebook()
    texts = ["# A lesson\n\n60 minutes", *(f"## {room}" for room in ROOMS)]
    nb.cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    nb.cells.insert(2, nbformat.v4.new_code_cell("a = 1"))
    for cell in nb.cells:
        cell.metadata = nbformat.from_dict({"slideshow": {"slide_type": "slide"}})
    return nb


def test_a_good_lesson_has_no_faults():
    assert faults(good_lesson()) == []


def spoil_slide(nb):
    del nb.cells[1].metadata["slideshow"]


def spoil_length(nb):
    nb.cells[2].source = "a = 1\n" * 26


def spoil_import(nb):
    nb.cells[2].source = "from numpy import *"


def spoil_order(nb):
    nb.cells[3], nb.cells[4] = nb.cells[4], nb.cells[3]


def spoil_room(nb):
    del nb.cells[-1]


def spoil_title(nb):
    nb.cells[0].source = "# A lesson"


def spoil_picture(nb):
    data = {"image/png": "aaaa", "text/plain": "<Figure size 640x480>"}
    nb.cells[2].outputs = [nbformat.v4.new_output("display_data", data)]


@pytest.mark.parametrize(
    "spoil, fault",
    [
        (spoil_slide, "cell 1 has no slide_type"),
        (spoil_length, "cell 2 has 26 lines"),
        (spoil_import, "imports *"),
        (spoil_order, "in the order"),
        (spoil_room, "['Next'] are missing"),
        (spoil_title, "minutes"),
        (spoil_picture, "without a text"),
    ],
)
def test_a_fault_is_found(spoil, fault):
    nb = good_lesson()
    spoil(nb)
    found = faults(nb)
    assert len(found) == 1 and fault in found[0], found


MATH = re.compile(r"(?<![\\$])\$(?!\$)([^$\n]+?)(?<!\\)\$(?!\$)")


def money_read_as_maths(text) -> list[str]:
    """What stands between two dollar signs and is prose: a price, up to the next price."""
    text = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$", "", text, flags=re.DOTALL)
    words = re.compile(r"(?<![\\{a-z])\b[a-z]{3,} [a-z]{2,}")
    return [span for span in MATH.findall(text)
            if words.search(re.sub(r"\\\w+\{[^}]*\}", "", span))]


def test_prices_are_written_in_words_because_two_dollar_signs_are_a_formula():
    assert money_read_as_maths("between $73 per square foot and $78") == ["73 per square foot and "]
    assert money_read_as_maths(r"$w_1 = 2$ and $\text{cost of all}$, $\sin x$, 73 dollars") == []
    found = {(path.name, span) for path in NOTEBOOKS.rglob("*.ipynb")
             for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
             if cell["cell_type"] == "markdown"
             for span in money_read_as_maths("".join(cell["source"]))}
    assert not found
