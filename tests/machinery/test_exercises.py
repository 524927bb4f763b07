"""Exercises: every known mistake is named, no right answer is called wrong, nothing gets out.

Printed with -s: the confusion matrix of mistakes and messages over all exercises.
"""

import ast
import dis
import html
import importlib
import json
import linecache
import os
import random
import signal
import subprocess
import sys
import threading
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import exercise
from course_lib.exercise import NotSolved, check, hint, lessons, modules, progress, record, running
from course_lib.exercise.exercise import Exercise, Mistake
from course_lib.exercise.judging import call, checks, differences, judge
from tests.lessons.exercise_answers import solved, variants

ALL = {e.name: e for lesson in lessons().values() for e in lesson}
VARIANTS = variants()
N_NEURON = len(lessons()["01 The neuron"])


@pytest.fixture(autouse=True)
def progress_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    exercise._steps.clear()
    return tmp_path / "progress.json"


def written(source, name, **names):
    """What a cell with the source defines as `name`; the cell has lines, as in Jupyter."""
    place = f"/cells/{abs(hash(source))}.py"
    linecache.cache[place] = len(source), None, source.splitlines(keepends=True), place
    space = {"np": np, **names}
    exec(compile(source, place, "exec"), space)
    return space[name]


# The data of each exercise ------------------------------------------------------------------------
@pytest.mark.parametrize("lesson", lessons())
def test_a_lesson_has_three_to_fourteen_exercises(lesson):
    assert 3 <= len(lessons()[lesson]) <= 14
    assert lesson[:2].isdigit() and lesson[2] == " "


def test_names_are_used_once():
    assert len(ALL) == sum(len(lesson) for lesson in lessons().values())
    assert VARIANTS.keys() == ALL.keys()


@pytest.mark.parametrize("name", ALL)
def test_the_form_of_an_exercise(name):
    e = ALL[name]
    assert len(e.mistakes) >= 5 and len(VARIANTS[name]) >= 2 and 1 <= len(e.hints) <= 5
    keys, messages = {m.key for m in e.mistakes}, {m.message for m in e.mistakes}
    assert len(keys) == len(messages) == len(e.mistakes)
    assert all(m.message.endswith((".", "?")) and len(m.message) <= 250 for m in e.mistakes)
    assert e.minutes >= 1 and e.difficulty in (1, 2, 3) and e.points >= 1
    assert len(e.stub.splitlines()) <= 25 and max(map(len, e.stub.splitlines())) <= 88
    assert "..." in e.stub and e.text.endswith((".", ":", "?", ")", "$$", "`"))


@pytest.mark.parametrize("name", ALL)
def test_the_checks_are_the_same_each_time_and_the_solution_passes_them(name):
    e = ALL[name]
    first, second = (call(e, e.solution, checks(e))[0] for _ in range(2))
    assert all(outcome.error is None and not outcome.changed for outcome in first)
    for one, two in zip(first, second, strict=True):
        assert all(np.array_equal(one.value[k], two.value[k], equal_nan=True) for k in one.value)
    assert judge(e, e.solution).right


@pytest.mark.parametrize("name", ALL)
def test_the_stub_is_not_attempted(name):
    e = ALL[name]
    for source in (e.stub, e.stub.replace(":\n", ":\n    # a comment\n", 1)):
        verdict = judge(e, written(source, name, **e.inputs.__globals__))
        assert verdict.right is None and "not attempted" in verdict.text


def test_each_mistake_gets_its_own_message_and_no_other():
    """The confusion matrix of mistakes (rows) and messages (columns) is the identity."""
    print()
    off, count = [], 0
    for name, e in ALL.items():
        keys = [m.key for m in e.mistakes]
        told = [judge(e, m.wrong) for m in e.mistakes]
        rows = ["".join("1" if key == v.mistake else "." for key in keys) for v in told]
        print(f"{name:24s} " + " ".join(rows))
        count += len(keys)
        off += [(name, m.key, v.mistake or v.text) for m, v in zip(e.mistakes, told, strict=True)
                if v.mistake != m.key or m.message not in v.text or v.right is not False
                or "One of them" in v.text]
    print(f"{count} mistakes, {count - len(off)} on the diagonal, {len(off)} elsewhere")
    assert off == []


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_a_right_answer_is_never_called_wrong(name, seed):
    e = ALL[name]
    for answer in VARIANTS[name]:
        assert (verdict := judge(e, answer, seed)).right, (answer, verdict.text)


