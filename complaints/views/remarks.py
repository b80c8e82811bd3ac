"""The remark of an order, its versions, and promises of shipping."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.forms import orders as forms
from complaints.models import Order, UnpaidOrder
from complaints.policies import orders as policies
from complaints.queries import orders as queries
from complaints.services import orders as services
from complaints.services.customers import OrderChangedMeanwhile
from complaints.texts import orders as texts
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50


def section(request: StaffRequest, order: Order) -> dict[str, Any]:
    """Return what the page of an order shows of its remark and of promises."""
    versions = queries.remarks_of(order.pk)
    may_write = access.can_write_remark(request.scope, order)
    liable = access.can_propose_liability(request.scope, order.store_id)
    return {
        "remarks": versions,
        "standing_remark": queries.standing_remark(order, versions),
        "promises": queries.promises_of(order.pk),
        "unpaid": UnpaidOrder.objects.visible_to(request.scope).filter(order=order).first(),
        "may_write_remark": may_write,
        "liable_url": _liable_url(order) if liable and order.remark else "",
        "promise_form": forms.PromiseForm(
            initial={"form_key": submissions.new_key()}, auto_id="promise-%s"
        )
        if may_write and order.shipped_at is None
        else None,
    }


def _liable_url(order: Order) -> str:
    """Return where the author of the remark that counts stands as the one to bear (INC-4)."""
    query = urlencode({"order": order.pk, "ground": "REMARK"})
    return f"{reverse('complaints:propose_liability')}?{query}"


def _order(request: StaffRequest, pk: int) -> Order:
    rows = Order.objects.visible_to(request.scope).select_related("store")
    order = get_object_or_404(rows, pk=pk)
    if not access.can_write_remark(request.scope, order):
        raise PermissionDenied
    return order


@require_http_methods(["GET", "POST"])
def remark(request: StaffRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    versions = queries.remarks_of(order.pk)
    if request.method == "GET":
        last = versions[0] if versions else None
        parts = {name: getattr(last, name) for name in texts.PARTS} if last else {}
        form = forms.RemarkForm(initial={"version": order.version, **parts})
        return _remark_page(request, order, form)
    form = forms.RemarkForm(request.POST)
    if not form.is_valid():
        return _remark_page(request, order, form, status=422)
    try:
        services.write_remark(
            actor=request.person,
            order_id=order.pk,
            parts=form.parts(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except services.PartMissing as error:
        for name, sentence in texts.missing(error.names):
            form.add_error(name, sentence)
        return _remark_page(request, order, form, status=422)
    except OrderChangedMeanwhile as error:
        form.data = {**request.POST.dict(), "version": error.current.version}
        return _remark_page(request, error.current, form, status=409, stored=True)
    messages.success(request, _("The remark is written. Copy it to the platform now."))
    return redirect(f"{reverse('complaints:order', args=[order.pk])}#remark")


def _remark_page(
    request: StaffRequest,
    order: Order,
    form: forms.RemarkForm,
    *,
    status: int = 200,
    stored: bool = False,
) -> HttpResponse:
    context = {"order": order, "form": form, "stored": stored}
    return render(request, "complaints/orders/remark.html", context, status=status)


@require_POST
def promise(request: StaffRequest, pk: int) -> HttpResponse:
    """Note what the customer was promised, with a reminder to ask the warehouse."""
    order = _order(request, pk)
    form = forms.PromiseForm(request.POST, auto_id="promise-%s")
    if form.is_valid():
        purpose = _("Ask the warehouse when order %(number)s leaves") % {"number": order.number}
        try:
            services.promise(
                actor=request.person,
                order_id=order.pk,
                given=form.given(purpose=purpose),
                now=timezone.now(),
                form_key=form.cleaned_data["form_key"],
            )
        except submissions.AlreadySubmitted:
            messages.info(request, _("This was noted already; the form was sent twice."))
        except services.Refused as error:
            form.add_error(None, str(texts.REFUSALS[error.reason]))
        else:
            messages.success(request, _("The promise is noted."))
        if not form.errors:
            return redirect("complaints:order", pk=pk)
    context = {"order": order, "form": form}
    return render(request, "complaints/orders/promise.html", context, status=422)


@require_GET
def promises(request: StaffRequest) -> HttpResponse:
    """Orders with a promised time that have not left, the longest overdue first."""
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    now, page = timezone.now(), page_of(request.GET)
    form = forms.PromiseFilter(request.GET, stores=queries.stores_of(request.scope))
    wanted, tab, end = form.wanted, form.tab_now, queries.end_of_day(now)
    found = queries.promised(
        request.scope,
        queries.Promises(
            now=now,
            end=end,
            tab=tab,
            store=int(wanted.get("store", 0)),
            text=wanted.get("q", ""),
        ),
    )
    start = (page - 1) * PAGE_SIZE
    rows = queries.with_chases(found, start=start, size=PAGE_SIZE + 1)
    overdue, today = queries.promised_counts(request.scope, now=now, end=end)
    labels = {
        queries.OVERDUE: (_("overdue promises"), overdue),
        queries.TODAY: (_("due today"), today),
        queries.ALL: (_("all open promises"), None),
    }
    context = {
        "form": form,
        "rows": [
            (row, texts.watch_badge(policies.watch_of(row.promised_at, now=now, end_of_day=end)))
            for row in rows[:PAGE_SIZE]
            if row.promised_at
        ],
        "tabs": [
            {
                "label": label,
                "count": count,
                "url": f"?{form.query(tab=code)}",
                "active": code == tab,
            }
            for code, (label, count) in labels.items()
        ],
        "reset": f"?tab={tab}",
        "count": found.count(),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "now": now,
    }
    template = "complaints/orders/promises.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)
