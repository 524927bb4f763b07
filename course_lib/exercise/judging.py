"""What is wrong with an answer: it is compared with the solution, and with every known mistake.

The answer, the solution and each wrong answer of the catalogue are called with the same inputs. An
answer that goes wrong where a known mistake goes wrong, and in the same way, has made that mistake.
For any other wrong answer the first input that shows it is said; inputs come smallest first.
"""

import ast
import dis
import inspect
from dataclasses import dataclass
from types import CodeType

import numpy as np

from course_lib.exercise.exercise import Exercise, NotAttempted, Refused
from course_lib.exercise.running import Stopped, outcomes
from course_lib.exercise.values import agree, parts, show


@dataclass
class Verdict:
    """What is said about an answer; `right` is None when it was not attempted."""

    right: bool | None
    text: str
    mistake: str = ""


# Calls --------------------------------------------------------------------------------------------
def checks(exercise: Exercise, seed=0) -> list[tuple]:
    """The inputs of an exercise; another seed gives other numbers."""
    return exercise.inputs(np.random.default_rng(seed))


def call(exercise, answer, inputs, likes=None):
    """Outcomes of an answer, each value cut up into parts; and what the answer printed."""
    use, likes = exercise.use, iter(likes or [])

    def function(*arguments):
        value = use(answer, *arguments) if use else answer(*arguments)
        like = next(likes, value)
        return parts(value, like, exercise.part_names), value

    done, printed = outcomes(function, inputs, exercise.seconds)
    for outcome in done:
        if outcome.error is None:
            outcome.value, outcome.raw = outcome.value
            if exercise.warnings_count:
                outcome.value["warnings"] = np.array(float(bool(outcome.warned)))
    return done, printed


def cells(outcome) -> dict:
    """What is compared: the parts of the value, or the kind of the error."""
    return {"error": type(outcome.error)} if outcome.error is not None else outcome.value


def differences(got, want, tolerance) -> dict:
    """(input, part) -> the value there, for all parts in which `got` is not as `want`."""
    found = {}
    for n, (one, other) in enumerate(zip(got, want, strict=True)):
        one, other = cells(one), cells(other)
        for name in one:
            if name not in other or not equal(one[name], other[name], tolerance):
                found[n, name] = one[name]
    return found


def equal(a, b, tolerance) -> bool:
    """Two cells: kinds of errors are equal or not, arrays agree or not."""
    if isinstance(a, type) or isinstance(b, type):
        return a is b
    return agree(a, b, tolerance)


def evidence(found) -> int:
    """How many numbers of a mistake cannot be wrong by chance: those that are not whole.

    nan is no evidence: many mistakes end in it.
    """
    arrays = [value for value in found.values() if isinstance(value, np.ndarray)]
    return sum(int(np.sum(np.isfinite(a) & (a != np.round(a)))) for a in arrays if a.size)


def diagnosis(exercise, got, want, inputs, likes):
    """(the mistake that the answer makes, what that makes wrong, whether this is all), or None.

    A mistake that explains only a part needs two numbers that are not whole as evidence.
    """
    wrong = differences(got, want, exercise.tolerance)
    best, best_found = None, {}
    for mistake in exercise.mistakes:
        made, _ = call(exercise, mistake.wrong, inputs, likes)
        found = differences(made, want, exercise.tolerance)
        values = any(isinstance(value, np.ndarray) for value in found.values())
        if values and found.keys() <= wrong.keys() and all(
            equal(wrong[key], found[key], exercise.tolerance) for key in found
        ):
            if found.keys() == wrong.keys():
                return mistake, found, True
            if not mistake.alone and evidence(found) >= 2 and len(found) > len(best_found):
                best, best_found = mistake, found
    return best and (best, best_found, False)


def swapped(exercise, got, want) -> tuple:
    """The names of two parts that were returned in each other's place, if that is all."""
    if any(outcome.error is not None for outcome in (*got, *want)):
        return ()
    names = list(want[0].value)
    for i, one in enumerate(names):
        for other in names[i + 1:]:
            exchange = {one: other, other: one}
            if all(equal(g.value[exchange.get(name, name)], w.value[name], exercise.tolerance)
                   for g, w in zip(got, want, strict=True) for name in w.value):
                return one, other
    return ()


# Sentences ----------------------------------------------------------------------------------------
def line(label, value) -> str:
    text = show(value)
    return f"  {label} = " + text.replace("\n", "\n" + " " * (len(label) + 5))


