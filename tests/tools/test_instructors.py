"""INSTRUCTORS.md says what the course does: lessons, minutes, explorers, controls, numbers."""

import ast
import functools
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
EXPLORERS = ROOT / "course_lib" / "explorers"
LESSONS = {path.name[:2]: path for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))}


# What the guide says -----------------------------------------------------------------------------
def sections(text) -> dict:
    """{"01": the section of lesson 01}."""
    parts = re.split(r"^### (\d\d) · ", text, flags=re.MULTILINE)
    return {number: re.split(r"^## ", body, flags=re.MULTILINE)[0]
            for number, body in zip(parts[1::2], parts[2::2], strict=True)}


def plan(text, title) -> tuple[str, list[dict]]:
    """The heading of a plan and the rows of the table under it."""
    heading, body = re.search(rf"^### ({title}.*)\n((?:(?!#).*\n)*)", text, re.MULTILINE).groups()
    lines = [[cell.strip() for cell in line.strip("|").split("|")]
             for line in body.splitlines() if line.startswith("|")]
    return heading, [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def number(text) -> int:
    return int(text.replace(",", ""))


def minutes_of(section) -> int:
    """The minutes in the first line of a lesson's section."""
    return int(re.search(r"\((\d+) minutes\)", section.splitlines()[0])[1])


def shown(section) -> dict:
    """{explorer: what is said about it} of the list under "Show:"."""
    _, _, text = section.partition("\nShow:\n")
    return dict(re.findall(r"^- `(\w+)`(.*(?:\n  .*)*)", text, re.MULTILINE))


def controls_said(words) -> list[str]:
    return [" ".join(control.split()) for control in re.findall(r"\*\*(.+?)\*\*", words, re.DOTALL)]


# What the course says ----------------------------------------------------------------------------
def code(path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def true_minutes(path) -> int:
    title = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return int(re.search(r"(\d+) minutes", "".join(title))[1])


@functools.cache
def explorer_classes() -> dict:
    """{name: [modules]} of the subclasses of Explorer."""
    found = {}
    for path in EXPLORERS.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(
                    isinstance(base, ast.Name) and base.id == "Explorer" for base in node.bases):
                found.setdefault(node.name, []).append(path.stem)
    return found


@functools.cache
def explorers_of(path) -> dict:
    """{explorer: module} of what a lesson imports and makes."""
    tree = ast.parse("\n".join(code(path)))
    imported = {alias.name: node.module.rpartition(".")[2] for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module.startswith("course_lib.exp")
                for alias in node.names}
    called = {node.func.id for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {name: module for name, module in imported.items()
            if name in called and module in explorer_classes().get(name, [])}


@functools.cache
def strings(module) -> list[str]:
    """Patterns of all texts in an explorer's module; what is computed in them is a *."""
    found = []
    for node in ast.walk(ast.parse((EXPLORERS / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(getattr(part, "value", "") if isinstance(part, ast.Constant)
                                 else "*" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return [text for text in found if "*" not in text or len(re.findall("[a-z]", text)) > 3]


# Lessons and explorers ---------------------------------------------------------------------------
def test_every_lesson_has_a_section():
    assert sections(GUIDE).keys() == LESSONS.keys()
    assert sections("### 01 · One (5 minutes)\nx\n## The room\ny\n") == {
        "01": "One (5 minutes)\nx\n"}


@pytest.mark.parametrize("lesson", LESSONS)
def test_minutes_are_those_of_the_title(lesson):
    assert minutes_of(sections(GUIDE)[lesson]) == true_minutes(LESSONS[lesson])


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_section_has_all_its_parts(lesson):
    for part in ("\nGoal: ", "\n- Ask: ", "\n- Expect ", "\nShow:\n", "\nShort of time: "):
        assert part in sections(GUIDE)[lesson]


@pytest.mark.parametrize("lesson", LESSONS)
def test_all_explorers_of_the_lesson_are_shown_and_no_others(lesson):
    assert shown(sections(GUIDE)[lesson]).keys() == explorers_of(LESSONS[lesson]).keys()


def test_every_explorer_of_the_course_is_named():
    named = {(name, module) for path in LESSONS.values()
             for name, module in explorers_of(path).items()}
    assert named == {(name, module) for name, modules in explorer_classes().items()
                     for module in modules}


def unknown_explorers(text) -> set:
    """Names in code type that look like an explorer and are none."""
    return set(re.findall(r"`([A-Z][a-z]+[A-Za-z]*)`", text)) - explorer_classes().keys() - {
        "Explorer"}


def test_no_explorer_is_invented():
    assert not unknown_explorers(GUIDE)
    assert unknown_explorers("Open `LogicNeuron`, then `MagicNeuron`.") == {"MagicNeuron"}


def unknown_controls(section, modules) -> list:
    """Bold names that no text in the explorer's module fits."""
    return [(name, control) for name, words in shown(section).items()
            for control in controls_said(words)
            if not any(fnmatchcase(control, re.sub(r"[\[\]?]", "?", text))
                       for text in strings(modules[name]))]


@pytest.mark.parametrize("lesson", LESSONS)
def test_controls_have_the_names_that_are_on_the_screen(lesson):
    modules = explorers_of(LESSONS[lesson])
    assert not unknown_controls(sections(GUIDE)[lesson], modules)


def test_a_wrong_name_of_a_control_is_found():
    section = "x\nShow:\n- `Race`: **epoch** 30, then\n  **speed** 2.\n"
    assert unknown_controls(section, {"Race": "cost_functions"}) == [("Race", "speed")]


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


def test_the_day_takes_no_lesson_longer_than_it_is():
    for row in plan(GUIDE, "One day")[1]:
        if lesson := re.match(r"(\d\d): ", row["what"]):
            assert number(row["minutes"]) <= true_minutes(LESSONS[lesson[1]])


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


def test_week_and_term_have_every_lesson_whole():
    week = {row["what"][-2:]: number(row["minutes"]) for row in plan(GUIDE, "One week")[1]
            if re.fullmatch(r"lesson \d\d", row["what"])}
    term = {}
    for row in plan(GUIDE, "A term")[1]:
        if row["lesson"] != "–":
            term[row["lesson"]] = term.get(row["lesson"], 0) + number(row["minutes"])
    minutes = {lesson: true_minutes(path) for lesson, path in LESSONS.items()}
    assert week == term == minutes
    assert f"together {sum(minutes.values())} minutes" in " ".join(GUIDE.split())


# Commands, and the numbers that explorers say ----------------------------------------------------
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


def make(lesson, name):
    """An explorer that needs nothing but the course's data."""
    import importlib

    module = explorers_of(LESSONS[lesson])[name]
    cls = getattr(importlib.import_module(f"course_lib.explorer.{module}"), name)
    if name in ("SlopeDirection", "GradientNoise", "BatchRace"):
        from course_lib.datasets.property_prices import load_property_prices

        sales = load_property_prices().head(512)
        area, price = sales.area_sqft.to_numpy(), sales.price_usd.to_numpy() / 10_000
        return cls((area - area.mean()) / area.std(), price)
    if name == "PropertyNeuron":
        from course_lib.datasets.property_prices import load_property_prices
        from course_lib.lessons.lesson_01.property_neuron import PropertyData

        return cls(PropertyData(load_property_prices()))
    return cls("sigmoid", "tanh") if name == "SideBySide" else cls()


AND = {"w1": 1, "w2": 1, "b": -0.5}
# lesson, explorer, settings, and a piece of the sentence that is also in the guide
QUOTED = [
    ("00", "Timeline", {"year": 1986, "thread": "all"}, "9 events have happened of 29"),
    ("01", "LogicNeuron", {"gate": "AND", **AND, "b": -1.5}, "4 of 4 corners right"),
    ("01", "LogicNeuron", {"gate": "XOR", **AND}, "No single neuron gets more than 3"),
    ("01", "TwoLayers", {"output": "OR"}, "2 of 4"),
    ("01", "TwoLayers", {"output": "AND", "sharpness": 5.0}, "0.11, 0.85, 0.85, 0.11"),
    ("01", "Adder", {"a": 15, "b": 1}, "20 of 31 neurons fire"),
    ("01", "PropertyNeuron", {"area": 35}, "R² = 0.579"),
    ("01", "PropertyNeuron", {"area": 40, "age": -17, "distance": 10}, "0.738"),
    ("01", "PropertyNeuron", {"bedrooms": 20}, "0.564"),
    ("02", "SideBySide", {"z": 2.4}, "31% of its steepest slope"),
    ("02", "Depth", {"activation": "sigmoid", "scale": 1}, "1·10⁻¹² times"),
    ("02", "Depth", {"activation": "tanh", "scale": 10**0.6}, "4·10³"),
    ("02", "Depth", {"activation": "relu", "scale": 10**0.15}, "0.78"),
    ("02", "DeadUnits", {"learning_rate": 10}, "14 of 24 units are silent"),
    ("02", "DeadUnits", {"learning_rate": 1, "bias": -2}, "19 of 24"),
    ("02", "Temperature", {"shift": 800}, "formula typed in gives nan"),
    ("03", "CostCurves", {"cost": "Binary cross-entropy", "target": 0.3, "prediction": 0.3},
     "0.611"),
    ("03", "CostCurves", {"target": 1, "prediction": 0.05}, "slope −20.000"),
    ("03", "CostCurves", {"cost": "Kullback–Leibler, misused", "target": 0.5, "prediction": 0.9},
     "cost −0.294"),
    ("03", "Race", {"start": 2, "epoch": 30}, "0.979"),
    ("03", "Race", {"start": 4, "epoch": 300}, "0.013"),
    ("03", "Likelihood", {"noise": "Gaussian"}, "0.919 apart"),
    ("03", "Likelihood", {"noise": "Laplace"}, "0.693"),
    ("04", "GridSearchTime", {"weights": 20}, "10^9 years"),
    ("04", "GridSearchTime", {"weights": 10}, "278 hours"),
    ("04", "GridSearchTime", {"weights": 30, "rate": 1e18}, "31,686 years"),
    ("04", "SlopeDirection", {"w": 1.5}, "slope −2.92"),
    ("04", "SlopeDirection", {"learning_rate": 2}, "7.34"),
    ("04", "GradientNoise", {"batch_size": 4}, "1.8e+02"),
    ("04", "BatchRace", {"rows": 512}, "0.058"),
    ("04", "OptimizerRace", {"factor": 1.0}, "7.6"),
    ("04", "OptimizerRace", {"factor": 4.0}, "0.85"),
    ("04", "OptimizerRace", {"surface": "curved valley", "steps": 100}, "AdaGrad (γ = 7.1) 17"),
    ("04", "InsideStep", {"step": 4}, "72.6"),
    ("05", "TwoNeurons", {"step": 8}, "−0.1078"),
    ("05", "TwoNeurons", {"step": 15}, "C from 0.2051 to 0.1687"),
    ("05", "TwoNeurons", {"w2": 3, "b2": 3, "y": 0, "step": 8}, "0.0040"),
    ("05", "Depth", {"phi": "sigmoid", "scale": 1.0}, "a factor of 0.23 a layer"),
    ("05", "Depth", {"phi": "relu", "scale": 1.4}, "0.95"),
    ("07", "ChannelSum", {"place": 0}, "9 + 9 + 18"),
    ("07", "ReceptiveField", {"kernel": 5}, "13 × 13"),
    ("08", "Unrolled", {"name": "kowalski", "step": 8}, "Polish with 69%"),
    ("08", "Unrolled", {"name": "rossi", "step": 5}, "Italian with 95%"),
    ("08", "Decay", {"scale": 0.5}, "RNN 6 steps"),
    ("08", "Decay", {"scale": 2.0}, "grows ×212"),
    ("08", "Gates", {}, "r = 0.66"),
]


def says(sentence, piece) -> bool:
    return piece.replace("−", "-") in sentence.replace("−", "-")


def test_numbers_are_what_the_explorers_say(monkeypatch):
    from course_lib.explorer.base import Explorer

    monkeypatch.setattr(Explorer, "frame", lambda self: "")  # sentences only; pictures take long
    values, wrong = {}, []
    for lesson, name, settings, piece in QUOTED:
        if (lesson, name) not in values:
            explorer = make(lesson, name)
            values[lesson, name] = explorer, explorer.values
        explorer, now = values[lesson, name]
        now.update(settings)  # what was set before stays, as on the screen
        sentence = explorer.move(**now)
        if not (says(" ".join(sections(GUIDE)[lesson].split()), piece) and says(sentence, piece)):
            wrong.append((name, piece, sentence))
    assert not wrong
    assert not says(sentence, "a factor of 0.96 a layer")
