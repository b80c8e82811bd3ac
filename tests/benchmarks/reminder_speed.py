"""How fast the tick tells reminders that are due at once, and how late those of a busy minute are.

    python tests/benchmarks/reminder_speed.py [--count 100000] [--spread 10000] [--short]

Works on a scratch database beside that of `DATABASE_URL` (else SQLite), which it makes and drops.
First `--count` reminders fall due at one moment and ticks ring every two seconds, as many at a
time as in the worker of the demo (`--ticks`), until nothing is due; then `--spread` of them fall
due over one minute while a tick rings every two seconds. Meanwhile a lead reads page after page in
a web server on the same database. Ends with 1 when the first take more than 45 seconds on
PostgreSQL, when of the second less than half are told within 5 seconds or less than 99 % within
30, when a receiver was told twice or not at all, or when a page of the web failed or 5 % of them
took more than a second.
"""

import argparse
import os
import random
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_TEST_DB_SUFFIX", "_reminder_speed")

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after the set-up
from django.db import connection  # noqa: E402 -- after the set-up
from django.db.models import Count  # noqa: E402 -- after the set-up
from django.test import Client  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- after the set-up
from django.utils import timezone  # noqa: E402 -- after the set-up

from complaints.enums import Stage  # noqa: E402 -- after the set-up
from complaints.models import FollowUp, Reminder, TimelineEntry  # noqa: E402 -- after the set-up
from complaints.services import reminders  # noqa: E402 -- after the set-up
from config.processes.programs import TASKS_AT_ONCE  # noqa: E402 -- after the set-up
from portal import ticking  # noqa: E402 -- after the set-up
from portal.models import Notice  # noqa: E402 -- after the set-up
from staff.people.enums import Post  # noqa: E402 -- after the set-up
from tests.benchmarks.web_meanwhile import Answers, answering  # noqa: E402 -- after the set-up
from tests.factories.complaints import ComplaintFactory  # noqa: E402 -- after the set-up
from tests.factories.staff import Department, PersonFactory  # noqa: E402 -- after the set-up
from tests.kill.stage import free_port  # noqa: E402 -- after the set-up

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


def told_right(count: int) -> bool:
    """Tell whether `count` reminders were told once each: notice, mark and timeline agree."""
    notices = Notice.objects.filter(kind=reminders.REMINDER)
    marked = Reminder.objects.exclude(delivered_at=None)
    found = {
        "notices": notices.count(),
        "keys of notices": notices.aggregate(n=Count("key", distinct=True))["n"],
        "marks": marked.exclude(receiver=None).count(),
        "entries of timelines, twice": 2 * TimelineEntry.objects.count(),
    }
    if wrong := {name: value for name, value in found.items() if value != count}:
        print(f"not told once each: {wrong} instead of {count}")
    return not wrong


def tick() -> None:
    try:
        ticking.run(clock=timezone.now, by="benchmark")
    finally:
        connection.close()


def ring_until_all_is_told(ticks: int) -> None:
    """Ring every two seconds, as beat does; at most so many ticks run at a time in the worker."""
    running: set[Future[None]] = set()
    with ThreadPoolExecutor(ticks) as worker:
        while reminders.oldest_due(timezone.now()):
            if len(running) < ticks:
                running.add(worker.submit(tick))
            ended, running = wait(running, timeout=EVERY, return_when=FIRST_COMPLETED)
            for future in ended:
                future.result()


def all_at_once(desk: Desk, count: int, *, ticks: int) -> bool:
    """Tell `count` reminders that are due now; print seconds and rate."""
    desk.seed([timezone.now()] * count)
    with answers_of(desk) as answers:
        begun = time.perf_counter()
        spent = time.process_time()
        ring_until_all_is_told(ticks)
        seconds = time.perf_counter() - begun
        spent = time.process_time() - spent
    print(
        f"at once: {count} told in {seconds:.1f} s ({count / seconds:.0f} a second) by {ticks} "
        f"ticks at a time, {spent:.1f} s of processor time in the worker"
    )
    print(answers)
    in_time = connection.vendor != "postgresql" or seconds <= MOST_SECONDS
    return told_right(count) and in_time and answers.in_time


def answers_of(desk: Desk) -> AbstractContextManager[Answers]:
    """Serve the web on the scratch database; the lead of the department reads in it."""
    client = Client()
    client.force_login(desk.department.lead.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return answering(database_url=url, cookie=f"{cookie.key}={cookie.value}", port=free_port())


def spread(desk: Desk, count: int, seconds: float) -> bool:
    """Tell `count` reminders that fall due over a minute, with a tick every two seconds."""
    begin = timezone.now() + timedelta(seconds=15 + count / 4000)  # the web starts
    chance = random.Random(7)  # noqa: S311 -- not a secret
    moments = sorted(begin + timedelta(seconds=chance.uniform(0, seconds)) for _ in range(count))
    before = Notice.objects.filter(kind=reminders.REMINDER).count()
    desk.seed(moments)
    end = moments[-1] + timedelta(seconds=2 * EVERY)
    with answers_of(desk) as answers:
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
    print(
        f"spread over {seconds:.0f} s: {count} told; half within {half:.2f} s, "
        f"99 % within {most:.2f} s, the last after {last:.2f} s, early {sum(x < 0 for x in late)}"
    )
    print(answers)
    in_time = half <= 5 and most <= 30 and late[0] >= 0
    return told_right(before + count) and in_time and answers.in_time


def main() -> int:
    """Run both and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--spread", type=int, default=10_000)
    parser.add_argument("--ticks", type=int, default=TASKS_AT_ONCE, help="at the same time")
    parser.add_argument("--short", action="store_true", help="a small run for every check-in")
    given = parser.parse_args()
    count = SHORT if given.short else given.count
    busy = SHORT // 2 if given.short else given.spread
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"database: {connection.vendor}")
        desk = Desk()
        results = [
            all_at_once(desk, count, ticks=given.ticks),
            spread(desk, busy, 10 if given.short else 60),
        ]
    finally:
        teardown_databases(databases, verbosity=0)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
