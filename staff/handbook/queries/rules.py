"""The policy as house rules that each person confirms."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from staff.handbook.models import Acknowledgement
from staff.handbook.queries.announcements import Place, Reader, places
from staff.people.access import Scope
from staff.people.enums import Post
from staff.rulebook.models import Policy


def in_force(today: date) -> Policy | None:
    """Return the version that holds on a day, None before the first."""
    return Policy.objects.filter(valid_from__lte=today).order_by("-valid_from").first()


def own(policy: Policy, person_id: int) -> datetime | None:
    """Return when somebody confirmed a version."""
    rows = Acknowledgement.objects.filter(policy=policy, person_id=person_id)
    return rows.values_list("at", flat=True).first()


@dataclass(frozen=True)
class VersionRow:
    """A version that has begun, with one's own confirmation and the count of one's people."""

    policy: Policy
    mine: datetime | None
    confirmed: int


def versions(scope: Scope) -> list[VersionRow]:
    """Return the versions that have begun, newest first, in two queries."""
    mine: dict[int, datetime] = {}
    below: dict[int, int] = defaultdict(int)
    rows = Acknowledgement.objects.visible_to(scope)
    for policy, person, at in rows.values_list("policy_id", "person_id", "at"):
        if person == scope.person_id:
            mine[policy] = at
        else:
            below[policy] += 1
    policies = Policy.objects.filter(valid_from__lte=scope.today).order_by("-valid_from")
    return [VersionRow(one, mine.get(one.pk), below[one.pk]) for one in policies]


def readers(policy: Policy, *, day: date) -> list[Reader]:
    """Return everybody employed on a day, those first who have not confirmed: two queries."""
    read = dict(Acknowledgement.objects.filter(policy=policy).values_list("person_id", "at"))
    found = [_reader(place, read.get(place.person_id)) for place in places(day)]
    return sorted(found, key=lambda one: one.read_at is not None)


def _reader(place: Place, read_at: datetime | None) -> Reader:
    return Reader(place, str(Post(place.post).label), read_at)


def first_version() -> date | None:
    """Return the day of the version with which the department began."""
    return Policy.objects.order_by("valid_from").values_list("valid_from", flat=True).first()
