"""The exercises of lesson 04 on the variants: mini-batches, momentum that looks ahead, Adam."""

from itertools import islice

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake, Refused
from course_lib.exercise.values import as_array
from course_lib.optimizers import Adam


def named(name, function):
    """The function under a name that says what it does, for the messages."""
    function.__name__ = name
    return function


# Mini-batches -------------------------------------------------------------------------------------
def mini_batches(X, y, batch_size, rng):
    order, batches = rng.permutation(len(X)), []
    for start in range(0, len(X), batch_size):
        rows = order[start:start + batch_size]
        batches.append((X[rows], y[rows]))
    return batches


def rows_of(batches, X):
    """The first column of each batch, which numbers the rows; and whether each y is beside it."""
    if batches is None or batches is ...:
        as_array(batches)
    numbers, beside = [], True
    for batch in islice(batches, len(X) + 1):
        if batch is ...:
            as_array(batch)
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise Refused("Each batch must be a pair: some rows of X, and the same rows of y.")
        part, y = as_array(batch[0]), as_array(batch[1])
        if part.ndim != 2 or part.shape[1] != X.shape[1] or len(part) != y.size:
            raise Refused(f"A batch holds arrays of shapes {part.shape} and {y.shape}; expected "
                          f"(rows, {X.shape[1]}) and (rows,).")
        numbers.append(part[:, 0])
        beside = beside and np.array_equal(part[:, 0] + 100, y.ravel())
    return numbers, beside


def use_batches(answer, X, y, batch_size, rng):
    """What is the same for every right answer, whatever it draws: two epochs are asked for."""
    rows = X[:, 0].copy()  # an answer may shuffle X itself, which has a message of its own
    (one, beside), (two, _) = (rows_of(answer(X, y, batch_size, rng), X) for _ in range(2))
    order, again = (np.concatenate([*numbers, []]) for numbers in (one, two))
    blocks = all(np.ptp(batch) == len(batch) - 1 for batch in one if len(batch))
    twice = [np.concatenate([*rows_of(answer(X.copy(), y.copy(), batch_size,
                                             np.random.default_rng(5)), X)[0], []])
             for _ in range(2)]
    many = len(X) >= 12  # a few rows may come in their old order by chance
    mixed = not np.array_equal(order, np.sort(order)) and (
        not blocks or len(one) == 1 or batch_size == 1)
    return {"sizes": sorted((len(batch) for batch in one), reverse=True),
            "each row once": np.array_equal(np.sort(order), rows), "X beside its y": beside,
            "rows are mixed": mixed or not many,
            "the same rng, the same order": np.array_equal(*twice),
            "a new order each epoch": not np.array_equal(order, again) or not many}


def batches_with(rows, order=lambda n, rng: rng.permutation(n), of_y=None):
    """Batches of `rows(order, batch_size)`, a list of arrays; y may have rows of its own."""
    def wrong(X, y, batch_size, rng):
        picked = rows(order(len(X), rng), batch_size)
        others = of_y(np.arange(len(X)), batch_size) if of_y else picked
        return [(X[p], y[q]) for p, q in zip(picked, others, strict=True)]
    return wrong


def cut(order, size, more=0):
    return [order[start:start + size + more] for start in range(0, len(order), size)]


def batches_inputs(rng):
    return [(np.column_stack([np.arange(n), rng.normal(size=n).round(2)]), 100.0 + np.arange(n),
             size, np.random.default_rng(3))
            for n, size in ((6, 4), (12, 2), (15, 20), (20, 1), (30, 4))]


def shuffled_batches(X, y, batch_size, rng):
    pieces = cut(np.arange(len(X)), batch_size)
    return [(X[pieces[k]], y[pieces[k]]) for k in rng.permutation(len(pieces))]


