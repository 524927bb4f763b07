"""Transfer learning: what the photograph network has learnt serves a question of the reader's own.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets.photos import load_two_kinds
from course_lib.layers import Dense
from course_lib.lessons.lesson_00.photo_network import photo_network
from course_lib.lessons.lesson_00.photo_reader import photo_from_file
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit


def two_kinds(first="building", second="windmill"):
    """Photographs of two kinds as arrays, which kind each is, and the names of the two."""
    photos, y, kinds = load_two_kinds(first, second)
    return [photo.pixels for photo in photos], y, kinds


def two_folders(first, second):
    """Your own photographs: all that can be read in two folders, a kind each.

    Raises ValueError for a folder that is not there or has fewer than five photographs.
    """
    pictures, y = [], []
    for label, folder in enumerate((Path(first), Path(second))):
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}; give two folders with photographs")
        found = []
        for path in sorted(folder.iterdir()):
            try:
                found.append(photo_from_file(path.read_bytes()))
            except (ValueError, OSError):
                continue            # something else lies beside the photographs
        if len(found) < 5:
            raise ValueError(f"{folder} has {len(found)} photographs that can be read; a kind "
                             "needs at least five (JPEG or PNG)")
        pictures += found
        y += [label] * len(found)
    return pictures, np.array(y), (Path(first).name, Path(second).name)


def features(pictures):
    """The 1,280 numbers that the photograph network makes of each picture."""
    return photo_network().features(pictures)


def split(y, examples, seed):
    """Rows to learn from, equally many of each kind, and all others."""
    rng, rows = np.random.default_rng(seed), []
    for kind in np.unique(y):
        rows += list(rng.permutation(np.flatnonzero(y == kind))[:examples // 2])
    return np.array(rows), np.setdiff1d(np.arange(len(y)), rows)


def new_answer(F, y, rows, seed=0):
    """A new last layer, trained on some rows of the features; and the scale it was trained on."""
    mean, scale = F[rows].mean(axis=0), F[rows].std(axis=0) + 0.1
    rng = np.random.default_rng(seed)
    layer = Network([Dense(F.shape[1], 2, rng=rng, initializer="zeros")])
    fit(layer, (F[rows] - mean) / scale, y[rows], cost=SoftmaxCrossEntropy(),
        optimizer=Adam(0.001), epochs=60, batch_size=len(rows), rng=rng, progress=False)
    return lambda features: layer.predict((features - mean) / scale).argmax(axis=1)


def nearest_mean(X, y, rows):
    """The kind whose mean example is nearest: a rival that needs no training."""
    means = [X[rows][y[rows] == kind].mean(axis=0) for kind in (0, 1)]
    return lambda X: np.argmin([((X - mean) ** 2).sum(axis=1) for mean in means], axis=0)


def by_kind(answers, y):
    """The share of right answers of each kind, averaged: always the same answer gets one half."""
    return np.mean([np.mean(answers[y == kind] == kind) for kind in np.unique(y)])


def compare(pictures, F, y, *, examples=20, seeds=range(10)):
    """The share of the other pictures that each is right for, averaged over the two kinds.

    Returns {name: (seeds,)}. The last two use the network's features, the nearest mean of them
    without any training.
    """
    small = np.array([np.asarray(Image.fromarray(picture).resize((16, 16)), float).ravel()
                      for picture in pictures])
    colour = small.reshape(len(small), -1, 3).mean(axis=1)
    found = {"always the same answer": [], "its mean colour": [], "its pixels, 16 × 16": [],
             "features, nearest mean": [], "a new last layer": []}
    for seed in seeds:
        rows, others = split(y, examples, seed)
        answers = (np.zeros_like(y), nearest_mean(colour, y, rows)(colour),
                   nearest_mean(small, y, rows)(small), nearest_mean(F, y, rows)(F),
                   new_answer(F, y, rows, seed)(F))
        for values, answer in zip(found.values(), answers, strict=True):
            values.append(by_kind(answer[others], y[others]))
    return {name: np.array(values) for name, values in found.items()}
