"""What an opened file gives, what it may hold at most, and why one is not read at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.transfer.values import Cell

MEGABYTE = 1024 * 1024


class Unreadable(Exception):
    """The file as a whole cannot be read (exit status 2); `texts` has the sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a file may hold at most. A workbook is measured by its directory, before unpacking."""

    file_bytes: int = 100 * MEGABYTE
    members: int = 2_000
    unpacked_bytes: int = 512 * MEGABYTE
    ratio: int = 250
    """Unpacked size by packed size of any part above a megabyte."""
    strings_bytes: int = 96 * MEGABYTE
    parts_bytes: int = 16 * MEGABYTE
    """A part that is read at once: the list of sheets, the styles."""
    rows: int = 200_000
    columns: int = 256
    row_characters: int = 1_000_000


@dataclass(frozen=True)
class Table:
    """Rows as (number, cells).

    `shifts`: an extra cell means that the row is out of step, as in CSV with an unquoted comma;
    in a workbook it is a remark in the margin.
    """

    rows: Iterator[tuple[int, Sequence[Cell]]]
    shifts: bool
