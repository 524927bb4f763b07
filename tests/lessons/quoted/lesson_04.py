"""Numbers in notebooks/teaching/04.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("GridSearchTime", {"weights": 20}, "10^9 years"),
    ("GridSearchTime", {"weights": 30, "rate": 1e+18}, "31,686 years"),
]
