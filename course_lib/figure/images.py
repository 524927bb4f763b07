"""Axes that show an image: no ticks, no frame, ink on paper."""

INK = "gray_r"  # images: 0 is paper, 1 is ink


def bare(ax, title=None):
    """An axes for an image: no ticks, no frame."""
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)
    if title is not None:
        ax.set_title(title)
