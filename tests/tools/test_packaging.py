"""The two commands, and the files that say what they install, agree with each other.

pyproject.toml says what is allowed, the requirements files what is installed (hashed), and
environment.yml repeats the versions for conda. The made-up mismatches show that each rule can fail.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
Requirement = pytest.importorskip("packaging.requirements").Requirement
default_environment = pytest.importorskip("packaging.markers").default_environment

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-oldest.txt"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
TESTED_WITH = ["nbval", "pytest", "pytest-xdist", "hypothesis"]  # also where conda installs
STUDENTS_EXTRAS = ["scale"]  # besides lab
LOCKED_EXTRAS = ["dev", "slides", "site", "scale", "grading"]
# In brackets, one letter of each, so that this file does not name them itself.
HOSTS = r"pypi[.]org|pytho[n]hosted|testpyp[i]|np[m]js|anacond[a]\.org|deb\.debia[n]|/simpl[e]\b"
MACHINE_PATHS = r"(?<![\w.~*])/(?:root|home/\w+|Users/\w+|work/\w+|opt/\w+|tmp/\w+)\b"


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text, python):
    """The versions that a requirements file pins on Linux with this Python: {name: version}."""
    environment = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_system": "Linux",
    }
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        line = line.split(" --hash")[0].split("#")[0].strip()
        if not line:
            continue
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", f"{line} is not pinned"
            found[canonical(requirement.name)] = specifier.version
    return found


def wanted(pyproject, python, *extras):
    """The requirements of the package and of its extras that count for this Python."""
    project = tomllib.loads(pyproject)["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    environment = default_environment() | {"python_version": python}
    requirements = map(Requirement, lines)
    return [r for r in requirements if r.marker is None or r.marker.evaluate(environment)]


def mismatches(pyproject, lab, dev, environment):
    """What the four files say differently, one sentence each."""
    found = []
    for python in PYTHONS:
        locked = {"requirements.txt": pins(lab, python), "requirements-dev.txt": pins(dev, python)}
        for name, extras in [("requirements.txt", STUDENTS_EXTRAS),
                             ("requirements-dev.txt", LOCKED_EXTRAS)]:
            for requirement in wanted(pyproject, python, "lab", *extras):
                version = locked[name].get(canonical(requirement.name))
                if version is None or not requirement.specifier.contains(version):
                    found.append(f"{name} has {version} for {requirement} (Python {python})")
        for package, version in locked["requirements.txt"].items():
            other = locked["requirements-dev.txt"].get(package)
            if other != version:
                found.append(f"requirements-dev.txt has {package} {other}, not {version}")
    conda, pip = [], []
    for entry in yaml.safe_load(environment)["dependencies"]:
        (pip if isinstance(entry, dict) else conda).extend(
            entry["pip"] if isinstance(entry, dict) else [entry]
        )
    (python,) = [entry.split("=")[1] for entry in conda if entry.startswith("python=")]
    named = pins("\n".join(line for line in pip if not line.startswith("-")), python)
    locked = pins(dev, python) | pins(lab, python)
    asked = {canonical(r.name) for r in wanted(pyproject, python, "lab", *STUDENTS_EXTRAS)
             } | set(TESTED_WITH)
    for package in asked | set(named):
        if named.get(package) != locked.get(package):
            found.append(
                f"environment.yml has {package} {named.get(package)}, "
                f"the requirements have {locked.get(package)}"
            )
    if "--editable ." not in pip:
        found.append("environment.yml does not install course_lib: --editable .")
    return found


def four_files():
    names = ["pyproject.toml", "requirements.txt", "requirements-dev.txt", "environment.yml"]
    return [(ROOT / name).read_text(encoding="utf-8") for name in names]


def test_the_versions_agree():
    assert mismatches(*four_files()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (0, '"pandas==3.1.*"', '"pandas==3.0.*"', "requirements.txt has 3.1"),
        (0, '"pytest>=9"', '"pytest>=9", "not-in-the-lock"', "None for not-in-the-lock"),
        (0, '"pyarrow>=26"', '"pyarrow>=27"', "requirements.txt has 26"),
        (1, "ipywidgets==8.1.2", "ipywidgets==8.1.9", "ipywidgets"),
        (2, "tqdm==", "tqdm==0.", "requirements-dev.txt has tqdm"),
        (3, "- anywidget==", "- anywidget==0.", "environment.yml has anywidget"),
        (3, "      - jsonschema==4.24.1\n", "", "environment.yml has jsonschema None"),
        (3, "python=3.12", "python=3.11", "environment.yml has numpy"),
        (3, "- bokeh==", "- bokeh==0.", "environment.yml has bokeh"),
        (3, "- nbval==", "- nbval==0.", "environment.yml has nbval"),
        (3, "      - --editable .\n", "", "does not install course_lib"),
    ],
)
def test_a_mismatch_is_found(file, old, new, complaint):
    files = four_files()
    assert old in files[file], "the made-up mismatch changes nothing"
    files[file] = files[file].replace(old, new, 1)
    assert any(complaint in sentence for sentence in mismatches(*files))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_hashed_and_names_no_index(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        if not line.startswith("#"):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), f"{line} has no hash"
    assert "://" not in text
    assert "index-url" not in text


def test_the_oldest_versions_are_the_declared_lower_bounds():
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest = pins((ROOT / "requirements-oldest.txt").read_text(encoding="utf-8"), "3.11")
    for requirement in wanted(pyproject, "3.11"):
        (specifier,) = requirement.specifier
        series = specifier.version.split(".")[:2]
        assert oldest[canonical(requirement.name)].split(".")[:2] == series, requirement


def test_the_version_is_said_once():
    version = re.search(
        r'__version__ = "(.+)"', (ROOT / "course_lib/__init__.py").read_text(encoding="utf-8")
    )[1]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == version
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_lists_the_lessons():
    listed = re.findall(r"\(notebooks/(.+?\.ipynb)\)", (ROOT / "README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_contributing_is_short():
    assert len((ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines()) <= 50


def repository_files():
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git repository")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


def test_the_top_level_stays_small():
    folders = {name.split("/")[0] for name in repository_files() if "/" in name}
    assert folders <= {"notebooks", "course_lib", "data", "tests", "tools", ".ci", ".github"}


def places(text):
    """The registry hosts and the paths of one machine that a text names."""
    return re.findall(f"{HOSTS}|{MACHINE_PATHS}", text)


def test_no_file_names_a_registry_or_a_machine():
    for name in repository_files():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data:
            assert places(data.decode("utf-8")) == [], name


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://mirror.example/" + "simple",
        "files.python" + "hosted.org",
        "pypi" + ".org",
        "File /" + "root/course/a.py",
        'open("/' + 'home/ada/x.csv")',
        "/" + "tmp/figure.png",
    ],
)
def test_a_place_is_found(text):
    assert places(text)


@pytest.mark.parametrize("text", ["a /= tmp", "data/home/x", "https://example.org/home/ada"])
def test_what_is_not_a_place_is_let_through(text):
    assert places(text) == []


def make(tmp_path, target, *arguments):
    """Run make in a copy of the Makefile that has nothing else to work with."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    if not (tmp_path / "Makefile").exists():
        for name in ["Makefile", "pyproject.toml", *LOCKS]:
            shutil.copy(ROOT / name, tmp_path)
        (tmp_path / "notebooks").mkdir()
        (tmp_path / "notebooks" / "06_bank_churn.ipynb").touch()
    command = ["make", "--no-print-directory", target, *arguments]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)


