"""Remarks of orders and promises of shipping, each version kept (DAY-3, INC-4)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from complaints.models import Order, OrderRemark, ShippingPromise
from complaints.policies import orders as policies
from complaints.policies.orders import Parts, Refusal
from complaints.services import followups
from complaints.services.customers import OrderChangedMeanwhile
from complaints.services.followups import Promise
from portal import audit, submissions
from staff.people.models import Person


class Refused(Exception):
    """The rules do not allow it; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class PartMissing(ValueError):
    """A remark lacks a part; `names` says which."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.names = names


@transaction.atomic
def write_remark(
    *, actor: Person, order_id: int, parts: Parts, version: int, now: datetime
) -> OrderRemark:
    """Write the next version of an order's remark; the order carries it from now on.

    Raises PartMissing, and OrderChangedMeanwhile where `version` of the order is not the stored
    one. The same parts again by the same author are the version that stands.
    """
    if parts.missing:
        raise PartMissing(parts.missing)
    order = Order.objects.select_for_update().get(pk=order_id)
    last = OrderRemark.objects.filter(order=order).order_by("-version").first()
    if last is not None and last.author_id == actor.pk and last.text == order.remark:
        same = Parts(logistics=last.logistics, gift=last.gift, wishes=last.wishes)
        if same == parts:
            return last
    if order.version != version:
        raise OrderChangedMeanwhile(order)
    text = policies.remark_text(
        parts, author=f"{actor.number} {actor.name}", at=timezone.localtime(now)
    )
    made = OrderRemark.objects.create(
        order=order, version=last.version + 1 if last else 1, logistics=parts.logistics,
        gift=parts.gift, wishes=parts.wishes, author=actor, at=now, text=text,
    )  # fmt: skip
    order.remark, order.remark_by = text, actor
    order.version += 1
    order.save(update_fields=["remark", "remark_by", "version"])
    audit.record(
        actor=actor.user, verb="order.remarked", target=order, at=now,
        after={"version": made.version},
    )  # fmt: skip
    return made


def keep_imported(orders: Sequence[Order], *, now: datetime) -> None:
    """Keep a version of the remark of each of these orders that differs from the last one kept.

    Called in the transaction of an import, after the orders are written.
    """
    remarked = [order for order in orders if order.remark]
    keys = [order.pk for order in remarked]
    known = {
        key: (version, text, author)
        for key, version, text, author in OrderRemark.objects.filter(order_id__in=keys)
        .order_by("version")
        .values_list("order_id", "version", "text", "author_id")
    }
    fresh = []
    for order in remarked:
        version, text, author = known.get(order.pk, (0, "", None))
        if (text, author) != (order.remark, order.remark_by_id):
            fresh.append(
                OrderRemark(
                    order=order,
                    version=version + 1,
                    author_id=order.remark_by_id,
                    at=now,
                    text=order.remark,
                )
            )
    OrderRemark.objects.bulk_create(fresh, batch_size=1000)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A promise to a customer; `chase_at` is when whoever promised wants to ask the warehouse."""

    promised_at: datetime
    chase_at: datetime | None = None
    purpose: str = ""


@transaction.atomic
def promise(
    *, actor: Person, order_id: int, given: Given, now: datetime, form_key: uuid.UUID
) -> ShippingPromise:
    """Note who promised the customer when the order ships; the order carries the last promise.

    With `chase_at` a follow-up reminds of asking the warehouse in time. Raises Refused,
    AlreadySubmitted.
    """
    if actor.user is None:
        raise ValueError("whoever sends a form has a sign-in")
    claim = submissions.claim(key=form_key, user=actor.user, now=now)
    order = Order.objects.select_for_update().get(pk=order_id)
    reason = policies.why_not_promised(
        promised_at=given.promised_at, chase_at=given.chase_at,
        shipped=order.shipped_at is not None, now=now,
    )  # fmt: skip
    if reason:
        raise Refused(reason)
    made = ShippingPromise.objects.create(
        order=order, promised_at=given.promised_at, by=actor, at=now
    )
    order.promised_at = given.promised_at
    order.version += 1
    order.save(update_fields=["promised_at", "version"])
    audit.record(
        actor=actor.user, verb="order.promised", target=order, at=now,
        after={"promised_at": given.promised_at.isoformat()},
    )  # fmt: skip
    if given.chase_at:
        due = Promise(owner_id=actor.pk, due_at=given.chase_at, purpose=given.purpose, order=order)
        followups.assign([due], actor=actor, now=now)
    submissions.finish(claim, result=reverse("complaints:order", args=[order.pk]))
    return made
