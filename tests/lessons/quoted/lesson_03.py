"""Numbers in notebooks/teaching/03.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("CostCurves", {"cost": "Binary cross-entropy", "target": 0.3, "prediction": 0.3}, "0.611"),
    ("CostCurves", {"target": 1, "prediction": 0.05}, "slope −20.000"),
    ("CostCurves", {"cost": "Kullback–Leibler, misused", "target": 0.5, "prediction": 0.9},
     "cost −0.294"),
    ("Race", {"start": 2, "epoch": 30}, "0.979"),
    ("Race", {"start": 4, "epoch": 300}, "0.013"),
    ("Likelihood", {"noise": "Gaussian"}, "0.919 apart"),
    ("Likelihood", {"noise": "Laplace"}, "0.693"),
]
