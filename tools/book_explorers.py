"""The explorers of a page, so that they move where no Python runs.

An explorer's strip is a picture for each position of its main control. Here the strip is drawn once
and kept as files; on the page a slider, or a list, shows one of them and its sentence (book.js).
The other controls need Python: what they are set to is said, with the way to the live lesson.

No lesson is run for this. Of the cells before an explorer only the statements are run that make
what it is given; and where its first sentence is not the one that is stored in the notebook, or the
statements take long, nothing is made and the page keeps the stored picture.
"""

import ast
import contextlib
import html
import io
import json
import os
import re
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ipywidgets import Button, Dropdown, Play
from PIL import Image

from course_lib.explorer.base import Explorer
from course_lib.explorer.places import index_of, values_of

SHOWS = re.compile(r"^lesson\.[A-Z]\w*\(|^[A-Z]\w+\(")    # a cell that shows an explorer
MOST = 41        # pictures of one explorer
SECONDS = 30     # of CPU time for what one explorer is given
ONE_THREAD = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]
# The landing page shows these with other settings than the lesson.
FRONT = {"PhotoReader": {"size": 0}}
TRAINS = {"fit", "run_epoch"}    # these change the network that they are given


# What an explorer is given --------------------------------------------------------------------
def names(node, context=None) -> set:
    """The names in a statement: all of them, or those that it loads (ast.Load) or stores."""
    found = {n.id for n in ast.walk(node)
             if isinstance(n, ast.Name) and (context is None or isinstance(n.ctx, context))}
    if context is ast.Store:
        for n in ast.walk(node):
            if isinstance(n, (ast.FunctionDef, ast.ClassDef)):
                found.add(n.name)
            elif isinstance(n, ast.alias):
                found.add((n.asname or n.name).partition(".")[0])
    return found


def needed(statements, source) -> list[int]:
    """Which of the statements make what the source uses, in order."""
    wanted, kept = names(ast.parse(source)), []
    for number in reversed(range(len(statements))):
        statement = statements[number]
        used = names(statement)
        if names(statement, ast.Store) & wanted or used & TRAINS and used & wanted:
            kept.insert(0, number)
            wanted |= used
    return kept


