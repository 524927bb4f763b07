"""Lesson 08: its explorers move and tell the truth, and its pictures hold what they are given."""

import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.activations import softmax
from course_lib.datasets.surnames import LANGUAGES, load_surnames
from course_lib.figure.style import new_figure
from course_lib.lessons.lesson_08 import figures as plots
from course_lib.lessons.lesson_08 import recurrent, text_generator
from course_lib.lessons.lesson_08.recurrent import Decay, Unrolled, name_tokens, trained_reader
from course_lib.lessons.lesson_08.text_generator import Gates, Writer, chances_of
from course_lib.recurrent import RNN
from tests.machinery.explorer_checks import check_explorer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "08_recurrent_networks.ipynb"


def test_reading_moves_with_every_control():
    check_explorer(Unrolled(), tries={"name": ["rossi", "", "Schwarzenegger-Meier"]})


def test_the_decay_moves_with_every_control():
    check_explorer(Decay())


def test_the_gates_move_with_every_control():
    check_explorer(Gates())


def test_the_writer_moves_with_every_control(monkeypatch):
    monkeypatch.setattr(Writer, "longest", 40)  # less to write at each of the strip's frames
    explorer = Writer()
    explorer.set(letters=20)
    check_explorer(explorer, tries={"prompt": ["Elizabeth ", "", "日本"]})


# A name being read --------------------------------------------------------------------------------
def test_a_name_is_right_aligned_and_loses_its_beginning():
    assert name_tokens(["ab", "abcdefg"], 4).tolist() == [[0, 0, 1, 2], [4, 5, 6, 7]]


def test_each_column_is_what_the_network_says_of_the_letters_so_far():
    explorer = Unrolled()
    sentence = explorer.set(name="kowalski", step=8)
    outputs = explorer.images[0].get_array()
    for t in (1, 4, 8):
        prefix = name_tokens(["kowalski"[:t]])
        expected = softmax(trained_reader().predict(prefix))[0]
        assert np.allclose(outputs[:, t - 1], expected, atol=1e-5)
    assert np.ma.getmaskarray(outputs)[:, 8:].all() or np.isnan(outputs[:, 8:]).all()
    best = expected.argmax()
    assert f"“kowalski”: {LANGUAGES[best]} with {expected[best]:.0%}" in sentence
    assert "Nothing has been read yet" in explorer.set(step=0)
    assert "After 3 of 3 letters, “abc”" in explorer.set(name="A-b.C", step=9)


def test_the_reader_has_learnt_to_read():
    table = load_surnames().query("split == 'test'")
    answers = trained_reader().predict(name_tokens(table.surname)).argmax(axis=1)
    assert 0.55 < np.mean(np.array(LANGUAGES)[answers] == table.language) < 0.75


# The gradient's decay -----------------------------------------------------------------------------
def test_the_gradient_of_a_linear_recurrence_is_a_power():
    """With tanh nearly linear and U = s · rotation, each step back multiplies by s exactly."""
    explorer = Decay()
    explorer.X = 1e-6 * explorer.X
    rnn, *_ = explorer.sizes(0.5, 1.0)
    rotated = 0.5 ** np.arange(explorer.n_steps)
    assert isinstance(explorer.layers[0], RNN)
    assert np.all(np.abs(np.log(rnn[:20] / rotated[:20])) < 0.5)


@pytest.mark.parametrize("scale, gate, words", [
    (1.0, 1.0, "RNN 18 steps, LSTM 30 steps, GRU 20 steps"),
    (0.2, 6.0, "RNN 3 steps, LSTM more than 49, GRU more than 49"),
    (3.0, 1.0, "RNN more than 49 (and grows ×")])
def test_how_far_gradients_reach(scale, gate, words):
    assert words in Decay().set(scale=scale, gate=gate)


