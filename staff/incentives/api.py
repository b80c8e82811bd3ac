"""The API of measures: the figures behind targets, with their rows. No amounts, no wages."""

from datetime import datetime, timedelta
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query

from portal.api.door import Bearer
from portal.api.problems import FIELD_SENTENCES, Problem
from portal.api.types import Day, Number, OneOf, Shown, Words
from portal.enums import ApiScope
from staff.daily.queries import known
from staff.incentives.enums import Measure
from staff.incentives.policies.targets import LONGEST_PERIOD, SCALES, figure_of
from staff.incentives.queries import measures as queries
from staff.incentives.queries.measures import Asked
from staff.people.access import Scope
from staff.people.http import StaffRequest
from staff.people.models import Person, Store
from staff.rulebook import queries as rulebook

router = Router(tags=["measures"])
MOST_ROWS = 5000


class MeasureShown(Shown):
    """What is measured; values are hundredths of the unit."""

    measure: str
    label: str
    unit: str
    definition: str


class Measures(Shown):
    items: list[MeasureShown]


class ValueShown(Shown):
    key: str
    at: datetime
    value: int
    weight: int
    person: str | None
    store: str | None


class FigureShown(Shown):
    """A figure over a span of days with the rows that it is made of; null without rows."""

    measure: str
    unit: str
    since: datetime
    until: datetime
    value: int | None
    count: int
    rows: list[ValueShown]
    more: bool


@router.get(
    "/measures",
    response=Measures,
    auth=Bearer(ApiScope.MEASURES),
    operation_id="list_measures",
    url_name="measures",
    summary="What is measured",
)
def index(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 -- ninja's signature
    return {"items": [_measure(measure) for measure in Measure]}


def _measure(measure: Measure) -> dict[str, Any]:
    source = queries.source_of(measure)
    return {
        "measure": str(measure),
        "label": str(measure.label),
        "unit": SCALES[measure].unit.value,
        "definition": str(source.definition) if source else "",
    }


def _asked(
    scope: Scope, *, person: str | None, store: str | None, span: tuple[datetime, datetime]
) -> Asked:
    """Return whose rows are wanted: of a person or a store that one sees, else of all of these."""
    people = set(scope.below_ids) | ({scope.person_id} if scope.person_id else set())
    stores: set[int] = set() if person else set(scope.store_ids)
    if person:
        people &= set(Person.objects.filter(number=person).values_list("pk", flat=True))
    if store:
        stores &= set(Store.objects.filter(name=store).values_list("pk", flat=True))
        people = set()
    return Asked(person_ids=people, store_ids=stores, since=span[0], until=span[1])


@router.get(
    "/measures/{measure}",
    response=FigureShown,
    auth=Bearer(ApiScope.MEASURES),
    operation_id="read_measure",
    url_name="measure",
    summary="A figure of the people below and the stores served, with its rows",
)
def figure(
    request: HttpRequest,
    measure: Annotated[str, OneOf(Measure)],
    since: Day = Query(..., description="The first service day."),
    until: Day = Query(..., description="The last service day, which counts."),
    person: Number | None = Query(None, description="Staff number: this person only."),
    store: Annotated[str, Words(80)] | None = Query(None, description="Name: this store only."),
) -> dict[str, Any]:
    if until < since or (until - since).days >= LONGEST_PERIOD:
        raise Problem(422, errors=[("until", str(FIELD_SENTENCES["day"]))])
    scope = cast("StaffRequest", request).scope
    desk = rulebook.timetable()
    begin, end = known.end_of(since - timedelta(days=1), desk), known.end_of(until, desk)
    which = Measure(measure)
    rows = queries.rows_of(which, _asked(scope, person=person, store=store, span=(begin, end)))
    found = figure_of(rows, SCALES[which])
    shown = rows[:MOST_ROWS]
    names = dict(
        Person.objects.filter(pk__in={row.person_id for row in shown}).values_list("pk", "number")
    )
    stores = dict(
        Store.objects.filter(pk__in={row.store_id for row in shown}).values_list("pk", "name")
    )
    mine = scope.below_ids | {scope.person_id}
    return {
        "measure": measure,
        "unit": SCALES[which].unit.value,
        "since": begin,
        "until": end,
        "value": found.value if found else None,
        "count": found.rows if found else 0,
        "rows": [
            {
                "key": row.key,
                "at": row.at,
                "value": row.value,
                "weight": row.weight,
                "person": names.get(row.person_id or 0) if row.person_id in mine else None,
                "store": stores.get(row.store_id or 0),
            }
            for row in shown
        ],
        "more": len(rows) > len(shown),
    }
