"""A million guesses at personal links find nothing, and tell nothing.

    python tests/benchmarks/link_guesses.py [--guesses 1000000] [--short] [--pages 400]

On a database of its own (the one of `DATABASE_URL`, else SQLite) with 1,000 links that work and as
many that were used: guesses go through the look-up of the page, in batches that ask the database
for what the page would ask; a part goes through the WSGI application with every middleware, each
from another address. `--short` makes 50,000 guesses and 100 pages, in less than a minute. Ends
with 1 when a guess opened a link, when two refusals differ in a byte, or when knowing whether a
link was used could be told from the time (medians further apart than 20 per cent).
"""

import argparse
import os
import secrets
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.test import Client  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402 -- after the set-up
from django.utils import timezone  # noqa: E402 -- after the set-up

from feedback.models import Invitation, PersonalLink  # noqa: E402 -- after the set-up
from feedback.queries import surveys as queries  # noqa: E402 -- after the set-up
from feedback.services.surveys import KEY_BYTES  # noqa: E402 -- after the set-up
from tests.factories.feedback import QuestionFactory, SurveyFactory  # noqa: E402 -- after the set-up

LINKS, BATCH, APART = 1000, 500, 0.2


def make_links() -> tuple[list[str], list[str]]:
    """Return tokens that work, and tokens that were used."""
    survey, now = SurveyFactory(), timezone.now()
    QuestionFactory(survey=survey)
    tokens = [secrets.token_urlsafe(KEY_BYTES) for _each in range(2 * LINKS)]
    made = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, made_by=survey.made_by, made_at=now, service_day=now.date(),
            expires_at=now + timedelta(days=30), answered_at=now if number >= LINKS else None,
        )
        for number in range(2 * LINKS)
    )  # fmt: skip
    PersonalLink.objects.bulk_create(
        PersonalLink(invitation=one, token_hash=queries.hashed(token), made_at=now)
        for one, token in zip(made, tokens, strict=True)
    )
    return tokens[:LINKS], tokens[LINKS:]


def guess(count: int) -> int:
    """Return how many of so many random tokens open something."""
    hits = 0
    for begun in range(0, count, BATCH):
        size = min(BATCH, count - begun)
        hashes = [queries.hashed(secrets.token_urlsafe(KEY_BYTES)) for _each in range(size)]
        hits += PersonalLink.objects.filter(token_hash__in=hashes).count()
    return hits


def ask(tokens: list[str]) -> tuple[set[tuple[int, bytes]], float]:
    """Return the different answers to these tokens, and the median time in ms."""
    answers, times = set(), []
    for number, token in enumerate(tokens):
        client = Client(REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        begun = time.perf_counter()
        response = client.get(f"/feedback/s/{token}/")
        times.append(1000 * (time.perf_counter() - begun))
        answers.add((response.status_code, response.content))
    return answers, statistics.median(times)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--guesses", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--short", action="store_true")
    wanted = parser.parse_args()
    guesses, pages = (50_000, 100) if wanted.short else (wanted.guesses, wanted.pages)
    working, used = make_links()
    begun = time.perf_counter()
    hits = guess(guesses)
    print(f"{guesses} guesses: {hits} hits in {time.perf_counter() - begun:.1f} s")
    ask(working[:5])
    unknown, slow = ask([secrets.token_urlsafe(KEY_BYTES) for _each in range(pages)])
    known, fast = ask([used[number % LINKS] for number in range(pages)])
    opened, _ms = ask(working[:3])
    print(f"unknown {slow:.2f} ms, used {fast:.2f} ms (medians of {pages} pages)")
    print(f"different refusals: {len(unknown | known)}")
    alike = len(unknown | known) == 1 and abs(slow - fast) <= APART * max(slow, fast)
    works = {status for status, _content in opened} == {200}
    return 0 if not hits and alike and works else 1


if __name__ == "__main__":
    setup_test_environment()
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        status = main()
    finally:
        teardown_databases(kept, verbosity=0)
    sys.exit(status)
