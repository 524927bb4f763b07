"""The site that needs no Python: questions and an explorer in the browser's own kernel.

`make site` comes first; without a site this is skipped. Whole lessons take half an hour there:
`python -m tests.browser.lite` runs them and compares what they print.
"""

import functools

import nbformat
import pytest

from tests.browser import explorers as hands
from tests.browser import lite, loopback
from tests.browser.test_jupyter import SMALL
from tests.browser.test_quiz import CELL, answer_by_keyboard

pytestmark = pytest.mark.skipif(not (lite.SITE / "jupyter-lite.json").exists(),
                                reason="no make site")


class Files(loopback.Files):
    """The site, with another notebook in place of lesson 01."""

    def __init__(self, *arguments, notebook, **more):
        self.notebook = notebook
        super().__init__(*arguments, **more)

    def translate_path(self, path):
        if path.partition("?")[0] == "/files/01_neuron.ipynb":
            return str(self.notebook)
        return super().translate_path(path)


@pytest.fixture
def site(tmp_path):
    """The address of the site, on loopback; its lesson 01 has a quiz and an explorer."""
    nb = nbformat.v4.new_notebook(metadata={"kernelspec": lite.KERNEL}, cells=[
        nbformat.v4.new_code_cell(CELL), nbformat.v4.new_code_cell(SMALL)])
    nbformat.write(nb, tmp_path / "01_neuron.ipynb")
    files = functools.partial(Files, directory=lite.SITE, notebook=tmp_path / "01_neuron.ipynb")
    with loopback.served(files) as address:
        yield address


def test_a_quiz_and_an_explorer_without_a_server(page, site):
    lite.open_lesson(page, site, "01_neuron.ipynb")
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    page.wait_for_selector(".course-quiz fieldset", timeout=lite.MINUTES)
    page.wait_for_selector(".course-picture img[src^=blob]", timeout=lite.MINUTES)
    answer_by_keyboard(page, page)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2  # no key was a command

    (explorer,) = hands.explorers(page)
    before = hands.state(explorer)
    hands.expect(explorer)
    explorer.query_selector(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    after = hands.answer(explorer)
    assert (before["sentence"], after["sentence"]) == ("The slope is 0.3.", "The slope is 0.4.")
    assert after["picture"] != before["picture"] and not after["error"]
    assert page.outside == []
