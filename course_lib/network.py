"""A network is a layer made of layers, with all parameters in one vector.

One vector, because then an optimizer's update is a few array operations on everything at once,
"a direction in weight space" is a vector, and saving a network is saving one array.
"""

import importlib
import inspect
import json
import os
import re
import secrets
import weakref
import zipfile
from pathlib import Path

import numpy as np

from course_lib.activations import softmax
from course_lib.checks import generator, real_array, short
from course_lib.initializers import LARGEST
from course_lib.layers import Activation, Layer

VERSION = 1                     # of the file that save writes
LONGEST_ARCHITECTURE = 2**24    # bytes


class Network(Layer):
    """Layers in a row: forward through them in order, backward in reverse.

    Attributes
    ----------
    layers : Layers
        They cannot be exchanged; another network is made of other layers. A layer belongs to one
        network: for a second one, make a copy with ``copy.deepcopy(layer)``.
    parameters, gradients : (n_parameters,) arrays
        All weights and biases, and their gradients; the layers' W, b, dW, db are views of these.
        ``network.parameters = …`` copies the numbers in, as ``layer.W = …`` does.

    Raises
    ------
    TypeError
        For something in the list that is not a Layer.
    ValueError
        For an empty list, the same layer twice, a layer of another network, mixed dtypes, or two
        neighbours that do not fit.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network = Network([Dense(2, 3, rng=rng), Activation("tanh"), Dense(3, 1, rng=rng)])

    Built in lesson 05.
    """

    def __init__(self, layers):
        layers = check_layers(layers)
        dtypes = {layer.dtype for layer in layers} - {None}
        if len(dtypes) > 1:
            raise ValueError("the layers of a network need one dtype; got "
                             + " and ".join(sorted(map(str, dtypes))))
        self.__dict__["layers"] = Layers(layers)
        dtype, size = dtypes.pop() if dtypes else np.float64, self.n_parameters
        self.live_in(np.empty(size, dtype), np.zeros(size, dtype))
        for layer in layers:
            layer.owner = weakref.ref(self)

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X.copy()             # a layer may need its own again

    def backward(self, dY):
        for layer in reversed(self.layers):
            dY = layer.backward(dY)
        return dY

    def parameter_gradients(self, dY):
        for layer in self.layers[:0:-1]:
            dY = layer.backward(dY)
        self.layers[0].parameter_gradients(dY)

    def predict(self, X):
        """The output for X with ``training`` switched off, so that Dropout lets all through."""
        was_training, self.training = self.training, False
        try:
            return self.forward(X)
        finally:
            self.training = was_training

    def live_in(self, parameters, gradients):
        self.__dict__.update(parameters=parameters, gradients=gradients)
        start = 0
        for layer in self.layers:
            stop = start + layer.n_parameters
            layer.live_in(parameters[start:stop], gradients[start:stop])
            start = stop

    def __setattr__(self, name, value):
        if name in ("parameters", "gradients"):
            array, value = self.__dict__[name], real_array(value, self, name)
            if value.shape != array.shape:
                raise ValueError(f"{self}.{name} has shape {array.shape}; got {value.shape}")
            array[...] = value
        elif name == "layers":
            Layers.__setitem__(self.layers, 0, value)
        else:
            super().__setattr__(name, value)

    def __setstate__(self, state):
        """A copied or unpickled network: its layers' arrays were copied apart, join them again."""
        self.__dict__.update(state)
        self.live_in(self.parameters, self.gradients)
        for layer in self.layers:
            if layer.owner is None or layer.owner() is None:
                layer.owner = weakref.ref(self)

    @property
    def training(self):
        return any(layer.training for layer in self.layers)

    @training.setter
    def training(self, value):
        for layer in self.layers:
            layer.training = value

    @property
    def averages(self):
        return [array for layer in self.layers for array in layer.averages]

    @property
    def n_parameters(self):
        return sum(layer.n_parameters for layer in self.layers)

    @property
    def dtype(self):
        return next((layer.dtype for layer in self.layers if layer.dtype), None)

    @property
    def takes_indices(self):
        return self.layers[0].takes_indices

    def __repr__(self):
        return f"{type(self).__name__}([{', '.join(map(repr, self.layers))}])"

    def config(self):
        return {"layers": [describe(layer) for layer in self.layers]}

    def save(self, path):
        """Write the architecture and the parameters to an npz file, whole or not at all.

        Raises
        ------
        TypeError
            For what ``load`` could not build again: a layer, or a function, of your own.
        ValueError
            For parameters that are not finite, and a path that is no place for a file.
        FileNotFoundError
            When the folder is missing.
        """
        path = file_path(path)
        description = json.loads(json.dumps(describe(self)))
        again = build(description, np.random.default_rng(0))
        if shapes(again) != shapes(self) or json.loads(json.dumps(describe(again))) != description:
            raise TypeError(f"cannot save {self}: built again from its config it is another; "
                            "was a layer changed after it was made?")
        for array in (self.parameters, *self.averages):
            if not np.isfinite(array).all():
                raise ValueError(f"cannot save {self}: it holds nan or inf; train it again")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {path.parent}; make it first: "
                                    f"Path({str(path.parent)!r}).mkdir(parents=True)")
        temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.part")
        try:
            with open(temporary, "xb") as file:
                np.savez(file, architecture=json.dumps(description), parameters=self.parameters,
                         version=np.int64(VERSION))
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    @classmethod
    def load(cls, path, *, rng=None):
        """The network that ``save`` wrote; rng goes to layers that draw, like Dropout.

        Nothing in the file is run, and no more memory is asked for than its own size explains.

        Raises
        ------
        FileNotFoundError
            When there is no such file.
        ValueError
            When the file is damaged, was not written by ``save``, or by a newer course_lib.
        """
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


