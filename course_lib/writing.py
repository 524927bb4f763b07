"""A network writes: it guesses the next token, one is drawn, and it reads on from there.

What it has read is not read again. Each layer of attention keeps the keys and values of the tokens
so far (a *KV cache*), so a new token is one more query, and no more than that.
"""

import numpy as np

from course_lib.activations import softmax
from course_lib.checks import generator, is_number, real_array, whole_number
from course_lib.transformer import Positions


class Reader:
    """Reads tokens piece by piece, and remembers what a layer needs of those before.

    Parameters
    ----------
    network : Network
        Of layers that pass (batch, time, …) on, such as Embedding, Positions, TransformerBlock and
        LSTM. What has a ``state`` (keys and values, or h and c) is given it again.

    Attributes
    ----------
    start : int
        How many tokens have been read.

    References
    ----------
    Pope et al. (2022), "Efficiently scaling transformer inference", §2. Built in lesson 09.
    """

    def __init__(self, network):
        self.network = network
        self.forget()

    def forget(self):
        """Begin again, with nothing read."""
        self.start, self.states = 0, {}

    def read(self, tokens):
        """The logits (batch, time, n) after each of the tokens (batch, time)."""
        X = tokens
        for n, layer in enumerate(self.network.layers):
            if isinstance(layer, Positions):
                X = layer.forward(X, self.start)
            elif hasattr(layer, "state"):
                X = layer.forward(X, self.states.get(n))
                self.states[n] = layer.state
            else:
                X = layer.forward(X)
        self.start += tokens.shape[1]
        return X


def write(network, tokens, n, *, temperature=1.0, cache=True, rng):
    """Yield n tokens, each drawn after those before with the chances softmax(z / temperature).

    Parameters
    ----------
    network : Network
    tokens : whole numbers, at least one
        What the text begins with.
    n : int
    temperature : float
        Below 1 the likely tokens become likelier.
    cache : bool
        With False everything is read again for each token: the same tokens, only later.
    rng : numpy.random.Generator

    When the network's ``Positions`` are used up, it forgets all but the last half of them.

    Raises
    ------
    ValueError
        For no tokens, and a temperature that is not above 0.
    """
    n = whole_number(n, "write", "n", at_least=0)
    if not is_number(temperature) or not temperature > 0:
        raise ValueError(f"write got temperature={temperature}; expected a number above 0")
    tokens = real_array(tokens, "write", "tokens")
    if tokens.ndim != 1 or not len(tokens):
        raise ValueError(f"write got tokens of shape {tokens.shape}; expected one sequence, with "
                         "at least one token to begin with")
    generator(rng, "write")
    return _tokens(network, [int(token) for token in tokens], n, temperature, cache, rng)


def _tokens(network, text, n, temperature, cache, rng):
    room = min((layer.n_steps for layer in network.layers if isinstance(layer, Positions)),
               default=None)
    reader, first = Reader(network), max(0, len(text) - room) if room else 0
    for luck in rng.random(n):
        if room and len(text) - first > room:           # no place is left: keep the last half
            first = len(text) - room // 2
            reader.forget()
        if not cache:
            reader.forget()
        z = reader.read(np.array([text[first + reader.start:]]))[0, -1]
        chances = np.cumsum(softmax(z.astype(np.float64) / temperature))
        token = min(int(np.searchsorted(chances, luck * chances[-1])), len(chances) - 1)
        text.append(token)
        yield token
