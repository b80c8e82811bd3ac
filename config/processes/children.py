"""One child process: how it is started, looked at and stopped."""

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
YOUNG = 10.0  # seconds within which an end counts as a failed start
MOST_FAILURES = 5


def _die_with_parent() -> None:
    """Ask Linux to kill this child when the supervisor dies, however it dies."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return  # another system: the supervisor's own clean-up has to do


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a child runs. `stop_seconds` is how long it may take to end by itself."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_seconds: float = 5.0


@dataclass
class Child:
    """A child that is kept alive. Times are those of the monotonic clock, in seconds."""

    plan: Plan
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0
    failures: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        self.plan.log.parent.mkdir(parents=True, exist_ok=True)
        with self.plan.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own commands
                self.plan.command,
                env=dict(self.plan.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no threads run yet in the supervisor
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def note_end(self) -> None:
        """Count an end soon after the start; a child that lived longer begins anew."""
        if time.monotonic() - self.started_at < YOUNG:
            self.failures.append(time.monotonic())
        else:
            self.failures.clear()

    def is_hopeless(self) -> bool:
        """Five failed starts in a row."""
        return len(self.failures) >= MOST_FAILURES

    def sweep(self) -> None:
        """Kill what a dead child has left of its session (workers of a killed master)."""
        if self.process is not None:
            _signal_group(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the child kindly, then firmly; returns when nothing of it is left."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.plan.stop_seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.sweep()
        self.process.wait()

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the log, for the person who has to find out why."""
        try:
            return "\n".join(
                self.plan.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
            )
        except OSError:
            return ""


def _signal_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return
