"""Exercises that say what went wrong: `check(answer)`, `hint(answer)` and `progress()`.

    from course_lib.exercise import check, hint, progress, yours, my_parts

The folder of a lesson holds its exercises as data (`exercises.EXERCISES`) and its quick questions
(`questions.QUESTIONS`).
Under nbgrader a check raises `NotSolved` when the answer is not right, and nothing is recorded.
"""

import difflib
import importlib
import importlib.util
import inspect
import os
import pkgutil
import sys
import textwrap

from course_lib.exercise import built, record
from course_lib.exercise.exercise import Exercise
from course_lib.exercise.judging import Verdict, judge
from course_lib.exercise.values import show

_steps = {}  # name of an exercise -> how many hints were given since the kernel started


class NotSolved(AssertionError):
    """Raised under nbgrader by a check that is not passed; the student reads its message."""


def modules() -> list:
    """The modules `exercises` of the lessons, in order."""
    found, folder = [], importlib.import_module("course_lib.lessons")
    rooms = pkgutil.iter_modules(folder.__path__, f"{folder.__name__}.")
    for lesson in (room for room in rooms if room.ispkg):
        name = f"{lesson.name}.exercises"
        if importlib.util.find_spec(name):
            found.append(importlib.import_module(name))
    return sorted(found, key=lambda module: module.LESSON)


def lessons() -> dict[str, list[Exercise]]:
    """The exercises by lesson, in the lessons' order."""
    return {module.LESSON: module.EXERCISES for module in modules()}


def check(answer):
    """Judge an answer: not attempted, right, a mistake by its name, or an example that shows it.

    `answer` is the function or class that an exercise asks for, under the name it asks for.
    """
    names = sys._getframe(1).f_globals
    exercise, verdict = _find(answer, names)
    if isinstance(answer, str) and exercise:
        answer = names.get(answer)
        if answer is None:
            verdict = Verdict(False, f"{exercise.name} is not defined. Run the cell above.")
    if exercise and not verdict:
        if _is_library(answer, exercise.solution):
            verdict = Verdict(False, f"{exercise.name} is the course's own code. Write yours.")
        else:
            verdict = judge(exercise, answer)
    if os.environ.get("NBGRADER_EXECUTION") in ("autograde", "validate"):
        if not verdict.right:
            raise NotSolved(verdict.text)
        print(f"{exercise.name}: right.{verdict.text}")
    elif verdict.right:
        lesson, others = next(item for item in lessons().items() if exercise in item[1])
        done, trouble = record.add(lesson, exercise.name)
        trouble += built.keep(lessons(), exercise, answer)
        count = sum(other.name in done for other in others)
        print(f"{exercise.name}: right. {count} of {len(others)} exercises of this lesson are done."
              f"{verdict.text}{trouble}")
    else:
        given = _steps.get(exercise.name, 0) if exercise else 0
        more = exercise and verdict.right is False and given < len(exercise.hints)
        print(verdict.text + (f"\n(A hint: hint({exercise.name}))" if more else ""))


def hint(answer):
    """Give the next hint for an exercise; after the last one, the source of the solution."""
    exercise, verdict = _find(answer, sys._getframe(1).f_globals)
    if not exercise:
        print(verdict.text)
        return
    step = _steps.get(exercise.name, 0)
    _steps[exercise.name] = step + 1
    if step < len(exercise.hints):
        print(f"Hint {step + 1} of {len(exercise.hints)}: {exercise.hints[step]}")
    else:
        module = exercise.solution.__module__
        print(f"The solution, from {module}:\n")
        print(textwrap.dedent(inspect.getsource(exercise.solution)).rstrip())


def progress():
    """Print which exercises of which lesson are done."""
    done, trouble = record.read()
    for lesson, exercises in lessons().items():
        solved = [e.name for e in exercises if e.name in done.get(lesson, [])]
        left = [e.name for e in exercises if e.name not in solved]
        print(f"{lesson}: {len(solved)} of {len(exercises)} done"
              + (f"; still to do: {', '.join(left)}" if left else ""))
    if trouble:
        print(trouble.strip())


def yours(answer):
    """The student's function if it is right, else the course's own; print which one is at work.

    What she has written then runs inside the experiment that follows it:
    ``step = yours(momentum_step)``.

    Raises
    ------
    ValueError
        No exercise has that name.
    """
    exercise, verdict = _find(answer, sys._getframe(1).f_globals)
    if not exercise:
        raise ValueError(verdict.text)
    if judge(exercise, answer).right:
        print(f"Your {exercise.name} is at work here.")
        return answer
    print(f"The course's {exercise.name} is at work here, until yours is right.")
    return exercise.solution


def my_parts(*names):
    """The functions and classes of these exercises, as you wrote them; print which are yours.

    They come from my_library.py, where `check` keeps each right answer, and are judged again.
    Where you have none, the course's own stands in. ``my_parts("MyAdam").MyAdam(0.01)``
    """
    found, told = built.mine(lessons(), names)
    print(told)
    return found


def _find(answer, names):
    """(exercise, None) for the exercise that an answer is meant for, or (None, a verdict).

    The name is the function's own, or, for a lambda or a partial, the name it was given.
    """
    known = {e.name: e for exercises in lessons().values() for e in exercises}
    if isinstance(answer, str):
        name = answer
    else:
        bound = [name for name, value in names.items() if value is answer and name in known]
        name = getattr(answer, "__name__", None)
        name = name if name in known or not bound else bound[0]
    if name in known:
        return known[name], None
    if name is None:
        return None, Verdict(False, "check and hint take the function itself, without calling it: "
                             f"check(f), not check(f(x)). They got {show(answer)}.")
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    text = f"There is no exercise {name}. " + (
        f"Nearest: {', '.join(near)}." if near else f"There are: {', '.join(known)}.")
    return None, Verdict(False, text + " Give your function the name that the exercise asks for.")


def _is_library(answer, solution) -> bool:
    """Whether the answer is code of the course, or a function that only calls the solution."""
    if str(getattr(answer, "__module__", "")).startswith("course_lib."):
        return True
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    names = getattr(answer, "__globals__", {})
    used = [names.get(name) for name in code.co_names]
    package = any(str(getattr(value, "__name__", "")).startswith("course_lib") for value in used
                  if inspect.ismodule(value))
    imported = package or any(name.startswith("course_lib") for name in code.co_names)
    whose = getattr(solution, "__self__", None)  # a method: its class is as good
    return any(value is solution or (whose and value is type(whose)) for value in used) or (
        imported and solution.__name__ in code.co_names)


__all__ = ["NotSolved", "check", "hint", "lessons", "modules", "my_parts", "progress", "yours"]
