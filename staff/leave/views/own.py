"""What everybody does for themselves: look, ask, see the consequence, take back."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from portal.period import Month
from staff.leave import access, filters, forms, services, texts
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies import asking
from staff.leave.queries import lists
from staff.leave.queries.standing import standing_of
from staff.leave.services.requests import begins_at
from staff.leave.views import parts
from staff.people import queries as people
from staff.people.enums import Post
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import Refused

PAGE_SIZE = 20


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Own requests, and what is left of the month and the year."""
    me, today = request.person, request.scope.today
    form = filters.OwnFilter(request.GET)
    page = page_of(request.GET)
    own = LeaveRequest.objects.filter(person=me)
    found = lists.narrowed(own, form.wanted, day=today)
    start = (page - 1) * PAGE_SIZE
    rows = lists.rows_of(found, sort=lists.NEWEST, start=start, size=PAGE_SIZE + 1, day=today)
    month = lists.month_of(form.wanted.get("month", "")) or Month.of(today)
    standing = standing_of(me, first=month.first_day, last=month.last_day)
    context = {
        "tabs": parts.tabs(request.scope, "leave"),
        "form": form,
        "rows": [_row(row) for row in rows[:PAGE_SIZE]],
        "count": found.count(),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "balance": parts.balance_of(standing, month=month),
        **shell.saved_views(request, "leave"),
        "query": form.query(),
    }
    template = "staff/leave/index.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _row(row: lists.ListedRequest) -> dict[str, Any]:
    return {
        "row": row,
        "kind": LeaveKind(row.kind).label,
        "span": texts.span(row.first_day, row.last_day, row.half),
        "badge": texts.state_badge(row.state),
    }


def _callable_people(request: StaffRequest) -> list[tuple[int, str]]:
    """Return who may have taken a call: leads and above, those above oneself first."""
    everybody = people.members(request.scope.today)
    chain = people.above(request.person.pk, everybody)
    known = {one.person_id for one in chain}
    others = [
        one
        for one in everybody.values()
        if one.post.rank >= Post.LEAD.rank and one.person_id not in known | {request.person.pk}
    ]
    others.sort(key=lambda one: (-one.post.rank, one.number))
    return [(one.person_id, one.label) for one in [*chain, *others]]


@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest) -> HttpResponse:
    """The form of a request; its consequence is shown while it is filled in."""
    offered = _callable_people(request)
    if request.method == "POST":
        form = forms.AskForm(request.POST, people=offered)
        if form.is_valid() and (answer := _asked(request, form)):
            return answer
        return _ask_page(request, form, status=422)
    initial = {"form_key": submissions.new_key(), "kind": LeaveKind.REST}
    kind = request.GET.get("kind", "").upper()
    if kind in LeaveKind.values:
        initial["kind"] = LeaveKind(kind)
    return _ask_page(request, forms.AskForm(people=offered, initial=initial))


def _ask_page(request: StaffRequest, form: forms.AskForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "lines": [], "refusal": ""}
    if form.is_bound and form.is_valid():
        context |= _foreseen(request, form)
    return render(request, "staff/leave/ask.html", context, status=status)


