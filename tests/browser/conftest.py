"""A Jupyter server with copies of the lessons, and a browser that looks at them.

Without a browser these tests are skipped, saying how to get one; with REQUIRE_BROWSER=1 (set by
`make test-browser`) that is an error. What a page looked like when its test failed is kept in
tests/browser/screenshots.
"""

import importlib.util
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).parent
SCREENSHOTS = HERE / "screenshots"
NOTEBOOKS = HERE.parents[1] / "notebooks"
LESSONS = sorted(path.name for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
# Said by every RISE page of jupyterlab-rise 0.43.1 and by nothing of ours.
HARMLESS = (
    "Maximum call stack size exceeded",
    '{"shareKey":"@jupyterlab/docregistry"}',  # an extension of Notebook 7, of no use on the page
    ".css' because its MIME type",  # RISE asks for <notebook>.css, which a lesson need not have
    "the server responded with a status of 404",  # the same file
    # nbgrader, which students do not have, asks the RISE page for a part of Notebook 7 that is not
    # there. Its buttons are missing on that page, and nothing else.
    "at Module.INotebook", "getter for the shared module is not a function",
    # The kernel of `make site`, which students do not have: it is made for JupyterLite.
    "Shared module @jupyterlite/server doesn't exist",
)
FAILED = pytest.StashKey[bool]()


def missing() -> str:
    """What has to be installed before these tests can run; empty when nothing has."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed: pip install '.[lab,slides]'"
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None or not Path(chromium).exists():
        return ("no browser: sudo apt install chromium fonts-dejavu-core (Debian, Ubuntu), or put "
                "the path of a Chrome or Chromium into the variable CHROMIUM")
    return ""


if missing():
    collect_ignore_glob = ["test_*.py"]


def pytest_configure(config):
    if missing() and os.environ.get("REQUIRE_BROWSER", "") not in ("", "0"):
        raise pytest.UsageError(f"REQUIRE_BROWSER is set, but {missing()}")


def pytest_terminal_summary(terminalreporter):
    if missing():
        terminalreporter.write_line(f"Skipped the tests in a browser: {missing()}")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """JupyterLab on loopback with copies of the notebooks; nothing of the user's is read."""
    from tests.browser import slides

    root = tmp_path_factory.mktemp("server")
    folder = root / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"))
    own = {name: str(root / name.lower()) for name in
           ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    settings = root / "jupyter_config_dir/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}')
    own |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with open(root / "server.log", "w") as log, \
            slides.Server(folder, root / "runtime", log, own) as server:
        yield server
        server.stop_kernels()


def write_notebook(server, name, code):
    """Three slides in the server's folder: a title, a cell of code, another title."""
    from tests.browser import slides

    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    a_slide = {"slideshow": {"slide_type": "slide"}}
    cells = [nbformat.v4.new_markdown_cell("# Before", metadata=a_slide),
             nbformat.v4.new_code_cell(code, metadata=a_slide),
             nbformat.v4.new_markdown_cell("# After", metadata=a_slide)]
    nb = nbformat.v4.new_notebook(
        metadata={"rise": slides.SETTINGS, "kernelspec": kernel}, cells=cells)
    nbformat.write(nb, server.folder / name)


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    from tests.browser.rise import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def run_ahead(request, server):
    """A function that waits until a lesson has been run, and starts to run the one after it."""
    wanted = []
    for item in request.session.items:
        name = getattr(item, "callspec", None) and item.callspec.params.get("lesson")
        if name and name not in wanted:
            wanted.append(name)
    running = {}
    with ThreadPoolExecutor(max_workers=1) as pool:
        def wait_for(name):
            for soon in wanted[wanted.index(name):][:2]:
                if soon not in running:
                    running[soon] = pool.submit(server.run, soon)
            running[name].result()

        yield wait_for


@pytest.fixture(scope="session", params=LESSONS)
def lesson(request, server, run_ahead):
    """The name of a lesson that has been run; its kernel goes on while its tests last."""
    run_ahead(request.param)
    yield request.param
    server.stop_kernels(request.param)


def open_page(browser):
    """A page of 1280×720; `page.errors` of its console, `page.outside`: requests to elsewhere."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    page.errors, page.outside = [], []

    def listen(text):
        if not any(known in text for known in HARMLESS):
            page.errors.append(text)

    page.on("console", lambda message: message.type == "error" and listen(message.text))
    page.on("pageerror", lambda error: listen(str(error)))
    page.on("request", lambda request: page.outside.append(request.url)
            if re.match(r"(https?|wss?)://(?!127\.0\.0\.1[:/])", request.url) else None)
    return page


def keep_picture(request, page):
    """What the page looks like, if the test has failed."""
    if request.node.stash.get(FAILED, False):
        SCREENSHOTS.mkdir(exist_ok=True)
        name = "".join(c if c.isalnum() else "_" for c in request.node.name)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def page(request, browser):
    page = open_page(browser)
    yield page
    keep_picture(request, page)
    page.close()


@pytest.fixture(scope="session")
def rise_page(browser, server, lesson):
    """The lesson in RISE: opened once for all tests of the lesson."""
    from tests.browser.rise import open_rise

    page = open_page(browser)
    open_rise(page, server, lesson)
    yield page
    page.close()


@pytest.fixture
def slide_page(request, rise_page):
    yield rise_page
    keep_picture(request, rise_page)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report
