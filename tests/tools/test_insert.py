"""A cell is inserted behind a heading, and the lesson is run; where that fails nothing changes."""

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

from tools import insert  # noqa: E402


@pytest.fixture
def lesson(tmp_path):
    cells = [nbformat.v4.new_markdown_cell("# A lesson"), nbformat.v4.new_code_cell("a = 20"),
             nbformat.v4.new_markdown_cell("Text.\n\n### Depth\n\nMore."),
             nbformat.v4.new_code_cell("a + 1")]
    path = tmp_path / "02_lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_cell_is_inserted_and_the_lesson_run(lesson):
    assert insert.main(["02", "--after", "### Depth", "--code", "2 * a", "--hide"],
                       lesson.parent) == 0
    cells = nbformat.read(lesson, as_version=4).cells
    assert [cell.source for cell in cells[3:]] == ["2 * a", "a + 1"]
    assert cells[3].outputs[0].data["text/plain"] == "40"
    assert cells[3].metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"],
                                 "slideshow": {"slide_type": "-"}}


def test_a_cell_that_fails_leaves_the_lesson_as_it_was(lesson, capsys):
    before = lesson.read_bytes()
    assert insert.main(["02", "--after", "Depth", "--code", "1 / 0"], lesson.parent) == 1
    assert lesson.read_bytes() == before
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_text_is_inserted_without_a_run(lesson):
    assert insert.main(["02", "--after", "Depth", "--text", "### Why", "--slide", "subslide",
                        "--no-run"], lesson.parent) == 0
    cell = nbformat.read(lesson, as_version=4).cells[3]
    assert (cell.source, cell.metadata.slideshow.slide_type) == ("### Why", "subslide")


@pytest.mark.parametrize("arguments, words", [
    (["02", "--after", "### Width", "--code", "1"], "0 cells have the heading 'Width'"),
    (["03", "--after", "### Depth", "--code", "1"], "begins with '03'"),
])
def test_what_is_not_there_is_said(lesson, arguments, words):
    with pytest.raises(SystemExit, match=words):
        insert.main(arguments, lesson.parent)
