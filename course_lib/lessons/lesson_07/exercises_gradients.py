"""An exercise of lesson 07 by itself: the way back through a convolution."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


# Convolution, backward ----------------------------------------------------------------------------
def conv_backward(dY, X, W, stride, padding):
    kh, kw = W.shape[2:]
    X = np.pad(X, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), dY.sum(axis=(0, 2, 3))
    for i in range(dY.shape[2]):
        for j in range(dY.shape[3]):
            window = np.s_[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
            d = dY[:, :, i, j]  # (batch, channels_out)
            dW += np.tensordot(d.T, X[window], axes=1)
            dX[window] += np.tensordot(d, W, axes=1)
    height, width = X.shape[2:]
    return dX[:, :, padding:height - padding, padding:width - padding], dW, db


def changed(dX=None, dW=None, db=None):
    """A wrong answer: the solution with parts put through functions of (part, arguments)."""
    def wrong(*arguments):
        right = conv_backward(*arguments)
        return tuple(part if change is None else change(part, *arguments)
                     for part, change in zip(right, (dX, dW, db), strict=True))
    return wrong


def overwritten(part, dY, X, W, stride, padding):
    """dX when a window replaces what earlier windows left."""
    (kh, kw), shape = W.shape[2:], np.array(X.shape) + [0, 0, 2 * padding, 2 * padding]
    dX = np.zeros(shape)
    for i, j in np.ndindex(*dY.shape[2:]):
        dX[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] = np.tensordot(
            dY[:, :, i, j], W, axes=1)
    return dX[:, :, padding:shape[2] - padding, padding:shape[3] - padding]


def turned(W):
    return W[:, :, ::-1, ::-1]


def in_for_out(part, dY, X, W, stride, padding):
    return conv_backward(dY, X, W.swapaxes(0, 1), stride, padding)[0]


def framed(part, dY, X, W, stride, padding):
    wide = np.pad(X, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    return conv_backward(dY, wide, W, stride, 0)[0]


def minus_nothing(part, dY, X, W, stride, padding):
    return framed(part, dY, X, W, stride, padding)[:, :, padding:-padding, padding:-padding]


def last_window(part, dY, X, W, stride, padding):
    only = np.zeros(dY.shape)
    only[:, :, -1, -1] = dY[:, :, -1, -1]
    return conv_backward(only, X, W, stride, padding)[1]


def stride_forgotten(dY, X, W, stride, padding):
    return conv_backward(dY, X, W, 1, padding)


def conv_back_inputs(rng):
    checks = [(np.full((1, 1, 1, 1), 2.0), np.full((1, 1, 1, 1), 3.0),
               np.full((1, 1, 1, 1), 5.0), 1, 0)]
    for x, w, stride, padding in (
            ((1, 1, 1, 3), (1, 1, 1, 2), 1, 0), ((1, 1, 1, 3), (1, 1, 1, 1), 2, 0),
            ((1, 1, 1, 1), (1, 1, 2, 2), 1, 1), ((2, 2, 1, 1), (2, 2, 1, 1), 1, 0),
            ((1, 1, 3, 3), (1, 1, 2, 2), 1, 0),
            ((2, 2, 4, 4), (2, 2, 3, 3), 1, 1), ((2, 1, 5, 5), (1, 1, 2, 2), 2, 0),
            ((3, 2, 5, 6), (4, 2, 3, 2), 2, 1)):
        size = [(n + 2 * padding - k) // stride + 1 for n, k in zip(x[2:], w[2:], strict=True)]
        shapes = (x[0], w[0], *size), x, w
        checks.append((*(rng.normal(size=shape).round(2) for shape in shapes), stride, padding))
    return checks


CONV_BACK = Exercise(
    title="The backward pass of Conv2D",
    text="Images `X` (batch, channels in, height, width) went through kernels `W` (channels out, "
         "channels in, kh, kw) with a bias, a `stride` and a `padding` of zeros. `dY` (batch, "
         "channels out, …) is the gradient of what came out. Return `dX`, `dW` and `db`; the sum "
         "over the batch, not its mean.",
    stub='''def conv_backward(dY, X, W, stride, padding):
    db = ...
    dW = ...
    dX = ...
    return dX, dW, db''',
    solution=conv_backward, inputs=conv_back_inputs,
    mistakes=[
        Mistake("windows overwrite", "dX: where windows overlap, the later one replaces the "
                "earlier. A pixel's gradient is the sum over all its windows: +=.",
                changed(dX=overwritten)),
        Mistake("kernel turned", "dX: the kernel is turned by 180° where it should not be. Add "
                "dY[…, i, j] · W as it is; only written as one convolution is it turned.",
                changed(dX=lambda part, dY, X, W, s, p: conv_backward(dY, X, turned(W), s, p)[0])),
        Mistake("frame kept", "dX has the size of the padded image. Cut the frame off: it is not "
                "part of X.", changed(dX=framed)),
        Mistake("minus nothing", "dX is empty when the padding is 0: −0 is 0, and [0:-0] holds "
                "nothing. Cut to padding:height − padding, with the height of the padded X.",
                changed(dX=minus_nothing)),
        Mistake("in for out", "dX: the first two axes of W are swapped. W[o, c] leads back "
                "from channel o, which came out, to channel c.", changed(dX=in_for_out)),
        Mistake("dW turned", "dW is turned by 180°: its first entry must come from the first "
                "pixel of each window.", changed(dW=lambda part, *rest: turned(part))),
        Mistake("last window", "dW holds the last window alone. A weight was used everywhere: its "
                "gradient is the sum over all places.", changed(dW=last_window)),
        Mistake("mean over the batch", "dW and db are divided by the batch. The mean is in dY "
                "already, if the cost has one: add up.",
                changed(dW=lambda part, dY, *rest: part / len(dY),
                        db=lambda part, dY, *rest: part / len(dY))),
        Mistake("mean over places", "db is the mean of dY. The bias was added at every place: its "
                "gradient is the sum.", changed(db=lambda part, dY, *rest: dY.mean((0, 2, 3)))),
        Mistake("a bias a place", "db has an entry for each place. One bias serves the whole "
                "channel: sum over the batch, rows and columns.",
                changed(db=lambda part, dY, *rest: dY.sum(axis=0))),
        Mistake("stride forgotten", "the windows lie one pixel apart, whatever the stride. Window "
                "(i, j) begins at row i · stride, column j · stride.", stride_forgotten),
    ],
    hints=["db first: each bias was added to every pixel of its channel, in every image.",
           "Pad X as the forward pass did, and make dX just as large, full of zeros.",
           "Loop over the places (i, j) of dY. Which window of the padded X did each come from?",
           "There, d = dY[:, :, i, j] gives dW += Σ over the batch of d · window, and the "
           "window of dX += Σ over the channels out of d · W.",
           "`np.tensordot(d.T, X[window], axes=1)` and `np.tensordot(d, W, axes=1)` are those "
           "sums. At the end, cut the frame off dX."],
    minutes=35, difficulty=3, points=4,
)
