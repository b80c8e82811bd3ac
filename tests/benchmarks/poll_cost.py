"""What an open page costs when it asks for news and there is none.

    python tests/benchmarks/poll_cost.py [--requests 500] [--most 3.0] [--profile]

Requests go through the WSGI application with every middleware, on a database of their own (the
one of `DATABASE_URL`, else SQLite), and connections are treated as in the web server. Prints the
milliseconds of processor time for a request; ends with 1 when it is more than `--most`.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import time
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- after the set-up
from django.db import connection  # noqa: E402 -- after the set-up
from django.test import Client, RequestFactory  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402 -- after the set-up
from django.utils import timezone  # noqa: E402 -- after the set-up

from portal.models import Notice  # noqa: E402 -- after the set-up
from staff.people.enums import Post  # noqa: E402 -- after the set-up
from tests.factories.staff import PersonFactory  # noqa: E402 -- after the set-up

UNREAD = 3
READ = 2000


def _signed_in() -> dict[str, object]:
    """Return the environment of the request that a supervisor's page sends."""
    user = PersonFactory(posting__post=Post.SUPERVISOR).user
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            receiver=user,
            key=f"n{n}",
            kind="test",
            created_at=now,
            read_at=None if n >= READ else now,
        )
        for n in range(READ + UNREAD)
    )
    client = Client()
    client.force_login(user)
    client.get("/notices/")
    newest = Notice.objects.order_by("-pk")[0].pk
    factory = RequestFactory(headers={"host": "localhost", "HX-Request": "true"})
    factory.cookies = client.cookies
    return factory._base_environ(  # noqa: SLF001 -- the environment itself is what WSGI takes
        PATH_INFO="/poll", QUERY_STRING=f"unread={UNREAD}&cursor={newest}"
    )


def _ask(application, environ) -> str:
    answers: list[str] = []
    response = application(dict(environ), lambda status, _headers: answers.append(status))
    b"".join(response)
    response.close()
    return answers[0]


def _measure(*, requests: int, profile: cProfile.Profile | None) -> list[float]:
    """Return the milliseconds of processor time of each request, after some to warm up."""
    environ = _signed_in()
    application = get_wsgi_application()
    for _ in range(20):
        assert _ask(application, environ) == "204 No Content"
    costs = []
    for _ in range(requests):
        with profile or nullcontext():
            started = time.process_time()
            _ask(application, environ)
            costs.append((time.process_time() - started) * 1000)
    return costs


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--most", type=float, default=3.0, help="milliseconds")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    profile = cProfile.Profile() if options.profile else None
    setup_test_environment(debug=False)
    old = setup_databases(verbosity=0, interactive=False)
    try:
        costs = _measure(requests=options.requests, profile=profile)
    finally:
        teardown_databases(old, verbosity=0)
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    mean = statistics.fmean(costs)
    print(
        f"{connection.vendor}: {options.requests} requests, processor time for each: mean"
        f" {mean:.2f} ms, median {statistics.median(costs):.2f} ms, highest {max(costs):.2f} ms"
        f" (allowed: {options.most} ms)"
    )
    return int(mean > options.most)


if __name__ == "__main__":
    sys.exit(main())
