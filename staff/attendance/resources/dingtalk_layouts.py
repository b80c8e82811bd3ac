"""Which of DingTalk's reports a sheet holds, and where its columns are.

Columns are found by the text of their headers, which stand in one row or in two (a group above
its leaves), never by number: every company switches them on and off.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice

from openpyxl.utils import get_column_letter

from portal.transfer.headers import NumberedCells
from portal.transfer.registry import Finding, Place
from portal.transfer.tables import Unreadable
from portal.transfer.values import Cell, Refused, as_text, fold, is_blank, quote
from portal.transfer.workbooks import Sheet
from staff.attendance.resources.dingtalk_cells import ONE_DAY, span_in

TOP_ROWS = 12
LEAST_NAMES = 2
WEEKDAYS = "一二三四五六日"
BLANKS = re.compile(r"\s+")
PUNCH = re.compile(r"(上班|下班)([1-9]?)打卡(时间|结果)")
MONTH_DAY = re.compile(r"(?:[0-9]{4}-)?([0-9]{1,2})-([0-9]{1,2})(?:(?:星期|周)[一二三四五六日天])?")


class Report(StrEnum):
    """In the order in which their evidence is taken."""

    RECORDS = "原始记录"
    DAILY = "每日统计"
    TIMES = "打卡时间"
    MONTHLY = "月度汇总"


NAMES: Mapping[str, str] = {
    "姓名": "name", "工号": "number", "userid": "user_id", "日期": "date", "workdate": "workday",
    "考勤日期": "date", "打卡时间": "punched_at", "打卡结果": "verdict",
    "异常打卡原因": "oddity", "打卡备注": "note", "管理员修改备注": "changed",
    "部门": "department", "考勤组": "group", "职位": "post", "考勤结果": "result",
    "name": "name", "number": "number", "user_id": "user_id", "date": "date",
    "punched_at": "punched_at", "verdict": "verdict",
}  # fmt: skip
SHOWN = {
    "user_id": "UserId", "number": "工号", "date": "日期", "workday": "workDate",
    "punched_at": "打卡时间",
}  # fmt: skip
WHO = frozenset(("name", "number", "user_id", "department", "group", "post"))
REMARKS = ("verdict", "oddity", "note", "changed")


@dataclass(frozen=True)
class PunchColumn:
    """One boundary of the daily report: where its time stands, and what DingTalk says of it."""

    side: str
    turn: str
    time: int
    verdict: int | None


@dataclass
class Layout:
    """A sheet whose columns are known. `skip` is the number of the last row of the header."""

    sheet: Sheet
    report: Report
    skip: int
    span: tuple[date, date] | None
    columns: dict[str, int] = field(default_factory=dict)
    punches: list[PunchColumn] = field(default_factory=list)
    days: dict[int, date] = field(default_factory=dict)
    unknown: list[Finding] = field(default_factory=list)
    """Columns that cannot be understood; their numbers are given when the rows are read."""

    def place(self, row: int, column: int | None = None) -> Place:
        return place(self.sheet.name, row, column)


@dataclass(frozen=True)
class _Head:
    """The header of a sheet: the full name of each column, and of which row it is."""

    row: int
    last: int
    names: dict[int, str]
    leaves: dict[int, str] = field(default_factory=dict)


def place(sheet: str, row: int, column: int | None = None) -> Place:
    return Place(quote(sheet), row, "" if column is None else get_column_letter(column + 1))


def plain(cell: Cell) -> str:
    """Return a header for comparing: no blanks, no difference of width or case."""
    return BLANKS.sub("", fold(as_text(cell).lstrip("\ufeff"))).strip("*")


def recognise(sheet: Sheet) -> Layout | None:
    """Return the layout of a sheet, None where it is none of the reports.

    Raises Unreadable where it is one of them by its name or title but not laid out like it.
    """
    top = [row for row in islice(sheet.rows(), TOP_ROWS) if not all(map(is_blank, row[1]))]
    head = _head(top)
    report = _report(sheet, top, head)
    if report is None:
        return None
    if report is Report.MONTHLY:
        return Layout(sheet, report, 0, None)
    if head is None:
        raise _changed(sheet, report, ["姓名", "UserId"])
    layout = Layout(sheet, report, head.last, _span(top, head))
    for index, name in head.names.items():
        if (found := NAMES.get(name)) is not None:
            layout.columns.setdefault(found, index)
    {Report.RECORDS: _records, Report.DAILY: _daily, Report.TIMES: _times}[report](layout, head)
    return layout


def _head(top: Sequence[NumberedCells]) -> _Head | None:
    for at, (number, cells) in enumerate(top):
        names = {plain(cell) for cell in cells if not is_blank(cell)}
        known = {NAMES.get(name) for name in names} & WHO
        told = [name for name in names if name in NAMES or PUNCH.fullmatch(name)]
        if known and len(told) >= LEAST_NAMES:
            below = top[at + 1] if at + 1 < len(top) else None
            return _joined(number, cells, below)
    return None


def _joined(number: int, cells: Sequence[Cell], below: NumberedCells | None) -> _Head:
    upper = {at: plain(cell) for at, cell in enumerate(cells) if not is_blank(cell)}
    if below is None or not _is_header(upper, below[1]):
        return _Head(number, number, upper)
    leaves = {at: plain(cell) for at, cell in enumerate(below[1]) if not is_blank(cell)}
    names: dict[int, str] = {}
    group = ""
    for at in range(max([*upper, *leaves]) + 1):
        group = upper.get(at, group)
        leaf = leaves.get(at)
        if leaf is not None:
            names[at] = leaf if leaf == group else group + leaf
        elif at in upper:
            names[at] = group
    return _Head(number, below[0], names, leaves)


def _is_header(upper: Mapping[int, str], cells: Sequence[Cell]) -> bool:
    """Whether the row below the first header row has leaves: it names nobody and no day."""
    own = [at for at, name in upper.items() if NAMES.get(name) in WHO | {"date", "workday"}]
    return all(
        at >= len(cells) or is_blank(cells[at]) or plain(cells[at]) == upper[at] for at in own
    )


def _report(sheet: Sheet, top: Sequence[NumberedCells], head: _Head | None) -> Report | None:
    """Tell a report by its title, else by its headers, else by the name of the sheet."""
    above = [cells for number, cells in top if head is None or number < head.row]
    said = "".join(plain(cell) for cells in above for cell in cells)
    titled = [report for report in Report if report in said]
    if titled:
        return min(titled, key=said.index)
    if head is not None and (by_header := _by_header(head)) is not None:
        return by_header
    return next((report for report in Report if report in sheet.name), None)


def _by_header(head: _Head) -> Report | None:
    names = set(head.names.values())
    if any(name.startswith("考勤结果") for name in names):
        return Report.MONTHLY
    if any(PUNCH.fullmatch(name) for name in names):
        return Report.DAILY
    known = {NAMES.get(name) for name in names}
    return Report.RECORDS if {"date", "punched_at"} <= known else None


def _span(top: Sequence[NumberedCells], head: _Head) -> tuple[date, date] | None:
    for number, cells in top:
        for cell in cells if number < head.row else ():
            try:
                span = span_in(as_text(cell))
            except Refused:
                return None
            if span is not None and span[0] <= span[1]:
                return span
    return None


def _changed(sheet: Sheet, report: Report, names: Sequence[str], row: int = 0) -> Unreadable:
    return Unreadable(
        "report_changed", report=report.value, where=_where(sheet, row), names="、".join(names)
    )


def _where(sheet: Sheet, row: int) -> str:
    """Return ` (Sheet1!3)`: sheet and row of the header, as far as they are known."""
    spot = "!".join(part for part in (quote(sheet.name), str(row or "")) if part)
    return f" ({spot})" if spot else ""


def _need(layout: Layout, head: _Head, *wanted: tuple[str, ...]) -> None:
    """Refuse the sheet where of a set of columns, given by name, none is there."""
    missing = [
        " / ".join(SHOWN[name] for name in names)
        for names in wanted
        if not any(name in layout.columns for name in names)
    ]
    if missing:
        raise _changed(layout.sheet, layout.report, missing, head.row)


def _records(layout: Layout, head: _Head) -> None:
    _need(layout, head, ("user_id", "number"), ("punched_at",))


def _daily(layout: Layout, head: _Head) -> None:
    times: dict[tuple[str, str], int] = {}
    verdicts: dict[tuple[str, str], int] = {}
    for index, name in head.names.items():
        match = PUNCH.fullmatch(name)
        if match is not None:
            found = times if match[3] == "时间" else verdicts
            if (match[1], match[2]) in found:
                _refuse_column(layout, head, index)
            found.setdefault((match[1], match[2]), index)
        elif "打卡时间" in name:
            _refuse_column(layout, head, index)
    _need(layout, head, ("user_id", "number"), ("date", "workday"))
    if not times:
        raise _changed(layout.sheet, layout.report, ["上班1打卡时间"], head.row)
    layout.punches = [
        PunchColumn(*side, time=index, verdict=verdicts.get(side)) for side, index in times.items()
    ]


def _times(layout: Layout, head: _Head) -> None:
    _need(layout, head, ("user_id", "number"))
    if layout.span is None:
        raise Unreadable(
            "report_title", report=layout.report.value, where=_where(layout.sheet, head.row)
        )
    first, last = layout.span
    after = max(index for name, index in layout.columns.items() if name in WHO)
    labels = {index: name for index, name in sorted(head.names.items()) if index > after}
    labels |= {index: name for index, name in head.leaves.items() if index in labels}
    day = first
    for index, label in labels.items():
        if not _labels(label, day) or day > last:
            _refuse_column(layout, head, index, code="wrong_day_column", day=day.isoformat())
            continue
        layout.days[index] = day
        day += ONE_DAY
    if day <= last and not layout.unknown:
        raise _changed(layout.sheet, layout.report, [day.isoformat()], head.row)


def _labels(label: str, day: date) -> bool:
    """Whether a header such as `8`, `六`, `10-08` or `2026-10-08` may stand above a day."""
    if label.isascii() and label.isdecimal():
        return int(label) == day.day
    if label.removeprefix("星期").removeprefix("周") in set(WEEKDAYS):
        return label[-1] == WEEKDAYS[day.weekday()]
    if match := MONTH_DAY.fullmatch(label.replace("/", "-")):
        return (int(match[1]), int(match[2])) == (day.month, day.day)
    return False


def _refuse_column(
    layout: Layout, head: _Head, index: int, code: str = "header_unknown", **params: str
) -> None:
    spot = layout.place(head.row, index)
    layout.unknown.append(Finding(0, "", code, quote(head.names[index]), params, spot))
