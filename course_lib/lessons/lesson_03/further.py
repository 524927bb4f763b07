"""What goes deeper than lesson 03: figures and experiments of its two notebooks in further/.

The spread as a second output, soft targets, the price of robust costs, and formulas that break.
"""

import math

import numpy as np

from course_lib.activations import sigmoid
from course_lib.costs import (
    Absolute,
    CategoricalCrossEntropy,
    Exponential,
    Huber,
    KullbackLeibler,
    Quadratic,
    SigmoidCrossEntropy,
)
from course_lib.datasets import load_churn
from course_lib.figure.style import new_figure
from course_lib.layers import Dense
from course_lib.lessons.lesson_03.band import GROUPS, MIDDLE, fit_band, gaussian_nll
from course_lib.lessons.lesson_03.cost_curves import CASES, curves
from course_lib.lessons.lesson_03.figures import draw_cost, draw_overflow, draw_underflow
from course_lib.lessons.lesson_03.houses import all_houses
from course_lib.lessons.lesson_03.outliers import fit_line
from course_lib.lessons.lesson_03.story import displayed
from course_lib.network import Network
from course_lib.optimizers import GradientDescent

FITTED = 20_000  # of 25,219 houses; the others are new
FIFTHS = ["smallest fifth", "second fifth", "third fifth", "fourth fifth", "largest fifth"]


# How sure? ---------------------------------------------------------------------------------------
class GaussianCost:
    """−log p of a Gaussian; the prediction is (ŷ, log σ) for each row. Built in further/03."""

    def loss(self, out, y):
        return gaussian_nll(y, out[:, 0], np.exp(out[:, 1]))

    def slope(self, out, y):
        r = (out[:, 0] - y) / np.exp(out[:, 1])
        return np.stack([r / np.exp(out[:, 1]), 1 - r**2], axis=1)

    def value(self, out, y):
        return np.mean(self.loss(out, y))

    def gradient(self, out, y):
        return self.slope(out, y) / len(y)


def split_houses(seed=0):
    """Areas and prices of the houses to fit, then of the new ones."""
    x, y = all_houses()
    mixed = np.random.default_rng(seed).permutation(len(x))
    old, new = mixed[:FITTED], mixed[FITTED:]
    return x[old], y[old], x[new], y[new]


def fit_two_outputs(cost, x, y, steps=300):
    """One layer from the area to ŷ and log σ, in 100,000 $; 1,500 sq ft is its 0.

    Returns a function from areas to (ŷ, σ) in 1000 $.
    """
    network = Network([Dense(1, 2, rng=np.random.default_rng(0), initializer="zeros")])
    X, y = x[:, None] - MIDDLE, y / 100
    optimizer = GradientDescent(0.1)
    for _ in range(steps):
        out = network.forward(X)
        network.backward(cost.gradient(out, y))
        optimizer.step(network.parameters, network.gradients)

    def predict(x):
        out = network.predict(x[:, None] - MIDDLE)
        return 100 * out[:, 0], 100 * np.exp(out[:, 1])
    return predict


def keep_the_promise(seeds, tolerance=0.04):
    """Claim: 95% of new houses are within ±2σ, whatever their size.

    Returns
    -------
    measured : {model: {fifth: (seeds,) share of new houses inside}}
    holds : {model: (seeds,) bool}, whether each fifth is within the tolerance of 95%
    nll : {model: (seeds,) mean −log p of the new houses}
    """
    shares, nll = {"one σ": [], "two outputs": []}, {"one σ": [], "two outputs": []}
    for seed in seeds:
        x, y, new_x, new_y = split_houses(seed)
        group = np.searchsorted(np.quantile(x, np.arange(1, GROUPS) / GROUPS), new_x)
        (a, b), sigma = fit_band(x, y, 1)
        models = {"one σ": (a + b * new_x, np.full(len(new_x), sigma)),
                  "two outputs": fit_two_outputs(GaussianCost(), x, y)(new_x)}
        for name, (y_hat, s) in models.items():
            inside = np.abs(y_hat - new_y) <= 2 * s
            shares[name].append([inside[group == k].mean() for k in range(GROUPS)])
            nll[name].append(gaussian_nll(new_y, y_hat, s).mean())
    shares = {name: np.array(rows) for name, rows in shares.items()}
    measured = {name: dict(zip(FIFTHS, rows.T, strict=True)) for name, rows in shares.items()}
    holds = {name: (np.abs(rows - 0.95) < tolerance).all(axis=1) for name, rows in shares.items()}
    return measured, holds, {name: np.array(values) for name, values in nll.items()}


# Is the lowest cost 0? ---------------------------------------------------------------------------
def lowest_costs(seeds, rows=50):
    """Claim: at the best prediction, ŷ = y, the cost is 0. One-hot targets and soft ones.

    Returns
    -------
    measured : {cost: {targets: (seeds,) cost at ŷ = y}}
    holds : {cost: (seeds,) bool}
    """
    measured = {}
    for name, rule in (("quadratic", Quadratic()), ("Kullback–Leibler", KullbackLeibler()),
                       ("cross-entropy", CategoricalCrossEntropy()),
                       ("exponential", Exponential(1.0))):
        found = {"one-hot": [], "soft": []}
        for seed in seeds:
            rng = np.random.default_rng(seed)
            hard, soft = np.eye(3)[rng.integers(3, size=rows)], rng.dirichlet(np.ones(3), rows)
            for kind, y in (("one-hot", hard), ("soft", soft)):
                found[kind].append(abs(rule.value(np.clip(y, 1e-15, 1), y)))
        measured[name] = {kind: np.array(values) for kind, values in found.items()}
    holds = {name: (values["one-hot"] < 1e-9) & (values["soft"] < 1e-9)
             for name, values in measured.items()}
    return measured, holds


