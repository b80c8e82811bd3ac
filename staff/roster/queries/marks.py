"""What lies around the cells of a month: rules, special days, absences, wishes, drafts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    F,
    IntegerField,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from staff.people.enums import AbsenceState, Half
from staff.people.models import Absence
from staff.roster.enums import RuleKind
from staff.roster.models import Assignment, DraftCell, PersonSkill, RosterRule, Wish
from staff.roster.policies import drafts
from staff.roster.policies.checks import (
    Away,
    Cell,
    Kind,
    Rule,
    rules_for,
)
from staff.rulebook import queries as rulebook
from staff.rulebook.models import Policy, SpecialDay

WISH, DRAFT, SKILL = "WISH", "DRAFT", "SKILL"


WEEKEND = (6, 7)


Key = tuple[int, date]


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A changed day of a draft. `is_conflict`: what it changes has changed itself."""

    cell: Cell
    version: int
    is_fixed: bool
    reason: str
    is_conflict: bool


def rules_of(team_id: int, first: date) -> tuple[list[Rule], int]:
    """Return the rules of a team, and the least rest of the policy in hours, in one query."""
    policy = Policy.objects.filter(valid_from__lte=first).order_by("-valid_from")
    rows = list(
        RosterRule.objects.filter(Q(team_id=team_id) | Q(team_id=None), is_active=True)
        .annotate(rest=Subquery(policy.values("rest_hours")[:1]))
        .order_by("pk")
    )
    hours = rows[0].rest if rows else rulebook.policy_on(first).rest_hours
    rules = [
        Rule(
            kind=row.kind,
            params=row.params,
            is_hard=row.is_hard,
            weight=row.weight,
            team_id=row.team_id,
        )
        for row in rows
    ]
    return rules_for(rules, team_id), hours or 0


def _share_months(rules: Sequence[Rule]) -> dict[str, int]:
    """Return how many months back each fair share looks."""
    return {
        str(rule.params.get("of")): int(rule.params.get("months", 0))
        for rule in rules
        if rule.kind == RuleKind.FAIR_SHARE
    }


def months_back(first: date, count: int) -> date:
    """Return the first day of the month so many months before."""
    total = first.year * 12 + first.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def special_days(first: date, last: date, rules: Sequence[Rule]) -> dict[date, SpecialDay]:
    back = months_back(first, _share_months(rules).get("special", 0))
    found: dict[date, SpecialDay] = {}
    for row in rulebook.special_days(back, last):
        found.setdefault(row.day, row)
    return found


@dataclass(frozen=True)
class _Marks:
    """What lies upon the days of people, and what they can do."""

    away: dict[Key, Away] = field(default_factory=dict)
    wishes: dict[Key, int | None] = field(default_factory=dict)
    drafts: dict[Key, tuple[str, str, int, bool, str]] = field(default_factory=dict)
    skills: dict[int, set[int]] = field(default_factory=dict)


def marks_of(team_id: int, ids: Sequence[int], days: Sequence[date], *, with_draft: bool) -> _Marks:
    """Return absences, wishes, draft and skills of people in one query of four parts."""
    columns = ("person_id", "day", "what", "more", "base", "number", "flag", "text")
    span = (days[0], days[-1])
    blank: dict[str, Any] = {
        "base": Value("", TextField()),
        "number": Value(0, IntegerField()),
        "flag": Value(False, BooleanField()),  # noqa: FBT003 -- Django's signature
        "text": Value("", TextField()),
    }
    absences = Absence.objects.filter(
        person_id__in=ids, day__range=span, state=AbsenceState.APPROVED
    ).annotate(what=Cast("kind", TextField()), more=Cast("half", TextField()), **blank)
    wished = Wish.objects.filter(person_id__in=ids, day__range=span).annotate(
        what=Value(WISH, TextField()), more=Cast("shift_type_id", TextField()), **blank
    )
    able = PersonSkill.objects.filter(person_id__in=ids).annotate(
        day=Value(days[0], DateField()),
        what=Value(SKILL, TextField()),
        more=Cast("skill_id", TextField()),
        **blank,
    )
    parts = [wished.values_list(*columns), able.values_list(*columns)]
    if with_draft:
        drafted = DraftCell.objects.filter(
            team_id=team_id, person_id__in=ids, day__range=span
        ).annotate(
            what=Value(DRAFT, TextField()),
            more=Cast("turns", TextField()),
            number=F("version"),
            flag=F("is_fixed"),
            text=F("reason"),
        )
        parts.append(drafted.values_list(*columns))
    found = _Marks()
    for person, day, what, more, base, version, fixed, reason in absences.values_list(
        *columns
    ).union(*parts, all=True):
        if what == DRAFT:
            found.drafts[person, day] = (more, base, version, bool(fixed), reason)
        elif what == WISH:
            found.wishes[person, day] = int(more) if more else None
        elif what == SKILL:
            found.skills.setdefault(person, set()).add(int(more))
        else:
            both = (person, day) in found.away
            found.away[person, day] = Away(kind=what, is_whole=both or more == Half.WHOLE)
    return found


def drafts_of(
    marks: _Marks, days: Sequence[date], published: Mapping[int, list[Cell]]
) -> dict[Key, Drafted]:
    """Return the changed days of the team's drafts, the neighbouring months' among them."""
    found: dict[Key, Drafted] = {}
    for (person, day), (turns, base, version, fixed, reason) in marks.drafts.items():
        before = published[person][(day - days[0]).days]
        found[person, day] = Drafted(
            cell=drafts.cell_of(json.loads(turns)),
            version=version,
            is_fixed=fixed,
            reason=reason,
            is_conflict=base != drafts.fingerprint(before),
        )
    return found


def carried_over(
    ids: Sequence[int],
    *,
    first: date,
    rules: Sequence[Rule],
    kinds: Mapping[int, Kind],
    special: Collection[date],
) -> dict[int, dict[str, int]]:
    """Return the evenings, weekends and special days of the months before, as published."""
    months = _share_months(rules)
    if not any(months.values()):
        return {}

    def since(of: str) -> Q:
        return Q(day__gte=months_back(first, months.get(of, 0)))

    late = [key for key, kind in kinds.items() if kind.is_late]
    rows = (
        Assignment.objects.filter(
            person_id__in=ids,
            day__gte=months_back(first, max(months.values())),
            day__lt=first,
        )
        .values("person_id")
        .annotate(
            evenings=Count("pk", filter=since("evenings") & Q(shift_type_id__in=late)),
            weekends=Count("pk", filter=since("weekends") & Q(day__iso_week_day__in=WEEKEND)),
            special=Count("pk", filter=since("special") & Q(day__in=list(special))),
        )
    )
    return {
        row["person_id"]: {of: row[of] for of in ("evenings", "weekends", "special")}
        for row in rows
    }
