"""A network is a layer made of layers, with all parameters in one vector.

One vector, because then an optimizer's update is a few array operations on everything at once,
"a direction in weight space" is a vector, and saving a network is saving one array.
"""

import importlib
import inspect
import json
import os
import zipfile
from pathlib import Path

import numpy as np

from course_lib.layers import Layer

#: layers that put out as many numbers, or channels, as they take
KEEP_WIDTH = ("Activation", "Dropout", "MaxPool2D", "AveragePool2D", "Upsample2D", "BatchNorm",
              "Residual")


class Network(Layer):
    """Layers in a row: forward through them in order, backward in reverse.

    Attributes
    ----------
    layers : list of Layer
    parameters, gradients : (n_parameters,) arrays
        All weights and biases, and their gradients; the layers' W, b, dW, db are views of these.
        Change them in place (``network.parameters[:] = …``).

    Raises
    ------
    TypeError
        For something in the list that is not a Layer.
    ValueError
        For an empty list, the same layer twice, mixed dtypes, or two neighbours that do not fit.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network = Network([Dense(2, 3, rng=rng), Activation("tanh"), Dense(3, 1, rng=rng)])

    Built in lesson 05.
    """

    def __init__(self, layers):
        self.layers = check_layers(list(layers))
        dtypes = {layer.parameters.dtype if isinstance(layer, Network) else
                  getattr(layer, layer.parameter_names[0]).dtype
                  for layer in self.layers if layer.n_parameters}
        if len(dtypes) > 1:
            raise ValueError("the layers of a network need one dtype; got "
                             + " and ".join(sorted(map(str, dtypes))))
        dtype = dtypes.pop() if dtypes else np.float64
        size = self.n_parameters
        self.live_in(np.empty(size, dtype), np.zeros(size, dtype))

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

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
            return self.forward(np.asarray(X))
        finally:
            self.training = was_training

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

    def live_in(self, parameters, gradients):
        self.parameters, self.gradients = parameters, gradients
        start = 0
        for layer in self.layers:
            stop = start + layer.n_parameters
            layer.live_in(parameters[start:stop], gradients[start:stop])
            start = stop

    def __setstate__(self, state):
        """A copied or unpickled network: its layers' arrays were copied apart, join them again."""
        self.__dict__.update(state)
        self.live_in(self.parameters, self.gradients)

    def __repr__(self):
        return f"{type(self).__name__}([{', '.join(map(repr, self.layers))}])"

    def config(self):
        return {"layers": [describe(layer) for layer in self.layers]}

    def save(self, path):
        """Write the architecture and the parameters to an npz file, whole or not at all.

        Raises
        ------
        TypeError
            For a layer that is not one of course_lib's: ``load`` could not build it again.
        """
        path = Path(path)
        architecture = json.dumps(self.config())
        temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with open(temporary, "xb") as file:
                np.savez(file, architecture=architecture, parameters=self.parameters)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path, *, rng=None):
        """The network that ``save`` wrote; rng goes to layers that draw, like Dropout.

        Raises
        ------
        FileNotFoundError
            When there is no such file.
        ValueError
            When the file is damaged or was not written by ``save``.
        """
        rng = np.random.default_rng() if rng is None else rng
        try:
            with np.load(path, allow_pickle=False) as file:
                network = cls(build(layer, rng)
                              for layer in json.loads(str(file["architecture"]))["layers"])
                parameters = file["parameters"]
            if parameters.shape != network.parameters.shape:
                raise ValueError(f"{parameters.size} parameters for {network}, "
                                 f"which has {network.n_parameters}")
        except FileNotFoundError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError,
                ImportError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is damaged or was not written by Network.save ({error}); "
                             "train the network again and save it") from error
        network.parameters[:] = parameters
        return network


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

    def forward(self, X):
        F = super().forward(X)
        if F.shape != X.shape:
            raise ValueError(f"{self} got X of shape {X.shape}, but F(X) has shape {F.shape}: they "
                             "cannot be added. Keep channels, height and width, for example by a "
                             "3×3 kernel with padding=1")
        return X + F

    def backward(self, dY):
        return dY + super().backward(dY)


def check_layers(layers):
    """The layers, or an error that names the two that do not fit."""
    if not layers:
        raise ValueError("Network([]) has no layers; give at least one")
    width, before, unit = None, None, ""
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"Network got {layer!r} in its list of layers; expected a Layer such "
                            'as Dense(2, 3, rng=rng) or Activation("relu")')
        if sum(layer is other for other in layers) > 1:
            raise ValueError(f"{layer} is in the list twice; make a second layer of its own")
        n_in = first_of(layer, "n_in", "channels_in", "channels")
        if None not in (width, n_in) and n_in != width:
            raise ValueError(f"{before} puts out {width} {unit}, but {layer} after it "
                             f"takes {n_in}")
        n_out = first_of(layer, "n_out", "channels_out")
        if n_out is not None:
            width, before = n_out, layer
            unit = "numbers" if hasattr(layer, "n_out") else "channels"
        elif type(layer).__name__ not in KEEP_WIDTH:
            width = None
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
    return {"module": module, "class": type(layer).__name__, **layer.config()}


def build(description, rng):
    """The layer that ``describe`` described."""
    kwargs = dict(description)
    module, name = kwargs.pop("module"), kwargs.pop("class")
    if not module.startswith("course_lib."):
        raise ValueError(f"{module}.{name} is not a layer of course_lib")
    layer_class = getattr(importlib.import_module(module), name)
    if not issubclass(layer_class, Layer):
        raise ValueError(f"{module}.{name} is not a layer")
    if issubclass(layer_class, Network):
        return layer_class(build(layer, rng) for layer in kwargs["layers"])
    if "rng" in inspect.signature(layer_class).parameters:
        kwargs["rng"] = rng
    return layer_class(**kwargs)
