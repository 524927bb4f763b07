"""A real hub on this machine, real Unix users, twenty simulated students.

The hub is the one that `make hub-install` made; `make test-hub` makes it and runs this file. As it
makes users of the machine (hubtest-..., removed at the end), it runs as root and only where
REQUIRE_HUB says so. It has ports, a group and a folder of its own: a hub beside it goes on.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pwd = pytest.importorskip("pwd", reason="real users, of Unix")
nbformat = pytest.importorskip("nbformat")
httpx = pytest.importorskip("httpx")
pytest.importorskip("tornado")

from tests.slow.simulated_student import Student  # noqa: E402
from tools.hub import cgroups, students  # noqa: E402

HUB = Path(os.environ.get("HUB", "/srv/deep-learning"))
GROUP = "hubtest"
CLASS = [f"hubtest-{number:02}" for number in range(20)]
OUTSIDE = "hubtest-outside"  # a user of the machine who is not in the class
LESSON = "01_neuron.ipynb"
LESSON_PATH = f"course/notebooks/{LESSON}"
CELLS = 4  # of the lesson's code: imports, data, the first explorer
SECONDS = 120  # for all of them, on two cores
MEMORY = 700  # MiB a student in this test, so that the hog is soon at the end of it

SETTINGS = """
load_subconfig("{hub}/jupyterhub_config.py")
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.db_url = "sqlite:///{state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{state}/cookie_secret"
c.ConfigurableHTTPProxy.pid_file = "{state}/proxy.pid"
c.PAMAuthenticator.allowed_groups = {{"{group}"}}
c.JupyterHub.spawner_class = "spawner.CgroupSpawner"
c.Spawner.mem_limit = "{memory}M"
c.JupyterHub.services = []
c.JupyterHub.load_roles = []
"""


pytestmark = pytest.mark.skipif(os.environ.get("REQUIRE_HUB", "") in ("", "0"), reason=(
    "REQUIRE_HUB is not set: the test makes users of this machine (as root: make test-hub)"))


def what_is_missing():
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux can start servers for others"
    if not (HUB / "env/bin/jupyterhub").exists():
        return f"there is no hub in {HUB}: make hub-install"
    if shutil.which("node") is None:
        return "node was not found, which runs the hub's proxy: apt install npm"
    return None


def limits_hold():
    try:
        cgroups.make("hubtest-try", 2**30, 1, 10)
        cgroups.remove("hubtest-try")
    except (OSError, KeyError):
        return False
    return True


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Hub:
    def __init__(self, folder):
        self.folder = folder
        folder.chmod(0o700)
        port, hub_port, proxy_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        self.settings = folder / "settings.py"
        self.settings.write_text(SETTINGS.format(
            hub=HUB, port=port, hub_port=hub_port, proxy_port=proxy_port, state=folder, group=GROUP,
            memory=MEMORY))

    def start(self):
        with open(self.folder / "hub.log", "a") as log:
            self.process = subprocess.Popen(
                [HUB / "env/bin/jupyterhub", "--config", self.settings], cwd=self.folder,
                stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx.get(self.url + "/hub/health").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, self.log()
            time.sleep(0.2)
        raise AssertionError(self.log())

    def log(self):
        return (self.folder / "hub.log").read_text()[-5000:]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.kill()
        try:
            os.kill(int((self.folder / "proxy.pid").read_text()), signal.SIGTERM)
        except (OSError, ValueError):
            pass
        for name in CLASS:
            cgroups.remove(name)


def remove_users():
    names = [name for name in students.members(GROUP) if name.startswith("hubtest-")]
    uids = {pwd.getpwnam(name).pw_uid for name in names}
    for process in Path("/proc").glob("[0-9]*"):    # what no cgroup held
        try:
            if process.stat().st_uid in uids:
                os.kill(int(process.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass
    time.sleep(0.5)
    students.remove(names, GROUP)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    assert what_is_missing() is None
    subprocess.run(["groupadd", "--force", GROUP], check=True)
    remove_users()  # of a run that was ended
    hub = Hub(tmp_path_factory.mktemp("hub"))
    try:
        hub.passwords = students.add([*CLASS, OUTSIDE], GROUP)
        subprocess.run(["gpasswd", "--delete", OUTSIDE, GROUP], check=True, capture_output=True)
        hub.start()
        yield hub
    finally:
        if hasattr(hub, "process"):
            hub.end()
        subprocess.run(["gpasswd", "--add", OUTSIDE, GROUP], capture_output=True)
        remove_users()
        subprocess.run(["groupdel", GROUP], check=True)


@pytest.fixture(scope="module")
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


async def begin_lesson(student):
    """As a browser does it: from the password to the outputs of the first cells."""
    assert await student.log_in() == 200
    await student.start_server()
    notebook = await student.read(LESSON_PATH)
    await student.start_kernel(LESSON_PATH)
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    kinds = set()
    for source in code[:CELLS]:
        _, errors, shown, _ = await student.run(source)
        assert errors == [], (student.name, source, errors)
        kinds |= shown
    return kinds


@pytest.fixture(scope="module")
def everybody(hub, loop):
    """The class, with the lesson begun; how long all of it took is kept."""
    people = [Student(hub.url, name, hub.passwords[name]) for name in CLASS]

    async def begin():
        return await asyncio.gather(*map(begin_lesson, people), return_exceptions=True)

    hub.busy = os.getloadavg()[0] / os.cpu_count()  # by others
    started = time.monotonic()
    hub.outcomes = loop.run_until_complete(begin())
    hub.seconds = time.monotonic() - started
    yield people

    async def close():
        await asyncio.gather(*(student.close() for student in people))

    loop.run_until_complete(close())


def test_a_wrong_password_gets_in_nowhere(hub, loop):
    right = hub.passwords[CLASS[0]]
    tries = [(CLASS[0], "wrong"), (CLASS[0], ""), (CLASS[0], hub.passwords[CLASS[1]]),
             ("hubtest-nobody", right), ("root", right), ("root", ""),
             (OUTSIDE, hub.passwords[OUTSIDE])]

    async def one(name, password):
        stranger = Student(hub.url, name, password)
        status = await stranger.log_in()
        reached = [await stranger.browser.get(page) for page in
                   (f"/user/{CLASS[0]}/api/contents", "/hub/api/users", "/hub/home")]
        await stranger.browser.aclose()
        return status, [answer.status_code == 200 and "login" not in answer.url.path
                        for answer in reached]

    async def all_of_them():
        return await asyncio.gather(*(one(*pair) for pair in tries))

    for pair, (status, reached) in zip(tries, loop.run_until_complete(all_of_them()), strict=True):
        assert status == 403, pair[0]
        assert reached == [False, False, False], pair[0]


def test_twenty_students_begin_a_lesson_at_once(hub, everybody):
    failed = {name: outcome for name, outcome in zip(CLASS, hub.outcomes, strict=True)
              if isinstance(outcome, BaseException)}
    assert failed == {}, hub.log()
    widget = "application/vnd.jupyter.widget-view+json"
    assert all(widget in kinds for kinds in hub.outcomes), "the cells show no explorer"
    print(f"{len(CLASS)} students: {hub.seconds:.0f} s from the password to the explorer")
    assert hub.seconds < SECONDS * max(1, hub.busy)


def test_a_whole_lesson_runs_with_its_data(hub, everybody, loop):
    student = everybody[7]

    async def whole():
        notebook = await student.read(LESSON_PATH)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                _, errors, _, _ = await student.run(cell["source"])
                raises = "raises-exception" in cell["metadata"].get("tags", [])
                assert raises or errors == [], (cell["source"], errors)
        linked = ["course/course_lib/layers.py", "course/data/README.md"]  # from the lessons
        return [await student.api("GET", f"contents/{path}") for path in linked]

    assert [status for status, _ in loop.run_until_complete(whole())] == [200, 200]


PRY = """
import glob, os, pathlib

