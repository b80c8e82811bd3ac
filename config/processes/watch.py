"""Keeps programs running: whichever dies is started again, until it fails in a row."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from config.processes.child import Child, Program

FAILED_WITHIN = 10.0  # seconds after its start: an end so early is a failure
MOST_FAILURES = 5  # in a row
PAUSE = 0.25  # seconds before the second try, twice as much before the third, ...
LONGEST_PAUSE = 1.0


class GaveUp(Exception):
    """A program has failed too often; says which, how, and the end of its log."""

    def __init__(self, program: Program, code: int) -> None:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        super().__init__(
            f"{program.name} ended {MOST_FAILURES} times within {FAILED_WITHIN:.0f} seconds of"
            f" its start, the last time with {how}. The end of {program.log.name}:\n"
            f"{program.tail() or '(nothing)'}"
        )
        self.name = program.name


@dataclass
class Kept:
    """A program that is kept running, and how it went so far."""

    program: Program
    child: Child | None = None
    starts: int = 0
    failures: int = 0
    started: float = 0.0
    start_after: float = 0.0


def is_failure(code: int, *, lived: float) -> bool:
    """Return whether an end counts as the program's own failure.

    SIGKILL never does: it comes from outside (an operator, a test, the kernel when memory is
    short), and what is killed is started again as often as it is killed. `lived` is in seconds.
    """
    return code != -signal.SIGKILL and lived < FAILED_WITHIN


def pause_after(failures: int) -> float:
    """Return how many seconds to wait before the next start; none after a first failure."""
    return min(PAUSE * max(0, failures - 1), LONGEST_PAUSE)


class Watch:
    """Starts programs, looks after them, and stops them in turn."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        changed: Callable[["Watch"], None] = lambda _watch: None,
    ) -> None:
        self._clock = clock
        self._changed = changed
        self._kept: dict[str, Kept] = {}

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._kept.values())

    def start(self, program: Program) -> None:
        kept = self._kept[program.name] = Kept(program)
        self._start(kept)

    def look(self) -> None:
        """Start again what has died. Raises GaveUp."""
        for kept in self:
            if kept.child is not None and (code := kept.child.ended()) is not None:
                self._note_end(kept, code)
            if kept.child is None and self._clock() >= kept.start_after:
                self._start(kept)

    def stop(self, *, order: Sequence[str] = ()) -> None:
        """Stop all: first the ones named, in that order, then the others."""
        named = [self._kept[name] for name in order if name in self._kept]
        for kept in [*named, *self]:
            if kept.child is not None:
                kept.child.stop()
                kept.child = None

    def _start(self, kept: Kept) -> None:
        kept.child = Child(kept.program)
        kept.started = self._clock()
        kept.starts += 1
        self._changed(self)

    def _note_end(self, kept: Kept, code: int) -> None:
        now = self._clock()
        failed = is_failure(code, lived=now - kept.started)
        kept.child = None
        kept.failures = kept.failures + 1 if failed else 0
        kept.start_after = now + pause_after(kept.failures)
        if kept.failures >= MOST_FAILURES:
            raise GaveUp(kept.program, code)
