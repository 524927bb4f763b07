"""Networks: one parameter vector, copies, and files written whole or not at all."""

import copy
import json
import os
import pickle
import threading
import tracemalloc

import numpy as np
import pytest

from course_lib.gradient_check import GradientMismatch, check_gradients
from course_lib.layers import Activation, Dense, Dropout, Flatten, Layer
from course_lib.network import Network, Residual

RNG = np.random.default_rng


def small_network(seed=0):
    rng = RNG(seed)
    return Network([Dense(3, 4, rng=rng), Activation("tanh"), Dropout(0.2, rng=rng),
                    Network([Dense(4, 4, rng=rng), Activation("softplus")]), Dense(4, 2, rng=rng)])


def test_parameters_are_one_vector_of_which_layers_hold_views():
    network = small_network()
    assert network.parameters.shape == (3 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2,)
    first, inner, last = network.layers[0], network.layers[3], network.layers[4]
    first.W = np.arange(12.0).reshape(3, 4)
    assert np.array_equal(network.parameters[:12], np.arange(12))
    network.parameters[:] = 7
    assert (last.b == 7).all() and (inner.layers[0].W == 7).all() and (inner.parameters == 7).all()
    network.backward(np.ones_like(network.forward(np.ones((2, 3)))))
    assert np.shares_memory(first.dW, network.gradients) and (last.db == 2).all()


def test_gradients():
    network = small_network()
    errors = check_gradients(network, RNG(1).standard_normal((5, 3)), rng=RNG(2))
    assert set(errors) == {"dX", "gradients"}
    network.training = True
    check_gradients(network, RNG(1).standard_normal((5, 3)), rng=RNG(2))
    X, dY = RNG(3).standard_normal((5, 3)), RNG(4).standard_normal((5, 2))
    network.training = False
    network.forward(X)
    network.backward(dY)
    everything = network.gradients.copy()
    network.gradients[:] = np.nan
    network.parameter_gradients(dY)
    assert np.array_equal(network.gradients, everything)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))])
def test_a_copy_is_apart_and_still_one_vector(copied):
    network = small_network()
    twin = copied(network)
    twin.parameters[:] = 0
    assert (twin.layers[0].W == 0).all() and (twin.layers[3].parameters == 0).all()
    assert not (network.parameters == 0).all() and not (network.layers[0].W == 0).any()


def test_predict_switches_dropout_off_and_back():
    network = small_network()
    network.training = True
    X = np.ones((4, 3))
    assert np.array_equal(network.predict(X), network.predict(X))
    assert network.training


def test_what_predict_returned_is_never_overwritten():
    network, X = small_network(), RNG(1).standard_normal((4, 3))
    Y = network.predict(X)
    before = Y.copy()
    network.training = True
    for _ in range(2):
        network.backward(network.forward(X + 1))
    network.predict(X + 2)
    assert np.array_equal(Y, before)


def test_save_and_load(tmp_path):
    network = small_network()
    network.save(tmp_path / "network.npz")
    X = RNG(1).standard_normal((3, 3))
    twin = Network.load(tmp_path / "network.npz")
    assert np.array_equal(twin.predict(X), network.predict(X)) and repr(twin) == repr(network)
    assert os.listdir(tmp_path) == ["network.npz"]
    with np.load(tmp_path / "network.npz", allow_pickle=False) as file:
        assert set(file) == {"architecture", "parameters", "version"}


