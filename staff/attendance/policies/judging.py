"""The result of each shift, with all that is needed to say why (§3)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from portal.money import Fen
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.policies import makeups
from staff.attendance.policies.boundaries import (
    Belonging,
    Expected,
    RulesOn,
    attract,
    expect,
    leave_by_day,
)
from staff.attendance.policies.values import SECONDS, Asked, Clocked, Record, minute_of
from staff.rulebook.policies import AttendanceRules

TOO_LATE, NO_PUNCH, MADE_UP = "ATT-4", "ATT-5", "ATT-13"
WHOLE_DAY, HALF_DAY = 2, 1  # in half days


class State(StrEnum):
    """Whether a shift has its result."""

    PENDING = "pending"
    JUDGED = "judged"
    EXCUSED = "excused"


class Found(StrEnum):
    """What was found at a boundary."""

    WAITING = "waiting"  # the window is not over
    EXCUSED = "excused"
    ON_TIME = "on_time"
    LATE = "late"  # or left early, at an end
    MISSING = "missing"  # no punch here, but one at the other boundary
    NOTHING = "nothing"  # no punch at all
    FREE = "free"  # made up, among the free ones of the month
    ASKED_LATE = "asked_late"  # made up, judged by the time of asking
    COSTS = "costs"  # a made-up punch-out beyond the free ones


@dataclass(frozen=True, slots=True)
class Boundary:
    """The result at one boundary.

    `minutes` are those late, or left early; `extended` those after the end (SHIFT-3). `half_days`
    of absence are before the limit of the day. `number` is that of the make-up in its month, 0
    where none counts.
    """

    side: Side
    planned_at: datetime
    punches: tuple[Clocked, ...]
    found: Found
    minutes: int = 0
    extended: int = 0
    rule: str = ""
    fen: Fen = Fen(0)  # noqa: RUF009 -- an integer
    half_days: int = 0
    makeup: Asked | None = None
    number: int = 0

    @property
    def punch(self) -> Clocked | None:
        """The punch that counts: the earliest at a start, the latest at an end."""
        if not self.punches:
            return None
        return self.punches[0 if self.side == Side.IN else -1]

    def late_by(self, at: datetime) -> int:
        """Return by how many minutes a moment comes after the planned one; 0 until then."""
        return max(0, minute_of(at) - minute_of(self.planned_at))


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules make of one shift. `half_days` of absence; `policy` is the version's day."""

    expected: Expected
    state: State
    start: Boundary
    end: Boundary
    half_days: int
    policy: date

    @property
    def day(self) -> date:
        return self.expected.shift.day

    @property
    def boundaries(self) -> tuple[Boundary, Boundary]:
        return (self.start, self.end)

    @property
    def without_punch(self) -> bool:
        """Whether ATT-5 holds."""
        return self.start.found == Found.NOTHING

    @property
    def is_capped(self) -> bool:
        """Whether the absence would be more without the limit of the day."""
        return self.half_days < self.start.half_days + self.end.half_days

    @property
    def judged_at(self) -> datetime:
        """The first moment at which no punch can come that belongs to the shift."""
        return datetime.fromtimestamp((self.expected.until + 1) * SECONDS, UTC)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All results of one person in the order of the shifts, and the punches near no shift."""

    results: tuple[Result, ...]
    stray: tuple[Clocked, ...]


def judge(record: Record, *, rules_on: RulesOn, now: datetime) -> Judgement:
    """Return what the rules make of a person's record; the order of its rows does not matter.

    For the make-ups of a month to be counted rightly, the record holds the month from its first
    day on, and for the punches the shifts of the days around.
    """
    expected = expect(record.shifts, leave_by_day(record.away), rules_on=rules_on)
    belonging = attract(expected, record.punches)
    now_minute = minute_of(now)
    asked = makeups.assigned(expected, belonging, sorted(record.makeups, key=lambda one: one.key))
    numbers = makeups.numbered(expected, belonging, asked, now_minute=now_minute)
    results = (
        _Bench(
            one,
            starts=_side(Side.IN, place, belonging),
            ends=_side(Side.OUT, place, belonging),
            asked=(asked.get((place, Side.IN)), asked.get((place, Side.OUT))),
            numbers=(numbers.get((place, Side.IN), 0), numbers.get((place, Side.OUT), 0)),
            rules=rules_on(one.shift.day),
        ).result(now_minute)
        for place, one in enumerate(expected)
    )
    return Judgement(tuple(results), tuple(belonging.stray))


def lateness(minutes: int, rules: AttendanceRules) -> tuple[str, Fen, int]:
    """Return rule, fen of the red packet and half days of absence for so many minutes.

    Nothing for 0 (ATT-1 to ATT-4).
    """
    if minutes <= 0:
        return "", Fen(0), 0
    for step in rules.lateness:
        if minutes <= step.up_to_minutes:
            return step.rule, step.fen, 0
    return TOO_LATE, Fen(0), rules.too_late_half_days


def _side(side: Side, place: int, belonging: Belonging) -> tuple[Clocked, ...]:
    return tuple(belonging.at.get((place, side), ()))


@dataclass(frozen=True, slots=True)
class _Bench:
    """One shift with everything that belongs to it; pairs are start and end."""

    one: Expected
    starts: tuple[Clocked, ...]
    ends: tuple[Clocked, ...]
    asked: tuple[Asked | None, Asked | None]
    numbers: tuple[int, int]
    rules: AttendanceRules

    def result(self, now_minute: int) -> Result:
        if self.one.excused:
            state = State.EXCUSED
            start, end = self._plain(Found.EXCUSED)
        elif now_minute <= self.one.until:
            state = State.PENDING
            start, end = self._plain(Found.WAITING)
        else:
            state = State.JUDGED
            start, end = self._judged()
        most = HALF_DAY if self.one.half else WHOLE_DAY
        return Result(
            expected=self.one,
            state=state,
            start=start,
            end=end,
            half_days=min(most, start.half_days + end.half_days),
            policy=self.rules.valid_from,
        )

    def _plain(self, found: Found) -> tuple[Boundary, Boundary]:
        return (
            Boundary(Side.IN, self.one.starts_at, self.starts, found, makeup=self.asked[0]),
            Boundary(Side.OUT, self.one.ends_at, self.ends, found, makeup=self.asked[1]),
        )

    def _judged(self) -> tuple[Boundary, Boundary]:
        certified = any(row and row.state == MakeUpState.CERTIFIED for row in self.asked)
        if not (self.starts or self.ends or certified):
            absence = self.rules.no_punch_half_days
            start, end = self._plain(Found.NOTHING)
            return (
                Boundary(
                    Side.IN, start.planned_at, (), Found.NOTHING,
                    rule=NO_PUNCH, half_days=absence, makeup=start.makeup,
                ),
                end,
            )  # fmt: skip
        return self._start(), self._end()

    def _start(self) -> Boundary:
        makeup, number = self.asked[0], self.numbers[0]
        if self.starts:
            return self._timed(Side.IN, Found.LATE, self.starts[0].at, makeup=makeup)
        if makeup is None or not number:
            return self._missing(Side.IN, self.rules.missing_in_half_days)
        if number <= self.rules.free_makeups:
            return self._made_up(Side.IN, Found.FREE)
        return self._timed(Side.IN, Found.ASKED_LATE, makeup.asked_at, makeup=makeup, number=number)

    def _end(self) -> Boundary:
        makeup, number = self.asked[1], self.numbers[1]
        if self.ends:
            return self._timed(Side.OUT, Found.LATE, self.ends[-1].at, makeup=makeup)
        if not number:
            return self._missing(Side.OUT, self.rules.missing_out_half_days)
        if number <= self.rules.free_makeups:
            return self._made_up(Side.OUT, Found.FREE)
        return self._made_up(Side.OUT, Found.COSTS)

    def _timed(
        self, side: Side, found: Found, at: datetime, *, makeup: Asked | None, number: int = 0
    ) -> Boundary:
        planned_at, punches, sign = self._of(side)
        after = sign * (minute_of(at) - minute_of(planned_at))
        rule, fen, half_days = lateness(after, self.rules)
        return Boundary(
            side,
            planned_at,
            punches,
            Found.ON_TIME if after <= 0 and found == Found.LATE else found,
            minutes=max(0, after),
            extended=max(0, -after) if side == Side.OUT else 0,
            rule=rule,
            fen=fen,
            half_days=half_days,
            makeup=makeup,
            number=number,
        )

    def _missing(self, side: Side, half_days: int) -> Boundary:
        planned_at, punches, _sign = self._of(side)
        makeup = self.asked[side == Side.OUT]
        return Boundary(
            side, planned_at, punches, Found.MISSING,
            rule=MADE_UP, half_days=half_days, makeup=makeup,
        )  # fmt: skip

    def _made_up(self, side: Side, found: Found) -> Boundary:
        planned_at, punches, _sign = self._of(side)
        costs = found == Found.COSTS
        return Boundary(
            side,
            planned_at,
            punches,
            found,
            rule=MADE_UP if costs else "",
            fen=self.rules.makeup_out if costs else Fen(0),
            makeup=self.asked[side == Side.OUT],
            number=self.numbers[side == Side.OUT],
        )

    def _of(self, side: Side) -> tuple[datetime, tuple[Clocked, ...], int]:
        """Planned moment and punches of a side, and the sign of minutes that are a fault."""
        if side == Side.IN:
            return self.one.starts_at, self.starts, 1
        return self.one.ends_at, self.ends, -1
