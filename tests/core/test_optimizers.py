"""Optimizers equal their textbook rules and PyTorch's, work in place, and refuse nonsense."""

import functools

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
    recall,
    remembered,
)

ALL = [GradientDescent, Momentum, Nesterov, AdaGrad, RMSprop, Adam]


def gradient_descent(w, gradients, rate=0.1):
    for dw in gradients:
        w = w - rate * dw
    return w


def momentum(w, gradients, rate=0.1, mu=0.8):
    v = 0
    for dw in gradients:
        v = mu * v + dw
        w = w - rate * v
    return w


def nesterov(w, gradients, rate=0.1, mu=0.8):
    v = 0
    for dw in gradients:
        v = mu * v + dw
        w = w - rate * (dw + mu * v)
    return w


def adagrad(w, gradients, rate=0.1, epsilon=1e-10):
    s = 0
    for dw in gradients:
        s = s + dw**2
        w = w - rate * dw / (np.sqrt(s) + epsilon)
    return w


def rmsprop(w, gradients, rate=0.01, rho=0.99, epsilon=1e-8):
    s = 0
    for dw in gradients:
        s = rho * s + (1 - rho) * dw**2
        w = w - rate * dw / (np.sqrt(s) + epsilon)
    return w


def adam(w, gradients, rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8, *, late=0, inside=False):
    m = v = 0
    for t, dw in enumerate(gradients, start=1):
        m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2
        m_hat, v_hat = m / (1 - beta1**(t + late)), v / (1 - beta2**(t + late))
        w = w - rate * m_hat / (np.sqrt(v_hat + epsilon) if inside else np.sqrt(v_hat) + epsilon)
    return w


#: ours, the textbook's rule, PyTorch's
RULES = {
    "GradientDescent": (lambda: GradientDescent(0.1), gradient_descent,
                        lambda o, p: o.SGD(p, lr=0.1)),
    "Momentum": (lambda: Momentum(0.1, 0.8), momentum, lambda o, p: o.SGD(p, lr=0.1, momentum=0.8)),
    "Nesterov": (lambda: Nesterov(0.1, 0.8), nesterov,
                 lambda o, p: o.SGD(p, lr=0.1, momentum=0.8, nesterov=True)),
    "AdaGrad": (lambda: AdaGrad(0.1), adagrad, lambda o, p: o.Adagrad(p, lr=0.1)),
    "AdaGrad, other settings": (
        lambda: AdaGrad(0.5, 1e-3), functools.partial(adagrad, rate=0.5, epsilon=1e-3),
        lambda o, p: o.Adagrad(p, lr=0.5, eps=1e-3)),
    "RMSprop": (lambda: RMSprop(0.01), rmsprop, lambda o, p: o.RMSprop(p, lr=0.01)),
    "Adam": (lambda: Adam(0.01), adam, lambda o, p: o.Adam(p, lr=0.01)),
    "Adam, other settings": (
        lambda: Adam(0.1, 0.5, 0.9, 1e-3),
        functools.partial(adam, rate=0.1, beta1=0.5, beta2=0.9, epsilon=1e-3),
        lambda o, p: o.Adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-3)),
}


def gradients_of(steps, size=50):
    """Gradients from tiny to huge, and the weights to start from."""
    rng = np.random.default_rng(0)
    sizes = np.exp(rng.normal(-3, 4, size=(steps, 1)))
    return rng.standard_normal(size), rng.standard_normal((steps, size)) * sizes


def difference(ours, rule, steps=200):
    """The largest difference after any of the steps, relative to weights above 1."""
    w, gradients = gradients_of(steps)
    start, worst = w.copy(), 0
    for t, dw in enumerate(gradients, start=1):
        ours.step(w, dw)
        if t in (1, 2, 3, 10, steps):
            expected = rule(start, gradients[:t])
            worst = max(worst, np.max(np.abs(w - expected) / np.maximum(1, np.abs(expected))))
    return worst


@pytest.mark.parametrize("name", RULES)
def test_equal_to_the_textbook(name):
    ours, textbook, _ = RULES[name]
    assert difference(ours(), textbook) < 1e-12


