"""Checks of days in a row. A run that reaches over the edge of the plan has no known length."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from staff.roster.policies.checks.plan import Finding, Numbers, Plan


class _Run(NamedTuple):
    """Days in a row by their indexes, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def _runs(marks: Sequence[bool]) -> Iterator[_Run]:
    """Yield the stretches of true marks."""
    index = 0
    for mark, group in groupby(marks):
        length = sum(1 for _ in group)
        if mark:
            yield _Run(index, index + length - 1)
        index += length


def _is_whole(plan: Plan, run: _Run) -> bool:
    """Tell whether both ends of a run are known and its last day lies in the month."""
    return run.first > 0 and run.last < len(plan.days) - 1 and plan.start <= run.last < plan.stop


def most_days(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield the days of the month that are one too many in a row."""
    most = numbers["days"]
    for person, worked in plan.worked.items():
        for run in _runs(worked):
            for index in range(max(run.first + most, plan.start), min(run.last + 1, plan.stop)):
                yield Finding(
                    "days_running",
                    person,
                    plan.days[index],
                    params={"days": index - run.first + 1, "most": most},
                )


def least_days(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield runs of working days that are too short, at their last day."""
    least = numbers["days"]
    for person, worked in plan.worked.items():
        for run in _runs(worked):
            if run.length < least and _is_whole(plan, run):
                yield Finding(
                    "few_days_running",
                    person,
                    plan.days[run.last],
                    params={"days": run.length, "least": least},
                    amount=least - run.length,
                )


def most_of_shift(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield the shifts of a kind that are one too many on days in a row."""
    shift, most = plan.by_code.get(numbers["shift"]), numbers["times"]
    for person, row in plan.rows.items():
        worked = plan.worked[person]
        marks = [
            worked[index] and any(turn.shift == shift for turn in cell)
            for index, cell in enumerate(row)
        ]
        for run in _runs(marks):
            for index in range(max(run.first + most, plan.start), min(run.last + 1, plan.stop)):
                yield Finding(
                    "shift_running",
                    person,
                    plan.days[index],
                    shift,
                    {"times": index - run.first + 1, "most": most},
                )


def least_days_off(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield runs of free days that are too short, at their last day."""
    least = numbers["days"]
    for person, worked in plan.worked.items():
        for run in _runs([not mark for mark in worked]):
            if run.length < least and _is_whole(plan, run):
                yield Finding(
                    "few_days_off",
                    person,
                    plan.days[run.last],
                    params={"days": run.length, "least": least},
                    amount=least - run.length,
                )
