"""What the home page of each post costs with a full department's data: itself and its tiles.

    DATABASE_URL=postgres://... python -m tests.benchmarks.home_cost [--people 120] [--rounds 9]
        [--profile A001]

Fills the sample department and colleagues up to `--people` into a database of its own. Requests
go through the WSGI application with every middleware. Prints for each post and tile the queries
(those of the tile itself, without session, user and scope) and the processor time of the web
process (median, in ms). Exit status 1 when a tile asks more than 6 questions of its own, or a
home with all its tiles takes more than 150 ms.
"""

import argparse
import cProfile
import os
import pstats
import re
import statistics
import sys
import time
from contextlib import nullcontext

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- after the setup
from django.db import connection  # noqa: E402 -- the same
from django.test import Client, RequestFactory  # noqa: E402 -- the same
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- the same

from portal.models import User  # noqa: E402 -- the same
from tests.benchmarks.home_load import people  # noqa: E402 -- the same
from tests.benchmarks.list_cost import calibrate  # noqa: E402 -- the same

MOST_QUERIES, MOST_MS = 6, 150.0
POSTS = {
    "agent": "A001",
    "lead": "L001",
    "deputy": "D001",
    "supervisor": "S001",
    "administrator": "admin",
}
COMMON = re.compile(
    r'FROM "(usersessions_\w+|django_session|portal_user|staff_posting|staff_storeservice)"'
)
TILE = re.compile(r'class="tile-body" hx-get="([^"]+)"')


class Counter:
    """Counts the queries of a request, and of these the ones that every page asks."""

    def __init__(self) -> None:
        self.own: list[str] = []
        self.common = 0

    def __call__(self, execute, sql, params, many, context):
        if COMMON.search(sql.split(" WHERE ")[0]):
            self.common += 1
        else:
            self.own.append(sql)
        return execute(sql, params, many, context)


class Browser:
    """Somebody who is signed in, at the WSGI application."""

    def __init__(self, user: User) -> None:
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        headers = {"host": "localhost", "HX-Request": "true", "X-Kefu-Quiet": "1"}  # as a tile
        self.factory = RequestFactory(headers=headers)
        self.factory.cookies = client.cookies
        self.application = get_wsgi_application()

    def get(self, path: str) -> str:
        path, _mark, query = path.partition("?")
        environ = self.factory._base_environ(PATH_INFO=path, QUERY_STRING=query)  # noqa: SLF001 -- the environment itself is what WSGI takes
        answers: list[str] = []
        response = self.application(environ, lambda status, _headers: answers.append(status))
        text = b"".join(response).decode()
        response.close()
        if not answers or not answers[0].startswith("200"):
            raise SystemExit(f"{path}: {answers[0]}")
        return text

    def cost(self, path: str, rounds: int) -> tuple[float, Counter]:
        """Return the median of the processor time in ms, and the queries of the last round."""
        self.get(path)
        busy = []
        for _ in range(rounds):
            counter = Counter()
            with connection.execute_wrapper(counter):
                began = time.process_time()
                self.get(path)
                busy.append((time.process_time() - began) * 1000)
        return statistics.median(busy), counter


def show(name: str, cost: float, counter: Counter, most: int) -> bool:
    too_many = len(counter.own) > most
    mark = "  <-- too many" if too_many else ""
    print(f"  {name:42}{len(counter.own):4} + {counter.common}{cost:9.1f} ms{mark}")
    return too_many


def home_of(post: str, user: User, *, rounds: int, profiled: bool, talk: bool) -> bool:
    """Measure the home of somebody; tell whether it costs too much."""
    browser = Browser(user)
    print(f"{post}: queries of its own + common ones, processor time")
    total, counter = browser.cost("/", rounds)
    bad = show("home itself", total, counter, MOST_QUERIES)
    for path in TILE.findall(browser.get("/")):
        with cProfile.Profile() if profiled else nullcontext() as profile:
            cost, counter = browser.cost(path, rounds)
        total += cost
        bad |= show(path, cost, counter, MOST_QUERIES)
        if talk:
            print(*(f"      {sql[:300]}" for sql in counter.own), sep="\n")
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    slow = total > MOST_MS
    print(f"  all together {total:.1f} ms{'  <-- too much' * slow}", flush=True)
    return bad or slow


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="one post")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--talk", action="store_true", help="print the queries")
    options = parser.parse_args()
    calibrate()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        people(options.people)
        connection.close()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE")
        bad = [
            post
            for post, number in POSTS.items()
            if options.only in post
            and home_of(
                post, User.objects.get(username=number),
                rounds=options.rounds, profiled=options.profile, talk=options.talk,
            )
        ]  # fmt: skip
    finally:
        teardown_databases(old, verbosity=0)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
