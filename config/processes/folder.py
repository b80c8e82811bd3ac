"""The data folder of a running demo: its lock, its logs, and who runs (`demo.json`)."""

import errno
import fcntl
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HIGHEST_PORT = 65535
BACKLOG = 2048


class Taken(Exception):
    """Another process uses this data folder."""


@contextmanager
def lock(var: Path) -> Iterator[None]:
    """Hold the folder; the lock falls with the process, however it ends. Raises Taken."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken from None
        yield


def turn_logs(var: Path) -> None:
    """Begin new logs and keep those of the last time as `.1`."""
    folder = var / "log"
    folder.mkdir(exist_ok=True)
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


def write_state(var: Path, state: dict[str, Any]) -> None:
    """Write `demo.json` in one piece: a reader sees the old one or the new one."""
    draft = var / ".demo.json.part"
    draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
    draft.replace(var / "demo.json")


def forget_state(var: Path) -> None:
    (var / "demo.json").unlink(missing_ok=True)


def listen(host: str, port: int) -> socket.socket:
    """Listen on the port, or on the next free one above it; 0 means any. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            # Connections of the last run that are still fading away do not count as taken.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE or port >= HIGHEST_PORT:
                raise
            port += 1
        else:
            return listener
