"""Files for a page that no Jupyter serves, from a server on loopback."""

import http.server
import threading
from contextlib import contextmanager


class Files(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a line in the log for each."""

    def log_message(self, *_):
        pass


@contextmanager
def served(files):
    """The address at which these Files are found."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
