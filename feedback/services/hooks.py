"""Chat systems post what customers say: signed, fresh, each post once, each number one item."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints.models import Order
from feedback.models import Channel, Hook, HookCall, Item
from feedback.policies import hooks as policies
from feedback.queries import hooks as queries
from feedback.services import intake
from portal import audit
from portal.models import User
from staff.people.models import Person, Store

SECRET_BYTES, KEY_BYTES = 32, 16
NOBODY = "no hook has this secret"


class NotSigned(Exception):
    """No hook, a wrong signature, or a stamp out of time: which of them is not told."""


class Replayed(Exception):
    """This very post was accepted before."""


class UnknownStore(Exception):
    """The channel does not serve a store of this name, or needs one to be named."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a post says; `at` is when the customer said it."""

    number: str
    text: str
    at: datetime
    store: str = ""
    order: str = ""
    rating: int | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """The proof of a post: who it is for, its stamp, its signature and its bytes."""

    key: str
    timestamp: str
    signature: str
    body: bytes


@transaction.atomic
def rotate(*, actor: User, person: Person | None, channel_id: int, now: datetime) -> str:
    """Open a hook, or give it a new secret: the one before stops at once. Returns the secret."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    fresh = {"secret": secret, "rotated_by": person, "rotated_at": now}
    _hook, made = Hook.objects.update_or_create(
        channel=channel, defaults=fresh,
        create_defaults=fresh | {"key": secrets.token_urlsafe(KEY_BYTES)},
    )  # fmt: skip
    audit.record(
        actor=actor, verb="hook.opened" if made else "hook.rotated", target=channel, at=now
    )
    return secret


@transaction.atomic
def answer_to(*, actor: User, channel_id: int, url: str, now: datetime) -> None:
    """Set where answers are posted; an empty address ends that."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    if Hook.objects.filter(channel=channel).update(reply_url=url):
        audit.record(
            actor=actor, verb="hook.answers", target=channel, at=now, after={"set": bool(url)}
        )


@transaction.atomic
def close(*, actor: User, channel_id: int, now: datetime) -> None:
    """Take the hook away; posts to it are refused from now on."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    if Hook.objects.filter(channel=channel).delete()[0]:
        audit.record(actor=actor, verb="hook.closed", target=channel, at=now)


def proven(call: Call, *, now: datetime) -> Hook:
    """Return the hook of a post that is signed and fresh. Raises NotSigned.

    Without a hook the signature is tried all the same, so that the answer takes as long.
    """
    hook = Hook.objects.select_related("channel__store").filter(key=call.key).first()
    secret = hook.secret if hook else NOBODY
    signed = policies.is_signed(secret, call.timestamp, call.body, given=call.signature)
    timely = policies.is_timely(call.timestamp, now=int(now.timestamp()))
    if hook is None or not signed or not timely:
        raise NotSigned
    return hook


def receive(*, hook: Hook, call: Call, posted: Posted, now: datetime) -> tuple[Item, bool]:
    """Write the item and return it, with whether it was known (FBK-6).

    Raises Replayed and UnknownStore; nothing is written then. Two posts of one number at the same
    moment are one item.
    """
    try:
        return _receive(hook=hook, call=call, posted=posted, now=now)
    except IntegrityError:
        return _receive(hook=hook, call=call, posted=posted, now=now)


@transaction.atomic
def _receive(*, hook: Hook, call: Call, posted: Posted, now: datetime) -> tuple[Item, bool]:
    digest = hashlib.sha256(call.signature.encode()).hexdigest()
    _call, fresh = HookCall.objects.get_or_create(hook=hook, digest=digest, defaults={"at": now})
    if not fresh:
        raise Replayed
    Hook.objects.filter(pk=hook.pk).update(last_used_at=now)
    channel = hook.channel
    known = queries.item_of(channel, posted.number)
    if known is not None:
        return known, True
    store = _store(channel, posted.store, now=now)
    order = _order(store, posted.order)
    item = Item(
        channel=channel, source=channel.source, store=store, order=order,
        reference=queries.reference_for(channel, posted.number),
        customer=order.customer if order else None, product=order.product if order else None,
        rating=posted.rating, text=posted.text, received_at=min(posted.at, now),
    )  # fmt: skip
    desk = intake.Desk(now=now)
    intake.write_items(fresh=[item], changed=[], desk=desk, actor=None, verb="feedback.posted")
    return item, False


def _store(channel: Channel, name: str, *, now: datetime) -> Store:
    """Return the store of the channel, or the one named among those it serves."""
    if channel.store is not None and name in ("", channel.store.name):
        return channel.store
    served = queries.stores_of(channel, today=timezone.localdate(now))
    store = served.filter(name=name).first() if name else None
    if store is None:
        raise UnknownStore
    return store


def _order(store: Store, number: str) -> Order | None:
    if not number:
        return None
    rows = Order.objects.filter(store=store, number=number)
    return rows.select_related("customer", "product").first()
