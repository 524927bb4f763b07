"""The tasks in the flow of lesson 01: a neuron, gates made of it, a circuit made of the gates."""

from itertools import product

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# The neuron ---------------------------------------------------------------------------------------
def neuron(x, w, b):
    z = np.dot(x, w) + b
    return 1 if z >= 0 else 0


def says(z):
    return int(z >= 0)


def neuron_inputs(rng):
    small = [([1], [2], -1), ([1], [2], -2), ([1], [2], -3), ([1], [-1], -2), ([1, 0], [-1, 3], 0),
             ([1, 1], [1, 1], -1.5), ([1, 1], [1, -2], 0.5), ([3, 1], [1, -2], -0.5),
             ([0, 0], [4, 4], -0.5), ([1, 0], [2, -2], -1), ([0, 1], [-2, 2], -1),
             ([2, 3, 1], [-1, 1, 2], -4)]
    return small + [([int(v) for v in rng.integers(-3, 4, n)],
                     [int(v) for v in rng.integers(-3, 4, n)], float(rng.integers(-3, 4)))
                    for n in (2, 3, 4)]


TASK_NEURON = Exercise(
    title="write the neuron",
    text="The function gets a list of inputs `x`, a list of weights `w` that is as long, and a "
         "number `b`. It returns 1 if the sum $z$ is at least 0, and otherwise 0.",
    stub='''def neuron(x, w, b):
    z = ...           # weigh the inputs, add them up, add the bias
    return ...        # 1 or 0''',
    solution=neuron, inputs=neuron_inputs,
    mistakes=[
        Mistake("no bias", "the bias is missing: z is the weighted sum plus b.",
                lambda x, w, b: says(np.dot(x, w))),
        Mistake("bias subtracted", "the bias is subtracted. It is added, and may be negative.",
                lambda x, w, b: says(np.dot(x, w) - b)),
        Mistake("strict", "at z = 0 the answer is 1: the neuron asks whether z is *at least* 0.",
                lambda x, w, b: int(np.dot(x, w) + b > 0)),
        Mistake("no threshold", "it returns the sum itself. The last step is missing: 1 if the sum "
                "is at least 0, else 0.", lambda x, w, b: np.dot(x, w) + b),
        Mistake("turned round", "the answers are inverted: a sum of 0 or more means 1.",
                lambda x, w, b: 1 - says(np.dot(x, w) + b)),
        Mistake("weights added", "the weights are added to the inputs. A weight multiplies its "
                "input.", lambda x, w, b: says(np.sum(np.add(x, w)) + b)),
        Mistake("bias in the sum", "the bias is added once for each input. Add it once, after the "
                "sum.", lambda x, w, b: says(np.dot(x, w) + len(x) * b)),
        Mistake("no sum", "the products are not added up, so there is an answer for each input. A "
                "neuron has one.", lambda x, w, b: [says(v) for v in np.multiply(x, w) + b]),
    ],
    hints=["`np.dot(x, w)` multiplies each input by its weight and adds the products up. "
           "(`x @ w` does the same, but only for arrays.)",
           "`z = np.dot(x, w) + b`", "`return 1 if z >= 0 else 0`"],
    minutes=4, difficulty=1, points=1, inline=True,
)


# Gates --------------------------------------------------------------------------------------------
def bits(count):
    rows = sorted(product([0, 1], repeat=count), key=sum)
    return lambda rng: [tuple(row) for row in rows]


TABLES = {  # answers at (0, 0), (0, 1), (1, 0), (1, 1)
    "AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "NOR": (1, 0, 0, 0),
    "XOR": (0, 1, 1, 0), "XNOR": (1, 0, 0, 1), "x": (0, 0, 1, 1), "y": (0, 1, 0, 1),
    "always": (1, 1, 1, 1), "never": (0, 0, 0, 0),
}


def table(name):
    return lambda x, y: TABLES[name][int(2 * x + y)]


def wrong(**messages):
    """A mistake for each gate that was made in place of the one that was asked for."""
    return [Mistake(name, message, table(name)) for name, message in messages.items()]


def AND(x, y):
    return neuron([x, y], [1, 1], -1.5)


def OR(x, y):
    return neuron([x, y], [1, 1], -0.5)


def NAND(x, y):
    return neuron([x, y], [-1, -1], 1.5)


def XOR(x, y):
    return AND(OR(x, y), NAND(x, y))


