"""Insert a cell into a lesson and run the lesson.

    python -m tools.insert 02 --after "### Depth" --code "lesson.Steepness()"
    python -m tools.insert 02 --after "### Depth" --text "### A question first" --slide subslide
    python -m tools.insert 02 --after "### Depth" --code "…" --hide --no-run

The new cell stands right behind the cell that has the heading. With --hide its code is folded. The
lesson is run and saved as `python -m tools.execute` does it; where that fails, nothing is saved.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from tools import execute

SLIDES = ["-", "slide", "subslide", "fragment", "skip"]


def place(nb, heading) -> int:
    """The index behind the cell that has the heading, given with or without its #."""
    wanted = heading.lstrip("# ").strip()
    headings = [(n, line.lstrip("# ").strip()) for n, cell in enumerate(nb.cells)
                if cell.cell_type == "markdown"
                for line in cell.source.splitlines() if line.startswith("#")]
    found = [n for n, line in headings if line == wanted]
    if len(found) != 1:
        known = "\n  ".join(line for _, line in headings)
        raise SystemExit(f"{len(found)} cells have the heading {wanted!r}. The headings are\n"
                         f"  {known}")
    return found[0] + 1


def new_cell(code, text, slide, hide):
    cell = (nbformat.v4.new_code_cell(code) if code is not None
            else nbformat.v4.new_markdown_cell(text))
    cell.metadata = nbformat.from_dict({"slideshow": {"slide_type": slide}})
    if hide:
        cell.metadata.update({"jupyter": {"source_hidden": True}, "tags": ["hide-input"]})
    return cell


def main(arguments=None, folder=execute.NOTEBOOKS) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="beginning of the lesson's name")
    parser.add_argument("--after", required=True, help="a heading of the lesson")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--code", help="the source of a code cell")
    what.add_argument("--text", help="the text of a markdown cell")
    parser.add_argument("--slide", choices=SLIDES, default="-", help="its part in the slides")
    parser.add_argument("--hide", action="store_true", help="fold the code")
    parser.add_argument("--no-run", action="store_true", help="insert it and do not run the lesson")
    parser.add_argument("--folder", type=Path, default=folder, help="default: notebooks")
    options = parser.parse_args(arguments)
    if options.hide and options.code is None:
        parser.error("--hide folds code; a text cannot be folded")
    paths = [path for path in execute.chosen([options.name], options.folder)
             if path.parent == options.folder]
    if len(paths) != 1:
        raise SystemExit(f"{options.name!r} begins {len(paths)} names; say more of it.")
    nb = nbformat.read(paths[0], as_version=4)
    nb.cells.insert(place(nb, options.after),
                    new_cell(options.code, options.text, options.slide, options.hide))
    before = paths[0].read_bytes()
    execute.save(nb, paths[0])
    if options.no_run:
        return 0
    failed = execute.main([paths[0].name], options.folder)
    if failed:
        paths[0].write_bytes(before)
    return failed


if __name__ == "__main__":
    sys.exit(main())
