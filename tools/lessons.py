"""How long each lesson is, and what a reader would stumble over.

    python -m tools.lessons             all lessons
    python -m tools.lessons 01 04       those whose name begins so

Exercises do not count. What is counted is what a reader sees: a collapsed cell is not visible, and
a folded text is read by whoever wants to.
"""

import argparse
import ast
import re
import sys

import nbformat

from tools import execute, exercise_cells, teaching

BUDGET = {"cells": 60, "words": 2800, "longest cell": 12}
ASKS = re.compile(r"\?")
GLOSSARY = execute.NOTEBOOKS / "GLOSSARY.md"


def hidden(cell) -> bool:
    """Whether Lab, VS Code and the book fold a cell's code."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden")
                or {"hide-input", "hide-cell"} & set(cell.metadata.get("tags", [])))


def prose(source) -> str:
    """What is read of a text: no folded part, no formula, no link's address."""
    source = re.sub(r"<details.*?</details>", " ", source, flags=re.DOTALL)
    source = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$", " ", source, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)", "]", source)


def core(nb) -> list:
    """A lesson's cells without those of its exercises."""
    return [cell for cell in nb.cells if not exercise_cells.generated(cell)]


def pictures(cell) -> list[str]:
    """The kinds of picture that a cell shows: a figure, or an explorer."""
    found = []
    for output in cell.get("outputs", []):
        page = output.get("data", {}).get("text/html", "")
        if "<img" in page:
            found.append("explorer" if is_explorer(cell) else "figure")
    return found


def is_explorer(cell) -> bool:
    """Whether a cell's last line makes or shows an object: `Race()` and not `draw_race()`."""
    body = ast.parse(cell.source).body
    last = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    name = last.func if isinstance(last, ast.Call) else last
    name = getattr(name, "attr", getattr(name, "id", ""))
    return name[:1].isupper()


def around(cells, at, step) -> str:
    """The text before a cell (step −1), or those after it up to the next picture or heading (1)."""
    said, at = [], at + step
    while 0 <= at < len(cells):
        cell = cells[at]
        if cell.cell_type == "markdown":
            if step > 0 and cell.source.startswith("#"):
                break
            said.append(cell.source)
            if step < 0:
                break
        elif pictures(cell):
            break
        at += step
    return "\n".join(said)


def glossary() -> list[str]:
    """The terms of the glossary."""
    return re.findall(r"^- \*\*(.+?)\*\*", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)


def unexplained(cells, terms) -> list[str]:
    """Terms that a lesson makes bold somewhere, but uses in an earlier cell already."""
    texts = [prose(cell.source) for cell in cells if cell.cell_type == "markdown"]
    found = []
    for term in terms:
        plain = re.compile(rf"(?<!\w){re.escape(term)}s?(?!\w)", re.IGNORECASE)
        bold = re.compile(rf"\*\*\[?{re.escape(term)}s?(?!\w)", re.IGNORECASE)
        first = next((n for n, text in enumerate(texts) if plain.search(text)), None)
        explained = next((n for n, text in enumerate(texts) if bold.search(text)), None)
        if explained is not None and first < explained:
            found.append(term)
    return found


def report(nb, terms=()) -> dict:
    """What `python -m tools.lessons` prints of one lesson."""
    cells = core(nb)
    seen = [cell for cell in cells if cell.cell_type == "code" and not hidden(cell)]
    lines = [len(cell.source.splitlines()) for cell in seen]
    words = sum(len(prose(cell.source).split()) for cell in cells if cell.cell_type == "markdown")
    silent = {"figure": [], "explorer": []}
    for n, cell in enumerate(cells):
        for kind in set(pictures(cell) if cell.cell_type == "code" else ()):
            if kind == "figure" and not around(cells, n, 1).strip():
                silent[kind].append(n)
            if kind == "explorer" and not ASKS.search(around(cells, n, -1)):
                silent[kind].append(n)
    return {
        "cells": sum(cell.cell_type == "markdown" for cell in cells) + len(seen),
        "words": words,
        "visible code lines": sum(lines),
        "longest cell": max(lines, default=0),
        "figures without a sentence after": silent["figure"],
        "explorers without a question before": silent["explorer"],
        "notes for the teacher": [n for n, cell in enumerate(cells)
                                  if teaching.slide_type(cell) == "notes"],
        "terms used before they are explained": unexplained(cells, terms),
    }


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of notebooks' names; default: all")
    options = parser.parse_args(arguments)
    terms = glossary()
    for path in execute.chosen(options.names):
        print(path.name)
        for what, found in report(nbformat.read(path, as_version=4), terms).items():
            over = what in BUDGET and found > BUDGET[what]
            text = ", ".join(map(str, found)) or "none" if isinstance(found, list) else f"{found:,}"
            print(f"  {what}: {text}" + (f"  (budget: {BUDGET[what]:,})" if over else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
