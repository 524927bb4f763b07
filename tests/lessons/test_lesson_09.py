"""Lesson 09: its explorers tell the truth, its tables are counts, its GPT is PyTorch's."""

import json
import re
import tracemalloc
import types
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.activations import softmax
from course_lib.attention import SelfAttention
from course_lib.figure.style import new_figure
from course_lib.gradient_check import check_gradients
from course_lib.lessons import lesson_09 as lesson
from course_lib.lessons.lesson_09 import cards, figures, induction, live, pictures
from course_lib.lessons.lesson_09 import small_gpt as small
from course_lib.lessons.lesson_09.exercises import EXERCISES
from course_lib.lessons.lesson_09.exercises_attention import causal_weights, split_heads
from course_lib.lessons.lesson_09.text import counting
from course_lib.network import Network
from course_lib.recurrent import DenseEachStep, Embedding
from course_lib.transformer import TransformerBlock
from tests.machinery.explorer_checks import check_explorer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "09_transformers.ipynb"
RNG = np.random.default_rng


@pytest.fixture(scope="module")
def cells():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def said(cells):
    """All that the executed notebook printed and said of its pictures."""
    return "\n".join("".join(output.get("text", output.get("data", {}).get("text/plain", "")))
                     for cell in cells for output in cell.get("outputs", []))


def further(name):
    """All that a notebook that goes deeper printed."""
    path = NOTEBOOK.parent / "further" / f"{name}.ipynb"
    return "\n".join("".join(output.get("text", output.get("data", {}).get("text/plain", "")))
                     for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
                     for output in cell.get("outputs", []))


def number(pattern, text):
    return float(re.search(pattern, text)[1])


# Explorers ----------------------------------------------------------------------------------------
def test_every_control_of_the_hand_made_head_moves_the_picture():
    check_explorer(lesson.InductionHead(), tries={"value": ["the letter before me"]})


def test_every_control_of_the_heads_moves_the_picture():
    check_explorer(lesson.Heads())


class Short(small.Writing):
    longest = 30


def test_every_control_of_the_writer_moves_the_picture():
    check_explorer(Short(), tries={"prompt": ["Elizabeth "]})


@pytest.mark.parametrize("text", induction.TEXTS)
def test_the_induction_head_solves_every_text_and_the_usual_guess_none(text):
    explorer = lesson.InductionHead()
    assert "not solved yet" in explorer.set(text=text)
    assert "not solved" in explorer.set(query="the letter I am", key="the letter I am")
    assert "0.95: solved" in explorer.set(key="the letter before me") or "solved" in (
        explorer.sentence) and "not" not in explorer.sentence
    A, got = induction.look(text, *[explorer.values[n] for n in (
        "query", "key", "value", "strength")])
    assert np.allclose(A.sum(axis=1), 1) and not np.triu(A, 1).any() and got.max() > 0.9


def test_without_strength_it_is_a_bag():
    A, _ = induction.look("abca", "my place", "my place", "the letter I am", 0)
    assert np.allclose(A[-1], 0.25)


def test_the_heads_are_those_of_the_network_and_see_nothing_ahead():
    explorer = lesson.Heads()
    for page, A, chances in explorer.texts.values():
        assert len(page) == explorer.n and A.shape == (4, 4, explorer.n, explorer.n)
        assert np.allclose(A.sum(axis=3), 1) and not np.triu(A, 1).any()
        assert np.allclose(chances.sum(axis=1), 1)
    x, y = explorer.axes[2].transData.transform((17.2, 0.5))
    assert explorer.pointed(x, y) == {"position": 17}


def test_the_writer_writes_what_write_writes():
    explorer = Short()
    explorer.set(prompt="Jane ", temperature=0.5, luck=4)
    text = explorer.begun("Jane ", 0.5, 4)[0]
    assert text == lesson.sample(lesson.gpt(), "Jane ", 30, temperature=0.5, seed=4)


# Counting -----------------------------------------------------------------------------------------
def test_counts_of_no_past_are_the_frequencies():
    train, test = RNG(0).integers(4, size=(2, 5000))
    p = (np.bincount(train, minlength=4) + 1) / (len(train) + 4)
    assert np.isclose(counting(0, train, test, 4)[1], -np.log2(p[test]).mean(), atol=1e-3)


def test_a_text_that_repeats_itself_is_known_after_two_letters():
    train = np.tile([0, 1, 2, 1], 500)
    bits = [counting(n, train, train, 3)[1] for n in range(3)]
    assert bits[0] > 1.4 and bits[1] > 0.4 and bits[2] < 0.01


def test_pasts_seen_counts_places():
    train, test = np.array([0, 1, 2, 0]), np.array([0, 1, 1, 2])
    assert lesson.pasts_seen(1, train, test, 3) == 1
    assert lesson.pasts_seen(2, train, test, 3) == pytest.approx(2 / 3)


