"""Hand out the exercises with nbgrader, and grade what comes back.

    python -m tools.grading COURSE                        make the course folder, all lessons
    python -m tools.grading COURSE 01 04                  the same, with these lessons
    python -m tools.grading COURSE --submissions FOLDER   and collect, grade, write feedback

COURSE is a folder of nbgrader's (nbgrader_config.py, gradebook.db, source, release, submitted,
autograded, feedback). Hand out what is in release. FOLDER holds a folder for each student with
notebooks somewhere in it, or files such as jane_01_neuron.ipynb, or what Canvas, Moodle and
Blackboard make of these names; COURSE/roster.csv, if there is one, says who is who (tools/roster).
COURSE/points.csv has the points, COURSE/feedback/<student> the pages for the students, and
COURSE/class.html what the class got right and which mistakes it made. Run it as often as you like:
what has not changed is not graded again (--again does), and names of lessons are needed only once.

An assignment is not the whole lesson: it has the imports and the exercises. Of a lesson's notebook
that is handed in, only imports, functions, and the student's own cells are run. So a submission
takes seconds, not the minute or more that the lesson's experiments would.

Autograding RUNS THE STUDENTS' CODE with your rights. INSTRUCTORS.md says how to isolate it.
"""

import argparse
import ast
import contextlib
import copy
import csv
import html
import inspect
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.exercise import lessons as all_lessons
from tools import class_report, roster
from tools.exercise_cells import cell, cells, count, generated, lesson_of

HERE = Path(__file__).parent
ROOT = HERE.parent
NOTEBOOKS = ROOT / "notebooks"

SECONDS = 600  # for one submission altogether; nbgrader_config.py has those for one cell
LARGEST = 20_000_000  # bytes of a notebook that is handed in
LONGEST = 20_000  # characters of one output in the feedback
UNUSED = ("course_lib.explorer", "course_lib.figure", "matplotlib", "IPython", "ipywidgets")
CONFIG = """\
# Written once by tools/grading.py; change it as you like, it is not written again.
c = get_config()
c.CourseDirectory.course_id = "course"
c.ClearSolutions.code_stub = {"python": ""}  # students start from the exercise's own stub
c.Execute.timeout = 60                       # seconds for a cell; then the next cell runs
c.Execute.interrupt_on_timeout = True
c.Execute.iopub_timeout = 30                 # seconds for its last output, on a busy machine
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:",
                             "--ext=tools.grading_kernel"]
c.LimitOutput.max_lines = 200
c.LimitOutput.max_traceback = 40
c.HTMLExporter.sanitize_html = True          # no scripts of one student in another's browser
"""
TITLE = """\
# {lesson}: exercises
*{about}*

Write each function in its cell, then run the cell below it: `check` says whether it is right, and
if not, what is wrong. `hint(name)` helps in steps.

Answers are graded in a new kernel that runs this notebook from top to bottom. So before you hand it
in: Kernel > Restart Kernel and Run All Cells, and save. Add cells where you like."""


# The assignment -----------------------------------------------------------------------------------
def is_answer(cell) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def grade_id(cell) -> str:
    data = cell.metadata.get("nbgrader")  # of a submission it may be anything
    return str(data.get("grade_id", "")) if isinstance(data, dict) else ""


def statements(source) -> list:
    """The statements of a cell; none for what is no plain Python."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def is_import(node) -> bool:
    """Whether a statement imports something that answers may need."""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [
        alias.name for alias in getattr(node, "names", [])]
    return isinstance(node, ast.Import | ast.ImportFrom) and not any(
        name == one or name.startswith(f"{one}.") for name in names for one in UNUSED)


def imports(nb) -> str:
    """What the lesson's cells import, without what draws."""
    found = ["from course_lib.exercise import check, hint, progress", "import numpy as np"]
    for one in nb.cells:
        if one.cell_type == "code" and not generated(one):
            found += [ast.unparse(node) for node in statements(one.source) if is_import(node)]
    return "\n".join(dict.fromkeys(found))


def solution_source(exercise) -> str:
    """The solution's source, under the name that the exercise asks for."""
    source = textwrap.dedent(inspect.getsource(exercise.solution)).rstrip()
    return re.sub(rf"\b{exercise.solution.__name__}\b", exercise.name, source)


