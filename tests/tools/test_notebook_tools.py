"""The tools that keep the notebooks honest: running them afresh, and comparing with nbval.

Each test makes a small notebook, runs it with tools.execute, spoils something, and shows that
`pytest --nbval` with tools.nbval_plugin fails for just that.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from queue import Empty
from xml.etree import ElementTree

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbval")
pytest.importorskip("nbclient")

from tools import execute  # noqa: E402

ROOT = Path(__file__).parents[2]

# One cell for each case: its source, what is changed in it, and what nbval must then say (None: it
# still passes). All cells are run in one kernel, for a kernel takes seconds to start.
SET_UP = """
import sys
import time
from IPython.display import clear_output, display
from ipywidgets import Button, IntSlider, Output
from tqdm.auto import tqdm
from course_lib.explorer.base import Explorer
from course_lib.figure.style import new_figure, show


class Line(Explorer):
    size, strip = (3, 2), "n"

    def build(self, fig):
        return fig.subplots().plot([0, 1], [0, 1])

    def slope(self, n):
        return n / 3

    def move(self, n):
        self.moving[0].set_data([0, 1], [0, self.slope(n)])
        return f"The slope is {self.slope(n):.2f}."

    def press_me(self):
        print("pressed")


def line():
    return Line(n=IntSlider(1, 0, 3), press_me=Button(description="Press me"))
"""
FIGURE = """
fig, ax = new_figure(size=(3, 2))
ax.plot([0, 1], [0, 1])
show(fig, "A line.")
"""
EXPLORER = """
class Other(Line):
    def slope(self, n):
        return n / 3

Other(n=IntSlider(1, 0, 3))
"""
BUTTON = """
class Other(Line):
    def press_me(self):
        print("pressed")

other = Other(n=IntSlider(1, 0, 3), press_me=Button())
other.controls["press_me"].click()
"""
BAR = "for _ in tqdm(range(3)):\n    time.sleep(0.02)\nprint('done')"
WIDGET = "with Output():\n    print('inside')"
UPDATE = "handle = display('first', display_id=True)\nhandle.update('second')"
CASES = {
    "figure": (FIGURE, "[0, 1])", "[0, 0.5])", "RMS"),
    "tolerated": (FIGURE, "[0, 1])", "[0, 0.5])", None),
    "figure's size": (FIGURE, "(3, 2)", "(3, 3)", "now it has"),
    "figure's text": (FIGURE, "A line", "A straight line", "A straight line."),
    "two figures": (FIGURE, "fig, ax", "show(new_figure()[0], 'Empty.')\nfig, ax", "number of out"),
    "sentence": (EXPLORER, "n / 3", "n / 4", "The slope is 0.25."),
    "picture": (EXPLORER, "(Line):", "(Line):\n    size = (3, 3)", "now it has"),
    "callback": (EXPLORER, "n / 3", "n / 0", "ZeroDivisionError"),
    "end of the strip": (EXPLORER, "n / 3", "[0, 1 / 3, 2 / 3][n]", "IndexError"),
    "control": (EXPLORER.rstrip() + ".set(n=2)", "n=2", "n=3", "The slope is 1.00."),
    "button": (BUTTON, 'print("pressed")', "[][0]", "callback failed: IndexError"),
    "progress bar": (BAR, "0.02", "0.05", None),
    "after the bar": (BAR, "done", "Done", "Done"),
    "stderr": ("print('out')", "'out'", "'out', file=sys.stderr", "stderr"),
    "in a widget": (WIDGET, "inside", "elsewhere", None),
    "error in a widget": (WIDGET, "print('inside')", "raise OSError('lost')", "OSError"),
    "update": (UPDATE, "second", "third", "third"),
    "clear": ("print('a')\nclear_output()\nprint('b')", "clear_output()", "pass", "assert"),
    "semicolon": ("1 + 1;", ";", "", "text/plain"),
}


@pytest.fixture(scope="module", autouse=True)
def _kernels_find_course_lib():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        yield


def notebook(*sources):
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell(source.strip()) for source in sources]
    return nb


def write(folder, *sources):
    path = folder / "lesson.ipynb"
    nbformat.write(notebook(*sources), path)
    return path


def nbval(folder, *options):
    """Failures by the number of the cell (None: it passed) of nbval with our plugin."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tools.nbval_plugin", "--nbval",
         "-p", "no:cacheprovider", "--color=no", f"--junitxml={folder}/report.xml",
         "--rootdir", folder, *options, folder],
        capture_output=True, text=True, cwd=folder, timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    report = ElementTree.parse(folder / "report.xml").iter("testcase")
    return [case.findtext("failure") for case in report]


