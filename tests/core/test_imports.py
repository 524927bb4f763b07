"""Imports in course_lib point one way only, and importing the package imports nothing heavy.

The arrows are read from the source, so an import inside a function counts too. The made-up trees
below show that each rule can fail.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The rooms of course_lib, and what each may import: other rooms, then other people's packages.
# Every file beside the rooms is the core: the maths, which knows no room and needs NumPy alone.
ROOMS = {
    "core": (set(), {"numpy"}),
    "datasets": ({"core"}, {"numpy", "pandas", "pooch", "requests", "urllib3", "PIL"}),
    "figure": ({"core"}, {"numpy", "matplotlib", "PIL", "IPython"}),
    "exercise": ({"core"}, {"numpy"}),
    "explorer": ({"core", "figure"}, {"numpy", "matplotlib", "PIL", "IPython", "ipywidgets",
                                      "anywidget", "traitlets", "ipycanvas"}),
    "scale": ({"core"}, {"numpy"}),
    "lessons": ({"core", "datasets", "figure", "exercise", "explorer", "scale"},
                {"numpy", "pandas", "matplotlib", "PIL", "ipywidgets", "traitlets"}),
}
FOLDERS = set(ROOMS) - {"core"}
# Only inside a function: the loop shows its progress where there is something to show it with;
# pandas takes a second to load, and the others are for a download.
LAZY = {("core", "tqdm"), ("figure", "IPython"), ("explorer", "ipycanvas"),
        ("datasets", "pandas"), ("datasets", "pooch"), ("datasets", "requests"),
        ("datasets", "urllib3"),
        ("scale", "distributed"), ("scale", "pyarrow"), ("lessons", "pyarrow")}


def room_of(name):
    """The room of a module of course_lib, from the part of its name after the package's."""
    return name if name in FOLDERS else "core"


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
    """Every import below root/course_lib that ROOMS does not allow, one sentence each."""
    found = []
    for path in sorted((root / "course_lib").rglob("*.py")):
        inside = path.relative_to(root / "course_lib")
        room = inside.parts[0]
        if len(inside.parts) == 1:
            room = "core"
        elif room not in FOLDERS:
            found.append(f"{inside}: {room} is no room of ROOMS; say there what it may import")
            continue
        allowed, packages = ROOMS[room]
        if inside.name == "__init__.py" and room == "core":
            allowed, packages = set(), set()
        for name, line, lazy in imports(path, root):
            top, *below = name.split(".")
            if top in sys.stdlib_module_names:
                continue
            ours = top == "course_lib"
            target = room_of(below[0]) if ours and below else top
            if ours and (not below or target == room and inside.name != "__init__.py"
                         or target == room != "core"):
                continue
            if (room, target) in LAZY:
                if not lazy:
                    found.append(f"{inside}:{line}: {room} may import {name} only inside a "
                                 "function")
            elif target not in (allowed if ours else packages):
                found.append(f"{inside}:{line}: {room} may not import {name}")
    return found


def circles(root):
    """The circles among the files of the core, each as its names in order."""
    files = {path.stem: path for path in (root / "course_lib").glob("*.py")}
    knows = {name: {part[1] for part in (i.split(".") for i, _, _ in imports(path, root))
                    if len(part) > 1 and part[0] == "course_lib" and part[1] in files}
             for name, path in files.items()}

    def walk(name, way):
        if name in way:
            yield way[way.index(name):] + [name]
            return
        for other in sorted(knows[name]):
            yield from walk(other, [*way, name])

    return [circle for name in sorted(files) for circle in walk(name, [])]


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


def test_the_core_has_no_circle():
    assert circles(ROOT) == []


def test_a_circle_is_found(tmp_path):
    plant(tmp_path, "layers.py", "def late():\n    from course_lib.training import fit")
    (tmp_path / "course_lib/training.py").write_text("from course_lib import layers")
    assert ["layers", "training", "layers"] in circles(tmp_path)


def test_importing_the_package_imports_nothing_heavy():
    assert not loaded_by("import course_lib", ROOT) & HEAVY


@pytest.mark.parametrize("part", ["activations", "layers", "costs", "network", "training"])
def test_the_numerical_parts_load_numpy_alone(part):
    assert loaded_by(f"import course_lib.{part}", ROOT) & HEAVY == {"numpy"}


def plant(root, file, source):
    """Make a course_lib of a few empty parts below root, and one file with the source."""
    for part in ["__init__", "activations", "layers", "training", "figure/__init__"]:
        path = root / "course_lib" / f"{part}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    path = root / "course_lib" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("training.py", "from tqdm.auto import tqdm", "only inside a function"),
        ("training.py", "def plot():\n    import course_lib.figure.style", "core may not import"),
        ("training.py", "from course_lib.explorer import base", "core may not import"),
        ("training.py", "def fit():\n    import course_lib.datasets", "training.py:2: core may"),
        ("training.py", "from .exercise import judge", "core may not import"),
        ("optimizers.py", "import torch", "core may not import torch"),
        ("layers.py", "import anywidget as a", "core may not import anywidget"),
        ("figure/bars.py", "from ..explorer import base", "figure may not import"),
        ("figure/bars.py", "import ipywidgets", "figure may not import ipywidgets"),
        ("explorer/base.py", "from course_lib.lessons import lesson_01", "explorer may not"),
        ("exercise/judging.py", "from course_lib.figure import style", "exercise may not import"),
        ("lessons/lesson_01/neuron.py", "import torch", "lessons may not import torch"),
        ("datasets/churn.py", "from course_lib.scale import train", "datasets may not imp"),
        ("training.py", "from course_lib.scale import connect", "core may not import"),
        ("scale/cluster.py", "import distributed", "only inside a function"),
        ("__init__.py", "import numpy", "core may not import numpy"),
        ("__init__.py", "from course_lib.layers import Dense", "core may not import"),
        ("utils/text.py", "", "is no room of ROOMS"),
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
        ("training.py", "def bar():\n    from tqdm.auto import tqdm"),
        ("figure/bars.py", "from . import style\nfrom matplotlib.figure import Figure"),
        ("lessons/lesson_01/neuron.py", "import ipywidgets\nfrom course_lib.training import fit"),
    ],
)
def test_a_right_arrow_is_let_through(tmp_path, file, source):
    plant(tmp_path, file, source)
    assert violations(tmp_path) == []


def test_a_heavy_package_is_noticed(tmp_path):
    plant(tmp_path, "__init__.py", "import numpy")
    assert "numpy" in loaded_by("import course_lib", tmp_path)
