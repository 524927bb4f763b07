"""How long the kernel works for one frame of each explorer, and for a whole strip.

The lessons' own cells are run, so each explorer has the data that a student sees. A frame is what
one move of a control costs: `move`, the artists that move, and the encoded picture. What `catch_up`
does afterwards, as training, is timed from yield to yield.
"""

import ast
import contextlib
import io
import json
import linecache
import statistics
import time
from itertools import pairwise
from pathlib import Path

from course_lib.explorer.base import Explorer
from course_lib.explorer.places import values_of

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FRAMES = 30


def explorers_of(path):
    """Run a notebook's code in this process; yield each explorer that a cell ends with."""
    names = {"__name__": "__main__"}
    for n, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] != "code":
            continue
        source, name = "".join(cell["source"]), f"<{path.stem}, cell {n}>"
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
        tree = ast.parse(source)  # inspect.getsource, which a lesson uses, asks linecache
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(tree, name, "exec"), names)
            value = last and eval(compile(ast.Expression(last.value), name, "eval"), names)
        if isinstance(value, Explorer):
            yield value


def milliseconds(act):
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def positions(control):
    """Up to FRAMES values of a control, from its lower end or first option; none of a text's."""
    if isinstance(control.value, bool):
        return [False, True]
    has_places = control.has_trait("index") or control.has_trait("min")
    return values_of(control)[:FRAMES] if has_places else []


def frame_times(explorer, name):
    """Milliseconds of a frame at each position of a control, first time there, of the longest step
    of catching up, and of a frame there again."""

    def draw(value):
        explorer._draw(explorer.values | {name: value})
        explorer._jpeg()

    def step(value):
        now, steps = time.perf_counter, explorer.catch_up(**explorer.values | {name: value})
        moments = [now(), *(now() for _ in steps), now()]
        return 1000 * max(after - before for before, after in pairwise(moments))

    values = positions(explorer.controls[name])
    return ([milliseconds(lambda v=value: draw(v)) for value in values],
            max(map(step, values), default=0),
            [milliseconds(lambda v=value: draw(v)) for value in values])


def main():
    print("\nA frame of each explorer in the kernel while a control moves, ms, medians: where the "
          "control was not before, and where it was (words are remembered)")
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        for explorer in explorers_of(path):
            of_controls = []
            for name in explorer.values:
                new, step, again = frame_times(explorer, name)
                if new:
                    browser = " in the strip" if name == explorer.strip else ""
                    work = f" (catching up in steps of {step:.1f} at most)" if step > 1 else ""
                    of_controls.append(f"{name} {statistics.median(new):.1f}/"
                                       f"{statistics.median(again):.1f}{browser}{work}")
            strip = ""
            if explorer.strip:
                seconds = milliseconds(explorer.render_strip) / 1000
                strip = f"; strip of {len(explorer.picture.frames)} frames in {seconds:.1f} s"
            print(f"{path.stem[:2]} {type(explorer).__name__:16s} {', '.join(of_controls)}{strip}",
                  flush=True)
            explorer.close()


if __name__ == "__main__":
    main()
