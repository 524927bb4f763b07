"""Exercises of lesson 07 on max pooling: forward with edges, and back with equal pixels."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# Max pooling --------------------------------------------------------------------------------------
def max_pool(X, size):
    h, w = X.shape[0] // size, X.shape[1] // size
    return X[:h * size, :w * size].reshape(h, size, w, size).max(axis=(1, 3))


def blocks(X, size):
    h, w = X.shape[0] // size, X.shape[1] // size
    return X[:h * size, :w * size].reshape(h, size, w, size)


def every_place(X, size):
    windows = np.lib.stride_tricks.sliding_window_view(X, (size, size))
    return windows.max(axis=(2, 3))


def with_the_rest(X, size):
    rows, columns = (range(0, n, size) for n in X.shape)
    return np.array([[X[i:i + size, j:j + size].max() for j in columns] for i in rows])


def runs(X, size):
    """Cut up without regard to rows."""
    h, w = X.shape[0] // size, X.shape[1] // size
    return X[:h * size, :w * size].reshape(h, w, size, size).max(axis=(2, 3))


def pool_inputs(rng):
    checks = [(np.array([[1.0, 4], [2, 3]]), 2), (np.array([[-1.0, -4], [-2, -3]]), 2)]
    for shape, size in (((4, 4), 2), ((5, 4), 2), ((4, 7), 2), ((9, 4), 2), ((7, 8), 3)):
        X = rng.permutation(np.arange(shape[0] * shape[1])).reshape(shape) - 20
        checks.append((X.astype(float), size))
    return checks


POOL = Exercise(
    title="Max pooling, with edges",
    text="`X` is one image (height, width). Cut it into windows of `size` × `size`, side by side, "
         "and return the largest pixel of each. Rows and columns at the end that fill no window "
         "are left out.",
    stub='''def max_pool(X, size):
    height, width = X.shape[0] // size, X.shape[1] // size
    Y = ...
    return Y''',
    solution=max_pool, inputs=pool_inputs,
    mistakes=[
        Mistake("mean", "this is the mean of each window; asked is the largest.",
                lambda X, size: blocks(X, size).mean(axis=(1, 3))),
        Mistake("every place", "the windows overlap: the step is 1. It must be `size`.",
                every_place),
        Mistake("the rest too", "the rows or columns at the end make windows of their own. They "
                "fill none, and are left out.", with_the_rest),
        Mistake("from zero", "a window of negative pixels gives 0. Start from its first pixel, or "
                "from −∞.", lambda X, size: np.maximum(max_pool(X, size), 0)),
        Mistake("largest in size", "it compares without the sign, |−4| > |−1|. The largest of −1 "
                "and −4 is −1.", lambda X, size: max_pool(np.abs(X), size)),
        Mistake("runs", "the windows are runs of pixels one after the other, not squares. Reshape "
                "to (height, size, width, size), and take the largest over axes 1 and 3.", runs),
        Mistake("rows only", "it takes the largest of `size` rows, and keeps all columns.",
                lambda X, size: X[:len(X) // size * size].reshape(-1, size, X.shape[1]).max(1)),
    ],
    hints=["Window (i, j) begins at row i · size, column j · size.",
           "Two loops, and `X[i * size:(i + 1) * size, j * size:(j + 1) * size].max()`.",
           "`//` has already said how many whole windows there are."],
    minutes=6, difficulty=1, points=1, inline=True,
)


# Max pooling, backward ----------------------------------------------------------------------------
def max_pool_back(X, dY, size):
    dX = np.zeros(X.shape)
    for i, j in np.ndindex(*dY.shape):
        top, left = i * size, j * size
        first = np.argmax(X[top:top + size, left:left + size])  # row by row
        dX[top + first // size, left + first % size] = dY[i, j]
    return dX


def window_by_window(share):
    """A wrong answer from what share(window, d) puts into a window's pixels."""
    def wrong(X, dY, size):
        dX = np.zeros(X.shape)
        for i, j in np.ndindex(*dY.shape):
            place = np.s_[i * size:(i + 1) * size, j * size:(j + 1) * size]
            dX[place] = share(X[place], dY[i, j])
        return dX
    return wrong


def at(window, k):
    """1 at the k-th pixel of a window, counted row by row, else 0."""
    return (np.arange(window.size) == k).reshape(window.shape).astype(float)


def last_largest(window):
    return window.size - 1 - np.argmax(window.ravel()[::-1])


def pool_back_inputs(rng):
    checks = [(np.array([[1.0, 4], [2, 3]]), np.array([[0.5]]), 2),
              (np.array([[0.0, 2], [2, 1]]), np.array([[0.5]]), 2)]
    for shape, size in (((4, 4), 2), ((5, 7), 2), ((9, 4), 2), ((6, 7), 3)):
        X = rng.integers(0, 4, shape).astype(float)  # many equal pixels
        checks.append((X, rng.normal(size=(shape[0] // size, shape[1] // size)).round(2), size))
    return checks


POOL_BACK = Exercise(
    title="Back through max pooling",
    text="`X` is an image (height, width), pooled in windows of `size` × `size` side by side; "
         "pixels that fill no window are left out. Given the gradient `dY` of the pooled image, "
         "return `dX`, in the shape of `X`. Of equal pixels the first, row by row, takes it all.",
    stub='''def max_pool_back(X, dY, size):
    dX = np.zeros(X.shape)
    for i in range(dY.shape[0]):
        for j in range(dY.shape[1]):
            window = X[i * size:(i + 1) * size, j * size:(j + 1) * size]
            ...
    return dX''',
    solution=max_pool_back, inputs=pool_back_inputs,
    mistakes=[
        Mistake("each of the equal", "all equal largest pixels get the whole gradient, so more "
                "comes out than went in. The first of them takes it.",
                window_by_window(lambda x, d: d * (x == x.max()))),
        Mistake("shared", "equal largest pixels share the gradient. Here the first takes it all.",
                window_by_window(lambda x, d: d * (x == x.max()) / (x == x.max()).sum())),
        Mistake("the last", "of equal pixels the last takes the gradient; asked is the first, row "
                "by row.", window_by_window(lambda x, d: d * at(x, last_largest(x)))),
        Mistake("everybody", "every pixel of a window gets the gradient. Only the largest had any "
                "influence.", window_by_window(lambda x, d: d * np.ones(x.shape))),
        Mistake("average pooling", "each pixel gets an equal share: that is the way back through "
                "*average* pooling.",
                window_by_window(lambda x, d: d * np.ones(x.shape) / x.size)),
        Mistake("times the pixel", "the gradient is multiplied by the pixel. The maximum has the "
                "slope 1, however large the pixel is.",
                window_by_window(lambda x, d: x.max() * d * at(x, np.argmax(x)))),
        Mistake("only where", "there is a 1 where the gradient goes; put `dY[i, j]` there.",
                window_by_window(lambda x, d: at(x, np.argmax(x)))),
    ],
    hints=["One pixel of each window gets dY[i, j]; all others get 0.",
           "`np.argmax(window)` counts the pixels row by row, and gives the first of equal ones.",
           "Row and column in the window: `divmod(np.argmax(window), size)`."],
    minutes=12, difficulty=2, points=2,
)