# The price of robust costs -----------------------------------------------------------------------
ROBUST = {"quadratic": Quadratic(), "absolute": Absolute(), "Huber, δ = 1.35": Huber(1.35)}


def error_of_line(rule, outliers, rng, points=50):
    """Squared error of the two weights of a line: y = 2x + noise of spread 1, some 10 too high."""
    x = rng.uniform(-1, 1, points)
    y = 2 * x + rng.normal(size=points)
    y[:outliers] += 10
    return np.sum((fit_line(rule, x, y, rounds=20) - [0, 2])**2)


def compare_robust(seeds, lines=20):
    """Claim: the absolute cost finds the better line. Mean error of 20 lines for each seed.

    Returns
    -------
    measured : {data: {cost: (seeds,) error}}
    holds : {data: (seeds,) bool}
    """
    measured = {}
    for data, outliers in (("no outlier", 0), ("5 outliers in 50", 5)):
        measured[data] = {
            name: np.array([np.mean([error_of_line(rule, outliers, rng) for _ in range(lines)])
                            for rng in map(np.random.default_rng, seeds)])
            for name, rule in ROBUST.items()}
    return measured, {data: error["absolute"] < error["quadratic"]
                      for data, error in measured.items()}


def lines_with_one_wrong_area(x, y):
    """How many of the houses halve the line's slope when their area gets a 0 too many, by cost."""
    halved = {}
    for name in ("quadratic", "absolute"):
        clean, halved[name] = fit_line(ROBUST[name], x, y)[1], 0
        for k in range(len(x)):
            typo = x.copy()
            typo[k] *= 10
            halved[name] += int(fit_line(ROBUST[name], typo, y)[1] < clean / 2)
    return halved


# Figures -----------------------------------------------------------------------------------------
SHORT = {"Binary cross-entropy": "Binary c.-e.", "Categorical cross-entropy": "Categ. c.-e.",
         "Huber, δ = 0.5": "Huber", "Exponential, τ = 1": "Exponential",
         "Kullback–Leibler": "K.–L.", "Generalised Kullback–Leibler": "Gen. K.–L.",
         "Itakura–Saito": "Itakura–S."}


@displayed
def all_costs(target=0.7):
    """Ten costs and their slopes for one target."""
    grid = np.round(np.linspace(-1, 2, 301), 2)
    shown = {SHORT.get(name, name): curves(rule, kind, grid, target)
             for name, (rule, kind, _) in CASES.items()
             if not name.startswith(("Sig", "Soft")) and "misused" not in name}
    fig, axes = new_figure(2, 5, size=(8.4, 4), sharex=True, sharey=True)
    for ax, (name, (loss, slope)) in zip(axes.flat, shown.items(), strict=True):
        draw_cost(ax, name, grid, loss, slope, target)
    for ax in axes[1]:
        ax.set_xlabel("ŷ")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return fig, (f"{len(shown)} costs (solid) and their slopes (dashed) for the target {target}. "
                 "Hatched: predictions that the cost refuses.")


def naive(z, y):
    """Binary cross-entropy as it stands in a book, after a sigmoid."""
    y_hat = sigmoid(z)
    return -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


@displayed
def naive_and_fused():
    """The same cost over the logit, in one formula and in two steps with 32 and 64 bits."""
    z = np.linspace(0, 60, 601)
    fused = SigmoidCrossEntropy().loss(z[:, None], np.zeros((601, 1)))
    with np.errstate(divide="ignore", invalid="ignore"):
        forms = {"fused": fused, "naive, float64": naive(z, 0.0),
                 "naive, float32": naive(z.astype(np.float32), np.float32(0))}
    fig, ax = new_figure(size=(8, 3.6))
    draw_overflow(ax, z, forms)
    last = {name: z[np.isfinite(values)].max() for name, values in forms.items()}
    return fig, ("Target 0, wrong answers. The naive cost is infinite from z ≈ "
                 f"{last['naive, float32']:.0f} in float32 and {last['naive, float64']:.0f} in "
                 f"float64. The fused one goes on to {fused[-1]:.0f} at z = 60.")


def customers_stayed_or_left(p=0.2):
    """The probability of what each of 10,000 bank customers did, if each leaves with p."""
    left = load_churn()["Exited"].to_numpy(float)
    return np.where(left == 1, p, 1 - p)


@displayed
def underflow(p=0.2, rows=2500):
    """A likelihood row after row: as a product, and as a sum of logarithms."""
    each = customers_stayed_or_left(p)
    product, logs = np.cumprod(each), np.cumsum(np.log10(each))
    fig, ax = new_figure(size=(8, 3.4))
    draw_underflow(ax, product[:rows], logs[:rows])
    zero = np.flatnonzero(product == 0)[0] + 1
    return fig, (f"From customer {zero:,} on the product is 0. The sum of the logarithms goes on: "
                 f"10 to the power of −{-logs[-1]:.0f} after {len(logs):,}.")


def rows_until_zero(unit):
    """The row from which on the likelihood of the house prices is 0, with prices in `unit` $."""
    prices = all_houses()[1] * 1000 / unit
    z = (prices - prices.mean()) / prices.std()
    density = np.exp(-z**2 / 2) / (prices.std() * math.sqrt(2 * math.pi))
    return int(np.flatnonzero(np.cumprod(density) == 0)[0] + 1)
