"""Tests that drive a real browser, and the tool that measures slides."""

import importlib.util
from pathlib import Path


def load(name):
    """A script of notebooks/ as a module; that folder is no package."""
    path = Path(__file__).parents[2] / "notebooks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


slides = load("slides")
