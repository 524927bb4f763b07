"""The claims of lesson 09, with seeds that its author did not use."""

import numpy as np
import pytest

from course_lib.figure.verdict import in_words
from course_lib.lessons import lesson_09 as lesson


@pytest.mark.parametrize("seeds", [range(100, 106), range(200, 206)], ids=str)
def test_only_the_card_that_is_asked_for_needs_attention(seeds):
    said = []
    for question in lesson.QUESTIONS:
        shares = lesson.answered(question, seeds)
        said.append(in_words((shares["attention"] > 0.9) & (shares["bag"] < 0.6)))
    assert said == ["does not hold", "holds"]


def test_more_training_does_not_help_the_bag():
    _, share = lesson.learn("bag", lesson.QUESTIONS[1], seed=300, steps=3000)
    assert share < 0.6


@pytest.mark.parametrize("seed", [11, 12])
def test_the_network_that_is_trained_in_the_lesson_beats_the_pairs(seed):
    from course_lib.network import Network
    from course_lib.normalization import LayerNorm
    from course_lib.recurrent import DenseEachStep, Embedding
    from course_lib.transformer import Positions, TransformerBlock

    _, train, test = lesson.novel()
    rng = np.random.default_rng(seed)
    given = {"rng": rng, "dtype": np.float32}
    network = Network([
        Embedding(68, 48, **given), Positions(32, 48, learnt=False, dtype=np.float32),
        TransformerBlock(48, heads=4, **given), TransformerBlock(48, heads=4, **given),
        LayerNorm(48, dtype=np.float32), DenseEachStep(48, 68, **given)])
    lesson.train_on_text(network, train, 600, rng=rng)
    assert lesson.bits_on(network, test[:20_000], 32) < 2.9


def test_more_than_five_letters_of_past_do_not_help_counting():
    _, train, test = lesson.novel()
    bits = [lesson.counting(n, train, test, 68)[1] for n in (3, 4, 5, 6, 7)]
    assert int(np.argmin(bits)) == 2


def test_the_gpt_recites_no_more_than_austen_repeats_herself():
    alphabet, train, test = lesson.novel()
    pages = lesson.to_text(train, alphabet)
    copied = [len(lesson.longest_copy(lesson.sample(
        lesson.gpt(), "\n", 1500, temperature=0.7, seed=seed), pages)) for seed in (21, 22, 23)]
    austen = [len(lesson.longest_copy(lesson.to_text(test[n: n + 1500], alphabet), pages))
              for n in (10_000, 30_000, 50_000)]
    assert np.median(copied) < 1.6 * np.median(austen)
