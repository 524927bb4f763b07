"""Run the notebooks afresh, each from a clean kernel, and save them in one canonical form.

    python -m tools.execute              all notebooks, in order
    python -m tools.execute 06 01_x      those whose name begins so, and what goes deeper with them
    python -m tools.execute --check      run nothing, list the notebooks that need it
    python -m tools.execute 02 --fresh   takes new pictures also where no reader sees a difference

A notebook is saved only when every cell ran without an error and without a word on stderr. It is
stale when its code cells are no longer those that were run: their hash is in its metadata. That
the library still gives the same outputs is for nbval to say, which compares them.

A picture that is equal to the stored one within nbval's tolerance is not replaced: another machine
draws some pixels otherwise, and a notebook that nobody changed should not change.
"""

import argparse
import copy
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty

import matplotlib
import nbformat
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from tools.pictures import difference, pictures, tolerance, without_pictures

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent / "notebooks"
SECONDS_A_CELL = 120
LARGEST = 2_000_000  # bytes of a notebook
WIDGET = "application/vnd.jupyter.widget-view+json"
PROGRESS_BAR = re.compile(r"\d+/(\d+|\?) \[\d\d:\d\d|\d+it \[\d\d:\d\d")
CELL_METADATA = {"slideshow", "tags", "nbgrader", "editable", "deletable", "jupyter"}
NOTEBOOK_METADATA = {"title"}


# The kernels inherit it: small networks are faster on one thread, and their sums repeat.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class NotebookError(Exception):
    """A notebook that cannot be saved; the message names the cell."""


def in_slices(get_msg, slice_seconds=1.0):
    """Wait for a kernel's message a second at a time.

    Now and then the wake-up for a message that has come is lost, and one long wait then lasts until
    its limit, the 120 s of a cell. Whoever asks again finds the message.
    """
    async def sliced(timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = slice_seconds if end is None else end - time.monotonic()
            try:
                return await get_msg(timeout=max(0, min(slice_seconds, left)))
            except Empty:
                if left <= slice_seconds and end is not None:
                    raise
    return sliced


class Kernel(NotebookClient):
    """Runs cells as Jupyter does; an error that only a widget shows is kept in `errors`."""

    def __init__(self, nb, folder, **keywords):
        super().__init__(nb, timeout=SECONDS_A_CELL, kernel_name="python3", coalesce_streams=True,
                         record_timing=False,
                         resources={"metadata": {"path": str(folder)}}, **keywords)
        self.errors = []

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        for channel in (client.shell_channel, client.iopub_channel):
            channel.get_msg = in_slices(channel.get_msg)
        return client

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] == "error":
            self.errors.append(f"{msg['content']['ename']}: {msg['content']['evalue']}")
        return super().process_message(msg, cell, cell_index)


def is_progress_bar(output) -> bool:
    """tqdm's bar: a widget whose plain text has times in it, gone when the notebook is reopened."""
    text = output.get("data", {}).get("text/plain", "")
    return WIDGET in output.get("data", {}) and bool(PROGRESS_BAR.search(text))


def clean_outputs(outputs) -> list:
    """Without progress bars, and without the ids of live widgets.

    A saved id would show "model not found" in JupyterLab until the cell is run; without it there is
    the picture of the first state.
    """
    kept = [output for output in outputs if not is_progress_bar(output)]
    for output in kept:
        data = output.get("data", {})
        if len(data) > 1:
            data.pop(WIDGET, None)
        output.pop("transient", None)
    return kept


