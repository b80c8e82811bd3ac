"""What waits for a decision, with the rule and the evidence beside the button."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from staff.leave import access, forms, services, texts
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.queries import lists
from staff.leave.views import own, parts
from staff.people import queries as people
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import Refused

PAGE_SIZE = 10
TILE_ROWS = 5


def _mine(request: StaffRequest) -> frozenset[int]:
    """Return the people whose requests one decides; 404 for whoever decides nothing."""
    if request.scope.person_id is None or request.scope.rank < access.DECIDERS:
        raise Http404
    return access.decides_for(request.scope, people.members(request.scope.today))


@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """Return the requests that wait for whoever looks, those that begin first at the top."""
    found = lists.waiting_for(_mine(request))
    page = page_of(request.GET)
    start = (page - 1) * PAGE_SIZE
    rows = list(found.select_related("person", "call_taken_by")[start : start + PAGE_SIZE + 1])
    count = found.count()
    cases = [
        (
            parts.case_of(leave, scope=request.scope),
            LeaveKind(leave.kind).label,
            forms.DecideForm(initial={"version": leave.version}, auto_id=f"decide-{leave.pk}-%s"),
        )
        for leave in rows[:PAGE_SIZE]
    ]
    context = {
        "tabs": parts.tabs(request.scope, "leave_waiting", waiting=count),
        "cases": cases,
        "count": count,
        "previous_url": f"?page={page - 1}" if page > 1 else "",
        "next_url": f"?page={page + 1}" if rows[PAGE_SIZE:] else "",
        "now": timezone.now(),
    }
    return render(request, "staff/leave/waiting.html", context)


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve or refuse one request; the rules are looked at again at this moment."""
    everybody = people.members(request.scope.today)
    also = access.decides_for(request.scope, everybody)
    visible = LeaveRequest.objects.visible_to(request.scope, also=also)
    leave = get_object_or_404(visible.select_related("person"), pk=pk)
    if not access.may_decide(request.scope, leave, everybody):
        raise PermissionDenied
    form = forms.DecideForm(request.POST, auto_id="decide-%s")
    if not form.is_valid():
        return own.page_of_request(request, pk, form=form, status=422)
    data = form.cleaned_data
    try:
        decided = services.decide_leave(
            actor=request.person,
            leave_id=pk,
            approve=data["decision"] == "approve",
            why=data["why"],
            now=timezone.now(),
        )
    except services.AlreadyDecided as refused:
        messages.warning(request, _told(refused.leave))
        return redirect("staff:leave_request", pk)
    except Refused as refused:
        return own.page_of_request(request, pk, form=form, told=texts.sentence(refused), status=422)
    _say(request, decided)
    if "from_list" in request.POST:
        return redirect("staff:leave_waiting")
    return redirect("staff:leave_request", pk)


def _told(leave: LeaveRequest) -> str:
    """Tell the second of two who decide what the first one did."""
    if leave.state == LeaveState.WITHDRAWN:
        return _("%(person)s has withdrawn this request meanwhile.") % {"person": leave.person.name}
    by = leave.decided_by.name if leave.decided_by else "–"
    if leave.state == LeaveState.APPROVED:
        return _("%(by)s has already approved this request.") % {"by": by}
    return _("%(by)s has already refused this request.") % {"by": by}


def _say(request: StaffRequest, leave: LeaveRequest) -> None:
    values = {
        "person": leave.person.name,
        "days": texts.span(leave.first_day, leave.last_day, leave.half),
    }
    if leave.state == LeaveState.APPROVED:
        text = _("Approved: %(person)s, %(days)s. The shifts of these days lack this person now.")
    else:
        text = _("Refused: %(person)s, %(days)s.")
    messages.success(request, text % values)


@require_GET
def tile_waiting(request: StaffRequest) -> HttpResponse:
    """How much waits for one's decision, and what begins first."""
    found = lists.waiting_for(_mine(request))
    rows = found.select_related("person")[:TILE_ROWS]
    context = {
        "count": found.count(),
        "rows": [
            (row, row.get_kind_display(), texts.span(row.first_day, row.last_day, row.half))
            for row in rows
        ],
    }
    return render(request, "staff/leave/tile_waiting.html", context)
