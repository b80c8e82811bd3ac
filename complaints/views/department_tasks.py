"""Tasks of departments: given on a case, done with a proof, cancelled; and their list (CMP-8)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import LinkPurpose, TaskState
from complaints.forms import remedies as forms
from complaints.models import CaseTask
from complaints.queries import closing as queries
from complaints.services import tasks
from complaints.services.links import About
from complaints.texts import stages as texts
from complaints.views.remedies import show_link
from complaints.views.stages import handled_case
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50
TILE_ROWS = 6


@require_http_methods(["GET", "POST"])
def give(request: StaffRequest, number: str) -> HttpResponse:
    complaint = handled_case(request, number)
    departments = tasks.departments()
    if request.method == "GET":
        form = forms.TaskForm(departments=departments, initial={"form_key": submissions.new_key()})
        context = {"complaint": complaint, "form": form}
        return render(request, "complaints/tasks/form.html", context)
    form = forms.TaskForm(request.POST, departments=departments)
    context = {"complaint": complaint, "form": form}
    if not form.is_valid():
        return render(request, "complaints/tasks/form.html", context, status=422)
    data = form.cleaned_data
    order = tasks.Order(
        department=next(one for one in departments if one.pk == data["department"]),
        what=data["what"],
        owner_id=complaint.owner_id or request.person.pk,
        due_at=data["due_at"],
        contact=data["contact"],
        needs_proof=data["needs_proof"],
    )
    try:
        made = tasks.give(
            actor=request.person,
            complaint_id=complaint.pk,
            order=order,
            now=timezone.now(),
            form_key=data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        return redirect(error.result or reverse("complaints:case", args=[number]))
    except tasks.Ended:
        form.add_error(None, _("The case is closed. Reopen it first."))
        return render(request, "complaints/tasks/form.html", context, status=422)
    messages.success(request, _("The department has its task; a follow-up reminds you of it."))
    return redirect("complaints:task", pk=made.pk)


def _found(request: StaffRequest, pk: int) -> CaseTask:
    rows = CaseTask.objects.visible_to(request.scope).select_related(
        "complaint__store", "complaint__order", "department", "owner", "made_by", "done_by",
        "remedy", "followup",
    )  # fmt: skip
    return get_object_or_404(rows.defer("complaint__words"), pk=pk)


@require_GET
def task(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _page(
    request: StaffRequest,
    found: CaseTask,
    form: forms.DoneForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    may = access.can_do_task(request.scope, found) and found.state == TaskState.OPEN
    context = {
        "task": found,
        "complaint": found.complaint,
        "badge": texts.task_badge(found.state),
        "form": (form or forms.DoneForm(needs=found.needs_proof)) if may else None,
        "cancel_form": forms.CancelForm(auto_id="cancel-%s") if may else None,
        "now": timezone.now(),
    }
    return render(request, "complaints/tasks/task.html", context, status=status)


def _mine(request: StaffRequest, pk: int) -> CaseTask:
    found = _found(request, pk)
    if not access.can_do_task(request.scope, found):
        raise PermissionDenied
    return found


@require_POST
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    form = forms.DoneForm(request.POST, needs=found.needs_proof)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        tasks.done(
            actor=request.person,
            task_id=pk,
            proof=form.cleaned_data["proof"],
            result=form.cleaned_data["result"],
            now=timezone.now(),
        )
    except tasks.NotOpen:
        messages.info(request, _("This task is done or cancelled already."))
    else:
        messages.success(request, _("The task is done."))
    return redirect("complaints:case", number=found.complaint.number)


@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    _mine(request, pk)
    form = forms.CancelForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in at most 500 characters."))
        return redirect("complaints:task", pk=pk)
    try:
        tasks.cancel(
            actor=request.person, task_id=pk, reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )  # fmt: skip
    except tasks.NotOpen:
        messages.info(request, _("This task is done or cancelled already."))
    else:
        messages.success(request, _("The task is cancelled."))
    return redirect("complaints:task", pk=pk)


@require_POST
def link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a link for a department without an account; it is shown once."""
    found = _mine(request, pk)
    if found.state != TaskState.OPEN:
        messages.info(request, _("This task is done or cancelled already."))
        return redirect("complaints:task", pk=pk)
    return show_link(
        request, About(purpose=LinkPurpose.TASK, complaint=found.complaint, task=found)
    )


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Tasks of the cases that one sees: open ones by due time, late ones, done ones."""
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else queries.OPEN
    page = page_of(request.GET)
    start, now = (page - 1) * PAGE_SIZE, timezone.now()
    visible = CaseTask.objects.visible_to(request.scope)
    rows = queries.tasks_page(visible, tab=tab, now=now, start=start, size=PAGE_SIZE + 1)
    labels = {queries.OPEN: _("still open"), queries.LATE: _("overdue"), queries.DONE: _("ended")}
    context = {
        "rows": [(row, texts.task_badge(row.state)) for row in rows[:PAGE_SIZE]],
        "tabs": [
            {"label": labels[code], "url": f"?tab={code}", "active": code == tab}
            for code in queries.TABS
        ],
        "previous_url": f"?tab={tab}&page={page - 1}" if page > 1 else "",
        "next_url": f"?tab={tab}&page={page + 1}" if rows[PAGE_SIZE:] else "",
        "now": now,
    }
    return render(request, "complaints/tasks/list.html", context)
