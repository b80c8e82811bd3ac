"""Checks of the shifts of one person next to each other. Minutes are those of the wall clock."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from staff.roster.policies.checks.plan import DAY_MINUTES, FREE, Cell, Finding, Numbers, Plan

MINUTES_OF_HOUR = 60


class _Stint(NamedTuple):
    """A shift in minutes since the first day of the plan, `[start, end)`."""

    start: int
    end: int
    at: int
    shift: int


def one_a_day(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield the days on which somebody has more than one shift."""
    for person, row in plan.rows.items():
        for index in range(plan.start, plan.stop):
            if len(row[index]) > 1:
                yield Finding(
                    "two_a_day", person, plan.days[index], params={"count": len(row[index])}
                )


def _stints(plan: Plan, row: "list[Cell] | tuple[Cell, ...]") -> list[_Stint]:
    found = []
    for index, cell in enumerate(row):
        if cell is FREE:
            continue
        for turn in cell:
            kind = plan.kinds[turn.shift]
            at = index * DAY_MINUTES
            found.append(_Stint(at + kind.start, at + kind.end, index, turn.shift))
    if any(len(cell) > 1 for cell in row):
        found.sort()
    return found


def _neighbours(plan: Plan) -> Iterator[tuple[int, _Stint, _Stint]]:
    """Yield each person's shifts with the one before, where the later lies in the month."""
    for person, row in plan.rows.items():
        before: _Stint | None = None
        for stint in _stints(plan, list(row)):
            if before is not None and plan.start <= stint.at < plan.stop:
                yield person, before, stint
            before = stint


def overlap(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield shifts that begin before the one before has ended (SHIFT-6)."""
    for person, before, after in _neighbours(plan):
        if after.start < before.end:
            yield Finding("overlap", person, plan.days[after.at], after.shift)


def rest_hours(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield shifts that begin too soon after the one before, in minutes (SHIFT-6).

    `hours` is the least rest, without it that of the policy; with a supervisor's reason the day is
    excused.
    """
    hours = numbers.get("hours")
    least = hours * MINUTES_OF_HOUR if hours else plan.least_rest
    for person, before, after in _neighbours(plan):
        rest = after.start - before.end
        day: date = plan.days[after.at]
        if 0 <= rest < least and (person, day) not in plan.excused:
            yield Finding(
                "short_rest",
                person,
                day,
                after.shift,
                {"minutes": rest, "least": least},
                amount=(least - rest + MINUTES_OF_HOUR - 1) // MINUTES_OF_HOUR,
            )


def succession(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield shifts `after` on the day that follows a shift `before`."""
    first, second = plan.by_code.get(numbers["before"]), plan.by_code.get(numbers["after"])
    for person, before, after in _neighbours(plan):
        if after.at - before.at == 1 and (before.shift, after.shift) == (first, second):
            yield Finding(
                "succession", person, plan.days[after.at], after.shift, {"before": before.shift}
            )