def sources_hash(nb) -> str:
    """One hash of all code cells, in order."""
    code = "\0".join(cell.source for cell in nb.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def run(nb, folder) -> None:
    """Run all cells in a new kernel; raise NotebookError for an error or anything on stderr."""
    kernel = Kernel(nb, folder)
    try:
        kernel.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        raise NotebookError(str(error)) from None
    tags = {tag for cell in nb.cells for tag in cell.metadata.get("tags", [])}
    if kernel.errors and "raises-exception" not in tags:
        raise NotebookError(f"An error that only a widget shows: {kernel.errors[0]}")
    for number, cell in enumerate(nb.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise NotebookError(
                    f"Cell {number} wrote to stderr:\n{output.text}\nThe cell:\n{cell.source}"
                )


def normalise(nb) -> None:
    """Give a notebook that was run the one form in which notebooks are committed."""
    title = {key: nb.metadata[key] for key in NOTEBOOK_METADATA & nb.metadata.keys()}
    nb.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "rise": json.loads((HERE / "rise.json").read_text(encoding="utf-8")),  # how slides look
        "course": {"sources": sources_hash(nb), "matplotlib": minor(matplotlib.__version__)},
        **title,
    })
    nb.nbformat, nb.nbformat_minor = 4, 5
    seen, count = {}, 0
    for cell in nb.cells:
        name = hashlib.sha256((cell.cell_type + cell.source).encode()).hexdigest()[:8]
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in sorted(CELL_METADATA & cell.metadata.keys())}
        )
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            cell.execution_count = count if cell.source.strip() else None
            cell.outputs = clean_outputs(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
    nbformat.validate(nb)


def keep_pictures(nb, stored) -> int:
    """Put stored pictures back where the new ones are equal enough; how many were put back.

    Both notebooks are in the canonical form, where a cell is known by its id.
    """
    before = {cell.id: cell for cell in stored.cells if cell.cell_type == "code"}
    kept = 0
    for cell in nb.cells:
        old = before.get(cell.id)
        if cell.cell_type != "code" or old is None or cell.outputs == old.outputs:
            continue
        count = cell.execution_count
        for output in old.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
        texts = [without_pictures(outputs) for outputs in (old.outputs, cell.outputs)]
        now = pictures(cell.outputs)
        if texts[0] == texts[1] and not difference(pictures(old.outputs), now, tolerance(cell)):
            cell.outputs = copy.deepcopy(old.outputs)
            kept += len(now)
    return kept


def minor(version: str) -> str:
    """'3.11.2' -> '3.11'."""
    return ".".join(version.split(".")[:2])


def problems(nb) -> list[str]:
    """Why a notebook has to be run again; empty when it need not."""
    found = []
    if nb.metadata.get("course", {}).get("sources") != sources_hash(nb):
        found.append("its code has changed since it was run")
    cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("its cells are not numbered 1…n")
    if "widgets" in nb.metadata or any(
        WIDGET in output.get("data", {}) and len(output.data) > 1
        for cell in cells for output in cell.outputs
    ):
        found.append("it was saved from a browser")
    return found


def save(nb, path) -> None:
    """Write the notebook whole, or leave the old one."""
    text = nbformat.writes(nb, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if len(text.encode()) > LARGEST:
        raise NotebookError(f"{len(text.encode()):,} bytes; at most {LARGEST:,}: smaller figures.")
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".part", delete=False,
                                     encoding="utf-8") as part:
        part.write(text)
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)


def chosen(names, folder=NOTEBOOKS) -> list[Path]:
    """The notebooks whose name begins with one of the names; all of them for no name.

    Those that go deeper, in its folder `further`, belong to the lesson of their number.
    """
    paths = sorted([*folder.glob("*.ipynb"), *folder.glob("further/*.ipynb")],
                   key=lambda path: (path.name[:2], path.parent != folder, path.name))
    for name in names:
        if not any(path.name.startswith(Path(name).name) for path in paths):
            raise SystemExit(f"No notebook in {folder} begins with {Path(name).name!r}.")
    starts = tuple(Path(name).name for name in names) or ("",)
    return [path for path in paths if path.name.startswith(starts)]


def main(arguments=None, folder=NOTEBOOKS) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of notebooks' names; default: all")
    parser.add_argument("--check", action="store_true", help="only list the stale notebooks")
    parser.add_argument("--fresh", action="store_true", help="keep no stored picture")
    parser.add_argument("--folder", type=Path, default=folder, help="default: notebooks")
    options = parser.parse_args(arguments)
    failed = False
    for path in chosen(options.names, options.folder):
        nb = nbformat.read(path, as_version=4)
        stored = copy.deepcopy(nb)
        try:
            if options.check:
                for problem in problems(nb):
                    raise NotebookError(f"{problem}; run: python -m tools.execute {path.stem}")
            else:
                run(nb, path.parent)
                normalise(nb)
                kept = 0 if options.fresh else keep_pictures(nb, stored)
                save(nb, path)
                if kept:
                    print(f"{path.name}: {kept} stored pictures kept; the new ones are equal to "
                          "the eye (--fresh takes them)")
            print(f"{path.name}: {'up to date' if options.check else 'saved'}", flush=True)
        except NotebookError as error:
            failed = True
            print(f"{path.name}: {error}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
