"""Whether a roster bears a change, and who could step in for somebody, best first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from staff.roster.enums import RuleKind
from staff.roster.policies.checks import Cell, Finding, Plan, Rule, Turn, Worker, findings
from staff.roster.policies.checks.totals import shares
from staff.roster.policies.drafts import sorted_cell

Key = tuple[int, date]
OF_SHIFTS = frozenset({RuleKind.LEAD, RuleKind.COVER, RuleKind.SKILLS, RuleKind.FAIR_SHARE})
"""Rules that speak of the whole team rather than of one person."""

ALWAYS = frozenset({"overlap", "two_leads"})


def with_cells(plan: Plan, cells: Mapping[Key, Cell], *, of_published: bool = True) -> Plan:
    """Return the plan with some days changed, upon what is published or upon the draft."""
    rows = {
        person: list(row) for person, row in (plan.published if of_published else plan.rows).items()
    }
    for (person, day), cell in cells.items():
        index = (day - plan.days[0]).days
        if person in rows and 0 <= index < len(plan.days):
            rows[person][index] = sorted_cell(cell)
    return replace(plan, rows=rows)


def _of(plan: Plan, people: Collection[int]) -> Plan:
    """Return the plan of some people only."""
    return replace(
        plan,
        workers=[worker for worker in plan.workers if worker.person_id in people],
        rows={person: row for person, row in plan.rows.items() if person in people},
        published={person: row for person, row in plan.published.items() if person in people},
        away={key: away for key, away in plan.away.items() if key[0] in people},
    )


def what_breaks(
    plan: Plan, rules: Sequence[Rule], cells: Mapping[Key, Cell], *, only_hard: bool = True
) -> list[Finding]:
    """Return what the published roster would break with some days changed that it keeps now.

    `only_hard` leaves out what is merely pointed out.
    """
    before = {_name(one) for one in findings(with_cells(plan, {}), rules)}
    after = findings(with_cells(plan, cells), rules)
    return [
        one
        for one in after
        if _name(one) not in before and (not only_hard or one.is_hard or one.code in ALWAYS)
    ]


def _name(found: Finding) -> tuple[str, int | None, date | None, int | None]:
    return found.code, found.person_id, found.day, found.shift


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who could step in: what would be broken, and how much they have already.

    `minutes` and `evenings` are those of the month as published, `evenings` with the months
    carried over.
    """

    person_id: int
    problems: tuple[Finding, ...]
    is_away: bool
    is_guest: bool
    lacks_skill: bool
    evenings: int
    minutes: int

    @property
    def is_possible(self) -> bool:
        """Tell whether no rule that must be kept speaks against it."""
        return not self.is_away and not any(
            one.is_hard or one.code in ALWAYS for one in self.problems
        )


def candidates(
    plan: Plan, rules: Sequence[Rule], *, day: date, turn: Turn, without: int, skills: set[int]
) -> list[Candidate]:
    """Return who could work a shift of a day in somebody's place, best first.

    First who breaks nothing that must be kept, then who has the skills, breaks the fewest other
    rules, has the fewest evenings and the fewest minutes.
    """
    index = (day - plan.days[0]).days
    evenings = shares(with_cells(plan, {}), "evenings")
    own = [rule for rule in rules if rule.kind not in OF_SHIFTS]
    found = []
    for worker in plan.workers:
        person = worker.person_id
        row = plan.published[person]
        on_it = any(held.shift == turn.shift for held in row[index])
        employed = worker.is_guest or worker.first <= day <= worker.last
        if person == without or on_it or not employed:
            continue
        away = plan.away.get((person, day))
        cell = (*row[index], turn)
        alone = _of(plan, {person})
        found.append(
            Candidate(
                person_id=person,
                problems=tuple(what_breaks(alone, own, {(person, day): cell}, only_hard=False)),
                is_away=away is not None and away.is_whole,
                is_guest=worker.is_guest,
                lacks_skill=not skills <= worker.skills,
                evenings=evenings[person] + worker.carried.get("evenings", 0),
                minutes=_minutes(plan, worker),
            )
        )
    return sorted(found, key=_rank)


def _minutes(plan: Plan, worker: Worker) -> int:
    row = plan.published[worker.person_id]
    return sum(
        plan.kinds[turn.shift].minutes
        for index in range(plan.start, plan.stop)
        for turn in row[index]
    )


def _rank(one: Candidate) -> tuple[bool, bool, bool, int, int, int, int]:
    weights = sum(found.weight for found in one.problems)
    return (
        not one.is_possible, one.is_guest, one.lacks_skill, weights, one.evenings, one.minutes,
        one.person_id,
    )  # fmt: skip
