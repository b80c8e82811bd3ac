"""Statements of a month: what each person's lines come to, and the lines with their states."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, cast

from django.db.models import Q, QuerySet

from portal.money import Fen
from portal.period import Month
from staff.attendance.models import RedPacketPayment
from staff.incentives.enums import DisputeState, MonthState, Settling
from staff.incentives.models import Dispute, DraftLine, LedgerLine, Settlement
from staff.incentives.policies.corrections import Entry, netted
from staff.incentives.policies.limits import LIMITED, Taken, is_much, taken
from staff.incentives.policies.values import BASE, FLAGS, ONE, Key, Line, PayRules
from staff.incentives.queries.computing import line_of
from staff.incentives.queries.facts import pay_rules
from staff.people.access import Scope
from staff.people.models import Person
from staff.rulebook import queries as rulebook

OWED, PAID, DUE = "owed", "paid", "due"
Row = DraftLine | LedgerLine


class Disputed(NamedTuple):
    """A line as a dispute names it: what it is about, and which of several alike, from 0."""

    about: date
    rule: str
    day: date
    event: date
    side: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A line as a statement shows it.

    `number` is that of the ledger, None in a draft; `row` the key in its table. `nth` counts
    lines alike for a dispute, None where the line cannot be disputed.
    """

    row: int
    number: int | None
    about: date
    line: Line
    state: str
    reverses: int | None
    taken_back: bool
    nth: int | None

    @property
    def named(self) -> Disputed:
        """The line as a dispute names it; only where it can be disputed."""
        line = self.line
        return Disputed(self.about, line.rule, line.day, line.event, line.side, self.nth or 0)

    @property
    def stands(self) -> bool:
        """Whether the line is neither a reversal nor taken back in this statement."""
        return self.reverses is None and not self.taken_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One person's statement of a month (INC-6).

    `base` is what the month pays before any line, `lines` everything else in its order; `number`
    and `name` are those that the settlement wrote down.
    """

    month: Month
    state: MonthState
    person_id: int
    number: str
    name: str
    days_employed: int
    base: Fen
    wage: Fen
    lines: tuple[StatementLine, ...]
    rules: PayRules

    @property
    def flags(self) -> list[str]:
        """What the highest step of absence brings besides the deduction (ATT-8, ATT-9)."""
        return [FLAGS[row.line.rule] for row in self.own if row.line.rule in FLAGS]

    @property
    def own(self) -> list[StatementLine]:
        """The lines that stand and are about this month."""
        return [row for row in self.lines if row.stands and row.about == self.month.first_day]

    @property
    def red_packets(self) -> list[StatementLine]:
        """What is settled in the group."""
        return [row for row in self.lines if row.line.settling == Settling.RED_PACKET]

    @property
    def payroll(self) -> list[StatementLine]:
        """What is settled on the payroll."""
        return [row for row in self.lines if row.line.settling == Settling.PAYROLL]

    @property
    def owed(self) -> Fen:
        """Red packets that are still to be given; above zero."""
        return self._packets(OWED)

    @property
    def paid(self) -> Fen:
        """Red packets that were given; above zero."""
        return self._packets(PAID)

    @property
    def total(self) -> Fen:
        """What the payroll pays out."""
        return Fen(self.base + sum(row.line.amount for row in self.payroll))

    @property
    def deducted_percent(self) -> int:
        """The share of the pay that deductions take after INC-9, in whole per cent, rounded up."""
        sums, back = self._sums()
        left = sums.deductions - back
        return -(-left * 100 // sums.pay) if sums.pay else 0

    @property
    def is_much(self) -> bool:
        """Whether wage law may forbid what is deducted (INC-9)."""
        sums, back = self._sums()
        return is_much(sums, back, self.rules)

    def _sums(self) -> tuple[Taken, Fen]:
        lines = netted(Entry(about=row.about, line=row.line) for row in self.lines)
        plain = [line for line in lines if line.rule != LIMITED]
        back = sum(line.amount for line in lines if line.rule == LIMITED)
        return taken(self.base, (line.amount for line in plain)), Fen(back)

    def _packets(self, state: str) -> Fen:
        return Fen(-sum(row.line.amount for row in self.red_packets if row.state == state))


def statement_of(settlement: Settlement, person_id: int) -> Statement | None:
    """Return one person's statement, None where there is none, in five queries."""
    found = list(statements(settlement, person_ids=[person_id]))
    return found[0] if found else None


def statements(
    settlement: Settlement, *, person_ids: Collection[int] | None = None
) -> list[Statement]:
    """Return the statements of a month by number, of everybody or of some, in five queries."""
    rows = _rows(settlement, person_ids)
    waived = _waived(settlement, person_ids)
    paid = paid_events(settlement, rows)
    rules = pay_rules(rulebook.versions().on(Month.of(settlement.month).last_day))
    by_person: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    known = names_of(by_person, rows)
    found = [
        statement_from(settlement, pk, inside, Around(paid, waived.get(pk, ()), rules, known))
        for pk, inside in by_person.items()
    ]
    return sorted(found, key=lambda one: one.number)


def seen_by(scope: Scope, settlement: Settlement) -> list[Statement]:
    """Return the statements that somebody may see: own, and of the people below (INC-8)."""
    model = DraftLine if settlement.state == MonthState.DRAFT else LedgerLine
    seen = model.objects.visible_to(scope).filter(settlement=settlement)
    ids = seen.order_by().values_list("person_id", flat=True).distinct()
    return statements(settlement, person_ids=list(ids))


