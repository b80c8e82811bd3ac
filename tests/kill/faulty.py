"""A service that marks before it sends: the kill test must see its losses (the test's test)."""

import importlib
import time
import uuid
from datetime import datetime

from django.apps import AppConfig
from django.db import connection, transaction

BATCH = 20
PAUSE = 0.3  # seconds between mark and notice: what a slow receiver would cost


class MarksFirst(AppConfig):
    name = "tests.kill"
    label = "kill_faulty"

    def ready(self):
        reminders = importlib.import_module("complaints.services.reminders")
        ticking = importlib.import_module("portal.ticking")
        ticking.register(
            ticking.Step("reminders", run=deliver_due, oldest_due=reminders.oldest_due)
        )


def deliver_due(now: datetime) -> int:
    """As `complaints.services.reminders.deliver_due`, but in two transactions."""
    reminders = importlib.import_module("complaints.services.reminders")
    telling = importlib.import_module("complaints.services.telling")

    class Marked(telling.Telling):
        def claim(self, wanted):
            for told in wanted:
                rows = reminders.Reminder.objects.filter(pk=told.rung.pk)
                rows.update(receiver=told.receiver)
            return list(wanted)

    claim = uuid.uuid4()
    with transaction.atomic():
        due = reminders.Reminder.objects.due(now).select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return 0
        reminders.Reminder.objects.filter(pk__in=ids).update(claim=claim, delivered_at=now)
    time.sleep(PAUSE)
    with transaction.atomic():
        Marked(now, ids).write()
    return len(ids)
