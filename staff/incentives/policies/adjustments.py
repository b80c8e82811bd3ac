"""Decided amounts, and the lines of a statement that they become (INC-1, INC-2, INC-4, INC-5)."""

from collections.abc import Callable, Iterable
from datetime import date

from staff.incentives.policies.values import ONE, Adjusted, Line


def lines_of(adjusted: Iterable[Adjusted], *, policy_on: Callable[[date], date]) -> list[Line]:
    """Return a payroll line for each decided amount, by day, rule and source.

    `policy_on` gives the first day of the version of the policy that holds on a day.
    """
    return [
        Line(
            rule=each.rule,
            policy=policy_on(each.day),
            day=each.day,
            event=each.day,
            halves=ONE,
            amount=each.amount,
            evidence={"decision": each.source},
        )
        for each in sorted(adjusted, key=lambda each: (each.day, each.rule, each.source))
    ]
