"""Write the lessons as decks that need no server, no network and no Python, and print them.

    python -m tools.deck               all lessons, into build/decks
    python -m tools.deck 01 04         those whose name begins so
    python -m tools.deck --pdf         and a PDF of each, with the browser (variable CHROMIUM)

Each lesson is run; an explorer becomes its picture, with up to a dozen states of its main control
to click through. reveal.js shows the slides and MathJax the formulas: npm fetches both once, and
their checksums are compared.
"""

import argparse
import base64
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from jupyter_client.manager import start_new_kernel
from nbconvert.filters import markdown2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools import slides, teaching

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"
NOTEBOOKS = HERE.parent / "notebooks"

# Package, checksum of its archive, what is taken from it and under which name.
ASSETS = [
    ("reveal.js@5.2.1", "r7//6mIM5p34hFiDMvYfXgyjXqGRta+/psd9YtytsgRlrpRzFv4RbH76TXd2qD+7ZPZEbpBDh"
     "dRhJaFgfQ7zNQ==", {"dist/reveal.js": "reveal.js", "dist/reveal.css": "reveal.css",
                         "plugin/notes/notes.js": "notes.js", "LICENSE": "reveal.js-LICENSE"}),
    ("mathjax@3.2.2", "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1"
     "vO+geW0OhGw==", {"es5/tex-svg.js": "mathjax.js", "LICENSE": "mathjax-LICENSE"}),
]
# Run after a cell that shows an explorer: some frames of its strip, and their sentences.
STATES = """
import base64 as _b64, json as _json
_explorer = Out[max(Out)]  # a lesson may have a use of its own for the name _
_n, _now = len(_explorer.picture.frames), _explorer._index() if _explorer.strip else 0
_shown = sorted({round(_i * (_n - 1) / 11) for _i in range(12)} | {_now}) if _n else []
print(_json.dumps({
    "name": _explorer.controls[_explorer.strip].description if _n else "",
    "now": _shown.index(_now) if _n else 0,
    "frames": [_b64.b64encode(_explorer.picture.frames[_i]).decode() for _i in _shown],
    "sentences": [_explorer.picture.sentences[_i] for _i in _shown],
}))
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="assets/reveal.css">
<link rel="stylesheet" href="assets/rise.css">
<link rel="stylesheet" href="assets/deck.css">
<script>
window.MathJax = {{
  tex: {{inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]], processEscapes: true}},
  options: {{enableMenu: false}},
}};
</script>
<script src="assets/mathjax.js" defer></script>
</head>
<body class="rise-enabled">
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="assets/reveal.js"></script>
<script src="assets/notes.js"></script>
<script src="assets/deck.js"></script>
<script src="assets/course-slides.js" data-deck></script>
</body>
</html>
"""


# What the decks need -------------------------------------------------------------------------
def archive(package, checksum, folder) -> Path:
    """The archive of a package from npm, its checksum compared; fetched when it is not there."""
    name = package.removeprefix("@").replace("/", "-").replace("@", "-")  # as npm names it
    path = folder / f"{name}.tgz"
    if not path.exists():
        if shutil.which("npm") is None:
            raise SystemExit(f"npm was not found; it fetches {package} once. Install it (Debian, "
                             "Ubuntu: sudo apt install npm).")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
    found = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if found != checksum:
        raise SystemExit(f"{path} is not the {package} that was tested (sha512 {found}).")
    return path


def write_assets(folder, cache):
    """Put reveal.js, MathJax and the decks' looks beside the decks."""
    folder.mkdir(parents=True, exist_ok=True)
    for package, checksum, files in ASSETS:
        with tarfile.open(archive(package, checksum, cache)) as tar:
            for source, name in files.items():
                with tar.extractfile(f"package/{source}") as file:
                    (folder / name).write_bytes(file.read())
    code = HtmlFormatter(style="default").get_style_defs(".highlight")
    looks = (HERE / "deck.css").read_text(encoding="utf-8")
    (folder / "deck.css").write_text(f"{code}\n{looks}", encoding="utf-8")
    for path in (NOTEBOOKS / "rise.css", HERE / "deck.js"):
        shutil.copy(path, folder)
    shutil.copy(slides.KEYS, folder / "course-slides.js")


# From a notebook to slides -------------------------------------------------------------------
def run(nb):
    """Run all cells in a new kernel; keep an explorer's states in its output's metadata."""
    manager, client = start_new_kernel(
        kernel_name="python3", cwd=str(NOTEBOOKS), stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": slides.python_path()},
    )
    try:
        for cell in nb.cells:
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            cell.outputs = slides.run_cell(client, cell.source)
            for output in cell.outputs:
                if output.output_type == "error":
                    raise SystemExit(f"{output.ename}: {output.evalue}, in:\n{cell.source}")
                data = output.get("data", {})
                if slides.WIDGET in data and "<figure" in data.get("text/html", ""):
                    (printed,) = slides.run_cell(client, STATES)
                    if printed.output_type == "error":
                        raise SystemExit(f"{printed.ename}: {printed.evalue}")
                    output.metadata = {"states": json.loads(printed.text)}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def deck(nb, title) -> str:
    """The HTML of a notebook that was run."""
    slides_, content = [], False
    for cell in nb.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "skip":
            continue
        if kind == "slide" and content or not slides_:
            slides_.append([[]])
        elif kind == "subslide" and content:
            slides_[-1].append([])
        content = content or kind != "notes"
        slides_[-1][-1].append((kind, cell))
    text = "\n".join(
        "<section>\n" + "\n".join(f"<section>\n{section(cells)}\n</section>" for cells in slide)
        + "\n</section>" for slide in slides_
    )
    return PAGE.format(title=html.escape(title), slides=text)


