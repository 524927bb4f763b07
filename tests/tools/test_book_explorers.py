"""Explorers that move without Python: what is run for them, what is kept, what the page says."""

import ast
import json
import time

import pytest
from PIL import Image

from tools import book_explorers as tool

LESSON = """
import numpy as np
from ipywidgets import FloatSlider, IntSlider
from course_lib.explorer.base import Explorer


class Line(Explorer):
    size, strip = (2, 1), "slope"

    def __init__(self, x, height=0):
        self.x = x
        super().__init__(slope=FloatSlider(0.5, min=-1, max=1, step=0.5, description="slope <a>"),
                         height=IntSlider(height, min=0, max=3))

    def build(self, fig):
        (self.line,) = fig.add_subplot().plot(self.x, self.x)
        return [self.line]

    def move(self, slope, height):
        self.line.set_ydata(slope * self.x + height)
        return f"Slope {slope:.1f} < height {height} + {len(self.x)}."
"""


def notebook(tmp_path, *cells, sentence="Slope 0.5 < height 0 + 3."):
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": sentence}}
    path = tmp_path / "01_lines.ipynb"
    path.write_text(json.dumps({"cells": [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [output]}
        for source in cells]}))
    return path


@pytest.mark.parametrize("source, kept", [
    ("Line(x)", ["from a import Line", "b = 2", "x = f(b)"]),
    ("Line()", ["from a import Line"]),
    ("Line(network)", ["from a import Line", "b = 2", "network = Network(b)", "fit(network, b)"]),
])
def test_only_what_makes_the_explorers_arguments_is_run(source, kept):
    lesson = ("from a import Line", "b = 2", "print(b)", "x = f(b)", "network = Network(b)",
              "fit(network, b)", "y = 3")
    statements = [ast.parse(line).body[0] for line in lesson]
    assert [lesson[n] for n in tool.needed(statements, source)] == kept


@pytest.mark.parametrize("count, now", [(3, 1), (41, 7), (42, 0), (101, 37), (101, 100)])
def test_the_positions_that_are_kept(count, now):
    places = tool.chosen(count, now)
    assert {0, now, count - 1} <= set(places) and places == sorted(set(places))
    assert len(places) == count if count <= tool.MOST else len(places) <= tool.MOST


def test_the_strip_is_kept_as_files_with_its_sentences(tmp_path):
    path = notebook(tmp_path, LESSON, "x = np.arange(3.0)", "raise ValueError", "Line(x)")
    found, missing = tool.of_notebook(path, tmp_path / "frames")
    (state,) = found.values()
    assert list(found) == [3] and missing == []
    assert state["labels"] == ["−1.00", "−0.50", "0.00", "0.50", "1.00"] and state["now"] == 3
    assert state["sentences"][0] == "Slope −1.0 < height 0 + 3."
    assert state["others"] == [("height", "0")]
    files = sorted((tmp_path / "frames" / state["frames"]).iterdir())
    assert [file.name for file in files] == [f"{n}.webp" for n in range(5)]
    with Image.open(files[0]) as picture:
        assert picture.size == state["size"] == (240, 120)
    page = tool.page(state, "../", "live.html")
    assert 'src="../frames/01_lines-3/3.webp"' in page and 'max="4" value="3"' in page
    assert "slope &lt;a>" not in page and "slope &lt;a&gt;" in page
    assert "Run this lesson to move this one" in page
    script = page.partition('<script type="application/json">')[2]
    assert "<" not in script.partition("</script>")[0]


def test_two_explorers_do_not_share_what_came_between_them(tmp_path):
    path = notebook(tmp_path, LESSON, "x = np.arange(3.0)", "Line(x)", "x = np.arange(4.0)",
                    "Line(x)", sentence="Slope 0.5 < height 0 + 4.")
    found, (missing,) = tool.of_notebook(path, tmp_path)
    assert list(found) == [4] and "height 0 + 3" in missing


@pytest.mark.parametrize("cells, why", [
    (["Line(x)"], "it says 'Slope 0.5 < height 0 + 3.', and the notebook"),
    (["Line(nobody)"], "NameError"),
])
def test_what_does_not_come_out_as_stored_keeps_its_picture(tmp_path, cells, why):
    path = notebook(tmp_path, LESSON, "x = np.arange(3.0)", *cells, sentence="Slope 0.6.")
    found, (missing,) = tool.of_notebook(path, tmp_path)
    assert not found and "01_lines.ipynb, Line(" in missing and why in missing


def test_what_takes_long_is_given_up():
    with pytest.raises(TimeoutError), tool.at_most(0.05):
        start = time.process_time()
        while time.process_time() < start + 5:
            pass
