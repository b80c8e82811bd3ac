"""Bells of incentives. What is due stands in rows."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from staff.incentives.services import runs


@shared_task(ignore_result=True, acks_late=True)
def run_settlement(run_id: int, **_: object) -> None:
    """Settle or publish a month as asked for. Safe to run twice or side by side."""
    runs.carry_out(run_id=run_id, clock=timezone.now)


def ring_again(now: datetime) -> int:
    """Ring for the runs whose bell nobody heard; returns 0, because the tick has no more to do."""
    for pk in runs.to_ring_again(now):
        run_settlement.delay(pk)
    return 0
