"""The server that shows a lesson as slides."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

pytest.importorskip("jupyter_client")

from course_lib.figure import style
from tools import slides


class Status(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"started": true}')

    def log_message(self, *arguments):
        pass


def test_our_own_server_is_asked_without_the_campus_proxy(tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with HTTPServer(("127.0.0.1", 0), Status) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02},
                         daemon=True).start()
        asked = slides.Server(tmp_path, tmp_path)
        asked.url = f"http://127.0.0.1:{server.server_address[1]}/"
        assert asked.ask("api/status") == {"started": True}
        server.shutdown()


def colours(dark) -> dict[str, str]:
    """The colours of the slides by name, as rise.css has them."""
    text = (slides.NOTEBOOKS / "rise.css").read_text("utf-8")
    name = r"body\.course-dark" if dark else ":root"
    block = re.search(name + r" \{(.*?)\}", text, re.DOTALL)[1]
    return dict(re.findall(r"--((?:slide|role)-\w+): (#\w{6});", block))


def contrast(one, other) -> float:
    """As the Web Content Accessibility Guidelines define it."""
    def luminance(colour):
        parts = (int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5))
        return sum(weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
                   for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_words_on_slides_can_be_read_by_everybody(dark):
    found = colours(dark)
    paper, line = found.pop("slide-paper"), found.pop("slide-line")
    assert found.keys() == {"slide-ink", "slide-quiet", "role-model", "role-cost",
                            "role-target"}
    assert {name: round(contrast(colour, paper), 1) for name, colour in found.items()
            if contrast(colour, paper) < 4.5} == {}
    assert contrast(found["slide-ink"], line) > 4.5  # what the mouse is over


def test_the_list_of_keys_names_the_colours_of_the_pictures():
    script = slides.KEYS.read_text("utf-8")
    shown = dict(re.findall(r'\["([\w, ]+)", "(#\w{6})"\]', script))
    assert shown == {"data": style.COLOURS["data"], "target": style.COLOURS["target"],
                     "weights, prediction": style.COLOURS["model"], "cost": style.COLOURS["cost"],
                     "gradient": style.COLOURS["gradient"]}


def test_the_extension_is_where_the_server_looks_for_it():
    package = json.loads((slides.EXTENSIONS / "course-slides/package.json").read_text("utf-8"))
    load = package["jupyterlab"]["_build"]["load"]
    assert slides.EXTENSIONS / package["name"] / load == slides.KEYS
    assert f'window._JUPYTERLAB["{package["name"]}"]' in slides.KEYS.read_text("utf-8")
    makefile = (slides.NOTEBOOKS.parent / "Makefile").read_text("utf-8")
    assert '"$(CURDIR)/tools/labextensions"' in makefile
