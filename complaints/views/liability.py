"""Liabilities: their list, the page of one with its decision, proposals, and chases."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints import access
from complaints.enums import Ground, LiabilityState
from complaints.forms import liability as forms
from complaints.models import Complaint, Liability, LiabilityShare, Order
from complaints.policies import liability as policies
from complaints.policies.numbers import NUMBER
from complaints.queries import liability as queries
from complaints.services import liability as services
from complaints.texts import liability as texts
from portal import submissions
from staff.people.enums import Post
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50
TILE_ROWS = 5
DROP, DEMERIT = "drop", "demerit"


def section(
    request: StaffRequest, *, complaint: Complaint | None = None, order: Order | None = None
) -> dict[str, Any]:
    """Return what the page of a case or an order shows of liabilities."""
    about = complaint or order
    scope = request.scope
    asked = f"case={complaint.number}" if complaint else f"order={order.pk if order else ''}"
    listed = f"{reverse('complaints:liabilities')}?case={complaint.number}" if complaint else ""
    return {
        "liabilities": [
            (row, texts.badge_of(row.state), Ground(row.ground).label)
            for row in (queries.of_order(scope, order) if order else [])
        ],
        "liabilities_url": listed if getattr(complaint, "liable", False) else "",
        "propose_url": f"{reverse('complaints:propose_liability')}?{asked}"
        if about and access.can_propose_liability(scope, about.store_id)
        else "",
    }


def chases(request: StaffRequest, order: Order) -> dict[str, Any]:
    """Return what the page of an order shows of chases to the warehouse."""
    return {
        "chases": queries.chases_of(order.pk),
        "chase_form": forms.ChaseForm(initial={"form_key": submissions.new_key()})
        if access.can_chase(request.scope, order)
        else None,
    }


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Own shares; what one proposed; for deputy and supervisor those of their people."""
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else queries.ALL
    page = page_of(request.GET)
    start = (page - 1) * PAGE_SIZE
    visible = Liability.objects.visible_to(request.scope)
    number = request.GET.get("case", "")
    number = number if NUMBER.fullmatch(number) else ""
    if number:
        about = Q(complaint__number=number) | Q(complaint__merged_into__number=number)
        visible = visible.filter(about)
    rows = queries.page_of(visible, request.scope, tab=tab, start=start, size=PAGE_SIZE + 1)
    labels = {queries.ALL: _("all"), queries.WAITING: _("waiting"), queries.DECIDED: _("decided")}
    context = {
        "rows": [_row(row) for row in rows[:PAGE_SIZE]],
        "tabs": [
            {"label": labels[code], "url": _address(number, tab=code), "active": code == tab}
            for code in (queries.ALL, queries.WAITING, queries.DECIDED)
        ],
        "previous_url": _address(number, tab=tab, page=page - 1) if page > 1 else "",
        "next_url": _address(number, tab=tab, page=page + 1) if rows[PAGE_SIZE:] else "",
        "number": number,
    }
    return render(request, "complaints/liabilities/list.html", context)


def _address(number: str, **more: object) -> str:
    """Return the address of the list that keeps the case."""
    return f"?{urlencode({'case': number, **more} if number else more)}"


def _row(row: Liability) -> dict[str, Any]:
    return {
        "row": row,
        "ground": Ground(row.ground).label,
        "badge": texts.badge_of(row.state),
        "shares": _shares(row),
    }


def _seen(row: Liability) -> list[LiabilityShare]:
    """Return the shares that `queries.with_shares` found."""
    return getattr(row, "seen", [])


def _shares(row: Liability) -> list[tuple[str, int, int | None, int | None]]:
    """Return who bears how many parts, the fen, and the demerit that stands in their place."""
    return [
        (texts.bearer_of(share), share.weight, share.amount_fen, share.demerit_id)
        for share in _seen(row)
    ]


def _liability(request: StaffRequest, pk: int) -> Liability:
    rows = Liability.objects.visible_to(request.scope).select_related(
        "complaint", "order", "store", "proposed_by", "decided_by", "overturned_by",
        "exempted_by__by",
    )  # fmt: skip
    return get_object_or_404(queries.with_shares(rows, request.scope), pk=pk)


def _may_decide(request: StaffRequest) -> bool:
    here = request.scope.rank == Post.DEPUTY.rank and queries.deciders(request.scope.today)
    return access.can_decide_liability(
        request.scope, supervisor_is_here=bool(here and here.supervisor_is_here)
    )


@require_GET
def liability(request: StaffRequest, pk: int) -> HttpResponse:
    found = _liability(request, pk)
    return render(request, "complaints/liabilities/liability.html", _page(request, found))


