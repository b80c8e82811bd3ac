"""The API of published shifts: names and times, as the roster shows them."""

from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query

from portal.api import paging
from portal.api.door import Bearer
from portal.api.paging import Page
from portal.api.types import Cursor, Day, Limit, Number, Shown
from portal.enums import ApiScope
from staff.people.http import StaffRequest
from staff.roster.models import Assignment

router = Router(tags=["shifts"])
BY_START = paging.by("starts_at")


class ShiftShown(Shown):
    """A person's shift; it belongs to the day on which it starts (SHIFT-1)."""

    date: date
    shift: str
    number: str
    name: str
    team: str | None
    lead: bool
    starts_at: datetime
    ends_at: datetime


def _shown(row: Assignment) -> dict[str, Any]:
    return {
        "date": row.day,
        "shift": row.shift_type.code,
        "number": row.person.number,
        "name": row.person.name,
        "team": row.team.name if row.team else None,
        "lead": row.is_lead,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
    }


@router.get(
    "/shifts",
    response=Page[ShiftShown],
    auth=Bearer(ApiScope.SHIFTS),
    operation_id="list_shifts",
    url_name="shifts",
    summary="Shifts by their start",
)
def shifts(
    request: HttpRequest,
    since: Day | None = Query(None, description="From this day on, which counts."),
    until: Day | None = Query(None, description="Up to this day, which counts."),
    person: Number | None = Query(None, description="Staff number."),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    rows = Assignment.objects.visible_to(cast("StaffRequest", request).scope)
    if since:
        rows = rows.filter(day__gte=since)
    if until:
        rows = rows.filter(day__lte=until)
    if person:
        rows = rows.filter(person__number=person)
    rows = rows.select_related("person", "shift_type", "team")
    return paging.page_of(rows, sort=BY_START, cursor=cursor, limit=limit, show=_shown)
