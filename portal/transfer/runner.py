"""The two passes of an import: all rows are checked without writing, then written in batches.

The first pass reads the file as a stream and writes nothing but the record's progress. The
second runs only if no row is bad, or with `partial`; each of its batches is one transaction of
at most about a second, which also moves the mark in the import's record. A killed import is
started again with the same record and file, checks once more and goes on from the mark; of two
processes with one record, the second to move the mark rolls back and stops.
"""

import hashlib
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from portal import audit
from portal.enums import RunState
from portal.models import ImportRun
from portal.transfer import files, headers
from portal.transfer.headers import Header, NumberedCells
from portal.transfer.registry import (
    ADDED,
    CHANGED,
    REJECTED,
    UNCHANGED,
    Context,
    Finding,
    Kind,
    Notes,
    Resource,
    Row,
    RowNotJudged,
)
from portal.transfer.tables import Table, Unreadable

CHECKED_AT_ONCE = 500
FIRST_WRITTEN, MOST_WRITTEN = 50, 1000
BATCH_SECONDS = 0.5
KEPT_FINDINGS = 1000
OUTCOMES = (ADDED, CHANGED, UNCHANGED, REJECTED)
ACCEPTED, BAD_ROWS, NOT_READ = 0, 1, 2  # exit status


class NotForImport(Exception):
    """Rows of this kind can only be exported."""


class TakenOver(Exception):
    """Another process moved the mark of this import; this one has stopped."""


