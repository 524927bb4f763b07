"""The exercises of lesson 10: a gradient from parts, a round of local steps, what waiting costs."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_10.exercises_waiting import FASTER, WAITING

LESSON = "10 Scaling out"


# The gradient of the whole ------------------------------------------------------------------------
def whole_gradient(gradients, rows):
    return sum(n * g for n, g in zip(rows, gradients, strict=True)) / sum(rows)


def parts(rng, k, n_weights=3):
    return rng.normal(size=(k, n_weights)).round(2), rng.integers(1, 90, size=k)


def whole_inputs(rng):
    return [(np.array([[1.0], [4.0]]), np.array([2, 1])),
            (np.array([[2.0, 0.0], [0.0, 8.0]]), np.array([1, 3])),
            parts(rng, 3), parts(rng, 5), parts(rng, 1)]


WHOLE = Exercise(
    title="The gradient of the whole",
    text="Each part of the table has sent two things: the **mean** gradient over its rows, and how "
         "many rows it has. `gradients` is (parts, weights) and `rows` is (parts,). Return the "
         "mean gradient over all rows of all parts, (weights,).",
    stub='''def whole_gradient(gradients, rows):
    return ...''',
    solution=whole_gradient, inputs=whole_inputs,
    mistakes=[
        Mistake("plain mean", "this is the plain mean of the parts' gradients. A part with few "
                "rows then counts as much as a part with many. Weight each gradient by its rows.",
                lambda g, n: np.mean(g, axis=0)),
        Mistake("sum", "this is the sum over all rows. Divide by the number of all rows to get "
                "the mean.", lambda g, n: n @ g),
        Mistake("divided by the parts", "the weights are right, but the sum is divided by the "
                "number of parts. Divide by the number of rows.", lambda g, n: n @ g / len(n)),
        Mistake("unweighted sum", "the gradients are added as they are. Multiply each one by its "
                "number of rows first, which turns a mean back into a sum.",
                lambda g, n: g.sum(axis=0)),
        Mistake("sum over all rows of unweighted", "the gradients are added without weights, and "
                "divided by the rows. Multiply each one by its number of rows first.",
                lambda g, n: g.sum(axis=0) / n.sum()),
        Mistake("small parts count most", "small parts count most here: each gradient is divided "
                "by its rows. Multiply by them.",
                lambda g, n: (g / n[:, None]).sum(axis=0) / (1 / n).sum()),
        Mistake("root", "the weights are square roots of the rows. The number of rows itself is "
                "the weight.", lambda g, n: np.sqrt(n) @ g / np.sqrt(n).sum()),
    ],
    hints=["A mean times its number of rows is a sum. The sums may be added.",
           "With two parts: (rows[0] * gradients[0] + rows[1] * gradients[1]) / (rows[0] + "
           "rows[1]).", "`rows @ gradients` adds up all parts at once."],
    minutes=5, difficulty=1, points=1, inline=True,
)


# A round of local SGD -----------------------------------------------------------------------------
def local_round(w, slopes, rows, rate, steps):
    replicas = []
    for slope in slopes:
        own = w.copy()
        for _ in range(steps):
            own = own - rate * slope(own)
        replicas.append(own)
    return rows @ np.array(replicas) / rows.sum()


def wrong_round(serial=False, average_gradients=False, weighted=True, steps_less=0, up=False,
                first_slope=False):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(w, slopes, rows, rate, steps):
        weights = rows if weighted else np.ones(len(rows))
        replicas, own = [], w.copy()
        if average_gradients:
            for _ in range(steps):
                g = weights @ np.array([slope(own) for slope in slopes]) / weights.sum()
                own = own - rate * g
            return own
        for slope in slopes:
            own = own if serial else w.copy()
            g = slope(own)
            for _ in range(steps - steps_less):
                own = own - (-rate if up else rate) * (g if first_slope else slope(own))
            replicas.append(own)
        if serial:
            return own
        return weights @ np.array(replicas) / weights.sum()
    return wrong


class Bowl:
    """The slope of ½ c (w − centre)²; its text is what an error message shows."""

    def __init__(self, centre, c):
        self.centre, self.c = np.asarray(centre, float), c

    def __call__(self, w):
        return self.c * (w - self.centre)

    def __repr__(self):
        return f"lambda w: {self.c} * (w - {self.centre.tolist()})"


def round_inputs(rng):
    two = [Bowl([0.0], 1.0), Bowl([4.0], 3.0)]
    checks = [(np.array([2.0]), two, np.array([1, 1]), 0.1, 1),
              (np.array([2.0]), two, np.array([3, 1]), 0.1, 2)]
    for k, steps in ((2, 5), (3, 4)):
        bowls = [Bowl(rng.normal(size=2).round(1), c) for c in rng.uniform(0.5, 3, k).round(1)]
        checks.append((rng.normal(size=2).round(1), bowls, rng.integers(1, 9, k), 0.2, steps))
    return checks


ROUND = Exercise(
    title="A round of local SGD",
    text="One round: every part starts from the shared parameters `w` (weights,), takes `steps` "
         "steps of gradient descent **of its own**, and then all meet at their mean, weighted by "
         "`rows` (parts,). `slopes` is a list of functions, one for each part: `slopes[k](w)` is "
         "the gradient of part k at w. `rate` is the learning rate. Return the parameters where "
         "they meet, and leave `w` as it was.",
    stub='''def local_round(w, slopes, rows, rate, steps):
    replicas = []
    for slope in slopes:
        own = w.copy()
        ...                  # `steps` steps of this part
        replicas.append(own)
    return ...''',
    solution=local_round, inputs=round_inputs,
    mistakes=[
        Mistake("one after the other", "each part goes on where the part before it ended. All of "
                "them start from the same `w`.", wrong_round(serial=True)),
        Mistake("averaged gradients", "here the gradients are averaged at every step, which is "
                "synchronous SGD. In a local round nobody talks until all steps are taken.",
                wrong_round(average_gradients=True)),
        Mistake("unweighted", "the replicas are averaged without weights. A part with more rows "
                "counts more.", wrong_round(weighted=False)),
        Mistake("one step", "it takes one step less than asked.", wrong_round(steps_less=1)),
        Mistake("uphill", "it walks uphill. The step is −rate times the gradient.",
                wrong_round(up=True)),
        Mistake("the first slope", "every step uses the gradient at the start. Ask for the "
                "gradient again where the replica stands now.", wrong_round(first_slope=True)),
    ],
    hints=["The inner loop is the one of lesson 04: `own = own - rate * slope(own)`.",
           "The mean at the end is the one of the exercise before, of parameters in place of "
           "gradients."],
    minutes=8, difficulty=2, points=2, inline=True,
)


# One order for all --------------------------------------------------------------------------------
def rows_of_worker(n, workers, worker, seed, epoch):
    order = np.random.default_rng([seed, epoch]).permutation(n)
    return order[worker::workers]


def cut(start, step=True, seeds=lambda seed, epoch, worker: [seed, epoch]):
    def wrong(n, workers, worker, seed, epoch):
        order = np.random.default_rng(seeds(seed, epoch, worker)).permutation(n)
        return start(order, n, workers, worker)
    return wrong


def every(order, n, workers, worker):
    return order[worker::workers]


def order_inputs(rng):
    return [(4, 2, 0, 0, 0), (4, 2, 1, 0, 0), (5, 2, 0, 3, 1), (12, 3, 2, 7, 4), (11, 4, 1, 1, 2),
            (6, 1, 0, 5, 9)]


ORDER = Exercise(
    title="One shuffle, many workers",
    text="In each epoch the n rows are shuffled and dealt out like cards: worker 0 gets the first "
         "row of the shuffled order, worker 1 the second, and so on, round and round. No worker "
         "knows what the others do, and still each row must be used exactly once. The shuffled "
         "order of an epoch is `np.random.default_rng([seed, epoch]).permutation(n)`. Return the "
         "row numbers of worker `worker` of `workers`.",
    stub='''def rows_of_worker(n, workers, worker, seed, epoch):
    return ...''',
    solution=rows_of_worker, inputs=order_inputs,
    mistakes=[
        Mistake("own shuffle", "each worker shuffles in its own way, so that some rows are used "
                "twice and others never. The seed must be the same for all workers.",
                cut(every, seeds=lambda seed, epoch, worker: [seed, epoch, worker])),
        Mistake("same in each epoch", "the order is the same in every epoch. Use `[seed, epoch]` "
                "as the seed.", cut(every, seeds=lambda seed, epoch, worker: seed)),
        Mistake("not shuffled", "the rows are dealt out without a shuffle.",
                lambda n, workers, worker, seed, epoch: np.arange(n)[worker::workers]),
        Mistake("in blocks", "these are blocks, one after the other. Cards are dealt round and "
                "round: every `workers`-th row of the order.",
                cut(lambda order, n, workers, worker:
                    np.array_split(order, workers)[worker])),
        Mistake("rows left over", "the rows left over at the end are dropped. Deal them out too.",
                cut(lambda order, n, workers, worker:
                    order[:n // workers * workers][worker::workers])),
        Mistake("all rows", "every worker gets all the rows, and does all the work.",
                cut(lambda order, n, workers, worker: order)),
        Mistake("the seeds swapped", "the seed is `[epoch, seed]`. It is `[seed, epoch]`.",
                cut(every, seeds=lambda seed, epoch, worker: [epoch, seed])),
    ],
    hints=["Make the whole shuffled order first, the same one that every worker makes.",
           "A slice with a step takes every k-th element: `order[start::k]`."],
    minutes=6, difficulty=2, points=2,
)


# Adam after the messages --------------------------------------------------------------------------
def whole_moments(m, v, gradients, rows, beta1, beta2):
    g = rows @ gradients / rows.sum()
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return m, v


def wrong_moments(squares=False, weighted=True, swapped=False, new=True, root=False):
    def wrong(m, v, gradients, rows, beta1, beta2):
        weights = rows if weighted else np.ones(len(rows))
        g = weights @ gradients / weights.sum()
        square = weights @ gradients**2 / weights.sum() if squares else np.abs(g) if root else g**2
        if swapped:
            beta1, beta2 = beta2, beta1
        if not new:
            return (1 - beta1) * g, (1 - beta2) * square
        return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * square
    return wrong


def moments_inputs(rng):
    checks = [(np.array([0.0]), np.array([0.0]), np.array([[3.0], [-3.0]]), np.array([1, 1]),
               0.9, 0.99)]
    for k, n in ((2, 2), (3, 4), (4, 3)):
        checks.append((rng.normal(size=n).round(2), rng.uniform(size=n).round(2),
                       rng.normal(size=(k, n)).round(2), rng.integers(1, 60, k), 0.9, 0.99))
    return checks


MOMENTS = Exercise(
    title="Adam, synchronously",
    text="Adam remembers the mean `m` of the gradients and the mean `v` of their squares (lesson "
         "04). Now the gradient comes in parts: `gradients` (parts, weights) are the parts' mean "
         "gradients, `rows` (parts,) their rows. Return the new m and v, **exactly those of one "
         "computer** that sees all rows.",
    stub='''def whole_moments(m, v, gradients, rows, beta1, beta2):
    ...
    return m, v''',
    solution=whole_moments, inputs=moments_inputs,
    mistakes=[
        Mistake("mean of the squares", "v is made of the mean of the parts' squares. Two parts "
                "that pull in opposite directions then look like a large gradient, where one "
                "computer sees none. First the mean gradient, then its square.",
                wrong_moments(squares=True)),
        Mistake("unweighted", "the parts' gradients are averaged without weights. Weight them by "
                "their rows.", wrong_moments(weighted=False)),
        Mistake("betas swapped", "beta1 and beta2 have changed places.",
                wrong_moments(swapped=True)),
        Mistake("nothing remembered", "the old m and v are forgotten.", wrong_moments(new=False)),
        Mistake("not squared", "v is made of |g|. It is the mean of g².", wrong_moments(root=True)),
    ],
    hints=["The first line is the exercise *The gradient of the whole*.",
           "After that it is Adam as in lesson 04, with this one gradient."],
    minutes=6, difficulty=2, points=2,
)

EXERCISES = [WHOLE, FASTER, ROUND, ORDER, WAITING, MOMENTS]
