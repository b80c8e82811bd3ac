"""The API of feedback: items read as the inbox shows them, added as a file of reviews is."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Query
from pydantic import Field

from complaints.enums import Channel
from feedback.enums import ItemKind, ItemState
from feedback.models import Item
from portal.api import paging, rows, versions
from portal.api.door import ApiRequest, Bearer
from portal.api.once import IdempotencyKey, once
from portal.api.paging import Page
from portal.api.rows import Written
from portal.api.types import Cursor, Given, Key, Limit, Moment, OneOf, Shown, Words
from portal.enums import ApiScope
from staff.people.http import StaffRequest

router = Router(tags=["feedback"])
NEWEST, CHANGED = paging.by("-received_at"), paging.by("changed_at")
Name = Annotated[str, Words(80, 1)]


class ItemShown(Shown):
    """One thing that a customer said on a channel (FBK-1)."""

    id: int
    channel: str
    reference: str
    store: str
    order: str | None
    product: str | None
    customer: str | None
    agent: str | None
    rating: int | None
    text: str
    received_at: datetime
    kind: str
    state: str
    owner: str | None
    answered_at: datetime | None
    complaint: str | None
    changed_at: datetime
    version: int


class ItemGiven(Given):
    """An item by channel and external number; the same twice is one item (FBK-6)."""

    channel: Annotated[str, OneOf(Channel)]
    store: Name
    reference: Annotated[str, Words(80, 1)]
    received_at: Moment
    text: Annotated[str, Words(20000, 1)]
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    customer: Annotated[str, Words(120)] | None = None
    order: Annotated[str, Words(64)] | None = None
    product: Annotated[str, Words(200)] | None = None


class ItemsGiven(Given):
    items: Annotated[list[ItemGiven], Field(min_length=1, max_length=rows.MOST)]


def _shown(row: Item) -> dict[str, Any]:
    names = (
        "reference", "rating", "text", "received_at", "kind", "state", "answered_at",
        "changed_at", "version",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in names},
        "id": row.pk,
        "channel": row.source,
        "store": row.store.name,
        "order": row.order.number if row.order else None,
        "product": row.product.name if row.product else None,
        "customer": row.customer.name if row.customer else None,
        "agent": row.agent.number if row.agent else None,
        "owner": row.owner.number if row.owner else None,
        "complaint": row.complaint.number if row.complaint else None,
    }


def _rows(request: HttpRequest) -> Any:  # noqa: ANN401 -- a QuerySet
    found = Item.objects.visible_to(cast("StaffRequest", request).scope)
    related = ("store", "order", "product", "customer", "agent", "owner", "complaint")
    hidden = ("words", "customer__phone", "customer__address", "complaint__words")
    return found.select_related(*related).defer(*hidden)


@router.get(
    "/feedback",
    response=Page[ItemShown],
    auth=Bearer(ApiScope.FEEDBACK),
    operation_id="list_feedback",
    url_name="feedback",
    summary="Feedback, the newest first, or in the order of its changes",
)
def index(  # noqa: PLR0913 -- filters of the address
    request: HttpRequest,
    *,
    changed_since: Moment | None = Query(
        None, description="Changed then or later, oldest change first."
    ),
    received_since: Moment | None = Query(None),
    received_until: Moment | None = Query(None, description="Received before this moment."),
    store: Name | None = Query(None, description="Name of the store."),
    channel: Annotated[str, OneOf(Channel)] | None = Query(None),
    kind: Annotated[str, OneOf(ItemKind)] | None = Query(None),
    state: Annotated[str, OneOf(ItemState)] | None = Query(None),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    wanted = {
        "changed_at__gte": changed_since,
        "received_at__gte": received_since,
        "received_at__lt": received_until,
        "store__name": store,
        "source": channel,
        "kind": kind,
        "state": state,
    }
    found = _rows(request).filter(**{name: one for name, one in wanted.items() if one is not None})
    sort = CHANGED if changed_since else NEWEST
    return paging.page_of(found, sort=sort, cursor=cursor, limit=limit, show=_shown)


@router.get(
    "/feedback/{id}",
    response=ItemShown,
    auth=Bearer(ApiScope.FEEDBACK),
    operation_id="read_feedback",
    url_name="feedback_item",
    summary="One item",
)
def item(request: HttpRequest, id: Key) -> dict[str, Any]:  # noqa: A002 -- the name of the path
    found = get_object_or_404(_rows(request), pk=id)
    versions.tell(request, found.version)
    return _shown(found)


@router.post(
    "/feedback",
    response=Written,
    auth=Bearer(ApiScope.FEEDBACK_WRITE),
    operation_id="put_feedback",
    url_name="feedback_put",
    summary="Add or change items by channel and external number, all or none",
)
def put(request: HttpRequest, body: ItemsGiven, key: IdempotencyKey = "") -> Status[Any]:
    given = [one.model_dump(exclude_unset=True) for one in body.items]
    user, scope = cast("ApiRequest", request).user, cast("StaffRequest", request).scope
    return once(
        request,
        key,
        lambda: rows.write("reviews", given, user=user, scope=scope, now=timezone.now()),
        status=200,
    )
