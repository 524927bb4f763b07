"""Networks: one parameter vector, copies, and files written whole or not at all."""

import copy
import os
import pickle

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