@pytest.mark.parametrize("wrong", [
    functools.partial(adam, late=1), functools.partial(adam, inside=True),
    functools.partial(adam, beta1=0.8), functools.partial(adam, beta2=0.99),
    functools.partial(adam, epsilon=1e-6), functools.partial(adam, late=10**6),
    functools.partial(adam, rate=0.01001),
])
def test_a_wrong_adam_is_rejected(wrong):
    assert difference(Adam(0.01), wrong) > 1e-6


def test_other_wrong_rules_are_rejected():
    for ours, wrong in [(Momentum(0.1, 0.8), nesterov), (Nesterov(0.1, 0.8), momentum),
                        (AdaGrad(0.1), functools.partial(adagrad, epsilon=1e-6)),
                        (AdaGrad(0.01), rmsprop), (RMSprop(0.01), adagrad),
                        (RMSprop(0.01), functools.partial(rmsprop, rho=0.9))]:
        assert difference(ours, wrong) > 1e-6


@pytest.mark.parametrize("name", RULES)
def test_equal_to_pytorch(name):
    torch = pytest.importorskip("torch")
    ours, _, torchs = RULES[name]
    ours, (w, gradients) = ours(), gradients_of(200)
    twin = torch.nn.Parameter(torch.tensor(w))
    optimizer = torchs(torch.optim, [twin])
    for dw in gradients:
        ours.step(w, dw)
        twin.grad = torch.tensor(dw)
        optimizer.step()
    assert np.max(np.abs(w - twin.detach().numpy()) / np.maximum(1, np.abs(w))) < 1e-12


@pytest.mark.parametrize("optimizer", ALL)
def test_what_it_remembers_belongs_to_one_vector(optimizer):
    rule, first, second, alone = optimizer(0.1), np.zeros(3), np.zeros(3), np.zeros(3)
    for _ in range(3):
        rule.step(first, np.array([1.0, -2.0, 3.0]))
    rule.step(second, np.array([3.0, 1.0, -1.0]))
    optimizer(0.1).step(alone, np.array([3.0, 1.0, -1.0]))
    assert np.array_equal(second, alone) and rule.t == 1


@pytest.mark.parametrize("optimizer", ALL)
def test_a_view_of_the_same_numbers_is_the_same_vector(optimizer):
    rule, again, whole, w = optimizer(0.1), optimizer(0.1), np.zeros(5), np.zeros(3)
    for _ in range(3):
        rule.step(whole[1:4], np.array([1.0, -2.0, 3.0]))
        again.step(w, np.array([1.0, -2.0, 3.0]))
    assert np.array_equal(whole[1:4], w) and rule.t == 3
    rule.step(whole[:3], np.ones(3))
    assert rule.t == 1


@pytest.mark.parametrize("optimizer", ALL)
def test_it_can_go_back_to_what_it_remembered(optimizer):
    rule, w, rng = optimizer(0.1), np.zeros(3), np.random.default_rng(0)
    rule.step(w, rng.standard_normal(3))
    memory, at, dw = remembered(rule), w.copy(), rng.standard_normal(3)
    rule.step(w, dw)
    after = w.copy()
    for _ in range(2):
        rule.step(w, np.full(3, 1e150))
        recall(rule, memory)
        w[:] = at
        rule.step(w, dw)
        assert np.array_equal(w, after) and rule.t == 2


@pytest.mark.parametrize("optimizer", ALL)
def test_a_reader_who_wants_all_errors_raised_gets_none(optimizer):
    rule, w = optimizer(0.1), np.zeros(3)
    with np.errstate(all="raise"):
        for _ in range(5):
            rule.step(w, np.array([1e-200, -1e-300, 0]))
    assert np.isfinite(w).all()


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
@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "0.1", None, True, 10**400, 1j])
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
    for bad in (np.zeros(3, int), [0.0, 0.0], None, "w", np.zeros(3, complex)):
        with pytest.raises(TypeError, match="float|expected real numbers|None"):
            Adam().step(bad, np.zeros(3))
        with pytest.raises(TypeError, match="float|expected real numbers|None"):
            clip_gradients(bad, 1)
    for bad in (None, "dw", np.zeros(3, complex), np.ma.masked_array(np.zeros(3), True)):
        with pytest.raises(TypeError, match="got gradients"):
            Adam().step(np.zeros(3), bad)
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    with pytest.raises(TypeError, match="read-only"):
        Adam().step(fixed, np.zeros(3))
    assert len(repr(GradientDescent(1e299))) < 50
