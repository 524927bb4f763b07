"""Make nbval run cells as Jupyter does, and compare the pictures too.

nbval 0.11 counts what an Output widget has caught as the cell's, ignores clear_output and
update_display_data, and does not see a trailing semicolon. So cells are run here as execute.py
runs them, and nbval only compares. It skips pictures; here they may differ by an RMS of 2 grey
levels, or by as many as a cell's tag `picture-tolerance=N` allows.
"""

import copy
import io
import re
from base64 import b64decode

import matplotlib
import nbformat
import nbval.plugin
import numpy as np
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

from tools import execute

IN_HTML = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
LARGEST_RMS = 2.0


def pictures(outputs) -> list[np.ndarray]:
    """The PNGs of a cell as arrays of grey levels."""
    found = []
    for output in outputs:
        data = output.get("data", {})
        found += [data["image/png"]] if "image/png" in data else []
        found += IN_HTML.findall(data.get("text/html", ""))
    images = [Image.open(io.BytesIO(b64decode(png))).convert("RGB").convert("L") for png in found]
    return [np.asarray(image, dtype=float) for image in images]


def without_pictures(outputs) -> list:
    """The outputs with the bytes of pictures taken out of their HTML; the `alt` texts stay."""
    outputs = copy.deepcopy(outputs)
    for output in outputs:
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = IN_HTML.sub("a picture", output.data["text/html"])
    return outputs


def difference(recorded, new, tolerance=LARGEST_RMS) -> str | None:
    """What is wrong with a cell's new pictures, or None."""
    if len(recorded) != len(new):
        return f"{len(recorded)} pictures are recorded, {len(new)} were drawn"
    for number, (old, now) in enumerate(zip(recorded, new, strict=True), start=1):
        if old.shape != now.shape:
            return f"picture {number} had {old.shape} pixels, now it has {now.shape}"
        rms = float(np.sqrt(np.mean((old - now) ** 2)))
        if rms > tolerance:
            return f"picture {number} differs by an RMS of {rms:.1f} grey levels (of {tolerance})"
    return None


def start(notebook):
    """Start the kernel of execute.py for a notebook."""
    notebook.setup_sanitize_files()
    notebook.kernel = execute.Kernel(nbformat.v4.new_notebook(), notebook.path.parent)
    limit = notebook.config.option.nbval_cell_timeout
    notebook.kernel.timeout = int(min(limit, notebook.kernel.timeout))
    notebook.kernel.create_kernel_manager()
    notebook.kernel.start_new_kernel(cwd=str(notebook.path.parent))
    notebook.kernel.start_new_kernel_client()


def stop(notebook):
    """Stop a notebook's kernel."""
    if notebook.kernel is not None and notebook.kernel.km is not None:
        notebook.kernel._cleanup_kernel()


def run(item):
    """Run a cell and compare what it gives with what is recorded."""
    recorded, kernel = item.cell, item.parent.kernel
    if item.options["skip"]:
        pytest.skip("the cell is marked to be skipped")
    if item.parent.timed_out:
        item.raise_cell_error("An earlier cell took too long")
    cell = copy.deepcopy(recorded)
    kernel.allow_errors = bool(item.options["check_exception"])
    kernel.errors.clear()
    kernel.nb.cells.append(cell)
    try:
        kernel.execute_cell(cell, len(kernel.nb.cells) - 1)
    except CellTimeoutError:
        item.parent.timed_out = True
        item.raise_cell_error(f"Cell took longer than {kernel.timeout} s")
    except CellExecutionError as error:
        item.raise_cell_error("Cell execution caused an exception", error.traceback)
    except DeadKernelError:
        item.raise_cell_error("The kernel died")
    if kernel.errors and not kernel.allow_errors:
        item.raise_cell_error(f"A widget's callback failed: {kernel.errors[0]}")
    if recorded.execution_count is None and recorded.outputs:
        item.raise_cell_error("Unrun reference cell has outputs")
    if item.options["check"] and recorded.execution_count is not None:
        compare(item, execute.clean_outputs(cell.outputs),
                execute.clean_outputs(copy.deepcopy(recorded.outputs)))


def compare(item, new, recorded):
    """Compare texts as nbval does, then the pictures."""
    coalesce = nbval.plugin.coalesce_streams
    if not item.compare_outputs(coalesce(without_pictures(new)),
                                coalesce(without_pictures(recorded))):
        item.raise_cell_error("Cell outputs differ", "\n".join(item.comparison_traceback))
    tags, mark = item.cell.metadata.get("tags", []), "picture-tolerance="
    tolerances = [float(tag.removeprefix(mark)) for tag in tags if tag.startswith(mark)]
    wrong = difference(pictures(recorded), pictures(new), *tolerances[:1])
    if wrong:
        then = item.parent.nb.metadata.get("course", {}).get("matplotlib")
        now = execute.minor(matplotlib.__version__)
        if then not in (None, now):
            wrong += (f"\nThe notebook was drawn with matplotlib {then}, this is {now}, "
                      f"and figures move from version to version: install matplotlib {then}, "
                      "or run the notebook again with execute.py.")
        item.raise_cell_error(f"Cell pictures differ: {wrong}")


def pytest_configure(config):
    nbval.plugin.IPyNbFile.setup, nbval.plugin.IPyNbFile.teardown = start, stop
    nbval.plugin.IPyNbCell.runtest = run
