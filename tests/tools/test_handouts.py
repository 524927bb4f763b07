"""Handouts: what a lesson says on paper, and what the teacher says beside each slide."""

import re
from pathlib import Path

import pytest

from course_lib.exercise import modules
from tools import handouts, teaching

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbconvert")
pytest.importorskip("jupyter_client")

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def notebook(*cells):
    nb = nbformat.v4.new_notebook()
    for kind, text in cells:
        nb.cells.append(nbformat.v4.new_markdown_cell(
            text, metadata={"slideshow": {"slide_type": kind}}))
    return nb


SMALL = (("slide", "# Sums\n\n*What is a sum?*"),
         ("slide", "## In a formula\n\nBecause: $$a + b$$"),
         ("skip", "<details><summary>Seen</summary>\n\n$$hidden$$\n\n</details>"),
         ("skip", "<details><summary>Where it comes from</summary>\n\n$c$, then.\n\n</details>"),
         ("skip", "Again [here](x.ipynb) $$b + a$$"), ("slide", "## Summary\n\n- A sum adds."))


def test_a_handout_has_the_question_the_idea_and_the_formulas():
    page = handouts.handout(notebook(*SMALL), "99")
    assert "What is a sum?" in page and "A sum adds." in page
    assert "<h3>Where it comes from</h3>" in page and "$c$, then." in page
    assert "a + b" in page and "b + a" in page and "hidden" not in page
    assert page.count("<h3>In a formula</h3>") == 1 and "x.ipynb" not in page


def test_what_stands_under_another_heading_is_no_summary():
    nb = notebook(("slide", "# A"),
                  ("slide", "## Summary\n\n- One.\n\n### Further reading\n\n- Two."))
    assert handouts.summary_of(nb) == "- One."


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name[:2])
def test_each_lesson_gives_all_parts(path):
    nb, number = nbformat.read(path, as_version=4), path.name[:2]
    page = handouts.handout(nb, number)
    for part in ("<h2>The idea</h2>", '<div class="figure">', "To write yourself"):
        assert part in page
    (exercises,) = [m.EXERCISES for m in modules() if m.LESSON.startswith(number)]
    assert page.count('class="exercise"') == len(exercises)
    assert page.count('class="room"') == len(exercises)
    assert page.count("<details") == 0


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name[:2])
def test_the_script_says_each_note_once_and_shows_each_slide(path):
    nb, notes = nbformat.read(path, as_version=4), teaching.notes_of(path)
    page = handouts.script(nb, notes, path.name[:2])
    kinds = [teaching.slide_type(cell) for cell in nb.cells]
    assert page.count('<td class="slide">') == sum(kind in teaching.NEW_SLIDE for kind in kinds)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for said in notes.values():
        words = re.sub(r"\s+", " ", said).split(". ")[0]
        if re.fullmatch(r"[\w ,;]+", words):
            assert words in text


def test_the_minute_at_which_a_slide_begins():
    nb = notebook(("slide", "# A"), ("slide", "## B"), ("subslide", "more"), ("slide", "## C"))
    notes = {"A": "2 minutes. Begin.", "B": "3 minutes. Go on.", "C": "End."}
    page = handouts.script(nb, notes, "99")
    assert re.findall(r"<small>Slide (\d+)(?: · from (minute \d+))?</small>", page) == [
        ("1", "minute 0"), ("2", "minute 2"), ("3", ""), ("4", "minute 5")]
    assert "5 minutes in all" in page
