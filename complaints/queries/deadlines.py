"""The history of cases as the clocks of CMP-4 read it, and what comes of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum
from django.utils.dateparse import parse_datetime

from complaints.enums import CaseStage, Clock, EntryKind, Severity
from complaints.models import Complaint, TimelineEntry
from complaints.policies import deadlines as policies
from complaints.policies.deadlines import Budgets, Case, Deadline, Event, Fact
from complaints.policies.stages import ENDED
from complaints.policies.steps import Mark, Step, step_of
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

    def steps(self, case: Case, history: "History") -> tuple[Step | None, Step | None]:
        """Return what became of the start of the remedy, and of the revisit."""
        policy = self.versions.on(self.desk.service_day(case.received_at))
        return (
            step_of(history.starts, within=timedelta(hours=policy.remedy_start_hours)),
            step_of(history.revisits, within=timedelta(hours=policy.revisit_hours)),
        )

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
    """The facts of one case in any order, and the severity that it began with, if it changed.

    `starts` and `revisits` are the marks of the steps that run by the clock.
    """

    events: list[Event] = field(default_factory=list)
    began_as: Severity | None = None
    starts: list[tuple[datetime, Mark]] = field(default_factory=list)
    revisits: list[tuple[datetime, Mark]] = field(default_factory=list)


def histories(complaint_ids: Collection[int]) -> dict[int, History]:
    """Return the facts of cases from their timelines, in one query; empty for the others."""
    rows = TimelineEntry.objects.filter(
        complaint__id__any_of=complaint_ids,
        kind__in=(*FACTS, EntryKind.MOVED, EntryKind.REVISITED, EntryKind.MERGED),
    )
    found: dict[int, list[_Line]] = defaultdict(list)
    for case, *line in rows.values_list("complaint_id", "kind", "at", "params"):
        found[case].append(_Line(*line))
    return {case: _history(found.get(case, [])) for case in complaint_ids}


class _Line(NamedTuple):
    kind: str
    at: datetime
    params: dict[str, Any]


def _history(lines: Sequence[_Line]) -> History:
    """Return what lines of a timeline say to the clocks."""
    graded = [line for line in lines if line.kind == EntryKind.SEVERITY]
    moves = [line for line in lines if line.kind == EntryKind.MOVED]
    first = min(graded, key=lambda line: _event(line).place, default=None)
    return History(
        events=[_event(line) for line in lines if line.kind in FACTS]
        + [event for line in moves for event in _events_of_move(line)]
        + [_stricter(line) for line in lines if line.kind == EntryKind.MERGED],
        began_as=Severity(first.params["from"]) if first else None,
        starts=[(line.at, mark) for line in moves if (mark := _start_mark(line)) is not None],
        revisits=[(line.at, mark) for line in lines if (mark := _revisit_mark(line)) is not None],
    )


def _event(line: _Line) -> Event:
    until = parse_datetime(line.params["until"]) if "until" in line.params else None
    severity = Severity(line.params["to"]) if line.kind == EntryKind.SEVERITY else None
    return Event(at=line.at, fact=FACTS[line.kind], severity=severity, until=until)


def _stricter(line: _Line) -> Event:
    """What another case had left when it came into this one: the stricter counts (CMP-13)."""
    left = {Clock(name): timedelta(seconds=span) for name, span in line.params["left"].items()}
    return Event(at=line.at, fact=Fact.STRICTER, left=left)


def _events_of_move(line: _Line) -> Iterator[Event]:
    """An agreement answers in substance; an end stops the clocks, reopening starts them anew."""
    if line.params["to"] == CaseStage.AGREED:
        yield Event(at=line.at, fact=Fact.ANSWERED)
    if line.params["to"] in ENDED:
        yield Event(at=line.at, fact=Fact.CLOSED)
    if line.params["from"] in ENDED:
        yield Event(at=line.at, fact=Fact.REOPENED)


def _start_mark(line: _Line) -> Mark | None:
    if line.params["to"] == CaseStage.AGREED:
        return Mark.OWED
    if line.params["to"] in (CaseStage.CARRYING_OUT, CaseStage.REVISIT):
        return Mark.MET
    return Mark.DROPPED


def _revisit_mark(line: _Line) -> Mark | None:
    if line.kind == EntryKind.REVISITED:
        return Mark.MET
    if line.kind != EntryKind.MOVED:
        return None
    return Mark.OWED if line.params["to"] == CaseStage.REVISIT else Mark.DROPPED


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
