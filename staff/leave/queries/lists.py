"""The list of requests: narrowed, sorted, a page at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OrderBy, OuterRef, Q, Subquery

from portal.period import Month, NotAMonth
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.querysets import LeaveRequestQuerySet
from staff.people.models import Posting

NEWEST = "-first_day"
MOST_OF_MONTH = 200
FIRST_YEAR, LAST_YEAR = 1950, 2998
SORTS: Mapping[str, tuple[OrderBy, ...]] = {
    NEWEST: (F("first_day").desc(), F("pk").desc()),
    "first_day": (F("first_day").asc(), F("pk").asc()),
    "number": (F("person__number").asc(), F("first_day").desc(), F("pk").desc()),
    "asked": (F("asked_at").desc(), F("pk").desc()),
}


def narrowed(
    requests: LeaveRequestQuerySet, wanted: Mapping[str, str], *, day: date
) -> LeaveRequestQuerySet:
    """Apply search and filters of the list, given as in its address; the rest is ignored."""
    if text := wanted.get("q", "").strip():
        requests = requests.filter(
            Q(person__number__icontains=text)
            | Q(person__name__icontains=text)
            | Q(reason__icontains=text)
        )
    if wanted.get("kind") in LeaveKind.values:
        requests = requests.filter(kind=wanted["kind"])
    if wanted.get("state") in LeaveState.values:
        requests = requests.filter(state=wanted["state"])
    if month := month_of(wanted.get("month", "")):
        requests = requests.touching(month.first_day, month.last_day)
    team = wanted.get("team", "")
    if team.isascii() and team.isdecimal():
        in_team = Posting.objects.on(day).filter(team_id=int(team[:18]))
        requests = requests.filter(person_id__in=in_team.values("person_id"))
    return requests


def month_of(text: str) -> Month | None:
    """Return the month that an address asks for; None for anything that is none.

    Also for one so far away that its years before and after are no dates.
    """
    try:
        month = Month.parse(text)
    except NotAMonth:
        return None
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else None


@dataclass(frozen=True)
class ListedRequest:
    """A row of the list."""

    pk: int
    number: str
    name: str
    team: str | None
    kind: str
    first_day: date
    last_day: date
    half: str
    state: str
    asked_at: datetime
    decided_by: str | None
    reason: str

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1


def rows_of(
    requests: LeaveRequestQuerySet, *, sort: str, start: int, size: int, day: date
) -> list[ListedRequest]:
    """Return a page of the list in one query, with the team of a day."""
    team = Posting.objects.on(day).filter(person_id=OuterRef("person_id")).values("team__name")[:1]
    found = requests.order_by(*SORTS[sort]).annotate(team=Subquery(team))
    rows = found.values_list(
        "pk", "person__number", "person__name", "team", "kind", "first_day", "last_day", "half",
        "state", "asked_at", "decided_by__name", "reason",
    )  # fmt: skip
    return [ListedRequest(*row) for row in rows[start : start + size]]


def waiting_for(person_ids: Collection[int]) -> LeaveRequestQuerySet:
    """Return the open requests of people, those that begin first at the top."""
    rows = LeaveRequest.objects.filter(person_id__in=person_ids, state=LeaveState.REQUESTED)
    return rows.order_by("first_day", "pk")
