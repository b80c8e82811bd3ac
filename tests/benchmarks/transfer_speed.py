"""Import a large file of each kind: seconds, processor time and peak memory.

    python -m tests.benchmarks.transfer_speed [--rows 100000] [--kinds orders complaints]
        [--formats csv xlsx] [--again]

A department with people, stores, orders and complaints is prepared once, on a database of its
own beside that of DATABASE_URL or in a SQLite file; each import runs in a process of its own on
a copy of it. `plain` is a wide kind without rules: the transfer layer alone. With `--again` the
file is imported a second time and must change nothing. The limits are 40 seconds of the clock
and 300 MB for 100,000 rows; the processor time of this process is printed beside the clock's,
which on a busy machine says more about its neighbours.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection, connections  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from complaints.models import Complaint, ComplaintType, Order  # noqa: E402 -- the same
from portal.enums import Channel  # noqa: E402 -- the same
from portal.models import Heartbeat  # noqa: E402 -- the same
from portal.transfer import output, registry, runner, values  # noqa: E402 -- the same
from portal.transfer.jobs import Job, Listener  # noqa: E402 -- the same
from staff.models import Person, Store  # noqa: E402 -- the same
from tests.benchmarks import seed_cases  # noqa: E402 -- the same

SECONDS, MEGABYTES = 40, 300
SEEDED = 20_000
NOW = timezone.now().replace(second=0, microsecond=0)
KINDS = ("plain", "people", "stores", "roster", "orders", "complaints", "followups")
SITES, TEAMS, BRANDS, LEADS = 20, 400, 500, 2000
COPY = "kefu_transfer_copy" + os.environ.get("KEFU_TEST_DB_SUFFIX", "")
SEED = "kefu_transfer_seed" + os.environ.get("KEFU_TEST_DB_SUFFIX", "")
ON_POSTGRESQL = connection.vendor == "postgresql"


def pick(chance: random.Random, found: list):
    return found[int(chance.random() * len(found))]


def plain_rows(count, chance):
    """As wide as those of complaints, most of their texts unlike."""
    stories = seed_cases.texts(count, chance)
    for number in range(count):
        yield {
            "name": f"B{number:07}",
            "beat_at": NOW + timedelta(minutes=number),
            "detail": f"{number} {stories[number]}"[:120],
            "text": f"{number}：{stories[number]}",
            "amount": number,
            "day": NOW.date(),
            "channel": "MAIL",
            "urgent": number % 2 == 0,
            **{f"extra{extra}": f"{extra}-{number}" for extra in range(10)},
        }


def people_rows(count, chance):
    for number in range(count):
        is_lead = number % 50 == 0
        yield {
            "number": f"W{number:06}",
            "name": f"{pick(chance, list(seed_cases.SURNAMES))}某{number}",
            "post": "LEAD" if is_lead else "POSTSALE",
            "site": f"站点{number // 50 % TEAMS % SITES}",
            "team": f"新团队{number // 50 % TEAMS}",
            "reports_to": "S002" if is_lead else f"W{number // 50 * 50:06}",
            "base_salary": 500_000 + number % 300 * 1000,
            "hired_on": date(2024, 1, 1) + timedelta(days=number % 700),
            "email": f"w{number}@example.com",
            "phone": f"139{number:08}",
            "dingtalk_id": f"dt{number}",
        }


def stores_rows(count, chance):
    for number in range(count):
        yield {
            "store": f"新店铺{number}",
            "brand": f"品牌{number % BRANDS}",
            "platform": pick(chance, ["TMALL", "TAOBAO", "JD"]),
            "team": f"新团队{number % TEAMS}",
            "from": date(2025, 1, 1) + timedelta(days=number % 300),
        }


def roster_rows(count, _chance):
    people = sorted(Person.objects.exclude(number__startswith="S").values_list("number", flat=True))
    for number in range(count):
        day, place = divmod(number, len(people))
        yield {
            "date": date(2027, 1, 1) + timedelta(days=day),
            "shift": "day" if (day + place // 6) % 2 else "evening",
            "number": people[place],
            "lead": people[place].startswith("L"),
        }


def orders_rows(count, chance):
    stores = list(Store.objects.values_list("name", flat=True))
    people = list(Person.objects.values_list("number", flat=True))
    for number in range(count):
        buyer = int(chance.random() * count * 0.6)
        bought = NOW - timedelta(minutes=int(chance.random() * 500_000))
        yield {
            "order": f"N{number:010}",
            "store": pick(chance, stores),
            "customer": f"买家{buyer}",
            "phone": f"135{buyer:08}",
            "address": f"江苏省扬州市邗江区文昌西路{buyer}号{buyer % 90}室",
            "product": f"商品{number % 300}",
            "specification": f"{number % 40} 件装",
            "batch": f"P{number % 900}",
            "amount": 100 + number % 90_000,
            "bought_at": bought,
            "promised_at": bought + timedelta(days=2),
            "shipped_at": bought + timedelta(days=1) if number % 3 else None,
            "tracking": f"SF{number:012}",
            "remark": "赠品；加急；周三前" if number % 5 == 0 else "",
            "remark_by": pick(chance, people),
        }


def complaints_rows(count, chance):
    stores = list(Store.objects.values_list("name", flat=True))
    people = list(Person.objects.values_list("number", flat=True))
    orders = list(
        Order.objects.values_list("store__name", "number", "customer__name", "customer__phone_hash")
    )
    kinds = list(ComplaintType.objects.exclude(parent=None).values_list("code", flat=True))
    stories = seed_cases.texts(count, chance)
    for number in range(count):
        store, order, name, _hash = pick(chance, orders) if number % 2 else (None, "", "", "")
        buyer = int(chance.random() * count * 0.6)
        yield {
            "registered_at": NOW - timedelta(minutes=int(chance.random() * 500_000)),
            "channel": pick(chance, ["PHONE", "CHAT", "MAIL", "STORE_REVIEW"]),
            "store": store or pick(chance, stores),
            "order": order,
            "customer": name or f"买家{buyer}",
            "company": "",
            "phone": "" if name else f"135{buyer:08}",
            "address": "" if name else f"江苏省扬州市邗江区文昌西路{buyer}号{buyer % 90}室",
            "type": pick(chance, kinds),
            "severity": pick(chance, ["MINOR", "ORDINARY", "SERIOUS"]),
            "description": stories[number],
            "demand": "退款并补寄",
            "amount": 100 + number % 90_000,
            "product": f"商品{number % 300}",
            "specification": f"{number % 40} 件装",
            "produced_on": date(2026, 1, 1) + timedelta(days=number % 200),
            "batch": f"P{number % 900}",
            "recorder": pick(chance, people),
            "reference": f"X{number:08}",
        }


def followups_rows(count, chance):
    people = list(Person.objects.values_list("number", flat=True))
    cases = list(Complaint.objects.values_list("number", flat=True))
    orders = list(Order.objects.values_list("number", flat=True))
    for number in range(count):
        about_case = number % 4 != 0
        yield {
            "complaint": pick(chance, cases) if about_case else "",
            "order": "" if about_case else pick(chance, orders),
            "owner": pick(chance, people),
            "due_at": NOW + timedelta(minutes=10 + int(chance.random() * 100_000)),
            "purpose": f"回电确认换货地址 {number}",
            "assigned_by": pick(chance, people),
            "urgent": number % 50 == 0,
            "reference": f"Y{number:08}",
        }


def plain_kind():
    class Resource(registry.Resource):
        def check(self, rows, notes):
            known = Heartbeat.objects.in_bulk([row.values["name"] for row in rows])
            for row in rows:
                if row.values["name"] in known:
                    notes.unchanged(row)
                else:
                    notes.added(row)

        def write(self, rows, notes, sweep):  # noqa: ARG002 -- one sweep
            known = Heartbeat.objects.in_bulk([row.values["name"] for row in rows])
            beats = []
            for row in rows:
                if row.values["name"] in known:
                    notes.unchanged(row)
                    continue
                beat = Heartbeat(pk=row.values["name"])
                registry.assign(beat, row, "beat_at", "detail")
                beats.append(beat)
                notes.added(row)
            Heartbeat.objects.bulk_create(beats)

    types = {
        "name": values.Text(40), "beat_at": values.Moment(), "detail": values.Text(120),
        "text": values.Text(), "amount": values.Amount(), "day": values.Day(),
        "channel": values.Choice(Channel), "urgent": values.YesNo(),
    }  # fmt: skip
    types |= {f"extra{extra}": values.Text(40) for extra in range(10)}
    return registry.Kind(
        name="plain",
        label="Plain",
        columns=tuple(
            registry.Column(name, name, found, required=name in {"name", "beat_at"})
            for name, found in types.items()
        ),
        identity=registry.by("name"),
        resource=Resource,
    )


def kind_of(name):
    return plain_kind() if name == "plain" else registry.get(name)


@contextmanager
def maintenance():
    """A connection to the database of DATABASE_URL itself, which no copy depends on."""
    with connections["default"].cursor() as cursor:
        yield cursor


def switch(name):
    """Let this process work on another database of the server, or another file."""
    connection.close()
    connection.settings_dict["NAME"] = name


def copied(folder):
    """Make a fresh copy of the prepared department and return its name."""
    if ON_POSTGRESQL:
        with maintenance() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {COPY}")
            cursor.execute(f"CREATE DATABASE {COPY} TEMPLATE {SEED}")
        return COPY
    shutil.copy(folder / "seed.sqlite3", folder / "copy.sqlite3")
    for rest in ("-wal", "-shm"):
        (folder / f"copy.sqlite3{rest}").unlink(missing_ok=True)
    return str(folder / "copy.sqlite3")


def prepare(folder):
    """Fill the database that is copied for each import. Runs in a process of its own."""
    if ON_POSTGRESQL:
        with maintenance() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {SEED}")
            cursor.execute(f"CREATE DATABASE {SEED}")
        switch(SEED)
    else:
        switch(str(folder / "seed.sqlite3"))
    call_command("migrate", verbosity=0)
    seed_cases.seed_cases(SEEDED, random.Random(7))  # noqa: S311 -- the same rows each time
    if not ON_POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return 0


def write_file(name, fmt, path, count, database):
    """Write the file to import; in a process of its own, for the memory is not the import's."""
    switch(database)
    rows = globals()[f"{name}_rows"](count, random.Random(11))  # noqa: S311 -- the same rows
    with path.open("wb") as file:
        zone = timezone.get_default_timezone()
        output.WRITERS[fmt](kind_of(name), rows, file, zone, chinese=False)
    return 0


