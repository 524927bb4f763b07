"""The book: what its pages are made from. (What they look like: tests/browser/test_book.py.)"""

import json

import pytest

from tools import book


def notebook(tmp_path, first, *others):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": first}, *others]
    path = tmp_path / "00_a_lesson.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    return path


def test_every_lesson_says_its_title_question_and_minutes():
    found = [book.facts(path) for path in book.lessons()]
    assert [one["number"] for one in found] == [f"{n:02}" for n in range(len(found))]
    assert all(30 <= one["minutes"] <= 120 and one["question"] and one["title"] for one in found)


@pytest.mark.parametrize("first", ["", "# A title", "# A title\n\n*Why?*", "*Why?*\n\n60 minutes"])
def test_a_lesson_without_them_is_named(tmp_path, first):
    with pytest.raises(ValueError, match="00_a_lesson.ipynb: its first cell needs a title"):
        book.facts(notebook(tmp_path, first))


def test_the_landing_page_names_all_lessons_in_order():
    found = [book.facts(path) for path in book.lessons()]
    page = book.landing(found)
    places = [page.index(f"[{one['title']}]({one['page']}.ipynb)") for one in found]
    assert places == sorted(places) and "further/05_built_by_you" in page
    assert page.count("\n# ") + page.startswith("# ") == 1


@pytest.mark.parametrize("text, wanted", [
    ("[next](04_gradient_descent.ipynb)", "[next](04_gradient_descent.md)"),
    ("[term](GLOSSARY.md)", "[term](GLOSSARY.md)"),
    ("[back](../06_bank_churn.ipynb#part)", "[back](../06_bank_churn.md)"),
    ("[a paper](https://arxiv.org/abs/1.ipynb)", "[a paper](https://arxiv.org/abs/1.ipynb)"),
])
def test_links_lead_from_page_to_page(text, wanted):
    assert book.linked(text) == wanted


def test_a_page_leads_to_the_lesson_that_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(book, "NOTEBOOKS", tmp_path)
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<img>"}}
    shown = {"cell_type": "code", "metadata": {}, "source": "lesson.Depth()", "outputs": [output],
             "execution_count": 1}
    figure = shown | {"source": "lesson.show_depth()", "outputs": [dict(output)]}
    nb = book.with_frame(notebook(tmp_path, "# A title", shown, figure))
    assert "../lab/index.html?path=00_a_lesson.ipynb" in nb["cells"][0]["source"]
    said = ["Run this lesson to move this one" in str(cell["outputs"]) for cell in nb["cells"][1:]]
    assert said == [True, False]


def test_the_picture_of_the_landing_page_is_a_png(tmp_path):
    assert book.first_picture(book.NOTEBOOKS / "07_convolutional_networks.ipynb")[1:4] == b"PNG"
    with pytest.raises(ValueError, match="no picture among its outputs"):
        book.first_picture(notebook(tmp_path, "# A title"))
