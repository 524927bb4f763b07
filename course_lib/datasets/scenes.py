"""Scenes of several handwritten digits, in which every pixel has its own label."""

import numpy as np

from course_lib.datasets.digits import load_digits

DIGIT = 8  # rows and columns of a digit
INK = 0.25  # a pixel with at least so much ink belongs to its digit


def digit_scenes(n, *, rng, size=32, digits=(3, 5), noise=0.1, split="train"):
    """Digits scattered over an empty picture, and for each pixel which digit it belongs to.

    Digits don't overlap. A pixel belongs to a digit where that has x ≥ 0.25; noise is added after.

    Parameters
    ----------
    n : int
        Number of scenes.
    rng : numpy.random.Generator
    size : int
        Rows and columns of a scene.
    digits : (int, int)
        The fewest and the most digits of a scene; fewer where no room is left.
    noise : float
        Standard deviation of what is added to each pixel, which then is cut to [0, 1].
    split : {"train", "test"}
        Which images of ``load_digits`` are used.

    Returns
    -------
    X : (n, 1, size, size) array of float32, in [0, 1]
    labels : (n, size, size) array of int
        0 is background, d + 1 is a pixel of digit d.

    Raises
    ------
    ValueError
        For an unknown split, or a size below 8.

    Built in lesson 07.
    """
    if split not in ("train", "test"):
        raise ValueError(f"digit_scenes got split={split!r}; choose 'train' or 'test'.")
    if size < DIGIT:
        raise ValueError(f"digit_scenes got size={size}; a digit needs {DIGIT} rows and columns.")
    images, names = load_digits()[:2] if split == "train" else load_digits()[2:]
    X = np.zeros((n, size, size), np.float32)
    labels = np.zeros((n, size, size), np.intp)
    for scene, label in zip(X, labels, strict=True):
        taken = np.zeros((size, size), bool)
        for which in rng.integers(len(images), size=rng.integers(digits[0], digits[1] + 1)):
            for row, column in rng.integers(size - DIGIT + 1, size=(20, 2)):  # 20 tries for a place
                place = slice(row, row + DIGIT), slice(column, column + DIGIT)
                if not taken[place].any():
                    taken[place] = True
                    scene[place] = images[which]
                    label[place] = np.where(images[which] >= INK, names[which] + 1, 0)
                    break
    X += noise * rng.standard_normal(X.shape, dtype=np.float32)
    return np.clip(X, 0, 1, out=X)[:, None], labels
