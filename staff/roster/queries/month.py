"""The roster of a team and month: what is published, drafted, asked for and needed."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.db.models import (
    FilteredRelation,
    Q,
)

from staff.people.enums import Post
from staff.people.models import Posting
from staff.roster.models import Assignment, ShiftType
from staff.roster.policies import Need, Needs, drafts
from staff.roster.policies.checks import (
    FREE,
    Cell,
    Finding,
    Kind,
    Plan,
    Rule,
    Turn,
    Worker,
    findings,
)
from staff.roster.queries.cover import with_stores
from staff.roster.queries.marks import (
    Drafted,
    Key,
    carried_over,
    drafts_of,
    marks_of,
    rules_of,
    special_days,
)
from staff.rulebook.models import SpecialDay

DAYS_BEFORE, DAYS_AFTER = 14, 7


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
    marks = marks_of(team_id, ids, days, with_draft=with_draft)
    drafted = drafts_of(marks, days, published)
    rows = {person: list(row) for person, row in published.items()}
    for (person, day), draft in drafted.items():
        rows[person][(day - days[0]).days] = draft.cell
    rules, rest_hours = rules_of(team_id, first)
    special = special_days(first, last, rules)
    plan_kinds = {kind.key: Kind.of(kind.key, kind.code, kind.starts, kind.ends) for kind in kinds}
    carried = carried_over(ids, first=first, rules=rules, kinds=plan_kinds, special=set(special))
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
