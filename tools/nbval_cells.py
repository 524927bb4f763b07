"""How nbval runs a cell here: as Jupyter does, and the pictures are compared too.

nbval 0.11 counts what an Output widget has caught as the cell's, ignores clear_output and
update_display_data, and does not see a trailing semicolon. So cells are run here as tools.execute
runs them, and nbval only compares. It skips pictures; here they may differ by an RMS of 2 grey
levels, or by as many as a cell's tag `picture-tolerance=N` allows.
"""

import copy

import matplotlib
import nbformat
import nbval.plugin
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools import execute
from tools.pictures import difference, pictures, tolerance, without_pictures


def start(notebook):
    """Start the kernel of tools.execute for a notebook."""
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
    wrong = difference(pictures(recorded), pictures(new), tolerance(item.cell))
    if wrong:
        then = item.parent.nb.metadata.get("course", {}).get("matplotlib")
        now = execute.minor(matplotlib.__version__)
        if then not in (None, now):
            wrong += (f"\nThe notebook was drawn with matplotlib {then}, this is {now}, "
                      f"and figures move from version to version: install matplotlib {then}, "
                      "or run the notebook again with tools.execute.")
        item.raise_cell_error(f"Cell pictures differ: {wrong}")


def collect_twice(collect):
    """Every cell, and then, from the last to the first, every cell once more.

    A student goes back and runs a cell again: then the names have the values that later cells gave
    them. What comes out may differ, an error may not.
    """
    def collected(notebook):
        cells = list(collect(notebook))
        yield from cells
        for cell in reversed(cells):
            options = cell.options.copy()
            options["check"] = False
            yield type(cell).from_parent(
                notebook, name=f"{cell.name} again", cell_num=2 * len(cells) - cell.cell_num,
                cell=cell.cell, options=options)
    return collected


def install(again=False):
    """Put these in the place of nbval's own."""
    file = nbval.plugin.IPyNbFile
    file.setup, file.teardown = start, stop
    nbval.plugin.IPyNbCell.runtest = run
    if again:
        file.collect = collect_twice(file.collect)
