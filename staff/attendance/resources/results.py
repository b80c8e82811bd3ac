"""The kind `attendance`, for export only: a row for each person and shift (data-formats)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.period import DaySpan, Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.attendance.policies.judging import Boundary, Result, State
from staff.attendance.queries import listing
from staff.people.access import Scope
from staff.people.enums import AbsenceKind, Half
from staff.roster.models import Assignment

PEOPLE_AT_ONCE = 100


@dataclass(frozen=True)
class Days:
    """Half days as a file shows them: 0, 0.5, 1."""

    def read(self, cell: object, zone: object) -> object:  # noqa: ARG002 -- one protocol for all types
        raise values.Refused("unreadable")

    def write(self, value: Any, zone: object) -> str:  # noqa: ANN401, ARG002 -- one protocol for all types
        return "" if value is None else f"{value / 2:g}"


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the shifts somebody sees with their results, by day and person, month by month.

    A shift outside of its person's employment has no result and is left out.
    """
    shifts = listing.watched(context.scope) if context.scope else Assignment.objects.all()
    shifts = listing.narrowed(shifts, context.filters)
    span = _span(context)
    for month in _months(shifts, span):
        rows = listing.rows_of(
            shifts.filter(day__gte=month.first_day, day__lte=month.last_day), sort="oldest"
        )
        wanted = context.filters.get("result", "")
        for row in listing.with_results(rows, now=context.now):
            if row.result and (not wanted or wanted in listing.tags(row.result)):
                yield _line(row, row.result)


def _span(context: Context) -> DaySpan | None:
    if context.month:
        return Month.of(context.month).span
    try:
        first = date.fromisoformat(context.filters.get("first", ""))
        return DaySpan(first, date.fromisoformat(context.filters.get("last", "")))
    except ValueError:
        return None


def _months(shifts: Any, span: DaySpan | None) -> list[DaySpan]:  # noqa: ANN401 -- a QuerySet
    """The spans to judge one after the other: each within a month, so that little is held."""
    if span is None:
        ends = shifts.order_by("day").values_list("day", flat=True)
        first, last = ends.first(), ends.last()
        if first is None or last is None:
            return []
        span = DaySpan(first, last)
    found = []
    first = span.first_day
    while first <= span.last_day:
        last = min(Month.of(first).last_day, span.last_day)
        found.append(DaySpan(first, last))
        first = last + timedelta(days=1)
    return found


def _line(row: listing.ListedShift, result: Result) -> dict[str, Any]:
    start, end = result.start, result.end
    return {
        "number": row.number,
        "date": row.day,
        "shift": row.shift_code,
        "in_at": start.punch.at if start.punch else None,
        "out_at": end.punch.at if end.punch else None,
        "late_minutes": start.minutes,
        "early_minutes": end.minutes,
        "extended_minutes": end.extended,
        "absence_days": result.half_days,
        "makeup_in": _makeup(start),
        "makeup_out": _makeup(end),
        "leave": _leave(result),
        "result": _result(result),
    }


def _makeup(boundary: Boundary) -> str:
    return str(boundary.makeup.state).lower() if boundary.makeup else ""


def _leave(result: Result) -> str:
    expected = result.expected
    if expected.leave is None:
        return ""
    kind = str(AbsenceKind(expected.leave).value).lower()
    if expected.half in {None, Half.WHOLE}:
        return kind
    return f"{kind}:{str(Half(expected.half).value).lower()}"


def _result(result: Result) -> str:
    """The rules that have a consequence with their sides, or one word."""
    if result.state == State.PENDING:
        return "pending"
    if result.state == State.EXCUSED:
        return "rest" if result.expected.leave == AbsenceKind.REST else "leave"
    found = [
        f"{boundary.rule}:{boundary.side.lower()}" if boundary.rule != "ATT-5" else "ATT-5"
        for boundary in result.boundaries
        if boundary.rule
    ]
    return " ".join(found) or "ok"


def _may_export(_user: User, scope: Scope | None) -> bool:
    """Whoever has a post exports what they see: their own, and that of the people below."""
    return scope is not None and scope.post is not None


ATTENDANCE = registry.register(
    registry.Kind(
        name="attendance",
        label=_("Attendance"),
        columns=(
            Column("number", "工号", values.Text(20)),
            Column("date", "日期", values.Day()),
            Column("shift", "班次", values.Text(20)),
            Column("in_at", "上班打卡", values.Moment()),
            Column("out_at", "下班打卡", values.Moment()),
            Column("late_minutes", "迟到分钟", values.Whole()),
            Column("early_minutes", "早退分钟", values.Whole()),
            Column("extended_minutes", "延长分钟", values.Whole()),
            Column("absence_days", "旷工天数", Days()),
            Column("makeup_in", "上班补卡", values.Text(10)),
            Column("makeup_out", "下班补卡", values.Text(10)),
            Column("leave", "请假", values.Text(20)),
            Column("result", "结果", values.Text(80)),
        ),
        export=export,
        by_month=True,
        may_export=_may_export,
    )
)
