"""The figure of attendance: shifts by what the rules make of them, as the list and the export do.

A shift belongs to the day on which it starts (SHIFT-1). One that is late and left early counts in
both lines, as in the list.
"""

from collections import Counter

from django.db.models import QuerySet
from django.urls import reverse

from portal.figures import Asked, Line, Row
from portal.period import DaySpan
from staff.attendance.queries import listing
from staff.attendance.queries.listing import ListedShift
from staff.people.access import Scope
from staff.people.queries import teams_narrowed
from staff.roster.models import Assignment

ORDER = (
    listing.FINE,
    listing.LATE,
    listing.EARLY,
    listing.MISSING,
    listing.ABSENT,
    listing.MADE_UP,
    listing.EXCUSED,
    listing.PENDING,
)
BAD = {listing.LATE, listing.EARLY, listing.MISSING, listing.ABSENT}


def _shifts(scope: Scope | None, asked: Asked, span: DaySpan) -> QuerySet[Assignment]:
    rows = Assignment.objects.all() if scope is None else listing.watched(scope)
    rows = rows.filter(day__gte=span.first_day, day__lte=span.last_day)
    teams = teams_narrowed(asked)
    return rows if teams is None else rows.filter(team_id__in=teams)


def _judged(scope: Scope | None, asked: Asked, span: DaySpan) -> list[ListedShift]:
    rows = listing.with_results(listing.rows_of(_shifts(scope, asked, span)), now=asked.now)
    return [row for row in rows if row.result is not None]


def shifts(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the shifts of the period by result."""
    whole = DaySpan(asked.before.first_day, asked.span.last_day)
    now: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for row in _judged(scope, asked, whole):
        counts = now if asked.span.contains(row.day) else last
        counts.update(listing.tags(row.result))
    return [
        Line(code=tag, label="", value=now[tag], last=last[tag], bad=tag in BAD) for tag in ORDER
    ]


def shift_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    return [
        Row(
            key=f"{row.number}:{row.day}:{row.shift_code}",
            text=f"{row.number} {row.name} · {row.shift}",
            at=row.day,
            url=reverse("staff:attendance_day", args=[row.number, row.day.isoformat()]),
        )
        for row in _judged(scope, asked, asked.span)
        if code in listing.tags(row.result)
    ]