def _quiet(*_: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told while an import runs."""

    progress: Callable[[RunState, int, int | None], None] = _quiet
    """State, rows so far, rows in all if known; after each batch."""
    rejected: Callable[[Finding], None] = _quiet
    """Each rejected row, once, in the order of discovery."""
    warned: Callable[[Finding], None] = _quiet


@dataclass
class Report:
    """What an import did, or would do. `unreadable` is set where the file could not be read."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    rows: int = 0
    rejections: list[Finding] = field(default_factory=list)
    """The first thousand."""
    warnings: list[Finding] = field(default_factory=list)
    unreadable: Unreadable | None = None
    written: bool = False

    @property
    def status(self) -> int:
        """0: every row was accepted, 1: rows were rejected, 2: the file could not be read."""
        if self.unreadable is not None:
            return NOT_READ
        return BAD_ROWS if self.counts[REJECTED] else ACCEPTED


@dataclass(frozen=True)
class Job:
    """One import: what is read, for whom, and where its progress is kept.

    Without `run` nothing is kept; that is for a dry run only.
    """

    kind: Kind
    path: Path
    context: Context
    clock: Callable[[], datetime]
    run: ImportRun | None = None
    listener: Listener = field(default_factory=Listener)


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
    if job.kind.resource is None:
        raise NotForImport(job.kind.name)
    if job.run is None and not job.context.dry_run:
        raise ValueError("an import that writes needs a record")
    report = Report()
    try:
        return _passes(job, job.kind.resource(job.context), report)
    except Unreadable as refusal:
        report.unreadable = refusal
        found = Finding(0, "", refusal.code, "", refusal.params)
        _note(job, state=RunState.FAILED, finished_at=job.clock(), messages=[found.stored()])
        return report
    except TakenOver:
        raise
    except Exception:
        with suppress(TakenOver):
            _note(job, state=RunState.FAILED, finished_at=job.clock())
        raise


def _passes(job: Job, resource: Resource, report: Report) -> Report:
    started = job.run.rows_written if job.run else 0
    kept = list(job.run.messages) if job.run and started else []
    if not started:
        _note(
            job,
            state=RunState.CHECKING,
            finished_at=None,
            rows_checked=0,
            dry_run=job.context.dry_run,
            partial=job.context.partial,
        )
    check = _Check(job, resource, report, _Before(started, {each["row"] for each in kept}))
    check.run()
    if job.context.dry_run or (report.counts[REJECTED] and not job.context.partial and not started):
        _finish_check(job, report)
        return report
    _Writing(job, resource, report, check.bad).run()
    return report


def _finish_check(job: Job, report: Report) -> None:
    may_go_on = job.context.partial or not report.counts[REJECTED]
    state = RunState.READY if job.context.dry_run and may_go_on else RunState.REJECTED
    _note(
        job,
        state=state,
        finished_at=None if state == RunState.READY else job.clock(),
        rows_total=report.rows,
        rows_checked=report.rows,
        messages=_messages(report),
        **report.counts,
    )


def _messages(report: Report) -> list[dict[str, Any]]:
    """Return what the record keeps: no text of a cell."""
    bad = [{**each.stored(), "bad": True} for each in report.rejections]
    return bad + [{**each.stored(), "bad": False} for each in report.warnings]


def _note(job: Job, **fields: Any) -> None:  # noqa: ANN401 -- fields of the record
    """Change the record. Raises TakenOver when the mark is not where this process left it."""
    if job.run is None:
        return
    fields["moved_at"] = job.clock()
    mine = ImportRun.objects.filter(pk=job.run.pk, rows_written=job.run.rows_written)
    if not mine.update(**fields):
        raise TakenOver(job.run.pk)
    for name, value in fields.items():
        setattr(job.run, name, value)


@contextmanager
def _opened(job: Job) -> Iterator[tuple[Table, Header, Iterator[NumberedCells]]]:
    with files.open_table(job.path, sheet=job.kind.sheet, limits=files.limits()) as table:
        header, rows = headers.split(job.kind, table)
        yield table, header, rows


def _batches(
    rows: Iterator[NumberedCells], size: Callable[[], int]
) -> Iterator[list[NumberedCells]]:
    while batch := list(islice(rows, size())):
        yield batch


@dataclass
class _Before:
    """What a killed process had done: the mark, and the rows it had rejected."""

    mark: int
    bad: set[int]
    last_row: int = 0
    """The number of the last row before the mark, once the check has come past it."""

    def covers(self, finding: Finding) -> bool:
        """Whether the row was good and is written; the check need not refuse it any more."""
        return finding.row <= self.last_row and finding.row not in self.bad


class _Check:
    """The first pass. Remembers a number for each rejected row and a digest for each identity."""

    def __init__(self, job: Job, resource: Resource, report: Report, before: _Before) -> None:
        self._before = before
        self._job = job
        self._resource = resource
        self._report = report
        self._seen: dict[bytes, int] = {}
        self._outcomes: dict[str, array[int]] = {name: array("I") for name in OUTCOMES}
        self.bad: set[int] = set()

    def run(self) -> None:
        """Check every row. Raises Unreadable."""
        with _opened(self._job) as (table, header, rows):
            if header.unknown:
                names = ", ".join(header.unknown)
                self._warn([Finding(0, "", "unknown_columns", "", {"names": names})])
            for batch in _batches(rows, lambda: CHECKED_AT_ONCE):
                self._check([self._read(table, header, each) for each in batch])
        self._finish()
        self._count()

    def _read(self, table: Table, header: Header, numbered: NumberedCells) -> Row | Finding:
        self._report.rows += 1
        if self._report.rows <= self._before.mark:
            self._before.last_row = numbered[0]
        row = headers.read_row(header, table, numbered, self._job.context.zone)
        identity = self._job.kind.identity
        if isinstance(row, Finding) or identity is None or (key := identity(row)) is None:
            return row
        digest = blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=12).digest()
        first = self._seen.setdefault(digest, row.number)
        if first == row.number:
            return row
        name = next(iter(row.values))
        return Finding(row.number, name, "same_row", row.texts[name], {"first": first})

    def _check(self, batch: Sequence[Row | Finding]) -> None:
        rows = [each for each in batch if isinstance(each, Row)]
        notes = Notes()
        if rows:
            self._resource.check(rows, notes)
            _must_be_judged(rows, notes.outcomes.keys())
        bad = [each for each in batch if isinstance(each, Finding)] + notes.rejections
        self._reject(sorted(bad, key=lambda finding: finding.row))
        self._warn(notes.warnings)
        for number, outcome in notes.outcomes.items():
            if outcome != REJECTED:
                self._outcomes[outcome].append(number)
        _note(self._job, rows_checked=self._report.rows)
        self._job.listener.progress(RunState.CHECKING, self._report.rows, None)

    def _finish(self) -> None:
        while True:
            notes = Notes()
            self._resource.finish(notes, self.bad)
            fresh = [
                each
                for each in notes.rejections
                if each.row not in self.bad and not self._before.covers(each)
            ]
            self._reject(sorted(fresh, key=lambda finding: finding.row))
            if not fresh:
                self._warn(notes.warnings)
                return

    def _reject(self, findings: Sequence[Finding]) -> None:
        findings = [each for each in findings if not self._before.covers(each)]
        self.bad.update(finding.row for finding in findings)
        self._report.rejections += findings[: max(0, KEPT_FINDINGS - len(self._report.rejections))]
        for finding in findings:
            self._job.listener.rejected(finding)

    def _warn(self, findings: Sequence[Finding]) -> None:
        self._report.warnings += findings[: max(0, KEPT_FINDINGS - len(self._report.warnings))]
        for finding in findings:
            self._job.listener.warned(finding)

    def _count(self) -> None:
        for outcome, numbers in self._outcomes.items():
            self._report.counts[outcome] = sum(number not in self.bad for number in numbers)
        self._report.counts[REJECTED] = len(self.bad)


