"""Revisits, root cause and prevention of a case, and the list of measures (CMP-9, CMP-14)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import CaseStage, Channel, LinkPurpose, Revisited
from complaints.forms import closing as forms
from complaints.models import Complaint, PreventiveMeasure
from complaints.policies.stages import SCORED
from complaints.queries import closing as queries
from complaints.queries import remedies as remedy_queries
from complaints.services import closing
from complaints.services.links import About
from complaints.texts import stages as texts
from complaints.views.remedies import show_link
from complaints.views.stages import handled_case
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook

PAGE_SIZE = 50


@require_http_methods(["GET", "POST"])
def revisit(request: StaffRequest, number: str) -> HttpResponse:
    """The call sheet: what was agreed, what to ask, and what the customer says."""
    complaint = handled_case(request, number)
    policy = rulebook.policy_on(request.scope.today)
    reopening = policy.reopening_score
    if request.method == "GET":
        form = forms.RevisitForm(
            reopening=reopening,
            initial={"form_key": submissions.new_key(), "channel": Channel.PHONE},
        )
        return _sheet(request, complaint, form, policy.revisit_attempts)
    form = forms.RevisitForm(request.POST, reopening=reopening)
    if not form.is_valid():
        return _sheet(request, complaint, form, policy.revisit_attempts, status=422)
    data = form.cleaned_data
    attempt = closing.Attempt(
        channel=data["channel"],
        outcome=Revisited(data["outcome"]),
        score=data["score"],
        words=data["words"],
        thanked=data["thanked"],
    )
    try:
        closing.revisit(
            actor=request.person,
            complaint_id=complaint.pk,
            attempt=attempt,
            now=timezone.now(),
            form_key=data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        return redirect(error.result or reverse("complaints:case", args=[number]))
    except closing.NotNow as error:
        form.add_error(None, texts.not_now(error.stage))
        return _sheet(request, complaint, form, policy.revisit_attempts, status=422)
    messages.success(request, _("The revisit is kept."))
    return redirect("complaints:case", number=number)


def _sheet(
    request: StaffRequest,
    complaint: Complaint,
    form: forms.RevisitForm,
    attempts_needed: int,
    *,
    status: int = 200,
) -> HttpResponse:
    found = remedy_queries.handling_of(complaint)
    turn = [row for row in found.revisits if row.turn == complaint.reopened]
    context = {
        "complaint": complaint,
        "form": form,
        "agreed": [row for row in found.proposals if row.state == "AGREED"],
        "tasks": [(row, texts.task_badge(row.state)) for row in found.tasks],
        "revisits": found.revisits,
        "attempt": len(turn) + 1,
        "attempts_needed": attempts_needed,
        "can_unmask": access.can_unmask(request.scope, complaint),
        "is_time": complaint.stage == CaseStage.REVISIT,
        "now": timezone.now(),
    }
    return render(request, "complaints/stages/revisit.html", context, status=status)


@require_POST
def score_link(request: StaffRequest, number: str) -> HttpResponse:
    """Make a personal link on which the customer gives a score (CMP-14)."""
    complaint = handled_case(request, number)
    if complaint.stage not in SCORED:
        messages.info(request, texts.not_now(complaint.stage))
        return redirect("complaints:case", number=number)
    return show_link(request, About(purpose=LinkPurpose.SCORE, complaint=complaint))


@require_http_methods(["GET", "POST"])
def cause(request: StaffRequest, number: str) -> HttpResponse:
    """The root cause of a case, and the measures that follow from it (CMP-9)."""
    complaint = handled_case(request, number)
    found = queries.cause_of(complaint)
    if request.method == "GET":
        initial: dict[str, Any] = {"seen": 0}
        if found:
            initial = {"seen": found.version, "kind": found.kind_id, "text": found.text}
        return _cause_page(request, complaint, {"form": forms.CauseForm(initial=initial)})
    form = forms.CauseForm(request.POST)
    if form.is_valid():
        try:
            closing.find_cause(
                actor=request.person,
                complaint_id=complaint.pk,
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["text"],
                version=form.cleaned_data["seen"],
                now=timezone.now(),
            )
        except closing.ChangedMeanwhile:
            form.add_error(
                None, _("Somebody has written a cause in the meantime; it is shown below.")
            )
        else:
            messages.success(request, _("The root cause is kept."))
            return redirect("complaints:cause", number=number)
    return _cause_page(request, complaint, {"form": form, "current": found}, status=422)


def _cause_page(
    request: StaffRequest, complaint: Complaint, bound: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    people = queries.people(today=request.scope.today)
    measure_form = forms.MeasureForm(
        people=people,
        initial={"form_key": submissions.new_key(), "owner": request.scope.person_id},
        auto_id="measure-%s",
    )
    context = {
        "complaint": complaint,
        "measure_form": measure_form,
        "measures": queries.measures_of(complaint),
        "today": request.scope.today,
        **bound,
    }
    return render(request, "complaints/stages/cause.html", context, status=status)


@require_POST
def add_measure(request: StaffRequest, number: str) -> HttpResponse:
    complaint = handled_case(request, number)
    people = queries.people(today=request.scope.today)
    form = forms.MeasureForm(request.POST, people=people, auto_id="measure-%s")
    if not form.is_valid():
        found = queries.cause_of(complaint)
        initial: dict[str, Any] = {"seen": 0}
        if found:
            initial = {"seen": found.version, "kind": found.kind_id, "text": found.text}
        bound = {"measure_form": form, "form": forms.CauseForm(initial=initial)}
        return _cause_page(request, complaint, bound, status=422)
    data = form.cleaned_data
    prevention = closing.Prevention(
        what=data["what"], owner_id=data["owner"], due_on=data["due_on"]
    )
    try:
        closing.prevent(
            actor=request.person,
            complaint_id=complaint.pk,
            prevention=prevention,
            now=timezone.now(),
            form_key=data["form_key"],
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This measure is kept already; the form was sent twice."))
    else:
        messages.success(request, _("The measure is kept; its owner is told."))
    return redirect("complaints:cause", number=number)


@require_GET
def measures(request: StaffRequest) -> HttpResponse:
    """Preventive measures of the cases that one sees, and one's own."""
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else queries.OPEN
    page = page_of(request.GET)
    start, today = (page - 1) * PAGE_SIZE, request.scope.today
    visible = PreventiveMeasure.objects.visible_to(request.scope)
    rows = queries.measures_page(visible, tab=tab, today=today, start=start, size=PAGE_SIZE + 1)
    labels = {queries.OPEN: _("still open"), queries.LATE: _("overdue"), queries.DONE: _("done")}
    context = {
        "rows": [
            (row, access.can_end_measure(request.scope, row) and row.done_on is None)
            for row in rows[:PAGE_SIZE]
        ],
        "tabs": [
            {"label": labels[code], "url": f"?tab={code}", "active": code == tab}
            for code in queries.TABS
        ],
        "previous_url": f"?tab={tab}&page={page - 1}" if page > 1 else "",
        "next_url": f"?tab={tab}&page={page + 1}" if rows[PAGE_SIZE:] else "",
        "today": today,
    }
    return render(request, "complaints/measures.html", context)


@require_POST
def end_measure(request: StaffRequest, pk: int) -> HttpResponse:
    rows = PreventiveMeasure.objects.visible_to(request.scope).select_related("complaint")
    found = get_object_or_404(rows, pk=pk)
    if not access.can_end_measure(request.scope, found):
        raise PermissionDenied
    form = forms.EndMeasureForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say which effect the measure had, in at most 500 characters."))
        return redirect("complaints:measures")
    try:
        closing.end_measure(
            actor=request.person,
            measure_id=pk,
            effect=form.cleaned_data["effect"],
            done_on=request.scope.today,
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except closing.ChangedMeanwhile:
        messages.warning(request, _("Somebody has changed this meanwhile. Please look again."))
    else:
        messages.success(request, _("The measure is done."))
    return redirect("complaints:measures")
