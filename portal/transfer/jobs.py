"""One import while it runs: what is read for whom, who is told, what came of it."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

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
    Row,
    RowNotJudged,
)
from portal.transfer.tables import Table, Unreadable

T = TypeVar("T")

KEPT_FINDINGS = 1000
ACCEPTED, BAD_ROWS, NOT_READ = 0, 1, 2  # exit status
OUTCOMES = (ADDED, CHANGED, UNCHANGED, REJECTED)


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


def messages(report: Report) -> list[dict[str, Any]]:
    """Return what the record keeps: no text of a cell."""
    bad = [{**each.stored(), "bad": True} for each in report.rejections]
    return bad + [{**each.stored(), "bad": False} for each in report.warnings]


def note(job: Job, **fields: Any) -> None:  # noqa: ANN401 -- fields of the record
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
def opened(job: Job) -> Iterator[tuple[Table, Header, Iterator[NumberedCells]]]:
    with files.open_table(job.path, sheet=job.kind.sheet, limits=files.limits()) as table:
        header, rows = headers.split(job.kind, table)
        yield table, header, rows


def batches(rows: Iterator[T], size: Callable[[], int]) -> Iterator[list[T]]:
    while batch := list(islice(rows, size())):
        yield batch


class Spool:
    """The rows of the first pass on disk, so that the second writes just what was checked."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 -- close() closes it

    def add(self, rows: Sequence[Row | Finding]) -> None:
        """Keep a batch; of a refused row only that there was one."""
        kept = [
            (row.number, row.values, row.cells, row.place)
            if isinstance(row, Row)
            else (row.row, None, None, None)
            for row in rows
        ]
        pickle.dump(kept, self._file, pickle.HIGHEST_PROTOCOL)

    def rows(self) -> Iterator[Row | None]:
        """Give the rows in their order, None for one that was refused."""
        self._file.seek(0)
        while True:
            try:
                kept = pickle.load(self._file)  # noqa: S301 -- this process wrote it
            except EOFError:
                return
            for number, values, cells, place in kept:
                yield None if values is None else Row(number, values, cells, place)

    def close(self) -> None:
        self._file.close()


def must_be_judged(rows: Sequence[Row], judged: AbstractSet[int]) -> None:
    forgotten = [row.number for row in rows if row.number not in judged]
    if forgotten:
        raise RowNotJudged(f"rows {forgotten[:5]}")
