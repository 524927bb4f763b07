"""Axes ready for another scene, at a fraction of what `ax.clear()` takes."""


def wipe(ax):
    """Take everything that was drawn off the axes; their scales and the places of ticks stay.

    `ax.clear()` makes every tick and spine anew, which takes longer than to draw the scene.
    """
    for artist in (*ax.lines, *ax.patches, *ax.collections, *ax.images, *ax.texts):
        artist.remove()
    if ax.get_legend():
        ax.get_legend().remove()
    ax.containers.clear()  # bars are listed there, too
    ax.set_prop_cycle(None)  # the first curve has the first colour and line again
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_inverted(False)  # a picture turns the vertical axis over
    ax.relim()
    ax.autoscale()
