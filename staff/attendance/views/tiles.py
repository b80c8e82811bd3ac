"""Parts of the home page: the web punch, the month so far, the board."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.period import Month
from staff.attendance.queries import listing
from staff.attendance.queries.records import NOBODY, PersonDays, days_of_people
from staff.attendance.views.own import stats
from staff.attendance.views.team import board_context
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook

LAST_PUNCHES = 3
MOST_NAMED = 6


@require_GET
def month(request: StaffRequest) -> HttpResponse:
    """The month so far: lateness, red packets, make-ups; with the web punch."""
    scope, now = request.scope, timezone.now()
    if scope.person_id is None:
        raise Http404
    this, versions = Month.of(scope.today), rulebook.versions()
    found = days_of_people([scope.person_id], span=this.span, now=now, versions=versions)
    mine = found.get(scope.person_id, NOBODY)
    shown = stats(mine, month=this, versions=versions)
    context = {
        "stats": [row for row in shown if row["icon"] in SHOWN],
        "last": _last_punches(mine, now=now),
        "now": now,
    }
    return render(request, "staff/attendance/tile_month.html", context)


def _last_punches(found: PersonDays, *, now: datetime) -> list[datetime]:
    """Return the last punches of the month, those near no shift among them, newest first."""
    near = {
        clocked.at
        for result in found.results
        for boundary in result.boundaries
        for clocked in boundary.punches
    }
    every = near | {clocked.at for clocked in found.stray}
    return sorted((at for at in every if at <= now), reverse=True)[:LAST_PUNCHES]


SHOWN = {"clock", "envelope-paper-heart", "patch-check"}


@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """How many are on, and by name who is missing, late or still with a customer."""
    leads = request.scope.leads
    context = board_context(request, of_others=not leads)
    if not (leads or context["rows"] or listing.leads_lately(request.scope)):
        raise PermissionDenied
    noted = [
        (row, place) for row, place in context["rows"] if place["tone"] in {"danger", "warning"}
    ]
    context |= {"noted": noted[:MOST_NAMED], "more": max(0, len(noted) - MOST_NAMED)}
    return render(request, "staff/attendance/tile_board.html", context)
