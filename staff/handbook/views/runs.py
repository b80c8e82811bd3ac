"""Plans are triggered; what runs has a page with its tasks, its end and its review (DAY-6)."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from staff.handbook import access
from staff.handbook.filters.plans import RunFilter
from staff.handbook.forms import plans as forms
from staff.handbook.models import Plan, PlanRun, PlanTask, Proposal
from staff.handbook.queries import plans as queries
from staff.handbook.services import runs as services
from staff.handbook.texts import plans as texts
from staff.handbook.views import parts
from staff.handbook.views.plans import found_plan
from staff.people.enums import Post
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Person
from staff.people.services import Refused

PAGE = "plan_runs"
TILE_ROWS = 5


def _key_in(text: str) -> int | None:
    fine = text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 -- digits of a key
    return int(text) if fine else None


def _proposal(request: StaffRequest, plan: Plan, key: int | None) -> Proposal | None:
    """Return the open proposal of the plan's kind that was named."""
    if key is None:
        return None
    rows = Proposal.objects.visible_to(request.scope).open()
    return rows.filter(pk=key, kind=plan.kind).first()


@require_http_methods(["GET", "POST"])
def trigger(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who would do what, and trigger when confirmed."""
    plan = found_plan(request, pk)
    if not access.can_trigger(request.scope):
        raise PermissionDenied
    if request.method == "GET":
        proposal = _proposal(request, plan, _key_in(request.GET.get("proposal", "")))
        initial = {
            "form_key": submissions.new_key(),
            "proposal": proposal.pk if proposal else None,
            "reason": proposal.reason if proposal else "",
        }
        return _trigger_page(request, plan, forms.TriggerForm(initial=initial))
    form = forms.TriggerForm(request.POST)
    if not form.is_valid():
        return _trigger_page(request, plan, form, status=422)
    proposal = _proposal(request, plan, form.cleaned_data["proposal"])
    try:
        run = services.trigger(
            actor=request.person,
            scope=request.scope,
            wanted=services.Trigger(
                plan_id=pk,
                reason=form.cleaned_data["reason"],
                proposal_id=proposal.pk if proposal else None,
            ),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("The plan runs already; the form was sent twice."))
        return redirect(sent.result or "staff:plans")
    except Refused as refused:
        form.add_error(None, texts.sentence(refused))
        return _trigger_page(request, plan, form, status=409)
    messages.success(request, _("The plan is triggered. Everybody concerned has been told."))
    return redirect("staff:plan_run", pk=run.pk)


def _trigger_page(
    request: StaffRequest, plan: Plan, form: django_forms.Form, *, status: int = 200
) -> HttpResponse:
    me = request.scope.person_id or 0
    found = queries.owners_of(
        queries.steps_of(plan), queries.candidates(request.scope), fallback=me
    )
    keys = {person for _step, people in found for person in people}
    names = dict(Person.objects.filter(pk__in=keys).values_list("pk", "name"))
    context = {
        "plan": plan,
        "form": form,
        "kind": texts.kind_badge(plan.kind),
        "rows": [
            (step, str(Post(step.post).label), [names[person] for person in people])
            for step, people in found
        ],
    }
    return render(request, "staff/handbook/trigger.html", context, status=status)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = RunFilter(request.GET)
    found = queries.runs_narrowed(request.scope, form.wanted)
    number = page_of(request.GET)
    start = (number - 1) * queries.PAGE_ROWS
    now = timezone.now()
    rows = queries.run_rows(found, start=start, size=queries.PAGE_ROWS + 1, now=now)
    context = {
        "form": form,
        "rows": [
            (row, texts.run_badge(ended_at=row.ended_at, reviewed_at=row.reviewed_at))
            for row in rows[: queries.PAGE_ROWS]
        ],
        "count": found.order_by().count(),
        "now": now,
        **parts.paged(number, more=bool(rows[queries.PAGE_ROWS :]), query=form.query),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs("plans"),
    }
    template = "staff/handbook/runs.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _found(request: StaffRequest, pk: int) -> PlanRun:
    rows = PlanRun.objects.visible_to(request.scope)
    related = ("plan__owner", "triggered_by", "ended_by", "reviewed_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), {})


def _page(
    request: StaffRequest,
    run: PlanRun,
    bound: dict[str, django_forms.Form],
    *,
    status: int = 200,
    task_id: int = 0,
) -> HttpResponse:
    """Answer the page of what runs; a form in `bound` was sent and keeps what was typed."""
    now = timezone.now()
    may_end = access.can_end(request.scope, run)
    takers = _takers(request) if request.scope.leads and run.ended_at is None else []
    context: dict[str, Any] = {
        "run": run,
        "badge": texts.run_badge(ended_at=run.ended_at, reviewed_at=run.reviewed_at),
        "tasks": [
            {
                "task": task,
                "post": str(Post(task.post).label),
                "badge": texts.task_badge(task, ended_at=run.ended_at, now=now),
                "form": _done_form(request, run, task, bound if task.pk == task_id else {}),
                "give": _give_form(request, task, takers),
            }
            for task in queries.tasks_of(run)
        ],
        "may_end": may_end and run.ended_at is None,
        "may_review": run.ended_at is not None
        and run.reviewed_at is None
        and (may_end or run.plan.owner_id == request.scope.person_id),
        "end_form": forms.EndForm(auto_id="end-%s"),
        "review_form": forms.ReviewForm(auto_id="review-%s"),
        "open_form": next(iter(bound), ""),
        "now": now,
        **bound,
    }
    return render(request, "staff/handbook/run.html", context, status=status)


def _done_form(
    request: StaffRequest, run: PlanRun, task: PlanTask, bound: dict[str, django_forms.Form]
) -> django_forms.Form | None:
    """Return the form to finish a task; None where there is nothing to finish for this person."""
    if task.done_at or run.ended_at or not access.can_finish_task(request.scope, task):
        return None
    return bound.get("done_form") or forms.DoneForm(auto_id=f"task{task.pk}-%s")


def _give_form(
    request: StaffRequest, task: PlanTask, takers: list[tuple[int, str]]
) -> django_forms.Form | None:
    """Return the form to give a task to somebody else, where one may."""
    if not takers or task.done_at or not access.can_give_task(request.scope, task):
        return None
    return forms.GiveForm(people=takers, auto_id=f"give{task.pk}-%s")


@require_POST
def finish_task(request: StaffRequest, pk: int) -> HttpResponse:
    rows = PlanTask.objects.visible_to(request.scope).select_related("run")
    task = get_object_or_404(rows, pk=pk)
    if not access.can_finish_task(request.scope, task):
        raise PermissionDenied
    form = forms.DoneForm(request.POST, auto_id=f"task{pk}-%s")
    if not form.is_valid():
        run = _found(request, task.run_id)
        return _page(request, run, {"done_form": form}, status=422, task_id=pk)
    try:
        services.finish_task(
            actor=request.person, task_id=pk, note=form.cleaned_data["note"], now=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Done."))
    return redirect("staff:plan_run", pk=task.run_id)


def _takers(request: StaffRequest) -> list[tuple[int, str]]:
    """Return whom one may give a task to: the people below and oneself."""
    keys = request.scope.below_ids | {request.scope.person_id or 0}
    rows = Person.objects.employed(request.scope.today).filter(pk__in=keys).order_by("number")
    return [
        (pk, f"{number} {name}") for pk, number, name in rows.values_list("pk", "number", "name")
    ]


@require_POST
def give_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a task to somebody else, because its owner is away or busy."""
    rows = PlanTask.objects.visible_to(request.scope).select_related("run")
    task = get_object_or_404(rows, pk=pk)
    if not access.can_give_task(request.scope, task):
        raise PermissionDenied
    form = forms.GiveForm(request.POST, people=_takers(request))
    if not form.is_valid():
        messages.warning(request, _("Please choose who does it."))
        return redirect("staff:plan_run", pk=task.run_id)
    owner_id = form.cleaned_data["owner"]
    try:
        services.give_task(actor=request.person, task_id=pk, owner_id=owner_id, now=timezone.now())
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Given. The new owner has been told."))
    return redirect("staff:plan_run", pk=task.run_id)


@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    run = _found(request, pk)
    if not access.can_end(request.scope, run):
        raise PermissionDenied
    form = forms.EndForm(request.POST, auto_id="end-%s")
    if not form.is_valid():
        return _page(request, run, {"end_form": form}, status=422)
    try:
        services.end_run(
            actor=request.person,
            run_id=pk,
            outcome=form.cleaned_data["outcome"],
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Ended. What was learnt is written down in the review."))
    return redirect("staff:plan_run", pk=pk)


@require_POST
def review(request: StaffRequest, pk: int) -> HttpResponse:
    run = _found(request, pk)
    owns = run.plan.owner_id == request.scope.person_id
    if not owns and not access.can_end(request.scope, run):
        raise PermissionDenied
    form = forms.ReviewForm(request.POST, auto_id="review-%s")
    if not form.is_valid():
        return _page(request, run, {"review_form": form}, status=422)
    try:
        services.review_run(
            actor=request.person, run_id=pk, review=form.review(), now=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("The review is saved."))
    return redirect("staff:plan_run", pk=pk)


@require_POST
def dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    """Say why a proposed plan is not triggered."""
    get_object_or_404(Proposal.objects.visible_to(request.scope), pk=pk)
    form = forms.DismissForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Please say why it is not triggered."))
        return redirect("staff:plans")
    try:
        services.dismiss(
            actor=request.person, proposal_id=pk, why=form.cleaned_data["why"], now=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Dismissed."))
    return redirect("staff:plans")
