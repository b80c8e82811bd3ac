"""Bells: each only rings for what stands in the database, and may ring any number of times."""

from celery import shared_task
from django.utils import timezone

from portal import drafts, outbox, services, ticking, tokens
from portal.mail import reading
from portal.transfer import export_runs, uploads


@shared_task(ignore_result=True, acks_late=True)
def tick(**_: object) -> None:
    """Do what is due. Safe to run twice or side by side."""
    ticking.run(clock=timezone.now)


@shared_task(ignore_result=True, acks_late=True)
def send_outbox(**_: object) -> None:
    """Send what is due in the outbox. Safe to run twice or side by side: messages are leased."""
    outbox.send_due(clock=timezone.now)


@shared_task(ignore_result=True, acks_late=True)
def housekeeping(**_: object) -> None:
    """Delete what is no longer needed. Safe to run twice or side by side."""
    services.clean_up(now=timezone.now())
    drafts.clean_up(now=timezone.now())
    uploads.clean_up(now=timezone.now())
    export_runs.clean_up(now=timezone.now())
    tokens.clean_up(now=timezone.now())


@shared_task(ignore_result=True, acks_late=True)
def prove(token: str, **_: object) -> None:
    """Leave a mark that says: a worker took this task. Safe to run twice."""
    ticking.beat(f"proof:{token}"[:40], now=timezone.now())


@shared_task(ignore_result=True, acks_late=True)
def check_import(run_id: int, **_: object) -> None:
    """Check one upload that waits for it. Safe to run twice or side by side: runs are taken."""
    uploads.carry_out(run_id=run_id, dry_run=True, clock=timezone.now)


@shared_task(ignore_result=True, acks_late=True)
def write_import(run_id: int, **_: object) -> None:
    """Write one import, from its mark on. Safe to run twice or side by side: runs are taken."""
    uploads.carry_out(run_id=run_id, dry_run=False, clock=timezone.now)


@shared_task(ignore_result=True, acks_late=True)
def write_export(run_id: int, **_: object) -> None:
    """Write one export. Safe to run twice or side by side: runs are taken."""
    export_runs.carry_out(run_id=run_id, clock=timezone.now)


@shared_task(ignore_result=True, acks_late=True)
def read_mailbox(mailbox_id: int, **_: object) -> None:
    """Read what is new in one mailbox. Safe to run twice or side by side: it is leased."""
    reading.read(mailbox_id=mailbox_id, clock=timezone.now)


def ring_for(run_id: int, *, dry_run: bool) -> None:
    """Ring for a run; where the bell cannot be heard, the tick rings again."""
    (check_import if dry_run else write_import).delay(run_id)
