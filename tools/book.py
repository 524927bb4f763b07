"""Write the course as a book: pages to read, from the outputs that are stored in the notebooks.

    python -m tools.book                    into build/site/book

Sphinx and MyST-NB make the pages, no lesson is run, and whoever opens them asks nothing of the net:
the formulas' MathJax comes along. The explorers move without Python (`tools.book_explorers`). Each
page leads to the same lesson live, in the reader's browser, where the site with the lessons
(`tools.site`) lies beside the book; and to its slides, if `tools.deck` has made them.
"""

import argparse
import base64
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from PIL import Image

from tools import book_explorers, deck

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
html_js_files = [("book.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
mathjax_path = "mathjax.js"
nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type", "myst.xref_missing", "toc"]
"""
DECKS = deck.BUILD / "decks"
MOVE = "Run this lesson to move this one"
# On the landing page: the first one below its first words, then three with a question each.
FRONT = [
    ("PhotoReader", ""),
    ("OptimizerRace", "Which rule finds the valley first?"),
    ("KernelSteps", "How does a network look at a picture?"),
    ("Heads", "Which letters does a small GPT look at?"),
]


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


def ways(path, decks=()) -> str:
    """The links below a page's title: run it, its slides, download it."""
    inside = path.relative_to(NOTEBOOKS).as_posix()
    root = "../" * (inside.count("/") + 1)
    found = [f'<a class="live" href="{live(path)}">Run this lesson in your browser</a>']
    if path.stem in decks:
        found.append(f'<a class="live" href="{root}decks/{path.stem}.html">Slides</a>')
    found.append(f'<a class="live" href="{root}files/{inside}" download>Download</a>')
    return f'<p class="ways">{" ".join(found)}</p>'


def live(path) -> str:
    """Where the lesson of a page runs."""
    inside = path.relative_to(NOTEBOOKS).as_posix()
    return f"{'../' * inside.count('/')}{LIVE}{inside}"


def with_frame(path, explorers=None, decks=(), folder=None) -> dict:
    """The notebook as a page: ways to go on below its title, and explorers that move.

    `explorers` has them by the number of their cell; any other keeps its stored picture. Pictures
    are put into the folder, if there is one.
    """
    nb, explorers = json.loads(path.read_text(encoding="utf-8")), explorers or {}
    up = "../" * len(path.relative_to(NOTEBOOKS).parent.parts)
    first = nb["cells"][0]
    title, _, rest = "".join(first["source"]).partition("\n")
    first["source"] = f"{title}\n\n{ways(path, decks)}\n\n{rest.strip()}\n"
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"].pop("nbgrader", None)
        if cell["cell_type"] != "code":
            cell["source"] = linked("".join(cell["source"]))
        elif number in explorers:
            cell["outputs"] = [shown(book_explorers.page(explorers[number], up, live(path)))]
            cell["metadata"]["tags"] = ["remove-input"]  # the line that shows it, and no idea
        elif book_explorers.SHOWS.search("".join(cell["source"])) and cell["outputs"]:
            cell["outputs"].append(shown(
                f'<p><a class="live" href="{live(path)}">{MOVE}</a></p>'))
        for output in cell.get("outputs", ()) if folder else ():
            if text := output.get("data", {}).get("text/html"):
                output["data"]["text/html"] = apart("".join(text), folder, up)
    return nb


def apart(text, folder, up) -> str:
    """The HTML with its pictures as files, which a browser fetches when they come near the view."""
    def file(found):
        data = base64.b64decode(found[1])
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.png"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
        return (f'src="{up}frames/{folder.name}/{name}" width="{width}" height="{height}" '
                'loading="lazy"')

    return re.sub(r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"', file, text)


def shown(text) -> dict:
    """HTML as a cell's output."""
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": text}}


def linked(text) -> str:
    """Links between notebooks lead from page to page."""
    return re.sub(r"\]\((?!https?:)([\w./-]*?)([\w-]+)\.(ipynb|md)(#(?:[\w-]|\([\w-]*\))*)?\)",
                  r"](\1\2.md)", text)


def card(one) -> str:
    """A lesson on the landing page: its picture, title, question and minutes."""
    return f"""<a class="card" href="{one['page']}.html">
<img src="_static/{one['page']}.webp" alt="" loading="lazy" width="{one['size'][0]}" \
height="{one['size'][1]}">
<span class="number">{one['number']} · {one['minutes']} minutes</span>
<strong>{html.escape(one['title'])}</strong>
<span>{html.escape(re.sub(r"[*`]", "", one['question']))}</span></a>"""


def first_picture(path) -> bytes:
    """The first picture among a lesson's outputs; ValueError if there is none."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            page = "".join(output.get("data", {}).get("text/html", ""))
            if found := re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page):
                return base64.b64decode(found[1])
    raise ValueError(f"{path.name} has no picture among its outputs; run it: make notebooks")


def thumbnail(path, target) -> tuple[int, int]:
    """Write the lesson's first picture small, and return its size."""
    with Image.open(io.BytesIO(first_picture(path))) as picture:
        small = picture.convert("RGB")
    small.thumbnail((640, 400))
    small.save(target, quality=80)
    return small.size


def front(explorers) -> list[str]:
    """The explorers of the landing page, in HTML; ValueError if one is missing."""
    by_class = {state["class"]: (path, state) for path, states in reversed(explorers.items())
                for state in states.values()}
    found = []
    for name, question in FRONT:
        if name not in by_class:
            raise ValueError(f"The landing page shows {name}, which no lesson has ready; "
                             "choose another in tools/book.py (FRONT).")
        path, state = by_class[name]
        heading = (f'<h3>{question}</h3>\n' if question else "")
        state = state.get("front", state) | {"others": [], "buttons": []}
        found.append(heading + book_explorers.page(state, "", "")
                     + (f'\n<p class="from">From <a href="{path.stem}.html">lesson {path.name[:2]}'
                        '</a>.</p>' if question else ""))
    return found


def landing(found, moving) -> str:
    """The landing page, in MyST; `moving` are its explorers in HTML."""
    further = sorted(path.stem for path in (NOTEBOOKS / "further").glob("*.ipynb"))
    cards = "\n".join(card(one) for one in found)
    hours = round(sum(one["minutes"] for one in found) / 60)
    trees = "\n".join(f"{one['number']} {one['title']} <{one['page']}>" for one in found)
    first, number = found[0]["page"], found[0]["number"]
    explorers = "\n".join(f'<section class="try">{one}</section>' for one in moving[1:])
    return f"""# Deep learning from first principles

```{{raw}} html
<p class="lead">A photograph goes in, and a computer says what it shows. How does it know? In this
course you build everything that it takes, from one neuron to a small GPT, in plain Python and
NumPy. Choose another photograph:</p>
{moving[0]}
<p class="ways"><a class="live first" href="{first}.html">Begin with lesson {number}</a>
<a class="live" href="{LIVE}{first}.ipynb">Run it in your browser</a></p>
<ul class="facts">
<li><strong>{len(found)} lessons</strong> of about an hour, {hours} hours in all, and as long again
for the exercises.</li>
<li><strong>Nothing to install.</strong> You can read and move the sliders here. One click runs the
same lesson in your browser, which is still an experiment: the first start takes half a
minute.</li>
<li><strong>For you</strong> if you know a little Python and the mathematics of school. You need not
have seen a matrix.</li>
</ul>
```

## Move something

```{{raw}} html
{explorers}
```

## What you will build

A neuron that decides, and an adding machine of eight of them. The rule that trains nearly every
network there is. A model that tells a bank which customers will leave, and whom to call. A network
that tells your own photographs apart. A writer that learns from a novel letter by letter, and the
small GPT that writes it on. No step is left out, and every sentence with a number in it was
measured.

You write the parts yourself. Each answer is judged as you write it, and a wrong one is told *which*
mistake it makes.

## The lessons

Lesson {number} needs nothing but curiosity, and each later one builds on those before it. The words
are explained in the [glossary](GLOSSARY.md), and what goes deeper than the hour is under "Going
deeper". To work on your own machine, `make lab` in the course's folder installs all of it.

```{{raw}} html
<div class="cards">
{cards}
</div>
```

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


def pages() -> list[Path]:
    """The notebooks that become pages."""
    return [*lessons(), *sorted((NOTEBOOKS / "further").glob("*.ipynb"))]


def copy_sources(folder, frames, explorers, decks=()):
    """Write what Sphinx reads: the landing page, the lessons, what goes deeper, the glossary."""
    (folder / "static").mkdir(parents=True)
    (folder / "further").mkdir()
    for path in pages():
        target = folder / path.relative_to(NOTEBOOKS)
        nb = with_frame(path, explorers.get(path), decks, frames / "pictures")
        target.write_text(json.dumps(nb), encoding="utf-8")
    for name in ("GLOSSARY.md",):
        (folder / name).write_text(linked((NOTEBOOKS / name).read_text(encoding="utf-8")),
                                   encoding="utf-8")
    found = [facts(path) | {"size": thumbnail(path, folder / "static" / f"{path.stem}.webp")}
             for path in lessons()]
    (folder / "index.md").write_text(landing(found, front(explorers)), encoding="utf-8")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    for name in ("book.css", "book.js"):
        shutil.copy(HERE / name, folder / "static")


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
    """Write the book into a folder; RuntimeError with Sphinx's words if it fails.

    Returns what Sphinx warned of, and which explorers do not move.
    """
    parts = target.parent / f"parts-of-{target.name}"
    shutil.rmtree(parts, ignore_errors=True)
    frames, source, out = parts / "frames", parts / "source", parts / "html"
    explorers, still = book_explorers.of_all(pages(), frames)
    decks = {path.stem for path in DECKS.glob("*.html")}
    copy_sources(source, frames, explorers, decks)
    fetch_mathjax(source / "static")
    done = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-j", "2", "-b", "html",
                           str(source), str(out)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Sphinx could not write the book:\n{done.stderr[-2000:]}")
    for name in (".doctrees", "_sources"):
        shutil.rmtree(out / name, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(out, target)
    shutil.move(frames, target / "frames")
    if decks:
        shutil.copytree(DECKS, target.parent / "decks", dirs_exist_ok=True)
    shutil.rmtree(parts)
    return done.stderr, still


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=BOOK, help="default: build/site/book")
    target = parser.parse_args().output.resolve()
    _, still = build(target)
    print("".join(f"Does not move in the book: {line}\n" for line in still), end="")
    print(f"The book is in {target}. Open {target / 'index.html'}")


if __name__ == "__main__":
    main()
