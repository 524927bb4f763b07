"""Every code cell of a lesson runs in the browser's Python, from the first to the last.

Here that Python runs in Node, which is quick to start and needs no page; `make site` comes first.
Of the lessons one is run, or those that SITE_LESSONS names ("all": `make test-site`).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import conftest
from tools import site

PYODIDE = site.SITE / "static" / "pyodide"
LESSONS = {name[:2]: name for name in conftest.LESSONS}
WANTED = os.environ.get("SITE_LESSONS", "05").split()
AT_MOST = 60 * 60   # seconds; the machine may be busy

pytestmark = pytest.mark.skipif(
    not ((PYODIDE / "pyodide-lock.json").exists() and shutil.which("node")),
    reason="no make site, or no node")


def run(path):
    """What each code cell printed, and the error that it ended with."""
    done = subprocess.run(["node", Path(__file__).with_name("node.mjs"), PYODIDE, path],
                          capture_output=True, text=True, timeout=AT_MOST)
    assert done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout)["cells"]


@pytest.mark.parametrize("name", [name for number, name in LESSONS.items()
                                  if "all" in WANTED or number in WANTED])
def test_a_lesson_runs_to_its_end(name):
    cells = run(conftest.NOTEBOOKS / name)
    assert cells
    wrong = [f"cell {cell['cell']}\n{cell['error'][-1500:]}" for cell in cells if cell["error"]]
    assert not wrong, "\n\n".join(wrong)


def test_an_error_in_a_cell_is_found(tmp_path):
    cells = [{"cell_type": "code", "source": source, "metadata": {}}
             for source in ("print(1 + 1)", "1 / 0", "import sys; print(sys.platform)")]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    first, second, third = run(tmp_path / "a.ipynb")
    assert first == {"cell": 0, "text": "2\n", "error": ""}
    assert "ZeroDivisionError" in second["error"]
    assert (third["text"], third["error"]) == ("emscripten\n", "")
