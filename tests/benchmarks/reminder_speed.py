"""How fast the tick tells reminders that are due at once, and how late those of a busy minute are.

    python tests/benchmarks/reminder_speed.py [--count 100000] [--spread 10000] [--short]

Works on a scratch database beside that of `DATABASE_URL` (else SQLite), which it makes and drops.
First `--count` reminders fall due at one moment and the tick runs until nothing is due; then
`--spread` of them fall due over one minute while a tick rings every two seconds. Ends with 1 when
the first take more than 45 seconds on PostgreSQL, or when of the second less than half are told
within 5 seconds or less than 99 % within 30.
"""

import argparse
import os
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_TEST_DB_SUFFIX", "_reminder_speed")

import django

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- after the set-up
from django.utils import timezone  # noqa: E402 -- after the set-up

from complaints.enums import Stage  # noqa: E402 -- after the set-up
from complaints.models import FollowUp, Reminder  # noqa: E402 -- after the set-up
from complaints.services import reminders  # noqa: E402 -- after the set-up
from portal import ticking  # noqa: E402 -- after the set-up
from portal.models import Notice  # noqa: E402 -- after the set-up
from staff.people.enums import Post  # noqa: E402 -- after the set-up
from tests.factories.complaints import ComplaintFactory  # noqa: E402 -- after the set-up
from tests.factories.staff import Department, PersonFactory  # noqa: E402 -- after the set-up

MOST_SECONDS = 45
SHORT = 2_000
EVERY = 2.0
STAGES = (Stage.DUE, Stage.LEAD)


class Desk:
    """A department of some forty people with cases, and follow-ups as many as are asked for."""

    def __init__(self) -> None:
        self.department = department = Department()
        self.owners = [
            PersonFactory(
                posting__post=Post.POSTSALE,
                posting__team=department.team,
                posting__chief=department.lead,
            )
            for _ in range(36)
        ]
        self.cases = ComplaintFactory.create_batch(200, store=department.store)
        self.made = 0

    def seed(self, moments: list[datetime]) -> None:
        """Write a rung for each moment: one for the owner, the next for the lead on duty."""
        followups = []
        for at in moments[:: len(STAGES)]:
            self.made += 1
            followups.append(
                FollowUp(
                    number=f"F20260101-{self.made:07}",
                    complaint=self.cases[self.made % len(self.cases)],
                    store=self.department.store,
                    owner=self.owners[self.made % len(self.owners)],
                    purpose="回电确认换货地址",
                    due_at=at,
                    created_at=at - timedelta(hours=1),
                )
            )
        FollowUp.objects.bulk_create(followups, batch_size=1000)
        Reminder.objects.bulk_create(
            [
                Reminder(
                    followup=followups[n // len(STAGES)],
                    stage=STAGES[n % len(STAGES)],
                    followup_due_at=followups[n // len(STAGES)].due_at,
                    due_at=at,
                )
                for n, at in enumerate(moments)
            ],
            batch_size=1000,
        )
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")


def all_at_once(desk: Desk, count: int) -> bool:
    """Tell `count` reminders that are due now; print seconds and rate."""
    desk.seed([timezone.now()] * count)
    begun = time.perf_counter()
    spent = time.process_time()
    while reminders.deliver_due(timezone.now()):
        pass
    seconds = time.perf_counter() - begun
    told = Notice.objects.filter(kind=reminders.REMINDER).count()
    print(
        f"at once: {told} of {count} told in {seconds:.1f} s ({count / seconds:.0f} a second), "
        f"{time.process_time() - spent:.1f} s of processor time in the worker"
    )
    in_time = connection.vendor != "postgresql" or seconds <= MOST_SECONDS
    return told == count and in_time


def spread(desk: Desk, count: int, seconds: float) -> bool:
    """Tell `count` reminders that fall due over a minute, with a tick every two seconds."""
    begin = timezone.now() + timedelta(seconds=5 + count / 4000)
    chance = random.Random(7)  # noqa: S311 -- not a secret
    moments = sorted(begin + timedelta(seconds=chance.uniform(0, seconds)) for _ in range(count))
    before = Notice.objects.filter(kind=reminders.REMINDER).count()
    desk.seed(moments)
    end = moments[-1] + timedelta(seconds=2 * EVERY)
    while timezone.now() < end:
        rung = time.perf_counter()
        ticking.run(clock=timezone.now, by="benchmark")
        time.sleep(max(0.0, EVERY - (time.perf_counter() - rung)))
    rows = Reminder.objects.filter(due_at__gte=moments[0]).values_list("due_at", "delivered_at")
    late = sorted((told - due).total_seconds() for due, told in rows if told)
    if len(late) < count:
        print(f"spread: {count - len(late)} of {count} were not told")
        return False
    half, most, last = late[count // 2], late[int(count * 0.99)], late[-1]
    told = Notice.objects.filter(kind=reminders.REMINDER).count() - before
    print(
        f"spread over {seconds:.0f} s: {told} told; half within {half:.2f} s, "
        f"99 % within {most:.2f} s, the last after {last:.2f} s, early {sum(x < 0 for x in late)}"
    )
    return told == count and half <= 5 and most <= 30 and late[0] >= 0


def main() -> int:
    """Run both and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--spread", type=int, default=10_000)
    parser.add_argument("--short", action="store_true", help="a small run for every check-in")
    given = parser.parse_args()
    count = SHORT if given.short else given.count
    busy = SHORT // 2 if given.short else given.spread
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"database: {connection.vendor}")
        desk = Desk()
        results = [all_at_once(desk, count), spread(desk, busy, 10 if given.short else 60)]
    finally:
        teardown_databases(databases, verbosity=0)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
