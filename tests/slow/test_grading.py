"""Grading a folder of made-up submissions: each gets its points and its messages, whatever it does.

Everything is handed in, collected and graded once; the tests look at what came out. Parts of the
grading that need no nbgrader run are tested in tests/tools/test_grading.py.
"""

import copy
import csv
import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbgrader")

from course_lib.lessons.lesson_01 import exercises as neuron  # noqa: E402
from tests.lessons.exercise_answers import solved  # noqa: E402
from tools import grading  # noqa: E402

ROOT = Path(__file__).parents[2]

new_code_cell = nbformat.v4.new_code_cell
LESSON = ROOT / "notebooks" / "01_neuron.ipynb"
NAMES = [e.name for e in neuron.EXERCISES]
FULL = {e.name: e.points for e in neuron.EXERCISES}
SECONDS = 30  # for a cell; more than the 5 of a check, and than imports on a busy machine


# The submissions ----------------------------------------------------------------------------------
def place(nb, name) -> int:
    return [grading.grade_id(cell) for cell in nb.cells].index(name)


def answer(nb, names=NAMES, **sources):
    """Put right answers into the notebook, and these sources in place of some."""
    for name in NAMES:
        if name in names or name in sources:
            nb.cells[place(nb, name)].source = sources.get(name) or solved(name)


def empty(nb):
    pass


FIRST = ["neuron_output", "nor_weights", "merge_layers"]


def half_done(nb):
    answer(nb, FIRST, share_explained="def share_explained(y_hat, y):\n"
           "    return np.sum((y - y_hat) ** 2) / np.sum((y - np.mean(y)) ** 2)")


def crashing(nb):
    answer(nb, neuron_output="def neuron_output(x, w, b, phi):\n    return len(x) / len([])",
           nor_weights="def nor_weights(:", merge_layers="raise SystemExit('enough')")
    nb.cells.insert(2, new_code_cell("1 / 0"))


def endless(nb):
    answer(nb, neuron_output="def neuron_output(x, w, b, phi):\n    while True:\n        pass",
           best_neuron="import time\nwhile True:\n    time.sleep(0.01)\n" + solved("best_neuron"))


def deleted_check(nb):
    answer(nb)
    for name in ("merge_layers-check", "share_explained", "share_explained-check"):
        del nb.cells[place(nb, name)]


def edited_check(nb):
    answer(nb, nor_weights="def nor_weights():\n    return 1, 1, -0.5", parity_weights="4")
    nb.cells[place(nb, "nor_weights-check")].source = "print('nor_weights: right.')"
    nb.cells[place(nb, "neuron_output-check")].metadata.nbgrader.points = 50
    nb.cells[place(nb, "parity_weights-check")].metadata.tags = ["skip-execution"]
    nb.cells[place(nb, "best_neuron-check")].metadata.nbgrader.grade = False


def renamed(nb):
    answer(nb, nor_weights=solved("nor_weights").replace("nor_weights", "nor_by_hand"))


def imports(nb):
    answer(nb, nor_weights="from course_lib.lessons.lesson_01.exercises import nor_weights",
           best_neuron="from course_lib.lessons.lesson_01 import exercises as neuron\n\n"
           "def best_neuron(X, y):\n"
           "    return neuron.best_neuron(X, y)")


def writes(nb):
    answer(nb, nor_weights="import os, pathlib\npathlib.Path('written.txt').write_text('x')\n"
           "def nor_weights():\n    np.save('array.npy', np.ones(9))\n    return -1, -1, 0.5")
    nb.cells.insert(place(nb, "nor_weights-check") + 1, new_code_cell("print(os.getcwd())"))
    nb.cells.append(new_code_cell("from IPython.display import HTML\n"
                                  "HTML('<b>bold</b><script>' + 'bad()' + '</script>')"))


def prints(nb):
    answer(nb, neuron_output="def neuron_output(x, w, b, phi):\n    print('inside' * 200_000)\n"
           "    return phi(x @ w + b)")
    nb.cells[1:1] = [new_code_cell(source) for source in (
        "for n in range(1000):\n    print(n, 'loud' * 250)", "'value' * 200_000",
        "raise ValueError('wrong' * 200_000)",
        "from IPython.display import HTML\nHTML('<p>html</p><script>bad()</script>' * 50_000)")]


def ends_python(nb):
    answer(nb, nor_weights="import os\nos._exit(1)")


def unstoppable(nb):
    answer(nb, nor_weights="import time\nwhile True:\n    try:\n        time.sleep(0.01)\n"
           "    except:\n        pass")