def assignment(path):
    """The instructor's version: stubs, and solutions that generate_assignment takes out."""
    lesson = nbformat.read(path, as_version=4)
    module, exercises = lesson_of(path)
    about = [count(len(exercises), "exercise"),
             count(sum(e.minutes for e in exercises), "minute"),
             count(sum(e.points for e in exercises), "point")]
    name = next(name for name in all_lessons() if path.name.startswith(name[:2]))
    made = [cell("markdown", TITLE.format(lesson=name, about=" · ".join(about)), "title"),
            new_code_cell(imports(lesson))]
    by_name = {e.name: e for e in exercises}
    for one in cells(module, exercises)[2:]:  # after the quick questions
        if is_answer(one):
            solution = solution_source(by_name[grade_id(one)])
            one.source += f"\n### BEGIN SOLUTION\n\n\n{solution}\n### END SOLUTION"
        elif is_check(one):
            name = grade_id(one).removesuffix("-check")
            one.source = f'from course_lib.exercise import check\ncheck("{name}")'
        made.append(one)
    for number, one in enumerate(made):
        one.id = f"exercises-{number}"
        one.metadata.pop("slideshow", None)
    return new_notebook(cells=made, metadata={
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"}})


# Files and nbgrader -------------------------------------------------------------------------------
def write(path, text) -> bool:
    """Write a file whole or not at all; whether it is another text than before."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".part", delete=False,
                                     encoding="utf-8", newline="") as part:
        part.write(text)
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)
    return True


def nbgrader(course, *arguments, seconds=SECONDS, **environment) -> tuple[bool, str]:
    """Run one command of nbgrader in a process of its own: (whether it worked, its log)."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1",
             **environment})
    try:
        log, _ = process.communicate(timeout=seconds)
        return process.returncode == 0, log
    except subprocess.TimeoutExpired:
        return False, f"Stopped after {seconds} seconds."
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
            process.wait()


