"""The report on the lessons counts what a reader sees."""

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

from tools import lessons  # noqa: E402


def code(source, picture=False, **metadata):
    cell = nbformat.v4.new_code_cell(source, metadata=metadata)
    if picture:
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": "<img>"})]
    return cell


def lesson(*cells):
    text = nbformat.v4.new_markdown_cell
    return nbformat.v4.new_notebook(cells=[
        text(cell) if isinstance(cell, str) else cell for cell in cells])


def test_what_is_seen_is_counted():
    found = lessons.report(lesson(
        "# One two\nthree $x + y$ [four](http://a.b/c)",
        "<details><summary>folded</summary>\n\nmany words in here\n\n</details>",
        code("a = 1\nb = 2"), code("c = 3\n" * 20, jupyter={"source_hidden": True}),
        "## Exercises", code("def f():\n    ...", nbgrader={"grade_id": "f"})))
    assert (found["cells"], found["words"]) == (4, 7)
    assert (found["visible code lines"], found["longest cell"]) == (2, 2)


def test_a_figure_needs_a_sentence_and_an_explorer_a_question():
    told = lesson("Which is it?", code("lesson.Race()", picture=True), "You saw it.",
                  code("draw()", picture=True), "Now we know.")
    silent = lesson("Look.", code("lesson.Race()", picture=True), code("draw()", picture=True))
    for nb, figures, explorers in ((told, [], []), (silent, [2], [1])):
        found = lessons.report(nb)
        assert found["figures without a sentence after"] == figures
        assert found["explorers without a question before"] == explorers


def test_a_term_is_explained_before_it_is_used():
    terms = ["learning rate", "epoch", "bias"]
    nb = lesson("The learning rate is 1, the **bias** 2.", "A **[learning rate](G.md)** is a step.",
                "Each **epoch** has a bias.")
    assert lessons.report(nb, terms)["terms used before they are explained"] == ["learning rate"]


def test_every_lesson_has_a_report(capsys):
    assert lessons.main(["01"]) == 0
    assert "visible code lines" in capsys.readouterr().out
