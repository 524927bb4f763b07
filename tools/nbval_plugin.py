"""pytest's plugin for `--nbval`: the cells are run and compared as tools/nbval_cells.py says.

pyproject.toml names it for every run, so it imports nothing before nbval is asked for.
"""

import pytest


def pytest_addoption(parser):
    parser.addoption("--nbval-again", action="store_true", help="after the last cell of a notebook "
                     "run every cell once more; the second time it may not fail")


def pytest_configure(config):
    if getattr(config.option, "nbval", False):
        from tools import nbval_cells

        nbval_cells.install(again=config.option.nbval_again)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The cells of a notebook are run in their order, whatever has shuffled the tests before."""
    cells = iter(sorted((item for item in items if hasattr(item, "cell_num")),
                        key=lambda item: (str(item.path), item.cell_num)))
    items[:] = [next(cells) if hasattr(item, "cell_num") else item for item in items]
