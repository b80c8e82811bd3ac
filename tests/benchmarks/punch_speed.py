"""Read DingTalk's daily report, and import a month of punches: seconds, processor, peak memory.

    python tests/benchmarks/punch_speed.py [--people 500] [--rows 2759]

Each file is read in a process of its own, on a new SQLite database or on DATABASE_URL's test
twin. The limits are those of the issue: 2,759 × 51 cells in 2 seconds, and 62,000 punches
(500 people × 31 days × 4) in 20 seconds and 300 MB.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ_SECONDS, SECONDS, MEGABYTES = 2, 20, 300
FIRST = date(2026, 10, 1)
PUNCHES = (("08:2", "12:0"), ("13:0", "17:3"))


def clock(start, draw):
    return f"{start}{draw.randrange(10)}:{draw.randrange(60):02}"


def rows(people):
    """Give each person and day with four punches to the second."""
    draw = random.Random(7)  # noqa: S311 -- the same file each time
    for number in range(people):
        for day in (FIRST + timedelta(days=n) for n in range(31)):
            yield f"E{number:04}", day, [clock(start, draw) for pair in PUNCHES for start in pair]


def write(what, path, count):
    from openpyxl import Workbook  # noqa: PLC0415 -- only the process that writes needs it

    from tests.staff.attendance import dingtalk_files as files  # noqa: PLC0415 -- the same

    if what == "punches":
        with path.open("w", encoding="utf-8") as file:
            file.write("number,punched_at,kind,source,reference\n")
            for number, day, clocks in rows(count):
                file.writelines(f"{number},{day} {each},,钉钉,\n" for each in clocks)
        return
    if what == "daily":
        found = [
            files.of_day(files.person(number), day, *(each[:5] for each in clocks))
            | dict.fromkeys([*files.COUNTS, *map("请假".__add__, files.TEN_LEAVES)], "0")
            for number, day, clocks in rows(count // 31)
        ]
        name, lines = files.daily(found)
    else:
        found = [
            files.record(files.person(number), day, f"{day} {each}")
            for number, day, clocks in rows(count)
            for each in clocks
        ]
        name, lines = files.records(found)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for line in lines:
        sheet.append(line)
    book.save(path)


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(what, path, count):
    """Import the file in this process and print what it took."""
    import django  # noqa: PLC0415 -- the environment is set by now

    django.setup()
    if not path.exists():
        write(what, path, count)
        return 0
    from django.db import connection  # noqa: PLC0415 -- after setup

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _measure(what, path, count, connection.vendor)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def reading_takes(what, kind, path, context):
    from portal.transfer.registry import Row  # noqa: PLC0415 -- after setup

    began = time.monotonic()
    with kind.reader(path, context) as reading:
        found = sum(isinstance(row, Row) for row in reading.rows)
    took = time.monotonic() - began
    print(f"{what}: {found} punches read in {took:.2f} s")
    return took


def _measure(what, path, count, vendor):
    from django.utils import timezone  # noqa: PLC0415 -- after setup

    from portal.transfer import registry, runner  # noqa: PLC0415 -- the same
    from portal.transfer.jobs import Job  # noqa: PLC0415 -- the same
    from staff.people.models import Person  # noqa: PLC0415 -- the same

    Person.objects.bulk_create(
        Person(number=f"E{number:04}", name=f"员工{number}", hired_on=FIRST)
        for number in range(count if what != "daily" else count // 31)
    )
    kind = registry.get("punches" if what == "punches" else "dingtalk")
    zone = timezone.get_default_timezone()
    context = registry.Context(actor=None, now=timezone.now(), zone=zone)
    job = Job(kind=kind, path=path, context=context, clock=timezone.now)
    before = peak_megabytes()
    read = 0 if kind.reader is None else reading_takes(what, kind, path, context)
    run = runner.start_run(job, filename=path.name)
    began, used = time.monotonic(), time.process_time()
    report = runner.run_import(replace(job, run=run))
    took, used = time.monotonic() - began, time.process_time() - used
    began = time.monotonic()
    again = runner.run_import(replace(job, run=runner.start_run(job, filename=path.name)))
    repeated = time.monotonic() - began
    peak = peak_megabytes()
    counts, repeats = report.counts, again.counts
    print(
        f"{what} on {vendor}: {path.stat().st_size / 1e6:.1f} MB, {counts['added']} punches in "
        f"{took:.1f} s, {used:.1f} s of the processor; again {repeated:.1f} s with "
        f"{repeats['unchanged']} unchanged; peak {peak} MB, {before} MB before"
    )
    too_slow = took > SECONDS or (what == "daily" and read > READ_SECONDS)
    wrong = counts["rejected"] or repeats["added"] or repeats["changed"]
    return int(bool(wrong) or too_slow or peak > MEGABYTES)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rows", type=int, default=2759)
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        what, path = options.measure
        return measure(what, Path(path), options.count)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for what, ending in (("daily", "xlsx"), ("punches", "csv"), ("records", "xlsx")):
            count = options.rows if what == "daily" else options.people
            command = [
                sys.executable, __file__, "--count", str(count),
                "--measure", what, f"{folder}/{what}.{ending}",
            ]  # fmt: skip
            subprocess.run(command, env=environment, check=True)  # noqa: S603 -- this file itself
            failed += subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 -- this file itself
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
