"""What each shift needs, has, and would lack without somebody."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from staff.people.enums import AbsenceState, Half
from staff.people.models import Absence, StoreService, Team
from staff.roster.models import Assignment, DraftCell, PersonSkill, Requirement
from staff.roster.policies import Need, Needs


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A shift that would have fewer people than wanted; `planned` is without the person."""

    day: date
    shift_code: str
    shift_name_zh: str
    shift_name_en: str
    team_id: int
    planned: int
    minimum: int
    wanted: int

    @property
    def is_below_minimum(self) -> bool:
        return self.planned < self.minimum


def needs_of(team_ids: Collection[int], *, first: date, last: date) -> Needs:
    """Return what teams need from one day to another, in two queries."""
    rows = Requirement.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=first), team_id__in=team_ids, valid_from__lte=last
    ).order_by("pk")
    needs = [
        Need(
            team_id=row.team_id,
            shift=row.shift_type_id,
            store_id=row.store_id,
            skill_id=row.skill_id,
            weekdays=frozenset(int(digit) for digit in row.weekdays),
            first=row.valid_from,
            last=row.valid_until,
            minimum=row.minimum,
            wanted=row.wanted,
        )
        for row in rows
    ]
    return with_stores(needs, team_ids)


def with_stores(needs: Sequence[Need], team_ids: Collection[int]) -> Needs:
    """Return requirements with who serves the stores that some of them speak of."""
    stores = {need.store_id for need in needs if need.store_id}
    served: dict[tuple[int, int], list[tuple[date, date | None]]] = defaultdict(list)
    if stores:
        spans = StoreService.objects.filter(store_id__in=stores, team_id__in=team_ids)
        for team, store, start, end in spans.values_list(
            "team_id", "store_id", "valid_from", "valid_until"
        ):
            if team is not None:
                served[team, store].append((start, end))
    return Needs(tuple(needs), served)


