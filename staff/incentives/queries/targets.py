"""What targets come to: during the period from the facts, afterwards as it was frozen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from portal.period import DaySpan
from portal.servicetime import Timetable
from staff.daily.queries import known
from staff.incentives.enums import Aim, Bound, Measure, TargetState
from staff.incentives.models import Adjustment, Target, TargetResult
from staff.incentives.policies.targets import (
    SCALES,
    Figure,
    MeasuredValue,
    by_person,
    figure_of,
    is_reached,
)
from staff.incentives.queries import measures
from staff.incentives.querysets import TargetQuerySet
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.models import Person, Posting, Store, StoreService, Team
from staff.rulebook import queries as rulebook

DAY = timedelta(days=1)
Subject = tuple[int, int | None]
"""A target, and a person of it; None where it is measured as a whole."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a target has come to for a person, or as a whole. Both are None without data."""

    figure: Figure | None
    reached: bool | None


NOTHING = Standing(None, None)


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """Somebody whom a target concerns."""

    number: str
    name: str
    person_id: int
    user_id: int | None


def period_of(target: Target) -> DaySpan:
    return DaySpan(target.first_day, target.last_day)


def bounds_of(target: Target, desk: Timetable) -> tuple[datetime, datetime]:
    """Return the first moment of a period, and the first one after it."""
    return known.end_of(target.first_day - DAY, desk), known.end_of(target.last_day, desk)


def holders(target: Target, *, today: date) -> list[Holder]:
    """Return by number whom a target concerns, as of today or of its last day.

    The person; the members of the team; the holders of the post; the teams that serve the store.
    """
    day = min(max(today, target.first_day), target.last_day)
    if target.aim == Aim.PERSON:
        found = Q(person_id=target.person_id)
    elif target.aim == Aim.TEAM:
        found = Q(team_id=target.team_id)
    elif target.aim == Aim.POST:
        found = Q(post=target.post)
    else:
        served = StoreService.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=day),
            store_id=target.store_id or 0, valid_from__lte=day,
        )  # fmt: skip
        found = Q(team_id__in=served.exclude(team=None).values("team_id"))
    rows = Posting.objects.on(day).filter(found, person__hired_on__lte=day)
    if target.aim != Aim.PERSON:
        rows = rows.filter(Q(person__left_on=None) | Q(person__left_on__gte=day))
    names = ("person__number", "person__name", "person_id", "person__user_id")
    return sorted({Holder(*row) for row in rows.values_list(*names)})


@dataclass(frozen=True, slots=True)
class _Membership:
    person_id: int
    first_day: date
    last_day: date


def _memberships(targets: Sequence[Target]) -> dict[int, list[_Membership]]:
    """Return who belonged to the teams of targets, by team."""
    found: dict[int, list[_Membership]] = defaultdict(list)
    teams = {target.team_id for target in targets if target.team_id}
    if not teams:
        return found
    rows = Posting.objects.filter(team_id__in=teams)
    for team, person, since, until in rows.values_list(
        "team_id", "person_id", "valid_from", "valid_until"
    ):
        if team is not None:
            found[team].append(_Membership(person, since, until or date.max))
    return found


