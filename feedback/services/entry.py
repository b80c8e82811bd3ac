"""What somebody heard on the phone or read elsewhere is entered by hand (FBK-1)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from complaints.models import Order
from feedback.models import Item
from feedback.services import intake
from portal import submissions
from staff.people.models import Person, Store


class NumberTaken(Exception):
    """There is an item of this kind of channel and number; `item` is it."""

    def __init__(self, item: Item) -> None:
        super().__init__(item.pk)
        self.item = item


class UnknownOrder(Exception):
    """The store has no order of this number."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    source: str
    store_id: int
    text: str
    received_at: datetime
    reference: str = ""
    order: str = ""
    rating: int | None = None
    agent_id: int | None = None


@transaction.atomic
def enter(*, actor: Person, entry: Entry, form_key: uuid.UUID, now: datetime) -> Item:
    """Write an item as it was heard. Raises AlreadySubmitted, NumberTaken and UnknownOrder."""
    if actor.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    claim = submissions.claim(key=form_key, user=actor.user, now=now)
    if entry.reference:
        same = Item.objects.filter(source=entry.source, reference=entry.reference)
        if (taken := same.defer("words").first()) is not None:
            raise NumberTaken(taken)
    store = Store.objects.get(pk=entry.store_id)
    order = _order(store, entry.order) if entry.order else None
    desk = intake.Desk(now=now)
    item = Item(
        channel=desk.channel_of(entry.source, store.pk), source=entry.source, store=store,
        reference=entry.reference, order=order, customer=order.customer if order else None,
        product=order.product if order else None, agent_id=entry.agent_id, rating=entry.rating,
        text=entry.text, received_at=min(entry.received_at, now),
    )  # fmt: skip
    intake.write_items(
        fresh=[item], changed=[], desk=desk, actor=actor.user, verb="feedback.entered"
    )
    submissions.finish(claim, result=reverse("feedback:item", args=[item.pk]))
    return item


def _order(store: Store, number: str) -> Order:
    rows = Order.objects.filter(store=store, number=number)
    order = rows.select_related("customer", "product").first()
    if order is None:
        raise UnknownOrder
    return order