def measure(name, fmt, path, count, database):
    """Import the file in this process and print what it took."""
    switch(database)
    connection.ensure_connection()
    before = peak_megabytes()
    moments = {}
    zone = timezone.get_default_timezone()
    context = registry.Context(actor=None, now=timezone.now(), zone=zone)
    job = Job(
        kind=kind_of(name),
        path=path,
        context=context,
        clock=timezone.now,
        listener=Listener(
            progress=lambda state, _rows, _total: moments.update({state.value: clocks()}),
            rejected=lambda finding: moments.setdefault("bad", finding),
        ),
    )
    began = clocks()
    run = runner.start_run(job, filename=path.name)
    job = Job(**{**vars(job), "run": run})
    report = runner.run_import(job)
    wall, busy = (now - then for now, then in zip(clocks(), began, strict=True))
    checked = [now - then for now, then in zip(moments["CHECKING"], began, strict=True)]
    peak = peak_megabytes()
    too_much = wall > SECONDS * max(1, count / 100_000) or peak > MEGABYTES
    counts = ", ".join(f"{number} {outcome}" for outcome, number in report.counts.items() if number)
    print(
        f"{name:11}{fmt:5}{path.stat().st_size / 1e6:6.1f} MB  {wall:6.1f} s  {busy:6.1f} s cpu"
        f"   (checked in {checked[0]:.1f} s, {checked[1]:.1f} cpu)  peak {peak} MB, {before} before"
        f"   {counts}{'  <-- too much' * too_much}",
        flush=True,
    )
    if "bad" in moments:
        print(f"    first rejected: {moments['bad']}")
    return int(too_much or "bad" in moments or report.rows != count)


