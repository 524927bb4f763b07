"""A network is a layer made of layers, with all parameters in one vector.

One vector, because then an optimizer's update is a few array operations on everything at once,
"a direction in weight space" is a vector, and saving a network is saving one array.
"""

import weakref

import numpy as np

from course_lib.activations import softmax
from course_lib.checks import real_array, short
from course_lib.layers import Activation, Layer
from course_lib.saving import describe, load, save


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
        save(self, path)

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
        return load(path, rng)


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
