"""Lesson 00: its explorers tell the truth, its history is in order, and its glossary holds."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("anywidget")
pytest.importorskip("matplotlib")

from course_lib.datasets.digits import load_digits
from course_lib.datasets.surnames import LANGUAGES
from course_lib.figure.style import new_figure
from course_lib.lessons.lesson_00 import explorers as why
from course_lib.lessons.lesson_00 import figures as plots
from course_lib.lessons.lesson_00 import timeline
from course_lib.lessons.lesson_00.explorers import NameReader, Timeline, TrainingSize
from tests.machinery.explorer_checks import check_explorer

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture(scope="module")
def task():
    """Images against two features that say little: the ink, and its upper half."""
    X_train, y_train, X_test, y_test = load_digits()

    def ink(X):
        return np.column_stack([X.mean(axis=(1, 2)), X[:, :4].mean(axis=(1, 2))])

    return (X_train.reshape(len(X_train), -1), ink(X_train), y_train,
            X_test.reshape(len(X_test), -1), ink(X_test), y_test)


# Learning -----------------------------------------------------------------------------------------
def test_one_hot_puts_each_letter_at_its_place():
    X = why.one_hot(["ab", "z", "abcdefghijklmnop"])
    assert X.shape == (3, 12 * 26) and X.sum(axis=1).tolist() == [2, 1, 12]
    assert np.flatnonzero(X[0]).tolist() == [0, 26 + 1] and X[1, 25] == 1


def test_standardise_uses_the_training_columns_only():
    A, B = why.standardise(np.array([[1.0, 5], [3, 5]]), np.array([[7.0, 6]]))
    np.testing.assert_allclose(A, [[-1, 0], [1, 0]])
    np.testing.assert_allclose(B, [[5, 1]])  # a column that never changes is not divided by 0


def test_learn_gives_probabilities_and_depends_on_the_seed_alone(task):
    X, _, y, X_test, _, y_test = task
    p = why.learn(X[:300], y[:300], X_test, epochs=10)
    assert p.shape == (400, 10)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert np.mean(p.argmax(axis=1) == y_test) > 0.7
    np.testing.assert_array_equal(p, why.learn(X[:300], y[:300], X_test, epochs=10))
    assert not np.allclose(p, why.learn(X[:300], y[:300], X_test, epochs=10, seed=1))


def test_learn_cannot_learn_shuffled_answers(task):
    X, _, y, X_test, _, y_test = task
    wrong = np.random.default_rng(0).permutation(y)
    assert np.mean(why.learn(X, wrong, X_test, epochs=3).argmax(axis=1) == y_test) < 0.25


def test_without_a_hidden_layer_it_is_one_weighted_sum():
    X = np.random.default_rng(0).normal(size=(300, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)  # XOR of the signs
    right = {hidden: np.mean(why.learn(X, y, X, hidden=hidden, epochs=60).argmax(axis=1) == y)
             for hidden in (False, True)}
    assert right[False] < 0.7 < 0.9 < right[True]


# Explorers ----------------------------------------------------------------------------------------
def test_the_timeline_moves():
    check_explorer(Timeline())


def test_what_the_timeline_says():
    explorer = Timeline()
    assert explorer.set(year=1986) == (
        "1986 (1980s): 9 events have happened of 29. Latest: 1986, Rumelhart, Hinton, Williams. "
        "Backpropagation: hidden layers find features.")
    assert explorer.set(year=1940).startswith("1940 (before 1980s): 0 of 29 events")
    assert "1 event has happened of 2." in explorer.set(year=2009, thread="data and hardware") or \
        "2 events have happened of 2." in explorer.sentence
    assert explorer.set(year=1988, thread="temporal").endswith("can keep memories.")


def test_the_training_size_moves_and_trains(task):
    explorer = TrainingSize({"images": task, "again": task}, (30, 300),
                            {"images": (np.array([[0.2, 0.3]]), np.array([[0.5, 0.9]])),
                             "again": (np.array([[0.6, 0.8]]), np.array([[0.6, 0.7]]))})
    assert explorer.set(examples=30) == (
        "images, 30 training examples: hand-made features 0.20, network on raw inputs 0.50; "
        "the network is ahead.")
    assert explorer.set(data="again").endswith("about equal.")
    assert explorer.set(examples=300).endswith("the hand-made features are ahead.")
    explorer.press("again")
    (trial,) = explorer.tried["again"]
    assert trial[0] == 300 and trial[2] > 0.7 > trial[1]
    explorer.set(data="images", examples=300)
    check_explorer(explorer, press=False)


def test_more_examples_help(task):
    (hand, network) = why.accuracy_by_size({"images": task}, (30, 300), seeds=1)["images"]
    assert hand.shape == network.shape == (1, 2)
    assert network[0, 1] > network[0, 0] + 0.1 and network[0, 1] > hand[0, 1] + 0.3


@pytest.fixture(scope="module")
def reader():
    return NameReader()


@pytest.mark.parametrize("name, language", [
    ("vandenberg", "Dutch"), ("kowalczyk", "Polish"), ("ivanovic", "Croatian"),
    ("Schneider", "German")])
def test_the_reader_knows_plain_cases(reader, name, language):
    letters, p = reader.probabilities(name)
    assert letters == name.lower() and p.shape == (8,) and np.isclose(p.sum(), 1)
    assert LANGUAGES[p.argmax()] == language


def test_the_reader_takes_what_is_typed(reader):
    assert "“oneill” (6 of 6 letters)" in reader.set(name="O'Neill", letters=12)
    assert reader.set(name="Łó 12").startswith("After no letter (0 of 0 letters)")
    assert "(3 of 10 letters)" in reader.set(name="vandenberg", letters=3)


def test_the_reader_moves():
    check_explorer(NameReader(), tries={"name": ["", "kowalczyk", "a" * 40]})


# Questions ----------------------------------------------------------------------------------------
def test_each_question_has_its_answer_folded_under_it():
    cells = json.loads((NOTEBOOKS / "00_why_deep_learning.ipynb").read_text("utf-8"))["cells"]
    (text,) = ["".join(c["source"]) for c in cells if "<details>" in "".join(c["source"])]
    folded = re.findall(r"<details>\n<summary>(\d+)\. (.+\?.*)</summary>\n\n(.+)\n\n</details>",
                        text)
    assert [int(number) for number, _, _ in folded] == list(range(1, 23))
    assert text.count("<details>") == len(folded) and len({a for _, _, a in folded}) == 22


# Pictures -----------------------------------------------------------------------------------------
def test_the_history_is_in_order_and_in_its_eras():
    years = [event[0] for event in timeline.EVENTS]
    assert years == sorted(years)
    assert timeline.FIRST < years[0] and years[-1] <= timeline.LAST
    assert {event[1] for event in timeline.EVENTS} == {0, 1, 2, 3}
    names = [timeline.ERAS[timeline.era_of(year)][1] for year in (1979, 1986, 1999, 2008, 2012)]
    assert names == ["before 1980s", "1980s", "1990s", "2000s", "2009"]
    assert timeline.ERAS[timeline.era_of(2014)][1] == "after 2014"


def test_every_text_of_the_timeline_fits_the_picture():
    fig, ax = new_figure(size=(8, 4.5))
    for _, _, who, what in timeline.EVENTS:
        for text, size, bold in ((f"2000  {who}", 19, "bold"), (what, 17, "normal")):
            artist = ax.text(0, 0, text, fontsize=size, fontweight=bold)
            assert artist.get_window_extent(fig.canvas.get_renderer()).width < 0.96 * 960, text


def test_a_wrong_answer_is_crossed_out():
    _, axes = new_figure(1, 2)
    plots.draw_answers(axes, np.zeros((2, 8, 8)), np.array([3, 4]), np.array([3, 5]))
    assert [ax.get_title() for ax in axes] == ["3", "4 ✗"]


def test_the_lines_drawn_are_the_numbers_given():
    _, axes = new_figure(2, 2)
    plots.draw_curves(axes[0, 0], (10, 100), [[0.2, 0.4], [0.4, 0.6]], [[0.5, 0.9], [0.5, 0.7]])
    assert [list(line.get_ydata().round(2)) for line in axes[0, 0].lines] == [[0.3, 0.5],
                                                                             [0.5, 0.8]]
    plots.draw_voices(axes[0, 1], ["a", "b"], [0.9, 0.8])
    assert [bar.get_width() for bar in axes[0, 1].patches] == [0.8, 0.9]
    plots.draw_next(axes[1, 0], "ab", np.eye(27)[26] * 0.6 + 0.01)
    assert axes[1, 0].get_xticklabels()[0].get_text() == "end"
    plots.draw_scores(axes[1, 1], {"x": ([0.5, 0.6], [0.8])}, {"x": 0.2})
    assert {text.get_text() for text in axes[1, 1].texts} == {"0.55", "0.80"}
    assert plots.letter_grid("ba").sum() == 2 and plots.letter_grid("ba")[1, 0] == 1


def test_pixels_are_printed_short():
    _, ax = new_figure()
    plots.draw_pixels(ax, np.array([[0, 0.04, 0.5, 1.0]]), numbers=True)
    assert [text.get_text() for text in ax.texts] == ["0", "0", ".5", "1"]


def test_the_map_names_lessons_that_are_there_or_to_come():
    lessons = [lesson for _, topics in plots.COURSE for _, lesson in topics]
    assert sorted(set(lessons)) == [f"{n:02}" for n in range(1, 9)]


# Glossary -----------------------------------------------------------------------------------------
ENTRY = re.compile(r"- \*\*(?P<term>[^*]+)\*\*: .+[.] \((?P<lessons>\d\d(, \d\d)*)\)")


def faults(text, lessons):
    """What is wrong with a glossary, given the numbers of the lessons that exist."""
    entries = [line for line in text.splitlines() if line.startswith("- ")]
    matches = [ENTRY.fullmatch(line) for line in entries]
    found = [f"not an entry: {line[:40]}" for line, match in zip(entries, matches, strict=True)
             if not match]
    matches = [match for match in matches if match]
    terms = [match["term"] for match in matches]
    keys = [term.lower() for term in terms]
    found += [f"{b} comes after {a}" for a, b in zip(keys, keys[1:], strict=False) if a >= b]
    found += [f"{match['term']} names lesson {number}" for match in matches
              for number in match["lessons"].split(", ") if number not in lessons]
    return found


def test_the_glossary_is_alphabetical_and_names_lessons_that_exist():
    text = (NOTEBOOKS / "GLOSSARY.md").read_text("utf-8")
    lessons = {path.name[:2] for path in NOTEBOOKS.glob("0[0-9]_*.ipynb")}
    assert faults(text, lessons) == []
    assert 55 <= text.count("\n- **") <= 110


@pytest.mark.parametrize("text, fault", [
    ("- **b**: Is. (01)\n- **a**: Is. (01)", "a comes after b"),
    ("- **a**: Is. (01)\n- **a**: Is. (01)", "a comes after a"),
    ("- **a**: Is. (01, 23)", "a names lesson 23"),
    ("- **a**: Is.", "not an entry: - **a**: Is."),
])
def test_a_fault_of_a_glossary_is_found(text, fault):
    assert faults(text, {"01"}) == [fault]


def test_the_further_readings_are_those_of_the_slides_and_at_most_six_of_each_kind():
    text = (NOTEBOOKS / "further" / "READING.md").read_text("utf-8")
    slides, more = text.split("## And six more")
    assert slides.count("\n- ") == 4
    assert all(part.count("\n- ") <= 6 for part in more.split("\n## "))
    for words in ("Deep sparse rectifier", "list of cost functions", "13 lines", "chapter 2"):
        assert words in slides
