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
from staff.incentives.policies.chain import facts_digest
from staff.incentives.policies.corrections import (
    Entry,
    Standing,
    differences,
    entries_of,
    netted,
)
from staff.incentives.policies.settling import base_line, settle
from staff.incentives.policies.values import BASE, FACTS, Facts, Key, Line, Numbers
from staff.incentives.queries.facts import Reading, Someone, chosen, in_batches, people_of

Progress = Callable[[int, int], None]
"""Told how many people of how many are done."""
Place = tuple[int, date]
"""A person, and the first day of a month."""


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

    standing: Mapping[Place, Sequence[Standing]]
    landed: Mapping[Place, Sequence[Entry]]
    waived: Mapping[Place, Collection[Key]]


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
            for found in self._of_batch(batch):
                yield found
                done += 1
                if progress:
                    progress(done, len(people))

    def _people(self, only: Collection[int] | None) -> list[Someone]:
        if only is not None:
            return chosen(only)
        days = self.plan.recorded
        if not days:
            return people_of(self.plan.months)
        recorded = LedgerLine.objects.filter(about__in=days).order_by()
        return people_of(
            self.plan.months, also=list(recorded.values_list("person_id", flat=True).distinct())
        )

    def _of_batch(self, batch: Sequence[Someone]) -> Iterator[tuple[int, list[Entry]]]:
        reading = Reading(batch, self.plan.months)
        ids = [one.pk for one in batch]
        waived = waived_lines(ids, self.plan.months)
        facts = {
            (one.pk, month.first_day): reading.facts(one, month)
            for one in batch
            for month in self.plan.months
        }
        touched = self._touched(ids, facts, waived)
        known = self._known(ids, touched, waived)
        for one in batch:
            yield one.pk, self._of_person(one, facts, touched, known)

    def _touched(
        self,
        ids: Sequence[int],
        facts: Mapping[Place, Facts],
        waived: Mapping[Place, Collection[Key]],
    ) -> set[Place]:
        """Whose facts of which closed month are not those that it was settled from."""
        closed = [month.first_day for month in self.plan.closed]
        if not closed:
            return set()
        settled_from: dict[Place, object] = {}
        bases = LedgerLine.objects.live(about=closed).filter(person_id__in=ids, rule=BASE)
        for person, about, evidence in bases.values_list("person_id", "about", "evidence"):
            settled_from[person, about] = json.loads(evidence).get(FACTS)
        return {
            place
            for place, found in facts.items()
            if place[1] in closed
            and settled_from.get(place) != facts_digest(found, waived.get(place, ()))
            and (
                place in settled_from or found.record.shifts or found.is_employed or found.adjusted
            )
        }

    def _known(
        self,
        ids: Sequence[int],
        touched: Collection[Place],
        waived: Mapping[Place, Collection[Key]],
    ) -> _Known:
        """What stands of the months that are compared: all of a published one, the touched ones."""
        standing: dict[Place, list[Standing]] = defaultdict(list)
        landed: dict[Place, list[Entry]] = defaultdict(list)
        people = ids if self.plan.in_ledger else sorted({person for person, _about in touched})
        days = {about for _person, about in touched}
        if self.plan.in_ledger:
            days.add(self.plan.month.first_day)
        if people and days:
            live = LedgerLine.objects.live(about=days).filter(person_id__in=people)
            for row in live.order_by("number"):
                standing[row.person_id, row.about].append(Standing(row.number, line_of(row)))
            came = LedgerLine.objects.filter(
                person_id__in=people, settlement__month__in=days
            ).exclude(about=F("settlement__month"))
            for row in came.select_related("settlement").order_by("number"):
                entry = Entry(about=row.about, line=line_of(row), reverses=row.reverses_id)
                landed[row.person_id, row.settlement.month].append(entry)
        return _Known(standing, landed, waived)

    def _of_person(
        self, one: Someone, facts: Mapping[Place, Facts], touched: Collection[Place], known: _Known
    ) -> list[Entry]:
        late: list[Entry] = []
        for month in self.plan.closed:
            place = (one.pk, month.first_day)
            if place in touched:
                came = netted(known.landed.get(place, ()))
                fresh = self._lines(one, facts[place], known.waived.get(place, ()), late=came)
                late += differences(place[1], known.standing.get(place, ()), fresh)
        own = (one.pk, self.plan.month.first_day)
        landed = [*known.landed.get(own, ()), *late]
        fresh = self._lines(
            one, facts[own], known.waived.get(own, ()), late=netted(landed), needed=bool(landed)
        )
        if self.plan.in_ledger:
            return [*late, *differences(own[1], known.standing.get(own, ()), fresh)]
        return [*late, *entries_of(own[1], fresh)]

    def _lines(
        self,
        one: Someone,
        facts: Facts,
        waived: Collection[Key],
        *,
        late: Sequence[Line],
        needed: bool = False,
    ) -> list[Line]:
        """Return base and lines; nothing for who is not employed and has no line in the month."""
        settled = settle(
            facts, numbers=self.numbers, zone=self.zone, now=self.now, waived=waived, late=late
        )
        if not (settled.days_employed or settled.lines or needed):
            return []
        told = {"number": one.number, "name": one.name}
        if settled.is_final:
            told[FACTS] = facts_digest(facts, waived)
        return [base_line(settled, facts, numbers=self.numbers, told=told), *settled.lines]


def waived_lines(ids: Sequence[int], months: Sequence[Month]) -> dict[Place, set[Key]]:
    """The lines that the supervisor has taken back, by person and month."""
    found: dict[Place, set[Key]] = defaultdict(set)
    rows = Dispute.objects.filter(
        state=DisputeState.REVERSED,
        person_id__in=ids,
        about__in=[month.first_day for month in months],
    )
    for row in rows:
        key = (row.rule, row.day, row.side, row.event, row.nth)
        found[row.person_id, row.about].add(key)
    return found
