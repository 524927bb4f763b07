"""What hangs on the machine: in a browser no clock counts computing, and an index takes 4 bytes."""

import sys

NOT_HERE = "not measured in a browser, which counts time and memory differently"


def in_browser() -> bool:
    """Whether this Python runs in a browser (Pyodide)."""
    return sys.platform == "emscripten"
