"""Numbers in notebooks/teaching/08.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("Unrolled", {"name": "kowalski", "step": 4}, "Polish with 95%"),
    ("Unrolled", {"name": "kowalski", "step": 3}, "English with 78%"),
    ("Unrolled", {"name": "kowalski", "step": 8}, "Polish with 69%"),
    ("Unrolled", {"name": "rossi", "step": 5}, "Italian with 95%"),
    ("Decay", {"scale": 0.5}, "RNN 6 steps"),
    ("Decay", {"scale": 2.0}, "grows ×212"),
    ("Gates", {}, "r = 0.66"),
]
