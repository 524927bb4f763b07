"""Numbers in notebooks/teaching/04.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("GridSearchTime", {"weights": 20}, "10^9 years"),
    ("GridSearchTime", {"weights": 10}, "278 hours"),
    ("GridSearchTime", {"weights": 30, "rate": 1e+18}, "31,686 years"),
    ("SlopeDirection", {"w": 1.5}, "slope −2.92"),
    ("SlopeDirection", {"learning_rate": 2}, "7.34"),
    ("GradientNoise", {"batch_size": 4}, "1.8e+02"),
    ("BatchRace", {"rows": 512}, "0.058"),
    ("OptimizerRace", {"factor": 1.0}, "7.6"),
    ("OptimizerRace", {"factor": 4.0}, "0.85"),
    ("OptimizerRace", {"surface": "curved valley", "steps": 100}, "AdaGrad (γ = 7.1) 17"),
    ("InsideStep", {"step": 4}, "72.6"),
]
