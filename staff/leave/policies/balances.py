"""What a month and a year hold, and the signed ledger of days behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.period import DaysOutOfOrder, DaySpan, Month
from staff.leave.enums import LeaveKind
from staff.leave.policies.days import WHOLE_DAY, Part, excess, rest_half_days
from staff.people.enums import Half
from staff.rulebook.policies import LeaveRules


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """The rest days of a month: `full` for a whole one, `granted` for the days employed."""

    month: Month
    full: int
    granted: int
    is_lost: bool

    @property
    def half_days(self) -> int:
        return 0 if self.is_lost else self.granted * WHOLE_DAY


def employed_in(month: Month, *, hired_on: date, left_on: date | None) -> DaySpan | None:
    """Return the days of a month on which somebody is employed; both dates count (LEAVE-8)."""
    try:
        employment = DaySpan(hired_on, left_on or date.max)
    except DaysOutOfOrder:
        return None
    return employment.overlap(month.span)


def entitlement(
    month: Month, *, rules: LeaveRules, employed: DaySpan | None, leave_before: int
) -> Entitlement:
    """Return the rest days of a month.

    In proportion to the days employed, rounded down to whole days (LEAVE-8); none after a month
    with more leave than the limit (LEAVE-5). `leave_before` are the half days of leave of the
    month before, `rules` those of the last day of the month.
    """
    days = employed.days if employed else 0
    return Entitlement(
        month=month,
        full=rules.rest_days,
        granted=rules.rest_days * days // month.days,
        is_lost=leave_before > rules.rest_lost_half_days,
    )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the ledger. `half_days` is signed: what comes in is above zero."""

    day: date
    rule: str
    code: str
    half_days: int
    half: Half = Half.WHOLE
    kind: LeaveKind | None = None


def rest_ledger(
    of_month: Entitlement, parts: Sequence[Part], *, employed: DaySpan | None
) -> list[Line]:
    """Return how the rest days of a month came and went, in order."""
    first = employed.first_day if employed else of_month.month.first_day
    lines = [Line(day=first, rule="LEAVE-1", code="rest_granted", half_days=of_month.full * 2)]
    if of_month.granted < of_month.full:
        missing = (of_month.granted - of_month.full) * WHOLE_DAY
        lines.append(Line(day=first, rule="LEAVE-8", code="rest_share", half_days=missing))
    if of_month.is_lost and of_month.granted:
        gone = -of_month.granted * WHOLE_DAY
        lines.append(Line(day=first, rule="LEAVE-5", code="rest_lost", half_days=gone))
    taken = [
        part
        for part in parts
        if part.is_rest and not part.is_open and of_month.month.contains(part.day)
    ]
    return [*lines, *(_taken(part, "LEAVE-1", part.half_days) for part in _ordered(taken))]


def year_ledger(
    year: int, parts: Sequence[Part], *, year_half_days: Callable[[date], int]
) -> list[Line]:
    """Return how the leave of a calendar year went; below zero is absence (LEAVE-6)."""
    leave = [
        part for part in parts if not part.is_rest and not part.is_open and part.day.year == year
    ]
    too_many = excess(leave, year_half_days=year_half_days)
    last = date(year, 12, 31)
    lines = [
        Line(day=date(year, 1, 1), rule="LEAVE-6", code="year", half_days=year_half_days(last))
    ]
    for part in _ordered(leave):
        beyond = too_many.get(part, 0)
        if part.half_days > beyond:
            lines.append(_taken(part, "LEAVE-4", part.half_days - beyond))
        if beyond:
            lines.append(
                Line(
                    day=part.day, rule="LEAVE-6", code="excess", half_days=-beyond,
                    half=part.half, kind=part.kind,
                )
            )  # fmt: skip
    return lines


def balance(lines: Sequence[Line]) -> int:
    """Return the sum of a ledger in half days."""
    return sum(line.half_days for line in lines)


def rest_left(of_month: Entitlement, parts: Sequence[Part]) -> int:
    """Return the half days of rest of a month that are not taken; open requests do not count."""
    taken = [part for part in parts if not part.is_open]
    return of_month.half_days - rest_half_days(taken, of_month.month)


def _ordered(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (part.day, part.half == Half.SECOND))


def _taken(part: Part, rule: str, half_days: int) -> Line:
    return Line(
        day=part.day, rule=rule, code="taken", half_days=-half_days, half=part.half, kind=part.kind
    )
