"""The secret link to somebody's calendar."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.people.models import Person
from staff.roster.models import CalendarFeed

SECRET_BYTES = 32


def hashed(token: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def renew_feed(*, actor: User, person: Person, now: datetime) -> str:
    """Make a new secret, which ends the old one; returns it, for it is shown only now."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"token_hash": hashed(token), "made_at": now}
    )
    audit.record(actor=actor, verb="roster.feed_renewed", target=person, at=now)
    return token


@transaction.atomic
def drop_feed(*, actor: User, person: Person, now: datetime) -> None:
    """End the link."""
    if CalendarFeed.objects.filter(person=person).delete()[0]:
        audit.record(actor=actor, verb="roster.feed_ended", target=person, at=now)
