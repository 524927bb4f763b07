"""The exercises of lesson 08: states, letters, clipping, and the ways back."""

import numpy as np

from course_lib.activations import softmax
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_08.exercises_gradients import BPTT, LSTM_BACK
from course_lib.lessons.lesson_08.exercises_sequences import STATES, STEP

LESSON = "08 Recurrent networks"


# Temperature --------------------------------------------------------------------------------------
def letter_chances(z, temperature):
    return softmax(z / temperature)


def naive(z, axis=-1):
    exp = np.exp(z)
    return exp / exp.sum(axis=axis, keepdims=True)


def chance_inputs(rng):
    checks = [(np.array([[0.0, 1]]), 1.0), (np.array([[0.0, 1]]), 0.5),
              (np.array([[0.5, -1], [2, 0]]), 2.0)]
    checks += [(rng.normal(size=shape).round(2), T) for shape, T in (((3, 3), 0.7), ((4, 6), 1.5))]
    return [*checks, (np.array([[1000.0, 1000.5]]), 1.0), (np.array([[1000.0, -1000]]), 1.0),
            (np.array([[1000.0, 1001], [0, 1]]), 0.5), (np.array([[-1000.0, -999, -1001]]), 0.8)]


CHANCES = Exercise(
    inline=True, title="Temperature",
    text="`z` (batch, letters) are the logits of the next letter. Return the chance of each letter "
         "at a `temperature`: the softmax, in each row, of the logits divided by it. It must also "
         "work for logits of ±1000.",
    stub='''def letter_chances(z, temperature):
    return ...''',
    solution=letter_chances, inputs=chance_inputs,
    mistakes=[
        Mistake("multiplied", "the logits are multiplied by the temperature. Divide: a low "
                "temperature makes the likely likelier.", lambda z, T: softmax(z * T)),
        Mistake("no temperature", "the temperature is ignored.", lambda z, T: softmax(z)),
        Mistake("overflow", "right for small logits, but e¹⁰⁰⁰ is inf. Subtract the row's largest "
                "logit first; it cancels.", lambda z, T: naive(z / T), alone=True),
        Mistake("divided at the end", "the chances are divided, so they no longer sum to 1. Divide "
                "the logits, before the softmax.", lambda z, T: softmax(z) / T),
        Mistake("columns", "the chances of a column sum to 1. Each row is one letter to come: "
                "take the last axis.", lambda z, T: softmax(z.T / T).T),
        Mistake("whole batch", "the chances of the whole batch sum to 1. Each row has a sum of its "
                "own: `axis=1, keepdims=True`.",
                lambda z, T: softmax(z.ravel() / T).reshape(z.shape)),
        Mistake("the likeliest", "all goes to the likeliest letter: that would be a temperature "
                "of 0.", lambda z, T: (z == z.max(axis=1, keepdims=True)).astype(float)),
    ],
    hints=["softmax of z / temperature: e to the power of each, divided by the sum of the row.",
           "eᶻ overflows. What happens to the chances when the same number is taken off all "
           "logits of a row?",
           "`z = z / temperature`, then `z - z.max(axis=1, keepdims=True)`, then as ever."],
    minutes=5, difficulty=1, points=1,
)


# Embedding ----------------------------------------------------------------------------------------
def embedding_gradient(tokens, dY, n_tokens):
    one_hot = np.eye(n_tokens)[tokens.ravel()]  # (batch · time, n_tokens)
    return one_hot.T @ dY.reshape(len(one_hot), -1)


def overwritten(tokens, dY, n_tokens):
    dE = np.zeros((n_tokens, dY.shape[2]))
    dE[tokens] += dY  # adds only once a row
    return dE


def per_letter(tokens, dY, n_tokens):
    count = np.bincount(tokens.ravel().astype(np.intp), minlength=n_tokens)
    return embedding_gradient(tokens, dY, n_tokens) / np.maximum(count, 1)[:, None]


def embedding_inputs(rng):
    checks = [(np.array([[1]]), np.array([[[0.5]]]), 2),
              (np.array([[1, 1]]), np.array([[[0.5], [0.25]]]), 2),
              (np.array([[1], [0]]), np.array([[[0.5]], [[0.25]]]), 2)]
    for batch, time, dim, n_tokens in ((1, 3, 3, 3), (2, 4, 4, 4), (3, 6, 2, 5)):
        checks.append((rng.integers(0, n_tokens, (batch, time)),
                       rng.normal(size=(batch, time, dim)).round(2), n_tokens))
    return checks


