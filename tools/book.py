"""Write the course as a book: pages to read, from the outputs that are stored in the notebooks.

    python -m tools.book                    into build/site/book

Sphinx and MyST-NB make the pages, nothing is run, and whoever opens them asks nothing of the net:
the formulas' MathJax comes along. Each lesson's page leads to the same lesson live, in the
reader's browser, where the site with the lessons (`tools.site`) lies beside the book.
"""

import argparse
import base64
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tools import deck

HERE = Path(__file__).parent
ROOT = HERE.parent
NOTEBOOKS = ROOT / "notebooks"
BOOK = ROOT / "build" / "site" / "book"
LIVE = "../lab/index.html?path="
CONF = """
project = "Deep learning from first principles"
html_title = project
extensions = ["myst_nb"]
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
mathjax_path = "mathjax.js"
nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type", "myst.xref_missing", "toc"]
"""
MOVE = "Run this lesson to move this one"
EXPLORER = re.compile(r"^lesson\.[A-Z]\w*\(|^[A-Z]\w+\(")    # a cell that shows an explorer


def lessons() -> list[Path]:
    """The lessons in order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def facts(path) -> dict:
    """Title, question and minutes of a lesson, from its first cell; ValueError if one is missing.
    """
    nb = json.loads(path.read_text(encoding="utf-8"))
    first = next((cell for cell in nb["cells"] if cell["cell_type"] == "markdown"), None)
    text = "".join(first["source"]) if first else ""
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    question = re.search(r"^\*(.+)\*$", text, re.MULTILINE)
    minutes = re.search(r"(\d+) minutes", text)
    if not (title and question and minutes):
        raise ValueError(f"{path.name}: its first cell needs a title (# …), the question of the "
                         "lesson (*…*) and its minutes")
    return {"number": path.name[:2], "title": title[1], "question": question[1],
            "minutes": int(minutes[1]), "page": path.stem}


def with_frame(path) -> dict:
    """The notebook as a page: below its title the way to the live lesson, explorers that say so."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    inside = path.relative_to(NOTEBOOKS).as_posix()
    up = "../" * (inside.count("/") + 1)
    live = f"{up}{LIVE.removeprefix('../')}{inside}"
    first = nb["cells"][0]
    first["source"] = "".join(first["source"]).rstrip() + (
        f"\n\n<p class=\"live\"><a href=\"{live}\">Run this lesson in your browser</a></p>\n")
    for cell in nb["cells"]:
        cell["metadata"].pop("nbgrader", None)
        if cell["cell_type"] != "code":
            cell["source"] = linked("".join(cell["source"]))
        elif EXPLORER.search("".join(cell["source"])) and cell["outputs"]:
            cell["outputs"].append({
                "output_type": "display_data", "metadata": {}, "data": {"text/html":
                    f'<p class="live"><a href="{live}">{MOVE}</a></p>'}})
    return nb


def linked(text) -> str:
    """Links between notebooks lead from page to page."""
    return re.sub(r"\]\((?!https?:)([\w./-]*?)([\w-]+)\.(ipynb|md)(#[\w-]*)?\)", r"](\1\2.md)",
                  text)


def card(one) -> str:
    """A line of the landing page for a lesson."""
    return (f"| {one['number']} | [{one['title']}]({one['page']}.ipynb) | {one['question']} | "
            f"{one['minutes']} min |")


def first_picture(path) -> bytes:
    """The first picture among a lesson's outputs; ValueError if there is none."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            page = "".join(output.get("data", {}).get("text/html", ""))
            if found := re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page):
                return base64.b64decode(found[1])
    raise ValueError(f"{path.name} has no picture among its outputs; run it: make notebooks")


def landing(found) -> str:
    """The landing page, in MyST."""
    further = sorted(path.stem for path in (NOTEBOOKS / "further").glob("*.ipynb"))
    rows = "\n".join(card(one) for one in found)
    minutes = sum(one["minutes"] for one in found)
    trees = "\n".join(one["page"] for one in found)
    return f"""# Deep learning from first principles

