"""The second pass of an import: the good rows, in short transactions that carry the mark."""

import time
from collections.abc import Sequence
from itertools import islice

from django.db import connection, transaction
from django.db.models import F

from portal import audit, postgresql
from portal.enums import RunState
from portal.models import ImportRun
from portal.transfer.checking import Check
from portal.transfer.jobs import (
    KEPT_FINDINGS,
    OUTCOMES,
    Job,
    Report,
    TakenOver,
    batches,
    messages,
    must_be_judged,
    note,
)
from portal.transfer.registry import (
    ADDED,
    CHANGED,
    REJECTED,
    UNCHANGED,
    Notes,
    Resource,
    Row,
)

FIRST_WRITTEN, MOST_WRITTEN = 50, 2000
BATCH_SECONDS = 1.0
"""How long a batch may hold its locks, about."""


class Writing:
    """The second pass, from the mark on."""

    def __init__(self, job: Job, resource: Resource, report: Report, check: Check) -> None:
        if job.run is None:
            raise ValueError("an import that writes needs a record")
        self._job = job
        self._run = job.run
        self._resource = resource
        self._report = report
        self._bad = check.bad
        self._spool = check.spool
        self._size = FIRST_WRITTEN

    def run(self) -> None:
        """Write the rows that are not bad. Raises TakenOver and what the resource raises."""
        total = self._report.rows * self._job.kind.sweeps
        if not self._run.rows_written:
            note(self._job, added=0, changed=0, unchanged=0)
            note(self._job, messages=messages(self._report))
        note(
            self._job,
            state=RunState.WRITING,
            finished_at=None,
            rows_total=total,
            rejected=len(self._bad),
        )
        try:
            for sweep in range(self._job.kind.sweeps):
                self._sweep(sweep)
        finally:
            self._resource.tidy()
        self._done()

    def _sweep(self, sweep: int) -> None:
        behind = self._run.rows_written - sweep * self._report.rows
        if behind >= self._report.rows:
            return
        ahead = islice(self._spool.rows(), max(0, behind), None)
        for batch in batches(ahead, lambda: self._size):
            good = [row for row in batch if row is not None and row.number not in self._bad]
            self._write(good, len(batch), sweep)

    def _write(self, rows: Sequence[Row], passed: int, sweep: int) -> None:
        began = time.monotonic()
        notes = Notes()
        with transaction.atomic():
            postgresql.fit_for_many_rows(connection)
            if rows:
                self._resource.write(rows, notes, sweep)
            if self._job.kind.sweeps == 1:
                must_be_judged(rows, notes.outcomes.keys())
            self._keep(notes)
            self._move_mark(passed, notes)
        self._run.rows_written += passed
        taken = max(time.monotonic() - began, 0.001)
        self._size = max(1, min(MOST_WRITTEN, 2 * passed, int(passed * BATCH_SECONDS / taken)))
        for finding in notes.rejections:
            self._job.listener.rejected(finding)
        for finding in notes.warnings:
            self._job.listener.warned(finding)
        self._job.listener.progress(RunState.WRITING, self._run.rows_written, self._run.rows_total)

    def _keep(self, notes: Notes) -> None:
        """Note the rows that were good when they were checked; later sweeps leave them out."""
        if notes.rejections:
            self._bad.update(finding.row for finding in notes.rejections)
            room = max(0, KEPT_FINDINGS - len(self._report.rejections))
            self._report.rejections += notes.rejections[:room]
            note(self._job, messages=messages(self._report))

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
            note(
                self._job,
                state=RunState.DONE,
                finished_at=now,
                rejected=counts[REJECTED],
                rows_total=self._report.rows,
                messages=messages(self._report),
            )
            audit.record(
                actor=self._job.context.actor,
                verb="import.done",
                target=self._run,
                at=now,
                after={
                    "kind": self._job.kind.name,
                    "sha256": self._run.sha256,
                    **self._report.counts,
                },
            )
