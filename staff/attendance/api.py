"""The API of punches: read as the pages show them, added as a file of punches is."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Query
from pydantic import Field

from portal.api import paging, rows
from portal.api.door import ApiRequest, Bearer
from portal.api.once import IdempotencyKey, once
from portal.api.paging import Page
from portal.api.rows import Written
from portal.api.types import Cursor, Given, Limit, Moment, Number, OneOf, Shown, Words
from portal.enums import ApiScope
from staff.attendance.enums import Side
from staff.attendance.models import Punch
from staff.people.http import StaffRequest

router = Router(tags=["punches"])
BY_TIME = paging.by("punched_at")


class PunchShown(Shown):
    """One moment at which somebody clocked."""

    id: int
    number: str
    punched_at: datetime
    kind: str
    source: str
    reference: str
    recorded_at: datetime


class PunchGiven(Given):
    """One punch. The same person and second twice is one punch."""

    number: Number
    punched_at: Moment
    kind: Annotated[str, OneOf(Side)] | None = None
    source: Annotated[str, Words(40)] | None = None
    reference: Annotated[str, Words(80)] | None = None


class PunchesGiven(Given):
    items: Annotated[list[PunchGiven], Field(min_length=1, max_length=rows.MOST)]


def _shown(row: Punch) -> dict[str, Any]:
    names = ("punched_at", "kind", "source", "reference", "recorded_at")
    return {
        "id": row.pk,
        "number": row.person.number,
        **{name: getattr(row, name) for name in names},
    }


@router.get(
    "/punches",
    response=Page[PunchShown],
    auth=Bearer(ApiScope.PUNCHES),
    operation_id="list_punches",
    url_name="punches",
    summary="Punches by time",
)
def punches(
    request: HttpRequest,
    since: Moment | None = Query(None, description="Punched at this moment or later."),
    until: Moment | None = Query(None, description="Punched before this moment."),
    person: Number | None = Query(None, description="Staff number."),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    found = Punch.objects.visible_to(cast("StaffRequest", request).scope)
    if since:
        found = found.filter(punched_at__gte=since)
    if until:
        found = found.filter(punched_at__lt=until)
    if person:
        found = found.filter(person__number=person)
    found = found.select_related("person")
    return paging.page_of(found, sort=BY_TIME, cursor=cursor, limit=limit, show=_shown)


@router.post(
    "/punches",
    response=Written,
    auth=Bearer(ApiScope.PUNCHES_WRITE),
    operation_id="add_punches",
    url_name="punches_add",
    summary="Add punches, all or none",
)
def add(request: HttpRequest, body: PunchesGiven, key: IdempotencyKey = "") -> Status[Any]:
    given = [one.model_dump(exclude_unset=True) for one in body.items]
    user, scope = cast("ApiRequest", request).user, cast("StaffRequest", request).scope
    return once(
        request,
        key,
        lambda: rows.write("punches", given, user=user, scope=scope, now=timezone.now()),
        status=200,
    )
