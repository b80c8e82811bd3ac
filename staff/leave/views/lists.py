"""The requests that one may see, and who of the team is away."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from portal import shell
from portal.period import Month
from staff.leave import access, filters, forms, texts
from staff.leave.enums import LeaveKind
from staff.leave.models import LeaveRequest
from staff.leave.queries import calendar as calendars
from staff.leave.queries import lists
from staff.leave.views import parts
from staff.people.enums import AbsenceKind, Half
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50
KIND_LOOK = {
    AbsenceKind.REST: ("info", "cup-hot"),
    AbsenceKind.PERSONAL: ("neutral", "airplane"),
    AbsenceKind.EMERGENCY: ("warning", "telephone"),
    AbsenceKind.SICK: ("danger", "thermometer-half"),
}


@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    """Requests of the people below and of the shifts that one leads (§10)."""
    scope = request.scope
    if scope.person_id is None or not scope.leads:
        raise Http404
    form = filters.RequestFilter(request.GET, teams=calendars.teams_of(scope))
    sort = request.GET.get("sort", "")
    sort = sort if sort in lists.SORTS else lists.NEWEST
    page, today = page_of(request.GET), scope.today
    also = access.decides_for(scope, access.staff_on(today))
    visible = LeaveRequest.objects.visible_to(scope, also=also)
    found = lists.narrowed(visible, form.wanted, day=today)
    start = (page - 1) * PAGE_SIZE
    rows = lists.rows_of(found, sort=sort, start=start, size=PAGE_SIZE + 1, day=today)
    kept = {"sort": sort} if sort != lists.NEWEST else {}
    context = {
        "tabs": parts.tabs(scope, "leave_list"),
        "form": form,
        "rows": [
            {
                "row": row,
                "kind": LeaveKind(row.kind).label,
                "span": texts.span(row.first_day, row.last_day, row.half),
                "badge": texts.state_badge(row.state),
            }
            for row in rows[:PAGE_SIZE]
        ],
        "count": found.count(),
        "previous_url": f"?{form.query(**kept, page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(**kept, page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                (lists.NEWEST, gettext("latest first")),
                ("first_day", gettext("earliest first")),
                ("number", gettext("by person")),
                ("asked", gettext("by time of asking")),
            )
        ],
        "keep": kept,
        **shell.saved_views(request, "leave_list"),
        "query": form.query(**kept),
    }
    template = "staff/leave/list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_GET
def calendar(request: StaffRequest) -> HttpResponse:
    """Who is away in a month; why, only for oneself and the people below."""
    scope = request.scope
    if scope.person_id is None:
        raise Http404
    code, team = forms.MonthForm(request.GET).chosen
    month = lists.month_of(code) or Month.of(scope.today)
    teams = calendars.teams_of(scope)
    chosen = team if team in {pk for pk, _name in teams} else None
    team_ids = [chosen] if chosen else [pk for pk, _name in teams]
    # Whoever has no team, as a supervisor may, is asked for in no team; the people below are there.
    days = calendars.days_of(team_ids, month.span, scope=scope, day=scope.today)
    suffix = f"&team={chosen}" if chosen else ""
    context = {
        "tabs": parts.tabs(scope, "leave_calendar"),
        "month": texts.month_name(month),
        "month_code": str(month),
        "teams": teams,
        "team": chosen,
        "previous_url": f"?month={month.previous()}{suffix}",
        "next_url": f"?month={month.next()}{suffix}",
        "blanks": range(month.first_day.weekday()),
        "weekdays": [month.first_day + timedelta(days=n) for n in _first_week(month)],
        "days": [(day, [_look(away) for away in day.away]) for day in days],
        "is_anybody_away": any(day.away for day in days),
        "today": scope.today,
    }
    return render(request, "staff/leave/calendar.html", context)


def _first_week(month: Month) -> range:
    """Return seven days from a Monday on, counted from the first of the month."""
    monday = (7 - month.first_day.weekday()) % 7
    return range(monday, monday + 7)


def _look(away: calendars.Away) -> dict[str, Any]:
    if not away.kind:
        tone, icon, label = "neutral", "person-dash", gettext("away")
    else:
        kind = AbsenceKind(away.kind)
        (tone, icon), label = KIND_LOOK[kind], str(kind.label)
        if away.half != Half.WHOLE:
            label = texts.with_half(label, away.half)
    return {"number": away.number, "name": away.name, "tone": tone, "icon": icon, "label": label}
