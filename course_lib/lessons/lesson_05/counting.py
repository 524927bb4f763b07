"""What going back costs: numbers that count their multiplications pass through the layers."""

import numpy as np

from course_lib.layers import Dense


class Counted(float):
    """A number that counts how often one of its kind was multiplied."""

    times = 0

    def __mul__(self, other):
        Counted.times += 1
        return Counted(float(self) * float(other))

    def __add__(self, other):
        return Counted(float(self) + float(other))

    __rmul__, __radd__ = __mul__, __add__


counted = np.vectorize(Counted, otypes=[object])


class CountedDense:
    """The three products of ``Dense``, for arrays of counted numbers."""

    def __init__(self, W):
        self.W = counted(W)

    def forward(self, X):
        self.X = X
        return X @ self.W

    def weight_gradient(self, dZ):
        return self.X.T @ dZ

    def input_gradient(self, dZ):
        return dZ @ self.W.T


def multiplications(*sizes, rows=10):
    """How many products of two numbers a pass through Dense layers of these sizes takes.

    Returns
    -------
    dict
        "forward"; "back", all of it; "back in training", without the gradient of the data, which
        nobody asks for; "parameters", the number of weights and biases.
    """
    rng = np.random.default_rng(0)
    layers = [CountedDense(Dense(n_in, n_out, rng=rng).W)
              for n_in, n_out in zip(sizes, sizes[1:], strict=False)]
    A, Counted.times = counted(rng.random((rows, sizes[0]))), 0
    for layer in layers:
        A = layer.forward(A)
    forward, dA = Counted.times, counted(rng.random(A.shape))
    for layer in layers[::-1]:
        layer.weight_gradient(dA)
        training, dA = Counted.times - forward, layer.input_gradient(dA)
    return {"forward": forward, "back": Counted.times - forward, "back in training": training,
            "parameters": sum((n + 1) * m for n, m in zip(sizes, sizes[1:], strict=False))}


def print_cost(*shapes):
    """For each network: forward and back in all, in forward passes; and the same by nudging."""
    print("network            forward and back   nudging each weight")
    for shape in shapes:
        n = multiplications(*shape)
        forward = n["forward"]
        print(f"{' – '.join(map(str, shape)):20}{1 + n['back in training'] / forward:5.2f} to "
              f"{1 + n['back'] / forward:.2f} {n['parameters'] + 1:16,} forward passes")
