"""Make ``photos.npz`` and ``two_kinds.npz``: photographs that anybody may use, from two packages.

    apt-get install gcompris-qt-data     # or: dpkg-deb -x gcompris-qt-data_3.1-2_all.deb DEBIAN
    pip install scikit-image==0.26.0
    python -m data.sources.make_photos   # or: python -m data.sources.make_photos DEBIAN SKIMAGE

DEBIAN is the folder that has ``usr/share/gcompris-qt``, SKIMAGE the one that has ``skimage``, where
they are not installed. Whose a photograph is, and under which licence, is read from the README that
lies beside it in GCompris; only the public domain and CC0 are taken.
"""

import importlib.util
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from data.sources.formats import to_npz

TARGET = Path(__file__).resolve().parents[1]
FREE = {"Public Domain": "public domain", "Public domain": "public domain", "CC0-1.0": "CC0 1.0"}
FARM = "explore_farm_animals/resource/animals"
WORLD = "explore_world_animals/resource/animals"
ERASE, SORTED = "erase/resource", "categorization/resource/images"
MONUMENTS = "explore_monuments/resource"

# What the docstrings of skimage.data say of its photographs.
SKIMAGE = {
    "chelsea.png": ("Stéfan van der Walt", "CC0 1.0", "scikit-image, data.chelsea"),
    "coffee.png": ("Rachel Michetti", "CC0 1.0", "scikit-image, data.coffee"),
    "rocket.jpg": ("SpaceX", "public domain", "scikit-image, data.rocket"),
}
PHOTOS = {
    "dog": f"{FARM}/dog", "coffee": "coffee.png", "cat": "chelsea.png", "panda": f"{WORLD}/panda",
    "parrot": f"{WORLD}/scarlet_macaw", "clownfish": f"{SORTED}/fishes/fish9",
    "crab": f"{ERASE}/crab", "baseball": f"{SORTED}/others/baseball", "sheep": f"{FARM}/sheep",
    "rocket": "rocket.jpg", "hedgehog": f"{WORLD}/hedgehog", "giraffe": f"{ERASE}/giraffe",
}
BUILDINGS = ("arcDeTriomphe brandenburgGate cathedral colosseum eiffelTower empireState IndiaGate "
             "kutubMinar leaningTowerOfPisa monument1 monument2 monument3 operaHouse parthenon "
             "tajMahal usCapitol zimniPalace").split()
MORE_BUILDINGS = ("france/chateaudeChambord france/reimsCathedral germany/berlinCathedral "
                  "germany/neuschwansteinCastle germany/wormsCathedral india/charminar "
                  "india/goldenTemple india/hawaMahal india/mysorePalace india/rangGhar "
                  "wonders/petra").split()
KINDS = {
    "building": [f"{SORTED}/monuments/{name}" for name in BUILDINGS]
    + [f"{MONUMENTS}/{name}" for name in MORE_BUILDINGS],
    "windmill": [f"{SORTED}/renewable/windmill{n}"
                 for n in ("", 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 14, 15)],
    "land animal": [f"{FARM}/{name}" for name in
                    "cat chicken cow dog duck horse owl pig sheep".split()]
    + [f"{WORLD}/{name}" for name in "bison chameleon crocodile dragon giraffe hedgehog jaguar "
       "kangaroo koala lemur moose panda polar_bear scarlet_macaw".split()]
    + [f"{ERASE}/{name}" for name in "crab giraffe kingfisher pika red_panda".split()],
    "fish": [f"{SORTED}/fishes/fish{n}" for n in range(1, 29)],
}


def read_rcc(content):
    """Return {path: bytes} of a resource file of Qt."""
    magic, version, tree, data, names = struct.unpack_from(">4s4I", content)
    if magic != b"qres":
        raise ValueError(f"a file that begins with {magic!r} is not a resource file of Qt")
    size, found = 14 if version < 2 else 22, {}

    def name(place):
        length, = struct.unpack_from(">H", content, names + place)
        return content[names + place + 6:names + place + 6 + 2 * length].decode("utf-16-be")

    def walk(node, folder):
        place = tree + node * size
        its_name, flags, first, second = struct.unpack_from(">IHII", content, place)
        path = f"{folder}/{name(its_name)}" if node else ""
        if flags & 2:  # a folder: how many, and where the first one is
            for child in range(first):
                walk(second + child, path)
            return
        start, = struct.unpack_from(">I", content, place + 10)
        length, = struct.unpack_from(">I", content, data + start)
        file = content[data + start + 4:data + start + 4 + length]
        found[path] = zlib.decompress(file[4:]) if flags & 1 else file

    walk(0, "")
    return found


