"""Who of a team is away on which day of a month."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portal.period import DaySpan
from staff.people.access import Scope
from staff.people.enums import AbsenceState
from staff.people.models import Absence, Posting, Team


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody is away on a day; kind and half are empty where they are not shown (§10)."""

    number: str
    name: str
    kind: str
    half: str


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    day: date
    away: tuple[Away, ...]


def teams_of(scope: Scope) -> list[tuple[int, str]]:
    """Return one's own team and those of the people below, by name."""
    rows = Team.objects.visible_to(scope) if scope.person_id else Team.objects.none()
    return list(rows.order_by("name").values_list("pk", "name"))


def days_of(
    team_ids: Collection[int], span: DaySpan, *, scope: Scope, day: date
) -> list[CalendarDay]:
    """Return each day of a span with who is away, two queries.

    The members are those of the teams on `day`; oneself and the people below stand with the
    kind, all others as away.
    """
    members = Posting.objects.on(day).filter(team_id__in=team_ids).values("person_id")
    own = scope.below_ids | {scope.person_id}
    found: dict[date, list[Away]] = defaultdict(list)
    rows = Absence.objects.filter(
        Q(person__in=members), day__range=(span.first_day, span.last_day),
        state=AbsenceState.APPROVED,
    )  # fmt: skip
    for at, person, number, name, kind, half in rows.order_by("day", "person__number").values_list(
        "day", "person_id", "person__number", "person__name", "kind", "half"
    ):
        shown = person in own
        found[at].append(
            Away(
                number=number,
                name=name,
                kind=kind if shown else "",
                half=half if shown else "",
            )
        )
    return [CalendarDay(day=at, away=tuple(found.get(at, ()))) for at in span]


def around(
    spans: Mapping[int, tuple[int, DaySpan]], *, day: date
) -> dict[int, list[tuple[date, tuple[str, ...]]]]:
    """Return for each key who else of the person's team is away on the days of a span.

    `spans` gives a person and days for each key. The teams are those of `day`; only names, days
    without anybody are left out. Three queries, however many keys.
    """
    if not spans:
        return {}
    postings = Posting.objects.on(day)
    asked = {person for person, _span in spans.values()}
    own = dict(
        postings.filter(person_id__in=asked, team__isnull=False).values_list("person_id", "team_id")
    )
    rows = postings.filter(team_id__in=set(own.values())).values_list("person_id", "team_id")
    team_of = dict(rows)
    away: dict[tuple[int, date], list[tuple[int, str]]] = defaultdict(list)
    absences = Absence.objects.filter(
        person_id__in=team_of,
        state=AbsenceState.APPROVED,
        day__gte=min(span.first_day for _person, span in spans.values()),
        day__lte=max(span.last_day for _person, span in spans.values()),
    ).order_by("day", "person__number")
    for person, at, name in absences.values_list("person_id", "day", "person__name"):
        away[team_of[person], at].append((person, name))
    return {
        key: [
            (at, names)
            for at in span
            if (names := _names(away.get((own.get(person, 0), at), ()), but=person))
        ]
        for key, (person, span) in spans.items()
    }


def _names(away: Collection[tuple[int, str]], *, but: int) -> tuple[str, ...]:
    """Return each name once: two halves of a day are two absences."""
    return tuple(dict.fromkeys(name for person, name in away if person != but))
