"""Print a lesson for the class and for the teacher, from the outputs that are stored in it.

    python -m tools.handouts             all lessons, into build/handouts
    python -m tools.handouts 01 04       those whose name begins so

For the class, two to four pages to keep: the idea, the formulas with what leads to them, one
figure, and the exercises with room to write. For the teacher a script: each slide beside what is
said on it, with the minute at which it begins. The browser of the variable CHROMIUM prints both.
"""

import argparse
import html
import os
import re
import shutil
from pathlib import Path

import nbformat
from nbconvert.filters import markdown2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_lib.exercise import modules
from tools import deck, slides, teaching

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "handouts"
NOTEBOOKS = HERE.parent / "notebooks"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="assets/handouts.css">
<script>
window.MathJax = {{
  tex: {{inlineMath: [["$", "$"]], processEscapes: true}}, options: {{enableMenu: false}},
  startup: {{pageReady: () => MathJax.startup.defaultPageReady()
    .then(() => document.body.classList.add("ready"))}},
}};
</script>
<script src="assets/mathjax.js" defer></script>
</head>
<body class="{kind}">
{body}
</body>
</html>
"""
FOLDED = re.compile(r"<details><summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
FEW, MANY = 2, 5        # lines to write on: under a stub with many gaps, and with few


# What a lesson says ------------------------------------------------------------------------------
def markdown_cells(nb) -> list[str]:
    return [cell.source for cell in nb.cells if cell.cell_type == "markdown"]


def plain(text) -> str:
    """Markdown for paper: links become their words, and what is folded is left out."""
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    return re.sub(r"(?<!!)\[([^]]+)\]\([^)]+\)", r"\1", text).strip()


def title_of(nb) -> str:
    return re.search(r"^# +(.+)$", nb.cells[0].source, re.MULTILINE)[1]


def summary_of(nb) -> str:
    """The list under the heading Summary."""
    for text in markdown_cells(nb):
        head, _, body = text.partition("\n")
        if re.fullmatch(r"#+ +(Summary|What to remember)", head.strip()):
            return plain(re.split(r"^#", body, flags=re.MULTILINE)[0])
    return ""


def formulas_of(nb) -> list[tuple[str, str]]:
    """(heading, text) of each cell with a displayed formula, and of each folded derivation.

    None of the exercises'.
    """
    found, heading = [], ""
    for cell in nb.cells:
        if cell.cell_type != "markdown" or "nbgrader" in cell.metadata:
            continue
        head = re.match(r"#+ +(.+)\n?", cell.source)
        if head:
            heading = head[1].strip()
        if "$$" in plain(cell.source):
            body = plain(cell.source[head.end():] if head else cell.source)
            found.append((heading if heading not in [h for h, _ in found] else "", body))
        found += [(name, plain(body)) for name, body in FOLDED.findall(cell.source)
                  if "$" in body and re.match("Where|Why|How the", name)]
    return found


def figure_of(nb) -> str:
    """The first figure that is no explorer, with its sentence; or the first picture at all."""
    pictures = [(slides.WIDGET in output.data, output.data["text/html"], output.data)
                for cell in nb.cells for output in cell.get("outputs", [])
                if "<figure" in output.get("data", {}).get("text/html", "")]
    if not pictures:
        return ""
    _, picture, data = min(pictures, key=lambda one: one[0])    # the first of its kind
    sentence = "" if "<figcaption" in picture else f"<p>{html.escape(data['text/plain'])}</p>"
    return picture + sentence


def exercises_of(number) -> list:
    for module in modules():
        if module.LESSON.startswith(number):
            return module.EXERCISES
    return []


# For the class -----------------------------------------------------------------------------------
def exercise_html(exercise) -> str:
    lines = FEW if exercise.stub.count("...") > 3 else MANY
    title = exercise.title[0].upper() + exercise.title[1:]
    code = highlight(exercise.stub, PythonLexer(), HtmlFormatter())
    return ('<section class="exercise">'
            f"<h3>{html.escape(title)} <small>{exercise.minutes} minutes</small></h3>"
            f"{markdown2html(plain(exercise.text))}{code}"
            f'<div class="room">{"<div></div>" * lines}</div></section>')


def handout(nb, number) -> str:
    title = title_of(nb)
    question = re.search(r"^\*(.+)\*$", nb.cells[0].source, re.MULTILINE)
    parts = [f"<header><span>{number}</span><h1>{html.escape(title)}</h1>"
             f"<p>{html.escape(question[1] if question else '')}</p></header>"]
    if summary := summary_of(nb):
        parts.append(f"<h2>The idea</h2>{markdown2html(summary)}")
    if picture := figure_of(nb):
        parts.append(f'<div class="figure">{picture}</div>')
    if formulas := formulas_of(nb):
        parts.append("<h2>The formulas, and what leads to them</h2>")
        parts += [f'<section class="formula">{f"<h3>{html.escape(head)}</h3>" if head else ""}'
                  f"{markdown2html(text)}</section>" for head, text in formulas]
    if exercises := exercises_of(number):
        parts.append("<h2>To write yourself</h2><p>Write on paper what stands for the dots, then "
                     "type it into the lesson; <code>check</code> says whether it is right.</p>")
        parts += ['<div class="exercises">', *map(exercise_html, exercises), "</div>"]
    body = "\n".join(parts)
    return PAGE.format(title=f"{number} {html.escape(title)}", kind="handout", body=body)


# For the teacher ---------------------------------------------------------------------------------
def slides_of(nb) -> list[tuple[str, list]]:
    """(heading, cells) of each slide; a slide without a heading goes on under the one before."""
    found, heading = [], ""
    for cell in nb.cells:
        kind = teaching.slide_type(cell)
        if kind in {"skip", "notes"}:
            continue
        if kind in teaching.NEW_SLIDE or not found:
            heading = teaching.heading(cell) or heading
            found.append((heading, []))
        found[-1][1].append(cell)
    return found


def slide_html(cells) -> str:
    """A slide as it is shown: a picture without the code that draws it."""
    text = []
    for cell in cells:
        shown = deck.cell_html(cell)
        if "<figure" in shown:
            shown = re.sub(r'<div class="jp-Cell-inputWrapper.*?</div>\s*</div>', "", shown,
                           count=1, flags=re.DOTALL)
        text.append(shown)
    return "\n".join(text)


def script(nb, notes, number) -> str:
    rows, minute, told = [], 0, set()
    for count, (heading, cells) in enumerate(slides_of(nb), start=1):
        said = "" if heading in told else notes.get(heading, "")
        told.add(heading)
        when = f" · from minute {minute}" if said else ""
        minute += teaching.minutes(said)
        rows.append(f'<tr><td class="slide"><div>{slide_html(cells)}</div></td>'
                    f"<td><small>Slide {count}{when}</small>{markdown2html(said)}</td></tr>")
    body = (f"<header><span>{number}</span><h1>{html.escape(title_of(nb))}</h1><p>What is said on "
            f"each slide; {minute} minutes in all.</p></header><table>{''.join(rows)}</table>")
    return PAGE.format(title=f"{number} script", kind="script", body=body)


# Both --------------------------------------------------------------------------------------------
def write(path, folder) -> list[Path]:
    nb, number = nbformat.read(path, as_version=4), path.name[:2]
    pages = {folder / f"{path.stem}.html": handout(nb, number),
             folder / f"{number}_script.html": script(nb, teaching.notes_of(path), number)}
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8")
    return list(pages)


def write_assets(folder):
    deck.write_assets(folder, HERE.parent / "build" / "npm")
    code = HtmlFormatter(style="default").get_style_defs(".highlight")
    looks = (HERE / "handouts.css").read_text(encoding="utf-8")
    (folder / "handouts.css").write_text(f"{code}\n{looks}", encoding="utf-8")


def print_pages(pages):
    """A PDF of each page beside it, on A4."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=deck.browser(), args=["--no-sandbox", "--disable-gpu"])
        for path in pages:
            page = browser.new_page()
            page.goto(path.resolve().as_uri(), timeout=120_000)
            page.wait_for_selector("body.ready", timeout=120_000)
            page.pdf(path=path.with_suffix(".pdf"), format="A4", print_background=True,
                     tagged=True, prefer_css_page_size=True)
            page.close()
            print(path.with_suffix(".pdf"), flush=True)
        browser.close()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of notebooks' names; default: all")
    parser.add_argument("--folder", type=Path, default=BUILD)
    options = parser.parse_args(arguments)
    starts = tuple(Path(name).name for name in options.names) or ("",)
    paths = [p for p in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")) if p.name.startswith(starts)]
    if not paths:
        raise SystemExit(f"No notebook in {NOTEBOOKS} begins with {' or '.join(starts)}.")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    shutil.rmtree(options.folder, ignore_errors=True)
    write_assets(options.folder / "assets")
    print_pages([page for path in paths for page in write(path, options.folder)])


if __name__ == "__main__":
    main()
