"""Unpaid orders (催拍催付): noted, chased, paid, lost, taken up again.

What is won back counts for whoever chased last before the payment.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from complaints.enums import Channel, ChaseResult, UnpaidState
from complaints.models import UnpaidChase, UnpaidOrder
from complaints.policies import orders as policies
from complaints.policies.orders import Attempt, Refusal
from complaints.services import customers
from complaints.services.customers import Buyer, Purchase
from complaints.services.orders import Refused
from portal import audit, submissions
from portal.models import User
from portal.money import Fen
from staff.daily.enums import Reason
from staff.people.models import Person


class NotedAlready(Exception):
    """The order is noted as unpaid already; `unpaid` is what is known of it."""

    def __init__(self, unpaid: UnpaidOrder) -> None:
        super().__init__(unpaid.pk)
        self.unpaid = unpaid


@dataclass(frozen=True, kw_only=True)
class Cart:
    """What somebody says about an order that is not paid."""

    buyer: Buyer
    store_id: int
    number: str
    placed_at: datetime
    pay_until: datetime | None = None
    product: str = ""
    amount: Fen | None = None
    note: str = ""


@transaction.atomic
def note(*, actor: Person, cart: Cart, now: datetime, form_key: uuid.UUID) -> UnpaidOrder:
    """Note an unpaid order; order and customer are made where they are not known.

    Raises Refused for one that has left, NotedAlready, AlreadySubmitted.
    """
    user = _user_of(actor)
    claim = submissions.claim(key=form_key, user=user, now=now)
    customer = customers.put_customer(cart.buyer, actor=user, now=now)
    product = customers.put_product(cart.product)
    purchase = Purchase(store_id=cart.store_id, number=cart.number, bought_at=cart.placed_at)
    order = customers.put_order(purchase, customer=customer, product=product, actor=user, now=now)
    if order is None:
        raise ValueError("an unpaid order has a number")
    known = UnpaidOrder.objects.filter(order=order).first()
    if known is not None:
        raise NotedAlready(known)
    if order.shipped_at is not None:
        raise Refused(Refusal.SHIPPED)
    if order.amount_fen is None and cart.amount is not None:
        order.amount_fen = cart.amount
        order.version += 1
        order.save(update_fields=["amount_fen", "version"])
    made = UnpaidOrder.objects.create(
        order=order, store_id=order.store_id, owner=actor, placed_at=cart.placed_at,
        pay_until=cart.pay_until, note=cart.note, noted_at=now, noted_by=actor,
    )  # fmt: skip
    audit.record(actor=user, verb="unpaid.noted", target=order, at=now)
    submissions.finish(claim, result=reverse("complaints:unpaid_order", args=[made.pk]))
    return made


@dataclass(frozen=True, kw_only=True)
class Try:
    """One chase of a payment."""

    channel: Channel
    words: str
    result: ChaseResult


@transaction.atomic
def chase(
    *, actor: Person, unpaid_id: int, attempt: Try, now: datetime, form_key: uuid.UUID
) -> UnpaidChase:
    """Record that the customer was reminded; it counts from now on.

    Raises Refused for an order that is paid or lost, AlreadySubmitted.
    """
    claim = submissions.claim(key=form_key, user=_user_of(actor), now=now)
    unpaid = _locked(unpaid_id)
    if unpaid.state != UnpaidState.OPEN:
        raise Refused(Refusal.CLOSED)
    made = UnpaidChase.objects.create(
        unpaid=unpaid, by=actor, at=now, channel=attempt.channel, words=attempt.words,
        result=attempt.result,
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="unpaid.chased", target=unpaid.order, at=now,
        after={"result": attempt.result},
    )  # fmt: skip
    submissions.finish(claim, result=reverse("complaints:unpaid_order", args=[unpaid.pk]))
    return made


@transaction.atomic
def pay(*, actor: Person, unpaid_id: int, paid_at: datetime, now: datetime) -> UnpaidOrder:
    """Note the payment: won back by whoever chased last before it, if anybody.

    A lost order may be paid after all. Raises Refused.
    """
    unpaid = _locked(unpaid_id)
    if unpaid.state not in (UnpaidState.OPEN, UnpaidState.LOST):
        raise Refused(Refusal.CLOSED)
    reason = policies.why_not_paid(paid_at=paid_at, placed_at=unpaid.placed_at, now=now)
    if reason:
        raise Refused(reason)
    attempts = [Attempt(*row) for row in unpaid.chases.values_list("pk", "at", "by_id")]
    winner = policies.credited(attempts, paid_at=paid_at)
    unpaid.state = UnpaidState.WON if winner else UnpaidState.PAID
    unpaid.paid_at, unpaid.won_by_id = paid_at, winner
    unpaid.lost_because = unpaid.lost_note = ""
    _close(unpaid, actor=actor, now=now, verb="unpaid.paid", won_by=winner)
    return unpaid


@transaction.atomic
def lose(
    *, actor: Person, unpaid_ids: Collection[int], because: Reason, words: str, now: datetime
) -> int:
    """Close open ones as lost, with the reason, and return how many; others are left alone."""
    rows = UnpaidOrder.objects.select_for_update(of=("self",)).select_related("order")
    found = list(rows.filter(pk__in=unpaid_ids, state=UnpaidState.OPEN).order_by("pk"))
    for unpaid in found:
        unpaid.state = UnpaidState.LOST
        unpaid.lost_because, unpaid.lost_note = because, words
        _close(unpaid, actor=actor, now=now, verb="unpaid.lost", because=because)
    return len(found)


@transaction.atomic
def reopen(*, actor: Person, unpaid_id: int, version: int, now: datetime) -> UnpaidOrder:
    """Take back a payment or loss that was noted by mistake. Raises Refused if it changed."""
    unpaid = _locked(unpaid_id)
    if unpaid.state == UnpaidState.OPEN or unpaid.version != version:
        raise Refused(Refusal.CLOSED)
    before = unpaid.state
    unpaid.state = UnpaidState.OPEN
    unpaid.paid_at = unpaid.won_by = unpaid.closed_at = unpaid.closed_by = None
    unpaid.lost_because = unpaid.lost_note = ""
    unpaid.version += 1
    unpaid.save()
    audit.record(
        actor=actor.user, verb="unpaid.reopened", target=unpaid.order, at=now,
        before={"state": before},
    )  # fmt: skip
    return unpaid


@transaction.atomic
def take(*, actor: Person, unpaid_ids: Collection[int], now: datetime) -> int:
    """Make open ones one's own, and return how many changed hands."""
    rows = UnpaidOrder.objects.select_for_update(of=("self",)).filter(
        pk__in=unpaid_ids, state=UnpaidState.OPEN
    )
    found = list(rows.exclude(owner=actor).select_related("order").order_by("pk"))
    for unpaid in found:
        before, unpaid.owner = unpaid.owner_id, actor
        unpaid.version += 1
        unpaid.save(update_fields=["owner", "version"])
        audit.record(
            actor=actor.user, verb="unpaid.taken", target=unpaid.order, at=now,
            before={"owner": before}, after={"owner": actor.pk},
        )  # fmt: skip
    return len(found)


def _locked(unpaid_id: int) -> UnpaidOrder:
    rows = UnpaidOrder.objects.select_for_update(of=("self",)).select_related("order")
    return rows.get(pk=unpaid_id)


def _close(
    unpaid: UnpaidOrder, *, actor: Person, now: datetime, verb: str, **facts: object
) -> None:
    unpaid.closed_at, unpaid.closed_by = now, actor
    unpaid.version += 1
    unpaid.save()
    audit.record(
        actor=actor.user, verb=verb, target=unpaid.order, at=now,
        after={name: value for name, value in facts.items() if value},
    )  # fmt: skip


def _user_of(person: Person) -> User:
    if person.user is None:
        raise ValueError("whoever sends a form has a sign-in")
    return person.user
