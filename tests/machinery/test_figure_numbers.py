"""Numbers as they are written in pictures."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_lib.figure.numbers import written


@pytest.mark.parametrize(("value", "form", "text"), [
    (-1.25, ".2f", "−1.25"), (-0.04, ".1f", "0.0"), (-0.0, "g", "0"), (-0.001, "+.2f", "+0.00"),
    (0.5, "+.2f", "+0.50"), (-12345.6, ",.0f", "−12,346"), (-1.2e-5, ".1e", "−1.2e−05"),
    (-7, "d", "−7"), (-0.0, ".1e", "0.0e+00"), (-0.0, "+.1e", "+0.0e+00"),
    (-0.0, "e", "0.000000e+00"), (-0.001, ".0%", "0%"), (-0.0, ",.2f", "0.00"),
    (-0.0, ".3g", "0"), (-1e-9, "8.1f", "     0.0"),
    (-1.0e-5, ".0e", "−1e−05"), (0.0, ".1e", "0.0e+00"),
])
def test_how_numbers_are_written(value, form, text):
    assert written(value, form) == text


@given(st.floats(-1e6, 1e6), st.sampled_from([".0f", ".2f", "+.2f", "g", ".3g", ".1e", ",.2f",
                                                    "+.1e", "e"]))
@example(-0.0, ".1e")
@example(-0.0, "+.1e")
@example(-0.0, "g")
def test_it_is_the_same_number(value, form):
    text = written(value, form)
    assert "-" not in text
    number = float(text.replace("−", "-").replace(",", ""))
    assert number == float(format(value, form).replace(",", ""))
    assert text.startswith("−") == (number < 0)
