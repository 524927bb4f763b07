"""Explorers: a picture, its controls and a sentence with the numbers; a module a lesson."""

import course_lib.figure  # noqa: F401  before Matplotlib: it finds the fonts without a warning
