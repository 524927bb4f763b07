"""Where a training takes ten times as long, there are fewer of them, and a line says so."""

from course_lib.lessons import browser


def test_here_all_seeds_run_and_nothing_is_said(capsys):
    assert browser.fewer(range(10)) == list(range(10))
    assert capsys.readouterr().out == ""


def test_in_the_browser_the_first_ones_run_and_it_is_said(monkeypatch, capsys):
    monkeypatch.setattr(browser, "IN_BROWSER", True)
    assert browser.fewer(range(5, 15)) == [5, 6, 7]
    assert "3 seeds in place of 10" in capsys.readouterr().out
    assert browser.fewer(range(3)) == [0, 1, 2] and capsys.readouterr().out == ""
