"""The rows of DingTalk's reports: one for each punch, each with its place in the file.

A file may hold several reports of the same days. All of them are read, the best evidence first;
a punch that two of them show is one (see `evidence`). A cell or row that cannot be understood
is refused with its place.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from portal.transfer.headers import NumberedCells
from portal.transfer.registry import Context, Finding, Reading, Row
from portal.transfer.tables import Unreadable
from portal.transfer.values import Cell, Moment, Refused, is_blank, quote
from portal.transfer.workbooks import Sheet, open_sheets
from staff.attendance.resources import dingtalk_cells as cells
from staff.attendance.resources.dingtalk_layouts import (
    REMARKS,
    Layout,
    PunchColumn,
    Report,
    place,
    recognise,
)
from staff.people.access import Scope
from staff.people.models import Person

MOMENT = Moment()
MADE_UP = "补卡"
Given = Iterator[Row | Finding]


@contextmanager
def read(path: Path, context: Context) -> Iterator[Reading]:
    """Open a file of reports. Raises Unreadable."""
    with open_sheets(path) as sheets:
        warnings: list[Finding] = []
        layouts = [_known(sheet, warnings) for sheet in sheets]
        found = [layout for layout in layouts if layout and layout.report is not Report.MONTHLY]
        if not found:
            raise Unreadable("only_monthly" if any(layouts) else "no_reports")
        found.sort(key=lambda layout: list(Report).index(layout.report))
        yield Reading(_Rows(context, warnings).of(found), warnings)


def _known(sheet: Sheet, warnings: list[Finding]) -> Layout | None:
    layout = recognise(sheet)
    if layout is None:
        blank = all(is_blank(cell) for _, row in sheet.rows() for cell in row)
        _warn(warnings, sheet, "sheet_empty" if blank else "sheet_unknown")
    elif layout.report is Report.MONTHLY:
        _warn(warnings, sheet, "sheet_monthly")
    return layout


def _warn(warnings: list[Finding], sheet: Sheet, code: str) -> None:
    warnings.append(Finding(0, "", code, "", {}, place(sheet.name, 1)))


@dataclass(frozen=True)
class _Known:
    """The people of the department by what a report calls them."""

    by_dingtalk: dict[str, int]
    by_number: dict[str, int]
    other_id: frozenset[str]
    """Numbers of people whose DingTalk id is known."""

    @classmethod
    def load(cls) -> "_Known":
        rows = list(Person.objects.values_list("pk", "number", "dingtalk_id"))
        return cls(
            {dingtalk: pk for pk, _, dingtalk in rows if dingtalk},
            {number: pk for pk, number, _ in rows},
            frozenset(number for _, number, dingtalk in rows if dingtalk),
        )


class _Bad(Exception):
    """What is wrong with a row or a cell. `column` is None for the row as a whole."""

    def __init__(self, code: str, column: int | None, text: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.text = text
        self.params = params


@dataclass
class _Line:
    """One row of a sheet while it is read."""

    layout: Layout
    number: int
    cells: Sequence[Cell]
    person_id: int = 0
    day: date | None = None

    def cell(self, column: int | None) -> Cell:
        return None if column is None or column >= len(self.cells) else self.cells[column]

    def named(self, name: str) -> Cell:
        return self.cell(self.layout.columns.get(name))

    def take(self, column: int | None, read: Callable[..., Any], *more: Any) -> Any:  # noqa: ANN401 -- what `read` takes and returns
        """Read one cell. Raises _Bad with its place."""
        cell = self.cell(column)
        try:
            return read(cell, *more)
        except Refused as refusal:
            raise _Bad(refusal.code, column, quote(cell), **refusal.params) from None

    def take_named(self, name: str, read: Callable[..., Any], *more: Any) -> Any:  # noqa: ANN401 -- as `take`
        return self.take(self.layout.columns.get(name), read, *more)


@dataclass
class _Rows:
    """Gives the rows of the sheets, numbered as they come."""

    context: Context
    warnings: list[Finding]
    known: _Known = field(default_factory=_Known.load)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    told: set[str] = field(default_factory=set)

    def of(self, layouts: Sequence[Layout]) -> Given:
        for layout in layouts:
            for each in layout.unknown:
                yield Finding(next(self.numbers), "", each.code, each.text, each.params, each.place)
            for numbered in layout.sheet.rows():
                if numbered[0] > layout.skip and not all(map(is_blank, numbered[1])):
                    yield from self._line(layout, numbered)

    def _line(self, layout: Layout, numbered: NumberedCells) -> Given:
        line = _Line(layout, *numbered)
        try:
            line.person_id = self._person(line)
            line.day = self._day(line)
        except _Bad as bad:
            yield self._finding(line, bad)
            return
        kinds = {
            Report.RECORDS: self._record,
            Report.DAILY: self._daily,
            Report.TIMES: self._times,
        }
        yield from kinds[layout.report](line)

    def _finding(self, line: _Line, bad: _Bad) -> Finding:
        spot = line.layout.place(line.number, bad.column)
        return Finding(next(self.numbers), "", bad.code, bad.text, bad.params, spot)

    def _person(self, line: _Line) -> int:
        """Return who the row is about: by UserId, else by number, never by name alone."""
        zone = self.context.zone
        user_id = line.take_named("user_id", cells.name_of, zone)
        number = line.take_named("number", cells.name_of, zone)
        if not user_id and not number:
            raise _Bad("no_person", line.layout.columns.get("name"), quote(line.named("name")))
        found = self.known.by_dingtalk.get(user_id)
        if found is None:
            found = self.known.by_number.get(number)
            if found is not None and user_id and number in self.known.other_id:
                self._tell(line, number)
        column = line.layout.columns.get("user_id" if user_id else "number")
        if found is None:
            said = " ".join(each for each in (user_id, number, quote(line.named("name"))) if each)
            raise _Bad("unknown_person", column, quote(said))
        scope: Scope | None = self.context.scope
        if scope and found != scope.person_id and found not in scope.below_ids:
            raise _Bad("not_below", column, quote(user_id or number))
        return found

    def _tell(self, line: _Line, number: str) -> None:
        if number not in self.told:
            self.told.add(number)
            spot = line.layout.place(line.number, line.layout.columns.get("number"))
            self.warnings.append(Finding(0, "", "other_dingtalk_id", quote(number), {}, spot))

    def _day(self, line: _Line) -> date | None:
        """Return the day of the row, on which its shift began; both its columns must agree."""
        zone = self.context.zone
        dated = line.take_named("date", cells.day_of, zone)
        worked = line.take_named("workday", cells.workday_of, zone)
        named = "workday" if worked and not dated else "date"
        column = line.layout.columns.get(named, line.layout.columns.get("workday"))
        if dated and worked and dated != worked:
            raise _Bad("other_day", column, quote(line.cell(column)))
        day: date | None = dated or worked
        span = line.layout.span
        if day and span and not span[0] <= day <= span[1]:
            raise _Bad("out_of_title", column, quote(line.cell(column)))
        if day is None and line.layout.report is Report.DAILY:
            raise _Bad("no_day", column, "")
        return day

    def _record(self, line: _Line) -> Given:
        zone = self.context.zone
        column = line.layout.columns["punched_at"]
        try:
            found = line.take(column, cells.moment_of, line.day, zone)
            if found is None:
                return
            remark = cells.remark_of([line.named(name) for name in REMARKS], zone)
        except Refused as refusal:
            yield self._finding(line, _Bad(refusal.code, None, "", **refusal.params))
        except _Bad as bad:
            yield self._finding(line, bad)
        else:
            yield self._punch(line, column, found, remark)

    def _daily(self, line: _Line) -> Given:
        came: dict[str, datetime] = {}
        for column in line.layout.punches:
            try:
                found = self._boundary(line, column, came)
                verdict = line.take(column.verdict, cells.text_of, self.context.zone)
            except _Bad as bad:
                yield self._finding(line, bad)
            else:
                if found is not None:
                    remark = cells.remark_of([verdict], self.context.zone)
                    yield self._punch(line, column.time, found, remark)

    def _boundary(
        self, line: _Line, column: PunchColumn, came: dict[str, datetime]
    ) -> tuple[datetime, bool] | None:
        """Return the punch of one boundary; an end before its start is no guess of ours."""
        found: tuple[datetime, bool] | None
        found = line.take(column.time, cells.moment_of, line.day, self.context.zone)
        if found is None:
            return None
        if column.side == "上班":
            came[column.turn] = found[0]
        elif found[0] < came.get(column.turn, found[0]):
            raise _Bad("ahead_of_in", column.time, quote(line.cell(column.time)))
        return found

    def _times(self, line: _Line) -> Given:
        for column, day in line.layout.days.items():
            if line.cell(column) is None:
                continue
            try:
                clocks = line.take(column, cells.clocks_of, self.context.zone)
                self._in_order(line, column, clocks)
            except _Bad as bad:
                yield self._finding(line, bad)
                continue
            for clock in clocks:
                yield self._punch(line, column, (cells.at(day, clock.after), clock.exact), "")

    @staticmethod
    def _in_order(line: _Line, column: int, clocks: Sequence[cells.Clock]) -> None:
        for before, after in pairwise(clocks):
            if after.after < before.after:
                raise _Bad("back_in_time", column, quote(line.cell(column)))

    def _punch(
        self, line: _Line, column: int, found: tuple[datetime, bool], remark: str
    ) -> Row | Finding:
        moment, exact = found
        cell = line.cell(column)
        spot = line.layout.place(line.number, column)
        number = next(self.numbers)
        try:
            punched_at = MOMENT.read(moment, self.context.zone)
        except Refused as refusal:
            return Finding(number, "", refusal.code, quote(cell), refusal.params, spot)
        if MADE_UP in remark:
            self.warnings.append(Finding(0, "", "makeup_in_dingtalk", quote(cell), {}, spot))
        values = {
            "person_id": line.person_id,
            "punched_at": punched_at,
            "exact": exact,
            "remark": remark,
        }
        return Row(number, values, {}, spot)
