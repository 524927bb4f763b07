"""Numbers in notebooks/teaching/00.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("Timeline", {"year": 1986, "thread": "all"}, "9 events have happened of 29"),
]
