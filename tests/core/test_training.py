"""Training: what fit does with good input, with bad input, when it diverges, when it is stopped."""

import signal
import sys

import numpy as np
import pytest

from course_lib import metrics
from course_lib.activations import sigmoid
from course_lib.costs import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Hellinger,
    ItakuraSaito,
    Quadratic,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from course_lib.layers import Activation, Dense, Dropout
from course_lib.network import Network
from course_lib.normalization import BatchNorm
from course_lib.optimizers import (
    AdaGrad,
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    remembered,
)
from course_lib.side_by_side import fit_side_by_side
from course_lib.training import Diverged, History, fit, predict, run_epoch

RNG = np.random.default_rng


def problem(n=60, seed=0):
    rng = RNG(seed)
    X = rng.standard_normal((n, 2))
    return X, (X[:, 0] * X[:, 1] > 0).astype(float)


def network(seed=0, hidden=8):
    rng = RNG(seed)
    return Network([Dense(2, hidden, rng=rng), Activation("tanh"), Dense(hidden, 1, rng=rng)])


def settings(**changes):
    return dict(cost=SigmoidCrossEntropy(), optimizer=Adam(0.05), epochs=60, batch_size=10,
                rng=RNG(1), progress=False) | changes


def accuracy(p, y):
    return np.mean((p > 0.5) == y)


def test_it_learns_and_the_history_says_so():
    X, y = problem()
    net = network()
    history = fit(net, X, y, **settings(validation=problem(40, 1), metrics={"accuracy": accuracy}))
    assert history.epochs == 60 and len(history.cost) == len(history.validation_cost) == 61
    assert history.cost[-1] < 0.3 * history.cost[0]
    assert history.metrics["accuracy"][-1] > 0.95 > history.metrics["accuracy"][0]
    assert history.metrics["validation accuracy"][-1] > 0.8
    assert history.cost[-1] == pytest.approx(SigmoidCrossEntropy().value(net.predict(X), y))
    assert history.stopped == "ran all its epochs" and "60 epochs: cost" in repr(history)
    assert not net.training


def test_full_batch_by_hand():
    X, y = problem()
    net, by_hand = network(), network()
    fit(net, X, y, **settings(epochs=3, batch_size=None, optimizer=GradientDescent(0.5)))
    for _ in range(3):
        dY = SigmoidCrossEntropy().gradient(by_hand.forward(X), y)
        by_hand.backward(dY)
        by_hand.parameters -= 0.5 * by_hand.gradients
    assert np.allclose(net.parameters, by_hand.parameters, rtol=0, atol=1e-14)


def test_row_by_row_by_hand():
    X, y = problem(12)
    net, by_hand = network(), network()
    fit(net, X, y, **settings(epochs=2, batch_size=1, optimizer=GradientDescent(0.1), rng=RNG(5)))
    rng = RNG(5)
    for _ in range(2):
        for i in rng.permutation(12):
            dY = sigmoid(by_hand.forward(X[i:i + 1])) - y[i]
            by_hand.backward(dY)
            by_hand.parameters -= 0.1 * by_hand.gradients
    assert np.allclose(net.parameters, by_hand.parameters, rtol=0, atol=1e-14)


def test_same_seed_same_network_other_seed_other_network():
    X, y = problem()

    def trained(seed):
        net = network()
        fit(net, X, y, **settings(epochs=3, rng=RNG(seed)))
        return net.parameters

    assert np.array_equal(trained(1), trained(1)) and not np.array_equal(trained(1), trained(2))


def test_one_epoch_equals_pytorch():
    torch = pytest.importorskip("torch")
    X, y = problem()
    net = network()
    nn = torch.nn
    twin = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    with torch.no_grad():
        for layer, other in ((net.layers[0], twin[0]), (net.layers[2], twin[2])):
            other.weight.copy_(torch.tensor(layer.W.T.copy()))
            other.bias.copy_(torch.tensor(layer.b))
    optimizer = torch.optim.Adam(twin.parameters(), lr=0.05)
    for start in range(0, 60, 7):
        optimizer.zero_grad()
        batch = slice(start, start + 7)
        torch.nn.functional.binary_cross_entropy_with_logits(
            twin(torch.tensor(X[batch])), torch.tensor(y[batch, None])).backward()
        optimizer.step()
    run_epoch(net, X, y[:, None], cost=SigmoidCrossEntropy(), optimizer=Adam(0.05), batch_size=7)
    assert np.allclose(net.predict(X), twin(torch.tensor(X)).detach().numpy(), atol=1e-10)


