"""Training by parts: the sums are one computer's, the means are weighted, and errors say where."""

import json
import os

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow", reason="the extra scale is not installed")
pytest.importorskip("distributed", reason="the extra scale is not installed")

from course_lib import scale
from course_lib.costs import Quadratic, SigmoidCrossEntropy
from course_lib.layers import Activation, Dense, Dropout
from course_lib.network import Network
from course_lib.optimizers import Adam, GradientDescent, Momentum
from course_lib.scale import checkpoint, table, training
from course_lib.training import Diverged, run_epoch

COST = SigmoidCrossEntropy()
ROWS = [300, 40, 1, 170, 89]        # parts that are not equal, one of them a single row
RNG = np.random.default_rng


def network(seed=0, n_in=3):
    rng = RNG(seed)
    return Network([Dense(n_in, 4, rng=rng), Activation("tanh"), Dense(4, 1, rng=rng)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two files, of three and of two row groups."""
    path, rng = tmp_path_factory.mktemp("table"), RNG(0)
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, rows in (("a", ROWS[:3]), ("b", ROWS[3:])):
        writer = None
        for n in rows:
            X = rng.normal([0, 5, -2], [1, 3, 0.1], size=(n, 3))
            y = (X[:, 0] + rng.normal(size=n) > 0).astype("int8")
            part = pa.table({"x0": X[:, 0], "x1": X[:, 1].astype("float32"), "x2": X[:, 2],
                             "left": y})
            writer = writer or pq.ParquetWriter(path / f"{name}.parquet", part.schema)
            writer.write_table(part)
        writer.close()
    return path


@pytest.fixture(scope="module")
def whole(folder):
    """The same rows in one DataFrame."""
    return pd.concat([pd.read_parquet(folder / f"{name}.parquet") for name in "ab"])


@pytest.fixture(scope="module")
def parts(folder):
    return scale.standardise(scale.open_table(folder, "left"))


@pytest.fixture(scope="module")
def rows(parts, whole):
    """X and y as one computer has them that holds all."""
    X = whole[["x0", "x1", "x2"]].to_numpy(float)
    return (X - X.mean(axis=0)) / X.std(axis=0), whole[["left"]].to_numpy(float)


@pytest.fixture(scope="module")
def client():
    with scale.connect(workers=2) as client:
        yield client


# The table ----------------------------------------------------------------------------------------
def test_the_parts_are_the_row_groups_in_the_order_of_the_names(parts, folder):
    assert [part.rows for part in parts.parts] == ROWS and parts.rows == sum(ROWS)
    assert [part.first for part in parts.parts] == [0, 300, 340, 0, 170]
    assert [os.path.basename(part.file) for part in parts.parts] == ["a.parquet"] * 3 + [
        "b.parquet"] * 2
    assert parts.take(1, 3).rows == 41 and parts.take(3).rows == 259
    assert parts.features == ("x0", "x1", "x2")


def test_mean_and_deviation_of_all_rows_come_from_the_parts(parts, whole):
    X = whole[["x0", "x1", "x2"]].to_numpy(float)
    assert np.allclose(parts.mean, X.mean(axis=0), rtol=1e-12)
    assert np.allclose(parts.std, X.std(axis=0), rtol=1e-12)
    some = scale.standardise(parts, parts.take(0, 1))
    assert np.allclose(some.mean, X[:300].mean(axis=0)) and some.rows == parts.rows


def test_a_constant_column_is_not_divided_by_zero(tmp_path):
    pd.DataFrame({"x": [3.0, 3], "y": [0, 1]}).to_parquet(tmp_path / "a.parquet")
    found = scale.standardise(scale.open_table(tmp_path, "y"))
    assert found.std == (1.0,) and not table.read(found, found.parts[0])[0].any()


def test_the_cache_only_saves_time(parts, monkeypatch):
    table.CACHE.clear()
    monkeypatch.setattr(table, "CACHE_BYTES", 0)
    small = [table.read(parts, part) for part in parts.parts]
    assert len(table.CACHE) == 1
    monkeypatch.undo()
    for part, (X, y) in zip(parts.parts, small, strict=True):
        again = table.read(parts, part)
        assert again[0] is table.read(parts, part)[0]
        assert np.array_equal(again[0], X) and np.array_equal(again[1], y)


def test_a_file_that_was_written_again_is_read_again(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"x": [1.0, 2], "y": [0, 1]}).to_parquet(path)
    some = scale.open_table(tmp_path, "y")
    assert table.read(some, some.parts[0])[0][0, 0] == 1
    pd.DataFrame({"x": [7.0, 2], "y": [0, 1]}).to_parquet(path)
    os.utime(path, ns=(1, 1))
    assert table.read(some, some.parts[0])[0][0, 0] == 7


@pytest.mark.parametrize(("column", "bad", "says"), [
    ("x", [0.0, np.nan, 1], "a.parquet: row 1, column 'x' is nan"),
    ("x", [0.0, 1, np.inf], "a.parquet: row 2, column 'x' is inf"),
    ("x", ["a", "b", "c"], "a.parquet: rows 0 to 2, column 'x', cannot be read as numbers"),
    ("y", [0.0, 1, np.nan], "row 2, column 'y' is nan"),
])
def test_a_bad_row_is_named(tmp_path, column, bad, says):
    values = {"x": [0.0, 1, 2], "y": [0, 1, 0]} | {column: bad}
    pd.DataFrame(values).to_parquet(tmp_path / "a.parquet")
    some = scale.open_table(tmp_path, "y")
    with pytest.raises(scale.BadRow, match=says):
        table.read(some, some.parts[0])


def test_a_file_that_ends_too_early_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    rng = RNG(0)
    pd.DataFrame({"x": rng.normal(size=3000), "y": rng.integers(2, size=3000)}).to_parquet(path)
    some = scale.open_table(tmp_path, "y")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(scale.BadRow, match="a.parquet: rows 0 to 2999 cannot be read"):
        table.read(some, some.parts[0])


def test_a_folder_without_a_table_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no Parquet file with rows"):
        scale.open_table(tmp_path, "y")
    pd.DataFrame({"x": [1.0], "y": [0]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(ValueError, match="no column 'z'"):
        scale.open_table(tmp_path, "z")
    pd.DataFrame({"y": [1.0], "x": [0]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(ValueError, match=r"b.parquet has the columns \['y', 'x'\]"):
        scale.open_table(tmp_path, "y")


# Sums ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("cost", [COST, Quadratic()])
def test_the_gradient_of_the_whole_is_the_weighted_sum_of_the_parts(parts, rows, cost):
    net, (X, y) = network(), rows
    net.forward(X)
    net.backward(cost.gradient(net.forward(X), y))
    assert np.allclose(scale.whole_gradient(net, parts, cost=cost), net.gradients, rtol=0,
                       atol=1e-14)
    assert np.isclose(scale.evaluate(net, parts, cost=cost), cost.value(net.predict(X), y),
                      rtol=1e-13)


@pytest.mark.parametrize("rule", [lambda: GradientDescent(0.5), lambda: Momentum(0.1),
                                  lambda: Adam(0.02)])
def test_synchronous_steps_are_those_of_one_computer(parts, rows, rule, client):
    one, many, optimizer = network(), network(), rule()
    for _ in range(30):
        run_epoch(one, *rows, cost=COST, optimizer=optimizer, batch_size=sum(ROWS))
    scale.train(many, parts, cost=COST, optimizer=rule(), epochs=30, progress=False, client=client)
    assert np.allclose(one.parameters, many.parameters, rtol=0, atol=1e-12)


def test_one_replica_is_sgd_with_an_order_of_its_own(parts):
    one, many, rule = network(), network(), Adam(0.01)
    for epoch in range(2):
        for k in RNG([7, epoch]).permutation(5).tolist():
            X, y = table.read(parts, parts.parts[k])
            order = RNG([7, epoch, k]).permutation(len(X))
            run_epoch(one, X[order], y[order], cost=COST, optimizer=rule, batch_size=32)
    scale.train(many, parts, cost=COST, optimizer=Adam(0.01), epochs=2, at_once=1, batch_size=32,
                seed=7, progress=False)
    assert np.allclose(one.parameters, many.parameters, rtol=0, atol=1e-12)


def test_the_mean_of_replicas_is_weighted_by_rows(parts):
    w, found = network().parameters, []
    job = training.describe(network(), COST, GradientDescent(0.1), 16, parts)
    for k in range(5):
        found.append(training.local_steps(job, w, {"t": 0}, [0, 0, k], parts.parts[k])[0])
    net = network()
    scale.train(net, parts, cost=COST, optimizer=GradientDescent(0.1), epochs=1, batch_size=16,
                progress=False)
    assert np.allclose(net.parameters, np.average(found, axis=0, weights=ROWS), atol=1e-14)


@pytest.mark.parametrize("how", [{}, {"at_once": 2}, {"at_once": 2, "batch_size": 16},
                                 {"batch_size": 16}])
def test_who_computes_changes_no_bit(parts, how, client):
    here, there = network(), network()
    costs = [scale.train(net, parts, cost=COST, optimizer=Adam(0.01), epochs=3, progress=False,
                         validation=parts.take(0, 2), client=who, **how)
             for net, who in ((here, None), (there, client))]
    assert np.array_equal(here.parameters, there.parameters) and costs[0] == costs[1]
    assert len(costs[0]) == 4 and costs[0][-1] < costs[0][0]


def test_a_network_whose_tasks_would_not_be_pure_is_refused(parts):
    rng = RNG(0)
    net = Network([Dense(3, 4, rng=rng), Dropout(0.5, rng=rng), Dense(4, 1, rng=rng)])
    with pytest.raises(TypeError, match="Leave out Dropout and BatchNorm"):
        scale.train(net, parts, cost=COST, optimizer=Adam(), epochs=1)


@pytest.mark.parametrize("batch_size", [None, 16])
def test_divergence_says_where(parts, batch_size):
    net = network()
    with pytest.raises(Diverged, match="learning rate"), np.errstate(all="ignore"):
        scale.train(net, parts, cost=Quadratic(), optimizer=GradientDescent(1e200), epochs=9,
                    batch_size=batch_size, progress=False)
    assert np.isfinite(net.parameters).all()


# Checkpoints --------------------------------------------------------------------------------------
class Enough(Exception):
    pass


@pytest.mark.parametrize("how", [{"at_once": 2}, {"at_once": 2, "batch_size": 16}])
@pytest.mark.parametrize("stop", [1, 2, 4, 7])
def test_a_stopped_training_goes_on_to_the_same_bits(parts, how, stop, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SAVE_SECONDS", -1)
    settings = dict(cost=COST, epochs=3, progress=False, validation=parts.take(0, 1), **how)
    never = network()
    costs = scale.train(never, parts, optimizer=Adam(0.01), **settings)
    left, one_round = stop, training.one_round

    def stopping(*arguments):
        nonlocal left
        left -= 1
        if left < 0:
            raise Enough
        return one_round(*arguments)

    monkeypatch.setattr(training, "one_round", stopping)
    with pytest.raises(Enough):
        scale.train(network(), parts, optimizer=Adam(0.01), checkpoint=tmp_path / "c.npz",
                    **settings)
    monkeypatch.setattr(training, "one_round", one_round)
    net = network(seed=5)
    again = scale.train(net, parts, optimizer=Adam(0.01), checkpoint=tmp_path / "c.npz", **settings)
    assert np.array_equal(net.parameters, never.parameters) and again == costs
    assert [path.name for path in tmp_path.iterdir()] == ["c.npz"]


def test_a_checkpoint_of_another_training_is_refused(parts, tmp_path):
    path, how = tmp_path / "c.npz", {"cost": COST, "epochs": 1, "progress": False}
    scale.train(network(), parts, optimizer=Adam(0.01), checkpoint=path, **how)
    for change in ({"optimizer": Adam(0.02)}, {"seed": 1}, {"batch_size": 8}, {"at_once": 1}):
        with pytest.raises(scale.AnotherTraining, match="of another training"):
            scale.train(network(), parts, checkpoint=path, **{"optimizer": Adam(0.01)} | how
                        | change)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="damaged, or no checkpoint"):
        scale.train(network(), parts, optimizer=Adam(0.01), checkpoint=path, **how)


def test_an_old_checkpoint_stays_where_a_new_one_cannot_be_written(parts, tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    state = {"epoch": 1, "round": 0, "history": [], "memories": [{"t": 1}]}
    checkpoint.write_checkpoint(path, "told", network(0), state)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="could not be written .No space left on device.*as it was"):
        checkpoint.write_checkpoint(path, "told", network(1), state)
    assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]
    net = network(2)
    checkpoint.read_checkpoint(path, "told", net)
    assert np.array_equal(net.parameters, network(0).parameters)


# A sweep ------------------------------------------------------------------------------------------
def build(rate, seed):
    return network(seed), Adam(rate), RNG(seed)


def test_a_sweep_is_the_trainings_one_by_one(parts, client):
    settings = [{"rate": rate, "seed": seed} for rate in (0.003, 0.03, 1e200) for seed in range(2)]
    train, validation = parts.take(0, 3), parts.take(3)
    found = [scale.sweep(build, settings, train, validation, cost=COST, epochs=2, batch_size=32,
                         client=who, side_by_side=n) for who, n in ((None, 1), (client, 2))]
    assert np.allclose(*found, rtol=1e-9, equal_nan=True)
    assert np.isfinite(found[0][:4]).all() and len(set(found[0][:4])) == 4


# What a task is told ------------------------------------------------------------------------------
def test_the_job_is_small_and_the_telling_is_text(parts):
    import pickle

    job = training.describe(network(), COST, Adam(0.01), None, parts)
    net = network()
    net.predict(np.zeros((9000, 3)))
    assert len(pickle.dumps(job)) < 3000
    assert json.loads(job.architecture)["class"] == "Network"
