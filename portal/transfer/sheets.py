"""The parts of a workbook that may be large, read as streams: its texts and its sheets."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_ISO8601

from portal.transfer.tables import MEGABYTE, Limits, Unreadable
from portal.transfer.values import BrokenCell, Cell

PIECE = 64 * 1024
PHANTOM_DAY = 60  # 29 February 1900, which spreadsheets believe in
SECONDS_OF_DAY = 86400
BEYOND_CALENDARS = 2_958_466  # 1 January 10000
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
PLACE = re.compile("([A-Z]{1,3})[0-9]+")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _unescaped(text: str) -> str:
    """Return a text of the workbook with `_x000D_` and the like made characters again."""
    if "_x" not in text or not ESCAPE.search(text):
        return text
    plain = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _refuse_declarations(*_: object) -> int:
    raise Unreadable("document_type")


def _parser() -> Any:  # noqa: ANN401 -- expat's parser type is not for import
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    parser.ExternalEntityRefHandler = _refuse_declarations
    return parser


def _feed(parser: Any, file: IO[bytes]) -> Iterator[None]:  # noqa: ANN401 -- expat's parser type is not for import
    """Parse the file in pieces; yields after each."""
    while piece := file.read(PIECE):
        parser.Parse(piece, False)  # noqa: FBT003 -- expat takes it by position only
        yield
    parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by position only


class Strings:
    """The texts that cells refer to by number, as one block of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._block = bytearray()
        self._ends = array("Q", [0])
        self._parts: list[str] = []
        self._collecting = False
        self._phonetic = False

    def __getitem__(self, index: int) -> str:
        if index < 0:
            raise IndexError(index)
        piece = self._block[self._ends[index] : self._ends[index + 1]]
        return piece.decode("utf-8", "surrogatepass")

    def fill(self, file: IO[bytes]) -> None:
        """Read all texts. Raises Unreadable when they are larger than the limit."""
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        for _ in _feed(parser, file):
            if len(self._block) > self._limit:
                raise Unreadable("too_large_inside", limit=self._limit // MEGABYTE)

    def _start(self, tag: str, _attributes: object) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._phonetic = True
        self._collecting = name == "t" and not self._phonetic

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._collecting = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            text = _unescaped("".join(self._parts))
            self._block += text.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._block))

    def _data(self, text: str) -> None:
        if self._collecting:
            self._parts.append(text)


@dataclass(slots=True)
class _OpenCell:
    """What is known of a cell while it is being read."""

    column: int
    place: str
    type: str
    style: str
    formula: bool = False


@dataclass(frozen=True)
class Look:
    """What the other parts of the workbook say about the cells of a sheet."""

    strings: Strings
    date_styles: frozenset[str]
    epoch: datetime
    limits: Limits


class SheetReader:
    """Turns the XML of a sheet into rows."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._limits = look.limits
        self._inside = False
        self._number = 0
        self._column = 0
        self._cells: list[Cell] = []
        self._open: _OpenCell | None = None
        self._parts: list[str] = []
        self._size = 0
        self._collecting = False
        self._phonetic = False
        self._ready: list[tuple[int, list[Cell]]] = []
        self._starts = {
            "sheetData": self._start_data, "row": self._start_row, "c": self._start_cell,
            "f": self._start_formula, "v": self._start_text, "t": self._start_text,
            "rPh": self._start_phonetic,
        }  # fmt: skip
        self._ends = {
            "sheetData": self._end_data, "row": self._end_row, "c": self._end_cell,
            "v": self._end_text, "t": self._end_text, "rPh": self._end_phonetic,
        }  # fmt: skip

    def rows(self, file: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        for _ in _feed(parser, file):
            yield from self._ready
            self._ready.clear()
        yield from self._ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        handler = self._starts.get(tag) or self._starts.get(tag.rpartition(":")[2])
        if handler is not None and (self._inside or handler == self._start_data):
            handler(attributes)

    def _end(self, tag: str) -> None:
        handler = self._ends.get(tag) or self._ends.get(tag.rpartition(":")[2])
        if handler is not None and self._inside:
            handler()

    def _data(self, text: str) -> None:
        if self._collecting:
            self._parts.append(text)
            self._size += len(text)
            if self._size > self._limits.row_characters:
                raise Unreadable("line_too_long", limit=self._limits.row_characters)

    def _start_data(self, _attributes: dict[str, str]) -> None:
        self._inside = True

    def _end_data(self) -> None:
        self._inside = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if number <= self._number:
            raise Unreadable("broken_xlsx")
        self._number = number
        self._column = 0
        self._cells = []
        self._size = 0

    def _end_row(self) -> None:
        if not self._cells:
            return
        if self._number > self._limits.rows + 1:
            raise Unreadable("too_many_rows", limit=self._limits.rows)
        self._ready.append((self._number, self._cells))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        if place:
            match = PLACE.fullmatch(place)
            if match is None:
                raise Unreadable("broken_xlsx")
            self._column = _column(match[1])
        else:
            self._column += 1
            place = f"{get_column_letter(self._column)}{self._number}"
        kind, style = attributes.get("t", "n"), attributes.get("s", "0")
        self._open = _OpenCell(self._column, place, kind, style)
        self._parts = []

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        if self._open is not None:
            self._open.formula = True

    def _start_text(self, _attributes: dict[str, str]) -> None:
        self._collecting = not self._phonetic

    def _end_text(self) -> None:
        self._collecting = False

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_cell(self) -> None:
        cell = self._open
        if cell is None:
            return
        value = self._value(cell, "".join(self._parts))
        if value is None:
            return
        if cell.column > self._limits.columns:
            raise Unreadable("too_many_columns", limit=self._limits.columns)
        self._cells.extend([None] * (cell.column - len(self._cells)))
        self._cells[cell.column - 1] = value

    def _value(self, cell: _OpenCell, text: str) -> Cell:
        if cell.type == "s" and text:
            return self._look.strings[int(text)]
        if cell.type in {"str", "inlineStr"}:
            return _unescaped(text) or None
        if not text:
            return BrokenCell("formula_without_value", "", cell.place) if cell.formula else None
        if cell.type == "n":
            return self._number_or_date(cell, text)
        return _other(cell, text)

    def _number_or_date(self, cell: _OpenCell, text: str) -> Cell:
        if not NUMBER.fullmatch(text):
            raise Unreadable("broken_xlsx")
        if cell.style in self._look.date_styles:
            return _date(float(text), self._look.epoch) or BrokenCell(
                "cell_error", text, cell.place
            )
        return int(text) if text.isdigit() else float(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _other(cell: _OpenCell, text: str) -> Cell:
    if cell.type == "b":
        return text.strip() in {"1", "true"}
    if cell.type == "d":
        found: Cell = from_ISO8601(text)
        return found
    return BrokenCell("cell_error", text, cell.place)


def _date(serial: float, epoch: datetime) -> datetime | time | None:
    """Return what a spreadsheet shows for a number in a date's format, to the second."""
    if not 0 <= serial < BEYOND_CALENDARS:
        return None
    seconds = round(serial * SECONDS_OF_DAY)
    if seconds < SECONDS_OF_DAY:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if epoch == WINDOWS_EPOCH and serial < PHANTOM_DAY:
        seconds += SECONDS_OF_DAY
    moment: datetime = epoch + timedelta(seconds=seconds)
    return moment
