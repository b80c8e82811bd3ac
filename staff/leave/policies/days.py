"""Days off, whole or half, and how they count."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.period import DaySpan, Month
from staff.leave.enums import LeaveKind
from staff.people.enums import Half

WHOLE_DAY, HALF_DAY = 2, 1


@dataclass(frozen=True, slots=True)
class Part:
    """A day off, or half of one. `is_open`: asked for, but not decided."""

    day: date
    half: Half
    kind: LeaveKind
    is_open: bool = False

    @property
    def half_days(self) -> int:
        return WHOLE_DAY if self.half == Half.WHOLE else HALF_DAY

    @property
    def is_rest(self) -> bool:
        return self.kind == LeaveKind.REST


def parts_of(
    first_day: date, last_day: date, *, half: Half, kind: LeaveKind, is_open: bool = False
) -> list[Part]:
    """Return the days of a request in order. Both days are included."""
    return [Part(day, half, kind, is_open) for day in DaySpan(first_day, last_day)]


def clash(asked: Iterable[Part], standing: Iterable[Part]) -> Part | None:
    """Return the first of the standing parts that keeps an asked one from being taken.

    One date cannot be both a rest day and leave; two halves of one kind may stand beside each
    other, the same half not (LEAVE-1).
    """
    by_day: dict[date, list[Part]] = {}
    for part in standing:
        by_day.setdefault(part.day, []).append(part)
    for part in asked:
        for other in by_day.get(part.day, ()):
            if part.is_rest != other.is_rest or overlaps(part.half, other.half):
                return other
    return None


def overlaps(one: Half, other: Half) -> bool:
    """Whether two parts of a day have time in common."""
    return Half.WHOLE in {one, other} or one == other


def rest_half_days(parts: Iterable[Part], month: Month) -> int:
    """Return the rest days of a month in half days."""
    return sum(part.half_days for part in parts if part.is_rest and month.contains(part.day))


def leave_half_days(parts: Iterable[Part], month: Month) -> int:
    """Return the leave days of a month in half days, emergencies included (LEAVE-5)."""
    return sum(part.half_days for part in parts if not part.is_rest and month.contains(part.day))


def excess(parts: Sequence[Part], *, year_half_days: Callable[[date], int]) -> Mapping[Part, int]:
    """Return for each leave day past the year's limit the half days that count as absence.

    Counted in the order of the days, each calendar year by itself; `year_half_days` is the limit
    in the version of a day. Source: house rules LEAVE-6.
    """
    used: dict[int, int] = {}
    found: dict[Part, int] = {}
    leave = [part for part in parts if not part.is_rest]
    for part in sorted(leave, key=lambda part: (part.day, part.half == Half.SECOND)):
        before = used.get(part.day.year, 0)
        used[part.day.year] = before + part.half_days
        left = max(0, year_half_days(part.day) - before)
        if part.half_days > left:
            found[part] = part.half_days - left
    return found
