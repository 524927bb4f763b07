"""Every lesson in JupyterLab and in RISE: explorers that live, slides that fit, a quiet console."""

import nbformat
import pytest

from tests.browser import explorers as hands
from tests.browser import rise, slides
from tests.browser.conftest import LESSONS

EXPLORERS = ".course-explorer:has(.course-picture img[src])"


def notebook(server, lesson):
    return nbformat.read(server.folder / lesson, as_version=4)


def n_explorers(server, lesson) -> int:
    """How many of a lesson's outputs are explorers."""
    outputs = [o for cell in notebook(server, lesson).cells for o in cell.get("outputs", [])]
    return sum(slides.WIDGET in o.get("data", {}) and "<figure" in o["data"].get("text/html", "")
               for o in outputs)


def wait_for_explorers(page, number):
    """Until so many explorers show their pictures."""
    page.wait_for_function(
        "([explorers, number]) => document.querySelectorAll(explorers).length >= number",
        arg=[EXPLORERS, number], timeout=120_000,
    )


def use(page, explorer):
    """Mouse, then key: the picture and the sentence change each time, and no error is shown."""
    first = hands.state(explorer)
    hands.expect(explorer)
    hands.use_mouse(page, explorer)
    second = hands.answer(explorer)
    assert second["picture"] != first["picture"], "the mouse changed the sentence, not the picture"
    hands.rest(explorer)
    key = hands.focus(explorer)
    second = hands.state(explorer)
    hands.expect(explorer)
    page.keyboard.press(key)
    third = hands.answer(explorer)
    assert third["picture"] != second["picture"], "the key changed the sentence, not the picture"
    assert third["alt"] == third["sentence"]
    assert hands.unnamed(explorer) == [], "what is moved has no name for a screen reader"
    assert not third["error"]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_carries_the_settings_of_its_slides(name):
    nb = nbformat.read(slides.NOTEBOOKS / name, as_version=4)
    assert nb.metadata.get("rise") == slides.SETTINGS, f"run python -m tools.execute {name[:2]}"


def test_a_lesson_runs(server, lesson):
    errors = [output.evalue for cell in notebook(server, lesson).cells
              for output in cell.get("outputs", []) if output.output_type == "error"]
    assert errors == []


def test_a_lesson_works_in_jupyterlab(page, server, lesson):
    number = n_explorers(server, lesson)
    assert number, "a lesson without an explorer"
    # "reset": without the tabs of the lessons before, whose kernels have been stopped.
    page.goto(server.address("lab/tree", lesson) + "&reset", timeout=120_000)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    wait_for_explorers(page, number)
    for explorer in hands.explorers(page):
        use(page, explorer)
    assert page.errors == []
    assert page.outside == [], "a lecture hall may have no network"


def test_a_lesson_works_in_rise(slide_page, server, lesson):
    page, number = slide_page, n_explorers(server, lesson)
    wait_for_explorers(page, number)
    assert "children=" not in page.inner_text("body"), "a widget is shown as text"
    found = hands.explorers(page)
    assert len(found) == number
    for explorer in found:
        slide = rise.slide_of(explorer)
        rise.go_to(page, slide)
        use(page, explorer)
        milliseconds, unanswered = hands.latency(page, explorer)
        print(f"{lesson}, {slide}: {milliseconds:.0f} ms from a key to the picture, at the median"
              + f"; {unanswered} presses without a picture of their own" * bool(unanswered))
        played, pressed = hands.play(page, explorer), hands.press_buttons(page, explorer)
        pointed = hands.point(page, explorer)
        if played or pressed or pointed:
            print("    " + ", ".join(["played"] * played + [f'"{name}"' for name in pressed]
                                     + ["pointed at"] * pointed))
        assert rise.current(page) == slide, "a key inside the explorer has turned the slide"
    assert page.errors == []
    assert page.outside == [], "a lecture hall may have no network"


def test_a_lesson_is_a_deck(slide_page, lesson):
    page = slide_page
    ids = rise.slide_ids(page)
    assert 15 <= len(ids) <= 50, f"{len(ids)} slides"
    rise.go_to(page, ids[0])
    page.evaluate("() => document.querySelector('.jp-Notebook').focus()")
    page.keyboard.press("Space")
    page.wait_for_function("id => document.querySelector('section.present section.present').id "
                           "=== id", arg=ids[1])
    assert page.inner_text(".slide-number").split() == ["2", "/", str(len(ids))]


@pytest.mark.parametrize("width, height", rise.SIZES)
def test_the_slides_fit(slide_page, server, lesson, width, height):
    page = slide_page
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(rise.LAID_OUT)
    wait_for_explorers(page, n_explorers(server, lesson))
    cut, short = [], []
    for number, slide_id in enumerate(rise.slide_ids(page), start=1):
        rise.go_to(page, slide_id)
        slide = rise.measure(page)
        if rise.too_large(slide):
            cut.append(f"{number}. {slide['title'] or slide['text']}: {slide['below']} px below, "
                       f"{slide['right']} to the right, {slide['inside']} inside {slide['what']}")
        short += [f"{number}. {label}: {pixels} px" for label, pixels in rise.tracks(page).items()
                  if pixels < rise.TRACK]
    assert not cut, "\n".join(cut)
    assert not short, "tracks that are too short:\n" + "\n".join(short)
