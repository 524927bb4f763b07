"""The deck without a server: the slides of RISE, and the states of explorers to click through."""

import json
import re
from pathlib import Path

import pytest

from tools import deck, teaching

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbconvert")
pytest.importorskip("jupyter_client")

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def notebook(*cells):
    """A notebook of (slide type, text) cells; a text that begins with "code:" is code."""
    nb = nbformat.v4.new_notebook()
    for kind, text in cells:
        is_code = text.startswith("code:")
        new = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
        nb.cells.append(new(text.removeprefix("code:"),
                            metadata={"slideshow": {"slide_type": kind}}))
    return nb


def sections(page) -> list[int]:
    """How many slides are in each column of a deck."""
    body = page.split('<div class="slides">')[1]
    columns = re.split(r"<section>\n(?=<section>)", body)[1:]
    return [column.count("<section>") for column in columns]


def test_slides_and_subslides():
    page = deck.deck(notebook(("slide", "# A"), ("subslide", "b"), ("-", "c"), ("slide", "d")), "A")
    assert sections(page) == [2, 1]
    assert "<title>A</title>" in page


def test_what_is_skipped_is_left_out_and_notes_are_notes():
    cells = ("slide", "# A"), ("skip", "for readers"), ("notes", "say this")
    page = deck.deck(notebook(*cells), "A")
    assert "for readers" not in page
    assert re.search(r'<aside class="notes">.*say this', page, re.DOTALL)
    assert sections(page) == [1]


def test_notes_before_the_first_slide_make_no_empty_slide():
    assert sections(deck.deck(notebook(("notes", "hello"), ("slide", "# A")), "A")) == [1]


def test_a_fragment_holds_what_follows_it():
    page = deck.section([("-", cell) for cell in notebook(("-", "a")).cells]
                        + [(kind, cell) for kind, text in [("fragment", "b"), ("-", "c"),
                                                           ("fragment", "d")]
                           for cell in notebook((kind, text)).cells])
    before, first, second = page.split('<div class="fragment">')
    assert ">a<" in before and ">b<" in first and ">c<" in first and ">d<" in second
    assert page.count("<div") == page.count("</div>")


def test_formulas_reach_mathjax_unharmed():
    page = deck.deck(notebook(("slide", r"# A" "\n\n" r"$a_1 < b_2$ and $$\frac{*x*}{y}$$")), "A")
    assert "$a_1 &lt; b_2$" in page and r"\frac{*x*}{y}" in page


def test_text_is_escaped():
    output = nbformat.v4.new_output("stream", text="a < b & </section>")
    assert "a &lt; b &amp; &lt;/section&gt;" in deck.output_html(output)


def explorer(sentences):
    data = {deck.slides.WIDGET: {}, "text/html": "<figure>static</figure>", "text/plain": "s"}
    states = {"name": "a <b>", "now": 1, "frames": ["QUFB"] * len(sentences),
              "sentences": sentences}
    return nbformat.v4.new_output("display_data", data, metadata={"states": states})


def test_the_states_of_an_explorer():
    sentences = ["first", 'a "b" </script><script>', "third"]
    page = deck.output_html(explorer(sentences))
    stored = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(stored)["sentences"] == sentences
    assert 'max="2" value="1"' in page and 'aria-label="a &lt;b&gt;"' in page
    assert "&quot;b&quot; &lt;/script&gt;" in page
    assert page.count("<script") == 1


def test_an_explorer_without_a_strip_shows_its_picture():
    page = deck.output_html(explorer([]))
    assert "<figure>static</figure>" in page and "<input" not in page


def test_the_bar_of_a_training_is_left_out():
    bar = nbformat.v4.new_output("display_data", {"text/plain": "100%|████| 5/5 [00:01<00:00]"})
    assert deck.output_html(bar) == ""


def test_a_changed_archive_is_refused(tmp_path):
    (tmp_path / "thing-1.0.tgz").write_bytes(b"something else")
    with pytest.raises(SystemExit, match="is not the thing@1.0 that was tested"):
        deck.archive("thing@1.0", "AAAA", tmp_path)


def test_without_npm_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(deck.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="npm was not found.*apt install npm"):
        deck.archive("thing@1.0", "AAAA", tmp_path)


def test_the_looks_of_the_slides_lie_beside_the_decks(tmp_path, monkeypatch):
    monkeypatch.setattr(deck, "ASSETS", [])  # reveal.js and MathJax are fetched
    deck.write_assets(tmp_path / "assets", tmp_path)
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "assets").iterdir()}
    assert files.keys() == {"deck.css", "deck.js", "rise.css", "course-slides.js"}
    assert all(files.values())


def test_a_notebook_elsewhere_has_the_notes_beside_it(tmp_path):
    assert teaching.notes_of(tmp_path / "01_small.ipynb") == {}
    assert teaching.notes_of(teaching.NOTEBOOKS / "01_neuron.ipynb")
