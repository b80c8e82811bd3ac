"""Week and month, from the same rows as reports and summaries."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.period import DaySpan
from staff.daily import texts
from staff.daily.enums import Figure
from staff.daily.forms import summaries as forms
from staff.daily.queries import sums
from staff.daily.queries.shifts import leads_lately
from staff.daily.views import parts
from staff.people.http import StaffRequest

ONE_DAY = timedelta(days=1)


@require_GET
def period(request: StaffRequest) -> HttpResponse:
    """The sums of a week or month by day, against the period before."""
    scope = request.scope
    parts.must_be_person(scope)
    leads = leads_lately(scope)
    form = forms.PeriodForm(request.GET, teams=parts.teams_of(request) if scope.leads else [])
    span, team = form.days(scope.today), form.chosen_team
    before = forms.around(span.first_day - ONE_DAY, kind=form.kind)
    now, then = (sums.of_period(scope, days, team=team) for days in (span, before))
    shown = [figure for figure in Figure if figure in now.totals or figure in then.totals]
    context = {
        "tabs": parts.tabs(scope, "daily_period"),
        "form": form,
        "span": span,
        "before": before,
        "columns": [figure.label for figure in shown],
        "days": [
            {
                "day": day,
                "url": _rows_url(day.isoformat(), team, leads=leads),
                "reports": now.reports.get(day, (0, 0)),
                "cells": [(figure.label, now.by_day.get(day, {}).get(figure)) for figure in shown],
            }
            for day in span
            if day in now.reports
        ],
        "totals": [_total(figure, now.totals, then.totals) for figure in shown],
        "reports": now.report_totals,
        "reports_before": then.report_totals,
        "reasons": _reasons(now, then),
        "own_only": not leads,
        "previous_url": _url(before, form.kind, team),
        "next_url": _url(forms.around(span.last_day + ONE_DAY, kind=form.kind), form.kind, team),
        "today_url": _url(forms.around(scope.today, kind=form.kind), form.kind, team),
        "is_month": form.kind == forms.MONTH,
    }
    return render(request, "staff/daily/period.html", context)


def _url(span: DaySpan, kind: str, team: int | None) -> str:
    suffix = f"&team={team}" if team else ""
    return f"?span={kind}&at={span.first_day.isoformat()}{suffix}"


def _rows_url(day: str, team: int | None, *, leads: bool) -> str:
    """Return where the reports of a day stand one by one."""
    if not leads:
        return f"{reverse('staff:daily')}?month={day[:7]}"
    suffix = f"&team={team}" if team else ""
    return f"{reverse('staff:daily_list')}?day={day}{suffix}"


def _total(figure: Figure, now: sums.Sums, then: sums.Sums) -> dict[str, Any]:
    value, other = now.get(figure), then.get(figure)
    note = _("no figure before")
    if other is not None:
        note = _("before: %(n)s (%(change)s)") % {
            "n": other,
            "change": texts.signed((value or 0) - other),
        }
    return {"label": figure.label, "value": "–" if value is None else value, "note": note}


def _reasons(now: sums.Period, then: sums.Period) -> list[dict[str, Any]]:
    whole = sum(now.reasons.values())
    return [
        {
            "label": reason.label,
            "count": count,
            "share": round(count * 100 / whole),
            "before": then.reasons.get(reason, 0),
        }
        for reason, count in now.reasons.items()
    ]