def as_lists(value):
    if isinstance(value, tuple | list):
        return [as_lists(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


@pytest.mark.parametrize("name", [n for n, e in ALL.items() if not e.use])
def test_lists_are_as_good_as_arrays(name):
    e = ALL[name]
    assert judge(e, lambda *arguments: as_lists(e.solution(*arguments))).right


# What students do besides -------------------------------------------------------------------------
def double(x):
    return 2 * x


def double_inputs(rng):
    return [(np.array([1.0]),), (np.array([1.0, 2, 3]),), (rng.normal(size=5),)]


DOUBLE = Exercise(
    title="Twice", text="Return twice `x`.", stub="def double(x):\n    ...", solution=double,
    inputs=double_inputs, hints=["Multiply."], minutes=1, difficulty=1, points=1, seconds=0.4,
    mistakes=[Mistake("square", "this is the square.", lambda x: x**2),
              Mistake("half", "this is the half.", lambda x: x / 2)],
)

RIGHT, WRONG, NOT_ATTEMPTED = True, False, None
ANSWERS = {  # what the student writes: the source of double, the verdict, words of the text
    "loop": ("y = []\n for v in x:\n  y.append(v + v)\n return np.array(y)", RIGHT, ""),
    "list": ("return [2 * v for v in x]", RIGHT, ""),
    "tuple": ("return tuple(2 * v for v in x)", RIGHT, ""),
    "list of arrays": ("return [np.array([2 * v]) for v in x]", RIGHT, "shape is (1, 1)"),
    "column": ("return 2 * x[:, None]", RIGHT, "would be tidier"),
    "row": ("return 2 * x[None]", RIGHT, "would be tidier"),
    "float32": ("return 2 * x.astype(np.float32)", RIGHT, "float32"),
    "float16": ("return 2 * x.astype(np.float16)", RIGHT, "float16"),
    "objects": ("return (2 * x).astype(object)", RIGHT, ""),
    "complex": ("return 2 * x + 0j", RIGHT, ""),
    "matrix": ("return np.asmatrix(2 * x)", RIGHT, ""),
    "prints": ("print('here', x[0])\n return 2 * x", RIGHT, "here 1.0"),
    "megabyte": ("print('a' * 10**6)\n return 2 * x", RIGHT, "3,000,003 characters"),
    "stderr": ("import sys\n print('oops', file=sys.stderr)\n return 2 * x", RIGHT, "oops"),
    "own numbers": ("np.random.seed(7)\n np.random.rand(3)\n return 2 * x", RIGHT, ""),
    "default argument": ("return factor * x", RIGHT, ""),
    "warning": ("np.log(np.zeros(1))\n return 2 * x", RIGHT, "NumPy warned: divide by zero"),
    "settings": ("np.seterr(all='raise')\n return 2 * x", RIGHT, ""),
    "ints": ("return (2 * x).astype(int)", WRONG, "smallest example"),
    "square": ("return x * x", WRONG, "this is the square."),
    "outer": ("return np.outer(x, [1, 1])", WRONG, "shape (1, 2)"),
    "nan": ("return x * np.nan", WRONG, "got = [nan]"),
    "random": ("return 2 * x + np.random.rand()", WRONG, "smallest example"),
    "scalar": ("return 2.0", WRONG, "got = 2."),
    "no return": ("y = 2 * x", WRONG, "Is there a `return`"),
    "print for return": ("print(2 * x)", WRONG, "Is there a `return`"),
    "error": ("y = 2 * x\n return y / z", WRONG, "NameError: name 'z' is not defined\n"
              "  line 3 of double: return y / z"),
    "error inside": ("return np.linalg.inv(x)", WRONG, "line 2 of double: return np.linalg.inv(x)"),
    "recursion": ("return double(x)", WRONG, "RecursionError"),
    "exit": ("import sys\n sys.exit()", WRONG, "SystemExit"),
    "quit by hand": ("raise KeyboardInterrupt", WRONG, "KeyboardInterrupt"),
    "base": ("raise BaseException('no')", WRONG, "BaseException: no"),
    "huge": ("return np.ones(10**14)", WRONG, "MemoryError"),
    "long message": ("raise ValueError('a' * 10**6)", WRONG, "aaa…"),
    "generator": ("return (2 * v for v in x)", WRONG, "Make an array or a list"),
    "yield": ("yield 2 * x", WRONG, "generator"),
    "map": ("return map(abs, x)", WRONG, "map"),
    "ragged": ("return [[1], [1, 2]]", WRONG, "equal length"),
    "strings": ("return ['a']", WRONG, "no array of numbers"),
    "string": ("return '2'", WRONG, "returned a str"),
    "dict": ("return {'y': 2 * x}", WRONG, "returned a dict"),
    "function": ("return np.sum", WRONG, "call it"),
    "list with None": ("return [None for v in x]", WRONG, "None in it"),
    "changes x": ("x *= 2\n return x", WRONG, "it changes its argument x"),
    "changes and wrong": ("x *= 3\n return x", WRONG, "smallest example"),
    "endless": ("while True:\n  pass", WRONG, "stopped after 0.4 seconds"),
    "endless, calling": ("i = 0\n while i < 10:\n  np.exp(x)\n return x", WRONG, "of double: "),
    "endless, sleeping": ("import time\n time.sleep(60)", WRONG, "line 3 of double: time.sleep"),
    "endless, bare except": ("while True:\n  try:\n   x + 1\n  except:\n   pass", WRONG, "stopped"),
    "endless, inner loop": ("while True:\n  try:\n   while True:\n    pass\n  except:\n   pass",
                            WRONG, "stopped"),
    "endless, three deep": ("while 1:\n  try:\n   while 1:\n    try:\n     while 1: pass\n    "
                            "except: pass\n  except: pass", WRONG, "stopped"),
    "endless, kept": ("kept = []\n while True:\n  try:\n   while True: pass\n  "
                      "except BaseException as e:\n   kept.append(e)", WRONG, "stopped"),
    "endless, one line": ("while True: pass", WRONG, "stopped"),
    "endless list": ("y = []\n for v in iter(int, 1):\n  y = [v]", WRONG, "stopped"),
    "not yet": ("raise NotImplementedError", NOT_ATTEMPTED, "not attempted"),
    "dots": ("return ...", NOT_ATTEMPTED, "dots"),
    "dots in a list": ("return [..., 2]", NOT_ATTEMPTED, "dots"),
    "pass": ("pass", NOT_ATTEMPTED, "not attempted"),
    "docstring": ("'''Twice x.'''", NOT_ATTEMPTED, "not attempted"),
}


def source_of(case):
    first = "def double(x, factor=2):" if case == "default argument" else "def double(x):"
    return f"{first}\n {ANSWERS[case][0]}\n"


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """As in a terminal; in a background job it may be ignored."""
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, old)


def test_where_ctrl_c_is_ignored_an_interrupt_is_the_students_own():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    verdict = judge(DOUBLE, written("def double(x):\n raise KeyboardInterrupt\n", "double"))
    assert verdict.right is False and "your code raised KeyboardInterrupt" in verdict.text


@pytest.mark.parametrize("case", ANSWERS)
def test_a_students_answer_is_judged_fairly(case):
    np.random.seed(3)  # noqa: NPY002
    before, python_before = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    verdict = judge(DOUBLE, written(source_of(case), "double"))
    assert verdict.right is ANSWERS[case][1] and ANSWERS[case][2] in verdict.text, verdict
    assert len(verdict.text) < 1500 and "course_lib" not in verdict.text
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    assert random.getstate() == python_before and np.geterr()["divide"] == "warn"
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("case", [c for c in ANSWERS if "endless" in c or c in ("loop", "error")])
def test_without_an_alarm_the_clock_is_looked_at(case):
    """In a thread there is no alarm, as there is none on Windows and in a browser."""
    if case in ("endless, sleeping", "endless, kept"):
        pytest.skip("only an alarm gets out of this")
    told = []
    answer = written(source_of(case), "double")
    thread = threading.Thread(target=lambda: told.append(judge(DOUBLE, answer)), daemon=True)
    thread.start()
    thread.join(20)
    assert told and told[0].right is ANSWERS[case][1], "it went on"


def test_a_real_interrupt_gets_through():
    answer = written(source_of("endless"), "double")
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        judge(replace(DOUBLE, seconds=20), answer)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("answer, words", [
    (np.array([2.0]), "without calling it"),
    (None, "without calling it"),
    (type("double", (), {}), "must be a function; it is a class"),
    (lambda: 2, "must take 1 argument, (x); yours takes ()"),
    (lambda x, y: 2, "must take 1 argument, (x); yours takes (x, y)"),
])
def test_what_is_not_such_a_function(answer, words):
    verdict = judge(DOUBLE, answer)
    assert verdict.right is False and words in verdict.text


def test_an_unstable_formula_is_a_mistake_like_others():
    def naive(z):
        return np.exp(z) / (1 + np.exp(z))

    def stable(z):
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-z))

    def noisy(z):
        return 1 / (1 + np.exp(np.float64(-z)))

    e = replace(DOUBLE, solution=stable, inputs=lambda rng: [(0.0,), (1000.0,), (-1000.0,)],
                mistakes=[Mistake("overflow", "it overflows at z = 1000.", naive)])
    assert judge(e, stable).right
    assert judge(e, naive).mistake == "overflow"
    assert "got = nan" in judge(e, naive).text
    assert judge(e, noisy).right and "overflow" in judge(e, noisy).text
    strict = judge(replace(e, warnings_count=True), noisy)
    assert strict.right is False and "got warnings = 1" in strict.text


