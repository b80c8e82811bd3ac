"""Writes of the check-list: not needed, fits as it is, needed after all, put away."""

from datetime import datetime

from django.db import transaction

from portal import audit
from portal.enums import SetupMarkKind
from portal.models import SetupMark, User
from portal.setup.items import PUT_AWAY

VERBS = {SetupMarkKind.NOT_NEEDED: "setup.left_out", SetupMarkKind.FITS: "setup.confirmed"}


@transaction.atomic
def mark(*, actor: User, code: str, kind: SetupMarkKind, reason: str, now: datetime) -> bool:
    """Note that an item is not needed, with a reason, or that its defaults fit.

    False where it is marked already; the first one's word stands.
    """
    row, made = SetupMark.objects.get_or_create(
        code=code, defaults={"kind": kind, "reason": reason, "made_by": actor, "made_at": now}
    )
    if made:
        audit.record(actor=actor, verb=VERBS[kind], target=row, at=now)
    return made


@transaction.atomic
def unmark(*, actor: User, code: str, now: datetime) -> bool:
    """Take a mark back. False where there is none."""
    row = SetupMark.objects.select_for_update().filter(code=code).first()
    if row is None:
        return False
    audit.record(actor=actor, verb="setup.reopened", target=row, at=now)
    row.delete()
    return True


def put_away(*, actor: User, now: datetime) -> bool:
    """Take the check-list off the home page; its own page stays."""
    return mark(actor=actor, code=PUT_AWAY, kind=SetupMarkKind.FITS, reason="", now=now)