BATCHES = Exercise(
    inline=True, title="Mini-batches",
    text="Cut one epoch into mini-batches: all rows in a random order, each row once, "
         "`batch_size` at a time; the last batch has what is left. Return a list of pairs, rows "
         "of `X` (a matrix) and the same rows of `y` (a vector). Draw the "
         "order with the generator `rng`.",
    stub='''def mini_batches(X, y, batch_size, rng):
    order = ...
    batches = []
    for start in range(0, len(X), batch_size):
        batches.append(...)
    return batches''',
    solution=mini_batches, inputs=batches_inputs, use=use_batches,
    mistakes=[
        Mistake("last lost", "the short batch at the end is lost. Its rows belong to the epoch.",
                batches_with(lambda o, b: [o[k * b:k * b + b] for k in range(len(o) // b)])),
        Mistake("no shuffle", "the rows come in their old order. Shuffle them.",
                batches_with(cut, lambda n, rng: np.arange(n))),
        Mistake("batches shuffled", "the batches are shuffled, but in each there are still "
                "neighbours. Shuffle the rows, then cut.", shuffled_batches),
        Mistake("y apart", "y is not shuffled, or on its own. Take the same rows of X and of y.",
                batches_with(cut, of_y=cut)),
        Mistake("put back", "rows are drawn and put back: some come twice, others never. A "
                "permutation has each row once.",
                batches_with(cut, lambda n, rng: rng.integers(n, size=n))),
        Mistake("same order", "each epoch has the same order. Draw with the `rng` that was given; "
                "a new generator with a fixed seed repeats itself.",
                batches_with(cut, lambda n, rng: np.random.default_rng(0).permutation(n))),
        Mistake("rng ignored", "the order is not drawn with the `rng` that was given, so nobody "
                "can draw it again: `rng.permutation`.", batches_with(
                    cut, lambda n, rng: np.random.permutation(n))),  # noqa: NPY002
        Mistake("so many batches", "batch_size is taken for the number of batches. It is the "
                "number of rows in a batch.", batches_with(np.array_split)),
        Mistake("evened out", "the batches are of nearly equal size. Take batch_size rows each "
                "time; only the last has fewer.",
                batches_with(lambda o, b: np.array_split(o, -(-len(o) // b)))),
        Mistake("one row short", "each batch lacks its last row: a slice's end is not part of it.",
                batches_with(lambda o, b: cut(o, b, -1))),
        Mistake("one row more", "the batches overlap: each has the next one's first row too. A "
                "slice's end is not part of it.", batches_with(lambda o, b: cut(o, b, 1))),
    ],
    hints=["`rng.permutation(len(X))` is a random order of the row numbers.",
           "The rows of a batch are `order[start:start + batch_size]`; the slice ends by itself "
           "where the order ends.",
           "`X[rows]` and `y[rows]`, in a pair: `batches.append((X[rows], y[rows]))`"],
    minutes=8, difficulty=2, points=2,
)


# Momentum that looks ahead ------------------------------------------------------------------------
def look_ahead(w, gradient, learning_rate, mu, steps):
    velocity = np.zeros_like(w)
    for _ in range(steps):
        ahead = w - learning_rate * mu * velocity
        velocity = mu * velocity + gradient(ahead)
        w = w - learning_rate * velocity
    return w


def inertia_with(place=lambda w, v, rate, mu: w - rate * mu * v,
                 kept=lambda v, g, mu: mu * v + g,
                 step=lambda w, v, ahead, rate: w - rate * v):
    """Where the gradient is taken, what becomes of v, and of w."""
    def wrong(w, gradient, learning_rate, mu, steps):
        v = np.zeros_like(w)
        for _ in range(steps):
            ahead = place(w, v, learning_rate, mu)
            v = kept(v, gradient(ahead), mu)
            w = step(w, v, ahead, learning_rate)
        return w
    return wrong


def ahead_inputs(rng):
    bowl = named("w ↦ 2 w", lambda w: 2 * w)
    valley = named("w ↦ (w₀ − 1, 9 w₁)", lambda w: (w - [1, 0]) * [1, 9])
    wave = named("w ↦ sin(w)", np.vectorize(np.sin, otypes=[float]))
    return [(np.array([1.0]), bowl, 0.1, 0.5, 1), (np.array([1.0]), bowl, 0.1, 0.5, 2),
            (np.array([4.0, 3]), valley, 0.05, 0.9, 3), (np.array([4.0, 3]), valley, 0.05, 0.9, 20),
            (rng.uniform(-3, 3, size=4).round(2), wave, 0.2, 0.8, 10)]


LOOK_AHEAD = Exercise(
    title="Momentum that looks ahead",
    text="Nesterov's idea (1983): inertia alone would carry the ball to "
         "$w - \\gamma\\mu\\,\\text{velocity}$. Take the gradient **there**, not at $w$, and "
         "then do as momentum does: "
         "$\\text{velocity} := \\mu\\,\\text{velocity} + \\nabla F$ and "
         "$w := w - \\gamma\\,\\text{velocity}$. Start with a velocity of 0, take `steps` steps, "
         "and return `w`.",
    stub='''def look_ahead(w, gradient, learning_rate, mu, steps):
    velocity = np.zeros_like(w)
    for _ in range(steps):
        ...
    return w''',
    solution=look_ahead, inputs=ahead_inputs,
    mistakes=[
        Mistake("plain momentum", "this is plain momentum: the gradient is taken at w. Take it "
                "where inertia would carry the ball.",
                inertia_with(lambda w, v, rate, mu: w)),
        Mistake("backwards", "it looks back: w + γμ·velocity. The ball moves by −γ·velocity, so "
                "ahead is w − γμ·velocity.",
                inertia_with(lambda w, v, rate, mu: w + rate * mu * v)),
        Mistake("too far", "it looks too far ahead: inertia keeps only μ of the velocity, so "
                "it carries the ball to w − γμ·velocity.",
                inertia_with(lambda w, v, rate, mu: w - rate * v)),
        Mistake("no rate ahead", "the learning rate is missing in the look ahead: "
                "w − γμ·velocity.",
                inertia_with(lambda w, v, rate, mu: w - mu * v)),
        Mistake("step from ahead", "the step starts from where it looked, so inertia counts twice. "
                "Look ahead, then step from w.",
                inertia_with(step=lambda w, v, ahead, rate: ahead - rate * v)),
        Mistake("no memory", "the velocity forgets the past: it must keep μ of what it was.",
                inertia_with(kept=lambda v, g, mu: g)),
        Mistake("average", "the gradient is multiplied by 1 − μ. In this lesson it is added "
                "whole: velocity := μ·velocity + ∇F.",
                inertia_with(kept=lambda v, g, mu: mu * v + (1 - mu) * g)),
        Mistake("no rate", "the step is the velocity, without the learning rate.",
                inertia_with(step=lambda w, v, ahead, rate: w - v)),
    ],
    hints=["Three lines in the loop: where to look, the new velocity, the new w.",
           "`ahead = w - learning_rate * mu * velocity`; the gradient there is `gradient(ahead)`.",
           "The other two lines are momentum's, with that gradient."],
    minutes=10, difficulty=3, points=3,
)


# One step of momentum -----------------------------------------------------------------------------
def momentum_step(w, velocity, slope, learning_rate, mu):
    velocity = mu * velocity + slope
    w = w - learning_rate * velocity
    return w, velocity


def momentum_with(kept=lambda v, g, mu: mu * v + g, step=lambda w, v, old, g, rate: w - rate * v):
    """What becomes of the velocity, and of w."""
    def wrong(w, velocity, slope, learning_rate, mu):
        new = kept(velocity, slope, mu)
        return step(w, new, velocity, slope, learning_rate), new
    return wrong


def momentum_inputs(rng):
    return [(np.array([1.0]), np.array([0.0]), np.array([2.0]), 0.1, 0.5),
            (np.array([1.0]), np.array([4.0]), np.array([2.0]), 0.1, 0.5),
            (np.array([1.0, -2]), np.array([4.0, -1]), np.array([2.0, 8]), 0.05, 0.9),
            tuple(rng.normal(size=3).round(2) for _ in range(3)) + (0.2, 0.8)]


MOMENTUM = Exercise(
    inline=True, title="One step of momentum",
    text="Write the two lines of the formula. `slope` is the gradient at `w`. Return the new `w` "
         "and the new `velocity`, which both have one number for each weight.",
    stub='''def momentum_step(w, velocity, slope, learning_rate, mu):
    velocity = ...
    w = ...
    return w, velocity''',
    solution=momentum_step, inputs=momentum_inputs,
    mistakes=[
        Mistake("no memory", "the velocity forgets the past: keep μ times the old velocity.",
                momentum_with(kept=lambda v, g, mu: g)),
        Mistake("no mu", "the old velocity is kept whole. Multiply it by μ.",
                momentum_with(kept=lambda v, g, mu: v + g)),
        Mistake("mu on the slope", "μ belongs to the old velocity, and not to the slope.",
                momentum_with(kept=lambda v, g, mu: v + mu * g)),
        Mistake("average", "the slope is multiplied by 1 − μ. In this formula it is added whole.",
                momentum_with(kept=lambda v, g, mu: mu * v + (1 - mu) * g)),
        Mistake("uphill", "w moves uphill. The velocity is subtracted.",
                momentum_with(step=lambda w, v, old, g, rate: w + rate * v)),
        Mistake("no rate", "the learning rate is missing in the step.",
                momentum_with(step=lambda w, v, old, g, rate: w - v)),
        Mistake("old velocity", "w moves by the old velocity. Use the new one.",
                momentum_with(step=lambda w, v, old, g, rate: w - rate * old)),
        Mistake("slope only", "w moves by the slope alone. Use the new velocity.",
                momentum_with(step=lambda w, v, old, g, rate: w - rate * g)),
        Mistake("swapped", "the two answers are swapped: return w first and then the velocity.",
                lambda *arguments: momentum_step(*arguments)[::-1]),
    ],
    hints=["First the new velocity, then w with the new velocity.",
           "`velocity = mu * velocity + slope`"],
    minutes=3, difficulty=1, points=1,
)


# Adam ---------------------------------------------------------------------------------------------
def adam_with(*, late=0, right_m=True, right_v=True, place="outside", squares=True, swap=False,
              root=True, new_array=False):
    """The class, with one thing wrong."""
    class Wrong:
        def __init__(self, learning_rate, beta1, beta2, epsilon):
            self.learning_rate, self.epsilon = learning_rate, epsilon
            self.beta1, self.beta2 = (beta2, beta1) if swap else (beta1, beta2)
            self.t, self.m, self.v = -late, 0.0, 0.0

        def step(self, w, dw):
            self.t += 1
            self.m = self.beta1 * self.m + (1 - self.beta1) * dw
            self.v = self.beta2 * self.v + (1 - self.beta2) * (dw**2 if squares else abs(dw))
            m = self.m / (1 - self.beta1**self.t) if right_m else self.m
            v = self.v / (1 - self.beta2**self.t) if right_v else self.v
            below = np.sqrt(v + self.epsilon) if place == "inside" else (
                (np.sqrt(v) if root else v) + self.epsilon)
            if new_array:
                w = w - self.learning_rate * m / below
            else:
                w -= self.learning_rate * m / below
    return Wrong


def walk_of(answer, learning_rate, beta1, beta2, epsilon, w, gradients):
    optimizer, w, path = answer(learning_rate, beta1, beta2, epsilon), w.copy(), []
    for dw in gradients:
        optimizer.step(w, dw.copy())
        path.append(w.copy())
    return {"w after each step": path}


def adam_inputs(rng):
    return [(0.1, 0.5, 0.75, 0.01, np.array([1.0]), np.array([[2.0]])),
            (0.1, 0.5, 0.75, 0.01, np.array([1.0]), np.array([[2.0], [-1.0]])),
            (0.5, 0.9, 0.999, 1e-8, np.array([1.0, -1]), np.array([[3, 0.01]] * 3)),
            (0.01, 0.9, 0.99, 0.1, rng.normal(size=3).round(2), rng.normal(size=(9, 3)).round(2))]


ADAM = Exercise(
    title="Adam as a class",
    text="Write Adam so that it keeps its own memory. `step(w, dw)` changes the array `w` "
         "**in place** and returns nothing. With $t = 1$ at the first step:\n\n"
         "$$m := \\beta_1 m + (1-\\beta_1)\\,dw \\qquad v := \\beta_2 v + (1-\\beta_2)\\,dw^2 "
         "\\qquad w := w - \\gamma\\, \\frac{m / (1-\\beta_1^t)}"
         "{\\sqrt{v / (1-\\beta_2^t)} + \\varepsilon}$$\n\n"
         "The library's `Adam` has the same two methods, so yours can train a network with `fit`.",
    stub='''class MyAdam:
    def __init__(self, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate, self.epsilon = learning_rate, epsilon
        self.beta1, self.beta2 = beta1, beta2
        ...

    def step(self, w, dw):
        ...''',
    solution=Adam, inputs=adam_inputs, use=walk_of,
    mistakes=[
        Mistake("no correction", "m and v start at 0, so the first ones are too small. Divide "
                "them by 1 − βᵗ.", adam_with(right_m=False, right_v=False)),
        Mistake("m not corrected", "m is not divided by 1 − β₁ᵗ: the first steps are too short.",
                adam_with(right_m=False)),
        Mistake("v not corrected", "v is not divided by 1 − β₂ᵗ: the first steps are too long.",
                adam_with(right_v=False)),
        Mistake("t from 0", "t is 0 at the first step, and 1 − β⁰ is 0. Count the step first.",
                adam_with(late=1)),
        Mistake("ε inside", "ε stands under the root. Add it after: √v̂ + ε.",
                adam_with(place="inside")),
        Mistake("no root", "the root of v is missing. A mean square has the wrong size to divide "
                "a gradient by.", adam_with(root=False)),
        Mistake("no square", "v keeps the sizes of the gradients. It must keep their squares.",
                adam_with(squares=False)),
        Mistake("β swapped", "β₁ and β₂ are swapped: β₁ is m's, β₂ is v's.",
                adam_with(swap=True)),
        Mistake("a new array", "w stays as it was: `w = w - …` makes a new array that nobody "
                "outside sees. Use `w -= …`.", adam_with(new_array=True)),
    ],
    hints=["In `__init__`, set `self.t, self.m, self.v = 0, 0.0, 0.0`.",
           "In `step`, first count: `self.t += 1`. Then the new `self.m` and `self.v`.",
           "`m_hat = self.m / (1 - self.beta1**self.t)`, and `v_hat` likewise.",
           "`w -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)`"],
    minutes=15, difficulty=3, points=3,
)
