"""Customers and orders found while typing, and what their pages show. Masked throughout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from complaints.enums import CaseStage
from complaints.models import Complaint, Customer, FollowUp, Order
from complaints.queries.cases import CaseRow, count_of, looks_like_phone, rows_of
from portal import sealing
from staff.people.access import Scope
from staff.rulebook import queries as rulebook

FOUND = 8
NEAR = 200
ORDER_ROWS = 50
LONG_ENOUGH = 2


@dataclass(frozen=True, kw_only=True)
class Match:
    """A customer, with or without an order, that fits what is being typed."""

    customer_id: int
    name: str
    platform: str
    phone_masked: str
    order_id: int | None = None
    order_number: str = ""
    product: str = ""


def find(scope: Scope, text: str) -> list[Match]:
    """Return customers by phone or platform name, then orders by number, that one may see."""
    text = text.strip()
    if len(text) < LONG_ENOUGH:
        return []
    wanted = Q(name__startswith=text)
    if looks_like_phone(text):
        wanted |= Q(phone_hash=sealing.phone_hash(text))
    # The first by name, then those of them that one may see: the other way round the database
    # would look at every case before it looks at a name.
    near = list(
        Customer.objects.filter(wanted).order_by("name").values_list("pk", flat=True)[:NEAR]
    )
    customers = Customer.objects.visible_to(scope).filter(pk__in=near).order_by("name", "pk")
    found = [
        Match(
            customer_id=row["pk"],
            name=row["name"],
            platform=row["platform"],
            phone_masked=row["phone_masked"],
        )
        for row in customers.values("pk", "name", "platform", "phone_masked")[:FOUND]
    ]
    return (found + _orders(scope, text))[:FOUND]


def _orders(scope: Scope, text: str) -> list[Match]:
    orders = (
        Order.objects.visible_to(scope)
        .filter(number__startswith=text)
        .exclude(customer=None)
        .select_related("customer", "product")
        .order_by("number", "pk")
    )
    return [
        Match(
            customer_id=order.customer.pk,
            name=order.customer.name,
            platform=order.customer.platform,
            phone_masked=order.customer.phone_masked,
            order_id=order.pk,
            order_number=order.number,
            product=order.product.name if order.product else "",
        )
        for order in orders[:FOUND]
        if order.customer
    ]


@dataclass(frozen=True, kw_only=True)
class CustomerPage:
    """What one may see of a customer."""

    cases: list[CaseRow]
    number_of_cases: int
    orders: list[Order]


def page_of_customer(scope: Scope, customer: Customer) -> CustomerPage:
    cases = Complaint.objects.visible_to(scope).filter(customer=customer)
    ids = list(cases.order_by("-registered_at", "-pk").values_list("pk", flat=True)[:50])
    orders = Order.objects.visible_to(scope).filter(customer=customer)
    return CustomerPage(
        cases=rows_of(ids),
        number_of_cases=count_of(cases),
        orders=list(orders.select_related("store", "product").order_by("-bought_at", "-pk")[:50]),
    )


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """A page of the list of orders."""

    rows: Sequence[Order]
    after: str
    count: int


def page_of_orders(scope: Scope, *, text: str = "", after: str = "") -> OrderPage:
    """Return orders that one may see, the last entered first."""
    orders = Order.objects.visible_to(scope)
    text = text.strip()
    if text:
        wanted = Q(number__startswith=text)
        wanted |= Q(customer__in=named(text))
        orders = orders.filter(wanted)
    count = orders.values("pk")[:10_001].count()
    if after:
        orders = orders.filter(pk__lt=int(after)) if after.isdigit() else orders.none()
    rows = list(
        orders.select_related("store", "customer", "product").order_by("-pk")[: ORDER_ROWS + 1]
    )
    more = len(rows) > ORDER_ROWS
    rows = rows[:ORDER_ROWS]
    return OrderPage(rows=rows, after=str(rows[-1].pk) if more else "", count=count)


def named(text: str) -> list[int]:
    """Return the keys of customers by the start of the name, or by phone."""
    wanted = Q(name__startswith=text)
    if looks_like_phone(text):
        wanted |= Q(phone_hash=sealing.phone_hash(text))
    return list(Customer.objects.filter(wanted).values_list("pk", flat=True)[:200])


def cases_of_order(scope: Scope, order: Order) -> list[CaseRow]:
    cases = Complaint.objects.visible_to(scope).filter(order=order)
    return rows_of(list(cases.order_by("-registered_at", "-pk").values_list("pk", flat=True)[:50]))


def followups_of_order(scope: Scope, order: Order) -> list[FollowUp]:
    rows = FollowUp.objects.visible_to(scope).filter(order=order)
    return list(rows.select_related("owner", "complaint").order_by("-state", "due_at", "pk")[:50])


def repeat_days(today: date) -> int:
    """Return within how many days a complaint counts as repeated (CMP-13)."""
    return rulebook.policy_on(today).repeat_days


@dataclass(frozen=True)
class Repeated:
    """How often somebody has complained lately, as far as one may see (CMP-13)."""

    count: int
    days: int


def repeated(
    scope: Scope, *, customer_id: int, now: datetime, today: date, besides: int | None = None
) -> Repeated:
    """Count the visible complaints of a customer within the days of the policy."""
    days = repeat_days(today)
    cases = Complaint.objects.visible_to(scope).filter(
        customer_id=customer_id, registered_at__gte=now - timedelta(days=days)
    )
    cases = cases.exclude(stage=CaseStage.MERGED)
    if besides is not None:
        cases = cases.exclude(pk=besides)
    return Repeated(cases.count(), days)