def _must_be_judged(rows: Sequence[Row], judged: AbstractSet[int]) -> None:
    forgotten = [row.number for row in rows if row.number not in judged]
    if forgotten:
        raise RowNotJudged(f"rows {forgotten[:5]}")


class _Writing:
    """The second pass, from the mark on."""

    def __init__(self, job: Job, resource: Resource, report: Report, bad: set[int]) -> None:
        if job.run is None:
            raise ValueError("an import that writes needs a record")
        self._job = job
        self._run = job.run
        self._resource = resource
        self._report = report
        self._bad = bad
        self._size = FIRST_WRITTEN

    def run(self) -> None:
        """Write the rows that are not bad. Raises TakenOver and what the resource raises."""
        total = self._report.rows * self._job.kind.sweeps
        if not self._run.rows_written:
            _note(self._job, added=0, changed=0, unchanged=0)
            _note(self._job, messages=_messages(self._report))
        _note(
            self._job,
            state=RunState.WRITING,
            finished_at=None,
            rows_total=total,
            rejected=len(self._bad),
        )
        for sweep in range(self._job.kind.sweeps):
            self._sweep(sweep)
        self._done()

    def _sweep(self, sweep: int) -> None:
        behind = self._run.rows_written - sweep * self._report.rows
        if behind >= self._report.rows:
            return
        with _opened(self._job) as (table, header, rows):
            ahead = islice(rows, max(0, behind), None)
            for batch in _batches(ahead, lambda: self._size):
                self._write(self._good(table, header, batch), len(batch), sweep)

    def _good(self, table: Table, header: Header, batch: Sequence[NumberedCells]) -> list[Row]:
        zone = self._job.context.zone
        good = [
            headers.read_row(header, table, each, zone)
            for each in batch
            if each[0] not in self._bad
        ]
        return [row for row in good if isinstance(row, Row)]

    def _write(self, rows: Sequence[Row], passed: int, sweep: int) -> None:
        began = time.monotonic()
        notes = Notes()
        with transaction.atomic():
            if rows:
                self._resource.write(rows, notes, sweep)
            if self._job.kind.sweeps == 1:
                _must_be_judged(rows, notes.outcomes.keys())
            self._move_mark(passed, notes)
        self._run.rows_written += passed
        taken = max(time.monotonic() - began, 0.001)
        self._size = max(1, min(MOST_WRITTEN, 2 * passed, int(passed * BATCH_SECONDS / taken)))
        for finding in notes.rejections:
            self._reject(finding)
        for finding in notes.warnings:
            self._job.listener.warned(finding)
        self._job.listener.progress(RunState.WRITING, self._run.rows_written, self._run.rows_total)

    def _reject(self, finding: Finding) -> None:
        """Note a row that was good when it was checked; later sweeps leave it out."""
        self._bad.add(finding.row)
        if len(self._report.rejections) < KEPT_FINDINGS:
            self._report.rejections.append(finding)
        self._job.listener.rejected(finding)

    def _move_mark(self, passed: int, notes: Notes) -> None:
        """Move the mark in the batch's own transaction, unless somebody else has moved it."""
        mark = self._run.rows_written
        counts = {
            name: sum(outcome == name for outcome in notes.outcomes.values()) for name in OUTCOMES
        }
        now = self._job.clock()
        moved = ImportRun.objects.filter(
            pk=self._run.pk, state=RunState.WRITING, rows_written=mark
        ).update(
            rows_written=mark + passed,
            moved_at=now,
            **{name: F(name) + count for name, count in counts.items() if count},
        )
        if not moved:
            raise TakenOver(self._run.pk)

    def _done(self) -> None:
        accepted = (ADDED, CHANGED, UNCHANGED)
        self._run.refresh_from_db(fields=accepted)
        counts = {name: getattr(self._run, name) for name in accepted}
        counts[REJECTED] = self._report.rows - sum(counts.values())
        self._report.counts = counts
        self._report.written = True
        now = self._job.clock()
        with transaction.atomic():
            _note(
                self._job,
                state=RunState.DONE,
                finished_at=now,
                rejected=counts[REJECTED],
                rows_total=self._report.rows,
                messages=_messages(self._report),
            )
            audit.record(
                actor=self._job.context.actor,
                verb="import.done",
                target=self._run,
                at=now,
                after={
                    "kind": self._job.kind.name,
                    "file": self._run.filename,
                    "sha256": self._run.sha256,
                    **self._report.counts,
                },
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
        state__in=(RunState.WRITING, RunState.FAILED),
        rows_written__gt=0,
        rows_written__lt=F("rows_total"),
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
