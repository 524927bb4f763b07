"""The pictures that lesson 06 shows with one line each; the drawing itself is in ``figures``."""

import numpy as np

from course_lib import metrics
from course_lib.figure.style import COLOURS, new_figure, series, show
from course_lib.lessons.lesson_06 import figures as draw


def show_age(known):
    """Who leaves, by age and activity, with 95% intervals."""
    band = (known.Age // 5 * 5).clip(20, 65)
    fig, ax = new_figure(size=(8, 3.4))
    for n, (label, active) in enumerate((("inactive", 0), ("active", 1))):
        group = known[known.IsActiveMember == active].groupby(band).Exited.agg(["mean", "size"])
        draw.draw_rates(ax, group.index + 2.5, group["mean"], group["size"], n=n, label=label)
    ax.set(xlabel="age (years; the last: 65 and over)", ylabel="share that left", ylim=(0, 1.03))
    ax.legend(loc="upper left")
    by_age = known.groupby(band).Exited.mean()
    show(fig, f"The share that left is {by_age[30]:.0%} from 30 to 34, {by_age[50]:.0%} from 50 to "
              f"54 and {by_age[65]:.0%} from 65 on. Active customers leave less at every age.")


def show_leak(found):
    """The AUC with a column that knows too much, and with its repairs."""
    fig, ax = new_figure(size=(8.6, 3.2))
    places = np.arange(len(found))[::-1]
    colours = [COLOURS["reference"], COLOURS["highlight"], COLOURS["highlight"], COLOURS["model"]]
    bars = ax.barh(places, np.array(list(found.values())) - 0.5, left=0.5, height=0.6,
                   color=colours)
    ax.bar_label(bars, [f"{value:.2f}" for value in found.values()], padding=4, fontsize=13)
    ax.set_yticks(places, list(found))
    ax.set(xlim=(0.5, 1.0), xlabel="AUC on the validation customers (0.5 is guessing)")
    show(fig, "; ".join(f"{name}: {value:.2f}" for name, value in found.items()) + ".")


def show_signal(found):
    """How far the groups of each column lie apart, beside what chance gives."""
    fig, ax = new_figure(size=(8, 4))
    draw.draw_signal(ax, list(found), *zip(*found.values(), strict=True))
    above = [name for name, (measured, chance) in found.items() if measured > 1.2 * chance]
    show(fig, f"Clearly above what a shuffled table gives: {', '.join(above)}.")


def show_network(names):
    """The network of the lesson: 11 – 6 – 6 – 1."""
    fig, ax = new_figure(size=(8, 3.6))
    draw.draw_architecture(ax, [11, 6, 6, 1], names)
    show(fig, "A network of 11 – 6 – 6 – 1 neurons: 11 inputs, two hidden layers of 6, one output; "
              "121 weights and biases.")


def show_starts(histories):
    """The validation cost of several starts, and where each was stopped."""
    fig, ax = new_figure(size=(8, 3.4))
    for n, history in enumerate(histories):
        curve, best = history.validation_cost, history.best_epoch
        ax.plot(curve, **series(n) | {"marker": "none"}, label=f"start {n + 1}")
        ax.plot(best, curve[best], series(n)["marker"], color=series(n)["color"], ms=11)
    ax.set(xlabel="epoch", ylabel="cost on validation customers", ylim=(0.36, 0.5))
    ax.legend(loc="upper right")
    show(fig, "The validation cost of three starts. It falls fast and then hardly moves; the "
              "marks are the lowest points, to which each network goes back.")


def show_sizes(found):
    """Cross-validated AUC by size: a dot a fold."""
    fig, ax = new_figure(size=(8, 3.4))
    for place, values in enumerate(found.values()):
        ax.plot(place + np.linspace(-0.15, 0.15, len(values)), values, "o", ls="none", ms=9,
                color=COLOURS["validation"])
        ax.plot([place - 0.28, place + 0.28], [np.median(values)] * 2, color="black", lw=2.5)
    ax.set_xticks(range(len(found)), list(found))
    ax.set(ylabel="AUC on the fold left out", ylim=(0.5, 0.95))
    best = max(found, key=lambda name: np.median(found[name]))
    stuck = [name for name, values in found.items() if min(values) < np.median(values) - 0.1]
    show(fig, f"Five folds for each size, with the median as a bar. {best} is best; "
              + (f"stuck in a fold, more than 0.1 below the median: {', '.join(stuck)}." if stuck
                 else "no fold lies more than 0.1 below the median of its size."))


def show_by_threshold(y_hat, y):
    """Precision and recall against the threshold."""
    precision, recall, thresholds = metrics.precision_recall_curve(y_hat, y)
    some = recall > 0.02
    fig, ax = new_figure(size=(8, 3.4))
    draw.draw_curve(ax, thresholds[some], precision[some], n=0, label="precision")
    draw.draw_curve(ax, thresholds[some], recall[some], n=1, label="recall")
    ax.set(xlabel="threshold: call when ŷ is above", ylabel="share", xlim=(0, 1), ylim=(0, 1.02))
    ax.legend(loc="center right")
    at = {t: metrics.confusion_matrix(y_hat, y, t) for t in (0.2, 0.5)}
    words = [f"at {t}, precision {m[1, 1] / m[:, 1].sum():.2f} and recall "
             f"{m[1, 1] / m[1].sum():.2f}" for t, m in at.items()]
    show(fig, "Raising the threshold raises precision and lowers recall: " + "; ".join(words) + ".")


def show_order(answers, y):
    """ROC and precision–recall of several answers; answers: name → ŷ."""
    fig, (left, right) = new_figure(1, 2, size=(9, 3.5))
    roc = {name: metrics.roc_curve(y_hat, y)[:2] for name, y_hat in answers.items()}
    both = {name: metrics.precision_recall_curve(y_hat, y)[:2] for name, y_hat in answers.items()}
    draw.draw_roc(left, roc)
    draw.draw_precision_recall(right, both, y.mean())
    show(fig, "The area under the ROC curve is " + ", ".join(
        f"{metrics.auc(y_hat, y):.2f} for {name}" for name, y_hat in answers.items())
        + ". On the right, precision against recall.")


def show_calibration(curves):
    """Predicted probability and the share that left; curves: name → (ŷ, y)."""
    fig, ax = new_figure(size=(8, 3.6))
    draw.draw_calibration(ax, {name: metrics.calibration(y_hat, y, bins=6)
                               for name, (y_hat, y) in curves.items()})
    show(fig, "Predicted and observed, on average: " + "; ".join(
        f"{name} {np.mean(y_hat):.2f} and {np.mean(y):.2f}"
        for name, (y_hat, y) in curves.items()) + ".")


def show_answers(answers, y, threshold, cost):
    """What each of several answers finds, as tables of counts; ``cost(ŷ, y, threshold)`` in €."""
    fig, axes = new_figure(1, len(answers), size=(9, 3.6))
    found = {}
    for ax, (name, y_hat) in zip(axes, answers.items(), strict=True):
        matrix = metrics.confusion_matrix(y_hat, y, threshold)
        found[name] = (f"finds {matrix[1, 1]}, calls {matrix[0, 1]} in vain and costs "
                       f"{cost(y_hat, y, threshold):.0f} € per customer")
        draw.draw_confusion(ax, matrix, f"{name}\nAUC {metrics.auc(y_hat, y):.2f}, "
                                        f"{cost(y_hat, y, threshold):.0f} €")
    show(fig, f"Of {int(y.sum())} leavers among {len(y):,} test customers, "
         + "; ".join(f"{name} {words}" for name, words in found.items()) + ".")


def rates_by_group(y_hat, y, groups, threshold):
    """Recall and false-positive rate of each group."""
    found = {}
    for group in sorted(set(groups)):
        rows = groups == group
        (tn, fp), (fn, tp) = metrics.confusion_matrix(y_hat[rows], y[rows], threshold)
        found[group] = tp / (fn + tp), fp / (tn + fp)
    return found


def show_who_pays(models, y, table, threshold):
    """For each group and model: leavers that are found, and loyal customers called needlessly."""
    fig, axes = new_figure(1, 2, size=(10, 3.8))
    said = []
    for which, (ax, label) in enumerate(zip(axes, ("leavers found", "loyal, but called"),
                                            strict=True)):
        rates = {name: [rates[which] for column in ("Gender", "Geography") for rates in
                        rates_by_group(y_hat, y, table[column].to_numpy(str), threshold).values()]
                 for name, y_hat in models.items()}
        groups = [group for column in ("Gender", "Geography") for group in
                  sorted(set(table[column]))]
        draw.draw_groups(ax, [group[:7] for group in groups], rates, ylabel=label)
        ax.legend(loc="upper left", ncols=1)
        ax.set_ylim(0, 1.55 * max(map(max, rates.values())))
        said += [f"{label}, {name}: " + ", ".join(
            f"{group} {value:.2f}" for group, value in zip(groups, values, strict=True))
            for name, values in rates.items()]
    show(fig, ". ".join(said) + ".")
