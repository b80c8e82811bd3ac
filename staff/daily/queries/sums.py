"""Figures and reasons of shifts and spans, summed from the rows of filed reports alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from portal.period import DaySpan
from staff.daily.enums import Figure, Reason
from staff.daily.models import DailyReport, ReportFigure, ReportReason
from staff.daily.policies import ONE_DAY, days_of_usual, usual
from staff.daily.queries.shifts import Key
from staff.people.access import Scope

Sums = dict[Figure, int]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A figure of a shift beside yesterday's and the usual one; None where there is none."""

    figure: Figure
    value: int | None
    yesterday: int | None
    usual: int | None


def of_shift(key: Key) -> list[Compared]:
    """Return the figures of a shift, compared; one query.

    Yesterday is the same shift of the team on the day before. Usual is the median of the same
    shift on the same weekday of the four weeks before, where at least two of them have it.
    """
    day, before = key.day, days_of_usual(key.day)
    rows = (
        ReportFigure.objects.filter(
            report__state="FILED",
            report__team_id=key.team_id,
            report__shift_type_id=key.shift_type_id,
            report__day__in=[day, day - ONE_DAY, *before],
        )
        .values_list("report__day", "figure")
        .annotate(total=Sum("value"))
        .order_by()
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for on, figure, total in rows:
        found[on][figure] = total
    return [
        Compared(
            figure=figure,
            value=found[day].get(figure),
            yesterday=found[day - ONE_DAY].get(figure),
            usual=usual(found[on][figure] for on in before if figure in found[on]),
        )
        for figure in Figure
    ]


def reasons_of_shift(key: Key) -> dict[Reason, int]:
    """Return why orders were not won in a shift, most frequent first; one query."""
    rows = ReportReason.objects.filter(
        report__state="FILED",
        report__team_id=key.team_id,
        report__shift_type_id=key.shift_type_id,
        report__day=key.day,
    )
    return _reasons(rows.values_list("reason").annotate(total=Sum("count")).order_by())


def _reasons(rows: Collection[tuple[str, int]]) -> dict[Reason, int]:
    order = list(Reason)
    found = [(Reason(code), total) for code, total in rows]
    return dict(sorted(found, key=lambda pair: (-pair[1], order.index(pair[0]))))


@dataclass(frozen=True, kw_only=True)
class Period:
    """The figures of a span of days, by day and in all, with the reasons and the reports."""

    span: DaySpan
    by_day: Mapping[date, Sums]
    reports: Mapping[date, tuple[int, int]]
    """How many reports, and how many of them late."""
    reasons: Mapping[Reason, int]

    @property
    def totals(self) -> Sums:
        found: Sums = {}
        for sums in self.by_day.values():
            for figure, value in sums.items():
                found[figure] = found.get(figure, 0) + value
        return found

    @property
    def report_totals(self) -> tuple[int, int]:
        counts = self.reports.values()
        return sum(count for count, _late in counts), sum(late for _count, late in counts)


def of_period(scope: Scope, span: DaySpan, *, team: int | None = None) -> Period:
    """Return the sums of the filed reports of a span that one sees, in three queries.

    Both days are included. `team` narrows to the reports of one team.
    """
    reports = DailyReport.objects.visible_to(scope).filed()
    reports = reports.filter(day__gte=span.first_day, day__lte=span.last_day)
    if team is not None:
        reports = reports.filter(team_id=team)
    by_day: dict[date, Sums] = defaultdict(dict)
    figures = ReportFigure.objects.filter(report__in=reports).order_by()
    for day, figure, total in figures.values_list("report__day", "figure").annotate(
        total=Sum("value")
    ):
        by_day[day][Figure(figure)] = total
    late = Count("pk", filter=Q(late_minutes__gt=0))
    counts = reports.order_by().values_list("day").annotate(n=Count("pk"), late=late)
    reasons = ReportReason.objects.filter(report__in=reports).order_by()
    return Period(
        span=span,
        by_day=dict(by_day),
        reports={day: (n, late) for day, n, late in counts},
        reasons=_reasons(reasons.values_list("reason").annotate(total=Sum("count"))),
    )
