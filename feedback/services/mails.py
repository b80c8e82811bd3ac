"""Mails to a feedback mailbox become items; answers in their thread stay with them (FBK-1)."""

import logging
from datetime import datetime

from django.db import transaction

from feedback.enums import ChannelState
from feedback.models import Channel, Item, Letter
from feedback.policies import mails as policies
from feedback.queries import mails as queries
from feedback.services import intake
from feedback.services.intake import Earlier
from portal.enums import AutomaticReason, MailState
from portal.mail import reading
from portal.models import IncomingMail

log = logging.getLogger(__name__)

TAKEN = "feedback.item"
OLDEST = 2000
"""A mail that says it was sent in an earlier year has a broken clock."""
MOST = 500
PEOPLE = frozenset({"", AutomaticReason.FLOOD})
"""Somebody who writes very often is no machine for certain: such a mail is looked at."""


def take(mail: IncomingMail, now: datetime) -> None:
    """Take one mail; the caller's transaction writes it as well.

    What a machine wrote is set aside and changes no item. A mail to a mailbox that belongs to no
    channel, or to a paused one, stays new until the channel is saved.
    """
    channel = queries.channel_of(mail.mailbox_id)
    if channel is None or channel.state != ChannelState.ACTIVE:
        return
    if mail.automatic not in PEOPLE:
        IncomingMail.objects.filter(pk=mail.pk, state=MailState.NEW).update(state=MailState.IGNORED)
        return
    item = _answered(mail, now=now) or _fresh(mail, channel, now=now)
    if reading.take(mail=mail, kind=TAKEN, key=str(item.pk)):
        Letter.objects.create(item=item, mail=mail)


@transaction.atomic
def take_waiting(channel: Channel, *, now: datetime) -> int:
    """Take what came before the channel was ready, oldest first; returns how many were tried.

    A mail that cannot be taken stays new, and stops no other.
    """
    if channel.mailbox_id is None or channel.state != ChannelState.ACTIVE:
        return 0
    rows = IncomingMail.objects.filter(mailbox=channel.mailbox_id, state=MailState.NEW)
    found = list(rows.select_for_update().order_by("received_at", "pk")[:MOST])
    for mail in found:
        try:
            with transaction.atomic():
                take(mail, now)
        except Exception:  # one mail must not stop those behind it
            log.exception("mail %s could not be taken", mail.pk)
    return len(found)


def _fresh(mail: IncomingMail, channel: Channel, *, now: datetime) -> Item:
    store = channel.store
    if store is None:
        raise ValueError("a channel with a mailbox belongs to a store")
    text = "\n\n".join(part for part in (mail.subject.strip(), mail.body.strip()) if part)
    order = queries.order_in(store, text)
    item = Item(
        channel=channel, source=channel.source, reference=f"mail-{mail.pk}", store=store,
        order=order, customer=order.customer if order else None,
        product=order.product if order else None, text=text[: policies.LONGEST_TEXT],
        received_at=_moment_of(mail, now=now),
    )  # fmt: skip
    desk = intake.Desk(now=now)
    intake.write_items(fresh=[item], changed=[], desk=desk, actor=None, verb="feedback.mailed")
    return item


def _moment_of(mail: IncomingMail, *, now: datetime) -> datetime:
    """Return when a mail was sent, if that can be, else when it was read."""
    sent = mail.sent_at
    return min(sent, now) if sent and sent.year >= OLDEST else min(mail.received_at, now)


def _answered(mail: IncomingMail, *, now: datetime) -> Item | None:
    """Add an answer to the item of its thread, which comes to the inbox again; None without one."""
    item = queries.item_of_thread(mail)
    if item is None:
        return None
    before = Earlier(item=item, text=item.text, rating=item.rating)
    item.text = policies.joined(item.text, mail.body)
    desk = intake.Desk(now=now)
    intake.write_items(fresh=[], changed=[before], desk=desk, actor=None, verb="feedback.mailed")
    return item
