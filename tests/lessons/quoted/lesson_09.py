"""Numbers in notebooks/teaching/09.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("InductionHead", {"query": "the letter I am", "key": "the letter before me"}, "0.95"),
    ("InductionHead", {"strength": 0}, "0.25"),
]
