"""What may be done with a follow-up, and why not (FUP-1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.servicetime import NeverOpens, Timetable

FARTHEST = timedelta(days=730)


class Refusal(StrEnum):
    """Why a change of a follow-up is refused."""

    NOT_OPEN = "NOT_OPEN"
    NOT_DONE = "NOT_DONE"
    DUE_IN_THE_PAST = "DUE_IN_THE_PAST"
    DUE_TOO_FAR = "DUE_TOO_FAR"
    SAME_DUE = "SAME_DUE"
    SAME_OWNER = "SAME_OWNER"
    UNDO_TOO_LATE = "UNDO_TOO_LATE"


UNDO_WITHIN = timedelta(minutes=10)


class Pick(StrEnum):
    """A due time that is chosen with one touch; the spans are service time of the desk."""

    HALF_HOUR = "HALF_HOUR"
    HOUR = "HOUR"
    TWO_HOURS = "TWO_HOURS"
    FOUR_HOURS = "FOUR_HOURS"
    NEXT_SHIFT = "NEXT_SHIFT"
    EXACT = "EXACT"


PICKED_SPANS = {
    Pick.HALF_HOUR: timedelta(minutes=30),
    Pick.HOUR: timedelta(hours=1),
    Pick.TWO_HOURS: timedelta(hours=2),
    Pick.FOUR_HOURS: timedelta(hours=4),
}


def picked_due(
    pick: Pick,
    *,
    now: datetime,
    desk: Timetable,
    next_shift: datetime | None,
    exact: datetime | None,
) -> datetime | None:
    """Return the due time that a pick means, to the minute above; None where it means none.

    `next_shift` is when the owner's first shift after today begins.
    """
    if pick == Pick.EXACT:
        return exact
    if pick == Pick.NEXT_SHIFT:
        return next_shift
    try:
        return _whole_minute(desk.add(now, PICKED_SPANS[pick]))
    except NeverOpens:
        return None


def _whole_minute(moment: datetime) -> datetime:
    rest = timedelta(seconds=moment.second, microseconds=moment.microsecond)
    return moment + timedelta(minutes=1) - rest if rest else moment


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules look at."""

    is_open: bool
    due_at: datetime
    owner_id: int
    done_at: datetime | None = None


def why_not_due(due_at: datetime, *, now: datetime) -> Refusal | None:
    """A due time lies ahead, and not farther than two years."""
    if due_at <= now:
        return Refusal.DUE_IN_THE_PAST
    return Refusal.DUE_TOO_FAR if due_at > now + FARTHEST else None


def why_not_reschedule(facts: Facts, *, due_at: datetime, now: datetime) -> Refusal | None:
    """An open follow-up may be moved to another moment ahead."""
    if not facts.is_open:
        return Refusal.NOT_OPEN
    if due_at == facts.due_at:
        return Refusal.SAME_DUE
    return why_not_due(due_at, now=now)


def why_not_hand_over(facts: Facts, *, to: int) -> Refusal | None:
    """An open follow-up may be handed to somebody else."""
    if not facts.is_open:
        return Refusal.NOT_OPEN
    return Refusal.SAME_OWNER if to == facts.owner_id else None


def why_not_undo(facts: Facts, *, now: datetime) -> Refusal | None:
    """A follow-up that was finished may be taken up again for ten minutes."""
    if facts.is_open or facts.done_at is None:
        return Refusal.NOT_DONE
    return Refusal.UNDO_TOO_LATE if now - facts.done_at > UNDO_WITHIN else None
