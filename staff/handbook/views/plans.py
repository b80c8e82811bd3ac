"""Contingency plans: the list, a plan with its steps, and its form (DAY-6)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from staff.handbook import access
from staff.handbook.enums import PlanKind
from staff.handbook.filters.plans import PlanFilter
from staff.handbook.forms import plans as forms
from staff.handbook.models import Plan, PlanRun
from staff.handbook.queries import people
from staff.handbook.queries import plans as queries
from staff.handbook.services import plans as services
from staff.handbook.texts import plans as texts
from staff.handbook.views import parts
from staff.people.enums import Post
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import ChangedMeanwhile, Refused

PAGE = "plans"
SHOWN_RUNS = 5


def _run_lines(rows: list[queries.RunRow]) -> list[dict[str, Any]]:
    return [
        {"row": row, "badge": texts.run_badge(ended_at=row.ended_at, reviewed_at=row.reviewed_at)}
        for row in rows
    ]


def _proposals(request: StaffRequest) -> list[dict[str, Any]]:
    """Return what is proposed, with the plans that could be triggered."""
    proposals = queries.open_proposals(request.scope)
    plans = queries.plans_by_kind() if proposals else {}
    return [
        {
            "proposal": proposal,
            "kind": texts.kind_badge(proposal.kind),
            "plans": plans.get(proposal.kind, []),
        }
        for proposal in proposals
    ]


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = PlanFilter(request.GET)
    found = queries.narrowed(request.scope, form.wanted)
    number = page_of(request.GET)
    start = (number - 1) * queries.PAGE_ROWS
    rows = queries.rows_of(found, start=start, size=queries.PAGE_ROWS + 1)
    now = timezone.now()
    running = PlanRun.objects.visible_to(request.scope).running()
    context = {
        "form": form,
        "rows": [(row, texts.kind_badge(row.kind)) for row in rows[: queries.PAGE_ROWS]],
        "count": found.order_by().count(),
        "running": _run_lines(queries.run_rows(running, start=0, size=SHOWN_RUNS, now=now)),
        "proposals": _proposals(request),
        "edits": access.can_edit_plans(request.scope),
        "triggers": access.can_trigger(request.scope),
        "dismiss_form": forms.DismissForm(auto_id=False),
        "now": now,
        **parts.paged(number, more=bool(rows[queries.PAGE_ROWS :]), query=form.query),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs("plans"),
    }
    template = "staff/handbook/plans.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def found_plan(request: StaffRequest, pk: int) -> Plan:
    """Return a plan that one may see."""
    rows = Plan.objects.visible_to(request.scope).select_related("owner")
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    plan = found_plan(request, pk)
    now = timezone.now()
    runs = PlanRun.objects.visible_to(request.scope).filter(plan=plan)
    shown = queries.run_rows(runs, start=0, size=SHOWN_RUNS, now=now)
    context = {
        "plan": plan,
        "kind": texts.kind_badge(plan.kind),
        "steps": [(step, str(Post(step.post).label)) for step in queries.steps_of(plan)],
        "runs": _run_lines(shown),
        "is_running": any(row.ended_at is None for row in shown),
        "edits": access.can_edit_plans(request.scope),
        "triggers": access.can_trigger(request.scope),
        "now": now,
    }
    return render(request, "staff/handbook/plan.html", context)


def _form_page(
    request: StaffRequest, form: forms.PlanForm, steps: forms.BaseSteps, *, status: int = 200,
    **more: object,
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "steps": steps,
        "title": _("Write a plan"),
        "back": reverse("staff:plans"),
        "back_label": _("Contingency plans"),
        **more,
    }
    return render(request, "staff/handbook/plan_form.html", context, status=status)


def _must_edit(request: StaffRequest) -> None:
    parts.must_be_person(request.scope)
    if not access.can_edit_plans(request.scope):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    _must_edit(request)
    everybody = people.everybody_choices(request.scope)
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "kind": PlanKind.SYSTEM_FAILURE,
            "owner": request.scope.person_id,
        }
        form = forms.PlanForm(initial=initial, people=everybody)
        return _form_page(request, form, forms.step_forms())
    form = forms.PlanForm(request.POST, people=everybody)
    steps = forms.step_forms(request.POST)
    if not all([form.is_valid(), steps.is_valid()]):
        return _form_page(request, form, steps, status=422)
    try:
        plan = services.write_plan(
            actor=request.person,
            wording=form.wording(steps.steps()),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This plan is saved already; the form was sent twice."))
        return redirect(sent.result or "staff:plans")
    except Refused as refused:
        form.add_error("title", texts.sentence(refused))
        return _form_page(request, form, steps, status=422)
    messages.success(request, _("The plan is saved."))
    return redirect("staff:plan", pk=plan.pk)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    plan = found_plan(request, pk)
    _must_edit(request)
    everybody = people.everybody_choices(request.scope)
    around: dict[str, Any] = {
        "title": _("Change the plan"),
        "back": reverse("staff:plan", args=[pk]),
        "back_label": _("Plan"),
    }
    if request.method == "GET":
        names = ("version", "kind", "title", "occasion")
        initial = {name: getattr(plan, name) for name in names} | {"owner": plan.owner_id}
        rows = [
            {name: getattr(step, name) for name in ("what", "post", "each", "minutes")}
            for step in queries.steps_of(plan)
        ]
        form = forms.ChangePlanForm(initial=initial, people=everybody)
        return _form_page(request, form, forms.step_forms(initial=rows), **around)
    form = forms.ChangePlanForm(request.POST, people=everybody)
    steps = forms.step_forms(request.POST)
    if not all([form.is_valid(), steps.is_valid()]):
        return _form_page(request, form, steps, status=422, **around)
    try:
        services.change_plan(
            actor=request.person,
            plan_id=pk,
            version=form.cleaned_data["version"],
            wording=form.wording(steps.steps()),
            now=timezone.now(),
        )
    except ChangedMeanwhile as refused:
        plan = found_plan(request, pk)
        parts.with_version(form, plan.version)
        told = {"told": texts.sentence(refused), "current": queries.steps_of(plan)}
        return _form_page(request, form, steps, status=409, **around, **told)
    except Refused as refused:
        form.add_error("title", texts.sentence(refused))
        return _form_page(request, form, steps, status=422, **around)
    messages.success(request, _("The plan is saved."))
    return redirect("staff:plan", pk=pk)


@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a plan out of use, or back."""
    plan = found_plan(request, pk)
    _must_edit(request)
    try:
        services.archive_plan(
            actor=request.person,
            plan_id=plan.pk,
            archive="restore" not in request.POST,
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect("staff:plan", pk=pk)