def test_labels_of_several_classes_and_chunks():
    rng = RNG(0)
    X = rng.standard_normal((2500, 2))                  # more rows than one chunk of predictions
    labels = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
    net = Network([Dense(2, 8, rng=rng), Activation("tanh"), Dense(8, 3, rng=rng)])
    history = fit(net, X, labels, **settings(cost=SoftmaxCrossEntropy(), epochs=5, metrics={
        "accuracy": lambda p, y: np.mean(p.argmax(axis=1) == y)}))   # y are class numbers
    assert history.metrics["accuracy"][-1] > 0.9


def test_early_stopping_goes_back_to_the_best():
    X, y = problem(30)
    validation = problem(30, seed=9)
    net = network(hidden=30)
    history = fit(net, X, y, **settings(epochs=500, validation=validation, patience=5))
    best = min(history.validation_cost)
    assert history.epochs < 500 and history.stopped.startswith("stopped early")
    assert history.epochs == history.best_epoch + 5
    cost = SigmoidCrossEntropy().value(net.predict(validation[0]), validation[1])
    assert cost == pytest.approx(best, rel=1e-12)


def test_early_stopping_goes_back_to_the_averages_of_the_best_too():
    X, y = problem(30)
    validation = problem(30, seed=9)
    rng = RNG(0)
    net = Network([Dense(2, 30, rng=rng), Network([BatchNorm(30)]), Activation("relu"),
                   Dense(30, 1, rng=rng)])
    history = fit(net, X, y, **settings(epochs=500, validation=validation, patience=5))
    assert 0 < history.best_epoch < history.epochs < 500
    cost = SigmoidCrossEntropy().value(net.predict(validation[0]), validation[1])
    assert cost == min(history.validation_cost)


def test_divergence_leaves_the_averages_finite():
    X, y = problem()
    net = Network([Dense(2, 4, rng=RNG(0)), BatchNorm(4), Dense(4, 1, rng=RNG(1))])
    with pytest.raises(Diverged):
        fit(net, X, y, **settings(optimizer=GradientDescent(1e200), cost=Quadratic(), epochs=9))
    norm = net.layers[1]
    assert np.isfinite([norm.running_mean, norm.running_variance]).all()


def test_divergence_names_epoch_step_and_rate_and_keeps_finite_parameters(recwarn):
    X, y = problem()
    net = Network([Dense(2, 1, rng=RNG(0))])
    with pytest.raises(Diverged, match=r"epoch 1: in step \d .*_rate=1e\+60.*smaller") as caught:
        fit(net, X, y, **settings(cost=Quadratic(), optimizer=GradientDescent(1e60)))
    assert np.isfinite(net.parameters).all()
    history = caught.value.history
    assert isinstance(history, History) and np.isfinite(history.cost).all()
    assert history.stopped.startswith("diverged in epoch")
    assert not recwarn.list, "NumPy's overflow warnings say nothing that the error does not"


@pytest.mark.parametrize("size, said", [(1.0, "or standardise X[.]$"),
                                        (1000.0, r"or standardise X: it has values up to \d")])
def test_divergence_advises_by_the_size_of_the_columns(size, said):
    X, y = problem()
    net = Network([Dense(2, 1, rng=RNG(0))])
    with pytest.raises(Diverged, match=said) as caught:
        fit(net, size * X, y, **settings(cost=Quadratic(), optimizer=GradientDescent(5.0),
                                         epochs=900))
    history = caught.value.history
    assert history.epochs == int(history.stopped.removeprefix("diverged in epoch ")) - 1


