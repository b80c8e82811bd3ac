"""Attendance of the shifts one leads and of the people below; the live board; published weeks."""

import tempfile
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal import audit, shell
from portal.period import DaySpan
from portal.transfer import output
from portal.transfer.registry import Context
from staff.attendance import filters, texts
from staff.attendance.models import WeekPublication
from staff.attendance.policies.redpackets import WEEK
from staff.attendance.queries import listing, packets
from staff.attendance.queries.board import BoardRow, Place
from staff.attendance.queries.board import board as board_of
from staff.attendance.resources import ATTENDANCE
from staff.attendance.views.own import tabs
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Team

PAGE = "attendance"
PAGE_SIZE = 50
WEEKS_SHOWN = 30
PLACES = {
    Place.MISSING: ("danger", "person-x"),
    Place.ON: ("success", "person-check"),
    Place.LEAVING: ("info", "box-arrow-right"),
    Place.SERVING: ("warning", "headset"),
    Place.COMING: ("neutral", "hourglass-split"),
    Place.GONE: ("neutral", "box-arrow-left"),
    Place.AWAY: ("info", "calendar-x"),
}


def _teams(request: StaffRequest) -> list[tuple[int, str]]:
    rows = Team.objects.visible_to(request.scope).order_by("name")
    return list(rows.values_list("pk", "name"))


def _must_lead(request: StaffRequest) -> None:
    if not listing.leads(request.scope):
        raise PermissionDenied


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    _must_lead(request)
    now, today = timezone.now(), request.scope.today
    form = filters.AttendanceFilter(request.GET, teams=_teams(request))
    span, sort, page = form.span(today), filters.sort_of(request.GET), page_of(request.GET)
    shifts = listing.narrowed(listing.watched(request.scope), form.wanted).filter(
        day__gte=span.first_day, day__lte=span.last_day, starts_at__lte=now
    )
    start = (page - 1) * PAGE_SIZE
    wanted = form.wanted.get("result", "")
    if wanted:
        rows = listing.with_results(listing.rows_of(shifts, sort=sort), now=now)
        rows = [row for row in rows if wanted in listing.tags(row.result)]
        count, rows = len(rows), rows[start : start + PAGE_SIZE + 1]
    else:
        count = shifts.count()
        some = listing.rows_of(shifts, sort=sort, start=start, size=PAGE_SIZE + 1)
        rows = listing.with_results(some, now=now)
    kept = {"sort": sort} if sort != listing.NEWEST else {}
    context = {
        "form": form,
        "span": span,
        "rows": [(row, texts.badges(row.result) if row.result else []) for row in rows[:PAGE_SIZE]],
        "count": count,
        "previous_url": f"?{form.query(**kept, page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(**kept, page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                ("newest", _("newest first")),
                ("oldest", _("oldest first")),
                ("person", _("by number")),
            )
        ],
        "keep": kept,
        **shell.saved_views(request, PAGE),
        "query": form.query(**kept),
        **tabs(request, "team"),
    }
    template = "staff/attendance/list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_GET
def export(request: StaffRequest) -> FileResponse:
    """The list as a file, narrowed by its filters."""
    scope, now = request.scope, timezone.now()
    if not ATTENDANCE.may_export(request.user, scope) or ATTENDANCE.export is None:
        raise PermissionDenied
    form = filters.AttendanceFilter(request.GET, teams=_teams(request))
    span, zone = form.span(scope.today), timezone.get_default_timezone()
    wanted = form.wanted | {"first": f"{span.first_day}", "last": f"{span.last_day}"}
    suffix = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    context = Context(actor=request.user, scope=scope, now=now, zone=zone, filters=wanted)
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    count = output.WRITERS[suffix](
        ATTENDANCE,
        ATTENDANCE.export(context),
        target,
        zone,
        chinese=(get_language() or "").startswith("zh"),
    )
    target.seek(0)
    audit.record(
        actor=request.user,
        verb="export.done",
        at=now,
        after={"kind": ATTENDANCE.name, "format": suffix, "rows": count},
    )
    name = f"attendance-{span.first_day}-{span.last_day}.{suffix}"
    return FileResponse(target, as_attachment=True, filename=name)


def _place(row: BoardRow) -> dict[str, Any]:
    tone, icon = PLACES[row.place]
    words = {
        Place.MISSING: _("missing for %(minutes)s min"),
        Place.ON: _("on, %(minutes)s min late") if row.minutes else _("on"),
        Place.LEAVING: _("leaving soon"),
        Place.SERVING: _("still serving, %(minutes)s min past the end"),
        Place.COMING: _("begins soon"),
        Place.GONE: _("gone"),
        Place.AWAY: _("away"),
    }
    if row.place == Place.ON and row.minutes:
        tone = "warning"
    return {"label": words[row.place] % {"minutes": row.minutes}, "tone": tone, "icon": icon}


def board_context(
    request: StaffRequest, *, team: int | None = None, of_others: bool = False
) -> dict[str, Any]:
    now = timezone.now()
    rows = board_of(request.scope, now=now, team=team, of_others=of_others)
    found = Counter(row.place for row in rows)
    return {
        "rows": [(row, _place(row)) for row in rows],
        "counts": [
            {"label": label, "value": found[place], "tone": tone if found[place] else ""}
            for place, label, tone in (
                (Place.ON, _("on"), ""),
                (Place.MISSING, _("missing"), "danger"),
                (Place.LEAVING, _("leaving soon"), ""),
                (Place.SERVING, _("still serving"), "warning"),
            )
        ],
        "now": now,
    }


@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Who of the running shifts is on, late, missing, leaving, still with a customer."""
    _must_lead(request)
    teams = _teams(request)
    asked = request.GET.get("team", "")
    team = next((pk for pk, _name in teams if str(pk) == asked), None)
    context = {
        **board_context(request, team=team),
        "teams": teams,
        "team": team,
        **tabs(request, "board"),
    }
    template = "staff/attendance/board.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_GET
def weeks(request: StaffRequest) -> HttpResponse:
    """The published weeks of the teams that one belongs to or that work below."""
    if not request.scope.team_ids:
        raise Http404
    rows = WeekPublication.objects.visible_to(request.scope).select_related("team")
    context = {
        "rows": rows.order_by("-first_day", "team__name")[:WEEKS_SHOWN],
        **tabs(request, "weeks"),
    }
    return render(request, "staff/attendance/weeks.html", context)


@require_GET
def week(request: StaffRequest, team: int, day: str) -> HttpResponse:
    """A published week: public within the team (INC-8)."""
    first_day = filters.day_of(day)
    published = get_object_or_404(
        WeekPublication.objects.visible_to(request.scope).select_related("team"),
        team_id=team,
        first_day=first_day,
    )
    span = DaySpan(published.first_day, published.first_day + WEEK - timedelta(days=1))
    rows = packets.week_of_team(team_id=team, span=span, now=timezone.now())
    context = {
        "published": published,
        "span": span,
        "rows": [
            (row, texts.days(row.half_days), packets.sums_of(row.packets), _noted(row))
            for row in rows
        ],
        "sums": packets.sums_of(packet for row in rows for packet in row.packets),
        **tabs(request, "weeks"),
    }
    return render(request, "staff/attendance/week.html", context)


def _noted(row: packets.WeekRow) -> list[tuple[Any, list[texts.Badge]]]:
    """The days with something to say."""
    return [
        (result.day, texts.badges(result))
        for result in row.results
        if listing.tags(result) - {listing.FINE, listing.EXCUSED}
    ]
