"""Exercises of lesson 08 on the way through a sequence: one step of a state, and all of them."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# One step -----------------------------------------------------------------------------------------
def one_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def step_inputs(rng):
    checks = [(np.array([1.0]), np.array([0.5]), np.array([[2.0]]), np.array([[-1.0]]),
               np.array([0.25]))]
    for n_in, n in ((2, 2), (3, 3), (2, 4)):
        checks.append(tuple(rng.normal(size=shape).round(2) for shape in (
            n_in, n, (n_in, n), (n, n), n)))
    return checks


STEP = Exercise(
    inline=True, title="One step",
    text="Write the step. `x` (n_in,) is the letter that is read, `h` (n,) the state before it. "
         "Return the new state, $\\tanh(x W + h U + b)$.",
    stub='''def one_step(x, h, W, U, b):
    return ...''',
    solution=one_step, inputs=step_inputs,
    mistakes=[
        Mistake("no tanh", "the tanh is missing, so the state can grow without limit.",
                lambda x, h, W, U, b: x @ W + h @ U + b),
        Mistake("no state", "the old state is missing. Without `h @ U` nothing is remembered.",
                lambda x, h, W, U, b: np.tanh(x @ W + b)),
        Mistake("no letter", "the letter is missing. Without `x @ W` nothing new is read.",
                lambda x, h, W, U, b: np.tanh(h @ U + b)),
        Mistake("no bias", "the bias is missing.", lambda x, h, W, U, b: np.tanh(x @ W + h @ U)),
        Mistake("U turned", "the state is multiplied by Uᵀ. It is `h @ U`.",
                lambda x, h, W, U, b: np.tanh(x @ W + h @ U.T + b)),
        Mistake("old state outside", "the old state is added outside the tanh. All three terms go "
                "into it.", lambda x, h, W, U, b: np.tanh(x @ W + b) + h @ U),
        Mistake("two tanhs", "there is a tanh around each part. Add first, then take one tanh.",
                lambda x, h, W, U, b: np.tanh(x @ W) + np.tanh(h @ U) + np.tanh(b)),
    ],
    hints=["Three terms: what the letter says, `x @ W`, what the past says, `h @ U`, and `b`.",
           "Add them up, and take the tanh of the sum."],
    minutes=3, difficulty=1, points=1,
)


# All states ---------------------------------------------------------------------------------------
def rnn_states(X, h, W, U, b):
    states = []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


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
    inline=True, title="Read a sequence",
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
