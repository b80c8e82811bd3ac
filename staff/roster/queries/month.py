"""The roster of a team and month: what is published, drafted, asked for and needed."""

import json
from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from staff.people.enums import AbsenceState, Half, Post
from staff.people.models import Absence, Posting
from staff.roster.enums import RuleKind
from staff.roster.models import Assignment, DraftCell, PersonSkill, RosterRule, ShiftType, Wish
from staff.roster.policies import Need, Needs, drafts
from staff.roster.policies.checks import (
    FREE,
    Away,
    Cell,
    Finding,
    Kind,
    Plan,
    Rule,
    Turn,
    Worker,
    findings,
    rules_for,
)
from staff.roster.queries.cover import with_stores
from staff.rulebook import queries as rulebook
from staff.rulebook.models import Policy, SpecialDay

DAYS_BEFORE, DAYS_AFTER = 14, 7
WISH, DRAFT, SKILL = "WISH", "DRAFT", "SKILL"
WEEKEND = (6, 7)
Key = tuple[int, date]


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody in the rows of a roster; `first` and `last` are the days in the team."""

    person_id: int
    number: str
    name: str
    rank: int
    first: date
    last: date
    is_guest: bool = False


@dataclass(frozen=True, kw_only=True)
class ShiftKind:
    """A shift type as it is shown."""

    key: int
    code: str
    name_zh: str
    name_en: str
    starts: time
    ends: time
    colour: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A changed day of a draft. `is_conflict`: what it changes has changed itself."""

    cell: Cell
    version: int
    is_fixed: bool
    reason: str
    is_conflict: bool


