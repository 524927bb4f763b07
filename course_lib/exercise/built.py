"""What a student has built is hers: each right answer is kept, as she wrote it, in my_library.py.

The file lies beside her progress, and is hers to read, to edit and to import. `mine` takes parts
out of it, each judged again, and fills what is missing from the course's own code.
"""

import inspect
import re
import textwrap
import types

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.exercise import record
from course_lib.exercise.exercise import Exercise
from course_lib.exercise.judging import judge

HEAD = '''"""What I built in this course, as I wrote it. Each part was right when it was kept."""

import numpy as np

from course_lib.activations import sigmoid, softmax
'''
MARK = "# ---- {name}: lesson {lesson} ----"
MARKED = re.compile(r"^# ---- (\w+): lesson .* ----$", re.MULTILINE)


def place():
    """my_library.py, beside progress.json."""
    return record.place().with_name("my_library.py")


def parts(text) -> tuple[str, dict[str, str]]:
    """What stands above the first part, and the parts by the name of their exercise."""
    head, *rest = MARKED.split(text)            # above, name, part, name, part, …
    return head, {name: part.strip("\n")
                  for name, part in zip(rest[::2], rest[1::2], strict=True)}


def keep(lessons, exercise, answer) -> str:
    """Write a right answer into my_library.py; a sentence if that could not be done.

    `lessons` are all exercises by lesson: parts come in the order of the course, as later ones may
    use earlier ones. What the student wrote above the parts stays.
    """
    try:
        source = textwrap.dedent(inspect.getsource(answer)).strip("\n")
    except (OSError, TypeError, IndentationError):
        return ""           # typed at a prompt, or made by code: there is no source to keep
    if not re.match(rf"(@.*\n)*(def|class) {exercise.name}\b", source):
        return ""           # a lambda, or a function of another name
    try:
        with record.alone():
            head, kept = parts(place().read_text(encoding="utf-8") if place().exists() else HEAD)
            kept[exercise.name] = source
            blocks = [MARK.format(name=other.name, lesson=lesson) + "\n" + kept.pop(other.name)
                      for lesson, others in lessons.items() for other in others
                      if other.name in kept]
            blocks += [MARK.format(name=name, lesson="?") + "\n" + text
                       for name, text in kept.items()]
            record.replace(place(), head.rstrip("\n") + "\n\n\n" + "\n\n\n".join(blocks) + "\n")
    except (OSError, ValueError) as error:
        return f"\n  (Your answer could not be kept in my_library.py: {error}.)"
    return ""


def mine(lessons, names) -> tuple[types.SimpleNamespace, str]:
    """(the parts of these names, a sentence that says which are the student's own).

    A part of hers counts if it is right; where she has none, the course's own stands in.
    """
    known = {e.name: e for exercises in lessons.values() for e in exercises}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"my_parts got {', '.join(unknown)}; expected names of exercises, such as "
                         f"{', '.join(list(known)[-3:])}")
    try:
        head, kept = parts(place().read_text(encoding="utf-8") if place().exists() else "")
    except (OSError, ValueError) as error:
        head, kept, trouble = "", {}, f"\n(my_library.py could not be read: {error}.)"
    else:
        trouble = ""
    # what the lessons' own first cells import for their tasks
    space = {"np": np, "sigmoid": sigmoid, "softmax": softmax, "__name__": "my_library"}
    space.update((name, exercise.solution) for name, exercise in known.items())
    trouble += run(head, space)
    hers = []
    for name, source in kept.items():
        if name in known:
            said = run(source, space) or wrong(known[name], space[name])
            if said:
                space[name] = known[name].solution
            elif name in names:
                hers.append(name)
            if name in names:
                trouble += said
    ours = [name for name in names if name not in hers]
    told = (f"Yours: {', '.join(hers) or 'nothing yet'}."
            + (f"\nThe course's: {', '.join(ours)}." if ours else "") + trouble)
    return types.SimpleNamespace(**{name: space[name] for name in names}), told


def run(source, space) -> str:
    """Run a part of the file; a sentence if it cannot be run."""
    try:
        exec(compile(source, str(place()), "exec"), space)
    except Exception as error:
        return f"\n({type(error).__name__} in my_library.py: {error}.)"
    return ""


def wrong(exercise: Exercise, answer) -> str:
    """A sentence if the answer is no longer right."""
    verdict = judge(exercise, answer)
    return "" if verdict.right else f"\n(Not right any more: {verdict.text})"
