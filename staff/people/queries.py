"""Reads about people that span several tables."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from portal.figures import Asked
from portal.period import DaySpan
from staff.people.enums import AbsenceState, Half, Post
from staff.people.models import Absence, Person, Posting, Salary, StoreService, Team
from staff.people.policies import latest
from staff.people.querysets import PersonQuerySet, StoreQuerySet, StoreServiceQuerySet

LONGEST_CHAIN = 10
EMPLOYED, LEFT, ALL = "employed", "left", "all"
SORTS = {
    "number": F("number").asc(),
    "-number": F("number").desc(),
    "name": F("name").asc(),
    "team": F("now__team__name").asc(nulls_last=True),
    "hired": F("hired_on").desc(),
}


@dataclass
class State:
    """A person with everything that is dated, by its first day."""

    person: Person
    postings: dict[date, Posting] = field(default_factory=dict)
    salaries: dict[date, Salary] = field(default_factory=dict)

    def posting_on(self, day: date) -> Posting | None:
        """Return the posting that holds on a day."""
        found = latest(sorted(self.postings), day)
        return None if found is None else self.postings[found]

    def salary_on(self, day: date) -> int | None:
        """Return the base salary of a day in fen."""
        found = latest(sorted(self.salaries), day)
        return None if found is None else self.salaries[found].base_fen


def states(numbers: Collection[str]) -> dict[str, State]:
    """Return people by number with their postings and salaries, in five queries.

    Teams and chiefs are shared between the postings: few of them stand for many people.
    """
    found = {person.pk: State(person) for person in Person.objects.filter(number__in=numbers)}
    postings = list(Posting.objects.filter(person_id__in=found))
    teams = Team.objects.select_related("site").in_bulk({row.team_id for row in postings} - {None})
    chiefs = Person.objects.in_bulk({row.chief_id for row in postings} - {None})
    for posting in postings:
        posting.team = teams[posting.team_id] if posting.team_id else None
        posting.chief = chiefs[posting.chief_id] if posting.chief_id else None
        found[posting.person_id].postings[posting.valid_from] = posting
    for salary in Salary.objects.filter(person_id__in=found):
        found[salary.person_id].salaries[salary.valid_from] = salary
    return {state.person.number: state for state in found.values()}


def ids_of(numbers: Collection[str]) -> dict[str, int]:
    """Return the keys of people by number; unknown numbers are missing."""
    return dict(Person.objects.filter(number__in=numbers).values_list("number", "pk"))


def left_on(numbers: Collection[str]) -> dict[str, date | None]:
    """Return the last days of people by number; unknown numbers are missing."""
    found: dict[str, date | None] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), 5000):
        some = Person.objects.filter(number__in=wanted[start : start + 5000])
        found |= dict(some.values_list("number", "left_on"))
    return found


def sites_of_teams(names: Collection[str]) -> dict[str, str | None]:
    """Return the names of the sites of teams that exist, by the name of the team."""
    return dict(Team.objects.filter(name__in=names).values_list("name", "site__name"))


def chain_rows() -> Iterator[tuple[str, date, str, str | None]]:
    """Give every posting as number, first day, post and number of the chief."""
    rows = Posting.objects.values_list("person__number", "valid_from", "post", "chief__number")
    return rows.iterator(chunk_size=5000)


@dataclass(frozen=True)
class Member:
    """Somebody as the whole department sees them on a day."""

    person_id: int
    number: str
    name: str
    post: Post
    team: str
    chief_id: int | None

    @property
    def label(self) -> str:
        return f"{self.number} {self.name}"


def members(day: date) -> dict[int, Member]:
    """Return everybody employed on a day, in one query."""
    rows = (
        Posting.objects.on(day)
        .filter(Q(person__left_on=None) | Q(person__left_on__gte=day), person__hired_on__lte=day)
        .values_list(
            "person_id", "person__number", "person__name", "post", "team__name", "chief_id"
        )
    )
    return {
        person: Member(person, number, name, Post(post), team or "", chief)
        for person, number, name, post, team, chief in rows
    }


def away_on(day: date) -> frozenset[int]:
    """Return who is away for the whole of a day: at rest, on leave or sick."""
    rows = Absence.objects.filter(day=day, half=Half.WHOLE, state=AbsenceState.APPROVED)
    return frozenset(rows.values_list("person_id", flat=True))


@dataclass
class Node:
    """A branch of the organisation chart."""

    member: Member
    reports: list["Node"] = field(default_factory=list)


def chart(day: date) -> list[Node]:
    """Return the organisation of a day from the top, in one query.

    Whoever has no chief that day, or one who is not employed, stands at the top.
    """
    everybody = members(day)
    nodes = {pk: Node(member) for pk, member in everybody.items()}
    top: list[Node] = []
    for node in nodes.values():
        chief = nodes.get(node.member.chief_id or 0)
        (chief.reports if chief and chief is not node else top).append(node)
    for node in nodes.values():
        node.reports.sort(key=_in_order)
    return sorted(top, key=_in_order)


def _in_order(node: Node) -> tuple[int, str, str]:
    return (-node.member.post.rank, node.member.team, node.member.number)


def above(person_id: int, everybody: Mapping[int, Member]) -> list[Member]:
    """Return the chain above somebody, nearest first."""
    found: list[Member] = []
    seen = {person_id}
    member = everybody.get(person_id)
    while member and member.chief_id and member.chief_id not in seen and len(seen) <= LONGEST_CHAIN:
        seen.add(member.chief_id)
        member = everybody.get(member.chief_id)
        if member:
            found.append(member)
    return found


def below(person_id: int, everybody: Mapping[int, Member]) -> list[Member]:
    """Return who reports to somebody directly."""
    reports = [member for member in everybody.values() if member.chief_id == person_id]
    return sorted(reports, key=lambda member: (-member.post.rank, member.number))


def stores_of(team_id: int | None, *, day: date) -> Sequence[StoreService]:
    """Return which stores a team serves on a day."""
    if team_id is None:
        return []
    served = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=day), team_id=team_id, valid_from__lte=day
    )
    return list(served.select_related("store", "store__brand").order_by("store__name"))


def services_by_store(store_ids: Collection[int]) -> dict[int, list[StoreService]]:
    """Return who served each of the stores, newest first, in one query."""
    found: dict[int, list[StoreService]] = defaultdict(list)
    rows = StoreService.objects.filter(store_id__in=store_ids).select_related("team")
    for service in rows.order_by("-valid_from"):
        found[service.store_id].append(service)
    return found


def listed(people: PersonQuerySet, *, day: date) -> PersonQuerySet:
    """Join the posting of a day as `now`; who has none that day stays in the list."""
    holds = Q(postings__valid_until=None) | Q(postings__valid_until__gte=day)
    return people.annotate(
        now=FilteredRelation("postings", condition=holds & Q(postings__valid_from__lte=day))
    )


def narrowed(people: PersonQuerySet, wanted: Mapping[str, str], *, day: date) -> PersonQuerySet:
    """Apply search and filters of the list of people, given as in its address."""
    people = listed(people, day=day)
    if text := wanted.get("q", "").strip():
        people = people.filter(Q(number__icontains=text) | Q(name__icontains=text))
    if (team := wanted.get("team", "")).isdecimal():
        people = people.filter(Q(now__team_id=int(team)))
    if (site := wanted.get("site", "")).isdecimal():
        people = people.filter(Q(now__team__site_id=int(site)))
    if wanted.get("post"):
        people = people.filter(Q(now__post=wanted["post"]))
    state = wanted.get("state") or EMPLOYED
    if state == LEFT:
        return people.filter(left_on__lt=day)
    if state == EMPLOYED:
        return people.filter(Q(left_on=None) | Q(left_on__gte=day))
    return people


@dataclass(frozen=True)
class ListedPerson:
    """A row of the list of people."""

    person_id: int
    number: str
    name: str
    hired_on: date
    left_on: date | None
    post: str | None
    team: str | None
    site: str | None
    chief_number: str | None
    chief_name: str | None


def rows_of(people: PersonQuerySet, *, sort: str, start: int, size: int) -> list[ListedPerson]:
    """Return a page of the list in one query; `people` come from `narrowed`."""
    order = SORTS[sort]
    found = people.order_by(order, "number").annotate(
        post=F("now__post"),
        team=F("now__team__name"),
        site=F("now__team__site__name"),
        chief_number=F("now__chief__number"),
        chief_name=F("now__chief__name"),
    )
    rows = found.values_list(
        "pk", "number", "name", "hired_on", "left_on", "post", "team", "site", "chief_number",
        "chief_name",
    )  # fmt: skip
    return [ListedPerson(*row) for row in rows[start : start + size]]


def team_choices() -> list[tuple[int, str, int | None, str | None]]:
    """Return all teams with their sites: key and name of both."""
    rows = Team.objects.order_by("site__name", "name")
    return list(rows.values_list("pk", "name", "site_id", "site__name"))


def found_stores(stores: StoreQuerySet, wanted: Mapping[str, str], *, day: date) -> StoreQuerySet:
    """Apply search and filters of the list of stores, given as in its address."""
    stores = stores.select_related("brand")
    if text := wanted.get("q", "").strip():
        stores = stores.filter(Q(name__icontains=text) | Q(brand__name__icontains=text))
    if wanted.get("platform"):
        stores = stores.filter(platform=wanted["platform"])
    if (team := wanted.get("team", "")).isdecimal():
        served = StoreService.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=day), team_id=int(team), valid_from__lte=day
        )
        stores = stores.filter(pk__in=served.values("store_id"))
    return stores


def teams_narrowed(asked: Asked) -> frozenset[int] | None:
    """Return the teams that a question is narrowed to; None where it is not. One query at most.

    A store narrows to the teams that serve it on the last day of the period.
    """
    if asked.team:
        return frozenset({asked.team})
    if asked.store:
        return frozenset(_serving(asked, Q(store=asked.store)).values_list("team_id", flat=True))
    if asked.site:
        return frozenset(Team.objects.filter(site=asked.site).values_list("pk", flat=True))
    return None


@dataclass(frozen=True, kw_only=True)
class Served:
    """Stores that a question is narrowed to from a day until a day, both included; None is open."""

    stores: frozenset[int]
    first_day: date | None = None
    last_day: date | None = None

    def on(self, column: str) -> Q:
        """Return the condition for rows of these stores, by the column of their day."""
        days = {f"{column}__gte": self.first_day, f"{column}__lte": self.last_day}
        return Q(store_id__in=self.stores, **{name: day for name, day in days.items() if day})

    def within(self, span: DaySpan) -> DaySpan | None:
        """Return the days of a span on which these stores count; None where on none of them."""
        first = max(self.first_day or span.first_day, span.first_day)
        last = min(self.last_day or span.last_day, span.last_day)
        return DaySpan(first, last) if first <= last else None


def served(asked: Asked) -> list[Served] | None:
    """Return the stores that a question is narrowed to, with the days; None where it is not.

    A store counts for a team, or for the teams of a site, on the days on which it was served by
    them (ORG-2). One query at most.
    """
    if not (asked.team or asked.site):
        return [Served(stores=frozenset({asked.store}))] if asked.store else None
    first, last = asked.before.first_day, asked.span.last_day
    wanted = Q(team=asked.team) if asked.team else Q(team__site=asked.site, team__isnull=False)
    if asked.store:
        wanted &= Q(store=asked.store)
    rows = StoreService.objects.filter(
        wanted, Q(valid_until=None) | Q(valid_until__gte=first), valid_from__lte=last
    )
    found: dict[tuple[date | None, date | None], set[int]] = defaultdict(set)
    for store, since, until in rows.values_list("store_id", "valid_from", "valid_until"):
        days = since if since > first else None, until if until and until < last else None
        found[days].add(store)
    return [
        Served(stores=frozenset(stores), first_day=since, last_day=until)
        for (since, until), stores in found.items()
    ]


def of_days(pieces: Collection[Served] | None, column: str) -> Q:
    """Return the condition for rows that name their store and, in a column, their day."""
    if pieces is None:
        return Q()
    return reduce(or_, (one.on(column) for one in pieces), Q(pk__in=[]))


def _serving(asked: Asked, wanted: Q) -> StoreServiceQuerySet:
    day = asked.span.last_day
    return StoreService.objects.filter(
        wanted,
        Q(valid_until=None) | Q(valid_until__gte=day),
        team__isnull=False,
        valid_from__lte=day,
    )


def users_employed(now: datetime) -> list[int]:
    """Return the sign-ins of everybody who is employed at a moment."""
    people = Person.objects.employed(timezone.localdate(now)).exclude(user=None)
    return [user for user in people.values_list("user_id", flat=True) if user]
