"""A lesson that is opened alone, in Colab or from a mail, says what it needs.

Its first code cell then ends with "No module named 'course_lib'". The traceback shows the line of
the import, and a comment on it says what to do.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("IPython")

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
ALONE = """
import sys
from IPython.core.interactiveshell import InteractiveShell

class NoCourse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "course_lib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoCourse())
shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell(sys.stdin.read())
"""


def first_import(path) -> str:
    """The lesson's first code cell that imports from the course."""
    return next(cell.source for cell in nbformat.read(path, as_version=4).cells
                if cell.cell_type == "code" and "course_lib" in cell.source)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_a_lesson_without_course_lib_says_what_to_install(path):
    done = subprocess.run([sys.executable, "-c", ALONE], input=first_import(path), text=True,
                          capture_output=True, env=os.environ | {"PYTHONIOENCODING": "utf-8"})
    said = done.stdout + done.stderr
    assert "No module named 'course_lib" in said
    assert "README.md" in said, "end the line of the first import with  # not found? see README.md"
