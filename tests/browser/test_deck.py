"""A deck opened from a folder, without network or kernel; and what is printed."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

from tests.browser.rise import MEASURE, too_large
from tests.browser.test_jupyter import SMALL
from tools import deck, handouts


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A deck of four slides, with a formula, a fragment, code and an explorer."""
    folder = tmp_path_factory.mktemp("deck")
    cells = [
        nbformat.v4.new_markdown_cell("# Aé\n\n$\\frac{1}{2}$", metadata=kind("slide")),
        nbformat.v4.new_markdown_cell("Ask them", metadata=kind("notes")),
        nbformat.v4.new_markdown_cell("*later*", metadata=kind("fragment")),
        nbformat.v4.new_code_cell("_ = 1\nprint('a' * 90)", metadata=kind("subslide")),
        nbformat.v4.new_code_cell(SMALL, metadata=kind("subslide")),
        nbformat.v4.new_markdown_cell("## End", metadata=kind("slide")),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "01_small.ipynb")
    deck.write(folder / "01_small.ipynb", folder)
    deck.write_assets(folder / "assets", deck.BUILD / "npm")
    return folder


def kind(name):
    return {"slideshow": {"slide_type": name}}


@pytest.fixture
def opened(page, folder):
    """The deck, read from its folder by a browser that is offline."""
    page.context.set_offline(True)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto((folder / "01_small.html").as_uri())
    page.wait_for_selector("body.ready")
    yield page
    assert [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.errors == []


def position(page):
    return page.inner_text(".slide-number").split()[0]


def test_a_deck_needs_no_network(opened):
    assert opened.locator(".slides mjx-container").count() == 1
    assert opened.locator("mjx-merror").count() == 0
    for expected in ("1", "2", "3", "4"):  # the fragment first
        opened.keyboard.press("Space")
        opened.wait_for_function(
            "n => document.querySelector('.slide-number').innerText.trim().startsWith(n)",
            arg=expected)
        assert not too_large(opened.evaluate(MEASURE))


def test_the_states_can_be_clicked_through(opened):
    opened.evaluate("() => Reveal.slide(0, 2)")
    image, caption = opened.locator(".course-picture img"), opened.locator("figcaption")
    assert caption.inner_text().strip() == "The slope is 0.3."
    first = image.get_attribute("src")
    opened.click("button[aria-label=after]")
    assert caption.inner_text().strip() == "The slope is 0.4."
    assert image.get_attribute("alt") == "The slope is 0.4."
    assert image.get_attribute("src") != first
    opened.locator("input[type=range]").focus()
    opened.keyboard.press("ArrowLeft")
    opened.keyboard.press("ArrowLeft")
    assert caption.inner_text().strip() == "The slope is 0.2."
    assert position(opened) == "3", "a key on the slider has turned the slide"


def test_a_deck_is_printed_a_page_for_each_slide_with_its_fonts(folder):
    with ThreadPoolExecutor(1) as other:  # this thread belongs to the tests' own browser
        other.submit(deck.print_pages, [folder / "01_small.html"]).result()
    pdf = folder / "01_small.pdf"
    pages = re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())
    assert len(pages) == 4
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed: sudo apt install poppler-utils")
    lines = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True)
    fonts = lines.stdout.splitlines()[2:]
    assert fonts and all(line.split()[-5] == "yes" for line in fonts), lines.stdout


@pytest.mark.parametrize("lesson", ["05", "10"])
def test_a_handout_is_two_to_four_pages_and_a_script_can_be_held(lesson, folder):
    (path,) = handouts.NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    handouts.write_assets(folder / "assets")
    pages = handouts.write(path, folder)
    with ThreadPoolExecutor(1) as other:
        other.submit(handouts.print_pages, pages).result()
    n_pages = [len(re.findall(rb"/Type\s*/Page\b", page.with_suffix(".pdf").read_bytes()))
               for page in pages]
    assert 2 <= n_pages[0] <= 4 and n_pages[1] <= 12
