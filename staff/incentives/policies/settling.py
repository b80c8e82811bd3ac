"""One person's month: every line that the house rules make of it (§3 to §5)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from fractions import Fraction

from portal.money import Fen, divide, multiply
from portal.period import DaySpan, Month
from staff.attendance.policies.absences import (
    AbsenceSum,
    LeaveDay,
    absence_of,
    split_year,
    step_reached,
)
from staff.attendance.policies.judging import MADE_UP, Boundary, Result, State, judge
from staff.attendance.policies.redpackets import RedPacket, red_packets
from staff.incentives.enums import Settling
from staff.incentives.policies.adjustments import lines_of
from staff.incentives.policies.limits import LIMITED, given_back, taken
from staff.incentives.policies.values import (
    BASE,
    ONE,
    Facts,
    Key,
    Line,
    Numbers,
    Settled,
    on_payroll,
    written,
)
from staff.leave.enums import LeaveKind
from staff.leave.policies.balances import Entitlement, employed_in, entitlement
from staff.leave.policies.days import Part, leave_half_days, rest_half_days
from staff.people.enums import AbsenceKind
from staff.rulebook.policies import AbsenceStep

DOUBLED = "ATT-11"


def settle(
    facts: Facts,
    *,
    numbers: Numbers,
    zone: tzinfo,
    now: datetime,
    waived: Collection[Key] = (),
    late: Sequence[Line] = (),
) -> Settled:
    """Return base salary, daily wage and all lines of a person's month, in their order.

    `waived` are lines that the supervisor has taken back; `late` those of closed months that land
    in this one: they are part of the total, but not of what is returned.
    """
    month = facts.month
    employed = employed_in(month, hired_on=facts.hired_on, left_on=facts.left_on)
    days = employed.days if employed else 0
    wage = divide(facts.base, month.days)
    base = facts.base if days == month.days else Fen(wage * days)
    bench = _Bench(facts, numbers, employed, base, wage, _judged(facts, numbers, now))
    lines = [
        line
        for key, line in keyed([*bench.red_packets(zone, now), *bench.payroll()]).items()
        if key not in waived
    ]
    lines += bench.limited([*lines, *late])
    return Settled(
        month=month, days_employed=days, base=base, wage=wage,
        lines=tuple(sorted(lines, key=lambda line: line.order)),
        is_final=not any(
            result.state == State.PENDING and month.contains(result.day) for result in bench.results
        ),
    )  # fmt: skip


def base_line(settled: Settled, facts: Facts, *, numbers: Numbers, told: Mapping[str, str]) -> Line:
    """Return the line that holds the base salary, with what a statement says of the person.

    `told` is number, name and the digest of the facts: so a closed statement keeps what it said
    whatever is changed later, and a change of the facts is seen.
    """
    last_day = facts.month.last_day
    return Line(
        rule=BASE, policy=numbers.pay_on(last_day).valid_from, day=last_day, event=last_day,
        halves=settled.days_employed * ONE, amount=settled.base,
        evidence={**told, "wage": settled.wage, "monthly": facts.base},
    )  # fmt: skip


def keyed(lines: Iterable[Line]) -> dict[Key, Line]:
    """Name each line by what it is about; of several alike the n-th in their order."""
    found: dict[Key, Line] = {}
    for line in lines:
        nth = 0
        while (key := (line.rule, line.day, line.side, line.event, nth)) in found:
            nth += 1
        found[key] = line
    return found


def _judged(facts: Facts, numbers: Numbers, now: datetime) -> list[Result]:
    """The results of the shifts on days employed, of this month and before."""
    employment = DaySpan(facts.hired_on, facts.left_on or date.max)
    judgement = judge(facts.record, rules_on=numbers.attendance_on, now=now)
    return [result for result in judgement.results if employment.contains(result.day)]


@dataclass(frozen=True, slots=True)
class _Bench:
    """One person's month with what all of its lines need."""

    facts: Facts
    numbers: Numbers
    employed: DaySpan | None
    base: Fen
    wage: Fen
    results: Sequence[Result]

    @property
    def month(self) -> Month:
        return self.facts.month

    @property
    def last_day(self) -> date:
        return self.month.last_day

    def red_packets(self, zone: tzinfo, now: datetime) -> Iterator[Line]:
        """What is settled in the group: the events, and the doublings of this month's Mondays."""
        events = [
            (result, boundary)
            for result in self.results
            for boundary in result.boundaries
            if boundary.fen
        ]
        packets = red_packets(
            self.results, self.facts.paid, rules_on=self.numbers.attendance_on, zone=zone, now=now
        )
        for (result, boundary), packet in zip(events, packets, strict=True):
            if self.month.contains(packet.day):
                yield _event(result, boundary, packet)
            monday = packet.doubles_at.date()
            if packet.doubled and self.month.contains(monday):
                yield Line(
                    rule=DOUBLED, policy=result.policy, day=monday, event=packet.day,
                    side=packet.side, halves=ONE, amount=Fen(-packet.doubled),
                    settling=Settling.RED_PACKET,
                    evidence=_evidence(result, boundary) | {"doubles": packet.rule},
                )  # fmt: skip

    def payroll(self) -> list[Line]:
        """What the payroll settles. Forfeited wages take the place of every other line (ATT-9)."""
        own = [result for result in self.results if self.month.contains(result.day)]
        leave = self._leave()
        absence = absence_of(own, leave)
        reached = absence.last_day and step_reached(
            absence.half_days, self.numbers.attendance_on(absence.last_day).absence
        )
        step = [self._absence(reached, absence, own)] if reached else []
        if reached and reached.wage_days is None:
            return step
        deducted = [self._leave_day(row) for row in leave if row.leave]
        decided = lines_of(
            self.facts.adjusted, policy_on=lambda day: self.numbers.pay_on(day).valid_from
        )
        return [*deducted, *step, *self._bonus(own, leave), *self._rest_days(), *decided]

    def limited(self, lines: Sequence[Line]) -> Iterator[Line]:
        """What the cap, the minimum or zero gives back (INC-9); nothing to who is not employed."""
        rules = self.numbers.pay_on(self.last_day)
        sums = taken(self.base, (line.amount for line in on_payroll(lines)))
        back = given_back(sums, rules)
        if back:
            yield Line(
                rule=LIMITED, policy=rules.valid_from, day=self.last_day, event=self.last_day,
                halves=ONE, amount=back,
                evidence={
                    "pay": sums.pay, "deductions": sums.deductions, "cap": rules.cap_percent,
                    "least": rules.least,
                },
            )  # fmt: skip

    def _leave(self) -> list[LeaveDay]:
        """The days of personal leave of this month, split into leave and excess (LEAVE-6)."""
        of_year = [row for row in self.facts.record.away if row.day.year == self.month.year]
        return [
            row
            for row in split_year(
                of_year, limit_on=lambda day: self.numbers.leave_on(day).year_half_days
            )
            if self.employed and self.employed.contains(row.day)
        ]

    def _leave_day(self, row: LeaveDay) -> Line:
        half = row.leave < ONE
        cost = multiply(self.wage, Fraction(1, 2)) if half else self.wage
        return Line(
            rule="LEAVE-4", policy=self.numbers.leave_on(row.day).valid_from, day=row.day,
            event=row.day, halves=row.leave, amount=Fen(-cost),
            evidence={"absence": row.excess} if row.excess else {},
        )  # fmt: skip

    def _absence(self, step: AbsenceStep, absence: AbsenceSum, own: Sequence[Result]) -> Line:
        day = absence.last_day or self.last_day
        cost = self.base if step.wage_days is None else self.wage * step.wage_days
        return Line(
            rule=step.rule, policy=self.numbers.attendance_on(day).valid_from, day=day, event=day,
            halves=absence.half_days, amount=Fen(-cost),
            evidence={
                "days": [[each.isoformat(), half_days] for each, half_days in absence.days],
                "shifts": [_shift(result) for result in own if result.half_days],
            },
        )  # fmt: skip

    def _bonus(self, own: Sequence[Result], leave: Sequence[LeaveDay]) -> Iterator[Line]:
        """The full-attendance bonus (ATT-10)."""
        rules = self.numbers.attendance_on(self.last_day)
        worked = any(result.state == State.JUDGED for result in own)
        fault = any(boundary.rule for result in own for boundary in result.boundaries)
        whole = self.employed == self.month.span
        if rules.full_attendance and whole and worked and not fault and not leave:
            yield Line(
                rule="ATT-10", policy=rules.valid_from, day=self.last_day, event=self.last_day,
                halves=ONE, amount=rules.full_attendance,
            )  # fmt: skip

    def _rest_days(self) -> Iterator[Line]:
        """Rest days not taken (LEAVE-2, LEAVE-5, LEAVE-8)."""
        rules = self.numbers.leave_on(self.last_day)
        parts = [
            Part(row.day, row.half, LeaveKind(row.kind))
            for row in self.facts.record.away
            if row.kind != AbsenceKind.SICK
        ]
        entitled: Entitlement = entitlement(
            self.month, rules=rules, employed=self.employed,
            leave_before=leave_half_days(parts, self.month.previous()),
        )  # fmt: skip
        used = rest_half_days(parts, self.month)
        if entitled.half_days > used:
            left = entitled.half_days - used
            yield Line(
                rule="LEAVE-2", policy=rules.valid_from, day=self.last_day, event=self.last_day,
                halves=left, amount=multiply(self.wage, Fraction(left, ONE)),
                evidence={"entitled": entitled.half_days, "taken": used},
            )  # fmt: skip


def _event(result: Result, boundary: Boundary, packet: RedPacket) -> Line:
    """A red packet owed; a made-up punch-out that costs counts one, others their minutes."""
    count = 1 if packet.rule == MADE_UP else packet.minutes
    return Line(
        rule=packet.rule, policy=result.policy, day=packet.day, event=packet.day,
        side=packet.side, halves=count * ONE, amount=Fen(-packet.fen),
        settling=Settling.RED_PACKET, evidence=_evidence(result, boundary),
    )  # fmt: skip


def _evidence(result: Result, boundary: Boundary) -> dict[str, object]:
    """The shift as expected at that boundary, and the punch or make-up that was judged.

    A person's shifts and punches are named by their moments and a make-up by its shift and side:
    so they are the same in every database, in whatever order the rows came.
    """
    found: dict[str, object] = {
        "shift": _shift(result),
        "planned_at": written(boundary.planned_at),
    }
    if boundary.punch is not None:
        found["punch"] = written(boundary.punch.at)
    elif boundary.makeup is not None:
        found["makeup"] = written(boundary.makeup.asked_at)
        found["number"] = boundary.number
    return found


def _shift(result: Result) -> str:
    return written(result.expected.shift.starts_at)
