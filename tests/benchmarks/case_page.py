"""Open the page of a case with a long history: queries and processor time.

    python -m tests.benchmarks.case_page [--entries 500]

The case has everything that its way brings along: proposal, tasks, follow-ups, files. It is made
in the database of DATABASE_URL and gone again at the end. The limits are 12 queries and 60 ms.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection, transaction  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.urls import reverse  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from complaints.enums import EntryKind  # noqa: E402 -- the same
from complaints.models import TimelineEntry  # noqa: E402 -- the same
from complaints.services import deadlines  # noqa: E402 -- the same
from tests.factories.complaints import (  # noqa: E402 -- the same
    CaseTaskFactory,
    ComplaintFactory,
    FollowUpFactory,
    OrderFactory,
    ProposalFactory,
    RemedyFactory,
)
from tests.factories.staff import Department  # noqa: E402 -- the same

QUERIES, MILLISECONDS = 12, 60
ROUNDS = 15


def counting(queries):
    def note(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    return note


def make(entries):
    """Make a department and a case whose history has so many lines."""
    them, now = Department(), timezone.now()
    case = ComplaintFactory(
        store=them.store, owner=them.agent, order=OrderFactory(store=them.store),
        registered_at=now - timedelta(days=1),
    )  # fmt: skip
    deadlines.recount([case.pk], now=now)
    RemedyFactory(proposal=ProposalFactory(complaint=case))
    CaseTaskFactory.create_batch(5, complaint=case, owner=them.agent)
    FollowUpFactory.create_batch(10, complaint=case, store=them.store, owner=them.agent)
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            complaint=case, at=now - timedelta(minutes=number), actor=them.agent,
            kind=EntryKind.CHANGED, params={"fields": ["severity"]},
        )
        for number in range(entries)
    )  # fmt: skip
    return them, case


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=500)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    failed = False
    with transaction.atomic():
        them, case = make(options.entries)
        for who in ("agent", "lead", "supervisor"):
            client = Client(SERVER_NAME="localhost")
            client.force_login(getattr(them, who).user)
            url = reverse("complaints:case", args=[case.number])
            first = client.get(url)
            if first.status_code != 200:
                sys.exit(f"{who} was answered {first.status_code}")
            queries = []
            with connection.execute_wrapper(counting(queries)):
                client.get(url)
            spent = []
            for _ in range(ROUNDS):
                began = time.process_time()
                client.get(url)
                spent.append((time.process_time() - began) * 1000)
            median = statistics.median(spent)
            over = len(queries) > QUERIES or median > MILLISECONDS
            failed |= over
            print(
                f"{who}: {len(queries)} queries, {median:.1f} ms of processor time on"
                f" {connection.vendor}{'  <-- too much' if over else ''}"
            )
        transaction.set_rollback(True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
