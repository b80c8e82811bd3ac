"""Guess personal links: how many of a million random tokens hit one of a thousand live links.

    python -m tests.benchmarks.case_link_guesses [--guesses 1000000] [--links 1000]

Each guess is asked of the database as the page asks it: by its hash. The links are made in the
database of DATABASE_URL and gone again at the end. None may hit.
"""

import argparse
import os
import secrets
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection, transaction  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from complaints.enums import LinkPurpose  # noqa: E402 -- the same
from complaints.models import PersonalLink  # noqa: E402 -- the same
from complaints.services import links  # noqa: E402 -- the same
from tests.factories.complaints import ComplaintFactory  # noqa: E402 -- the same

AT_ONCE = 5000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guesses", type=int, default=1_000_000)
    parser.add_argument("--links", type=int, default=1000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    now = timezone.now()
    with transaction.atomic():
        case = ComplaintFactory()
        tokens = [secrets.token_urlsafe(links.BYTES) for _ in range(options.links)]
        PersonalLink.objects.bulk_create(
            PersonalLink(
                complaint=case, purpose=LinkPurpose.SCORE, token_hash=links.hash_of(token),
                language="zh-hans", made_at=now, expires_at=now + timedelta(days=14),
            )
            for token in tokens
        )  # fmt: skip
        found = links.find(tokens[0], now=now)
        began, hits = time.monotonic(), 0
        for start in range(0, options.guesses, AT_ONCE):
            count = min(AT_ONCE, options.guesses - start)
            guesses = [links.hash_of(secrets.token_urlsafe(links.BYTES)) for _ in range(count)]
            hits += PersonalLink.objects.filter(token_hash__in=guesses).count()
        wall = time.monotonic() - began
        transaction.set_rollback(True)
    print(
        f"{options.guesses} guesses at {options.links} links on {connection.vendor}: {hits} hit,"
        f" {wall:.1f} s; a true one is {'found' if found else 'NOT found'}"
    )
    return int(bool(hits))


if __name__ == "__main__":
    sys.exit(main())
