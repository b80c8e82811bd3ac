"""The figures of daily reports: the sums of filed ones, each with the reports behind it."""

from django.db.models import Q, Sum
from django.urls import reverse

from portal.figures import Asked, Line, Row
from portal.period import DaySpan
from staff.daily.enums import Figure
from staff.daily.models import DailyReport, ReportFigure
from staff.daily.querysets import DailyReportQuerySet
from staff.people.access import Scope
from staff.people.queries import teams_narrowed


def _reports(scope: Scope | None, asked: Asked) -> DailyReportQuerySet:
    rows: DailyReportQuerySet = DailyReport.objects.all()
    if scope is not None:
        rows = rows.visible_to(scope)
    teams = teams_narrowed(asked)
    return (rows if teams is None else rows.filter(team_id__in=teams)).filed()


def _on(span: DaySpan) -> Q:
    return Q(report__day__gte=span.first_day, report__day__lte=span.last_day)


def sums(scope: Scope | None, asked: Asked) -> list[Line]:
    """Sum the figures of the reports filed for the days of the period."""
    rows = ReportFigure.objects.filter(
        _on(asked.span) | _on(asked.before), report__in=_reports(scope, asked)
    )
    found = (
        rows.order_by()
        .values_list("figure")
        .annotate(
            now=Sum("value", filter=_on(asked.span)), last=Sum("value", filter=_on(asked.before))
        )
    )
    totals = {figure: (now or 0, last or 0) for figure, now, last in found}
    return [
        Line(code=figure, label=figure.label, value=totals[figure][0], last=totals[figure][1])
        for figure in Figure
        if figure in totals
    ]


def sum_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    rows = ReportFigure.objects.filter(
        _on(asked.span), figure=code, report__in=_reports(scope, asked)
    ).exclude(value=0)
    found = rows.order_by("-report__day", "report__person__number").values_list(
        "report_id", "report__day", "report__person__number", "report__person__name", "value"
    )
    return [
        Row(
            key=str(pk),
            text=f"{number} {name}",
            at=day,
            url=reverse("staff:daily_report", args=[pk]),
            number=value,
        )
        for pk, day, number, name, value in found
        if value
    ]
