"""The parts of grading that need no run of nbgrader; tests/slow/test_grading.py grades a course."""

import html
import os
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbgrader")

from tests.lessons.exercise_answers import solved  # noqa: E402
from tools import class_report, grading, roster  # noqa: E402

ROOT = Path(__file__).parents[2]
WITH_EXERCISES = [path for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
                  if grading.lesson_of(path)]


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_every_lesson_makes_an_assignment(path, monkeypatch, capsys):
    """Its imports are all that right answers need."""
    from nbgrader.nbgraderformat import MetadataValidator

    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # a failed check raises
    nb, space = grading.assignment(path), {}
    MetadataValidator().validate_nb(nb)
    MetadataValidator().validate_nb(nbformat.read(path, as_version=4))
    for cell in nb.cells:
        if cell.cell_type == "code":
            if grading.is_answer(cell):
                stub, solution = cell.source.split("### BEGIN SOLUTION")
                assert compile(stub, "stub", "exec") and compile(solution, "solution", "exec")
                cell.source = solved(grading.grade_id(cell))
            exec(compile(cell.source, "cell", "exec"), space)
    assert capsys.readouterr().out.count(": right.") == len(grading.lesson_of(path)[1])


def test_metadata_that_nbgrader_does_not_take():
    from nbgrader.nbgraderformat import MetadataValidator, ValidationError

    nb = nbformat.read(WITH_EXERCISES[0], as_version=4)
    check = next(cell for cell in nb.cells if (grading.grade_id(cell) or "").endswith("-check"))
    del check.metadata.nbgrader["points"]
    with pytest.raises(ValidationError):
        MetadataValidator().validate_nb(nb)


# Parts --------------------------------------------------------------------------------------------
def test_names_become_ids():
    names = ["Ána O'Neil_123_file", "jane_01_neuron.ipynb", "jane-01_neuron (2).ipynb", "=x*?[",
             "..", "bob.ipynb"]
    ids, lost = grading.student_ids(names, ["01_neuron"])
    assert lost == [] and list(ids.values()) == [
        "Ána_O_Neil_123_file", "jane", "jane-2", "x", "unknown", "bob"]


CANVAS = ["andersonjane_12345_67890_01_neuron.ipynb",
          "andersonjane_LATE_12345_67890_01_neuron-1.ipynb",
          "andersonjane_12345_71234_02_activations.ipynb", "andersonjane_99_67891_01_neuron.ipynb"]


def test_a_student_of_a_learning_platform_is_one_student():
    ids, _ = grading.student_ids(CANVAS, ["01_neuron", "02_activations"])
    assert list(ids.values()) == ["andersonjane"] * 3 + ["andersonjane-2"]
    moodle = ["Bob Baker_998877_assignsubmission_file_", "Bob Baker_445566_assignsubmission_file_"]
    assert set(grading.student_ids(moodle, [])[0].values()) == {"Bob_Baker"}
    board = ["Week 1_jane12_attempt_2026-03-01-10-15-00_01_neuron.ipynb",
             "Week 1_jane12_attempt_2026-03-02-09-00-00_01_neuron.ipynb"]
    assert set(grading.student_ids(board, ["01_neuron"])[0].values()) == {"jane12"}


def test_what_the_names_say_of_an_attempt():
    first, late, *_ = map(roster.recognise, CANVAS)
    assert not first.late and late.late and late.turn > first.turn
    assert roster.recognise("jane_01_neuron.ipynb") == roster.Who("jane_01_neuron.ipynb")


def test_with_a_roster_nobody_is_invented(tmp_path):
    (tmp_path / "roster.csv").write_text(
        "\ufeffid,name,canvas,login\ns1,Jane Anderson,12345,jane12\ns2,Bob Baker,,\n",
        encoding="utf-8")
    known = roster.Roster(tmp_path / "roster.csv")
    names = [*CANVAS[:3], "Bob Baker_998877_assignsubmission_file_", "baker bob",
             "Week 1_jane12_attempt_2026-03-01-10-15-00_x.ipynb", "s2_01_neuron.ipynb",
             "stranger_01_neuron.ipynb"]
    ids, lost = grading.student_ids(names, ["01_neuron", "02_activations"], known)
    assert list(ids.values()) == ["s1"] * 3 + ["s2", "s2", "s1", "s2"]
    assert lost == ["stranger_01_neuron.ipynb"]


