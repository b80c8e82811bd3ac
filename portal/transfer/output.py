"""Write rows as CSV, XLSX or JSON, in the forms that an import reads.

CSV is UTF-8 with a byte-order mark, because spreadsheets take it for another encoding without
one. Texts that a spreadsheet would take for a formula get an apostrophe in front, which an
import takes away again; numbers and dates stand as they are. Rows come from an iterator and
are never all in memory.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, tzinfo
from functools import partial
from itertools import chain
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES

from portal.transfer.registry import Column, Context, Kind
from portal.transfer.values import Plain, neutralised

LONGEST_XLSX_TEXT = 32_767
FIRST_XLSX_YEAR = 1901
NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class CellTooLong(ValueError):
    """A workbook cannot hold this text without cutting it; CSV can."""


Rows = Iterable[Mapping[str, Any]]


def write_csv(kind: Kind, rows: Rows, file: IO[bytes], zone: tzinfo, *, chinese: bool) -> int:
    """Write the rows and return how many there were."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        to_csv = csv.writer(text)
        to_csv.writerow(headers(kind, chinese=chinese))
        count = 0
        for cells in plain_rows(kind.columns, rows, zone):
            to_csv.writerow([_csv_text(cell) for cell in cells])
            count += 1
        text.flush()
    finally:
        text.detach()  # else the caller's file would be closed with it
    return count


def write_json(kind: Kind, rows: Rows, file: IO[bytes], zone: tzinfo, *, chinese: bool) -> int:  # noqa: ARG001 -- the keys of JSON are the English names
    """Write a list with an object for each row, everything as text, and return how many."""
    names = [column.name for column in kind.columns]
    count = 0
    file.write(b"[")
    for cells in plain_rows(kind.columns, rows, zone):
        found = dict(zip(names, map(written, cells), strict=True))
        file.write(b",\n" if count else b"\n")
        file.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace"))
        count += 1
    file.write(b"\n]\n")
    return count


def write_document(
    context: Context, kind: Kind, rows: Rows, file: IO[bytes], zone: tzinfo, *, chinese: bool
) -> int:
    """Write the document that the kind makes of its rows, and return how many there were."""
    count = 0

    def counted() -> Iterator[Mapping[str, Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if kind.document is None:
        return write_json(kind, rows, file, zone, chinese=chinese)
    found = kind.document(context, counted())
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    file.write(text.encode("utf-8", "backslashreplace"))
    return count


def write_xlsx(kind: Kind, rows: Rows, file: IO[bytes], zone: tzinfo, *, chinese: bool) -> int:
    """Write a workbook with one sheet and return how many rows. Raises CellTooLong."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.sheet or kind.name)
    sheet.freeze_panes = "A2"
    count = -1
    first: list[Plain] = [*headers(kind, chinese=chinese)]
    with closing(sheet):
        for cells in chain([first], plain_rows(kind.columns, rows, zone)):
            sheet.append([_xlsx_cell(sheet, cell) for cell in cells])
            count += 1
    book.save(file)
    return count


WRITERS: dict[str, Callable[..., int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
}


def writer(kind: Kind, ending: str, context: Context) -> Callable[..., int]:
    """Return what writes a kind in a format: JSON as the kind's own document, where it has one."""
    if ending == "json" and kind.document is not None:
        return partial(write_document, context)
    return WRITERS[ending]


def headers(kind: Kind, *, chinese: bool) -> list[str]:
    return [column.zh if chinese else column.name for column in kind.columns]


def plain_rows(columns: Sequence[Column], rows: Rows, zone: tzinfo) -> Iterator[list[Plain]]:
    """Give the cells of each row in the order of the columns."""
    for row in rows:
        yield [
            None
            if (value := row.get(column.name)) is None or value == ""
            else column.type.write(value, zone)
            for column in columns
        ]


def written(value: Plain) -> str:
    """Return the text of a value in the form that an import reads."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds" if value.microsecond else "seconds")
    return str(value)


def _csv_text(value: Plain) -> str:
    return neutralised(value) if isinstance(value, str) else written(value)


def _xlsx_cell(sheet: Any, value: Plain) -> Any:  # noqa: ANN401 -- openpyxl has no types
    if isinstance(value, str):
        return _xlsx_text(sheet, value)
    if isinstance(value, date) and (
        value.year < FIRST_XLSX_YEAR or (isinstance(value, datetime) and value.microsecond)
    ):
        return written(value)
    return value


def _xlsx_text(sheet: Any, value: str) -> Any:  # noqa: ANN401 -- openpyxl has no types
    text = NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", neutralised(value))
    if len(text) > LONGEST_XLSX_TEXT:
        raise CellTooLong
    if text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl would make an error of it
    return cell
