"""Exercises of lesson 08 on the way through a sequence: with a state, and with attention."""

import numpy as np

from course_lib.activations import softmax
from course_lib.exercise.exercise import Exercise, Mistake


# All states ---------------------------------------------------------------------------------------
def rnn_states(X, h, W, U, b):
    H = np.zeros((*X.shape[:2], len(b)))
    for t in range(X.shape[1]):
        h = H[:, t] = np.tanh(X[:, t] @ W + h @ U + b)
    return H


def stepped(step, phi=np.tanh):
    """A wrong answer from z = step(x, h, W, U, b)."""
    def wrong(X, h, W, U, b):
        states = []
        for t in range(X.shape[1]):
            h = phi(step(X[:, t], h, W, U, b))
            states.append(h)
        return np.stack(states, axis=1)
    return wrong


def from_the_start(X, h, W, U, b):
    return np.tanh(X @ W + (h @ U)[:, None] + b)


def in_memory(X, h, W, U, b):
    """Time first, then read as if the batch were first."""
    H = rnn_states(X, h, W, U, b)
    return H.transpose(1, 0, 2).reshape(H.shape)


def state_inputs(rng):
    checks = [(np.array([[[1.0]]]), np.array([[0.5]]), np.array([[2.0]]), np.array([[-1.0]]),
               np.array([0.25]))]
    for batch, time, n_in, n in ((1, 2, 1, 1), (2, 2, 2, 2), (3, 5, 2, 4), (2, 9, 3, 3)):
        checks.append(tuple(rng.normal(size=shape).round(2) for shape in (
            (batch, time, n_in), (batch, n), (n_in, n), (n, n), n)))
    return checks


STATES = Exercise(
    title="Read a sequence",
    text="A recurrent layer reads `X` (batch, time, n_in), beginning with the state `h` (batch, n) "
         "that an earlier text has left: each step makes "
         "$h_t = \\tanh(x_t W + h_{t-1} U + b)$. Return the states *after* each step, "
         "(batch, time, n).",
    stub='''def rnn_states(X, h, W, U, b):
    states = []
    for t in range(X.shape[1]):
        ...
    return np.stack(states, axis=1)''',
    solution=rnn_states, inputs=state_inputs,
    mistakes=[
        Mistake("state not kept", "every step begins with the first state. The result of a step is "
                "the h of the next.", from_the_start),
        Mistake("begins with zeros", "it begins with zeros and forgets the h that it was given.",
                lambda X, h, W, U, b: rnn_states(X, 0 * h, W, U, b)),
        Mistake("with the first", "the state before the first step is among the results. Return "
                "those after each step.", lambda X, h, W, U, b: np.concatenate(
                    [h[:, None], rnn_states(X, h, W, U, b)], axis=1)),
        Mistake("one step behind", "each place holds the state *before* its step: put it in after "
                "the step.", lambda X, h, W, U, b: np.concatenate(
                    [h[:, None], rnn_states(X, h, W, U, b)[:, :-1]], axis=1)),
        Mistake("last only", "it returns the last state. Asked are the states after each step.",
                lambda X, h, W, U, b: rnn_states(X, h, W, U, b)[:, -1]),
        Mistake("no tanh", "the tanh is missing: without it the steps are one product of matrices.",
                stepped(lambda x, h, W, U, b: x @ W + h @ U + b, phi=lambda z: z)),
        Mistake("no bias", "the bias is missing.", stepped(lambda x, h, W, U, b: x @ W + h @ U)),
        Mistake("U turned", "the state is multiplied by Uᵀ. Forward it is h @ U; Uᵀ is for the "
                "way back.", stepped(lambda x, h, W, U, b: x @ W + h @ U.T + b)),
        Mistake("read backwards", "it begins with the last step: the sequence is read from its "
                "end.", lambda X, h, W, U, b: rnn_states(X[:, ::-1], h, W, U, b)[:, ::-1]),
        Mistake("time first", "the states are (time, batch, n). The batch comes first: "
                "`np.stack(states, axis=1)`.",
                lambda X, h, W, U, b: rnn_states(X, h, W, U, b).swapaxes(0, 1)),
        Mistake("batch and time", "a reshape has mixed up names and steps. Put the states side by "
                "side: `np.stack(states, axis=1)`.", in_memory),
    ],
    hints=["One step: `h = np.tanh(X[:, t] @ W + h @ U + b)`.",
           "The new h replaces the old one, and is appended to the list."],
    minutes=8, difficulty=2, points=2,
)