def test_the_step_that_diverged_is_on_the_error():
    X, y = problem()
    net = Network([Dense(2, 1, rng=RNG(0))])
    net.parameters[:] = 1e200
    with np.errstate(over="ignore"), pytest.raises(Diverged) as caught:
        run_epoch(net, X, y[:, None], cost=Quadratic(), optimizer=GradientDescent(0.1),
                  batch_size=10)
    assert caught.value.step == 1


def test_a_cost_that_overflows_is_divergence_too():
    class Overflows(Quadratic):
        def loss(self, y_hat, y):
            return super().loss(y_hat, y) * (np.inf if np.abs(y_hat).max() > 3 else 1)

    net = Network([Dense(2, 1, rng=RNG(0))])
    X, y = problem()
    with pytest.raises(Diverged, match="cost became inf"):
        fit(net, X, y, **settings(cost=Overflows(), optimizer=GradientDescent(3.0)))
    assert np.abs(net.predict(X)).max() <= 3


@pytest.fixture
def ctrl_c():
    """Ctrl-C raises KeyboardInterrupt, also where a shell started us with the signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_returns_the_history_and_the_best_parameters(ctrl_c):
    X, y = problem()
    net = network()
    epochs_seen = []

    def interrupting(p, y):
        epochs_seen.append(1)
        if len(epochs_seen) == 8:
            signal.raise_signal(signal.SIGINT)
        return accuracy(p, y)

    history = fit(net, X, y, **settings(metrics={"accuracy": interrupting}))
    assert history.stopped.startswith("interrupted in epoch 7")
    assert SigmoidCrossEntropy().value(net.predict(X), y) == pytest.approx(min(history.cost[:7]))
    assert not net.training


def test_dropout_is_on_only_while_training():
    rng = RNG(0)
    seen = []

    class Watch(Dropout):
        def forward(self, X):
            seen.append(self.training)
            return super().forward(X)

    net = Network([Dense(2, 4, rng=rng), Watch(0.5, rng=rng), Dense(4, 1, rng=rng)])
    fit(net, *problem(10), **settings(epochs=1, batch_size=5))
    assert seen == [False, False, True, True, False]


def test_clipped_steps_are_no_longer_than_the_limit():
    X, y = problem()
    net, free = network(), network()
    before, rule = net.parameters.copy(), GradientDescent(1.0)
    run_epoch(net, X, y[:, None], cost=SigmoidCrossEntropy(), optimizer=rule, batch_size=60,
              clip=1e-3)
    assert np.linalg.norm(net.parameters - before) == pytest.approx(1e-3)
    run_epoch(free, X, y[:, None], cost=SigmoidCrossEntropy(), optimizer=rule, batch_size=60)
    step, clipped = free.parameters - before, net.parameters - before
    assert step.dot(clipped) == pytest.approx(np.linalg.norm(step) * np.linalg.norm(clipped))


def test_fit_hands_clip_on():
    X, y = problem()
    never, free, clipped = network(), network(), network()
    fit(never, X, y, **settings(epochs=3, clip=1e9))
    fit(free, X, y, **settings(epochs=3))
    fit(clipped, X, y, **settings(epochs=3, optimizer=GradientDescent(0.5), clip=1e-4))
    assert np.array_equal(never.parameters, free.parameters)
    assert np.linalg.norm(clipped.parameters - network().parameters) <= 3 * 6 * 0.5 * 1e-4


def test_clipping_does_not_hide_that_training_diverged():
    X, y = problem()
    net = Network([Dense(2, 1, rng=RNG(0), initializer="zeros")])
    net.parameters[:] = 1e200
    with np.errstate(over="ignore"), pytest.raises(Diverged, match="became nan or inf"):
        run_epoch(net, X, y[:, None], cost=Quadratic(), optimizer=GradientDescent(0.1),
                  batch_size=60, clip=1.0)
    assert np.array_equal(net.parameters, np.full(3, 1e200))


def test_a_network_that_takes_indices_gets_integers():
    seen = []

    class Indices(Dense):
        takes_indices = True

        def forward(self, X):
            seen.append(X.dtype.kind)
            return super().forward(X.astype(float))

    for net in (Network([Indices(2, 1, rng=RNG(0))]),
                Network([Network([Indices(2, 1, rng=RNG(0))])]), network()):
        fit(net, np.array([[0, 1], [2, 3]]), [0, 1], **settings(epochs=1))
    assert set(seen) == {"i"}


def test_arguments_are_left_alone():
    X, y = problem()
    X_before, y_before = X.copy(), y.copy()
    fit(network(), X, y, **settings(epochs=2))
    assert np.array_equal(X, X_before) and np.array_equal(y, y_before)


def test_the_bar_is_text_in_a_terminal(capsys):
    fit(network(), *problem(), **settings(epochs=2, progress=True))
    assert "2/2" in capsys.readouterr().err


def test_a_table_of_pandas_is_fine():
    import pandas as pd
    X, y = problem()
    fit(network(), pd.DataFrame(X), pd.Series(y), **settings(epochs=1))


def with_value(value):
    X, y = problem()
    X[7, 1] = value
    return X, y


@pytest.mark.parametrize("X, y, error, message", [
    (*with_value(np.nan), ValueError, "X with nan in row 7"),
    (*with_value(np.inf), ValueError, "X with inf in row 7"),
    (problem()[0], np.full(60, np.nan), ValueError, "nan"),
    (problem()[0], np.full(60, 2.0), ValueError, "SigmoidCrossEntropy"),
    (problem()[0], np.ones(59), ValueError, "60 rows of X, but y of shape"),
    (problem()[0], np.ones((60, 2)), ValueError, "shape"),
    (np.ones((60, 3)), np.ones(60), ValueError, r"Dense\(2, 8\) got X of shape"),
    (np.ones(60), np.ones(60), ValueError, r"X\[:, None\]"),
    (np.ones((0, 2)), np.ones(0), ValueError, "no row"),
    ([["a", "b"]], [1], TypeError, "encode text columns"),
    (problem()[0], ["yes"] * 60, TypeError, "SigmoidCrossEntropy|encode"),
])
def test_bad_rows(X, y, error, message):
    with pytest.raises(error, match=message):
        fit(network(), X, y, **settings())


@pytest.mark.parametrize("change, error, message", [
    (dict(epochs=0), ValueError, "epochs=0"),
    (dict(epochs=2.5), ValueError, "epochs=2.5; expected a whole number"),
    (dict(batch_size=0), ValueError, "batch_size=0"),
    (dict(batch_size=True), ValueError, "batch_size=True"),
    (dict(rng=0), TypeError, r"np.random.default_rng\(0\)"),
    (dict(clip=0), ValueError, "clip is 0; expected a positive number"),
    (dict(clip="1"), ValueError, "clip is '1'"),
    (dict(patience=3), ValueError, "patience without validation"),
    (dict(validation=(np.ones((3, 2)), np.ones(4))), ValueError, "validation X"),
])
def test_bad_settings(change, error, message):
    with pytest.raises(error, match=message):
        fit(network(), *problem(), **settings(**change))


def test_labels_out_of_range():
    net = Network([Dense(2, 3, rng=RNG(0))])
    with pytest.raises(ValueError, match="label 7"):
        fit(net, problem()[0], np.full(60, 7), **settings(cost=SoftmaxCrossEntropy()))


@pytest.mark.parametrize("last, cost, other", [
    ("sigmoid", SigmoidCrossEntropy(), "BinaryCrossEntropy"),
    ("softmax", SoftmaxCrossEntropy(), "CategoricalCrossEntropy"),
    ("softmax", SigmoidCrossEntropy(), "CategoricalCrossEntropy"),
])
@pytest.mark.parametrize("nested", [False, True])
def test_a_cost_on_logits_behind_what_it_has_itself_is_refused(last, cost, other, nested):
    layers = [Dense(2, 3, rng=RNG(0)), Activation(last), Dropout(0.1, rng=RNG(0))]
    net = Network([Dense(2, 2, rng=RNG(0)), Network(layers)] if nested else layers)
    y = problem()[1].astype(int) if cost.classes else np.zeros((60, 3))
    with pytest.raises(ValueError, match=f"takes logits.*Leave that layer out, or take {other}"):
        fit(net, problem()[0], y, **settings(cost=cost))


@pytest.mark.parametrize("cost, n_out", [(BinaryCrossEntropy(), 1), (CategoricalCrossEntropy(), 3),
                                         (ItakuraSaito(), 1), (Hellinger(), 1)])
def test_a_cost_on_probabilities_behind_any_number_is_refused(cost, n_out):
    net = Network([Dense(2, n_out, rng=RNG(0))])
    net.parameters[:] = 0.1                 # at first its predictions happen to be probabilities
    with pytest.raises(ValueError, match="which puts out any number. End the network with"):
        fit(net, problem()[0], problem()[1], **settings(cost=cost))


def test_one_output_for_classes_is_refused():
    with pytest.raises(ValueError, match="an output for each class.*SigmoidCrossEntropy"):
        fit(network(), problem()[0], np.zeros(60, int), **settings(cost=SoftmaxCrossEntropy()))


def test_accuracy_inside_and_outside_of_fit_is_one():
    X, y = problem()
    net = network()
    history = fit(net, X, y, **settings(metrics={"accuracy": metrics.accuracy}))
    with pytest.raises(ValueError, match="sigmoid"):
        metrics.accuracy(net.predict(X), y)
    assert history.metrics["accuracy"][-1] == metrics.accuracy(sigmoid(net.predict(X)), y)


RULES = [GradientDescent, Momentum, Nesterov, AdaGrad, RMSprop, Adam]


@pytest.mark.parametrize("rule", RULES)
def test_after_divergence_the_optimizer_is_what_it_was(rule):
    X, y = problem()
    net, twin, optimizer, other = network(), network(), rule(0.01), rule(0.01)
    for one, own in ((net, optimizer), (twin, other)):
        fit(one, X, y, **settings(optimizer=own, epochs=1))
    net.gradients[:] = 0

    def explode(network):
        network.parameters[0] = np.nan

    with pytest.raises(Diverged):
        fit(net, X, y, **settings(optimizer=optimizer, epochs=3, after_step=explode))
    for one, own in ((net, optimizer), (twin, other)):
        fit(one, X, y, **settings(optimizer=own, epochs=2))
    assert np.array_equal(net.parameters, twin.parameters) and optimizer.t == other.t


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("way", ["patience", "interrupt"])
def test_the_optimizer_goes_back_with_the_network(rule, way):
    X, y = problem(30)
    validation = problem(30, seed=9)
    net, optimizer, states = network(hidden=30), rule(0.05), []

    def watch(network, history):
        states.append((network.parameters.copy(), remembered(optimizer)))
        if way == "interrupt" and len(states) == 40:
            raise KeyboardInterrupt

    states.append((net.parameters.copy(), remembered(optimizer)))
    history = fit(net, X, y, **settings(epochs=60, validation=validation, optimizer=optimizer,
                                        patience=3 if way == "patience" else None,
                                        after_epoch=watch))
    parameters, memory = states[history.best_epoch]
    assert np.array_equal(net.parameters, parameters) and optimizer.t == memory["t"]
    for name in optimizer.memory:
        if name in memory:
            assert np.array_equal(getattr(optimizer, name), memory[name])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("fast", [True, False])
def test_one_optimizer_for_two_networks_leaks_nothing(rule, fast):
    X, y = problem()
    shared, results = rule(0.05), []
    for optimizer in (shared, rule(0.05)):
        if optimizer is shared:
            fit(network(3), X, y, **settings(optimizer=shared, epochs=3, fast=fast))
        net = network()
        fit(net, X, y, **settings(optimizer=optimizer, epochs=3, fast=fast))
        results.append(net.parameters)
    assert np.array_equal(*results)


@pytest.mark.parametrize("fast", [True, False])
def test_training_can_go_on(fast):
    X, y = problem()
    results = []
    for parts in ([5], [2, 3]):
        net, optimizer, rng = network(), Adam(0.05), RNG(1)
        for epochs in parts:
            fit(net, X, y, **settings(optimizer=optimizer, epochs=epochs, rng=rng, fast=fast))
        results.append(net.parameters)
    assert np.array_equal(*results)


@pytest.mark.parametrize("at", range(1, 400, 7))
def test_an_interrupt_at_any_line_leaves_all_whole(at):
    """Ctrl-C at the n-th line of the core that runs in fit."""
    X, y = problem(20)
    net = Network([Dense(2, 3, rng=RNG(0)), Activation("tanh"), Dropout(0.2, rng=RNG(0)),
                   Dense(3, 1, rng=RNG(1))])
    left = [at * 3]

    def trace(frame, event, argument):
        name = frame.f_code.co_filename
        if "course_lib" not in name or "checks" in name:
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        history = fit(net, X, y, **settings(epochs=4, validation=problem(10, 1), fast=at % 2 == 0,
                                            metrics={"accuracy": accuracy}))
    except KeyboardInterrupt:
        assert left[0] == 0 and at < 2      # before its first line
        return
    finally:
        sys.settrace(before)
    lengths = {len(history.cost), len(history.validation_cost), *map(len, history.metrics.values())}
    assert len(lengths) == 1 and not net.training and np.isfinite(net.parameters).all()
    assert history.stopped.startswith("interrupted" if left[0] <= 0 else "ran all")
    if history.validation_cost:
        V, v = problem(10, 1)
        assert SigmoidCrossEntropy().value(net.predict(V), v) == pytest.approx(
            history.validation_cost[history.best_epoch], rel=1e-9)


def test_a_saturated_sigmoid_is_told_what_helps(recwarn):
    X, y = problem()
    net = Network([Dense(2, 4, rng=RNG(0)), Dense(4, 1, rng=RNG(0)), Activation("sigmoid")])
    with pytest.raises(Diverged, match="edge of .0, 1.*use SigmoidCrossEntropy"):
        fit(net, X, X[:, 0] > 0, **settings(cost=BinaryCrossEntropy(), batch_size=None,
                                                 optimizer=GradientDescent(100.0), epochs=2000))
    assert not recwarn.list


def test_an_infinite_cost_before_the_first_step_is_no_divergence():
    X, y = problem()
    for scale in (1e200, 5e307):
        with pytest.raises(ValueError, match=r"before the first step .*Standardise X"):
            fit(Network([Dense(2, 1, rng=RNG(0))]), X * scale, y, **settings(cost=Quadratic()))


@pytest.mark.parametrize("rows, batch_size, message", [
    (57, 8, "Take batch_size=9"), (33, 32, "one row is left for the last batch"),
    (20, 1, "Take batch_size=2"), (1, None, "Give more rows"),
])
def test_one_row_left_for_batch_norm_is_told_before_the_first_step(rows, batch_size, message):
    net = Network([Dense(2, 4, rng=RNG(0)), BatchNorm(4), Dense(4, 1, rng=RNG(1))])
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=message):
        fit(net, *problem(rows), **settings(batch_size=batch_size))
    assert np.array_equal(net.parameters, before)
    fit(net, *problem(57), **settings(batch_size=9, epochs=1))


def test_a_column_of_one_value_is_named():
    import pandas as pd
    X, y = problem()
    X = np.column_stack([X, np.full(60, 3.0)])
    with np.errstate(invalid="ignore"):
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    with pytest.raises(ValueError, match="nan in all 60 rows of column 2; .*standard deviation 0"):
        fit(network(), X, y, **settings())
    with pytest.raises(ValueError, match="column 'country'"):
        fit(network(), pd.DataFrame(X, columns=["age", "balance", "country"]), y, **settings())
    X[:, 2], X[3, 1], X[9, 0] = 0, np.nan, np.inf
    with pytest.raises(ValueError, match="X with nan in row 3 and 1 more; drop"):
        fit(network(), X, y, **settings())


def test_columns_of_very_different_size_are_told_once():
    X, y = problem()
    for scale, advice in (((1, 1e5), "differ 1e+05-fold in size: standardise"),
                          ((255, 255), "columns of size"), ((1, 30), "")):
        history = fit(network(), X * scale, y, **settings(epochs=1))
        assert advice in history.advice and bool(advice) == bool(history.advice)
        assert history.advice in repr(history)


def test_a_history_can_be_printed_on_any_machine():
    X, y = problem()
    history = fit(network(), X * (1, 1e5), y, **settings(validation=problem(), epochs=1))
    assert repr(history).isascii() and len(repr(History(cost=[1e300], stopped="x"))) < 80
    assert repr(History()) == "History(no epoch yet)"


def test_callbacks():
    X, y = problem()
    for fast in (True, False):
        steps, epochs = [], []
        fit(network(), X, y, **settings(
            epochs=2, fast=fast,
            after_step=lambda network, steps=steps: steps.append(network.parameters.copy()),
            after_epoch=lambda network, history, epochs=epochs: epochs.append(history.epochs)))
        assert len(steps) == 12 and epochs == [1, 2]
        assert not np.array_equal(steps[0], steps[1])


def test_the_bar_changes_nothing_for_others_and_is_not_needed(monkeypatch):
    import tqdm
    before = tqdm.tqdm.monitor_interval
    fit(network(), *problem(), **settings(epochs=2, progress=True))
    assert tqdm.tqdm.monitor_interval == before
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert fit(network(), *problem(), **settings(epochs=2, progress=True)).epochs == 2


def test_a_reader_who_wants_all_errors_raised_gets_none():
    X, y = problem()
    for cost in (SigmoidCrossEntropy(), SoftmaxCrossEntropy()):
        net = Network([Dense(2, 3, rng=RNG(0)), Activation("gelu"),
                       Dense(3, 1 + cost.classes, rng=RNG(0))])
        with np.errstate(all="raise"):
            for fast in (True, False):
                fit(net, 100 * X, y, **settings(cost=cost, fast=fast, epochs=3))
            cost.value(net.predict(1e4 * X), y)
            cost.gradient(net.predict(1e4 * X), y)
            cost.predictions(net.predict(1e4 * X))


KERAS = [
    (dict(optimizer="adam"), r"optimizer='adam'.*expected an optimizer: optimizer=Adam\(0.001\)"),
    (dict(network=Dense(2, 1, rng=RNG(0))), r"expected a network: network=Network.\[Dense.2, 1"),
    (dict(optimizer=Adam), r"optimizer=Adam, the class; give an object"),
    (dict(cost="mse"), "expected a cost: cost=SigmoidCrossEntropy"),
    (dict(cost=None), "expected a cost"), (dict(cost=np.mean), "expected a cost"),
    (dict(cost=Quadratic), "cost=Quadratic, the class"),
    (dict(network=Dense(2, 1, rng=RNG(0))), r"expected a network: network=Network\(\[Dense\(2"),
    (dict(network=[Dense(2, 1, rng=RNG(0))]), "expected a network"),
    (dict(network=None), "expected a network"), (dict(network="net"), "expected a network"),
    (dict(network=Network), "the class"),
    (dict(metrics=["accuracy"]), "metrics=\\{.accuracy.: metrics.accuracy"),
    (dict(metrics=accuracy), "a name and a function"),
    (dict(metrics={"accuracy": "accuracy"}), "a name and a function"),
    (dict(validation=0.2), "validation=0.2; expected two arrays"),
    (dict(validation=problem()[0]), "expected two arrays"),
    (dict(validation=(*problem(), 3)), "expected two arrays"), (dict(validation=()), "two arrays"),
    (dict(X=None), "X = None"), (dict(y=None), "y = None"), (dict(y="yes"), "real numbers"),
    (dict(X=problem()[0].astype("M8[s]")), "A date is no number"),
    (dict(X=problem()[0] + 0j), "two columns"), (dict(y=problem()[1] + 0j), "real numbers"),
    (dict(X=np.ma.masked_array(problem()[0], problem()[0] > 2)), "with a mask"),
    (dict(y=np.ma.masked_array(problem()[1], problem()[1] > 2)), "with a mask"),
    (dict(X=np.full((60, 2), "0,35")), "number written as text.*decimal"),
    (dict(y=["0"] * 60), "number written as text"),
    (dict(X=[[1, None]] * 60), "missing value"), (dict(y=(i for i in range(60))), "real numbers"),
]


@pytest.mark.parametrize("change, message", KERAS)
def test_what_comes_from_elsewhere_is_told_the_line_to_write(change, message):
    X, y = problem()
    with pytest.raises(TypeError, match=message):
        fit(**dict(network=network(), X=X, y=y) | settings(**change))


def test_run_epoch_and_predict_check_too():
    X, y = problem()
    with pytest.raises(TypeError, match="run_epoch got optimizer='adam'"):
        run_epoch(network(), X, y[:, None], cost=Quadratic(), optimizer="adam", batch_size=8)
    with pytest.raises(ValueError, match=r"expected equal shapes: give y\[:, None\]"):
        run_epoch(network(), X, y, cost=Quadratic(), optimizer=Adam(), batch_size=8)
    with pytest.raises(ValueError, match="Dense.2, 8. got X of shape"):
        run_epoch(network(), X[:, :1], y[:, None], cost=Quadratic(), optimizer=Adam(),
                  batch_size=8)
    with pytest.raises(ValueError, match="no row to predict from"):
        predict(network(), X[:0])
    assert np.array_equal(predict(network(), X.tolist()), network().predict(X))


def test_an_optimizer_of_your_own_needs_step_alone():
    class Signs:
        def step(self, parameters, gradients):
            parameters -= 0.01 * np.sign(gradients)

    X, y = problem()
    for fast in (True, False):
        history = fit(network(), X, y, **settings(optimizer=Signs(), fast=fast, patience=3,
                                                  validation=problem(20, 1)))
        assert history.cost[-1] < history.cost[0]


def test_side_by_side_too_trains_where_there_is_no_progress_bar(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    histories = fit_side_by_side([network(), network()], *problem(), epochs=3,
                                 cost=SigmoidCrossEntropy(), progress=True,
                                 optimizers=[GradientDescent(0.1), GradientDescent(0.2)],
                                 rngs=[RNG(2), RNG(3)])
    assert [history.epochs for history in histories] == [3, 3]


@pytest.mark.filterwarnings("error")
def test_side_by_side_diverges_without_warnings():
    X, y = problem()
    networks = [Network([Dense(2, 8, rng=RNG(seed)), Activation("tanh"), Dense(8, 1, rng=RNG(seed)),
                         Activation("sigmoid")]) for seed in (0, 1)]
    histories = fit_side_by_side(networks, X, np.where(y > 0, 0.95, 0.05)[:, None], epochs=100,
                                 cost=ItakuraSaito(), progress=False, rngs=[RNG(2), RNG(3)],
                                 optimizers=[GradientDescent(300), GradientDescent(300)])
    assert all(history.stopped.startswith("diverged") for history in histories)


def test_where_there_is_nan_is_said_with_what_to_do():
    X, y = problem()
    for cells, said in ((([3], [1]), "nan in row 3; drop such rows"),
                        (([3, 9], [1, 0]), "nan in row 3 and 1 more; drop"),
                        ((slice(None), 1), "nan in all 60 rows of column 1; leave that column")):
        bad = X.copy()
        bad[cells] = np.nan
        with pytest.raises(ValueError, match=said):
            fit(network(), bad, y, **settings())
    two = np.array([[1.0, np.nan], [2.0, np.nan]])
    with pytest.raises(ValueError, match="nan in all 2 rows of column 1"):
        fit(network(), two, [0, 1], **settings())
    with pytest.raises(ValueError, match="nan in row 0; drop"):
        fit(network(), two[:1], [0], **settings())
