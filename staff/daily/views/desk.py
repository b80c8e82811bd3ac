"""The page on which a report is written: filled in, saved while typing, filed, corrected."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import submissions
from staff.daily import access, policies, texts
from staff.daily.enums import ReportState
from staff.daily.forms import reports as forms
from staff.daily.models import DailyReport
from staff.daily.queries import lists, places
from staff.daily.queries.places import Place
from staff.daily.services import reports as services
from staff.daily.views.sheet import Sheet, badge, fields_of, is_open, known_to, shift_name
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook


def _place(request: StaffRequest, day: date, *, now: datetime) -> Place:
    """Return where somebody worked on a day of which they may write a report, else 404."""
    if not access.may_report(request.scope):
        raise Http404
    desk = rulebook.timetable()
    if not policies.is_near(day, today=desk.service_day(now)):
        raise Http404
    place = places.place_of(request.person.pk, day=day, desk=desk)
    if place is None or not is_open(place, desk, now=now):
        raise Http404
    return place


@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, day: date) -> HttpResponse:
    """The report of a day: shown with the figures that are known, and filed."""
    now = timezone.now()
    place = _place(request, day, now=now)
    report = lists.report_of(request.person.pk, day)
    if request.method == "GET":
        if report is not None and report.state == ReportState.FILED:
            return redirect("staff:daily_report", report.pk)
        sheet = Sheet(request, day, now=now)
        draft = report.draft if report else {}
        initial = forms.initial_of(draft, known=sheet.known)
        sheet.show(initial | {"version": report.version if report else 0}, draft)
        return _page(request, sheet, place=place, report=report)
    sheet = Sheet(request, day, now=now)
    if not sheet.read():
        return _page(request, sheet, place=place, report=report, status=422)
    return _filed(request, sheet, place=place, report=report)


def _filed(
    request: StaffRequest, sheet: Sheet, *, place: Place, report: DailyReport | None
) -> HttpResponse:
    try:
        filed = services.file_report(
            actor=request.person,
            place=place,
            content=sheet.content(),
            form_key=sheet.form.cleaned_data["form_key"],
            version=sheet.form.cleaned_data["version"],
            now=sheet.now,
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This report is filed already."))
        return redirect(sent.result or "staff:daily")
    except services.AlreadyFiled as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:daily_report", refused.current.pk)
    except services.ChangedMeanwhile as refused:
        sheet.stand_at(refused.current.version)
        told = texts.sentence(refused)
        return _page(request, sheet, place=place, report=report, told=told, status=409)
    if filed.late_minutes:
        messages.success(request, _("The report is filed, after the end of the shift."))
    else:
        messages.success(request, _("The report is filed in time. Thank you."))
    return redirect("staff:daily_report", filed.pk)


def _page(
    request: StaffRequest,
    sheet: Sheet,
    *,
    place: Place,
    report: DailyReport | None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "place": place,
        "shift": shift_name(place),
        "report": report,
        "state": "saved" if report and report.draft and not sheet.form.is_bound else "new",
        "badge": badge(report, place, now=sheet.now),
        "now": sheet.now,
        "told": told,
        **fields_of(sheet, post=place.post),
    }
    return render(request, "staff/daily/write.html", context, status=status)


@require_POST
def save(request: StaffRequest, day: date) -> HttpResponse:
    """Keep what is being typed; answers with the line that says how it stands."""
    now = timezone.now()
    place = _place(request, day, now=now)
    head = forms.HeadForm(request.POST)
    if not head.is_valid():
        return HttpResponse(status=422)
    draft = forms.draft_of(request.POST, known=known_to(request, day))
    context: dict[str, Any] = {"now": now, "day": day}
    try:
        report = services.save_draft(
            actor=request.person,
            place=place,
            draft=draft,
            editor=head.cleaned_data["form_key"],
            version=head.cleaned_data["version"],
            now=now,
        )
    except services.AlreadyFiled as refused:
        context |= {"state": "filed", "report": refused.current}
    except services.ChangedMeanwhile as refused:
        context |= {"state": "conflict", "report": refused.current}
        context["version"] = head.cleaned_data["version"]
    else:
        context |= {"state": "saved", "report": report, "version": report.version}
    return render(request, "staff/daily/_saved.html", context)
