"""Right answers to the exercises of lesson 03, in other styles than the solution's."""

import math

import numpy as np

from course_lib.activations import sigmoid, softmax, softplus
from course_lib.costs import (
    CategoricalCrossEntropy,
    Huber,
    Quadratic,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)


def half_square_loop(y_hat, y):
    total = 0
    for a, b in zip(y_hat, y, strict=True):
        total += (b - a) ** 2 / 2
    return total / len(y)


def half_square_product(y_hat, y):
    r = y_hat - y
    return r @ r / (2 * r.size)


def density_short(y, y_hat, sigma):
    z = (y - y_hat) / sigma
    return np.exp(-z * z / 2) / (sigma * math.sqrt(2 * math.pi))


def density_variance(y, y_hat, sigma):
    variance = sigma**2
    return (2 * np.pi * variance) ** -0.5 * np.exp(-((y_hat - y) ** 2) / (2 * variance))


def minus_log_mean(p):
    return -np.mean(np.log(p))


def minus_log_loop(p):
    return sum(math.log(1 / value) for value in p) / len(p)


def cross_entropy_short(y_hat, y):
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def cross_entropy_what_happened(y_hat, y):
    return -np.log(1 - np.abs(y - y_hat)).mean()


def class_places(Y_hat, labels):
    p = Y_hat[np.arange(len(labels)), labels]
    return -np.mean(np.log(p))


def class_one_hot(Y_hat, labels):
    one_hot = np.eye(Y_hat.shape[1])[labels]
    return -(one_hot * np.log(Y_hat)).sum() / len(labels)


def quadratic_loop(y_hat, y):
    C, gradient = 0, np.zeros(y.shape)
    for n in range(len(y)):
        for k in range(len(y[n])):
            C += (y[n, k] - y_hat[n, k]) ** 2 / 2 / len(y)
            gradient[n, k] = (y_hat[n, k] - y[n, k]) / len(y)
    return C, gradient


def quadratic_library(y_hat, y):
    return Quadratic().value(y_hat, y), Quadratic().gradient(y_hat, y)


def quadratic_products(y_hat, y):
    gradient = (y_hat - y) / y.shape[0]
    return [np.vdot(gradient, y_hat - y) / 2, gradient]


def slopes_chain_rule(z, y):
    y_hat = 0.5 * (1 + np.tanh(z / 2))
    cross_entropy = y_hat - y
    quadratic = cross_entropy * 0.25 / np.cosh(np.clip(z, -500, 500) / 2) ** 2
    return quadratic, cross_entropy


def slopes_by_label(z, y):
    p = sigmoid(z)
    cross_entropy = np.where(y == 1, p - 1, p)
    return cross_entropy * (p - p**2), cross_entropy


def slopes_library(z, y):
    p = sigmoid(z)
    return Quadratic().slope(p, y) * p * (1 - p), SigmoidCrossEntropy().slope(z, y)


def huber_loop(r, delta):
    loss, slope = [], []
    for v in r.ravel():
        if abs(v) < delta:
            loss.append(v * v / 2)
            slope.append(v)
        else:
            loss.append(delta * abs(v) - delta**2 / 2)
            slope.append(delta if v > 0 else -delta)
    return np.reshape(loss, r.shape), np.reshape(slope, r.shape)


def huber_clip(r, delta):
    slope = np.clip(r, -delta, delta)
    return slope * r - slope**2 / 2, slope


def huber_library(r, delta):
    rule = Huber(delta)
    return rule.loss(r[..., None], 0), rule.slope(r, 0)


def kl_loop(y_hat, y):
    losses = []
    for p, t in zip(y_hat, y, strict=True):
        losses.append(sum(b * math.log(b / a) for a, b in zip(p, t, strict=True) if b > 0))
    return losses


def kl_entropies(y_hat, y):
    entropy = -np.sum(y * np.log(np.where(y == 0, 1, y)), axis=1)
    return CategoricalCrossEntropy().loss(y_hat, y) - entropy


def kl_nan(y_hat, y):
    return np.nansum(y * np.log(y / y_hat), axis=1)


def kl_tiny(y_hat, y):
    return (y * np.log((y + 1e-12) / y_hat)).sum(-1)


def logits_short(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def logits_loop(z, y):
    total = 0
    for v, t in zip(z, y, strict=True):
        total += max(v, 0) - t * v + math.log1p(math.exp(-abs(v)))
    return total / len(z)


def logits_library(z, y):
    return SigmoidCrossEntropy().value(z[:, None], y[:, None])


def gaussian_loop(y_hat, y, sigma):
    total = 0
    for a, b, s in zip(y_hat, y, sigma, strict=True):
        total += (a - b) ** 2 / (2 * s * s) + math.log(s * math.sqrt(2 * math.pi))
    return total / len(y)


def gaussian_variance(y_hat, y, sigma):
    variance = sigma**2
    return (np.log(2 * np.pi * variance) + (y - y_hat) ** 2 / variance).mean() / 2


def gaussian_library(y_hat, y, sigma):
    scaled = [(v / sigma)[:, None] for v in (y_hat, y)]
    return [[Quadratic().value(*scaled) + np.log(sigma * np.sqrt(2 * np.pi)).mean()]]


def fused_loop(Z, labels):
    gradient = np.zeros(Z.shape)
    for n, z in enumerate(Z):
        e = np.exp(z - max(z))
        gradient[n] = e / sum(e)
        gradient[n, labels[n]] -= 1
    return gradient / len(Z)


def fused_places(Z, labels):
    P = softmax(Z)
    P[np.arange(len(Z)), labels] -= 1
    return P / Z.shape[0]


def fused_library(Z, labels):
    return SoftmaxCrossEntropy().gradient(Z, labels)


VARIANTS = {
    "half_square": [half_square_loop, half_square_product],
    "density": [density_variance, density_short],
    "minus_log": [minus_log_mean, minus_log_loop],
    "cross_entropy": [cross_entropy_short, cross_entropy_what_happened],
    "class_cross_entropy": [class_places, class_one_hot],
    "quadratic_cost": [quadratic_loop, quadratic_library, quadratic_products],
    "slopes_at_logit": [slopes_chain_rule, slopes_by_label, slopes_library],
    "huber_and_slope": [huber_loop, huber_clip, huber_library],
    "kl_divergence": [kl_nan, kl_loop, kl_entropies, kl_tiny],
    "logit_cross_entropy": [logits_short, logits_loop, logits_library,
                            lambda z, y: (softplus(z) - z * y).sum() / z.size],
    "gaussian_cost": [gaussian_variance, gaussian_loop, gaussian_library],
    "fused_gradient": [fused_loop, fused_places, fused_library],
}
