"""Tiles of the home page: one's own report, and the reports of the shift."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.period import DaySpan
from staff.daily import texts
from staff.daily.queries import shifts
from staff.daily.views import parts
from staff.daily.views.lists import current_of
from staff.people.http import StaffRequest

TILE_ROWS = 4
ONE_DAY = timedelta(days=1)


@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    """The state of the report that is to be written now."""
    parts.must_be_person(request.scope)
    context = {"current": current_of(request), "now": timezone.now()}
    return render(request, "staff/daily/tile_mine.html", context)


@require_GET
def team(request: StaffRequest) -> HttpResponse:
    """Reports of the shifts of today and yesterday, and which are not summed up."""
    scope = request.scope
    if not shifts.leads_lately(scope):
        raise PermissionDenied
    span = DaySpan(scope.today - ONE_DAY, scope.today)
    rows = shifts.listed(scope, span, now=timezone.now(), team=None)
    context = {
        "rows": [(row, texts.summary_badge(row.state)) for row in rows[:TILE_ROWS]],
        "more": len(rows) - TILE_ROWS,
    }
    return render(request, "staff/daily/tile_team.html", context)
