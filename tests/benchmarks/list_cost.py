"""What lists and pages of cases cost on a database filled by tests.benchmarks.seed_cases.

    DATABASE_URL=postgres://... python -m tests.benchmarks.list_cost [--rounds 9]

Prints for each page and post the usual queries, the processor time of the web process and the
time spent waiting for the database (median and worst, in ms). Once a minute a request also
writes its session's last activity, and one in the process looks at the portal's health: such
a round does not count as usual. Exit status 1 beyond 12 queries or 40 ms of processor time.
"""

import argparse
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 -- after the setup
from django.db import connection  # noqa: E402 -- the same
from django.db.models import Count  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.urls import reverse  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from complaints.models import Complaint, Customer, FollowUp, Order  # noqa: E402 -- the same
from staff.people.access import scope_of  # noqa: E402 -- the same
from staff.people.models import Person, Store  # noqa: E402 -- the same

MOST_QUERIES, MOST_MS = 12, 40.0
LOOP = 5_000_000
POSTS = {
    "supervisor": "S001",
    "lead": "L000",
    "agent with few": "A401",
    "agent with none": "A501",
}


class Meter:
    """Counts queries and the time until the database answers."""

    def __init__(self) -> None:
        self.queries = 0
        self.waited = 0.0
        self.slowest: tuple[float, str] = (0.0, "")

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken = time.perf_counter() - began
            self.queries += 1
            self.waited += taken
            self.slowest = max(self.slowest, (taken, sql))


