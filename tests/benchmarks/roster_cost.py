"""What the matrix of 60 people and 31 days costs, and an edit of one day.

    DATABASE_URL=postgres://... python -m tests.benchmarks.roster_cost [--rounds 15]

Makes its own team in a transaction that is taken back. Prints the queries, the processor time of
the web process and the whole time (median and worst, in ms). Exit status 1 beyond 15 queries or
150 ms of processor time for the page, or 100 ms for an edit.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import date, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection, transaction  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.test.utils import setup_test_environment  # noqa: E402 -- the same
from django.urls import reverse  # noqa: E402 -- the same

from staff.people.enums import Post  # noqa: E402 -- the same
from staff.roster.models import Assignment, DraftCell, Requirement, ShiftType  # noqa: E402
from staff.roster.policies import times_of  # noqa: E402 -- the same
from tests.benchmarks.list_cost import Meter, calibrate  # noqa: E402 -- the same
from tests.factories.roster import WishFactory  # noqa: E402 -- the same
from tests.factories.staff import AbsenceFactory, PersonFactory, TeamFactory  # noqa: E402

PEOPLE = 60
MONTH = date(2026, 12, 1)
MOST_QUERIES, MOST_PAGE_MS, MOST_EDIT_MS = 15, 150.0, 100.0


def stage():
    """Sixty people who work six days of seven, three months back, with a draft and findings."""
    from django.utils import timezone  # noqa: PLC0415 -- after the setup

    team = TeamFactory()
    supervisor = PersonFactory(posting__post=Post.SUPERVISOR)
    lead = PersonFactory(posting__post=Post.LEAD, posting__team=team, posting__chief=supervisor)
    people = [lead] + [
        PersonFactory(posting__team=team, posting__chief=lead) for _ in range(PEOPLE - 1)
    ]
    kinds = {row.code: row for row in ShiftType.objects.all()}
    zone = timezone.get_default_timezone()
    rows = []
    for step in range(-92, 38):
        day = MONTH + timedelta(days=step)
        for place, person in enumerate(people):
            if (step + place) % 7 == 0:
                continue
            kind = kinds["evening" if place % 2 else "day"]
            starts_at, ends_at = times_of(day, starts=kind.starts, ends=kind.ends, zone=zone)
            leads = place == step % 7 + 1 or (place == step % 7 + 2)
            rows.append(
                Assignment(
                    person=person, team=team, day=day, shift_type=kind, is_lead=leads and place < 2,
                    starts_at=starts_at, ends_at=ends_at,
                )
            )  # fmt: skip
    Assignment.objects.bulk_create(rows, batch_size=500)
    for kind in kinds.values():
        Requirement.objects.create(
            team=team, shift_type=kind, valid_from=date(2024, 1, 1), minimum=26, wanted=28
        )
    for place, person in enumerate(people[::4]):
        AbsenceFactory(person=person, day=MONTH + timedelta(days=place))
        WishFactory(person=person, day=MONTH + timedelta(days=place + 3))
    for place, person in enumerate(people):
        DraftCell.objects.create(
            person=person, team=team, day=MONTH + timedelta(days=place % 31), turns=[], base="",
            changed_at=timezone.now(),
        )  # fmt: skip
    return team, lead, supervisor, people


def measure(act, rounds):
    act()
    busy, whole, queries = [], [], 0
    for _ in range(rounds):
        meter = Meter()
        with connection.execute_wrapper(meter):
            began, clock = time.process_time(), time.perf_counter()
            response = act()
            busy.append((time.process_time() - began) * 1000)
            whole.append((time.perf_counter() - clock) * 1000)
        assert response.status_code == 200, response.status_code
        queries = max(queries, meter.queries)
    return queries, busy, whole, len(response.content)


def report(name, act, rounds, most_ms, most_queries):
    queries, busy, whole, size = measure(act, rounds)
    too_much = statistics.median(busy) > most_ms or queries > most_queries
    print(
        f"{name:26}{queries:8}{statistics.median(busy):10.1f}{max(busy):9.1f}"
        f"{statistics.median(whole):12.1f}{max(whole):9.1f}{size:10}{'  <-- too much' * too_much}",
        flush=True,
    )
    return too_much


def client_of(person):
    client = Client(headers={"host": "localhost"})
    client.force_login(person.user)
    return client


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    setup_test_environment()
    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
    calibrate()
    bad = []
    with transaction.atomic():
        team, lead, _supervisor, people = stage()
        query = f"?team={team.pk}&month={MONTH:%Y-%m}"
        of_lead, of_agent = client_of(lead), client_of(people[5])
        kind = ShiftType.objects.get(code="day")
        print(f"{PEOPLE} people x 31 days on {connection.vendor}")
        print(f"{'':26} queries  cpu ms (median, worst)  whole ms (the same)     bytes")
        page = reverse("staff:roster") + query
        for name, client in (("page of the lead", of_lead), ("page of an agent", of_agent)):
            bad.append(
                report(
                    name, lambda c=client: c.get(page), chosen.rounds, MOST_PAGE_MS, MOST_QUERIES
                )
            )
        turn = [0]

        def edit():
            turn[0] += 1
            body = {
                "wants": [
                    {
                        "person": people[10].pk, "day": "2026-12-15",
                        "shifts": [kind.pk] if turn[0] % 2 else [],
                    }
                ]
            }  # fmt: skip
            return of_lead.post(
                reverse("staff:roster_edit") + query,
                json.dumps(body),
                content_type="application/json",
            )

        bad.append(report("edit of one day", edit, chosen.rounds, MOST_EDIT_MS, 40))
        transaction.set_rollback(True)
    return int(any(bad))


if __name__ == "__main__":
    sys.exit(main())
