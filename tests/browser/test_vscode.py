"""Explorers, the pad and the quick questions with the widget manager of VS Code's notebooks."""

import shutil

import pytest

from tests.browser import vscode
from tests.browser.test_jupyter import SMALL
from tests.browser.test_quiz import CELL, answer_by_keyboard

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="npm fetches VS Code's widgets")
PAD = """
import numpy as np
from course_lib.explorer.drawing import Drawing
from course_lib.layers import Dense, Flatten
from course_lib.network import Network

Drawing(Network([Flatten(), Dense(64, 10, rng=np.random.default_rng(0))]))
"""
# The ratio of luminances of an element's text and of what is behind it.
CONTRAST = """element => {
  const luminance = (colour, under = [0, 0, 0]) => {
    const [r, g, b, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    const mixed = [r, g, b].map((v, i) => (alpha * v + (1 - alpha) * under[i]) / 255);
    const linear = mixed.map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') {
    behind = behind.parentElement;
  }
  const background = getComputedStyle(behind).backgroundColor;
  const under = background.match(/[\\d.]+/g).map(Number);
  const both = [luminance(background), luminance(getComputedStyle(element).color, under)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    packages = tmp_path_factory.mktemp("vscode")
    vscode.unpack(packages)
    with vscode.served(packages) as address:
        yield address


@pytest.fixture
def notebook(page, address, request):
    notebook = vscode.Notebook(page, address, *getattr(request, "param", ("dark", "theme")))
    yield notebook
    notebook.close()
    assert page.outside == []


COLOURS = [(theme, output) for theme in vscode.THEMES for output in vscode.OUTPUTS]


@pytest.mark.parametrize("notebook", COLOURS, indirect=True, ids="-".join)
def test_an_explorer_and_a_quiz(notebook, page):
    image = page.locator(".course-picture img[src^=blob]")
    sentence = page.locator(".course-picture figcaption")
    notebook.run(SMALL, lambda: image.count() and sentence.inner_text() == "The slope is 0.3.")
    before = image.get_attribute("src")
    page.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    notebook.wait(lambda: sentence.inner_text() == "The slope is 0.4.")
    assert image.get_attribute("src") != before
    assert image.get_attribute("alt") == "The slope is 0.4."
    notebook.run(CELL, lambda: page.locator(".course-quiz fieldset").count())
    answer_by_keyboard(page, page)
    for part in ("figcaption", ".widget-label", ".course-quiz legend", ".course-quiz label",
                 ".course-quiz .right"):
        assert page.locator(part).first.evaluate(CONTRAST) >= 4.5, f"{part} is hard to read"
    assert page.errors == []


def test_a_stroke_on_the_pad(notebook, page):
    pad = page.locator("canvas")
    sentence = page.locator(".course-picture figcaption")
    notebook.run(PAD, lambda: pad.count() and "% of the 8 × 8 image" in sentence.inner_text())
    before = sentence.inner_text()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 160, steps=8)
    page.mouse.up()
    notebook.wait(lambda: sentence.inner_text() != before)
    assert page.errors == []
