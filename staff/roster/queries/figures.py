"""The figure of the roster: what the shifts of the next days lack."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from portal.figures import Asked, Line, Row
from portal.figures import asked as asked_of
from portal.period import Month
from staff.people.access import Scope
from staff.people.models import Team
from staff.people.queries import teams_narrowed
from staff.roster.models import ShiftType
from staff.roster.queries.cover import Lack, gaps_after

DAYS_AHEAD = 14


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def days_ahead(asked: Asked) -> list[date]:
    """Return today and the days after, as many as the figure shows."""
    today = timezone.localdate(asked.now)
    return [today + timedelta(days=number) for number in range(DAYS_AHEAD)]


def _lacks(scope: Scope | None, asked: Asked) -> list[Lack]:
    wanted = Q() if scope is None else Q(pk__in=scope.team_ids)
    narrowed = teams_narrowed(asked)
    if narrowed is not None:
        wanted &= Q(pk__in=narrowed)
    teams = list(Team.objects.filter(wanted).values_list("pk", flat=True))
    where = [(team, day) for team in teams for day in days_ahead(asked)]
    return gaps_after({}, where)


def lacking(scope: Scope, *, now: datetime) -> list[tuple[date, int]]:
    """Return the days ahead with how many people they lack: the same numbers as the figure."""
    return _missing(scope, asked_of(Month.of(timezone.localdate(now)).span, now=now))


def _missing(scope: Scope | None, asked: Asked) -> list[tuple[date, int]]:
    missing: Counter[date] = Counter()
    for lack in _lacks(scope, asked):
        missing[lack.day] += lack.minimum - lack.planned
    return [(day, missing[day]) for day in days_ahead(asked)]


def cover(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the people whom the published shifts of each day lack to their minimum."""
    return [
        Line(code=day.isoformat(), label=date_format(day, "D j"), value=lack, bad=True)
        for day, lack in _missing(scope, asked)
    ]


def cover_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    return list(_rows(scope, asked, code))


def _rows(scope: Scope | None, asked: Asked, code: str) -> Iterator[Row]:
    names = dict(ShiftType.objects.values_list("pk", "name_zh" if in_chinese() else "name_en"))
    for lack in _lacks(scope, asked):
        if lack.day.isoformat() == code:
            yield Row(
                key=f"{lack.team_id}:{lack.day}:{lack.shift}",
                text=f"{lack.team} · {names.get(lack.shift, '')} {lack.planned}/{lack.minimum}",
                at=lack.day,
                url=f"{reverse('staff:roster_day')}?day={lack.day.isoformat()}",
                number=lack.minimum - lack.planned,
            )