def skills_of(person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the skills of people; who has none is missing."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = PersonSkill.objects.filter(person_id__in=person_ids)
    for person, skill in rows.values_list("person_id", "skill_id"):
        found[person].add(skill)
    return {person: frozenset(skills) for person, skills in found.items()}


def gaps_without(person_id: int, days: Sequence[date]) -> list[Gap]:
    """Return the shifts of a person on some days that would have fewer people than wanted.

    Published shifts count; of them not those of people who are away the whole day. Shifts that
    need nobody, or have enough without the person, are left out.
    """
    return gaps_without_each([(person_id, days)])[0]


def gaps_without_each(wanted: Sequence[tuple[int, Collection[date]]]) -> list[list[Gap]]:
    """Return for each person and days what `gaps_without` says, in at most six queries."""
    own = _shifts_of(wanted)
    rows = [row for rows in own for row in rows]
    teams = {row.team_id for row in rows if row.team_id}
    if not teams:
        return [[] for _ in wanted]
    days = {row.day for row in rows}
    needs = needs_of(teams, first=min(days), last=max(days))
    planned = _planned(teams, days)
    skills = skills_of(
        {one for people in planned.values() for one in people} | {row.person_id for row in rows}
    )
    return [
        [gap for row in rows for gap in _gaps_of(row, needs, planned=planned, skills=skills)]
        for rows in own
    ]


def _shifts_of(wanted: Sequence[tuple[int, Collection[date]]]) -> list[list[Assignment]]:
    found: dict[tuple[int, date], list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.filter(
        person_id__in={person for person, _days in wanted},
        day__in={day for _person, days in wanted for day in days},
        team__isnull=False,
    )
    for row in rows.select_related("shift_type").order_by("day", "starts_at"):
        found[row.person_id, row.day].append(row)
    return [
        [row for day in sorted(days) for row in found.get((person, day), ())]
        for person, days in wanted
    ]


def _gaps_of(
    row: Assignment,
    needs: Needs,
    *,
    planned: Mapping[tuple[int, date, int], Sequence[int]],
    skills: Mapping[int, frozenset[int]],
) -> list[Gap]:
    """Return what one shift would lack without the person who has it."""
    team = row.team_id or 0
    people = [
        one for one in planned.get((team, row.day, row.shift_type_id), ()) if one != row.person_id
    ]
    held = Counter(skill for one in people for skill in skills.get(one, ()))
    gaps: list[Gap] = []
    for need in needs.on(team, row.day, row.shift_type_id):
        if need.skill_id and need.skill_id not in skills.get(row.person_id, ()):
            continue
        count = held[need.skill_id] if need.skill_id else len(people)
        if count < need.wanted:
            gaps.append(_gap(row, need, planned=count))
    return gaps


def _gap(row: Assignment, need: Need, *, planned: int) -> Gap:
    return Gap(
        day=row.day,
        shift_code=row.shift_type.code,
        shift_name_zh=row.shift_type.name_zh,
        shift_name_en=row.shift_type.name_en,
        team_id=need.team_id,
        planned=planned,
        minimum=need.minimum,
        wanted=need.wanted,
    )


def _away(days: Collection[date]) -> set[tuple[int, date]]:
    """Return who is away for the whole of which day."""
    rows = Absence.objects.filter(day__in=set(days), state=AbsenceState.APPROVED, half=Half.WHOLE)
    return set(rows.values_list("person_id", "day"))


def _planned(
    team_ids: Collection[int], days: Collection[date]
) -> dict[tuple[int, date, int], list[int]]:
    """Return who works the published shifts of teams and is not away."""
    away = _away(days)
    found: dict[tuple[int, date, int], list[int]] = defaultdict(list)
    rows = Assignment.objects.filter(team_id__in=team_ids, day__in=days)
    for team, day, shift, person in rows.values_list(
        "team_id", "day", "shift_type_id", "person_id"
    ):
        if (person, day) not in away:
            found[team, day, shift].append(person)
    return found


@dataclass(frozen=True, kw_only=True)
class Lack:
    """A shift below its minimum; `shift` is the key of the shift type."""

    team_id: int
    team: str
    day: date
    shift: int
    planned: int
    minimum: int


def gaps_after(
    brought: Mapping[tuple[int, date, int], int | None], where: Collection[tuple[int, date]]
) -> list[Lack]:
    """Return the shifts of teams and days that lack people once a file is in the roster.

    `brought` gives the team of each person, day and shift type of the file.
    """
    if not where:
        return []
    days = sorted(day for _team, day in where)
    names = dict(
        Team.objects.filter(pk__in={team for team, _day in where}).values_list("pk", "name")
    )
    needs = needs_of(names, first=days[0], last=days[-1])
    if not needs.rows:
        return []
    planned = _planned(names, set(days))
    people = {
        key: {one for one in found if (one, *key[1:]) not in brought}
        for key, found in planned.items()
    }
    away = _away(days)
    for (person, day, shift), team in brought.items():
        if team and (person, day) not in away:
            people.setdefault((team, day, shift), set()).add(person)
    shifts = {need.shift for need in needs.rows}
    return [
        Lack(
            team_id=team, team=names[team], day=day, shift=shift, minimum=need.minimum,
            planned=len(people.get((team, day, shift), ())),
        )
        for team, day in sorted(where, key=lambda one: (one[1], one[0]))
        for shift in sorted(shifts)
        for need in needs.on(team, day, shift)
        if not need.skill_id and len(people.get((team, day, shift), ())) < need.minimum
    ]  # fmt: skip


def drafted_days(keys: Collection[tuple[int, date]]) -> set[tuple[int, date]]:
    """Return which of the days of people stand in a draft."""
    if not keys:
        return set()
    days = [day for _person, day in keys]
    rows = DraftCell.objects.filter(day__range=(min(days), max(days)))
    return set(rows.values_list("person_id", "day")) & set(keys)
