"""Unpaid orders: their list, the page of one, and what is done about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import ChaseResult, UnpaidState
from complaints.forms import followups as followup_forms
from complaints.forms import orders as forms
from complaints.models import UnpaidOrder
from complaints.policies.orders import Refusal
from complaints.queries import customers as customer_queries
from complaints.queries import orders as queries
from complaints.services import unpaid as services
from complaints.services.orders import Refused
from complaints.texts import orders as texts
from portal import shell, submissions
from portal.money import Fen, display_yuan
from staff.daily.enums import Reason
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Store

PAGE = "unpaid"
PAGE_SIZE = 50
TILE_ROWS = 5


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    form = forms.UnpaidFilter(request.GET, stores=queries.stores_of(request.scope))
    tab, page = form.tab_now, page_of(request.GET)
    found = queries.unpaid(request.scope, form.narrowed())
    start = (page - 1) * PAGE_SIZE
    rows = queries.page_of_unpaid(found, tab=tab, start=start, size=PAGE_SIZE + 1)
    context = {
        "form": form,
        "tab": tab,
        "tabs": _tabs(request, form),
        "rows": [_row(row) for row in rows[:PAGE_SIZE]],
        "reasons": queries.reasons(found) if tab == queries.LOST else [],
        "reset": f"?tab={tab}",
        "count": found.count(),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "bulk": tab in (queries.OPEN, queries.MINE),
        "choices": Reason.choices,
        "now": timezone.now(),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
    }
    template = "complaints/unpaid/list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _tabs(request: StaffRequest, form: forms.UnpaidFilter) -> list[dict[str, Any]]:
    mine, every = queries.tab_counts(request.scope)
    labels = (
        (queries.OPEN, _("to be chased"), every),
        (queries.MINE, _("mine"), mine),
        (queries.WON, _("paid"), None),
        (queries.LOST, _("lost"), None),
        (queries.ALL, _("all"), None),
    )
    return [
        {
            "label": label,
            "count": count,
            "url": f"?{form.query(tab=code)}",
            "active": code == form.tab_now,
        }
        for code, label, count in labels
    ]


def _row(row: UnpaidOrder) -> dict[str, Any]:
    result = getattr(row, "last_result", None)
    return {
        "row": row,
        "amount": _amount(row),
        "badge": texts.badge_of(row.state),
        "result": ChaseResult(result).label if result else "",
    }


def _amount(row: UnpaidOrder) -> str:
    fen = row.order.amount_fen
    return display_yuan(Fen(fen)) if fen is not None else ""


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    if not access.can_register(request.scope):
        raise PermissionDenied
    now, stores = timezone.now(), queries.stores_of(request.scope)
    if request.method == "GET":
        initial = {"form_key": submissions.new_key(), "placed_at": now}
        if len(stores) == 1:
            initial["store"] = stores[0][0]
        form = forms.UnpaidForm(stores=stores, now=now, initial=initial)
        return render(request, "complaints/unpaid/form.html", {"form": form})
    form = forms.UnpaidForm(request.POST, stores=stores, now=now)
    if form.is_valid() and (done := _create(request, form)) is not None:
        return done
    return render(request, "complaints/unpaid/form.html", {"form": form}, status=422)


def _create(request: StaffRequest, form: forms.UnpaidForm) -> HttpResponse | None:
    """Note the order, or say on the form why not and return None."""
    platform = Store.objects.values_list("platform", flat=True).get(pk=form.cleaned_data["store"])
    try:
        made = services.note(
            actor=request.person,
            cart=form.cart(platform=platform),
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This was noted already; the form was sent twice."))
        return redirect(error.result or "complaints:unpaid")
    except services.NotedAlready as error:
        messages.info(request, _("This order is in the list already."))
        return redirect("complaints:unpaid_order", pk=error.unpaid.pk)
    except Refused as error:
        form.add_error("number", str(texts.REFUSALS[error.reason]))
        return None
    messages.success(request, _("The unpaid order is noted."))
    return redirect("complaints:unpaid_order", pk=made.pk)


def _unpaid(request: StaffRequest, pk: int) -> UnpaidOrder:
    rows = UnpaidOrder.objects.visible_to(request.scope).select_related(
        "order__customer", "order__product", "order__store", "store", "owner", "won_by", "closed_by"
    )
    return get_object_or_404(rows, pk=pk)


def _to_change(request: StaffRequest, pk: int) -> UnpaidOrder:
    found = _unpaid(request, pk)
    if not access.can_chase_payment(request.scope, found):
        raise PermissionDenied
    return found


@require_GET
def unpaid(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _unpaid(request, pk))


def _page(
    request: StaffRequest,
    found: UnpaidOrder,
    *,
    status: int = 200,
    **forms_sent: Any,  # noqa: ANN401 -- forms of several kinds
) -> HttpResponse:
    may, is_open = access.can_chase_payment(request.scope, found), found.state == UnpaidState.OPEN
    payable = found.state in (UnpaidState.OPEN, UnpaidState.LOST)
    now = timezone.now()
    usual = {
        "try_form": forms.TryForm(initial={"form_key": submissions.new_key()}, auto_id="try-%s")
        if may and is_open
        else None,
        "paid_form": forms.PaidForm(initial={"paid_at": now}, auto_id="paid-%s")
        if may and payable
        else None,
        "lost_form": forms.LostForm(auto_id="lost-%s") if may and is_open else None,
        "reopen_form": forms.ReopenForm(initial={"version": found.version})
        if may and not is_open
        else None,
    }
    context = {
        "unpaid": found,
        "order": found.order,
        "amount": _amount(found),
        "badge": texts.badge_of(found.state),
        "attempts": [(row, ChaseResult(row.result).label) for row in queries.attempts_of(found.pk)],
        "followups": customer_queries.followups_of_order(request.scope, found.order),
        "may_take": may and is_open and found.owner_id != request.scope.person_id,
        "sees_order": access.serves(request.scope, found.store_id),
        "lost_because": Reason(found.lost_because).label if found.lost_because else "",
        "now": now,
        **usual,
        **forms_sent,
    }
    return render(request, "complaints/unpaid/unpaid.html", context, status=status)


@require_POST
def chase(request: StaffRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    form = forms.TryForm(request.POST, auto_id="try-%s")
    if not form.is_valid():
        return _page(request, found, status=422, try_form=form)
    try:
        services.chase(
            actor=request.person,
            unpaid_id=pk,
            attempt=form.attempt(),
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This chase was recorded already; the form was sent twice."))
    except Refused as error:
        messages.warning(request, str(texts.REFUSALS[error.reason]))
    else:
        messages.success(request, _("The chase is recorded."))
    return redirect("complaints:unpaid_order", pk=pk)


@require_POST
def pay(request: StaffRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    form = forms.PaidForm(request.POST, auto_id="paid-%s")
    if form.is_valid():
        try:
            done = services.pay(
                actor=request.person,
                unpaid_id=pk,
                paid_at=form.cleaned_data["paid_at"],
                now=timezone.now(),
            )
        except Refused as error:
            form.add_error("paid_at", str(texts.REFUSALS[error.reason]))
        else:
            messages.success(request, _said_paid(done))
            return redirect("complaints:unpaid_order", pk=pk)
    return _page(request, found, status=422, paid_form=form)


def _said_paid(done: UnpaidOrder) -> str:
    if done.won_by is None:
        return _("The payment is noted. Nobody had chased it before.")
    return _("The payment is noted: won back by %(name)s.") % {"name": done.won_by.name}


@require_POST
def lose(request: StaffRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    form = forms.LostForm(request.POST, auto_id="lost-%s")
    if not form.is_valid():
        return _page(request, found, status=422, lost_form=form)
    done = _lose(request, [pk], form)
    if done:
        messages.success(request, _("The order is closed as lost."))
    else:
        messages.warning(request, str(texts.REFUSALS[Refusal.CLOSED]))
    return redirect("complaints:unpaid_order", pk=pk)


def _lose(request: StaffRequest, keys: list[int], form: forms.LostForm) -> int:
    return services.lose(
        actor=request.person,
        unpaid_ids=keys,
        because=Reason(form.cleaned_data["because"]),
        words=form.cleaned_data["words"],
        now=timezone.now(),
    )


@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    _to_change(request, pk)
    form = forms.ReopenForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        services.reopen(actor=request.person, unpaid_id=pk, version=version, now=timezone.now())
    except Refused as error:
        messages.warning(request, str(texts.REFUSALS[error.reason]))
    else:
        messages.success(request, _("The order is to be chased again."))
    return redirect("complaints:unpaid_order", pk=pk)


@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    _to_change(request, pk)
    if services.take(actor=request.person, unpaid_ids=[pk], now=timezone.now()):
        messages.success(request, _("The order is yours to chase."))
    return redirect("complaints:unpaid_order", pk=pk)


@require_POST
def many(request: StaffRequest) -> HttpResponse:
    """Take over, or close as lost, the selected orders of the list."""
    back = redirect(f"{reverse('complaints:unpaid')}?tab={queries.OPEN}")
    keys = followup_forms.picked(request.POST)
    rows = UnpaidOrder.objects.visible_to(request.scope).filter(pk__in=keys)
    mine = [row.pk for row in rows if access.can_chase_payment(request.scope, row)]
    if not mine:
        messages.warning(request, _("Select the orders first."))
    elif request.POST.get("act") == "take":
        done = services.take(actor=request.person, unpaid_ids=mine, now=timezone.now())
        text = ngettext("%(n)d order is yours now.", "%(n)d orders are yours now.", done)
        messages.success(request, text % {"n": done})
    else:
        form = forms.LostForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say why the orders are lost."))
            return back
        done = _lose(request, mine, form)
        text = ngettext("%(n)d order is closed as lost.", "%(n)d orders are closed as lost.", done)
        messages.success(request, text % {"n": done})
    return back
