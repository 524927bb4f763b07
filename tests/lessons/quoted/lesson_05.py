"""Numbers in notebooks/teaching/05.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("TwoNeurons", {"step": 8}, "−0.1078"),
    ("TwoNeurons", {"step": 15}, "C from 0.2051 to 0.1687"),
    ("TwoNeurons", {"w2": 3, "b2": 3, "y": 0, "step": 8}, "0.0040"),
    ("Depth", {"phi": "sigmoid", "scale": 1.0}, "a factor of 0.23 a layer"),
    ("Depth", {"phi": "relu", "scale": 1.4}, "0.95"),
]
