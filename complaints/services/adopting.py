"""Unfinished orders of daily reports become follow-ups by themselves (DAY-1, FUP-1)."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from complaints.models import Order
from complaints.services import customers
from complaints.services.customers import Buyer, Purchase
from complaints.services.followups import Promise, assign
from staff.daily.models import UnfinishedOrder
from staff.daily.services import unfinished

BATCH = 50


def adopt_due(now: datetime) -> int:
    """Make a follow-up of each order of a filed report that has none; a step of the tick.

    Safe to run twice or side by side: an order is adopted once.
    """
    return sum(_adopt(row, now=now) for row in unfinished.waiting(most=BATCH))


def _adopt(row: UnfinishedOrder, *, now: datetime) -> bool:
    try:
        adopt(row, now=now)
    except unfinished.AlreadyAdopted:
        return False
    return True


@transaction.atomic
def adopt(row: UnfinishedOrder, *, now: datetime) -> None:
    """Give the author of a report a follow-up on one order, with customer and order.

    All or nothing. A time that has passed meanwhile stays as it was promised. Raises
    AlreadyAdopted.
    """
    buyer = Buyer(name=row.buyer, platform=row.store.platform)
    customers.hold(buyer)
    unfinished.lock(row.pk)
    author = row.report.person
    promise = Promise(
        owner_id=author.pk,
        due_at=row.due_at,
        purpose=f"{row.problem} → {row.asks}",
        order=_order(row, buyer, now=now),
    )
    made = assign([promise], actor=author, now=now, past_allowed=True)
    unfinished.adopted(order_id=row.pk, number=made[0].number, now=now)


def _order(row: UnfinishedOrder, buyer: Buyer, *, now: datetime) -> Order:
    """Return the order, created when unknown; the buyer of a known one stays."""
    actor = row.report.person.user
    known = Order.objects.filter(store_id=row.store_id, number=row.order_number)
    stored = known.select_related("customer").first()
    customer = stored.customer if stored else None
    if customer is None:
        customer = customers.put_customer(buyer, actor=actor, now=now)
    purchase = Purchase(
        store_id=row.store_id,
        number=row.order_number,
        bought_at=datetime.combine(row.bought_on, time(), timezone.get_default_timezone()),
    )
    order = customers.put_order(purchase, customer=customer, product=None, actor=actor, now=now)
    if order is None:
        raise ValueError("an unfinished order has a number")
    return order
