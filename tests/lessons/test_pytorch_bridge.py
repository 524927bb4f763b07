"""The bridge to PyTorch: each comparison was made, and without PyTorch the notebook still runs."""

import json
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "further" / "pytorch.ipynb"
CODE = ["".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"]


def run(capsys):
    space = {}
    for source in CODE:
        exec(source, space)
    return capsys.readouterr().out


def test_everything_is_equal_to_pytorchs(capsys):
    pytest.importorskip("torch")
    said = run(capsys)
    assert said.count("equal to 1e-6: outputs, dX") == 4
    assert "after 20 steps the weights are equal" in said


def test_without_pytorch_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "pip install torch" in run(capsys)