def argument_names(exercise) -> list[str]:
    names = list(inspect.signature(exercise.use or exercise.solution).parameters)
    return names[1:] if exercise.use else names


def given(exercise, arguments) -> str:
    """The arguments by name, a line or more each."""
    named = zip(argument_names(exercise), arguments, strict=False)
    return "\n".join(line(name, value) for name, value in named)


def example(exercise, inputs, got, want, place) -> str:
    """The input, what came and what was expected, at a place of `differences`."""
    n, part = place
    came, wanted = got[n].value[part], want[n].value[part]
    label = f" {part}" if part else ""
    lines = [given(exercise, inputs[n]), line(f"got{label}", came),
             line(f"expected{label}", wanted)]
    if came.shape == wanted.shape and came.size > 24:
        off = ~np.isclose(came, wanted, rtol=exercise.tolerance, equal_nan=True)
        if off.any():
            at = tuple(int(k) for k in np.argwhere(off)[0])
            lines.append(f"  first difference at {list(at)}: got {came[at]:.5g}, "
                         f"expected {wanted[at]:.5g}")
    return "\n".join(line for line in lines if line)


def stub_of(exercise):
    """The function or class that the student starts from."""
    names = dict(exercise.inputs.__globals__)
    exec(compile(exercise.stub, "stub", "exec", dont_inherit=True), names)
    return names[exercise.name]


def is_stub(exercise, answer) -> bool:
    """Whether the code is still that of the stub, whatever its comments and texts."""
    return fingerprint(answer) == fingerprint(stub_of(exercise))


def unwritten_method(exercise, answer) -> str:
    """The first method of a class that is still the stub's, with dots where its answer belongs."""
    if not exercise.is_class:
        return ""
    begun, stub = vars(answer), vars(stub_of(exercise))
    for method in ast.walk(ast.parse(exercise.stub)):
        if isinstance(method, ast.FunctionDef) and method.name != "__init__" \
                and to_be_written(method) and \
                fingerprint(begun.get(method.name)) == fingerprint(stub[method.name]):
            return method.name
    return ""


def to_be_written(method) -> bool:
    """Whether dots are all that a method does, or stand in it for a value."""
    bare = [step for step in method.body if isinstance(step, ast.Expr)
            and isinstance(step.value, ast.Constant)]
    dots = [node for node in ast.walk(method) if isinstance(node, ast.Constant)
            and node.value is ...]
    return len(bare) == len(method.body) or len(dots) > len(bare)


def silencing(answer) -> str:
    """What a function uses to switch NumPy's warnings off, or ""."""
    names = getattr(getattr(answer, "__code__", None), "co_names", ())
    return next((name for name in ("errstate", "seterr", "simplefilter", "filterwarnings",
                                   "catch_warnings") if name in names), "")


def fingerprint(thing):
    """What a function or class does: its instructions, without texts and line numbers."""
    if inspect.isclass(thing):
        return {name: fingerprint(value) for name, value in vars(thing).items() if callable(value)}
    code = thing if isinstance(thing, CodeType) else getattr(thing, "__code__", None)
    if code is None:
        return thing
    return [(step.opname, fingerprint(step.argval) if isinstance(step.argval, CodeType)
             else repr(step.argval)) for step in dis.get_instructions(code)]


# The verdict --------------------------------------------------------------------------------------
def judge(exercise: Exercise, answer, seed=0) -> Verdict:
    """What is to be said about an answer; it is run, and nothing that it does gets out."""
    name = exercise.name
    if not callable(answer):
        return Verdict(False, f"{name} is {show(answer)}; expected the "
                       f"{'class' if exercise.is_class else 'function'} itself: write "
                       f"check({name}), without calling it.")
    if inspect.isclass(answer) != exercise.is_class:
        wanted, came = ("class", "function") if exercise.is_class else ("function", "class")
        return Verdict(False, f"{name} must be a {wanted}; it is a {came}.")
    if is_stub(exercise, answer):
        return Verdict(None, f"{name}: not attempted yet.")
    if unwritten := unwritten_method(exercise, answer):
        return Verdict(None, f"{name}: not finished, {unwritten} is as it was, with dots (...).")
    if exercise.warnings_count and silencing(answer):
        return Verdict(False, f"{name}: the warning is silenced, not avoided. Leave "
                       f"{silencing(answer)} out, and write a formula that does not overflow.")
    inputs = checks(exercise, seed)
    want, _ = call(exercise, exercise.solution, inputs)
    likes = [outcome.raw for outcome in want]
    if not exercise.use and (misfit := wrong_signature(exercise, answer, inputs[0])):
        return Verdict(False, misfit)
    got, printed = call(exercise, answer, inputs, likes)
    verdict = compare(exercise, got, want, inputs, likes)
    said = printed.start.rstrip()
    if said and verdict.right is not None:
        more = f" … ({printed.length:,} characters)" if printed.length > len(printed.start) else ""
        verdict.text += "\nYour code printed:\n  " + said.replace("\n", "\n  ") + more
    return verdict


