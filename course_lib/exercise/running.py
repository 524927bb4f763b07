"""Run a student's code so that nothing it does can hurt the session: it ends, and leaves no trace.

A right answer may print, draw from the global random state, or change what it is given: each call
gets copies, its printing is kept, and what it changed in NumPy and Python is put back. A loop
without end is stopped. What cannot be stopped from inside the same process: one endless call into
C, code that switches off the signals of its own clock, and a crash of Python itself.
"""

import copy
import io
import linecache
import os
import random
import signal
import sys
import sysconfig
import threading
import time
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_lib.machine import in_browser

WALL = 6    # so many times its seconds may pass on the wall: it may sleep, the machine be busy
KEPT = 300  # characters of what a student's code prints
OURS = (str(Path(__file__).parents[1]), sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"), "<frozen", "<__array")


@dataclass
class Outcome:
    """What one call gave: a value, or an error and the student's line where it was raised."""

    value: object = None
    error: BaseException | None = None
    where: str = ""
    changed: tuple = ()  # positions of the arguments that it changed
    warned: str = ""


class Stopped(Exception):
    """The error of the call at which the time was over; says which time."""


class OutOfTime(BaseException):
    """The time is over. When the student's code swallows it, it is raised again."""

    def __init__(self, again, limit):
        super().__init__()
        self.again, self.limit = again, limit

    def __del__(self):  # a bare `except:` has just let go of it
        self.again()


class Printed(io.TextIOBase):
    """What was printed: its beginning, and how long it was."""

    def __init__(self):
        self.start, self.length = "", 0

    def writable(self):
        return True

    def write(self, text):
        self.start += str(text)[: KEPT - len(self.start)]
        self.length += len(str(text))
        return len(str(text))


def student_line(error, limit=4000) -> str:
    """The last line of the student's own among the error's frames, or ""."""
    found, frame, count = None, error.__traceback__, 0
    while frame is not None and count < limit:
        code = frame.tb_frame.f_code
        if not code.co_filename.startswith(OURS):
            found = (code, frame.tb_lineno or code.co_firstlineno)
        frame, count = frame.tb_next, count + 1
    if found is None:
        return ""
    code, number = found
    source = linecache.getline(code.co_filename, number).strip()
    place = "" if code.co_name == "<module>" else f" of {code.co_name}"
    return f"line {number}{place}: {source}" if source else f"line {number}{place}"


def computing() -> float:
    """Seconds that this process has computed; in a browser, which does not count them, passed."""
    return time.monotonic() if in_browser() else time.process_time()


def importing(frame) -> bool:
    """Whether the frame is inside an import, which takes seconds on a busy machine."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextmanager
def time_limit(seconds):
    """Raise OutOfTime in the code below when its time is over, and again until it gets out.

    The time is that of computing, so that a busy machine makes no answer wrong, and an import has
    as much again; on the wall, WALL times as much may pass. In the main thread of Unix alarms ring.
    Elsewhere (Windows, a browser, another thread) every step looks at the clock, which is slower.
    """
    armed, rings, old_trace, me = True, 0, sys.gettrace(), sys._getframe()
    end, wall = computing() + seconds, time.monotonic() + WALL * seconds

    def over(frame):
        """Which time is over, if one is."""
        nonlocal end
        if time.monotonic() > wall:
            return f"{WALL * seconds:g} seconds on the clock"
        if computing() < end:
            return ""
        if importing(frame):
            end = computing() + seconds
            return ""
        return f"{seconds:g} seconds"

    def look(frame, event, argument):
        if frame.f_code.co_filename == __file__:
            return None
        if armed and event != "exception" and (limit := over(frame)):
            raise OutOfTime(again, limit)  # which also ends the tracing
        if not frame.f_code.co_filename.startswith(OURS):
            frame.f_trace_opcodes = True  # `while True: pass` on one line is never a new line
        return look

    def again():
        if armed and threading.current_thread() is thread:
            frame = sys._getframe(1)
            while frame is not None and frame is not me:
                frame.f_trace, frame.f_trace_opcodes, frame = look, True, frame.f_back
            sys.settrace(look)

    def ring(number, frame):
        nonlocal rings
        if armed and (limit := over(frame)):
            rings += 1
            if rings > 1:
                again()  # the first one was swallowed and kept: be heard in the handler too
            raise OutOfTime(again, limit)

    thread = threading.current_thread()
    alarm = thread is threading.main_thread() and sys.platform not in ("emscripten", "win32")
    clocks = [(signal.SIGALRM, signal.ITIMER_REAL, WALL * seconds),
              (signal.SIGPROF, signal.ITIMER_PROF, seconds)] if alarm else []
    before = []
    for number, timer, first in clocks:
        before.append((number, signal.signal(number, ring), timer,
                       signal.setitimer(timer, first, 0.05)))
    if not alarm:
        sys.settrace(look)
    try:
        yield
    finally:
        armed = False
        sys.settrace(old_trace)
        for number, handler, timer, old_timer in before:
            signal.setitimer(timer, *old_timer)
            signal.signal(number, handler)


@contextmanager
def real_interrupts():
    """Give a list that is no longer empty once the reader has pressed Ctrl-C or Interrupt.

    They reach the main thread alone, and not even that where they are ignored, as in a background
    job: there a KeyboardInterrupt is the student's own.
    """
    pressed = []
    old = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(old):
        yield pressed
        return

    def note(number, frame):
        pressed.append(number)
        return old(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, old)


@contextmanager
def state_kept():
    """Put back the global random states, and what else a student's code may have changed."""
    numpys, pythons = np.random.get_state(), random.getstate()  # noqa: NPY002
    options, depth, folder = np.get_printoptions(), sys.getrecursionlimit(), os.getcwd()
    try:
        with np.errstate(all="warn", under="ignore"):
            yield
    finally:
        np.random.set_state(numpys)  # noqa: NPY002
        random.setstate(pythons)
        np.set_printoptions(**options)
        sys.setrecursionlimit(depth)
        os.chdir(folder)


def same(a, b) -> bool:
    """Whether an argument is still what it was; what has no plain content is not compared."""
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b if isinstance(a, int | float | str) else True


def once(function, arguments, interrupts) -> Outcome:
    """Call the function with copies of the arguments."""
    given = copy.deepcopy(arguments)
    np.random.seed(0)  # noqa: NPY002
    random.seed(0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            outcome = Outcome(value=function(*given))
        except OutOfTime:
            raise
        except BaseException as error:  # a student's SystemExit too
            if isinstance(error, KeyboardInterrupt) and interrupts:
                raise
            outcome = Outcome(error=error, where=student_line(error))
            error.__traceback__ = None  # it holds all frames and their arrays
    outcome.changed = tuple(
        n for n, (now, then) in enumerate(zip(given, arguments, strict=True)) if not same(now, then)
    )
    outcome.warned = next(
        (str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)), ""
    )
    return outcome


def outcomes(function, inputs, seconds) -> tuple[list[Outcome], Printed]:
    """Call the function on each of the inputs; the list ends with Stopped if the time was over."""
    done, printed = [], Printed()
    with state_kept(), real_interrupts() as interrupts:
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                with time_limit(seconds):
                    for arguments in inputs:
                        done.append(once(function, arguments, interrupts))
            except OutOfTime as error:
                done.append(Outcome(error=Stopped(error.limit), where=student_line(error)))
    return done, printed
