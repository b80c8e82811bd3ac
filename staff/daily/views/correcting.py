"""A filed report, corrected by its author."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal import submissions
from staff.daily import access, texts
from staff.daily.forms import reports as forms
from staff.daily.models import DailyReport
from staff.daily.services import reports as services
from staff.daily.views.sheet import Sheet, fields_of
from staff.people.http import StaffRequest
from staff.people.services import Refused


@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """The filed report again, until the shift is summed up."""
    now = timezone.now()
    rows = DailyReport.objects.visible_to(request.scope).filed().select_related("shift_type")
    report = get_object_or_404(rows, pk=pk)
    if not access.may_correct(request.scope, report):
        raise PermissionDenied
    sheet = Sheet(request, report.day, now=now)
    if request.method == "GET":
        sheet.show(forms.initial_of_filed(report), {})
        return _page(request, sheet, report)
    if not sheet.read():
        return _page(request, sheet, report, status=422)
    return _saved(request, sheet, report)


def _saved(request: StaffRequest, sheet: Sheet, report: DailyReport) -> HttpResponse:
    try:
        services.correct_report(
            actor=request.person,
            report_id=report.pk,
            content=sheet.content(),
            form_key=sheet.form.cleaned_data["form_key"],
            version=sheet.form.cleaned_data["version"],
            now=sheet.now,
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This correction is saved already."))
    except services.ChangedMeanwhile as refused:
        sheet.stand_at(refused.current.version)
        told = texts.sentence(refused)
        return _page(request, sheet, report, told=told, status=409)
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("The report is corrected."))
    return redirect("staff:daily_report", report.pk)


def _page(
    request: StaffRequest, sheet: Sheet, report: DailyReport, *, told: str = "", status: int = 200
) -> HttpResponse:
    fields = fields_of(sheet, post=report.post)
    context = {"report": report, "now": sheet.now, "told": told, **fields}
    return render(request, "staff/daily/correct.html", context, status=status)
