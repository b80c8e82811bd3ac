"""Which team served a store on the service day of a row (ORG-2): past months keep their teams."""

from django.db.models import Exists, F, OuterRef, Q, Subquery

from feedback.querysets import InvitationQuerySet, ItemQuerySet
from staff.people.models import StoreService

Name = str | Subquery


def _services(store: str, day: str) -> Q:
    ends = Q(valid_until=None) | Q(valid_until__gte=OuterRef(day))
    return Q(ends, store=OuterRef(store), valid_from__lte=OuterRef(day))


def serving(store: str, day: str, field: str) -> Subquery:
    """Return a field of the service that a store was under, for rows that name store and day."""
    rows = StoreService.objects.filter(_services(store, day)).order_by("-valid_from")
    return Subquery(rows.values(field)[:1])


def of(name: Name) -> F | Subquery:
    return F(name) if isinstance(name, str) else name


def _served_by(team: int | None, store: str) -> Exists:
    """Whether a team served the store on the service day; None: any team."""
    wanted = Q(team__isnull=False) if team is None else Q(team=team)
    return Exists(StoreService.objects.filter(_services(store, "service_day"), wanted))


def items_of(items: ItemQuerySet, team: int) -> ItemQuerySet:
    """Items of the stores that a team served on their service day."""
    return items.filter(_served_by(team, "store"))


def items_of_none(items: ItemQuerySet) -> ItemQuerySet:
    """Items of the stores that no team served on their service day."""
    return items.filter(~_served_by(None, "store"))


def invitations_of(rows: InvitationQuerySet, team: int) -> InvitationQuerySet:
    return rows.filter(_served_by(team, "survey__store"))


def invitations_of_none(rows: InvitationQuerySet) -> InvitationQuerySet:
    return rows.filter(~_served_by(None, "survey__store"))
