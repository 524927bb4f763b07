"""The book of the site, as a stranger meets it: nothing from outside, on a phone, in the dark.

`make site` comes first; without a site this is skipped, as its other tests are.
"""

import functools
import re

import pytest

from tests.browser import loopback
from tools import book

pytestmark = pytest.mark.skipif(not (book.BOOK / "index.html").exists(), reason="no make site")


@pytest.fixture(scope="module")
def address():
    with loopback.served(functools.partial(loopback.Files, directory=book.BOOK.parent)) as found:
        yield found


LIGHT = 3_000_000    # bytes, not compressed: what a page may load before it is scrolled


def visit(browser, url, **settings):
    """A page of the book, all that it asked for outside the site, and its errors."""
    page = browser.new_context(**settings).new_page()
    outside, errors, home = [], [], "/".join(url.split("/")[:3])
    page.on("request", lambda request: None if request.url.startswith((home, "data:"))
            else outside.append(request.url))
    page.weight = [0]
    page.on("response", lambda answer: page.weight.append(
        page.weight.pop() + int(answer.headers.get("content-length", 0))))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page, outside, errors


def test_the_sites_address_leads_to_the_book(browser, address):
    page, outside, errors = visit(browser, f"{address}/index.html")
    page.wait_for_url("**/book/index.html")
    assert outside == errors == []
    page.click("text=Begin with lesson 00")
    page.wait_for_url("**/book/00_*.html")
    live = page.get_attribute("text=Run this lesson in your browser", "href")
    assert live == f"../lab/index.html?path={book.lessons()[0].name}"
    page.context.close()


@pytest.mark.parametrize("name", ["index", *[path.stem for path in book.lessons()]])
def test_on_a_phone_nothing_scrolls_sideways(browser, address, name):
    page, outside, errors = visit(browser, f"{address}/book/{name}.html",
                                  viewport={"width": 390, "height": 800})
    assert outside == errors == []
    assert page.weight[0] < LIGHT, f"{name} loads {page.weight[0] / 1e6:.1f} MB before a scroll"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{name} is {width} pixels wide"
    assert page.locator("h1").count() == 1
    page.context.close()


def test_formulas_and_pictures_are_there_and_the_dark_page_is_dark(browser, address):
    page, _, _ = visit(browser, f"{address}/book/06_bank_churn.html", color_scheme="dark")
    page.wait_for_selector("mjx-container svg")
    assert page.locator(".course-figure img").count() >= 10
    assert "Run this lesson to move these" in page.inner_text("article")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in paper[4:-1].split(",")) < 80, paper
    page.context.close()


def seen(page, n=0):
    """An explorer of the page, and what it shows once its picture is there."""
    explorer = page.locator(".book-explorer").nth(n)
    explorer.scroll_into_view_if_needed()
    image = explorer.locator("img")
    page.wait_for_function("e => e.complete && e.naturalWidth > 0", arg=image.element_handle())
    return explorer, (image.get_attribute("src"), explorer.locator("figcaption").inner_text())


def test_the_front_page_recognises_another_photograph(browser, address):
    page, outside, errors = visit(browser, f"{address}/book/index.html")
    explorer, before = seen(page)
    assert "espresso" in before[1]
    explorer.locator("select").select_option(index=3)
    _, after = seen(page)
    assert after[0] != before[0] and after[1] != before[1]
    assert explorer.locator("img").get_attribute("alt") == after[1]

    explorer, before = seen(page, 1)
    explorer.locator("button").click()
    page.wait_for_function("before => document.querySelectorAll('.book-explorer img')[1]"
                           ".getAttribute('src') !== before", arg=before[0])
    explorer.locator("button").click()
    assert explorer.locator("button").inner_text() == "Play"
    assert outside == errors == []
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_explorer_moves_without_python(browser, address, theme):
    page, outside, errors = visit(browser, f"{address}/book/04_gradient_descent.html",
                                  color_scheme=theme)
    explorer, before = seen(page)
    slider = explorer.locator("input.main")
    slider.focus()
    page.keyboard.press("ArrowRight")
    _, after = seen(page)
    assert after[0] != before[0] and after[1] != before[1]
    assert slider.get_attribute("aria-valuetext") == explorer.locator("output").inner_text()
    page.keyboard.press("Home")
    assert seen(page)[1][0].endswith("/0.webp")
    assert "Run this lesson to move" in explorer.inner_text()
    assert outside == errors == []
    page.context.close()


def test_it_moves_from_a_folder_too(browser):
    page = browser.new_page()
    page.goto((book.BOOK / "further" / "04_curvature.html").as_uri())
    explorer, before = seen(page)
    explorer.locator("input.main").press("ArrowRight")
    assert seen(page)[1] != before
    page.close()


def test_links_and_pictures_lead_to_what_is_there():
    broken = set()
    for path in book.BOOK.rglob("*.html"):
        text = re.sub(r"data:[^\"]*", "", path.read_text(encoding="utf-8"))
        for link in re.findall(r'\b(?:href|src)="([^"#?]+)', text):
            target = path.parent / link
            lite = book.BOOK.parent / "jupyter-lite.json"
            if not link.startswith(("http", "mailto:")) and not target.exists() and (
                    lite.exists() or target.resolve().is_relative_to(book.BOOK)):
                broken.add(f"{path.name}: {link}")
    assert not broken


def test_no_page_is_heavy(address):
    heavy = {path.name: path.stat().st_size for path in book.BOOK.rglob("*.html")
             if path.stat().st_size > 3_000_000}
    assert not heavy