DEAF = "it listens to {} alone: the weight of the other input is too small to change anything."
TASK_AND = Exercise(
    title="your first gate",
    text="Use *your* neuron. Replace the dots with two weights and a bias, so that the answer is 1 "
         "if both `x` and `y` are 1. You found such numbers above, and there are many.",
    stub='''def AND(x, y):
    return neuron([x, y], [..., ...], ...)''',
    solution=AND, inputs=bits(2),
    mistakes=wrong(
        OR="this is OR: one input that is 1 is enough for it. Make the bias more negative.",
        NAND="this is NAND, the opposite. Turn all three signs.",
        always="it always says 1. At (0, 0) the sum is the bias alone, so the bias must be "
               "negative.",
        never="it never says 1. At (1, 1) the two weights together must outweigh the bias.",
        NOR="it says 1 only if both inputs are 0. Each input that is 1 should speak *for* a yes.",
        x=DEAF.format("x"), y=DEAF.format("y")),
    hints=["At (1, 1) the sum is w₁ + w₂ + b, and it must be at least 0.",
           "At (1, 0) and (0, 1) it must be below 0: with both weights 1, b is between −2 and −1."],
    minutes=2, difficulty=1, points=1, inline=True,
)
TASK_OR = Exercise(
    title="OR",
    text="The answer is 1 if at least one of the two is 1. What has to change in your AND?",
    stub='''def OR(x, y):
    return neuron([x, y], [..., ...], ...)''',
    solution=OR, inputs=bits(2),
    mistakes=wrong(
        AND="this is AND: it wants both. Make the bias less negative, so that one is enough.",
        NOR="this is NOR, the opposite. Turn all three signs.",
        NAND="this is NAND: it is wrong at (0, 0) and at (1, 1). Both weights must be positive.",
        always="it always says 1, also to two zeros. The bias must be negative.",
        never="it never says 1. A single weight must outweigh the bias.",
        x=DEAF.format("x"), y=DEAF.format("y")),
    hints=["At (0, 0) the sum is the bias alone, and the answer must be 0.",
           "At (1, 0) the sum is w₁ + b, and it must be at least 0."],
    minutes=2, difficulty=1, points=1, inline=True,
)
TASK_NAND = Exercise(
    title="NAND",
    text="NAND means *not and*: the answer is 0 if both are 1, and 1 otherwise.",
    stub='''def NAND(x, y):
    return neuron([x, y], [..., ...], ...)''',
    solution=NAND, inputs=bits(2),
    mistakes=wrong(
        AND="this is AND, the opposite. Turn all three signs.",
        NOR="this is NOR: a single 1 already makes it say 0. Raise the bias, so that it takes two.",
        OR="this is OR: it is wrong at (0, 0) and at (1, 1). Both weights must be negative.",
        always="it always says 1. Two ones together must push the sum below 0.",
        never="it never says 1. At (0, 0) the sum is the bias alone, so the bias must be "
              "positive."),
    hints=["Each 1 has to speak *against* a yes: negative weights, and a positive bias.",
           "One of them may not be enough, two must be: with both weights −1, b is from 1 to "
           "below 2."],
    minutes=2, difficulty=1, points=1, inline=True,
)
TASK_XOR = Exercise(
    title="XOR from three neurons",
    text="Combine gates that you have written, and no new weights. The answer is 1 if exactly one "
         "of `x` and `y` is 1.",
    stub='''def XOR(x, y):
    first = ...          # what the first hidden neuron says
    second = ...         # what the second one says
    return ...           # what the output neuron makes of the two''',
    solution=XOR, inputs=bits(2),
    mistakes=wrong(
        OR="this is OR: it also says 1 to two ones. The second hidden neuron has to object there.",
        NAND="this is NAND: it also says 1 to two zeros. The first hidden neuron has to object "
             "there.",
        XNOR="this is the opposite: 1 if both are equal.",
        always="it always says 1. If each hidden neuron is right about what it rejects, the "
               "output should say yes only if *both* do.",
        never="it never says 1. Try the two hidden neurons one at a time: which corners does each "
              "of them accept?",
        AND="this is AND. XOR is 0 at two ones."),
    hints=["XOR is “at least one, but not both”. Which gate is which half of that?",
           "`first = OR(x, y)` and `second = NAND(x, y)`. Both must be true."],
    minutes=4, difficulty=2, points=2, inline=True,
)


# The circuit --------------------------------------------------------------------------------------
def half_adder(x, y):
    return XOR(x, y), AND(x, y)


