"""The two passes of an import: all rows are checked without writing, then written in batches.

The first pass reads the file as a stream and writes nothing but the record's progress. The
second runs only if no row is bad, or with `partial`; each of its batches is one transaction of
at most about a second, which also moves the mark in the import's record. A killed import is
started again with the same record and file, checks once more and goes on from the mark; of two
processes with one record, the second to move the mark rolls back and stops.
"""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from django.db.models import Q

from portal.enums import RunState
from portal.models import ImportRun
from portal.transfer.checking import Before, Check
from portal.transfer.jobs import Job, Report, TakenOver, messages, note
from portal.transfer.registry import REJECTED, Finding, Resource
from portal.transfer.tables import Unreadable
from portal.transfer.writing import Writing

SELDOM = (50_000, 20, 100)


class NotForImport(Exception):
    """Rows of this kind can only be exported."""


def checksum(path: Path) -> str:
    """Return the SHA-256 of the file. Raises Unreadable where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise Unreadable("missing_file") from None


def run_import(job: Job) -> Report:
    """Check the file and, unless it is a dry run or rows are bad, write it.

    Calling it again with the same record goes on from the mark. What `write` of a resource
    raises is raised here after its batch is rolled back; the record then reads FAILED.
    """
    make = job.kind.resource
    if make is None:
        raise NotForImport(job.kind.name)
    if job.run is None and not job.context.dry_run:
        raise ValueError("an import that writes needs a record")
    report = Report()
    if job.run is not None:
        named = replace(job.context, file_name=job.run.filename, file_sha256=job.run.sha256)
        job = replace(job, context=named)
    try:
        with few_collections():
            return _passes(job, make(job.context), report)
    except Unreadable as refusal:
        report.unreadable = refusal
        found = Finding(0, "", refusal.code, "", refusal.params)
        note(
            job,
            state=RunState.FAILED,
            finished_at=job.clock(),
            messages=[{**found.stored(), "bad": True}],
        )
        return report
    except TakenOver:
        raise
    except Exception:
        with suppress(TakenOver):
            note(job, state=RunState.FAILED, finished_at=job.clock())
        raise


@contextmanager
def few_collections() -> Iterator[None]:
    """Let the collector of cycles look seldom: many short-lived rows make it look in vain."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _passes(job: Job, resource: Resource, report: Report) -> Report:
    started = job.run.rows_written if job.run else 0
    kept = [each for each in job.run.messages if each["bad"]] if job.run and started else []
    bad = {each["row"]: Finding.from_stored(each) for each in kept}
    if not started:
        note(
            job,
            state=RunState.CHECKING,
            finished_at=None,
            rows_checked=0,
            dry_run=job.context.dry_run,
            partial=job.context.partial,
        )
    check = Check(job, resource, report, Before(started, bad))
    with closing(check.spool):
        check.run()
        return _after(job, resource, report, check)


def _after(job: Job, resource: Resource, report: Report, check: Check) -> Report:
    started = job.run.rows_written if job.run else 0
    if job.context.dry_run or (report.counts[REJECTED] and not job.context.partial and not started):
        _finish_check(job, report)
        return report
    Writing(job, resource, report, check).run()
    return report


def _finish_check(job: Job, report: Report) -> None:
    may_go_on = job.context.partial or not report.counts[REJECTED]
    state = RunState.READY if job.context.dry_run and may_go_on else RunState.REJECTED
    note(
        job,
        state=state,
        finished_at=None if state == RunState.READY else job.clock(),
        rows_total=report.rows,
        rows_checked=report.rows,
        messages=messages(report),
        **report.counts,
    )


def start_run(job: Job, *, filename: str) -> ImportRun:
    """Return the record of an import by this actor: the unfinished one of the same file, or new.

    Raises Unreadable where there is no file.
    """
    sha256 = checksum(job.path)
    now = job.clock()
    unfinished = ImportRun.objects.filter(
        kind=job.kind.name,
        sha256=sha256,
        actor=job.context.actor,
        partial=job.context.partial,
        dry_run=False,
    ).filter(
        Q(state__in=(RunState.CHECKING, RunState.WRITING))
        | Q(state=RunState.FAILED, rows_written__gt=0)
    )
    return unfinished.order_by("-pk").first() or ImportRun.objects.create(
        kind=job.kind.name,
        filename=filename[:200],
        sha256=sha256,
        size=job.path.stat().st_size,
        actor=job.context.actor,
        started_at=now,
        moved_at=now,
        state=RunState.CHECKING,
        partial=job.context.partial,
        dry_run=job.context.dry_run,
    )
