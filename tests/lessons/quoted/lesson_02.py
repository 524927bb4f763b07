"""Numbers in notebooks/teaching/02.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("SideBySide", {"z": 2.4}, "31% of its steepest slope"),
    ("Depth", {"activation": "sigmoid", "scale": 1}, "1·10⁻¹² times"),
    ("Depth", {"activation": "tanh", "scale": 3.9810717055349722}, "4·10³"),
    ("Depth", {"activation": "relu", "scale": 1.4125375446227544}, "0.78"),
    ("DeadUnits", {"learning_rate": 10}, "14 of 24 units are silent"),
    ("DeadUnits", {"learning_rate": 1, "bias": -2}, "19 of 24"),
    ("Temperature", {"shift": 800}, "formula typed in gives nan"),
]
