"""What the files of tools/hub promise, without a hub: tests/slow/test_hub.py starts one."""

import re
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
loader = pytest.importorskip("traitlets.config.loader")
pytest.importorskip("pwd", reason="real users, of Unix")

from tools.hub import cgroups, students  # noqa: E402

ROOT = Path(__file__).parents[2]
HUB = ROOT / "tools" / "hub"
README = (HUB / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def installed(tmp_path):
    """The configuration as `make hub-install` lays it out."""
    for name in ("jupyterhub_config.py", "spawner.py", "cgroups.py"):
        (tmp_path / name).write_bytes((HUB / name).read_bytes())
    return tmp_path


@pytest.fixture
def config(installed, monkeypatch):
    monkeypatch.setattr("sys.path", list(__import__("sys").path))
    return loader.PyFileConfigLoader(str(installed / "jupyterhub_config.py")).load_config()


def values():
    return yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8"))


def test_the_configuration_is_closed(config, installed):
    assert config.JupyterHub.bind_url.startswith("http://127.0.0.1:")
    assert config.JupyterHub.authenticator_class == "pam"
    assert config.PAMAuthenticator.allowed_groups == {students.GROUP}
    assert "allow_all" not in config.Authenticator
    assert (installed / "state").stat().st_mode & 0o777 == 0o700
    for file in (config.JupyterHub.db_url, config.JupyterHub.cookie_secret_file,
                 config.ConfigurableHTTPProxy.pid_file):
        assert f"{installed}/state/" in file
    assert "--KernelManager.transport=ipc" in config.Spawner.args
    assert config.Spawner.environment["COURSE_SHARED_MACHINE"]


def test_everybody_may_come_at_once_and_idle_servers_go(config):
    assert config.JupyterHub.concurrent_spawn_limit >= 30
    (culler,) = config.JupyterHub.services
    assert culler["command"][1:3] == ["-m", "jupyterhub_idle_culler"]
    (role,) = config.JupyterHub.load_roles
    assert role["services"] == [culler["name"]]


@pytest.mark.parametrize("systemd", [True, False])
def test_the_limits_are_systemds_where_it_runs(installed, systemd, monkeypatch):
    is_dir = Path.is_dir
    monkeypatch.setattr(Path, "is_dir", lambda path, **how: systemd if "systemd" in str(path)
                        else is_dir(path, **how))
    c = loader.PyFileConfigLoader(str(installed / "jupyterhub_config.py")).load_config()
    assert c.JupyterHub.spawner_class == ("systemdspawner.SystemdSpawner" if systemd
                                          else "spawner.CgroupSpawner")
    assert (c.Spawner.mem_limit, c.Spawner.cpu_limit) == ("2G", 2)
    if systemd:
        assert c.SystemdSpawner.unit_extra_properties == {"UMask": "0077", "TasksMax": "256",
                                                          "MemorySwapMax": "0"}


def test_an_own_settings_file_goes_on_from_it(installed):
    own = installed / "own.py"
    own.write_text(f"load_subconfig({str(installed / 'jupyterhub_config.py')!r})\n"
                   "c.Spawner.mem_limit = '4G'\n")
    config = loader.PyFileConfigLoader(str(own)).load_config()
    assert config.Spawner.mem_limit == "4G"
    assert config.Spawner.cpu_limit == 2


def test_kubernetes_gives_what_the_machine_gives(config):
    student, hub = values()["singleuser"], values()["hub"]
    assert student["memory"]["limit"] == config.Spawner.mem_limit
    assert student["cpu"]["limit"] == config.Spawner.cpu_limit
    assert student["defaultUrl"] == config.Spawner.default_url
    assert student["networkPolicy"]["enabled"]
    assert student["cloudMetadata"]["blockWithIptables"]
    assert hub["config"]["JupyterHub"]["authenticator_class"] not in ("dummy", "native")
    assert "client_secret" not in str(hub)
    assert values()["cull"]["enabled"] and values()["proxy"]["https"]["enabled"]


def test_the_image_is_the_charts_and_has_what_the_lessons_read():
    image = (HUB / "Dockerfile").read_text(encoding="utf-8")
    (version,) = re.findall(r"ARG JUPYTERHUB=(\S+)", image)
    first = (HUB / "values.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert f"(JupyterHub {version})" in first
    copied = re.findall(r"^COPY (.+) \S+$", image, re.M)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
    assert {"data", "notebooks", "course_lib"} <= set(copied)
    assert "COURSE_DATA_DIR=/srv/data" in image
    assert f"--home-dir {values()['singleuser']['storage']['homeMountPath']} " in image


def test_the_extra_has_what_the_configuration_names(config):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.match(r"[\w-]+", line)[0] for line in extras["optional-dependencies"]["hub"]]
    assert names == ["jupyterhub", "jupyterhub-idle-culler", "nbgitpuller",
                     "jupyterhub-systemdspawner"]


# The limits ---------------------------------------------------------------------------------------
@pytest.fixture
def version_2(tmp_path, monkeypatch):
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
    for file in ("cgroup.controllers", "cgroup.subtree_control"):
        (tmp_path / file).write_text("")
    return tmp_path


@pytest.fixture
def version_1(tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.write_text("9:name=systemd:/\n8:pids:/hub\n4:memory:/\n2:cpu,cpuacct:/a/b\n0::/\n")
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
    monkeypatch.setattr(cgroups, "OWN", own)
    return tmp_path


def written(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*")
            if path.is_file() and "student" in str(path.relative_to(folder))}


def test_limits_in_version_2(version_2):
    (door,) = cgroups.make("student", 2 * 2**30, 1.5, 256)
    assert door == version_2 / "course/student/cgroup.procs"
    assert written(version_2) == {
        "course/student/memory.max": "2147483648", "course/student/cpu.max": "150000 100000",
        "course/student/pids.max": "256"}
    assert (version_2 / "course/cgroup.subtree_control").exists()


def test_limits_in_version_1(version_1):
    doors = cgroups.make("student", 2**30, 2, 256)
    assert [str(door.relative_to(version_1)) for door in doors] == [
        "cpu/a/b/course/student/cgroup.procs", "memory/course/student/cgroup.procs",
        "pids/hub/course/student/cgroup.procs"]
    assert written(version_1) == {
        "memory/course/student/memory.limit_in_bytes": "1073741824",
        "cpu/a/b/course/student/cpu.cfs_period_us": "100000",
        "cpu/a/b/course/student/cpu.cfs_quota_us": "200000",
        "pids/hub/course/student/pids.max": "256"}


def test_no_limit_is_said_in_the_words_of_each_version(version_2, monkeypatch):
    assert cgroups.settings(None, None, 0) == {
        "memory": {"memory.max": "max", "memory.swap.max": 0},
        "cpu": {"cpu.max": "max 100000"}, "pids": {"pids.max": "max"}}
    (version_2 / "cgroup.controllers").unlink()
    assert cgroups.settings(0, 0, None) == {
        "memory": {"memory.limit_in_bytes": -1, "memory.memsw.limit_in_bytes": -1},
        "cpu": {"cpu.cfs_period_us": 100_000, "cpu.cfs_quota_us": -1}, "pids": {"pids.max": "max"}}


# The guide ----------------------------------------------------------------------------------------
def test_the_guide_names_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`?make (hub[a-z-]*|test-[a-z-]+)", README)) <= targets
    for command in re.findall(r"students\.py (\w+)", README):
        assert f'case ["{command}"' in (HUB / "students.py").read_text(), command


def test_the_guide_has_a_row_for_every_lesson_and_none_needs_more_than_the_limit(config):
    rows = dict(re.findall(r"^\| (\d\d) .*?\| ([\d,]+) \|$", README, re.M))
    lessons = {path.name[:2] for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")}
    assert {"00", "01", "07", "08", "09"} <= set(rows) <= lessons
    limit = {"2G": 2048}[config.Spawner.mem_limit]
    assert all(int(peak.replace(",", "")) < 0.75 * limit for peak in rows.values())


@pytest.mark.parametrize("path", ["../x", "a b", "Anna", "-rf", "", "a" * 40, "root\n"])
def test_strange_names_are_refused_before_anything_is_made(path, monkeypatch):
    monkeypatch.setattr(students.subprocess, "run", None)
    with pytest.raises(ValueError, match="small letters"):
        students.add(["anna", path])
