"""Who is on duty and when somebody's next shift begins, from plain rows."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from staff.people.enums import Post

NEARBY = timedelta(days=7)


@dataclass(frozen=True)
class Holder:
    """Somebody in the chain of command."""

    person_id: int
    post: Post
    chief_id: int | None
    team_id: int | None


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One person's shift, `[starts_at, ends_at)`."""

    person_id: int
    team_id: int | None
    is_lead: bool
    starts_at: datetime
    ends_at: datetime

    def is_running(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


def is_rostered(shifts: Sequence[Shift], *, at: datetime) -> bool:
    """Tell whether a person has shifts within a week around a moment.

    A person without rostered shifts counts as on shift during service time (FUP-5).
    """
    return any(shift.starts_at <= at + NEARBY and shift.ends_at >= at - NEARBY for shift in shifts)


def running_lead(shifts: Sequence[Shift], *, at: datetime, beside: int) -> int | None:
    """Return who leads the running shift of a team, or None without a lead.

    Where two shifts overlap, the lead of the shift that the person `beside` works; else the lead
    of the shift that ends last. `shifts` are those of the team.
    """
    running = [shift for shift in shifts if shift.is_running(at)]
    spans = {(s.starts_at, s.ends_at) for s in running if s.person_id == beside}
    leads = [shift for shift in running if shift.is_lead]
    leads.sort(key=lambda s: ((s.starts_at, s.ends_at) in spans, s.ends_at, -s.person_id))
    return leads[-1].person_id if leads else None


@dataclass(frozen=True, slots=True)
class Span:
    """A shift of one person for looking at overlaps, `[start, end)`; `row` is whose it is."""

    start: datetime
    end: datetime
    row: int


def overlapped(spans: Sequence[Span], wanted: Span) -> Span | None:
    """Return the first of the spans, sorted by start, that the wanted one overlaps.

    The spans themselves do not overlap each other.
    """
    at = bisect_left(spans, wanted.start, key=lambda span: span.start)
    for near in spans[max(0, at - 1) : at + 1]:
        if near.start < wanted.end and wanted.start < near.end:
            return near
    return None


def short_rests(spans: Sequence[Span], *, least: timedelta) -> list[Span]:
    """Return the spans that begin too soon after the one before (SHIFT-6).

    They come sorted by start.
    """
    return [after for before, after in pairwise(spans) if after.start - before.end < least]


def times_of(day: date, *, starts: time, ends: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the moments of a shift on a day; an end not after the start lies on the next day."""
    last = day if ends > starts else day + timedelta(days=1)
    return (
        datetime.combine(day, starts, zone).astimezone(UTC),
        datetime.combine(last, ends, zone).astimezone(UTC),
    )
