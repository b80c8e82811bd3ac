"""Checks of what people asked for, and of what is to stay as it is."""

from collections.abc import Iterator

from staff.roster.policies.checks.plan import FREE, Finding, Numbers, Plan


def absence(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield shifts on days on which somebody is away for the whole day."""
    at = {plan.days[index]: index for index in range(plan.start, plan.stop)}
    for (person, day), away in plan.away.items():
        row = plan.rows.get(person)
        if row is not None and day in at and away.is_whole and row[at[day]]:
            yield Finding("absence_worked", person, day, params={"kind": away.kind})


def wish(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield wishes for a rest day or a shift that are not met."""
    at = {plan.days[index]: index for index in range(plan.start, plan.stop)}
    for (person, day), shift in plan.wishes.items():
        row = plan.rows.get(person)
        if row is None or day not in at:
            continue
        cell = row[at[day]]
        if shift is None and cell:
            yield Finding("wish_rest", person, day)
        elif shift is not None and all(turn.shift != shift for turn in cell):
            yield Finding("wish_shift", person, day, shift)


def fixed(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield fixed days that are no longer as they were fixed."""
    at = {plan.days[index]: index for index in range(plan.start, plan.stop)}
    for (person, day), cell in plan.fixed.items():
        row = plan.rows.get(person)
        if day in at and (row[at[day]] if row is not None else FREE) != cell:
            yield Finding("fixed_moved", person, day)


def change(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield for whom more than so many published days change.

    Who has nothing published in the month has nothing that changes.
    """
    for person, before in plan.published.items():
        row = plan.rows.get(person)
        month = range(plan.start, plan.stop)
        if row is None or not any(before[index] for index in month):
            continue
        days = sum(1 for index in month if before[index] != row[index])
        if days > numbers["days"]:
            yield Finding(
                "many_changes",
                person,
                params={"days": days, "most": numbers["days"]},
                amount=days - numbers["days"],
            )