def section(cells) -> str:
    """The cells of one slide; a fragment holds what follows it, as in RISE."""
    text, is_open = [], False
    for kind, cell in cells:
        if kind == "notes":
            text.append(f'<aside class="notes">{cell_html(cell)}</aside>')
            continue
        if kind == "fragment":
            text.append("</div>" * is_open + '<div class="fragment">')
            is_open = True
        text.append(cell_html(cell))
    return "\n".join(text) + "</div>" * is_open


def cell_html(cell) -> str:
    """One cell, with the class names of JupyterLab, so that rise.css is for both."""
    if cell.cell_type != "code":
        return ('<div class="jp-Cell jp-MarkdownCell"><div class="jp-RenderedHTMLCommon '
                f'jp-RenderedMarkdown">{markdown2html(cell.source)}</div></div>')
    code = highlight(cell.source, PythonLexer(), HtmlFormatter())
    outputs = "\n".join(output_html(output) for output in cell.outputs)
    return ('<div class="jp-Cell jp-CodeCell">'
            f'<div class="jp-Cell-inputWrapper jp-InputArea jp-InputArea-editor">{code}</div>'
            f'<div class="jp-OutputArea">{outputs}</div></div>')


def output_html(output) -> str:
    data = output.get("data", {})
    if "states" in output.get("metadata", {}):
        inner = explorer_html(data, output.metadata["states"])
    elif slides.is_progress_bar(output):
        return ""
    elif "text/html" in data:
        inner = f'<div class="jp-RenderedHTMLCommon jp-RenderedHTML">{data["text/html"]}</div>'
    elif "image/png" in data:
        alt = html.escape(data.get("text/plain", ""))
        inner = f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"]}">'
    else:
        inner = f"<pre>{html.escape(data.get('text/plain', output.get('text', '')))}</pre>"
    return f'<div class="jp-OutputArea-output">{inner}</div>'


def explorer_html(data, states) -> str:
    """The picture of an explorer, and a slider through its states where it has some."""
    if not states["frames"]:
        return f'<div class="jp-RenderedHTML">{data["text/html"]}</div>'
    name, now = html.escape(states["name"]), states["now"]
    sentence = html.escape(states["sentences"][now])
    # In a script element, "<" might end it.
    stored = json.dumps({"frames": states["frames"], "sentences": states["sentences"]})
    stored = stored.replace("<", "\\u003c")
    return f"""<div class="course-explorer">
<label class="course-states"><span>{name}</span>
<button type="button" aria-label="before">◀</button>
<input type="range" min="0" max="{len(states['frames']) - 1}" value="{now}" aria-label="{name}">
<button type="button" aria-label="after">▶</button></label>
<figure class="course-picture"><img alt="{sentence}"
 src="data:image/jpeg;base64,{states['frames'][now]}"><figcaption aria-live="polite">{sentence}
</figcaption></figure>
<script type="application/json">{stored}</script></div>"""


def write(path, folder) -> Path:
    """Run one lesson and write its deck."""
    nb = teaching.woven(path)
    run(nb)
    title = re.search(r"^# +(.+)$", nb.cells[0].source, re.MULTILINE)
    page = folder / f"{path.stem}.html"
    page.write_text(deck(nb, title[1] if title else path.stem), encoding="utf-8")
    return page


# Paper ---------------------------------------------------------------------------------------
def browser() -> str:
    """The browser that prints."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        raise SystemExit("No browser to print with: sudo apt install chromium fonts-dejavu-core "
                         "(Debian, Ubuntu), or put a browser's path into the variable CHROMIUM.")
    return found


def print_pages(pages):
    """A PDF of each deck beside it: a slide a page, all fragments shown."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
        for path in pages:
            page = chromium.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{path.resolve().as_uri()}?handout", timeout=120_000)
            page.wait_for_selector("body.ready", timeout=120_000)
            page.pdf(path=path.with_suffix(".pdf"), width="1280px", height="720px",
                     print_background=True, tagged=True)
            page.close()
            print(path.with_suffix(".pdf"), flush=True)
        chromium.close()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of notebooks' names; default: all")
    parser.add_argument("--pdf", action="store_true", help="also a PDF of each deck")
    parser.add_argument("--folder", type=Path, default=BUILD / "decks")
    options = parser.parse_args(arguments)
    starts = tuple(Path(name).name for name in options.names) or ("",)
    paths = [p for p in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")) if p.name.startswith(starts)]
    if not paths:
        raise SystemExit(f"No notebook in {NOTEBOOKS} begins with {' or '.join(starts)}.")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    write_assets(options.folder / "assets", BUILD / "npm")
    pages = []
    for path in paths:
        pages.append(write(path, options.folder))
        print(pages[-1], flush=True)
    if options.pdf:
        print_pages(pages)


if __name__ == "__main__":
    main()
