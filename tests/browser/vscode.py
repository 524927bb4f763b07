"""A page that shows widgets as VS Code's notebooks do, connected to a kernel.

VS Code takes the widgets of ipywidgets from the package @vscode/jupyter-ipywidgets8, and all others
with requirejs from share/jupyter/nbextensions of the environment: neither is what JupyterLab uses.
Its messages go through the program, as here through this file, and not from the page to a server.
"""

import base64
import functools
import io
import os
import queue
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from jupyter_client.manager import start_new_kernel

from tests.browser import loopback, slides
from tools import deck

HERE = Path(__file__).parent
# Package, checksum of its archive, and under which address the page finds it.
PACKAGES = {
    "vscode": (
        "@vscode/jupyter-ipywidgets8@1.0.9", "bocCThfa4JDIDd7qCFAfW3HpzHfTLYxOTpTbiDfw4DXOUjKHnr6O"
        "bkMBiIkuzYPRybh5bY4FhYLemuDuTvIbpQ=="),
    "requirejs": (
        "requirejs@2.3.8", "7/cTSLOdYkNBNJcDMWf+luFvMriVm7eYxp4BcFCsAX0wF421Vyce5SXP17c+Jd5otXKGNe"
        "hIonFlyQXSowL6Mw=="),
    "controls": (
        "@jupyter-widgets/controls@5.0.13", "MwPGtaW9h0PLVq00qISc6YV3GAdDflSsBmZy+4qNcXZQ0S9hLWaGu"
        "k9c0W6raFBXKpqV0F26c6CizVQDu+/ocA=="),
}
# Text and background of VS Code's default themes. It shows an output with widgets either on white,
# with JupyterLab's light colours, or on the theme's background, with the theme's colours.
THEMES = {"dark": ("#cccccc", "#1f1f1f"), "light": ("#3b3b3b", "#ffffff")}
OUTPUTS = {
    "white": ".cell-output-ipywidget-background { background: white; }",
    "theme": ".cell-output-ipywidget-background { --jp-ui-font-color1: var(--text);"
             " --jp-border-color1: #808080; --jp-brand-color1: #0078d4; }",
}
HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>VS Code</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/controls/css/labvariables.css">
<style>:root {{ --text: {0}; }} body {{ color: {0}; background: {1}; font: 13px sans-serif; }}
{2}</style><script src="/requirejs/require.js"></script><script src="/page/vscode.js"></script>
</head><body></body></html>"""


def unpack(folder):
    """Fetch the packages once, compare their checksums, unpack them."""
    for name, (package, checksum) in PACKAGES.items():
        path = deck.archive(package, checksum, deck.BUILD / "npm")
        with tarfile.open(path) as tar:
            tar.extractall(folder / name, filter="data")
        (folder / name / "package").rename(folder / name / "all")


class Files(loopback.Files):
    """/vscode/…, /requirejs/…, /controls/…, /nbextensions/…, /page/…, and /notebook-dark-white."""

    def __init__(self, *arguments, packages, **more):
        nbextensions = Path(sys.prefix, "share", "jupyter", "nbextensions")
        self.places = {name: packages / name / "all" for name in PACKAGES}
        self.places |= {"nbextensions": nbextensions, "page": HERE}
        super().__init__(*arguments, **more)

    def translate_path(self, path):
        name, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        return str(self.places.get(name, Path("/nowhere")) / rest)

    def send_head(self):
        if not self.path.startswith("/notebook-"):
            return super().send_head()
        theme, output = self.path.split("-")[1:]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        return io.BytesIO(HEAD.format(*THEMES[theme], OUTPUTS[output]).encode())


def served(packages):
    """The address of the page, in a ``with``."""
    return loopback.served(functools.partial(Files, packages=packages))


class Notebook:
    """A kernel, and the page that shows what it displays."""

    def __init__(self, page, address, theme, output):
        self.page = page
        environment = os.environ | {"PYTHONPATH": slides.python_path()}
        self.manager, self.client = start_new_kernel(
            kernel_name="python3", env=environment, stderr=subprocess.DEVNULL)
        page.goto(f"{address}/notebook-{theme}-{output}")
        page.evaluate("() => page.start()")

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code, until, seconds=60):
        """Run code and pass messages on until `until()` is true."""
        self.client.execute(code)
        self.wait(until, seconds)

    def wait(self, until, seconds=60):
        """Pass messages on between page and kernel until `until()` is true."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "the page does not show what it should"
            self.to_kernel()
            for channel in ("shell", "iopub"):
                self.to_page(channel)

    def to_kernel(self):
        session, socket = self.client.session, self.client.shell_channel.socket
        for said in self.page.evaluate("() => page.take()"):
            message = session.msg(said["type"], said["content"], metadata=said["metadata"])
            message["header"]["msg_id"] = message["msg_id"] = said["id"]
            buffers = [base64.b64decode(buffer) for buffer in said["buffers"]]
            session.send(socket, message, buffers=buffers)

    def to_page(self, channel):
        get = getattr(self.client, f"get_{channel}_msg")
        while True:
            try:
                message = get(timeout=0.02)
            except queue.Empty:
                return
            assert message["header"]["msg_type"] != "error", message["content"]
            headers = {kind: {"msg_id": message[kind].get("msg_id", ""),
                              "msg_type": message[kind].get("msg_type", "")}
                       for kind in ("header", "parent_header")}
            buffers = [base64.b64encode(bytes(buffer)).decode() for buffer in message["buffers"]]
            self.page.evaluate("message => page.receive(message)", headers | {
                "channel": channel, "metadata": message["metadata"],
                "content": message["content"], "buffers": buffers})
