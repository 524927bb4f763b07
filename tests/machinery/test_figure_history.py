"""Learning curves are drawn as they were recorded, and the best epoch is marked."""

import pytest

from course_lib.figure.history import draw_history
from course_lib.figure.style import new_figure, png
from course_lib.training import History

HISTORY = History(cost=[1.0, 0.5, 0.3, 0.2], validation_cost=[1.1, 0.7, 0.6, 0.8], best_epoch=2)


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_both_curves_and_the_best_epoch():
    fig, ax = new_figure()
    assert draw_history(ax, HISTORY) is ax
    drawn = lines(ax)
    assert drawn["training"].get_ydata() == pytest.approx(HISTORY.cost)
    assert drawn["validation"].get_ydata() == pytest.approx(HISTORY.validation_cost)
    star = drawn["lowest, epoch 2"]
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (2, 0.6)
    assert png(fig).startswith(b"\x89PNG")


def test_the_curves_differ_in_more_than_colour():
    drawn = lines(draw_history(None, HISTORY))
    for look in ("get_linestyle", "get_marker", "get_color"):
        assert getattr(drawn["training"], look)() != getattr(drawn["validation"], look)()


def test_without_validation_the_best_epoch_is_on_the_training_curve():
    drawn = lines(draw_history(None, History(cost=[1.0, 0.2, 0.4], best_epoch=1)))
    assert "validation" not in drawn
    assert drawn["lowest, epoch 1"].get_ydata()[0] == 0.2


def test_without_axes_there_is_a_new_figure():
    _, ax = new_figure()
    assert draw_history(ax, HISTORY) is ax
    assert draw_history(None, HISTORY) is not ax


def test_nothing_to_draw_is_said():
    with pytest.raises(ValueError, match="no epoch yet"):
        draw_history(None, History())
