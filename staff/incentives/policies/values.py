"""What is settled: the facts of one person's month, and the lines that come out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from portal.money import Fen
from portal.period import Month
from staff.attendance.policies.values import Paid, Record
from staff.incentives.enums import Settling
from staff.rulebook.policies import AttendanceRules, LeaveRules

BASE = "ORG-3"
"""The rule of the line that holds the base salary of the month (ORG-3, LEAVE-8)."""
FACTS = "facts"
"""Where its evidence keeps the digest of what the month was settled from."""
FORFEITED = "ATT-9"
FLAGS = {"ATT-8": "notice_of_criticism", FORFEITED: "dismissal_proposed"}
ONE = 2
"""Quantities count in halves, because days do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRules:
    """The numbers of INC-6 and INC-9 in one version."""

    valid_from: date
    dispute_days: int
    cap_percent: int
    least: Fen
    warning_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of the policy by the day on which they hold."""

    attendance_on: Callable[[date], AttendanceRules]
    leave_on: Callable[[date], LeaveRules]
    pay_on: Callable[[date], PayRules]


Key = tuple[str, date, str, date, int]
"""Rule, date, side, shift date of the event, and which of several alike (0 for the first)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a statement. `halves` is the quantity times two; below zero costs the person.

    `day` is the date that the line bears, `event` that of the shift or day behind it; `policy` the
    first day of the version whose numbers were used. `side` is a value of attendance's Side.
    """

    rule: str
    policy: date
    day: date
    event: date
    halves: int
    amount: Fen
    side: str = ""
    settling: Settling = Settling.PAYROLL
    evidence: Mapping[str, object] = field(default_factory=dict)

    @property
    def order(self) -> tuple[date, str, str, date]:
        """By date, rule and side as text, and then by the shift date of the event."""
        return (self.day, self.rule, self.side, self.event)

    @property
    def place(self) -> tuple[str, date, str, date]:
        """What the line is about, whatever the numbers."""
        return (self.rule, self.day, self.side, self.event)

    @property
    def says(self) -> tuple[int, Fen, Settling]:
        """What a correction is for: the quantity, the amount, and where it is settled."""
        return (self.halves, self.amount, self.settling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """A decided amount that stands; below zero it costs the person. `source` is its decision."""

    source: str
    rule: str
    day: date
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person for one month.

    `record` holds the month and so much of the one before as bears on it (two weeks; all of it
    where make-ups have to be numbered), the days away of both months and the leave of the calendar
    year; `base` is the monthly salary. `paid` are the payments of red packets,
    `adjusted` the decided amounts of the month.
    """

    month: Month
    hired_on: date
    left_on: date | None
    base: Fen
    record: Record
    paid: Sequence[Paid] = ()
    adjusted: Sequence[Adjusted] = ()

    @property
    def is_employed(self) -> bool:
        """Whether the month has a day employed."""
        ends = self.left_on or date.max
        return self.hired_on <= self.month.last_day and ends >= self.month.first_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A person's month. `base` is what it pays before any line, `wage` the daily wage.

    It is final where no shift of it waits for punches.
    """

    month: Month
    days_employed: int
    base: Fen
    wage: Fen
    lines: tuple[Line, ...]
    is_final: bool = True

    @property
    def total(self) -> Fen:
        """What the payroll pays out: the base and the payroll lines; never below zero."""
        return Fen(self.base + sum(line.amount for line in on_payroll(self.lines)))

    @property
    def flags(self) -> list[str]:
        return [FLAGS[line.rule] for line in self.lines if line.rule in FLAGS]


def on_payroll(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that the payroll settles."""
    return [line for line in lines if line.settling == Settling.PAYROLL]


def quantity(halves: int) -> str:
    """Write a quantity as files have it: `2`, `0.5`."""
    whole, half = divmod(halves, ONE)
    return f"{whole}.5" if half else f"{whole}"


def written(moment: datetime) -> str:
    """Write a moment for evidence; the same in every zone."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