def test_a_failed_save_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "network.npz"
    small_network(0).save(path)
    before = path.read_bytes()

    def full_disk(file, **arrays):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="No space"):
        small_network(1).save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["network.npz"]


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "network.npz"
    small_network().save(path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    for damaged in (whole[: len(whole) // 2], b"", b"not a file of numpy", bytes(flipped)):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="network.npz is damaged or was not written"):
            Network.load(path)
    np.savez(path, architecture='{"layers": [{"module": "os", "class": "system"}]}',
             parameters=np.zeros(1))
    with pytest.raises(ValueError, match="not a layer of course_lib"):
        Network.load(path)
    small_network().save(path)
    with np.load(path) as file:
        np.savez(path, architecture=file["architecture"], parameters=np.zeros(3))
    with pytest.raises(ValueError, match="3 parameters for"):
        Network.load(path)
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "nowhere.npz")


def test_a_layer_of_your_own_cannot_be_saved(tmp_path):
    class Mine(Layer):
        pass

    with pytest.raises(TypeError, match="cannot save Mine"):
        Network([Mine()]).save(tmp_path / "network.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("layers, error, message", [
    ([], ValueError, "no layers"),
    (["relu"], TypeError, "expected a Layer"),
    ([Dense(2, 3, rng=RNG(0)), Activation("relu"), Dense(4, 1, rng=RNG(0))], ValueError,
     r"Dense\(2, 3\) puts out 3 numbers, but Dense\(4, 1\) after it takes 4"),
    ([Dense(2, 2, rng=RNG(0))] * 2, ValueError, "twice"),
    ([Dense(2, 2, rng=RNG(0)), Dense(2, 2, rng=RNG(0), dtype=np.float32)], ValueError, "one dtype"),
])
def test_bad_lists_of_layers(layers, error, message):
    with pytest.raises(error, match=message):
        Network(layers)


def test_a_flatten_between_is_not_mistaken():
    Network([Dense(2, 3, rng=RNG(0)), Flatten(), Dense(6, 1, rng=RNG(0))])


def residual_network():
    rng = RNG(0)
    return Network([
        Dense(3, 4, rng=rng),
        Residual([Dense(4, 5, rng=rng), Activation("tanh"), Dense(5, 4, rng=rng)]),
        Residual([Activation("softplus"), Residual([Dense(4, 4, rng=rng)])]),
        Dense(4, 2, rng=rng)])


def test_residual_adds_its_input():
    block = Residual([Dense(3, 3, rng=RNG(0)), Activation("tanh")])
    X = RNG(1).standard_normal((4, 3))
    assert np.allclose(block.forward(X), X + np.tanh(X @ block.layers[0].W))
    block.parameters[:] = 0
    assert np.array_equal(block.forward(X), X) and block.training is False


def test_residual_gradients_copies_and_files(tmp_path):
    network, X = residual_network(), RNG(1).standard_normal((5, 3))
    for training in (False, True):
        network.training = training
        assert set(check_gradients(network, X, rng=RNG(2))) == {"dX", "gradients"}
    check_gradients(Residual([Dense(3, 3, rng=RNG(0))]), X, rng=RNG(2))
    twin = copy.deepcopy(network)
    assert np.array_equal(twin.predict(X), network.predict(X))
    twin.parameters[:] = 0
    assert network.predict(X).any() and not twin.predict(X).any()
    network.save(tmp_path / "network.npz")
    loaded = Network.load(tmp_path / "network.npz")
    assert repr(loaded) == repr(network) and "Residual([Dense(4, 5), " in repr(network)
    assert np.array_equal(loaded.predict(X), network.predict(X))
    assert type(loaded.layers[2].layers[1]) is Residual


def test_residual_as_the_first_layer():
    network = Network([Residual([Dense(3, 3, rng=RNG(0))]), Dense(3, 1, rng=RNG(1))])
    X, dY = RNG(1).standard_normal((5, 3)), np.ones((5, 1))
    network.forward(X)
    network.backward(dY)
    everything = network.gradients.copy()
    network.gradients[:] = np.nan
    network.parameter_gradients(dY)
    assert np.array_equal(network.gradients, everything)


@pytest.mark.parametrize("backward", [
    lambda self, dY: Network.backward(self, dY),
    lambda self, dY: dY + 2 * Network.backward(self, dY),
])
def test_a_wrong_residual_is_rejected(backward):
    wrong = type("Wrong", (Residual,), {"backward": backward})
    with pytest.raises(GradientMismatch):
        check_gradients(wrong([Dense(3, 3, rng=RNG(0))]), RNG(1).standard_normal((4, 3)),
                        rng=RNG(2))


def test_a_residual_that_changes_the_shape():
    with pytest.raises(ValueError, match=r"Residual\(\[Dense\(3, 1\)\]\) got X of shape "
                                         r"\(4, 3\), but F\(X\) has shape \(4, 1\)"):
        Residual([Dense(3, 1, rng=RNG(0))]).forward(np.zeros((4, 3)))
    with pytest.raises(ValueError, match="puts out 3 numbers, but Dense"):
        Network([Dense(2, 3, rng=RNG(0)), Residual([Activation("tanh")]),
                 Dense(4, 1, rng=RNG(0))])


def test_a_new_list_of_parameters_is_copied_in():
    network, X = small_network(), RNG(1).standard_normal((4, 3))
    vector, before = network.parameters, network.predict(X)
    network.backward(np.ones_like(network.forward(X)))
    network.parameters = network.parameters - 0.1 * network.gradients
    assert network.parameters is vector and (network.predict(X) != before).any()
    network.gradients = np.zeros(network.gradients.size)
    assert not network.layers[0].dW.any()
    layer = network.layers[0]
    layer.W = layer.W.tolist()
    layer.W -= 1.0
    network.parameters += 1.0
    assert np.shares_memory(layer.W, network.parameters)
    for bad, error in ((np.zeros(3), ValueError), ("x", TypeError), (None, TypeError),
                       (network.parameters + 0j, TypeError)):
        with pytest.raises(error, match="parameters"):
            network.parameters = bad
        with pytest.raises(error, match="W"):
            layer.W = bad


@pytest.mark.parametrize("change", [
    lambda n, new: n.layers.__setitem__(4, new), lambda n, new: n.layers.insert(2, new),
    lambda n, new: n.layers.append(new), lambda n, new: n.layers.pop(),
    lambda n, new: n.layers.extend([new]), lambda n, new: setattr(n, "layers", [new]),
    lambda n, new: n.layers.__delitem__(0), lambda n, new: n.layers.clear(),
])
def test_layers_cannot_be_exchanged_and_the_error_says_what_can(change):
    network = small_network()
    with pytest.raises(TypeError, match="make another network"):
        change(network, Dense(4, 2, rng=RNG(9)))
    assert repr(network) == repr(small_network())
    network.layers[0].W = np.zeros((3, 4))
    head = Network([*copy.deepcopy(network.layers[:-1]), Dense(4, 7, rng=RNG(9))])
    head.parameters[:] = 1
    assert head.predict(np.ones((2, 3))).shape == (2, 7) and not network.layers[0].W.any()


def test_a_layer_belongs_to_one_network():
    network = small_network()
    for layer in (network.layers[0], network.layers[1], network.layers[3]):
        with pytest.raises(ValueError, match=r"already belongs to another network.*deepcopy"):
            Network([layer])
        Network([copy.deepcopy(layer)])
    layers = list(copy.deepcopy(network).layers)        # that network is gone
    assert Network(layers).n_parameters == network.n_parameters


@pytest.mark.parametrize("layers", [None, 3, "relu", Dense(2, 3, rng=RNG(0))])
def test_what_is_no_list_of_layers(layers):
    with pytest.raises(TypeError, match="expected a list of layers"):
        Network(layers)


def test_softmax_of_one_number_is_refused():
    with pytest.raises(ValueError, match="softmax of one number is always 1.*SigmoidCrossEntropy"):
        Network([Dense(3, 1, rng=RNG(0)), Activation("softmax")])
    Network([Dense(3, 2, rng=RNG(0)), Activation("softmax")])


def test_a_function_of_your_own_is_never_replaced(tmp_path):
    def relu(z):
        return 2 * z

    with pytest.raises(ValueError, match="function of your own, without its derivative"):
        Activation(relu)
    with pytest.raises(ValueError, match="two functions"):
        Activation("relu", 3)
    own = Activation(relu, lambda z, a: np.full_like(z, 2))
    assert np.array_equal(own.forward([[-1, 1]]), [[-2, 2]])
    with pytest.raises(TypeError, match="function of your own, which a file cannot hold"):
        Network([Dense(2, 2, rng=RNG(0)), own]).save(tmp_path / "network.npz")
    assert not list(tmp_path.iterdir())


def test_a_layer_that_was_changed_after_it_was_made_cannot_be_saved(tmp_path):
    network = Network([Dense(2, 2, rng=RNG(0))])
    network.layers[0].n_out = 3
    with pytest.raises(TypeError, match="cannot save|changed after"):
        network.save(tmp_path / "network.npz")
    network = Network([Dense(2, 2, rng=RNG(0))])
    network.parameters[0] = np.nan
    with pytest.raises(ValueError, match="holds nan or inf"):
        network.save(tmp_path / "network.npz")
    assert not list(tmp_path.iterdir())


def test_paths(tmp_path, monkeypatch):
    network = Network([Dense(2, 2, rng=RNG(0))])
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere; make it first"):
        network.save(tmp_path / "nowhere" / "network.npz")
    for bad, error, message in ((tmp_path, ValueError, "is a folder"), ("", TypeError, "path of"),
                                (None, TypeError, "path of a file"), (3, TypeError, "path of"),
                                (tmp_path / ("x" * 250), ValueError, "shorter")):
        for method in (network.save, Network.load):
            with pytest.raises(error, match=message):
                method(bad)
    monkeypatch.setenv("HOME", str(tmp_path))
    network.save("~/network.npz")
    (tmp_path / "link.npz").symlink_to(tmp_path / "network.npz")
    network.parameters[:] = 1
    network.save(tmp_path / "link.npz")
    assert (tmp_path / "link.npz").is_symlink()
    assert (Network.load(tmp_path / "network.npz").parameters == 1).all()


def test_a_residual_is_loaded_as_one(tmp_path):
    block = Residual([Dense(3, 3, rng=RNG(0))])
    block.save(tmp_path / "block.npz")
    loaded, X = Network.load(tmp_path / "block.npz"), RNG(1).standard_normal((2, 3))
    assert type(loaded) is Residual and np.array_equal(loaded.predict(X), block.predict(X))


DENSE = {"module": "course_lib.layers", "class": "Dense", "n_in": 2, "n_out": 2,
         "dtype": "float64"}


def nested(depth):
    return '{"layers": [' * depth + "]}" * depth


@pytest.mark.parametrize("architecture, parameters", [
    ({"layers": [DENSE | {"n_in": 10**5, "n_out": 10**5}]}, np.zeros(6)),
    ({"layers": [DENSE | {"n_in": 10**12}]}, np.zeros(6)),
    ({"layers": [DENSE]}, np.full(6, np.nan)), ({"layers": [DENSE]}, np.zeros(6, complex)),
    ({"layers": [DENSE]}, np.zeros(6, "M8[s]")), ({"layers": [DENSE]}, np.array(["a"] * 6)),
    ({"layers": [DENSE]}, np.zeros((2, 3))), ({"layers": [DENSE]}, np.zeros(6, np.float32)),
    ({"layers": [DENSE | {"dtype": "int64"}]}, np.zeros(6)),
    ({"layers": [DENSE | {"dtype": "object"}]}, np.zeros(6)),
    ({"layers": [DENSE | {"rng": 3}]}, np.zeros(6)),
    ({"layers": [DENSE | {"extra": 3}]}, np.zeros(6)),
    ({"layers": [DENSE | {"class": "Layer"}]}, np.zeros(6)),
    ({"layers": [DENSE | {"class": "shape_advice"}]}, np.zeros(6)),
    ({"layers": [DENSE | {"module": "course_lib.lessons.lesson_01"}]}, np.zeros(6)),
    ({"layers": [{"module": "course_lib.normalization", "class": "BatchNorm", "channels": 3,
                  "running_variance": [-1, 1, 1]}]}, np.zeros(6)),
    ({"layers": []}, np.zeros(0)), ({"layers": 3}, np.zeros(0)), ([], np.zeros(0)),
    (nested(3000), np.zeros(6)), ("{", np.zeros(6)),
])
def test_a_hostile_file_is_refused(tmp_path, architecture, parameters):
    path = tmp_path / "network.npz"
    text = architecture if isinstance(architecture, str) else json.dumps(architecture)
    np.savez(path, architecture=text, parameters=parameters, version=1)
    with pytest.raises(ValueError, match="is damaged or was not written by Network.save"):
        Network.load(path)


def test_a_bomb_and_other_archives_are_refused(tmp_path):
    path = tmp_path / "network.npz"
    text = json.dumps({"layers": [DENSE]})
    np.savez_compressed(path, architecture=text, parameters=np.zeros(10**7))
    assert path.stat().st_size < 10**5
    tracemalloc.start()
    with pytest.raises(ValueError, match="is not as save writes it"):
        Network.load(path)
    assert tracemalloc.get_traced_memory()[1] < 10**6
    tracemalloc.stop()
    for flag in (1, 64):        # encrypted, and what zipfile has not implemented
        np.savez(path, architecture=text, parameters=np.zeros(6))
        data = bytearray(path.read_bytes())
        for place in (data.index(b"PK\x01\x02") + 8, data.index(b"PK\x03\x04") + 6):
            data[place] |= flag
        path.write_bytes(bytes(data))
        with pytest.raises(ValueError, match="damaged"):
            Network.load(path)
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(ValueError, match="damaged") as caught:
        Network.load(tmp_path / "array.npy")
    assert "pickle" not in str(caught.value)


def test_the_file_has_a_version(tmp_path):
    path, text = tmp_path / "network.npz", json.dumps({"layers": [DENSE]})
    np.savez(path, architecture=text, parameters=np.arange(6.0))        # as the first were
    assert np.array_equal(Network.load(path).parameters, np.arange(6))
    np.savez(path, architecture=text, parameters=np.arange(6.0), version=99)
    with pytest.raises(ValueError, match="newer course_lib .*file version 99, this one reads 1"):
        Network.load(path)


def test_many_write_to_one_path(tmp_path):
    path, errors = tmp_path / "network.npz", []

    def save(seed):
        try:
            for _ in range(5):
                small_network(seed).save(path)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=save, args=(seed,)) for seed in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors and os.listdir(tmp_path) == ["network.npz"]
    assert Network.load(path).n_parameters == small_network().n_parameters


