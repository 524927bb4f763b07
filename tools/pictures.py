"""The pictures in a cell's outputs, and whether two of them are equal enough.

They may differ by an RMS of 2 grey levels, or by as many as a cell's tag `picture-tolerance=N`
allows: what other processors round otherwise is less, and what a reader would see is more.
"""

import copy
import io
import re
from base64 import b64decode

import numpy as np
from PIL import Image

IN_HTML = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
LARGEST_RMS = 2.0


def pictures(outputs) -> list[np.ndarray]:
    """The PNGs of a cell as arrays of grey levels."""
    found = []
    for output in outputs:
        data = output.get("data", {})
        found += [data["image/png"]] if "image/png" in data else []
        found += IN_HTML.findall(data.get("text/html", ""))
    images = [Image.open(io.BytesIO(b64decode(png))).convert("RGB").convert("L") for png in found]
    return [np.asarray(image, dtype=float) for image in images]


def without_pictures(outputs) -> list:
    """The outputs with the bytes of pictures taken out of their HTML; the `alt` texts stay."""
    outputs = copy.deepcopy(outputs)
    for output in outputs:
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = IN_HTML.sub("a picture", output.data["text/html"])
    return outputs


def tolerance(cell) -> float:
    """The RMS by which a cell's pictures may differ: its tag picture-tolerance=N, or 2."""
    tags, mark = cell.metadata.get("tags", []), "picture-tolerance="
    marked = [float(tag.removeprefix(mark)) for tag in tags if tag.startswith(mark)]
    return marked[0] if marked else LARGEST_RMS


def difference(recorded, new, tolerance=LARGEST_RMS) -> str | None:
    """What is wrong with a cell's new pictures, or None."""
    if len(recorded) != len(new):
        return f"{len(recorded)} pictures are recorded, {len(new)} were drawn"
    for number, (old, now) in enumerate(zip(recorded, new, strict=True), start=1):
        if old.shape != now.shape:
            return f"picture {number} had {old.shape} pixels, now it has {now.shape}"
        rms = float(np.sqrt(np.mean((old - now) ** 2)))
        if rms > tolerance:
            return f"picture {number} differs by an RMS of {rms:.1f} grey levels (of {tolerance})"
    return None