def measured(
    targets: Sequence[Target], *, people: Mapping[int, Collection[int]], now: datetime
) -> dict[Subject, list[MeasuredValue]]:
    """Return the rows that targets are made of so far, with one query for each measure.

    `people` says by target whom of a post to measure. What lies ahead of `now` is left out.
    """
    desk = rulebook.timetable()
    members = _memberships(targets)
    by_measure: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        by_measure[target.measure].append(target)
    found: dict[Subject, list[MeasuredValue]] = {}
    for measure, some in by_measure.items():
        found |= _Sheet(Measure(measure), some, members, people, desk, now).rows()
    return found


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The targets of one measure with what is needed to tell their rows apart."""

    measure: Measure
    targets: Sequence[Target]
    members: Mapping[int, Sequence[_Membership]]
    people: Mapping[int, Collection[int]]
    desk: Timetable
    now: datetime

    def rows(self) -> dict[Subject, list[MeasuredValue]]:
        spans = {target.pk: bounds_of(target, self.desk) for target in self.targets}
        asked = measures.Asked(
            person_ids={one for target in self.targets for one in self._people_of(target)},
            store_ids={target.store_id for target in self.targets if target.store_id},
            since=min(since for since, _until in spans.values()),
            until=min(max(until for _since, until in spans.values()), self.now),
        )
        found = measures.rows_of(self.measure, asked)
        of_people, of_stores = by_person(found), _by_store(found)
        made: dict[Subject, list[MeasuredValue]] = {}
        for target in self.targets:
            for person_id, rows in self._parts(target, of_people, of_stores):
                since, until = spans[target.pk]
                inside = [row for row in rows if since <= row.at < until]
                made[target.pk, person_id] = sorted(inside, key=lambda row: (row.at, row.key))
        return made

    def _people_of(self, target: Target) -> Collection[int]:
        if target.aim == Aim.TEAM:
            return {one.person_id for one in self.members.get(target.team_id or 0, ())}
        if target.aim == Aim.POST:
            return self.people.get(target.pk, ())
        return [target.person_id] if target.person_id else []

    def _parts(
        self,
        target: Target,
        of_people: Mapping[int, Sequence[MeasuredValue]],
        of_stores: Mapping[int, Sequence[MeasuredValue]],
    ) -> Iterator[tuple[int | None, Sequence[MeasuredValue]]]:
        if target.aim == Aim.STORE:
            yield None, of_stores.get(target.store_id or 0, [])
        elif target.aim == Aim.TEAM:
            yield (
                None,
                [
                    row
                    for one in self.members.get(target.team_id or 0, ())
                    for row in of_people.get(one.person_id, ())
                    if one.first_day <= self.desk.service_day(row.at) <= one.last_day
                ],
            )
        else:
            for person_id in self._people_of(target):
                yield person_id, of_people.get(person_id, [])


def _by_store(rows: Sequence[MeasuredValue]) -> dict[int, list[MeasuredValue]]:
    found: dict[int, list[MeasuredValue]] = defaultdict(list)
    for row in rows:
        if row.store_id is not None:
            found[row.store_id].append(row)
    return found


def standing_of(target: Target, rows: Sequence[MeasuredValue]) -> Standing:
    """Return what rows come to for a target."""
    figure = figure_of(rows, SCALES[Measure(target.measure)])
    if figure is None:
        return NOTHING
    return Standing(figure, is_reached(figure.value, bound=Bound(target.bound), goal=target.goal))


def standings(
    targets: Sequence[Target], *, people: Mapping[int, Collection[int]], now: datetime
) -> dict[Subject, Standing]:
    """Return what targets have come to, frozen or so far; `people` as for `measured`."""
    frozen = [target for target in targets if target.state == TargetState.FROZEN]
    running = [
        target
        for target in targets
        if target.state == TargetState.RUNNING and (target.aim != Aim.POST or people.get(target.pk))
    ]
    found: dict[Subject, Standing] = {}
    if frozen:
        found |= _frozen(frozen, people)
    if running:
        rows = measured(running, people=people, now=now)
        by_pk = {target.pk: target for target in running}
        found |= {subject: standing_of(by_pk[subject[0]], some) for subject, some in rows.items()}
    return found


def _frozen(
    targets: Sequence[Target], people: Mapping[int, Collection[int]]
) -> dict[Subject, Standing]:
    wanted = Q(target__in=[target.pk for target in targets if target.aim != Aim.POST])
    for target in targets:
        if people.get(target.pk):
            wanted |= Q(target=target.pk, person__in=people[target.pk])
    rows = TargetResult.objects.filter(wanted)
    return {
        (pk, person): Standing(Figure(value, rows) if value is not None else None, reached)
        for pk, person, value, rows, reached in rows.values_list(
            "target_id", "person_id", "value", "rows", "reached"
        )
    }


def frozen_rows(target: Target, person_id: int | None) -> list[MeasuredValue]:
    """Return the rows behind a frozen result, as they were then."""
    result = TargetResult.objects.filter(target=target, person=person_id).first()
    if result is None:
        return []
    rows = result.measured.order_by("at", "id")
    names = ("key", "at", "value", "weight", "person_id", "store_id", "url")
    return [MeasuredValue(**row) for row in rows.values(*names)]


SORT = ("-last_day", "-pk")


def narrowed(targets: TargetQuerySet, wanted: Mapping[str, str]) -> TargetQuerySet:
    """Apply search and filters of the list, given as in its address."""
    if text := wanted.get("q", "").strip():
        targets = targets.filter(name__icontains=text)
    for name in ("state", "measure", "aim"):
        if wanted.get(name):
            targets = targets.filter(**{name: wanted[name]})
    return targets


def page_of(targets: TargetQuerySet, *, start: int, size: int) -> list[Target]:
    """Return a page of the list in one query, those that end last at the top."""
    rows = targets.select_related("person", "team", "store", "set_by").order_by(*SORT)
    return list(rows[start : start + size])


def of_person(targets: Sequence[Target], scope: Scope) -> dict[int, list[int]]:
    """Return, for the targets of a post, that one looks at one's own figure."""
    if scope.person_id is None:
        return {}
    return {
        target.pk: [scope.person_id]
        for target in targets
        if target.aim == Aim.POST and (target.post == scope.post or target.ended_at)
    }


def mine(scope: Scope) -> TargetQuerySet:
    """Return the running targets that concern oneself: own, of the team, the post, the stores."""
    own = Q(person_id=scope.person_id or 0) | Q(post=scope.post or "-")
    if scope.team_id:
        own |= Q(team_id=scope.team_id) | Q(store_id__in=scope.store_ids)
    return Target.objects.visible_to(scope).filter(own, state=TargetState.RUNNING)


Group = tuple[Aim, list[tuple[str, str]]]


def aims_of(scope: Scope) -> list[Group]:
    """Return whom one may aim a target at, in groups: key and name; nobody at themselves."""
    today = scope.today
    people = Person.objects.employed(today).exclude(pk=scope.person_id or 0)
    teams, stores = Team.objects.all(), Store.objects.filter(is_open=True)
    if not scope.is_admin:
        people = people.filter(pk__in=scope.below_ids)
        teams = teams.filter(pk__in=scope.team_ids).exclude(pk=scope.team_id or 0)
        stores = stores.filter(pk__in=scope.store_ids)
    named = people.order_by("number").values_list("pk", "number", "name")
    return [
        (Aim.PERSON, [(f"{Aim.PERSON}:{pk}", f"{number} {name}") for pk, number, name in named]),
        (Aim.TEAM, _keyed(Aim.TEAM, teams.order_by("name").values_list("pk", "name"))),
        (
            Aim.POST,
            [(f"{Aim.POST}:{post}", str(post.label)) for post in Post if post != scope.post],
        ),
        (Aim.STORE, _keyed(Aim.STORE, stores.order_by("name").values_list("pk", "name"))),
    ]


def _keyed(aim: Aim, rows: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(f"{aim}:{pk}", name) for pk, name in rows]


def rewards_of(target: Target) -> dict[int, Adjustment]:
    """Return the money that a target gave, by person."""
    rows = Adjustment.objects.filter(source__startswith=f"target:{target.pk}:")
    return {row.person_id: row for row in rows}
