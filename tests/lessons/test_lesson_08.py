"""Lesson 08: its explorers move and tell the truth, and its pictures hold what they are given."""

import re
import types
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")


from course_lib.activations import sigmoid, softmax
from course_lib.costs import SoftmaxCrossEntropy
from course_lib.datasets.surnames import LANGUAGES, load_surnames
from course_lib.figure.style import new_figure
from course_lib.figure.verdict import in_words
from course_lib.gated import GRU, LSTM
from course_lib.gradient_check import check_gradients
from course_lib.lessons import lesson_08 as lesson
from course_lib.lessons.lesson_08 import claims, recurrent, text_generator
from course_lib.lessons.lesson_08 import figures as plots
from course_lib.lessons.lesson_08.counts import counting_bits
from course_lib.lessons.lesson_08.exercises import letter_chances
from course_lib.lessons.lesson_08.exercises_sequences import rnn_states
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


# What the lesson builds and says --------------------------------------------------------------
def cells_like(start):
    cells = pytest.importorskip("nbformat").read(NOTEBOOK, as_version=4).cells
    return [c.source for c in cells if c.source.startswith(start)]


def test_the_lessons_way_back_is_the_layers():
    source, = cells_like("def backward")
    room = {"np": np}
    exec(source, room)
    X, dY, rnn = lesson.small_example()
    H = np.concatenate([np.zeros((1, 4, 5)), rnn.forward(X).swapaxes(0, 1)])
    dX, dW, dU, db = room["backward"](dY, X, H, rnn.W, rnn.U)
    assert np.allclose(dX, rnn.backward(dY), rtol=1e-12)
    assert np.allclose(dW, rnn.dW) and np.allclose(dU, rnn.dU) and np.allclose(db, rnn.db)


def test_the_layer_of_the_readers_own_parts_learns_as_the_librarys():
    """MyRNN in a writer: the same states, the same gradients, and it goes on from a state."""
    room = {"np": np, "RNN": RNN, "parts": types.SimpleNamespace(rnn_states=rnn_states)}
    for start in ("def backward", "class MyRNN"):
        source, = cells_like(start)
        exec(source, room)
    mine, theirs = (lesson.small_writer(3, kind=kind, n_hidden=7) for kind in (room["MyRNN"], RNN))
    X, Y = lesson.excerpts(lesson.novel()[0], 4, 9, rng=np.random.default_rng(0))
    cost = SoftmaxCrossEntropy()
    for network in (mine, theirs):
        network.backward(cost.gradient(network.forward(X), Y))
    assert np.allclose(mine.gradients, theirs.gradients, atol=1e-6)
    assert np.abs(theirs.gradients).max() > 1e-3
    assert lesson.continued(mine, "Mr. ", 20) == lesson.continued(theirs, "Mr. ", 20)
    rng = np.random.default_rng(0)
    check_gradients(room["MyRNN"](3, 4, rng=rng), rng.standard_normal((2, 5, 3)), rng=rng)


def test_the_lessons_own_writing_carries_the_state(writer):
    """Nearly without temperature it writes what the explorer's writer takes for the likeliest."""
    source, = cells_like("def write")
    dice = types.SimpleNamespace(letter_chances=letter_chances)
    room = {"np": np, "lesson": lesson, "dice": dice}
    exec(source, room)
    text = room["write"](lesson.shipped_writer(), "Mr. Darcy ", 40, 0.001,
                         np.random.default_rng(0))
    assert text == "Mr. Darcy " + writer.text(40, "Mr. Darcy ", 0.001, 99, 3)[0]


def test_the_check_step_by_step_finds_what_it_should():
    X, dY, rnn = lesson.small_example()
    rnn.forward(X)
    dX = rnn.backward(dY)
    assert lesson.step_errors(rnn, dX, X, dY).max() < 1e-6
    dX[:, 3] *= 1.01
    assert np.flatnonzero(lesson.step_errors(rnn, dX, X, dY) > 1e-3).tolist() == [3]


