"""When a complaint must be acknowledged and answered in substance, from its history (CMP-4).

A deadline has a budget of service time, scaled by the severity. The clock runs from the receipt,
stands still while the case waits for the customer, and is stopped by what meets the deadline. The
minutes that were used stay used whatever the severity becomes; what is left follows the budget of
the present severity. Once the budget is used up the deadline is missed: its moment stays, the
lateness grows until the clock is stopped and is frozen from then on, reopened or not. A case that
was answered in time and is reopened goes on with the old clock.

Everything is worked out from the facts in the order of their moments, so it comes out the same in
whatever order they were written down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import IntEnum

from complaints.enums import Clock, Severity
from portal.servicetime import Timetable

NOTHING = timedelta(0)
PERCENT = 100


class Fact(IntEnum):
    """What happened to a case; of several at one moment, the smaller counts first."""

    RESUMED = 1
    SEVERITY = 2
    STRICTER = 3
    ACKNOWLEDGED = 4
    ANSWERED = 5
    CLOSED = 6
    REOPENED = 7
    WAITING = 8


STOPS: Mapping[Clock, frozenset[Fact]] = {
    Clock.ACKNOWLEDGE: frozenset({Fact.ACKNOWLEDGED, Fact.ANSWERED, Fact.CLOSED}),
    Clock.ANSWER: frozenset({Fact.ANSWERED, Fact.CLOSED}),
}
REOPENS = frozenset({Clock.ANSWER})
ORDER = (Severity.MINOR, Severity.ORDINARY, Severity.SERIOUS, Severity.CRITICAL)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact and its moment.

    `severity` is the new one; `until` when a wait ends at the latest; `left` what another case had
    left of each clock when it was merged into this one: the stricter counts.
    """

    at: datetime
    fact: Fact
    severity: Severity | None = None
    until: datetime | None = None
    left: Mapping[Clock, timedelta] = field(default_factory=dict)

    @property
    def place(self) -> tuple[datetime, int, int, datetime]:
        rank = ORDER.index(self.severity) if self.severity else 0
        return self.at, self.fact, rank, self.until or self.at


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """The numbers of one version of the policy; spans are service time of the desk."""

    acknowledge: timedelta
    same_day_until: time
    answer: timedelta
    percents: Mapping[Severity, int]

    def scaled(self, base: timedelta, severity: Severity) -> timedelta:
        """Return the budget of a severity, in whole seconds."""
        seconds = base // timedelta(seconds=1) * self.percents[severity] // PERCENT
        return timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a clock starts from: when the case came in, and how serious it was then."""

    received_at: datetime
    severity: Severity


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """What became of one clock.

    `due_at` is the moment the budget is or was used up, as far as one knows; `met_at` when the
    clock was stopped; `late` by how much service time it was too late then, None when it was not.
    """

    due_at: datetime
    met_at: datetime | None
    late: timedelta | None
    used: timedelta
    paused: timedelta


def answer_budget(received_at: datetime, *, budgets: Budgets, desk: Timetable) -> timedelta:
    """Return the unscaled budget of the answer in substance.

    The service time from the receipt to the end of the service day for what is received before
    the hour of the policy, else the policy's span. Source: house rules CMP-4.
    """
    day = desk.service_day(received_at)
    until = datetime.combine(day, budgets.same_day_until, desk.zone)
    if received_at < until:
        return desk.elapsed(received_at, desk.end_of_service_day(day))
    return budgets.answer


def deadline(
    clock: Clock, case: Case, events: Iterable[Event], *, budgets: Budgets, desk: Timetable
) -> Deadline:
    """Return what became of a clock, from the facts of the case in any order.

    Facts before the receipt count as of the receipt. Source: house rules CMP-4.
    """
    if clock == Clock.ACKNOWLEDGE:
        base = budgets.acknowledge
    else:
        base = answer_budget(case.received_at, budgets=budgets, desk=desk)
    run = _Run(case, base=base, budgets=budgets, desk=desk)
    for event in sorted(events, key=lambda one: one.place):
        run.pass_to(max(event.at, case.received_at))
        if run.is_frozen:
            break
        run.take(event, clock)
    return run.outcome()


class _Run:
    """The clock on its way through the history."""

    def __init__(self, case: Case, *, base: timedelta, budgets: Budgets, desk: Timetable) -> None:
        self._desk = desk
        self._budgets = budgets
        self._base = base
        self._severity = case.severity
        self._cut = NOTHING
        self._at = case.received_at
        self._used = self._late = self._paused = NOTHING
        self._until: datetime | None = None
        self._stopped: datetime | None = None
        self._was_due: datetime | None = None
        self._missed: datetime | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether nothing can change any more: stopped too late."""
        return self._stopped is not None and self._missed is not None

    @property
    def _left(self) -> timedelta:
        budget = self._budgets.scaled(self._base, self._severity) - self._cut
        return max(budget - self._used, NOTHING)

    def pass_to(self, moment: datetime) -> None:
        """Let the time pass, of which the wait and the stop take their part."""
        if self._stopped is None and self._until is not None:
            end = min(moment, self._until)
            if end > self._at:
                self._paused += self._desk.elapsed(self._at, end)
                self._at = end
            if self._until <= moment:
                self._until = None
        if self._stopped is None and self._until is None and moment > self._at:
            self._use(self._desk.elapsed(self._at, moment))
        self._at = max(self._at, moment)

    def _use(self, span: timedelta) -> None:
        if self._missed is not None:
            self._late += span
        elif span > self._left:
            self._missed = self._desk.add(self._at, self._left)
            self._late = span - self._left
        self._used += span

    def take(self, event: Event, clock: Clock) -> None:
        if event.fact in STOPS[clock]:
            if self._stopped is None:
                self._stopped, self._until = self._at, None
                self._was_due = self._desk.add(self._at, self._left)
        elif event.fact == Fact.REOPENED:
            self._stopped = None if clock in REOPENS else self._stopped
        elif event.fact == Fact.SEVERITY and event.severity:
            self._severity = event.severity
        elif event.fact == Fact.STRICTER and clock in event.left:
            self._cut += max(self._left - event.left[clock], NOTHING)
        elif self._stopped is None:
            self._wait(event)

    def _wait(self, event: Event) -> None:
        if event.fact == Fact.RESUMED:
            self._until = None
        elif event.fact == Fact.WAITING and event.until is not None and event.until > self._at:
            self._until = max(event.until, self._until or event.until)

    def outcome(self) -> Deadline:
        met_at = self._stopped
        if met_at is None and self._until is not None:
            self.pass_to(self._until)
        due_at = self._missed or (self._was_due if met_at else None)
        return Deadline(
            due_at=due_at or self._desk.add(self._at, self._left),
            met_at=met_at,
            late=self._late if self._missed and met_at else None,
            used=self._used,
            paused=self._paused,
        )