def read_credits(readme, folder):
    """Return {path: (author, licence, source)} of a README of GCompris."""
    credits = {}
    for paragraph in readme.split("\n\n"):
        fields, key = {}, None
        for line in paragraph.splitlines():
            head, colon, rest = line.partition(":")
            if colon and head in ("Copyright", "Source", "License", "Files", "Comments"):
                key, fields[head] = head, [rest.strip()]
            elif key:
                fields[key].append(line.strip())
        for file in fields.get("Files", []):
            if file:
                credits[f"{folder}/{Path(file).with_suffix('')}"] = tuple(
                    " ".join(fields.get(field, [""])).strip()
                    for field in ("Copyright", "License", "Source"))
    return credits


def read_gcompris(root):
    """Return {path: (bytes, author, licence, source)} of the photographs that are free."""
    files = {}
    for part in ("categorization", "erase", "explore_farm_animals", "explore_monuments",
                 "explore_world_animals"):
        content = Path(root, f"usr/share/gcompris-qt/rcc/{part}.rcc").read_bytes()
        files |= {path.partition("/activities/")[2]: file
                  for path, file in read_rcc(content).items()}
    credits = {}
    for path, file in files.items():
        if path.endswith("README"):
            credits |= read_credits(file.decode(), path.removesuffix("/README"))
    found = {}
    for path, file in files.items():
        author, licence, source = credits.get(path.removesuffix(".webp"), ("", "", ""))
        if path.endswith(".webp") and licence in FREE:
            found[path.removesuffix(".webp")] = (file, author, FREE[licence], source)
    return found


def read_skimage(root):
    """Return {name: (bytes, author, licence, source)} of the photographs of scikit-image."""
    if root is None:
        spec = importlib.util.find_spec("skimage")
        if spec is None:
            sys.exit("There is no scikit-image: pip install scikit-image==0.26.0")
        root = Path(spec.submodule_search_locations[0]).parent
    return {name: (Path(root, "skimage/data", name).read_bytes(), *credit)
            for name, credit in SKIMAGE.items()}


def smaller(picture, side):
    """Return the picture in colours, its shorter side at most so many pixels."""
    picture = picture.convert("RGB")
    scale = min(1, side / min(picture.size))
    size = [round(length * scale) for length in picture.size]
    return picture.resize(size, Image.Resampling.LANCZOS)


def square(picture, side):
    """Return the square in the middle of the picture, so many pixels wide."""
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    return picture.convert("RGB").resize((side, side), Image.Resampling.LANCZOS, box)


def to_arrays(found, names, shrink, side, quality):
    """Return the arrays of a file: JPEGs one after the other, their sizes, names and credits."""
    jpegs, credits = [], []
    for path in names.values():
        content, *credit = found[path]
        buffer = io.BytesIO()
        picture = shrink(Image.open(io.BytesIO(content)), side)
        picture.save(buffer, "JPEG", quality=quality, optimize=True)
        jpegs.append(buffer.getvalue())
        credits.append(credit)
    authors, licences, sources = zip(*credits, strict=True)
    return {"jpegs": np.frombuffer(b"".join(jpegs), np.uint8),
            "sizes": np.array([len(jpeg) for jpeg in jpegs]), "names": np.array(list(names)),
            "authors": np.array(authors), "licences": np.array(licences),
            "sources": np.array(sources)}


def main(debian="/", skimage=None):
    found = read_gcompris(debian) | read_skimage(skimage)
    kinds = {path: kind for kind, paths in KINDS.items() for path in paths}
    names = {f"{kind} {paths.index(path) + 1}": path
             for kind, paths in KINDS.items() for path in paths}
    two_kinds = to_arrays(found, names, square, 224, 80) | {
        "y": np.array([list(KINDS).index(kinds[path]) for path in names.values()], np.uint8),
        "kinds": np.array(list(KINDS))}
    for name, arrays in (("photos", to_arrays(found, PHOTOS, smaller, 256, 88)),
                         ("two_kinds", two_kinds)):
        content = to_npz(arrays)
        (TARGET / f"{name}.npz").write_bytes(content)
        print(f"{name}.npz: {len(arrays['sizes'])} photographs, {len(content)} bytes, the largest "
              f"{arrays['sizes'].max()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
