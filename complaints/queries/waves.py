"""Whether complaints about one thing come in a wave, and which cases are in one (CMP-13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min

from complaints.enums import CaseStage
from complaints.models import Complaint, Wave
from complaints.querysets import ComplaintQuerySet
from staff.people.access import Scope

MOST_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Crest:
    """What more complaints are about than the policy takes for usual."""

    type_id: int
    product_id: int | None
    store_id: int | None
    first: datetime
    last: datetime
    count: int


def crests(*, since: datetime, now: datetime, most: int) -> list[Crest]:
    """Return what more than `most` complaints of the time are about: two queries over it."""
    rows = Complaint.objects.filter(registered_at__gt=since, registered_at__lte=now)
    rows = rows.exclude(type=None).exclude(stage=CaseStage.MERGED).order_by()
    found: list[Crest] = []
    for name in ("product", "store"):
        grouped = rows.exclude(**{name: None}).values("type_id", f"{name}_id")
        counted = grouped.annotate(
            n=Count("pk"), first=Min("registered_at"), last=Max("registered_at")
        )
        found += [
            Crest(
                type_id=row["type_id"],
                product_id=row.get("product_id"),
                store_id=row.get("store_id"),
                first=row["first"],
                last=row["last"],
                count=row["n"],
            )
            for row in counted.filter(n__gt=most)
        ]
    return found


def cases_of(scope: Scope, wave: Wave) -> ComplaintQuerySet:
    """Return the cases of a wave that one sees, also those that came after it was noticed."""
    rows = Complaint.objects.visible_to(scope).filter(
        type=wave.type_id, registered_at__gte=wave.began_at, registered_at__lte=wave.last_at
    )
    rows = rows.filter(product=wave.product_id) if wave.product_id else rows
    rows = rows.filter(store=wave.store_id) if wave.store_id else rows
    rows = rows.exclude(stage=CaseStage.MERGED).select_related("customer", "store", "incident")
    return rows.defer("words").order_by("-registered_at", "-pk")


def lately(scope: Scope, *, now: datetime, days: int = 2) -> list[Wave]:
    """Return the waves that go on or were noticed within the last days."""
    rows = Wave.objects.visible_to(scope).filter(seen_at__gt=now - timedelta(days=days))
    return list(
        rows.select_related("type", "product", "store").order_by("-seen_at", "-pk")[:MOST_SHOWN]
    )
