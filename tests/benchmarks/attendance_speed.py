"""`python tests/benchmarks/attendance_speed.py [--people 500] [--days 31]`: how long judging takes.

Writes people with a shift a day and four punches a shift into a database of its own (the one of
`DATABASE_URL`, else SQLite), and judges them as the pages do. Prints seconds and the peak of
memory; ends with 1 beyond the promise of 5 seconds and 300 MB.
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
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- after the set-up

from portal.period import DaySpan  # noqa: E402 -- after the set-up
from staff import models  # noqa: E402 -- after the set-up
from staff.attendance.queries.records import days_of_people  # noqa: E402 -- after the set-up

PROMISED_SECONDS, PROMISED_MB = 5, 300
FIRST = date(2026, 10, 1)


def seed(people, days):
    kind = models.ShiftType.objects.get(code="day")
    team = models.Team.objects.create(name="一组")
    rows = models.Person.objects.bulk_create(
        [
            models.Person(number=f"E{n:05}", name=f"员工{n}", hired_on=date(2024, 1, 1))
            for n in range(people)
        ]
    )
    now = datetime(2026, 11, 2, 4, tzinfo=UTC)
    for day in (FIRST + timedelta(days=n) for n in range(days)):
        start = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        models.Assignment.objects.bulk_create(
            [
                models.Assignment(
                    person=row, shift_type=kind, team=team, day=day,
                    starts_at=start, ends_at=start + timedelta(hours=9),
                )
                for row in rows
            ],
            batch_size=500,
        )  # fmt: skip
        models.Punch.objects.bulk_create(
            [
                models.Punch(
                    person=row,
                    punched_at=start
                    + timedelta(seconds=seconds + (row.pk * 37 + day.day * 11) % 900),
                    source="bench",
                    recorded_at=now,
                )
                for row in rows
                for seconds in (-600, 12_000, 15_000, 32_000)
            ],
            batch_size=500,
        )
    return [row.pk for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--days", type=int, default=31)
    asked = parser.parse_args()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        keys = seed(asked.people, asked.days)
        span = DaySpan(FIRST, FIRST + timedelta(days=asked.days - 1))
        began, at_work = time.perf_counter(), time.process_time()
        found = days_of_people(keys, span=span, now=datetime(2026, 12, 1, tzinfo=UTC))
        took, worked = time.perf_counter() - began, time.process_time() - at_work
    finally:
        teardown_databases(old, verbosity=0)
    shifts = sum(len(one.results) for one in found.values())
    packets = sum(len(one.packets) for one in found.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{asked.people} people x {asked.days} days x 4 punches on {connection.vendor}: "
        f"{shifts} shifts judged, {packets} red packets, in {took:.2f} s "
        f"({worked:.2f} s of processor), peak {peak:.0f} MB"
    )
    return 0 if took <= PROMISED_SECONDS and peak <= PROMISED_MB else 1


if __name__ == "__main__":
    sys.exit(main())
