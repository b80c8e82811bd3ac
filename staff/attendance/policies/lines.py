"""What the rules found, one line for each event: for counting uses and for comparing numbers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum

from portal.money import Fen
from staff.attendance.enums import Side
from staff.attendance.policies.absences import AbsenceSum, LeaveDay
from staff.attendance.policies.judging import Result
from staff.attendance.policies.redpackets import RedPacket
from staff.rulebook.policies import AbsenceStep

DOUBLING, BEYOND_YEAR = "ATT-11", "LEAVE-6"


class Event(StrEnum):
    """What a line is about; a day and side have one line of each."""

    SHIFT = "shift"
    DOUBLING = "doubling"
    LEAVE = "leave"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Line:
    """A rule that took hold. `minutes` late or left early; `fen` of a red packet.

    `half_days` of absence; in the line of a month's step the sum of the month. `day` is that of
    the shift, of the doubling, or the month's last absence.
    """

    event: Event
    day: date
    side: Side | None
    rule: str
    minutes: int = 0
    fen: Fen = Fen(0)  # noqa: RUF009 -- an integer
    half_days: int = 0

    @property
    def place(self) -> tuple[str, date | None, str]:
        """What the line stands for, whatever the numbers; the step of a month moves its day."""
        day = None if self.event == Event.MONTH else self.day
        return (self.event, day, self.side or "")


def lines_of(
    results: Iterable[Result],
    packets: Iterable[RedPacket],
    excess: Iterable[LeaveDay],
    *,
    zone: tzinfo,
) -> list[Line]:
    """Return the lines of one person, without the step of the month."""
    found = [
        Line(
            Event.SHIFT, result.day, boundary.side, boundary.rule,
            boundary.minutes, boundary.fen, boundary.half_days,
        )
        for result in results
        for boundary in result.boundaries
        if boundary.rule
    ]  # fmt: skip
    for packet in packets:
        if packet.doubled:
            day = packet.doubles_at.astimezone(zone).date()
            found.append(Line(Event.DOUBLING, day, packet.side, DOUBLING, fen=packet.doubled))
    beyond = [Line(Event.LEAVE, row.day, None, BEYOND_YEAR, half_days=row.excess) for row in excess]
    return found + beyond


def month_line(absence: AbsenceSum, step: AbsenceStep | None) -> list[Line]:
    """Return the line of the step that a month's absence reaches, none below the first."""
    if step is None or absence.last_day is None:
        return []
    return [Line(Event.MONTH, absence.last_day, None, step.rule, half_days=absence.half_days)]


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that two sets of numbers find differently; one of the two can be missing."""

    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """Whichever is there, the new one first."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference has at least one line")
        return found


def differences(before: Iterable[Line], after: Iterable[Line]) -> list[Difference]:
    """Return what differs between the lines of one person, by day and side.

    Two doublings of one day and side, of different weeks, are compared in their order.
    """
    pairs: dict[tuple[str, date | None, str], tuple[list[Line], list[Line]]] = defaultdict(
        lambda: ([], [])
    )
    for at, lines in enumerate((before, after)):
        for line in lines:
            pairs[line.place][at].append(line)
    found = [
        Difference(old, new)
        for olds, news in pairs.values()
        for old, new in _paired(olds, news)
        if old != new
    ]
    return sorted(found, key=lambda each: (each.line.day, each.line.event, each.line.side or ""))


def _paired(
    olds: Sequence[Line], news: Sequence[Line]
) -> Iterable[tuple[Line | None, Line | None]]:
    for at in range(max(len(olds), len(news))):
        yield (olds[at] if at < len(olds) else None, news[at] if at < len(news) else None)


@dataclass(frozen=True, slots=True)
class Total:
    """How often a rule took hold, over all people: minutes, red packets and half days."""

    rule: str
    count: int = 0
    minutes: int = 0
    fen: Fen = Fen(0)  # noqa: RUF009 -- an integer
    half_days: int = 0


def totals(lines: Iterable[Line]) -> dict[str, Total]:
    """Return the sum of each rule."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in lines:
        found = sums[line.rule]
        for at, part in enumerate((1, line.minutes, line.fen, line.half_days)):
            found[at] += part
    return {
        rule: Total(rule, count, minutes, Fen(fen), half_days)
        for rule, (count, minutes, fen, half_days) in sums.items()
    }
