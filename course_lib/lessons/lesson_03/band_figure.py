"""Pictures of lesson 03 about σ: a band around a line, and whether it holds for every size."""

import numpy as np

from course_lib.figure.style import COLOURS

LIMITS = (0.4, 3.6), (0, 400)  # area in 1000 sq ft, price in 1000 $


def draw_band(fig, edges):
    """Houses with line and band (left), the share inside by size (right).

    Parameters
    ----------
    edges : the areas that part the houses into groups, smallest and largest left out

    Returns
    -------
    left : Axes, which can be pointed at
    moving : dict of artists by name: band, line, inside, outside, bars, asked
    """
    left, right = fig.subplots(1, 2, width_ratios=[1.5, 1])
    (band,) = left.fill([0, 1, 1], [0, 0, 0], color=COLOURS["model"], alpha=0.2, lw=0,
                        label="± 2σ")
    (inside,) = left.plot([], [], "o", color=COLOURS["reference"], ms=3.5, mew=0, label="inside")
    (outside,) = left.plot([], [], "^", color=COLOURS["highlight"], ms=6, mew=0, label="outside")
    (line,) = left.plot([], [], "-", color=COLOURS["model"], label="ŷ")
    left.set(xlim=LIMITS[0], ylim=LIMITS[1], xlabel="area (1000 sq ft)",
             ylabel="price (1000 $)", title="New houses and the band")
    left.legend(loc="upper left", ncols=2, frameon=False, columnspacing=1, handletextpad=0.4)
    bars = right.bar(range(len(edges) + 1), 1, color=COLOURS["model"], width=0.75)
    asked = right.axhline(0.95, color=COLOURS["target"], ls=":", zorder=3)
    right.set(ylim=(0, 1.1), title="Share inside, by size",
              xticks=range(len(edges) + 1), xlabel="area (1000 sq ft)",
              yticks=[0, 0.25, 0.5, 0.75, 0.95], yticklabels=["0", "25%", "50%", "75%", "95%"])
    right.set_xticklabels([f"< {edges[0]:.1f}",
                           *(f"– {edge:.1f}" for edge in edges[1:]), f"> {edges[-1]:.1f}"],
                          fontsize=10)
    return left, {"band": band, "line": line, "inside": inside, "outside": outside,
                  "bars": bars, "asked": asked}


def set_band(moving, x, y_hat, sigma, new_x, new_y, is_inside, shares):
    """Move what `draw_band` drew: line and band over the grid x, houses, shares by size."""
    moving["band"].set_xy(np.column_stack([
        np.r_[x, x[::-1]], np.r_[y_hat - 2 * sigma, (y_hat + 2 * sigma)[::-1]]]))
    moving["line"].set_data(x, y_hat)
    for name, which in (("inside", is_inside), ("outside", ~is_inside)):
        moving[name].set_data(new_x[which], new_y[which])
    for bar, share in zip(moving["bars"], np.asarray(shares), strict=True):
        bar.set_height(share)
        bar.set(color=COLOURS["model" if share >= 0.9 else "highlight"],
                hatch=None if share >= 0.9 else "//")
