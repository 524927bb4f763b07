"""Numbers in notebooks/teaching/02.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("SideBySide", {"z": 2.4}, "31% of its steepest slope"),
    ("Depth", {"activation": "sigmoid", "scale": 1}, "by 0.23, so 1·10⁻¹² of it reaches"),
    ("Depth", {"scale": 10**1.025}, "0.99, so 0.81 of it"),
    ("Depth", {"activation": "tanh", "scale": 10**0.1}, "1.00"),
    ("Depth", {"activation": "relu", "scale": 10**0.15}, "0.98"),
    ("Temperature", {"shift": 800}, "formula typed in gives nan"),
]
