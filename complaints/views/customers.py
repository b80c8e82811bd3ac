"""Customers and orders: found while typing, and their pages."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints import access
from complaints.enums import ShippingState
from complaints.forms import cases as forms
from complaints.models import Customer, Order
from complaints.queries import customers as queries
from complaints.services import customers
from complaints.texts import cases as texts
from complaints.views import liability, remarks
from complaints.views.cases import severities
from portal.money import Fen, display_yuan
from staff.people.http import StaffRequest


@require_GET
def find(request: StaffRequest) -> HttpResponse:
    """What fits the customer or the order number that is being typed into the form."""
    typed = next(
        (text for name in ("name", "phone", "order_number") if (text := request.GET.get(name, ""))),
        "",
    )
    source = request.headers.get("HX-Trigger-Name", "")
    typed = request.GET.get(source, "") or typed
    matches = queries.find(request.scope, typed)
    return render(request, "complaints/found.html", {"matches": matches, "typed": typed.strip()})


@require_GET
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    found = Customer.objects.visible_to(request.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    page = queries.page_of_customer(request.scope, found)
    lately = queries.repeated(
        request.scope, customer_id=found.pk, now=timezone.now(), today=request.scope.today
    )
    labels = severities()
    context = {
        "customer": found,
        "rows": [(row, labels[row.severity]) for row in page.cases],
        "number_of_cases": page.number_of_cases,
        "orders": page.orders,
        "repeated": texts.of_repeated(lately.count, lately.days) if lately.count > 1 else "",
        "can_value": access.can_value(request.scope),
        "now": timezone.now(),
    }
    return render(request, "complaints/customer.html", context)


@require_GET
def orders(request: StaffRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:200]
    page = queries.page_of_orders(request.scope, text=text, after=request.GET.get("after", ""))
    context = {"page": page, "text": text, "now": timezone.now()}
    return render(request, "complaints/orders/list.html", context)


def _order(request: StaffRequest, pk: int) -> Order:
    rows = Order.objects.visible_to(request.scope)
    found = rows.select_related("store", "customer", "product", "remark_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
def order(request: StaffRequest, pk: int) -> HttpResponse:
    found = _order(request, pk)
    labels = severities()
    state = ShippingState.SHIPPED if found.shipped_at else ShippingState.NOT_SHIPPED
    context = {
        "order": found,
        "state": state.label,
        "shipped": found.shipped_at is not None,
        "amount": display_yuan(Fen(found.amount_fen)) if found.amount_fen is not None else "",
        "rows": [
            (row, labels[row.severity]) for row in queries.cases_of_order(request.scope, found)
        ],
        "followups": queries.followups_of_order(request.scope, found),
        "can_edit": access.can_edit_order(request.scope, found),
        "now": timezone.now(),
        **liability.section(request, order=found),
        **liability.chases(request, found),
        **remarks.section(request, found),
    }
    return render(request, "complaints/orders/order.html", context)


@require_http_methods(["GET", "POST"])
def edit_order(request: StaffRequest, pk: int) -> HttpResponse:
    found = _order(request, pk)
    if not access.can_edit_order(request.scope, found):
        raise PermissionDenied
    names = ("version", "bought_at", "promised_at", "shipped_at", "tracking")
    if request.method == "GET":
        form = forms.OrderForm(initial={name: getattr(found, name) for name in names})
        return render(request, "complaints/orders/form.html", {"order": found, "form": form})
    form = forms.OrderForm(request.POST)
    if not form.is_valid():
        context = {"order": found, "form": form}
        return render(request, "complaints/orders/form.html", context, status=422)
    try:
        customers.change_order(
            actor=request.person,
            order_id=found.pk,
            shipment=form.shipment(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except customers.OrderChangedMeanwhile as error:
        form.data = {**request.POST.dict(), "version": error.current.version}
        stored = [(form.fields[name].label, getattr(error.current, name)) for name in names[1:]]
        context = {"order": error.current, "form": form, "stored": stored}
        return render(request, "complaints/orders/form.html", context, status=409)
    messages.success(request, _("The order is changed."))
    return redirect("complaints:order", pk=found.pk)
