"""The rules that a roster is held against: one list of checks over a plan.

Each check is a pure function of a plan and its numbers that yields what is broken. The matrix
shows what they find; a solver may add up what they cost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from staff.roster.enums import RuleKind
from staff.roster.policies.checks import cover, days, requests, runs, totals
from staff.roster.policies.checks.params import PARAMS, Param, Problem, why_wrong
from staff.roster.policies.checks.plan import (
    FREE,
    Away,
    Cell,
    Finding,
    Kind,
    Numbers,
    Plan,
    Rule,
    Turn,
    Worker,
)

CHECKS: Mapping[str, Callable[[Plan, Numbers], Iterator[Finding]]] = {
    RuleKind.ONE_A_DAY: days.one_a_day,
    RuleKind.OVERLAP: days.overlap,
    RuleKind.REST_HOURS: days.rest_hours,
    RuleKind.SUCCESSION: days.succession,
    RuleKind.MOST_DAYS_RUNNING: runs.most_days,
    RuleKind.LEAST_DAYS_RUNNING: runs.least_days,
    RuleKind.MOST_OF_SHIFT_RUNNING: runs.most_of_shift,
    RuleKind.LEAST_DAYS_OFF: runs.least_days_off,
    RuleKind.REST_DAYS: totals.rest_days,
    RuleKind.MINUTES: totals.minutes,
    RuleKind.MOST_OF_SHIFT: totals.most_of_shift,
    RuleKind.WEEKENDS: totals.weekends,
    RuleKind.FAIR_SHARE: totals.fair_share,
    RuleKind.ABSENCE: requests.absence,
    RuleKind.WISH: requests.wish,
    RuleKind.FIXED: requests.fixed,
    RuleKind.CHANGE: requests.change,
    RuleKind.LEAD: cover.lead,
    RuleKind.COVER: cover.people,
    RuleKind.SKILLS: cover.skills,
}


def rules_for(rules: Iterable[Rule], team_id: int | None) -> list[Rule]:
    """Return the rules of a team: its own of a kind, else those of all teams."""
    found = list(rules)
    own = {rule.kind for rule in found if team_id is not None and rule.team_id == team_id}
    return [
        rule
        for rule in found
        if (rule.team_id == team_id if rule.kind in own else rule.team_id is None)
    ]


def findings(plan: Plan, rules: Sequence[Rule]) -> list[Finding]:
    """Return everything that is broken, hard rules first, then by day and person.

    A rule whose numbers do not fit its kind finds nothing: the form refuses such numbers.
    """
    found: list[Finding] = []
    for rule in rules:
        if why_wrong(rule.kind, rule.params):
            continue
        for one in CHECKS[rule.kind](plan, rule.params):
            one.kind, one.is_hard, one.weight = rule.kind, rule.is_hard, rule.weight
            found.append(one)
    return sorted(found, key=_order)


def _order(found: Finding) -> tuple[bool, int, int, int, str]:
    day = found.day.toordinal() if found.day else 0
    return (not found.is_hard, -found.weight, day, found.person_id or 0, found.code)


def cost(found: Iterable[Finding]) -> int:
    """Return what broken rules cost together: weight times how far each is off."""
    return sum(one.weight * one.amount for one in found)


__all__ = [
    "CHECKS",
    "FREE",
    "PARAMS",
    "Away",
    "Cell",
    "Finding",
    "Kind",
    "Numbers",
    "Param",
    "Plan",
    "Problem",
    "Rule",
    "Turn",
    "Worker",
    "cost",
    "findings",
    "rules_for",
    "why_wrong",
]