def change(path, old, new):
    """Change the source of a notebook but not its recorded outputs."""
    nb = nbformat.read(path, as_version=4)
    changed = [cell for cell in nb.cells if old in cell.source]
    assert changed, f"{old} is in no cell"
    for cell in changed:
        cell.source = cell.source.replace(old, new)
    nbformat.write(nb, path)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A notebook with a cell for each case, executed."""
    path = write(tmp_path_factory.mktemp("recorded"), SET_UP, *(case[0] for case in CASES.values()))
    nb = nbformat.read(path, as_version=4)
    nb.cells[1 + list(CASES).index("tolerated")].metadata.tags = ["picture-tolerance=60"]
    nbformat.write(nb, path)
    assert execute.main([], path.parent) == 0
    return path


@pytest.fixture
def lesson(recorded, tmp_path):
    return Path(shutil.copy(recorded, tmp_path))


# nbval -------------------------------------------------------------------------------------------
def test_an_unchanged_notebook_passes(lesson):
    assert nbval(lesson.parent) == [None] * (1 + len(CASES))


@pytest.fixture(scope="module")
def failures(recorded, tmp_path_factory):
    """What nbval says when each cell is changed, and the notebook is of an old matplotlib."""
    folder = tmp_path_factory.mktemp("changed")
    nb = nbformat.read(recorded, as_version=4)
    nb.metadata.course.matplotlib = "3.1"
    for cell, (source, old, new, _) in zip(nb.cells[1:], CASES.values(), strict=True):
        assert source.strip() == cell.source and old in source
        cell.source = cell.source.replace(old, new)
    nbformat.write(nb, folder / "lesson.ipynb")
    set_up, *failures = nbval(folder)
    assert set_up is None
    return dict(zip(CASES, failures, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_a_changed_cell_fails(failures, case):
    message = CASES[case][3]
    if message is None:
        assert failures[case] is None
    else:
        assert message in failures[case]


def test_another_matplotlib_is_named(failures):
    assert "drawn with matplotlib 3.1, this is" in failures["figure"]


def test_a_cell_that_takes_too_long_fails(tmp_path):
    path = write(tmp_path, "import time\nseconds = 0\ntime.sleep(seconds)", "1")
    assert execute.main([], tmp_path) == 0
    change(path, "seconds = 0", "seconds = 60")
    first, second = nbval(tmp_path, "--nbval-cell-timeout=2")
    assert "longer than 2 s" in first


def test_a_cell_that_cannot_be_run_again_fails(tmp_path):
    write(tmp_path, "x = [1]", "x.append(2)", "import random; random.random()", "x = 'text'")
    assert execute.main([], tmp_path) == 0
    # in order, which compares the random number; then from the last to the first
    failures = nbval(tmp_path, "--nbval-again")
    assert [failure is None for failure in failures] == [True, True, False, True,
                                                         True, True, False, True]
    assert "has no attribute 'append'" in failures[6]


# tools.execute -------------------------------------------------------------------------------
def test_the_saved_form(recorded):
    nb = nbformat.read(recorded, as_version=4)
    nbformat.validate(nb)
    assert [cell.execution_count for cell in nb.cells] == list(range(1, 2 + len(CASES)))
    assert set(nb.metadata) == {"kernelspec", "language_info", "course", "rise"}
    text = recorded.read_text(encoding="utf-8")
    assert "00:00" not in text  # of a progress bar
    outputs = dict(zip(CASES, (cell.outputs for cell in nb.cells[1:]), strict=True))
    assert 'alt="The slope is 0.33."' in outputs["sentence"][0].data["text/html"]
    assert list(outputs["sentence"][0].data) == ["text/html", "text/plain"]
    assert [output.text for output in outputs["progress bar"]] == ["done\n"]
    assert [output.data["text/plain"] for output in outputs["update"]] == ["'second'"]
    assert outputs["semicolon"] == []


def test_a_lost_wake_up_costs_a_second_and_not_the_cells_limit():
    """A channel whose first wait never sees the message that has come."""
    asked = []

    async def get_msg(timeout):
        asked.append(timeout)
        if len(asked) < 3:
            raise Empty  # after `timeout` seconds
        return "reply"

    assert asyncio.run(execute.in_slices(get_msg)(timeout=120)) == "reply"
    assert max(asked) <= 1
    asked.clear()
    assert asyncio.run(execute.in_slices(get_msg)(timeout=None)) == "reply"


def test_a_wait_in_slices_ends_at_its_limit():
    async def nothing(timeout):
        await asyncio.sleep(timeout)
        raise Empty

    with pytest.raises(Empty):
        asyncio.run(execute.in_slices(nothing, 0.01)(timeout=0.05))


def test_equal_cells_get_different_ids(tmp_path):
    nb = nbformat.read(write(tmp_path, "a = 1", "a = 1"), as_version=4)
    execute.normalise(nb)
    first, second = (cell.id for cell in nb.cells)
    assert second == f"{first}-2"
    assert nb.metadata["rise"]["theme"] == "white"  # which needs no fonts from outside


def test_check_lists_stale_notebooks(recorded, lesson, capsys):
    assert execute.main(["--check"], lesson.parent) == 0
    change(lesson, "A line.", "A curve.")
    before = lesson.read_bytes()
    assert execute.main(["--check"], lesson.parent) == 1
    assert "its code has changed since it was run" in capsys.readouterr().err
    assert lesson.read_bytes() == before


@pytest.mark.parametrize(
    "source, message",
    [
        ("raise LookupError('lost')", "lost"),
        ("import sys; print('careful', file=sys.stderr)", "Cell 1 wrote to stderr"),
        ("import warnings; warnings.warn('old')", "Cell 1 wrote to stderr"),
        ("from ipywidgets import interact\ninteract(lambda x: 1 / x, x=0)", "ZeroDivisionError"),
        ("print(('x' * 99 + '\\n') * 21_000)", "smaller figures"),
    ],
)
def test_a_notebook_that_fails_is_not_written(tmp_path, capsys, source, message):
    path = write(tmp_path, "1", source)
    before = path.read_bytes()
    assert execute.main([], tmp_path) == 1
    assert message in capsys.readouterr().err
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_notebooks_are_chosen_by_the_beginning_of_their_name(tmp_path):
    for name in ("01_a", "02_b", "06_c"):
        (tmp_path / f"{name}.ipynb").touch()
    paths = execute.chosen(["06", "01_a.ipynb"], tmp_path)
    assert [path.stem for path in paths] == ["01_a", "06_c"]
    with pytest.raises(SystemExit, match="begins with '07'"):
        execute.chosen(["07"], tmp_path)