def test_a_mistake_in_one_part_is_named_beside_another():
    e = ALL["merge_layers"]
    verdict = judge(e, lambda W1, b1, W2, b2: (W1 @ W2 + 7.5, b1 @ W2))
    assert verdict.mistake == "no b2" and "One of them: " in verdict.text


def spoilt(e, mistake, part):
    """The known mistake, and besides a number added to another part of all that it returns."""
    def wrong(*arguments):
        value = mistake.wrong(*arguments)
        if isinstance(value, dict):
            return value | {part: np.asarray(value[part], float) + 7.123}
        names = e.part_names or [f"value {n + 1}" for n in range(len(value))]
        return tuple(np.asarray(item, float) + 7.123 * (name == part)
                     for name, item in zip(names, value, strict=True))
    return wrong


@pytest.mark.parametrize("name", [n for n, e in ALL.items() if not e.use and not e.is_class])
def test_beside_another_mistake_the_example_is_of_the_part_that_is_named(name):
    e, inputs = ALL[name], checks(ALL[name])
    want, _ = call(e, e.solution, inputs)
    likes = [outcome.raw for outcome in want]
    if len(want[0].value) == 1 or e.warnings_count:
        return
    for mistake in e.mistakes:
        made, _ = call(e, mistake.wrong, inputs, likes)
        if any(outcome.error is not None for outcome in made):
            continue
        found = differences(made, want, e.tolerance)
        touched = {part for _, part in found}
        for other in want[0].value.keys() - touched:
            verdict = judge(e, spoilt(e, mistake, other))
            assert verdict.right is False
            if verdict.mistake == mistake.key:
                assert not mistake.alone
                shown = verdict.text.split("\n  got ")[1].split(" = ")[0]
                assert shown in touched, (mistake.key, other, verdict.text)


