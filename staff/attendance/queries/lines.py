"""The lines in which rules took hold, by person: for uses of a rule and for simulations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from portal.period import DaySpan, Month
from staff.attendance.policies import lines as rules
from staff.attendance.policies.absences import absence_of, step_reached
from staff.attendance.policies.lines import Difference, Line, Total
from staff.attendance.queries.records import Evidence, PersonDays, evidence, judged
from staff.people.access import Scope
from staff.people.models import Person, Posting
from staff.rulebook import queries as rulebook
from staff.rulebook.models import Policy
from staff.rulebook.queries import Versions
from staff.rulebook.registry import Used


def _months(span: DaySpan) -> list[Month]:
    return sorted({Month.of(day) for day in span})


def _lines(
    days: PersonDays, *, span: DaySpan, months: Collection[Month], versions: Versions
) -> list[Line]:
    zone = timezone.get_default_timezone()
    found = rules.lines_of(days.results, days.packets, days.excess, zone=zone)
    for month in months:
        inside = [row for row in days.results if Month.of(row.day) == month]
        beyond = [row for row in days.excess if Month.of(row.day) == month]
        absence = absence_of(inside, beyond)
        steps = versions.attendance_on(month.last_day).absence
        found += rules.month_line(absence, step_reached(absence.half_days, steps))
    return [line for line in found if span.contains(line.day)]


def lines_of(
    read: Evidence, *, span: DaySpan, now: datetime, versions: Versions
) -> dict[int, list[Line]]:
    """Return the lines of each person in a span of days, both included.

    Who has none is missing. The months are summed up from their first days.
    """
    months = _months(span)
    found = judged(read, span=whole_months(span), now=now, versions=versions)
    return {
        person_id: lines
        for person_id, days in found.items()
        if (lines := _lines(days, span=span, months=months, versions=versions))
    }


def whole_months(span: DaySpan) -> DaySpan:
    """Return the span from the first day of its first month on."""
    return DaySpan(Month.of(span.first_day).first_day, span.last_day)


def readable(scope: Scope) -> frozenset[int]:
    """Return whose attendance somebody sees: one's own and that of the people below (§10)."""
    own = {scope.person_id} if scope.person_id else set()
    return frozenset(scope.below_ids | own)


def lines_seen_by(scope: Scope, *, span: DaySpan, now: datetime) -> dict[int, list[Line]]:
    """Return the lines of a span of all whose attendance somebody sees."""
    read = evidence(readable(scope), span=whole_months(span))
    return lines_of(read, span=span, now=now, versions=rulebook.versions())


def uses(first: date, last: date, scope: object, now: datetime) -> dict[str, Used]:
    """Return how many lines used each rule in a span, among those that one may see.

    The page of the policy asks for it, see `staff.rulebook.registry`.
    """
    found = lines_seen_by(cast("Scope", scope), span=DaySpan(first, last), now=now)
    sums = rules.totals(line for lines in found.values() for line in lines)
    query = urlencode({"from": first, "to": last})
    return {
        rule: Used(count=total.count, url=f"{reverse('staff:rule_lines', args=[rule])}?{query}")
        for rule, total in sums.items()
    }


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as a list shows them."""

    pk: int
    number: str
    name: str


def names(person_ids: Collection[int]) -> dict[int, Someone]:
    """Return the people by key, in the order of their numbers."""
    rows = Person.objects.filter(pk__in=person_ids).order_by("number")
    return {
        pk: Someone(pk, number, name)
        for pk, number, name in rows.values_list("pk", "number", "name")
    }


def members(scope: Scope, *, team_id: int | None, month: Month) -> frozenset[int]:
    """Return the people below, with a team those who belonged to it on some day of a month."""
    if team_id is None:
        return scope.below_ids
    held = Posting.objects.filter(
        team_id=team_id, person_id__in=scope.below_ids, valid_from__lte=month.last_day
    ).exclude(valid_until__lt=month.first_day)
    return frozenset(held.values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class Simulation:
    """A month under other numbers: what differs by person, and the sums of each rule."""

    people: int
    rows: tuple[tuple[Someone, Difference], ...]
    sums: tuple[tuple[str, Total, Total], ...]

    @property
    def touched(self) -> int:
        """How many people something changes for."""
        return len({someone.pk for someone, _difference in self.rows})


def simulate(
    person_ids: Collection[int], *, month: Month, policy: Policy, now: datetime
) -> Simulation:
    """Judge a month by the real versions and as if other numbers held from its first day on.

    Writes nothing. A month that still runs is judged as far as it has come.
    """
    real = rulebook.versions()
    other = real.as_if(policy, since=month.first_day)
    span = DaySpan(month.first_day, month.last_day)
    read = evidence(person_ids, span=span)
    before = lines_of(read, span=span, now=now, versions=real)
    after = lines_of(read, span=span, now=now, versions=other)
    found = {
        person_id: rules.differences(before.get(person_id, ()), after.get(person_id, ()))
        for person_id in before.keys() | after.keys()
    }
    known = names([person_id for person_id, rows in found.items() if rows])
    old, new = (
        rules.totals(line for lines in each.values() for line in lines) for each in (before, after)
    )
    return Simulation(
        people=len(person_ids),
        rows=tuple((known[pk], row) for pk in known for row in found[pk]),
        sums=tuple(
            (rule, old.get(rule, Total(rule)), new.get(rule, Total(rule)))
            for rule in sorted(old.keys() | new.keys(), key=_in_order)
        ),
    )


def _in_order(rule: str) -> tuple[str, int]:
    prefix, _dash, digits = rule.partition("-")
    return prefix, int(digits)
