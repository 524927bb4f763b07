"""Numbers in notebooks/teaching/00.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("Timeline", {"year": 1986, "thread": "all"}, "10 events have happened of 38"),
    ("NameReader", {"name": "kowalski", "letters": 1}, "German with 55%"),
    ("NameReader", {"name": "kowalski", "letters": 3}, "Polish with 82%"),
    ("NameReader", {"name": "nakamura", "letters": 12}, "Polish with 94%"),
]
