"""Lists of reports: one's own, and those that one may see."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal import shell
from staff.daily import access, filters
from staff.daily.models import DailyReport
from staff.daily.queries import lists, places, shifts
from staff.daily.querysets import DailyReportQuerySet
from staff.daily.views import parts, sheet
from staff.people.filters import ListFilter, page_of
from staff.people.http import StaffRequest

OWN_ROWS, PAGE_ROWS = 20, 50


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """One's own reports, above them the one that is to be written now.

    Whoever writes none is led to the shifts.
    """
    parts.must_be_person(request.scope)
    if not access.may_report(request.scope) and shifts.leads_lately(request.scope):
        return redirect("staff:daily_shifts")
    form = filters.OwnFilter(request.GET)
    found = lists.narrowed(
        DailyReport.objects.filter(person_id=request.scope.person_id or 0), form.wanted
    )
    context = {
        "tabs": parts.tabs(request.scope, "daily"),
        "now": timezone.now(),
        **_page(request, form, found, sort=lists.NEWEST, size=OWN_ROWS),
        **shell.saved_views(request, "daily"),
        "query": form.query(),
        "current": current_of(request),
    }
    template = "staff/daily/index.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def current_of(request: StaffRequest) -> dict[str, Any] | None:
    """Return the report that is to be written now, and the shift to be summed up."""
    person_id = request.scope.person_id
    if person_id is None or not access.may_report(request.scope):
        return None
    now = timezone.now()
    place = places.current_place(person_id, now=now)
    if place is None:
        return None
    report = lists.report_of(person_id, place.day)
    return {
        "place": place,
        "shift": sheet.shift_name(place),
        "report": report,
        "badge": sheet.badge(report, place, now=now),
        "owes": place.owes_report,
        "may_write": place.starts_at is None or place.starts_at <= now,
    }


def _page(
    request: StaffRequest,
    form: ListFilter,
    found: DailyReportQuerySet,
    *,
    sort: str,
    size: int,
) -> dict[str, Any]:
    page, now = page_of(request.GET), timezone.now()
    rows = lists.rows_of(found, sort=sort, start=(page - 1) * size, size=size + 1)
    kept = {"sort": sort} if sort != lists.NEWEST else {}
    return {
        "form": form,
        "rows": [(row, parts.badge_of(row, now=now)) for row in rows[:size]],
        "count": found.count(),
        "previous_url": f"?{form.query(**kept, page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(**kept, page=str(page + 1))}" if rows[size:] else "",
        "keep": kept,
    }


@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    """The filed reports of the shifts and teams that one leads, and of the people below (§10)."""
    scope = request.scope
    if not shifts.leads_lately(scope):
        raise Http404
    form = filters.ReportFilter(request.GET, teams=parts.teams_of(request))
    sort = request.GET.get("sort", "")
    sort = sort if sort in lists.SORTS else lists.NEWEST
    found = lists.narrowed(DailyReport.objects.visible_to(scope).filed(), form.wanted)
    context = {
        "tabs": parts.tabs(scope, "daily_list"),
        "now": timezone.now(),
        **_page(request, form, found, sort=sort, size=PAGE_ROWS),
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                (lists.NEWEST, _("latest first")),
                ("day", _("earliest first")),
                ("number", _("by person")),
                ("late", _("latest filed first")),
            )
        ],
        **shell.saved_views(request, "daily_list"),
        "query": form.query(),
    }
    template = "staff/daily/list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)
