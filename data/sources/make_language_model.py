"""Make ``language_model.npz``: an LSTM that has read nine tenths of *Pride and Prejudice*.

    python -m data.sources.make_language_model     # about 10 minutes on one core

The network guesses the next letter from all letters before it. It reads the training text as 48
streams side by side, 80 letters at a time; the state at the end of a piece is the state at the
start of the next, the gradient ends where the piece begins (truncated backpropagation through
time). The last tenth of the text is never trained on. Numbers depend a little on the BLAS.
"""

import math
import time
from pathlib import Path

import numpy as np

from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets.austen import load_austen
from course_lib.gated import LSTM
from course_lib.network import Network
from course_lib.optimizers import Adam, clip_gradients
from course_lib.recurrent import DenseEachStep, Embedding

TARGET = Path(__file__).resolve().parents[1] / "language_model.npz"
DIM, HIDDEN = 24, 204
STREAMS, STEPS, EPOCHS, RATE, CLIP, DROPOUT = 48, 80, 20, 4e-3, 1.0, 0.1
COST = SoftmaxCrossEntropy()


def to_tokens(text):
    """Return the tokens (n,) and the alphabet: token k is the k-th character in order."""
    alphabet = "".join(sorted(set(text)))
    number = {character: k for k, character in enumerate(alphabet)}
    return np.array([number[character] for character in text]), alphabet


def streams(tokens, n):
    """Return inputs and targets (n, length): the text cut into n equal parts, side by side."""
    length = (len(tokens) - 1) // n
    return tokens[: n * length].reshape(n, length), tokens[1 : n * length + 1].reshape(n, length)


def bits_per_character(network, tokens, n=32):
    """The mean of −log₂ p of the next character, read as n streams from an empty state."""
    X, y = streams(tokens, n)
    return COST.value(network.predict(X), y) / math.log(2)


def train_epoch(network, X, y, *, optimizer, rate_of, rng):
    """One pass: for each piece forward from the state before it, back, clip, step."""
    embedding, lstm, dense = network.layers
    state, network.training = None, True
    starts = range(0, X.shape[1] - STEPS + 1, STEPS)
    for n, start in enumerate(starts):
        piece = slice(start, start + STEPS)
        H = lstm.forward(embedding.forward(X[:, piece]), state)
        state = lstm.state
        kept = (rng.random(H.shape, dtype=np.float32) >= DROPOUT) / np.float32(1 - DROPOUT)
        z = dense.forward(H * kept)
        dz = COST.gradient(z, y[:, piece])
        embedding.backward(lstm.backward(dense.backward(dz) * kept))
        clip_gradients(network.gradients, CLIP)
        optimizer.learning_rate = rate_of(n / len(starts))
        optimizer.step(network.parameters, network.gradients)
    network.training = False


def train(text, *, epochs=EPOCHS, hidden=HIDDEN, rng, report=print):
    """Return the network after so many epochs over the first nine tenths of the text."""
    tokens, alphabet = to_tokens(text)
    first = len(tokens) * 9 // 10
    network = Network([
        Embedding(len(alphabet), DIM, rng=rng, dtype=np.float32),
        LSTM(DIM, hidden, rng=rng, dtype=np.float32),
        DenseEachStep(hidden, len(alphabet), rng=rng, dtype=np.float32)])
    X, y = streams(tokens[:first], STREAMS)
    optimizer = Adam(RATE)
    for epoch in range(epochs):
        def rate_of(part, epoch=epoch):                     # falls to nothing along a cosine
            return RATE * (0.01 + 0.495 * (1 + math.cos(math.pi * (epoch + part) / epochs)))
        began = time.process_time()
        train_epoch(network, X, y, optimizer=optimizer, rate_of=rate_of, rng=rng)
        report(f"epoch {epoch + 1}: {bits_per_character(network, tokens[first:]):.3f} bits per "
               f"character held out, {time.process_time() - began:.0f} s")
    return network


def main():
    network = train(load_austen(), rng=np.random.default_rng(1813))
    network.save(TARGET)
    print(f"{TARGET.name}: {network.n_parameters} parameters, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
