"""The exercises of lesson 05 on one number at a time: a circuit, and a number that remembers."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake, NotAttempted, Refused
from course_lib.exercise.values import show
from course_lib.lessons.lesson_05.value import Value, as_value, in_order
from course_lib.lessons.lesson_05.value import backward as our_backward


# A small circuit ----------------------------------------------------------------------------------
def circuit_slopes(w, x, b, y):
    e = w * x + b - y
    return e * x, e * w, e


def circuit_inputs(rng):
    return [(2.0, 3.0, 1.0, 4.0), (-1.0, 2.0, 0.5, 3.0)] + [
        tuple(float(v) for v in rng.normal(size=4).round(2)) for _ in range(4)]


def circuit_with(slopes):
    """`slopes(the right error e, w, x)`."""
    return lambda w, x, b, y: slopes(w * x + b - y, w, x)


CIRCUIT = Exercise(
    inline=True, title="The circuit for any numbers",
    text="Write the slopes of the circuit, $C = \\frac12 (w x + b - y)^2$, for any four numbers. "
         "For the numbers above your function has to return 9, 6 and 3.",
    stub='''def circuit_slopes(w, x, b, y):
    z = w * x + b
    e = z - y
    dz = ...            # the slope of C for z
    dw, dx, db = ..., ..., ...
    return dw, dx, db''',
    solution=circuit_slopes, inputs=circuit_inputs,
    mistakes=[
        Mistake("local only", "these are the slopes of z for w, x and b. To get to C each is "
                "multiplied by the slope of C for z.", circuit_with(lambda e, w, x: (x, w, 1.0))),
        Mistake("own factor", "each factor got itself. A product gives to each factor the "
                "*other* one: dw has x in it, and dx has w.",
                circuit_with(lambda e, w, x: (e * w, e * x, e))),
        Mistake("sign", "the signs are the wrong way round: e is z − y, so its slope for z is +1.",
                circuit_with(lambda e, w, x: (-e * x, -e * w, -e))),
        Mistake("twice", "everything is twice as large as it should be: the ½ of C takes away the "
                "2 of the square.", circuit_with(lambda e, w, x: (2 * e * x, 2 * e * w, 2 * e))),
        Mistake("cost itself", "the chain starts with C itself, ½e². It starts with the slope of C "
                "for e, which is e.",
                circuit_with(lambda e, w, x: tuple(e**2 / 2 * v for v in (x, w, 1)))),
        Mistake("b like w", "b was not multiplied by anything on the way forward, so nothing "
                "multiplies its slope: db = dz.",
                circuit_with(lambda e, w, x: (e * x, e * w, e * x))),
        Mistake("added", "the slopes along the path are added. They are multiplied.",
                circuit_with(lambda e, w, x: (e + x, e + w, e + 1))),
    ],
    hints=["The slope of C for e is e, and that of e for z is 1, so `dz = e`.",
           "z = w · x + b: its slope for w is x, for x it is w, and for b it is 1.",
           "Multiply each of them by dz."],
    minutes=3, difficulty=1, points=1,
)


# Used twice ---------------------------------------------------------------------------------------
def used_twice(u, v):
    return v, (u + v) + v


def twice_inputs(rng):
    return [(1.0, 3.0), (2.5, -1.0)] + [
        tuple(float(n) for n in rng.normal(size=2).round(2)) for _ in range(4)]


TWICE = Exercise(
    inline=True, title="A number that is used twice",
    text="Here is a circuit in which $v$ is used twice: $s = u + v$ and $C = s\\cdot v$. Return "
         "the slopes of $C$ for $u$ and for $v$.",
    stub='''def used_twice(u, v):
    s = u + v
    ds = ...
    du = ...
    dv = ...
    return du, dv''',
    solution=used_twice, inputs=twice_inputs,
    mistakes=[
        Mistake("product only", "only the path from v straight into the product is there. v also "
                "reaches C through the sum.", lambda u, v: (v, u + v)),
        Mistake("sum only", "only the path of v through the sum is there. v is also a factor of "
                "the product itself.", lambda u, v: (v, v)),
        Mistake("multiplied", "the two paths of v are multiplied. Slopes multiply *along* a path, "
                "and different paths are added.", lambda u, v: (v, (u + v) * v)),
        Mistake("exchanged", "du and dv are swapped.", lambda u, v: (u + 2 * v, v)),
        Mistake("own factor", "ds is s. The product s · v gives to s the other factor, v.",
                lambda u, v: (u + v, 2 * (u + v))),
        Mistake("no product", "the slope of the product is missing: C = s · v changes v times as "
                "fast as s does.", lambda u, v: (1.0, 1 + u + v)),
    ],
    hints=["C = s · v, so `ds = v`, and the product gives s to v directly.",
           "The sum gives ds unchanged to u and to v.", "v has two paths: add what arrives."],
    minutes=3, difficulty=1, points=1,
)


# A number that remembers --------------------------------------------------------------------------
def read_value(answer, a, b):
    """What a + b and a × b are, and the slope that they noted for each of the two."""
    x, y = answer(a), answer(b)
    found = {}
    for sign, made in (("+", x + y), ("×", x * y)):
        if made is Ellipsis:
            raise NotAttempted
        if not hasattr(made, "data") or not hasattr(made, "notes"):
            raise Refused(f"a {sign} b gave {show(made)}; expected a new Value with its notes.")
        try:
            pairs = [(origin, slope) for origin, slope in made.notes]
        except (TypeError, ValueError):
            raise Refused(f"the notes of a {sign} b are {show(made.notes)}; expected a list of "
                          "pairs (origin, slope).") from None
        if not all(any(origin is one for one in (x, y)) for origin, _ in pairs):
            raise Refused(f"the notes of a {sign} b name something that is neither a nor b. The "
                          "first of each pair is the Value itself: (self, …) and (other, …).")
        if any(slope is Ellipsis for _, slope in pairs):
            raise NotAttempted
        found[f"a {sign} b"] = made.data
        found[f"slopes of a {sign} b"] = [sum(s for o, s in pairs if o is one) for one in (x, y)]
    return found


def value_with(*, product=lambda a, b: a * b, add=lambda a, b: (1, 1), mul=lambda a, b: (b, a)):
    """A Value with another product, or other slopes in its notes."""
    class Wrong(Value):
        def __add__(self, other):
            return Wrong(self.data + other.data,
                         list(zip((self, other), add(self.data, other.data), strict=False)))

        def __mul__(self, other):
            return Wrong(product(self.data, other.data),
                         list(zip((self, other), mul(self.data, other.data), strict=False)))
    return Wrong


def value_inputs(rng):
    return [(2.0, 3.0), (1.5, -2.5)] + [
        tuple(float(v) for v in rng.normal(size=2).round(2)) for _ in range(4)]


class SumAndProduct:  # only what the student writes here; `hint` shows it
    def __init__(self, data, notes=()):
        self.data, self.notes, self.gradient = data, notes, 0.0

    def __add__(self, other):
        return type(self)(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        return type(self)(self.data * other.data, [(self, other.data), (other, self.data)])


VALUE = Exercise(
    inline=True, title="A number that remembers",
    text="Python calls `a.__add__(b)` when it reads `a + b`, and `a.__mul__(b)` for `a * b`. The "
         "sum is done. Write the product, and its two notes: what is the slope of $a\\cdot b$ for "
         "$a$, and what is it for $b$?",
    stub='''class Value:
    def __init__(self, data, notes=()):
        self.data, self.notes, self.gradient = data, notes, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        return Value(..., [(self, ...), (other, ...)])''',
    solution=SumAndProduct, inputs=value_inputs, use=read_value,
    mistakes=[
        Mistake("own factor", "each factor noted itself as its slope. If a grows by 1, then a · b "
                "grows by b: the slope is the *other* factor.",
                value_with(mul=lambda a, b: (a, b))),
        Mistake("ones", "the notes of the product say 1, as for a sum. If a grows by 1, then a · b "
                "grows by b.", value_with(mul=lambda a, b: (1, 1))),
        Mistake("product as slope", "the notes of the product hold the product itself. The slope "
                "for a is how much a · b grows when a grows by 1: that is b.",
                value_with(mul=lambda a, b: (a * b, a * b))),
        Mistake("one note", "the product has a note for a only. It was made of two numbers, and "
                "both want their slope.", value_with(mul=lambda a, b: (b,))),
        Mistake("sum", "a * b gives the sum of the two.",
                value_with(product=lambda a, b: a + b)),
        Mistake("sum's slopes", "the slopes of the sum were changed: if a grows by 1, then a + b "
                "grows by 1 too.", value_with(add=lambda a, b: (b, a))),
    ],
    hints=["The number is `self.data * other.data`.",
           "If a grows by 1, a · b grows by b: the note for `self` holds `other.data`."],
    minutes=4, difficulty=1, points=1,
)


# Going back ---------------------------------------------------------------------------------------
def backward(C):
    order = in_order(C)
    for value in order:
        value.gradient = 0.0
    C.gradient = 1.0
    for value in reversed(order):
        for origin, slope in value.notes:
            origin.gradient += slope * value.gradient


def go_back(answer, inputs, steps, calls):
    """Build the numbers, go back from the last of them, and read the gradient of each."""
    values = [Value(float(number)) for number in inputs]
    for sign, i, j in steps:
        values.append(values[i] + values[j] if sign == "+" else values[i] * values[j])
    for _ in range(calls):
        answer(values[-1])
    return [value.gradient for value in values]


def back_with(*, zero=True, first=1.0, forwards=False, adds=True,
              share=lambda slope, gradient: slope * gradient):
    """The way back with one thing wrong."""
    def wrong(C):
        order = in_order(C)
        for value in order if zero else ():
            value.gradient = 0.0
        C.gradient = C.data if first == "value" else first
        for value in order if forwards else reversed(order):
            for origin, slope in value.notes:
                gradient = share(slope, value.gradient)
                origin.gradient = (origin.gradient if adds else 0) + gradient
    return wrong


def back_inputs(rng):
    checks = [(np.array([2.0, 3]), [("+", 0, 1)], 1), (np.array([2.0, 3]), [("*", 0, 1)], 1),
              (np.array([2.0, 3, 5]), [("*", 0, 1), ("*", 3, 2)], 1),
              (np.array([2.0, 3]), [("+", 0, 1), ("*", 2, 1)], 1),
              (np.array([2.0, 3, 5]), [("*", 0, 1), ("*", 3, 2)], 2)]
    for n in (3, 4):
        steps = [("+*"[rng.integers(2)], int(rng.integers(k)), int(rng.integers(k)))
                 for k in range(n, n + 4)]
        steps += [("*", n + 3, 0), ("*", n + 4, n + 3)]
        checks.append((rng.uniform(0.5, 1.5, size=n).round(2), steps, 1))
    return checks


BACKWARD = Exercise(
    inline=True, title="Going back",
    text="`in_order(C)` lists C and everything that it was made of, and each number stands behind "
         "those that it was made of. Go through it from the last to the first, and let each number "
         "hand its gradient on: every origin in its notes gets slope × gradient. A second call "
         "must give the same gradients as the first. (In the examples below, `steps` says how the "
         "numbers were made: `(\"*\", 0, 1)` is number 0 × number 1.)",
    stub='''def backward(C):
    order = in_order(C)
    for value in order:
        value.gradient = ...
    C.gradient = ...
    for value in reversed(order):
        for origin, slope in value.notes:
            ...''',
    solution=backward, inputs=back_inputs, use=go_back,
    mistakes=[
        Mistake("no start", "nothing comes back, because it starts with 0. If C grows by 1, then C "
                "grows by 1: its own gradient is 1.", back_with(first=0.0)),
        Mistake("starts with the value", "it starts with C itself. The slope of C for C is 1.",
                back_with(first="value")),
        Mistake("forwards", "it goes through the numbers forwards. A gradient must be complete "
                "before it is handed on: start with the last.", back_with(forwards=True)),
        Mistake("set, not added", "a number that is used twice keeps what came along one path "
                "only. Where paths meet, gradients add: `+=`.", back_with(adds=False)),
        Mistake("not cleared", "the second call adds to what the first one left. Set every "
                "gradient to 0 first.", back_with(zero=False)),
        Mistake("slope only", "the slope is handed on without the gradient of the number itself. "
                "Along a path, slopes multiply.", back_with(share=lambda slope, g: slope)),
        Mistake("gradient only", "the gradient is handed on unchanged. It is multiplied by the "
                "slope in the note.", back_with(share=lambda slope, g: g)),
    ],
    hints=["First set all gradients to 0.0, then that of C to 1.0.",
           "Each origin gets `slope * value.gradient`.",
           "A number may be an origin several times, so add: `origin.gradient += …`."],
    minutes=6, difficulty=2, points=2,
)


# All the operators --------------------------------------------------------------------------------
class Number(Value):
    def __add__(self, other):
        other = as_value(other)
        return Number(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        other = as_value(other)
        return Number(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + -1 * other

    def __rsub__(self, other):
        return other + -1 * self

    def __pow__(self, n):
        return Number(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        a = np.tanh(self.data)
        return Number(a, [(self, 1 - a**2)])


OPERATIONS = {
    "a + 2": lambda a, b, n: a + 2, "2 + a": lambda a, b, n: 2 + a,
    "3 * a": lambda a, b, n: 3 * a, "a * 3": lambda a, b, n: a * 3,
    "a - b": lambda a, b, n: a - b, "a - 2": lambda a, b, n: a - 2, "2 - a": lambda a, b, n: 2 - a,
    "a ** n": lambda a, b, n: a**n, "a.tanh()": lambda a, b, n: a.tanh()}


def use_number(answer, a, b, n):
    """For each operation: the result, and its slopes for a and for b."""
    found = {}
    for name, operation in OPERATIONS.items():
        x, y = answer(a), answer(b)
        try:
            made = operation(x, y, n)
        except (AttributeError, TypeError) as error:
            if "ellipsis" in str(error):
                raise NotAttempted from None
            raise Refused(f"{name} does not work yet: {error}") from None
        if made is Ellipsis:
            raise NotAttempted
        if not hasattr(made, "notes"):
            raise Refused(f"{name} gave {show(made)}; expected a Number.")
        our_backward(made)
        found[name] = made.data
        found[f"slopes of {name}"] = [x.gradient, y.gradient]
    return found


def number_with(*, sub=None, rsub=None, power=None, tanh=None):
    """A Number of which one operation is another: each gives (data, slopes)."""
    class Wrong(Number):
        def __add__(self, other):
            other = as_value(other)
            return Wrong(self.data + other.data, [(self, 1), (other, 1)])

        def __mul__(self, other):
            other = as_value(other)
            return Wrong(self.data * other.data, [(self, other.data), (other, self.data)])

        __radd__, __rmul__ = __add__, __mul__

        def __sub__(self, other):
            return sub(self, as_value(other)) if sub else Number.__sub__(self, other)

        def __rsub__(self, other):
            return rsub(self, other) if rsub else Number.__rsub__(self, other)

        def __pow__(self, n):
            return (Wrong(self.data**n, [(self, power(self.data, n))]) if power else
                    Number.__pow__(self, n))

        def tanh(self):
            a = np.tanh(self.data)
            return Wrong(a, [(self, tanh(self.data, a) if tanh else 1 - a**2)])
    return Wrong


def number_inputs(rng):
    return [(0.5, 2.0, 3), (-1.2, 0.7, 2)] + [
        (*(float(v) for v in rng.uniform(0.3, 1.8, size=2).round(2)), n) for n in (3, 4, -1)]


NUMBER = Exercise(
    inline=True, title="All the operators",
    text="`Number` is a `Value` that gets along with constants, so that `2 * a`, `a - 1` and "
         "`a ** 2` work. Python calls `a.__rsub__(2)` for `2 - a`. A minus needs no slopes of its "
         "own, because $a - b = a + (-1)\\cdot b$. For $a^n$ ($n$ is a constant) and for "
         "$\\tanh(a)$, whose slope is $1 - \\tanh^2(a)$, write the number and the note.",
    stub='''class Number(Value):
    def __add__(self, other):
        other = other if isinstance(other, Value) else Number(other)
        return Number(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Number(other)
        return Number(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__   # 2 + a and 2 * a

    def __sub__(self, other):               # a - b and a - 2
        return ...

    def __rsub__(self, other):              # 2 - a
        return ...

    def __pow__(self, n):
        return ...

    def tanh(self):
        return ...''',
    solution=Number, inputs=number_inputs, use=use_number,
    mistakes=[
        Mistake("minus like plus", "a − b gives the right number, but its notes are those of a "
                "sum. If b grows by 1, then a − b *falls* by 1.",
                number_with(sub=lambda a, b: Number(a.data - b.data, [(a, 1), (b, 1)]))),
        Mistake("rsub", "2 − a gives a − 2. In `__rsub__` the number on the left is `other`.",
                number_with(rsub=lambda a, other: a + -1 * other)),
        Mistake("power without n", "the slope of aⁿ lacks the factor n: it is n · aⁿ⁻¹.",
                number_with(power=lambda a, n: a ** (n - 1))),
        Mistake("same power", "the slope of aⁿ keeps the exponent n. It is one lower: n · aⁿ⁻¹.",
                number_with(power=lambda a, n: n * a**n)),
        Mistake("slope of z", "the slope of tanh is taken from its input. It is 1 − t², where t is "
                "the *result* of tanh.", number_with(tanh=lambda z, a: 1 - z**2)),
        Mistake("sigmoid", "t(1 − t) is the slope of the sigmoid. That of tanh is 1 − t².",
                number_with(tanh=lambda z, a: a * (1 - a))),
        Mistake("tanh one", "the note of tanh says 1. Its slope is 1 − t², where t is its result.",
                number_with(tanh=lambda z, a: 1)),
    ],
    hints=["`a - b` is `self + -1 * other`, and `2 - a` is `other + -1 * self`.",
           "The note of a power is `(self, n * self.data ** (n - 1))`.",
           "For tanh compute `t = np.tanh(self.data)`, and note `(self, 1 - t**2)`."],
    minutes=7, difficulty=2, points=2,
)