A photograph goes in, and a computer says *tiger-striped cat*. How does it know? In this course you
build everything that it takes, from one neuron to a small GPT, in plain Python and NumPy. No step
is left out, and every sentence with a number in it was measured.

![A photograph of a cat, and beside it the five likeliest words of the network that looked at
it](cat.png)

**What will you build?** A neuron that decides, a network that learns, the rule that trains nearly
all networks there are, a model for a bank, a network that tells your own photographs apart, a
writer, and the small GPT. The explorers in between move under your hands:

![Four slides with sliders: gradient descent racing stochastic gradient descent, the gradients of
two neurons, a neuron that should be AND, and what a threshold costs a bank](slides.png)

**For whom?** You know a little Python and the mathematics of school. You do not need to have seen a
matrix.

**How long?** {len(found)} lessons of about an hour each, {minutes // 60} hours in all, and as long
again for the exercises.

**What do I have to install?** Nothing. Read here, and when you want to move a slider or change the
code, follow the link at the top of the page: it runs the same lesson in your browser. (The first
start takes half a minute.) To work on your own machine, `make lab` in the course's folder installs
all of it.

## The lessons

| | lesson | its question | |
|---|---|---|---|
{rows}

Each answer to a task is judged as you write it, and a wrong one is told *which* mistake it makes.
The words are explained in the [glossary](GLOSSARY.md), and what goes deeper than the hour is listed
under "Going deeper".

[Begin with lesson {found[0]['number']}: {found[0]['title']}]({found[0]['page']}.ipynb)

```{{toctree}}
:hidden:
:caption: Lessons

{trees}
```

```{{toctree}}
:hidden:
:caption: Going deeper

{chr(10).join("further/" + name for name in further)}
```

```{{toctree}}
:hidden:
:caption: Words

GLOSSARY
```
"""


def copy_sources(folder):
    """Write what Sphinx reads: the landing page, the lessons, what goes deeper, the glossary."""
    (folder / "static").mkdir(parents=True)
    (folder / "further").mkdir()
    for path in [*lessons(), *sorted((NOTEBOOKS / "further").glob("*.ipynb"))]:
        target = folder / path.relative_to(NOTEBOOKS)
        target.write_text(json.dumps(with_frame(path)), encoding="utf-8")
    for name in ("GLOSSARY.md",):
        (folder / name).write_text(linked((NOTEBOOKS / name).read_text(encoding="utf-8")),
                                   encoding="utf-8")
    (folder / "index.md").write_text(landing([facts(path) for path in lessons()]),
                                     encoding="utf-8")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    shutil.copy(HERE / "images" / "slides.png", folder)
    (folder / "cat.png").write_bytes(first_picture(next(NOTEBOOKS.glob("07_*.ipynb"))))
    shutil.copy(HERE / "book.css", folder / "static")


def fetch_mathjax(folder):
    """MathJax, as for the decks: fetched by npm once, its checksum compared."""
    cache = deck.BUILD / "npm"
    package, checksum, files = next(one for one in deck.ASSETS if one[0].startswith("mathjax"))
    cache.mkdir(parents=True, exist_ok=True)
    with tarfile.open(deck.archive(package, checksum, cache)) as tar:
        for source, name in files.items():
            with tar.extractfile(f"package/{source}") as file:
                (folder / name).write_bytes(file.read())


def build(target):
    """Write the book into a folder; RuntimeError with Sphinx's words if it fails."""
    folder = target.parent / f"parts-of-{target.name}"
    shutil.rmtree(folder, ignore_errors=True)
    copy_sources(folder)
    fetch_mathjax(folder / "static")
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-j", "2", "-b", "html",
                           str(folder), str(target)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Sphinx could not write the book:\n{done.stderr[-2000:]}")
    shutil.rmtree(folder)
    for rest in (target / ".doctrees", target / "_sources", target.parent / "jupyter_execute"):
        shutil.rmtree(rest, ignore_errors=True)
    return done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=BOOK, help="default: build/site/book")
    target = parser.parse_args().output.resolve()
    build(target)
    print(f"The book is in {target}. Open {target / 'index.html'}")


if __name__ == "__main__":
    main()
