"""Import the real reviews, twice, and open the pages over them.

    python -m tests.benchmarks.reviews_speed [--file ../shared/data/reviews.csv.gz] [--rows 53851]

On a database of its own beside that of DATABASE_URL, or in a SQLite file. Prints the seconds of
the clock and of the processor for each import, and for each page the queries and the processor
time of the web process in ms (median). Exit status 1 beyond 25 seconds on PostgreSQL or 40 on
SQLite, when the second import changes something, or beyond 12 queries or 60 ms for a page.
"""

import argparse
import gzip
import itertools
import os
import statistics
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402 -- the same
from django.urls import reverse  # noqa: E402 -- the same

from feedback.models import Item  # noqa: E402 -- the same
from feedback.queries.figures import GROUPS  # noqa: E402 -- the same
from tests.factories.staff import Department, StoreFactory, StoreServiceFactory  # noqa: E402 -- the same

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "reviews.csv.gz"
LIMITS = {"postgresql": 25.0, "sqlite": 40.0}
MOST_QUERIES, MOST_MS = 12, 60.0
ROUNDS = 9


def unpack(source: Path, target: Path, rows: int) -> set[str]:
    """Write the first rows to a file and return the names of their stores."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as lines, target.open("w") as out:
        head = next(lines)
        out.write(head)
        place = head.strip().split(",").index("store")
        names = set()
        for line in itertools.islice(lines, rows):
            out.write(line)
            if line.startswith("store_review,"):
                names.add(line.split(",")[place])
    return names


def import_once(path: Path) -> tuple[float, float, str]:
    out = StringIO()
    began, used = time.perf_counter(), time.process_time()
    call_command("import", "reviews", str(path), stdout=out, stderr=StringIO())
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return seconds, cpu, out.getvalue().strip().splitlines()[-1]


def open_page(client: Client, url: str) -> tuple[int, float]:
    times = []
    for _round in range(ROUNDS):
        used = time.process_time()
        response = client.get(url)
        times.append((time.process_time() - used) * 1000)
        assert response.status_code == 200, (url, response.status_code)
    asked = []
    for _round in range(3):  # one request in ten seconds looks at the portal's health as well
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len(queries))
    return min(asked), statistics.median(times)


def pages() -> dict[str, str]:
    listed = reverse("feedback:items")
    middle = Item.objects.order_by("received_at")[Item.objects.count() // 2]
    micros = int(middle.received_at.timestamp() * 1_000_000)
    figures = reverse("feedback:figures")
    busy = f"{figures}?month={middle.received_at:%Y-%m}"
    return {
        "inbox": listed,
        "inbox, all": f"{listed}?state=all",
        "inbox, deep": f"{listed}?state=all&after={micros}.{middle.pk}",
        "inbox, search": f"{listed}?state=all&q=不错",
        "inbox, rare": f"{listed}?state=all&q=押韵",
        "inbox, negative": f"{listed}?state=all&rating=negative",
        "item": reverse("feedback:item", args=[middle.pk]),
        "negative": reverse("feedback:negative"),
        "negative, a day": f"{reverse('feedback:negative')}?day={middle.service_day}",
        "figures": figures,
        **{f"figures, busy, {group}": f"{busy}&by={group}" for group in GROUPS},
        "figures, busy, export": f"{busy}&format=csv",
    }


def run(options: argparse.Namespace) -> int:
    status = 0
    began = time.process_time()
    for _step in range(5_000_000):
        pass
    print(f"a loop of 5000000 steps takes {time.process_time() - began:.2f} s here", flush=True)
    people = Department()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.csv"
        for name in sorted(unpack(options.file, path, options.rows)):
            StoreServiceFactory(store=StoreFactory(name=name), team=people.team)
        for turn in ("first", "again"):
            seconds, cpu, total = import_once(path)
            print(f"{turn:>6}: {seconds:6.1f} s, processor {cpu:6.1f} s   {total}")
            status |= seconds > LIMITS[connection.vendor]
            status |= turn == "again" and " 0 added, 0 changed" not in total
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    client = Client()
    client.force_login(people.supervisor.user)
    for name, url in pages().items():
        queries, ms = open_page(client, url)
        print(f"{name:<24} {queries:3} queries {ms:7.1f} ms")
        status |= queries > MOST_QUERIES or ms > MOST_MS
    return int(status)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--rows", type=int, default=10**9)
    options = parser.parse_args()
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return run(options)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
