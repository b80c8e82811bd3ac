"""`python tests/benchmarks/ledger_bytes.py [--rows 100000] [--changes 40] [--seed 1]`: all found?

Writes a ledger into a database of its own (the one of `DATABASE_URL`, else SQLite), takes the
triggers away, changes one byte of one column of one row at a time, and asks `verify` for the first
bad line. Ends with 1 where a change is not found, or not where it is.
"""

import argparse
import os
import random
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- after the set-up

from portal import audit  # noqa: E402 -- after the set-up
from portal.money import Fen  # noqa: E402 -- after the set-up
from staff.incentives.policies.corrections import Entry  # noqa: E402 -- after the set-up
from staff.incentives.policies.values import Line  # noqa: E402 -- after the set-up
from staff.incentives.queries import soundness  # noqa: E402 -- after the set-up
from staff.incentives.services import ledger, settling  # noqa: E402 -- after the set-up
from staff.models import Person, Settlement  # noqa: E402 -- after the set-up
from tests.staff.incentives.staging import without_guards  # noqa: E402 -- after the set-up

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
AT_ONCE = 10_000
TEXTS = ("rule", "side", "settling", "evidence", "digest")
DAYS = ("about", "policy", "day", "event")
NUMBERS = ("halves", "amount_fen", "settlement_id", "person_id")


def line(number):
    day = date(2026, 10, 1 + number % 31)
    return Line(
        rule=f"ATT-{number % 3 + 1}", policy=date(2026, 1, 1), day=day, event=day,
        side=("IN", "OUT")[number % 2], halves=number % 60, amount=Fen(-1000 - number),
        evidence={"shift": f"{day}T00:30:00+00:00", "punch": f"{day}T00:41:{number % 60:02}+00:00"},
    )  # fmt: skip


@transaction.atomic
def write(rows):
    people = [
        Person.objects.create(number=f"E{n}", name="x", hired_on=NOW.date()) for n in range(20)
    ]
    made = [
        Settlement.objects.create(
            month=date(2026, month, 1), computed_at=NOW, state="PUBLISHED", published_at=NOW
        )
        for month in (9, 10)
    ]
    end = ledger.tail()
    for start in range(0, rows, AT_ONCE):
        entries = [
            (people[n % 20].pk, Entry(about=date(2026, 10, 1), line=line(n)))
            for n in range(start, min(rows, start + AT_ONCE))
        ]
        end = ledger.append(made[1], entries, actor=None, now=NOW)
    for settlement in made:
        audit.record(
            actor=None, verb="settlement.published", target=settlement, at=NOW,
            after=settling.marked(settlement, end),
        )  # fmt: skip
    return people, made


def changed(value, column, dice, keys):
    """The value with one byte, or for a key the key, changed."""
    if column in keys:
        return dice.choice([key for key in keys[column] if key != value])
    if isinstance(value, int):
        return value + dice.choice([-1, 1]) if value else 1
    if column in DAYS:
        day = date.fromisoformat(str(value))
        return day.replace(day=day.day % 28 + 1).isoformat()
    at = dice.randrange(len(value))
    other = dice.choice([each for each in "0123456789abcdef" if each != value[at]])
    return value[:at] + other + value[at + 1 :]


def change_one(column, number, dice, keys):
    """Change a byte, ask for the first bad line, and put it back."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM staff_ledgerline WHERE number = {number}")  # noqa: S608 -- our own names
        (before,) = cursor.fetchone()
        update = f"UPDATE staff_ledgerline SET {column} = %s WHERE number = {number}"  # noqa: S608 -- our own names
        cursor.execute(update, [changed(before, column, dice, keys)])
        finding = soundness.check().finding
        cursor.execute(update, [before])
    return finding


def measure(asked):
    """Return the check of the clean ledger with its seconds, what was missed, and the cut tail."""
    dice = random.Random(asked.seed)  # noqa: S311 -- the same again, not a secret
    people, made = write(asked.rows)
    with transaction.atomic():
        without_guards()
    keys = {"person_id": [row.pk for row in people], "settlement_id": [row.pk for row in made]}
    began = time.perf_counter()
    clean = soundness.check()
    took = time.perf_counter() - began
    columns, missed = (*TEXTS, *DAYS, *NUMBERS), []
    for turn in range(asked.changes):
        column, number = columns[turn % len(columns)], dice.randrange(1, asked.rows + 1)
        finding = change_one(column, number, dice, keys)
        if finding is None or finding.line != number:
            missed.append((column, number, finding))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM staff_ledgerline WHERE number = {asked.rows}")  # noqa: S608 -- our own names
    finding = soundness.check().finding
    cut = finding is not None and finding.trouble == soundness.Trouble.CUT
    return clean, took, missed, cut


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        clean, took, missed, cut = measure(asked)
    finally:
        teardown_databases(old, verbosity=0)
    print(
        f"{clean.lines} lines on {connection.vendor} read in {took:.2f} s, "
        f"{'sound' if clean.finding is None else clean.finding}; "
        f"{asked.changes - len(missed)} of {asked.changes} changed bytes found at their line "
        f"(seed {asked.seed}), the last line cut off {'found' if cut else 'NOT found'}; "
        f"missed: {missed}"
    )
    return 0 if clean.finding is None and not missed and cut else 1


if __name__ == "__main__":
    sys.exit(main())
