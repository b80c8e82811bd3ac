"""`python tests/benchmarks/closed_month.py [--attempts 1000] [--seed 1]`: does a closed month hold?

Closes a month in a database of its own (the one of `DATABASE_URL`, else SQLite) and tries to change
it, over services, commands, imports, `queryset.update`, SQL and late facts. Prints how often each
path was tried and what refused it; ends with 1 where a row of the month has changed.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- after the set-up

from staff.incentives.queries import soundness  # noqa: E402 -- after the set-up
from tests.staff.incentives.attempts import Attempts, snapshot  # noqa: E402 -- after the set-up
from tests.staff.incentives.test_closed_month import a_closed_month  # noqa: E402 -- after the set-up


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        a_closed_month()
        before, attempts = snapshot(), Attempts(asked.seed)
        tried, changed = Counter(), []
        for _time in range(asked.attempts):
            attempt = attempts.one()
            tried[attempt] += 1
            if snapshot() != before:
                changed.append(attempt)
                break
        finding = soundness.check().finding
    finally:
        teardown_databases(old, verbosity=0)
    for (path, said), count in sorted(tried.items()):
        print(f"{path:20} {said:28} {count:5}")
    print(
        f"{sum(tried.values())} attempts on {connection.vendor} (seed {asked.seed}): "
        f"{'no row changed' if not changed else f'changed by {changed}'}; "
        f"the ledger is {'sound' if finding is None else f'not sound: {finding}'}"
    )
    return 1 if changed or finding else 0


if __name__ == "__main__":
    sys.exit(main())
