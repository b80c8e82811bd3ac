"""Liabilities: their list, the page of one with its decision, proposals, and chases."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import Bearer, Ground, LiabilityState
from complaints.forms import liability as forms
from complaints.models import Complaint, Liability, LiabilityShare, Order
from complaints.policies import liability as policies
from complaints.policies.numbers import NUMBER
from complaints.queries import liability as queries
from complaints.services import liability as services
from complaints.texts import liability as texts
from portal import submissions
from portal.money import Fen
from staff.people.enums import Post
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50
TILE_ROWS = 5


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
        visible = visible.filter(complaint__number=number)
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


def _shares(row: Liability) -> list[tuple[str, int, int | None]]:
    """Return who bears how many parts, and the fen."""
    return [(texts.bearer_of(share), share.weight, share.amount_fen) for share in _seen(row)]


@require_GET
def tile(request: StaffRequest) -> HttpResponse:
    """What waits for a decision; for deputies and supervisors."""
    if request.scope.rank < Post.DEPUTY.rank:
        raise PermissionDenied
    waiting = Liability.objects.visible_to(request.scope).waiting()
    rows = waiting.select_related("store").order_by("proposed_at", "pk")[:TILE_ROWS]
    context = {
        "rows": [(row, Ground(row.ground).label) for row in rows],
        "count": waiting.count(),
    }
    return render(request, "complaints/liabilities/tile.html", context)


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
        "sees_decision": is_own or request.scope.rank >= Post.DEPUTY.rank,
        "form": form if is_open and may_decide else None,
        "demerits": _demerits(found) if may_decide and found.ground == Ground.ATTITUDE else [],
        "overturn_form": forms.OverturnForm(initial={"version": found.version})
        if found.state == LiabilityState.DECIDED and may_decide
        else None,
        "sees_case": _sees(request, found),
    }


def _demerits(found: Liability) -> list[tuple[str, str]]:
    """Return whose attitude a demerit may answer instead of an amount, and where (INC-5)."""
    about = found.complaint or found.order
    pages, told = reverse("staff:demerit_new"), {"kind": "ATTITUDE", "evidence": about}
    return [
        (
            share.person.name,
            f"{pages}?{urlencode({'person': share.person.number, **told})}",
        )
        for share in _seen(found)
        if share.person is not None
    ]


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
    initial = initial or forms.usual_of(found, exempt=exempt)
    return forms.DecideForm(data, people=people, initial={"version": found.version, **initial})


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    found = _liability(request, pk)
    if not _may_decide(request):
        raise PermissionDenied
    form = _decide_form(request, found, exempt=_exempting(found) is not None, data=request.POST)
    drop = request.POST.get("answer") == "drop"
    if form.is_valid() and (drop or form.parts()):
        try:
            services.decide(
                actor=request.person,
                liability_id=pk,
                version=form.cleaned_data["version"],
                parts=[] if drop else form.parts(),
                decision=form.cleaned_data["decision"],
                now=timezone.now(),
            )
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


def _about(request: StaffRequest) -> tuple[Complaint | None, Order | None]:
    """Return the case or the order that the address names, as far as one may see it."""
    number, key = request.GET.get("case", ""), request.GET.get("order", "")
    if number:
        visible = Complaint.objects.visible_to(request.scope).select_related("order", "store")
        return get_object_or_404(visible, number=number[:20]), None
    if not (key.isascii() and key.isdecimal() and len(key) < 19):  # noqa: PLR2004 -- digits of a key
        raise Http404
    visible_orders = Order.objects.visible_to(request.scope).select_related("store")
    return None, get_object_or_404(visible_orders, pk=int(key))


@require_http_methods(["GET", "POST"])
def propose(request: StaffRequest) -> HttpResponse:
    complaint, order = _about(request)
    about = complaint or order
    if about is None or not access.can_propose_liability(request.scope, about.store_id):
        raise PermissionDenied
    people = queries.people_to_choose(today=request.scope.today)
    if request.method == "GET":
        form = forms.ProposeForm(people=people, initial={"form_key": submissions.new_key()})
        context = {"complaint": complaint, "order": order, "form": form}
        return render(request, "complaints/liabilities/form.html", context)
    form = forms.ProposeForm(request.POST, people=people)
    done = _propose(request, form, complaint, order) if form.is_valid() else None
    if done is not None:
        return done
    context = {"complaint": complaint, "order": order, "form": form}
    return render(request, "complaints/liabilities/form.html", context, status=422)


def _propose(
    request: StaffRequest,
    form: forms.ProposeForm,
    complaint: Complaint | None,
    order: Order | None,
) -> HttpResponse | None:
    """Propose, or say on the form why not and return None."""
    try:
        made = services.propose(
            actor=request.person,
            proposal=_proposal(form, complaint, order),
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This was proposed already; the form was sent twice."))
        return redirect(error.result or "complaints:liabilities")
    except services.Refused as error:
        form.add_error("ground", str(texts.REFUSALS[error.reason]))
    except services.StandsAlready:
        form.add_error(
            "ground", _("A liability of this ground stands for this order or complaint already.")
        )
    else:
        messages.success(request, _("The liability is proposed to the supervisor."))
        return redirect("complaints:liability", pk=made.pk)
    return None


def _proposal(
    form: forms.ProposeForm, complaint: Complaint | None, order: Order | None
) -> services.Proposal:
    return services.Proposal(
        ground=Ground(form.cleaned_data["ground"]),
        cost=Fen(form.cleaned_data["cost"]),
        reason=form.cleaned_data["reason"],
        parts=_once(form.parts()),
        complaint=complaint,
        order=order,
    )


def _once(parts: list[policies.Part]) -> list[policies.Part]:
    """Return the bearers once each; of one named twice the first counts."""
    found: dict[tuple[Bearer, int | None], policies.Part] = {}
    for part in parts:
        found.setdefault((part.bearer, part.person_id), part)
    return list(found.values())


@require_POST
def chase(request: StaffRequest, pk: int) -> HttpResponse:
    """Record that the warehouse was asked about an order."""
    order = get_object_or_404(Order.objects.visible_to(request.scope), pk=pk)
    if not access.can_chase(request.scope, order):
        raise PermissionDenied
    form = forms.ChaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what was asked and whom, in at most 500 characters."))
        return redirect("complaints:order", pk=pk)
    try:
        services.chase(
            actor=request.person,
            order=order,
            text=form.cleaned_data["text"],
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This chase was recorded already; the form was sent twice."))
    else:
        messages.success(request, _("The chase is recorded."))
    return redirect("complaints:order", pk=pk)
