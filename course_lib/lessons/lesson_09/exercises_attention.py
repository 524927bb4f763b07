"""Exercises of lesson 09 on attention: its weights, heads, one step with a cache, the way back."""

import numpy as np

from course_lib.activations import softmax
from course_lib.exercise.exercise import Exercise, Mistake


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
        Mistake("looks at the rest only", "the mask is the wrong one: a step sees itself and "
                "those after it. Hide what lies above the diagonal.",
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
        Mistake("keys ask", "queries and keys are swapped: row t must be the query of "
                "step t. Q Kᵀ, not K Qᵀ.", attending(turned=True)),
        Mistake("columns", "the columns sum to 1. Each *row* must: the softmax is over the last "
                "axis.", attending(axis=1)),
    ],
    hints=["`scores = Q @ K.transpose(0, 2, 1) / np.sqrt(W_k.shape[1])` is (batch, time, time).",
           "`np.triu(np.ones((time, time), bool), k=1)` is true where a column lies after the row.",
           "Put −∞ there, `np.where(later, -np.inf, scores)`, and only then take the softmax."],
    minutes=12, difficulty=2, points=2, inline=True,
)


# Heads --------------------------------------------------------------------------------------------
def split_heads(X, heads):
    batch, time, n = X.shape
    return X.reshape(batch, time, heads, n // heads).transpose(0, 2, 1, 3)


def head_inputs(rng):
    checks = [(np.arange(4.0).reshape(1, 2, 2), 2)]
    for (batch, time, n), heads in (((1, 3, 4), 2), ((2, 3, 6), 3), ((3, 4, 8), 2), ((2, 5, 4), 1)):
        checks.append((rng.normal(size=(batch, time, n)).round(2), heads))
    return checks


HEADS = Exercise(
    title="Several heads",
    text="`X` (batch, time, n) holds the queries of all heads side by side: the first n / heads "
         "numbers of a step belong to the first head, the next ones to the second, and so on. "
         "Return them head by head, (batch, heads, time, n / heads). Keep every step whole.",
    stub='''def split_heads(X, heads):
    batch, time, n = X.shape
    return ...''',
    solution=split_heads, inputs=head_inputs,
    mistakes=[
        Mistake("heads mixed", "a reshape alone mixes up the steps: a head gets numbers of other "
                "steps. Cut each step first, (batch, time, heads, n // heads), then exchange the "
                "two axes in the middle.",
                lambda X, h: X.reshape(len(X), h, X.shape[1], X.shape[2] // h)),
        Mistake("every other number", "each head gets every so-manyth number of a step. It should "
                "get neighbours: the axis of the heads comes before that of their numbers.",
                lambda X, h: X.reshape(*X.shape[:2], X.shape[2] // h, h).transpose(0, 3, 1, 2)),
        Mistake("axes not exchanged", "the axes are (batch, time, heads, n / heads). The heads "
                "must come before the steps.",
                lambda X, h: X.reshape(*X.shape[:2], h, X.shape[2] // h)),
        Mistake("heads first", "the heads come before the batch. The batch stays in front.",
                lambda X, h: X.reshape(*X.shape[:2], h, X.shape[2] // h).transpose(2, 0, 1, 3)),
        Mistake("copies", "each head gets all n numbers. It gets its own piece only.",
                lambda X, h: np.stack([X] * h, axis=1)),
        Mistake("turned", "the numbers of a step lie along the third axis. There belong the steps.",
                lambda X, h: split_heads(X, h).swapaxes(2, 3)),
    ],
    hints=["`X.reshape(batch, time, heads, n // heads)` cuts each step into its pieces.",
           "Then the axes 1 and 2 change places: `.transpose(0, 2, 1, 3)`."],
    minutes=6, difficulty=2, points=2, inline=True,
)


# One step with a cache ----------------------------------------------------------------------------
def attend_new(x, K, V, W_q, W_k, W_v):
    K, V = np.vstack([K, x @ W_k]), np.vstack([V, x @ W_v])
    y = softmax(x @ W_q @ K.T / np.sqrt(K.shape[1])) @ V
    return y, K, V


def cached(scale=np.sqrt, last=True, query="W_q", first=False, swap=False, keep=True, even=False):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(x, K, V, W_q, W_k, W_v):
        k, v = (x @ W_v, x @ W_k) if swap else (x @ W_k, x @ W_v)
        order = -1 if first else 1
        K_all, V_all = np.vstack([K, k][::order]), np.vstack([V, v][::order])
        q = x @ (W_k if query == "W_k" else W_q)
        seen = slice(None) if last else slice(0, len(K))
        scores = K_all[seen] @ q / scale(K.shape[1])
        A = np.full(len(scores), 1 / len(scores)) if even else softmax(scores)
        y = A @ V_all[seen]
        return (y, K_all, V_all) if keep else (y, K, V)
    return wrong


def cache_inputs(rng):
    checks = [(np.array([1.0]), np.array([[2.0]]), np.array([[3.0]]), np.array([[1.0]]),
               np.array([[0.5]]), np.array([[-1.0]]))]
    for time, n, d in ((1, 2, 2), (3, 3, 4), (5, 4, 3)):
        checks.append(tuple(rng.normal(size=shape).round(2) for shape in (
            n, (time, d), (time, d), (n, d), (n, d), (n, d))))
    return checks


CACHE = Exercise(
    title="One more letter, with a cache",
    text="The keys `K` (time, d) and values `V` (time, d) of all letters so far are kept. Now one "
         "new letter `x` (n,) arrives. Add its key x W_k and its value x W_v at the end, let its "
         "query x W_q look at **all** keys, its own too (scores divided by √d), and return what it "
         "gets, `y` (d,), with the longer `K` and `V`.",
    stub='''def attend_new(x, K, V, W_q, W_k, W_v):
    K = ...
    V = ...
    y = ...
    return y, K, V''',
    solution=attend_new, inputs=cache_inputs,
    mistakes=[
        Mistake("not itself", "the new letter does not look at itself. Add its key and value "
                "first, then look.", cached(last=False)),
        Mistake("not kept", "the new key and value are not kept: the next letter will not see this "
                "one. Return the longer K and V.", cached(keep=False)),
        Mistake("in front", "the new key and value are put in front. Later letters come at the "
                "end.", cached(first=True)),
        Mistake("keys for values", "key and value of the new letter are swapped.",
                cached(swap=True)),
        Mistake("key asks", "the key of the new letter asks. Its query x W_q should.",
                cached(query="W_k")),
        Mistake("not scaled", "the scores are not divided by √d.", cached(scale=lambda d: 1)),
        Mistake("no root", "the scores are divided by d. It is its root.",
                cached(scale=lambda d: d)),
        Mistake("no softmax", "it takes the mean of all values. Weigh them by the softmax of the "
                "scores.", cached(even=True)),
    ],
    hints=["`np.vstack([K, x @ W_k])` has one row more.",
           "With the longer K: `A = softmax((x @ W_q) @ K.T / np.sqrt(K.shape[1]))`.",
           "What it gets is `A @ V`, with the longer V."],
    minutes=10, difficulty=2, points=2,
)


# The way back -------------------------------------------------------------------------------------
def attention_back(dY, A, Q, K, V):
    dV = A.transpose(0, 2, 1) @ dY
    dA = dY @ V.transpose(0, 2, 1)
    dS = A * (dA - (A * dA).sum(axis=2, keepdims=True)) / np.sqrt(Q.shape[2])
    return dS @ K, dS.transpose(0, 2, 1) @ Q, dV


def back(dS=lambda A, dA: A * (dA - (A * dA).sum(axis=2, keepdims=True)), scale=np.sqrt,
         turn_V=True, turn_K=True, swap=False):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(dY, A, Q, K, V):
        dV = (A.transpose(0, 2, 1) if turn_V else A) @ dY
        slope = dS(A, dY @ V.transpose(0, 2, 1)) / scale(Q.shape[2])
        dQ, dK = slope @ K, (slope.transpose(0, 2, 1) if turn_K else slope) @ Q
        return (dK, dQ, dV) if swap else (dQ, dK, dV)
    return wrong


def back_inputs(rng):
    checks = []
    for batch, time, d in ((1, 2, 2), (1, 3, 2), (2, 4, 3)):
        Q, K, V, dY = (rng.normal(size=(batch, time, d)).round(2) for _ in range(4))
        scores = Q @ K.transpose(0, 2, 1) / np.sqrt(d)
        scores[:, np.triu(np.ones((time, time), bool), k=1)] = -np.inf
        checks.append((dY, softmax(scores), Q, K, V))
    return checks


BACK = Exercise(
    title="Back through attention",
    text="Forward it was Y = A V with A = softmax(S) in each row and S = Q Kᵀ / √d; all arrays "
         "are (batch, time, …). Given `dY`, return `dQ`, `dK` and `dV`. For the softmax, a row of "
         "dS is a (da − Σ a da), as in lesson 03. A hidden step needs no care, because its a is 0.",
    stub='''def attention_back(dY, A, Q, K, V):
    dV = ...
    dA = ...
    dS = ...
    dQ = ...
    dK = ...
    return dQ, dK, dV''',
    solution=attention_back, inputs=back_inputs,
    mistakes=[
        Mistake("no softmax", "the slope of the softmax is missing: dA is taken for dS.",
                back(dS=lambda A, dA: dA)),
        Mistake("half a softmax", "the sum Σ a da is missing in the slope of the softmax: a row "
                "of weights sums to 1, so they cannot all rise.", back(dS=lambda A, dA: A * dA)),
        Mistake("sum over columns", "the sum in the slope of the softmax goes over the wrong axis. "
                "A row of A sums to 1: `axis=2`.",
                back(dS=lambda A, dA: A * (dA - (A * dA).sum(axis=1, keepdims=True)))),
        Mistake("as a sigmoid", "a (1 − a) is the slope of a sigmoid, where each number is for "
                "itself. In a softmax each weight depends on all scores of its row.",
                back(dS=lambda A, dA: A * (1 - A) * dA)),
        Mistake("not scaled", "the 1/√d of the way forward is missing on the way back.",
                back(scale=lambda d: 1)),
        Mistake("A for its transpose", "dV takes A itself. A value gets blame from the steps that "
                "looked at it, the *column* of A: Aᵀ dY.", back(turn_V=False)),
        Mistake("dS for its transpose", "dK takes dS itself. A key gets blame from the queries "
                "that met it: dSᵀ Q.", back(turn_K=False)),
        Mistake("exchanged", "dQ and dK are swapped.", back(swap=True)),
    ],
    hints=["Y = A V, so `dV = A.transpose(0, 2, 1) @ dY` and `dA = dY @ V.transpose(0, 2, 1)`.",
           "`dS = A * (dA - (A * dA).sum(axis=2, keepdims=True))`, and once divided by √d.",
           "S = Q Kᵀ, so `dQ = dS @ K` and `dK = dS.transpose(0, 2, 1) @ Q`."],
    minutes=20, difficulty=3, points=3,
)
