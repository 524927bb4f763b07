"""Make ``fashion.npz``: 5,000 and 1,000 of Fashion-MNIST's pictures, the same number of each class.

    apt-get install dataset-fashion-mnist  # Debian's copy of the original four files
    python -m data.sources.make_fashion            # or: python -m data.sources.make_fashion FOLDER

FOLDER is where the original's ``…-ubyte.gz`` files are, if they are not where Debian puts them. The
same pictures give the same file, byte for byte: no date in the archive.
"""

import gzip
import sys
from pathlib import Path

import numpy as np

from data.sources.formats import to_npz

TARGET = Path(__file__).resolve().parents[1] / "fashion.npz"
SOURCE = Path("/usr/share/datasets/fashion-mnist")
PER_CLASS = {"train": 500, "test": 100}
NAMES = {"train": "train", "test": "t10k"}  # what the files of each part are called


def read_idx(path):
    """Return the array of bytes in a gzipped idx file: 0, 0, type 8, dimensions, sizes, bytes."""
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path} begins with {content[:3]!r}; expected an idx file of bytes.")
    shape = np.frombuffer(content, ">u4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def read_source(folder):
    """Return {"train": (images, classes), "test": (images, classes)} of the original."""
    found = {}
    for part, name in NAMES.items():
        paths = [folder / f"{name}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]
        for path in paths:
            if not path.is_file():
                raise FileNotFoundError(
                    f"There is no {path}. Install Debian's package dataset-fashion-mnist, or give "
                    "the folder that has the four files of the original: "
                    "python -m data.sources.make_fashion FOLDER"
                )
        found[part] = tuple(map(read_idx, paths))
    return found


def choose(y, per_class, *, rng):
    """Return row numbers in random order, as many of each class."""
    order = rng.permutation(len(y))
    rows = [order[y[order] == label][:per_class] for label in range(10)]
    return rng.permutation(np.concatenate(rows))


def to_arrays(source):
    """Return the four arrays of the file: grey levels 0 … 255 as they are, classes 0 … 9."""
    rng, arrays = np.random.default_rng(2017), {}
    for part, (images, y) in source.items():
        rows = choose(y, PER_CLASS[part], rng=rng)
        arrays[f"X_{part}"], arrays[f"y_{part}"] = images[rows], y[rows]
    return arrays


def main(folder=SOURCE):
    try:
        source = read_source(Path(folder))
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    content = to_npz(to_arrays(source))
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {sum(PER_CLASS.values()) * 10} images, {len(content)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
