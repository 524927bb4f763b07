"""The small GPT's file, and the measurements beside it."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_lib.network import Network
from data.sources import make_transformer_pieces as source

DATA = Path(__file__).parents[2] / "data"


def test_the_network_is_small_and_whole():
    path = DATA / "transformer.npz"
    assert path.stat().st_size < 900_000
    network = Network.load(path)
    assert network.n_parameters == 199_556 and network.parameters.dtype == np.float32
    assert np.isfinite(network.parameters).all()


def test_the_measurements_are_those_of_the_script():
    found = json.loads((DATA / "transformer_measured.json").read_text(encoding="utf-8"))
    assert list(found["pieces"]) == list(source.PIECES)
    for seeds in found["pieces"].values():
        assert set(seeds) == {str(seed) for seed in source.SEEDS}
        assert all(1.5 < bits < 5 for bits in seeds.values())
    assert set(found) == {"pieces", "rates", "LSTM", "GPT", "GPT, 20 passes"}


@pytest.mark.parametrize("pieces", [*source.PIECES.values()], ids=list(source.PIECES))
def test_each_small_network_sees_nothing_ahead(pieces):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    network, tokens = source.network(7, torch, **pieces), torch.arange(10)[None] % 7
    z = network(tokens)
    changed = tokens.clone()
    changed[0, 6] = 5
    assert torch.allclose(z[:, :6], network(changed)[:, :6], atol=1e-5)
    assert not torch.allclose(z[:, 6], network(changed)[:, 6], atol=1e-3)


def test_bits_of_a_model_that_knows_nothing():
    tokens = np.random.default_rng(0).integers(8, size=500)
    assert np.isclose(source.bits(lambda X: np.zeros((*X.shape, 8)), tokens, 16), 3)
