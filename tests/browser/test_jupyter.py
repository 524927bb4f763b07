"""The ways into RISE, and the day on which its pins can fall."""

import re
import subprocess
import sys
from pathlib import Path

import jupyterlab_rise
import pytest

from tests.browser import explorers as hands
from tests.browser import rise, slides
from tests.browser.conftest import write_notebook

SMALL = """
from ipywidgets import IntSlider
from course_lib.explorer.base import Explorer


class Line(Explorer):
    strip = "n"

    def build(self, fig):
        return fig.subplots().plot([0, 1], [0, 1])

    def move(self, n):
        self.moving[0].set_data([0, 1], [0, n / 10])
        return f"The slope is {n / 10:.1f}."

    def pointed(self, x, y):
        return {"n": round(10 * x / 960)}  # pixels of the picture's width


Line(n=IntSlider(3, 0, 10, description="slope"))
"""

LEARNING = """
import numpy as np
from course_lib.lessons.lesson_02.layer_histograms import LayerHistograms

rng = np.random.default_rng(0)
y = rng.integers(10, size=8000)
X = np.eye(10, 200)[y] + rng.normal(size=(8000, 200))
LayerHistograms({"blobs": (X, y, X[:500], y[:500])})
"""


def test_choices_may_come_while_the_last_one_is_worked_on(page, server):
    """The kernel answers the first in its main thread and the next ones in another."""
    write_notebook(server, "learning.ipynb", LEARNING)
    server.run("learning.ipynb")
    page.goto(server.address("lab/tree", "learning.ipynb") + "&reset", timeout=120_000)
    page.wait_for_selector(".course-picture img[src]", timeout=120_000)
    (explorer,) = hands.explorers(page)
    choice, sentence = explorer.query_selector("select"), explorer.query_selector("figcaption")
    seen = set()
    for name in ["tanh", "relu", "tanh", "gelu", "relu", "tanh"] * 2:
        choice.select_option(name)
        page.wait_for_timeout(90)
        seen.add(hands.state(explorer)["error"])
    page.wait_for_function("caption => caption.textContent.includes('tanh, after 10 passes, ')",
                           arg=sentence)
    assert seen | {hands.state(explorer)["error"]} == {""}
    assert page.errors == []
    server.stop_kernels("learning.ipynb")


def test_run_all_and_the_rise_button(page, server):
    """As an instructor does it: open in JupyterLab, run all, save, press the button."""
    write_notebook(server, "small.ipynb", SMALL)
    page.goto(server.address("lab/tree", "small.ipynb") + "&reset", timeout=120_000)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
    page.wait_for_selector("#jp-bottom-panel >> text=/ipykernel.*Idle/", timeout=120_000)
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    page.wait_for_selector(".course-picture img[src]", timeout=120_000)
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !document.querySelector('.jp-mod-current.jp-mod-dirty')")
    deck = rise.press_button(page)
    deck.wait_for_selector(".course-picture img[src]", state="attached", timeout=120_000)
    deck.wait_for_selector(".course-parts", state="attached")  # the keys and the footer are there
    (explorer,) = hands.explorers(deck)
    rise.go_to(deck, rise.slide_of(explorer))
    before = hands.state(explorer)
    hands.expect(explorer)
    hands.use_mouse(page, explorer)
    assert hands.answer(explorer)["picture"] != before["picture"]
    image = explorer.query_selector("img")
    for part in (0.9, 0.2):
        hands.expect(explorer)
        hands.point_at(page, image, (part, 0.5))
        assert hands.answer(explorer)["sentence"] == f"The slope is {part}."
    assert page.errors == []
    server.stop_kernels("small.ipynb")


def test_the_command_shows_what_make_slides_shows(page, tmp_path):
    """`make slides` runs a copy of the lesson and leaves the lesson itself as it was."""
    lesson = next(iter(sorted(slides.NOTEBOOKS.glob("01_*.ipynb"))))
    before = lesson.read_bytes()
    command = [sys.executable, "-m", "tools.slides", "01", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = next((m[1] for line in process.stdout
                            if (m := re.match(r"Slides: (\S+)", line))), None)
            assert address, "no address was printed"
            page.goto(address, timeout=120_000)
            page.wait_for_function(rise.READY, timeout=120_000)
            page.wait_for_selector(".course-picture img[src]", state="attached", timeout=120_000)
        finally:
            process.terminate()
    assert lesson.read_bytes() == before


def shared_modules() -> set[str]:
    """The modules that the RISE page shares with extensions such as the widget manager."""
    static = Path(jupyterlab_rise.__file__).parent / "static"
    return set(re.findall(r'\w\("(@jupyterlab/[\w-]+)","\d', (static / "bundle.js").read_text()))


def test_the_rise_page_shares_modules():
    assert {"@jupyterlab/notebook", "@jupyterlab/outputarea"} <= shared_modules()


@pytest.mark.xfail(reason="jupyterlab-rise 0.43.1 does not share @jupyterlab/console", strict=True)
def test_rise_has_what_the_newest_ipywidgets_asks_for():
    """When this passes, drop the pins of ipywidgets and jupyterlab_widgets in pyproject.toml.

    jupyterlab_widgets asks for this module since 3.0.11; without it a slide shows the text
    "VBox(children=...)" in place of a slider.
    """
    assert "@jupyterlab/console" in shared_modules()
