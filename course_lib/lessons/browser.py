"""In a browser a training takes about ten times as long: there, fewer of them, and it is said."""

import sys

IN_BROWSER = sys.platform == "emscripten"


def fewer(seeds, n=3):
    """The seeds of an experiment; in the browser only the first n, with a line that says so."""
    seeds = list(seeds)
    if not IN_BROWSER or len(seeds) <= n:
        return seeds
    print(f"(In the browser this runs with {n} seeds in place of {len(seeds)}, as a training takes "
          "about ten times as long here. On a computer with Python it runs with all of them.)")
    return seeds[:n]
