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
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import Refused

PAGE_SIZE = 10
TILE_ROWS = 5


def _mine(request: StaffRequest) -> frozenset[int]:
    """Return the people whose requests one decides; 404 for whoever decides nothing."""
    if request.scope.person_id is None or request.scope.rank < access.DECIDERS:
        raise Http404
    return access.decides_for(request.scope, access.staff_on(request.scope.today))


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
            case,
            LeaveKind(case.leave.kind).label,
            forms.DecideForm(
                initial={"version": case.leave.version}, auto_id=f"decide-{case.leave.pk}-%s"
            ),
        )
        for case in parts.cases_of(rows[:PAGE_SIZE], scope=request.scope)
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
    staff = access.staff_on(request.scope.today)
    also = access.decides_for(request.scope, staff)
    visible = LeaveRequest.objects.visible_to(request.scope, also=also)
    leave = get_object_or_404(visible.select_related("person"), pk=pk)
    if not access.may_decide(request.scope, leave, staff):
        raise PermissionDenied
    form = forms.DecideForm(request.POST, auto_id="decide-%s")
    if not form.is_valid():
        return _again(request, leave, form, status=422)
    return _decided(request, leave, form)


def _decided(request: StaffRequest, leave: LeaveRequest, form: forms.DecideForm) -> HttpResponse:
    data = form.cleaned_data
    approve = data["decision"] == "approve"
    try:
        decided = services.decide_leave(
            actor=request.person,
            leave_id=leave.pk,
            approve=approve,
            why=data["why"],
            version=data["version"],
            now=timezone.now(),
        )
    except services.AlreadyDecided as refused:
        decided = refused.leave
        if not _sent_twice(request, decided, approve=approve):
            messages.warning(request, _told(decided))
            return redirect("staff:leave_request", leave.pk)
    except services.ChangedMeanwhile as refused:
        return _again(request, refused.leave, form, told=_changed(refused.leave), status=409)
    except Refused as refused:
        return _again(request, leave, form, told=texts.sentence(refused), status=422)
    _say(request, decided)
    if "from_list" in request.POST:
        return redirect("staff:leave_waiting")
    return redirect("staff:leave_request", leave.pk)


def _again(
    request: StaffRequest,
    leave: LeaveRequest,
    form: forms.DecideForm,
    *,
    told: str = "",
    status: int,
) -> HttpResponse:
    """Show the request as it stands now; the reason that was typed stays in the form."""
    if form["version"].errors:
        told = _("This page was not sent whole. Look again before you decide.")
    form.data = {**request.POST.dict(), "version": str(leave.version)}
    return own.page_of_request(request, leave.pk, form=form, told=told, status=status)


def _sent_twice(request: StaffRequest, leave: LeaveRequest, *, approve: bool) -> bool:
    """Whether the decision that was found is one's own, sent once more."""
    wanted = LeaveState.APPROVED if approve else LeaveState.REFUSED
    return leave.state == wanted and leave.decided_by_id == request.scope.person_id


def _changed(leave: LeaveRequest) -> str:
    return _(
        "This request has changed since you opened it, and nothing is decided yet. It is now"
        " %(kind)s: %(days)s. Look again before you decide."
    ) % {
        "kind": LeaveKind(leave.kind).label,
        "days": texts.span(leave.first_day, leave.last_day, leave.half),
    }


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
