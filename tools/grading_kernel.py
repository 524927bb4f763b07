"""What a kernel gets before a submission runs in it: an empty folder, and limits against accidents.

grading.py has it loaded as an extension of IPython. The limits are no protection against intent:
INSTRUCTORS.md says how to isolate a grading run.
"""

import os
import sys

PRINTED = 10_000  # characters that a cell may print to stdout, and to stderr
MEMORY, FILE = 4 * 2**30, 100 * 2**20  # bytes of address space, and of one file


def load_ipython_extension(shell):
    """Called by IPython; without GRADING_SCRATCH the kernel stays as it is."""
    folder = os.environ.get("GRADING_SCRATCH")
    if not folder:
        return
    os.chdir(folder)
    from course_lib.exercise import NotSolved

    shell.ask_exit = lambda: None  # exit() would take the other exercises with it
    NotSolved._render_traceback_ = lambda error: [str(error)]  # the message, not our code
    try:
        import resource
    except ImportError:  # Windows has no such limits
        pass
    else:
        lower(resource, resource.RLIMIT_AS, MEMORY)
        lower(resource, resource.RLIMIT_FSIZE, FILE)
    for stream in (sys.stdout, sys.stderr):
        shorten(stream, shell)


def lower(resource, which, most):
    """Lower a limit of this process, unless it is lower already."""
    soft, hard = resource.getrlimit(which)
    for limit in (soft, hard):
        most = most if limit == resource.RLIM_INFINITY else min(most, limit)
    resource.setrlimit(which, (most, most))


def shorten(stream, shell):
    """Let a stream pass on the first characters of each cell only, however much is printed."""
    write, left = stream.write, PRINTED

    def begin(*_):
        nonlocal left
        left = PRINTED

    def write_some(text):
        nonlocal left
        if left > 0:
            write(text[:left])
            left -= len(text)
            if left < 0:
                write(f"\n… (only the first {PRINTED:,} characters are kept)\n")
        return len(text)

    stream.write = write_some
    shell.events.register("pre_run_cell", begin)
