"""The demo as people run it: a process of its own, on a data folder of its own."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import sample

BASE = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 90  # seconds; some machines that run tests are slow and busy
AGAIN_WITHIN = 2
GONE_WITHIN = 6
OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "KEFU_WEB_TICK", "KEFU_BROKER_URL")

pytestmark = pytest.mark.slow


class Demo:
    """A running demo."""

    def __init__(self, var, *options, **environment):
        env = {name: value for name, value in os.environ.items() if name not in OURS}
        env |= {"KEFU_VAR": str(var), "http_proxy": "http://192.0.2.1:1", **environment}
        self.var = var
        self.process = subprocess.Popen(  # noqa: S603 -- our own command
            [sys.executable, "manage.py", "demo", "--port", "0", *options],
            cwd=BASE,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_it_runs(self):
        """Return what it has said up to the welcome."""
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                return "".join(said)
        raise AssertionError("".join(said))

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        said, _nothing = self.process.communicate(timeout=30)
        return self.process.returncode, said

    @property
    def state(self):
        return json.loads((self.var / "demo.json").read_text())

    def pid_of(self, name):
        return self.state["children"].get(name, {}).get("pid")

    def get(self, path, *, timeout=STARTED_WITHIN):
        web = http.client.HTTPConnection("127.0.0.1", self.state["port"], timeout=timeout)
        with contextlib.closing(web):
            web.request("GET", path)
            answer = web.getresponse()
            return answer.status, answer.read().decode()


def processes_of(var):
    """All processes that were started for this data folder."""
    mark = f"KEFU_VAR={var}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((int(folder.name), (folder / "cmdline").read_bytes()))
    return found


def wait_until(true, *, within):
    until = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < until, f"it did not happen within {within} seconds"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A data folder as the first start leaves it, which also proves the broker of last resort."""
    var = tmp_path_factory.mktemp("filled")
    demo = Demo(var, "--broker", "filesystem", "--check")
    said, _nothing = demo.process.communicate(timeout=2 * STARTED_WITHIN)
    assert "a task went through the worker (filesystem broker)" in said
    assert demo.process.returncode == 0
    return var


@pytest.fixture
def start(tmp_path, filled):
    """Start demos; whatever a failed test leaves of them is ended."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    demos = []

    def begin(*options, **environment):
        demos.append(Demo(tmp_path, *options, **environment))
        return demos[-1]

    yield begin
    for demo in demos:
        demo.process.kill()
        demo.process.communicate(timeout=30)


def test_demo_runs_restarts_what_dies_and_starts_again_on_the_same_data(start, tmp_path):
    demo = start()
    said = demo.wait_until_it_runs()
    assert demo.state["url"] in said
    assert all(name in said and post in said for name, post in sample.SIGN_INS)
    assert sample.PASSWORD in said
    status, page = demo.get("/accounts/login/")
    assert (status, "password" in page) == (200, True)

    second = start()
    assert second.process.wait(timeout=60) == 1
    assert "Another demo is running" in second.process.stdout.read()

    wait_until(lambda: len(demo.state["children"]) == 4, within=30)
    for name in ("broker", "worker", "beat", "web"):
        before = demo.pid_of(name)
        os.kill(before, signal.SIGKILL)
        wait_until(
            lambda name=name, before=before: demo.pid_of(name) not in {before, None},
            within=AGAIN_WITHIN,
        )
        assert demo.state["children"][name]["starts"] == 2
    assert demo.get("/health/live")[0] == 200

    assert demo.end(signal.SIGHUP) == (0, "stopped.\n")
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "demo.json").exists()

    again = start("--check")
    said, _nothing = again.process.communicate(timeout=STARTED_WITHIN)
    assert "a task went through the worker (bundled broker)" in said
    assert "sample department" not in said
    assert again.process.returncode == 0
    assert processes_of(tmp_path) == []


def test_demo_that_is_killed_leaves_nothing(start, tmp_path):
    demo = start("--broker", "filesystem")
    demo.wait_until_it_runs()
    demo.process.kill()
    demo.process.wait()
    wait_until(lambda: processes_of(tmp_path) == [], within=GONE_WITHIN)


def test_demo_ends_when_a_child_cannot_live(start, tmp_path):
    """The web server is told an option that it does not know, and ends at once."""
    demo = start("--broker", "filesystem", GUNICORN_CMD_ARGS="--no-such-option")
    said, _nothing = demo.process.communicate(timeout=STARTED_WITHIN)
    assert "web ended 5 times within 10 seconds of its start" in said
    assert "--no-such-option" in said
    assert demo.process.returncode == 1
    assert processes_of(tmp_path) == []


def test_demo_that_is_stopped_while_it_starts_leaves_nothing(start, tmp_path):
    demo = start()
    wait_until((tmp_path / "demo.json").exists, within=STARTED_WITHIN)
    assert demo.end(signal.SIGINT)[0] == 0
    assert processes_of(tmp_path) == []


def test_demo_does_not_start_in_production(start):
    demo = start(
        KEFU_ENV="production",
        SECRET_KEY="x9" * 40,
        KEFU_DATA_KEY="k",
        ALLOWED_HOSTS="portal.example.com",
    )
    said, _nothing = demo.process.communicate(timeout=STARTED_WITHIN)
    assert "does not start in production" in said
    assert demo.process.returncode == 1


def test_demo_says_when_it_cannot_listen(start):
    demo = start("--host", "192.0.2.1")
    said, _nothing = demo.process.communicate(timeout=STARTED_WITHIN)
    assert "Cannot listen on 192.0.2.1" in said
    assert demo.process.returncode == 1