@pytest.mark.parametrize("name", ALL)
def test_nan_alone_names_no_mistake_beside_others(name):
    """All nan may have any cause: what is said of a part of the inputs is not said of all."""
    e = ALL[name]
    if e.use or e.is_class:
        return
    def all_nan(*arguments):
        value = e.solution(*arguments)
        if isinstance(value, tuple):
            return tuple(np.full(np.shape(item), np.nan) for item in value)
        return np.full(np.shape(value), np.nan)
    assert not judge(e, all_nan).mistake


def test_silenced_warnings_are_no_way_out():
    answer = written("def stable_sigmoid(z):\n with np.errstate(all='ignore'):\n"
                     "  return 1 / (1 + np.exp(-z))", "stable_sigmoid")
    assert "silenced, not avoided. Leave errstate out" in judge(ALL["stable_sigmoid"], answer).text


def exponentials(z):
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


def masks(z):
    out = np.empty_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z <= 0] = np.exp(z[z <= 0]) / (1 + np.exp(z[z < 0]))
    return out


def distinct(*parts):
    return len(np.unique(np.column_stack(parts), axis=0))


@pytest.mark.parametrize("name, answer", [
    ("stable_softmax", lambda z: exponentials(z - z.mean(axis=-1, keepdims=True))),
    ("stable_softmax", lambda z: exponentials(z - z.max())),
    ("fused_gradient", lambda Z, labels: (exponentials(Z - Z.max()) - np.eye(Z.shape[1])[labels])
     / len(Z)),
    ("stable_sigmoid", masks),
    ("letter_chances", lambda z, T: exponentials(z / T - z.max())),
    ("letter_chances", lambda z, T: exponentials(z / T - (z / T).max())),
    ("letter_chances", lambda z, T: exponentials(z / T - (z / T).mean(axis=1, keepdims=True))),
    ("max_pool", lambda X, size: X[:len(X[0]) // size * size, :len(X[0]) // size * size].reshape(
        len(X[0]) // size, size, -1, size).max(axis=(1, 3)) if len(X) > len(X[0]) else
     X[:len(X) // size * size, :len(X[0]) // size * size].reshape(
         len(X) // size, size, -1, size).max(axis=(1, 3))),
    ("my_relu", lambda z: np.array([max(v, 0) if np.ndim(v) == 0 else [max(u, 0) for u in v]
                                    for v in z])),
    ("different_neurons", lambda W, b, V: distinct(W.T, b, V[:, 0])),
    ("different_neurons", lambda W, b, V: distinct(W.T, b, V.sum(axis=1))),
    ("different_neurons", lambda W, b, V: max(distinct(W.T), distinct(b), distinct(V))),
    ("largest_error", lambda f, w, g, h: max(
        abs(a - b) / max(a, abs(b), 1e-8)
        for a, b in zip(g, [(f(w + s) - f(w - s)) / (2 * h) for s in h * np.eye(len(w))],
                        strict=True))),
])
def test_what_once_passed_and_is_wrong(name, answer):
    with np.errstate(all="ignore"):
        assert judge(ALL[name], answer).right is False


def test_two_values_in_each_others_place_are_told():
    e = ALL["huber_and_slope"]
    verdict = judge(e, lambda *arguments: e.solution(*arguments)[::-1])
    assert verdict.mistake == "swapped" and "in each other's place; each is right" in verdict.text


def test_a_method_with_dots_is_not_finished():
    e = ALL["MyAdam"]
    begun = e.stub.replace("        ...\n\n", "        self.m, self.v, self.t = 0, 0, 0\n\n")
    verdict = judge(e, written(begun, "MyAdam"))
    assert verdict.right is None and "not finished, step is as it was" in verdict.text


def test_a_busy_machine_makes_no_answer_wrong_and_imports_have_their_own_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(running, "computing", lambda: now[0])
    frame = types.SimpleNamespace(f_back=None, f_code=types.SimpleNamespace(co_filename="x.py"))
    inside = types.SimpleNamespace(
        f_back=frame, f_code=types.SimpleNamespace(co_filename="<frozen importlib._bootstrap>"))
    assert running.importing(inside) and not running.importing(frame)
    slow = written("def double(x):\n import time\n time.sleep(0.6)\n return 2 * x", "double")
    assert judge(replace(DOUBLE, seconds=0.4), slow).right     # 1.8 s on the clock, none computed


def test_what_a_students_code_changes_is_put_back(tmp_path):
    folder, depth, options = os.getcwd(), sys.getrecursionlimit(), np.get_printoptions()
    answer = written("def double(x):\n import os, sys\n os.chdir('/')\n"
                     " sys.setrecursionlimit(5000)\n np.set_printoptions(precision=1)\n"
                     " return 2 * x", "double")
    assert judge(DOUBLE, answer).right
    assert (os.getcwd(), sys.getrecursionlimit(), np.get_printoptions()) == (folder, depth, options)


def test_an_error_whose_text_raises_another_stays_inside():
    answer = written("class Evil(Exception):\n def __str__(self):\n  raise SystemExit\n"
                     "def double(x):\n raise Evil", "double")
    verdict = judge(DOUBLE, answer)
    assert verdict.right is False and "Evil: (its text cannot be shown)" in verdict.text


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def forward(self, X):
        self.X = X
        return self.factor * X

    def backward(self, dY):
        self.dfactor = float(np.sum(dY * self.X))
        return self.factor * dY


def use_scale(answer, factor, X, dY):
    layer = answer(factor)
    Y = layer.forward(X)
    dX = layer.backward(dY)
    return {"Y": Y, "dX": dX, "dfactor": layer.dfactor}


class Forgetful(Scale):
    def backward(self, dY):
        self.dfactor = float(np.sum(dY))
        return self.factor * dY


SCALE = Exercise(
    title="A layer", text="Write it.", solution=Scale, use=use_scale, hints=["h"],
    stub="class Scale:\n    def __init__(self, factor):\n        ...\n\n"
         "    def forward(self, X):\n        ...\n\n    def backward(self, dY):\n        ...",
    inputs=lambda rng: [(2.0, rng.normal(size=(n, 2)), rng.normal(size=(n, 2))) for n in (1, 3)],
    mistakes=[Mistake("no X", "dfactor forgets X.", Forgetful)],
    minutes=1, difficulty=1, points=1,
)


def test_a_mistake_that_no_input_shows_is_not_named():
    """What the matrix would find: a mistake too many, and two that are the same."""
    hidden = Mistake("hidden", "it is wrong above 10.", lambda x: np.where(x > 10, 0, 2 * x))
    again = Mistake("again", "this is the square, too.", lambda x: x * x)
    e = replace(DOUBLE, mistakes=[hidden, *DOUBLE.mistakes, again])
    assert judge(e, hidden.wrong).right and judge(e, again.wrong).mistake == "square"


def test_an_answer_may_be_a_class():
    assert judge(SCALE, Scale).right
    assert judge(SCALE, written(SCALE.stub, "Scale")).right is None
    verdict = judge(SCALE, Forgetful)
    assert verdict.mistake == "no X" and "got dfactor" in verdict.text and "dY = " in verdict.text
    assert "must be a class" in judge(SCALE, double).text
    missing = written("class Scale:\n def __init__(self, f): pass", "Scale")
    assert "has no attribute 'forward'" in judge(SCALE, missing).text


# check, hint, progress ----------------------------------------------------------------------------
def neuron_output(x, w, b, phi):
    return phi(np.dot(w, x) + b)


def nor_weights():
    return 1, 1, -0.5


def test_check_says_and_records(capsys, progress_elsewhere):
    assert check(neuron_output) is None
    assert capsys.readouterr().out == (
        f"neuron_output: right. 1 of {N_NEURON} exercises of this lesson are done.\n")
    check(nor_weights)
    out = capsys.readouterr().out
    assert "this is OR" in out and "hint(nor_weights)" in out and "got = 0" in out
    assert json.loads(progress_elsewhere.read_text()) == {"01 The neuron": ["neuron_output"]}
    progress()
    out = capsys.readouterr().out
    assert f"01 The neuron: 1 of {N_NEURON} done; still to do: " in out and "nor_weights, " in out


def test_check_finds_the_exercise_by_other_names(capsys):
    def answer(x, w, b, phi):
        return phi(w @ x + b)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "neuron_output", answer)
        check(answer)
        check("neuron_output")
        patch.delitem(globals(), "nor_weights")
        check("nor_weights")
    out = capsys.readouterr().out
    assert out.count("neuron_output: right.") == 2 and "nor_weights is not defined" in out


@pytest.mark.parametrize("answer, words", [
    (lambda: 0, "There is no exercise <lambda>"),
    (double, "There is no exercise double"),
    (written("def nor_weight(): return 1, 1, 1", "nor_weight"), "Nearest: nor_weights"),
    (3.0, "without calling it"),
    (None, "without calling it"),
    (ALL["nor_weights"].solution, "the course's own code"),
    (written("from course_lib.lessons.lesson_01 import exercises as neuron\ndef nor_weights():\n"
             " return neuron.nor_weights()", "nor_weights"), "the course's own code"),
    (written("def nor_weights():\n from course_lib.lessons.lesson_01 import exercises\n"
             " return exercises.nor_weights()", "nor_weights"), "the course's own code"),
    (written("from course_lib.costs import KullbackLeibler\ndef kl_divergence(y_hat, y):\n"
             " return KullbackLeibler().loss(y_hat, y)", "kl_divergence"), "the course's own code"),
])
def test_what_check_does_not_take(answer, words, capsys):
    check(answer)
    assert words in capsys.readouterr().out


def test_hints_come_in_steps_and_end_with_the_solution(capsys):
    steps = len(ALL["nor_weights"].hints)
    for _ in range(steps + 2):
        hint(nor_weights)
    out = capsys.readouterr().out
    assert out.count("Hint ") == steps and out.count("def nor_weights():") == 2
    hint("nor_weihgts")
    assert "Nearest: nor_weights" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["autograde", "validate"])
def test_under_nbgrader_a_failed_check_raises(mode, monkeypatch, capsys, progress_elsewhere):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    check(neuron_output)
    assert capsys.readouterr().out == "neuron_output: right.\n"
    stub = written(ALL["nor_weights"].stub, "nor_weights")
    for answer, words in ((nor_weights, "this is OR"), (stub, "not attempted"),
                          (double, "no exercise"), (None, "without calling")):
        with pytest.raises(NotSolved, match=words):
            check(answer)
    assert not progress_elsewhere.exists()


# The file of what is done -------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"01": "neuron"}', '{"01": [1]}', "\xff",
                                  "[" * 100_000])
