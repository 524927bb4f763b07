"""Three ways to question the churn data and its model: a column, a threshold, one customer."""

import numpy as np
import pandas as pd
from ipywidgets import Checkbox, Dropdown, FloatSlider, IntSlider

from course_lib.explorer.base import Explorer
from course_lib.figure.numbers import written
from course_lib.figure.style import BLUE, COLOURS, RED
from course_lib.figure.wipe import wipe
from course_lib.lessons.lesson_06.figures import (
    draw_changes,
    draw_confusion,
    draw_rates,
    draw_threshold_cost,
    draw_what_if,
    move_confusion,
)
from course_lib.metrics import confusion_matrix


class ExitRates(Explorer):
    """The share of leavers by the values of one column: does it tell who leaves?

    Parameters
    ----------
    table : DataFrame with the columns of `load_churn`
    """

    strip = "column"
    size = (8, 3.8)

    def __init__(self, table):
        self.overall = table.Exited.mean()
        self.groups = {name: self.by_group(table[name], table.Exited)
                       for name in table.columns if name not in ("Exited", "Surname")}
        self.n = len(table)
        super().__init__(column=Dropdown(options=list(self.groups), value="Age",
                                         description="column"))

    @staticmethod
    def by_group(values, left):
        """Names, exit rates and sizes of the groups; of numbers ten slices, without tiny ones."""
        known = values.notna()
        values, left, sliced = values[known], left[known], values.nunique() > 11
        if sliced:
            edges = np.linspace(values.min(), values.max(), 11)
            values = np.digitize(values, edges[1:-1])
            names = [short(low) for low in edges[:-1]]
        else:
            names, values = np.unique(values, return_inverse=True)
        count = np.bincount(values, minlength=len(names))
        some = count >= 20
        rate = np.bincount(values, left, minlength=len(names))[some] / count[some]
        return [str(n) for n in np.array(names)[some]], rate, count[some], sliced

    def build(self, fig):
        self.axes = fig.subplots()
        return []

    def move(self, column):
        ax, (names, rate, count, sliced) = self.axes, self.groups[column]
        wipe(ax)
        self.redraw_scene()
        joined = names[0][0].isdigit() and len(names) > 2
        draw_rates(ax, range(len(names)), rate, count, joined=joined,
                   label="exit rate with 95% interval")
        ax.axhline(self.overall, linestyle=":", color=COLOURS["reference"],
                   label=f"all customers: {self.overall:.1%}")
        ax.set_xticks(range(len(names)), names)
        ax.set(ylim=(0, 1.05), xlim=(-0.5, len(names) - 0.5), ylabel="share that left",
               xlabel=column + " from …" * sliced)
        ax.legend(loc="upper left")
        low, high = np.argmin(rate), np.argmax(rate)
        at = "from" if sliced else "at"
        return (f"{column}: the exit rate is lowest {at} {names[low]}, {rate[low]:.1%} of "
                f"{count[low]:,} customers, and highest {at} {names[high]}, {rate[high]:.1%} of "
                f"{count[high]:,}; over all it is {self.overall:.1%}."
                + (f" {self.n - count.sum()} customers in groups of fewer than 20, or without a "
                   "value, are not shown." if count.sum() < self.n else ""))


def short(number):
    """650 → '650', 127812.3 → '128k', 15690735 → '15.69M'."""
    if abs(number) >= 1_000_000:
        return f"{number / 1e6:.2f}M"
    return f"{number / 1000:.0f}k" if abs(number) >= 10_000 else f"{number:.0f}"


class ThresholdCost(Explorer):
    """What a threshold costs: offers to those above it, lost customers below it.

    Parameters
    ----------
    y_hat, y : predicted probabilities, and who left
    """

    strip = "threshold"
    size = (8, 4)
    thresholds = np.linspace(0, 1, 101)

    def __init__(self, y_hat, y):
        self.tables = np.array([confusion_matrix(y_hat, y, t) for t in self.thresholds])
        self.n, self.top = len(y), None
        super().__init__(
            threshold=FloatSlider(0.5, min=0, max=1, step=0.01, description="threshold"),
            offer=IntSlider(100, 10, 300, 10, description="an offer costs (€)"),
            customer=IntSlider(1000, 200, 3000, 100, description="a lost customer costs (€)"),
            success=FloatSlider(0.5, min=0.1, max=1, step=0.1, description="an offer keeps"),
        )

    def build(self, fig):
        left, right = fig.subplots(1, 2, width_ratios=[1.7, 1])
        self.left = left
        self.line, self.star = draw_threshold_cost(left, self.thresholds, self.thresholds, 0)
        self.vertical = left.axvline(0, color=COLOURS["model"], linestyle="--")
        self.theory = left.axvline(0, color=COLOURS["reference"], linestyle=":",
                                   label="c / (s L)")
        left.legend(loc="lower right")
        (self.point,) = left.plot([], [], "o", color=COLOURS["model"], markersize=11, clip_on=False)
        self.note = left.text(0, 1.02, "", transform=left.transAxes, fontsize=14)
        self.image, self.texts = draw_confusion(right, self.tables[50], "customers")
        return [self.line, self.star, self.vertical, self.theory, self.point, self.note, self.image,
                *self.texts]

    def cost(self, offer, customer, success):
        """Cost per customer at each threshold: offers, and leavers not kept."""
        (_, fp), (fn, tp) = self.tables.transpose(1, 2, 0)
        return (offer * (fp + tp) + customer * (fn + (1 - success) * tp)) / self.n

    def move(self, threshold, offer, customer, success):
        cost = self.cost(offer, customer, success)
        now, best = round(threshold * 100), int(np.argmin(cost))
        top = 1.15 * max(cost.max(), 1)
        if top != self.top:
            self.top = top
            self.left.set_ylim(0, top)
            self.redraw_scene()
        self.line.set_data(self.thresholds, cost)
        self.star.set_data([best / 100], [cost[best]])
        self.vertical.set_xdata([threshold] * 2)
        theory = min(offer / (success * customer), 1)
        self.theory.set_xdata([theory] * 2)
        self.point.set_data([threshold], [cost[now]])
        self.note.set_text(f"now {cost[now]:.0f} € (●), lowest {cost[best]:.0f} € (★), "
                           f"no offers {cost[-1]:.0f} €")
        move_confusion(self.image, self.texts, self.tables[now])
        (_, fp), (fn, tp) = self.tables[now]
        return (f"Threshold {threshold:.2f}: {fp + tp:,} offers of {offer} €, of which {tp:,} to "
                f"leavers, and {fn:,} leavers get none: {cost[now]:.0f} € per customer. Lowest: "
                f"{cost[best]:.0f} € at {best / 100:.2f}; without any offer {cost[-1]:.0f} €; "
                f"theory says {theory:.2f}.")


