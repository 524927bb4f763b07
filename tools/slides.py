"""Show a lesson as slides whose sliders already work: run it, then open it in RISE.

    python -m tools.slides            the first lesson with mathematics, 01
    python -m tools.slides 04         the lesson whose name begins so

What is shown is a copy in build/slides, so that presenting never changes the lesson itself.
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

import nbformat
from jupyter_client import BlockingKernelClient

from tools import teaching

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent / "notebooks"
BUILD = HERE.parent / "build" / "slides"
SECONDS_A_CELL = 300
WIDGET = "application/vnd.jupyter.widget-view+json"
# What RISE reads from a notebook; tools.execute writes it into every lesson. The theme "white" asks
# for no font from outside; selecting a cell by itself would take the keys from a slider.
SETTINGS = json.loads((HERE / "rise.json").read_text(encoding="utf-8"))
# An extension of JupyterLab: the keys T, W and D, and the footer.
EXTENSIONS = HERE / "labextensions"
KEYS = EXTENSIONS / "course-slides/static/remoteEntry.js"

# Our own server is asked without a proxy, whatever the campus has set.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def python_path() -> str:
    """For a kernel that runs elsewhere: with this folder's course_lib in front."""
    return os.pathsep.join([str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])


class Server:
    """JupyterLab on loopback, with the notebooks of one folder; a context manager.

    Attributes
    ----------
    url : begins every address, ends with "/".
    token : the server's password, new each time.
    """

    def __init__(self, folder, runtime, log=None, environment=None):
        self.folder, self.runtime, self.token = Path(folder), Path(runtime), secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self._log = log
        self._command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.folder}", f"--IdentityProvider.token={self.token}",
            f"--LabServerApp.extra_labextensions_path={EXTENSIONS}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self._command.append("--allow-root")
        self._environment = os.environ | {
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PYTHONPATH": python_path(),
        } | (environment or {})

    def __enter__(self):
        self.runtime.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            self._command, env=self._environment, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )
        end = time.monotonic() + 120
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"The server stopped with {self._process.returncode}.")
            try:
                self.ask("api/status")
                return self
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > end:
                    self.__exit__()
                    raise RuntimeError("The server did not answer within two minutes.") from None
                time.sleep(0.2)

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait(self):
        """Until the server is stopped."""
        self._process.wait()

    def ask(self, path, body=None, method=None):
        """One request to the server's REST interface."""
        request = urllib.request.Request(
            self.url + path, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}"}, method=method,
        )
        with DIRECTLY.open(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def address(self, kind, name) -> str:
        """Of a notebook: kind is "lab/tree" or "rise"."""
        return f"{self.url}{kind}/{name}?token={self.token}"

    @contextlib.contextmanager
    def kernel(self, name):
        """A client of the kernel that belongs to the notebook; the kernel goes on afterwards."""
        body = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        number = self.ask("api/sessions", body)["kernel"]["id"]
        connection = self.runtime / f"kernel-{number}.json"
        client = BlockingKernelClient(connection_file=str(connection))
        client.load_connection_file()
        client.start_channels()
        try:
            wait_for(client)
            yield client
        finally:
            client.stop_channels()

    def stop_kernels(self, name=None):
        """Of one notebook, or of all."""
        for session in self.ask("api/sessions"):
            if name in (None, session["path"]):
                self.ask(f"api/sessions/{session['id']}", method="DELETE")

    def run(self, name):
        """Run all cells in the notebook's own kernel and save it with its live widgets."""
        path = self.folder / name
        nb = nbformat.read(path, as_version=4)
        nb.metadata["rise"] = SETTINGS
        cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
        with self.kernel(name) as client:
            for count, cell in enumerate(cells, start=1):
                outputs, cell.execution_count = run_cell(client, cell.source), count
                cell.outputs = [output for output in outputs if not is_progress_bar(output)]
        nbformat.write(nb, path)
        self.ask(f"api/contents/{name}/trust", {})  # or the widgets would not be shown


def wait_for(client, seconds=120):
    """Until the kernel answers; while it starts it has no heartbeat and seems to be dead."""
    end = time.monotonic() + seconds
    while True:
        try:
            return client.wait_for_ready(timeout=seconds)
        except RuntimeError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def run_cell(client, source) -> list:
    """The outputs of a cell; an error in it is one of them."""
    outputs, shown = [], {}

    def collect(message):
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "clear_output":
            outputs.clear()
        elif kind == "update_display_data":
            for output in shown.get(content["transient"].get("display_id"), []):
                output.update(data=content["data"], metadata=content["metadata"])
        elif kind in ("stream", "display_data", "execute_result", "error"):
            output = nbformat.v4.output_from_msg(message)
            if outputs and kind == "stream" and outputs[-1].get("name") == output.name:
                outputs[-1].text += output.text
                return
            outputs.append(output)
            number = content.get("transient", {}).get("display_id")
            shown.setdefault(number, []).append(output)

    client.execute_interactive(
        source, store_history=True, timeout=SECONDS_A_CELL, output_hook=collect, allow_stdin=False,
    )
    return outputs


def is_progress_bar(output) -> bool:
    """tqdm's bar of a training that is over: its widget is gone."""
    text = output.get("data", {}).get("text/plain", "")
    return re.search(r"\d+%\||\d+it \[\d\d:\d\d", text) is not None


def copy_lesson(name, folder) -> str:
    """Write the lesson whose file name begins so with its speaker notes, and the slides' looks."""
    found = sorted(NOTEBOOKS.glob(f"{Path(name).name}*.ipynb"))
    if not found:
        raise SystemExit(f"No notebook in {NOTEBOOKS} begins with {name!r}.")
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(teaching.woven(found[0]), folder / found[0].name)
    shutil.copy(NOTEBOOKS / "rise.css", folder)
    return found[0].name


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="01", help="beginning of the notebook's name")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the server is stopped too
    name = copy_lesson(options.name, BUILD)
    with open(BUILD / "server.log", "w") as log, Server(BUILD, BUILD / "runtime", log) as server:
        print(f"Running {name} (Ctrl-C stops)", flush=True)
        server.run(name)
        print(f"Slides: {server.address('rise', name)}", flush=True)
        if not options.no_browser:
            webbrowser.open(server.address("rise", name))
        with contextlib.suppress(KeyboardInterrupt):
            server.wait()


if __name__ == "__main__":
    main()
