"""Assigning follow-ups, one or many, and whether the owner is there at the time."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from complaints import access
from complaints.forms import followups as forms
from complaints.models import Complaint, FollowUp, Order
from complaints.queries import followups as queries
from complaints.services import followups as services
from complaints.services.bulk import assigned
from complaints.texts import followups as texts
from complaints.views import bulk
from complaints.views.followup_page import warn
from portal import submissions
from staff.people.http import StaffRequest


def _targets(request: StaffRequest) -> tuple[list[Complaint], list[Order]]:
    """Return what the follow-ups will be about: cases by number or key, or an order."""
    data = request.POST if request.method == "POST" else request.GET
    numbers = data.getlist("case")[: forms.MOST_PICKED]
    cases = queries.cases_numbered(request.scope, numbers) if numbers else []
    if keys := forms.picked(data):
        cases += queries.targets(request.scope, keys)
    keys = [int(key) for key in data.getlist("order") if forms.KEY.fullmatch(key)][:1]
    orders = queries.orders_among(request.scope, keys) if keys else []
    if not cases and not orders:
        raise Http404
    return cases, orders


@require_http_methods(["GET", "POST"])
def assign(request: StaffRequest) -> HttpResponse:
    """Assign a follow-up of a case, of an order, or of many cases at once."""
    if not access.can_assign(request.scope):
        raise PermissionDenied
    cases, orders = _targets(request)
    people = queries.candidates(request.scope)
    if request.method == "POST" and "form_key" in request.POST:
        form = forms.AssignForm(request.POST, people=people, auto_id="assign-%s")
        if form.is_valid() and (answer := _assigned(request, form, cases, orders)):
            return answer
        return _assign_page(request, form, cases, orders, status=422)
    initial = {"form_key": submissions.new_key(), "owner": request.scope.person_id}
    form = forms.AssignForm(people=people, initial=initial, auto_id="assign-%s")
    return _assign_page(request, form, cases, orders)


def _assign_page(
    request: StaffRequest,
    form: forms.AssignForm,
    cases: list[Complaint],
    orders: list[Order],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "cases": cases,
        "orders": orders,
        "back": _leads_to(cases, orders),
        "form_key": form["form_key"].value() or submissions.new_key(),
    }
    template = "complaints/followups/assign.html"
    template = f"{template}#form" if request.htmx else template
    return render(request, template, context, status=status)


def _leads_to(cases: list[Complaint], orders: list[Order]) -> str:
    if len(cases) == 1 and not orders:
        return reverse("complaints:case", args=[cases[0].number])
    if orders and not cases:
        return reverse("complaints:order", args=[orders[0].pk])
    return f"{reverse('complaints:followups')}?tab={forms.ALL}"


def _assigned(
    request: StaffRequest, form: forms.AssignForm, cases: list[Complaint], orders: list[Order]
) -> HttpResponse | None:
    """Assign and answer; None where the form now says what is wrong."""
    data, now = form.cleaned_data, timezone.now()
    due_at = forms.due_of(data, now=now, desk=queries.desk_timetable(), owner_id=data["owner"])
    if due_at is None:
        form.add_error("when", _("The desk does not open then. Give date and time."))
        return None
    common = {
        "owner_id": data["owner"],
        "due_at": due_at,
        "purpose": data["purpose"],
        "urgent": data["urgent"],
    }
    promises = [services.Promise(complaint=case, **common) for case in cases]
    promises += [services.Promise(order=order, **common) for order in orders]
    target = _leads_to(cases, orders)
    try:
        made = services.assign_once(
            promises,
            form_key=data["form_key"] or uuid.uuid4(),
            actor=request.person,
            now=now,
            result=target,
        )
    except services.Refused as error:
        form.add_error("due_at", str(texts.REFUSALS[error.reason]))
        return None
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This was assigned already; it was sent twice."))
        return redirect(error.result or "complaints:followups")
    _say_assigned(request, made)
    if len(made) > 1:
        bulk.remember(request, assigned(made), now=now)
    return redirect(target)


def _say_assigned(request: StaffRequest, made: list[FollowUp]) -> None:
    text = ngettext(
        "%(count)d follow-up is assigned.", "%(count)d follow-ups are assigned.", len(made)
    )
    messages.success(request, text % {"count": len(made)})
    warn(request, made[0].owner_id, made[0].due_at)


@require_GET
def presence(request: StaffRequest) -> HttpResponse:
    """A fragment beside the form: when it will be due, and whether the owner will be there."""
    if not access.can_assign(request.scope):
        raise PermissionDenied
    form = forms.CheckForm(request.GET, people=queries.candidates(request.scope))
    context: dict[str, Any] = {"due_at": None, "warning": "", "now": timezone.now()}
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        due_at = forms.due_of(
            form.cleaned_data, now=timezone.now(), desk=queries.desk_timetable(), owner_id=owner
        )
        if due_at:
            context["due_at"] = due_at
            context["warning"] = texts.of_presence(queries.presence(owner, at=due_at))
    return render(request, "complaints/followups/_presence.html", context)