def wrong_signature(exercise, answer, arguments) -> str:
    """A sentence when the answer does not take the arguments, else ""."""
    wanted = list(inspect.signature(exercise.solution).parameters)[: len(arguments)]
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*arguments)
    except TypeError:
        return (f"{exercise.name} must take {len(wanted)} argument{'s' * (len(wanted) != 1)}, "
                f"({', '.join(wanted)}); yours takes {signature}.")
    return ""


def compare(exercise, got, want, inputs, likes) -> Verdict:
    """The verdict from what the answer gave and what was wanted."""
    name = exercise.name
    for outcome in got:
        error = outcome.error
        if isinstance(error, NotImplementedError):
            return Verdict(None, f"{name}: not attempted yet.")
        if isinstance(error, NotAttempted):
            return Verdict(None, f"{name}: not finished, there are dots (...) in what it returns.")
        if isinstance(error, Stopped):
            where = f"\n  It was at {outcome.where}" if outcome.where else ""
            return Verdict(False, f"{name} was stopped after {error}: is there a loop that does "
                           f"not end?{where}")
    wrong = differences(got, want, exercise.tolerance)
    if wrong:
        place = next(iter(wrong))
        if found := diagnosis(exercise, got, want, inputs, likes):
            mistake, made, all_of_it = found
            text = mistake.message if all_of_it else \
                f"More than one thing is wrong. One of them: {mistake.message}"
            shown = next(p for p, value in made.items() if not isinstance(value, type))
            return Verdict(False, f"{name}: {text}\n{example(exercise, inputs, got, want, shown)}",
                           mistake.key)
        if exchanged := swapped(exercise, got, want):
            return Verdict(False, f"{name}: {exchanged[0]} and {exchanged[1]} are returned in each "
                           "other's place; each is right.\n"
                           + example(exercise, inputs, got, want, place), "swapped")
        error = got[place[0]].error
        if error is None:
            return Verdict(False, f"{name} is not right yet. The smallest example:\n"
                           + example(exercise, inputs, got, want, place))
        return Verdict(False, f"{name}: {error_text(error, got[place[0]].where)}\n"
                       + given(exercise, inputs[place[0]]))
    if changed := next((outcome.changed for outcome in got if outcome.changed), ()):
        names = [argument_names(exercise)[n] for n in changed]
        return Verdict(False, f"{name}: the values are right, but it changes its argument "
                       f"{' and '.join(names)}. Work on a copy.", "changes its argument")
    return Verdict(True, notes(got, want))


def error_text(error, where) -> str:
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, SystemExit | KeyboardInterrupt | GeneratorExit):
        said = f"your code raised {type(error).__name__}, which would end the session"
    else:
        words = words_of(error)
        words = words if len(words) <= 300 else f"{words[:300]}…"
        said = f"your code raised {type(error).__name__}: {words}"
    return f"{said}\n  {where}" if where else said


def words_of(error) -> str:
    """What an error says; nothing for one of the student's own whose text raises another."""
    try:
        return str(error)
    except BaseException:
        return "(its text cannot be shown)"


def notes(got, want) -> str:
    """What is worth knowing about a right answer, or ""."""
    shapes, small, warned = "", "", ""
    for one, other in zip(got, want, strict=True):
        for part, array in one.value.items():
            wanted = other.value[part].shape
            if array.shape != wanted and not shapes:
                shapes = f"\n  (Its shape is {array.shape}; {wanted} would be tidier.)"
            if array.dtype.char in "ef":
                small = f"\n  (It returns {array.dtype}; the inputs are float64.)"
        warned = warned or one.warned
    return shapes + small + (f"\n  (NumPy warned: {warned}.)" if warned else "")
