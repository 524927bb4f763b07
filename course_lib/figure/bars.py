"""Bars of one look as one shape: eight are drawn in the time of one."""

import numpy as np
from matplotlib.path import Path

CODES = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]


def outline(places, lengths, *, width=0.8, base=0.0, horizontal=False):
    """The Path of bars that stand, or lie, on `base`; each has its middle at its place.

    Parameters
    ----------
    places, lengths : (n,); no bars, an empty Path, if n is 0
    base : a number, or (n,)
    """
    places, base = np.asarray(places, float), np.broadcast_to(base, np.shape(places))
    low, high, end = places - width / 2, places + width / 2, base + lengths
    across = np.stack([low, low, high, high, low], axis=1)
    along = np.stack([base, end, end, base, base], axis=1)
    corners = np.stack([along, across] if horizontal else [across, along], axis=2)
    return Path(corners.reshape(-1, 2), CODES * len(places))
