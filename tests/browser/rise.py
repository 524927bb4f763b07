"""Look at the slides of a lesson in RISE: where each ends, and what is cut off.

    python -m tests.browser.rise 03                 a table of the lesson's slides
    python -m tests.browser.rise 03 --pictures D    also a picture of each slide in the folder D
"""

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import slides

SIZES = [(1024, 768), (1280, 720), (1920, 1080)]
TRACK = 140  # pixels that a slider needs at least, so that a hand can set it
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]
READY = "() => document.querySelector('.reveal.ready section.present section.present')"
# Of the slide that is shown: how far its content goes beyond the window, and what is cut off inside
# it. Fragments that are still hidden take their room, so they count.
MEASURE = """() => {
  const slide = document.querySelector('.slides > section.present > section.present');
  const overflow = {below: 0, right: 0, inside: 0, what: ''};
  let bottom = 0, right = 0;
  for (const part of slide.querySelectorAll('*')) {
    if (part.closest('aside.notes, .jp-mod-hidden, mjx-container *, .cm-announced')) continue;
    const style = getComputedStyle(part), box = part.getBoundingClientRect();
    if (!box.width || !box.height || style.visibility === 'collapse') continue;
    const leaf = !part.children.length || ['IMG', 'CANVAS', 'svg', 'TABLE', 'MJX-CONTAINER',
      'PRE', 'P', 'LI', 'FIGCAPTION', 'BUTTON'].includes(part.tagName);
    if (leaf && !part.closest('svg *, .jp-Collapser, .cm-layer')) {
      if (box.bottom > bottom) { bottom = box.bottom; overflow.last = part.textContent.slice(-40); }
      right = Math.max(right, box.right);
    }
    const cut = style.overflowX !== 'visible' && !part.matches('input, select, button')
      ? Math.max(part.scrollWidth - part.clientWidth, part.scrollHeight - part.clientHeight) : 0;
    if (cut > 3 && part.clientWidth > 30 && cut > overflow.inside) {
      overflow.inside = cut;
      overflow.what = part.className + ': ' + part.textContent.slice(0, 40);
    }
  }
  overflow.below = Math.round(Math.max(0, bottom - innerHeight));
  overflow.right = Math.round(Math.max(0, right - innerWidth));
  const scales = [...slide.querySelectorAll('img')].filter(i => i.naturalWidth && i.clientWidth)
    .map(i => Math.min(i.clientWidth / i.naturalWidth, i.clientHeight / i.naturalHeight));
  overflow.scale = scales.length ? Math.min(...scales) * 720 / innerHeight : null;
  overflow.used = Math.round(100 * bottom / innerHeight);
  const code = [...slide.querySelectorAll('.cm-content, .highlight pre')]
    .filter(c => c.offsetHeight).map(c => parseFloat(getComputedStyle(c).fontSize));
  overflow.points = code.length ? Math.round(Math.min(...code) * 540 / innerHeight) : null;
  const heading = [...slide.querySelectorAll('h1,h2,h3,h4')].find(h => h.offsetHeight);
  overflow.title = heading ? heading.textContent.replace('¶', '').trim() : '';
  overflow.text = slide.textContent.trim().slice(0, 60);
  overflow.id = slide.id;
  return overflow;
}"""
LIST = """() => [...document.querySelectorAll('.slides > section > section')].map(s => s.id)"""
TRACKS = """() => [...document.querySelectorAll(
    '.slides > section.present > section.present .course-controls .widget-slider')].map(slider =>
  [slider.querySelector('.widget-label').textContent,
   Math.round(slider.querySelector('.slider-container').getBoundingClientRect().width)])"""
# After another size of the window.
LAID_OUT = """() => Math.abs(
  document.querySelector('.reveal .slides').getBoundingClientRect().width - innerWidth) < 2"""
SHOW_ALL = """() => document.querySelectorAll('section.present section.present .fragment')
  .forEach((part) => part.classList.add('visible'))"""
