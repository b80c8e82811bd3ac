"""The history of cases as the clocks of CMP-4 read it, and what comes of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Q, Sum
from django.utils.dateparse import parse_datetime

from complaints.enums import Clock, EntryKind, Severity
from complaints.models import Complaint, TimelineEntry
from complaints.policies import deadlines as policies
from complaints.policies.deadlines import Budgets, Case, Deadline, Event, Fact
from portal.servicetime import Timetable
from staff.people.access import Scope
from staff.people.models import Person
from staff.rulebook import queries as rulebook
from staff.rulebook.models import Policy

FACTS: Mapping[str, Fact] = {
    EntryKind.ACKNOWLEDGED: Fact.ACKNOWLEDGED,
    EntryKind.ANSWERED: Fact.ANSWERED,
    EntryKind.WAITING: Fact.WAITING,
    EntryKind.RESUMED: Fact.RESUMED,
    EntryKind.SEVERITY: Fact.SEVERITY,
}


def budgets_of(policy: Policy) -> Budgets:
    return Budgets(
        acknowledge=timedelta(minutes=policy.acknowledge_minutes),
        same_day_until=policy.same_day_until,
        answer=timedelta(minutes=policy.answer_minutes),
        percents={
            Severity.MINOR: policy.minor_percent,
            Severity.ORDINARY: policy.ordinary_percent,
            Severity.SERIOUS: policy.serious_percent,
            Severity.CRITICAL: policy.critical_percent,
        },
    )


@dataclass(frozen=True)
class Rules:
    """The desk's hours and the numbers of each version, looked up once for many cases."""

    desk: Timetable
    versions: rulebook.Versions

    @cached_property
    def _budgets(self) -> dict[int, Budgets]:
        return {}

    def budgets_at(self, received_at: datetime) -> Budgets:
        """Return the numbers in force on the service day of the receipt."""
        policy = self.versions.on(self.desk.service_day(received_at))
        key = policy.pk or 0
        if key not in self._budgets:
            self._budgets[key] = budgets_of(policy)
        return self._budgets[key]

    def outcome(self, case: Case, events: Sequence[Event]) -> dict[Clock, Deadline]:
        """Return what became of each clock of a case."""
        budgets = self.budgets_at(case.received_at)
        return {
            clock: policies.deadline(clock, case, events, budgets=budgets, desk=self.desk)
            for clock in Clock
        }


def rules() -> Rules:
    return Rules(desk=rulebook.timetable(), versions=rulebook.versions())


@dataclass(frozen=True)
class History:
    """The facts of one case in any order, and the severity that it began with, if it changed."""

    events: list[Event]
    began_as: Severity | None = None


def histories(complaint_ids: Collection[int]) -> dict[int, History]:
    """Return the facts of cases from their timelines, in one query; empty for the others."""
    rows = TimelineEntry.objects.filter(complaint__id__any_of=complaint_ids, kind__in=FACTS)
    found: dict[int, list[tuple[Event, str]]] = defaultdict(list)
    for case, kind, at, params in rows.values_list("complaint_id", "kind", "at", "params"):
        until = parse_datetime(params["until"]) if "until" in params else None
        severity = Severity(params["to"]) if kind == EntryKind.SEVERITY else None
        event = Event(at=at, fact=FACTS[kind], severity=severity, until=until)
        found[case].append((event, params.get("from", "")))
    return {case: _history(found.get(case, [])) for case in complaint_ids}


def _history(rows: list[tuple[Event, str]]) -> History:
    changes = [row for row in rows if row[1]]
    first = min(changes, key=lambda row: row[0].place, default=None)
    return History([event for event, _from in rows], Severity(first[1]) if first else None)


@dataclass(frozen=True, kw_only=True)
class Parked:
    """How much of their cases' time somebody lets wait for customers.

    `share` is that of the service time of cases answered in the span, None without any.
    """

    number: str
    name: str
    open: int
    waiting: int
    late: int
    answered: int
    share: float | None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(self.share * 100)


def parked(scope: Scope, *, since: datetime, now: datetime) -> list[Parked]:
    """Return for each owner among oneself and the people below how much waits (CMP-4)."""
    cases = Complaint.objects.visible_to(scope).filter(
        owner_id__in={*scope.below_ids, scope.person_id or 0}
    )
    unanswered = Q(answered_at=None, due_at__isnull=False)
    done = Q(answered_at__gte=since)
    rows = (
        cases.filter(unanswered | done)
        .order_by()
        .values("owner_id")
        .annotate(
            open_cases=Count("pk", filter=unanswered),
            waiting=Count("pk", filter=Q(waiting_until__gt=now)),
            late=Count("pk", filter=unanswered & Q(due_at__lte=now)),
            answered=Count("pk", filter=done),
            waited=Sum("waited_seconds", filter=done),
            used=Sum("used_seconds", filter=done),
        )
    )
    people = Person.objects.in_bulk([row["owner_id"] for row in rows])
    found = [
        Parked(
            number=people[row["owner_id"]].number,
            name=people[row["owner_id"]].name,
            open=row["open_cases"],
            waiting=row["waiting"],
            late=row["late"],
            answered=row["answered"],
            share=_share(row["waited"] or 0, row["used"] or 0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.waiting, -(one.share or 0), one.number))


def _share(waited: int, used: int) -> float | None:
    return waited / (waited + used) if waited + used else None
