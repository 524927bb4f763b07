"""The figures of lesson 01, a line each in the notebook."""

from itertools import product

import numpy as np

from course_lib.figure.style import new_figure, show
from course_lib.lessons.lesson_01 import neuron_figure, property_neuron_figure
from course_lib.lessons.lesson_01.neuron_figure import CORNERS
from course_lib.lessons.lesson_01.property_neuron import NAMES, subsets


def show_neuron():
    """A neuron with three inputs, and the names of its parts."""
    fig, ax = new_figure(size=(8, 3))
    neuron_figure.draw_neuron(ax, ["x₁", "x₂", "x₃"])
    show(fig, "Three inputs x, each with its weight w, go into one sum Σ together with the bias b; "
         "the activation φ turns the sum into the output a.")


def line_of(table):
    """(w₁, w₂, b) of a neuron that does a table of four answers, or None: its line is midway."""
    yes = np.asarray(table) == 1
    if yes.all() or not yes.any():
        return 0, 0, 1 if yes.all() else -1
    for w in sorted(product([-1, 0, 1], repeat=2), key=lambda w: np.abs(w).sum()):
        z = CORNERS @ w
        if z[yes].min() > z[~yes].max():
            return *w, -(z[yes].min() + z[~yes].max()) / 2
    return None


def show_tables():
    """All 16 yes/no questions about two inputs, each with the line of a neuron that answers it."""
    tables = list(product([0, 1], repeat=4))
    lines = [line_of(table) for table in tables]
    fig, axes = new_figure(2, 8, size=(8, 2.3))
    neuron_figure.draw_tables(axes, tables, lines)
    show(fig, f"All {len(tables)} yes/no questions about two inputs: one neuron answers "
         f"{sum(line is not None for line in lines)} of them. There is no line for "
         f"{lines.count(None)}, XOR and its opposite.")


def show_house(sales, weights, bias, house):
    """How a neuron without activation comes to the price of one house, input by input."""
    terms = weights * sales.X[house]
    fig, ax = new_figure(size=(8, 3.6))
    property_neuron_figure.draw_terms(ax, NAMES, terms, bias, sales.price[house])
    area, bedrooms, distance, age = sales.raw[house]
    show(fig, f"A house of {area:,.0f} square feet with {bedrooms:.0f} bedrooms, {distance:.1f} "
         f"miles out, {age:.0f} years old. The neuron says {bias + terms.sum():.0f} thousand "
         f"dollars; {sales.price[house]:.0f} were paid.")


def effect_of_area(sales, predict):
    """What 100 square feet more add to the predicted price of each house of the test set."""
    X = sales.X[sales.test]
    return predict(X + [100 / sales.sd[0], 0, 0, 0]) - predict(X)


def show_effect(sales, network, weights):
    """What 100 square feet more are worth, house by house: for the network and for one neuron."""
    effects = {
        "network": effect_of_area(sales, lambda X: sales.dollars(network.predict(X))),
        "one neuron": effect_of_area(sales, lambda X: X @ weights),
    }
    age = sales.raw[sales.test, 3]
    fig, ax = new_figure(size=(8, 3.4))
    property_neuron_figure.draw_effect(
        ax, age[:1000], {name: effect[:1000] for name, effect in effects.items()})
    new, old = (effects["network"][rows].mean() for rows in (age < 10, age > 80))
    show(fig, f"100 square feet more: one neuron adds {effects['one neuron'].mean():.1f} thousand "
         f"dollars to every house; the network adds about {new:.0f} to houses under 10 years and "
         f"about {old:.0f} to those over 80.")


def show_combinations():
    """The 15 ways to look at some of four inputs."""
    chosen = subsets(4)
    fig, ax = new_figure(size=(8, 3.3))
    property_neuron_figure.draw_combinations(ax, ["area", "beds", "dist.", "age"], chosen)
    sizes = [sum(len(s) == size for s in chosen) for size in range(1, 5)]
    show(fig, f"The {len(chosen)} ways to look at four inputs: {sizes[0]} with one input, "
         f"{sizes[1]} with two, {sizes[2]} with three, {sizes[3]} with all four.")


def show_learnt(learnt, starts):
    """How many of the random starts learn XOR, for each number of hidden neurons."""
    fig, ax = new_figure(size=(8, 3.4))
    neuron_figure.draw_share(ax, list(learnt), list(learnt.values()), starts)
    show(fig, f"How many of {starts} random starts learn XOR: " + ", ".join(
        f"{count} with {units}" for units, count in learnt.items()) + " hidden neurons.")



BANDS = {"under 40": (0, 40), "40 to 80": (40, 80), "80 to 150": (80, 150),
         "150 and more": (150, np.inf)}


def relative_errors(predictions, paid):
    """{name: the median of |predicted − paid| / paid in each price band}."""
    rows = [(paid >= low) & (paid < high) for low, high in BANDS.values()]
    return {name: [float(np.median(np.abs(said - paid)[band] / paid[band])) for band in rows]
            for name, said in predictions.items()}


def show_relative_errors(predictions, paid):
    """The median relative error of some models, for cheap houses and for expensive ones."""
    errors = relative_errors(predictions, paid)
    fig, ax = new_figure(size=(8, 3.4))
    property_neuron_figure.draw_bands(ax, list(BANDS), errors)
    best = [min(errors, key=lambda name: errors[name][band]) for band in (0, -1)]
    show(fig, f"Median relative error by price: the smallest for houses under 40 thousand dollars "
         f"has “{best[0]}”, for those of 150 thousand or more “{best[1]}”.")
