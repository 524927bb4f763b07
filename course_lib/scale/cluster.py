"""Tasks go to the workers of a cluster; results come back in order, errors say what to do."""

import logging
import os
import platform
import secrets
from importlib.metadata import version

import numpy as np

from course_lib import __version__

ADVICE = "pip install 'dask[distributed]' pyarrow bokeh"


def connect(address=None, *, workers=2, memory="512MiB", timeout=20):
    """A Dask client: of the scheduler at an address, or of so many processes on this computer.

    Close it with ``client.close()``, or use it in a ``with``. A script needs
    ``if __name__ == "__main__":`` around it, as the workers import the script; a notebook does not.
    Where COURSE_SHARED_MACHINE is set, as on a class's server, the scheduler asks for a
    certificate: otherwise it takes work from everybody on the computer, with your rights.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(f"a cluster needs Dask: {ADVICE}") from error
    if address is not None:
        return Client(address, timeout=timeout)
    return Client(n_workers=workers, threads_per_worker=1, memory_limit=memory,
                  dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
                  security=True if os.environ.get("COURSE_SHARED_MACHINE") else None)


def compute(client, task, calls, advice=""):
    """``[task(*call) for call in calls]``, by the workers; without a client, right here.

    Raises
    ------
    RuntimeError
        A task ended one worker after the other.
    ConnectionError
        The scheduler was lost.
    ValueError
        A worker has other versions than the client.
    """
    if client is None:
        return [task(*call) for call in calls]
    from distributed import KilledWorker
    from distributed.client import CancelledError
    from distributed.comm import CommClosedError

    name, ours, futures = f"{task.__name__}-{secrets.token_hex(8)}", versions(), []
    try:
        futures = [client.submit(checked, ours, task, *call, key=f"{name}-{k}", pure=False)
                   for k, call in enumerate(calls)]
        return client.gather(futures)
    except KilledWorker as error:
        call = calls[int(str(error.task).rsplit("-", 1)[1])]
        raise RuntimeError(
            f"{task.__name__} ended one worker after the other, with {call[-1]}. Either it needs "
            "more memory than a worker has (make the parts smaller, or connect with more memory), "
            "or something in it makes Python crash") from error
    except (CancelledError, CommClosedError, TimeoutError) as error:
        raise ConnectionError(f"the scheduler was lost ({type(error).__name__}); connect again and "
                              f"call again{advice}") from error
    except BaseException:
        client.cancel(futures)      # the others would go on for nobody
        raise


def versions():
    """What client and worker have to have in common, so that a task means the same to both."""
    return {"course_lib": __version__, "numpy": np.__version__,
            "distributed": version("distributed"),
            "Python": ".".join(platform.python_version_tuple()[:2])}


def checked(theirs, task, *arguments):
    """Run a task, but not with other versions: Dask only warns of them, and computes on."""
    differ = [f"{name} {mine}, the client {theirs.get(name)}"
              for name, mine in versions().items() if mine != theirs.get(name)]
    if differ:
        raise ValueError(f"the worker in process {os.getpid()} on {platform.node()} has "
                         f"{'; '.join(differ)}. Give both the same environment")
    return task(*arguments)
