"""A verdict is computed from what holds with each seed, and says no more than was measured."""

import numpy as np
import pytest

from course_lib.figure import verdict as module
from course_lib.figure.verdict import in_words, verdict


@pytest.fixture
def shown(monkeypatch):
    """What verdict displays: the figure and its text."""
    said = []
    monkeypatch.setattr(module, "show", lambda fig, text: said.append((fig, text)))
    return said


@pytest.mark.parametrize(("yes", "words"), [
    (20, "holds"), (18, "holds"), (17, "varies with the seed"), (3, "varies with the seed"),
    (2, "does not hold"), (0, "does not hold")])
def test_nine_seeds_in_ten(yes, words):
    assert in_words(np.arange(20) < yes) == words


def test_conditions_are_named():
    some, every, none = np.arange(10) < 5, np.ones(10, bool), np.zeros(10, bool)
    assert in_words({"short": every, "long": every}) == "holds"
    assert in_words({"short": every, "long": none}) == "holds: short; does not hold: long"
    assert in_words({"a": some, "b": every, "c": every}) == "holds: b, c; varies with the seed: a"


def test_every_seed_is_a_dot_and_the_median_a_bar(shown):
    a, b = np.array([1.0, 2, 9]), np.array([3.0, 4, 5])
    verdict("a is smaller", {"a": a, "b": b}, a < b, unit="cost", log=True)
    (fig, text), = shown
    assert text == "“a is smaller” Varies with the seed."
    dots, bar, *_ = fig.axes[0].lines
    assert list(dots.get_xdata()) == [1, 2, 9] and list(bar.get_xdata()) == [2, 2]
    assert fig.axes[0].get_xlabel() == "cost" and fig.axes[0].get_xscale() == "log"


def test_a_panel_for_each_condition(shown):
    a, b = np.array([1.0, 2]), np.array([3.0, 4])
    verdict("a is smaller", {"early": {"a": a, "b": b}, "late": {"a": b, "b": a}},
            {"early": a < b, "late": b < a})
    fig, text = shown[0]
    assert [ax.get_title() for ax in fig.axes] == ["early", "late"]
    assert text == "“a is smaller” Holds: early; does not hold: late."


@pytest.mark.parametrize(("measured", "holds", "words"), [
    ({"a": [1.0, np.nan]}, np.array([True, True]), "finite"),
    ({"a": [1.0]}, np.array([True]), "each seed"),
    ({"a": [1.0, 2]}, np.array([1, 0]), "True or False"),
    ({"x": {"a": [1.0, 2]}}, np.array([True, True]), "no condition"),
    ({"x": {"a": [1.0, 2]}}, {"y": np.array([True, True])}, "'y'"),
])
def test_what_was_not_measured_is_refused(measured, holds, words):
    with pytest.raises(ValueError, match=words):
        verdict("a claim", measured, holds)