def tried(what, action):
    try:
        print(what, "OPEN", action())
    except (OSError, ValueError) as error:
        print(what, type(error).__name__)

other = pathlib.Path("~{other}").expanduser()
tried("home", lambda: os.listdir(other))
tried("notebook", lambda: (other / "course/notebooks/{lesson}").read_text()[:9])
tried("secret", lambda: pathlib.Path("{state}/cookie_secret").read_bytes()[:9])
tried("users", lambda: os.listdir("{state}"))
tried("installed hub", lambda: os.listdir("{hub}/state"))
tried("lesson", lambda: open("{hub}/lessons/notebooks/{lesson}", "a"))
tried("library", lambda: open(__import__("course_lib").__file__, "a"))
tried("settings", lambda: open("{hub}/spawner.py", "a"))
foreign = [path for path in glob.glob("/proc/[0-9]*/environ")
           if os.stat(path).st_uid != os.getuid() and os.access(path, os.R_OK)]
print("environments of others:", len(foreign))
print("may write into others' homes:", [h for h in glob.glob("/home/*") if os.access(h, os.W_OK)
                                        and os.stat(h).st_uid != os.getuid()])
print("groups:", set(os.getgroups()) == set(os.getgrouplist(os.environ["USER"], os.getgid())))
print("umask:", oct(os.umask(0o077)))
import ipykernel.connect, json
print("transport:", json.loads(ipykernel.connect.get_connection_info())["transport"])
"""


def test_nobody_sees_anybody_elses_files(hub, everybody, loop):
    me, other = everybody[0], everybody[1]
    code = PRY.format(other=other.name, lesson=LESSON, state=hub.folder, hub=HUB)
    text, errors, _, _ = loop.run_until_complete(me.run(code))
    assert errors == []
    assert text.splitlines() == [
        *(f"{what} PermissionError" for what in ("home", "notebook", "secret", "users",
                                                 "installed hub", "lesson", "library", "settings")),
        "environments of others: 0", "may write into others' homes: []", "groups: True",
        "umask: 0o77", "transport: ipc"]

    async def ask():
        theirs = [await me.api("GET", path, whose=other.name)
                  for path in ("contents", "kernels", f"contents/{LESSON_PATH}")]
        started = await me.api("POST", "kernels", whose=other.name)
        pages = [await me.browser.get(page, headers={"Referer": me.url + "/hub/"}) for page in
                 ("/hub/api/users", f"/hub/api/users/{other.name}", "/hub/admin")]
        return [status for status, _ in [*theirs, started]], [p.status_code for p in pages]

    servers, pages = loop.run_until_complete(ask())
    assert set(servers) == {403}
    assert set(pages) <= {403, 404}


def test_homes_and_the_hubs_folder_are_closed(hub, everybody):
    assert {os.stat(f"/home/{name}").st_mode & 0o777 for name in CLASS} == {0o700}
    notebook = Path(f"/home/{CLASS[0]}/{LESSON_PATH}")
    assert notebook.stat().st_mode & 0o777 == 0o600
    assert notebook.owner() == CLASS[0]


WORKERS = """
from course_lib.scale.cluster import compute, connect
client = connect(workers=1, memory="256MiB")
print(compute(client, abs, [(-1,)]), client.scheduler.address)
"""
INTRUDE = """
from distributed import Client
for protocol in "tcp", "tls":
    try:
        print(Client(protocol + "://{address}", timeout=5).run(abs, 1))
    except Exception as error:
        print("refused")
