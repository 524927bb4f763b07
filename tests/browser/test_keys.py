"""Every key that INSTRUCTORS.md names for the slides, in RISE and in a deck without a server."""

import re

import nbformat
import pytest

from tests.browser import rise, slides
from tests.browser.conftest import keep_picture, open_page
from tools import deck

INSTRUCTORS = slides.NOTEBOOKS.parent / "INSTRUCTORS.md"
# In the order of the document.
TESTED = ["Space", "Shift+Space", "Home", "End", "F", "/", "T", "W", "D", "?"]
IS_SHOWN = "n => document.querySelector('.slide-number').innerText.trim().startsWith(`${n} /`)"


def notebook():
    """Seven slides in three parts; two have notes, with 3 and 4 minutes; one has no heading."""
    cells = [("slide", "# The lesson"), ("notes", "3 minutes. Say *hello*."),
             ("slide", "## A part"), ("fragment", "and then"), ("subslide", "without a heading"),
             ("subslide", "### More"), ("notes", "4 minutes. Ask them."),
             ("slide", "## Another part"), ("subslide", "### How many?"),
             ("-", "print(6 * 7)"), ("subslide", "### The end")]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nb = nbformat.v4.new_notebook(metadata={"rise": slides.SETTINGS, "kernelspec": kernel})
    for kind, text in cells:
        new = nbformat.v4.new_code_cell if "print" in text else nbformat.v4.new_markdown_cell
        nb.cells.append(new(text, metadata={"slideshow": {"slide_type": kind}}))
        if "print" in text:
            nb.cells[-1].outputs = [nbformat.v4.new_output("stream", text="42\n")]
    return nb


@pytest.fixture(scope="module", params=["RISE", "a deck"])
def opened(request, browser, server, tmp_path_factory):
    """A page with the small lesson."""
    page = open_page(browser)
    page.in_rise = request.param == "RISE"
    if page.in_rise:
        nbformat.write(notebook(), server.folder / "keys.ipynb")
        rise.open_rise(page, server, "keys.ipynb")
    else:
        folder = tmp_path_factory.mktemp("keys")
        nbformat.write(notebook(), folder / "01_keys.ipynb")
        deck.write(folder / "01_keys.ipynb", folder)
        deck.write_assets(folder / "assets", deck.BUILD / "npm")
        page.goto((folder / "01_keys.html").as_uri())
        page.wait_for_selector("body.ready")
    page.wait_for_selector(".course-parts", state="attached")
    yield page
    page.close()
    if page.in_rise:
        server.stop_kernels("keys.ipynb")


@pytest.fixture
def talk(request, opened):
    """At the first slide, as after a click beside it."""
    opened.evaluate("deck => deck ? Reveal.slide(0, 0) : location.hash = '/slide-0-0'",
                    not opened.in_rise)
    opened.wait_for_function(IS_SHOWN, arg=1)
    opened.evaluate("() => (document.querySelector('.jp-Notebook') ?? document.body).focus()")
    yield opened
    keep_picture(request, opened)
    assert opened.errors == []


def shows(page, number):
    page.wait_for_function(IS_SHOWN, arg=number)
    return True