def clocks():
    return time.monotonic(), time.process_time()


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def in_a_process(*arguments):
    command = [sys.executable, "-m", "tests.benchmarks.transfer_speed", *map(str, arguments)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 -- this file itself


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--formats", nargs="+", choices=("csv", "xlsx"), default=("csv", "xlsx"))
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder with what an earlier run prepared")
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step, *rest = options.step
        if step == "prepare":
            return prepare(Path(rest[0]))
        name, fmt, path, database = rest
        work = {"write": write_file, "measure": measure}[step]
        return work(name, fmt, Path(path), options.rows, database)
    with tempfile.TemporaryDirectory() as scratch:
        return run_all(options, options.keep or Path(scratch))


def run_all(options, folder):
    folder.mkdir(exist_ok=True)
    if not (folder / "prepared").exists():
        if in_a_process("--step", "prepare", folder):
            raise SystemExit("the department could not be prepared")
        (folder / "prepared").touch()
    pairs = [(name, fmt) for name in options.kinds for fmt in options.formats]
    failed = [run_one(options, folder, *pair) for pair in pairs]
    return int(any(failed))


def run_one(options, folder, name, fmt):
    path = folder / f"{name}-{options.rows}.{fmt}"
    common = ("--rows", options.rows, "--step")
    database = copied(folder)
    failed = 0
    if not path.exists():
        failed += in_a_process(*common, "write", name, fmt, path, database)
    for _ in range(1 + options.again):
        failed += in_a_process(*common, "measure", name, fmt, path, database)
    if not options.keep:
        path.unlink()
    return failed


if __name__ == "__main__":
    sys.exit(main())
