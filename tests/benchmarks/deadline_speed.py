"""Work the deadlines of 10,000 complaints out again from their histories: seconds and rows.

    python -m tests.benchmarks.deadline_speed [--cases 10000]

The cases are in all states: untouched, acknowledged, waiting, waited, answered in time and late,
with changes of severity, and in all stages of their way, closed and reopened ones too. They are
made in the database of DATABASE_URL and gone again at the end. The limit is 10 seconds.
"""

import argparse
import os
import random
import sys
import time
from datetime import timedelta
from itertools import pairwise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection, transaction  # noqa: E402 -- the same

from complaints.enums import CaseStage, EntryKind, Severity  # noqa: E402 -- the same
from complaints.models import Complaint, TimelineEntry  # noqa: E402 -- the same
from complaints.policies.stages import WAY  # noqa: E402 -- the same
from complaints.services import deadlines  # noqa: E402 -- the same
from tests.benchmarks import seed_cases  # noqa: E402 -- the same

SECONDS = 10
HOUR = timedelta(hours=1)


def history_of(case, chance):
    """Make up what happened to a case, in order."""
    at, severity = case.registered_at, case.severity
    for _ in range(chance.randrange(7)):
        at += HOUR * chance.random() * 9
        kind = chance.choice(
            [EntryKind.ACKNOWLEDGED, EntryKind.ANSWERED, EntryKind.WAITING, EntryKind.RESUMED,
             EntryKind.SEVERITY]
        )  # fmt: skip
        params = {}
        if kind == EntryKind.WAITING:
            params = {"until": (at + HOUR * chance.randrange(1, 60)).isoformat()}
        elif kind == EntryKind.SEVERITY:
            after = chance.choice(list(Severity))
            params, severity = {"from": severity, "to": after}, after
        yield TimelineEntry(complaint=case, at=at, kind=kind, params=params)
    yield from way_of(case, at, chance)


def way_of(case, at, chance):
    """Send a case some steps along its way; some are closed, and some of these reopened."""
    way = [*WAY, CaseStage.SATISFIED, CaseStage.INVESTIGATION]
    for before, after in pairwise(way[: chance.randrange(1, len(way) + 1)]):
        at += HOUR * chance.random() * 30
        if before == CaseStage.REVISIT:
            yield TimelineEntry(
                complaint=case, at=at, kind=EntryKind.REVISITED, params={"outcome": "SATISFIED"}
            )
        yield TimelineEntry(
            complaint=case, at=at, kind=EntryKind.MOVED, params={"from": before, "to": after}
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    chance = random.Random(7)  # noqa: S311 -- the same cases each time
    with transaction.atomic():
        before = set(Complaint.objects.values_list("pk", flat=True))
        seed_cases.seed_cases(options.cases, chance)
        made = list(Complaint.objects.exclude(pk__in=before).defer("words")[: options.cases])
        entries = [entry for case in made for entry in history_of(case, chance)]
        TimelineEntry.objects.bulk_create(entries)
        began, busy = time.monotonic(), time.process_time()
        changed = deadlines.recount([case.pk for case in made], now=seed_cases.NOW)
        wall, busy = time.monotonic() - began, time.process_time() - busy
        again = deadlines.recount([case.pk for case in made], now=seed_cases.NOW)
        transaction.set_rollback(True)
    failed = wall > SECONDS or again
    print(
        f"{len(made)} cases, {len(entries)} facts on {connection.vendor}: {wall:.2f} s,"
        f" {busy:.2f} s of processor time; {changed} set, {again} changed when done again"
        f"{'  <-- too much' if failed else ''}"
    )
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