def test_a_damaged_file_is_set_aside(text, progress_elsewhere, capsys):
    progress_elsewhere.write_text(text, encoding="latin-1")
    check(neuron_output)
    assert "was damaged. It is now progress.damaged.json" in capsys.readouterr().out
    assert record.read() == ({"01 The neuron": ["neuron_output"]}, "")
    aside = progress_elsewhere.with_suffix(".damaged.json")
    assert aside.read_text(encoding="latin-1") == text


def test_a_file_that_cannot_be_written_stops_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "no such folder" / "progress.json"))
    check(neuron_output)
    out = capsys.readouterr().out
    assert "neuron_output: right." in out and "could not be saved" in out


def test_the_file_is_written_whole_or_not_at_all(monkeypatch, progress_elsewhere, capsys):
    check(neuron_output)
    before = progress_elsewhere.read_text()

    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    trouble = record.add("01 The neuron", "nor_weights")[1]
    assert "disk full" in trouble and progress_elsewhere.read_text() == before
    assert {p.name for p in progress_elsewhere.parent.iterdir()} == {"my_library.py",
                                                                      "progress.json"}


def test_what_cannot_be_read_is_not_overwritten(monkeypatch, progress_elsewhere, capsys):
    record.add("01 The neuron", "nor_weights")
    before = progress_elsewhere.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", lambda *a, **k: (_ for _ in ()).throw(
            PermissionError("no permission")))
        check(neuron_output)
    out = capsys.readouterr().out
    assert "neuron_output: right." in out and "left as it is" in out and "no permission" in out
    assert progress_elsewhere.read_text() == before


