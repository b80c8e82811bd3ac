"""What a case owes its customer: acknowledge, answer, wait; and who lets cases wait (CMP-4)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints import access
from complaints.forms import clocks as forms
from complaints.models import Complaint
from complaints.policies.waiting import Refusal
from complaints.queries import deadlines as queries
from complaints.services import deadlines
from complaints.texts import clocks as texts
from complaints.views import case_page
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook

SHOWN = timedelta(days=30)


def _mine(request: StaffRequest, number: str) -> Complaint:
    complaint = case_page.found_case(request, number)
    if not access.can_edit(request.scope, complaint):
        raise PermissionDenied
    return complaint


def _says(request: StaffRequest, reason: Refusal) -> str:
    policy = rulebook.policy_on(request.scope.today)
    return texts.of_refusal(reason, wait_days=policy.wait_days, waits_days=policy.waits_days)


def _done(
    request: StaffRequest, number: str, act: Callable[[], object], *, says: str
) -> HttpResponse:
    """Do it, say so or why not, and go back to the case."""
    try:
        act()
    except deadlines.Refused as refusal:
        messages.warning(request, _says(request, refusal.reason))
    else:
        messages.success(request, says)
    return redirect("complaints:case", number=number)


@require_POST
def acknowledge(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _mine(request, number)
    return _done(
        request,
        number,
        lambda: deadlines.acknowledge(
            actor=request.person, complaint_id=complaint.pk, now=timezone.now()
        ),
        says=_("The customer knows that somebody is at it."),
    )


@require_POST
def answer(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _mine(request, number)
    form = forms.AnswerForm(request.POST, auto_id="answer-%s")
    if not form.is_valid():
        return case_page.page(request, number, {"answer_form": form}, status=422)
    return _done(
        request,
        number,
        lambda: deadlines.answer(
            actor=request.person,
            complaint_id=complaint.pk,
            text=form.cleaned_data["text"],
            now=timezone.now(),
        ),
        says=_("The answer is kept."),
    )


@require_POST
def wait(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _mine(request, number)
    form = forms.WaitForm(request.POST, auto_id="wait-%s")
    if form.is_valid():
        refusal = _wait(request, complaint, form)
        if refusal is None:
            return redirect("complaints:case", number=number)
        form.add_error("until", _says(request, refusal))
    return case_page.page(request, number, {"wait_form": form}, status=422)


def _wait(request: StaffRequest, complaint: Complaint, form: django_forms.Form) -> Refusal | None:
    data: dict[str, Any] = form.cleaned_data
    try:
        deadlines.wait(
            actor=request.person,
            complaint_id=complaint.pk,
            reason=data["reason"],
            until=data["until"],
            now=timezone.now(),
        )
    except deadlines.Refused as refusal:
        return refusal.reason
    messages.success(request, _("The case waits for the customer; its clock stands still."))
    return None


@require_POST
def resume(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _mine(request, number)
    return _done(
        request,
        number,
        lambda: deadlines.resume(
            actor=request.person, complaint_id=complaint.pk, now=timezone.now()
        ),
        says=_("The clock of the case runs again."),
    )


@require_GET
def waits(request: StaffRequest) -> HttpResponse:
    """Who lets how much of their cases' time wait for customers; for leads and above."""
    if not request.scope.leads:
        raise PermissionDenied
    now = timezone.now()
    context = {"rows": queries.parked(request.scope, since=now - SHOWN, now=now)}
    return render(request, "complaints/clocks/waits.html", context)