def full_adder(x, y, carry_in):
    partial, first = half_adder(x, y)
    total, second = half_adder(partial, carry_in)
    carry = OR(first, second)
    return total, carry


TASK_ADDER = Exercise(
    title="three bits in, two bits out",
    text="Two of your half adders and one gate are enough. The first half adder adds `x` and `y`, "
         "the second one adds the carry from the place before.",
    stub='''def full_adder(x, y, carry_in):
    partial, first = half_adder(x, y)
    total, second = ..., ...         # add carry_in to partial
    carry = ...                      # from first and second
    return total, carry''',
    solution=full_adder, inputs=bits(3),
    mistakes=[
        Mistake("carry in is lost", "the carry that comes in is not added: the second half adder "
                "takes partial and carry_in.", lambda x, y, c: half_adder(x, y)),
        Mistake("and of the carries", "the two carries go through AND. They are never both 1; one "
                "of them is enough.", lambda x, y, c: (full_adder(x, y, c)[0], 0)),
        Mistake("first carry only", "the second carry is forgotten: 1 + 0 with a carry of 1 is two,"
                " and must carry.", lambda x, y, c: (full_adder(x, y, c)[0], AND(x, y))),
        Mistake("second carry only", "the first carry is forgotten: 1 + 1 must carry, whatever "
                "comes in.", lambda x, y, c: (full_adder(x, y, c)[0], AND(XOR(x, y), c))),
        Mistake("swapped", "total and carry are swapped.",
                lambda x, y, c: full_adder(x, y, c)[::-1]),
        Mistake("decimal", "total is the whole sum. A bit is only 0 or 1: what is more than 1 goes "
                "into the carry.", lambda x, y, c: (x + y + c, full_adder(x, y, c)[1])),
        Mistake("total is partial", "total is the sum of x and y alone; carry_in must be added to "
                "it.", lambda x, y, c: (XOR(x, y), full_adder(x, y, c)[1])),
    ],
    hints=["`total, second = half_adder(partial, carry_in)`",
           "There is a carry if the first half adder carried, or the second one did."],
    minutes=4, difficulty=2, points=2, inline=True,
)


# Numbers on one scale -----------------------------------------------------------------------------
def standardise(x, train):
    return (x - np.mean(train)) / np.std(train)


def columns(rng):
    train = np.array([1.0, 2, 6])
    small = [(np.array([3.0]), train), (train.copy(), train.copy())]
    return small + [(rng.normal(40, 10, size=m), rng.normal(50, 20, size=n))
                    for m, n in ((3, 5), (5, 20))]


TASK_STANDARDISE = Exercise(
    title="standardise a column",
    text="`x` holds values of one input, for example the areas of some houses, and `train` holds "
         "that input for the training set. Subtract the mean of the training set from `x`, and "
         "divide by its standard deviation (`np.std`).",
    stub='''def standardise(x, train):
    return ...''',
    solution=standardise, inputs=columns,
    mistakes=[
        Mistake("its own mean", "the mean is that of x. It must be that of the training set, or "
                "the same house would get another number in each table.",
                lambda x, train: (x - np.mean(x)) / np.std(train)),
        Mistake("its own", "mean and standard deviation are those of x; both must come from train.",
                lambda x, train: (x - np.mean(x)) / (np.std(x) + 1e-300)),
        Mistake("no division", "the division by the standard deviation is missing.",
                lambda x, train: x - np.mean(train)),
        Mistake("variance", "it divides by the variance. The standard deviation is its square "
                "root, `np.std`.", lambda x, train: (x - np.mean(train)) / np.var(train)),
        Mistake("no mean", "the mean is not subtracted.", lambda x, train: x / np.std(train)),
        Mistake("brackets", "only the mean is divided: put brackets around the subtraction.",
                lambda x, train: x - np.mean(train) / np.std(train)),
        Mistake("sign", "the sign is flipped: what is above the average must be positive.",
                lambda x, train: (np.mean(train) - x) / np.std(train)),
        Mistake("n minus 1", "np.std divides by n; yours divides by n − 1. Both are in use, and "
                "here it is `np.std(train)`.",
                lambda x, train: (x - np.mean(train)) / np.std(train, ddof=1)),
    ],
    hints=["`np.mean(train)` and `np.std(train)` are two numbers.",
           "Brackets first: `(x - …) / …`"],
    minutes=3, difficulty=1, points=1, inline=True,
)

TASKS = [TASK_NEURON, TASK_AND, TASK_OR, TASK_NAND, TASK_XOR, TASK_ADDER, TASK_STANDARDISE]
