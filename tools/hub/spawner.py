"""Starts a student's server as that student: an own cgroup, and files that nobody else reads."""

import os

from cgroups import make, remove
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Integer


class CgroupSpawner(LocalProcessSpawner):
    """JupyterHub's spawner for real Unix users, with limits that hold."""

    process_limit = Integer(256, help="how many processes and threads a student may have").tag(
        config=True)

    def make_preexec_fn(self, name):
        become_student = super().make_preexec_fn(name)

        def enter():  # in the new process, still as root
            for door in self.doors:
                os.write(door, b"0")
            os.umask(0o077)
            become_student()

        return enter

    async def start(self):
        files = make(self.user.name, self.mem_limit, self.cpu_limit, self.process_limit)
        self.doors = [os.open(file, os.O_WRONLY) for file in files]
        try:
            return await super().start()
        finally:
            for door in self.doors:
                os.close(door)

    async def stop(self, now=False):
        await super().stop(now)
        remove(self.user.name)
