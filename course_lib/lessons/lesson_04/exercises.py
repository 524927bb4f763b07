"""The exercises of lesson 04: steps, slopes, the limit of the learning rate."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_04.exercises_variants import (
    ADAM,
    BATCHES,
    LOOK_AHEAD,
    MOMENTUM,
    named,
)

LESSON = "04 Gradient descent"


# A walk down --------------------------------------------------------------------------------------
def walk_down(w, gradient, learning_rate, steps):
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
    return w


def walk_with(step, more=0):
    """A walk whose step is `step(w, the gradient at w, learning rate)`."""
    def wrong(w, gradient, learning_rate, steps):
        for _ in range(steps + more):
            w = step(w, gradient(w), learning_rate)
        return w
    return wrong


def stays(w, gradient, learning_rate, steps):
    return w - learning_rate * steps * gradient(w)


def walk_inputs(rng):
    bowl, cubic = named("w ↦ 2 w", lambda w: 2 * w), named("w ↦ w³", lambda w: w**3)
    valley = named("w ↦ (w₀ − 1, 9 w₁)", lambda w: (w - [1, 0]) * [1, 9])
    return [(np.array([1.0]), bowl, 0.1, 1), (np.array([-3.0]), bowl, 0.1, 3),
            (np.array([4.0, 3]), valley, 0.1, 1), (np.array([-2.0, 0.5]), valley, 0.05, 6),
            (rng.normal(size=3).round(2), cubic, 0.02, 20)]


WALK = Exercise(
    inline=True, title="A walk down",
    text="Go down: `steps` steps from `w`, each against the gradient there. `gradient(w)` gives "
         "the gradient at any `w`. Return the last `w`. One line is missing.",
    stub='''def walk_down(w, gradient, learning_rate, steps):
    for _ in range(steps):
        w = ...
    return w''',
    solution=walk_down, inputs=walk_inputs,
    mistakes=[
        Mistake("uphill", "it goes uphill. The gradient points up, so it is subtracted.",
                walk_with(lambda w, g, rate: w + rate * g)),
        Mistake("no rate", "the learning rate is missing: each step is as long as the gradient.",
                walk_with(lambda w, g, rate: w - g)),
        Mistake("divided", "the gradient is divided by the learning rate; it is multiplied by it.",
                walk_with(lambda w, g, rate: w - g / rate)),
        Mistake("signs", "only the signs of the gradient count here. Its size must count too: "
                "steep slope, long step.", walk_with(lambda w, g, rate: w - rate * np.sign(g))),
        Mistake("not from w", "the step takes the place of w. It starts from w: w − γ∇F(w).",
                walk_with(lambda w, g, rate: -rate * g)),
        Mistake("old gradient", "the gradient at the start serves for all steps. Ask for it again "
                "at each new w.", stays),
        Mistake("one step", "only one step is taken. Is the `return` inside the loop?",
                lambda w, gradient, rate, steps: w - rate * gradient(w)),
        Mistake("one too many", "it takes one step too many.",
                walk_with(lambda w, g, rate: w - rate * g, more=1)),
    ],
    hints=["The rule of the lesson is w := w − γ ∇F(w).",
           "The gradient at this step's w is `gradient(w)`."],
    minutes=3, difficulty=1, points=1,
)


# Slopes by nudging --------------------------------------------------------------------------------
def nudged_gradient(f, w, h):
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        step = np.zeros(len(w))
        step[i] = h
        slopes[i] = (f(w + step) - f(w - step)) / (2 * h)
    return slopes


def nudged(slope):
    """`slope(f, w, step, h)` for each weight, where the step is h for this weight and 0 else."""
    return lambda f, w, h: np.array([slope(f, w, step, h) for step in h * np.eye(len(w))])


def not_put_back(f, w, h):
    slopes, w = [], w.copy()
    for i in range(len(w)):
        w[i] += h
        high = f(w)
        w[i] -= 2 * h
        slopes.append((high - f(w)) / (2 * h))
    return slopes


def nudge_inputs(rng):
    cube = named("w ↦ Σ w³", lambda w: np.sum(w**3))
    mixed = named("w ↦ w₀² w₁ + 3 w₁", lambda w: w[0] ** 2 * w[1] + 3 * w[1])
    wave = named("w ↦ sin(w₀ w₁) + w₂²", lambda w: np.sin(w[0] * w[1]) + w[2] ** 2)
    return [(cube, np.array([1.0]), 0.5), (mixed, np.array([2.0, 3]), 0.5),
            (wave, rng.normal(size=3).round(2), 0.1), (cube, rng.normal(size=6).round(2), 0.01)]


NUDGE = Exercise(
    title="The gradient by nudging",
    text="Measure the gradient of `f` at the vector `w`. For each weight: nudge it alone, by `h` "
         "to both sides, and take the slope between these two points (a **central difference**). "
         "Return the slopes, one for each weight.",
    stub='''def nudged_gradient(f, w, h):
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        step = ...
        slopes[i] = ...
    return slopes''',
    solution=nudged_gradient, inputs=nudge_inputs,
    mistakes=[
        Mistake("one-sided", "this is the slope between w and w + h. Take w − h and w + h: the "
                "error is much smaller.", nudged(lambda f, w, s, h: (f(w + s) - f(w)) / h)),
        Mistake("left side", "this is the slope between w − h and w. Take w − h and w + h: the "
                "error is much smaller.", nudged(lambda f, w, s, h: (f(w) - f(w - s)) / h)),
        Mistake("h for 2h", "the two points are 2h apart, so divide by 2h.",
                nudged(lambda f, w, s, h: (f(w + s) - f(w - s)) / h)),
        Mistake("times h", "the 2 divides but h multiplies: `/ 2 * h` is not `/ (2 * h)`.",
                nudged(lambda f, w, s, h: (f(w + s) - f(w - s)) / 2 * h)),
        Mistake("rise only", "this is the rise, not the slope: divide by the distance, 2h.",
                nudged(lambda f, w, s, h: f(w + s) - f(w - s))),
        Mistake("sign", "the sign is wrong: a cost that rises with w has a positive "
                "slope.", nudged(lambda f, w, s, h: (f(w - s) - f(w + s)) / (2 * h))),
        Mistake("all at once", "all weights are nudged at once. Each has a slope of its own: "
                "nudge one, hold the others still.",
                nudged(lambda f, w, s, h: (f(w + h) - f(w - h)) / (2 * h))),
        Mistake("not put back", "a weight is not put back after its nudge, so the next slopes are "
                "measured at another place.", not_put_back),
    ],
    hints=["`step` is a vector: zeros, and `h` at place i.",
           "The slope is (f(w + step) − f(w − step)) over the distance of the two points.",
           "`h * np.eye(len(w))[i]` is such a step."],
    minutes=8, difficulty=2, points=2,
)


# The neuron's gradient ----------------------------------------------------------------------------
def neuron_gradient(w, b, X, y):
    error = X @ w + b - y
    return X.T @ error / len(X), np.mean(error)


def slopes_with(slopes):
    """`slopes(error, X, N)`, with the right error."""
    return lambda w, b, X, y: slopes(X @ w + b - y, X, len(X))


def slopes_inputs(rng):
    checks = [(np.array([2.0]), 1.0, np.array([[3.0]]), np.array([5.0])),
              (np.array([1.0]), 0.0, np.array([[1.0], [2]]), np.array([0.0, 4]))]
    return checks + [tuple(rng.normal(size=shape).round(2) for shape in (n_in, (), (n, n_in), n))
                     for n, n_in in ((3, 3), (5, 2), (20, 4))]


SLOPES = Exercise(
    inline=True, title="The gradient of a neuron",
    text="The neuron $\\hat y = X w + b$ has several inputs; its cost is "
         "$\\frac{1}{2N} \\sum_i (\\hat y_i - y_i)^2$ over the $N$ rows of `X`. Return its slopes: "
         "`dw`, one for each weight, and `db`, a number.",
    stub='''def neuron_gradient(w, b, X, y):
    error = X @ w + b - y
    dw = ...
    db = ...
    return dw, db''',
    solution=neuron_gradient, inputs=slopes_inputs,
    mistakes=[
        Mistake("no mean", "the rows are added up, and not divided by their number N.",
                slopes_with(lambda e, X, n: (X.T @ e, e.sum()))),
        Mistake("db no mean", "db is a sum over the rows, and must be their mean.",
                slopes_with(lambda e, X, n: (X.T @ e / n, e.sum()))),
        Mistake("dw no mean", "dw is a sum over the rows; divide it by their number N.",
                slopes_with(lambda e, X, n: (X.T @ e, e.mean()))),
        Mistake("twice", "all slopes are twice too large: the ½ of the cost takes the 2 away.",
                slopes_with(lambda e, X, n: (2 * X.T @ e / n, 2 * e.mean()))),
        Mistake("sign", "the sign is wrong: the error is ŷ − y.",
                slopes_with(lambda e, X, n: (-X.T @ e / n, -e.mean()))),
        Mistake("order", "X is not transposed. dw sums over the rows, for each column: Xᵀ error.",
                slopes_with(lambda e, X, n: (X @ e / n, e.mean()))),
        Mistake("no input", "the inputs are missing in dw: a weight's slope is the error times "
                "the weight's input.",
                slopes_with(lambda e, X, n: (np.full(X.shape[1], e.mean()), e.mean()))),
        Mistake("one number", "dw is one number. Each weight has its own slope: take the mean "
                "over the rows alone.",
                slopes_with(lambda e, X, n: (np.mean(X * e[:, None]), e.mean()))),
        Mistake("wrong N", "dw is divided by the number of inputs, and must be by that of rows.",
                slopes_with(lambda e, X, n: (X.T @ e / X.shape[1], e.mean()))),
    ],
    hints=["For one row the slopes are error · x and error · 1.",
           "Over the rows, take means. `X.T @ error` adds up error · x for each weight."],
    minutes=6, difficulty=1, points=1,
)


# The largest learning rate ------------------------------------------------------------------------
def largest_rate(X):
    A = np.column_stack([X, np.ones(len(X))])
    return 2 / np.linalg.eigvalsh(A.T @ A / len(A))[-1]


def rate_with(rate):
    """`rate(the curvatures, smallest first)`."""
    def wrong(X):
        A = np.column_stack([X, np.ones(len(X))])
        return rate(np.linalg.eigvalsh(A.T @ A / len(A)))
    return wrong


def rate_inputs(rng):
    checks = [(np.array([[0.0], [2]]),), (np.array([[1.0], [2], [6]]),)]
    return checks + [(rng.normal(1, 2, size=(n, n_in)).round(2),)
                     for n, n_in in ((4, 3), (8, 2), (30, 4))]


RATE = Exercise(
    title="The largest learning rate",
    text="This one needs [Curvature](further/04_curvature.ipynb). Below which learning rate does "
         "gradient descent converge for the neuron "
         "$\\hat y = X w + b$ with the quadratic cost $\\frac{1}{2N} \\sum (\\hat y - y)^2$? "
         "Return that limit, a number, for any `X` with $N$ rows. The curvatures of this cost are "
         "the eigenvalues of $H = \\frac1N A^\\top A$, where $A$ is `X` with a column of ones for "
         "the bias; `np.linalg.eigvalsh(H)` gives them, smallest first.",
    stub='''def largest_rate(X):
    H = ...
    return ...''',
    solution=largest_rate, inputs=rate_inputs,
    mistakes=[
        Mistake("1/λ", "with 1/λmax a step just reaches the bottom of the steepest direction. The "
                "limit is twice that.", rate_with(lambda c: 1 / c[-1])),
        Mistake("λmin", "this is the limit of the flattest direction. The steepest one diverges "
                "first: λmax.", rate_with(lambda c: 2 / c[0])),
        Mistake("best rate", "2/(λmin + λmax) is the rate that shrinks the worst direction "
                "fastest. The limit is 2/λmax.", rate_with(lambda c: 2 / (c[0] + c[-1]))),
        Mistake("sum of λ", "all the curvatures are added up (the trace of H). Only the largest "
                "counts.", rate_with(lambda c: 2 / c.sum())),
        Mistake("average λ", "the average curvature says nothing about the steepest direction. "
                "Take the largest.", rate_with(lambda c: 2 / c.mean())),
        Mistake("half λ", "λmax/2 is upside down: more curvature, smaller steps.",
                rate_with(lambda c: c[-1] / 2)),
        Mistake("no bias", "the bias is forgotten: it is a weight of an input that is always 1.",
                lambda X: 2 * len(X) / np.linalg.norm(X, 2) ** 2),
        Mistake("no mean", "the cost is a mean over the rows, so H is XᵀX divided by N.",
                lambda X: largest_rate(X) / len(X)),
        Mistake("no square", "these are the singular values of the inputs; the curvatures are "
                "their squares, divided by N.",
                lambda X: 2 / np.linalg.norm(np.column_stack([X, np.ones(len(X))]), 2)),
    ],
    hints=["The limit is 2 over the largest eigenvalue of the Hessian H.",
           "Append a column of ones to X, for the bias: call it A. Then H = AᵀA / N.",
           "`np.linalg.eigvalsh(H)` gives the eigenvalues, the largest last."],
    minutes=8, difficulty=2, points=2,
)

EXERCISES = [SLOPES, WALK, BATCHES, MOMENTUM, NUDGE, RATE, LOOK_AHEAD, ADAM]
