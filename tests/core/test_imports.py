"""Imports in course_lib point one way only, and importing the package imports nothing heavy.

The arrows are read from the source, so an import inside a function counts too. The made-up trees
below show that each rule can fail.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORMULAS = {"activations", "initializers"}
# A part of course_lib, and what it may import: other parts, then other people's packages.
PARTS = {
    "activations": (set(), {"numpy"}),
    "initializers": (set(), {"numpy"}),
    "attributes": (set(), {"numpy"}),
    "layers": (FORMULAS | {"attributes"}, {"numpy"}),
    "costs": (FORMULAS | {"layers"}, {"numpy"}),
    "network": (FORMULAS | {"layers"}, {"numpy"}),
    "pooling": ({"layers"}, {"numpy"}),
    "convolution": (FORMULAS | {"layers", "pooling"}, {"numpy"}),
    "normalization": ({"layers"}, {"numpy"}),
    "recurrent": (FORMULAS | {"layers"}, {"numpy"}),
    "gated": (FORMULAS | {"layers", "recurrent"}, {"numpy"}),
    "attention": (FORMULAS | {"layers", "recurrent"}, {"numpy"}),
    "optimizers": (set(), {"numpy"}),
    "gradient_check": (set(), {"numpy"}),
    "metrics": (set(), {"numpy"}),
    "training": ({"optimizers", "plots"}, {"numpy", "tqdm"}),
    "datasets": (set(), {"numpy", "pandas", "pooch"}),
    "plots": (set(), {"numpy", "matplotlib", "PIL", "IPython"}),
    "scale": ({"training"}, {"numpy", "dask", "distributed"}),
}
# The solution of an exercise is the library's own function: an exercise imports what has formulas,
# and nothing that loads data, draws or trains.
PARTS["exercises"] = (set(PARTS) - {"datasets", "plots", "training", "scale"}, {"numpy"})
# An explorer may train live, so it may import everything that it does not sit beside.
PARTS["explorers"] = (
    set(PARTS) - {"exercises", "scale"},
    {"numpy", "pandas", "matplotlib", "PIL", "IPython", "ipywidgets", "anywidget", "traitlets",
     "ipycanvas"},
)
# Only inside a function: the loop draws its history, and shows its progress, when asked to.
LAZY = {("training", "plots"), ("training", "tqdm"), ("plots", "IPython"),
        ("explorers", "ipycanvas")}


def imports(path, root):
    """Yield (dotted name, line, whether inside a function) for each import of a file."""
    package = path.relative_to(root).parent.parts
    modules = {p.stem for p in (root / "course_lib").iterdir()}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    lazy = {id(child) for function in functions for child in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [base]
            if base == "course_lib":
                names = [f"{base}.{a.name}" if a.name in modules else base for a in node.names]
        else:
            continue
        for name in names:
            yield name, node.lineno, id(node) in lazy


def violations(root):
    """Every import below root/course_lib that PARTS does not allow, one sentence each."""
    found = []
    for path in sorted((root / "course_lib").rglob("*.py")):
        inside = path.relative_to(root / "course_lib")
        part = inside.parts[0].removesuffix(".py")
        if part == "__init__":
            allowed, packages = set(), set()
        elif part in PARTS:
            allowed, packages = PARTS[part]
        else:
            found.append(f"{inside}: {part} has no line in PARTS; say there what it may import")
            continue
        for name, line, lazy in imports(path, root):
            top, *below = name.split(".")
            target = below[0] if top == "course_lib" and below else top
            if top in sys.stdlib_module_names or target in (part, "course_lib"):
                continue
            if target not in (allowed if top == "course_lib" else packages):
                found.append(f"{inside}:{line}: {part} may not import {name}")
            elif (part, target) in LAZY and not lazy:
                found.append(f"{inside}:{line}: {part} may import {name} only inside a function")
    return found


def loaded_by(statement, root):
    """The top-level packages that a fresh Python has loaded after the statement."""
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


HEAVY = {"numpy", "pandas", "matplotlib", "ipywidgets", "anywidget", "tqdm", "pooch", "IPython"}


def test_the_arrows_point_one_way():
    assert violations(ROOT) == []


def test_importing_the_package_imports_nothing_heavy():
    assert not loaded_by("import course_lib", ROOT) & HEAVY


@pytest.mark.parametrize("part", ["activations", "layers", "costs", "network", "training"])
def test_the_numerical_parts_load_numpy_alone(part):
    assert loaded_by(f"import course_lib.{part}", ROOT) & HEAVY == {"numpy"}


def plant(root, file, source):
    """Make a course_lib of a few empty parts below root, and one file with the source."""
    for part in ["__init__", "activations", "layers", "training", "plots/__init__"]:
        path = root / "course_lib" / f"{part}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    path = root / "course_lib" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("activations.py", "from course_lib.layers import Dense", "activations may not import"),
        ("training.py", "from course_lib import layers", "training may not import"),
        ("training.py", "from .layers import Dense", "training may not import"),
        ("training.py", "def fit():\n    import course_lib.layers", "training.py:2: training may"),
        ("training.py", "from course_lib.figure import style", "only inside a function"),
        ("plots/neuron.py", "from ..layers import Dense", "plots may not import"),
        ("plots/neuron.py", "import ipywidgets", "plots may not import ipywidgets"),
        ("optimizers.py", "import torch", "optimizers may not import torch"),
        ("gradient_check.py", "import course_lib.network", "gradient_check may not import"),
        ("layers.py", "import anywidget as a", "layers may not import anywidget"),
        ("__init__.py", "import numpy", "__init__ may not import numpy"),
        ("__init__.py", "from course_lib.layers import Dense", "__init__ may not import"),
        ("exercises/neuron.py", "from course_lib.figure import style", "exercises may not import"),
        ("exercises/neuron.py", "import ipywidgets", "exercises may not import ipywidgets"),
        ("utils.py", "", "has no line in PARTS"),
    ],
)
def test_a_wrong_arrow_is_found(tmp_path, file, source, complaint):
    plant(tmp_path, file, source)
    assert len(violations(tmp_path)) == 1
    assert complaint in violations(tmp_path)[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("layers.py", "import math\nimport numpy as np\nfrom course_lib.activations import relu"),
        ("training.py", "def plot():\n    from course_lib.figure import style"),
        ("plots/neuron.py", "from . import style\nfrom matplotlib.figure import Figure"),
        ("explorers/neuron.py", "import ipywidgets\nfrom course_lib.training import fit"),
    ],
)
def test_a_right_arrow_is_let_through(tmp_path, file, source):
    plant(tmp_path, file, source)
    assert violations(tmp_path) == []


def test_a_heavy_package_is_noticed(tmp_path):
    plant(tmp_path, "__init__.py", "import numpy")
    assert "numpy" in loaded_by("import course_lib", tmp_path)


def test_a_file_is_read_in_one_sitting():
    """As CONTRIBUTING promises: a file that grows beyond it has two ideas."""
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
             for path in (ROOT / "course_lib").rglob("*.py")}
    assert lines and {path: n for path, n in lines.items() if n > 300} == {}
