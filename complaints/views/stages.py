"""Moving a case, assessing it, and what was offered, given to departments and asked on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import CaseStage
from complaints.forms import remedies as forms
from complaints.models import Assessment, Complaint
from complaints.queries import remedies as queries
from complaints.services import remedies, stages
from complaints.texts import stages as texts
from complaints.views import case_page
from staff.people.http import StaffRequest


@require_POST
def move(request: StaffRequest, number: str) -> HttpResponse:
    complaint = case_page.found_case(request, number)
    who = access.who_is(request.scope, complaint)
    if not who:
        raise PermissionDenied
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in at most 1,000 characters."))
        return redirect("complaints:case", number=number)
    data = form.cleaned_data
    wish = stages.Wish(seen=data["seen"], to=CaseStage(data["to"]), reason=data["reason"])
    try:
        moved = stages.move(
            actor=request.person,
            complaint_id=complaint.pk,
            wish=wish,
            who=who,
            now=timezone.now(),
        )
    except stages.ChangedMeanwhile:
        messages.warning(
            request, _("Somebody has moved the case in the meantime. Please look again.")
        )
    except stages.Refused as refusal:
        messages.error(request, texts.of_answer(refusal.answer))
    else:
        told = _("The case is now: %(stage)s.") % {"stage": CaseStage(moved.stage).label}
        messages.success(request, told)
    return redirect("complaints:case", number=number)


@require_GET
def handling(request: StaffRequest, number: str) -> HttpResponse:
    """What was offered, given to departments and asked; loaded into the page of the case."""
    complaint = case_page.found_case(request, number)
    found = queries.handling_of(complaint)
    context = {
        "complaint": complaint,
        "proposals": [(row, texts.proposal_badge(row.state)) for row in found.proposals],
        "tasks": [(row, texts.task_badge(row.state)) for row in found.tasks],
        "revisits": found.revisits,
        "can_edit": access.can_edit(request.scope, complaint),
        "now": timezone.now(),
    }
    template = "complaints/stages/handling.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def handled_case(request: StaffRequest, number: str) -> Complaint:
    """Return a case that one may handle; 404 what is not seen, 403 what is not one's own."""
    complaint = case_page.found_case(request, number)
    if not access.can_edit(request.scope, complaint):
        raise PermissionDenied
    return complaint


@require_http_methods(["GET", "POST"])
def assess(request: StaffRequest, number: str) -> HttpResponse:
    complaint = handled_case(request, number)
    found = Assessment.objects.filter(complaint=complaint).first()
    status = 200
    if request.method == "GET":
        form = forms.AssessForm(instance=found, initial={"seen": found.version if found else 0})
    else:
        form = forms.AssessForm(request.POST)
        if form.is_valid() and _assess(request, complaint, form):
            return redirect("complaints:case", number=number)
        status = 422
    context = {"complaint": complaint, "form": form, "current": found if form.errors else None}
    return render(request, "complaints/stages/assess.html", context, status=status)


def _assess(request: StaffRequest, complaint: Complaint, form: forms.AssessForm) -> bool:
    data = dict(form.cleaned_data)
    version = data.pop("seen")
    try:
        remedies.assess(
            actor=request.person,
            complaint_id=complaint.pk,
            judgement=remedies.Judgement(**data),
            version=version,
            now=timezone.now(),
        )
    except remedies.ChangedMeanwhile:
        form.add_error(
            None, _("Somebody has assessed the case in the meantime; what they wrote is below.")
        )
        return False
    messages.success(request, _("The assessment is kept."))
    return True
