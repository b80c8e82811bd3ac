"""Read, check and write a large file of a trivial kind: seconds and peak memory.

    python tests/benchmarks/transfer_speed.py [--rows 100000]

Each format runs in a process of its own, on a new SQLite database or on DATABASE_URL's test
twin. The limits are those of the issue: 100,000 rows in 40 seconds and 300 MB.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 40, 300
START = datetime(2026, 10, 8, 0, 31, tzinfo=UTC)
TEXT = "手感很不错，面料摸着舒服。没想到物流那么快，和店面卖的一样价格却便宜好多。" * 3


def rows(count):
    """Give rows as wide as those of complaints, most of their texts unlike."""
    for number in range(count):
        yield {
            "name": f"B{number:07}",
            "beat_at": START + timedelta(minutes=number),
            "detail": f"{number} {TEXT}"[:120],
            "text": f"{number}：{TEXT}",
            "amount": number,
            "day": START.date(),
            "channel": "MAIL",
            "urgent": number % 2 == 0,
            **{f"extra{extra}": f"{extra}-{number}" for extra in range(10)},
        }


def kind():
    from portal.enums import Channel  # noqa: PLC0415 -- after the settings are ready
    from portal.models import Heartbeat  # noqa: PLC0415 -- the same
    from portal.transfer import registry, values  # noqa: PLC0415 -- the same

    class Resource(registry.Resource):
        def check(self, rows, notes):
            known = Heartbeat.objects.in_bulk([row.values["name"] for row in rows])
            for row in rows:
                if row.values["name"] in known:
                    notes.changed(row)
                else:
                    notes.added(row)

        def write(self, rows, notes, sweep):  # noqa: ARG002 -- one sweep
            beats = []
            for row in rows:
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
        name="speed",
        label="Speed",
        columns=tuple(
            registry.Column(name, name, found, required=name in {"name", "beat_at"})
            for name, found in types.items()
        ),
        identity=registry.by("name"),
        resource=Resource,
    )


def measure(fmt, path, count):
    """Import the file in this process and print what it took."""
    import django  # noqa: PLC0415 -- the environment is set by now

    django.setup()
    from django.db import connection  # noqa: PLC0415 -- after setup
    from django.utils import timezone  # noqa: PLC0415 -- the same

    from portal.transfer import output, registry, runner  # noqa: PLC0415 -- the same
    from portal.transfer.jobs import Job  # noqa: PLC0415 -- the same

    speed = kind()
    zone = timezone.get_default_timezone()
    if not path.exists():
        with path.open("wb") as file:
            output.WRITERS[fmt](speed, rows(count), file, zone, chinese=False)
        return 0
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    before = peak_megabytes()
    moments = {}
    job = Job(
        kind=speed,
        path=path,
        context=registry.Context(actor=None, now=timezone.now(), zone=zone),
        clock=timezone.now,
        listener=listener(moments),
    )
    began = time.monotonic()
    run = runner.start_run(job, filename=path.name)
    report = runner.run_import(replace(job, run=run))
    took = time.monotonic() - began
    peak = peak_megabytes()
    print(
        f"{fmt}: {path.stat().st_size / 1e6:.1f} MB, {report.counts['added']} rows: "
        f"checked in {moments['CHECKING'] - began:.1f} s, all in {took:.1f} s; "
        f"peak {peak} MB, {before} MB before"
    )
    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return int(report.counts["added"] != count or took > SECONDS or peak > MEGABYTES)


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def listener(moments):
    from portal.transfer.jobs import Listener  # noqa: PLC0415 -- after setup

    def progress(state, _rows, _total):
        moments[state.value] = time.monotonic()

    return Listener(progress=progress)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--measure", nargs=2, metavar=("FORMAT", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        fmt, path = options.measure
        return measure(fmt, Path(path), options.rows)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for fmt in ("csv", "xlsx"):
            command = [
                sys.executable, __file__, "--rows", str(options.rows),
                "--measure", fmt, f"{folder}/speed.{fmt}",
            ]  # fmt: skip
            subprocess.run(command, env=environment, check=True)  # noqa: S603 -- this file itself
            failed += subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 -- this file itself
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