# From an average to attention --------------------------------------------------------------------
def cells_like(cells, *starts):
    """The sources of the code cells that begin so."""
    return [next("".join(c["source"]) for c in cells if c["cell_type"] == "code"
                 and "".join(c["source"]).startswith(start)) for start in starts]


def test_the_average_the_product_and_the_softmax_are_one(cells, said):
    assert all(line in said for line in (
        "equal to three decimals: True", "unchanged: [0]", "as the loop: True",
        "as a softmax: True", "the same for the last letter: True", "as the library's block: True"))
    room = {"np": np, "softmax": softmax, "lesson": types.SimpleNamespace(show_weights=print)}
    for source in cells_like(cells, "X = np.random", "before = np.tril", "def attend"):
        exec(source, room)
    X, W = room["X"], room["W"]
    zero = np.zeros((5, 5))
    assert np.allclose(room["attend"](X, zero, zero, np.eye(5))[0], room["average"])
    own = SelfAttention(5, 5, 5, causal=True, rng=RNG(0))
    own.W_q, own.W_k, own.W_v = W
    assert np.allclose(own.forward(X[None])[0], room["Y"])


def readers_look(cells):
    room = {"np": np, "my_parts": lambda *names: types.SimpleNamespace(
        causal_weights=causal_weights, split_heads=split_heads)}
    exec(cells_like(cells, 'parts = my_parts("causal_weights"')[0], room)
    return room["look"]


def test_the_readers_own_attention_learns_and_writes_as_the_librarys(cells):
    look = readers_look(cells)
    own = lesson.OwnBlock(12, 3, look, rng=RNG(1))
    block = TransformerBlock(12, heads=3, rng=RNG(1))
    X, dY = RNG(2).normal(size=(2, 2, 5, 12))
    assert np.array_equal(own.parameters, block.parameters)
    assert np.allclose(own.forward(X), block.forward(X), atol=1e-12)
    assert np.allclose(own.attention.weights, block.attention.weights, atol=1e-12)
    assert np.allclose(own.backward(dY), block.backward(dY), atol=1e-12)
    assert np.allclose(own.gradients, block.gradients, atol=1e-12)
    assert np.abs(block.gradients).max() > 0.1
    after = RNG(3).normal(size=(2, 2, 12))          # and it goes on from the keys it has kept
    assert np.allclose(own.forward(after, own.state), block.forward(after, block.state), atol=1e-12)
    check_gradients(lesson.OwnBlock(4, 2, look, rng=RNG(4)), RNG(5).normal(size=(2, 3, 4)),
                    rng=RNG(6))


def test_the_network_of_the_lesson_looks_with_the_readers_function(cells):
    """A mask the wrong way round would show in what it does."""
    look, asked = readers_look(cells), []
    own = lesson.OwnBlock(8, 2, lambda *given: (asked.append(1), look(*given))[1], rng=RNG(0),
                          dtype=np.float32)
    assert own.forward(np.ones((1, 3, 8), np.float32)).dtype == np.float32 and asked == [1]
    assert sum("lesson.OwnBlock(48, 4, look, **given)" in "".join(c["source"]) for c in cells) == 1


def test_what_each_step_says_is_what_its_vector_says():
    for says in induction.SAYS:
        words, V = induction.spoken("abca", says), induction.vectors("abca", says)
        for s in range(4):
            for t in range(4):
                assert (V[s] @ V[t] > 0) == (words[s] == words[t] != "–")
    sentence = lesson.InductionHead().set(query="the letter I am", key="the letter before me")
    assert "Step 4, the last a, looks for a. The steps are found by –, a, b, c." in sentence


def test_the_drawing_of_a_block_has_its_parts():
    _, ax = new_figure()
    pictures.draw_block(ax, heads=3)
    words = [text.get_text() for text in ax.texts if text.get_text()]
    assert words.count("+") == 2 and words.count("layer norm") == 2
    assert words.count("kept as it is") == 2 and "head\n3" in words and "head\n4" not in words
    assert words.index("look") < words.index("think")
    assert {line.get_linestyle() for line in ax.lines} == {"-"}


# Cards --------------------------------------------------------------------------------------------
def test_the_answers_are_on_the_cards():
    X, answers = lesson.deal(200, RNG(0))
    for x, most, asked in zip(X, *answers.values(), strict=True):
        letters, digits = x[:, :6].argmax(axis=1), x[:-1, 6:].argmax(axis=1)
        assert sorted(letters[:-1]) == list(range(6)) and not x[-1, 6:].any()
        assert digits[list(letters[:-1]).index(letters[-1])] == asked
        assert np.bincount(digits, minlength=5)[most] == np.bincount(digits).max()


