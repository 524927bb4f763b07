"""The server that shows a lesson as slides."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

pytest.importorskip("jupyter_client")

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
