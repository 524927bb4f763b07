"""Run lessons whole in the site that needs no Python, and compare what they print.

    python -m tests.browser.lite            every lesson, about half an hour; `make site` first
    python -m tests.browser.lite 03 05      those whose name begins so

The browser's Python is another machine: 32 bits, no threads, no BLAS of its own.
"""

import argparse
import functools
import sys
import time

import nbformat
from playwright.sync_api import sync_playwright

from tests.browser import conftest, loopback, rise
from tools import execute, site

SITE, KERNEL = site.SITE, site.BROWSER_KERNEL
MINUTES = 4 * 60_000  # Python, NumPy and Matplotlib start in the browser: half a minute, or more
# As "Run All Cells", but a cell that fails does not keep the others from being run.
RUN = """async () => {
  const notebook = jupyterapp.shell.currentWidget.content;
  for (const [place, cell] of notebook.widgets.entries()) {
    if (cell.model.type !== 'code') continue;
    notebook.activeCellIndex = place;
    await jupyterapp.commands.execute('notebook:run-cell');
  }
  return notebook.model.toJSON();
}"""


def served():
    """The site's address, on loopback, while it lasts."""
    return loopback.served(functools.partial(loopback.Files, directory=SITE))


def expose(route):
    """Give the page's scripts a hand on JupyterLab; readers' pages have none."""
    answer = route.fetch()
    settings = answer.json()
    settings.setdefault("jupyter-config-data", {})["exposeAppInBrowser"] = True
    route.fulfill(response=answer, json=settings)


def open_lesson(page, address, name):
    """Open a lesson of the site and wait until its Python has started."""
    page.goto(f"{address}/lab/index.html?path={name}")
    page.wait_for_selector("#jp-bottom-panel >> text=/Pyodide.*Idle/", timeout=MINUTES)


def run(page, address, name):
    """Run all cells of a lesson; the notebook with what they gave."""
    page.route("**/jupyter-lite.json", expose)
    open_lesson(page, address, name)
    return nbformat.from_dict(page.evaluate(RUN))


def texts(cell) -> list[str]:
    """What a cell printed and said, with errors; of pictures only what is said of them."""
    found = []
    for output in execute.clean_outputs(cell.outputs):
        if output.output_type == "error":
            found.append(f"{output.ename}: {output.evalue}")
        elif output.output_type == "stream":
            found.append("".join(output.text))
        else:
            found.append("".join(output.data.get("text/plain", "")))
    return found


def differences(name, nb) -> list[str]:
    """What cells gave that are to print what is stored, where it is not what is stored."""
    stored = nbformat.read(conftest.NOTEBOOKS / name, as_version=4)
    assert [cell.source for cell in nb.cells] == [cell.source for cell in stored.cells]
    found = []
    for cell, was in zip(nb.cells, stored.cells, strict=True):
        if cell.cell_type != "code":
            continue
        failed = any(output.output_type == "error" for output in cell.outputs)
        ignored = "nbval-ignore-output" in was.metadata.get("tags", [])
        if failed or not ignored and "".join(texts(cell)) != "".join(texts(was)):
            found.append(f"{cell.source}\n--- is stored with\n{''.join(texts(was))}\n"
                         f"--- and gives here\n{''.join(texts(cell))}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=[""], help="beginnings of lessons' names")
    begins = tuple(parser.parse_args().names)
    wrong = 0
    with served() as address, sync_playwright() as playwright:
        browser = rise.launch(playwright)
        for name in [name for name in conftest.LESSONS if name.startswith(begins)]:
            page, start = conftest.open_page(browser), time.monotonic()
            found = differences(name, run(page, address, name))
            found += [f"asked for {url}" for url in page.outside]
            print(f"{name}: {time.monotonic() - start:.0f} s, {len(found)} differences", flush=True)
            print(*found, sep="\n\n", end="\n\n" if found else "")
            wrong += len(found)
            page.close()
        browser.close()
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
