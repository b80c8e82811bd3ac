"""Is everything alive: for probes and for the banner that supervisors see."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import current_app
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from portal import ticking
from portal.models import Mailbox, OutboxMessage

log = logging.getLogger(__name__)

LATE = timedelta(seconds=60)
OUTBOX_STALLED = timedelta(seconds=120)
MAILBOX_SILENT = timedelta(hours=1)
BROKER_WAITS = 1  # seconds


def _tick_beats(now: datetime) -> bool:
    last = ticking.last_beat(ticking.HEARTBEAT)
    return last is not None and now - last <= LATE


def _nothing_is_late(now: datetime) -> bool:
    oldest = ticking.oldest_due(now)
    return oldest is None or now - oldest <= LATE


def _outbox_moves(now: datetime) -> bool:
    """Messages that nobody is sending although they are due; the undeliverable do not count."""
    return not OutboxMessage.objects.due(now).filter(next_try_at__lt=now - OUTBOX_STALLED).exists()


CHECKS: dict[str, Callable[[datetime], bool]] = {
    "tick": _tick_beats,
    "due": _nothing_is_late,
    "outbox": _outbox_moves,
}
WORDS: dict[str, Promise] = {
    "database": _("The database does not answer."),
    "tick": _("The clockwork that sends reminders has stopped. Please tell the administrator."),
    "due": _("Reminders are late by more than a minute."),
    "outbox": _("Messages to mail and group robots are not going out."),
    "mailboxes": _("A mailbox could not be read for more than an hour."),
}


def says(name: str) -> Promise:
    """Return the sentence for a failed check."""
    return WORDS[name]


def failed(now: datetime) -> tuple[str, ...]:
    """Return the names of the failed checks; a silent database is one failed check."""
    try:
        return tuple(name for name, is_well in CHECKS.items() if not is_well(now))
    except DatabaseError:
        log.exception("the database does not answer")
        return ("database",)


def broker_answers() -> bool:
    """Try to reach the broker for about a second. Without it the tick has its fall-back."""
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_WAITS) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_WAITS)
    except (OSError, OperationalError):
        return False
    return True


def unread_mailboxes(now: datetime) -> tuple[str, ...]:
    """Name the check where a mailbox has failed for an hour.

    Not one of the probes: a foreign server that refuses us is no reason to take Kefu down.
    """
    failing = Mailbox.objects.failing(since=now - MAILBOX_SILENT)
    return ("mailboxes",) if failing.exists() else ()