def lesson(nb):
    """The lesson's own notebook; an answer in a second copy of its cells, with their metadata."""
    answer(nb, neuron_output="def neuron_output(x, w, b, phi):\n    return layer(x, w, b, phi)",
           nor_weights="def nor_weights():\n    return 1, 1, -0.5")
    at = place(nb, "nor_weights")
    pair = copy.deepcopy(nb.cells[at:at + 2])
    pair[0].source = solved("nor_weights")
    for cell in pair:
        cell.id += "-copy"
    nb.cells += pair
    nb.cells.insert(1, new_code_cell("kept = 1", metadata={"nbgrader": "nonsense"}))


UNGRADED = {"ends-python": ends_python, "unstoppable": unstoppable}
RIGHT = "{}: right."
# student: what they did, points where not full, words in the feedback
TABLE = {
    "perfect": (answer, {}, [RIGHT.format(name) for name in NAMES]),
    "empty": (empty, dict.fromkeys(NAMES, 0), [f"{name}: not attempted yet." for name in NAMES]),
    "half-done": (half_done, dict.fromkeys(set(NAMES) - set(FIRST), 0), [
        "share_explained: this is the part that is *not* explained. Take it from 1.",
        "expected = -0.21429", "best_neuron: not attempted yet."]),
    "crashing": (crashing, dict.fromkeys(("neuron_output", "nor_weights", "merge_layers"), 0), [
        "neuron_output: your code raised ZeroDivisionError",
        "line 2 of neuron_output: return len(x) / len([])",
        "nor_weights is not defined. Run the cell above.", "merge_layers is not defined"]),
    "endless": (endless, {"neuron_output": 0, "best_neuron": 0}, [
        "neuron_output was stopped after 5 seconds: is there a loop that does not end?",
        "CellTimeoutError", "best_neuron is not defined", "parity_weights: right."]),
    "deleted-check": (deleted_check, {"share_explained": 0}, [
        "The check below was missing from your notebook. It was put back.",
        "The cell for your answer, share_explained, was missing, too.", "merge_layers: right.",
        "share_explained is not defined"]),
    "edited-check": (edited_check, {"nor_weights": 0, "parity_weights": 0}, [
        "The check below was changed.", "nor_weights: this is OR",
        "parity_weights is not defined", "best_neuron: right."]),
    "renamed": (renamed, {"nor_weights": 0}, ["nor_weights is not defined. Run the cell above."]),
    "imports": (imports, {"nor_weights": 0, "best_neuron": 0}, [
        "nor_weights is the course's own code. Write yours.",
        "best_neuron is the course's own code. Write yours."]),
    "writes": (writes, {}, ["nor_weights: right."]),
    "prints": (prints, {}, ["only the first 10,000 characters are kept",
                            "1,000,002 characters, cut here", "(8,400,007 characters)"]),
    "lesson": (lesson, {}, ["neuron_output: right.", "nor_weights: right.", "kept = 1"]),
}
REMARKS = {
    "deleted-check": "lesson_01: check of merge_layers was missing; lesson_01: check of "
                     "share_explained was missing, and its answer",
    "edited-check": "lesson_01: check of nor_weights was changed",
    "ends-python": "lesson_01: not graded: the notebook ended Python itself (os._exit, a crash, or "
                   "out of memory)",
    "empty": "not graded: poem.ipynb: no exercise of a lesson in this course folder is in it",
    "nothing": "not graded: no notebook was handed in",
}


def hand_in(folder, release):
    """Write all submissions as a learning platform would give them."""
    changes = {student: change for student, (change, _, _) in TABLE.items()}
    for student, change in {**changes, **UNGRADED}.items():
        nb = nbformat.read(LESSON if student == "lesson" else release, as_version=4)
        change(nb)
        path = folder / student / "files" / release.name
        if student == "lesson":
            path = folder / "lesson_01_neuron (1).ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(nb), encoding="utf-8")
    (folder / "nothing").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / "01_neuron.ipynb").write_text("{'cells'", encoding="utf-8")
    (folder / "empty" / "poem.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grading")
    course, handed = folder / "course", folder / "handed in"
    assert grading.main([str(course), "01"]) == 0
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text().replace("timeout = 60", f"timeout = {SECONDS}"))
    hand_in(handed, course / "release" / "lesson_01" / LESSON.name)
    assert grading.main([str(course), "--submissions", str(handed)]) == 0
    return course, handed


def rows(course) -> dict[str, dict]:
    with open(course / "points.csv", encoding="utf-8", newline="") as file:
        found = {row["student"]: row for row in csv.DictReader(file)}
    return {student: {re.sub(r" \(\d+\)$", "", name): value for name, value in row.items()}
            for student, row in found.items()}


