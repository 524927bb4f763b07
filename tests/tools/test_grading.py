"""The parts of grading that need no run of nbgrader; tests/slow/test_grading.py grades a course."""

import os
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbgrader")

from tests.lessons.exercise_answers import solved  # noqa: E402
from tools import grading  # noqa: E402

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
    assert list(grading.student_ids(names, ["01_neuron"]).values()) == [
        "Ána_O_Neil_123_file", "jane", "jane-2", "x", "unknown", "bob"]


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
