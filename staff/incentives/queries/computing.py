"""What a month comes to, and what the ledger lacks of it; nothing is written here."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from django.db.models import F
from django.utils import timezone

from portal.money import Fen
from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState, Settling
from staff.incentives.models import Dispute, LedgerLine, MoneyLine, Settlement
from staff.incentives.policies.corrections import (
    Entry,
    Standing,
    differences,
    entries_of,
    netted,
)
from staff.incentives.policies.settling import base_line, settle
from staff.incentives.policies.values import Key, Line, Numbers
from staff.incentives.queries.facts import MonthFacts, Someone, chosen, in_batches, people_of

Progress = Callable[[int, int], None]
"""Told how many people of how many are done."""


def line_of(row: MoneyLine) -> Line:
    """Return a stored line as the rules made it."""
    return Line(
        rule=row.rule,
        policy=row.policy,
        day=row.day,
        event=row.event,
        side=row.side,
        halves=row.halves,
        amount=Fen(row.amount_fen),
        settling=Settling(row.settling),
        evidence=json.loads(row.evidence),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What is computed: a month, and the closed ones whose late facts land in it, oldest first.

    A closed month's late facts land in the first month after it that is not closed (INC-6).
    """

    month: Month
    closed: tuple[Month, ...]
    in_ledger: bool

    @property
    def months(self) -> tuple[Month, ...]:
        return (*self.closed, self.month)

    @property
    def recorded(self) -> list[date]:
        """The first days of the months that have lines in the ledger."""
        return [each.first_day for each in (self.months if self.in_ledger else self.closed)]


def plan_of(settlement: Settlement) -> Plan:
    """Return what is to be computed for a month, in one query."""
    month = Month.of(settlement.month)
    closed: list[Month] = []
    rows = Settlement.objects.closed().filter(month__lt=month.first_day).order_by("-month")
    for day in rows.values_list("month", flat=True):
        found = Month.of(day)
        if found.next() != (closed[-1] if closed else month):
            break
        closed.append(found)
    return Plan(month, tuple(reversed(closed)), settlement.state == MonthState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class _Known:
    """What stands of a batch of people: live lines, lines that came late, waived lines."""

    standing: Mapping[tuple[int, date], Sequence[Standing]]
    landed: Mapping[tuple[int, date], Sequence[Entry]]
    waived: Mapping[tuple[int, date], Collection[Key]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """A month computed for the whole department, or for some people."""

    plan: Plan
    numbers: Numbers
    now: datetime
    zone: tzinfo = field(default_factory=timezone.get_default_timezone)

    def entries(
        self, *, only: Collection[int] | None = None, progress: Progress | None = None
    ) -> Iterator[tuple[int, list[Entry]]]:
        """Give each person's new entries, people by number; a batch is read when its turn comes."""
        people = self._people(only)
        done = 0
        for batch in in_batches(people):
            known = self._known([one.pk for one in batch])
            facts = [MonthFacts.read(batch, month) for month in self.plan.months]
            for one in batch:
                yield one.pk, self._of_person(one, facts, known)
            done += len(batch)
            if progress:
                progress(done, len(people))

    def _people(self, only: Collection[int] | None) -> list[Someone]:
        if only is not None:
            return chosen(only)
        days = self.plan.recorded
        recorded = LedgerLine.objects.filter(about__in=days).order_by().values_list("person_id")
        return people_of(
            self.plan.months, also=[pk for (pk,) in recorded.distinct()] if days else ()
        )

    def _of_person(self, one: Someone, facts: Sequence[MonthFacts], known: _Known) -> list[Entry]:
        late: list[Entry] = []
        for read in facts[:-1]:
            about = read.month.first_day
            landed = known.landed.get((one.pk, about), ())
            fresh = self._lines(one, read, known, late=netted(landed))
            late += differences(about, known.standing.get((one.pk, about), ()), fresh)
        own = self.plan.month.first_day
        landed = [*known.landed.get((one.pk, own), ()), *late]
        fresh = self._lines(one, facts[-1], known, late=netted(landed), needed=bool(landed))
        if self.plan.in_ledger:
            return [*late, *differences(own, known.standing.get((one.pk, own), ()), fresh)]
        return [*late, *entries_of(own, fresh)]

    def _lines(
        self,
        one: Someone,
        read: MonthFacts,
        known: _Known,
        *,
        late: Sequence[Line],
        needed: bool = False,
    ) -> list[Line]:
        """Return base and lines; nothing for who is not employed and has no line in the month."""
        facts = read.by_person[one.pk]
        waived = known.waived.get((one.pk, read.month.first_day), ())
        settled = settle(
            facts, numbers=self.numbers, zone=self.zone, now=self.now, waived=waived, late=late
        )
        if not (settled.days_employed or settled.lines or needed):
            return []
        base = base_line(settled, facts, numbers=self.numbers, number=one.number, name=one.name)
        return [base, *settled.lines]

    def _known(self, person_ids: Sequence[int]) -> _Known:
        standing: dict[tuple[int, date], list[Standing]] = defaultdict(list)
        landed: dict[tuple[int, date], list[Entry]] = defaultdict(list)
        if days := self.plan.recorded:
            live = LedgerLine.objects.live(about=days).filter(person_id__in=person_ids)
            for row in live.order_by("number"):
                standing[row.person_id, row.about].append(Standing(row.number, line_of(row)))
            came = LedgerLine.objects.filter(
                person_id__in=person_ids, settlement__month__in=days
            ).exclude(about=F("settlement__month"))
            for row in came.select_related("settlement").order_by("number"):
                entry = Entry(about=row.about, line=line_of(row), reverses=row.reverses_id)
                landed[row.person_id, row.settlement.month].append(entry)
        return _Known(standing, landed, self._waived(person_ids))

    def _waived(self, person_ids: Sequence[int]) -> dict[tuple[int, date], set[Key]]:
        """The lines that the supervisor has taken back, by person and month."""
        found: dict[tuple[int, date], set[Key]] = defaultdict(set)
        rows = Dispute.objects.filter(
            state=DisputeState.REVERSED,
            person_id__in=person_ids,
            about__in=[month.first_day for month in self.plan.months],
        )
        for row in rows:
            key = (row.rule, row.day, row.side, row.event, row.nth)
            found[row.person_id, row.about].add(key)
        return found
