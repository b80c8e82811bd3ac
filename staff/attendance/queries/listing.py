"""Attendance of many people as a list: which shifts somebody sees, and their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from portal.period import DaySpan
from staff.attendance.policies.judging import Found, Result, State
from staff.attendance.queries.records import results_of_people
from staff.people.access import Scope
from staff.roster.models import Assignment
from staff.rulebook import queries as rulebook

ORDERS: Mapping[str, tuple[str, ...]] = {
    "newest": ("-starts_at", "person__number"),
    "oldest": ("starts_at", "person__number"),
    "person": ("person__number", "starts_at"),
}
NEWEST = "newest"
LATE, EARLY, MISSING, ABSENT, MADE_UP = "late", "early", "missing", "absent", "made_up"
FINE, PENDING, EXCUSED = "fine", "pending", "excused"


def led_by(person_id: int) -> Exists:
    """The shifts, of whoever, that somebody leads."""
    return Exists(
        Assignment.objects.filter(
            person_id=person_id,
            is_lead=True,
            day=OuterRef("day"),
            team_id=OuterRef("team_id"),
            shift_type_id=OuterRef("shift_type_id"),
        )
    )


def leads(scope: Scope) -> bool:
    """Whether somebody is a lead or above, or stands in as one these days (ORG-7)."""
    return scope.leads or leads_lately(scope)


def leads_lately(scope: Scope) -> bool:
    """Whether somebody leads a shift of the last 31 days, or one of tomorrow."""
    if scope.person_id is None:
        return False
    return Assignment.objects.filter(
        person_id=scope.person_id,
        is_lead=True,
        day__gte=scope.today - timedelta(days=31),
        day__lte=scope.today + timedelta(days=1),
    ).exists()


def watched(scope: Scope) -> QuerySet[Assignment]:
    """The shifts whose attendance somebody sees: own, below, and of the shifts they lead (§10)."""
    if scope.person_id is None:
        return Assignment.objects.none()
    return Assignment.objects.filter(
        Q(person_id=scope.person_id) | Q(person_id__in=scope.below_ids) | led_by(scope.person_id)
    )


@dataclass(frozen=True)
class ListedShift:
    """A shift of somebody with its result; None for one outside of their employment."""

    key: int
    person_id: int
    number: str
    name: str
    team_id: int | None
    team_name: str
    day: date
    shift_code: str
    shift: str
    starts_at: datetime
    ends_at: datetime
    is_lead: bool
    result: Result | None = None


def narrowed(shifts: QuerySet[Assignment], wanted: Mapping[str, str]) -> QuerySet[Assignment]:
    """Apply search and team of the list, given as in its address."""
    if text := wanted.get("q", "").strip():
        shifts = shifts.filter(Q(person__number__icontains=text) | Q(person__name__icontains=text))
    if (team := wanted.get("team", "")).isdecimal():
        shifts = shifts.filter(team_id=int(team))
    return shifts


def rows_of(
    shifts: QuerySet[Assignment], *, sort: str = NEWEST, start: int = 0, size: int | None = None
) -> list[ListedShift]:
    """Return shifts, or a page of them, without their results, in one query."""
    name = "name_zh" if (get_language() or "").startswith("zh") else "name_en"
    rows = shifts.order_by(*ORDERS[sort], "pk").values(
        "person_id",
        "team_id",
        "day",
        "starts_at",
        "ends_at",
        "is_lead",
        key=F("pk"),
        number=F("person__number"),
        name=F("person__name"),
        team_name=Coalesce("team__name", Value("")),
        shift_code=F("shift_type__code"),
        shift=F(f"shift_type__{name}"),
    )
    return [ListedShift(**row) for row in rows[start : None if size is None else start + size]]


def with_results(rows: Sequence[ListedShift], *, now: datetime) -> list[ListedShift]:
    """Return the shifts with what the rules make of them, in five queries."""
    if not rows:
        return []
    span = DaySpan(min(row.day for row in rows), max(row.day for row in rows))
    found = results_of_people({row.person_id for row in rows}, span=span, now=now)
    results = {result.expected.shift.key: result for result in found}
    return [replace(row, result=results.get(row.key)) for row in rows]


def tags(result: Result | None) -> frozenset[str]:
    """Return what a list can be filtered by."""
    if result is None:
        return frozenset()
    if result.state != State.JUDGED:
        return frozenset({PENDING if result.state == State.PENDING else EXCUSED})
    minutes = ((LATE, result.start.minutes), (EARLY, result.end.minutes))
    found = {name for name, value in (*minutes, (ABSENT, result.half_days)) if value}
    for boundary in result.boundaries:
        if boundary.found in {Found.MISSING, Found.NOTHING}:
            found.add(MISSING)
        if boundary.number:
            found.add(MADE_UP)
    return frozenset(found or {FINE})


def free_makeups(day: date) -> int:
    """Return how many make-ups of the month of a day are free (ATT-13)."""
    return rulebook.versions().attendance_on(day).free_makeups
