"""Work that goes on between the kernel's other work, such as training while it is watched."""

import asyncio
import threading

# JupyterLab may answer a control in another thread than the one before: explorers take turns.
LOCK = threading.RLock()


class Work:
    """Makes the steps of one generator; where no event loop runs, as in a test, all at once.

    Parameters
    ----------
    turn : function that returns the context in which a step is made
    """

    steps = task = None

    def __init__(self, turn):
        self.turn = turn

    def start(self, steps):
        """Run a generator that yields seconds to wait, or None; one that still runs is left."""
        self.steps = steps

        async def run():
            while seconds := self.step(steps):
                await asyncio.sleep(seconds)

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop:
            self.task = loop.create_task(run())
        else:
            while self.step(steps):
                pass

    def stop(self):
        """No step more; the present one, which another thread may be making, comes to its end."""
        self.steps = self.task = None

    def step(self, steps):
        """Make a step; return the seconds until the next one, or None where there is none."""
        with self.turn():
            if self.steps is steps:
                for seconds in steps:
                    return seconds or 0.001