EMBEDDING = Exercise(
    title="The gradient of an embedding",
    text="Token `k` was looked up in row `k` of a table `E` (n_tokens, dim). Given `tokens` "
         "(batch, time) and the gradient `dY` (batch, time, dim) of what came out, return `dE`: "
         "row k is the sum of `dY` wherever the token was k.",
    stub='''def embedding_gradient(tokens, dY, n_tokens):
    dE = np.zeros((n_tokens, dY.shape[2]))
    ...
    return dE''',
    solution=embedding_gradient, inputs=embedding_inputs,
    mistakes=[
        Mistake("once a letter", "a letter that occurs twice counts once: `dE[tokens] += dY` adds "
                "only its last. Loop, use `np.add.at`, or one-hot rows: Xᵀ dY.", overwritten),
        Mistake("mean of a letter", "each row is the mean over the places of its letter. It is "
                "the sum: every use of a weight adds.", per_letter),
        Mistake("mean over the batch", "it is divided by the number of names. If the cost is a "
                "mean, that is in dY already.",
                lambda t, dY, n: embedding_gradient(t, dY, n) / len(t)),
        Mistake("first name", "only the first name of the batch is heard.",
                lambda t, dY, n: embedding_gradient(t[:1], dY[:1], n)),
        Mistake("next row", "the rows are off by one: token k belongs to row k, counted from 0.",
                lambda t, dY, n: np.roll(embedding_gradient(t, dY, n), 1, axis=0)),
        Mistake("rows and columns", "dE is turned. It has the shape of E: a token is a row.",
                lambda t, dY, n: embedding_gradient(t, dY, n).T),
        Mistake("counts", "it counts the letters. Add `dY` at each of their places.",
                lambda t, dY, n: embedding_gradient(t, np.ones_like(dY), n)),
    ],
    hints=["For one place: row tokens[n, t] of dE gets dY[n, t] more.",
           "Two loops will do. Beware of `dE[tokens] += dY`: what if a letter occurs twice?",
           "As a matrix product, one_hotᵀ dY, with `np.eye(n_tokens)[tokens]` for the rows."],
    minutes=7, difficulty=1, points=1,
)


# Clipping -----------------------------------------------------------------------------------------
def clip_together(dW, dU, limit):
    norm = np.sqrt(np.sum(dW**2) + np.sum(dU**2))
    factor = min(1, limit / norm) if norm > 0 else 1
    return dW * factor, dU * factor


def clipped(norm):
    """A wrong answer from another length of the gradient."""
    def wrong(dW, dU, limit):
        length = norm(dW, dU)
        factor = limit / length if length > limit else 1
        return dW * factor, dU * factor
    return wrong


def always(dW, dU, limit):
    factor = limit / max(np.sqrt(np.sum(dW**2) + np.sum(dU**2)), 1e-12)
    return dW * factor, dU * factor


def to_length_1(dW, dU, limit):
    norm = np.sqrt(np.sum(dW**2) + np.sum(dU**2))
    return (dW / norm, dU / norm) if norm > limit else (dW, dU)


def clip_inputs(rng):
    checks = [(np.array([[3.0]]), np.array([[4.0]]), limit) for limit in (1.0, 6.0, 2.0)]
    checks.append((np.zeros((1, 2)), np.zeros((2, 2)), 1.0))
    for n_in, n, limit in ((2, 2, 0.5), (3, 4, 2.0), (1, 2, 50.0)):
        checks.append((rng.normal(size=(n_in, n)).round(2), rng.normal(size=(n, n)).round(2),
                       limit))
    return checks


CLIP = Exercise(
    title="Clip a gradient",
    text="`dW` and `dU` together are one gradient. If its length, the root of the sum of all "
         "squares, is more than `limit`, shorten it to `limit` and keep its direction. Else "
         "return it as it is.",
    stub='''def clip_together(dW, dU, limit):
    norm = ...
    ...
    return dW, dU''',
    solution=clip_together, inputs=clip_inputs,
    mistakes=[
        Mistake("each by itself", "dW and dU are clipped one by one, which turns the direction. "
                "They are one gradient with one length.",
                lambda dW, dU, limit: (clip_together(dW, 0 * dU, limit)[0],
                                       clip_together(0 * dW, dU, limit)[1])),
        Mistake("each number", "every number is cut off at ±limit, which turns the direction. "
                "Multiply all by one factor.",
                lambda dW, dU, limit: (np.clip(dW, -limit, limit), np.clip(dU, -limit, limit))),
        Mistake("short ones too", "a short gradient is made longer. Only a long one is "
                "changed.", always),
        Mistake("length 1", "a long gradient gets the length 1. It should get the length limit.",
                to_length_1),
        Mistake("no root", "this is the square of the length: take the root.",
                clipped(lambda dW, dU: np.sum(dW**2) + np.sum(dU**2))),
        Mistake("lengths added", "the two lengths are added. Add the squares, then take the root: "
                "3 and 4 make 5.",
                clipped(lambda dW, dU: np.linalg.norm(dW) + np.linalg.norm(dU))),
        Mistake("largest number", "it measures the largest number, not the length of all.",
                clipped(lambda dW, dU: max(np.abs(dW).max(), np.abs(dU).max()))),
    ],
    hints=["`norm = np.sqrt(np.sum(dW**2) + np.sum(dU**2))`",
           "Only if norm > limit: one factor for both, so the direction stays.",
           "The factor limit / norm makes the new length limit. Do not change dW in place."],
    minutes=5, difficulty=1, points=1,
    tolerance=1e-5,  # many divide by ‖g‖ + 10⁻⁶
)

EXERCISES = [STEP, STATES, CHANCES, EMBEDDING, CLIP, LSTM_BACK, BPTT]