@dataclass(frozen=True, kw_only=True)
class Month:
    """Everything that the matrix of a team and month shows."""

    team_id: int
    first: date
    last: date
    members: Sequence[Member]
    kinds: Sequence[ShiftKind]
    plan: Plan
    rules: Sequence[Rule]
    drafted: Mapping[Key, Drafted]
    special: Mapping[date, SpecialDay]
    _found: list[list[Finding]] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Everything that is broken; looked for once."""
        if not self._found:
            self._found.append(findings(self.plan, self.rules))
        return self._found[0]

    @property
    def conflicts(self) -> list[Key]:
        return sorted(key for key, drafted in self.drafted.items() if drafted.is_conflict)

    def index(self, day: date) -> int:
        """Return the place of a day in the rows of the plan."""
        return (day - self.plan.days[0]).days

    def cell(self, key: Key) -> Cell:
        """Return what is planned of somebody on a day."""
        person, day = key
        row = self.plan.rows.get(person)
        return row[self.index(day)] if row is not None else FREE

    def published(self, key: Key) -> Cell:
        """Return what is published of somebody on a day."""
        person, day = key
        row = self.plan.published.get(person)
        return row[self.index(day)] if row is not None else FREE

    def mark(self, key: Key) -> str:
        """Return what an editor saw of a day."""
        drafted = self.drafted.get(key)
        return drafts.mark_of(self.cell(key), drafted.version if drafted else 0)


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def shift_kinds() -> list[ShiftKind]:
    """Return all shift types in the order of the day."""
    return [
        ShiftKind(
            key=row.pk,
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            starts=row.starts,
            ends=row.ends,
            colour=row.colour,
            is_active=row.is_active,
        )
        for row in ShiftType.objects.order_by("-is_active", "starts", "code")
    ]


def _kinds_and_needs(team_id: int, *, first: date, last: date) -> tuple[list[ShiftKind], Needs]:
    """Return the shift types, each with what the team needs of it, in one query."""
    fits = Q(requirements__valid_until=None) | Q(requirements__valid_until__gte=first)
    rows = (
        ShiftType.objects.annotate(
            need=FilteredRelation(
                "requirements",
                condition=fits
                & Q(requirements__team_id=team_id, requirements__valid_from__lte=last),
            )
        )
        .order_by("-is_active", "starts", "code", "need__pk")
        .values_list(
            "pk", "code", "name_zh", "name_en", "starts", "ends", "colour", "is_active",
            "need__store_id", "need__skill_id", "need__weekdays", "need__valid_from",
            "need__valid_until", "need__minimum", "need__wanted",
        )
    )  # fmt: skip
    kinds: dict[int, ShiftKind] = {}
    needs: list[Need] = []
    for row in rows:
        pk, code, name_zh, name_en, starts, ends, colour, active = row[:8]
        kinds[pk] = ShiftKind(
            key=pk, code=code, name_zh=name_zh, name_en=name_en, starts=starts, ends=ends,
            colour=colour, is_active=active,
        )  # fmt: skip
        store, skill, weekdays, since, until, minimum, wanted = row[8:]
        if since is not None:
            needs.append(
                Need(
                    team_id=team_id, shift=pk, store_id=store, skill_id=skill,
                    weekdays=frozenset(int(digit) for digit in weekdays), first=since, last=until,
                    minimum=minimum, wanted=wanted,
                )
            )  # fmt: skip
    return list(kinds.values()), with_stores(needs, [team_id])


def month_of(team_id: int, month: date, *, with_draft: bool = True) -> Month:
    """Return the roster of a team in the month of a day, in eight queries."""
    first = month.replace(day=1)
    last = last_day(first)
    days = [
        first + timedelta(days=step)
        for step in range(-DAYS_BEFORE, (last - first).days + 1 + DAYS_AFTER)
    ]
    kinds, needs = _kinds_and_needs(team_id, first=first, last=last)
    members, cells, excused = _members_and_cells(team_id, first=first, last=last, days=days)
    ids = [member.person_id for member in members]
    published = _rows(ids, days, cells)
    marks = _marks(team_id, ids, days, with_draft=with_draft)
    drafted = _drafted(marks, days, published)
    rows = {person: list(row) for person, row in published.items()}
    for (person, day), draft in drafted.items():
        rows[person][(day - days[0]).days] = draft.cell
    rules, rest_hours = _rules(team_id, first)
    special = _special(first, last, rules)
    plan_kinds = {kind.key: Kind.of(kind.key, kind.code, kind.starts, kind.ends) for kind in kinds}
    carried = _carried(ids, first=first, rules=rules, kinds=plan_kinds, special=set(special))
    plan = Plan(
        team_id=team_id,
        days=days,
        start=DAYS_BEFORE,
        stop=DAYS_BEFORE + (last - first).days + 1,
        workers=[
            Worker(
                person_id=member.person_id,
                skills=frozenset(marks.skills.get(member.person_id, ())),
                first=member.first,
                last=member.last,
                carried=carried.get(member.person_id, {}),
                is_guest=member.is_guest,
            )
            for member in members
        ],
        kinds=plan_kinds,
        rows=rows,
        published=published,
        away=marks.away,
        wishes=marks.wishes,
        fixed={key: draft.cell for key, draft in drafted.items() if draft.is_fixed},
        excused=frozenset({key for key, draft in drafted.items() if draft.reason} | excused),
        special=frozenset(special),
        needs=needs,
        least_rest=rest_hours * 60,
    )
    return Month(
        team_id=team_id,
        first=first,
        last=last,
        members=members,
        kinds=kinds,
        plan=plan,
        rules=rules,
        drafted=drafted,
        special={day: row for day, row in special.items() if first <= day <= last},
    )


def _members_and_cells(
    team_id: int, *, first: date, last: date, days: Sequence[date]
) -> tuple[list[Member], dict[Key, list[Turn]], set[Key]]:
    """Return who stands in the rows, leads first, and the published shifts around the month.

    Besides, on which days a short rest was allowed.
    """
    found: dict[int, Member] = {}
    postings = (
        Posting.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=first),
            Q(person__left_on=None) | Q(person__left_on__gte=first),
            team_id=team_id,
            valid_from__lte=last,
            person__hired_on__lte=last,
        )
        .order_by("valid_from")
        .values_list(
            "person_id", "person__number", "person__name", "post", "valid_from", "valid_until",
            "person__hired_on", "person__left_on",
        )
    )  # fmt: skip
    for person, number, name, post, start, end, hired, left in postings:
        until = min(end or date.max, left or date.max)
        since = max(start, hired)
        before = found.get(person)
        found[person] = Member(
            person_id=person,
            number=number,
            name=name,
            rank=Post(post).rank,
            first=min(since, before.first) if before else since,
            last=until,
        )
    cells: dict[Key, list[Turn]] = {}
    rows = Assignment.objects.filter(
        Q(team_id=team_id) | Q(person_id__in=list(found)), day__range=(days[0], days[-1])
    ).values_list(
        "person_id", "day", "shift_type_id", "team_id", "is_lead", "person__number", "person__name",
        "rest_reason",
    )  # fmt: skip
    excused: set[Key] = set()
    for person, day, shift, team, is_lead, number, name, reason in rows:
        if reason:
            excused.add((person, day))
        cells.setdefault((person, day), []).append(Turn(shift, team, is_lead))
        if person not in found and first <= day <= last:
            found[person] = Member(
                person_id=person, number=number, name=name, rank=0, first=date.max, last=date.min,
                is_guest=True,
            )  # fmt: skip
    order = sorted(found.values(), key=lambda one: (one.is_guest, -one.rank, one.number))
    return order, cells, excused


def _rows(
    ids: Sequence[int], days: Sequence[date], cells: Mapping[Key, list[Turn]]
) -> dict[int, list[Cell]]:
    rows: dict[int, list[Cell]] = {person: [FREE] * len(days) for person in ids}
    for (person, day), turns in cells.items():
        if person in rows:
            rows[person][(day - days[0]).days] = drafts.sorted_cell(tuple(turns))
    return rows


def _rules(team_id: int, first: date) -> tuple[list[Rule], int]:
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


def _special(first: date, last: date, rules: Sequence[Rule]) -> dict[date, SpecialDay]:
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


def _marks(team_id: int, ids: Sequence[int], days: Sequence[date], *, with_draft: bool) -> _Marks:
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


def _drafted(
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


def _carried(
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
