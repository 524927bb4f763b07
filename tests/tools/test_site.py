"""What the site in the browser takes along of the course's folders."""

import json
import zipfile

from tools import site


def test_the_site_has_what_a_student_opens_and_nothing_for_the_teacher(tmp_path):
    source = tmp_path / "notebooks"
    for name in ("01_a.ipynb", "further/01_b.ipynb", "projects/x/starter.ipynb"):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": [], "metadata": {"kernelspec": {"name": "python3"}}}))
    for name in ("GLOSSARY.md", "rise.css", "teaching/01.md", "projects/x/solution.py",
                 ".ipynb_checkpoints/01_a.ipynb", "progress.json"):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    target = site.copy_lessons(source, tmp_path / "lessons")
    files = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert files == {"01_a.ipynb", "further/01_b.ipynb", "projects/x/starter.ipynb", "GLOSSARY.md"}
    kernel = json.loads((target / "further/01_b.ipynb").read_text())["metadata"]["kernelspec"]
    assert kernel == site.BROWSER_KERNEL


def test_the_wheel_has_the_data_and_not_the_scripts_that_made_them(tmp_path):
    with zipfile.ZipFile(site.make_course(tmp_path)) as wheel:
        names = set(wheel.namelist())
    assert {"course_lib/layers.py", "course_lib/lessons/lesson_01/neuron.py",
            "course_lib/explorer/picture.js", "data/digits.npz"} <= names
    assert not [name for name in names if name.startswith("data/") and name.endswith(".py")]
    assert not [name for name in names if name.startswith(("tests", "tools", "notebooks"))]