SETTLED = """() => {
  const slide = document.querySelector('.slides > section.present > section.present');
  return [...slide.querySelectorAll('img')].every(i => i.complete)
    && !document.querySelector('.MathJax_Preview, .jp-mod-loading');
}"""


def launch(playwright):
    """Debian's chromium, or the one that the variable CHROMIUM names."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def open_rise(page, server, name):
    """Open a notebook in RISE and wait for its slides."""
    page.goto(server.address("rise", name), timeout=120_000)
    page.wait_for_function(READY, timeout=120_000)
    # The looks come with a file that is asked for after the page.
    page.wait_for_function("() => getComputedStyle(document.documentElement)"
                           ".getPropertyValue('--slide-unit')", timeout=120_000)


def press_button(page):
    """Open the notebook of a JupyterLab page with RISE's button; the frame with its slides.

    JupyterLab gives the frame the focus some time after the slides are there, and the frame gives
    it to its active cell: away from whatever has been focused before.
    """
    page.click("[data-jp-item-name='RISE-button']")
    frame = page.wait_for_selector("iframe[src*='/rise/']", timeout=120_000)
    deck = frame.content_frame()
    deck.wait_for_function(READY, timeout=120_000)
    page.wait_for_function("frame => document.activeElement === frame", arg=frame)
    return deck


def slide_ids(page) -> list[str]:
    """Of all slides, in order."""
    return page.evaluate(LIST)


def go_to(page, slide_id):
    """Show one slide, with what it shows step by step."""
    page.evaluate("id => { location.hash = '/' + id }", slide_id)
    page.wait_for_function(
        "id => document.querySelector('section.present section.present')?.id === id", arg=slide_id
    )
    page.wait_for_function(SETTLED, timeout=60_000)
    page.evaluate(SHOW_ALL)


def current(page) -> str:
    """The id of the slide that is shown."""
    return page.evaluate("() => document.querySelector('section.present section.present').id")


def slide_of(element) -> str:
    """The id of the slide that an element is on."""
    return element.evaluate("part => part.closest('section[id]').id")


def measure(page) -> dict:
    """How far the slide that is shown goes beyond the window, in pixels."""
    return page.evaluate(MEASURE)


def too_large(slide) -> bool:
    """Whether something of the slide cannot be seen."""
    return slide["below"] > 0 or slide["right"] > 0 or slide["inside"] > 3


def tracks(page) -> dict:
    """{label: width of the track in pixels} of the sliders on the slide that is shown."""
    return dict(page.evaluate(TRACKS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="beginnings of the notebooks' names")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each slide")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as log:
        folder = Path(folder)
        names = [slides.copy_lesson(name, folder) for name in options.names]
        with slides.Server(folder, folder / "runtime", log) as server, sync_playwright() as p:
            browser = launch(p)
            for name in names:
                server.run(name)
                report(browser, server, name, options.pictures)
            browser.close()


def report(browser, server, name, pictures=None):
    """Print a lesson's slides and what is cut off at each size."""
    for width, height in SIZES:
        page = browser.new_page(viewport={"width": width, "height": height})
        open_rise(page, server, name)
        ids = slide_ids(page)
        print(f"\n{name} at {width}×{height}: {len(ids)} slides")
        for number, slide_id in enumerate(ids, start=1):
            go_to(page, slide_id)
            slide = measure(page)
            sign = "CUT" if too_large(slide) else "   "
            scale = "" if slide["scale"] is None else f" pictures × {slide['scale']:.2f}"
            print(f"{sign} {number:3} {slide['used']:4} % below {slide['below']:4} "
                  f"right {slide['right']:4} inside {slide['inside']:4} | "
                  f"{slide['title'] or slide['text']}{scale}"
                  f"{' | ' + slide['what'] if slide['inside'] > 3 else ''}")
            if slide["points"]:
                print(f"        code of {slide['points']} points on a slide of 540")
            for label, pixels in tracks(page).items():
                print(f"        a track of {pixels} px: {label}")
            if pictures:
                pictures.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=pictures / f"{name[:2]}_{height}_{number:02}.png")
        page.close()


if __name__ == "__main__":
    main()