class Course:
    """A course folder: its lessons, and what is known about the submissions."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.notes_file = self.folder / "notes.json"
        self.notes = {}  # student -> assignment -> {"remarks": [...], "failed": ""}
        if self.notes_file.exists():
            self.notes = json.loads(self.notes_file.read_text(encoding="utf-8"))

    def lessons(self) -> dict[str, Path]:
        """{"lesson_01": the lesson's notebook} of all that were built."""
        built = sorted((self.folder / "source").glob("lesson_*/*.ipynb"))
        return {path.parent.name: NOTEBOOKS / path.name for path in built}

    def path(self, step, student, lesson, suffix=".ipynb") -> Path:
        """Of a lesson's notebook in one of nbgrader's steps."""
        name = self.lessons()[lesson].stem + suffix
        return self.folder / step / student / lesson / name

    def release(self, lesson):
        path = self.folder / "release" / lesson / self.lessons()[lesson].name
        return nbformat.read(path, as_version=4)

    def note(self, student, lesson, remarks=(), failed=""):
        self.notes.setdefault(student, {})[lesson] = {"remarks": list(remarks), "failed": failed}

    def save_notes(self):
        write(self.notes_file, json.dumps(self.notes, indent=1, ensure_ascii=False) + "\n")


def build(course, names) -> set[str]:
    """Write the assignments and release them; the lessons whose assignment is new or changed."""
    if course.folder.is_relative_to(ROOT.resolve()):
        raise SystemExit(f"{course.folder} is in the folder of the course itself. Grades are "
                         "personal: choose a folder elsewhere.")
    config = course.folder / "nbgrader_config.py"
    if not config.exists():
        if course.folder.is_dir() and any(course.folder.iterdir()):
            raise SystemExit(f"{course.folder} is not empty, and no course folder of nbgrader's.")
        write(config, CONFIG)
    with_exercises = [path for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")) if lesson_of(path)]
    for name in names:
        if not any(path.name.startswith(name) for path in with_exercises):
            known = ", ".join(path.name[:2] for path in with_exercises)
            raise SystemExit(f"No lesson {name} with exercises; there are {known}.")
    known = [path.name[:2] for path in course.lessons().values()]
    starts = tuple([*names, *known] or ("",))
    changed = set()
    for path in with_exercises:
        lesson = f"lesson_{path.name[:2]}"
        if not path.name.startswith(starts):
            continue
        source = course.folder / "source" / lesson / path.name
        before = source.read_text(encoding="utf-8") if source.exists() else None
        new = write(source, nbformat.writes(assignment(path)) + "\n")
        if new or not (course.folder / "release" / lesson / path.name).exists():
            done, log = nbgrader(course.folder, "generate_assignment", lesson, "--force")
            if not done:
                source.unlink() if before is None else write(source, before)
                raise SystemExit(f"nbgrader could not make {lesson}. When exercises were taken "
                                 f"away after grading, begin a new folder.\n\n{log[-3000:]}")
            changed.add(lesson)
        print(f"{lesson}: {'made' if lesson in changed else 'as before'}: "
              f"{course.folder / 'release' / lesson / path.name}", flush=True)
    return changed


# Collecting ---------------------------------------------------------------------------------------
def definitions(source) -> str:
    """The imports, functions, classes and plain constants of a cell."""
    kept = []
    for node in statements(source):
        constant = False
        if isinstance(node, ast.Assign):
            with contextlib.suppress(ValueError, TypeError, SyntaxError):
                ast.literal_eval(node.value)
                constant = True
        if constant or is_import(node) or isinstance(node, ast.FunctionDef | ast.ClassDef):
            kept.append(ast.unparse(node))
    return "\n\n".join(kept)


def note(text):
    return new_markdown_cell(f"**Note from grading.** {text}")


def prepared(nb, release, lesson) -> tuple[object, list[str]]:
    """(the notebook that is run, remarks): checks as they were handed out, and in their place.

    All other metadata and all outputs are left out: a tag could keep a check from being run.
    """
    known = {grade_id(one): one for one in release.cells if generated(one)}
    setup = next(one for one in release.cells if one.cell_type == "code")
    own = [one for one in lesson.cells if not generated(one)]
    own_ids, own_sources = {one.id for one in own}, {one.source for one in own}
    own_locked = {one.source for one in lesson.cells if generated(one) and not is_answer(one)}
    last = {grade_id(one): number for number, one in enumerate(nb.cells)}
    made, remarks = [], []
    for number, one in enumerate(nb.cells):
        name, source = grade_id(one), one.source
        if name in known and (number == last[name] or not is_answer(known[name])):
            if number != last[name]:
                continue
            new = copy.deepcopy(known[name])
            if is_answer(new):
                new.source = source
            elif is_check(new) and source != new.source and source not in own_locked:
                of = name.removesuffix("-check")
                made.append(note("The check below was changed. Here it is as it was handed out."))
                remarks.append(f"check of {of} was changed")
            made.append(new)
        elif source == setup.source or (generated(one) and source in own_locked):
            continue
        elif one.get("id") in own_ids or source in own_sources:
            if one.cell_type == "code" and (kept := definitions(source)):
                made.append(new_code_cell(kept))
        elif one.cell_type == "code":
            made.append(new_code_cell(source))
        elif one.cell_type == "markdown":
            made.append(new_markdown_cell(source))
    made.insert(bool(made) and grade_id(made[0]) == "title", copy.deepcopy(setup))
    for name, check in known.items():
        if is_check(check) and name not in last:
            of = name.removesuffix("-check")
            where = [n for n, one in enumerate(made) if grade_id(one) in (of, f"{of}-text")]
            at = where[-1] + 1 if where else len(made)
            text = "The check below was missing from your notebook. It was put back."
            if of not in last:
                text += f" The cell for your answer, `{of}`, was missing, too."
            made[at:at] = [note(text), copy.deepcopy(check)]
            remarks.append(f"check of {of} was missing" + ", and its answer" * (of not in last))
    for number, one in enumerate(made):
        one.id = f"cell-{number}"  # the same each time, so that a rerun finds no change
    return new_notebook(cells=made, metadata=release.metadata), remarks


def read(path):
    """A notebook that was handed in; ValueError says what is wrong with the file."""
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it has {path.stat().st_size:,} bytes")
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
        return nb
    except Exception as error:  # whatever a broken file makes nbformat raise
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:150]
        raise ValueError(f"it is no notebook: {first}") from None


def handed_in(folder) -> dict[str, list[Path]]:
    """{a student's folder or file name: the notebooks}; links and hidden files are left out."""
    found = {path.name: [] for path in sorted(folder.iterdir())
             if path.is_dir() and not path.is_symlink() and path.name[0] not in "._"}
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if not hidden and path.is_file() and folder.resolve() in path.resolve().parents:
            found.setdefault(parts[0], []).append(path)
    return found


def student_ids(names, stems, known=None) -> tuple[dict[str, str], list[str]]:
    """({name: the student's id}, the names that nobody of the roster `known` goes by).

    nbgrader allows few characters in an id. Names of learning platforms are recognised: then all
    that one student hands in has one id, however often the platform writes it another way.
    """
    found, lost, owners = {}, [], {}
    for name in names:
        who = roster.recognise(name)
        plain, recognised = who.name, who != roster.Who(name)
        if not recognised and name.endswith(".ipynb"):
            plain = re.sub(rf"[ _.-]*({'|'.join(map(re.escape, stems))})?[^\w]*(\(\d+\))?\.ipynb$",
                           "", name)
        if known is not None:
            mine = known.find(who if recognised else roster.Who(plain))
            if mine is None:
                lost.append(name)
                continue
            plain, recognised = mine, True
        plain = re.sub(r"[^\w.@-]+", "_", plain).strip("._-") or "unknown"
        owner = name
        if recognised:
            owner = plain if known is not None else who.canvas or who.login or plain
        while owners.setdefault(plain, owner) != owner:
            plain += "-2"
        found[name] = plain
    return found, lost


def collect(course, folder) -> set[tuple[str, str]]:
    """Put what was handed in into `submitted`; the (student, lesson) that are new or changed."""
    lessons, changed = course.lessons(), set()
    releases = {lesson: course.release(lesson) for lesson in lessons}
    ids = {lesson: {grade_id(c) for c in nb.cells if is_answer(c) or is_check(c)}
           for lesson, nb in releases.items()}
    handed, place = handed_in(folder), course.folder / "roster.csv"
    students, lost = student_ids(handed, [path.stem for path in lessons.values()],
                                 roster.Roster(place) if place.exists() else None)
    for name in lost:
        print(f"Not on the roster, and not graded: {name}")
    together = {}
    for name, student in students.items():
        who = roster.recognise(name)
        together.setdefault(student, []).extend((who.turn, who.late, path) for path in handed[name])
    for student, files in together.items():
        best, bad, late = {}, {}, {path for _, is_late, path in files if is_late}
        paths = [path for *_, path in sorted(
            files, key=lambda one: (one[0], one[2].stat().st_mtime, one[2]))]
        for path in paths:
            guess = next((one for one, of in lessons.items() if of.stem in path.stem), "")
            try:
                nb = read(path)
                there = {grade_id(one) for one in nb.cells}
                lesson = max(lessons, key=lambda one: len(ids[one] & there))
                lesson = lesson if ids[lesson] & there else guess
                if not lesson:
                    raise ValueError("no exercise of a lesson in this course folder is in it")
                best.setdefault(lesson, []).append((path, nb))
            except (ValueError, OSError) as error:
                bad[guess] = f"{path.name}: {error}"
        for lesson, files in best.items():
            path, nb = files[-1]
            target = course.path("submitted", student, lesson)
            try:
                nb, remarks = prepared(nb, releases[lesson], nbformat.read(lessons[lesson], 4))
                new = write(target, nbformat.writes(nb) + "\n")
            except Exception as error:  # one bad notebook never stops the others
                bad[lesson] = f"{path.name}: {type(error).__name__}: {error}"
                continue
            if new:
                changed.add((student, lesson))
            if len(files) > 1:
                remarks.append(f"{len(files)} notebooks, the newest counts: {path.name}")
            if path in late:
                remarks.append("handed in late")
            before = course.notes.get(student, {}).get(lesson, {"failed": ""})
            course.note(student, lesson, remarks, "" if new else before["failed"])
            bad.pop(lesson, None)
        for lesson, text in bad.items():
            course.note(student, lesson, failed=text)
            if lesson:
                course.path("submitted", student, lesson).unlink(missing_ok=True)
        if not paths:
            course.note(student, "", failed="no notebook was handed in")
    course.save_notes()
    return changed


# Grading ------------------------------------------------------------------------------------------
UNSTOPPABLE = ("a cell went on for too long and could not be stopped (is there a bare except in a "
               "loop?)")
REASONS = {  # what is in nbgrader's log: what it means
    "DeadKernelError": "the notebook ended Python itself (os._exit, a crash, or out of memory)",
    "kernel became unresponsive": UNSTOPPABLE, "A cell timed out while": UNSTOPPABLE,
    "Stopped after": f"it went on for more than {SECONDS} seconds",
}
FAILED = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{name}</title>
<body style="font: 1.1em sans-serif; max-width: 40em; margin: 2em auto">
<h1>{name}</h1><p>This notebook could not be graded: {reason}.</p>
<p>Open it, choose Kernel &gt; Restart Kernel and Run All Cells, repair what stops it, save it and
hand it in again, or ask your teacher.</p></body></html>
"""


def shorten(path) -> None:
    """Cut long outputs of a notebook that was run; the feedback shows what is left."""
    nb = nbformat.read(path, as_version=4)

    def cut(text):
        text = "".join(text) if isinstance(text, list) else str(text)
        return text if len(text) <= LONGEST else (
            f"{text[:LONGEST // 2]}\n… ({len(text):,} characters, cut here)")

    for one in nb.cells:
        for output in one.get("outputs", []):
            if "text" in output:
                output.text = cut(output.text)
            if "traceback" in output:
                output.evalue = cut(output.evalue)
                output.traceback = [cut(line) for line in output.traceback]
            for kind, value in list(output.get("data", {}).items()):
                size = len(value if isinstance(value, str) else json.dumps(value))
                if kind == "text/plain":
                    output.data[kind] = cut(value)
                elif size > 10 * LONGEST:  # pictures may be larger than words
                    del output.data[kind]
                    output.data.setdefault("text/plain", f"({kind}, {size:,} characters, left out)")
    write(path, nbformat.writes(nb) + "\n")


def autograde(course, student, lesson) -> str:
    """Grade one submission in processes and an empty folder of its own; "" or why not."""
    with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as scratch:
        done, log = nbgrader(course.folder, "autograde", lesson, f"--student={student}",
                             "--force", GRADING_SCRATCH=scratch)
    result = course.path("autograded", student, lesson)
    if done and result.exists():
        shorten(result)
        return ""
    write(course.folder / "logs" / f"{student}_{lesson}.txt", log)
    return next((why for words, why in REASONS.items() if words in log),
                f"nbgrader failed, see logs/{student}_{lesson}.txt")


def give_feedback(course, lesson, students) -> None:
    """Write the pages of these students; for what could not be graded, a page that says why."""
    for student in students:
        course.path("feedback", student, lesson, ".html").unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # nbgrader passes over folders that are there
            course.path("feedback", student, lesson).parent.rmdir()
    if any(course.path("autograded", student, lesson).exists() for student in students):
        _, log = nbgrader(course.folder, "generate_feedback", lesson, seconds=None)
        write(course.folder / "logs" / f"feedback_{lesson}.txt", log)
    for student, notes in course.notes.items():
        if about := notes.get(lesson):
            page = course.path("feedback", student, lesson, ".html")
            if about["failed"]:
                course.path("autograded", student, lesson).unlink(missing_ok=True)
                write(page, FAILED.format(name=html.escape(course.lessons()[lesson].stem),
                                          reason=html.escape(about["failed"])))
            elif not page.exists():
                print(f"{lesson} {student}: no feedback, see logs/feedback_{lesson}.txt")


def grade(course, changed=(), again=()) -> None:
    """Grade all submissions that are new or changed, or whose lesson is in `again`.

    What could not be graded, for a reason that we know, is not tried again either.
    """
    total, kept, began = 0, 0, time.monotonic()
    for lesson in course.lessons():
        new = []
        for path in sorted((course.folder / "submitted").glob(f"*/{lesson}/*.ipynb")):
            student = path.parts[-3]
            about = course.notes.get(student, {}).get(lesson, {"remarks": [], "failed": ""})
            settled = about["failed"] in REASONS.values() or (
                course.path("autograded", student, lesson).exists())
            if settled and (student, lesson) not in changed and lesson not in again and (
                    course.path("feedback", student, lesson, ".html").exists()):
                kept += 1
            else:
                new.append(student)
        with ThreadPoolExecutor(os.cpu_count()) as pool:    # each waits for a process of its own
            for student, why in zip(new, pool.map(
                    lambda student, lesson=lesson: outcome(course, student, lesson), new),
                    strict=True):
                about = course.notes.get(student, {}).get(lesson, {"remarks": []})
                course.note(student, lesson, about["remarks"], why)
                course.save_notes()
                print(f"{lesson} {student}: {why or 'graded'}", flush=True)
        give_feedback(course, lesson, new)
        total += len(new)
    minutes = (time.monotonic() - began) / 60
    print(f"{count(total, 'submission')} graded, {kept} as before"
          + (f"; {total / minutes:.0f} a minute." if total else "."))


def outcome(course, student, lesson) -> str:
    """Grade one submission; "" or why not. While another one writes grades, it tries again."""
    for wait in (1, 3, 10, 0):
        try:
            why = autograde(course, student, lesson)
        except Exception as error:  # one bad submission never stops the others
            return f"{type(error).__name__}: {error}"
        log = course.folder / "logs" / f"{student}_{lesson}.txt"
        if not why or not wait or "database is locked" not in log.read_text(encoding="utf-8"):
            return why
        time.sleep(wait)
    return why


def points(course) -> dict[tuple[str, str], float]:
    """{(student, exercise): points} of what could be graded, from nbgrader's gradebook."""
    from nbgrader.api import Gradebook, MissingEntry

    found = {}
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as book:
        for lesson, path in course.lessons().items():
            for student in [one.id for one in book.students]:
                if not course.path("autograded", student, lesson).exists():
                    continue
                with contextlib.suppress(MissingEntry):
                    handed = book.find_submission_notebook(path.stem, lesson, student)
                    for one in handed.grades:
                        found[student, one.name.removesuffix("-check")] = one.score or 0
    return found


def table(course) -> str:
    """Points by student and exercise as CSV; an empty field: not handed in, or not graded."""
    scores = points(course)
    exercises = {e.name: e.points for path in course.lessons().values() for e in lesson_of(path)[1]}
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["student", f"total ({sum(exercises.values())})",
                  *(f"{name} ({most})" for name, most in exercises.items()), "remarks"])
    for student in sorted({*course.notes, *(student for student, _ in scores)}):
        row = [scores.get((student, name)) for name in exercises]
        there = [score for score in row if score is not None]
        remarks = [f"{lesson}: {text}".removeprefix(": ")
                   for lesson, about in course.notes.get(student, {}).items()
                   for text in [*about["remarks"], about["failed"] and
                                f"not graded: {about['failed']}"] if text]
        out.writerow([student, f"{sum(there):g}" if there else "",
                      *("" if score is None else f"{score:g}" for score in row),
                      "; ".join(remarks)])
    return text.getvalue()


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("course", type=Path, help="the course folder; made if it is not there")
    parser.add_argument("lessons", nargs="*", help="such as 01 04; default: those it has, or all")
    parser.add_argument("--submissions", type=Path, metavar="FOLDER", help="what was handed in")
    parser.add_argument("--again", action="store_true", help="grade what has not changed, too")
    options = parser.parse_args(arguments)
    if options.submissions and not options.submissions.is_dir():
        raise SystemExit(f"{options.submissions} is not a folder.")
    course = Course(options.course)
    rebuilt = build(course, options.lessons)
    if not options.submissions:
        print(f"Hand out the notebooks in {course.folder / 'release'}.")
        return 0
    changed = collect(course, options.submissions)
    grade(course, changed, course.lessons() if options.again else rebuilt)
    write(course.folder / "points.csv", table(course))
    write(course.folder / "class.html", class_report.report(course))
    print(f"Points: {course.folder / 'points.csv'}\n"
          f"Feedback: {course.folder / 'feedback'}, a folder for each student\n"
          f"The class's mistakes, without names: {course.folder / 'class.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
