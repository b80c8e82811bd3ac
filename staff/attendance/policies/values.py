"""What is judged: shifts, punches, make-ups and days away of one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from staff.attendance.enums import MakeUpState, Side
from staff.people.enums import AbsenceKind, Half

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as the roster has it, `[starts_at, ends_at)`; the day is that of the start."""

    key: int
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Clocked:
    """A punch; `side` is what the clock itself said, if anything."""

    key: int
    at: datetime
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """A day, or half a day, of approved absence."""

    day: date
    half: Half
    kind: AbsenceKind


@dataclass(frozen=True, slots=True)
class Asked:
    """A make-up for one boundary of the shift of a day (ATT-13)."""

    key: int
    day: date
    side: Side
    asked_at: datetime
    state: MakeUpState


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment known for a shift's date and side."""

    day: date
    side: Side
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of one person; the order of the rows does not matter."""

    shifts: Sequence[Planned] = field(default_factory=tuple)
    punches: Sequence[Clocked] = field(default_factory=tuple)
    makeups: Sequence[Asked] = field(default_factory=tuple)
    away: Sequence[Away] = field(default_factory=tuple)


def minute_of(moment: datetime) -> int:
    """Return the minute that a clock shows at a moment, counted from 1970: seconds are dropped."""
    return int(moment.timestamp() // SECONDS)