def test_the_product_of_jacobians_is_written_latest_first():
    """∂h_T/∂h_t as the slide has it, against the slope of each state in each direction."""
    rng, n, steps = np.random.default_rng(0), 4, 5
    layer, X = RNN(3, n, rng=rng), rng.standard_normal((1, steps, 3))
    layer.U, layer.b = rng.standard_normal((n, n)), rng.standard_normal(n)
    H = layer.forward(X)[0]
    product, other = np.eye(n), np.eye(n)
    for h in H[1:]:
        factor = np.diag(1 - h**2) @ layer.U.T
        product, other = factor @ product, other @ factor

    def last(h):
        for x in X[0, 1:]:
            h = np.tanh(x @ layer.W + h @ layer.U + layer.b)
        return h

    assert np.allclose(last(H[0]), H[-1], rtol=1e-12)
    tiny = 1e-30j  # a complex step: the slope without a difference, so exact to rounding
    slopes = np.array([last(H[0] + tiny * row).imag / 1e-30 for row in np.eye(n)]).T
    assert np.abs(product - slopes).max() < 1e-10
    assert np.abs(other - slopes).max() > 0.01
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert "(latest first)" in text and "(in the order of time)" not in text


# The network that writes --------------------------------------------------------------------------
@pytest.fixture(scope="module")
def writer():
    return Writer()


def test_the_text_depends_on_the_dice_and_can_be_repeated(writer):
    one, two = (writer.text(200, "Mr. ", 0.8, 99, dice)[0] for dice in (1, 2))
    assert one != two and len(one) == len(two) == 200
    another = Writer()
    assert one[:50] == another.text(50, "Mr. ", 0.8, 99, 1)[0]
    assert len(another.begun("Mr. ", 0.8, 99, 1)[1]) == 51, "letters were written that nobody sees"
    assert one == another.text(200, "Mr. ", 0.8, 99, 1)[0]
    assert writer.set(letters=0).count("0 letters after")
    page = writer.page.get_text()
    assert page.startswith("Mr. Darcy") and len(page) < 12


def test_a_low_temperature_takes_the_likeliest_letter(writer):
    text = writer.text(200, "Mr. Darcy ", 0.001, 99, 3)[0]
    assert text == "".join(writer.alphabet[writer.text(n, "Mr. Darcy ", 0.001, 99, 3)[1].argmax()]
                           for n in range(200))
    words = set(re.findall("[A-Za-z]+", load_words()))
    hot = writer.text(200, "Mr. Darcy ", 2.0, 99, 3)[0]
    share = [np.mean([w in words for w in re.findall("[A-Za-z]+", t)]) for t in (text, hot)]
    assert share[0] > 0.9 > 0.6 > share[1]


def test_only_the_likeliest_are_drawn(writer):
    z = np.array([0.0, 3, 1, 2])
    np.testing.assert_allclose(chances_of(z, 0.5, 4), softmax(z / 0.5))
    two = chances_of(z, 0.5, 2)
    assert two[[0, 2]].tolist() == [0, 0] and two[1] / two[3] == pytest.approx(np.exp(2))
    one = writer.text(60, "Mr. Darcy ", 2.0, 1, 3)[0]
    assert one == writer.text(60, "Mr. Darcy ", 0.001, 99, 3)[0]
    assert "of the 3 likeliest" in writer.set(choices=3) and writer.bars[3].get_height() == 0
    writer.set(choices=len(writer.alphabet))


def load_words():
    return text_generator.austen_model()[2]


def test_the_logits_are_those_of_the_whole_text_read_at_once(writer):
    text, z = writer.text(30, "It is ", 0.7, 99, 1)
    tokens = text_generator.tokens_of("It is " + text, writer.alphabet)
    at_once, _ = text_generator.next_logits(writer.network, tokens)
    assert np.allclose(z, at_once, atol=1e-3)


def test_pressing_write_types_to_the_end(monkeypatch):
    monkeypatch.setattr(Writer, "longest", 12)
    explorer = Writer()
    seen, move = [], explorer.move
    monkeypatch.setattr(explorer, "move", lambda **v: seen.append(v["letters"]) or move(**v))
    explorer.press("write")
    assert seen[-1] == 12 and explorer.values["letters"] == 12


# Gates --------------------------------------------------------------------------------------------
def test_gates_and_cells_are_those_of_the_layer():
    network, alphabet, text = text_generator.austen_model()
    tokens = text_generator.tokens_of(text[:50], alphabet)
    gates, cells = text_generator.gates_and_cells(network, tokens)
    embedding, lstm, _ = network.layers
    H = lstm.forward(embedding.forward(tokens))[0]
    assert np.allclose(gates[2] * np.tanh(cells), H, atol=1e-4)
    assert np.allclose(cells[-1], lstm.state[1][0], atol=1e-3)
    assert gates.min() >= 0 and gates.max() <= 1


