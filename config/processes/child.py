"""One program that runs as a child, in a session of its own, and never outlives its parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1  # from Linux' <sys/prctl.h>
TAIL_BYTES = 4000
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What is run. `grace` is how many seconds it has to end when asked to."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    folder: Path
    grace: float = 1.0
    inherits: tuple[int, ...] = ()

    def tail(self) -> str:
        """Return the end of what it has written."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
                return file.read().decode(errors="replace").strip()
        except OSError:
            return ""


def _dies_with(parent: int) -> Callable[[], None]:
    """Return what a child runs before its program: Linux then ends it when the parent is gone."""

    def before() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return before


class Child:
    """A running program. Start it from the main thread: Linux ends it with the thread."""

    def __init__(self, program: Program) -> None:
        self.program = program
        with program.log.open("ab") as log:
            # A session of its own keeps Ctrl-C away: the parent stops its children in turn.
            self._process = subprocess.Popen(  # noqa: S603 -- the programs are our own
                program.argv,
                cwd=program.folder,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=program.inherits,
                preexec_fn=_dies_with(os.getpid()),  # noqa: PLW1509 -- the parent has one thread
            )
        self.pid = self._process.pid

    def ended(self) -> int | None:
        """Return how it ended (negative: by that signal) or None while it runs.

        What it has started itself is ended with it, so that a new one finds nothing in its way.
        """
        code = self._process.poll()
        if code is not None:
            self._kill_group()
        return code

    def stop(self) -> None:
        """Ask it to end, wait, and end it with all that it has started."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self.program.grace)
        self._kill_group()
        self._process.wait()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
            os.killpg(self.pid, signal.SIGKILL)
