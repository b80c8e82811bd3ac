"""Unfinished orders on their way to whoever adopts them (FUP-1)."""

from datetime import datetime

from django.db import transaction

from staff.daily.models import UnfinishedOrder


class AlreadyAdopted(Exception):
    """Somebody else has adopted the order meanwhile."""


def waiting(*, most: int) -> list[UnfinishedOrder]:
    """Return filed orders that nobody has adopted, oldest first, with their stores and authors."""
    rows = UnfinishedOrder.objects.waiting().select_related("store", "report__person__user")
    return list(rows.order_by("pk")[:most])


def lock(order_id: int) -> None:
    """Let nobody else adopt the order before the transaction ends. Raises AlreadyAdopted."""
    rows = UnfinishedOrder.objects.select_for_update(of=("self",)).filter(adopted_at=None)
    if rows.filter(pk=order_id).first() is None:
        raise AlreadyAdopted(order_id)


@transaction.atomic
def adopted(*, order_id: int, number: str, now: datetime) -> None:
    """Note under which number the order goes on. Raises AlreadyAdopted."""
    rows = UnfinishedOrder.objects.filter(pk=order_id, adopted_at=None)
    if not rows.update(adopted_at=now, adopted_as=number):
        raise AlreadyAdopted(order_id)


def oldest_waiting() -> datetime | None:
    """Return when the oldest order was filed that nobody has adopted."""
    rows = UnfinishedOrder.objects.waiting().order_by("report__filed_at")
    return rows.values_list("report__filed_at", flat=True).first()
