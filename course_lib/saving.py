"""A network in a file: what its layers are, as plain text, and all parameters in one array.

Nothing in a file is ever run, and everything in it is checked before it is believed.
"""

import importlib
import inspect
import json
import os
import re
import secrets
import zipfile
from pathlib import Path

import numpy as np

from course_lib.checks import generator, short
from course_lib.initializers import LARGEST
from course_lib.layers import Layer

VERSION = 1                     # of the file that save writes
LONGEST_ARCHITECTURE = 2**24    # bytes


def save(network, path):
    """Write architecture and parameters, whole or not at all; see ``Network.save``."""
    path = file_path(path)
    description = json.loads(json.dumps(describe(network)))
    again = build(description, np.random.default_rng(0))
    if shapes(again) != shapes(network) or json.loads(json.dumps(describe(again))) != description:
        raise TypeError(f"cannot save {network}: built again from its config it is another; "
                        "was a layer changed after it was made?")
    for array in (network.parameters, *network.averages):
        if not np.isfinite(array).all():
            raise ValueError(f"cannot save {network}: it holds nan or inf; train it again")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}; make it first: "
                                f"Path({str(path.parent)!r}).mkdir(parents=True)")
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.part")
    try:
        with open(temporary, "xb") as file:
            np.savez(file, architecture=json.dumps(description), parameters=network.parameters,
                     version=np.int64(VERSION))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def load(path, rng):
    """The network that ``save`` wrote; see ``Network.load``."""
    rng = generator(np.random.default_rng() if rng is None else rng, "Network.load")
    path = file_path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        return read(path, rng)
    except NewerVersion as error:
        raise ValueError(f"{path} {error}") from None
    except Exception as error:      # whatever a broken or a hostile file makes of the reader
        reason = str(error).split(" allow_pickle")[0].splitlines()[:1] or [""]
        raise ValueError(f"{path} is damaged or was not written by Network.save ({reason[0]}); "
                         "train the network again and save it") from error


def describe(layer):
    """A layer as plain data: where its class is, and what its ``__init__`` needs."""
    module = type(layer).__module__
    if not module.startswith("course_lib."):
        raise TypeError(f"cannot save {layer}: its class is defined in {module}, where load could "
                        "not find it. Save network.parameters with np.save instead")
    try:
        return {"module": module, "class": type(layer).__name__, **layer.config()}
    except TypeError as error:
        raise TypeError(f"cannot save: {error}") from None


def shapes(layer):
    """The shapes of all parameters, layer by layer."""
    return [shape for inner in getattr(layer, "layers", ()) for shape in shapes(inner)] + [
        getattr(layer, name).shape for name in layer.parameter_names]


def build(description, rng):
    """The layer that ``describe`` described."""
    kwargs = dict(description)
    module, name = kwargs.pop("module"), kwargs.pop("class")
    if not re.fullmatch(r"course_lib\.[a-z_]+", module):
        raise ValueError(f"{module}.{name} is not a layer of course_lib")
    layer_class = getattr(importlib.import_module(module), name)
    if not (isinstance(layer_class, type) and issubclass(layer_class, Layer)) \
            or layer_class.forward is Layer.forward or "rng" in kwargs:
        raise ValueError(f"{module}.{name} is not a layer")
    if "layers" in kwargs:
        return layer_class(build(layer, rng) for layer in kwargs["layers"])
    if "rng" in inspect.signature(layer_class).parameters:
        kwargs["rng"] = rng
    return layer_class(**kwargs)


class NewerVersion(Exception):
    """The file was written by a later course_lib."""


def read(path, rng):
    """The network in a file. Everything is checked before it is believed.

    The parts of the file are not compressed, so none is larger than the file itself; and no layer
    may draw more numbers than a few times those that the file has for all of them.
    """
    with zipfile.ZipFile(path) as whole:
        parts = {part.filename: part for part in whole.infolist()}
        for name, limit in (("architecture.npy", LONGEST_ARCHITECTURE), ("parameters.npy", 2**40),
                            ("version.npy", 1000)):
            part = parts.get(name)
            if name == "version.npy" and part is None:
                continue            # the first files had none
            if part.compress_type or part.file_size > min(limit, path.stat().st_size):
                raise ValueError(f"{name} is not as save writes it")
    with np.load(path, allow_pickle=False) as file:
        version = int(file["version"]) if "version" in file else VERSION
        if version > VERSION:
            raise NewerVersion(f"was written by a newer course_lib (file version {version}, this "
                               f"one reads {VERSION}); install that one")
        parameters, description = file["parameters"], json.loads(str(file["architecture"]))
    if parameters.ndim != 1 or parameters.dtype not in (np.dtype("f8"), np.dtype("f4")):
        raise ValueError(f"parameters of shape {parameters.shape} and dtype {parameters.dtype}")
    description = {"module": "course_lib.network", "class": "Network", **description}
    token = LARGEST.set(100 * parameters.size + 10**6)
    try:
        network = build(description, rng)
    finally:
        LARGEST.reset(token)
    if parameters.shape != network.parameters.shape:
        raise ValueError(f"{parameters.size} parameters for {network}, "
                         f"which has {network.n_parameters}")
    if parameters.dtype != network.parameters.dtype:
        raise ValueError(f"parameters of dtype {parameters.dtype} for layers of "
                         f"{network.parameters.dtype}")
    if not all(np.isfinite(array).all() for array in (parameters, *network.averages)):
        raise ValueError("there is nan or inf in it")
    network.parameters[:] = parameters
    return network


def file_path(path):
    """The path of a file: ~ is the home folder, a link is followed."""
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise TypeError(f"expected the path of a file, such as \"network.npz\"; got {short(path)}")
    path = Path(os.path.realpath(Path(path).expanduser()))
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give the name of a file in it, such as "
                         f"{path / 'network.npz'}")
    if len(path.name.encode()) > 200 or "\0" in str(path):
        raise ValueError(f"{short(path.name)} is no name for a file; take a shorter one")
    return path
