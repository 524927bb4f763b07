"""A number that remembers what it was made of, so that its slopes can be found by going back.

This is the whole of automatic differentiation. PyTorch and JAX do the same with whole arrays.
"""

import math


class Value:
    """A number, and for each number that it was made of a note: (that number, the slope).

    ``C.backward()`` sets ``gradient`` in C and in everything that C was made of.

    Built in lesson 05.
    """

    def __init__(self, data, notes=()):
        self.data, self.notes, self.gradient = data, notes, 0.0

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def __sub__(self, other):
        return self + -1 * other

    def __rsub__(self, other):
        return other + -1 * self

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __rtruediv__(self, other):
        return other * self**-1

    def __neg__(self):
        return -1 * self

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self):
        a = math.tanh(self.data)
        return Value(a, [(self, 1 - a**2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, float(self.data > 0))])

    def backward(self):
        backward(self)

    def __repr__(self):
        return f"Value({self.data:.4g}, gradient {self.gradient:.4g})"


def as_value(number):
    """A Value as it is, a constant as a Value."""
    return number if isinstance(number, Value) else Value(number)


def backward(C):
    """Set the gradient of C, and of everything that it was made of, the last first."""
    order = in_order(C)
    for value in order:
        value.gradient = 0.0
    C.gradient = 1.0
    for value in reversed(order):
        for origin, slope in value.notes:
            origin.gradient += slope * value.gradient  # where paths meet, gradients add


def in_order(C):
    """C and all that it was made of; each number stands behind those that it was made of."""
    order, seen, open_ = [], {id(C)}, [(C, iter(C.notes))]
    while open_:  # not a function that calls itself: a long sum would be too deep for Python
        value, origins = open_[-1]
        origin = next((o for o, _ in origins if id(o) not in seen), None)
        if origin is None:
            order.append(open_.pop()[0])
        else:
            seen.add(id(origin))
            open_.append((origin, iter(origin.notes)))
    return order


def yours_or_ours(Number, go_back):
    """The student's class and function if they pass their checks, else the course's; says which."""
    from course_lib.exercise.judging import judge
    from course_lib.lessons.lesson_05.exercises_values import BACKWARD, NUMBER

    right = [bool(judge(NUMBER, Number).right), bool(judge(BACKWARD, go_back).right)]
    ours = [name for name, ok in zip(("Number", "backward"), right, strict=True) if not ok]
    print("From here on we use your Number and your backward." if not ours else
          f"Your {' and your '.join(ours)} cannot be used yet, so the course's own "
          f"{'stand' if len(ours) == 2 else 'stands'} in.")
    return Number if right[0] else Value, go_back if right[1] else backward