@contextlib.contextmanager
def at_most(seconds):
    """TimeoutError when the block takes more CPU time than that, however busy the machine is."""
    def stop(*_):
        raise TimeoutError(f"more than {seconds} s of CPU time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def made(nb):
    """Each explorer of a notebook with the number of its cell, or what was in the way."""
    statements, space, done = [], {}, []
    for number, cell in enumerate(nb["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        if not SHOWS.search(source):
            with contextlib.suppress(SyntaxError):    # a cell for a mistake, or with a magic
                statements += ast.parse(source).body
            continue
        try:
            wanted = needed(statements, source)
            # What ran for an explorer above serves this one too, if nothing was to run before it.
            if not set(done) <= set(wanted) or any(n < max(done, default=0)
                                                   for n in set(wanted) - set(done)):
                space, done = {}, []
            rest = [statements[n] for n in wanted if n not in done]
            with at_most(SECONDS), contextlib.redirect_stdout(io.StringIO()):
                exec(compile(ast.Module(rest, []), "lesson", "exec"), space)
                explorer = eval(source.strip().rstrip(";"), space)
            done = wanted
        except Exception as error:
            space, done = {}, []
            yield number, f"{type(error).__name__}: {error}"
        else:
            yield number, explorer


# What is kept of it ---------------------------------------------------------------------------
def stored_sentence(cell) -> str:
    """What the notebook's output says of the explorer."""
    for output in cell["outputs"]:
        if "text/plain" in output.get("data", {}):
            return "".join(output["data"]["text/plain"])
    return ""


def chosen(count, now) -> list[int]:
    """At most MOST of the positions, evenly, with the first, the last and the present one."""
    if count <= MOST:
        return list(range(count))
    return sorted({round(i * (count - 1) / (MOST - 2)) for i in range(MOST - 1)} | {now})


def said(control, value) -> str:
    """A value of a control in words, as its readout has it."""
    if control.has_trait("index"):
        pairs = zip(control._options_labels, control._options_values, strict=True)
        return str(next((label for label, one in pairs if one is value), value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    form = getattr(control, "readout_format", "")
    text = format(value, form) if form and not isinstance(value, str) else str(value)
    return text.replace("-", "−") if not isinstance(value, str) else text


def keep(explorer, folder) -> dict:
    """Write the pictures of the strip; return what the page says of them."""
    explorer.render_strip()
    main = explorer.controls[explorer.strip]
    values = values_of(main)
    now = index_of(main)
    places = chosen(len(explorer.picture.frames), now)
    folder.mkdir(parents=True, exist_ok=True)
    for n, place in enumerate(places):
        with Image.open(io.BytesIO(explorer.picture.frames[place])) as picture:
            size = picture.size
            picture.save(folder / f"{n}.webp", quality=80, method=2)
    others = [(control.description or name, said(control, control.value))
              for name, control in explorer.controls.items()
              if name != explorer.strip and not isinstance(control, (Button, Play))]
    buttons = [control.description for control in explorer.controls.values()
               if isinstance(control, Button)]
    return {
        "name": main.description or explorer.strip, "now": places.index(now), "size": size,
        "labels": [said(main, values[place]) for place in places],
        "list": isinstance(main, Dropdown),
        "plays": any(isinstance(control, Play) for control in explorer.controls.values()),
        "sentences": [explorer.picture.sentences[place] for place in places],
        "others": others, "buttons": buttons,
    }


def of_notebook(path, folder) -> tuple[dict, list[str]]:
    """The explorers of a notebook by their cell's number, and why others are missing."""
    nb, found, missing = json.loads(path.read_text(encoding="utf-8")), {}, []
    for number, explorer in made(nb):
        cell = nb["cells"][number]
        what = f"{path.name}, {''.join(cell['source']).strip()}"
        if isinstance(explorer, str):
            missing.append(f"{what}: {explorer}")
        elif not isinstance(explorer, Explorer) or not explorer.strip:
            missing.append(f"{what}: it has no strip")
        elif explorer.sentence != stored_sentence(cell):
            missing.append(f"{what}: it says {explorer.sentence!r}, and the notebook "
                           f"{stored_sentence(cell)!r}")
        else:
            name, kind = f"{path.stem}-{number}", type(explorer).__name__
            found[number] = keep(explorer, folder / name) | {"frames": name, "class": kind}
            if kind in FRONT:
                explorer.set(**FRONT[kind])
                found[number]["front"] = keep(explorer, folder / f"front-{kind}") | {
                    "frames": f"front-{kind}"}
    return found, missing


def of_all(paths, folder, workers=2) -> tuple[dict[Path, dict], list[str]]:
    """The explorers of all notebooks, and why others are missing."""
    # A new process reads the number of threads before it imports NumPy: sums as in the notebooks.
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        results = list(pool.map(of_notebook, paths, [folder] * len(paths)))
    return ({path: found for path, (found, _) in zip(paths, results, strict=True)},
            [line for _, missing in results for line in missing])


# On the page ----------------------------------------------------------------------------------
def page(state, up, live, word="Run this lesson to move") -> str:
    """The explorer in HTML; `up` leads to the book's folder, `live` to the lesson that runs."""
    now, last, name = state["now"], len(state["labels"]) - 1, html.escape(state["name"])
    label = html.escape(state["labels"][now])
    if state["list"]:
        options = "".join(f"<option{' selected' * (n == now)}>{html.escape(text)}</option>"
                          for n, text in enumerate(state["labels"]))
        control = (f'<label>{name} <select class="main" autocomplete="off">{options}</select>'
                   '</label>')
    else:
        control = (f'<label>{name} <input class="main" type="range" min="0" max="{last}" '
                   f'value="{now}" autocomplete="off" aria-valuetext="{label}"></label>'
                   f'<output>{label}</output>')
    if state["plays"]:
        control = f'<button type="button" class="play" aria-pressed="false">Play</button>{control}'
    others = [f"<span>{html.escape(name)} <b>{html.escape(value)}</b></span>"
              for name, value in state["others"]]
    others += [f"<span><b>{html.escape(name)}</b></span>" for name in state["buttons"]]
    rest = (f'<p class="rest">{" ".join(others)} <a href="{live}">{word} '
            f'{"these" if len(others) > 1 else "this one"}</a></p>') if others else ""
    stored = json.dumps({"labels": state["labels"], "sentences": state["sentences"]},
                        ensure_ascii=False).replace("<", "\\u003c")  # it might end the element
    sentence, (width, height) = html.escape(state["sentences"][now]), state["size"]
    frames = f"{up}frames/{state['frames']}"
    return f"""<div class="book-explorer mathjax_ignore tex2jax_ignore" data-frames="{frames}">
<div class="controls">{control}</div>
<figure><img src="{frames}/{now}.webp" width="{width}" height="{height}" \
loading="lazy" alt="{sentence}">
<figcaption aria-live="polite">{sentence}</figcaption></figure>{rest}
<script type="application/json">{stored}</script></div>"""
