"""Red packets in the team group: owed, paid and doubled (ATT-1 to ATT-3, ATT-11, ATT-13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from portal.money import Fen
from staff.attendance.enums import Side
from staff.attendance.policies.boundaries import RulesOn
from staff.attendance.policies.judging import Result
from staff.attendance.policies.values import Paid
from staff.rulebook.policies import AttendanceRules

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RedPacket:
    """One event of a shift's side with its doubling; amounts in fen.

    `doubled` is what the doubling adds, 0 while there is none; it belongs to the day
    `doubles_at`, the moment of the publication.
    """

    day: date
    side: Side
    rule: str
    minutes: int
    fen: Fen
    parts: int
    doubles_at: datetime
    doubled: Fen
    paid_at: datetime | None

    @property
    def is_paid(self) -> bool:
        """Whether a payment is known, whenever it was made: it settles the doubling as well."""
        return self.paid_at is not None

    @property
    def owed(self) -> Fen:
        """What is still to be given."""
        return Fen(0) if self.is_paid else Fen(self.fen + self.doubled)


def first_of_week(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def publication_of(first_day: date, *, rules: AttendanceRules, zone: tzinfo) -> datetime:
    """Return when a week is published: by default the Monday after it at 10:00 (ATT-11).

    `first_day` is the Monday of the week, `rules` those of its last day.
    """
    day = first_day + WEEK + timedelta(days=rules.publish_weekday - 1)
    return datetime.combine(day, rules.publish_at, zone)


def red_packets(
    results: Iterable[Result],
    paid: Iterable[Paid],
    *,
    rules_on: RulesOn,
    zone: tzinfo,
    now: datetime,
) -> list[RedPacket]:
    """Return the red packets of one person's shifts, in their order.

    Paid at the moment of the publication is in time. A payment settles the event of its date and
    side even if its time lies before the event.
    """
    latest_first = sorted(paid, key=lambda row: row.paid_at, reverse=True)
    payments = {(row.day, row.side): row.paid_at for row in latest_first}
    found = []
    for result in results:
        for boundary in result.boundaries:
            if boundary.fen:
                rules = rules_on(result.day)
                first_day = first_of_week(result.day)
                last = rules_on(first_day + WEEK - timedelta(days=1))
                doubles_at = publication_of(first_day, rules=last, zone=zone)
                paid_at = payments.get((result.day, boundary.side))
                late = now >= doubles_at and (paid_at is None or paid_at > doubles_at)
                found.append(
                    RedPacket(
                        day=result.day,
                        side=boundary.side,
                        rule=boundary.rule,
                        minutes=boundary.minutes,
                        fen=boundary.fen,
                        parts=rules.red_packet_parts,
                        doubles_at=doubles_at,
                        doubled=Fen(boundary.fen * (rules.doubling_factor - 1)) if late else Fen(0),
                        paid_at=paid_at,
                    )
                )
    return found
