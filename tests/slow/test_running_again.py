"""A notebook that nobody changed is the same, byte for byte, when it is run again."""

import io
from base64 import b64decode, b64encode

import nbformat
import numpy as np
import pytest
from PIL import Image

from tests.tools.test_notebook_tools import EXPLORER, FIGURE, SET_UP, write
from tools import execute
from tools.pictures import IN_HTML


@pytest.fixture(scope="module", autouse=True)
def kernels_find_course_lib():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(execute.HERE.parent))
        yield


def redrawn(html, change) -> str:
    """The HTML with its picture's pixels changed."""
    png = IN_HTML.search(html)[1]
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(png))).convert("RGB")).astype(int)
    with io.BytesIO() as file:
        Image.fromarray(np.clip(change(pixels), 0, 255).astype("uint8")).save(file, "png")
        return html.replace(png, b64encode(file.getvalue()).decode())


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("lesson"), SET_UP, FIGURE, EXPLORER, "print(1)\n2")
    assert execute.main([], path.parent) == 0
    return path


def change_figure(path, change):
    nb = nbformat.read(path, as_version=4)
    data = nb.cells[1].outputs[0].data
    data["text/html"] = redrawn(data["text/html"], change)
    execute.save(nb, path)
    return path.read_bytes()


def test_running_again_changes_nothing(lesson):
    before = lesson.read_bytes()
    assert execute.main([], lesson.parent) == 0
    assert lesson.read_bytes() == before


def test_a_picture_of_another_machine_stays(lesson, capsys):
    """Some pixels are a few grey levels away, as where sums are rounded otherwise."""
    original = lesson.read_bytes()
    other = change_figure(lesson, lambda p: p - 3 * (np.indices(p.shape).sum(0) % 7 == 0))
    assert other != original
    assert execute.main([], lesson.parent) == 0
    assert lesson.read_bytes() == other
    assert "1 stored pictures kept" in capsys.readouterr().out
    assert execute.main(["--fresh"], lesson.parent) == 0
    assert lesson.read_bytes() == original


def test_another_picture_is_replaced(lesson):
    original = lesson.read_bytes()
    assert change_figure(lesson, lambda p: 255 - p) != original
    assert execute.main([], lesson.parent) == 0
    assert lesson.read_bytes() == original
