"""The novel as numbers, a writer to train oneself, and what it writes."""

import math
from functools import lru_cache

import numpy as np

from course_lib.activations import softmax
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.gated import GRU
from course_lib.layers import Dense
from course_lib.lessons.browser import budget
from course_lib.lessons.lesson_08.counts import counting_bits
from course_lib.lessons.lesson_08.text_generator import austen_model, tokens_of
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import DenseEachStep, Embedding
from course_lib.training import run_epoch

N_LETTERS = 68


@lru_cache(maxsize=1)
def novel():
    """Pride and Prejudice as tokens: (the first nine tenths, the last tenth)."""
    _, alphabet, text = austen_model()
    tokens = np.searchsorted(list(alphabet), list(text))
    first = len(tokens) * 9 // 10
    return tokens[:first], tokens[first:]


def show_letters(tokens):
    """The text of some tokens."""
    _, alphabet, _ = austen_model()
    return "".join(alphabet[token] for token in tokens)


def as_tokens(text):
    """The tokens of a text, as a batch of one: (1, letters)."""
    return tokens_of(text, austen_model()[1])


def excerpts(tokens, n, length, *, rng):
    """(X, Y) of n pieces from random places: Y is one letter later than X, as one-hot rows."""
    n = budget(n, 800, "pieces of the text a round")
    starts = rng.integers(len(tokens) - length - 1, size=(n, 1))
    rows = tokens[starts + np.arange(length + 1)]
    return rows[:, :-1], np.eye(N_LETTERS, dtype=np.float32)[rows[:, 1:]]


def bits_of(network, tokens, streams=96):
    """Bits per letter of a network that reads the tokens as so many texts side by side."""
    length = (len(tokens) - 1) // streams
    X = tokens[:streams * length].reshape(streams, length)
    y = tokens[1:streams * length + 1].reshape(streams, length)
    return float(SoftmaxCrossEntropy().value(network.predict(X), y)) / math.log(2)


def continued(network, prompt, n=60, temperature=0.7, seed=1):
    """The prompt and n letters more, each drawn with the chances that the network gives it."""
    _, alphabet, _ = austen_model()
    embedding, recurrent, dense = network.layers
    tokens, state, written = tokens_of(prompt, alphabet), None, prompt
    for luck in np.random.default_rng(seed).random(n):
        h = recurrent.forward(embedding.forward(tokens), state)[:, -1:]
        state = recurrent.state
        chances = np.cumsum(softmax(dense.forward(h)[0, 0].astype(float) / temperature))
        token = min(np.searchsorted(chances, luck), len(alphabet) - 1)
        written += alphabet[token]
        tokens = np.array([[token]])
    return " ".join(written.split())


def shipped_writer():
    """The LSTM that comes with the course: it has read nine tenths of the novel for ten minutes."""
    return austen_model()[0]


def small_writer(seed=0, kind=GRU, n_hidden=96):
    """A writer that learns in half a minute: an embedding, a recurrent layer, a dense one."""
    given = {"rng": np.random.default_rng(seed), "dtype": np.float32}
    return Network([Embedding(N_LETTERS, 16, **given), kind(16, n_hidden, **given),
                    DenseEachStep(n_hidden, N_LETTERS, **given)])


def trained_writer(seed, epochs, kind=GRU):
    """What the lesson's training loop makes: (network, bits after each epoch)."""
    seen, held_out = novel()
    network, optimizer, bits = small_writer(seed, kind), Adam(0.008), []
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        X, Y = excerpts(seen, 4000, 40, rng=rng)
        run_epoch(network, X, Y, cost=SoftmaxCrossEntropy(), optimizer=optimizer, batch_size=32,
                  clip=1.0)
        bits.append(bits_of(network, held_out))
    return network, bits


@lru_cache(maxsize=1)
def rivals():
    """Bits per letter on the held-out tenth of what does not learn by gradients."""
    seen, held_out = novel()
    return {"no idea at all": math.log2(N_LETTERS),
            **{name: counting_bits(seen, held_out, order, N_LETTERS) for name, order in (
                ("counts, no letter before", 0), ("counts, 1 letter before", 1),
                ("counts, 5 letters before", 5))}}


def window_weights(n_letters, n_units=96, n_kinds=N_LETTERS):
    """Weights of a dense layer on so many one-hot letters."""
    return Dense(n_letters * n_kinds, n_units, rng=np.random.default_rng(0)).n_parameters
