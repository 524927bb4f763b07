"""my_library.py: what is right is kept as it was written, and comes back judged again."""

import json
import linecache
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib import exercise
from course_lib.activations import softmax
from course_lib.exercise import built, check, lessons, my_parts
from tests.lessons.exercise_answers import solved
from tests.machinery.test_exercises import progress_elsewhere, written  # noqa: F401

RELU = "def my_relu(z):\n    # the larger of the two\n    return np.maximum(z, 0)"
SIGMOID = "def stable_sigmoid(z):\n    return 0.5 * (1 + np.tanh(z / 2))"


@pytest.fixture(autouse=True)
def file(progress_elsewhere):  # noqa: F811
    return progress_elsewhere.with_name("my_library.py")


def hand_in(source, name, **names):
    check(written(source + "\n", name, **names))


def test_a_right_answer_is_kept_as_it_was_written_and_a_wrong_one_is_not(file, capsys):
    hand_in(SIGMOID, "stable_sigmoid")
    hand_in(RELU, "my_relu")
    hand_in("def half_square(y_hat, y):\n    return (y_hat - y) ** 2", "half_square")
    text = file.read_text(encoding="utf-8")
    assert RELU in text and SIGMOID in text and "half_square" not in text
    assert text.index("my_relu") < text.index("stable_sigmoid")     # the order of the course
    space = {}
    exec(text, space)
    assert space["my_relu"](np.array([-1.0, 2])).tolist() == [0, 2]


def test_a_better_answer_replaces_the_first_and_what_she_wrote_above_stays(file, capsys):
    hand_in(RELU, "my_relu")
    file.write_text(file.read_text().replace("import numpy", "import math\nimport numpy"))
    hand_in("def my_relu(z):\n    return np.where(z > 0, z, 0.0)", "my_relu")
    text = file.read_text()
    assert text.count("def my_relu") == 1 and "np.where" in text and "import math" in text


def test_parts_are_hers_and_the_rest_is_the_courses(capsys):
    hand_in(RELU, "my_relu")
    capsys.readouterr()
    found = my_parts("my_relu", "MyAdam")
    assert capsys.readouterr().out == "Yours: my_relu.\nThe course's: MyAdam.\n"
    known = {e.name: e.solution for others in lessons().values() for e in others}
    assert found.MyAdam is known["MyAdam"] and found.my_relu is not known["my_relu"]
    assert found.my_relu(np.array([-1.0, 2])).tolist() == [0, 2]


def test_a_part_that_was_spoilt_later_is_not_used(file, capsys):
    hand_in(RELU, "my_relu")
    file.write_text(file.read_text().replace("np.maximum(z, 0)", "np.abs(z)"))
    capsys.readouterr()
    found = my_parts("my_relu")
    out = capsys.readouterr().out
    assert "Yours: nothing yet." in out and "Not right any more: my_relu: negative numbers" in out
    assert found.my_relu(np.array([-1.0])).tolist() == [0]


@pytest.mark.parametrize("text", ["def my_relu(:", "import no_such_thing", "\udcff"])
def test_a_file_that_cannot_be_run_stops_nothing(file, text, capsys):
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    found = my_parts("my_relu")
    out = capsys.readouterr().out
    assert "Yours: nothing yet." in out and "my_library.py" in out
    assert found.my_relu(np.array([-1.0])).tolist() == [0]


def test_a_later_part_may_use_an_earlier_one(capsys):
    hand_in("def neuron(x, w, b):\n    return 1 if np.dot(w, x) + b >= 0 else 0", "neuron")
    known = {e.name: e.solution for others in lessons().values() for e in others}
    hand_in("def AND(x1, x2):\n    return neuron(np.array([x1, x2]), np.ones(2), -1.5)", "AND",
            neuron=known["neuron"])
    capsys.readouterr()
    found = my_parts("AND")
    assert "Yours: AND." in capsys.readouterr().out and found.AND(1, 1) == 1


def test_a_part_may_use_what_the_lesson_has_imported(file, capsys):
    """softmax comes from a lesson's first cell, and an older file does not import it."""
    hand_in("def letter_chances(z, temperature):\n    return softmax(z / temperature)",
            "letter_chances", softmax=softmax)
    space = {}
    exec(file.read_text(encoding="utf-8"), space)
    assert space["letter_chances"](np.array([[0.0, 0.0]]), 1).tolist() == [[0.5, 0.5]]
    file.write_text(file.read_text().replace("from course_lib.activations", "# "))
    capsys.readouterr()
    my_parts("letter_chances")
    assert "Yours: letter_chances." in capsys.readouterr().out


def test_what_has_no_source_is_not_kept_and_stops_nothing(file, capsys):
    space = {"np": np}
    exec("def my_relu(z): return np.maximum(z, 0)", space)
    linecache.clearcache()
    check(space["my_relu"])
    assert "my_relu: right." in capsys.readouterr().out and not file.exists()


def test_names_that_are_no_exercises_are_refused():
    with pytest.raises(ValueError, match="my_parts got relu; expected names of exercises"):
        my_parts("relu")


def test_a_folder_that_cannot_be_written_to_is_said(monkeypatch, capsys):
    def fail(path, text):
        raise PermissionError("no permission")

    monkeypatch.setattr(built.record, "replace", fail)
    hand_in(RELU, "my_relu")
    out = capsys.readouterr().out
    assert "my_relu: right." in out and "could not be kept in my_library.py: no permission" in out
    assert exercise.progress() is None


def test_the_notebook_trains_with_what_she_built(file, capsys):
    names = "standardise", "my_relu", "mini_batches", "two_layer_gradients", "MyAdam"
    file.write_text(built.HEAD + "".join(
        "\n\n" + built.MARK.format(name=name, lesson="?") + "\n" + solved(name) for name in names))
    place = Path(__file__).parents[2] / "notebooks" / "further" / "05_built_by_you.ipynb"
    space = {}
    for cell in json.loads(place.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    out = capsys.readouterr().out
    assert f"Yours: {', '.join(names)}.\n" in out and "The course's" not in out
    assert "equal to nine decimals: True" in out and 0.79 < space["share"] < 0.83


def test_her_eye_her_memory_and_her_attention_are_the_library_s(file, capsys):
    place = Path(__file__).parents[2] / "notebooks" / "further" / "09_built_by_you.ipynb"
    cells = ["".join(cell["source"]) for cell in json.loads(place.read_text("utf-8"))["cells"]
             if cell["cell_type"] == "code"]
    (asked,) = [source for source in cells if "my_parts(" in source and "parts =" in source]
    names = re.findall(r'"(\w+)"', asked)
    file.write_text(built.HEAD + "".join(
        "\n\n" + built.MARK.format(name=name, lesson="?") + "\n" + solved(name) for name in names))
    space = {}
    for source in cells:
        exec(source, space)
    out = capsys.readouterr().out
    assert f"Yours: {', '.join(names)}.\n" in out and "The course's" not in out
    assert out.count(": True") == 5 and ": False" not in out
