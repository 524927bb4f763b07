"""INSTRUCTORS.md and the plans in notebooks/teaching say what the course does.

Compared are lessons, minutes, explorers, the names of controls, plans and commands. Numbers that an
explorer says are compared in tests/lessons, lesson by lesson.
"""

import ast
import functools
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "course_lib"
TEACHING = ROOT / "notebooks" / "teaching"
LESSONS = {path.name[:2]: path for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))}


# What the guide and the plans say ----------------------------------------------------------------
def lesson_plan(lesson) -> str:
    """The plan of a lesson: its file in notebooks/teaching, up to what is said slide by slide."""
    path = TEACHING / f"{lesson}.md"
    return re.split(r"^# Slide by slide", path.read_text("utf-8"), flags=re.MULTILINE)[0]


def plan(text, title) -> tuple[str, list[dict]]:
    """The heading of a plan and the rows of the table under it."""
    heading, body = re.search(rf"^### ({title}.*)\n((?:(?!#).*\n)*)", text, re.MULTILINE).groups()
    lines = [[cell.strip() for cell in line.strip("|").split("|")]
             for line in body.splitlines() if line.startswith("|")]
    return heading, [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def number(text) -> int:
    return int(text.replace(",", ""))


def minutes_of(text) -> int:
    """The minutes in the first line of a lesson's plan."""
    return int(re.search(r"\((\d+) minutes\)", text.splitlines()[0])[1])


def shown(text) -> dict:
    """{explorer: what is said about it} of the list under "Show:"."""
    _, _, text = text.partition("\nShow:\n")
    return dict(re.findall(r"^- `(\w+)`(.*(?:\n  .*)*)", text, re.MULTILINE))


def controls_said(words) -> list[str]:
    return [" ".join(control.split()) for control in re.findall(r"\*\*(.+?)\*\*", words, re.DOTALL)]


# What the course says ----------------------------------------------------------------------------
def code(path) -> list[str]:
    """A notebook's code cells, without lines that are IPython's own."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE) for source in sources]


def true_minutes(path) -> int:
    title = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return int(re.search(r"(\d+) minutes", "".join(title))[1])


def last_name(node) -> str | None:
    """`Race` of both Race and lesson.Race."""
    return getattr(node, "id", None) or getattr(node, "attr", None)


@functools.cache
def explorer_classes() -> dict:
    """{(lesson, name): the file that defines it}; the lesson of what is for all is "er"."""
    bases, files = {}, {}
    for path in sorted([*LIBRARY.glob("explorer/*.py"), *LIBRARY.glob("lessons/lesson_*/*.py")]):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                key = path.parent.name[-2:], node.name
                bases[key], files[key] = {last_name(base) for base in node.bases}, path
    found = {"Explorer"}
    while more := {name for (_, name), of in bases.items() if of & found} - found:
        found |= more
    return {key: path for key, path in files.items()
            if key[1] in found and not key[1].startswith("_")}


@functools.cache
def explorers_of(lesson) -> dict:
    """{explorer: its file} of what a lesson's notebook makes; its own room comes first."""
    called = {last_name(node.func) for source in code(LESSONS[lesson])
              for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
    found = {}
    for (room, name), path in explorer_classes().items():
        if name in called and (room == lesson or name not in found):
            found[name] = path
    return found


@functools.cache
def strings(room) -> list[str]:
    """Patterns of all texts in a folder of explorers; what is computed in them is a *."""
    found = []
    for path in sorted(room.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(getattr(part, "value", "") if isinstance(part, ast.Constant)
                                     else "*" for part in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return [text for text in found if "*" not in text or len(re.findall("[a-z]", text)) > 3]


# Lessons and explorers ---------------------------------------------------------------------------
def test_every_lesson_has_a_plan_that_the_guide_links():
    assert {path.stem for path in TEACHING.glob("[0-9][0-9].md")} == LESSONS.keys()
    assert set(re.findall(r"\(notebooks/teaching/(\d\d)\.md\)", GUIDE)) == LESSONS.keys()


@pytest.mark.parametrize("lesson", LESSONS)
def test_minutes_are_those_of_the_title(lesson):
    assert minutes_of(lesson_plan(lesson)) == true_minutes(LESSONS[lesson])


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_plan_has_all_its_parts(lesson):
    for part in ("\nGoal: ", "\n- Ask: ", "\n- Expect ", "\nShow:\n", "\nShort of time: "):
        assert part in lesson_plan(lesson)


@pytest.mark.parametrize("lesson", LESSONS)
def test_all_explorers_of_the_lesson_are_shown_and_no_others(lesson):
    assert shown(lesson_plan(lesson)).keys() == explorers_of(lesson).keys()


def test_every_explorer_is_made_in_a_lesson():
    further = "\n".join(source for path in sorted((ROOT / "notebooks/further").glob("*.ipynb"))
                        for source in code(path))
    made = {(path.parent.name[-2:], name) for lesson in LESSONS
            for name, path in explorers_of(lesson).items()}
    assert {key for key in explorer_classes().keys() - made
            if key[0].isdigit() and not re.search(rf"\b{key[1]}\(", further)} == set()


def unknown_explorers(text) -> set:
    """Names in code type that look like an explorer and are none."""
    known = {name for _, name in explorer_classes()} | {"Explorer"}
    return set(re.findall(r"`([A-Z][a-z]+[A-Za-z]*)`", text)) - known


def test_no_explorer_is_invented():
    assert not unknown_explorers(GUIDE)
    assert unknown_explorers("Open `LogicNeuron`, then `MagicNeuron`.") == {"MagicNeuron"}


def unknown_controls(text, files) -> list:
    """Bold names that no text in the explorer's room fits."""
    return [(name, control) for name, words in shown(text).items()
            for control in controls_said(words)
            if not any(fnmatchcase(control, re.sub(r"[\[\]?]", "?", text))
                       for text in strings(files[name].parent))]


@pytest.mark.parametrize("lesson", LESSONS)
def test_controls_have_the_names_that_are_on_the_screen(lesson):
    assert not unknown_controls(lesson_plan(lesson), explorers_of(lesson))


def test_a_wrong_name_of_a_control_is_found(tmp_path):
    (tmp_path / "race.py").write_text('labels = {"epoch": "epoch"}')
    text = "x\nShow:\n- `Race`: **epoch** 30, then\n  **speed** 2.\n"
    assert unknown_controls(text, {"Race": tmp_path / "race.py"}) == [("Race", "speed")]


# The plans ---------------------------------------------------------------------------------------
def clock(text) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def faults_of_day(text) -> list[str]:
    heading, rows = plan(text, "One day")
    total, found = number(re.search(r"([\d,]+) minutes", heading)[1]), []
    if sum(number(row["minutes"]) for row in rows) != total:
        found.append("the sum")
    for row, following in zip(rows, rows[1:], strict=False):
        if clock(row["from"]) + number(row["minutes"]) != clock(following["from"]):
            found.append(following["from"])
    return found


def test_the_day_adds_up():
    assert faults_of_day(GUIDE) == []
    wrong = ("### One day: 60 minutes\n\n| from | minutes | what |\n|---|---|---|\n"
             "| 09:00 | 20 | 00: x |\n| 09:25 | 30 | break |\n")
    assert faults_of_day(wrong) == ["the sum", "09:25"]


def faults_of_parts(text, title, part, columns) -> list[str]:
    """"n × m = total" in the heading against the sum of each part."""
    heading, rows = plan(text, title)
    parts, each, total = map(number, re.search(r"(\d+) × (\d+) = ([\d,]+) m", heading).groups())
    sums = {}
    for row in rows:
        sums[row[part]] = sums.get(row[part], 0) + sum(number(row[name]) for name in columns)
    found = [f"{part} {name}" for name, minutes in sums.items() if minutes != each]
    return found + ["the total"] * (parts * each != total) + ["parts"] * (len(sums) != parts)


def test_week_and_term_add_up():
    assert faults_of_parts(GUIDE, "One week", "day", ["minutes"]) == []
    assert faults_of_parts(GUIDE, "A term", "week", ["minutes", "practice"]) == []
    wrong = ("### One week: 2 × 60 = 100 minutes\n\n| day | minutes | what |\n|---|---|---|\n"
             "| 1 | 60 | lesson 00 |\n| 2 | 50 | lesson 01 |\n")
    assert faults_of_parts(wrong, "One week", "day", ["minutes"]) == ["day 2", "the total"]


def short_of_time(given, needed) -> list[str]:
    return [lesson for lesson, minutes in needed.items() if given.get(lesson, 0) < minutes]


def test_week_and_term_have_every_lesson_whole():
    """At least the minutes of its title: what is over is for questions and exercises."""
    week = {row["what"][-2:]: number(row["minutes"]) for row in plan(GUIDE, "One week")[1]
            if re.fullmatch(r"lesson \d\d", row["what"])}
    term = {}
    for row in plan(GUIDE, "A term")[1]:
        if row["lesson"] != "–":
            term[row["lesson"]] = term.get(row["lesson"], 0) + number(row["minutes"])
    minutes = {lesson: true_minutes(path) for lesson, path in LESSONS.items()}
    assert short_of_time(week, minutes) == short_of_time(term, minutes) == []
    assert short_of_time({"00": 60, "01": 60}, {"00": 60, "01": 75, "02": 5}) == ["01", "02"]


# Commands ----------------------------------------------------------------------------------------
def unknown_targets(text, makefile) -> set:
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    return set(re.findall(r"`make ([\w-]+)", text)) - targets


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert not unknown_targets(GUIDE, makefile)
    assert unknown_targets("`make lab`, `make coffee`", makefile) == {"coffee"}


def test_form():
    lines = GUIDE.splitlines()
    assert len(lines) <= 400 and max(map(len, lines)) <= 110