class Runs:
    """What a hostile file would like to be read: it writes a file when it is unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return open, (str(self.place), "w")


def test_nothing_in_a_file_is_run(tmp_path):
    path, trace = tmp_path / "network.npz", tmp_path / "it ran"
    text = json.dumps({"layers": [DENSE]})
    for parts in ({"architecture": text, "parameters": np.array([Runs(trace)], object)},
                  {"architecture": np.array([Runs(trace)], object), "parameters": np.zeros(3)}):
        np.savez(path, **parts, version=1)
        with pytest.raises(ValueError, match="is damaged or was not written by Network.save"):
            Network.load(path)
        assert not trace.exists()


def test_a_small_compressed_part_is_refused_too(tmp_path):
    path = tmp_path / "network.npz"
    np.savez_compressed(path, architecture=json.dumps({"layers": [DENSE]}), parameters=np.zeros(9),
                        version=1)
    with pytest.raises(ValueError, match="is not as save writes it"):
        Network.load(path)


def test_layers_that_draw_get_the_generator_of_load(tmp_path):
    path = tmp_path / "network.npz"
    Network([Dense(2, 40, rng=RNG(0)), Dropout(0.5, rng=RNG(1))]).save(path)
    outputs = []
    for _ in range(2):
        again = Network.load(path, rng=RNG(7))
        again.training = True
        outputs.append(again.forward(np.ones((1, 2))))
    assert np.array_equal(*outputs)
    with pytest.raises(TypeError, match="Network.load got rng=3; expected a generator"):
        Network.load(path, rng=3)
    with pytest.raises(FileNotFoundError, match="there is no file .*missing.npz"):
        Network.load(tmp_path / "missing.npz")


@pytest.mark.parametrize("parameters", [np.zeros((3, 1)), np.zeros(3, int), np.zeros(3, "f2")])
def test_parameters_of_another_kind_are_named(tmp_path, parameters):
    path = tmp_path / "network.npz"
    np.savez(path, architecture=json.dumps({"layers": [DENSE]}), parameters=parameters, version=1)
    with pytest.raises(ValueError, match="parameters of shape"):
        Network.load(path)
