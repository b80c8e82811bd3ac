"""Values of the policy as the rules use them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from portal.money import Fen


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The rungs of a reminder (FUP-2, CMP-10).

    `before` counts by the clock before the due time; the others in service time of the desk
    after it.
    """

    before: timedelta
    lead: timedelta
    deputy: timedelta
    supervisor: timedelta


@dataclass(frozen=True, kw_only=True)
class LatenessStep:
    """Up to so many minutes, included, a red packet of so many fen is owed (ATT-1 to ATT-3)."""

    rule: str
    up_to_minutes: int
    fen: Fen


@dataclass(frozen=True, kw_only=True)
class AbsenceStep:
    """From so many half days of absence in a month on, wages of so many days are deducted.

    `wage_days` is None where the whole month is forfeited (ATT-6 to ATT-9).
    """

    rule: str
    from_half_days: int
    wage_days: int | None


@dataclass(frozen=True, kw_only=True)
class AttendanceRules:
    """The numbers of house rules §3 in one version; absences count in half days."""

    valid_from: date
    lateness: tuple[LatenessStep, ...]
    too_late_half_days: int
    no_punch_half_days: int
    absence: tuple[AbsenceStep, ...]
    full_attendance: Fen
    publish_weekday: int
    publish_at: time
    doubling_factor: int
    red_packet_parts: int
    free_makeups: int
    makeup_out: Fen
    missing_in_half_days: int
    missing_out_half_days: int
    punch_before: timedelta
    punch_after: timedelta


@dataclass(frozen=True, kw_only=True)
class LeaveRules:
    """The numbers of house rules §4 in one version; `year_half_days` of personal leave a year."""

    valid_from: date
    rest_days: int
    rest_notice_days: int
    leave_notice_days: int
    rest_lost_half_days: int
    year_half_days: int


def version_on(starts: Sequence[date], day: date) -> int | None:
    """Return the index of the version that holds on a day, None before the first.

    `starts` are the first days of the versions, in order.
    """
    index = bisect_right(starts, day) - 1
    return index if index >= 0 else None
