"""Bells of feedback: each only rings for what stands in rows."""

import logging

from celery import shared_task
from django.utils import timezone

from feedback.services import learning

log = logging.getLogger(__name__)


@shared_task(ignore_result=True, acks_late=True)
def learn(**_: object) -> None:
    """Learn from what was decided since the last time. Safe to run twice or side by side."""
    try:
        learning.train(actor=None, now=timezone.now(), force=False)
    except learning.NoLibrary:
        log.info("nothing is learnt: scikit-learn is not installed")
    except learning.TooLittle:
        log.info("nothing is learnt: there are too few decisions")
