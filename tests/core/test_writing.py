"""A network writes: with and without its cache, past the end of its places, as the chances say."""

import numpy as np
import pytest

from course_lib.gated import LSTM
from course_lib.network import Network
from course_lib.normalization import LayerNorm
from course_lib.recurrent import DenseEachStep, Embedding
from course_lib.transformer import Positions, TransformerBlock
from course_lib.writing import Reader, write

RNG = np.random.default_rng


def gpt(places=8, seed=0):
    given = {"rng": RNG(seed)}
    return Network([Embedding(5, 4, **given), Positions(places, 4, **given),
                    TransformerBlock(4, 2, **given), TransformerBlock(4, 1, **given), LayerNorm(4),
                    DenseEachStep(4, 5, **given)])


def lstm():
    given = {"rng": RNG(0)}
    return Network([Embedding(5, 3, **given), LSTM(3, 4, **given), DenseEachStep(4, 5, **given)])


@pytest.mark.parametrize("make", [gpt, lstm])
@pytest.mark.parametrize("cuts", [[3], [1, 2, 3, 4, 5, 6, 7], [5, 6]])
def test_read_in_pieces_is_read_at_once(make, cuts):
    network, tokens = make(), RNG(1).integers(5, size=(2, 8))
    reader = Reader(network)
    pieces = [reader.read(piece) for piece in np.split(tokens, cuts, axis=1)]
    assert np.abs(np.concatenate(pieces, axis=1) - network.predict(tokens)).max() < 1e-12
    assert reader.start == 8
    reader.forget()
    assert np.array_equal(reader.read(tokens[:, :3]), pieces[0][:, :3]) or cuts[0] != 3


@pytest.mark.parametrize("begin", [[1], [0, 1, 2, 3], list(range(5)) * 3])
def test_the_cache_changes_nothing_even_past_the_last_place(begin):
    one, two = (list(write(gpt(), begin, 40, cache=cache, rng=RNG(3))) for cache in (True, False))
    assert one == two and len(one) == 40 and set(one) <= set(range(5))


def test_cold_is_the_likeliest_and_warm_is_what_the_chances_say():
    network = lstm()
    z = network.predict(np.array([[2]]))[0, -1]
    assert next(write(network, [2], 1, temperature=1e-4, rng=RNG(0))) == z.argmax()
    drawn = [next(write(network, [2], 1, rng=RNG(seed))) for seed in range(2000)]
    chances = np.exp(z) / np.exp(z).sum()
    assert np.abs(np.bincount(drawn, minlength=5) / 2000 - chances).max() < 0.04


@pytest.mark.parametrize("wrong", [
    {"tokens": []}, {"tokens": [[1]]}, {"temperature": 0}, {"temperature": "hot"}, {"n": -1}])
def test_what_cannot_be_written_is_refused(wrong):
    given = {"tokens": [1], "n": 2, "temperature": 1.0} | wrong
    tokens, n = given.pop("tokens"), given.pop("n")
    with pytest.raises((ValueError, TypeError), match="write"):
        write(gpt(), tokens, n, rng=RNG(0), **given)
