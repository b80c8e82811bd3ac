"""Tiles of the home page: one's own report, the reports of the shift, its hand-over."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.period import DaySpan
from staff.daily import texts
from staff.daily.queries import handover, open_work, shifts
from staff.daily.views import parts
from staff.daily.views.lists import current_of
from staff.people.http import StaffRequest

TILE_ROWS = 4
HANDED_ROWS = 6
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


@require_GET
def hand_over(request: StaffRequest) -> HttpResponse:
    """At the end of the shift what is still open; before, what the shift before handed over."""
    scope, now = request.scope, timezone.now()
    if not shifts.leads_lately(scope):
        raise PermissionDenied
    found = handover.ending(scope, now=now) or handover.received(scope, now=now)
    labels = open_work.labels()
    work = found.work if found else []
    context = {
        "list": found,
        "work": [(item, labels.get(item.kind, item.kind)) for item in work[:HANDED_ROWS]],
        "more": max(0, len(work) - HANDED_ROWS),
        "now": now,
    }
    return render(request, "staff/daily/tile_handover.html", context)
