"""Lesson 02, activations: its explorers, figures, prepared data, exercises and questions.

What the notebook shows is imported when it is asked for: `check` reads the exercises of every
lesson, and needs no explorer for it.
"""

import importlib

HOMES = {
    "Bends": "bends",
    "BendsInThePlane": "bends_in_the_plane",
    "SideBySide": "activation_curves",
    "Depth": "depth",
    "Temperature": "temperature",
    "DeadUnits": "dead_units",
    "LayerHistograms": "layer_histograms",
    "draw_family": "pages",
    "draw_whole_family": "pages",
    "draw_edges": "pages",
    "draw_shares": "pages",
    "draw_gate": "pages",
    "draw_grid": "pages",
    "threshold_runs": "experiments",
    "factors": "depth",
    **dict.fromkeys(["choose", "clothes", "dead_share", "deep", "learn", "measure", "pretrain",
                     "right", "spoken_digits", "tune", "zeros"], "experiments"),
}
__all__ = list(HOMES)


def __getattr__(name):
    if name in HOMES:
        return getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)
    raise AttributeError(f"lesson 02 has no {name!r}; it has {', '.join(HOMES)}")
