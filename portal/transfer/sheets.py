"""The parts of a workbook that may be large, read as streams: its texts and its sheets.

A workbook has no document types: a part with one is refused, and with it any entity.
"""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_ISO8601

from portal.transfer.tables import MEGABYTE, Limits, Unreadable
from portal.transfer.values import BrokenCell, Cell

PIECE = 64 * 1024
PHANTOM_DAY = 60  # 29 February 1900, which spreadsheets believe in
SECONDS_OF_DAY = 86400
BEYOND_CALENDARS = 2_958_466  # 1 January 10000
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
LETTERS = re.compile("[A-Z]{1,3}")
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


@dataclass(frozen=True)
class Look:
    """What the other parts of the workbook say about the cells of a sheet."""

    strings: Strings
    date_styles: frozenset[str]
    epoch: datetime
    limits: Limits


class SheetReader:
    """Turns the XML of a sheet into rows.

    Called for every element, it does as little as it can: characters are dropped at the start
    of the next element unless the end of `v` or `t` has taken them.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._limits = look.limits
        self._columns: dict[str, int] = {}
        self._number = 0
        self._column = 0
        self._cells: list[Cell] = []
        self._ready: list[tuple[int, list[Cell]]] = []
        self._attributes: dict[str, str] = {}
        self._parts: list[str] = []
        self._text = ""
        self._formula = False
        self._phonetic = False
        self._cell_tag = ""
        self._text_tags: frozenset[str] = frozenset()
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {}
        self._ends: dict[str, Callable[[], None]] = {}

    def rows(self, file: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
        """Give the rows that hold anything. Raises Unreadable."""
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._parts.append
        most = 2 * self._limits.row_characters // parser.buffer_size + 2
        for _ in _feed(parser, file):
            if len(self._parts) > most:
                raise Unreadable("line_too_long", limit=self._limits.row_characters)
            yield from self._ready
            self._ready.clear()
        yield from self._ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._parts.clear()
        if tag == self._cell_tag:
            self._attributes = attributes
            self._text = ""
            self._formula = False
        elif tag in self._starts:
            self._starts[tag](attributes)
        elif not self._starts and tag.rpartition(":")[2] == "sheetData":
            self._enter(tag.removesuffix("sheetData"))

    def _end(self, tag: str) -> None:
        if tag in self._text_tags:
            if not self._phonetic:
                self._text += "".join(self._parts)
        elif tag == self._cell_tag:
            self._end_cell()
        elif tag in self._ends:
            self._ends[tag]()

    def _enter(self, prefix: str) -> None:
        """Heed the elements of the data, under the prefix that this workbook uses."""
        self._cell_tag = f"{prefix}c"
        self._text_tags = frozenset((f"{prefix}v", f"{prefix}t"))
        self._starts = {
            f"{prefix}row": self._start_row,
            f"{prefix}f": self._start_formula,
            f"{prefix}rPh": self._start_phonetic,
        }
        self._ends = {
            f"{prefix}sheetData": self._leave,
            f"{prefix}row": self._end_row,
            f"{prefix}rPh": self._end_phonetic,
        }

    def _leave(self) -> None:
        self._cell_tag = ""
        self._text_tags = frozenset()
        self._starts = {"": self._start_formula}
        self._ends = {}

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if number <= self._number:
            raise Unreadable("broken_xlsx")
        self._number = number
        self._column = 0
        self._cells = []

    def _end_row(self) -> None:
        if not self._cells:
            return
        if self._number > self._limits.rows + 1:
            raise Unreadable("too_many_rows", limit=self._limits.rows)
        self._ready.append((self._number, self._cells))

    def _end_cell(self) -> None:
        place = self._attributes.get("r")
        self._column = column = self._column + 1 if place is None else self._column_of(place)
        value = self._value()
        if value is None:
            return
        if column > self._limits.columns:
            raise Unreadable("too_many_columns", limit=self._limits.columns)
        if len(self._text) > self._limits.row_characters:
            raise Unreadable("line_too_long", limit=self._limits.row_characters)
        if column > len(self._cells):
            self._cells.extend([None] * (column - len(self._cells)))
        self._cells[column - 1] = value

    def _column_of(self, place: str) -> int:
        letters = place.removesuffix(str(self._number))
        column = self._columns.get(letters)
        if column is None:
            if not LETTERS.fullmatch(letters):
                raise Unreadable("broken_xlsx")
            column = self._columns[letters] = column_index_from_string(letters)
        return column

    def _value(self) -> Cell:
        kind = self._attributes.get("t", "n")
        if kind == "s":
            return self._look.strings[int(self._text)] if self._text else None
        if kind in {"str", "inlineStr"}:
            return _unescaped(self._text) or None
        if self._text:
            return self._other(kind, self._text)
        return BrokenCell("formula_without_value", "", self._where()) if self._formula else None

    def _where(self) -> str:
        return f"{get_column_letter(self._column)}{self._number}"

    def _other(self, kind: str, text: str) -> Cell:
        if kind == "b":
            return text.strip() in {"1", "true"}
        if kind == "d":
            found: Cell = from_ISO8601(text)
            return found
        if kind != "n":
            return BrokenCell("cell_error", text, self._where())
        if not NUMBER.fullmatch(text):
            raise Unreadable("broken_xlsx")
        if self._attributes.get("s", "0") in self._look.date_styles:
            moment = _date(float(text), self._look.epoch)
            return moment or BrokenCell("cell_error", text, self._where())
        return int(text) if text.isdigit() else float(text)


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