# Attention ----------------------------------------------------------------------------------------
def causal_weights(X, W_q, W_k):
    Q, K = X @ W_q, X @ W_k
    scores = Q @ K.transpose(0, 2, 1) / np.sqrt(W_k.shape[1])
    later = np.triu(np.ones(scores.shape[1:], bool), k=1)
    return softmax(np.where(later, -np.inf, scores))


def attending(scale=lambda W_k: np.sqrt(W_k.shape[1]), hidden=lambda time: np.triu(time, k=1),
              nothing=-np.inf, turned=False, after=lambda A, later: A, axis=2):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(X, W_q, W_k):
        scores = X @ W_q @ (X @ W_k).transpose(0, 2, 1) / scale(W_k)
        scores = scores.transpose(0, 2, 1) if turned else scores
        later = hidden(np.ones(scores.shape[1:])).astype(bool)
        scores = np.where(later, nothing, scores)
        with np.errstate(invalid="ignore"):
            A = np.exp(scores - scores.max(axis=axis, keepdims=True))
            A = A / A.sum(axis=axis, keepdims=True)
        return after(A, np.triu(np.ones(scores.shape[1:], bool), k=1))
    return wrong


def nobody(time):
    return 0 * time


def attention_inputs(rng):
    checks = [(np.array([[[1.0], [2]]]), np.array([[1.0]]), np.array([[0.5]]))]
    for batch, time, n_in, n_key in ((1, 2, 2, 2), (2, 3, 3, 2), (2, 6, 2, 4)):
        checks.append(tuple(rng.normal(size=shape).round(2) for shape in (
            (batch, time, n_in), (n_in, n_key), (n_in, n_key))))
    return checks


ATTENTION = Exercise(
    title="Attention that does not look ahead",
    text="Return the weights of attention, (batch, time, time): row t says how much step t looks "
         "at each step. They are softmax(Q Kᵀ / √n_key), with Q = X W_q and K = X W_k. But step t "
         "must see **nothing after it**: there the weight is 0, and each row still sums to 1.",
    stub='''def causal_weights(X, W_q, W_k):
    Q, K = X @ W_q, X @ W_k
    scores = ...
    return ...''',
    solution=causal_weights, inputs=attention_inputs,
    mistakes=[
        Mistake("looks ahead", "it looks ahead: step t sees those after it. Set their scores to "
                "−∞ before the softmax.", attending(hidden=nobody)),
        Mistake("looks at the rest only", "it is turned round: a step sees itself and those after "
                "it. Hide what lies above the diagonal.",
                attending(hidden=lambda time: np.tril(time, k=-1))),
        Mistake("not itself", "a step does not see itself, and the first sees nothing, which is "
                "nan. The diagonal stays: `k=1`.", attending(hidden=np.triu)),
        Mistake("cut off after", "the weights ahead are cut off after the softmax, so the rows no "
                "longer sum to 1. Hide the scores before it.",
                attending(hidden=nobody, after=lambda A, later: np.where(later, 0, A))),
        Mistake("score 0", "scores ahead are set to 0. But e⁰ is 1: a score of −∞ gives the "
                "weight 0.", attending(nothing=0)),
        Mistake("not scaled", "the scores are not divided by √n_key.",
                attending(scale=lambda W_k: 1)),
        Mistake("no root", "the scores are divided by n_key. It is its root.",
                attending(scale=lambda W_k: W_k.shape[1])),
        Mistake("root of the inputs", "the root is that of the number of inputs. Take that of "
                "the length of a key, W_k.shape[1].",
                attending(scale=lambda W_k: np.sqrt(W_k.shape[0]))),
        Mistake("keys ask", "queries and keys have changed places: row t must be the query of "
                "step t. Q Kᵀ, not K Qᵀ.", attending(turned=True)),
        Mistake("columns", "the columns sum to 1. Each *row* must: the softmax is over the last "
                "axis.", attending(axis=1)),
    ],
    hints=["`scores = Q @ K.transpose(0, 2, 1) / np.sqrt(W_k.shape[1])` is (batch, time, time).",
           "`np.triu(np.ones((time, time), bool), k=1)` is true where a column lies after the row.",
           "Put −∞ there, `np.where(later, -np.inf, scores)`, and only then take the softmax."],
    minutes=12, difficulty=2, points=2,
)
