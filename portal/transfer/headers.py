"""Find the header row and read the rows below it, by the names of a kind's columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from itertools import islice

from openpyxl.utils import get_column_letter

from portal.transfer.registry import Column, Finding, Kind, Row
from portal.transfer.tables import Table, Unreadable
from portal.transfer.values import (
    LEAVE,
    Cell,
    Refused,
    Text,
    as_text,
    fold,
    is_blank,
    is_plain,
    quote,
    read_cell,
)

SEARCHED_ROWS = 20

NumberedCells = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Header:
    """Which column stands where. `unknown` names the columns that are ignored."""

    row: int
    columns: dict[int, Column]
    width: int
    unknown: list[str] = field(default_factory=list)

    @cached_property
    def cells(self) -> list[tuple[int, Column, int]]:
        """Where each column stands, and how long a text in it may be; 0 for other values."""
        return [
            (at, column, column.type.max_length if isinstance(column.type, Text) else 0)
            for at, column in self.columns.items()
        ]

    @property
    def letters(self) -> dict[str, str]:
        """Return the letters that a spreadsheet shows above each column, by its name."""
        return {column.name: get_column_letter(at + 1) for at, column in self.columns.items()}


def canonical(name: str) -> str:
    """Return a header for comparing: case, width, blanks, hyphens and stars do not matter."""
    folded = fold(name.lstrip("\ufeff")).strip("* ")
    return "_".join(folded.replace("-", " ").replace("_", " ").split())


def names_of(kind: Kind) -> dict[str, Column]:
    return {
        canonical(name): column
        for column in kind.columns
        for name in (column.name, column.zh, *column.also)
    }


def split(kind: Kind, table: Table) -> tuple[Header, Iterator[NumberedCells]]:
    """Return the header and the rows below it, blank ones left out.

    The header is the first row with all required columns, else the one with the most known
    names near the top. Raises Unreadable where a required column is missing or one is doubled.
    """
    known = names_of(kind)
    rows = (row for row in table.rows if not all(map(is_blank, row[1])))
    top = list(islice(rows, SEARCHED_ROWS))
    if not top:
        raise Unreadable("empty")
    required = {column.name for column in kind.columns if column.required}
    found = [{column.name for column in _known(known, cells)} for _, cells in top]
    index = next((i for i, names in enumerate(found) if required and names >= required), None)
    if index is None:
        index = max(range(len(top)), key=lambda i: len(found[i]))
    header = _header(kind, known, top[index])
    return header, _below(top[index + 1 :], rows)


def _below(top: list[NumberedCells], rows: Iterator[NumberedCells]) -> Iterator[NumberedCells]:
    yield from top
    yield from rows


def _known(known: dict[str, Column], cells: Sequence[Cell]) -> list[Column]:
    return [known[name] for cell in cells if (name := canonical(as_text(cell))) in known]


def _header(kind: Kind, known: dict[str, Column], row: NumberedCells) -> Header:
    number, cells = row
    columns: dict[int, Column] = {}
    unknown = []
    for index, cell in enumerate(cells):
        column = known.get(canonical(as_text(cell)))
        if column is None:
            unknown += [] if is_blank(cell) else [quote(cell)]
        elif column.derived:
            continue
        elif column in columns.values():
            raise Unreadable("duplicate_column", name=column.name)
        else:
            columns[index] = column
    missing = [each.name for each in kind.columns if each.required and each not in columns.values()]
    if missing or not columns:
        names = missing or [each.name for each in kind.read]
        raise Unreadable("missing_columns", names=", ".join(names))
    return Header(number, columns, len(cells), unknown)


def read_row(header: Header, table: Table, numbered: NumberedCells, zone: tzinfo) -> Row | Finding:
    """Return the row's values, or what is wrong with its first bad cell."""
    number, cells = numbered
    extra = cells[header.width :]
    if table.shifts and not all(map(is_blank, extra)):
        return Finding(number, "", "too_many_cells")
    values: dict[str, object] = {}
    found: dict[str, Cell] = {}
    for index, column, most in header.cells:
        cell = cells[index] if index < len(cells) else None
        if cell == "" and not column.required:  # quick: most cells of a wide file are empty
            continue
        if most and is_plain(cell, most):  # quick: most others are texts that need no looking over
            values[column.name] = found[column.name] = cell
            continue
        try:
            value = _value(column, cell, zone)
        except Refused as refusal:
            return Finding(number, column.name, refusal.code, quote(cell), refusal.params)
        if value is not LEAVE:
            values[column.name] = value
            found[column.name] = cell
    return Row(number, values, found)


def _value(column: Column, cell: Cell, zone: tzinfo) -> object:
    value = read_cell(column.type, cell, zone)
    if column.required and value is LEAVE:
        raise Refused("missing")
    if value is None and (column.required or column.keeps):
        raise Refused("must_stay")
    return value
