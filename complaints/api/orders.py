"""Orders: read without personal data, written as a file of orders is."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Query
from pydantic import Field

from complaints.models import Order
from portal.api import paging, rows, versions
from portal.api.door import ApiRequest, Bearer
from portal.api.once import IdempotencyKey, once
from portal.api.paging import Page
from portal.api.rows import Written
from portal.api.types import Cursor, Fen, Given, Key, Limit, Moment, Number, Shown, Words
from portal.enums import ApiScope
from staff.people.http import StaffRequest

router = Router(tags=["orders"])
NEWEST = paging.by("-pk")
Name = Annotated[str, Words(80, 1)]


class OrderShown(Shown):
    """An order; its customer's phone and address stand masked, as in lists."""

    id: int
    order: str
    store: str
    customer: str | None
    phone_masked: str | None
    product: str | None
    specification: str
    batch: str
    amount_fen: int | None
    bought_at: datetime | None
    promised_at: datetime | None
    shipped_at: datetime | None
    tracking: str
    remark: str
    remark_by: str | None
    version: int


class OrderGiven(Given):
    """An order by store and number. What is left out stays as it is; null clears it."""

    order: Annotated[str, Words(64, 1)]
    store: Name
    bought_at: Moment
    customer: Annotated[str, Words(120)] | None = None
    phone: Annotated[str, Words(40)] | None = None
    address: Annotated[str, Words(300)] | None = None
    product: Annotated[str, Words(200)] | None = None
    specification: Annotated[str, Words(200)] | None = None
    batch: Annotated[str, Words(80)] | None = None
    amount_fen: Fen | None = None
    promised_at: Moment | None = None
    shipped_at: Moment | None = None
    tracking: Annotated[str, Words(80)] | None = None
    remark: Annotated[str, Words(500)] | None = None
    remark_by: Number | None = None


class OrdersGiven(Given):
    items: Annotated[list[OrderGiven], Field(min_length=1, max_length=rows.MOST)]


def _shown(row: Order) -> dict[str, Any]:
    names = (
        "specification", "batch", "amount_fen", "bought_at", "promised_at", "shipped_at",
        "tracking", "remark", "version",
    )  # fmt: skip
    return {
        "id": row.pk,
        "order": row.number,
        "store": row.store.name,
        "customer": row.customer.name if row.customer else None,
        "phone_masked": row.customer.phone_masked if row.customer else None,
        "product": row.product.name if row.product else None,
        "remark_by": row.remark_by.number if row.remark_by else None,
        **{name: getattr(row, name) for name in names},
    }


def _rows(request: HttpRequest) -> Any:  # noqa: ANN401 -- a QuerySet
    found = Order.objects.visible_to(cast("StaffRequest", request).scope)
    found = found.select_related("store", "customer", "product", "remark_by")
    return found.defer("customer__phone", "customer__address")


@router.get(
    "/orders",
    response=Page[OrderShown],
    auth=Bearer(ApiScope.ORDERS),
    operation_id="list_orders",
    url_name="orders",
    summary="Orders, the newest first",
)
def index(  # noqa: PLR0913 -- filters of the address
    request: HttpRequest,
    *,
    store: Name | None = Query(None, description="Name of the store."),
    order: Annotated[str, Words(64, 1)] | None = Query(None, description="Order number."),
    bought_since: Moment | None = Query(None),
    shipped: bool | None = Query(None),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    found = _rows(request)
    if store:
        found = found.filter(store__name=store)
    if order:
        found = found.filter(number=order)
    if bought_since:
        found = found.filter(bought_at__gte=bought_since)
    if shipped is not None:
        found = found.filter(shipped_at__isnull=not shipped)
    return paging.page_of(found, sort=NEWEST, cursor=cursor, limit=limit, show=_shown)


@router.get(
    "/orders/{id}",
    response=OrderShown,
    auth=Bearer(ApiScope.ORDERS),
    operation_id="read_order",
    url_name="order",
    summary="One order",
)
def order(request: HttpRequest, id: Key) -> dict[str, Any]:  # noqa: A002 -- the name of the path
    found = get_object_or_404(_rows(request), pk=id)
    versions.tell(request, found.version)
    return _shown(found)


@router.post(
    "/orders",
    response=Written,
    auth=Bearer(ApiScope.ORDERS_WRITE),
    operation_id="put_orders",
    url_name="orders_put",
    summary="Add or change orders by store and number, all or none",
)
def put(request: HttpRequest, body: OrdersGiven, key: IdempotencyKey = "") -> Status[Any]:
    given = [one.model_dump(exclude_unset=True) for one in body.items]
    user, scope = cast("ApiRequest", request).user, cast("StaffRequest", request).scope
    return once(
        request,
        key,
        lambda: rows.write("orders", given, user=user, scope=scope, now=timezone.now()),
        status=200,
    )
