"""Right answers to the exercises of lesson 07, in other styles than the solution's."""

import numpy as np

from course_lib.convolution import Conv2D, MaxPool2D


def size_counted(n, kernel, stride, padding):
    first, places = -padding, 0
    while first + kernel <= n + padding:
        places += 1
        first += stride
    return places


def size_range(n, kernel, stride, padding):
    return len(range(0, n + 2 * padding - kernel + 1, stride))


def channels_loops(X, W, b):
    channels_out, channels_in, kh, kw = W.shape
    Y = []
    for o in range(channels_out):
        rows = []
        for i in range(X.shape[1] - kh + 1):
            row = []
            for j in range(X.shape[2] - kw + 1):
                total = b[o]
                for c in range(channels_in):
                    for u in range(kh):
                        for v in range(kw):
                            total += W[o, c, u, v] * X[c, i + u, j + v]
                row.append(total)
            rows.append(row)
        Y.append(rows)
    return Y


def channels_einsum(X, W, b):
    windows = np.lib.stride_tricks.sliding_window_view(X, W.shape[2:], axis=(1, 2))
    return np.einsum("ocuv,cijuv->oij", W, windows) + b[:, None, None]


def channels_layer(X, W, b):
    layer = Conv2D(W.shape[1], W.shape[0], W.shape[2:], rng=np.random.default_rng())
    layer.W, layer.b = W, b
    return layer.forward(X[None])[0]


def pool_loop(X, size):
    height, width = X.shape[0] // size, X.shape[1] // size
    Y = np.full((height, width), -np.inf)
    for i in range(height):
        for j in range(width):
            for u in range(size):
                for v in range(size):
                    Y[i, j] = max(Y[i, j], X[i * size + u, j * size + v])
    return Y


def pool_slices(X, size):
    h, w = X.shape[0] // size * size, X.shape[1] // size * size
    return np.max([X[u:h:size, v:w:size] for u in range(size) for v in range(size)], axis=0)


def pool_layer(X, size):
    return MaxPool2D(size).forward(X[None, None])


def field_backwards(layers):
    seen = 1
    for kernel, stride in layers[::-1]:
        seen = (seen - 1) * stride + kernel
    return seen


def field_listed(layers):
    strides = [stride for _, stride in layers]
    return 1 + sum((kernel - 1) * np.prod(strides[:n], dtype=int)
                   for n, (kernel, _) in enumerate(layers))


def head_loop(A, W, b):
    Y = np.zeros((len(b), *A.shape[1:]))
    for i in range(A.shape[1]):
        for j in range(A.shape[2]):
            Y[:, i, j] = A[:, i, j] @ W + b
    return Y


def head_rows(A, W, b):
    pixels = A.reshape(len(A), -1).T
    return (pixels @ W + b).T.reshape(len(b), A.shape[1], A.shape[2])


def head_einsum(A, W, b):
    return np.einsum("chw,co->ohw", A, W) + b.reshape(-1, 1, 1)


def pool_back_loop(X, dY, size):
    dX = np.zeros(X.shape)
    for i in range(dY.shape[0]):
        for j in range(dY.shape[1]):
            best, place = -np.inf, None
            for u in range(i * size, (i + 1) * size):
                for v in range(j * size, (j + 1) * size):
                    if X[u, v] > best:
                        best, place = X[u, v], (u, v)
            dX[place] += dY[i, j]
    return dX


def pool_back_layer(X, dY, size):
    layer = MaxPool2D(size)
    layer.forward(X[None, None])
    return layer.backward(dY[None, None])[0, 0]


def conv_back_loops(dY, X, W, stride, padding):
    padded = np.zeros((*X.shape[:2], X.shape[2] + 2 * padding, X.shape[3] + 2 * padding))
    inside = (slice(None), slice(None), slice(padding, padding + X.shape[2]),
              slice(padding, padding + X.shape[3]))
    padded[inside] = X
    dX, dW, db = np.zeros_like(padded), np.zeros_like(W), np.zeros(len(W))
    for n in range(len(X)):
        for o in range(len(W)):
            for i in range(dY.shape[2]):
                for j in range(dY.shape[3]):
                    d, top, left = dY[n, o, i, j], i * stride, j * stride
                    db[o] += d
                    dW[o] += d * padded[n, :, top:top + W.shape[2], left:left + W.shape[3]]
                    dX[n, :, top:top + W.shape[2], left:left + W.shape[3]] += d * W[o]
    return dX[inside], dW, db


def conv_back_einsum(dY, X, W, stride, padding):
    frame = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    X, (height, width) = np.pad(X, frame), dY.shape[2:]
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for u in range(W.shape[2]):
        for v in range(W.shape[3]):
            rows = slice(u, u + stride * height, stride)
            columns = slice(v, v + stride * width, stride)
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dY, X[:, :, rows, columns])
            dX[:, :, rows, columns] += np.einsum("noij,oc->ncij", dY, W[:, :, u, v])
    dX = dX[:, :, padding:, padding:]
    return [dX[:, :, :X.shape[2] - 2 * padding, :X.shape[3] - 2 * padding], dW,
            [channel.sum() for channel in dY.swapaxes(0, 1)]]


def conv_back_layer(dY, X, W, stride, padding):
    layer = Conv2D(W.shape[1], W.shape[0], W.shape[2:], stride=stride, padding=padding,
                   rng=np.random.default_rng())
    layer.W = W
    layer.forward(X)
    return layer.backward(dY), layer.dW, layer.db


def kernel_by_windows(X, K):
    windows = np.lib.stride_tricks.sliding_window_view(X, K.shape)
    return np.einsum("ijuv,uv->ij", windows, K)


def kernel_by_shifts(X, K):
    height, width = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    return sum(K[u, v] * X[u:u + height, v:v + width] for u, v in np.ndindex(*K.shape))


VARIANTS = {
    "convolve": [kernel_by_shifts, kernel_by_windows],
    "output_size": [size_counted, size_range],
    "convolve_channels": [channels_loops, channels_einsum, channels_layer],
    "max_pool": [pool_loop, pool_slices, pool_layer],
    "receptive_field": [field_backwards, field_listed],
    "dense_everywhere": [head_loop, head_rows, head_einsum],
    "max_pool_back": [pool_back_loop, pool_back_layer],
    "conv_backward": [conv_back_loops, conv_back_einsum, conv_back_layer],
}
