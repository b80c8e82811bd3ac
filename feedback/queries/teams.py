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


def items_of(items: ItemQuerySet, team: int) -> ItemQuerySet:
    """Items of the stores that a team served on their service day."""
    served = StoreService.objects.filter(_services("store", "service_day"), team=team)
    return items.filter(Exists(served))


def invitations_of(rows: InvitationQuerySet, team: int) -> InvitationQuerySet:
    served = StoreService.objects.filter(_services("survey__store", "service_day"), team=team)
    return rows.filter(Exists(served))
