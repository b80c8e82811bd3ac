"""Adding and changing mailboxes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from portal import audit
from portal.models import Mailbox, User

FIELDS = ["name", "purpose", "host", "port", "safety", "username", "folder", "is_active"]
PLACE = {"host", "port", "username", "folder"}  # another place is read from its beginning


class ChangedMeanwhile(Exception):
    """Somebody else has saved the mailbox after it was shown."""


@transaction.atomic
def save(
    *, actor: User, mailbox: Mailbox, password: str, changed: Sequence[str], now: datetime
) -> Mailbox:
    """Save a mailbox and audit it. Raises ChangedMeanwhile.

    An empty password keeps the one it has; `changed` are the names of the other fields.
    """
    added = mailbox.pk is None
    if password:
        mailbox.password = password
    if added:
        mailbox.save()
    else:
        _update(mailbox, changed)
    audit.record(
        actor=actor,
        verb="mailbox.added" if added else "mailbox.changed",
        target=mailbox,
        at=now,
        after={name: str(getattr(mailbox, name)) for name in changed}
        | ({"password": "****"} if password else {}),
    )
    return mailbox


def _update(mailbox: Mailbox, changed: Sequence[str]) -> None:
    values = {name: getattr(mailbox, name) for name in FIELDS} | {"password": mailbox.password}
    if PLACE & set(changed):
        values |= {"uid_validity": None, "last_uid": 0}
    # Who reads at this moment reads the old place: the lease is taken away.
    values |= {"lease": None, "leased_until": None, "next_read_at": None, "failures": 0}
    values |= {"failing_since": None, "last_error": "", "version": mailbox.version + 1}
    unchanged = Mailbox.objects.filter(pk=mailbox.pk, version=mailbox.version)
    if not unchanged.update(**values):
        raise ChangedMeanwhile
    mailbox.version += 1
