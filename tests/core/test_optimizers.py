"""Optimizers equal PyTorch's on the same gradients, work in place, and refuse nonsense."""

import numpy as np
import pytest

from course_lib.optimizers import (
    AdaGrad,
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    clip_gradients,
)

PAIRS = {
    "GradientDescent": (lambda: GradientDescent(0.1), lambda o, p: o.SGD(p, lr=0.1)),
    "Momentum": (lambda: Momentum(0.1, 0.8), lambda o, p: o.SGD(p, lr=0.1, momentum=0.8)),
    "Nesterov": (lambda: Nesterov(0.1, 0.8),
                 lambda o, p: o.SGD(p, lr=0.1, momentum=0.8, nesterov=True)),
    "AdaGrad": (lambda: AdaGrad(0.1), lambda o, p: o.Adagrad(p, lr=0.1)),
    "AdaGrad, other settings": (lambda: AdaGrad(0.5, 1e-3),
                                lambda o, p: o.Adagrad(p, lr=0.5, eps=1e-3)),
    "RMSprop": (lambda: RMSprop(0.01), lambda o, p: o.RMSprop(p, lr=0.01)),
    "Adam": (lambda: Adam(0.01), lambda o, p: o.Adam(p, lr=0.01)),
    "Adam, other settings": (lambda: Adam(0.1, 0.5, 0.9, 1e-3),
                             lambda o, p: o.Adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-3)),
}
ALL = [GradientDescent, Momentum, Nesterov, AdaGrad, RMSprop, Adam]


def largest_difference(ours, torchs):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    w = rng.standard_normal(50)
    twin = torch.nn.Parameter(torch.tensor(w))
    optimizer = torchs(torch.optim, [twin])
    for _ in range(200):
        dw = rng.standard_normal(50) * np.exp(rng.normal(0, 3))
        ours.step(w, dw)
        twin.grad = torch.tensor(dw)
        optimizer.step()
    return np.max(np.abs(w - twin.detach().numpy()) / np.maximum(1, np.abs(w)))


@pytest.mark.parametrize("name", PAIRS)
def test_equal_to_pytorch(name):
    make, torchs = PAIRS[name]
    assert largest_difference(make(), torchs) < 1e-12


def test_the_comparison_rejects_a_wrong_rule():
    class NoBiasCorrection(Adam):
        def update(self, w, dw, *state):
            self.t = 10**6
            super().update(w, dw, *state)

    class Forgetful(AdaGrad):
        def update(self, w, dw, scratch, s):
            s *= 0.99
            super().update(w, dw, scratch, s)

    class OneRateForAll(AdaGrad):
        def update(self, w, dw, scratch, s):
            s += dw @ dw - dw**2
            super().update(w, dw, scratch, s)

    assert largest_difference(NoBiasCorrection(0.01), PAIRS["Adam"][1]) > 1e-3
    for wrong in (Forgetful(0.1), OneRateForAll(0.1), RMSprop(0.1)):
        assert largest_difference(wrong, PAIRS["AdaGrad"][1]) > 1e-3
    assert largest_difference(AdaGrad(0.1, 1e-8), PAIRS["AdaGrad"][1]) > 1e-11


@pytest.mark.parametrize("optimizer", ALL)
@pytest.mark.parametrize("shape", [(), (1,), (3, 4)])
def test_finds_the_bottom_of_a_bowl_in_place(optimizer, shape):
    rate = 1.0 if optimizer is AdaGrad else 0.05  # 500 of its steps reach less than 2 γ √500
    w, rule = np.full(shape, 3.0), optimizer(rate)
    same = w
    for _ in range(500):
        dw = w.copy()
        rule.step(w, dw)
    assert w is same and np.abs(w).max() < 0.06


@pytest.mark.parametrize("optimizer", ALL)
def test_gradients_are_left_alone(optimizer):
    w, dw = np.ones(4), np.arange(4.0)
    optimizer(0.1).step(w, dw)
    assert np.array_equal(dw, np.arange(4)) and not np.array_equal(w, np.ones(4))


def test_on_a_steady_slope_adagrad_steps_get_shorter_and_rmsprop_steps_stay():
    t = np.arange(1, 101)
    for rule, lengths in ((AdaGrad(0.3), 0.3 / np.sqrt(t)),
                          (RMSprop(0.3, rho=0.9), 0.3 / np.sqrt(1 - 0.9**t))):
        w, path = np.zeros(2), [np.zeros(2)]
        for _ in t:
            rule.step(w, np.array([5.0, -0.01]))
            path.append(w.copy())
        assert np.allclose(-np.diff(path, axis=0), np.outer(lengths, [1, -1]), rtol=1e-5)


@pytest.mark.parametrize("optimizer", ALL)
def test_reset_forgets(optimizer):
    rule, w, again = optimizer(0.1), np.zeros(3), np.zeros(3)
    rule.step(w, np.ones(3))
    rule.reset(again)
    rule.step(again, np.ones(3))
    assert np.array_equal(w, again)


@pytest.mark.parametrize("optimizer", ALL)
@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "0.1", None])
def test_a_learning_rate_is_a_positive_number(optimizer, rate):
    with pytest.raises(ValueError, match="learning_rate is .*expected a positive number"):
        optimizer(rate)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clipping_shortens_long_gradients_in_place_and_keeps_their_direction(dtype):
    g = np.array([3.0, -4.0], dtype)
    same = g
    assert clip_gradients(g, 10) == 5 and np.array_equal(g, [3, -4])
    assert clip_gradients(g, 5) == 5 and np.array_equal(g, [3, -4])
    assert clip_gradients(g, 0.5) == 5
    assert g is same and g.dtype == dtype and np.allclose(g, [0.3, -0.4])
    assert clip_gradients(np.zeros(3), 1) == 0


def test_clipping_equals_pytorch():
    torch = pytest.importorskip("torch")
    g = np.random.default_rng(0).standard_normal(50)
    twin = torch.nn.Parameter(torch.zeros(50, dtype=torch.float64))
    twin.grad = torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_([twin], 0.7)
    assert clip_gradients(g, 0.7) == pytest.approx(norm.item(), rel=1e-12)
    assert np.abs(g - twin.grad.numpy()).max() < 1e-6               # PyTorch adds 1e-6 to the norm


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_has_no_direction_is_not_clipped(bad):
    g = np.array([1.0, bad])
    assert not np.isfinite(clip_gradients(g, 0.1)) and g[0] == 1


@pytest.mark.parametrize("max_norm", [0, -1, np.nan, "1", None])
def test_clipping_needs_a_positive_number(max_norm):
    with pytest.raises(ValueError, match="max_norm is .*expected a positive number"):
        clip_gradients(np.ones(2), max_norm)


def test_other_bad_input():
    with pytest.raises(ValueError, match="momentum is 1; expected a positive number below 1"):
        Momentum(0.1, momentum=1)
    with pytest.raises(ValueError, match="epsilon is 0; expected a positive number"):
        AdaGrad(0.1, epsilon=0)
    with pytest.raises(ValueError, match="beta2"):
        Adam(beta2=1.5)
    with pytest.raises(ValueError, match=r"gradients of shape \(2,\) for parameters of shape \(3,"):
        Adam().step(np.zeros(3), np.zeros(2))
    with pytest.raises(TypeError, match="float"):
        Adam().step(np.zeros(3, int), np.zeros(3))
