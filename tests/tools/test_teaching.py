"""What the teacher says stands in a file of its own, under the headings of the lesson's slides."""

import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")

from tools import teaching  # noqa: E402

LESSONS = sorted(teaching.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def cell(source, kind, slide):
    made = getattr(nbformat.v4, f"new_{kind}_cell")(source)
    made.metadata["slideshow"] = {"slide_type": slide}
    return made


@pytest.fixture
def lesson():
    return nbformat.v4.new_notebook(cells=[
        cell("# Title", "markdown", "slide"), cell("1", "code", "-"), cell("2", "code", "skip"),
        cell("## Idea\nText.", "markdown", "slide"), cell("more", "markdown", "fragment"),
        cell("### Proof", "markdown", "subslide"),
    ])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_each_heading_of_the_notes_is_a_slide_of_the_lesson(path):
    notes = teaching.notes_of(path)
    assert notes and all(notes.values())
    assert set(notes) <= set(teaching.slides(nbformat.read(path, as_version=4)))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_a_students_notebook_holds_nothing_for_the_teacher(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not [c.source for c in cells if teaching.slide_type(c) == "notes"]


# What is said in these takes longer than their plan has minutes; a teacher leaves something out.
LONGER = {"03", "05", "07", "08", "09"}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_the_minutes_of_the_slides_add_up_to_the_plan(path):
    number = path.stem[:2]
    first = (path.parent / "teaching" / f"{number}.md").read_text("utf-8").splitlines()[0]
    total = sum(map(teaching.minutes, teaching.notes_of(path).values()))
    longer = total > int(re.search(r"\((\d+) minutes\)", first)[1])
    assert longer == (number in LONGER), f"{total} minutes on the slides; the plan: {first}"


def test_a_note_stands_behind_its_slide(lesson):
    teaching.weave(lesson, {"Title": "Welcome.", "Idea": "Ask."})
    assert [c.source for c in lesson.cells] == [
        "# Title", "1", "Welcome.", "2", "## Idea\nText.", "more", "Ask.", "### Proof"]
    assert [teaching.slide_type(lesson.cells[n]) for n in (2, 6)] == ["notes", "notes"]


def test_a_heading_without_a_slide_is_an_error(lesson):
    with pytest.raises(ValueError, match="no slide is headed 'Ideas'.*'Title', 'Idea', 'Proof'"):
        teaching.weave(lesson, {"Ideas": "Ask."})


def test_two_slides_of_one_name_are_an_error(lesson):
    lesson.cells.append(cell("### Proof", "markdown", "subslide"))
    with pytest.raises(ValueError, match="two slides are headed 'Proof'"):
        teaching.slides(lesson)


def test_the_file_is_read_by_headings(tmp_path):
    (tmp_path / "04.md").write_text("# Teaching\n\nWhy.\n\n## A *b*\n\nOne.\n\nTwo.\n## C\nThree.")
    assert teaching.notes_of(Path("04_descent.ipynb"), tmp_path) == {"A *b*": "One.\n\nTwo.",
                                                                    "C": "Three."}
    assert teaching.notes_of(Path("05_x.ipynb"), tmp_path) == {}
