"""Two kinds of attributes of a layer: what it learns, and what forward keeps for backward."""

import numpy as np


class Parameter:
    """An array of a layer: ``layer.W = A`` copies A into it, and never replaces it.

    It may be a view into the one vector of a Network's parameters, which the optimizer changes.
    """

    def __set_name__(self, owner, name):
        self.name, self.slot = name, "_" + name

    def __get__(self, layer, owner=None):
        return self if layer is None else getattr(layer, self.slot)

    def __set__(self, layer, value):
        array = getattr(layer, self.slot)
        value = np.asarray(value)
        if value.shape != array.shape:
            raise ValueError(f"{layer}.{self.name} has shape {array.shape}; got {value.shape}. "
                             "Give an array of that shape: the size of a layer is fixed.")
        array[...] = value


class FromForward:
    """What forward keeps for backward; to ask for it before forward has run is an error."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, layer, owner=None):
        if layer is None:
            return self
        raise RuntimeError(f"{layer}.backward() needs the {self.name} that forward() keeps: "
                           "call forward(X) first")
