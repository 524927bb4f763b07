"""Learning curves: the cost by epoch on the rows that are learnt from and on those only watched."""

from matplotlib.ticker import MaxNLocator

from course_lib.figure.style import COLOURS, new_figure


def draw_history(ax, history):
    """Draw the cost by epoch, training and validation, and mark the best epoch.

    Parameters
    ----------
    ax : matplotlib Axes, or None for a new figure
    history : anything with `cost`, `validation_cost` and `best_epoch`, such as `training.History`

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        When there is no epoch to draw yet.
    """
    if not history.cost:
        raise ValueError("the history holds no epoch yet: train first, then plot")
    if ax is None:
        _, ax = new_figure()
    every = max(len(history.cost) // 10, 1)
    curves = [("training", history.cost, COLOURS["train"], "-", "o")]
    if history.validation_cost:
        curves.append(("validation", history.validation_cost, COLOURS["validation"], "--", "s"))
    for name, costs, colour, line, marker in curves:
        ax.plot(range(len(costs)), costs, color=colour, linestyle=line, marker=marker,
                markevery=every, label=name)
    best = history.best_epoch
    ax.plot(best, curves[-1][1][best], "*", color=COLOURS["data"], markersize=16, zorder=5,
            label=f"lowest, epoch {best}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.set(xlabel="epoch (0: before training)", ylabel="cost (mean over rows)")
    ax.legend()
    return ax