class Residual(Network):
    """Layers with a way around them: Y = X + F(X), and back dX = dY + dF.

    The gradient always has the way around, so very deep networks still learn; and the layers F
    only have to say how their output should differ from their input.

    Raises
    ------
    ValueError
        When F(X) has another shape than X.

    Source: He, Zhang, Ren & Sun (2016), "Deep residual learning for image recognition", eq. 1.
    Built in lesson 07.
    """

    keeps_width = True

    def forward(self, X):
        F = super().forward(X)
        if F.shape != X.shape:
            raise ValueError(f"{self} got X of shape {X.shape}, but F(X) has shape {F.shape}: they "
                             "cannot be added. Keep channels, height and width, for example by a "
                             "3×3 kernel with padding=1")
        return X + F

    def backward(self, dY):
        return dY + super().backward(dY)


class Layers(tuple):
    """The layers of a network, in order. They can be looked at, but not exchanged.

    The network's vector of parameters is made for these; another layer would not be in it.
    """

    def __setitem__(self, index, layer):
        raise TypeError("the layers of a network cannot be exchanged; make another network, such "
                        "as Network([*copy.deepcopy(network.layers[:-1]), Dense(4, 1, rng=rng)])")

    def change(self, *arguments):
        self[0] = None

    __delitem__ = __iadd__ = insert = append = extend = pop = remove = clear = reverse = change


def check_layers(layers):
    """The layers as a list, or an error that names the two that do not fit."""
    if isinstance(layers, Layer) or not hasattr(layers, "__iter__") or isinstance(layers, str):
        raise TypeError(f"Network got {short(layers)}; expected a list of layers: "
                        "Network([Dense(2, 1, rng=rng)])")
    layers = list(layers)
    if not layers:
        raise ValueError("Network([]) has no layers; give at least one")
    width, before, unit = None, None, ""
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"Network got {short(layer)} in its list of layers; expected a Layer "
                            'such as Dense(2, 3, rng=rng) or Activation("relu")')
        if sum(layer is other for other in layers) > 1:
            raise ValueError(f"{layer} is in the list twice; make a second layer of its own")
        if layer.owner is not None and layer.owner() is not None:
            raise ValueError(f"{layer} already belongs to another network, whose vector of "
                             "parameters it is part of; give a copy: copy.deepcopy(layer)")
        n_in = first_of(layer, "n_in", "channels_in", "channels")
        if None not in (width, n_in) and n_in != width:
            raise ValueError(f"{before} puts out {width} {unit}, but {layer} after it "
                             f"takes {n_in}")
        n_out = first_of(layer, "n_out", "channels_out")
        if n_out is not None:
            width, before = n_out, layer
            unit = "numbers" if hasattr(layer, "n_out") else "channels"
        elif not layer.keeps_width:
            width = None
        if width == 1 and isinstance(layer, Activation) and layer.phi is softmax:
            raise ValueError(f"softmax of one number is always 1: {before} before it puts out one. "
                             'For yes or no take Activation("sigmoid"), or nothing and the cost '
                             "SigmoidCrossEntropy; for classes one output each")
    return layers


def first_of(layer, *names):
    """The first of these attributes that the layer has, or None."""
    return next((getattr(layer, name) for name in names if hasattr(layer, name)), None)


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