"""


def test_the_workers_of_lesson_10_take_no_work_from_a_neighbour(hub, everybody, loop):
    async def run():
        text, errors, _, _ = await everybody[0].run(WORKERS)
        assert errors == []
        result, address = text.rsplit(maxsplit=1)
        assert result == "[1]"
        answer = await everybody[1].run(INTRUDE.format(address=address.split("//")[1]))
        await everybody[0].run("client.close()")
        return answer

    text, errors, _, _ = loop.run_until_complete(run())
    assert (text, errors) == ("refused\nrefused\n", [])


LOOPS = """
import subprocess, sys
loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(8)]
"""
FORKS = """
import subprocess, sys
forks = '''
import os, time
children = []
try:
    for _ in range(400):
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children.append(child)
    print("all of them")
except BlockingIOError:
    print("no more")
for child in children:
    os.kill(child, 9)
'''
print(subprocess.run([sys.executable, "-ISc", forks], capture_output=True, text=True))
"""
HOG = """
taken = []
while len(taken) < 100:  # without a limit it would end the machine
    taken.append(bytearray(20_000_000))
print("2 GB")
"""


def test_who_takes_everything_takes_it_from_nobody(hub, everybody, loop):
    if not limits_hold():
        pytest.skip("the limits cannot be tried: no cgroup of this machine can be written")
    hog, looping, forking, neighbour = everybody[2:6]
    work = "sum(i * i for i in range(1_000_000))"

    async def alone():
        return min([(await neighbour.run(work))[3] for _ in range(5)])

    async def beside():
        await looping.run(LOOPS)
        await looping.send("while True: pass")
        hungry = asyncio.ensure_future(hog.run(HOG))
        bomb = asyncio.ensure_future(forking.run(FORKS))
        times = []
        while len(times) < 5 or not (hungry.done() and bomb.done()):
            _, errors, _, seconds = await neighbour.run(work)
            assert errors == []
            times.append(seconds)
        still_there = [await student.api("GET", "status") for student in (hog, looping, forking)]
        await asyncio.sleep(3)  # the server starts the kernel that died again
        again = await hog.run("print('again')")
        return hungry.result(), bomb.result(), still_there, again, sorted(times)

    before = loop.run_until_complete(alone())
    hungry, bomb, still_there, again, times = loop.run_until_complete(beside())
    assert hungry[1] == ["died"]
    assert "no more" in bomb[0], bomb
    assert [status for status, _ in still_there] == [200, 200, 200]
    assert again[0] == "again\n", again
    median = times[len(times) // 2]
    print(f"the neighbour's cell: {median / before:.1f} times as long beside a memory hog, nine "
          "endless loops and 400 forks")
    assert median < 10 * before


def test_the_hub_killed_and_started_again_loses_nothing(hub, everybody, loop):
    student = everybody[6]
    path = LESSON_PATH

    async def before():
        notebook = await student.read(path)
        notebook["cells"].append(nbformat.v4.new_markdown_cell("My own words."))
        await student.save(path, notebook)
        await student.run("kept = 42")

    async def while_there_is_no_hub():  # who has the notebook open goes on, and saves
        notebook = await student.read(path)
        notebook["cells"].append(nbformat.v4.new_markdown_cell("Written without a hub."))
        await student.save(path, notebook)
        return await student.run("kept += 1")

    async def after():
        await student.connect()
        text, errors, _, _ = await student.run("print(kept)")
        notebook = await student.read(path)
        fresh = Student(hub.url, student.name, hub.passwords[student.name])
        status = await fresh.log_in()
        await fresh.start_server()
        theirs = await fresh.read(path)
        await fresh.close()
        return text, errors, notebook, status, theirs

    loop.run_until_complete(before())
    hub.kill()
    assert loop.run_until_complete(while_there_is_no_hub())[1] == []
    hub.start()
    text, errors, notebook, status, theirs = loop.run_until_complete(after())
    assert (text, errors, status) == ("43\n", [], 200)
    words = ["My own words.", "Written without a hub."]
    assert [cell["source"] for cell in notebook["cells"][-2:]] == words
    assert theirs == notebook


def test_a_server_stopped_leaves_nothing_running_and_keeps_the_work(hub, everybody, loop):
    student = everybody[9]
    lesson = Path(f"/home/{student.name}/{LESSON_PATH}")
    lesson.with_name("02_activations.ipynb").unlink()

    async def stop_and_start():
        notebook = await student.read(LESSON_PATH)
        notebook["cells"].append(nbformat.v4.new_markdown_cell("Saved before the stop."))
        await student.save(LESSON_PATH, notebook)
        await student.connect()  # the test before has ended the proxy
        await student.run("import subprocess\n"
                          "subprocess.Popen(['sleep', '600'], start_new_session=True)")
        await student.browser.get("/hub/home")
        headers = {"X-XSRFToken": student.token("/hub/"), "Referer": hub.url + "/hub/home"}
        answer = await student.browser.delete(f"/hub/api/users/{student.name}/server",
                                              headers=headers)
        assert answer.status_code in (202, 204), answer.text
        while cgroups.processes(student.name):
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)
        words = lesson.read_text()
        await student.start_server()
        return words

    words = loop.run_until_complete(asyncio.wait_for(stop_and_start(), 60))
    assert "Saved before the stop." in words
    assert lesson.read_text() == words, "a start copies only lessons that are not there"
    assert lesson.with_name("02_activations.ipynb").exists()


def test_notebooks_are_collected_as_their_owners(hub, everybody, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("only root reads this")
    secret.chmod(0o600)
    lesson = Path(f"/home/{CLASS[8]}/{LESSON_PATH}")
    lesson.unlink()
    lesson.symlink_to(secret)
    Path(f"/home/{CLASS[7]}/{LESSON_PATH}").unlink()
    missing = students.collect(LESSON, tmp_path / "handed-in", GROUP)
    assert missing == [CLASS[7], CLASS[8]]
    handed = sorted(path.parent.name for path in (tmp_path / "handed-in").glob("*/*.ipynb"))
    assert handed == sorted(set(CLASS) - set(missing))


def test_only_the_classs_own_users_are_removed(hub):
    with pytest.raises(ValueError, match="not in the group hubtest: root"):
        students.remove(["root"], GROUP)
    with pytest.raises(ValueError, match="is a user of this machine already"):
        students.add(["root"], GROUP)
    with pytest.raises(ValueError, match="small letters"):
        students.add(["../x"], GROUP)
