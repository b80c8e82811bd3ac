"""CSV: UTF-8 with or without mark, or GB18030, and never one taken for the other.

GB18030 gives a meaning to almost any bytes, so it must not be the answer to damaged UTF-8: the
whole file is decoded strictly first, and what is not UTF-8 is weighed before it may be
GB18030. Real GB18030 text breaks the rules of UTF-8 at every other character; a cut UTF-8 file
breaks them once, and only by a character that lacks its end.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.transfer.tables import Limits, Table, Unreadable

CHUNK = 1024 * 1024
SNIFFED_LINES = 20
DELIMITERS = ",;\t"

WHOLE = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
SHORT = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
STUMP = re.compile(rb"[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2}")
ASCII = bytes(range(128))


@dataclass
class Evidence:
    """What speaks for UTF-8 in a file that is not strictly UTF-8."""

    whole: int = 0
    """Well-formed characters of three or four bytes; a Chinese text in UTF-8 has little else."""
    stumps: int = 0
    """Beginnings of such characters that lack their end."""
    broken: int = 0
    """Other bytes above ASCII that UTF-8 does not allow there."""

    def weigh(self, data: bytes) -> None:
        """Count in a piece of the file that ends between two lines, or with the file."""
        rest, whole = WHOLE.subn(b" ", data)
        rest, stumps = STUMP.subn(b" ", SHORT.sub(b" ", rest))
        self.whole += whole
        self.stumps += stumps
        self.broken += len(rest.translate(None, ASCII))

    @property
    def was_utf8(self) -> bool:
        """Only cut characters are wrong, or whole ones prevail."""
        return self.broken == 0 or self.whole >= self.stumps + self.broken


@contextmanager
def open_text(path: Path, *, limits: Limits) -> Iterator[Table]:
    """Open a CSV file. Raises Unreadable, also while the rows are read."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = delimiter_of("".join(file.readline(CHUNK) for _ in range(SNIFFED_LINES)))
        file.seek(0)
        yield Table(_rows(file, delimiter, limits), shifts=True)


def encoding_of(path: Path) -> str:
    """Return the name of the file's encoding. Raises Unreadable where there is none."""
    with path.open("rb") as file:
        broken_at = first_error(file, "utf-8")
        if broken_at is None:
            return "utf-8-sig"
        file.seek(0)
        if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 or _evidence(file).was_utf8:
            raise Unreadable("damaged_utf8", line=broken_at)
        file.seek(0)
        broken_at = first_error(file, "gb18030")
    if broken_at is not None:
        raise Unreadable("unknown_encoding", line=broken_at)
    return "gb18030"


def first_error(file: BinaryIO, encoding: str) -> int | None:
    """Return the line near which the file is not of the encoding, None where all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    while True:
        chunk = file.read(CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        if not chunk:
            return None
        line += chunk.count(b"\n")


def _evidence(file: BinaryIO) -> Evidence:
    evidence = Evidence()
    file.seek(0)
    while chunk := file.read(CHUNK) + file.readline(CHUNK):
        evidence.weigh(chunk)
    return evidence


def delimiter_of(head: str) -> str:
    """Return what splits the widest of the first rows; a comma where nothing does."""

    def width(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            return max((len(row) for row in rows), default=0)
        except csv.Error:
            return 0

    return max(DELIMITERS, key=width)


def _rows(
    file: io.TextIOBase, delimiter: str, limits: Limits
) -> Iterator[tuple[int, Sequence[str]]]:
    csv.field_size_limit(limits.row_characters)
    reader = csv.reader(_bounded(file, limits), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable("broken_csv", row=number) from None
        if number > limits.rows + 1:
            raise Unreadable("too_many_rows", limit=limits.rows)
        if len(row) > limits.columns:
            raise Unreadable("too_many_columns", limit=limits.columns)
        yield number, row


def _bounded(file: io.TextIOBase, limits: Limits) -> Iterator[str]:
    """Give the file's lines, none longer than a row may be."""
    while line := file.readline(limits.row_characters + 1):
        if len(line) > limits.row_characters:
            raise Unreadable("line_too_long", limit=limits.row_characters)
        yield line
