"""The exercises of lesson 05 on layers of your own: forward, and what backward must do with it."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# A scale for each column --------------------------------------------------------------------------
class ColumnScale:
    def __init__(self, s):
        self.s = s

    def forward(self, X):
        self.X = X
        return X * self.s

    def backward(self, dY):
        self.ds = np.sum(dY * self.X, axis=0)
        return dY * self.s


def two_passes(answer, s, X, dY):
    """The second pass shows; before it there is one with all rows but the last."""
    layer = answer(s.copy())
    layer.forward(X[:-1].copy())
    layer.backward(dY[:-1].copy())
    return {"Y": layer.forward(X.copy()), "dX": layer.backward(dY.copy()), "ds": layer.ds}


def scale_with(dX, ds, adds=False):
    """The layer with other `dX(dY, X, s)` and `ds(dY, X, s)`."""
    class Wrong(ColumnScale):
        def backward(self, dY):
            self.ds = ds(dY, self.X, self.s) + (getattr(self, "ds", 0) if adds else 0)
            return dX(dY, self.X, self.s)
    return Wrong


def back_to_X(dY, X, s):
    return dY * s


def back_to_s(dY, X, s):
    return np.sum(dY * X, axis=0)


def scale_inputs(rng):
    first = np.array([3.0]), np.array([[1.0], [2]]), np.array([[0.5], [-1]])
    return [first] + [
        tuple(rng.normal(size=shape).round(2) for shape in (n, (rows, n), (rows, n)))
        for rows, n in ((2, 2), (3, 3), (5, 2), (20, 4))]


SCALE = Exercise(
    title="A layer that scales",
    text="Write a layer that multiplies each column of `X` by a number of its own: "
         "$Y = X \\odot s$, where `s` is (n,) and `X` is (batch, n). `backward(dY)` sets `ds` and "
         "returns $\\partial C/\\partial X$. The check calls forward and backward twice, with "
         "batches of different sizes.",
    stub='''class ColumnScale:
    def __init__(self, s):
        self.s = s

    def forward(self, X):
        ...

    def backward(self, dY):
        self.ds = ...
        return ...''',
    solution=ColumnScale, inputs=scale_inputs, use=two_passes,
    mistakes=[
        Mistake("ds mean", "ds is the mean over the batch. The paths of all rows add up: take the "
                "sum.", scale_with(back_to_X, lambda dY, X, s: np.mean(dY * X, axis=0))),
        Mistake("ds not summed", "ds has a row for each example. All rows use the same s, so "
                "their shares add up.", scale_with(back_to_X, lambda dY, X, s: dY * X)),
        Mistake("ds wrong axis", "ds is summed along the rows. There is one s for each column: "
                "sum over the batch, axis 0.",
                scale_with(back_to_X, lambda dY, X, s: np.sum(dY * X, axis=1))),
        Mistake("ds one number", "ds is one number. Each column has its own.",
                scale_with(back_to_X, lambda dY, X, s: np.sum(dY * X))),
        Mistake("ds no X", "X is missing in ds. A product hands to each factor the other one: "
                "keep X in forward.",
                scale_with(back_to_X, lambda dY, X, s: np.sum(dY, axis=0))),
        Mistake("ds from Y", "ds has Y where X belongs: s was multiplied by X.",
                scale_with(back_to_X, lambda dY, X, s: np.sum(dY * X * s, axis=0))),
        Mistake("adds", "ds is added to that of the call before. backward sets it anew.",
                scale_with(back_to_X, back_to_s, adds=True)),
        Mistake("dX no s", "dX is dY unchanged. A product hands to each factor the other one: s.",
                scale_with(lambda dY, X, s: dY, back_to_s)),
        Mistake("dX with X", "dX has X where s belongs: a product hands to X the other factor.",
                scale_with(lambda dY, X, s: dY * X, back_to_s)),
    ],
    hints=["`forward` keeps X: `self.X = X`. Then it returns the product.",
           "To X goes dY times the other factor, s.",
           "To s goes dY times X, summed over the rows: `np.sum(dY * self.X, axis=0)`."],
    minutes=10, difficulty=2, points=2,
)


# A short cut --------------------------------------------------------------------------------------
class ShortCut:
    def __init__(self, W):
        self.W = W

    def forward(self, X):
        self.X, self.A = X, np.tanh(X @ self.W)
        return X + self.A

    def backward(self, dY):
        dZ = dY * (1 - self.A**2)
        self.dW = self.X.T @ dZ
        return dY + dZ @ self.W.T


def forth_and_back(answer, W, X, dY):
    layer = answer(W.copy())
    return {"Y": layer.forward(X.copy()), "dX": layer.backward(dY.copy()), "dW": layer.dW}


def cut_with(dX=lambda dY, dZ, W: dY + dZ @ W.T, dW=lambda X, dZ: X.T @ dZ,
             dZ=lambda dY, A, X, W: dY * (1 - A**2)):
    """The layer with one line of its way back replaced."""
    class Wrong(ShortCut):
        def backward(self, dY):
            back = dZ(dY, self.A, self.X, self.W)
            self.dW = dW(self.X, back)
            return dX(dY, back, self.W)
    return Wrong


def cut_inputs(rng):
    first = np.array([[0.5]]), np.array([[1.0]]), np.array([[2.0]])
    return [first] + [
        tuple(rng.normal(size=shape).round(2) for shape in ((n, n), (rows, n), (rows, n)))
        for rows, n in ((2, 2), (1, 3), (5, 3), (20, 4))]


SHORT_CUT = Exercise(
    title="A layer with a short cut",
    text="$Y = X + \\tanh(X W)$, with a square `W`: the input goes round the layer as well as "
         "through it. Write it. `backward(dY)` sets `dW` and returns $\\partial C/\\partial X$. "
         "Two paths lead back to `X`.",
    stub='''class ShortCut:
    def __init__(self, W):
        self.W = W

    def forward(self, X):
        ...

    def backward(self, dY):
        self.dW = ...
        return ...''',
    solution=ShortCut, inputs=cut_inputs, use=forth_and_back,
    mistakes=[
        Mistake("no short cut", "the path round the layer is missing in dX. Where paths meet, "
                "gradients add.", cut_with(dX=lambda dY, dZ, W: dZ @ W.T)),
        Mistake("only short cut", "the path through the layer is missing in dX. Where paths meet, "
                "gradients add.", cut_with(dX=lambda dY, dZ, W: dY)),
        Mistake("paths multiplied", "the gradients of the two paths are multiplied. They add.",
                cut_with(dX=lambda dY, dZ, W: dY * (dZ @ W.T))),
        Mistake("not transposed", "W is not transposed on the way back: dZ Wᵀ.",
                cut_with(dX=lambda dY, dZ, W: dY + dZ @ W)),
        Mistake("no slope", "the slope of tanh, 1 − a², is missing on the path through the layer.",
                cut_with(dZ=lambda dY, A, X, W: dY)),
        Mistake("slope of Y", "the slope is computed from Y. It is 1 − a² with a = tanh(XW), "
                "before X is added.", cut_with(dZ=lambda dY, A, X, W: dY * (1 - (X + A) ** 2))),
        Mistake("slope of Z", "the slope is computed from XW, the input of tanh. 1 − a² takes its "
                "output.", cut_with(dZ=lambda dY, A, X, W: dY * (1 - (X @ W) ** 2))),
        Mistake("dW transposed", "dW is the transpose of what it should be: Xᵀ dZ has rows for "
                "inputs, like W.", cut_with(dW=lambda X, dZ: dZ.T @ X)),
        Mistake("slope round", "the path round the layer has no tanh on it: there dY goes back "
                "unchanged.", cut_with(dX=lambda dY, dZ, W: dZ + dZ @ W.T)),
    ],
    hints=["`forward` must keep two things: X, and A = tanh(XW).",
           "Through the layer: `dZ = dY * (1 - self.A**2)`, then as in Dense.",
           "Round the layer dY goes back as it is. Add it to `dZ @ self.W.T`."],
    minutes=15, difficulty=3, points=3,
)
