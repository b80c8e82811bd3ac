"""Cases of a person from which quality audits draw."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from complaints.models import Complaint
from portal.sampling import Item
from staff.people.access import Scope

MOST = 10_000


def keys(scope: Scope, person_id: int, first: date, last: date) -> list[str]:
    """Return the cases that a person owns, of these service days, as far as one may see them."""
    rows = Complaint.objects.visible_to(scope).filter(
        owner_id=person_id, service_day__gte=first, service_day__lte=last
    )
    return list(rows.order_by("number").values_list("number", flat=True)[:MOST])


def items(scope: Scope, keys: Sequence[str]) -> Mapping[str, Item]:
    """Return those of the cases that one may see."""
    rows = Complaint.objects.visible_to(scope).filter(number__in=keys).select_related("store")
    return {
        row.number: Item(
            key=row.number,
            text=f"{row.number} · {row.store.name}",
            url=reverse("complaints:case", args=[row.number]),
            at=row.registered_at,
        )
        for row in rows
    }
