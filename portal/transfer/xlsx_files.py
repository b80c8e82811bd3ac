"""XLSX: looked over before it is unpacked, then read as a stream, values only.

openpyxl keeps all texts of a workbook as Python strings and cannot tell an empty cell from a
formula without its result; so the sheet is read here, with openpyxl's knowledge of number
formats and dates. Texts lie in one block of bytes, a sheet is never in memory as a whole.
"""

import posixpath
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from portal.transfer.sheets import Look, SheetReader, Strings
from portal.transfer.tables import MEGABYTE, Limits, Table, Unreadable
from portal.transfer.values import Cell

LOCKED = 0x1  # the flag of an encrypted part
EAST_ASIAN_DATES = frozenset((*range(27, 37), *range(50, 59)))  # built in where Excel is Chinese
DAMAGE = (
    BadZipFile, EOFError, IndexError, KeyError, NotImplementedError, ParseError, UnicodeError,
    ValueError, expat.ExpatError, zlib.error,
)  # fmt: skip


@contextmanager
def open_workbook(path: Path, *, sheet: str | None, limits: Limits) -> Iterator[Table]:
    """Open the sheet of a workbook, the first where none is named. Raises Unreadable."""
    with open_archive(path, limits=limits) as archive:
        yield Table(_rows(archive, sheet, limits), shifts=False)


@contextmanager
def open_archive(path: Path, *, limits: Limits) -> Iterator[ZipFile]:
    """Open a workbook that has been looked over. Raises Unreadable."""
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError):
        raise Unreadable("broken_xlsx") from None
    with archive:
        look_over(archive, limits)
        yield archive


def look_over(archive: ZipFile, limits: Limits) -> None:
    """Refuse a workbook by its directory, before anything is unpacked. Raises Unreadable."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & LOCKED for part in parts):
        raise Unreadable("password")
    if len(parts) > limits.members:
        raise Unreadable("too_many_members", limit=limits.members)
    if "[Content_Types].xml" not in names:
        raise Unreadable("not_csv_or_xlsx")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable("macros")
    if any("/externalLinks/" in name for name in names):
        raise Unreadable("external_links")
    _measure(parts, names, limits)


def _measure(parts: Sequence[ZipInfo], names: set[str], limits: Limits) -> None:
    if len(names) < len(parts) or any(
        part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts
    ):
        raise Unreadable("broken_xlsx")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise Unreadable("too_large_inside", limit=limits.unpacked_bytes // MEGABYTE)
    if any(part.file_size > max(MEGABYTE, limits.ratio * part.compress_size) for part in parts):
        raise Unreadable("compressed_too_much")


def _rows(
    archive: ZipFile, sheet: str | None, limits: Limits
) -> Iterator[tuple[int, Sequence[Cell]]]:
    with damage_is_unreadable():
        yield from Book(archive, limits).rows(sheet)


@contextmanager
def damage_is_unreadable() -> Iterator[None]:
    """Turn what the reading of a broken workbook raises into Unreadable."""
    try:
        yield
    except DefusedXmlException:
        raise Unreadable("document_type") from None
    except DAMAGE:
        raise Unreadable("broken_xlsx") from None


def _local(tag: str) -> str:
    """Return the name without its namespace: workbooks come in two of them."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [each for each in element.iter() if _local(each.tag) == name]


class Book:
    """The parts of a workbook that matter for reading one sheet."""

    def __init__(self, archive: ZipFile, limits: Limits) -> None:
        self.archive = archive
        self.limits = limits
        if b"macroEnabled" in self._bytes("[Content_Types].xml"):
            raise Unreadable("macros")
        self.path = self._target("", "officeDocument")
        if not self.path.endswith(".xml"):
            raise Unreadable("not_csv_or_xlsx")
        self.workbook = self._part(self.path)
        if not _children(self.workbook, "sheets"):
            raise Unreadable("not_csv_or_xlsx")

    def _bytes(self, name: str) -> bytes:
        info = self.archive.getinfo(name)
        if info.file_size > self.limits.parts_bytes:
            raise Unreadable("too_large_inside", limit=self.limits.parts_bytes // MEGABYTE)
        return self.archive.read(info)

    def _part(self, name: str) -> Element:
        root: Element = fromstring(self._bytes(name), forbid_dtd=True)
        return root

    def _relations(self, source: str) -> list[tuple[str, str, str]]:
        """Return what a part refers to, as (id, last word of the type, path)."""
        folder, name = posixpath.split(source)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.archive.NameToInfo:
            return []
        return [
            (
                each.get("Id", ""),
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))[1:],
            )
            for each in _children(self._part(rels), "Relationship")
            if each.get("TargetMode") != "External"
        ]

    def _target(self, source: str, kind: str) -> str:
        return next((path for _, found, path in self._relations(source) if found == kind), "")

    @cached_property
    def epoch(self) -> datetime:
        epoch: datetime = WINDOWS_EPOCH
        marks = [each.get("date1904") for each in _children(self.workbook, "workbookPr")]
        if set(marks) & {"1", "true"}:
            epoch = MAC_EPOCH
        return epoch

    @cached_property
    def date_styles(self) -> frozenset[str]:
        """Return the numbers of the cell styles that show a date or a time of day."""
        path = self._target(self.path, "styles")
        if not path:
            return frozenset()
        styles = self._part(path)
        formats = {
            each.get("numFmtId"): each.get("formatCode", "") for each in _children(styles, "numFmt")
        }
        shown = [
            each
            for group in _children(styles, "cellXfs")
            for each in group
            if _local(each.tag) == "xf"
        ]
        return frozenset(
            str(index)
            for index, each in enumerate(shown)
            if _shows_a_date(int(each.get("numFmtId", "0")), formats.get(each.get("numFmtId")))
        )

    @cached_property
    def strings(self) -> Strings:
        path = self._target(self.path, "sharedStrings")
        strings = Strings(self.limits.strings_bytes)
        if path:
            with self.archive.open(path) as file:
                strings.fill(file)
        return strings

    def sheets(self) -> list[tuple[str, str]]:
        """Return name and path of each sheet in the order of the workbook, hidden ones last."""
        paths = {key: path for key, kind, path in self._relations(self.path) if kind == "worksheet"}
        sheets = [
            (each.get("name", ""), each.get("state", "visible"), paths[key])
            for each in _children(self.workbook, "sheet")
            for attribute, key in each.attrib.items()
            if _local(attribute) == "id" and key in paths
        ]
        sheets.sort(key=lambda each: each[1] != "visible")
        return [(each[0], each[2]) for each in sheets]

    def _sheet_path(self, name: str | None) -> str:
        for found, path in self.sheets():
            if name in {None, found}:
                return path
        raise Unreadable("no_sheet", name=name or "1")

    def rows(self, sheet: str | None) -> Iterator[tuple[int, list[Cell]]]:
        """Give the rows that the sheet has, with their numbers."""
        yield from self.rows_at(self._sheet_path(sheet))

    def rows_at(self, path: str) -> Iterator[tuple[int, list[Cell]]]:
        reader = SheetReader(Look(self.strings, self.date_styles, self.epoch, self.limits))
        with self.archive.open(path) as file:
            yield from reader.rows(file)


def _shows_a_date(number: int, code: str | None) -> bool:
    if code is None:
        if number in EAST_ASIAN_DATES:
            return True
        code = BUILTIN_FORMATS.get(number, "General")
    return bool(is_date_format(code)) and not is_timedelta_format(code)
