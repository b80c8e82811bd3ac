"""Is everything alive: for probes and for the banner that supervisors see."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import ticking
from portal.models import OutboxMessage

LATE = timedelta(seconds=60)
OUTBOX_STALLED = timedelta(seconds=120)


@dataclass(frozen=True)
class Check:
    """One thing that is looked at; `says` is for people, `name` for machines."""

    name: str
    is_well: bool
    says: str | Promise


def _heartbeat(now: datetime) -> Check:
    last = ticking.last_beat(ticking.HEARTBEAT)
    return Check(
        "tick",
        is_well=last is not None and now - last <= LATE,
        says=_("The clockwork that sends reminders has stopped. Please tell the administrator."),
    )


def _oldest(now: datetime) -> Check:
    oldest = ticking.oldest_due(now)
    return Check(
        "due",
        is_well=oldest is None or now - oldest <= LATE,
        says=_("Reminders are late by more than a minute."),
    )


def _outbox(now: datetime) -> Check:
    stuck = OutboxMessage.objects.waiting().filter(next_try_at__lt=now - OUTBOX_STALLED, attempts=0)
    return Check(
        "outbox",
        is_well=not stuck.exists(),
        says=_("Messages to mail and group robots are not going out."),
    )


def checks(now: datetime) -> list[Check]:
    """Return all checks; a database that does not answer is one failed check."""
    try:
        return [Check("database", is_well=True, says=""), *(c(now) for c in CHECKS)]
    except DatabaseError:
        return [Check("database", is_well=False, says=_("The database does not answer."))]


CHECKS = (_heartbeat, _oldest, _outbox)
