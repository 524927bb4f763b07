"""Our looks are Matplotlib's defaults only while a figure of ours is made."""

import gc
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

from course_lib.figure import style

IMPORTS = """
import logging, matplotlib
before, level = dict(matplotlib.rcParams), logging.getLogger("matplotlib.font_manager").level
import course_lib.figure.style, course_lib.explorer.base, course_lib.figure.history
from course_lib.lessons import lesson_04, lesson_06
assert dict(matplotlib.rcParams) == before
assert logging.getLogger("matplotlib.font_manager").level == level
assert not logging.getLogger().handlers
"""


@pytest.fixture(autouse=True)
def nothing_is_being_made(monkeypatch):
    """Matplotlib's own defaults, whatever figures of other tests are still there."""
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        monkeypatch.setattr(style, "looks", style.Looks())
        yield


def ours() -> bool:
    return matplotlib.rcParams["font.size"] == style.RC["font.size"]


def test_an_import_changes_no_setting():
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, cwd=Path(__file__).parents[2])


def test_from_the_figure_to_its_show(capsys):
    assert not ours()
    fig, ax = style.new_figure()
    assert ours()
    (line,) = ax.plot([0, 1])
    assert line.get_linewidth() == style.RC["lines.linewidth"]
    assert ax.xaxis.label.get_fontsize() == style.RC["axes.labelsize"]
    style.show(fig, "A line.")
    assert not ours()
    style.show(fig, "The line again.")
    assert not ours()


def test_two_figures_at_once_and_one_that_is_never_shown(capsys):
    first, _ = style.new_figure()
    second, _ = style.new_figure()
    style.show(first, "The first.")
    assert ours()
    del second, _
    gc.collect()
    assert not ours()


def test_the_ticks_that_are_made_late_have_our_size(capsys):
    fig, ax = style.new_figure()
    ax.plot([0, 1])
    style.show(fig, "A line.")
    ax.set_xlim(0, 1000)
    style.png(fig)
    assert {tick.label1.get_fontsize() for tick in ax.xaxis.get_major_ticks()} == {12}


def test_what_somebody_else_sets_meanwhile_stays(monkeypatch):
    monkeypatch.setitem(matplotlib.rcParams, "lines.linewidth", 1.5)
    with style.looks:
        matplotlib.rcParams["lines.linewidth"] = 9.0
    assert matplotlib.rcParams["lines.linewidth"] == 9.0


def test_an_error_while_a_figure_is_made_ends_the_looks():
    with pytest.raises(ValueError):
        style.new_figure(size=(-1, 2))
    gc.collect()
    assert not ours()
