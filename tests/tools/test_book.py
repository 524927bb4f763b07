"""The book: what its pages are made from. (What they look like: tests/browser/test_book.py.)"""

import base64
import io
import json

import pytest
from PIL import Image

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
    found = [book.facts(path) | {"size": (640, 300)} for path in book.lessons()]
    page = book.landing(found, ["<p>a photograph</p>", "<p>a race</p>"])
    places = [page.index(f'<a class="card" href="{one["page"]}.html">') for one in found]
    assert places == sorted(places) and "further/05_built_by_you" in page
    assert page.count("\n# ") + page.startswith("# ") == 1
    assert page.index("a photograph") < page.index("## Move something") < page.index("a race")


def state(name, front=None):
    found = {"class": name, "frames": name, "name": "n", "now": 0, "size": (9, 9), "labels": ["0"],
             "list": False, "plays": False, "sentences": ["It is."], "others": [("a", "1")],
             "buttons": ["Train"]}
    return found | ({"front": found | {"frames": front}} if front else {})


def test_the_explorers_of_the_landing_page():
    path = book.lessons()[0]
    explorers = {path: dict(enumerate(state(name, "f" * (n == 0))
                                      for n, (name, _) in enumerate(book.FRONT)))}
    found = book.front(explorers)
    assert 'src="frames/f/0.webp"' in found[0] and book.FRONT[1][1] in found[1]
    assert "Train" not in "".join(found)
    del explorers[path][1]
    with pytest.raises(ValueError, match=f"shows {book.FRONT[1][0]}, which no lesson has"):
        book.front(explorers)


@pytest.mark.parametrize("text, wanted", [
    ("[next](04_gradient_descent.ipynb)", "[next](04_gradient_descent.md)"),
    ("[term](GLOSSARY.md)", "[term](GLOSSARY.md)"),
    ("[back](../06_bank_churn.ipynb#part)", "[back](../06_bank_churn.md)"),
    ("[LSTM](further/pytorch.ipynb#LSTM-(lesson-08)) (here)", "[LSTM](further/pytorch.md) (here)"),
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
    moves = shown | {"outputs": [dict(output)], "metadata": {}}
    path = notebook(tmp_path, "# A title\n*Why?*", shown, figure, moves)
    nb = book.with_frame(path, {3: state("Depth")}, {path.stem})
    first = nb["cells"][0]["source"]
    assert "../lab/index.html?path=00_a_lesson.ipynb" in first and first.startswith("# A title\n")
    assert 'href="../decks/00_a_lesson.html"' in first
    assert 'href="../files/00_a_lesson.ipynb" download' in first
    said = ["Run this lesson to move this one" in str(cell["outputs"]) for cell in nb["cells"][1:3]]
    assert said == [True, False]
    assert "book-explorer" in str(nb["cells"][3]["outputs"]) and "<img>" not in str(nb["cells"][3])


def test_pictures_become_files_that_can_wait(tmp_path):
    picture = io.BytesIO()
    Image.new("L", (1, 1)).save(picture, "PNG")
    small = base64.b64encode(picture.getvalue()).decode()
    text = book.apart(f'<img alt="a" src="data:image/png;base64,{small}">', tmp_path / "p", "../")
    (file,) = (tmp_path / "p").iterdir()
    assert text == (f'<img alt="a" src="../frames/p/{file.name}" width="1" height="1" '
                    'loading="lazy">')


def test_a_page_in_a_folder_leads_out_of_it(monkeypatch, tmp_path):
    monkeypatch.setattr(book, "NOTEBOOKS", tmp_path)
    assert book.live(tmp_path / "further/a.ipynb") == "../../lab/index.html?path=further/a.ipynb"
    assert "decks" not in book.ways(tmp_path / "further/a.ipynb")


def test_the_picture_of_the_landing_page_is_a_png(tmp_path):
    assert book.first_picture(book.NOTEBOOKS / "07_convolutional_networks.ipynb")[1:4] == b"PNG"
    with pytest.raises(ValueError, match="no picture among its outputs"):
        book.first_picture(notebook(tmp_path, "# A title"))
