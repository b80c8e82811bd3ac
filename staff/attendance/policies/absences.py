"""Absence of a month, and leave beyond that of a year (ATT-6 to ATT-9, LEAVE-6)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from staff.attendance.policies.judging import HALF_DAY, WHOLE_DAY, Result
from staff.attendance.policies.values import Away
from staff.people.enums import AbsenceKind, Half
from staff.rulebook.policies import AbsenceStep

OF_THE_YEAR = frozenset({AbsenceKind.PERSONAL, AbsenceKind.EMERGENCY})


@dataclass(frozen=True, slots=True)
class LeaveDay:
    """A day of personal or emergency leave, in half days: what is leave and what absence."""

    day: date
    leave: int
    excess: int


def split_year(away: Iterable[Away], *, limit_on: Callable[[date], int]) -> list[LeaveDay]:
    """Split a person's approved leave of one calendar year into leave and excess, by day.

    `limit_on` is the limit, in half days, of the version of the policy that holds on a day, so a
    later version never changes what earlier days were. The days count in their order, whole days
    2 and half days 1. Rest days and sick calls do not count. Source: LEAVE-6.
    """
    taken: dict[date, int] = defaultdict(int)
    for row in away:
        if row.kind in OF_THE_YEAR:
            size = WHOLE_DAY if row.half == Half.WHOLE else HALF_DAY
            taken[row.day] = min(WHOLE_DAY, taken[row.day] + size)
    used, found = 0, []
    for day in sorted(taken):
        leave = min(max(0, limit_on(day) - used), taken[day])
        used += taken[day]
        found.append(LeaveDay(day, leave, taken[day] - leave))
    return found


@dataclass(frozen=True, slots=True)
class AbsenceSum:
    """Absence of a month in half days, with the days on which it arose, in their order."""

    half_days: int
    days: tuple[tuple[date, int], ...]

    @property
    def last_day(self) -> date | None:
        """The date of the last absence."""
        return self.days[-1][0] if self.days else None


def absence_of(results: Iterable[Result], excess: Iterable[LeaveDay]) -> AbsenceSum:
    """Add up the absence of the shifts and of the leave beyond the year's; both of one month."""
    days: dict[date, int] = defaultdict(int)
    for result in results:
        days[result.day] += result.half_days
    for row in excess:
        days[row.day] += row.excess
    found = tuple((day, days[day]) for day in sorted(days) if days[day])
    return AbsenceSum(sum(half_days for _day, half_days in found), found)


def step_reached(half_days: int, steps: Sequence[AbsenceStep]) -> AbsenceStep | None:
    """Return the highest step that a month's absence reaches, None below the first."""
    reached = [step for step in steps if half_days >= step.from_half_days]
    return max(reached, key=lambda step: step.from_half_days, default=None)
