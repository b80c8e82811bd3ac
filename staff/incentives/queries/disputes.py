"""Disputes as lists, and who has confirmed."""

from collections.abc import Sequence

from staff.incentives.models import Confirmation, Dispute, Settlement
from staff.people.access import Scope


def waiting(scope: Scope) -> list[Dispute]:
    """Return the disputes that somebody may answer, oldest first, in one query."""
    rows = Dispute.objects.visible_to(scope).open().exclude(person_id=scope.person_id or 0)
    return list(rows.select_related("person", "settlement").order_by("raised_at", "pk"))


def of_person(settlement: Settlement, person_id: int) -> list[Dispute]:
    """Return what somebody objected to in a month, oldest first, with the answers."""
    rows = Dispute.objects.filter(settlement=settlement, person_id=person_id)
    return list(rows.select_related("answered_by").order_by("raised_at", "pk"))


def confirmed(settlement: Settlement, person_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these people have confirmed."""
    rows = Confirmation.objects.filter(settlement=settlement, person_id__in=person_ids)
    return frozenset(rows.values_list("person_id", flat=True))
