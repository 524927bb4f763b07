"""What a class got right, and which mistakes it made: one page for the teacher, without names.

`tools.grading` writes it as class.html into the course folder after each grading. Each check says
which known mistake an answer makes; here they are counted, the most frequent first, each with one
answer that makes it, and with what to show the class next time.
"""

import ast
import html
from collections import Counter
from dataclasses import dataclass, field

import nbformat

from tools.exercise_cells import count, lesson_of

NOT_ATTEMPTED, ERROR, OTHER = "not attempted", "stopped with an error", "wrong in another way"
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the class got right</title>
<style>
:root {{ color-scheme: light dark; --ink: #1b2a41; --bar: #0072b2; --wrong: #b34700;
  --soft: #eef2f6; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e8edf3; --bar: #56b4e9; --wrong: #f0a060;
  --soft: #26303c; }} }}
body {{ font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; }}
h1 {{ line-height: 1.2; }}
h2 {{ margin-top: 2.5rem; border-bottom: 2px solid var(--bar); }}
h3 {{ margin: 1.8rem 0 0.3rem; }}
.bar {{ background: var(--soft); height: 0.7rem; border-radius: 4px; overflow: hidden; }}
.bar div {{ background: var(--bar); height: 100%; }}
li {{ margin: 0.5rem 0; }}
b {{ color: var(--wrong); }}
pre {{ background: var(--soft); padding: 0.6rem 0.8rem; overflow-x: auto; font-size: 0.85rem; }}
aside {{ border-left: 4px solid var(--bar); padding: 0.2rem 0 0.2rem 0.9rem; }}
@media print {{ h3 {{ break-after: avoid; }} details {{ display: none; }} }}
</style></head><body>
<h1>What the class got right</h1>
<p>{about} The answers that are shown are without names and comments.</p>
{body}
</body></html>
"""


@dataclass
class Tally:
    """Of one exercise: who was right, how many made which mistake, and an answer that makes it."""

    handed_in: int = 0
    right: int = 0
    mistakes: Counter = field(default_factory=Counter)
    answers: dict = field(default_factory=dict)


def said(cell) -> str:
    """What a check printed, or raised."""
    parts = []
    for output in cell.get("outputs", []):
        parts.append(output.get("evalue") or output.get("text") or "")
    return "\n".join("".join(part) for part in parts)


def mistake_of(exercise, text) -> str:
    """The message of the known mistake that a check has named, or one of the three other ways."""
    if any(words in text for words in ("not attempted", "not finished", "is not defined")):
        return NOT_ATTEMPTED
    for mistake in exercise.mistakes:
        if mistake.message[:60] in text:
            return mistake.message
    return ERROR if "Error" in text else OTHER


def without_comments(source) -> str:
    """An answer as Python reads it: a comment could hold a name. Nothing if it cannot be read."""
    try:
        return ast.unparse(ast.parse(source))
    except (SyntaxError, ValueError):
        return ""


def tallies(course) -> dict[str, dict]:
    """{lesson: {exercise: its tally}} of all submissions that were graded."""
    found = {}
    for lesson, path in course.lessons().items():
        exercises = {e.name: e for e in lesson_of(path)[1]}
        made = found[lesson] = {name: Tally() for name in exercises}
        for graded in sorted((course.folder / "autograded").glob(f"*/{lesson}/*.ipynb")):
            cells = {one.metadata.get("nbgrader", {}).get("grade_id", ""): one
                     for one in nbformat.read(graded, as_version=4).cells}
            for name, exercise in exercises.items():
                if f"{name}-check" not in cells:
                    continue
                text, tally = said(cells[f"{name}-check"]), made[name]
                tally.handed_in += 1
                if f"{name}: right." in text:
                    tally.right += 1
                    continue
                mistake = mistake_of(exercise, text)
                tally.mistakes[mistake] += 1
                if mistake not in (NOT_ATTEMPTED, ERROR) and name in cells:
                    answer = without_comments(cells[name].source)
                    kept = tally.answers.get(mistake)
                    if answer and (kept is None or len(answer) < len(kept)):
                        tally.answers[mistake] = answer
    return found


def advice(exercise, tally) -> str:
    """What to show next time, where a mistake was made by a tenth of the class or more."""
    known = {mistake.message for mistake in exercise.mistakes}
    often = [(mistake, n) for mistake, n in tally.mistakes.most_common()
             if mistake in known and n > 1 and n >= 0.1 * tally.handed_in]
    if not often:
        return ""
    hint = f" The exercise's own hint begins: {exercise.hints[0]}" if exercise.hints else ""
    return (f"<aside>Next time, put the answer of the first kind on the board and ask what it "
            f"gives for the smallest example, before anybody says what is wrong."
            f"{html.escape(hint)}</aside>")


def exercise_html(exercise, tally) -> str:
    share = tally.right / tally.handed_in
    lines = []
    for mistake, n in tally.mistakes.most_common():
        answer = tally.answers.get(mistake, "")
        lines.append(f"<li><b>{n} ×</b> {html.escape(mistake)}" + (
            f"<details><summary>one such answer</summary><pre>{html.escape(answer)}</pre></details>"
            if answer else "") + "</li>")
    return (f"<h3>{html.escape(exercise.title)}</h3><p>{tally.right} of {tally.handed_in} right "
            f"(<code>{exercise.name}</code>)</p>"
            f'<div class="bar"><div style="width: {share:.0%}"></div></div>'
            + (f"<ul>{''.join(lines)}</ul>" if lines else "") + advice(exercise, tally))


def report(course) -> str:
    """The page; the exercises of each lesson with the most trouble first."""
    found, body, students = tallies(course), [], set()
    for path in (course.folder / "autograded").glob("*/lesson_*/*.ipynb"):
        students.add(path.parts[-3])
    for lesson, path in course.lessons().items():
        exercises = {e.name: e for e in lesson_of(path)[1]}
        handed = {name: tally for name, tally in found[lesson].items() if tally.handed_in}
        if handed:
            body.append(f"<h2>{html.escape(path.stem[:2])} "
                        f"{html.escape(path.stem[3:].replace('_', ' '))}</h2>")
            body += [exercise_html(exercises[name], tally) for name, tally in
                     sorted(handed.items(), key=lambda item: item[1].right / item[1].handed_in)]
    about = f"From the graded notebooks of {count(len(students), 'student')}."
    return PAGE.format(about=about, body="\n".join(body))
