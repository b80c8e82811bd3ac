"""The API of figures: what dashboards count, from the same registry and within the same scope."""

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.params.functions import Query

from portal import figures
from portal.api.door import Bearer
from portal.api.problems import FIELD_SENTENCES, Problem
from portal.api.types import Day, Key, Shown, Words
from portal.enums import ApiScope
from portal.figures import Asked, Figure
from portal.period import DaySpan

router = Router(tags=["figures"])
READ = Bearer(ApiScope.MEASURES)
MOST_ROWS = 5000
LONGEST = 366  # days
Code = Annotated[str, Words(60, 1)]


class FigureNamed(Shown):
    """A figure that one may ask for; `whole` is whether its lines are parts of one sum."""

    code: str
    title: str
    definition: str
    whole: bool
    ahead: bool


class Figures(Shown):
    items: list[FigureNamed]


class LineShown(Shown):
    """How many in the period, and in the one before; that is null where a figure looks ahead."""

    line: str
    label: str
    value: int
    before: int | None


class FigureCounted(Shown):
    code: str
    since: date
    until: date
    before_since: date
    before_until: date
    lines: list[LineShown]


class RowShown(Shown):
    """Something that a line counts, `number` times."""

    key: str
    text: str
    at: datetime | date | None
    number: int


class RowsShown(Shown):
    """The rows of a line: `sum` is what the line says."""

    line: str
    sum: int
    rows: list[RowShown]
    more: bool


def _figure(request: HttpRequest, code: str) -> Figure:
    found = next((one for one in figures.every() if one.code == code), None)
    if found is None:
        raise Http404
    if not found.shown(_scope(request)):
        raise PermissionDenied
    return found


def _scope(request: HttpRequest) -> object:
    return getattr(request, "scope", None)


def _asked(since: date, until: date, team: int | None, store: int | None) -> Asked:
    """Return the question; both days count, and are service days. Raises Problem."""
    if until < since or (until - since).days >= LONGEST:
        raise Problem(422, errors=[("until", str(FIELD_SENTENCES["day"]))])
    return figures.asked(DaySpan(since, until), now=timezone.now(), team=team, store=store)


@router.get(
    "/figures",
    response=Figures,
    auth=READ,
    operation_id="list_figures",
    url_name="figures",
    summary="What is counted",
)
def index(request: HttpRequest) -> dict[str, Any]:
    return {
        "items": [
            {
                "code": one.code,
                "title": str(one.title),
                "definition": str(one.definition),
                "whole": one.whole,
                "ahead": one.ahead,
            }
            for one in figures.seen_by(_scope(request))
        ]
    }


@router.get(
    "/figures/{code}",
    response=FigureCounted,
    auth=READ,
    operation_id="read_figure",
    url_name="figure",
    summary="A figure of a span of service days, against the span before",
)
def figure(
    request: HttpRequest,
    code: Code,
    since: Day = Query(..., description="The first service day."),
    until: Day = Query(..., description="The last service day, which counts."),
    team: Key | None = Query(None, description="Only of this team."),
    store: Key | None = Query(None, description="Only of this store."),
) -> dict[str, Any]:
    found, asked = _figure(request, code), _asked(since, until, team, store)
    return {
        "code": code,
        "since": asked.span.first_day,
        "until": asked.span.last_day,
        "before_since": asked.before.first_day,
        "before_until": asked.before.last_day,
        "lines": [
            {
                "line": line.code,
                "label": figures.label_of(found, line),
                "value": line.value,
                "before": line.last,
            }
            for line in found.read(_scope(request), asked)
        ],
    }


@router.get(
    "/figures/{code}/{line}",
    response=RowsShown,
    auth=READ,
    operation_id="read_figure_rows",
    url_name="figure_rows",
    summary="The rows that one line of a figure counts",
)
def rows(  # noqa: PLR0913 -- filters of the address
    request: HttpRequest,
    *,
    code: Code,
    line: Code,
    since: Day = Query(..., description="The first service day."),
    until: Day = Query(..., description="The last service day, which counts."),
    team: Key | None = Query(None, description="Only of this team."),
    store: Key | None = Query(None, description="Only of this store."),
) -> dict[str, Any]:
    found, asked = _figure(request, code), _asked(since, until, team, store)
    counted = found.rows(_scope(request), asked, line)
    return {
        "line": line,
        "sum": sum(row.number for row in counted),
        "rows": [
            {"key": row.key, "text": row.text, "at": row.at, "number": row.number}
            for row in counted[:MOST_ROWS]
        ],
        "more": len(counted) > MOST_ROWS,
    }
