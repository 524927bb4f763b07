"""The places of a control, a slider or a selection: their values, and which one it is at."""

import numpy as np


def values_of(control) -> list:
    """The control's value at each of its places."""
    if control.has_trait("index"):
        return list(control._options_values)
    steps = np.arange(round((control.max - control.min) / control.step) + 1)
    values = steps * control.step + control.min
    if control.has_trait("base"):
        return [float(value) for value in control.base**values]
    return [type(control.value)(value) for value in values]


def index_of(control) -> int:
    """At which of its places the control is."""
    return control.index if control.has_trait("index") else steps_up(control, control.value)


def steps_up(slider, value) -> int:
    """How many of a slider's steps its position for a value is above its lower end."""
    place = np.log(value) / np.log(slider.base) if slider.has_trait("base") else value
    return round((np.clip(place, slider.min, slider.max) - slider.min) / slider.step)


def nearest(slider, value):
    """The value nearest to this one that a slider can have: what pointing at a place asks for."""
    place = round(slider.min + steps_up(slider, value) * slider.step, 9)
    return type(slider.value)(slider.base**place if slider.has_trait("base") else place)
