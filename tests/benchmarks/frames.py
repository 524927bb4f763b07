"""How long the kernel works for one frame of each explorer, and for a whole strip.

A frame is what one move of a control costs: `move`, the artists that move, and the encoded picture.
"""

import importlib
import pkgutil
import statistics
import time

from course_lib import explorers
from course_lib.explorers.base import Explorer

FRAMES = 30


def all_explorers():
    """Every explorer class of the course, in the order of its module."""
    for module in pkgutil.iter_modules(explorers.__path__):
        members = vars(importlib.import_module(f"course_lib.explorers.{module.name}")).values()
        yield from (m for m in members if isinstance(m, type) and issubclass(m, Explorer)
                    and m is not Explorer and m.__module__.endswith(module.name))


def milliseconds(act):
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def main():
    print(f"\nA frame of each explorer in the kernel, ms, median of {FRAMES}")
    for kind in all_explorers():
        explorer = kind()
        frame = statistics.median(milliseconds(explorer.frame) for _ in range(FRAMES))
        strip = ""
        if explorer.strip:
            seconds = milliseconds(explorer.render_strip) / 1000
            strip = f", strip of {len(explorer.picture.frames)} frames in {seconds:.1f} s"
        print(f"{kind.__name__:28s} {frame:6.1f}{strip}", flush=True)
        explorer.close()


if __name__ == "__main__":
    main()
