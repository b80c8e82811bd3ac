"""Webhooks: other systems are told, signed, what happens; through the outbox, so nothing is lost.

Whoever makes an event calls `tell` in its transaction. What is told are references, no personal
data; and it is looked at once more when it is sent: a webhook is told of the stores that its
owner sees at that moment, and of none when its owner has gone.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from portal import audit, submissions, targets
from portal.enums import Channel
from portal.models import OutboxMessage, User, Webhook
from portal.transfer import registry

TEST = "webhook.test"
PREFIX = "whsec_"
MOST = 50  # of one person
FIELDS = ("name", "address", "events", "store_ids", "is_active")
_events: dict[str, str | Promise] = {}


class TooManyWebhooks(Exception):
    """The person has as many webhooks as one may have."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the webhook since it was read."""


def register(events: Mapping[str, str | Promise]) -> None:
    """Make kinds of events known; called from `AppConfig.ready`."""
    _events.update(events)


def events() -> dict[str, str | Promise]:
    return dict(sorted(_events.items()))


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Something that happened, as references; `path` is the page that shows it."""

    kind: str
    key: str
    store_id: int
    data: Mapping[str, object]
    path: str


def tell(kinds: Collection[str], find: Callable[[], Iterable[Happened]], *, now: datetime) -> int:
    """Put what happened into the outbox for each webhook that asked; returns how many messages.

    One look-up; `find` is called, and a statement made, only where somebody listens to one of the
    kinds. A key is told once.
    """
    if not kinds:
        return 0
    hooks = list(Webhook.objects.listening().only("pk", "events", "store_ids"))
    hooks = [hook for hook in hooks if not set(kinds).isdisjoint(hook.events)]
    if not hooks:
        return 0
    rows = [
        _message(hook, one, now=now)
        for one in find()
        for hook in hooks
        if one.kind in hook.events and (not hook.store_ids or one.store_id in hook.store_ids)
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _message(hook: Webhook, one: Happened, *, now: datetime) -> OutboxMessage:
    return OutboxMessage(
        key=f"hook:{hook.pk}:{one.kind}:{one.key}"[:160],
        channel=Channel.WEBHOOK,
        webhook=hook,
        kind=one.kind,
        params={
            "at": now.isoformat(),
            "store_id": one.store_id,
            "data": dict(one.data),
            "path": one.path,
        },
        subject=f"webhook:{hook.pk}",
        created_at=now,
        not_before=now,
        next_try_at=now,
    )


def may_hear(message: OutboxMessage, webhook: Webhook, *, now: datetime) -> bool:
    """Whether the webhook's owner still sees the store of the message."""
    if not webhook.user.is_active:
        return False
    if webhook.user.is_superuser or message.kind == TEST:
        return True
    scope = registry.scope_of_user(webhook.user, timezone.localdate(now))
    return message.params.get("store_id") in getattr(scope, "store_ids", ())


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, identifier: str, timestamp: int, body: str) -> str:
    """Return the signature of Standard Webhooks over id, seconds since 1970 and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    text = f"{identifier}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def body_of(message: OutboxMessage) -> str:
    """Return what is posted: the same for every copy of a message."""
    params: Mapping[str, Any] = message.params
    link = f"{settings.PUBLIC_URL}{params['path']}" if params.get("path") else None
    body = {
        "type": message.kind,
        "timestamp": params.get("at"),
        "data": {**params.get("data", {}), "url": link},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def post(message: OutboxMessage, webhook: Webhook, *, identifier: str, now: datetime) -> str:
    """Post a message and return an empty text, or what went wrong in a few words."""
    body, stamp = body_of(message), int(now.timestamp())
    signed = signature(webhook.secret, identifier=identifier, timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kefu-Webhook/1",
        "webhook-id": identifier,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signed,
    }
    try:
        status = targets.post(webhook.address, body=body.encode(), headers=headers)
    except targets.Forbidden:
        return "address not allowed"
    return "" if 200 <= status < 300 else f"HTTP {status}"  # noqa: PLR2004 -- what counts as taken


def note(webhook_id: int, *, taken: bool, now: datetime) -> None:
    """Count attempts that failed in a row; at the set number the webhook pauses."""
    rows = Webhook.objects.filter(pk=webhook_id)
    if taken:
        rows.exclude(failures=0).update(failures=0)
        return
    rows.update(failures=F("failures") + 1)
    rows.filter(failures__gte=settings.WEBHOOK_PAUSE_AFTER, paused_at=None).update(paused_at=now)


# --- setting up -----------------------------------------------------------------------------
@transaction.atomic
def save(
    *,
    actor: User,
    webhook: Webhook,
    changed: Collection[str],
    seen: int | None,
    now: datetime,
    form_key: UUID | None = None,
) -> Webhook:
    """Save a webhook and audit it; a new one gets a secret.

    Raises TooManyWebhooks, ChangedMeanwhile, and submissions.AlreadySubmitted for the second send
    of the form of a new one.
    """
    added = webhook.pk is None
    if added:
        if form_key is not None:
            submissions.claim(key=form_key, user=actor, now=now)
        if Webhook.objects.filter(user=actor).count() >= MOST:
            raise TooManyWebhooks
        webhook.user, webhook.created_at, webhook.secret = actor, now, new_secret()
        webhook.save(force_insert=True)
    else:
        stored = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        if stored.version != seen:
            raise ChangedMeanwhile
        webhook.version = stored.version + 1
        webhook.save(update_fields=[*FIELDS, "version"])
    audit.record(
        actor=actor,
        verb="webhook.added" if added else "webhook.changed",
        target=webhook,
        at=now,
        after={name: getattr(webhook, name) for name in FIELDS if added or name in changed},
    )
    return webhook


@transaction.atomic
def rotate(*, actor: User, webhook: Webhook, now: datetime) -> str:
    """Give the webhook another secret and return it; the old one signs nothing any more."""
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret"])
    audit.record(actor=actor, verb="webhook.secret", target=webhook, at=now)
    return str(webhook.secret)


@transaction.atomic
def resume(*, actor: User, webhook: Webhook, now: datetime) -> bool:
    """Let a paused webhook go on with what waits; False when it does not pause."""
    paused = Webhook.objects.filter(pk=webhook.pk, paused_at__isnull=False)
    if not paused.update(paused_at=None, failures=0):
        return False
    waiting = OutboxMessage.objects.waiting().filter(webhook=webhook)
    waiting.update(next_try_at=now)
    audit.record(actor=actor, verb="webhook.resumed", target=webhook, at=now)
    return True


@transaction.atomic
def delete(*, actor: User, webhook: Webhook, now: datetime) -> None:
    """Remove a webhook with what waits for it."""
    audit.record(actor=actor, verb="webhook.removed", target=webhook, at=now)
    webhook.delete()


@transaction.atomic
def test(*, actor: User, webhook: Webhook, now: datetime) -> None:
    """Put a message without content into the outbox, to try the line."""
    OutboxMessage.objects.create(
        key=f"hook:{webhook.pk}:test:{uuid4().hex}",
        channel=Channel.WEBHOOK,
        webhook=webhook,
        kind=TEST,
        params={"at": now.isoformat(), "data": {}, "path": ""},
        subject=f"webhook:{webhook.pk}",
        created_at=now,
        not_before=now,
        next_try_at=now,
    )
    audit.record(actor=actor, verb="webhook.tested", target=webhook, at=now)


register({TEST: gettext_lazy("Test from the page of the webhook")})