def _page(
    request: StaffRequest, found: Liability, form: forms.DecideForm | None = None
) -> dict[str, Any]:
    chases_made = queries.chases_of(found.order_id)
    chase = _exempting(found)
    may_decide = _may_decide(request)
    is_open = found.state == LiabilityState.PROPOSED
    if form is None and is_open and may_decide:
        form = _decide_form(request, found, exempt=chase is not None)
    is_own = any(share.person_id == request.scope.person_id for share in _seen(found))
    return {
        "liability": found,
        **_row(found),
        "exempting": next((row for row in chases_made if chase and row.pk == chase.key), None),
        "is_own": is_own,
        "has_demerits": any(share.demerit_id for share in _seen(found)),
        "sees_decision": is_own or request.scope.rank >= Post.DEPUTY.rank,
        "form": form if is_open and may_decide else None,
        "overturn_form": forms.OverturnForm(initial={"version": found.version})
        if found.state == LiabilityState.DECIDED and may_decide
        else None,
        "sees_case": _sees(request, found),
    }


def _sees(request: StaffRequest, found: Liability) -> bool:
    """Whether the case or order behind it is one's to open."""
    if found.complaint_id:
        seen = Complaint.objects.visible_to(request.scope).filter(pk=found.complaint_id)
        return seen.exists()
    return access.serves(request.scope, found.store_id)


def _exempting(found: Liability) -> policies.Asking | None:
    promised = found.order.promised_at if found.order else None
    return policies.exempting(Ground(found.ground), promised, queries.askings(found.order_id))


def _decide_form(
    request: StaffRequest,
    found: Liability,
    *,
    exempt: bool,
    data: Any = None,  # noqa: ANN401 -- as Form takes it
) -> forms.DecideForm:
    people = queries.people_to_choose(today=request.scope.today, below=request.scope)
    shares = list(found.shares.select_related("person").order_by("position"))
    initial = {} if exempt else forms.initial_of(shares)
    initial = initial or forms.usual_of(found.ground, found.order, exempt=exempt)
    initial["version"] = found.version
    near = queries.concerned(found)
    if found.ground != Ground.ATTITUDE:
        return forms.DecideForm(data, people=people, concerned=near, initial=initial)
    about = found.complaint or found.order
    initial |= {"evidence": str(about), "day": _day_of(found, request)}
    marking = data is not None and data.get("answer") == DEMERIT
    return forms.AttitudeForm(
        data, people=people, concerned=near, initial=initial, today=request.scope.today,
        marking=marking,
    )  # fmt: skip


def _day_of(found: Liability, request: StaffRequest) -> date:
    """Return the day of the shift that comes to mind: that on which the case was registered."""
    if found.complaint is None:
        return request.scope.today
    return min(found.complaint.service_day, request.scope.today)


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    found = _liability(request, pk)
    if not _may_decide(request):
        raise PermissionDenied
    form = _decide_form(request, found, exempt=_exempting(found) is not None, data=request.POST)
    answer = request.POST.get("answer", "")
    if form.is_valid() and (answer == DROP or form.parts()):
        try:
            _decide(request, pk, form, answer)
        except services.Refused as error:
            form.add_error(None, str(texts.REFUSALS[error.reason]))
        except services.AlreadyDecided:
            messages.warning(
                request, _("Somebody has decided or changed this meanwhile. Please look again.")
            )
            return redirect("complaints:liability", pk=pk)
        else:
            messages.success(request, _("It is decided. Those concerned are told."))
            return redirect("complaints:liability", pk=pk)
    elif form.is_valid():
        form.add_error(None, str(texts.REFUSALS[policies.Refusal.NOBODY]))
    context = _page(request, found, form)
    return render(request, "complaints/liabilities/liability.html", context, status=422)


def _decide(request: StaffRequest, pk: int, form: forms.DecideForm, answer: str) -> None:
    """Share the cost, drop it, or answer it by demerits, as the button says."""
    data, now = form.cleaned_data, timezone.now()
    if answer == DEMERIT:
        if not isinstance(form, forms.AttitudeForm):
            raise services.Refused(policies.Refusal.ONLY_ATTITUDE)
        marking = services.Marking(
            parts=form.parts(), day=data["day"], evidence=data["evidence"],
            decision=data["decision"],
        )  # fmt: skip
        services.mark(
            actor=request.person, liability_id=pk, version=data["version"], marking=marking, now=now
        )
        return
    services.decide(
        actor=request.person,
        liability_id=pk,
        version=data["version"],
        parts=[] if answer == DROP else form.parts(),
        decision=data["decision"],
        now=now,
    )


@require_POST
def overturn(request: StaffRequest, pk: int) -> HttpResponse:
    _liability(request, pk)
    if not _may_decide(request):
        raise PermissionDenied
    form = forms.OverturnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is overturned, in at most 500 characters."))
        return redirect("complaints:liability", pk=pk)
    try:
        services.overturn(
            actor=request.person,
            liability_id=pk,
            version=form.cleaned_data["version"],
            because=form.cleaned_data["because"],
            now=timezone.now(),
        )
    except services.AlreadyDecided:
        messages.warning(
            request, _("Somebody has decided or changed this meanwhile. Please look again.")
        )
    except services.Refused as error:
        messages.error(request, str(texts.REFUSALS[error.reason]))
    else:
        messages.success(request, _("It is overturned; what it cost people is taken back."))
    return redirect("complaints:liability", pk=pk)