def test_each_damaged_file_is_kept(progress_elsewhere):
    for text in ("{", "[", "]"):
        progress_elsewhere.write_text(text)
        record.add("01 The neuron", "nor_weights")
    kept = sorted(path.read_text() for path in progress_elsewhere.parent.glob("*.damaged*.json"))
    assert kept == ["[", "]", "{"]


def test_a_mark_that_notepad_writes_is_no_damage(progress_elsewhere):
    progress_elsewhere.write_text('{"01 The neuron": ["nor_weights"]}', encoding="utf-8-sig")
    assert record.add("01 The neuron", "neuron_output") == (["nor_weights", "neuron_output"], "")


def test_a_link_stays_a_link(progress_elsewhere, tmp_path):
    (tmp_path / "elsewhere.json").write_text("{}")
    try:
        progress_elsewhere.symlink_to(tmp_path / "elsewhere.json")
    except OSError:
        pytest.skip("this system lets nobody make links")
    record.add("01 The neuron", "neuron_output")
    assert progress_elsewhere.is_symlink() and "neuron_output" in progress_elsewhere.read_text()


def test_several_notebooks_at_once_lose_nothing(progress_elsewhere):
    code = ("import sys\nfrom course_lib.exercise import record\n"
            "for n in range(10): record.add('01', f'{sys.argv[1]}-{n}')")
    runs = [subprocess.Popen([sys.executable, "-c", code, str(k)]) for k in range(4)]
    assert [run.wait(60) for run in runs] == [0] * 4
    assert len(record.read()[0]["01"]) == 40
    assert [path.name for path in progress_elsewhere.parent.iterdir()] == ["progress.json"]


