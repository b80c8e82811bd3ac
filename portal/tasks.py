"""Bells: each only rings for what stands in the database, and may ring any number of times."""

from celery import shared_task
from django.utils import timezone

from portal import outbox, services, ticking


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


@shared_task(ignore_result=True, acks_late=True)
def prove(token: str, **_: object) -> None:
    """Leave a mark that says: a worker took this task. Safe to run twice."""
    ticking.beat(f"proof:{token}"[:40], now=timezone.now())