def _rows(settlement: Settlement, person_ids: Collection[int] | None) -> Sequence[Row]:
    wanted = Q(settlement=settlement)
    if person_ids is not None:
        wanted &= Q(person_id__in=person_ids)
    rows: QuerySet[DraftLine] | QuerySet[LedgerLine]
    if settlement.state == MonthState.DRAFT:
        rows = DraftLine.objects.filter(wanted).order_by("pk")
    else:
        rows = LedgerLine.objects.filter(wanted).order_by("number")
    return cast("Sequence[Row]", list(rows))


def _waived(
    settlement: Settlement, person_ids: Collection[int] | None
) -> dict[int, set[tuple[date, Key]]]:
    """Which lines were taken back by an answer, so that others alike keep their count."""
    rows = Dispute.objects.filter(state=DisputeState.REVERSED, about__lte=settlement.month)
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    found: dict[int, set[tuple[date, Key]]] = defaultdict(set)
    for row in rows:
        key = (row.rule, row.day, row.side, row.event, row.nth)
        found[row.person_id].add((row.about, key))
    return found


def paid_events(settlement: Settlement, rows: Sequence[Row]) -> set[tuple[int, date, str]]:
    """The events of red packets that are paid: for a closed month as known at its closing."""
    events = [row for row in rows if row.settling == Settling.RED_PACKET]
    if not events:
        return set()
    payments = RedPacketPayment.objects.filter(
        day__gte=min(row.event for row in events), day__lte=max(row.event for row in events)
    )
    if len({row.person_id for row in events}) == 1:
        payments = payments.filter(person_id=events[0].person_id)
    return set(_standing(payments, settlement.closed_at).values_list("person_id", "day", "side"))


def _standing(
    payments: QuerySet[RedPacketPayment], closed_at: datetime | None
) -> QuerySet[RedPacketPayment]:
    if closed_at is None:
        return payments.filter(withdrawn_at=None)
    still = Q(withdrawn_at=None) | Q(withdrawn_at__gt=closed_at)
    return payments.filter(still, recorded_at__lte=closed_at)


def names_of(by_person: Iterable[int], rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """Number and name of those whose statement does not write them down: it has no base."""
    based = {row.person_id for row in rows if row.rule == BASE}
    missing = set(by_person) - based
    if not missing:
        return {}
    people = Person.objects.filter(pk__in=missing).values_list("pk", "number", "name")
    return {pk: (number, name) for pk, number, name in people}


@dataclass(frozen=True, slots=True)
class Around:
    """What all statements of a month share."""

    paid: Collection[tuple[int, date, str]]
    waived: Collection[tuple[date, Key]]
    rules: PayRules
    names: dict[int, tuple[str, str]]


def statement_from(
    settlement: Settlement, person_id: int, rows: Sequence[Row], around: Around
) -> Statement:
    month = Month.of(settlement.month)
    own_base = [row for row in rows if row.rule == BASE and row.about == settlement.month]
    reversed_here = {row.reverses_id for row in rows if row.reverses_id}
    standing = [row for row in own_base if not row.reverses_id and row.pk not in reversed_here]
    written = line_of(own_base[0]).evidence if own_base else {}
    if standing:
        written = line_of(standing[-1]).evidence
    number, name = around.names.get(person_id, (written.get("number"), written.get("name")))
    return Statement(
        month=month,
        state=MonthState(settlement.state),
        person_id=person_id,
        number=str(number),
        name=str(name),
        days_employed=standing[-1].halves // ONE if standing else 0,
        base=Fen(sum(row.amount_fen for row in own_base)),
        wage=Fen(int(cast("int", written.get("wage", 0)))),
        lines=tuple(_lines([row for row in rows if row not in own_base], reversed_here, around)),
        rules=around.rules,
    )


def _lines(
    rows: Sequence[Row], reversed_here: Collection[int], around: Around
) -> Iterator[StatementLine]:
    counted: set[tuple[date, Key]] = set()
    for row in sorted(rows, key=lambda row: (*_order(row), row.pk)):
        in_ledger = isinstance(row, LedgerLine)
        taken_back = in_ledger and row.pk in reversed_here
        nth = None
        if row.reverses_id is None and not taken_back and row.rule not in {BASE, LIMITED}:
            nth = _nth(row, counted, around.waived)
        state = DUE
        if row.settling == Settling.RED_PACKET:
            state = PAID if (row.person_id, row.event, row.side) in around.paid else OWED
        yield StatementLine(
            row=row.pk,
            number=row.pk if in_ledger else None,
            about=row.about,
            line=line_of(row),
            state=state,
            reverses=row.reverses_id,
            taken_back=taken_back,
            nth=nth,
        )


def _order(row: Row) -> tuple[date, str, str, date]:
    return (row.day, row.rule, row.side, row.event)


def _nth(row: Row, counted: set[tuple[date, Key]], waived: Collection[tuple[date, Key]]) -> int:
    nth = 0
    while True:
        key = (row.about, (row.rule, row.day, row.side, row.event, nth))
        if key not in counted and key not in waived:
            counted.add(key)
            return nth
        nth += 1


def disputable_lines(settlement: Settlement, person_id: int) -> list[Disputed]:
    """Return the lines of a person's statement that can be disputed."""
    statement = statement_of(settlement, person_id)
    if statement is None:
        return []
    return [row.named for row in statement.lines if row.nth is not None]
