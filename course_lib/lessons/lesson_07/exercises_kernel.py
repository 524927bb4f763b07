"""The exercise of lesson 07 in its text: a kernel that slides over a picture."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


def convolve(X, K):
    height, width = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    Y = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            Y[i, j] = np.sum(X[i:i + K.shape[0], j:j + K.shape[1]] * K)
    return Y


def everywhere(answer):
    """A wrong answer from `answer(window, K)`, at every place."""
    def wrong(X, K):
        h, w = K.shape
        return np.array([[answer(X[i:i + h, j:j + w], K) for j in range(X.shape[1] - w + 1)]
                         for i in range(X.shape[0] - h + 1)])
    return wrong


def one_place_less(X, K):
    Y = convolve(X, K)
    return Y[:-1, :-1] if min(Y.shape) > 1 else Y * 0


def with_a_frame(X, K):
    return convolve(np.pad(X, [(k // 2, k - 1 - k // 2) for k in K.shape]), K)


def jumping(X, K):
    return convolve(X, K)[::K.shape[0], ::K.shape[1]]


def kernel_inputs(rng):
    checks = [(np.array([[2.5]]), np.array([[3.0]])),
              (np.array([[1.0, 2.5, 4]]), np.array([[-1.0, 1.5]])),
              (np.array([[1.0, 2], [3, 4.5], [0, 7]]), np.array([[1.0, 0.5], [0, -2]]))]
    for shape, kernel in (((5, 6), (3, 3)), ((7, 4), (2, 3)), ((4, 8), (3, 1))):
        checks.append((rng.normal(size=shape).round(2), rng.normal(size=kernel).round(2)))
    return checks


KERNEL = Exercise(
    title="A kernel slides over a picture",
    text="`X` is a picture (height, width) and `K` a kernel, which fits into it. At each place, "
         "from the top left corner on, multiply the pixels under the kernel by its weights and add "
         "them up. Return these sums as an array with a row for each row of places.",
    stub='''def convolve(X, K):
    height = X.shape[0] - K.shape[0] + 1
    width = X.shape[1] - K.shape[1] + 1
    Y = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            Y[i, j] = ...
    return Y''',
    solution=convolve, inputs=kernel_inputs,
    mistakes=[
        Mistake("rotated", "the kernel is rotated by 180°. That is how mathematicians define it; "
                "networks learn their weights, so they leave the kernel as it is.",
                lambda X, K: convolve(X, K[::-1, ::-1])),
        Mistake("transposed", "rows and columns of the kernel are swapped.",
                lambda X, K: convolve(X, K.T) if K.shape[0] == K.shape[1] else convolve(X, K) + 1),
        Mistake("mean", "the products are averaged. Add them up.",
                everywhere(lambda window, K: np.mean(window * K))),
        Mistake("no weights", "the pixels are added up without the weights.",
                everywhere(lambda window, K: np.sum(window))),
        Mistake("largest", "it keeps the largest product. Add all of them up.",
                everywhere(lambda window, K: np.max(window * K))),
        Mistake("last place missing", "the last row and column of places are missing. There are "
                "height − kernel + 1 of them.", one_place_less),
        Mistake("frame", "the picture got a frame of zeros. That is padding, which comes later.",
                with_a_frame),
        Mistake("jumping", "the kernel jumps by its own size. Here it moves by one pixel.",
                jumping),
    ],
    hints=["The pixels under the kernel: `X[i:i + K.shape[0], j:j + K.shape[1]]`.",
           "`np.sum(window * K)` multiplies what lies on top of each other and adds it up."],
    minutes=5, difficulty=1, points=1, inline=True,
)
