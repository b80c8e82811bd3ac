"""From a line to what it rests on: the shift, punch or make-up, leave, days, answers (INC-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.models import User
from portal.period import Month
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.incentives.enums import Settling
from staff.incentives.models import Dispute, LedgerLine, Settlement
from staff.incentives.policies.values import BASE, Line
from staff.incentives.queries.statements import StatementLine
from staff.leave.enums import LeaveState
from staff.leave.models import LeaveRequest
from staff.people.models import Salary
from staff.roster.models import Assignment
from staff.rulebook.models import Policy

OF_LEAVE = {"LEAVE-2", "LEAVE-4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a line rests on; what does not belong to its rule is empty.

    `figures` are numbers that the rule worked with, by name: `number` of a make-up in its month,
    `entitled` and `taken` rest days and `absence` in half days; `pay`, `deductions`, `least`,
    `wage` and `monthly` in fen, `cap` in per cent. `days` are days of absence in half days.
    """

    policy: Policy | None
    shifts: Sequence[Assignment]
    planned_at: datetime | None
    punch: Punch | None
    makeup: MakeUp | None
    leave: Sequence[LeaveRequest]
    days: Sequence[tuple[date, int]]
    payment: RedPacketPayment | None
    salary: Salary | None
    reverses: LedgerLine | None
    reversed_by: LedgerLine | None
    disputes: Sequence[Dispute]
    confirmed_by: User | None
    confirmed_at: datetime | None
    figures: Mapping[str, int]


def evidence_of(settlement: Settlement, person_id: int, row: StatementLine) -> Evidence:
    """Return what a line of a statement rests on, in at most ten queries.

    Shifts and punches are found by their moments, make-ups by shift and side: a line keeps no keys.
    """
    found = row.line.evidence
    in_ledger = _in_ledger(row)
    return Evidence(
        policy=Policy.objects.filter(valid_from=row.line.policy).first(),
        shifts=_shifts(person_id, found),
        planned_at=_moment(found.get("planned_at")),
        punch=_punch(person_id, _moment(found.get("punch"))),
        makeup=_makeup(person_id, row.line) if "makeup" in found else None,
        leave=_leave(person_id, row),
        days=[(date.fromisoformat(day), halves) for day, halves in _pairs(found.get("days"))],
        payment=_payment(person_id, row.line),
        salary=_salary(person_id, row) if row.line.rule == BASE else None,
        reverses=LedgerLine.objects.filter(pk=row.reverses).first() if row.reverses else None,
        reversed_by=LedgerLine.objects.filter(reverses=row.number).first() if row.number else None,
        disputes=_disputes(settlement, person_id, row),
        confirmed_by=in_ledger.confirmed_by if in_ledger else None,
        confirmed_at=in_ledger.confirmed_at if in_ledger else None,
        figures={name: value for name, value in found.items() if isinstance(value, int)},
    )


def _in_ledger(row: StatementLine) -> LedgerLine | None:
    if row.number is None:
        return None
    return LedgerLine.objects.select_related("confirmed_by").get(pk=row.number)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _pairs(value: object) -> list[tuple[str, int]]:
    return [(str(day), int(halves)) for day, halves in value] if isinstance(value, list) else []


def _shifts(person_id: int, found: Mapping[str, object]) -> list[Assignment]:
    """The shift of an event, or those of the days of absence, with their types."""
    several = found.get("shifts")
    texts = several if isinstance(several, list) else [found.get("shift")]
    moments = [moment for text in texts if (moment := _moment(text))]
    if not moments:
        return []
    rows = Assignment.objects.filter(person_id=person_id, starts_at__in=moments)
    return list(rows.select_related("shift_type", "team").order_by("starts_at"))


def _punch(person_id: int, moment: datetime | None) -> Punch | None:
    if moment is None:
        return None
    return Punch.objects.filter(person_id=person_id, punched_at=moment).first()


def _makeup(person_id: int, line: Line) -> MakeUp | None:
    rows = MakeUp.objects.filter(person_id=person_id, day=line.event, side=line.side)
    return rows.select_related("certified_by").first()


def _leave(person_id: int, row: StatementLine) -> list[LeaveRequest]:
    """The approved requests of the day; for rest days those of the month."""
    if row.line.rule not in OF_LEAVE:
        return []
    first = last = row.line.event
    if row.line.rule == "LEAVE-2":
        month = Month.of(row.about)
        first, last = month.first_day, month.last_day
    rows = LeaveRequest.objects.touching(first, last).filter(
        person_id=person_id, state=LeaveState.APPROVED
    )
    return list(rows.select_related("decided_by").order_by("first_day"))


def _payment(person_id: int, line: Line) -> RedPacketPayment | None:
    if line.settling != Settling.RED_PACKET:
        return None
    rows = RedPacketPayment.objects.standing().filter(
        person_id=person_id, day=line.event, side=line.side
    )
    return rows.select_related("recorded_by").first()


def _salary(person_id: int, row: StatementLine) -> Salary | None:
    last_day = Month.of(row.about).last_day
    rows = Salary.objects.filter(person_id=person_id, valid_from__lte=last_day)
    return rows.order_by("-valid_from").first()


def _disputes(settlement: Settlement, person_id: int, row: StatementLine) -> list[Dispute]:
    """What was said about the line, oldest first; of several alike about all of them."""
    line = row.line
    rows = Dispute.objects.filter(
        settlement=settlement, person_id=person_id, about=row.about, rule=line.rule,
        day=line.day, event=line.event, side=line.side,
    )  # fmt: skip
    return list(rows.select_related("answered_by").order_by("raised_at", "pk"))
