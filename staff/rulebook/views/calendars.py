"""The calendars: which days of a year depart from the weekdays, and the nation's plan of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from staff.rulebook import access, policies, services, texts
from staff.rulebook.enums import DayKind, SpecialKind
from staff.rulebook.http import RulebookRequest
from staff.rulebook.models import Calendar, SpecialDay
from staff.rulebook.queries import calendars as queries

LOOK: dict[str, tuple[str, str]] = {
    DayKind.HOLIDAY: ("success", "sun"),
    DayKind.WORKDAY: ("warning", "briefcase"),
    SpecialKind.CAMPAIGN: ("info", "megaphone"),
    SpecialKind.OTHER: ("neutral", "star"),
}
YEAR_DIGITS = 4


def _badge(kind: str, label: object) -> dict[str, str]:
    tone, icon = LOOK.get(kind, ("neutral", "circle"))
    return {"label": str(label), "tone": tone, "icon": icon}


def _year(request: RulebookRequest) -> int:
    """Return the year that is asked for, else this one."""
    asked = request.POST.get("year") or request.GET.get("year", "")
    fine = asked.isascii() and asked.isdecimal() and len(asked) == YEAR_DIGITS
    if fine and policies.FIRST_YEAR <= int(asked) <= policies.LAST_YEAR:
        return int(asked)
    return request.scope.today.year


def _weekdays(calendar: Calendar) -> str:
    return texts.listed(str(texts.WEEKDAYS[int(digit)]) for digit in calendar.weekdays)


def _windows(calendar: Calendar) -> str:
    return texts.listed(f"{start}–{end}" for start, end in calendar.windows)


@require_GET
def calendars(request: RulebookRequest) -> HttpResponse:
    year = request.scope.today.year
    years = (year, year + 1)
    special = SpecialDay.objects.filter(day__year__in=years).order_by("day", "kind")
    grouped: dict[int, dict[str, Any]] = {}
    for row in queries.calendar_years(years):
        shown = grouped.setdefault(
            row.calendar.pk,
            {
                "calendar": row.calendar,
                "weekdays": _weekdays(row.calendar),
                "windows": _windows(row.calendar),
                "years": [],
            },
        )
        shown["years"].append(row)
    context = {
        "rows": list(grouped.values()),
        "special": [(row, _badge(row.kind, row.get_kind_display())) for row in special],
        "edits": access.may_edit(request.scope),
        "simulates": access.may_simulate(request.scope),
    }
    return render(request, "staff/rulebook/calendars.html", context)


@require_GET
def calendar(request: RulebookRequest, code: str) -> HttpResponse:
    found, year = get_object_or_404(Calendar, code=code), _year(request)
    context = {
        "calendar": found,
        "year": year,
        "facts": [
            {"label": _("Working weekdays"), "value": _weekdays(found)},
            {"label": _("Hours"), "value": _windows(found)},
        ],
        "tabs": [
            {"label": str(each), "url": f"?year={each}", "active": each == year}
            for each in range(year - 1, year + 2)
        ],
        "rows": [
            (row, _badge(row.kind, row.get_kind_display()))
            for row in queries.days_of_year(found, year)
        ],
        "edits": access.may_edit(request.scope),
        "simulates": access.may_simulate(request.scope),
    }
    return render(request, "staff/rulebook/calendar.html", context)


@require_http_methods(["GET", "POST"])
def fill(request: RulebookRequest, code: str) -> HttpResponse:
    """Show which days of the nation's plan a calendar lacks, then add them."""
    if not access.may_edit(request.scope):
        raise PermissionDenied
    found = Calendar.objects.filter(code=code).first()
    if found is None:
        raise Http404
    year = _year(request)
    if request.method == "POST":
        added = services.fill_year(
            actor=request.user, calendar_id=found.pk, year=year, now=timezone.now()
        )
        text = ngettext("%(count)d day was added.", "%(count)d days were added.", len(added))
        messages.success(request, text % {"count": len(added)})
        return redirect(f"{reverse('staff:calendar', args=[code])}?year={year}")
    labels = {True: DayKind.WORKDAY, False: DayKind.HOLIDAY}
    what = queries.filling(found, year)
    context = {
        "calendar": found,
        "year": year,
        "filling": what,
        "simulates": access.may_simulate(request.scope),
        "rows": [
            (each, _badge(labels[each.works], labels[each.works].label)) for each in what.missing
        ],
    }
    return render(request, "staff/rulebook/fill.html", context)
