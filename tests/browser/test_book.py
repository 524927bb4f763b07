"""The book of the site, as a stranger meets it: nothing from outside, on a phone, in the dark.

`make site` comes first; without a site this is skipped, as its other tests are.
"""

import functools

import pytest

from tests.browser import loopback
from tools import book

pytestmark = pytest.mark.skipif(not (book.BOOK / "index.html").exists(), reason="no make site")


@pytest.fixture(scope="module")
def address():
    with loopback.served(functools.partial(loopback.Files, directory=book.BOOK.parent)) as found:
        yield found


def visit(browser, url, **settings):
    """A page of the book, all that it asked for outside the site, and its errors."""
    page = browser.new_context(**settings).new_page()
    outside, errors, home = [], [], "/".join(url.split("/")[:3])
    page.on("request", lambda request: None if request.url.startswith((home, "data:"))
            else outside.append(request.url))
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
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{name} is {width} pixels wide"
    assert page.locator("h1").count() == 1
    page.context.close()


def test_formulas_and_pictures_are_there_and_the_dark_page_is_dark(browser, address):
    page, _, _ = visit(browser, f"{address}/book/06_bank_churn.html", color_scheme="dark")
    page.wait_for_selector("mjx-container svg")
    assert page.locator(".course-figure img").count() >= 10
    assert "Run this lesson to move this one" in page.inner_text("article")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in paper[4:-1].split(",")) < 80, paper
    page.context.close()


def test_no_page_is_heavy(address):
    heavy = {path.name: path.stat().st_size for path in book.BOOK.rglob("*.html")
             if path.stat().st_size > 3_000_000}
    assert not heavy
