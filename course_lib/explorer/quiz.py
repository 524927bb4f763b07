"""Quick questions in a notebook: choose an answer or give a number, and read why.

Each question is a `fieldset` of radio buttons or a number field, drawn by quiz.js through anywidget
as the explorers are: it works with keyboard and screen reader, asks neither the kernel nor the
network, and its saved output is text. jupyterquiz 2.9.6 was tried: its outputs have random ids, so
they cannot be compared; its choices have no group and show no focus, its number field has no name,
its feedback is not announced; and where MathJax 3 has no `typeset`, it fetches one from outside.
"""

from html import escape
from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class Quiz(anywidget.AnyWidget):
    """The questions of a lesson.

    Parameters
    ----------
    questions : objects with `text`, `answers` (answer -> explanation), `right`, and for a number
        `otherwise` (the explanation of all other numbers) and `tolerance`.
    """

    _esm = (HERE / "quiz.js").read_text(encoding="utf-8")
    _css = (HERE / "quiz.css").read_text(encoding="utf-8")
    questions = traitlets.List().tag(sync=True)

    def __init__(self, questions):
        super().__init__(questions=[
            {"text": q.text, "answers": list(q.answers.items()), "right": q.right,
             "otherwise": q.otherwise, "tolerance": q.tolerance} for q in questions
        ])

    def _repr_mimebundle_(self, **keywords):
        data = super()._repr_mimebundle_(**keywords)
        if isinstance(data, tuple):  # (data, metadata), as newer versions of anywidget give
            data = data[0]
        return {**data, "text/plain": self.as_text(), "text/html": self.as_html()}

    def as_text(self) -> str:
        """The questions, for GitHub and for print."""
        lines = []
        for number, q in enumerate(self.questions, start=1):
            lines += [f"{number}. {q['text']}"]
            lines += ["   (a number)"] if q["otherwise"] else [f"   - {a}" for a, _ in q["answers"]]
        return "\n".join(lines)

    def as_html(self) -> str:
        """The questions, with answers that open: for pages without a kernel."""
        parts = []
        for number, q in enumerate(self.questions, start=1):
            parts.append(f"<p>{number}. {escape(q['text'])}</p>")
            parts += [f"<details><summary>{escape(answer)}</summary>{escape(why)}</details>"
                      for answer, why in q["answers"]]
        return "<div>" + "\n".join(parts) + "</div>"
