"""A plan takes the steps of the plain loop, whatever the network; and K networks those of each."""

import copy
import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import fast, optimizers
from course_lib.activations import ACTIVATIONS, sigmoid, sigmoid_prime
from course_lib.costs import (
    Absolute,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Exponential,
    GeneralizedKullbackLeibler,
    Hellinger,
    Huber,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from course_lib.layers import Activation, Dense, Dropout, Flatten
from course_lib.network import Network, Residual
from course_lib.normalization import BatchNorm
from course_lib.optimizers import Adam, GradientDescent
from course_lib.side_by_side import fit_side_by_side
from course_lib.training import Diverged, fit, run_epoch

RNG = np.random.default_rng

#: cost → the last activation that goes with it
ENDINGS = {
    Quadratic(): None, Absolute(): None, Huber(0.5): None, Exponential(20.0): "tanh",
    SigmoidCrossEntropy(): None, SoftmaxCrossEntropy(): None, BinaryCrossEntropy(): "sigmoid",
    CategoricalCrossEntropy(): "softmax", KullbackLeibler(): "softmax", Hellinger(): "softplus",
    GeneralizedKullbackLeibler(): "softplus", ItakuraSaito(): "softplus",
}
RULES = {
    "GradientDescent": lambda: optimizers.GradientDescent(0.05),
    "Momentum": lambda: optimizers.Momentum(0.02, 0.8),
    "Nesterov": lambda: optimizers.Nesterov(0.02, 0.8),
    "AdaGrad": lambda: optimizers.AdaGrad(0.05, 1e-4),
    "RMSprop": lambda: optimizers.RMSprop(0.01, 0.9, 1e-4),
    "Adam": lambda: optimizers.Adam(0.02, 0.8, 0.99, 1e-4),
}


def targets(cost, n, n_out, rng):
    if cost.classes:
        return rng.integers(0, n_out, n)
    y = rng.uniform(0.1, 0.9, (n, n_out))
    return y / y.sum(axis=1, keepdims=True) if isinstance(cost, KullbackLeibler) else y


@st.composite
def problems(draw):
    """A function that makes one network, always the same, and what to train it with."""
    cost, ending = draw(st.sampled_from(list(ENDINGS.items())))
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    if cost.classes or ending == "softmax":
        widths[-1] = max(widths[-1], 2)
    between = [draw(st.lists(st.sampled_from([*fast.FORMULAS, "dropout"]), max_size=2))
               for _ in widths]
    seed, nested = draw(st.integers(0, 10**6)), draw(st.booleans())
    n = draw(st.integers(1, 12))

    def make():
        rng = RNG(seed)
        layers = [Dropout(0.25, rng=rng)] if "dropout" in between[-1] else []
        for i, (n_in, n_out) in enumerate(zip(widths, widths[1:], strict=False)):
            layers.append(Dense(n_in, n_out, rng=rng))
            layers[-1].b = rng.normal(0, 0.3, n_out)
            if i < len(widths) - 2:
                layers += [Dropout(0.4, rng=rng) if name == "dropout" else Activation(name)
                           for name in between[i] if name != "softmax" or n_out > 1]
        if ending:
            layers.append(Activation(ending))
        return Network([layers[0], Network(layers[1:])] if nested and len(layers) > 2 else layers)

    rng = RNG(seed + 1)
    return make, rng.standard_normal((n, widths[0])), targets(cost, n, widths[-1], rng), dict(
        cost=cost, batch_size=draw(st.sampled_from([None, 1, 3, 5])), progress=False,
        clip=draw(st.sampled_from([None, 0.1])), epochs=draw(st.integers(1, 3)))


def assert_equal(network, other, rule, twin):
    for ours, plain in ((network.parameters, other.parameters),
                        (network.gradients, other.gradients),
                        *((getattr(rule, name), getattr(twin, name)) for name in rule.memory)):
        np.testing.assert_allclose(ours, plain, rtol=1e-12, atol=1e-12)
    assert rule.t == twin.t


@given(problem=problems(), rule=st.sampled_from(list(RULES)))
@settings(deadline=None, max_examples=150, derandomize=True)
def test_a_plan_takes_the_steps_of_the_plain_loop(problem, rule):
    make, X, y, given = problem
    quick, plain, rules = make(), make(), (RULES[rule](), RULES[rule]())
    assert fast.plan([quick], given["cost"], [rules[0]]) is not None
    histories = [fit(network, X, y, optimizer=rules[i], rng=RNG(2), fast=not i, **given)
                 for i, network in enumerate((quick, plain))]
    assert_equal(quick, plain, *rules)
    np.testing.assert_allclose(histories[0].cost, histories[1].cost, rtol=1e-12, atol=1e-12)
    assert vars(histories[0]).keys() == vars(histories[1]).keys()


@given(problem=problems(), rule=st.sampled_from(list(RULES)), at=st.integers(1, 4))
@settings(deadline=None, max_examples=30, derandomize=True)
def test_an_interrupt_leaves_both_the_same(problem, rule, at):
    make, X, y, given = problem
    quick, plain, rules = make(), make(), (RULES[rule](), RULES[rule]())
    histories = []
    for i, network in enumerate((quick, plain)):
        calls = []

        def interrupting(y_hat, y, calls=calls):
            calls.append(1)
            if len(calls) == at:
                raise KeyboardInterrupt
            return 0

        histories.append(fit(network, X, y, optimizer=rules[i], rng=RNG(2), fast=not i,
                             metrics={"m": interrupting}, **given | {"epochs": 4}))
        assert len(histories[i].cost) == len(histories[i].metrics["m"]) == at - 1
    assert histories[0].stopped == histories[1].stopped
    for ours, others in ((quick.parameters, plain.parameters),
                         (histories[0].cost, histories[1].cost)):
        np.testing.assert_allclose(ours, others, rtol=1e-12, atol=1e-12)


@given(problem=problems(), rule=st.sampled_from(list(RULES)), K=st.integers(2, 4))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_side_by_side_is_one_after_the_other(problem, rule, K):
    make, X, y, given = problem
    networks = [make() for _ in range(K)]
    for k, network in enumerate(networks):
        network.parameters = network.parameters * (1 + 0.1 * k)
    alone, rules = copy.deepcopy(networks), [RULES[rule]() for _ in range(K)]
    for k, own in enumerate(rules):
        own.learning_rate *= 1 + k
    twins = copy.deepcopy(rules)
    histories = fit_side_by_side(networks, X, y, optimizers=rules, rngs=[RNG(k) for k in range(K)],
                                 **given)
    for k in range(K):
        history = fit(alone[k], X, y, optimizer=twins[k], rng=RNG(k), fast=False, **given)
        assert_equal(networks[k], alone[k], rules[k], twins[k])
        np.testing.assert_allclose(history.cost, histories[k].cost, rtol=1e-12, atol=1e-12)
        assert history.stopped == histories[k].stopped


def network(seed=0, hidden=4, *more, phi="tanh"):
    rng = RNG(seed)
    return Network([Dense(3, hidden, rng=rng), Activation(phi), *more, Dense(hidden, 1, rng=rng)])


def rows(n=25, seed=1):
    X = RNG(seed).standard_normal((n, 3))
    return X, (X[:, 0] > 0).astype(int)


SETTINGS = dict(cost=SigmoidCrossEntropy(), epochs=6, batch_size=4, progress=False)


def test_folds_patience_and_divergence_side_by_side():
    folds = [(rows(25, k), rows(9, 50 + k)) for k in range(3)] + [(rows(24, 3), rows(9, 53))] * 2
    rates = [0.01, 1e200, 0.3, 0.1, 0.5]
    kinds = [network(k, phi="relu") for k in range(4)] + [network(4, 6)]    # the last is another
    alone = copy.deepcopy(kinds)
    given = SETTINGS | dict(patience=2, epochs=25, metrics={"mean": lambda p, y: np.mean(p)})
    histories = fit_side_by_side(
        kinds, [X for (X, _), _ in folds], [y for (_, y), _ in folds],
        optimizers=[GradientDescent(rate) for rate in rates], rngs=[RNG(k) for k in range(5)],
        validation=[pair for _, pair in folds], **given)
    for k, ((X, y), pair) in enumerate(folds):
        try:
            history = fit(alone[k], X, y, optimizer=GradientDescent(rates[k]), rng=RNG(k),
                          validation=pair, **given)
        except Diverged as error:
            history = error.history
        np.testing.assert_allclose(kinds[k].parameters, alone[k].parameters, rtol=1e-12)
        assert history.stopped == histories[k].stopped
        assert history.best_epoch == histories[k].best_epoch
        for name in history.metrics:
            np.testing.assert_allclose(history.metrics[name], histories[k].metrics[name])
    assert histories[1].stopped == "diverged in epoch 1" and len({h.epochs for h in histories}) > 2


def test_networks_without_a_plan_are_trained_one_after_the_other():
    def make(k):
        return Network([Dense(3, 4, rng=RNG(k)), BatchNorm(4), Activation("tanh"),
                        Dense(4, 1, rng=RNG(k))])

    X, y = rows(24)
    networks, alone = [make(k) for k in range(3)], [make(k) for k in range(3)]
    rates, given = [0.1, 1e200, 0.5], SETTINGS | {"batch_size": 5, "clip": 0.3}
    histories = fit_side_by_side(
        networks, X, y, optimizers=[GradientDescent(rate) for rate in rates],
        rngs=[RNG(k) for k in range(3)], **given)
    for k in (0, 2):
        history = fit(alone[k], X, y, optimizer=GradientDescent(rates[k]), rng=RNG(k), **given)
        assert np.array_equal(networks[k].parameters, alone[k].parameters)
        assert history.cost == histories[k].cost
    assert histories[1].stopped == "diverged in epoch 1" and histories[1].epochs == 0


def test_networks_with_dropout_go_side_by_side_with_draws_of_their_own():
    def make(k):
        return network(k, 4, Dropout(0.5, rng=RNG(100 + k)), phi="relu")

    X, y = rows()
    K, rates = 4, [0.1, 0.1, 1e200, 0.1]    # one diverges: the others draw the same again
    networks, alone = [make(k) for k in range(K)], [make(k) for k in range(K)]
    histories = fit_side_by_side(
        networks, X, y, optimizers=[GradientDescent(r) for r in rates],
        rngs=[RNG(k) for k in range(K)], **SETTINGS)
    assert [history.stopped[:3] for history in histories] == ["ran", "ran", "div", "ran"]
    for k in (0, 1, 3):
        fit(alone[k], X, y, optimizer=GradientDescent(0.1), rng=RNG(k), fast=False, **SETTINGS)
        np.testing.assert_allclose(networks[k].parameters, alone[k].parameters, rtol=1e-12)


def test_one_generator_for_all_dropouts_is_used_in_the_order_of_the_networks():
    X, y = rows()
    results = []
    for way in ("together", "alone"):
        shared = RNG(7)
        networks = [network(k, 4, Dropout(0.5, rng=shared)) for k in range(3)]
        if way == "together":
            fit_side_by_side(networks, X, y, optimizers=[Adam(0.1) for _ in networks],
                             rngs=[RNG(k) for k in range(3)], **SETTINGS)
        else:
            for k, one in enumerate(networks):
                fit(one, X, y, optimizer=Adam(0.1), rng=RNG(k), **SETTINGS)
        results.append([one.parameters for one in networks])
    assert np.array_equal(*results)


def test_an_interrupt_side_by_side():
    calls = []

    def interrupting(p, y):
        calls.append(1)
        if len(calls) == 12:
            raise KeyboardInterrupt
        return 0

    networks, (X, y) = [network(k) for k in range(3)], rows()
    histories = fit_side_by_side(networks, X, y, optimizers=[Adam(0.1) for _ in networks],
                                 rngs=[RNG(k) for k in range(3)], metrics={"m": interrupting},
                                 **SETTINGS)
    for one, history in zip(networks, histories, strict=True):
        assert history.stopped.startswith("interrupted") and not one.training
        assert len(history.cost) == len(history.metrics["m"])
        assert SETTINGS["cost"].value(one.predict(X), y) == pytest.approx(
            history.cost[history.best_epoch], rel=1e-12)


@pytest.mark.parametrize("change, error, message", [
    (dict(networks=network()), TypeError, "expected a list of networks"),
    (dict(networks=[]), TypeError, "expected a list of networks"),
    (dict(optimizers=Adam(0.1)), ValueError, "optimizers=.*expected a list of 2"),
    (dict(optimizers=[Adam(0.1)]), ValueError, "expected a list of 2, one for each network"),
    (dict(optimizers=[Adam(0.1)] * 2), ValueError, "same object twice in optimizers"),
    (dict(rngs=[RNG(0)] * 2), ValueError, "same object twice in rngs"),
    (dict(rngs=[0, 1]), TypeError, "default_rng"),
    (dict(X=[rows()[0]]), ValueError, "list of 1 arrays in X"),
    (dict(validation=[rows()]), ValueError, "1 pairs in validation"),
    (dict(optimizers=["adam", Adam]), TypeError, "expected an optimizer"),
    (dict(epochs=0), ValueError, "epochs=0"),
])
def test_bad_arguments(change, error, message):
    X, y = rows()
    given = SETTINGS | dict(networks=[network(0), network(1)], X=X, y=y, rngs=[RNG(0), RNG(1)],
                            optimizers=[Adam(0.1), Adam(0.1)])
    with pytest.raises(error, match=message):
        fit_side_by_side(**given | change)


class OwnRule(GradientDescent):
    def update(self, w, dw):
        w -= 0.3 * np.sign(dw)


class OwnDense(Dense):
    def forward(self, X):
        return 2 * super().forward(X)

    def backward(self, dZ):
        return super().backward(2 * dZ)


def own_sigmoid(z):
    return sigmoid(2 * z)


def patched():
    one = network()
    forward = one.layers[1].forward
    one.layers[1].forward = lambda Z: 2 * forward(Z)
    return one


@pytest.mark.parametrize("make, rule", [
    (lambda: Network([OwnDense(3, 1, rng=RNG(0))]), Adam),
    (lambda: network(0, 4, Activation(own_sigmoid, lambda z, a: 2 * a * (1 - a))), Adam),
    (lambda: network(0, 4, Activation(sigmoid, lambda z, a: 1 + a)), Adam),
    (lambda: network(0, 4, BatchNorm(4)), Adam),
    (lambda: Network([Flatten(), Dense(3, 1, rng=RNG(0))]), Adam),
    (lambda: Network([Residual([Dense(3, 3, rng=RNG(0))]), Dense(3, 1, rng=RNG(0))]), Adam),
    (patched, Adam),
])
def test_what_is_somebodys_own_is_never_replaced(make, rule):
    one, plain, (X, y) = make(), make(), rows()
    assert fast.plan([one], SigmoidCrossEntropy(), [rule(0.1)]) is None
    for each, choice in ((one, True), (plain, False)):
        fit(each, X, y, optimizer=rule(0.1), rng=RNG(0), fast=choice,
            **SETTINGS | {"batch_size": 5})
    assert np.array_equal(one.parameters, plain.parameters)


@pytest.mark.parametrize("kind", [OwnRule, Adam])
def test_an_optimizer_of_your_own_is_called_at_each_step(kind):
    quick, plain, (X, y) = network(), network(), rows()
    rules = kind(0.1), kind(0.1)
    for i, one in enumerate((quick, plain)):
        fit(one, X, y, optimizer=rules[i], rng=RNG(0), fast=not i, **SETTINGS)
        seen, step = [], rules[i].step
        rules[i].step = lambda w, dw, seen=seen, step=step: (seen.append(1), step(w, dw))
        fit(one, X, y, optimizer=rules[i], rng=RNG(0), fast=not i, **SETTINGS)
        assert len(seen) == 6 * 7
    np.testing.assert_allclose(quick.parameters, plain.parameters, rtol=1e-12, atol=1e-12)
    assert rules[0].t == rules[1].t
    assert fast.plan([quick, plain], SigmoidCrossEntropy(), rules) is None


def test_an_activation_without_calls_of_its_own_has_no_plan(monkeypatch):
    def halved(z):
        return z / 2

    monkeypatch.setitem(ACTIVATIONS, "halved", (halved, lambda z, a: np.full_like(z, 0.5)))
    one, (X, y) = network(phi="halved"), rows()
    assert fast.plan([one], SigmoidCrossEntropy(), [Adam()]) is None
    assert fit(one, X, y, optimizer=Adam(0.1), rng=RNG(0), **SETTINGS).epochs == 6


def test_the_librarys_functions_by_another_way_have_a_plan():
    for phi in (sigmoid, "sigmoid"):
        assert Activation(phi).of_the_library
        assert fast.plan([network(0, 4, Activation(phi))], Quadratic(), [Adam()]) is not None
    assert Activation(sigmoid, sigmoid_prime).of_the_library


def test_a_cost_of_your_own_is_used_by_its_slope():
    class Steep(Quadratic):
        def slope(self, y_hat, y):
            return 7 * (y_hat - y)

    quick, plain, (X, y) = network(), network(), rows()
    for one, choice in ((quick, True), (plain, False)):
        fit(one, X, y, optimizer=Adam(0.1), rng=RNG(0), fast=choice,
            **SETTINGS | {"cost": Steep()})
    np.testing.assert_allclose(quick.parameters, plain.parameters, rtol=1e-12)


def test_a_cost_of_your_own_with_arrays_is_used_as_it_is_now():
    class Weighted(Quadratic):
        def __init__(self, weights):
            self.weights = weights

        def slope(self, y_hat, y):
            return self.weights * (y_hat - y)

    quick, plain, (X, y) = network(), network(), rows()
    for one, choice in ((quick, True), (plain, False)):
        rule = Adam(0.1)
        for weights in (np.array([1.0]), np.array([5.0])):
            cost = Weighted(weights)
            for cost.weights in (weights, 2 * weights):
                run_epoch(one, X, y[:, None], cost=cost, optimizer=rule, batch_size=5, fast=choice)
    np.testing.assert_allclose(quick.parameters, plain.parameters, rtol=1e-12)


def test_a_plan_is_kept_for_the_next_epoch_and_goes_with_its_network():
    one, rule, (X, y) = network(), Adam(0.1), rows()
    run_epoch(one, X, y[:, None], cost=SigmoidCrossEntropy(), optimizer=rule, batch_size=5)
    first = fast.kept_plan(one, SigmoidCrossEntropy(), rule)
    assert first is fast.kept_plan(one, SigmoidCrossEntropy(), rule)
    assert first is not fast.kept_plan(one, Quadratic(), rule)
    assert fast.kept_plan(one, Huber(1.0), rule) is not fast.kept_plan(one, Huber(2.0), rule)
    gone = weakref.ref(one)
    del one, first
    gc.collect()
    assert gone() is None


def test_a_network_that_was_fitted_goes_with_all_its_rows():
    gone = []
    for how in ({}, {"after_epoch": lambda network, history: None}, {"patience": 1}):
        rule = Adam(0.1)
        one, (X, y) = network(), rows()
        if "patience" in how:
            how["validation"] = X, y[:, None]
        fit(one, X, y[:, None], cost=SigmoidCrossEntropy(), optimizer=rule, epochs=3,
            batch_size=5, progress=False, rng=RNG(0), **how)
        plan = fast.kept_plan(one, SigmoidCrossEntropy(), rule)
        assert plan is not None
        gone.append(weakref.ref(one))
    del one, plan
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3


def test_settings_that_change_between_epochs_are_seen():
    quick, plain, (X, y) = network(), network(), rows()
    for one, choice in ((quick, True), (plain, False)):
        rule = Adam(0.1)

        def slower(network, history, rule=rule):
            rule.learning_rate *= 0.5

        fit(one, X, y, optimizer=rule, rng=RNG(0), fast=choice, after_epoch=slower, **SETTINGS)
        rule.beta1 = 0.5
        fit(one, X[:20], y[:20], optimizer=rule, rng=RNG(1), fast=choice, **SETTINGS)
    np.testing.assert_allclose(quick.parameters, plain.parameters, rtol=1e-12)


def test_dropout_with_another_p_is_seen():
    quick, plain = (network(0, 4, Dropout(0.5, rng=RNG(3))) for _ in range(2))
    X, y = rows()
    for one, choice in ((quick, True), (plain, False)):
        rule = Adam(0.1)
        for p in (0.5, 0.2, 0.0):
            one.layers[2].p = p
            run_epoch(one, X, y[:, None], cost=SigmoidCrossEntropy(), optimizer=rule,
                      batch_size=5, fast=choice)
    np.testing.assert_allclose(quick.parameters, plain.parameters, rtol=1e-12)


def test_float32_stays_float32():
    rng, (X, y) = RNG(0), rows()
    one = Network([Dense(3, 4, rng=rng, dtype=np.float32), Activation("relu"),
                   Dense(4, 1, rng=rng, dtype=np.float32)])
    plain = copy.deepcopy(one)
    for each, choice in ((one, True), (plain, False)):
        fit(each, X, y, optimizer=Adam(0.1), rng=RNG(0), fast=choice, **SETTINGS)
    assert one.parameters.dtype == np.float32
    np.testing.assert_allclose(one.parameters, plain.parameters, rtol=1e-3, atol=1e-5)
