"""All sheets of a file, for a kind that brings a reader of its own.

Such a kind has `reader=`, a function of the path and the context that gives a Reading while
the file is open. The limits, the guard against macros, entities and bombs, and the passes of
the runner are those of every other import.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.transfer import csv_files, files, xlsx_files
from portal.transfer.headers import NumberedCells
from portal.transfer.tables import Limits, Unreadable
from portal.transfer.xlsx_files import Book


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows` begins at the top each time. The name is empty in a CSV file."""

    name: str
    rows: Callable[[], Iterator[NumberedCells]]


@contextmanager
def open_sheets(path: Path) -> Iterator[list[Sheet]]:
    """Open a CSV or XLSX file. Raises Unreadable, also while rows are read."""
    limits = files.limits()
    if not files.is_workbook(path, limits=limits):
        yield [Sheet("", lambda: _text_rows(path, limits))]
        return
    with xlsx_files.open_archive(path, limits=limits) as archive:
        with xlsx_files.damage_is_unreadable():
            book = Book(archive, limits)
            found = book.sheets()
        if not found:
            raise Unreadable("no_sheet", name="1")
        yield [Sheet(name, _reading(book, part)) for name, part in found]


def _reading(book: Book, part: str) -> Callable[[], Iterator[NumberedCells]]:
    def rows() -> Iterator[NumberedCells]:
        with xlsx_files.damage_is_unreadable():
            yield from book.rows_at(part)

    return rows


def _text_rows(path: Path, limits: Limits) -> Iterator[NumberedCells]:
    with csv_files.open_text(path, limits=limits) as table:
        yield from table.rows
