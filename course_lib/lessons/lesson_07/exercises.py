"""The exercises of lesson 07: convolution, pooling, what a unit sees, and the way back."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.lessons.lesson_07.exercises_gradients import CONV_BACK
from course_lib.lessons.lesson_07.exercises_kernel import KERNEL
from course_lib.lessons.lesson_07.exercises_pooling import POOL, POOL_BACK

LESSON = "07 Convolutional networks"


# Sizes --------------------------------------------------------------------------------------------
def output_size(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1


def size_inputs(rng):
    checks = [(3, 3, 1, 0), (5, 3, 1, 0), (5, 3, 1, 1), (6, 3, 2, 0), (7, 2, 2, 0), (7, 3, 2, 1)]
    for _ in range(6):
        kernel, stride, padding = (int(k) for k in rng.integers((1, 1, 0), (6, 5, 3)))
        checks.append((int(rng.integers(8, 40)), kernel, stride, padding))
    return [*checks, (28, 5, 1, 2), (32, 4, 3, 1), (33, 5, 2, 2)]


SIZE = Exercise(
    title="How large is the output?",
    text="Along `n` pixels slides a kernel of `kernel` pixels with the step `stride`; `padding` "
         "zeros were added at *each* end. At how many places does the kernel fit?",
    stub='''def output_size(n, kernel, stride, padding):
    return ...''',
    solution=output_size, inputs=size_inputs,
    mistakes=[
        Mistake("steps", "this counts the steps. There is one place more than steps: + 1.",
                lambda n, k, s, p: (n + 2 * p - k) // s),
        Mistake("one end", "the padding is at one end only. It is at both: 2 · padding.",
                lambda n, k, s, p: (n + p - k) // s + 1),
        Mistake("rounded up", "a last step that does not fit is counted: round down.",
                lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1),
        Mistake("not rounded", "this is no whole number of places: use `//`, which rounds down.",
                lambda n, k, s, p: (n + 2 * p - k) / s + 1),
        Mistake("no stride", "the stride is missing: divide how far the kernel can go by it.",
                lambda n, k, s, p: n + 2 * p - k + 1),
        Mistake("no kernel", "the kernel's own size is missing: it can move by n + 2p − kernel.",
                lambda n, k, s, p: (n + 2 * p) // s + 1),
        Mistake("one too early", "the 1 is added before the division. Divide the distance by the "
                "stride, then add the first place.",
                lambda n, k, s, p: (n + 2 * p - k + 1) // s),
    ],
    hints=["With its padding the image has n + 2 · padding pixels.",
           "The first place is at the very left. How far can the kernel go from there?",
           "Whole steps of `stride` pixels fit into that distance: `//`. The first place counts."],
    minutes=4, difficulty=1, points=1, inline=True,
)


# Channels -----------------------------------------------------------------------------------------
def convolve_channels(X, W, b):
    channels_out, _, kh, kw = W.shape
    Y = np.zeros((channels_out, X.shape[1] - kh + 1, X.shape[2] - kw + 1))
    for o, i, j in np.ndindex(*Y.shape):
        Y[o, i, j] = np.sum(W[o] * X[:, i:i + kh, j:j + kw]) + b[o]
    return Y


def at_each_place(answer):
    """A wrong answer from answer(window, W, b, o), the pixel of channel o."""
    def wrong(X, W, b):
        channels_out, _, kh, kw = W.shape
        Y = np.zeros((channels_out, X.shape[1] - kh + 1, X.shape[2] - kw + 1))
        for o, i, j in np.ndindex(*Y.shape):
            Y[o, i, j] = answer(X[:, i:i + kh, j:j + kw], W, b, o)
        return Y
    return wrong


def channel_inputs(rng):
    checks = [tuple(np.full(shape, value) for shape, value in
                    (((1, 1, 1), 2.0), ((1, 1, 1, 1), 3.0), (1, 0.5)))]
    for x, w in (((1, 1, 3), (1, 1, 1, 2)), ((2, 1, 1), (2, 2, 1, 1)), ((2, 3, 3), (2, 2, 2, 2)),
                 ((3, 4, 5), (2, 3, 3, 2)), ((2, 6, 6), (4, 2, 3, 3))):
        checks.append(tuple(rng.normal(size=shape).round(2) for shape in (x, w, w[0])))
    return checks


CHANNELS = Exercise(
    title="A convolution with channels",
    text="The lesson's `convolve` takes one channel. Here `X` is (channels in, height, width), "
         "`W` (channels out, channels in, kh, kw), `b` (channels out). Return the convolution, "
         "(channels out, …): stride 1, no padding, and the kernel is not turned.",
    stub='''def convolve_channels(X, W, b):
    channels_out, channels_in, kh, kw = W.shape
    Y = np.zeros((channels_out, X.shape[1] - kh + 1, X.shape[2] - kw + 1))
    ...
    return Y''',
    solution=convolve_channels, inputs=channel_inputs,
    mistakes=[
        Mistake("no bias", "the bias is missing: each pixel of channel o gets b[o].",
                at_each_place(lambda x, W, b, o: np.sum(W[o] * x))),
        Mistake("bias each time", "the bias is added once for each channel that comes in. Add it "
                "once, after the sum.",
                at_each_place(lambda x, W, b, o: np.sum(W[o] * x) + len(x) * b[o])),
        Mistake("mean of channels", "it averages over the channels. They are added.",
                at_each_place(lambda x, W, b, o: np.sum(W[o] * x) / len(x) + b[o])),
        Mistake("first channel", "only the first channel is looked at. A kernel looks at all.",
                at_each_place(lambda x, W, b, o: np.sum(W[o, 0] * x[0]) + b[o])),
        Mistake("one grid for all", "all channels get the grid of the first. A kernel has a grid "
                "of its own for each: W[o, c].",
                at_each_place(lambda x, W, b, o: np.sum(W[o, 0] * x) + b[o])),
        Mistake("turned", "the kernel is turned by 180°, as in mathematics. In deep learning it "
                "is laid on as it is.",
                at_each_place(lambda x, W, b, o: np.sum(W[o, :, ::-1, ::-1] * x) + b[o])),
        Mistake("in for out", "the first two axes of W are swapped: W[o, c], first the "
                "channel that comes out.",
                at_each_place(lambda x, W, b, o: np.sum(W[:, o] * x) + b[o])),
    ],
    hints=["For each o, i, j: which block of X lies under the kernel? It has all channels.",
           "`window = X[:, i:i + kh, j:j + kw]` has the shape of `W[o]`.",
           "The sum of all their products, and `b[o]` once."],
    minutes=8, difficulty=1, points=1,
)


# Receptive field ----------------------------------------------------------------------------------
def receptive_field(layers):
    seen, step = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * step
        step *= stride
    return seen


def grown(grow, layers, seen=1, step=1):
    for kernel, stride in layers:
        seen, step = grow(seen, step, kernel, stride)
    return seen


def stack_inputs(rng):
    stacks = [[(3, 1)], [(3, 1), (3, 1)], [(2, 2), (3, 1)], [(3, 2), (3, 2), (3, 2)],
              [(5, 1), (2, 2), (3, 1), (2, 2)], [(1, 1), (4, 3), (3, 1)]]
    stacks.append([tuple(int(k) for k in pair) for pair in rng.integers(1, 5, (4, 2))])
    return [(stack,) for stack in [*stacks, [(7, 2), (3, 2), (3, 1), (5, 2)]]]


FIELD = Exercise(
    title="How much does a unit see?",
    text="`layers` is a list of pairs (kernel, stride), the first layer first; pooling counts "
         "like convolution. How many pixels of the image, in one direction, reach one unit of the "
         "last layer?",
    stub='''def receptive_field(layers):
    seen, step = 1, 1        # pixels seen, and pixels between neighbours
    for kernel, stride in layers:
        seen = ...
        step = ...
    return seen''',
    solution=receptive_field, inputs=stack_inputs,
    mistakes=[
        Mistake("no strides", "the strides are not heard. After a stride of 2, neighbours lie two "
                "pixels apart, and a kernel reaches twice as far.",
                lambda layers: grown(lambda n, s, k, t: (n + k - 1, s), layers)),
        Mistake("stride too early", "a layer's stride already widens its own kernel. It parts the "
                "units that come *out*: first add to `seen`, then change `step`.",
                lambda layers: grown(lambda n, s, k, t: (n + (k - 1) * s * t, s * t), layers)),
        Mistake("whole kernels", "it adds kernel · step a layer. The unit in the middle sees a "
                "pixel already: (kernel − 1) · step are new.",
                lambda layers: grown(lambda n, s, k, t: (n + k * s, s * t), layers)),
        Mistake("from nothing", "it starts from 0. Before the first layer a unit is one pixel, "
                "and sees it.", lambda layers: receptive_field(layers) - 1),
        Mistake("strides added", "the strides are added up. They multiply: two layers with "
                "stride 2 put neighbours 4 pixels apart.",
                lambda layers: grown(lambda n, s, k, t: (n + (k - 1) * s, s + t - 1), layers)),
        Mistake("last stride alone", "only the stride of the layer before counts. All strides "
                "before it do, multiplied.",
                lambda layers: grown(lambda n, s, k, t: (n + (k - 1) * s, t), layers)),
        Mistake("from the end", "the layers are taken from the last to the first. The strides "
                "that count are those *before* a layer.",
                lambda layers: receptive_field(layers[::-1])),
        Mistake("kernels multiplied", "the kernels are multiplied. Two of 3 pixels see 5, not 9.",
                lambda layers: grown(lambda n, s, k, t: (n * k, s), layers)),
    ],
    hints=["One kernel of k pixels sees k: the first pixel, and k − 1 steps.",
           "A step of the first layer is 1 pixel. One of the second is the stride of the first.",
           "`seen + (kernel - 1) * step`, and after it `step * stride`."],
    minutes=8, difficulty=2, points=2,
)


# A dense layer for every pixel --------------------------------------------------------------------
def dense_everywhere(A, W, b):
    return np.tensordot(W.T, A, axes=1) + b[:, None, None]


def run_together(A, W, b):
    """The numbers in memory cut into rows, whatever they are."""
    Z = A.reshape(-1, len(W)) @ W + b
    return Z.T.reshape(-1, *A.shape[1:])


def head_inputs(rng):
    checks = [(np.full((1, 1, 1), 2.0), np.array([[3.0]]), np.array([0.5]))]
    for channels, n_out, height, width in ((2, 1, 1, 2), (2, 2, 2, 2), (3, 3, 3, 3), (3, 4, 2, 5)):
        shapes = (channels, height, width), (channels, n_out), n_out
        checks.append(tuple(rng.normal(size=shape).round(2) for shape in shapes))
    return checks


HEAD = Exercise(
    title="A dense layer for every pixel",
    text="A dense layer `W` (channels, n_out), `b` (n_out) shall answer at every pixel of the maps "
         "`A` (channels, height, width), from all channels of this pixel. Return the answers, "
         "(n_out, height, width): it is a 1 × 1 convolution.",
    stub='''def dense_everywhere(A, W, b):
    return ...''',
    solution=dense_everywhere, inputs=head_inputs,
    mistakes=[
        Mistake("no bias", "the bias is missing: b[o] at every pixel of answer o.",
                lambda A, W, b: np.tensordot(W.T, A, axes=1)),
        Mistake("bias along the row", "the bias runs along the last axis, from left to right. It "
                "belongs to the answers, the first axis: `b[:, None, None]`.",
                lambda A, W, b: np.tensordot(W.T, A, axes=1) + b),
        Mistake("W not turned", "W is used the wrong way round: W[c, o] leads from channel c to "
                "answer o.", lambda A, W, b: np.tensordot(W, A, axes=1) + b[:, None, None]),
        Mistake("pixels mixed", "`reshape` has put numbers of one channel into a row as if they "
                "were one pixel. Bring the channels to the end first: `A.transpose(1, 2, 0)`.",
                run_together),
        Mistake("answers last", "the answers stand in the last axis: right for a row a pixel, but "
                "maps are (n_out, height, width).",
                lambda A, W, b: A.transpose(1, 2, 0) @ W + b),
        Mistake("rows for columns", "height and width are swapped.",
                lambda A, W, b: dense_everywhere(A.swapaxes(1, 2), W, b)),
        Mistake("one answer", "the maps were averaged first: there is one answer for the whole "
                "image, not one a pixel.", lambda A, W, b: dense_everywhere(
                    A.mean(axis=(1, 2), keepdims=True) + 0 * A, W, b)),
    ],
    hints=["At the pixel (i, j): `A[:, i, j] @ W + b`. Two loops will do.",
           "In one go: bring the channels to the end, multiply, bring the answers to the front.",
           "`(A.transpose(1, 2, 0) @ W + b).transpose(2, 0, 1)`"],
    minutes=8, difficulty=2, points=2,
)

EXERCISES = [KERNEL, SIZE, CHANNELS, POOL, FIELD, HEAD, POOL_BACK, CONV_BACK]
