"""Where a training takes ten times as long, there is less of it, and a line says so."""

import pytest

from course_lib.lessons import browser


def test_here_everything_runs_and_nothing_is_said(capsys):
    assert browser.fewer(range(10)) == list(range(10))
    assert browser.budget(1600, 200, "steps") == 1600
    assert capsys.readouterr().out == ""


@pytest.fixture
def in_the_browser(monkeypatch):
    monkeypatch.setattr(browser, "IN_BROWSER", True)
    monkeypatch.setattr(browser, "SAID", set())


def test_in_the_browser_the_first_seeds_run_and_it_is_said(in_the_browser, capsys):
    assert browser.fewer(range(5, 15)) == [5, 6, 7]
    assert "3 seeds here in place of 10" in capsys.readouterr().out
    assert browser.fewer(range(3)) == [0, 1, 2] and capsys.readouterr().out == ""


def test_what_happens_in_each_round_is_said_once(in_the_browser, capsys):
    assert [browser.budget(4000, 800, "pieces") for _ in range(3)] == [800] * 3
    assert capsys.readouterr().out.count("800 pieces here in place of 4000") == 1