def test_the_lessons_lstm_and_gru_are_the_librarys():
    source, = cells_like("def lstm_step")
    room = {"np": np, "sigmoid": sigmoid}
    exec(source, room)
    rng = np.random.default_rng(3)
    X, lstm, gru = rng.standard_normal((4, 10, 3)), LSTM(3, 5, rng=rng), GRU(3, 5, rng=rng)
    gru.b_hidden = rng.standard_normal(15)
    h = c = past = np.zeros((4, 5))
    for t in range(10):
        h, c = room["lstm_step"](X[:, t], h, c, lstm.W, lstm.U, lstm.b)
        r, z, n = np.split(X[:, t] @ gru.W + gru.b, 3, axis=1)
        u_r, u_z, u_n = np.split(past @ gru.U + gru.b_hidden, 3, axis=1)
        n, z = np.tanh(n + sigmoid(r + u_r) * u_n), sigmoid(z + u_z)  # as the lesson writes it
        past = (1 - z) * n + z * past
    assert np.allclose(h, lstm.forward(X)[:, -1]) and np.allclose(c, lstm.state[1])
    assert np.allclose(past, gru.forward(X)[:, -1])


def test_what_the_lesson_says_in_numbers():
    text = " ".join(NOTEBOOK.read_text(encoding="utf-8").split())
    bits = lesson.rivals()
    for name, said in zip(bits, ("6.09", "4.42", "3.43", "1.75"), strict=True):
        assert f"{bits[name]:.2f}" == said and said in text
    assert f"{lesson.bits_of(lesson.shipped_writer(), lesson.novel()[1]):.2f}" == "1.71"
    assert lesson.shipped_writer().n_parameters == 202_436 and "202,436" in text
    assert lesson.small_writer().n_parameters == 40_516 and "40,516" in text
    assert lesson.small_writer(kind=RNN).n_parameters == 18_532 and "18,532" in text
    assert lesson.small_writer(kind=RNN, n_hidden=160).n_parameters == 40_356
    assert lesson.window_weights(50) == 326_496 and "326,496" in text
    assert len(lesson.novel()[0]) == pytest.approx(612_000, rel=0.01)


def test_what_the_lesson_says_of_the_runs_that_were_stored():
    solved = {key: sum(a > 0.95 for a in values) for key, values in claims.MEASURED.items()}
    assert list(solved.values()) == [0, 0, 9, 10, 3, 0, 10, 10]
    halfway = np.array(claims.MEASURED[600, "LSTM, forget bias 1"])
    assert np.sum(halfway > 0.4) == 3
    measured = lesson.recalled()
    assert in_words(lesson.remembers_longer(measured, "LSTM, forget bias 3")).startswith(
        "holds: 150 updates")


def test_a_piece_of_the_novel_is_followed_by_itself():
    seen, held_out = lesson.novel()
    X, Y = lesson.excerpts(seen, 5, 20, rng=np.random.default_rng(0))
    assert X.shape == (5, 20) and np.array_equal(X[:, 1:], Y.argmax(axis=2)[:, :-1])
    assert lesson.show_letters(seen) + lesson.show_letters(held_out) == load_words()


def test_counts_of_no_letter_are_the_entropy_of_what_was_seen():
    seen = np.array([0, 1, 1, 1] * 500)
    assert counting_bits(seen, seen, 0, 2) == pytest.approx(0.8113, abs=1e-3)
    assert counting_bits(seen, seen, 3, 2) < 0.02  # three letters tell the next


def test_the_writer_starts_where_the_next_letter_is_uncertain(writer):
    fresh = Writer()
    doubt = float(re.search(r"([\d.]+) bits of doubt", fresh.sentence).group(1))
    assert doubt > 3


def test_the_dashed_line_is_what_the_cell_is_said_to_follow():
    explorer = Gates()
    number, r = explorer.found["how long the word is so far"]
    drawn = explorer.cue.get_ydata()
    whole = explorer.as_cell("how long the word is so far", number)
    assert np.array_equal(drawn, whole[60:60 + explorer.window])
    assert np.corrcoef(whole, explorer.cells[:, number])[0, 1] == pytest.approx(abs(r), abs=1e-4)
    explorer.set(cell="the forget gate that moves most")
    assert np.isnan(explorer.cue.get_ydata()).all()


def test_the_decay_of_the_rnn_alone_is_that_of_all_three():
    alone = Decay("RNN")
    assert "gate" not in alone.controls and "RNN 6 steps" in alone.set(scale=0.5)
    assert np.allclose(alone.sizes(0.5, 1.0)[0], Decay().sizes(0.5, 1.0)[0])


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
    labels = [text.get_text() for text in ax.texts if text.get_text()]
    assert labels == ["here ", "plain step: far out, to w = 200", "clipped step: to w = 1.20"]
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