def test_the_tested_keys_are_those_that_are_documented():
    line = re.search(r"^- \*\*Keys of the slides\*\*: .*?(?=\n- )",
                     INSTRUCTORS.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    assert list(dict.fromkeys(re.findall(r"<kbd>(.+?)</kbd>", line))) == TESTED


def test_space_goes_on_and_with_shift_back(talk):
    for expected in (2, 2, 3, 4):  # the second press shows the fragment
        talk.keyboard.press("Space")
        assert shows(talk, expected)
    talk.keyboard.press("Shift+Space")
    assert shows(talk, 3)


def test_home_and_end(talk):
    talk.keyboard.press("End")
    assert shows(talk, 7)
    talk.keyboard.press("Home")
    assert shows(talk, 1)


def test_f_fills_the_screen(talk):
    talk.keyboard.press("f")
    talk.wait_for_function("() => document.fullscreenElement")
    talk.evaluate("() => document.exitFullscreen()")


def test_a_slash_makes_the_screen_black_and_shows_the_slide_again(talk):
    talk.keyboard.press("/")
    talk.wait_for_selector(".reveal.paused")
    talk.keyboard.press("/")
    talk.wait_for_selector(".reveal:not(.paused)")


def test_t_opens_the_notes_beside_a_deck_that_stays_where_it_is(talk):
    talk.keyboard.press("Space")
    with talk.expect_popup() as popup:
        talk.keyboard.press("t")
    notes = popup.value
    wait = notes.wait_for_function
    wait("() => document.querySelector('h1')?.textContent === 'A part'")
    assert shows(talk, 2)
    assert notes.inner_text("#place") == "2 / 7"
    assert notes.inner_text("#minutes") == "By the plan 3 of 7 min are over."
    assert "Nothing new here. From “The lesson”" in notes.inner_text("#said")
    notes.keyboard.press("Space")  # the fragment
    notes.keyboard.press("Space")
    assert shows(talk, 3)
    wait("() => document.querySelector('h1').textContent === 'A part (2)'")
    assert notes.inner_text("#next") == "More"
    notes.click("#on")
    assert shows(talk, 4)
    wait("() => document.querySelector('#said').textContent.trim() === '4 minutes. Ask them.'")
    assert notes.inner_text("#minutes") == "4 min here. By the plan 3 of 7 min are over."
    notes.click("#back")
    assert shows(talk, 3)
    talk.keyboard.press("t")  # once more: the same window
    assert len(talk.context.pages) == len({*talk.context.pages})
    notes.close()
    talk.keyboard.press("Space")
    assert shows(talk, 4)


def test_w_lists_the_slides_and_jumps_to_one(talk):
    talk.keyboard.press("w")
    names = talk.locator(".course-contents button").all_inner_texts()
    assert names == ["The lesson", "A part", "A part (2)", "More", "Another part", "How many?",
                     "The end"]
    for _ in range(3):
        talk.keyboard.press("ArrowDown")
    talk.keyboard.press("Enter")
    assert shows(talk, 4)
    talk.wait_for_selector(".course-contents", state="detached")
    for close in ("w", "Escape"):
        talk.keyboard.press("w")
        assert talk.locator(".course-contents").count() == 1
        talk.keyboard.press(close)
        talk.wait_for_selector(".course-contents", state="detached")
    assert shows(talk, 4)
    talk.keyboard.press("w")
    talk.click(".course-contents button:text-is('The end')")
    assert shows(talk, 7)


def test_d_makes_the_room_dark_and_light_again(talk):
    paper = "() => getComputedStyle(document.querySelector('.reveal')).backgroundColor"
    light = talk.evaluate(paper)
    talk.keyboard.press("d")
    talk.wait_for_function(f"light => ({paper})() !== light", arg=light)
    talk.keyboard.press("d")
    talk.wait_for_function(f"light => ({paper})() === light", arg=light)


def test_a_question_mark_lists_the_keys(talk):
    talk.keyboard.press("?")
    assert set(TESTED) <= set(re.split(r",? *\n|, ", talk.inner_text(".course-help dl")))
    talk.keyboard.press("?")
    talk.wait_for_selector(".course-help", state="detached")


def test_the_footer_says_in_which_part_we_are(talk):
    talk.keyboard.press("Space")
    talk.wait_for_function("() => document.querySelector('.course-part-name').textContent"
                           " === 'A part'")
    widths = talk.eval_on_selector_all(
        ".course-bar b", "all => all.map((piece) => Math.round(parseFloat(piece.style.width)))")
    assert widths == [100, 33, 0]


def test_an_answer_waits_until_the_question_has_been_asked(talk):
    talk.keyboard.press("w")
    talk.click(".course-contents button:text-is('How many?')")
    assert shows(talk, 6)
    answer = talk.locator("section.present section.present pre:text('42')")
    assert answer.evaluate("part => getComputedStyle(part).visibility") == "hidden"
    assert "print" in talk.inner_text("section.present section.present"), "the code is shown"
    talk.keyboard.press("Space")
    assert shows(talk, 6)
    talk.wait_for_function("part => getComputedStyle(part).visibility === 'visible'",
                           arg=answer.element_handle())
    talk.keyboard.press("Space")
    assert shows(talk, 7)
