"""Rules of reports and summaries (house rules DAY-1, DAY-2), as pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

REMIND_WITHIN = timedelta(hours=12)
WRITABLE_DAYS = 14
USUAL_WEEKS = 4
LEAST_FOR_USUAL = 2
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def late_minutes(*, filed_at: datetime, due_at: datetime) -> int:
    """Return by how many whole minutes a report came after the end of its shift; 0 in time."""
    return max(0, (filed_at - due_at) // MINUTE)


def is_near(day: date, *, today: date) -> bool:
    """Whether a day is today's service day or one of the fourteen before it."""
    return today - timedelta(days=WRITABLE_DAYS) <= day <= today


def may_write(*, day: date, today: date, starts_at: datetime | None, now: datetime) -> bool:
    """Whether a report of a day may be written: once its shift has begun, for two weeks.

    `starts_at` is when the person's shift of that day begins, None without one; `today` is the
    service day of now.
    """
    return is_near(day, today=today) and (starts_at is None or starts_at <= now)


def difference(*, known: int | None, value: int) -> int | None:
    """Return by how much a figure was corrected; None where the portal knows nothing of it."""
    return None if known is None else value - known


def days_of_usual(day: date) -> tuple[date, ...]:
    """Return the days that say what is usual: the same weekday of the four weeks before."""
    return tuple(day - WEEK * weeks for weeks in range(1, USUAL_WEEKS + 1))


def usual(values: Iterable[int]) -> int | None:
    """Return the median of a figure on the days that have it, rounded half up.

    None where fewer than two days have it.
    """
    found = list(values)
    if len(found) < LEAST_FOR_USUAL:
        return None
    return int(median(found) + 0.5)  # no figure is negative


class Unready(StrEnum):
    """Why a summary is not sent yet."""

    UNCHECKED = "unchecked"
    UNOWNED = "unowned"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, kw_only=True)
class Shift:
    """What the rules look at before a summary leaves.

    `sums` are the after-sale figures with a sum, `checked` those that the lead has ticked.
    """

    starts_at: datetime
    sums: Sequence[str]
    checked: Sequence[str]
    unowned: int


def why_not_sent(shift: Shift, *, now: datetime) -> Unready | None:
    """A summary leaves with every after-sale figure checked and no case without an owner."""
    if now < shift.starts_at:
        return Unready.NOT_BEGUN
    if set(shift.sums) - set(shift.checked):
        return Unready.UNCHECKED
    return Unready.UNOWNED if shift.unowned else None