class OneCustomer(Explorer):
    """What the model says about one customer, and what it would say if one thing were different.

    Parameters
    ----------
    model : function from a DataFrame of customers to probabilities of leaving
    customer : Series, a row of `load_churn`; the columns without a control stay as they are there
    """

    size = (8, 4.2)
    ages = np.arange(18, 93)
    countries = ("France", "Germany", "Spain")
    changes = ("10 years older", "10 years younger", "active ↔ inactive", "one product more",
               "one product fewer", "the other gender")

    def __init__(self, model, customer):
        self.model = model
        self.customer = pd.DataFrame([customer])
        super().__init__(
            age=IntSlider(int(customer.Age), 18, 92, description="age"),
            balance=IntSlider(round(customer.Balance, -4), 0, 250_000, 10_000,
                              description="balance (€)"),
            products=IntSlider(int(customer.NumOfProducts), 1, 4, description="products"),
            active=Checkbox(bool(customer.IsActiveMember), description="active", indent=False),
            country=Dropdown(options=self.countries, value=customer.Geography,
                             description="country"),
        )

    def build(self, fig):
        left, right = fig.subplots(1, 2, width_ratios=[1.5, 1])
        self.right, self.reach = right, None
        curves = np.zeros((2, len(self.ages)))
        self.lines = draw_what_if(left, self.ages, curves, ["if inactive", "if active"])
        (self.point,) = left.plot([], [], "*", color=COLOURS["data"], markersize=20, clip_on=False)
        self.bars, self.labels, self.names = draw_changes(right, self.changes)
        return [*self.lines, self.point, *self.bars, *self.labels, *self.names]

    def rows(self, age, balance, products, active, country):
        """The customer at all ages, inactive and active; then now, and after each change."""
        n = len(self.ages)
        table = self.customer.iloc[np.zeros(2 * n + 1 + len(self.changes), int)].copy()
        ages, actives = np.full(len(table), age), np.full(len(table), int(active))
        amounts = np.full(len(table), products)
        ages[:2 * n], actives[:2 * n] = np.tile(self.ages, 2), np.repeat([0, 1], n)
        older, younger, switch, more, fewer, gender = range(2 * n + 1, len(table))
        ages[older], ages[younger] = min(age + 10, 92), max(age - 10, 18)
        actives[switch] = not active
        amounts[more], amounts[fewer] = min(products + 1, 4), max(products - 1, 1)
        genders = table.Gender.to_numpy(object).copy()
        genders[gender] = "Male" if genders[gender] == "Female" else "Female"
        return table.assign(Age=ages, Balance=float(balance), NumOfProducts=amounts,
                            IsActiveMember=actives, Geography=country, Gender=genders)

    def move(self, age, balance, products, active, country):
        y_hat = np.ravel(self.model(self.rows(age, balance, products, active, country)))
        n = len(self.ages)
        now, after = y_hat[2 * n], y_hat[2 * n + 1:]
        for line, curve in zip(self.lines, (y_hat[:n], y_hat[n:2 * n]), strict=True):
            line.set_ydata(curve)
        self.point.set_data([age], [now])
        largest_change = np.abs(after - now).max()
        reach = next((step for step in (0.25, 0.5) if largest_change < 0.65 * step), 1)
        if reach != self.reach:         # half a scale more leaves room for the labels
            self.reach = reach
            self.right.set_xlim(-reach, reach)
            self.redraw_scene()
        impossible = {0: age > 82, 1: age < 28, 3: products == 4, 4: products == 1}
        for k, (bar, label, change) in enumerate(
                zip(self.bars, self.labels, after - now, strict=True)):
            bar.set(width=change, color=RED if change > 0 else BLUE)
            side = 1 if change >= 0 else -1
            text = "not possible" if impossible.get(k) else written(change, "+.2f")
            label.set(text=text, x=change + 0.03 * reach * side, ha="left" if side > 0 else "right")
        largest = int(np.argmax(np.abs(after - now)))
        return (f"A customer of {age} in {country}, {'active' if active else 'inactive'}, with "
                f"{products} product{'s' * (products > 1)} and {balance:,} €: the model says "
                f"{now:.2f}. The largest of the six changes, {self.changes[largest]}, would make "
                f"it {after[largest]:.2f}. That is what the model says, not what would happen.")