def fake_python(tmp_path, body):
    """An executable that stands for python3, and answers as the shell lines in body say."""
    path = tmp_path / "fake-python"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return f"PYTHON={path}"


OLD = 'case "$*" in --version) echo Python 3.9.2;; *version_info*) exit 1;; esac'
NO_VENV = 'case "$*" in *ensurepip*) exit 1;; esac'
# Makes an environment whose own python is this script again, and fails while pip installs.
INTERRUPTED = """case "$*" in
*"-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python";;
*"-m pip"*) exit 1;;
esac"""


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (OLD, "Python 3.9.2, too old: install Python 3.11 or later"),
        (NO_VENV, "has no venv module: install it (Debian, Ubuntu: sudo apt install python3-venv)"),
    ],
)
def test_a_missing_tool_is_one_sentence(tmp_path, body, sentence):
    done = make(tmp_path, "lab", fake_python(tmp_path, body))
    assert done.returncode != 0
    (line,) = done.stdout.splitlines()
    assert sentence in line
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_no_python_at_all_is_one_sentence(tmp_path):
    done = make(tmp_path, "lab", "PYTHON=python-that-is-not-there")
    (line,) = done.stdout.splitlines()
    assert "python-that-is-not-there was not found: install Python 3.11 or later" in line


def test_an_interrupted_installation_is_done_again(tmp_path):
    python = fake_python(tmp_path, INTERRUPTED)
    first = make(tmp_path, "lab", python)
    assert first.returncode != 0
    assert (tmp_path / ".venv/bin/python").exists()
    assert not (tmp_path / ".venv/lab.stamp").exists()
    assert "[1/3]" in make(tmp_path, "lab", python).stdout


def test_a_finished_installation_is_not_done_again(tmp_path):
    python = fake_python(tmp_path, INTERRUPTED.replace("exit 1", "exit 0"))
    assert "[3/3]" in make(tmp_path, "lab", python).stdout
    second = make(tmp_path, "lab", python)
    assert second.stdout.splitlines()[0].startswith("Opening notebooks/06_bank_churn.ipynb")
    (tmp_path / "requirements.txt").touch()
    assert "[1/3]" in make(tmp_path, "lab", python).stdout, "a changed lock must be installed"


def test_require_torch_stops_a_run_without_torch(tmp_path):
    """With torch hidden from it, pytest refuses to start; without the variable it runs."""
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n", encoding="utf-8")
    hide = (
        "import importlib.util as u, sys, pytest\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'torch' else find(name, *rest)\n"
        "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '.']))"
    )
    for value, returncode in [("1", 4), ("", 0)]:
        done = subprocess.run(
            [sys.executable, "-c", hide],
            cwd=tmp_path,
            env={"REQUIRE_TORCH": value, "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == returncode, done.stdout + done.stderr