def _asked(request: StaffRequest, form: forms.AskForm) -> HttpResponse | None:
    """Send the request; None with the reason in the form where a rule refuses it."""
    try:
        leave = services.request_leave(
            actor=request.person,
            wish=form.wish(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
            result=_address,
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This request was sent already."))
        return redirect(sent.result or "staff:leave")
    except Refused as refused:
        form.add_error(None, texts.sentence(refused))
        return None
    messages.success(request, _("Your request is sent. You are told when it is decided."))
    return redirect(_address(leave))


def _address(leave: LeaveRequest) -> str:
    return reverse("staff:leave_request", args=[leave.pk])


@require_GET
def consequence(request: StaffRequest) -> HttpResponse:
    """What the form would lead to if it were sent as it stands."""
    form = forms.PreviewForm(request.GET, people=_callable_people(request))
    context: dict[str, Any] = {"lines": [], "refusal": "", "form": form}
    if form.is_valid():
        context |= _foreseen(request, form)
    return render(request, "staff/leave/ask.html#consequence", context)


def _foreseen(request: StaffRequest, form: forms.AskForm) -> dict[str, Any]:
    wish = form.wish()
    refusal = services.refusal_of(request.person, wish, asked_at=timezone.now())
    if refusal:
        waits_for_call = refusal.code == "no_call" and not form.cleaned_data["form_key"]
        told = {"refusal": texts.rule(refusal), "is_hint": waits_for_call}
        if not waits_for_call:
            return told | {"lines": []}
        return told | {"lines": parts.consequences(request.person, wish, scope=request.scope)}
    return {"lines": parts.consequences(request.person, wish, scope=request.scope)}


@require_GET
def of_day(request: StaffRequest, number: str, day: str) -> HttpResponse:
    """Lead to the request behind somebody's leave on a day, as a line of pay does.

    To the one that stands; to the latest where none does any more, because a line was taken back.
    """
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    rows = LeaveRequest.objects.visible_to(request.scope).touching(on, on)
    rows = rows.filter(person__number=number).order_by("-pk")
    found = rows.live().first() or rows.first()
    if found is None:
        raise Http404
    return redirect("staff:leave_request", found.pk)


@require_GET
def shown(request: StaffRequest, pk: int) -> HttpResponse:
    """The page of a request with its history; whoever decides sees what bears on it."""
    return page_of_request(request, pk)


def page_of_request(
    request: StaffRequest,
    pk: int,
    *,
    form: forms.DecideForm | None = None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of a request; `form` keeps what was typed, `told` what went wrong."""
    scope, now = request.scope, timezone.now()
    staff = access.staff_on(scope.today)
    visible = LeaveRequest.objects.visible_to(scope, also=access.decides_for(scope, staff))
    rows = visible.select_related("person", "decided_by", "call_taken_by")
    leave = get_object_or_404(rows, pk=pk)
    is_open = leave.state == LeaveState.REQUESTED
    decides = is_open and access.may_decide(scope, leave, staff)
    withdraws = (
        access.may_withdraw(scope, leave)
        and leave.state in {LeaveState.REQUESTED, LeaveState.APPROVED}
        and asking.can_withdraw(begins_at=begins_at(leave.first_day), now=now)
    )
    context = {
        "leave": leave,
        "case": parts.cases_of([leave], scope=scope)[0] if decides else None,
        "kind": LeaveKind(leave.kind).label,
        "badge": texts.state_badge(leave.state),
        "span": texts.span(leave.first_day, leave.last_day, leave.half),
        "lines": parts.consequences_of(leave, scope=scope)
        if is_open and leave.person_id == scope.person_id
        else [],
        "history": texts.history(leave),
        "deciders": _deciders(leave, staff) if is_open else [],
        "decides": decides,
        "withdraws": withdraws,
        "decide_form": form
        or forms.DecideForm(initial={"version": leave.version}, auto_id="decide-%s"),
        "told": told,
        "now": now,
    }
    return render(request, "staff/leave/request.html", context, status=status)


def _deciders(leave: LeaveRequest, staff: access.Staff) -> list[str]:
    """Return who may decide, and who of them only stands in."""
    found = access.deciders_of(leave.person_id, staff)
    shown: list[str] = []
    for one in found.person_ids:
        label = staff.everybody[one].label
        if one in found.stands_in:
            label = _("%(person)s (stands in)") % {"person": label}
        elif one in staff.away:
            label = _("%(person)s (away today)") % {"person": label}
        shown.append(label)
    return shown


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's own request back (LEAVE-7)."""
    visible = LeaveRequest.objects.visible_to(request.scope)
    leave = get_object_or_404(visible, pk=pk)
    if not access.may_withdraw(request.scope, leave):
        raise PermissionDenied
    try:
        services.withdraw_leave(actor=request.person, leave_id=pk, now=timezone.now())
    except services.AlreadyDecided as refused:
        _say_how_it_stands(request, refused.leave)
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("staff:leave_request", pk)


def _say_how_it_stands(request: StaffRequest, leave: LeaveRequest) -> None:
    if leave.state == LeaveState.WITHDRAWN:  # the button was pressed twice
        messages.info(request, _("The request is withdrawn."))
    else:
        messages.warning(
            request, _("The request is refused already; there is nothing to withdraw.")
        )


@require_GET
def tile(request: StaffRequest) -> HttpResponse:
    """Rest days left this month, and what is open or coming."""
    me, today = request.person, request.scope.today
    month = Month.of(today)
    standing = standing_of(me, first=month.first_day, last=month.last_day)
    coming = LeaveRequest.objects.live().filter(person=me, last_day__gte=today)
    rows = coming.order_by("first_day", "pk")[:3]
    context = {
        "balance": parts.balance_of(standing, month=month),
        "rows": [
            (
                row,
                row.get_kind_display(),
                texts.span(row.first_day, row.last_day, row.half),
                texts.state_badge(row.state),
            )
            for row in rows
        ],
    }
    return render(request, "staff/leave/tile.html", context)
