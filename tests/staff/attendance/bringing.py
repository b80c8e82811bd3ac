"""Bring a file of any kind into the database, as the command line and the portal do."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.transfer import output, registry, runner, texts
from portal.transfer.jobs import Job, Listener
from portal.transfer.registry import Context
from staff.attendance.models import Punch
from staff.people.access import scope_of

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
OUTCOMES = ("added", "changed", "unchanged", "rejected")


def bring_file(kind, path, user=None, **more):
    """Import a file; return the counts (the reason where it was not read) and the lines."""
    chosen = registry.get(kind)
    lines = []
    scope = scope_of(user, today=date(2026, 11, 2)) if user else None
    job = Job(
        kind=chosen,
        path=Path(path),
        context=Context(actor=user, scope=scope, now=NOW, zone=ZONE, **more),
        clock=lambda: NOW,
        listener=Listener(
            rejected=lambda each: lines.append(texts.line(chosen, each)),
            warned=lambda each: lines.append("warning " + texts.line(chosen, each)),
        ),
    )
    run = runner.start_run(job, filename=Path(path).name)
    report = runner.run_import(Job(**{**job.__dict__, "run": run}))
    if report.unreadable:
        return texts.unreadable(report.unreadable, chosen), lines
    return tuple(report.counts[name] for name in OUTCOMES), lines


def bring(kind, text, tmp_path, user=None, **more):
    """Import a text as CSV."""
    path = Path(tmp_path) / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return bring_file(kind, path, user, **more)


def give(kind, user=None, **more):
    """Export a kind; return its cells as a CSV file has them."""
    chosen = registry.get(kind)
    scope = scope_of(user, today=date(2026, 11, 2)) if user else None
    context = Context(actor=user, scope=scope, now=NOW, zone=ZONE, **more)
    rows = output.plain_rows(chosen.columns, chosen.export(context), ZONE)
    return [[output.written(cell) for cell in row] for row in rows]


def csv_of(kind, rows):
    names = [column.name for column in registry.get(kind).columns]
    return "\n".join([",".join(names), *(",".join(row) for row in rows)])


def local(*fields):
    """Return the punches in order: person, local time, and what is asked for besides."""
    rows = Punch.objects.order_by("person__number", "punched_at")
    return [
        (number, f"{moment.astimezone(ZONE):%m-%d %H:%M:%S}", *more)
        for number, moment, *more in rows.values_list("person__number", "punched_at", *fields)
    ]
