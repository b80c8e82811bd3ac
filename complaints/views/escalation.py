"""Cases that go up at once, and customers of high value (CMP-10)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import access
from complaints.forms import escalation as forms
from complaints.models import Customer
from complaints.services import escalation
from complaints.views import case_page
from staff.people.http import StaffRequest


@require_POST
def escalate(request: StaffRequest, number: str) -> HttpResponse:
    """Let the case go up at once, with a reason; a second time it stays as it is."""
    complaint = case_page.found_case(request, number)
    if not access.can_edit(request.scope, complaint):
        raise PermissionDenied
    form = forms.EscalateForm(request.POST, auto_id="escalate-%s")
    if not form.is_valid():
        return case_page.page(request, number, {"escalate_form": form}, status=422)
    try:
        escalation.escalate(
            actor=request.person,
            complaint_id=complaint.pk,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except escalation.AlreadyEscalated:
        messages.info(request, _("This case was escalated already."))
    else:
        messages.success(
            request, _("The case is escalated; lead, deputy and supervisor hear of it.")
        )
    return redirect("complaints:case", number=number)


@require_POST
def value(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a customer is of high value, or no longer."""
    found = Customer.objects.visible_to(request.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    if not access.can_value(request.scope):
        raise PermissionDenied
    is_valued = "value" in request.POST
    escalation.value(
        actor=request.person, customer_id=found.pk, is_valued=is_valued, now=timezone.now()
    )
    messages.success(
        request,
        _("Complaints of this customer go up at once from now on.")
        if is_valued
        else _("Complaints of this customer take the usual way."),
    )
    return redirect("complaints:customer", pk=pk)
