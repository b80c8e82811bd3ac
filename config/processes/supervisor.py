"""Keeps children alive until it is told to stop, or until one of them is hopeless."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType

from config.processes.children import Child, Plan

LOOK_EVERY = 0.2  # seconds: a dead child is back well within two seconds


class Supervisor:
    """Starts children in order, restarts whichever ends, stops them in the opposite order.

    `state` is a JSON file with the pids and restarts, rewritten whole at each change.
    """

    def __init__(self, *, state: Path, facts: dict[str, object]) -> None:
        self.children: list[Child] = []
        self.stopping = threading.Event()
        self.hopeless: Child | None = None
        self._state = state
        self._facts = facts

    def add(self, plan: Plan) -> Child:
        """Start a child and look after it from now on."""
        child = Child(plan)
        child.start()
        self.children.append(child)
        self.write_state()
        return child

    def listen(self) -> None:
        """Stop on Ctrl-C, SIGTERM and SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def look(self) -> None:
        """Restart what has ended; give up on a child that fails five times in a row."""
        for child in self.children:
            if not child.has_ended():
                continue
            child.sweep()
            child.note_end()
            if child.is_hopeless():
                self.hopeless = child
                self.stopping.set()
                return
            child.start()
            child.restarts += 1
            self.write_state()

    def wait_for(self, is_ready: Callable[[], bool], *, seconds: float) -> bool:
        """Look after the children until something is ready; False when it takes too long."""
        deadline = time.monotonic() + seconds
        while not self.stopping.is_set() and time.monotonic() < deadline:
            self.look()
            if is_ready():
                return True
            self.stopping.wait(LOOK_EVERY / 2)
        return False

    def run(self) -> int:
        """Look after the children until told to stop; the exit status."""
        while not self.stopping.wait(LOOK_EVERY):
            self.look()
        return 1 if self.hopeless else 0

    def stop(self) -> None:
        """Stop all children, the last started first."""
        for child in _opposite(self.children):
            child.stop()
        self._state.unlink(missing_ok=True)

    def write_state(self) -> None:
        draft = self._state.with_suffix(".draft")
        facts = {
            **self._facts,
            "pid": os.getpid(),
            "children": {
                child.plan.name: {"pid": child.pid, "restarts": child.restarts}
                for child in self.children
            },
        }
        draft.write_text(json.dumps(facts), encoding="utf-8")
        draft.replace(self._state)


def _opposite(children: Iterable[Child]) -> list[Child]:
    """Web, worker and beat first, the broker they talk to last."""
    order = {"web": 0, "worker": 1, "beat": 2, "broker": 3}
    return sorted(children, key=lambda child: order.get(child.plan.name, 0))
