"""Payments of red packets, recorded by the lead (ATT-11, INC-8)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.attendance.enums import Side
from staff.attendance.models import RedPacketPayment

Key = tuple[int, date, Side]
"""Person, date of the shift and side: what a payment settles."""


@transaction.atomic
def record(
    keys: Collection[Key], *, paid_at: datetime, actor: User, now: datetime
) -> list[RedPacketPayment]:
    """Record red packets as paid; those recorded already stay as they are. Returns the new ones."""
    wanted = sorted({(person, day, Side(side)) for person, day, side in keys})
    standing = RedPacketPayment.objects.standing()
    made = []
    for person, day, side in wanted:
        payment, is_new = standing.get_or_create(
            person_id=person,
            day=day,
            side=side,
            withdrawn_at=None,
            defaults={
                "paid_at": paid_at.replace(microsecond=0),
                "recorded_at": now,
                "recorded_by": actor,
            },
        )
        if is_new:
            made.append(payment)
    for payment in made:
        audit.record(
            actor=actor,
            verb="red_packet.paid",
            target=payment,
            at=now,
            after={"person": payment.person_id, "paid_at": payment.paid_at.isoformat()},
        )
    return made


@transaction.atomic
def withdraw(*, payment_id: int, actor: User, now: datetime) -> bool:
    """Take a payment recorded by mistake back; returns whether it was still standing."""
    standing = RedPacketPayment.objects.standing().filter(pk=payment_id)
    if not standing.update(withdrawn_at=now, withdrawn_by=actor):
        return False
    payment = RedPacketPayment.objects.get(pk=payment_id)
    audit.record(
        actor=actor,
        verb="red_packet.payment_withdrawn",
        target=payment,
        at=now,
        before={"person": payment.person_id, "paid_at": payment.paid_at.isoformat()},
    )
    return True