def test_what_a_reader_keeps_in_mind():
    cues = text_generator.cues('"Oh! Mr. Bee," he said')
    assert cues["inside quotation marks"].tolist() == [1] * 13 + [0] * 9
    assert cues["how long the word is so far"].tolist()[:5] == [0, 1, 2, 3, 0]
    assert cues["in a word with a capital"].tolist()[:8] == [0, 1, 1, 1, 0, 1, 1, 1]
    assert cues["how long the sentence is so far"].tolist()[3:9] == [0, 1, 2, 3, 0, 1]


def test_the_named_cells_follow_their_cue_on_other_pages():
    explorer = Gates()
    half = len(explorer.text) // 2
    for name, cue in text_generator.cues(explorer.text).items():
        cell, r = explorer.found[name]
        again = np.corrcoef(explorer.cells[half:, cell], cue[half:])[0, 1]
        assert abs(r) > 0.25 and again * r > 0, (name, r, again)
    assert len({cell for cell, _ in explorer.found.values()}) == len(explorer.found)


# Drawings -----------------------------------------------------------------------------------------
def test_the_lines_drawn_are_the_numbers_given():
    _, axes = new_figure(2, 2)
    plots.draw_step_errors(axes[0, 0], {"a": np.array([1e-9, 1.0]), "b": np.array([1e-3, 1e-3])})
    assert [bar.get_height() for bar in axes[0, 0].patches] == [1e-9, 1.0, 1e-3, 1e-3]
    plots.draw_accuracies(axes[0, 1], {"a": [0.5, 0.7], "b": [0.2]})
    assert np.allclose([bar.get_width() for bar in axes[0, 1].patches], [0.6, 0.2])
    plots.draw_bits(axes[1, 0], {"a": 6.09, "b": 1.7})
    assert [text.get_text() for text in axes[1, 0].texts] == ["6.09", "1.70"]
    plots.draw_confusion(axes[1, 1], np.array([[9, 1], [0, 4]]), ["Dutch", "French"])
    assert [text.get_text() for text in axes[1, 1].texts] == ["9", "1", "0", "4"]


def test_vowels_are_marked_by_more_than_colour():
    _, ax = new_figure()
    plots.draw_letters(ax, np.array([[0.0, 0.0], [1.0, 1.0]]), "ab", "aeiou")
    a, b = ax.texts
    assert a.get_weight() == "bold" and a.get_bbox_patch() and b.get_bbox_patch() is None


def test_a_step_out_of_the_picture_is_an_arrow_to_its_edge():
    _, ax = new_figure()
    plots.draw_wall(ax, np.linspace(1, 2, 5), np.ones(5), (1.5, 1.0), (200.0, 0.0), (1.2, 1.0))
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[2:] == ["plain step: to w = 200", "clipped step: to w = 1.20"]
    assert max(line.get_xdata().max() for line in ax.lines if len(line.get_xdata())) <= 2


def test_a_cut_gradient_is_drawn_over_the_steps_it_goes_back():
    _, ax = new_figure()
    plots.draw_truncation(ax, np.array([0.5, 0.8, 1.0]), np.array([0.4, 0.9, 1.0]))
    _, length, cosine = ax.lines
    assert length.get_xdata().tolist() == [1, 2, 3]
    assert (length.get_ydata()[0], cosine.get_ydata()[0]) == (0.5, 0.4)
    assert length.get_marker() != cosine.get_marker()


def test_letters_and_columns_have_one_width():
    """A column of the gates is as wide as a letter of the text above it."""
    explorer = Gates()
    ax, text = explorer.shown.axes, explorer.shown
    text.set_text("m" * explorer.window)
    explorer._canvas.draw()
    width = text.get_window_extent().width
    assert abs(width / ax.get_window_extent().width - 1) < 0.02


def test_there_are_as_many_letters_as_the_alphabet_has():
    assert recurrent.LONGEST == 12 and len(text_generator.austen_model()[1]) == 68
