"""Steps that run by the clock: the start of the agreed remedy, and the revisit (CMP-4).

A step is owed from one moment on, within so much time by the clock, whatever the desk's hours. The
first miss stays for ever; when the step is owed again, for instance because another remedy was
agreed, its own time runs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum


class Mark(IntEnum):
    """What happened to a step; of several at one moment, the smaller counts first."""

    MET = 1
    DROPPED = 2
    OWED = 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """What became of a step.

    `due_at` and `met_at` are those of the miss, if there was one, else of the last time; `late` how
    much too late it was met or dropped; `open_at` the deadline that still runs.
    """

    due_at: datetime
    met_at: datetime | None
    late: timedelta | None
    open_at: datetime | None


def step_of(marks: Iterable[tuple[datetime, Mark]], *, within: timedelta) -> Step | None:
    """Return what became of a step, from its marks in any order; None when it was never owed.

    A step that is dropped in time leaves nothing. Source: house rules CMP-4.
    """
    shown: Step | None = None
    running: datetime | None = None
    for due_at, ended_at, mark in _turns(marks, within):
        if ended_at is None:
            running = due_at
            continue
        missed = ended_at > due_at
        if (shown is None or shown.late is None) and (missed or mark == Mark.MET):
            shown = Step(
                due_at=due_at,
                met_at=ended_at,
                late=ended_at - due_at if missed else None,
                open_at=None,
            )
    if running is None:
        return shown
    if shown is None or shown.late is None:
        return Step(due_at=running, met_at=None, late=None, open_at=running)
    return Step(due_at=shown.due_at, met_at=shown.met_at, late=shown.late, open_at=running)


def _turns(
    marks: Iterable[tuple[datetime, Mark]], within: timedelta
) -> Iterator[tuple[datetime, datetime | None, Mark]]:
    """Yield due time, end and mark of each time that the step was owed."""
    since: datetime | None = None
    for at, mark in sorted(marks):
        if mark == Mark.OWED:
            since = at if since is None else since
        elif since is not None:
            yield since + within, at, mark
            since = None
    if since is not None:
        yield since + within, None, Mark.OWED
