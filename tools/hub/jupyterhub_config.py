"""JupyterHub for a class on one Debian machine. README.md says how to set it up.

Don't change this file: the next `make hub-install` writes it anew. Your own settings go into
another, which begins with ``load_subconfig("/srv/deep-learning/jupyterhub_config.py")``: start the
hub with that one.
"""

import asyncio
import os
import pwd
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # spawner.py, installed beside this file
BIN = HERE / "env" / "bin"
STATE = HERE / "state"  # cookies' secret and the table of users: for root only
STATE.mkdir(mode=0o700, exist_ok=True)
STATE.chmod(0o700)

c = get_config()  # noqa: F821  (JupyterHub puts it here)

# On the machine itself only: a web server in front of it brings https to the world.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.ConfigurableHTTPProxy.command = [str(HERE / "node_modules" / ".bin" / "configurable-http-proxy")]
# A hub that is started again finds the students' servers and kernels as they were.
c.JupyterHub.cleanup_servers = False
# Everybody comes at nine o'clock: nobody is sent away to try again.
c.JupyterHub.concurrent_spawn_limit = 100
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120

# The machine's own users and passwords, and of these only the group "course".
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"course"}

# What one student can take. The lessons' own needs are in README.md.
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 2
if Path("/run/systemd/system").is_dir():
    c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.disable_user_sudo = True
    c.SystemdSpawner.unit_extra_properties = {"UMask": "0077", "TasksMax": "256",
                                              "MemorySwapMax": "0"}
else:
    c.JupyterHub.spawner_class = "spawner.CgroupSpawner"

c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab/tree/course/notebooks"
c.Spawner.args = [
    # A kernel's messages go through files in the student's home, not through ports of the machine,
    # on which every other student could listen.
    "--KernelManager.transport=ipc",
    # A kernel without a browser for an hour gives its memory back; the notebook is saved.
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
]
c.Spawner.environment = {
    "COURSE_DATA_DIR": str(HERE / "data"),
    "COURSE_SHARED_MACHINE": "1",  # lesson 10's workers take no work from a neighbour
    "OPENBLAS_NUM_THREADS": "1",  # thirty kernels with a thread for each core only wait
    # The name of such a file may have 107 characters.
    "JUPYTER_RUNTIME_DIR": lambda spawner: f"{pwd.getpwnam(spawner.user.name).pw_dir}/.jupyter-run",
    "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin",
}


def prepare(name):
    """Close the home to others, and copy what lessons are not there yet, as the student."""
    student = pwd.getpwnam(name)
    os.chmod(student.pw_dir, 0o700)
    # root never writes into a home, where a link could lead anywhere
    copied = subprocess.run(["cp", "-rnT", HERE / "lessons", Path(student.pw_dir) / "course"],
                            user=student.pw_uid, group=student.pw_gid, extra_groups=[],
                            umask=0o077, capture_output=True, text=True)
    return copied.stderr.strip()


async def before_start(spawner):
    if trouble := await asyncio.to_thread(prepare, spawner.user.name):
        spawner.log.warning("lessons for %s: %s", spawner.user.name, trouble)


c.Spawner.pre_spawn_hook = before_start

# A server without work for an hour is stopped; the student's next click starts it again.
c.JupyterHub.load_roles = [{
    "name": "culler", "services": ["culler"],
    "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"]}]
c.JupyterHub.services = [{"name": "culler", "command": [
    str(BIN / "python"), "-m", "jupyterhub_idle_culler", "--timeout=3600"]}]
