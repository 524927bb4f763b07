"""What hangs on the machine. In a browser no clock counts computing and an index takes 4 bytes.

So in a browser no claim about time or memory is made: NOT_HERE is said in its place.
"""

import sys

NOT_HERE = "not measured in a browser, which counts time and memory differently"


def in_browser() -> bool:
    """Whether this Python runs in a browser (Pyodide)."""
    return sys.platform == "emscripten"


def on_this_machine(claim):
    """What claim() gives; in a browser NOT_HERE, without a call."""
    return NOT_HERE if in_browser() else claim()
