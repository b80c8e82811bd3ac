"""`python tests/benchmarks/settlement_speed.py [--people 500] [--days 31] [--closed]`: how long.

Writes people with a salary, a shift a day and four punches a shift into a database of its own (the
one of `DATABASE_URL`, else SQLite), settles the month, twice and as the portal does, publishes it
and opens a statement. With `--closed` the month before is settled and closed first, so that its
late facts are looked for as well. Prints seconds, queries and the peak of memory; ends with 1
beyond the promise of 5 seconds, 60 queries and 300 MB (of a settlement), or 10 queries (of a
statement).
"""

import argparse
import os
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up
from django.test.utils import (  # noqa: E402 -- after the set-up
    CaptureQueriesContext,
    setup_databases,
    teardown_databases,
)
from django.utils import timezone  # noqa: E402 -- after the set-up

from portal.models import User  # noqa: E402 -- after the set-up
from portal.period import Month  # noqa: E402 -- after the set-up
from staff import models  # noqa: E402 -- after the set-up
from staff.incentives.enums import RunAct  # noqa: E402 -- after the set-up
from staff.incentives.queries.months import settlement_of  # noqa: E402 -- after the set-up
from staff.incentives.queries.statements import statement_of  # noqa: E402 -- after the set-up
from staff.incentives.services import runs, settling  # noqa: E402 -- after the set-up

SECONDS, QUERIES, MEGABYTES, OF_A_STATEMENT = 5, 60, 300, 10
OF_PUBLISHING = 120  # with the notices to everybody; batches are smaller in SQLite
OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def seed(people, days):
    """Write the department; every fifteenth shift begins late, every 60th has no punch."""
    rows = models.Person.objects.bulk_create(
        [
            models.Person(number=f"E{n:05}", name=f"员工{n}", hired_on=date(2024, 1, 1))
            for n in range(people)
        ]
    )
    models.Salary.objects.bulk_create(
        [
            models.Salary(person=row, base_fen=600000 + row.pk, valid_from=date(2024, 1, 1))
            for row in rows
        ]
    )
    for day in days:
        _day(rows, day)
    return rows


def _day(rows, day):
    kind = models.ShiftType.objects.get(code="day")
    start = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
    models.Assignment.objects.bulk_create(
        [
            models.Assignment(
                person=row, shift_type=kind, day=day, starts_at=start,
                ends_at=start + timedelta(hours=9),
            )
            for row in rows
        ]
    )  # fmt: skip
    models.Punch.objects.bulk_create(
        [
            models.Punch(person=row, punched_at=start + timedelta(seconds=seconds), recorded_at=NOW)
            for row in rows
            if (row.pk * 7 + day.day) % 60
            for seconds in (900 if (row.pk + day.day) % 15 == 0 else -600, 12_000, 15_000, 32_700)
        ],
        batch_size=500,
    )


def close(month, moment):
    """Settle, publish and close a month as two persons would."""
    settling.publish(month, actor=None, now=moment)
    two = models.Person.objects.order_by("pk")[:2]
    models.Settlement.objects.update(
        state="CLOSED", first_closer=two[0], signed_at=moment, second_closer=two[1],
        closed_at=moment,
    )  # fmt: skip


def from_portal():
    """Ask for a settlement in the portal; returns what the worker does then."""
    actor = User.objects.create_user(username="portal")
    run, _new = runs.ask(month=OCTOBER, act=RunAct.SETTLE, actor=actor, now=NOW)
    return lambda: runs.carry_out(run_id=run.pk, clock=timezone.now)


def opened(person):
    return statement_of(settlement_of(OCTOBER), person.pk)


def measured(act):
    """Return seconds, seconds of the processor, and queries."""
    began, at_work = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as caught:
        act()
    return time.perf_counter() - began, time.process_time() - at_work, len(caught)


def prepared(asked):
    days = list(OCTOBER.span)[: asked.days]
    if asked.closed:
        days = [*OCTOBER.previous().span, *days]
    rows = seed(asked.people, days)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if asked.closed:
        close(OCTOBER.previous(), NOW - timedelta(days=30))
    print(f"{asked.people} people x {len(days)} days x 4 punches on {connection.vendor}")
    return rows


def settle():
    return settling.settle(OCTOBER, actor=None, now=NOW)


def publish():
    return settling.publish(OCTOBER, actor=None, now=NOW)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--closed", action="store_true")
    old, kept = setup_databases(verbosity=0, interactive=False), True
    try:
        rows = prepared(parser.parse_args())
        for name, act, queries in (
            ("settled", settle, QUERIES),
            ("settled again", settle, QUERIES),
            ("settled from the portal", from_portal(), QUERIES),
            ("published", publish, OF_PUBLISHING),
            ("a statement opened", lambda: opened(rows[0]), OF_A_STATEMENT),
        ):
            seconds, at_work, count = measured(act)
            kept = kept and (seconds <= SECONDS or act is publish) and count <= queries
            print(f"{name}: {seconds:.2f} s ({at_work:.2f} s of processor), {count} queries")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak {peak:.0f} MB")
    finally:
        teardown_databases(old, verbosity=0)
    return 0 if kept and peak <= MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
