"""Numbers as they stand in a picture: with a real minus sign, and none before a zero."""

import re


def written(value, form=".2f"):
    """The number in a form of Python's ``format``: "−1.50", "0.00", "+0.25" for ``+.2f``."""
    text = format(value, form)
    if re.fullmatch(r"\s*[+-]?[0.,]+([eE].*|%)?\s*", text):  # it reads as a zero
        text = format(abs(value), form)
    return text.replace("-", "−")
