"""Make ``digits.npz``: the handwritten digits that come with scikit-learn, split once and for all.

    pip install scikit-learn               # only to read its copy of the images
    python -m data.sources.make_digits

The same images give the same file, byte for byte: no date in the archive.
"""

from pathlib import Path

import numpy as np

from data.sources.formats import to_npz

TARGET = Path(__file__).resolve().parents[1] / "digits.npz"
TEST_PER_DIGIT = 40


def split(y, *, rng):
    """Return the row numbers of the training and of the test set, both in random order."""
    order = rng.permutation(len(y))
    chosen = [order[y[order] == digit] for digit in range(10)]
    test = rng.permutation(np.concatenate([rows[:TEST_PER_DIGIT] for rows in chosen]))
    train = rng.permutation(np.concatenate([rows[TEST_PER_DIGIT:] for rows in chosen]))
    return train, test


def to_arrays(images, y):
    """Return the four arrays of the file: grey levels 0 … 16 as they are, digits 0 … 9."""
    train, test = split(y, rng=np.random.default_rng(1998))
    images, y = images.astype(np.uint8), y.astype(np.uint8)
    return {"X_train": images[train], "y_train": y[train],
            "X_test": images[test], "y_test": y[test]}


def main():
    from sklearn.datasets import load_digits  # only the build needs it

    source = load_digits()
    content = to_npz(to_arrays(source.images, source.target))
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(source.target)} images, {len(content)} bytes")


if __name__ == "__main__":
    main()
