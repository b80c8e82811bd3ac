"""The live board: who of the running shifts is on, late, missing, leaving, still serving."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from staff.attendance.policies.judging import Result
from staff.attendance.queries.listing import ListedShift, rows_of, watched, with_results
from staff.people.access import Scope

SOON = timedelta(minutes=30)
SERVING = timedelta(hours=2)


class Place(StrEnum):
    """Where somebody is, as far as the punches tell."""

    MISSING = "missing"  # begun, and no punch-in
    ON = "on"
    LEAVING = "leaving"  # on, and the end is near
    SERVING = "serving"  # past the end, and no punch-out: still with a customer (SHIFT-3)
    COMING = "coming"  # begins soon
    GONE = "gone"
    AWAY = "away"


@dataclass(frozen=True)
class BoardRow:
    """A person of a running shift; `minutes` late so far, or past the end while serving."""

    shift: ListedShift
    place: Place
    minutes: int
    since: datetime | None


def board(
    scope: Scope, *, now: datetime, team: int | None = None, of_others: bool = False
) -> list[BoardRow]:
    """Return the shifts that one sees and that run, begin soon or have just ended.

    With `of_others` without one's own, unless one leads it.
    """
    shifts = watched(scope).filter(starts_at__lte=now + SOON, ends_at__gte=now - SERVING)
    if of_others:
        shifts = shifts.filter(~Q(person_id=scope.person_id) | Q(is_lead=True))
    if team is not None:
        shifts = shifts.filter(team_id=team)
    rows = with_results(rows_of(shifts, sort="person"), now=now)
    found = [_placed(row, row.result, now=now) for row in rows if row.result]
    order = list(Place)
    return sorted(found, key=lambda row: (order.index(row.place), row.shift.number))


def _placed(row: ListedShift, result: Result, *, now: datetime) -> BoardRow:
    start, end = result.start, result.end
    came = start.punch.at if start.punch else None
    went = end.punch.at if end.punch and end.punch.at <= now else None
    late = start.late_by(came or now)
    if result.expected.excused:
        return BoardRow(row, Place.AWAY, 0, None)
    if went is not None:
        return BoardRow(row, Place.GONE, late if came else 0, went)
    if now < start.planned_at and came is None:
        return BoardRow(row, Place.COMING, 0, None)
    if came is None:
        return BoardRow(row, Place.MISSING, late, None)
    if now >= end.planned_at:
        return BoardRow(row, Place.SERVING, end.late_by(now), came)
    place = Place.LEAVING if end.planned_at - now <= SOON else Place.ON
    return BoardRow(row, place, late, came)
