"""The registry of figures that the portal knows by itself.

The part of the portal that holds the facts of a figure registers its reader from its
`registry.py`; a figure without one is typed by hand.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise

from portal.servicetime import ClosedThatDay, Timetable
from staff.daily.enums import Figure
from staff.rulebook import queries as rulebook

ONE_DAY = timedelta(days=1)
LOOK_BACK = 40  # days in a row on which the desk is closed


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose figures are wanted, for one service day: `[since, until)`."""

    person_ids: Collection[int]
    day: date
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a figure comes from. `definition` is printed beside it; people without rows are 0."""

    definition: str | Promise
    read: Callable[[Asked], Mapping[int, int]]


_sources: dict[Figure, Source] = {}


def register(figure: Figure, source: Source) -> None:
    """Let a part of the portal bring the facts of a figure; called when it is ready."""
    _sources[figure] = source


def definitions() -> dict[Figure, str | Promise]:
    """Return what each figure counts that the portal knows."""
    return {figure: source.definition for figure, source in _sources.items()}


def span_of(day: date, desk: Timetable) -> tuple[datetime, datetime]:
    """Return begin and end of a service day: from the end of the one before to its own end.

    What is done between two service days belongs to the one that comes (SHIFT-5), so a day on
    which the desk is closed holds nothing.
    """
    return end_of(day - ONE_DAY, desk), end_of(day, desk)


def end_of(day: date, desk: Timetable) -> datetime:
    """Return when a service day is over: when the last window that began by then ends (SHIFT-5)."""
    for back in range(LOOK_BACK):
        with suppress(ClosedThatDay):
            return desk.end_of_service_day(day - back * ONE_DAY)
    return midnight_after(day)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time(), timezone.get_default_timezone())


def figures_of(
    person_ids: Collection[int], *, day: date, desk: Timetable | None = None
) -> dict[int, dict[Figure, int]]:
    """Return what the portal knows of people's figures of a service day, by person."""
    since, until = span_of(day, desk or rulebook.timetable())
    asked = Asked(person_ids=person_ids, day=day, since=since, until=until)
    found: dict[int, dict[Figure, int]] = {person: {} for person in person_ids}
    for figure, source in _sources.items():
        counts = source.read(asked)
        for person in person_ids:
            found[person][figure] = counts.get(person, 0)
    return found
