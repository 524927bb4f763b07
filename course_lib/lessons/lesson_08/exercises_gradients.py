"""Exercises of lesson 08 on the way back: through the gates of an LSTM, and through time."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# LSTM, backward -----------------------------------------------------------------------------------
def lstm_back(dh, dc, i, f, g, o, c_before, c):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    dz_i, dz_f = dc * g * i * (1 - i), dc * c_before * f * (1 - f)
    dz_g, dz_o = dc * i * (1 - g**2), dh * np.tanh(c) * o * (1 - o)
    return dz_i, dz_f, dz_g, dz_o, dc * f


def through_cell(total):
    """A wrong answer whose gradient of the cell is total(dh, dc, o, tanh c)."""
    def wrong(dh, dc, i, f, g, o, c_before, c):
        right_o = lstm_back(dh, dc, i, f, g, o, c_before, c)[3]
        wrong_dc = total(dh, dc, o, np.tanh(c))
        four = lstm_back(np.zeros_like(dh), wrong_dc, i, f, g, o, c_before, c)
        return (*four[:3], right_o, four[4])
    return wrong


def gates_wrong(change):
    """A wrong answer: the right parts, with those of change(right, arguments by name)."""
    def wrong(dh, dc, i, f, g, o, c_before, c):
        names = ("dz_i", "dz_f", "dz_g", "dz_o", "dc_before")
        right = dict(zip(names, lstm_back(dh, dc, i, f, g, o, c_before, c), strict=True))
        given = {"dh": dh, "dc": dc, "i": i, "f": f, "g": g, "o": o, "before": c_before, "c": c}
        given["total"] = dc + dh * o * (1 - np.tanh(c) ** 2)
        return tuple({**right, **change(right, given)}.values())
    return wrong


def no_sigmoid_slope(right, v):
    return {"dz_i": v["total"] * v["g"], "dz_f": v["total"] * v["before"],
            "dz_o": v["dh"] * np.tanh(v["c"])}


def lstm_back_inputs(rng):
    checks = []
    for shape in ((1, 1), (2, 2), (3, 5)):
        dh, dc, c_before = (rng.normal(size=shape).round(2) for _ in range(3))
        i, f, o = (rng.uniform(0.1, 0.9, size=shape).round(2) for _ in range(3))
        g = rng.uniform(-0.9, 0.9, size=shape).round(2)
        checks.append((dh, dc, i, f, g, o, c_before, f * c_before + i * g))
    return checks


LSTM_BACK = Exercise(
    title="Back through the gates",
    text="One step of an LSTM computed `i`, `f`, `o` = σ(z) and `g` = tanh(z) of four sums z, "
         "then `c = f * c_before + i * g` and `h = o * np.tanh(c)`. Given `dh`, the gradient of h, "
         "and `dc`, what the *next* step sent back to c, return the gradients of the four sums "
         "and of `c_before`. All arrays are (batch, n_hidden).",
    stub='''def lstm_back(dh, dc, i, f, g, o, c_before, c):
    dz_i = ...
    dz_f = ...
    dz_g = ...
    dz_o = ...
    dc_before = ...
    return dz_i, dz_f, dz_g, dz_o, dc_before''',
    solution=lstm_back, inputs=lstm_back_inputs,
    mistakes=[
        Mistake("h forgotten", "the cell is to blame for h too. Its gradient is dc and what comes "
                "back through h = o ⊙ tanh(c).", through_cell(lambda dh, dc, o, t: dc)),
        Mistake("next step forgotten", "only what comes through h reaches the cell here. Add dc: "
                "the copies are what makes an LSTM remember.",
                through_cell(lambda dh, dc, o, t: dh * o * (1 - t**2))),
        Mistake("tanh′ of c", "on the way from h to c the slope of tanh, 1 − tanh(c)², is missing.",
                through_cell(lambda dh, dc, o, t: dc + dh * o)),
        Mistake("output gate open", "on the way from h to c the output gate is missing: what it "
                "does not let out gets no blame.",
                through_cell(lambda dh, dc, o, t: dc + dh * (1 - t**2))),
        Mistake("σ′", "these are the gradients of the gates i, f and o. Their sums z lie behind a "
                "sigmoid: times s (1 − s).", gates_wrong(no_sigmoid_slope)),
        Mistake("σ′ for g", "g is a tanh, not a sigmoid: its slope is 1 − g².",
                gates_wrong(lambda r, v: {"dz_g": v["total"] * v["i"] * v["g"] * (1 - v["g"])})),
        Mistake("new cell for f", "the forget gate multiplied the cell *before*, so its gradient "
                "has c_before in it, not c.", gates_wrong(
                    lambda r, v: {"dz_f": v["total"] * v["c"] * v["f"] * (1 - v["f"])})),
        Mistake("forget gate open", "the gradient goes on to c_before as it is. The forget gate is "
                "on this way: times f.", gates_wrong(lambda r, v: {"dc_before": v["total"]})),
        Mistake("only dc goes on", "dc alone goes on to c_before. Take the cell's whole gradient, "
                "with what came through h.",
                gates_wrong(lambda r, v: {"dc_before": v["dc"] * v["f"]})),
    ],
    hints=["First the whole gradient of c. It was used twice: in h, and in the next step.",
           "`dc = dc + dh * o * (1 - np.tanh(c) ** 2)`",
           "c = f ⊙ c_before + i ⊙ g: each factor's gradient is dc times the other factor.",
           "From a gate to its sum: s (1 − s) for a sigmoid, 1 − g² for tanh.",
           "o is in h alone: dh ⊙ tanh(c) ⊙ o (1 − o)."],
    minutes=20, difficulty=3, points=3,
)


# Back through time --------------------------------------------------------------------------------
def bptt_names(dY, X, H, W, U, no_step):
    dX, dW, dU, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(len(U))
    dh = np.zeros(H[:, 0].shape)
    for t in reversed(range(X.shape[1])):
        dh = dh + dY[:, t]
        copied = no_step[:, t, None]  # (batch, 1)
        dz = np.where(copied, 0, dh * (1 - H[:, t + 1] ** 2))
        dX[:, t] = dz @ W.T
        dW += X[:, t].T @ dz
        dU += H[:, t].T @ dz
        db += dz.sum(axis=0)
        dh = dz @ U.T + np.where(copied, dh, 0)
    return dX, dW, dU, db


def backwards(slope=lambda before, after: 1 - after**2, back=lambda dz, U: dz @ U.T,
              state=lambda before, after: before, masked=True, kept=lambda copied: copied,
              output=lambda dy, copied: dy):
    """A wrong answer: the solution with one of its pieces exchanged."""
    def wrong(dY, X, H, W, U, no_step):
        dX, dW, dU, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(len(U))
        dh = np.zeros(H[:, 0].shape)
        for t in reversed(range(X.shape[1])):
            copied, before, after = no_step[:, t, None] * masked, H[:, t], H[:, t + 1]
            dh = dh + output(dY[:, t], copied)
            dz = dh * slope(before, after) * (1 - copied)
            dX[:, t], dW, db = dz @ W.T, dW + X[:, t].T @ dz, db + dz.sum(axis=0)
            dU, dh = dU + state(before, after).T @ dz, back(dz, U) + dh * kept(copied)
        return dX, dW, dU, db
    return wrong


def bptt_inputs(rng):
    checks = []
    for batch, time, n_in, n in ((1, 1, 1, 1), (1, 2, 1, 1), (1, 3, 1, 1), (1, 3, 2, 2),
                                 (3, 5, 2, 3), (4, 8, 4, 4)):
        X, W, U, b, h, dY = (rng.normal(size=shape).round(2) for shape in (
            (batch, time, n_in), (n_in, n), (n, n), n, (batch, n), (batch, time, n)))
        no_step = rng.random((batch, time)) < 0.25 * (batch > 1)
        no_step[0, 1:2] = time == 3  # a step in the middle
        X[no_step] = 0
        H = [h]
        for t in range(time):
            H.append(np.where(no_step[:, t, None], H[-1], np.tanh(X[:, t] @ W + H[-1] @ U + b)))
        checks.append((dY, X, np.stack(H, axis=1), W, U, no_step))
    return checks


BPTT = Exercise(
    title="Back through time, over names of unequal length",
    text="The lesson's `backward`, for batches in which `no_step` (batch, time) is true where "
         "there is no letter: there the state was copied, and `X` is 0. `H` (batch, time + 1, n) "
         "holds all states, the one before the first step too; `dY` (batch, time, n) is the "
         "gradient of the states `H[:, 1:]` as outputs. Return `dX`, `dW`, `dU` and `db`.",
    stub='''def bptt_names(dY, X, H, W, U, no_step):
    dX, dW, dU = np.zeros(X.shape), np.zeros(W.shape), np.zeros(U.shape)
    db = np.zeros(len(U))
    dh = 0
    for t in reversed(range(X.shape[1])):
        ...
    return dX, dW, dU, db''',
    solution=bptt_names, inputs=bptt_inputs,
    mistakes=[
        Mistake("no way back", "nothing comes back from the step after: only the own output is "
                "heard. dh goes on to the step before.",
                backwards(back=lambda dz, U: 0 * dz, kept=lambda copied: 0 * copied)),
        Mistake("U for Uᵀ", "the way back through the states uses U. It must be Uᵀ: dz @ U.T.",
                backwards(back=lambda dz, U: dz @ U)),
        Mistake("copies as steps", "where there was no step it goes back through tanh and U all "
                "the same. The state was copied there: dh passes as it is.",
                backwards(masked=False)),
        Mistake("stopped at a gap", "at a step that is none the gradient ends. The state was "
                "copied, so dh goes on to the step before, unchanged.",
                backwards(kept=lambda copied: 0 * copied)),
        Mistake("copied everywhere", "dh goes on as it is at true steps too. There it goes through "
                "dz and Uᵀ alone.", backwards(kept=lambda copied: 1)),
        Mistake("output of a gap", "dY is thrown away where there was no step. The output there "
                "was the copied state, which is to blame.",
                backwards(output=lambda dy, copied: dy * (1 - copied))),
        Mistake("no slope", "the slope of tanh is missing: dz = dh ⊙ (1 − h²).",
                backwards(slope=lambda before, after: 1)),
        Mistake("slope before", "the slope of tanh is taken from the state before the step. It is "
                "that of its result: 1 − H[:, t + 1]².",
                backwards(slope=lambda before, after: 1 - before**2)),
        Mistake("state after", "dU is made with the state after the step. U was multiplied by the "
                "one before: H[:, t].", backwards(state=lambda before, after: after)),
    ],
    hints=["Begin with the lesson's code. What is different where no_step is true?",
           "H has one state more than X has steps: step t made H[:, t + 1] out of H[:, t].",
           "dz is 0 for the rows of the batch that have no step: then dX, dW, dU and db get "
           "nothing from them.",
           "For those rows dh goes on unchanged; for the others it is dz @ U.T.",
           "`np.where(no_step[:, t, None], a, b)` takes a in these rows, b in the others."],
    minutes=25, difficulty=3, points=4,
)