def feedback(course, student) -> str:
    """The text of a student's page, without tags."""
    page = (course / "feedback" / student / "lesson_01" / "01_neuron.html").read_text("utf-8")
    text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", "", page, flags=re.DOTALL)
    for entity, sign in {"&#39;": "'", "&quot;": '"', "&lt;": "<", "&gt;": ">",
                         "&amp;": "&"}.items():
        text = text.replace(entity, sign)
    return " ".join(text.split())


# What came out ------------------------------------------------------------------------------------
@pytest.mark.parametrize("student", TABLE)
def test_points_are_as_the_table_says(graded, student):
    row = rows(graded[0])[student]
    points = {**FULL, **TABLE[student][1]}
    assert {name: float(row[name]) for name in NAMES} == points
    assert float(row["total"]) == sum(points.values())
    assert row["remarks"] == REMARKS.get(student, "")


@pytest.mark.parametrize("student", TABLE)
def test_the_student_reads_the_same_messages(graded, student):
    text = feedback(graded[0], student)
    for words in TABLE[student][2]:
        assert words in text, (words, text[:3000])


@pytest.mark.parametrize("student, words", [
    ("ends-python", "the notebook ended Python itself"),
    ("unstoppable", "a cell went on for too long and could not be stopped"),
    ("broken", "01_neuron.ipynb: it is no notebook"),
])
def test_what_cannot_be_graded_is_said(graded, student, words):
    row = rows(graded[0])[student]
    assert not any(row[name] for name in [*NAMES, "total"])
    assert words in row["remarks"] and words in feedback(graded[0], student)


def test_nobody_is_left_out(graded):
    assert rows(graded[0]).keys() == {*TABLE, *UNGRADED, "broken", "nothing"}
    assert rows(graded[0])["nothing"]["remarks"] == REMARKS["nothing"]


def test_the_class_page_counts_what_was_graded_and_names_nobody(graded):
    page = (graded[0] / "class.html").read_text(encoding="utf-8")
    there = {path.parts[-3] for path in (graded[0] / "autograded").glob("*/*/*.ipynb")}
    assert f"{len(there)} students" in page and f"of {len(there)} right" in page
    assert "not attempted" in page
    assert not [student for student in there if re.search(rf"\b{student}\b", page)
                and student not in ("lesson", "empty", "imports", "prints", "writes")]


def test_feedback_is_small_whatever_was_printed(graded):
    sizes = {student: sum(path.stat().st_size for path in
                          (graded[0] / "feedback" / student).rglob("*.*")) for student in TABLE}
    print(sizes)
    assert max(sizes.values()) < sizes["perfect"] + 100_000


def test_files_that_are_written_stay_out_of_the_course_folder(graded):
    course, _ = graded
    allowed = {".ipynb", ".html", ".csv", ".json", ".db", ".py", ".txt"}
    files = [path for path in course.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= allowed
    assert not [path for path in files if path.name == "written.txt"]
    assert "grading-" in feedback(course, "writes")  # it says where it was
    assert not list((ROOT / "notebooks").glob("written.txt"))


def test_feedback_runs_no_script_of_a_student(graded):
    page = (graded[0] / "feedback" / "writes" / "lesson_01" / "01_neuron.html").read_text("utf-8")
    assert "<b>bold</b>" in page and "<script>bad()" not in page


def test_the_release_has_no_solutions(graded):
    release = nbformat.read(graded[0] / "release/lesson_01/01_neuron.ipynb", as_version=4)
    source = nbformat.read(graded[0] / "source/lesson_01/01_neuron.ipynb", as_version=4)
    for e in neuron.EXERCISES:
        stub = release.cells[place(release, e.name)].source
        assert stub.strip() == e.stub
        assert "BEGIN SOLUTION" in source.cells[place(source, e.name)].source
        assert release.cells[place(release, f"{e.name}-check")].metadata.nbgrader.points == e.points
    assert all(cell.metadata.editable is False for cell in release.cells
               if cell.metadata.get("nbgrader", {}).get("locked"))


def test_again_grades_only_what_is_new(graded, capsys):
    course, handed = graded
    before = rows(course)
    path = handed / "ends-python" / "files" / "01_neuron.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[place(nb, "nor_weights")].source = solved("nor_weights")
    path.write_text(nbformat.writes(nb), encoding="utf-8")
    assert grading.main([str(course), "--submissions", str(handed)]) == 0
    out = capsys.readouterr().out
    assert "lesson_01: as before" in out and "lesson_01 ends-python: graded" in out
    assert f"1 submission graded, {len(TABLE) + 1} as before" in out
    after = rows(course)
    assert after.pop("ends-python")["total"] == f"{sum(FULL.values())}"
    before.pop("ends-python")
    assert after == before
