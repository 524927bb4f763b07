"""Numbers in notebooks/teaching/07.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("ChannelSum", {"place": 0}, "9 + 9 + 18"),
    ("ReceptiveField", {"kernel": 5}, "13 × 13"),
]