def test_the_bag_is_a_mean_and_goes_back():
    bag, X = cards.Bag(), RNG(0).normal(size=(2, 5, 3))
    assert np.allclose(bag.forward(X), X.mean(axis=1))
    assert np.allclose(bag.backward(np.ones((2, 3))), 0.2)


# The GPT ------------------------------------------------------------------------------------------
def test_the_gpt_has_no_more_weights_than_the_lstm_and_fewer_bits():
    found = lesson.measured()
    assert lesson.gpt().n_parameters == found["GPT"]["weights"] <= found["LSTM"]["weights"]
    assert sum(lesson.weights_by_part(lesson.gpt()).values()) == lesson.gpt().n_parameters
    assert found["GPT"]["bits"] < found["LSTM"]["bits"] < 1.75
    _, _, test = lesson.novel()
    piece = test[:20_000]
    assert abs(lesson.bits_on(lesson.gpt(), piece, 128) - found["GPT"]["bits"]) < 0.1


def test_bits_of_a_long_text_take_no_more_memory_than_those_of_a_short_one():
    _, _, test = lesson.novel()
    network = Network([Embedding(68, 16, rng=RNG(0)), DenseEachStep(16, 68, rng=RNG(0))])
    peaks, bits = [], []
    for letters in (2_000, 40_000):
        tracemalloc.start()
        bits.append(lesson.bits_on(network, test[:letters], 32))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]
    assert abs(bits[0] - bits[1]) < 0.1


def test_the_gpt_is_pytorchs():
    torch = pytest.importorskip("torch")
    from data.sources import make_transformer as source

    network, (_, _, test) = lesson.gpt(), lesson.novel()
    X = test[:256].reshape(2, 128)
    parts = source.tensors(network, torch)
    z = source.logits(parts, torch.tensor(X), 4, torch)
    assert np.abs(z.detach().numpy() - network.predict(X)).max() < 1e-10
    again = source.new_network(68, rng=RNG(9), dtype=np.float64)
    source.copy_back(parts, again)
    assert np.array_equal(again.parameters, network.parameters)


def test_the_script_trains_stops_and_goes_on(tmp_path):
    torch = pytest.importorskip("torch")
    from data.sources import make_transformer as source

    tokens = np.tile([0, 1, 2, 3], 400)
    settings = {"dim": 8, "heads": 2, "blocks": 1, "hidden": 8, "context": 8}
    said = []
    given = {"settings": settings, "batch": 4, "rate": 0.02, "dropout": 0.0,
             "saved": tmp_path / "run.pt", "report": lambda text, flush: said.append(text)}
    torch.set_num_threads(1)
    network, first = source.train(tokens, tokens, 4, seconds=3, **given)
    assert first["bits"] < 0.5 and first["steps"] > 500
    assert abs(lesson.bits_on(network, tokens, 8) - first["bits"]) < 1e-3
    _, second = source.train(tokens, tokens, 4, seconds=3.2, **given)
    assert second["steps"] > 500 and second["log"][0] == first["log"][0]


def test_the_cache_counts_and_saves():
    network = lesson.gpt()
    assert lesson.products(network, 1, True) == lesson.products(network, 1, False)
    assert lesson.products(network, 128, False) / lesson.products(network, 128, True) > 60
    assert lesson.time_ratio(network, n=60) > 1


def test_a_word_of_the_novel_is_looked_at_in_pairs():
    for word, page in small.excerpts(80).items():
        assert page.count(word) == 2 and len(page) == 80


# Limits -------------------------------------------------------------------------------------------
def test_the_longest_copy():
    assert lesson.longest_copy("xxabcdyy", "zzabcdzz") == "abcd"
    assert lesson.longest_copy("q", "abc") == ""
    text, source = ("".join(RNG(s).choice(list("ab"), n)) for s, n in ((0, 60), (1, 200)))
    longest = max((text[i:j] for i in range(60) for j in range(i, 61) if text[i:j] in source),
                  key=len)
    assert len(lesson.longest_copy(text, source)) == len(longest)


def test_new_words_leaves_out_those_that_may_be_cut():
    assert lesson.new_words("the Dog and the cap", "The dog") == (["and"], 1 / 3)


# Byte pairs ---------------------------------------------------------------------------------------
def test_joined_pairs_spell_the_same_text():
    from course_lib.lessons.lesson_09 import byte_pairs

    assert byte_pairs.join(np.array([0, 0, 0, 1, 0, 0, 0, 0]), (0, 0), 2).tolist() == [
        2, 0, 1, 2, 2]
    assert byte_pairs.join(np.array([0, 1, 1, 0, 1]), (0, 1), 2).tolist() == [2, 1, 2]
    tokens = RNG(0).integers(3, size=400)
    assert byte_pairs.commonest_pair(np.array([1, 2, 1, 2, 0])) == (1, 2)
    names, steps = byte_pairs.learn_pairs(tokens, tokens[:50], "abc", 20)
    for train, test in steps:
        assert "".join(names[t] for t in train) == "".join("abc"[t] for t in tokens)
        assert "".join(names[t] for t in test) == "".join("abc"[t] for t in tokens[:50])
    assert [len(train) for train, _ in steps] == sorted((len(t) for t, _ in steps), reverse=True)


