"""What every explorer must do: used by the tests of the lessons' explorers.

    from tests.machinery.explorer_checks import check_explorer

    def test_descent():
        check_explorer(Descent())
"""

import statistics
import time

import numpy as np
from ipywidgets import Button


def values_to_try(control) -> list:
    """All options of a selection, both ends of a slider, both states of a checkbox."""
    if control.has_trait("index"):
        return list(control._options_values)
    if isinstance(control.value, bool):
        return [False, True]
    if control.has_trait("min") and control.has_trait("max"):
        low, high = control.min, control.max
        if control.has_trait("base"):  # a FloatLogSlider's ends are exponents
            low, high = control.base**low, control.base**high
        if isinstance(control.value, tuple):  # a range
            return [(low, low), (low, high), (high, high)]
        return [low, high]
    raise TypeError(f"What to try for a {type(control).__name__}? Say it: tries={{name: [...]}}.")


def point_everywhere(explorer):
    """Press on places all over the picture: what they give must be what the controls can hold."""
    width, height = explorer._canvas.get_width_height()
    given = [explorer.pointed(x * width, y * height)
             for x in np.linspace(0.01, 0.99, 20) for y in np.linspace(0.01, 0.99, 20)]
    assert any(given), f"{type(explorer).__name__}: there is nothing to point at"
    explorer._held = True  # it is the controls that are looked at, not 400 pictures
    for values in {tuple(values.items()): values for values in given if values}.values():
        unknown = values.keys() - explorer.values.keys()
        assert not unknown, f"{unknown} cannot be set: there is no such control"
        for name, value in values.items():
            control = explorer.controls[name]
            control.value = value
            assert control.value == value, f"{name} cannot be set to {value}, got {control.value}"
    explorer._held = False


def check_what_is_remembered(explorer, where):
    """The picture is the same when nothing of it is drawn from memory."""
    drawn = explorer.picture.frame
    explorer._canvas.forget()
    explorer.frame()
    assert explorer.picture.frame == drawn, (
        f"{type(explorer).__name__}: at {where} something was drawn as it had been before")


def check_explorer(explorer, tries=None, press=True) -> float:
    """Move every control to its ends and press every button; return a frame's milliseconds.

    Asserts that there is always a sentence, that each control changes the picture, and that the
    picture comes back when the control does, which it does not if `move` leaves something behind.

    Parameters
    ----------
    tries : values by control's name, where the ends of the control are not what is wanted.
    press : False leaves the buttons alone.
    """
    name = type(explorer).__name__
    first = explorer.set()
    picture = explorer.picture.frame
    defaults = explorer.values
    assert first.strip(), f"{name} has no sentence"
    for control, default in defaults.items():
        others = (tries or {}).get(control) or values_to_try(explorer.controls[control])
        changed = False
        for value in others:
            sentence = explorer.set(**{control: value})
            assert sentence.strip(), f"{name} has no sentence at {control} = {value}"
            changed = changed or explorer.picture.frame != picture
            check_what_is_remembered(explorer, f"{control} = {value}")
        assert changed, f"{name}: the picture stays the same for {control} in {others}"
        sentence = explorer.set(**{control: default})
        assert sentence == first, f"{name}: the sentence stays changed after {control}: {sentence}"
        assert explorer.picture.frame == picture, f"{name}: the picture stays changed by {control}"
    if hasattr(explorer, "pointed"):
        point_everywhere(explorer)
        assert explorer.set(**defaults) == first
    if explorer.strip:
        explorer.render_strip()
        frames = explorer.picture.frames
        assert len(set(frames)) > 1, f"{name}: all frames of the strip are the same"
        assert frames[explorer._index()] == picture, f"{name}: the strip is not what is drawn"
    times = []
    for _ in range(9):
        start = time.perf_counter()
        explorer.frame()
        times.append(1000 * (time.perf_counter() - start))
    milliseconds = statistics.median(times)
    if press:
        for control, widget in explorer.controls.items():
            if isinstance(widget, Button):
                explorer.press(control)
                assert explorer.set().strip(), f"{name} has no sentence after {control}"
    explorer.close()
    print(f"{name}: {milliseconds:.1f} ms a frame")
    return milliseconds