def test_the_lock_of_a_notebook_that_was_killed_is_no_obstacle(monkeypatch, progress_elsewhere):
    monkeypatch.setattr(record, "PATIENCE", 0.05)
    progress_elsewhere.with_suffix(".lock").touch()
    assert record.add("01 The neuron", "neuron_output") == (["neuron_output"], "")
    assert not progress_elsewhere.with_suffix(".lock").exists()


def test_the_file_is_beside_the_notebooks(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_PROGRESS")
    (tmp_path / "notebooks").mkdir()
    for folder in (tmp_path, tmp_path / "notebooks"):
        monkeypatch.chdir(folder)
        assert record.place() == tmp_path / "notebooks" / "progress.json"


def test_nothing_is_written_for_an_answer_that_is_not_right(progress_elsewhere, capsys):
    check(nor_weights)
    check(written(ALL["nor_weights"].stub, "nor_weights"))
    assert not progress_elsewhere.exists()


# Quick questions ----------------------------------------------------------------------------------
def questions(lesson):
    module, = (module for module in modules() if module.LESSON == lesson)
    return importlib.import_module(f"{module.__package__}.questions").QUESTIONS


@pytest.mark.parametrize("lesson", lessons())
def test_each_answer_to_a_quick_question_has_an_explanation(lesson):
    assert 3 <= len(questions(lesson)) <= 10
    for q in questions(lesson):
        assert q.right in q.answers and len(set(q.answers.values())) == len(q.answers) >= 2, q.text
        for answer, why in q.answers.items():
            assert why.endswith(".") and why.startswith("Right") == (answer == q.right), why
            assert not q.otherwise or np.isfinite(float(answer)), q.text


def test_right_answers_stand_at_no_place_of_their_own():
    """Not always first, and not always the longest."""
    choices = [q for lesson in lessons() for q in questions(lesson) if not q.otherwise]
    places = [list(q.answers).index(q.right) for q in choices]
    longest = sum(max(q.answers, key=len) == q.right for q in choices)
    assert len(set(places)) > 1 and longest < len(choices), (places, longest)


def test_a_quiz_is_text_where_there_are_no_widgets():
    pytest.importorskip("anywidget")
    from course_lib.explorer import quiz

    lesson = next(iter(lessons()))
    first, second = ([quiz.Quiz(questions(lesson))._repr_mimebundle_()[kind]
                      for kind in ("text/plain", "text/html")] for _ in range(2))
    assert first == second
    for number, q in enumerate(questions(lesson), start=1):
        assert f"{number}. {q.text}" in first[0]
        assert all(html.escape(why) in first[1] for why in q.answers.values())
    code = (quiz.HERE / "quiz.js").read_text() + (quiz.HERE / "quiz.css").read_text()
    assert "http" not in code and "innerHTML" not in code and "import" not in code


# The notebooks ------------------------------------------------------------------------------------
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def tool():
    pytest.importorskip("nbformat")
    from tools import exercise_cells as module
    return module


def notebook(lesson):
    nbformat = pytest.importorskip("nbformat")
    path, = NOTEBOOKS.glob(f"{lesson[:2]}_*.ipynb")
    return nbformat.read(path, as_version=4)


def bound(source):
    """The names that a cell gives a value."""
    steps = dis.get_instructions(compile(source, "cell", "exec"))
    return {step.argval for step in steps if step.opname == "STORE_NAME"}


@pytest.mark.parametrize("lesson", lessons())
def test_a_notebook_has_the_cells_of_its_exercises(lesson):
    nb, cells = notebook(lesson), tool()
    module, data = cells.lesson_of(next(NOTEBOOKS.glob(f"{lesson[:2]}_*.ipynb")))
    made = cells.cells(module, data)
    old = [cell for cell in nb.cells if cells.generated(cell)]
    assert cells.same(old, cells.in_order(made, data)), \
        f"run: python -m tools.exercise_cells {lesson[:2]}"
    before = [cell.source for cell in nb.cells]
    cells.write(nb, made, data)
    assert [cell.source for cell in nb.cells] == before  # in their place, and nothing is added
    old[-1].source = "check()"
    assert not cells.same(old, made)


@pytest.mark.parametrize("lesson", lessons())
def test_an_exercise_takes_no_name_that_the_notebook_uses(lesson):
    cells = tool()
    used = set().union(*(bound(cell.source) for cell in notebook(lesson).cells
                         if cell.cell_type == "code" and not cells.generated(cell)))
    assert not used & {e.name for e in lessons()[lesson]}


@pytest.mark.parametrize("lesson", lessons())
def test_a_solved_notebook_passes_all_its_checks(lesson, monkeypatch, capsys):
    """Only what the exercises need is run: the cells that import, and the exercises' own."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # a failed check raises
    cells, space = tool(), {}
    for cell in notebook(lesson).cells:
        if cell.cell_type != "code":
            continue
        source = cell.source
        if cells.generated(cell) and cell.metadata.nbgrader.solution:
            source = solved(cell.metadata.nbgrader.grade_id)
        elif not cells.generated(cell) and not all(
            isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(source).body
        ):
            continue
        exec(compile(source, "cell", "exec"), space)
    assert capsys.readouterr().out.count(": right.") == len(lessons()[lesson])


@pytest.mark.parametrize("lesson", lessons())
def test_an_unattempted_notebook_says_so(lesson):
    said = [cell.outputs[0].text for cell in notebook(lesson).cells
            if cell.cell_type == "code" and cell.source.startswith("check(")]
    exercises = sorted(lessons()[lesson], key=lambda e: not e.inline)
    assert said == [f"{e.name}: not attempted yet.\n" for e in exercises]


CELLS = ["""import numpy as np
from course_lib.exercise import check
from course_lib.lessons.lesson_01 import exercises as neuron
object.__setattr__(neuron.NOR, "seconds", 0.5)
kept = np.arange(3)""", """def nor_weights():
    while True:
        try:
            kept.sum()
        except:
            pass""", "check(nor_weights)", "print(kept)", """def nor_weights():
    return 1 / len([])""", "check(nor_weights)", """nor_weights = lambda: (-1, -1, 0.5)
check(nor_weights)"""]


def test_in_a_kernel_loops_are_stopped_and_variables_survive(progress_elsewhere, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS.parent))
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    nbclient.NotebookClient(nb, timeout=60, kernel_name="python3").execute()
    said = ["".join(output.get("text", "") for output in cell.outputs) for cell in nb.cells]
    assert "nor_weights was stopped after 0.5 seconds" in said[2] and "of nor_weights: " in said[2]
    assert said[3] == "[0 1 2]\n"
    assert ("ZeroDivisionError: division by zero\n"
            "  line 2 of nor_weights: return 1 / len([])\n") in said[5]
    assert said[6].startswith(f"nor_weights: right. 1 of {N_NEURON} ")
    assert progress_elsewhere.exists()


def test_an_inline_exercise_stands_where_the_notebook_says():
    nbformat = pytest.importorskip("nbformat")
    cells, module = tool(), importlib.import_module("course_lib.lessons.lesson_01.exercises")
    first, second = [e for e in module.EXERCISES if not e.inline][:2]
    data = [first, replace(second, inline=True)]
    made = cells.cells("lesson_01", data)
    sources = ["# A", f"<!-- exercise: {second.name} -->", "more", "## Exercises", "## Summary"]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(s) for s in sources])
    for _ in range(2):  # the second time the cells are there already
        cells.write(nb, made, data)
        heads = [cell.source.splitlines()[0] for cell in nb.cells]
        assert heads[:4] == ["# A", f"### Your turn: {second.title}",
                             second.stub.splitlines()[0], f"check({second.name})"]
        assert heads[4:6] == ["more", "## Exercises"] and heads[8] == f"### 1. {first.title}"
        assert heads[-1] == "## Summary" and len(heads) == 12
    nb.cells = [cell for cell in nb.cells if not cells.generated(cell)]
    with pytest.raises(SystemExit, match=f"exercise: {second.name}"):
        cells.write(nb, made, data)


# At work ------------------------------------------------------------------------------------------
def test_what_is_right_is_at_work_and_until_then_the_course_s_own(capsys):
    def my_relu(z):
        return np.maximum(z, 0)

    assert exercise.yours(my_relu) is my_relu
    assert capsys.readouterr().out == "Your my_relu is at work here.\n"

    def my_relu(z):
        return ...

    instead = exercise.yours(my_relu)
    assert np.array_equal(instead(np.array([-1.0, 2.0])), [0, 2])
    said = capsys.readouterr().out
    assert said == "The course's my_relu is at work here, until yours is right.\n"
    with pytest.raises(ValueError, match="There is no exercise nothing_of_ours"):
        exercise.yours("nothing_of_ours")