def pages() -> dict[str, str]:
    middle = Complaint.objects.order_by("registered_at")[Complaint.objects.count() // 10]
    order = Order.objects.filter(complaints__isnull=False).order_by("pk")[1000]
    customer = Customer.objects.filter(complaints__isnull=False).order_by("pk")[1000]
    listed = reverse("complaints:list")
    micros = int(middle.registered_at.timestamp() * 1_000_000)
    return {
        "list, first page": listed,
        "list, deep page": f"{listed}?after={micros}.{middle.pk}",
        "list, oldest first": f"{listed}?sort=oldest",
        "list, last changed": f"{listed}?sort=changed",
        "list, without owner": f"{listed}?owner=none",
        "list, mine": f"{listed}?owner=mine",
        "list, critical": f"{listed}?severity=CRITICAL",
        "search, complaint number": f"{listed}?q={middle.number}",
        "search, order number": f"{listed}?q={order.number}",
        "search, customer": f"{listed}?q={customer.name}",
        "search, phone": f"{listed}?q={customer.phone}",
        "search, frequent word": f"{listed}?q=不错",
        "search, frequent, deep": f"{listed}?q=的&after={micros}.{middle.pk}",
        "search, two words": f"{listed}?q=质量 客服",
        "search, rare word": f"{listed}?q=押韵",
        "search, unknown word": f"{listed}?q=zzzzqq",
        "case": "",
        "home": reverse("portal:home"),
        "tile, my cases": reverse("complaints:tile_cases"),
        "tile, without owner": reverse("complaints:tile_unowned"),
        "portal search": f"{reverse('portal:search')}?q=不错",
        "customers while typing": f"{reverse('complaints:find')}?name={customer.name[:4]}",
        "orders": reverse("complaints:orders"),
        **followup_pages(order),
    }


def followup_pages(order) -> dict[str, str]:
    """Each tab of the follow-ups: first page, deep, narrowed to what few or none have."""
    listed = reverse("complaints:followups")
    middle = FollowUp.objects.filter(state="DONE").order_by("due_at")[FollowUp.objects.count() // 3]
    cursor = f"{int(middle.due_at.timestamp() * 1_000_000)}.{middle.pk}"
    idle = Person.objects.get(number="A501")
    empty = Store.objects.annotate(n=Count("followups")).order_by("n", "pk")[0]
    found = {
        f"follow-ups, {tab}": f"{listed}?tab={tab}" for tab in ("mine", "team", "open", "done")
    }
    return found | {
        "follow-ups, usual": listed,
        "follow-ups, done, deep": f"{listed}?tab=done&after={cursor}",
        "follow-ups, done backwards": f"{listed}?tab=done&before={cursor}",
        "follow-ups, urgent": f"{listed}?tab=open&urgent=on",
        "follow-ups, urgent done": f"{listed}?tab=done&urgent=on",
        "follow-ups, urgent, store": f"{listed}?tab=done&urgent=on&store={empty.pk}",
        "follow-ups, team urgent": f"{listed}?tab=team&urgent=on",
        "follow-ups, small store": f"{listed}?tab=done&store={empty.pk}",
        "follow-ups, idle owner": f"{listed}?tab=done&owner={idle.pk}",
        "follow-ups, overdue": f"{listed}?tab=open&due=overdue",
        "follow-ups, today": f"{listed}?tab=open&due=today",
        "follow-ups, of a month": f"{listed}?tab=done&since=2026-01-01&until=2026-01-31",
        "follow-ups, number": f"{listed}?tab=done&q={middle.number}",
        "follow-ups, order": f"{listed}?tab=done&q={order.number}",
        "follow-ups, unknown": f"{listed}?tab=open&q=TB404",
        "follow-up": reverse("complaints:followup", args=[middle.number]),
        "tile, follow-ups": reverse("complaints:tile_followups"),
        "tile, team": reverse("complaints:tile_team"),
    }


def a_case(user) -> str:
    """Return the page of a case that somebody sees, if there is one."""
    visible = Complaint.objects.visible_to(scope_of(user, today=timezone.localdate()))
    found = visible.order_by("-registered_at").values_list("number", flat=True).first()
    return reverse("complaints:case", args=[found]) if found else ""


def measure(
    client: Client, path: str, rounds: int
) -> tuple[int, int, list[float], list[float], str]:
    client.get(path)
    busy, waited, queries = [], [], []
    slowest = (0.0, "")
    status = 0
    for _ in range(rounds):
        meter = Meter()
        with connection.execute_wrapper(meter):
            began = time.process_time()
            status = client.get(path).status_code
            busy.append((time.process_time() - began) * 1000)
        waited.append(meter.waited * 1000)
        queries.append(meter.queries)
        slowest = max(slowest, meter.slowest)
    return status, statistics.mode(queries), busy, waited, slowest[1]


def calibrate() -> None:
    """Print what a plain loop costs: on a busy machine everything below costs as much more."""
    began, steps = time.process_time(), 0
    while steps < LOOP:
        steps += 1
    print(f"a loop of {LOOP} steps takes {time.process_time() - began:.2f} s here")


def report(name: str, path: str, post: str, number: str, *, rounds: int, slow: bool) -> bool:
    """Measure one page for one post and print a line; tell whether it costs too much."""
    user = get_user_model().objects.get(username=number)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    path = path or a_case(user)
    if not path:
        return False
    status, queries, busy, waited, slowest = measure(client, path, rounds)
    middle = statistics.median(busy)
    too_much = queries > MOST_QUERIES or middle > MOST_MS
    print(
        f"{name:28}{post:18}{status:6}{queries:8}{middle:9.1f}{max(busy):9.1f}"
        f"{statistics.median(waited):15.1f}{max(waited):9.1f}{'  <-- too much' * too_much}",
        flush=True,
    )
    if slow:
        print(f"    {slowest[:600]}")
    return too_much


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="")
    parser.add_argument("--slow", action="store_true", help="print the slowest query of each page")
    chosen = parser.parse_args()
    calibrate()
    print(f"{Complaint.objects.count()} complaints on {connection.vendor}")
    print(f"{'page':28}{'post':18}status queries  cpu ms (median, worst)  database ms (the same)")
    bad = [
        (name, post)
        for name, path in pages().items()
        if chosen.only in name
        for post, number in POSTS.items()
        if report(name, path, post, number, rounds=chosen.rounds, slow=chosen.slow)
    ]
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
