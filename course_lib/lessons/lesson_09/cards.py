"""Two questions about the same cards: one that a bag can answer, and one that needs attention."""

import numpy as np

from course_lib.attention import SelfAttention
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.layers import Activation, Dense, Layer
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.recurrent import LastStep

LETTERS, DIGITS = "abcdef", "12345"
QUESTIONS = ("which digit is on most cards?", "which digit is on the card asked for?")


class Bag(Layer):
    """The mean over the steps: (batch, time, n) → (batch, n). Which stood with which is lost."""

    def forward(self, X):
        self.time = X.shape[1]
        return X.mean(axis=1)

    def backward(self, dY):
        return np.repeat(dY[:, None] / self.time, self.time, axis=1)


def deal(n, rng):
    """n rows of six cards and a last one with a letter only: X (n, 7, 11), and both answers (n,).

    A card is a one-hot letter beside a one-hot digit. The letters are in any order.
    """
    letters = rng.permuted(np.tile(np.arange(len(LETTERS)), (n, 1)), axis=1)
    digits = rng.integers(len(DIGITS), size=letters.shape)
    asked = rng.integers(len(LETTERS), size=n)
    rows = np.arange(n)
    counts = (digits[:, :, None] == np.arange(len(DIGITS))).sum(axis=1)
    X = np.zeros((n, len(LETTERS) + 1, len(LETTERS) + len(DIGITS)))
    X[:, :-1, :len(LETTERS)] = np.eye(len(LETTERS))[letters]
    X[:, :-1, len(LETTERS):] = np.eye(len(DIGITS))[digits]
    X[rows, -1, letters[rows, asked]] = 1
    # the commonest digit; a tie goes to the smallest of them
    return X, {QUESTIONS[0]: counts.argmax(axis=1), QUESTIONS[1]: digits[rows, asked]}


def reader(kind, rng):
    """A network for the cards that looks in one of two ways; after that both are the same."""
    n = len(LETTERS) + len(DIGITS)
    look = [Bag()] if kind == "bag" else [SelfAttention(n, n, n, rng=rng), LastStep()]
    return Network([*look, Dense(n, 32, rng=rng, initializer="he"), Activation("relu"),
                    Dense(32, len(DIGITS), rng=rng)])


def learn(kind, question, seed, steps=500):
    """(network, share of 1,000 new rows that it answers right) after the training."""
    rng = np.random.default_rng(seed)
    network, cost, optimizer = reader(kind, rng), SoftmaxCrossEntropy(), Adam(0.01)
    for _ in range(steps):
        X, answers = deal(64, rng)
        network.backward(cost.gradient(network.forward(X), answers[question]))
        optimizer.step(network.parameters, network.gradients)
    X, answers = deal(1000, rng)
    return network, np.mean(network.predict(X).argmax(axis=1) == answers[question])


def answered(question, seeds, steps=500):
    """{"bag": …, "attention": …}: the shares answered right, by seed."""
    return {kind: np.array([learn(kind, question, seed, steps)[1] for seed in seeds])
            for kind in ("bag", "attention")}
