"""The registry of figures: a dashboard, an export and any other system read them here alone.

A figure is a table of lines. Each line counts rows of a period and of the one before, and gives
those rows: so what a chart shows is what its table says, what the rows behind it are, and what an
export writes. Providers are typed functions of a room's `queries`, scoped themselves; a scope of
None (the command line) sees everything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from portal.period import DaySpan, Month, NotAMonth

ONE_DAY = timedelta(days=1)
Text = str | Promise


class Chart(Enum):
    """How a figure is drawn beside its table."""

    BARS = "bar"
    COLUMNS = "column"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wanted: service days from `span`, both included, against those of `before`.

    `team`, `site` and `store` narrow what the scope sees; a figure that does not know one of them
    says so with `narrows`. `now` is the moment of asking.
    """

    span: DaySpan
    before: DaySpan
    now: datetime
    team: int | None = None
    site: int | None = None
    store: int | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a figure: how many in the period, and how many in the one before.

    `last` is None where the figure looks ahead. `bad` marks what should be few.
    """

    code: str
    value: int
    label: Text = ""
    last: int | None = None
    bad: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """Something that a line counts, `number` times; `url` leads to its page."""

    key: str
    text: str
    at: datetime | date | None = None
    url: str = ""
    number: int = 1


Read = Callable[[Any, Asked], Sequence[Line]]
Rows = Callable[[Any, Asked, str], Sequence[Row]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What is counted. `definition` is printed beside it: which rows, and by which moment.

    `whole` is whether the lines are parts of one sum, so that shares make sense; `ahead` whether
    it looks at days to come instead of the period; `narrows` which filters it follows. `labels`
    gives the words of lines whose provider has none. `on_home` is whether deputies and supervisors
    see its sum on their home page; all of these together ask at most five questions.
    """

    code: str
    title: Text
    definition: Text
    position: int
    read: Read
    rows: Rows
    shown: Callable[[Any], bool]
    icon: str = "bar-chart"
    whole: bool = True
    ahead: bool = False
    chart: Chart = Chart.BARS
    labels: Mapping[str, Text] = field(default_factory=dict)
    on_home: bool = False
    narrows: frozenset[str] = field(default_factory=lambda: frozenset({"team", "site", "store"}))


@dataclass(frozen=True, kw_only=True)
class Places:
    """What the filters offer to somebody: keys and names."""

    teams: Sequence[tuple[int, str]] = ()
    sites: Sequence[tuple[int, str]] = ()
    stores: Sequence[tuple[int, str]] = ()


_figures: dict[str, Figure] = {}
_places: list[Callable[[Any], Places]] = []
_service_day: list[Callable[[datetime], date]] = []


def register(figure: Figure) -> None:
    """Add a figure; called when its app is ready."""
    _figures[figure.code] = figure


def register_places(provider: Callable[[Any], Places]) -> None:
    """Say which teams, sites and stores a scope may narrow to; staff does so."""
    _places[:] = [provider]


def register_service_day(provider: Callable[[datetime], date]) -> None:
    """Say to which service day a moment belongs (SHIFT-5); staff does so."""
    _service_day[:] = [provider]


def label_of(figure: Figure, line: Line) -> str:
    """Return the words of a line."""
    return str(line.label or figure.labels.get(line.code, line.code))


def places_of(request: HttpRequest) -> Places:
    """Return what whoever asks may narrow to."""
    return _places[0](getattr(request, "scope", None)) if _places else Places()


def service_day(now: datetime) -> date:
    """Return the service day of a moment."""
    return _service_day[0](now) if _service_day else now.date()


def every() -> list[Figure]:
    """Return all figures in their order."""
    return sorted(_figures.values(), key=lambda figure: (figure.position, figure.code))


def seen_by(scope: object) -> list[Figure]:
    """Return the figures that a scope may look at, in their order."""
    return [figure for figure in every() if scope is not None and figure.shown(scope)]


def before(span: DaySpan) -> DaySpan:
    """Return the period before: for a whole month the month before, else as many days."""
    month = Month.of(span.first_day)
    if span == month.span:
        try:
            return month.previous().span
        except NotAMonth:
            return span
    return DaySpan(span.first_day - span.days * ONE_DAY, span.first_day - ONE_DAY)


def asked(
    span: DaySpan,
    *,
    now: datetime,
    team: int | None = None,
    site: int | None = None,
    store: int | None = None,
) -> Asked:
    """Return the question about a period, against the one before."""
    return Asked(span=span, before=before(span), now=now, team=team, site=site, store=store)
