"""The first pass of an import: every row is checked, nothing is written but the progress."""

from array import array
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from django.db import connection

from portal import postgresql
from portal.enums import RunState
from portal.transfer import headers
from portal.transfer.headers import Header, NumberedCells
from portal.transfer.jobs import (
    KEPT_FINDINGS,
    OUTCOMES,
    Job,
    Report,
    Spool,
    batches,
    must_be_judged,
    note,
    opened,
)
from portal.transfer.registry import REJECTED, Context, Finding, Notes, Reading, Resource, Row
from portal.transfer.tables import Table

Reader = Callable[[Path, Context], AbstractContextManager[Reading]]

CHECKED_AT_ONCE = 500


@dataclass
class Before:
    """What a killed process had done: the mark, and by number the rows that it had rejected."""

    mark: int
    bad: dict[int, Finding]
    last_row: int = 0
    """The number of the last row before the mark, once the check has come past it."""

    def covers(self, finding: Finding) -> bool:
        """Whether the row was good and is written; the check need not refuse it any more."""
        all_kept = len(self.bad) < KEPT_FINDINGS
        return all_kept and finding.row <= self.last_row and finding.row not in self.bad


class Check:
    """The first pass. Remembers a number for each rejected row and a digest for each identity."""

    def __init__(self, job: Job, resource: Resource, report: Report, before: Before) -> None:
        self.spool = Spool()
        self._before = before
        self._job = job
        self._resource = resource
        self._report = report
        self._seen: dict[bytes, int] = {}
        self._outcomes: dict[str, array[int]] = {name: array("I") for name in OUTCOMES}
        self.bad: set[int] = set()

    def run(self) -> None:
        """Check every row. Raises Unreadable."""
        if self._job.kind.reader is not None:
            self._run_reader(self._job.kind.reader)
        else:
            self._run_table()
        self._finish()
        self._reject([each for row, each in self._before.bad.items() if row not in self.bad])
        self._count()

    def _run_reader(self, reader: Reader) -> None:
        with reader(self._job.path, self._job.context) as reading:
            for batch in batches(iter(reading.rows), lambda: CHECKED_AT_ONCE):
                for each in batch:
                    self._count_in(each.number if isinstance(each, Row) else each.row)
                rows_or_refusals = [self._once(each) for each in batch]
                self.spool.add(rows_or_refusals)
                self._check(rows_or_refusals)
            self._warn(reading.warnings)

    def _run_table(self) -> None:
        with opened(self._job) as (table, header, rows):
            self._resource.letters = header.letters
            if header.unknown:
                names = ", ".join(header.unknown)
                self._warn([Finding(0, "", "unknown_columns", "", {"names": names})])
            for batch in batches(rows, lambda: CHECKED_AT_ONCE):
                rows_or_refusals = [self._read(table, header, each) for each in batch]
                self.spool.add(rows_or_refusals)
                self._check(rows_or_refusals)

    def _read(self, table: Table, header: Header, numbered: NumberedCells) -> Row | Finding:
        self._count_in(numbered[0])
        return self._once(headers.read_row(header, table, numbered, self._job.context.zone))

    def _count_in(self, number: int) -> None:
        self._report.rows += 1
        if self._report.rows <= self._before.mark:
            self._before.last_row = number

    def _once(self, row: Row | Finding) -> Row | Finding:
        """Return the row, refused where the file has had one of its identity."""
        identity = self._job.kind.identity
        if isinstance(row, Finding) or identity is None or (key := identity(row)) is None:
            return row
        digest = blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=12).digest()
        first = self._seen.setdefault(digest, row.number)
        if first == row.number:
            return row
        name = next(iter(row.values))
        return Finding(row.number, name, "same_row", row.text(name), {"first": first}, row.place)

    def _check(self, batch: Sequence[Row | Finding]) -> None:
        rows = [each for each in batch if isinstance(each, Row)]
        notes = Notes()
        if rows:
            with postgresql.looking_up(connection):
                self._resource.check(rows, notes)
            must_be_judged(rows, notes.outcomes.keys())
        bad = [each for each in batch if isinstance(each, Finding)] + notes.rejections
        self._reject(sorted(bad, key=lambda finding: finding.row))
        self._warn(notes.warnings)
        for number, outcome in notes.outcomes.items():
            if outcome != REJECTED:
                self._outcomes[outcome].append(number)
        note(self._job, rows_checked=self._report.rows)
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