# The notebook -------------------------------------------------------------------------------------
def test_what_the_notebook_says_is_so(said, cells):
    assert number(r"best with (\d)", said) == 5
    text = "\n".join("".join(c["source"]) for c in cells)
    assert f"{lesson.gpt().n_parameters:,} weights" in text and "202,436 weights" in text
    deeper = further("09_attention_up_close")
    assert "the same to ten decimals: True" in deeper and "faster by the clock: True" in deeper
    assert "Holds: which digit is on the card asked for?" in deeper
    assert "GPT at 0.7: copies at most" in further("09_tokens")
    rng = RNG(1)
    assert f"{lesson.eight_letters(68, rng=rng).n_parameters:,} weights" in text


def test_what_the_prose_says_of_the_gpt():
    network, (alphabet, train, test) = lesson.gpt(), lesson.novel()
    found = lesson.measured()
    assert [f"{found[n]['bits']:.2f}" for n in ("GPT", "GPT, 20 passes", "LSTM")] == [
        "1.57", "1.65", "1.69"]
    for rate, worse in (("0.005", "+ layer normalisation"), ("0.02", "4 such blocks")):
        better = ({"4 such blocks", "+ layer normalisation"} - {worse}).pop()
        assert min(found["rates"][worse][rate].values()) > max(
            found["rates"][better][rate].values())
    medians = [np.median(list(seeds.values())) for seeds in found["pieces"].values()]
    steps = -np.diff(medians)
    assert 0.8 < steps[0] < 1 and 0.5 < steps[3] < 0.6 and 0.35 < steps[4] < 0.45 and steps[5] < 0
    pairs = lesson.pair_table(train, 68)
    assert abs(medians[1] + np.log2(pairs[test[:-1], test[1:]]).mean()) < 0.03
    assert max(found["rates"]["+ layer normalisation"]["0.02"].values()) < 2.2
    assert min(found["rates"]["4 such blocks"]["0.02"].values()) > 100
    novel = lesson.to_text(np.append(train, test), alphabet)
    assert 45 < novel.count("Pemberley") < 60
    written = lesson.sample(network, "\n", 1500, temperature=1.0, seed=1).lower()
    assert "poorloposite" in written and "acquaintanced" in written


def test_what_the_prose_says_of_its_heads():
    """One letter back, the last two, a bag; and no induction head."""
    texts = lesson.Heads().texts
    steps = range(20, 80)
    looks = np.mean([[A[0, :, t, t - back] for back in (1, 2)] for _, A, _ in texts.values()
                     for t in steps], axis=0)
    assert looks[0, 1] > 0.8 and looks[:, 2].sum() > 0.7 > 0.5 > looks[:, 0].sum()
    assert max(A[0, 0, t, :t + 1].max() for _, A, _ in texts.values() for t in steps) < 0.3
    for word, (page, A, _) in texts.items():
        first = page.index(word)
        second = page.index(word, first + 1)
        for k in range(1, len(word) - 1):
            assert A[:, :, second + k, first + k + 1].max() < 0.06


def test_the_ladder_goes_down(said):
    rungs = re.findall(r"Bits per character so far: (.*)\.", said)[-1].split("; ")
    values = [float(rung.split()[-1]) for rung in rungs[:len(figures.RUNGS)]]
    assert len(values) == len(figures.RUNGS) and values == sorted(values, reverse=True)


def test_a_causal_network_cannot_see_its_target():
    """Small training learns something, and a piece's first letters do not depend on later ones."""
    alphabet, train, _ = lesson.novel()
    z = lesson.gpt().predict(train[None, :40])
    assert np.allclose(z[:, :20], lesson.gpt().predict(train[None, :20]))
    samples = {}
    watch = live.write_samples(lesson.gpt(), alphabet, samples, at=(0,), n=5)
    watch(0)
    assert len(samples[0]) == 5


def test_eight_exercises_four_of_them_in_the_text():
    assert [e.inline for e in EXERCISES].count(True) == 4 and len(EXERCISES) == 8


def test_the_ladder_draws_what_it_is_given(monkeypatch):
    shown = {}
    monkeypatch.setattr(figures, "show", lambda fig, text: shown.update(fig=fig, text=text))
    figures.show_ladder({"all letters equal": 6.1, "table of pairs": 3.4}, counts=1.75)
    widths = [bar.get_width() for bar in shown["fig"].axes[0].patches]
    assert widths == [6.1, 3.4] and "table of pairs 3.4" in shown["text"]
    new_figure()