@pytest.mark.parametrize("text, words", [
    ("name\nJane\n", "the column id"), ("id,name\na,A\na,B\n", "stands there twice")])
def test_a_roster_that_cannot_be_used_is_refused(text, words, tmp_path):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        roster.Roster(tmp_path / "roster.csv")


# The class ----------------------------------------------------------------------------------------
def test_the_class_s_mistakes_are_counted_and_nobody_is_named(tmp_path):
    from course_lib.lessons.lesson_01 import exercises as neuron

    course = grading.Course(tmp_path)
    path = next(path for path in WITH_EXERCISES if path.name.startswith("01"))
    source = tmp_path / "source" / "lesson_01" / path.name
    grading.write(source, nbformat.writes(grading.assignment(path)))
    exercise = next(e for e in neuron.EXERCISES if len(e.mistakes) > 3)
    known, said = exercise.mistakes[0].message, [
        f"{exercise.name}: right.", f"{exercise.name}: {exercise.mistakes[0].message}\n  x = 1",
        f"{exercise.name}: {exercise.mistakes[0].message}\n  x = 2",
        f"{exercise.name}: not attempted yet.", f"{exercise.name}: ValueError: no"]
    for number, text in enumerate(said):
        nb = nbformat.read(source, as_version=4)
        for cell in nb.cells:
            if grading.grade_id(cell) == exercise.name:
                cell.source = f"# by Jane Anderson\ndef {exercise.name}():\n    return {number}"
            if grading.grade_id(cell) == f"{exercise.name}-check":
                cell.outputs = [nbformat.v4.new_output("stream", text=text)]
        target = tmp_path / "autograded" / f"jane{number}" / "lesson_01" / path.name
        grading.write(target, nbformat.writes(nb))
    tally = class_report.tallies(course)["lesson_01"][exercise.name]
    assert (tally.handed_in, tally.right) == (5, 1)
    assert tally.mistakes == {known: 2, class_report.NOT_ATTEMPTED: 1, class_report.ERROR: 1}
    page = class_report.report(course)
    assert "1 of 5 right" in page and html.escape(known) in page and "<b>2 ×</b>" in page
    assert "Next time" in page and "5 students" in page
    assert "jane" not in page.lower() and "http" not in page


def test_only_definitions_of_a_lesson_are_kept():
    kept = grading.definitions("import numpy as np\nfrom matplotlib import pyplot\nN = [1, 2]\n"
                               "X = np.ones(3)\ndef f(x):\n    return x\n\nprint(X)")
    assert kept == "import numpy as np\n\nN = [1, 2]\n\ndef f(x):\n    return x"
    assert grading.definitions("%matplotlib inline") == ""


def test_links_are_not_followed(tmp_path):
    (tmp_path / "in" / "eve").mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_text("{}")
    (tmp_path / "in" / "eve" / "a.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "in" / "mallory").symlink_to(tmp_path)
    assert grading.handed_in(tmp_path / "in") == {"eve": []}


@pytest.mark.parametrize("arguments, words", [
    ([str(ROOT / "grades")], "choose a folder elsewhere"),
    (["{}", "99"], "No lesson 99 with exercises"),
    (["{}", "--submissions", "no such folder"], "is not a folder"),
    (["{}/full"], "is not empty"),
])
def test_what_it_does_not_do(arguments, words, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    with pytest.raises(SystemExit, match=words):
        grading.main([text.format(tmp_path / "full" if "/" in text else tmp_path / "new")
                      if text != "{}/full" else str(tmp_path / "full") for text in arguments])
    assert not (ROOT / "grades").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "points.csv"
    assert grading.write(path, "a") and not grading.write(path, "a")

    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError):
        grading.write(path, "b")
    assert path.read_text() == "a"
