"""Open a table in a file: its rows as a stream, with the numbers that a spreadsheet shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.transfer import csv_files, xlsx_files
from portal.transfer.tables import MEGABYTE, Limits, Table, Unreadable

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and encrypted new ones
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<", b"Rar!", b"7z\xbc\xaf")
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x00"))
TOO_MANY_CONTROLS = 0.1


@dataclass(frozen=True)
class _Start:
    size: int
    head: bytes


def limits() -> Limits:
    """Return the limits of this installation."""
    return Limits(file_bytes=settings.IMPORT_MAX_BYTES)


@contextmanager
def open_table(path: Path, *, sheet: str | None = None, limits: Limits) -> Iterator[Table]:
    """Open a CSV or XLSX file by its content, whatever its name. Raises Unreadable.

    The rows hold every row of the file from the first on, blank ones as well; reading them may
    raise Unreadable too, where damage or a limit is only met on the way.
    """
    if is_workbook(path, limits=limits):
        with xlsx_files.open_workbook(path, sheet=sheet, limits=limits) as table:
            yield table
    else:
        with csv_files.open_text(path, limits=limits) as table:
            yield table


def is_workbook(path: Path, *, limits: Limits) -> bool:
    """Tell by its content whether a file is XLSX or else CSV. Raises Unreadable for others."""
    start = _look_at(path, limits)
    if start.head.startswith((ZIP, EMPTY_ZIP)):
        return True
    _refuse_others(path, start.head)
    return False


def _look_at(path: Path, limits: Limits) -> _Start:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise Unreadable("too_large", limit=limits.file_bytes // MEGABYTE)
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        raise Unreadable("missing_file") from None
    if not head.lstrip(b"\xef\xbb\xbf").strip() and size <= len(head):
        raise Unreadable("empty")
    return _Start(size, head)


def _refuse_others(path: Path, head: bytes) -> None:
    if head.startswith(COMPOUND):
        raise Unreadable("password" if ENCRYPTED in path.read_bytes() else "old_workbook")
    if head.startswith(UTF16):
        raise Unreadable("utf16")
    controls = len(head) - len(head.translate(None, CONTROLS))
    if head.lstrip().startswith(OTHERS) or controls > TOO_MANY_CONTROLS * len(head):
        raise Unreadable("not_csv_or_xlsx")
