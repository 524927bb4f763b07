"""Networks that the reader trains while the lesson runs."""

import math

import numpy as np

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.layers import Activation, Dense, Flatten
from course_lib.lessons.browser import budget
from course_lib.lessons.lesson_09.text import to_text
from course_lib.network import Network
from course_lib.optimizers import Adam, clip_gradients
from course_lib.recurrent import Embedding
from course_lib.writing import write

COST = SoftmaxCrossEntropy()


def windows(tokens, n):
    """All runs of n letters (places, n), and the letter after each (places,)."""
    return np.lib.stride_tricks.sliding_window_view(tokens[:-1], n), tokens[n:]


def eight_letters(K, *, rng, past=8, dim=16, hidden=128):
    """Bengio's network: the vectors of the last letters side by side, a hidden layer, logits."""
    given = {"rng": rng, "dtype": np.float32}
    return Network([Embedding(K, dim, **given), Flatten(), Dense(past * dim, hidden, **given),
                    Activation("tanh"), Dense(hidden, K, **given)])


def train_on_text(network, tokens, steps, *, context=32, batch=16, rate=8e-3, rng, watch=None):
    """Teach a network to guess each next letter of pieces of the text; return its bits, by step.

    Parameters
    ----------
    context, batch : how many letters a piece has, and how many pieces a step.
    rate : of Adam; it rises for 50 steps and then falls in a straight line to 0.
    watch : called with the number of the step before it, and at the end.
    """
    optimizer, bits, steps = Adam(rate), [], budget(steps, 200, "steps")
    for step in range(steps):
        if watch:
            watch(step)
        start = rng.integers(len(tokens) - context, size=(batch, 1))
        piece = tokens[start + np.arange(context + 1)]
        z = network.forward(piece[:, :-1])
        network.backward(COST.gradient(z, piece[:, 1:]))        # each letter's target is the next
        clip_gradients(network.gradients, 1.0)
        optimizer.learning_rate = rate * min(1, (step + 1) / 50) * (1 - step / steps)
        optimizer.step(network.parameters, network.gradients)
        bits.append(COST.value(z, piece[:, 1:]) / math.log(2))
    if watch:
        watch(steps)
    return bits


def write_samples(network, alphabet, samples, at, *, n=70, temperature=0.8):
    """A `watch` for train_on_text: at these steps it puts what the network writes in `samples`."""
    def watch(step):
        if step in at:
            begin = [alphabet.index("\n")]
            text = write(network, begin, n, temperature=temperature, rng=np.random.default_rng(5))
            samples[step] = to_text(text, alphabet)
    return watch


def bits_on(network, tokens, context):
    """Bits per character; each is guessed from at least half a context of letters before it."""
    half = context // 2
    starts = np.arange(0, len(tokens) - 1 - context, half)
    pieces = tokens[starts[:, None] + np.arange(context + 1)]
    total = 0.0
    for n in range(0, len(pieces), 16):        # a few at a time: what they need stays in the cache
        some = pieces[n: n + 16]
        z = network.predict(some[:, :-1])[:, half:]
        total += len(some) * COST.value(z, some[:, half + 1:])
    return total / len(pieces) / math.log(2)
